//! The stream that keeps an LMC's pages true. It carries names of what changed, never of whom, and ends when its reader
//! may listen no longer.

use std::{
    collections::BTreeSet,
    sync::{
        Arc, PoisonError, RwLock,
        atomic::{AtomicI64, Ordering},
    },
};

use axum::{extract::State, http::HeaderMap, response::Response};
use entity::ids::OdsCode;

use crate::{
    domain::{
        access::{LmcScope, Permit, SeeLmcArea, Target},
        organisation::OrganisationKind,
    },
    error::AppError,
    live::{Change, What},
    state::AppState,
    store,
    web::{self, caller::Caller},
};

/// An area is summed again at most so often for contacts; a minute's poll catches what falls between.
const CONTACTS_PAUSE: i64 = 5;

/// Whose changes an LMC page hears: kept as they stand, since consent and membership change under an open stream.
#[derive(Debug, Default)]
struct Audience {
    members: BTreeSet<OdsCode>,
    sharing: BTreeSet<OdsCode>,
}

impl Audience {
    async fn now(app: &AppState, scope: &LmcScope) -> Result<Self, AppError> {
        let organisations = app.organisations().await?;
        let at = app.db.read(scope);
        let sharing = store::areas::sharing_with(at, &organisations, app.clock.known()).await?;
        let members = organisations.practices_in(OrganisationKind::Lmc, scope.lmc());
        Ok(Self {
            members: members.into_iter().map(|p| p.code.clone()).collect(),
            sharing: sharing.into_keys().collect(),
        })
    }

    /// Consent given or withdrawn concerns every member; anything else only those that share, so that nobody hears
    /// when a practice that does not share is busy.
    fn hears(&self, change: &Change) -> bool {
        match change.what {
            What::Sharing => self.members.contains(&change.practice),
            What::Contacts | What::Register => self.sharing.contains(&change.practice),
            What::People | What::Divert => false,
        }
    }
}

/// Changes of the practices of one LMC that share.
pub(super) async fn lmc(
    State(app): State<AppState>,
    permit: Permit<SeeLmcArea>,
    caller: Caller,
    headers: HeaderMap,
) -> Result<Response, AppError> {
    let scope = permit.scope().clone();
    let open = web::live::open(&app, &caller)?;
    let audience = Arc::new(RwLock::new(Audience::now(&app, &scope).await?));
    let concerns = concerns(&app, Arc::clone(&audience));
    let target = Target::Lmc(scope.lmc().clone());
    let may = Arc::new(web::live::recheck::<SeeLmcArea>(&app, &open, headers, target));
    let asked = app.clone();
    let again = move || {
        let (app, scope, may) = (asked.clone(), scope.clone(), Arc::clone(&may));
        let audience = Arc::clone(&audience);
        let may = async move {
            if !may().await {
                return false;
            }
            let Ok(fresh) = Audience::now(&app, &scope).await else {
                return false;
            };
            *audience.write().unwrap_or_else(PoisonError::into_inner) = fresh;
            true
        };
        Box::pin(may) as std::pin::Pin<Box<dyn Future<Output = bool> + Send>>
    };
    Ok(web::live::stream(&app, open, concerns, Box::new(again)))
}

fn concerns(app: &AppState, audience: Arc<RwLock<Audience>>) -> impl Fn(&Change) -> bool + Send + Sync + 'static {
    let clock = app.clock.clone();
    let told = AtomicI64::new(i64::MIN);
    move |change: &Change| {
        let hears = audience.read().unwrap_or_else(PoisonError::into_inner).hears(change);
        if !hears || change.what != What::Contacts {
            return hears;
        }
        let now = clock.now().timestamp();
        let due = told.load(Ordering::Relaxed).saturating_add(CONTACTS_PAUSE) <= now;
        if due {
            told.store(now, Ordering::Relaxed);
        }
        due
    }
}
