//! What stands beside contacts without an audit event of its own: strokes, sessions worked, reasons for going past the limit.

use chrono::{DateTime, Utc};
use entity::{day_worked, over_limit_reason, tick};
use sea_orm::{ConnectionTrait, DbErr};

use super::{Of, Rows};
use crate::domain::history::Span;

/// Adds them.
pub(super) async fn add<F: Fn(DateTime<Utc>) -> Option<(Span, bool)>>(
    conn: &impl ConnectionTrait,
    of: &Of<'_>,
    rows: &mut Rows<F>,
) -> Result<(), DbErr> {
    let columns = [tick::Column::Practice, tick::Column::Clinician];
    let ticks = of.rows::<tick::Entity>(conn, columns, tick::Column::Day);
    for row in ticks.await? {
        let at = row.recorded_at.to_rfc3339();
        let text = format!(
            "tick {} {} {} {} {} {} {} {at} {}",
            row.practice,
            row.id,
            row.clinician,
            row.day,
            row.source,
            row.kind,
            row.n,
            row.recorded_by
        );
        rows.add_beside(row.recorded_at, row.day, row.clinician, text);
    }
    let columns = [day_worked::Column::Practice, day_worked::Column::Clinician];
    let worked = of.rows::<day_worked::Entity>(conn, columns, day_worked::Column::Day);
    for row in worked.await? {
        let at = row.recorded_at.to_rfc3339();
        let text = format!(
            "worked {} {} {} {} {} {} {at} {}",
            row.practice,
            row.id,
            row.clinician,
            row.day,
            row.half_sessions,
            row.duty,
            row.recorded_by
        );
        rows.add_beside(row.recorded_at, row.day, row.clinician, text);
    }
    let columns = [
        over_limit_reason::Column::Practice,
        over_limit_reason::Column::Clinician,
    ];
    let day = over_limit_reason::Column::Day;
    let reasons = of.rows::<over_limit_reason::Entity>(conn, columns, day);
    for row in reasons.await? {
        let at = row.recorded_at.to_rfc3339();
        let text = format!(
            "reason {} {} {} {} {} {at} {}",
            row.practice, row.id, row.clinician, row.day, row.reason, row.recorded_by
        );
        rows.add_beside(row.recorded_at, row.day, row.clinician, text);
    }
    Ok(())
}
