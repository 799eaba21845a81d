//! What is compared, read from what practices share, and its page.

use std::collections::BTreeMap;

use axum::{extract::State, response::Response};
use axum_extra::extract::Query;
use entity::ids::OdsCode;

use super::{
    asked::Choice,
    view::{self, Asked, Found},
};
use crate::{
    domain::{
        access::{Permit, SeeLmcArea},
        action,
        catalogue::Item,
        impact::{self, Course, ImpactPractice, Member, SentBack, TooFew, Windows},
        organisation::{OrganisationKind, View},
        working_day::WorkingDays,
    },
    error::AppError,
    state::AppState,
    store::{
        self,
        area_transfers::{self, Narrowed},
        areas::{self, Parts, When},
    },
    web::{caller::Caller, shell},
};

/// `GET /lmc/{lmc}/impact`.
pub(super) async fn page(
    State(app): State<AppState>,
    caller: Caller,
    permit: Permit<SeeLmcArea>,
    Query(asked): Query<Asked>,
) -> Result<Response, AppError> {
    let catalogue = app.menu_of_lmc(Some(permit.scope().lmc())).await?;
    let today = app.clock.today();
    let items: Vec<&Item> = catalogue.items_on(today).filter(|item| action::may_leave(item, today)).collect();
    let (choice, errors) = asked.read(today, &items);
    let lmc = permit.scope().lmc();
    let organisations = app.organisations().await?;
    let seen = look(&app, &permit, &organisations, choice).await?;
    let transfers = match &seen.found {
        Found::OneDay(windows, Ok(_)) => Some(transfers(&app, &permit, &organisations, *windows).await?),
        _ => None,
    };
    let sheet = view::page(&view::View {
        lmc,
        practices: organisations.practices_in(OrganisationKind::Lmc, lmc).len(),
        sharing: seen.sharing,
        items: &items,
        asked: &asked,
        item: choice.item,
        asked_weeks: choice.weeks,
        found: &seen.found,
        transfers: transfers.as_ref(),
        slot: app.transfer_book_of_lmc(permit.scope()).await?.slot_minutes,
        errors: &errors,
    });
    shell::show(&app, &caller, permit.scope(), sheet).await
}

/// What the page is about.
struct Seen {
    sharing: usize,
    found: Found,
}

/// Consent is read with the registers and again with the counts: what a practice withdrew a moment ago is in neither.
async fn look(
    app: &AppState,
    permit: &Permit<SeeLmcArea>,
    organisations: &View,
    choice: Choice<'_>,
) -> Result<Seen, AppError> {
    let courses = match choice.item {
        Some(item) => courses(app, permit, organisations, item).await?,
        None => BTreeMap::new(),
    };
    let (now, today) = (app.clock.known(), app.clock.today());
    let own = choice.item.is_some() && choice.date.is_none();
    let date = choice.date.unwrap_or(impact::first_of_october(today));
    let windows = Windows::new(date, choice.weeks, today)
        .ok_or_else(|| AppError::Fault("a day was chosen since which no week has passed".to_owned()))?;
    let span = if own {
        let starts = courses.values().filter_map(|course| course.since());
        impact::span(starts, choice.weeks, today).unwrap_or((today, today))
    } else {
        (windows.first(), windows.last())
    };
    let counts = store::impact::counts(app.db.read(permit.scope()), organisations, span, now).await?;
    let course = |practice| {
        let known = courses.get(practice).copied();
        known.unwrap_or(Course::NotHeardFrom)
    };
    let found = if own {
        let members: Vec<Member<'_>> = counts
            .iter()
            .map(|(code, known)| Member { course: course(code), days: &known.days, diverts: &known.diverts })
            .collect();
        let compared = impact::around_own_starts(today, choice.weeks, &members);
        Found::OwnStarts(Box::new(compared))
    } else {
        let practices: Vec<ImpactPractice<'_>> = counts
            .iter()
            .map(|(code, known)| ImpactPractice {
                days: &known.days,
                diverts: &known.diverts,
                acting: course(code).since().is_some(),
                published: &known.published,
            })
            .collect();
        let compared = impact::compare(windows, &practices, WorkingDays::england().ok());
        Found::OneDay(windows, compared)
    };
    Ok(Seen { sharing: counts.len(), found })
}

/// What sending transferred work back gave the practices that opened it: on their open days only.
async fn transfers(
    app: &AppState,
    permit: &Permit<SeeLmcArea>,
    organisations: &View,
    windows: Windows,
) -> Result<Result<SentBack, TooFew>, AppError> {
    let at = app.db.read(permit.scope());
    let opened = area_transfers::opened(at, organisations, app.clock.known()).await?;
    let all = Narrowed::default();
    let before = area_transfers::given_back(at, &opened, (windows.first(), windows.last_before()), &all).await?;
    let after = area_transfers::given_back(at, &opened, (windows.date, windows.last()), &all).await?;
    Ok(impact::sent_back(&before, &after))
}

/// How each practice that shares went with the item.
async fn courses(
    app: &AppState,
    permit: &Permit<SeeLmcArea>,
    organisations: &View,
    item: &Item,
) -> Result<BTreeMap<OdsCode, Course>, AppError> {
    let (now, today) = (app.clock.known(), app.clock.today());
    let when = When { on: today, known_at: now, now };
    let area =
        areas::area(app.db.read(permit.scope()), (organisations, organisations), when, (&app.caches, Parts::Registers))
            .await?;
    let courses = area.shared.iter().map(|(practice, shared)| {
        let course = impact::course(shared, &item.code, today, now);
        (practice.clone(), course)
    });
    Ok(courses.collect())
}
