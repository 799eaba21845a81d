//! What is counted, before the night's anchor: each practice's day has the number of its rows and the sum of their digests,
//! written in the transaction of the rows themselves. A sum does not mind in which order rows come.
//!
//! Only days that no anchor covers yet have one.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use chrono::{DateTime, Utc};
use entity::{
    contact, contact_void, day_digest, day_sheet, day_worked,
    ids::{ClinicianId, ContactId, LocalDate, OdsCode},
    over_limit_reason, row_written, tick,
};
use sea_orm::{
    ActiveValue::Set,
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder, QuerySelect,
    sea_query::{Expr, ExprTrait, OnConflict},
};

use super::{keyed, texts};
use crate::{
    db::Scoped,
    domain::{access::EverywhereScope, calendar, digest},
};

mod verify;

pub use self::verify::{Differs, adopt, verify};

/// Sums are kept in 62 bits: two of them do not overflow what both databases count in.
const BITS: i64 = (1 << 62) - 1;
/// Days written in one statement.
const TOGETHER: usize = 64;
/// Rows read back in one statement.
const READ: usize = 512;

/// Rows and the sum of their digests.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Sum {
    n: i64,
    digest: i64,
}

impl Sum {
    fn add(&mut self, text: &str) {
        self.n = self.n.saturating_add(1);
        self.digest = self.digest.saturating_add(of(text)) & BITS;
    }

    /// What added to another takes this out of it.
    fn negative(self) -> Self {
        Self { n: self.n.saturating_neg(), digest: BITS.saturating_sub(self.digest).saturating_add(1) & BITS }
    }
}

fn of(text: &str) -> i64 {
    i64::from_be_bytes(digest::first_eight(text.as_bytes())) & BITS
}

/// Sums by practice and the London day on which the rows were recorded.
#[derive(Debug, Default)]
pub(crate) struct Sums(BTreeMap<(OdsCode, LocalDate), Sum>);

impl Sums {
    fn add(&mut self, practice: &OdsCode, at: DateTime<Utc>, text: &str) {
        let key = (practice.clone(), calendar::london_day(at));
        self.0.entry(key).or_default().add(text);
    }

    fn of(&self, practice: &OdsCode, day: LocalDate) -> Sum {
        let sum = self.0.get(&(practice.clone(), day));
        sum.copied().unwrap_or_default()
    }

    pub(crate) fn contact(&mut self, row: &contact::Model) {
        self.add(&row.practice, row.recorded_at, &texts::contact(row));
    }

    pub(crate) fn void(&mut self, row: &contact_void::Model) {
        let mut text = texts::void(row);
        text.push_str(&texts::void_reason(row).unwrap_or_default());
        self.add(&row.practice, row.recorded_at, &text);
    }

    pub(crate) fn tick(&mut self, row: &tick::Model) {
        self.add(&row.practice, row.recorded_at, &texts::tick(row));
    }

    fn sheet(&mut self, row: &day_sheet::Model) {
        self.add(&row.practice, row.recorded_at, &texts::sheet(row));
    }

    fn worked(&mut self, row: &day_worked::Model) {
        self.add(&row.practice, row.recorded_at, &texts::worked(row));
    }

    fn reason(&mut self, row: &over_limit_reason::Model) {
        self.add(&row.practice, row.recorded_at, &texts::reason(row));
    }
}

/// Adds to the digests of days, in the order of their keys, so that two nodes lock rows in the same order.
pub(crate) async fn add(conn: &impl ConnectionTrait, sums: Sums) -> Result<(), DbErr> {
    let key = [day_digest::Column::Practice, day_digest::Column::Day];
    let stored = |column| Expr::col((day_digest::Entity, column));
    let more = |column| Expr::col(("excluded", column));
    let add = OnConflict::columns(key)
        .value(day_digest::Column::N, stored(day_digest::Column::N).add(more(day_digest::Column::N)))
        .value(
            day_digest::Column::Digest,
            stored(day_digest::Column::Digest).add(more(day_digest::Column::Digest)).bit_and(BITS),
        )
        .to_owned();
    put(conn, sums, &add).await
}

/// Puts the digests of days as they are, in place of what stands there.
async fn set(conn: &impl ConnectionTrait, sums: Sums) -> Result<(), DbErr> {
    let set = OnConflict::columns([day_digest::Column::Practice, day_digest::Column::Day])
        .update_columns([day_digest::Column::N, day_digest::Column::Digest])
        .to_owned();
    put(conn, sums, &set).await
}

async fn put(conn: &impl ConnectionTrait, sums: Sums, conflict: &OnConflict) -> Result<(), DbErr> {
    let rows: Vec<day_digest::ActiveModel> = sums
        .0
        .into_iter()
        .map(|((practice, day), sum)| day_digest::ActiveModel {
            practice: Set(practice),
            day: Set(day),
            n: Set(sum.n),
            digest: Set(sum.digest),
        })
        .collect();
    for some in rows.chunks(TOGETHER) {
        day_digest::Entity::insert_many(some.iter().cloned())
            .on_conflict(conflict.clone())
            .exec_without_returning(conn)
            .await?;
    }
    Ok(())
}

/// Adds the day sheets, sessions and reasons that this transaction noted.
pub(crate) async fn add_noted(conn: &impl ConnectionTrait, notes: &[row_written::Model]) -> Result<(), DbErr> {
    let mut sums = Sums::default();
    for some in notes.chunks(READ) {
        let keys = |table: &str| -> Vec<[sea_orm::Value; 2]> {
            some.iter()
                .filter(|note| note.tbl == table)
                .map(|note| [note.owner.clone().into(), note.id.into()])
                .collect()
        };
        macro_rules! add {
            ($table:ident, $add:ident) => {{
                let keys = keys(stringify!($table));
                if !keys.is_empty() {
                    let key = [$table::Column::Practice, $table::Column::Id];
                    let find = keyed::among($table::Entity::find(), key, keys);
                    for row in find.all(conn).await? {
                        sums.$add(&row);
                    }
                }
            }};
        }
        add!(day_sheet, sheet);
        add!(day_worked, worked);
        add!(over_limit_reason, reason);
    }
    add(conn, sums).await
}

/// Takes the rows of some clinicians out of the digests of days, before they are deleted: of one day, or all.
#[expect(clippy::cognitive_complexity, reason = "the same few lines for each of the tables of a day")]
pub(crate) async fn take_out(
    conn: &impl ConnectionTrait,
    practice: &OdsCode,
    whose: &[ClinicianId],
    only: Option<LocalDate>,
) -> Result<(), DbErr> {
    let days = days(conn, practice).await?;
    if days.is_empty() {
        return Ok(());
    }
    let mut sums = Sums::default();
    macro_rules! take {
        ($table:ident, $add:ident) => {{
            let mut find = $table::Entity::find()
                .filter($table::Column::Practice.eq(practice.clone()))
                .filter($table::Column::Clinician.is_in(whose.iter().copied()));
            if let Some(day) = only {
                find = find.filter($table::Column::Day.eq(day));
            }
            let rows = find.all(conn).await?;
            for row in &rows {
                sums.$add(row);
            }
            rows
        }};
    }
    let contacts: HashSet<ContactId> = take!(contact, contact).iter().map(|row| row.id).collect();
    take!(tick, tick);
    take!(day_sheet, sheet);
    take!(day_worked, worked);
    take!(over_limit_reason, reason);
    // A void goes with its contact, and with whose it is where everything of theirs goes.
    for row in
        contact_void::Entity::find().filter(contact_void::Column::Practice.eq(practice.clone())).all(conn).await?
    {
        if contacts.contains(&row.contact) || (only.is_none() && whose.contains(&row.clinician)) {
            sums.void(&row);
        }
    }
    take_from(conn, sums, &days).await
}

/// Takes voids out that are about to be deleted without their contact.
pub(crate) async fn take_out_voids(
    conn: &impl ConnectionTrait,
    practice: &OdsCode,
    voids: &[contact_void::Model],
) -> Result<(), DbErr> {
    let days = days(conn, practice).await?;
    let mut sums = Sums::default();
    for void in voids {
        sums.void(void);
    }
    take_from(conn, sums, &days).await
}

async fn take_from(conn: &impl ConnectionTrait, mut sums: Sums, days: &BTreeSet<LocalDate>) -> Result<(), DbErr> {
    sums.0.retain(|(_, day), _| days.contains(day));
    for sum in sums.0.values_mut() {
        *sum = sum.negative();
    }
    add(conn, sums).await
}

/// Days of a practice that have a digest.
async fn days(conn: &impl ConnectionTrait, practice: &OdsCode) -> Result<BTreeSet<LocalDate>, DbErr> {
    let days: Vec<LocalDate> = day_digest::Entity::find()
        .select_only()
        .column(day_digest::Column::Day)
        .filter(day_digest::Column::Practice.eq(practice.clone()))
        .order_by_asc(day_digest::Column::Day)
        .into_tuple()
        .all(conn)
        .await?;
    Ok(days.into_iter().collect())
}

/// Whether days before `day` still have one.
pub async fn has_before<C: ConnectionTrait>(
    at: Scoped<'_, C, EverywhereScope>,
    practice: &OdsCode,
    day: LocalDate,
) -> Result<bool, DbErr> {
    Ok(days(at.conn, practice).await?.first().is_some_and(|first| *first < day))
}

/// Days before `day` are anchored: their rows are held to that.
pub(crate) async fn forget_before(
    conn: &impl ConnectionTrait,
    practice: &OdsCode,
    day: LocalDate,
) -> Result<(), DbErr> {
    day_digest::Entity::delete_many()
        .filter(day_digest::Column::Practice.eq(practice.clone()))
        .filter(day_digest::Column::Day.lt(day))
        .exec(conn)
        .await?;
    Ok(())
}
