//! The evidence pack: what a practice recorded in a period, as one zip to be read anywhere, with a list of hashes.
//!
//! The decisions, the guard-rails that were shown, notices, letters as they were sent, outcomes and the practice's day
//! totals. It is the practice's own; no LMC and no ICB has a route to it. Making one is written to the audit trail with
//! the hash of its list of hashes, so it is a POST.

use axum::{
    extract::State,
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};
use entity::ids::LocalDate;
use serde::Deserialize;

use crate::{
    domain::access::{By, Permit, SeeLetters},
    error::{AppError, FieldError},
    exchange::archive::{self, Packed},
    operations::record_evidence_pack::RecordEvidencePack,
    state::AppState,
    web::{
        caller::Caller,
        forms::{self, Form},
        routes::Routes,
        shell::{self, Sheet},
    },
};

use gather::{Pack, Period};

mod files;
mod gather;
mod index;
mod pages;
mod rails;

/// The longest period of a pack, in days: ten years.
const LONGEST: i64 = 3653;
/// What the form begins with: a year.
const USUAL: u64 = 365;

/// The routes. Whoever sees the letters sees the register and the practice's days: one arm of the decision table
/// decides all three, and a test below holds it to that.
pub fn routes(routes: Routes) -> Routes {
    routes.get("/practices/{ods}/evidence", SeeLetters, page).post("/practices/{ods}/evidence.zip", SeeLetters, make)
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct PeriodForm {
    from: String,
    to: String,
    whole: Option<String>,
}

impl PeriodForm {
    fn read(&self, today: LocalDate) -> Result<Period, Vec<FieldError>> {
        let day = |text: &str, field, says: &'static str| {
            forms::optional_day(text, field)?.ok_or_else(|| FieldError::new(field, says))
        };
        let from = day(&self.from, "from", "Enter the first day");
        let to = day(&self.to, "to", "Enter the last day").and_then(|to| {
            if to > today {
                return Err(FieldError::new("to", "Choose today or an earlier day"));
            }
            Ok(to)
        });
        match (from, to) {
            (Ok(from), Ok(to)) if from > to => {
                let says = "Enter a day on or before the last day";
                Err(vec![FieldError::new("from", says)])
            }
            (Ok(from), Ok(to)) if to.days_since(from) >= LONGEST => {
                let says = "A pack holds ten years at most";
                Err(vec![FieldError::new("from", says)])
            }
            (Ok(from), Ok(to)) => Ok(Period { from, to, whole: self.whole.is_some() }),
            (from, to) => Err(from.err().into_iter().chain(to.err()).collect()),
        }
    }
}

async fn page(permit: Permit<SeeLetters>, caller: Caller, State(app): State<AppState>) -> Result<Response, AppError> {
    let today = app.clock.today();
    let typed = PeriodForm { from: today.minus_days(USUAL).to_string(), to: today.to_string(), whole: None };
    show(&app, &caller, &permit, &typed, &[]).await
}

async fn show(
    app: &AppState,
    caller: &Caller,
    permit: &Permit<SeeLetters>,
    typed: &PeriodForm,
    errors: &[FieldError],
) -> Result<Response, AppError> {
    let practice = permit.scope().practice();
    let (title, status) = if errors.is_empty() {
        ("Evidence pack", StatusCode::OK)
    } else {
        ("Error: Evidence pack", StatusCode::UNPROCESSABLE_ENTITY)
    };
    let view = pages::View {
        practice,
        from: &typed.from,
        to: &typed.to,
        whole: typed.whole.is_some(),
        today: app.clock.today(),
        errors,
    };
    let place = shell::practice_place(app, practice).await?;
    let sheet = Sheet { title, current: "Actions", live: None, content: pages::content(&view) };
    Ok((status, shell::page(app, caller, &place, sheet)).into_response())
}

/// Makes the pack, notes that it was made, and hands it over.
async fn make(
    permit: Permit<SeeLetters>,
    caller: Caller,
    State(app): State<AppState>,
    Form(typed): Form<PeriodForm>,
) -> Result<Response, AppError> {
    let period = match typed.read(app.clock.today()) {
        Ok(period) => period,
        Err(errors) => return show(&app, &caller, &permit, &typed, &errors).await,
    };
    let mut pack = gather::gather(&app, permit.scope(), period).await?;
    let papers = gather::papers(&app, &mut pack).await?;
    let (from, to) = (period.from, period.to);
    let name = format!("evidence-{}-{from}-to-{to}.zip", pack.practice);
    let packed = app.setting.run(move || zipped(&pack, papers)).await?;
    let packed = packed.map_err(|refused| AppError::Fault(refused.to_string()))?;
    let act = RecordEvidencePack { from, to, whole: period.whole, files: packed.files, sha256: packed.digest };
    act.perform(&app, &By::from(&permit)).await?;
    let headers = [
        (header::CONTENT_TYPE, "application/zip".to_owned()),
        (header::CONTENT_DISPOSITION, format!("attachment; filename=\"{name}\"")),
    ];
    Ok((headers, packed.bytes).into_response())
}

fn zipped(pack: &Pack, papers: Vec<archive::File>) -> Result<Packed, archive::Refused> {
    let mut all = files::all(pack);
    all.extend(papers);
    archive::pack(all)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::access::{Action, Actor, Facts, Grant, Role, Target, decide};

    #[test]
    fn whoever_may_make_a_pack_may_see_all_that_is_in_it() {
        let practice: entity::ids::OdsCode = "Z90001".parse().unwrap();
        let target = Target::Practice(practice.clone());
        let facts = Facts {
            exists: true,
            represented: true,
            represented_then: true,
            shares_with_lmc: true,
            ..Facts::default()
        };
        let mut actors = vec![Actor::Stranger];
        actors.extend(Role::ALL.map(|role| Actor::Person {
            id: entity::ids::PersonId(uuid::Uuid::nil()),
            grants: vec![Grant { role, organisation: (&practice).into() }],
        }));
        let may = |actor: &Actor, action| decide(actor, action, &target, facts).is_ok();
        assert!(actors.iter().any(|actor| may(actor, Action::SeeLetters)));
        for actor in actors.iter().filter(|actor| may(actor, Action::SeeLetters)) {
            for action in [Action::SeeRegister, Action::SeeCapacity] {
                assert!(may(actor, action), "{actor:?} {action:?}");
            }
        }
    }

    #[test]
    fn a_period_is_read_with_every_mistake_named() {
        let today: LocalDate = "2026-11-20".parse().unwrap();
        let read = |from: &str, to: &str| {
            let typed = PeriodForm { from: from.to_owned(), to: to.to_owned(), whole: None };
            typed.read(today).map_err(|errors| {
                let fields = errors.into_iter().map(|error| error.field.into_owned());
                fields.collect::<Vec<_>>()
            })
        };
        assert!(read("2026-11-20", "2026-11-20").is_ok());
        assert!(read("2016-11-21", "2026-11-20").is_ok());
        for (from, to, fields) in [
            ("", "", vec!["from", "to"]),
            ("2026-11-21", "2026-11-20", vec!["from"]),
            ("2026-11-01", "2026-11-21", vec!["to"]),
            ("2016-11-19", "2026-11-20", vec!["from"]),
            ("2026-02-30", "x", vec!["from", "to"]),
        ] {
            assert_eq!(read(from, to).unwrap_err(), fields, "{from} {to}");
        }
    }
}
