//! What a column of a file says, as the database takes it: by the type of the column, and never by what it looks like.

use chrono::{DateTime, NaiveDate, Timelike, Utc};
use entity::ids::NotAnId;
use sea_orm::{ColumnType, Value, sea_query::StringLen};
use serde_json::Value as Json;
use uuid::Uuid;

use crate::domain::{
    appointment::{ImportSummary, Matching, SlotOutcome, System},
    catalogue::Status,
    contact::ContactKind,
    network, notice, outcome,
    record::Misfit,
    transfer::TransferOutcome,
};

/// Nothing, in a column of this type.
pub(super) fn none(of: &ColumnType) -> Result<Value, &'static str> {
    Ok(match of {
        ColumnType::Uuid => Value::Uuid(None),
        ColumnType::Integer => Value::Int(None),
        ColumnType::BigInteger => Value::BigInt(None),
        ColumnType::Boolean => Value::Bool(None),
        ColumnType::Date => Value::ChronoDate(None),
        ColumnType::TimestampWithTimeZone | ColumnType::Timestamp | ColumnType::DateTime => {
            Value::ChronoDateTimeUtc(None)
        }
        ColumnType::String(_) | ColumnType::Text => Value::String(None),
        _ => return Err("this version cannot read such a column"),
    })
}

/// What a cell says, in a column of this type.
pub(super) fn value(of: &ColumnType, cell: &Json) -> Result<Value, &'static str> {
    let text = || cell.as_str().ok_or("it is no text");
    Ok(match of {
        ColumnType::Uuid => {
            let id = Uuid::try_parse(text()?).map_err(|_| "it is no UUID")?;
            id.into()
        }
        ColumnType::Integer => {
            let n = cell.as_i64().and_then(|n| i32::try_from(n).ok());
            n.ok_or("it is no whole number that fits")?.into()
        }
        ColumnType::BigInteger => cell.as_i64().ok_or("it is no whole number that fits")?.into(),
        ColumnType::Boolean => cell.as_bool().ok_or("it is neither true nor false")?.into(),
        ColumnType::Date => day(text()?).ok_or("it is no day such as 2026-11-20")?.into(),
        ColumnType::TimestampWithTimeZone | ColumnType::Timestamp | ColumnType::DateTime => {
            instant(text()?).ok_or("it is no instant such as 2026-11-20T09:00:00+00:00")?.into()
        }
        ColumnType::String(length) => {
            let text = sayable(text()?)?;
            if matches!(length, StringLen::N(most) if text.chars().count() > usize::try_from(*most).unwrap_or(usize::MAX))
            {
                return Err("it is too long");
            }
            text.into()
        }
        ColumnType::Text => sayable(text()?)?.into(),
        _ => return Err("this version cannot read such a column"),
    })
}

/// Only as the product writes it: another spelling is another text to SQLite.
fn day(text: &str) -> Option<NaiveDate> {
    let day = NaiveDate::parse_from_str(text, "%Y-%m-%d").ok()?;
    (day.format("%Y-%m-%d").to_string() == text).then_some(day)
}

/// To the microsecond, which is what both databases keep.
pub(super) fn instant(text: &str) -> Option<DateTime<Utc>> {
    let at = DateTime::parse_from_rfc3339(text).ok()?.to_utc();
    at.nanosecond().is_multiple_of(1_000).then_some(at)
}

fn sayable(text: &str) -> Result<&str, &'static str> {
    if text.contains('\0') { Err("it has a character that is none") } else { Ok(text) }
}

/// Holds a code, or a text with a shape of its own, to what this version knows: what every page reads is not to fail on it.
pub(super) fn known(table: &str, column: &str, text: &str) -> Result<(), Misfit> {
    fn code<T: std::str::FromStr<Err = NotAnId>>(text: &str) -> Option<T> {
        text.parse().ok()
    }
    fn json<T: serde::de::DeserializeOwned>(text: &str) -> bool {
        serde_json::from_str::<T>(text).is_ok()
    }
    let is_known = match (table, column) {
        ("contact" | "slot" | "slot_tally", "kind") => code::<ContactKind>(text).is_some(),
        ("action_status", "status") => code::<Status>(text).is_some(),
        ("notice", "period_unit") => code::<notice::Unit>(text).is_some(),
        ("notice", "contract") => code::<notice::Contract>(text).is_some(),
        ("notice_event", "event") => code::<notice::Event>(text).is_some(),
        ("outcome", "response") => code::<outcome::Response>(text).is_some(),
        ("outcome", "ending") => code::<outcome::Ending>(text).is_some(),
        ("transfer", "outcome") => code::<TransferOutcome>(text).is_some(),
        ("network_note", "leaning") => code::<network::Leaning>(text).is_some(),
        ("slot" | "slot_tally", "outcome") => code::<SlotOutcome>(text).is_some(),
        ("slot_import" | "column_mapping", "system") => code::<System>(text).is_some(),
        ("column_mapping", "content") => json::<Matching>(text),
        ("slot_import", "summary") => json::<ImportSummary>(text),
        ("practice_day", "kinds") => json::<std::collections::BTreeMap<String, u64>>(text),
        _ => true,
    };
    if is_known {
        return Ok(());
    }
    Err(Misfit::of(column, "this version does not know what it says: perhaps a newer one made the archive"))
}
