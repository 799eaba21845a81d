//! NHS England's practice-level figures, as published: sums by month, staff, mode and status.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use entity::{
    ids::{LocalDate, OdsCode, RowId},
    published_appointment, published_import,
};
use sea_orm::{
    ActiveValue::Set,
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QuerySelect,
    sea_query::{CaseStatement, Expr, ExprTrait, OnConflict, SimpleExpr},
};

use crate::{db::Scoped, domain::access::PracticeScope};

/// One figure.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewFigures {
    /// Whose.
    pub practice: OdsCode,
    /// First day of the month.
    pub month: LocalDate,
    /// GP or other practice staff, as published.
    pub staff: String,
    /// Mode, as published.
    pub mode: String,
    /// Status, as published.
    pub status: String,
    /// Appointments.
    pub n: u64,
}

/// One month of a practice by staff, mode and status.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Figures {
    /// Attended, as published.
    pub attended: u64,
    /// Did not attend.
    pub did_not_attend: u64,
    /// Neither is known.
    pub unknown: u64,
    /// Of the attended, those with a GP.
    pub with_gp: u64,
}

/// A month with its figures.
pub type PublishedRow = (LocalDate, Figures);

/// Whether a file with this digest was taken in before.
pub async fn knows_file(conn: &impl ConnectionTrait, sha256: &str) -> Result<bool, DbErr> {
    published_import::Entity::find()
        .filter(published_import::Column::FileSha256.eq(sha256))
        .one(conn)
        .await
        .map(|row| row.is_some())
}

/// Writes figures of a file that does not count yet.
pub async fn add_figures(conn: &impl ConnectionTrait, import: RowId, rows: &[NewFigures]) -> Result<(), DbErr> {
    let rows = rows.iter().map(|row| published_appointment::ActiveModel {
        practice: Set(row.practice.clone()),
        month: Set(row.month),
        import: Set(import),
        staff: Set(row.staff.clone()),
        mode: Set(row.mode.clone()),
        status: Set(row.status.clone()),
        n: Set(i64::try_from(row.n).unwrap_or(i64::MAX)),
    });
    published_appointment::Entity::insert_many(rows)
        .on_conflict(OnConflict::new().do_nothing().to_owned())
        .exec_without_returning(conn)
        .await?;
    Ok(())
}

/// Writes that a file is there in whole: from now on it is read.
pub async fn add_published(
    conn: &impl ConnectionTrait,
    import: RowId,
    sha256: &str,
    practices: u64,
    appointments: u64,
    now: DateTime<Utc>,
) -> Result<(), DbErr> {
    let number = |n: u64| i64::try_from(n).unwrap_or(i64::MAX);
    published_import::Entity::insert(published_import::ActiveModel {
        id: Set(import),
        file_sha256: Set(sha256.to_owned()),
        practices: Set(number(practices)),
        appointments: Set(number(appointments)),
        recorded_at: Set(now),
    })
    .on_conflict(OnConflict::new().do_nothing().to_owned())
    .exec_without_returning(conn)
    .await?;
    Ok(())
}

/// Attended appointments by practice and month, of months that begin between two days. Of a month that was published
/// again the latest holds.
pub(in crate::store) async fn attended(
    conn: &impl ConnectionTrait,
    practices: &[OdsCode],
    first: LocalDate,
    last: LocalDate,
) -> Result<BTreeMap<OdsCode, BTreeMap<LocalDate, u64>>, DbErr> {
    use published_appointment::Column;
    let imports = imports(conn).await?;
    let attended = CaseStatement::new().case(Expr::col(Column::Status).eq("Attended"), Expr::col(Column::N)).finally(0);
    let attended: SimpleExpr = Expr::expr(attended).sum().cast_as("bigint");
    let rows: Vec<(OdsCode, LocalDate, RowId, i64)> = published_appointment::Entity::find()
        .select_only()
        .columns([Column::Practice, Column::Month, Column::Import])
        .column_as(attended, "attended")
        .filter(Column::Practice.is_in(practices.iter().cloned()))
        .filter(Column::Month.between(first, last))
        .group_by(Column::Practice)
        .group_by(Column::Month)
        .group_by(Column::Import)
        .into_tuple()
        .all(conn)
        .await?;
    let mut newest: BTreeMap<(OdsCode, LocalDate), (DateTime<Utc>, u64)> = BTreeMap::new();
    for (practice, month, import, n) in rows {
        let Some(since) = imports.get(&import).copied() else {
            continue;
        };
        let said = (since, u64::try_from(n).unwrap_or(0));
        let known = newest.entry((practice, month)).or_insert(said);
        if known.0 < since {
            *known = said;
        }
    }
    let mut months: BTreeMap<OdsCode, BTreeMap<LocalDate, u64>> = BTreeMap::new();
    for ((practice, month), (_, n)) in newest {
        months.entry(practice).or_default().insert(month, n);
    }
    Ok(months)
}

/// The files that are there in whole, and since when.
async fn imports(conn: &impl ConnectionTrait) -> Result<BTreeMap<RowId, DateTime<Utc>>, DbErr> {
    let rows = published_import::Entity::find().all(conn).await?;
    Ok(rows.into_iter().map(|row| (row.id, row.recorded_at)).collect())
}

/// The published months of a practice, the newest first. Of a month that was published again the latest holds.
pub async fn published<C: ConnectionTrait>(at: Scoped<'_, C, PracticeScope>) -> Result<Vec<PublishedRow>, DbErr> {
    let imports = imports(at.conn).await?;
    let rows = published_appointment::Entity::find()
        .filter(published_appointment::Column::Practice.eq(at.scope.practice().clone()))
        .all(at.conn)
        .await?;
    let mut months: BTreeMap<LocalDate, (DateTime<Utc>, Figures)> = BTreeMap::new();
    for row in rows {
        let Some(since) = imports.get(&row.import).copied() else {
            continue;
        };
        let month = months.entry(row.month).or_insert((since, Figures::default()));
        if month.0 < since {
            *month = (since, Figures::default());
        }
        if month.0 == since {
            let n = u64::try_from(row.n).unwrap_or(0);
            add(&mut month.1, &row, n);
        }
    }
    Ok(months.into_iter().rev().map(|(month, (_, figures))| (month, figures)).collect())
}

fn add(figures: &mut Figures, row: &published_appointment::Model, n: u64) {
    match row.status.as_str() {
        "Attended" => {
            figures.attended = figures.attended.saturating_add(n);
            if row.staff == "GP" {
                figures.with_gp = figures.with_gp.saturating_add(n);
            }
        }
        "DNA" => figures.did_not_attend = figures.did_not_attend.saturating_add(n),
        _ => figures.unknown = figures.unknown.saturating_add(n),
    }
}
