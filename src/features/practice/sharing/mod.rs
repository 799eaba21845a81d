//! Who sees a practice's register: consent for its LMC, the very page its LMC gets, and who looked.

use axum::{
    extract::State,
    response::{IntoResponse, Redirect, Response},
};
use axum_extra::extract::Query;
use chrono::{DateTime, Utc};
use entity::ids::{LocalDate, OdsCode, OrgCode};
use maud::Markup;
use serde::Deserialize;

use crate::{
    domain::{
        access::{By, Permit, PracticeScope, Role, SeeRegister, SetSharing},
        consent::{Days, Decision},
        organisation::View as Organisations,
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
        forms::{self, Form},
        routes::Routes,
        shell::{self, Sheet},
    },
};

mod pages;

/// How many of the last readers are shown.
const RECEIPTS: u64 = 50;

/// The routes.
pub fn routes(routes: Routes) -> Routes {
    routes
        .get("/practices/{ods}/sharing", SeeRegister, page)
        .get("/practices/{ods}/seen-by/lmc", SeeRegister, as_lmc)
        .post("/practices/{ods}/sharing", SetSharing, decide)
}

/// Who sees this, as the page shows it.
#[derive(Debug)]
struct View {
    code: OdsCode,
    name: String,
    /// What the LMC sees of it, given consent; nothing where no LMC is known.
    seen: Option<Markup>,
    /// The LMC's name, where the practice has one.
    lmc: Option<String>,
    /// The ICB's code and name, where the practice has one.
    icb: Option<(OrgCode, String)>,
    /// What was decided, the oldest first; the last word holds.
    decisions: Vec<Decision>,
    today: LocalDate,
    /// The practice has just recorded its first item.
    first: bool,
    /// Where this Headroom is reached.
    address: String,
    /// Who looked.
    receipts: Vec<Receipt>,
}

/// One look of somebody outside.
#[derive(Debug)]
struct Receipt {
    role: String,
    organisation: String,
    page: &'static str,
    at: DateTime<Utc>,
}

#[derive(Debug, Deserialize)]
struct PageQuery {
    first: Option<String>,
}

async fn page(
    permit: Permit<SeeRegister>,
    caller: Caller,
    State(app): State<AppState>,
    Query(query): Query<PageQuery>,
) -> Result<Response, AppError> {
    let view = view(&app, permit.scope(), query.first.is_some()).await?;
    let content = pages::content(&view);
    show(&app, &caller, permit.scope(), "Who sees this", content).await
}

async fn show(
    app: &AppState,
    caller: &Caller,
    scope: &PracticeScope,
    title: &str,
    content: Markup,
) -> Result<Response, AppError> {
    let place = shell::practice_place(app, scope.practice()).await?;
    let sheet = Sheet { title, current: "Who sees this", live: None, content };
    Ok(shell::page(app, caller, &place, sheet).into_response())
}

async fn view(app: &AppState, scope: &PracticeScope, first: bool) -> Result<View, AppError> {
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
        lmc: known.lmc.as_ref().map(|lmc| name(&organisations, lmc)),
        icb: known.icb.as_ref().map(|icb| (icb.clone(), name(&organisations, icb))),
        decisions: sharing::decisions(read).await?,
        today,
        first,
        address: app.settings.public_url.clone(),
        receipts: receipts
            .into_iter()
            .map(|look| Receipt {
                role: look.role.parse::<Role>().map_or_else(|_| look.role.clone(), |role| role.title().to_owned()),
                organisation: name(&organisations, &look.organisation),
                page: OutsidePage::words_of(look.page.as_deref()),
                at: look.at,
            })
            .collect(),
    })
}

fn name(organisations: &Organisations, code: &OrgCode) -> String {
    let found = organisations.organisation(code);
    found.map_or_else(|| code.to_string(), |found| found.name.to_string())
}

/// What the LMC of a day sees of this practice.
struct Seen {
    /// The name of the LMC.
    lmc: String,
    /// The practice shares.
    shares: bool,
    /// It shares, and this day is open; where it does not share, it would be.
    open: bool,
    /// Made of the same values as the LMC's own page.
    shown: Markup,
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
    let read_for_lmc = areas::seen(read, &app.kept, when, (tenure, of)).await?;
    let catalogue = app.catalogue().await?;
    let markup = shown(&SeenByLmc {
        lmc,
        code: practice,
        name: &known.name,
        catalogue: &catalogue,
        shared: &read_for_lmc,
        on,
        now,
    });
    Ok(Seen { lmc: name(&then, lmc), shares, open, shown: markup })
}

#[derive(Debug, Deserialize)]
struct OnQuery {
    #[serde(default)]
    on: String,
}

/// The LMC's page of this practice, exactly as its officer gets it, under a line that says what it is.
async fn as_lmc(
    permit: Permit<SeeRegister>,
    caller: Caller,
    State(app): State<AppState>,
    Query(query): Query<OnQuery>,
) -> Result<Response, AppError> {
    let today = app.clock.today();
    let on = forms::as_of(&query.on, today).map_err(|error| AppError::Invalid(vec![error]))?;
    let scope = permit.scope();
    let seen = seen(&app, scope, on, seen_by_lmc::page).await?;
    let content = pages::as_lmc(&pages::AsLmc { code: scope.practice(), on, today, seen: &seen });
    let title = format!("As {} sees it", seen.lmc);
    show(&app, &caller, scope, &title, content).await
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct DecideForm {
    share: String,
    /// Which days are open: `all`, as where nothing is said, or `from-today`.
    #[serde(default)]
    days: String,
}

impl DecideForm {
    fn read(&self, today: LocalDate) -> Result<(sharing::Given, Days), AppError> {
        let given = match self.share.as_str() {
            "yes" => sharing::Given::Yes,
            "no" => sharing::Given::No,
            _ => return Err(AppError::field("share", "Choose whether to share or not")),
        };
        let days = match self.days.as_str() {
            "from-today" if given == sharing::Given::Yes => Days::From(today),
            "" | "all" | "from-today" => Days::All,
            _ => return Err(AppError::field("days", "Choose which days your LMC sees")),
        };
        Ok((given, days))
    }
}

/// Gives or withdraws consent, at once. Saying again what holds changes nothing.
async fn decide(
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
