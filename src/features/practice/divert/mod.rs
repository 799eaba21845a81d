//! Divert: its page and its record, the reception desk, and the screens that show the day.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use entity::ids::{ClinicianId, LocalDate, OdsCode};

use crate::{
    domain::{
        access::{
            CountDiverts, ManageDisplays, PracticeScope, RecordContacts, RunDivert, SeeDesk, SeeDisplay, SeeDiverts,
        },
        divert::{
            self, Divert, Ground,
            book::{Book, GuardRail},
        },
        limit::{Day, PracticeDay, Standing},
        staff::StaffGroup,
    },
    error::AppError,
    state::AppState,
    store::{
        self,
        days::{self, ClinicianOnDay, DayOfPractice},
    },
    web::routes::Routes,
};

pub mod api;
mod desk;
mod desk_pages;
mod directory;
mod displays;
mod displays_pages;
mod messages;
mod messages_pages;
mod pages;
mod record;
mod record_data;
mod record_pages;
mod run;
mod settings;
mod settings_pages;
mod wall;

/// The routes.
pub fn routes(routes: Routes) -> Routes {
    use axum::http::Method;
    let routes = routes
        .get("/practices/{ods}/divert", SeeDiverts, run::page)
        .get("/practices/{ods}/divert/now", SeeDiverts, run::fragment)
        .post("/practices/{ods}/divert/start", RunDivert, run::start)
        .post("/practices/{ods}/divert/end", RunDivert, run::end)
        .get("/practices/{ods}/divert/history", SeeDiverts, record::history)
        .get("/practices/{ods}/divert/record", SeeDiverts, record::document)
        .get("/practices/{ods}/divert/message", SeeDiverts, messages::page)
        .post("/practices/{ods}/divert/message", RunDivert, messages::sent)
        .post("/practices/{ods}/divert/answer", RunDivert, messages::answered)
        .get("/practices/{ods}/divert/settings", SeeDiverts, settings::page)
        .post("/practices/{ods}/divert/rule", RunDivert, settings::rule)
        .post("/practices/{ods}/divert/text", RunDivert, settings::text)
        .post("/practices/{ods}/divert/place", RunDivert, directory::place)
        .post("/practices/{ods}/clinicians/{clinician}/at-limit", RecordContacts, run::tell);
    let routes = routes
        .get("/practices/{ods}/displays", ManageDisplays, displays::page)
        .post("/practices/{ods}/displays", ManageDisplays, displays::make)
        .post("/practices/{ods}/displays/{display}/revoke", ManageDisplays, displays::revoke)
        .public(Method::GET, "/display-link/{secret}", displays::show)
        .public(Method::POST, "/display-link/{secret}", displays::open)
        .public(Method::GET, "/display-ended", displays::ended)
        .get("/practices/{ods}/display", SeeDisplay, wall::page)
        .get("/practices/{ods}/display/now", SeeDisplay, wall::fragment)
        .get("/live/practices/{ods}/display", SeeDisplay, wall::live)
        .get("/practices/{ods}/desk", SeeDesk, desk::page)
        .get("/practices/{ods}/desk/now", SeeDesk, desk::fragment)
        .get("/practices/{ods}/desk/sent", SeeDesk, desk::sent)
        .post("/practices/{ods}/desk/counts", CountDiverts, desk::count);
    api::routes(routes)
}

/// One clinician today.
#[derive(Debug)]
struct Row {
    id: ClinicianId,
    label: String,
    group: &'static str,
    day: Day,
    /// Somebody counted for them, or they work today by the rota or by what was said of the day.
    working: bool,
    /// Whether they have a count, are looked for, or are off.
    standing: Standing,
    /// When they told the practice that they are at their limit.
    told: Option<DateTime<Utc>>,
}

/// A practice's day, as far as a divert is about it.
#[derive(Debug)]
struct Today {
    practice: OdsCode,
    name: String,
    on: LocalDate,
    /// When this was read.
    at: DateTime<Utc>,
    rows: Vec<Row>,
    sum: PracticeDay,
    /// Share in percent and number of clinicians.
    rule: (u32, Option<u32>),
    divert: Option<Divert>,
}

impl Today {
    async fn read(app: &AppState, scope: &PracticeScope) -> Result<Self, AppError> {
        Self::of(app, scope, app.clock.today()).await
    }

    async fn of(app: &AppState, scope: &PracticeScope, on: LocalDate) -> Result<Self, AppError> {
        let read = app.db.read(scope);
        let DayOfPractice { clinicians, sum } = days::practice_day(read, on).await?;
        let told = store::divert::told_by(read, on).await?;
        let rules = store::divert::rules(read).await?;
        Ok(Self {
            practice: scope.practice().clone(),
            name: name(app, scope.practice()).await?,
            on,
            at: app.clock.now(),
            sum,
            rows: clinicians.into_iter().map(|one| Row::new(one, &told)).collect(),
            rule: divert::rule_on(&rules, on),
            divert: store::divert::current(read).await?,
        })
    }

    /// What the practice's rule suggests; nothing while a divert goes on.
    fn suggested(&self) -> Option<Ground> {
        match self.divert {
            Some(_) => None,
            None => divert::suggested(self.rule, self.sum),
        }
    }

    /// Labels of those who said that they are at their limit, with the time.
    fn told(&self) -> Vec<(&str, DateTime<Utc>)> {
        let told = |row: &'_ Row| Some((row.id, row.told?));
        let mut told: Vec<_> =
            self.rows.iter().filter_map(|row| told(row).map(|(_, at)| (row.label.as_str(), at))).collect();
        told.sort_by_key(|(_, at)| *at);
        told
    }
}

impl Row {
    fn new(one: ClinicianOnDay, told: &HashMap<ClinicianId, DateTime<Utc>>) -> Self {
        let group = one.row.staff_group.parse::<StaffGroup>();
        Self {
            id: one.row.id,
            label: one.row.label,
            group: group.map_or("", StaffGroup::title),
            day: one.day,
            working: one.is_expected,
            standing: one.standing,
            told: told.get(&one.row.id).copied(),
        }
    }
}

/// The practice's name as of today; its code where no name is known.
async fn name(app: &AppState, practice: &OdsCode) -> Result<String, AppError> {
    let organisations = app.organisations().await?;
    Ok(organisations.practice(practice).map_or_else(|| practice.to_string(), |known| known.name.to_string()))
}

/// What stays obligatory, and what a practice begins with.
fn book() -> Result<&'static Book, AppError> {
    Book::built_in().map_err(|broken| AppError::Fault(broken.join("; ")))
}

/// What stays obligatory on a day.
fn guard_rail(day: LocalDate) -> Result<&'static GuardRail, AppError> {
    book()?.guard_rail_on(day).ok_or_else(|| AppError::Fault("there is no guard rail".to_owned()))
}
