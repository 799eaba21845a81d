//! The page from which a pack is made, and the making.

use axum::{extract::State, response::Response};
use entity::ids::LocalDate;
use serde::Deserialize;

use super::{
    files,
    gather::{self, Pack, Period},
    view::{self, View},
};
use crate::{
    domain::access::{By, Permit, SeeLetters},
    error::{AppError, FieldError},
    exchange::archive::{self, Packed},
    operations::record_evidence_pack::RecordEvidencePack,
    state::AppState,
    web::{
        caller::Caller,
        download,
        forms::{self, Form},
        shell,
    },
};

/// The longest period of a pack, in days: ten years.
const LONGEST: i64 = 3653;
/// What the form begins with: a year.
const USUAL: u64 = 365;

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(super) struct PeriodForm {
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

/// The form of a pack.
pub(super) async fn show(
    permit: Permit<SeeLetters>,
    caller: Caller,
    State(app): State<AppState>,
) -> Result<Response, AppError> {
    let today = app.clock.today();
    let typed = PeriodForm { from: today.minus_days(USUAL).to_string(), to: today.to_string(), whole: None };
    form(&app, &caller, &permit, &typed, &[]).await
}

async fn form(
    app: &AppState,
    caller: &Caller,
    permit: &Permit<SeeLetters>,
    typed: &PeriodForm,
    errors: &[FieldError],
) -> Result<Response, AppError> {
    let view = View {
        practice: permit.scope().practice(),
        from: &typed.from,
        to: &typed.to,
        whole: typed.whole.is_some(),
        today: app.clock.today(),
        most_pdfs: gather::MOST_PDFS,
        errors,
    };
    shell::show(app, caller, permit.scope(), view::content(&view)).await
}

/// Makes the pack, notes that it was made, and hands it over.
pub(super) async fn make(
    permit: Permit<SeeLetters>,
    caller: Caller,
    State(app): State<AppState>,
    Form(typed): Form<PeriodForm>,
) -> Result<Response, AppError> {
    let period = match typed.read(app.clock.today()) {
        Ok(period) => period,
        Err(errors) => return form(&app, &caller, &permit, &typed, &errors).await,
    };
    let mut pack = gather::gather(&app, permit.scope(), period).await?;
    let papers = gather::papers(&app, &mut pack).await?;
    let (from, to) = (period.from, period.to);
    let name = format!("evidence-{}-{from}-to-{to}.zip", pack.practice);
    let packed = download::made(&app, move || zipped(&pack, papers)).await?;
    let act = RecordEvidencePack { from, to, whole: period.whole, files: packed.files, sha256: packed.digest };
    act.perform(&app, &By::from(&permit)).await?;
    Ok(download::file("application/zip", &name, packed.bytes))
}

fn zipped(pack: &Pack, papers: Vec<archive::File>) -> Result<Packed, archive::Refused> {
    let mut all = files::all(pack);
    all.extend(papers);
    archive::pack(all)
}

#[cfg(test)]
mod tests {
    use super::*;

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
