//! Answers on pathways, as practices of an area logged them.

use std::collections::{BTreeMap, BTreeSet};

use entity::{ids::OdsCode, transfer};
use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, QueryFilter, QuerySelect};

use super::{Narrowed, Period, seen};
use crate::{
    db::Scoped,
    domain::{
        access::LmcScope,
        transfer::{ProviderRef, answers::AnswersOn, book::TransferBook},
    },
    store::sharing::Sharing,
};

/// Sums, one a provider, department, reason and practice, that are read at once.
const MOST_ANSWERS: u64 = 50_000;

/// Provider, its name, department, kind, reason, practice, items.
type AnswerRow = (String, String, Option<String>, String, Option<String>, OdsCode, i64);

/// Answers of some kinds by provider and department, those with most first. A practice's own name of a pathway is not read:
/// the department is what an LMC sums by.
pub async fn answers<'b, C: ConnectionTrait>(
    at: Scoped<'_, C, LmcScope>,
    sharing: &Sharing,
    period: Period,
    (narrowed, book): (&Narrowed, &'b TransferBook),
) -> Result<Vec<AnswersOn<'b>>, DbErr> {
    if sharing.is_empty() {
        return Ok(Vec::new());
    }
    let kinds = book.answer_categories();
    let rows: Vec<AnswerRow> = seen(sharing, period, narrowed)
        .filter(transfer::Column::Category.is_in(kinds.iter().copied()))
        .select_only()
        .column(transfer::Column::Provider)
        .column_as(transfer::Column::ProviderName.max(), "name")
        .column(transfer::Column::Department)
        .column(transfer::Column::Category)
        .column(transfer::Column::Reason)
        .column(transfer::Column::Practice)
        .column_as(transfer::Column::Id.count(), "items")
        .group_by(transfer::Column::Provider)
        .group_by(transfer::Column::Department)
        .group_by(transfer::Column::Category)
        .group_by(transfer::Column::Reason)
        .group_by(transfer::Column::Practice)
        .limit(MOST_ANSWERS)
        .into_tuple()
        .all(at.conn)
        .await?;
    let mut found: BTreeMap<(String, Option<String>), (AnswersOn<'b>, BTreeSet<OdsCode>)> = BTreeMap::new();
    for (key, name, department, category, reason, practice, items) in rows {
        let (on, practices) = found
            .entry((key.clone(), department.clone()))
            .or_insert_with(|| (AnswersOn::none(book, ProviderRef { key, name }, department), BTreeSet::new()));
        let kind = book.answer(&category, reason.as_deref());
        on.add(kind, u32::try_from(items).unwrap_or(u32::MAX));
        practices.insert(practice);
        on.practices = u32::try_from(practices.len()).unwrap_or(u32::MAX);
    }
    let mut found: Vec<AnswersOn<'b>> = found.into_values().map(|(on, _)| on).collect();
    found.sort_by_key(|on| std::cmp::Reverse(on.items()));
    Ok(found)
}
