//! The rows that anchors hold, as their digests.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use chrono::{DateTime, Utc};
use entity::{
    clinician, contact, contact_void, day_sheet, day_worked,
    ids::{ClinicianId, ContactId, LocalDate, OdsCode},
    over_limit_reason, tick,
};
use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QuerySelect};

use crate::{
    domain::history::{Span, leaf},
    store::{tally_owners::WHOLE_PRACTICE, texts},
};

/// Digests of one clinician's rows, by span and day.
pub(super) type Leaves = BTreeMap<(Span, LocalDate, ClinicianId), String>;

/// Every row of a practice as the text that is digested, grouped by the span it belongs to, its day and its clinician.
pub(super) async fn leaves(
    conn: &impl ConnectionTrait,
    practice: &OdsCode,
    only: Option<ClinicianId>,
    first: LocalDate,
    covering: impl Fn(DateTime<Utc>) -> Option<(Span, bool)>,
) -> Result<Leaves, DbErr> {
    let whose = match only {
        Some(clinician) => vec![clinician],
        None => of_practice(conn, practice).await?,
    };
    let mut rows = Rows { covering, groups: BTreeMap::new() };
    let of = Of { practice, whose: &whose, first };
    let columns = [contact::Column::Practice, contact::Column::Clinician];
    let contacts = of.rows::<contact::Entity>(conn, columns, contact::Column::Day);
    let contacts: HashMap<ContactId, contact::Model> = contacts.await?.into_iter().map(|row| (row.id, row)).collect();
    for row in contacts.values() {
        rows.contact(row);
    }
    let columns = [day_sheet::Column::Practice, day_sheet::Column::Clinician];
    let sheets = of.rows::<day_sheet::Entity>(conn, columns, day_sheet::Column::Day);
    for row in sheets.await? {
        rows.sheet(&row);
    }
    add_beside(conn, &of, &mut rows).await?;
    let voids = contact_void::Entity::find()
        .filter(contact_void::Column::Practice.eq(practice.clone()))
        .filter(contact_void::Column::Clinician.is_in(whose.iter().copied()))
        .all(conn)
        .await?;
    for row in &voids {
        if let Some(contact) = contacts.get(&row.contact) {
            rows.void(row, contact);
        }
    }
    Ok(rows.groups.into_iter().map(|(key, rows)| (key, leaf(&rows))).collect())
}

/// What stands beside contacts without an audit event of its own: tally marks, sessions worked, reasons for going past the
/// limit.
async fn add_beside<F: Fn(DateTime<Utc>) -> Option<(Span, bool)>>(
    conn: &impl ConnectionTrait,
    of: &Of<'_>,
    rows: &mut Rows<F>,
) -> Result<(), DbErr> {
    let columns = [tick::Column::Practice, tick::Column::Clinician];
    let ticks = of.rows::<tick::Entity>(conn, columns, tick::Column::Day);
    for row in ticks.await? {
        rows.add_beside(row.recorded_at, row.day, row.clinician, texts::tick(&row));
    }
    let columns = [day_worked::Column::Practice, day_worked::Column::Clinician];
    let worked = of.rows::<day_worked::Entity>(conn, columns, day_worked::Column::Day);
    for row in worked.await? {
        rows.add_beside(row.recorded_at, row.day, row.clinician, texts::worked(&row));
    }
    let columns = [over_limit_reason::Column::Practice, over_limit_reason::Column::Clinician];
    let day = over_limit_reason::Column::Day;
    let reasons = of.rows::<over_limit_reason::Entity>(conn, columns, day);
    for row in reasons.await? {
        rows.add_beside(row.recorded_at, row.day, row.clinician, texts::reason(&row));
    }
    Ok(())
}

/// The clinicians of a practice, and the practice itself: where patients were sent belongs to the practice as a whole.
async fn of_practice(conn: &impl ConnectionTrait, practice: &OdsCode) -> Result<Vec<ClinicianId>, DbErr> {
    let mut whose: Vec<ClinicianId> = clinician::Entity::find()
        .select_only()
        .column(clinician::Column::Id)
        .filter(clinician::Column::Practice.eq(practice.clone()))
        .into_tuple()
        .all(conn)
        .await?;
    whose.push(WHOLE_PRACTICE);
    Ok(whose)
}

/// Which rows are digested.
struct Of<'a> {
    practice: &'a OdsCode,
    whose: &'a [ClinicianId],
    first: LocalDate,
}

impl Of<'_> {
    async fn rows<E: EntityTrait>(
        &self,
        conn: &impl ConnectionTrait,
        [practice, clinician]: [E::Column; 2],
        day: E::Column,
    ) -> Result<Vec<E::Model>, DbErr> {
        let mut find =
            E::find().filter(practice.eq(self.practice.clone())).filter(clinician.is_in(self.whose.iter().copied()));
        // `MIN` is no date of SQLite's: without a first day there is no such condition.
        if self.first.0 != chrono::NaiveDate::MIN {
            find = find.filter(day.gte(self.first));
        }
        find.all(conn).await
    }
}

struct Rows<F> {
    covering: F,
    groups: BTreeMap<(Span, LocalDate, ClinicianId), BTreeSet<String>>,
}

impl<F: Fn(DateTime<Utc>) -> Option<(Span, bool)>> Rows<F> {
    fn add(&mut self, at: DateTime<Utc>, day: LocalDate, clinician: ClinicianId, text: String) {
        if let Some((span, _)) = (self.covering)(at) {
            let group = self.groups.entry((span, day, clinician)).or_default();
            group.insert(text);
        }
    }

    /// Only where the anchor holds such rows.
    fn add_beside(&mut self, at: DateTime<Utc>, day: LocalDate, clinician: ClinicianId, text: String) {
        if (self.covering)(at).is_some_and(|(_, beside)| beside) {
            self.add(at, day, clinician, text);
        }
    }

    fn contact(&mut self, row: &contact::Model) {
        self.add(row.recorded_at, row.day, row.clinician, texts::contact(row));
    }

    /// A void takes effect when both it and its contact are there: one that came first belongs to the contact's span.
    fn void(&mut self, row: &contact_void::Model, contact: &contact::Model) {
        let at = row.recorded_at.max(contact.recorded_at);
        self.add(at, contact.day, row.clinician, texts::void(row));
        if let Some(text) = texts::void_reason(row) {
            self.add_beside(at, contact.day, row.clinician, text);
        }
    }

    fn sheet(&mut self, row: &day_sheet::Model) {
        self.add(row.recorded_at, row.day, row.clinician, texts::sheet(row));
    }
}
