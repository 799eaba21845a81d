//! What stands beside contacts without an audit event of its own: strokes, sessions worked, reasons for going past the limit.

use chrono::{DateTime, Utc};
use entity::{day_worked, over_limit_reason, tick};
use sea_orm::{ConnectionTrait, DbErr};

use super::{Of, Rows};
use crate::{domain::history::Span, store::texts};

/// Adds them.
pub(super) async fn add<F: Fn(DateTime<Utc>) -> Option<(Span, bool)>>(
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
