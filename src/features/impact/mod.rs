//! Before and after a day of the officer's choice: what practices that share counted, as sums of five practices or more.

mod asked;
mod pages;
mod week_pages;

use axum::{
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use axum_extra::extract::Query;
use entity::ids::{LocalDate, OdsCode, OrgCode};

use self::asked::{Asked, Choice};
use crate::{
    domain::{
        access::{Permit, SeeLmcArea},
        action,
        catalogue::Item,
        impact::{self, Impact, Practice, TooFew, Windows},
        organisation::{Kind, View},
        working_day::WorkingDays,
    },
    error::AppError,
    state::AppState,
    store,
    web::{
        caller::Caller,
        routes::Routes,
        shell::{self, Sheet},
    },
};

/// The routes.
pub fn routes(routes: Routes) -> Routes {
    routes.get("/lmc/{lmc}/impact", SeeLmcArea, page)
}

/// Why this day was taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Why {
    /// The officer asked for it.
    Asked,
    /// So many practices began the item on it, more than on any other day.
    MostBegan(u32),
    /// Nothing else is known.
    October,
}

/// `GET /lmc/{lmc}/impact`.
async fn page(
    State(app): State<AppState>,
    caller: Caller,
    permit: Permit<SeeLmcArea>,
    Query(asked): Query<Asked>,
) -> Result<Response, AppError> {
    let catalogue = app.catalogue().await?;
    let today = app.clock.today();
    let items: Vec<&Item> = catalogue
        .items_on(today)
        .filter(|item| action::may_leave(item, today))
        .collect();
    let (choice, errors) = asked.read(today, &items);
    let lmc = permit.scope().lmc();
    let organisations = app.organisations().await?;
    let seen = look(&app, &permit, &organisations, choice).await?;
    let content = pages::page(&pages::View {
        lmc,
        practices: organisations.practices_in(Kind::Lmc, lmc).len(),
        sharing: seen.sharing,
        items: &items,
        asked: &asked,
        item: choice.item,
        windows: seen.windows,
        asked_weeks: choice.weeks,
        why: seen.why,
        found: &seen.found,
        errors: &errors,
    });
    let (code, title) = if errors.is_empty() {
        (StatusCode::OK, "Before and after")
    } else {
        (StatusCode::UNPROCESSABLE_ENTITY, "Error: Before and after")
    };
    let sheet = Sheet {
        title,
        current: "Area",
        live: None,
        content,
    };
    let place = shell::lmc_place(&app, lmc).await?;
    Ok((code, shell::page(&app, &caller, &place, sheet)).into_response())
}

/// What the page is about.
struct Seen {
    sharing: usize,
    windows: Windows,
    why: Why,
    found: Result<Impact, TooFew>,
}

/// Consent is read with the registers and again with the counts: what a practice withdrew a moment ago is in neither.
async fn look(
    app: &AppState,
    permit: &Permit<SeeLmcArea>,
    organisations: &View,
    choice: Choice<'_>,
) -> Result<Seen, AppError> {
    let (now, today) = (app.clock.known(), app.clock.today());
    let at = app.db.read(permit.scope());
    let registers = store::impact::registers(at, organisations, now, &app.kept).await?;
    let began: Vec<(&OdsCode, LocalDate)> = registers
        .iter()
        .filter_map(|(practice, register)| {
            let item = choice.item?;
            Some((
                practice,
                impact::began(&register.rows, &item.code, today, now)?,
            ))
        })
        .collect();
    let (date, why) = start(choice, began.iter().map(|(_, day)| *day), today);
    let windows = Windows::new(date, choice.weeks, today).ok_or_else(|| {
        AppError::Fault("a day was chosen since which no week has passed".to_owned())
    })?;
    let counts = store::impact::counts(at, organisations, windows, now).await?;
    let practices: Vec<Practice<'_>> = counts
        .iter()
        .map(|(code, known)| Practice {
            days: &known.days,
            diverts: &known.diverts,
            acting: began.iter().any(|(practice, _)| *practice == code),
            published: &known.published,
        })
        .collect();
    Ok(Seen {
        sharing: practices.len(),
        windows,
        why,
        found: impact::compare(windows, &practices, WorkingDays::england().ok()),
    })
}

fn start(
    choice: Choice<'_>,
    began: impl Iterator<Item = LocalDate>,
    today: LocalDate,
) -> (LocalDate, Why) {
    if let Some(date) = choice.date {
        return (date, Why::Asked);
    }
    match impact::most_began(began, today) {
        Some((date, practices)) => (date, Why::MostBegan(practices)),
        None => (impact::first_of_october(today), Why::October),
    }
}

/// The page's address.
fn address(lmc: &OrgCode) -> crate::ui::href::Href {
    crate::href!("/lmc").seg(lmc).seg("impact")
}
