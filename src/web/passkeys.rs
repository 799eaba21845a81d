//! Passkeys: what a browser is asked for, and what its authenticator answers.
//!
//! What is asked is sealed into the page, so that nothing is written before somebody answers and any node may read the answer. It is
//! bound to its person, to what it is for and, where somebody is signed in, to their session; it lives for ten minutes, and the
//! operation that takes an answer takes it once.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use chrono::Duration;
use entity::ids::{PersonId, SessionId};
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use uuid::Uuid;
use webauthn_rs::prelude::{
    Credential, CredentialID, Passkey, PasskeyAuthentication, PasskeyRegistration, PublicKeyCredential,
    RegisterPublicKeyCredential, Url, Webauthn, WebauthnBuilder, WebauthnError,
};

use super::sealed::{self, Kind};
use crate::{
    config::Settings,
    error::AppError,
    operations::{add_passkey::AddPasskey, open_session::RightTry, second_factor_code::Given},
    state::AppState,
    store::{
        passkeys::{self, PasskeyRow, UsedPasskey},
        people::PersonRow,
        second_factors,
    },
};

/// How long an answer may take.
const ASKED: Duration = Duration::minutes(10);
/// Longest answer of an authenticator that is looked at.
const MOST_ANSWER: usize = 32_768;
/// Longest public key that is kept, with what belongs to it. An RSA key of 4,096 bits has a quarter of it.
const MOST_KEPT: usize = 4_096;

/// What goes into a page.
#[derive(Debug, Clone)]
pub struct Asked {
    /// For the browser, as JSON.
    pub options: String,
    /// For us, sealed.
    pub state: String,
}

/// Where a passkey is used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum At {
    /// After what comes before it when somebody signs in.
    SignIn,
    /// In a session, before something changes that lets its person in.
    Session(SessionId),
}

/// What a passkey that is about to be made is called, and for which session.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Wish {
    /// The session that asks.
    pub session: SessionId,
    /// The name that was typed.
    pub name: String,
    /// The try with the password, where one was asked for.
    pub right: Option<RightTry>,
}

/// What is sealed into a page.
#[derive(Serialize, Deserialize)]
struct Waiting<W, S> {
    id: Uuid,
    until: i64,
    person: PersonId,
    what: W,
    state: S,
}

/// Why no passkeys can be used at the address of this service; nothing where they can.
pub fn unusable(settings: &Settings) -> Option<&'static str> {
    site(settings).err()
}

/// The service as authenticators know it: by the host name of its address, which passkeys are bound to.
fn site(settings: &Settings) -> Result<Webauthn, &'static str> {
    const NO_NAME: &str =
        "Passkeys cannot be used here: they need a host name, and the address of this Headroom has none.";
    let url = Url::parse(&settings.public_url).map_err(|_| NO_NAME)?;
    let host = url.domain().ok_or(NO_NAME)?;
    if !settings.is_secure() && host != "localhost" {
        return Err(
            "Passkeys cannot be used here: browsers want https:// for them, and the address of this Headroom has none.",
        );
    }
    let builder = WebauthnBuilder::new(host, &url).and_then(|builder| builder.rp_name("Headroom").build());
    builder.map_err(|_| NO_NAME)
}

fn usable(app: &AppState) -> Result<Webauthn, AppError> {
    site(&app.settings).map_err(|_| AppError::Conflict("passkeys cannot be used at the address of this service"))
}

#[expect(clippy::needless_pass_by_value, reason = "it stands in `map_err`")]
fn fault(error: impl ToString) -> AppError {
    AppError::Fault(error.to_string())
}

fn seal<W: Serialize, S: Serialize>(
    app: &AppState,
    person: PersonId,
    (what, state): (W, S),
) -> Result<String, AppError> {
    let until = (app.clock.now() + ASKED).timestamp();
    let waiting = Waiting { id: Uuid::now_v7(), until, person, what, state };
    sealed::seal(&app.keys, Kind::Passkey, serde_json::to_vec(&waiting).map_err(fault)?)
}

/// What we sealed for this person and nobody has waited too long with.
fn opened<W: DeserializeOwned, S: DeserializeOwned>(
    app: &AppState,
    person: PersonId,
    sealed: &str,
) -> Option<Waiting<W, S>> {
    let text = sealed::open(&app.keys, Kind::Passkey, sealed)?;
    let waiting: Waiting<W, S> = serde_json::from_slice(&text).ok()?;
    (waiting.person == person && waiting.until > app.clock.now().timestamp()).then_some(waiting)
}

fn answer<T: DeserializeOwned>(typed: &str) -> Option<T> {
    if typed.len() > MOST_ANSWER {
        return None;
    }
    serde_json::from_str(typed).ok()
}

/// Asks for a new passkey.
///
/// # Errors
/// [`AppError::Conflict`] where none can be used; a fault of the libraries.
pub fn ask_to_make(app: &AppState, person: &PersonRow, held: &[PasskeyRow], wish: Wish) -> Result<Asked, AppError> {
    // One authenticator makes one for an account: a second would stand in for the first.
    let known: Vec<CredentialID> =
        held.iter().filter_map(|row| URL_SAFE_NO_PAD.decode(&row.credential_id).ok()).collect();
    let started = usable(app)?.start_passkey_registration(person.id.0, &person.email, &person.name, Some(known));
    let (options, state) = started.map_err(fault)?;
    let options = serde_json::to_string(&options.public_key).map_err(fault)?;
    Ok(Asked { options, state: seal(app, person.id, (wish, state))? })
}

/// The passkey that an authenticator made; nothing where it was not asked for in this session, was too late, or does not prove
/// what it says.
///
/// # Errors
/// [`AppError::Conflict`] where none can be used; a fault of the libraries.
pub fn made(
    app: &AppState,
    (person, session): (PersonId, SessionId),
    (state, typed): (&str, &str),
) -> Result<Option<AddPasskey>, AppError> {
    let site = usable(app)?;
    let Some(waiting) = opened::<Wish, PasskeyRegistration>(app, person, state) else {
        return Ok(None);
    };
    let Some(made) = answer::<RegisterPublicKeyCredential>(typed).filter(|_| waiting.what.session == session) else {
        return Ok(None);
    };
    let passkey = match site.finish_passkey_registration(&made, &waiting.state) {
        Ok(passkey) => passkey,
        Err(error) => {
            tracing::debug!(%error, "a new passkey was not taken");
            return Ok(None);
        }
    };
    let kept = serde_json::to_string(&passkey).map_err(fault)?;
    if kept.len() > MOST_KEPT {
        return Ok(None);
    }
    let credential = Credential::from(passkey);
    let Wish { session, name, right } = waiting.what;
    Ok(Some(AddPasskey {
        id: Uuid::now_v7(),
        person,
        challenge: waiting.id,
        name,
        credential_id: URL_SAFE_NO_PAD.encode(&credential.cred_id),
        credential: kept,
        counter: credential.counter,
        backed_up: credential.backup_state,
        stays: session,
        right,
    }))
}

/// Asks for one of a person's passkeys; nothing where they have none, or none can be used.
///
/// # Errors
/// [`AppError::Unavailable`]; a fault of the libraries.
pub async fn ask(app: &AppState, person: PersonId, at: At) -> Result<Option<Asked>, AppError> {
    let rows = passkeys::of(app.db.unscoped(), person).await?;
    let Ok(site) = site(&app.settings) else {
        return Ok(None);
    };
    if rows.is_empty() {
        return Ok(None);
    }
    let held = rows.iter().map(kept).collect::<Result<Vec<Passkey>, AppError>>()?;
    let (options, state) = site.start_passkey_authentication(&held).map_err(fault)?;
    let options = serde_json::to_string(&options.public_key).map_err(fault)?;
    Ok(Some(Asked { options, state: seal(app, person, (at, state))? }))
}

fn kept(row: &PasskeyRow) -> Result<Passkey, AppError> {
    serde_json::from_str(&row.credential).map_err(fault)
}

/// Looks at an answer. Nothing where the person has no second factor at all.
///
/// # Errors
/// [`AppError::Unavailable`]; a fault of the libraries.
pub async fn look(
    app: &AppState,
    person: PersonId,
    at: At,
    (state, typed): (&str, &str),
) -> Result<Option<Given>, AppError> {
    let rows = passkeys::of(app.db.unscoped(), person).await?;
    if rows.is_empty() {
        let has_app = second_factors::of(app.db.unscoped(), person).await?.is_some();
        return Ok(has_app.then_some(Given::Wrong));
    }
    let Ok(site) = site(&app.settings) else {
        return Ok(Some(Given::Wrong));
    };
    let waiting = opened::<At, PasskeyAuthentication>(app, person, state).filter(|waiting| waiting.what == at);
    let (Some(waiting), Some(shown)) = (waiting, answer::<PublicKeyCredential>(typed)) else {
        return Ok(Some(Given::Wrong));
    };
    let called = URL_SAFE_NO_PAD.encode(&shown.raw_id);
    // Removed meanwhile, or another's.
    let Some(row) = rows.into_iter().find(|row| row.credential_id == called) else {
        return Ok(Some(Given::Wrong));
    };
    Ok(Some(match site.finish_passkey_authentication(&shown, &waiting.state) {
        Ok(result) => {
            let mut passkey = kept(&row)?;
            passkey.update_credential(&result);
            let used = UsedPasskey {
                id: row.id,
                credential: serde_json::to_string(&passkey).map_err(fault)?,
                counter: result.counter(),
                backed_up: result.backup_state(),
            };
            Given::Passkey { challenge: waiting.id, used }
        }
        Err(WebauthnError::CredentialPossibleCompromise) => Given::CounterBack(row.id),
        Err(error) => {
            tracing::debug!(%error, "a passkey was not taken");
            Given::Wrong
        }
    }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Options;

    #[test]
    fn passkeys_need_a_host_name_and_https_but_for_this_machine() {
        let why = |url: &str| {
            let options = Options { public_url: Some(url.to_owned()), ..Options::default() };
            unusable(&Settings::resolve(options).unwrap())
        };
        for url in ["https://headroom.example", "https://headroom.example:8443", "http://localhost:8025"] {
            assert_eq!(why(url), None, "{url}");
        }
        for url in ["http://headroom.example", "http://localhost.example", "http://headroom"] {
            assert!(why(url).unwrap().contains("https"), "{url}");
        }
        for url in ["https://192.0.2.7", "http://127.0.0.1:8025", "https://[2001:db8::1]"] {
            assert!(why(url).unwrap().contains("host name"), "{url}");
        }
    }
}
