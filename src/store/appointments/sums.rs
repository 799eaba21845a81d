//! What imports say of a day: seen, did not attend, booked. Only imports with their activating row are read.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use chrono::{DateTime, Utc};
use entity::{
    ids::{ClinicianId, LocalDate, OdsCode},
    slot, slot_import_done, slot_tally,
};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QuerySelect, QueryTrait, Select,
    sea_query::{Expr, ExprTrait, SelectStatement, SimpleExpr},
};
use uuid::Uuid;

use crate::{
    db::Scoped,
    domain::{
        access::{ClinicianScope, EverywhereScope},
        appointment::SlotOutcome,
    },
    store::facts::Which,
};

/// What imports say of one clinician's day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct ImportedCount {
    /// Contacts; nothing where no slot of the day is over.
    pub attended: Option<u32>,
    /// Patients who did not attend.
    pub did_not_attend: u32,
    /// Slots booked and not over, or without an outcome.
    pub booked: u32,
}

/// The imports of some practices, or of all, that count.
fn counting(practices: Option<&[OdsCode]>) -> SelectStatement {
    let mut query = slot_import_done::Entity::find().select_only().column(slot_import_done::Column::Import);
    if let Some(practices) = practices {
        query = query.filter(slot_import_done::Column::Practice.is_in(practices.iter().cloned()));
    }
    query.into_query()
}

/// Practices whose imports say something of these days.
pub(in crate::store) async fn practices_importing(
    conn: &impl ConnectionTrait,
    first: LocalDate,
    last: LocalDate,
) -> Result<BTreeSet<OdsCode>, DbErr> {
    let rows = slot_tally::Entity::find()
        .select_only()
        .column(slot_tally::Column::Practice)
        .distinct()
        .filter(slot_tally::Column::Day.between(first, last))
        .filter(slot_tally::Column::Import.in_subquery(counting(None)))
        .into_tuple::<OdsCode>()
        .all(conn)
        .await?;
    Ok(rows.into_iter().collect())
}

impl ImportedCount {
    /// Adds the slots of one outcome.
    pub(in crate::store) fn add(&mut self, outcome: &str, n: u32) {
        match outcome.parse() {
            Ok(SlotOutcome::Attended) => self.attended = Some(n),
            Ok(SlotOutcome::DidNotAttend) => {
                self.did_not_attend = n;
                // Somebody looked at the day: nobody seen is an answer.
                self.attended.get_or_insert(0);
            }
            Ok(SlotOutcome::Vaccinated) => {
                self.attended.get_or_insert(0);
            }
            Ok(SlotOutcome::Booked) => self.booked = n,
            _ => {}
        }
    }
}

/// Sums of slots of the imports that count; whose days, the caller narrows.
pub(in crate::store) fn slots_that_count(which: Which<'_>) -> Select<slot_tally::Entity> {
    let imports = counting(which.practices().as_deref());
    slot_tally::Entity::find().filter(slot_tally::Column::Import.in_subquery(imports))
}

/// Patients who did not attend a clinician's day, by the imports that count; nothing where none says what became of the
/// day's slots.
pub async fn did_not_attend<C: ConnectionTrait>(
    at: Scoped<'_, C, ClinicianScope>,
    day: LocalDate,
) -> Result<Option<u32>, DbErr> {
    use slot_tally::Column;
    let which = Which::Clinician(at.scope.practice(), at.scope.clinician(), day, day);
    let sum: SimpleExpr = Expr::col(Column::N).sum().cast_as("bigint");
    let rows =
        slots_that_count(which).select_only().column(Column::Outcome).column_as(sum, "n").group_by(Column::Outcome);
    let rows = which.narrow(rows, [Column::Practice, Column::Clinician, Column::Day]);
    let mut said = ImportedCount::default();
    for (outcome, n) in rows.into_tuple::<(String, i64)>().all(at.conn).await? {
        said.add(&outcome, u32::try_from(n).unwrap_or(0));
    }
    Ok(said.attended.map(|_| said.did_not_attend))
}

/// Slots of a clinician's day that are still booked for after `now`: what the book still holds.
pub async fn still_booked<C: ConnectionTrait>(
    at: Scoped<'_, C, ClinicianScope>,
    day: LocalDate,
    now: DateTime<Utc>,
) -> Result<u32, DbErr> {
    let practices = [at.scope.practice().clone()];
    let rows = slot::Entity::find()
        .filter(slot::Column::Practice.eq(at.scope.practice().clone()))
        .filter(slot::Column::Day.eq(day))
        .filter(slot::Column::Import.in_subquery(counting(Some(&practices))))
        .all(at.conn)
        .await?;
    // A slot may have left this day or this clinician since: its latest row decides, wherever that stands.
    let ids: Vec<Uuid> = rows.iter().filter(|row| row.clinician == at.scope.clinician()).map(|row| row.slot).collect();
    let mut booked = 0_u32;
    for some in ids.chunks(500) {
        let latest = latest(at.conn, at.scope.practice(), some).await?;
        let holds = latest.values().filter(|row| {
            row.clinician == at.scope.clinician()
                && row.day == day
                && row.outcome == SlotOutcome::Booked.code()
                && row.starts_at.is_none_or(|starts| starts > now)
        });
        booked = booked.saturating_add(u32::try_from(holds.count()).unwrap_or(0));
    }
    Ok(booked)
}

async fn latest(
    conn: &impl ConnectionTrait,
    practice: &OdsCode,
    slots: &[Uuid],
) -> Result<HashMap<Uuid, slot::Model>, DbErr> {
    let scope = Scoped::new(conn, practice);
    let order = order(&scope).await?;
    let rows = slot::Entity::find()
        .filter(slot::Column::Practice.eq(practice.clone()))
        .filter(slot::Column::Slot.is_in(slots.iter().copied()))
        .all(conn)
        .await?;
    let mut found: HashMap<Uuid, (i32, slot::Model)> = HashMap::new();
    for row in rows {
        let Some(seq) = order.get(&row.import.0) else {
            continue;
        };
        if found.get(&row.slot).is_none_or(|(known, _)| known < seq) {
            found.insert(row.slot, (*seq, row));
        }
    }
    Ok(found.into_iter().map(|(id, (_, row))| (id, row)).collect())
}

async fn order<C: ConnectionTrait>(at: &Scoped<'_, C, OdsCode>) -> Result<HashMap<Uuid, i32>, DbErr> {
    let rows = slot_import_done::Entity::find()
        .filter(slot_import_done::Column::Practice.eq(at.scope.clone()))
        .all(at.conn)
        .await?;
    Ok(rows.into_iter().map(|row| (row.import.0, row.seq)).collect())
}

/// A sum that does not equal the slots behind it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SumMismatch {
    /// Where.
    pub practice: OdsCode,
    /// Whose.
    pub clinician: ClinicianId,
    /// When.
    pub day: LocalDate,
    /// Kind of contact and what became of it.
    pub what: String,
    /// As summed.
    pub sum: i64,
    /// As recounted.
    pub recount: i64,
}

/// Recounts every sum of imports from the slots themselves. Says how many were looked at.
pub async fn recount<C: ConnectionTrait>(
    at: Scoped<'_, C, EverywhereScope>,
) -> Result<(usize, Vec<SumMismatch>), DbErr> {
    let mut practices: Vec<OdsCode> = slot_import_done::Entity::find()
        .select_only()
        .column(slot_import_done::Column::Practice)
        .distinct()
        .into_tuple()
        .all(at.conn)
        .await?;
    practices.sort();
    let (mut looked_at, mut wrong) = (0, Vec::new());
    for practice in practices {
        let (n, mut differ) = recount_of(at.conn, &practice).await?;
        looked_at += n;
        wrong.append(&mut differ);
    }
    Ok((looked_at, wrong))
}

/// The same of one practice.
pub(in crate::store) async fn recount_of(
    conn: &impl ConnectionTrait,
    practice: &OdsCode,
) -> Result<(usize, Vec<SumMismatch>), DbErr> {
    let mut counted = Counted::new();
    summed(conn, practice, &mut counted).await?;
    recounted(conn, practice, &mut counted).await?;
    let looked_at = counted.len();
    let differ = counted.into_iter().filter(|(_, (sum, recount))| sum != recount);
    let wrong = differ.map(|((clinician, day, kind, outcome), (sum, recount))| SumMismatch {
        practice: practice.clone(),
        clinician,
        day,
        what: format!("{kind} {outcome}"),
        sum,
        recount,
    });
    Ok((looked_at, wrong.collect()))
}

type Counted = BTreeMap<(ClinicianId, LocalDate, String, String), (i64, i64)>;

async fn summed(conn: &impl ConnectionTrait, practice: &OdsCode, counted: &mut Counted) -> Result<(), DbErr> {
    use slot_tally::Column;
    let sum: SimpleExpr = Expr::col(Column::N).sum().cast_as("bigint");
    let rows: Vec<(ClinicianId, LocalDate, String, String, i64)> = slot_tally::Entity::find()
        .select_only()
        .columns([Column::Clinician, Column::Day, Column::Kind, Column::Outcome])
        .column_as(sum, "n")
        .filter(Column::Practice.eq(practice.clone()))
        .filter(Column::Import.in_subquery(counting(Some(std::slice::from_ref(practice)))))
        .group_by(Column::Clinician)
        .group_by(Column::Day)
        .group_by(Column::Kind)
        .group_by(Column::Outcome)
        .into_tuple()
        .all(conn)
        .await?;
    for (clinician, day, kind, outcome, n) in rows {
        counted.entry((clinician, day, kind, outcome)).or_default().0 = n;
    }
    Ok(())
}

/// Pages of slots in the order of their ids, so that memory does not grow with the book.
async fn recounted(conn: &impl ConnectionTrait, practice: &OdsCode, counted: &mut Counted) -> Result<(), DbErr> {
    use sea_orm::QueryOrder;
    let order = order(&Scoped::new(conn, practice)).await?;
    let mut after = Uuid::nil();
    loop {
        let slots: Vec<Uuid> = slot::Entity::find()
            .select_only()
            .column(slot::Column::Slot)
            .distinct()
            .filter(slot::Column::Practice.eq(practice.clone()))
            .filter(slot::Column::Slot.gt(after))
            .order_by_asc(slot::Column::Slot)
            .limit(2_000)
            .into_tuple()
            .all(conn)
            .await?;
        let Some(last) = slots.last().copied() else {
            return Ok(());
        };
        let rows = slot::Entity::find()
            .filter(slot::Column::Practice.eq(practice.clone()))
            .filter(slot::Column::Slot.gt(after))
            .filter(slot::Column::Slot.lte(last))
            .all(conn)
            .await?;
        after = last;
        let mut latest: HashMap<Uuid, (i32, slot::Model)> = HashMap::new();
        for row in rows {
            if let Some(seq) = order.get(&row.import.0)
                && latest.get(&row.slot).is_none_or(|(known, _)| known < seq)
            {
                latest.insert(row.slot, (*seq, row));
            }
        }
        for (_, row) in latest.into_values() {
            if row.outcome.parse().is_ok_and(SlotOutcome::is_summed) {
                let key = (row.clinician, row.day, row.kind, row.outcome);
                let recount = &mut counted.entry(key).or_default().1;
                *recount = recount.saturating_add(1);
            }
        }
    }
}
