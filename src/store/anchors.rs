//! What a practice's audit chain says about its counts, and what the rows say now.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use chrono::{DateTime, Utc};
use entity::{
    audit_event, clinician, contact, contact_void, day_sheet,
    ids::{ClinicianId, ContactId, LocalDate, OdsCode, OrgCode},
    practice_day,
};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder, QuerySelect,
};
use serde::de::DeserializeOwned;

use super::history;
use crate::{
    db::Scoped,
    domain::{
        access::{ClinicianScope, EverywhereScope},
        history::{Anchor, Erased, Folded, Span, Trail, leaf},
    },
};

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
pub async fn anchored_until(
    conn: &impl ConnectionTrait,
    practice: &OdsCode,
) -> Result<Option<DateTime<Utc>>, DbErr> {
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
    newest
        .map(|detail| Ok(read::<Anchor>(&detail)?.span.until))
        .transpose()
}

/// The anchor of the rows of one span, of days from `first` on; nothing where there are none.
pub async fn anchor<C: ConnectionTrait>(
    at: Scoped<'_, C, EverywhereScope>,
    practice: &OdsCode,
    span: Span,
    first: LocalDate,
) -> Result<Option<Anchor>, DbErr> {
    let covering = |at: DateTime<Utc>| span.covers(at).then_some(span);
    let leaves = leaves(at.conn, practice, None, first, covering).await?;
    let mut days: BTreeMap<LocalDate, BTreeSet<String>> = BTreeMap::new();
    for ((_, day, _), digest) in leaves {
        days.entry(day).or_default().insert(digest);
    }
    Ok((!days.is_empty()).then_some(Anchor { span, days }))
}

/// The anchored digests of one clinician, before their rows are erased, and until when they are complete: what was
/// recorded by then does not change, so this may be read before the transaction that erases.
pub async fn of_clinician<C: ConnectionTrait>(
    at: Scoped<'_, C, ClinicianScope>,
) -> Result<(Option<DateTime<Utc>>, Erased), DbErr> {
    let (conn, practice) = (at.conn, at.scope.practice());
    let trail = trail(conn, practice).await?;
    let covering = |at: DateTime<Utc>| trail.covering(at).map(|anchor| anchor.span);
    let first = LocalDate(chrono::NaiveDate::MIN);
    let only = Some(at.scope.clinician());
    let leaves = leaves(conn, practice, only, first, covering).await?;
    // A digest that is not the anchored one is not taken back: the difference stays to be found.
    let digests = leaves.into_values().collect();
    Ok((trail.until(), Erased { digests }))
}

/// Every row of a practice as the text that is digested, grouped by the span it belongs to, its day and its clinician.
async fn leaves(
    conn: &impl ConnectionTrait,
    practice: &OdsCode,
    only: Option<ClinicianId>,
    first: LocalDate,
    covering: impl Fn(DateTime<Utc>) -> Option<Span>,
) -> Result<Leaves, DbErr> {
    let whose = match only {
        Some(clinician) => vec![clinician],
        None => {
            clinician::Entity::find()
                .select_only()
                .column(clinician::Column::Id)
                .filter(clinician::Column::Practice.eq(practice.clone()))
                .into_tuple()
                .all(conn)
                .await?
        }
    };
    let mut rows = Rows {
        covering,
        groups: BTreeMap::new(),
    };
    // `MIN` is no date of SQLite's: without a first day there is no such condition.
    let mut contacts = contact::Entity::find()
        .filter(contact::Column::Practice.eq(practice.clone()))
        .filter(contact::Column::Clinician.is_in(whose.iter().copied()));
    let mut sheets = day_sheet::Entity::find()
        .filter(day_sheet::Column::Practice.eq(practice.clone()))
        .filter(day_sheet::Column::Clinician.is_in(whose.iter().copied()));
    if first.0 != chrono::NaiveDate::MIN {
        contacts = contacts.filter(contact::Column::Day.gte(first));
        sheets = sheets.filter(day_sheet::Column::Day.gte(first));
    }
    let contacts: HashMap<ContactId, contact::Model> = contacts
        .all(conn)
        .await?
        .into_iter()
        .map(|row| (row.id, row))
        .collect();
    for row in contacts.values() {
        rows.contact(row);
    }
    for row in sheets.all(conn).await? {
        rows.sheet(&row);
    }
    let voids = contact_void::Entity::find()
        .filter(contact_void::Column::Practice.eq(practice.clone()))
        .filter(contact_void::Column::Clinician.is_in(whose))
        .all(conn)
        .await?;
    for row in &voids {
        if let Some(contact) = contacts.get(&row.contact) {
            rows.void(row, contact);
        }
    }
    Ok(rows
        .groups
        .into_iter()
        .map(|(key, rows)| (key, leaf(&rows)))
        .collect())
}

struct Rows<F> {
    covering: F,
    groups: BTreeMap<(Span, LocalDate, ClinicianId), BTreeSet<String>>,
}

impl<F: Fn(DateTime<Utc>) -> Option<Span>> Rows<F> {
    fn add(&mut self, at: DateTime<Utc>, day: LocalDate, clinician: ClinicianId, text: String) {
        if let Some(span) = (self.covering)(at) {
            let group = self.groups.entry((span, day, clinician)).or_default();
            group.insert(text);
        }
    }

    fn contact(&mut self, row: &contact::Model) {
        let text = format!(
            "contact {} {} {} {} {} {} {} {} {} {} {}",
            row.practice,
            row.id,
            row.clinician,
            row.day,
            row.occurred_at.to_rfc3339(),
            row.recorded_at.to_rfc3339(),
            row.kind,
            row.complex,
            row.entered,
            row.recorded_by,
            row.clock_off
        );
        self.add(row.recorded_at, row.day, row.clinician, text);
    }

    /// A void takes effect when both it and its contact are there: one that came first belongs to the contact's span.
    fn void(&mut self, row: &contact_void::Model, contact: &contact::Model) {
        let text = format!(
            "void {} {} {} {} {} {}",
            row.practice,
            row.id,
            row.contact,
            row.clinician,
            row.recorded_at.to_rfc3339(),
            row.recorded_by
        );
        let at = row.recorded_at.max(contact.recorded_at);
        self.add(at, contact.day, row.clinician, text);
    }

    fn sheet(&mut self, row: &day_sheet::Model) {
        let text = format!(
            "sheet {} {} {} {} {} {} {} {}",
            row.practice,
            row.id,
            row.clinician,
            row.day,
            row.n,
            row.entered_by,
            row.recorded_at.to_rfc3339(),
            row.recorded_by
        );
        self.add(row.recorded_at, row.day, row.clinician, text);
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
        wrong.extend(days.into_iter().map(|day| Changed {
            practice: practice.clone(),
            day,
        }));
    }
    Ok((checked, wrong))
}

async fn of_rows(
    conn: &impl ConnectionTrait,
    practice: &OdsCode,
    trail: &Trail,
) -> Result<BTreeSet<LocalDate>, DbErr> {
    let covering = |at: DateTime<Utc>| trail.covering(at).map(|anchor| anchor.span);
    let first = LocalDate(chrono::NaiveDate::MIN);
    let mut found: BTreeMap<(Span, LocalDate), BTreeSet<String>> = BTreeMap::new();
    for ((span, day, _), digest) in leaves(conn, practice, None, first, covering).await? {
        found.entry((span, day)).or_default().insert(digest);
    }
    Ok(trail.mismatches(&found))
}

async fn of_sums(
    conn: &impl ConnectionTrait,
    practice: &OdsCode,
    trail: &Trail,
) -> Result<BTreeSet<LocalDate>, DbErr> {
    let mut stored = BTreeMap::new();
    for row in practice_day::Entity::find()
        .filter(practice_day::Column::Practice.eq(practice.clone()))
        .all(conn)
        .await?
    {
        stored.insert(row.day, history::sum_of(&row)?);
    }
    let none = crate::domain::history::DaySum::default();
    Ok(trail
        .folded
        .iter()
        .filter(|(day, sum)| stored.get(day).unwrap_or(&none) != *sum)
        .map(|(day, _)| *day)
        .collect())
}
