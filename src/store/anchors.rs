//! What a practice's audit chain says about its counts, and what the rows say now.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use chrono::{DateTime, Utc};
use entity::{
    audit_event, audit_head, clinician, contact, contact_void, day_sheet,
    ids::{ClinicianId, ContactId, LocalDate, OdsCode, OrgCode},
    practice_day,
};
use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect};
use serde::de::DeserializeOwned;

use super::{history, texts};
use crate::{
    db::Scoped,
    domain::{
        access::{ClinicianScope, EverywhereScope, PracticeScope},
        history::{Anchor, Erased, Folded, Span, Trail, leaf},
        work::nobody,
    },
};

mod emptied;
mod other_rows;

pub use self::emptied::{Emptied, emptied};

/// Rows were digested.
pub const ANCHORED: &str = "contacts.anchored";
/// A day was folded.
pub const FOLDED: &str = "day.folded";
/// Somebody's counts were erased.
pub const ERASED: &str = "counts.erased";

/// Digests of one clinician's rows, by span and day.
type Leaves = BTreeMap<(Span, LocalDate, ClinicianId), String>;

/// What the chain says. Details that retention emptied are passed over: they are about days that are folded.
pub async fn trail(conn: &impl ConnectionTrait, practice: &OdsCode) -> Result<Trail, DbErr> {
    let rows = audit_event::Entity::find()
        .select_only()
        .columns([audit_event::Column::Event, audit_event::Column::Detail])
        .filter(audit_event::Column::Organisation.eq(OrgCode::from(practice)))
        .filter(audit_event::Column::Event.is_in([ANCHORED, FOLDED, ERASED]))
        .filter(audit_event::Column::Detail.is_not_null())
        .order_by_asc(audit_event::Column::Seq)
        .into_tuple::<(String, String)>()
        .all(conn)
        .await?;
    let mut trail = Trail::default();
    for (event, detail) in rows {
        match event.as_str() {
            ANCHORED => trail.anchors.push(read::<Anchor>(&detail)?),
            FOLDED => {
                let folded: Folded = read(&detail)?;
                trail.folded.insert(folded.day, folded.sum);
            }
            _ => trail.erased.extend(read::<Erased>(&detail)?.digests),
        }
    }
    Ok(trail)
}

fn read<T: DeserializeOwned>(detail: &str) -> Result<T, DbErr> {
    serde_json::from_str(detail).map_err(|error| DbErr::Type(error.to_string()))
}

/// The last moment of a practice that is anchored: the newest anchor says it.
pub async fn anchored_until(conn: &impl ConnectionTrait, practice: &OdsCode) -> Result<Option<DateTime<Utc>>, DbErr> {
    let newest = audit_event::Entity::find()
        .select_only()
        .column(audit_event::Column::Detail)
        .filter(audit_event::Column::Organisation.eq(OrgCode::from(practice)))
        .filter(audit_event::Column::Event.eq(ANCHORED))
        .filter(audit_event::Column::Detail.is_not_null())
        .order_by_desc(audit_event::Column::Seq)
        .limit(1)
        .into_tuple::<String>()
        .one(conn)
        .await?;
    newest.map(|detail| Ok(read::<Anchor>(&detail)?.span.until)).transpose()
}

/// The newest event of a practice's chain: its number and its hash. Nothing where nothing was ever recorded.
pub async fn head<C: ConnectionTrait>(at: Scoped<'_, C, PracticeScope>) -> Result<Option<(i64, String)>, DbErr> {
    let head = audit_head::Entity::find_by_id(OrgCode::from(at.scope.practice())).one(at.conn).await?;
    Ok(head.map(|head| (head.seq, head.hash)))
}

/// The anchor of the rows of one span, of days from `first` on; nothing where there are none.
pub async fn anchor<C: ConnectionTrait>(
    at: Scoped<'_, C, EverywhereScope>,
    practice: &OdsCode,
    span: Span,
    first: LocalDate,
) -> Result<Option<Anchor>, DbErr> {
    let covering = |at: DateTime<Utc>| span.covers(at).then_some((span, true));
    let leaves = leaves(at.conn, practice, None, first, covering).await?;
    let mut days: BTreeMap<LocalDate, BTreeSet<String>> = BTreeMap::new();
    for ((_, day, _), digest) in leaves {
        days.entry(day).or_default().insert(digest);
    }
    let beside = true;
    Ok((!days.is_empty()).then_some(Anchor { span, days, beside }))
}

/// The anchored digests of one clinician, before their rows are erased, and until when they are complete: what was
/// recorded by then does not change, so this may be read before the transaction that erases.
pub async fn of_clinician<C: ConnectionTrait>(
    at: Scoped<'_, C, ClinicianScope>,
) -> Result<(Option<DateTime<Utc>>, Erased), DbErr> {
    let (conn, practice) = (at.conn, at.scope.practice());
    let trail = trail(conn, practice).await?;
    let covering = |at: DateTime<Utc>| covering(&trail, at);
    let first = LocalDate(chrono::NaiveDate::MIN);
    let only = Some(at.scope.clinician());
    let leaves = leaves(conn, practice, only, first, covering).await?;
    // A digest that is not the anchored one is not taken back: the difference stays to be found.
    let digests = leaves.into_values().collect();
    Ok((trail.until(), Erased { digests }))
}

/// The span a row recorded then belongs to, and whether its anchor holds what stands beside the contacts.
fn covering(trail: &Trail, at: DateTime<Utc>) -> Option<(Span, bool)> {
    let anchor = trail.covering(at)?;
    Some((anchor.span, anchor.beside))
}

/// Every row of a practice as the text that is digested, grouped by the span it belongs to, its day and its clinician.
async fn leaves(
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
    other_rows::add(conn, &of, &mut rows).await?;
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

/// The clinicians of a practice, and nobody: where patients were sent belongs to the practice as a whole.
async fn of_practice(conn: &impl ConnectionTrait, practice: &OdsCode) -> Result<Vec<ClinicianId>, DbErr> {
    let mut whose: Vec<ClinicianId> = clinician::Entity::find()
        .select_only()
        .column(clinician::Column::Id)
        .filter(clinician::Column::Practice.eq(practice.clone()))
        .into_tuple()
        .all(conn)
        .await?;
    whose.push(nobody());
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

/// A practice's day whose rows are not those that were anchored, or whose sums are not those that were folded.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Changed {
    /// Where.
    pub practice: OdsCode,
    /// Which day.
    pub day: LocalDate,
}

/// Holds every practice's rows to what its chain says of them: how many days were compared, and which differ.
pub async fn verify<C: ConnectionTrait>(
    at: Scoped<'_, C, EverywhereScope>,
) -> Result<(usize, BTreeSet<Changed>), DbErr> {
    let organisations: Vec<OrgCode> = audit_event::Entity::find()
        .select_only()
        .column(audit_event::Column::Organisation)
        .distinct()
        .filter(audit_event::Column::Event.is_in([ANCHORED, FOLDED]))
        .into_tuple()
        .all(at.conn)
        .await?;
    let mut checked = 0_usize;
    let mut wrong = BTreeSet::new();
    for organisation in organisations {
        let Ok(practice) = OdsCode::try_from(&organisation) else {
            continue;
        };
        let trail = trail(at.conn, &practice).await?;
        let kept = |anchor: &Anchor| {
            let days = anchor.days.keys();
            days.filter(|day| !trail.folded.contains_key(day)).count()
        };
        let anchored: usize = trail.anchors.iter().map(kept).sum();
        checked = checked.saturating_add(anchored.saturating_add(trail.folded.len()));
        let mut days = of_rows(at.conn, &practice, &trail).await?;
        days.append(&mut of_sums(at.conn, &practice, &trail).await?);
        wrong.extend(days.into_iter().map(|day| Changed { practice: practice.clone(), day }));
    }
    Ok((checked, wrong))
}

async fn of_rows(conn: &impl ConnectionTrait, practice: &OdsCode, trail: &Trail) -> Result<BTreeSet<LocalDate>, DbErr> {
    let covering = |at: DateTime<Utc>| covering(trail, at);
    let first = LocalDate(chrono::NaiveDate::MIN);
    let mut found: BTreeMap<(Span, LocalDate), BTreeSet<String>> = BTreeMap::new();
    for ((span, day, _), digest) in leaves(conn, practice, None, first, covering).await? {
        found.entry((span, day)).or_default().insert(digest);
    }
    Ok(trail.mismatches(&found))
}

async fn of_sums(conn: &impl ConnectionTrait, practice: &OdsCode, trail: &Trail) -> Result<BTreeSet<LocalDate>, DbErr> {
    let mut stored = BTreeMap::new();
    for row in
        practice_day::Entity::find().filter(practice_day::Column::Practice.eq(practice.clone())).all(conn).await?
    {
        stored.insert(row.day, history::sum_of(&row)?);
    }
    let none = crate::domain::history::DaySum::default();
    let mut wrong: BTreeSet<LocalDate> = trail
        .folded
        .iter()
        .filter(|(day, sum)| stored.get(day).unwrap_or(&none) != *sum)
        .map(|(day, _)| *day)
        .collect();
    // Who erased their counts left sums on days that are not folded; without that, each sum has its event.
    if !has_erased(conn, practice).await? {
        wrong.extend(stored.into_keys().filter(|day| !trail.folded.contains_key(day)));
    }
    Ok(wrong)
}

async fn has_erased(conn: &impl ConnectionTrait, practice: &OdsCode) -> Result<bool, DbErr> {
    let erased = audit_event::Entity::find()
        .filter(audit_event::Column::Organisation.eq(OrgCode::from(practice)))
        .filter(audit_event::Column::Event.eq(ERASED))
        .count(conn)
        .await?;
    Ok(erased > 0)
}
