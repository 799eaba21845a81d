//! Opening and ending sessions, for browsers and for the API alike.

use axum::{
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use chrono::{DateTime, Utc};
use entity::ids::{PersonId, SessionId};
use uuid::Uuid;

use super::{
    address::Address,
    browser::Browser,
    caller::{self, Caller},
    cookies::{self, Cookie},
    passwords, secrets, tokens,
    tries::{self, Counted},
};
use crate::{
    domain::access::{self, Actor, By, Grant, Permit, SeeOwnDay},
    error::AppError,
    operations::{
        end_sessions::EndSessions,
        note_wrong_password::NoteWrongPassword,
        open_session::{NewSession, OpenSession, RightTry},
        second_factor_code::Given,
        sign_out_device::SignOutDevice,
    },
    state::AppState,
    store::people::{self, PersonRow, SessionRow},
    ui::href::Href,
};

/// Longest address that is looked at: the most an e-mail address can have.
const LONGEST_ADDRESS: usize = 254;

/// What a session is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A browser with a cookie.
    Browser,
    /// A program with a token.
    Api,
}

impl Kind {
    fn code(self) -> &'static str {
        match self {
            Self::Browser => "browser",
            Self::Api => "api",
        }
    }
}

/// A session that is about to be written, with the secret that only its holder will know.
#[derive(Debug)]
pub struct Opening {
    /// The secret.
    pub secret: String,
    /// What is stored.
    pub row: SessionRow,
    browser: Browser,
}

impl Opening {
    /// Prepares a session that ends by itself as the roles of its person ask, or with the token.
    pub fn new(person: PersonId, grants: &[Grant], kind: Kind, browser: Browser, now: DateTime<Utc>) -> Self {
        let secret = secrets::fresh();
        let life = match kind {
            Kind::Browser => caller::limits(grants).1,
            Kind::Api => tokens::LIFE,
        };
        let row = SessionRow {
            id: SessionId(Uuid::now_v7()),
            secret_hash: secrets::hash(&secret),
            kind: kind.code().to_owned(),
            person,
            created_at: now,
            last_seen_at: now,
            expires_at: now + life,
            revoked_at: None,
            second_factor_at: None,
        };
        Self { secret, row, browser }
    }

    /// The same, opened with a second factor.
    #[must_use]
    pub fn proven(mut self) -> Self {
        self.row.second_factor_at = Some(self.row.created_at);
        self
    }

    /// What is to be written.
    pub fn session(&self) -> NewSession {
        NewSession { row: self.row.clone(), replaces: self.browser.session().map(str::to_owned), identity: None }
    }

    /// Sends the browser on with the cookie of this session, and marks it as one that its person is known in.
    ///
    /// # Errors
    /// A fault of ours, where a cookie cannot be written.
    pub fn redirect(&self, app: &AppState, to: &Href) -> Result<Response, AppError> {
        let seconds = (self.row.expires_at - self.row.created_at).num_seconds();
        let session = Cookie::Session(self.secret.clone());
        let cookie = cookies::set(&app.settings, &session, seconds).ok_or_else(no_cookie)?;
        let mark = self.browser.marked(app, self.row.person)?;
        redirect(to, vec![cookie, mark])
    }
}

/// Checks an address and a password. The same answer, after the same work, for an address nobody has.
///
/// # Errors
/// [`AppError::TooManyTries`]; [`AppError::Unavailable`].
pub async fn authenticate(
    app: &AppState,
    caller: &Caller,
    (address, browser): (&Address, &Browser),
    email: &str,
    password: String,
) -> Result<Option<(PersonRow, Counted)>, AppError> {
    let account: String = email.trim().to_lowercase().chars().take(LONGEST_ADDRESS).collect();
    let person = people::person_by_email(app.db.unscoped(), &account).await?;
    let id = person.as_ref().map(|person| person.id);
    let counted = tries::begin(app, caller, address, browser, (&account, id)).await?;
    let stored = person.as_ref().and_then(|person| person.password_hash.clone());
    let looking = passwords::verify(app, password, stored);
    if counted.looked(app, caller, looking).await? {
        return Ok(person.map(|person| (person, counted)));
    }
    NoteWrongPassword(id).perform(app, &By::from(&caller.sign_in()?)).await?;
    Ok(None)
}

/// As whom somebody came back from the organisation's sign-in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ByProvider {
    /// The identity that is theirs.
    pub identity: Uuid,
    /// Whether the provider vouches for a second factor.
    pub has_second_factor: bool,
}

/// What somebody showed to sign in.
#[derive(Debug, Clone)]
pub struct Shown {
    /// Who.
    pub person: PersonId,
    /// The try that was right; nothing where no password was asked for.
    pub right: Option<RightTry>,
    /// What was given as second factor.
    pub given: Option<Given>,
    /// The organisation's word for it, in the place of a password.
    pub by_provider: Option<ByProvider>,
}

/// Opens a session for a person, and says what of what they hold is open in it. Nothing where the second factor is not
/// right, or where the identity they came in by was removed meanwhile. Whoever tries the demo shows nothing and finds everything open.
///
/// # Errors
/// [`AppError::TooManyTries`] where too many codes in a row were not right; [`AppError::Unavailable`].
pub async fn open(
    app: &AppState,
    caller: &Caller,
    shown: Shown,
    kind: Kind,
    browser: Browser,
) -> Result<Option<(Opening, Vec<Grant>)>, AppError> {
    let grants = people::grants(app.db.unscoped(), shown.person).await?;
    let opening = Opening::new(shown.person, &grants, kind, browser, app.clock.now());
    let is_vouched_for = shown.by_provider.is_some_and(|by| by.has_second_factor);
    let is_proven = app.demo || shown.given.is_some() || is_vouched_for;
    let opening = if is_proven { opening.proven() } else { opening };
    let identity = shown.by_provider.map(|by| by.identity);
    let session = NewSession { identity, ..opening.session() };
    let session = OpenSession { session, right: shown.right, given: shown.given };
    let opened = session.perform(app, &By::from(&caller.sign_in()?)).await?;
    Ok(opened.then(|| (opening, access::open_grants(grants, is_proven))))
}

/// Ends every session of a person: browsers and tokens at once.
///
/// # Errors
/// [`AppError::Unavailable`].
pub async fn end_all(app: &AppState, caller: &Caller, person: PersonId) -> Result<(), AppError> {
    EndSessions(person).perform(app, &By::from(&caller.sign_in()?)).await
}

/// Ends the enrolment that this permit was made for.
///
/// # Errors
/// [`AppError::Unavailable`].
pub async fn end_enrolment(app: &AppState, own: &Permit<SeeOwnDay>) -> Result<(), AppError> {
    let Actor::Device { id: device, .. } = *own.actor() else {
        return Ok(());
    };
    SignOutDevice(device).perform(app, &By::from(own)).await
}

/// A redirect that sets cookies.
///
/// # Errors
/// A fault of ours, where the address cannot be a header.
pub fn redirect(to: &Href, cookies: Vec<HeaderValue>) -> Result<Response, AppError> {
    let mut headers = HeaderMap::new();
    let to = HeaderValue::from_str(to.as_str()).map_err(|error| AppError::Fault(error.to_string()))?;
    headers.insert(header::LOCATION, to);
    for cookie in cookies {
        headers.append(header::SET_COOKIE, cookie);
    }
    Ok((StatusCode::SEE_OTHER, headers).into_response())
}

/// A cookie that cannot be written is a fault of ours.
pub fn no_cookie() -> AppError {
    AppError::Fault("a cookie could not be written".to_owned())
}
