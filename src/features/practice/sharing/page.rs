//! The page of who sees a practice's register, the LMC's own page, and the decision.

use axum::{
    extract::State,
    response::{Redirect, Response},
};
use axum_extra::extract::Query;
use entity::ids::LocalDate;
use maud::Markup;
use serde::Deserialize;

use super::view::{self, AsLmc, Receipt, Seen, View};
use crate::{
    domain::{
        access::{By, Permit, PracticeScope, Role, SeeRegister, SetSharing},
        consent::Days,
        readers::OutsidePage,
    },
    error::AppError,
    href,
    operations::share_with_lmc::ShareWithLmc,
    state::AppState,
    store::{
        areas::{self, Tenure, When},
        sharing,
    },
    ui::seen_by_lmc::{self, SeenByLmc},
    web::{
        caller::Caller,
        forms::{self, Form, OnQuery},
        shell,
    },
};

/// How many of the last readers are shown.
const RECEIPTS: u64 = 50;

#[derive(Debug, Deserialize)]
pub(super) struct PageQuery {
    first: Option<String>,
}

/// The page.
pub(super) async fn show(
    permit: Permit<SeeRegister>,
    caller: Caller,
    State(app): State<AppState>,
    Query(query): Query<PageQuery>,
) -> Result<Response, AppError> {
    let sheet = view::content(&read(&app, permit.scope(), query.first.is_some()).await?);
    shell::show(&app, &caller, permit.scope(), sheet).await
}

async fn read(app: &AppState, scope: &PracticeScope, first: bool) -> Result<View, AppError> {
    let practice = scope.practice();
    let organisations = app.organisations().await?;
    let known = organisations.practice(practice).ok_or(AppError::NotFound)?;
    let read = app.db.read(scope);
    let receipts = sharing::receipts(read, RECEIPTS).await?;
    let today = app.clock.today();
    Ok(View {
        code: practice.clone(),
        name: known.name.to_string(),
        seen: match &known.lmc {
            Some(_) => Some(seen(app, scope, today, seen_by_lmc::today).await?.shown),
            None => None,
        },
        lmc: known.lmc.as_ref().map(|lmc| organisations.name_of(lmc)),
        icb: known.icb.as_ref().map(|icb| (icb.clone(), organisations.name_of(icb))),
        decisions: sharing::decisions(read).await?,
        today,
        first,
        address: app.settings.public_url.clone(),
        receipts: receipts
            .into_iter()
            .map(|look| Receipt {
                role: look.role.parse::<Role>().map_or_else(|_| look.role.clone(), |role| role.title().to_owned()),
                organisation: organisations.name_of(&look.organisation),
                page: OutsidePage::words_of(look.page.as_deref()),
                at: look.at,
            })
            .collect(),
    })
}

/// What the LMC of that day sees of this practice, given consent.
async fn seen(
    app: &AppState,
    scope: &PracticeScope,
    on: LocalDate,
    shown: fn(&SeenByLmc<'_>) -> Markup,
) -> Result<Seen, AppError> {
    let practice = scope.practice();
    let today = app.organisations().await?;
    let then = app.organisations_on(on).await?;
    let known = then.practice(practice).ok_or(AppError::NotFound)?;
    let lmc = known.lmc.as_ref().ok_or(AppError::NotFound)?;
    let now = app.clock.known();
    let when = When { on, known_at: now, now };
    let tenure = Tenure::of(known, &today, lmc);
    let read = app.db.read(scope);
    let decision = sharing::decision(read).await?;
    let shares = decision.as_ref().is_some_and(|decision| decision.given);
    let days = decision.filter(|decision| decision.given);
    let days = days.map_or(Days::All, |decision| decision.days);
    // A day that is not open is shown as it would be if it were.
    let open = days.open(on);
    let of = if open { days } else { Days::All };
    let read_for_lmc = areas::seen(read, &app.caches, when, (tenure, of)).await?;
    let catalogue = app.menu_of(scope.practice()).await?;
    let markup = shown(&SeenByLmc {
        lmc,
        code: practice,
        name: &known.name,
        catalogue: &catalogue,
        shared: &read_for_lmc,
        on,
        now,
    });
    Ok(Seen { lmc: then.name_of(lmc), shares, open, shown: markup })
}

/// The LMC's page of this practice, exactly as its officer gets it, under a line that says what it is.
pub(super) async fn as_lmc(
    permit: Permit<SeeRegister>,
    caller: Caller,
    State(app): State<AppState>,
    Query(query): Query<OnQuery>,
) -> Result<Response, AppError> {
    let today = app.clock.today();
    let on = forms::as_of(&query.on, today)?;
    let scope = permit.scope();
    let seen = seen(&app, scope, on, seen_by_lmc::page).await?;
    let sheet = view::as_lmc(&AsLmc { code: scope.practice(), on, today, seen: &seen });
    shell::show(&app, &caller, scope, sheet).await
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct DecideForm {
    share: String,
    /// Which days are open: `all`, as where nothing is said, or `from-today`.
    #[serde(default)]
    days: String,
}

impl DecideForm {
    fn read(&self, today: LocalDate) -> Result<(sharing::GivenConsent, Days), AppError> {
        let given = match self.share.as_str() {
            "yes" => sharing::GivenConsent::Yes,
            "no" => sharing::GivenConsent::No,
            _ => return Err(AppError::field("share", "Choose whether to share or not")),
        };
        let days = match self.days.as_str() {
            "from-today" if given == sharing::GivenConsent::Yes => Days::From(today),
            "" | "all" | "from-today" => Days::All,
            _ => return Err(AppError::field("days", "Choose which days your LMC sees")),
        };
        Ok((given, days))
    }
}

/// Gives or withdraws consent, at once. Saying again what holds changes nothing.
pub(super) async fn decide(
    permit: Permit<SetSharing>,
    State(app): State<AppState>,
    Form(form): Form<DecideForm>,
) -> Result<Redirect, AppError> {
    let (given, days) = form.read(app.clock.today())?;
    let decision = ShareWithLmc { given, days };
    decision.perform(&app, &By::from(&permit)).await?;
    let page = href!("/practices").seg(permit.scope().practice()).seg("sharing");
    Ok(Redirect::to(page.as_str()))
}
