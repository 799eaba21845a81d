//! What is kept about one's own account, as one file of JSON.

use axum::{extract::State, response::Response};
use serde::Deserialize;
use serde_json::{Map, Value as Json, json};

use super::proof::own;
use crate::{
    audit::Event,
    domain::{
        access::{By, KeepAccount, Permit},
        calendar,
    },
    error::AppError,
    operations::record_export::{self, AccountExported, MOST_AN_HOUR},
    state::AppState,
    store::{
        record,
        trail::{self, First},
    },
    web::{caller::Caller, download, forms::Form},
};

/// Rows of one table: nobody has as many sign-ins or mails.
const MOST_ROWS: usize = 20_000;
/// Acts in the trail of the service, the newest.
const MOST_ACTS: u64 = 5_000;

/// The form has nothing to say.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Nothing {}

/// The file.
pub(super) async fn file(
    permit: Permit<KeepAccount>,
    caller: Caller,
    State(app): State<AppState>,
    Form(Nothing {}): Form<Nothing>,
) -> Result<Response, AppError> {
    let (person, _) = own(&app, &caller, &permit)?;
    let turn = app.exports.begin(person.to_string())?;
    let acts = acts(&app, &permit).await?;
    not_too_often(&app, &acts)?;
    let mut tables = Map::new();
    for table in record::ACCOUNT {
        tables.insert(table.name.to_owned(), rows(&app, &permit, table).await?);
    }
    let file = json!({
        "about": "What Headroom keeps about your account. Passwords, codes and links are kept as digests, which are left \
                  out. What you did for an organisation is in its own list of what happened.",
        "made": calendar::london_stamp(app.clock.now()),
        "columns": columns(),
        "tables": tables,
        "acts": acts,
    });
    let text = serde_json::to_string_pretty(&file).map_err(|error| AppError::Fault(error.to_string()))?;
    record_export::account_exported(&app, &By::from(&permit), person).await?;
    drop(turn);
    Ok(download::file("application/json", &format!("headroom-account-{}.json", app.clock.today()), text))
}

async fn rows(app: &AppState, permit: &Permit<KeepAccount>, table: &record::Table) -> Result<Json, AppError> {
    let columns: Vec<&str> = table.columns().into_iter().map(|(name, _)| name).collect();
    let (mut all, mut after) = (Vec::new(), None);
    loop {
        let piece = record::of_account(app.db.read(permit.scope()), table.name, after).await?;
        all.extend(piece.rows.into_iter().map(|row| {
            let pairs = columns.iter().zip(row).map(|(name, cell)| ((*name).to_owned(), cell));
            Json::Object(pairs.collect())
        }));
        after = piece.next;
        if after.is_none() || all.len() >= MOST_ROWS {
            return Ok(Json::Array(all));
        }
    }
}

/// What every column says.
fn columns() -> Json {
    let of_table = |table: &record::Table| {
        let columns = table.columns().into_iter().map(|(name, says)| (name.to_owned(), Json::from(says)));
        (table.name.to_owned(), Json::Object(columns.collect()))
    };
    Json::Object(record::ACCOUNT.iter().map(of_table).collect())
}

/// What they did, as far as the service itself keeps it.
async fn acts(app: &AppState, permit: &Permit<KeepAccount>) -> Result<Vec<Json>, AppError> {
    let by = trail::By::Actors(vec![permit.actor().to_string()]);
    let found = trail::read(app.db.read(permit.scope()), &by, trail::Part::WHOLE, (First::Newest, MOST_ACTS)).await?;
    let told = found.into_iter().map(|event| {
        let detail = event.detail.as_deref().and_then(|detail| serde_json::from_str::<Json>(detail).ok());
        json!({ "at": event.recorded_at.to_rfc3339(), "act": event.event, "detail": detail })
    });
    Ok(told.collect())
}

/// Refuses it where it was made too often in the last hour, as their own acts tell.
fn not_too_often(app: &AppState, acts: &[Json]) -> Result<(), AppError> {
    let since = app.clock.now() - chrono::TimeDelta::hours(1);
    let is_late = |act: &&Json| {
        let at = act["at"].as_str().and_then(|at| at.parse::<chrono::DateTime<chrono::Utc>>().ok());
        act["act"] == AccountExported::NAME && at.is_some_and(|at| at >= since)
    };
    let n = acts.iter().filter(is_late).count();
    if u64::try_from(n).is_ok_and(|n| n >= MOST_AN_HOUR) {
        return Err(AppError::TooManyTries { retry_after: 3600 });
    }
    Ok(())
}
