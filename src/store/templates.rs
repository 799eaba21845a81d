//! Template notices of an LMC, and the notices that came from them.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};
use entity::{
    ids::{NoticeId, OdsCode, OrgCode, RowId, SubjectId, TemplateId},
    notice, notice_event, notice_origin, notice_template, subject,
};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder, sea_query::OnConflict,
};
use uuid::Uuid;

use super::{keyed, sharing, write};
use crate::{
    db::Scoped,
    domain::{
        access::{LmcScope, PracticeScope},
        notice::{
            Event, NoticePeriod,
            template::{Common, Origin, Served, Text, Version, same_service},
        },
        organisation::{OrganisationKind, View},
    },
};

/// Every version of an LMC's templates, for its officers.
pub async fn of_lmc<C: ConnectionTrait>(at: Scoped<'_, C, LmcScope>) -> Result<Vec<Version>, DbErr> {
    versions(at.conn, at.scope.lmc()).await
}

/// The same for a practice of the LMC: it wrote them for its practices to read.
pub async fn of_lmc_of<C: ConnectionTrait>(
    at: Scoped<'_, C, PracticeScope>,
    lmc: &OrgCode,
) -> Result<Vec<Version>, DbErr> {
    versions(at.conn, lmc).await
}

async fn versions(conn: &impl ConnectionTrait, lmc: &OrgCode) -> Result<Vec<Version>, DbErr> {
    notice_template::Entity::find()
        .filter(notice_template::Column::Lmc.eq(lmc.clone()))
        .order_by_asc(notice_template::Column::Template)
        .order_by_asc(notice_template::Column::Version)
        .all(conn)
        .await?
        .into_iter()
        .map(read)
        .collect()
}

fn read(row: notice_template::Model) -> Result<Version, DbErr> {
    let period = match (row.period_n, row.period_unit) {
        (Some(n), Some(unit)) => Some(NoticePeriod {
            n: u16::try_from(n).unwrap_or_default(),
            unit: unit.parse().map_err(|error: entity::ids::NotAnId| DbErr::Type(error.to_string()))?,
        }),
        _ => None,
    };
    let last_day = row.last_day.map(Common::LastDay);
    Ok(Version {
        template: row.template,
        version: row.version,
        withdrawn: row.withdrawn,
        text: Text {
            item: row.item,
            title: row.title,
            service: row.service,
            explanation: row.explanation,
            period,
            common: last_day.or(row.serve_on.map(Common::ServeOn)),
        },
        recorded_at: row.recorded_at,
    })
}

/// A version to be written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewVersion {
    /// Made by the client.
    pub id: RowId,
    /// Which template.
    pub template: TemplateId,
    /// The version it follows; 0 for a new template.
    pub after: i32,
    /// Takes the template back.
    pub withdrawn: bool,
    /// What it says.
    pub text: Text,
}

/// What became of a version.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Done {
    /// Written, or there before.
    Written(write::Outcome),
    /// Another version was written meanwhile, or the template was withdrawn.
    Overtaken,
}

/// Appends a version, unless another one followed the same.
pub async fn add<C: ConnectionTrait>(
    at: Scoped<'_, C, LmcScope>,
    new: &NewVersion,
    by: Uuid,
    now: DateTime<Utc>,
) -> Result<Done, DbErr> {
    let lmc = at.scope.lmc().clone();
    let stored = notice_template::Entity::find_by_id((lmc, new.id));
    if let Some(row) = stored.one(at.conn).await? {
        let before = read(row)?;
        let same = (before.template, before.withdrawn, before.version)
            == (new.template, new.withdrawn, new.after.saturating_add(1))
            && before.text == new.text;
        return Ok(Done::Written(write::Outcome::again(same)));
    }
    let before = of_lmc(at).await?;
    let last = before.iter().rfind(|one| one.template == new.template);
    if last.map_or(0, |last| last.version) != new.after || last.is_some_and(|last| last.withdrawn) {
        return Ok(Done::Overtaken);
    }
    let added = notice_template::Entity::insert(row(at.scope.lmc(), new, by, now))
        .on_conflict(OnConflict::new().do_nothing().to_owned())
        .try_insert()
        .exec_without_returning(at.conn)
        .await?;
    // Somebody else wrote this version in the same moment.
    Ok(match added {
        sea_orm::TryInsertResult::Inserted(1..) => Done::Written(write::Outcome::New),
        _ => Done::Overtaken,
    })
}

fn row(lmc: &OrgCode, new: &NewVersion, by: Uuid, now: DateTime<Utc>) -> notice_template::ActiveModel {
    let (period, common) = (new.text.period, new.text.common);
    let text = new.text.clone();
    notice_template::ActiveModel {
        lmc: Set(lmc.clone()),
        id: Set(new.id),
        template: Set(new.template),
        version: Set(new.after.saturating_add(1)),
        withdrawn: Set(new.withdrawn),
        item: Set(text.item),
        title: Set(text.title),
        service: Set(text.service),
        explanation: Set(text.explanation),
        period_n: Set(period.map(|period| period.n.into())),
        period_unit: Set(period.map(|period| period.unit.as_str().to_owned())),
        last_day: Set(match common {
            Some(Common::LastDay(day)) => Some(day),
            _ => None,
        }),
        serve_on: Set(match common {
            Some(Common::ServeOn(day)) => Some(day),
            _ => None,
        }),
        recorded_at: Set(now),
        recorded_by: Set(by),
    }
}

/// Which of a practice's notices came from a template.
pub async fn origins<C: ConnectionTrait>(
    at: Scoped<'_, C, PracticeScope>,
) -> Result<BTreeMap<NoticeId, Origin>, DbErr> {
    let rows = notice_origin::Entity::find()
        .filter(notice_origin::Column::Practice.eq(at.scope.practice().clone()))
        .all(at.conn)
        .await?;
    let rows = rows.into_iter().map(|row| {
        let origin = Origin { lmc: row.lmc, template: row.template, version: row.version };
        (row.notice, origin)
    });
    Ok(rows.collect())
}

/// Keeps which template a new notice came from.
pub async fn add_origin<C: ConnectionTrait>(
    at: Scoped<'_, C, PracticeScope>,
    notice: NoticeId,
    origin: &Origin,
    now: DateTime<Utc>,
) -> Result<(), DbErr> {
    notice_origin::Entity::insert(notice_origin::ActiveModel {
        practice: Set(at.scope.practice().clone()),
        id: Set(RowId(Uuid::now_v7())),
        notice: Set(notice),
        lmc: Set(origin.lmc.clone()),
        template: Set(origin.template),
        version: Set(origin.version),
        recorded_at: Set(now),
    })
    .exec_without_returning(at.conn)
    .await?;
    Ok(())
}

/// Who serves under an LMC, and how many share at this moment.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Uptake {
    /// Practices of the area.
    pub all: usize,
    /// Those that share.
    pub sharing: usize,
    /// Of those, who served notice on a template's service from that template.
    pub served: BTreeMap<TemplateId, Vec<Served>>,
}

/// What practices that share have served from the LMC's templates. Nothing is read of the others.
pub async fn uptake<C: ConnectionTrait>(
    at: Scoped<'_, C, LmcScope>,
    organisations: &View,
    versions: &[Version],
    now: DateTime<Utc>,
) -> Result<Uptake, DbErr> {
    let all: Vec<OdsCode> = organisations
        .practices_in(OrganisationKind::Lmc, at.scope.lmc())
        .into_iter()
        .map(|practice| practice.code.clone())
        .collect();
    let consenting = sharing::consenting(at.conn, &all, now).await?;
    let mut uptake = Uptake { all: all.len(), sharing: consenting.len(), served: BTreeMap::new() };
    let practices: Vec<OdsCode> = consenting.keys().cloned().collect();
    for (origin, notice) in from_templates(at, &practices).await? {
        let version = versions.iter().find(|one| (one.template, one.version) == (origin.template, origin.version));
        let fits = version.is_some_and(|version| {
            version.text.item == notice.row.item && same_service(&version.text.service, &notice.service)
        });
        if !fits {
            continue;
        }
        let Some(served) = notice.served() else {
            continue;
        };
        // What was over before the days that a practice opened is not shown.
        let open = consenting.get(&served.practice);
        let over = served.last_day.unwrap_or(served.served_on);
        if open.is_none_or(|open| !open.open(over)) {
            continue;
        }
        uptake.served.entry(origin.template).or_default().push(served);
    }
    Ok(uptake)
}

/// A notice of a practice that shares, with what closed it.
struct Found {
    row: notice::Model,
    service: String,
    closed: Option<Event>,
}

impl Found {
    /// Nothing of a notice that was taken back or never was.
    fn served(self) -> Option<Served> {
        if matches!(self.closed, Some(Event::Withdrawn | Event::EnteredInError)) {
            return None;
        }
        Some(Served {
            practice: self.row.practice,
            notice: self.row.id,
            served_on: self.row.served_on,
            last_day: Some(self.row.ends_on).filter(|_| self.closed != Some(Event::Funded)),
        })
    }
}

async fn from_templates<C: ConnectionTrait>(
    at: Scoped<'_, C, LmcScope>,
    practices: &[OdsCode],
) -> Result<Vec<(notice_origin::Model, Found)>, DbErr> {
    let origins = notice_origin::Entity::find()
        .filter(notice_origin::Column::Lmc.eq(at.scope.lmc().clone()))
        .filter(notice_origin::Column::Practice.is_in(practices.iter().cloned()))
        .all(at.conn)
        .await?;
    if origins.is_empty() {
        return Ok(Vec::new());
    }
    let ids: Vec<NoticeId> = origins.iter().map(|row| row.notice).collect();
    let mut closed = closed(at.conn, practices, &ids).await?;
    let rows = notice::Entity::find().filter(notice::Column::Practice.is_in(practices.iter().cloned()));
    let rows = keyed::listed(at.conn, rows, notice::Column::Id, ids).await?;
    let subjects = rows.iter().map(|row| row.subject).collect();
    let names = names(at.conn, practices, subjects).await?;
    let mut found: BTreeMap<(OdsCode, NoticeId), Found> = BTreeMap::new();
    for row in rows {
        let key = (row.practice.clone(), row.id);
        let name = names.get(&(row.practice.clone(), row.subject));
        let notice = Found { closed: closed.remove(&key), service: name.cloned().unwrap_or_default(), row };
        found.insert(key, notice);
    }
    let origins = origins.into_iter().filter_map(|origin| {
        let notice = found.remove(&(origin.practice.clone(), origin.notice))?;
        Some((origin, notice))
    });
    Ok(origins.collect())
}

async fn names(
    conn: &impl ConnectionTrait,
    practices: &[OdsCode],
    subjects: BTreeSet<SubjectId>,
) -> Result<BTreeMap<(OdsCode, SubjectId), String>, DbErr> {
    let rows = subject::Entity::find().filter(subject::Column::Practice.is_in(practices.iter().cloned()));
    let rows = keyed::listed(conn, rows, subject::Column::Id, subjects).await?;
    let rows = rows.into_iter();
    Ok(rows.map(|row| ((row.practice, row.id), row.name)).collect())
}

/// What closed these notices, where something did; the last word holds.
async fn closed(
    conn: &impl ConnectionTrait,
    practices: &[OdsCode],
    notices: &[NoticeId],
) -> Result<BTreeMap<(OdsCode, NoticeId), Event>, DbErr> {
    let rows = notice_event::Entity::find()
        .filter(notice_event::Column::Practice.is_in(practices.iter().cloned()))
        .order_by_asc(notice_event::Column::RecordedAt)
        .order_by_asc(notice_event::Column::Id);
    let notices = notices.iter().copied();
    let rows = keyed::listed(conn, rows, notice_event::Column::Notice, notices).await?;
    let outcomes = rows.into_iter().filter_map(|row| {
        let event: Event = row.event.parse().ok()?;
        event.is_outcome().then_some(((row.practice, row.notice), event))
    });
    Ok(outcomes.collect())
}
