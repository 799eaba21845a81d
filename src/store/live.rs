//! Carries changes to the other nodes, inside the transaction that made them.

use sea_orm::{ConnectionTrait, DatabaseBackend, DbErr, Statement};
use uuid::Uuid;

use crate::live::Change;

/// Channel on which nodes hear each other.
pub const CHANNEL: &str = "headroom";

/// On PostgreSQL, notifies the other nodes at COMMIT; on SQLite there are none.
pub async fn notify(
    conn: &impl ConnectionTrait,
    node: Uuid,
    changes: &[Change],
) -> Result<(), DbErr> {
    if conn.get_database_backend() != DatabaseBackend::Postgres || changes.is_empty() {
        return Ok(());
    }
    // A payload may hold 8,000 bytes; 200 changes take half of that.
    for some in changes.chunks(200) {
        let list = some
            .iter()
            .map(ToString::to_string)
            .collect::<Vec<_>>()
            .join(",");
        conn.execute_raw(Statement::from_sql_and_values(
            DatabaseBackend::Postgres,
            "SELECT pg_notify($1, $2)",
            [CHANNEL.into(), format!("{node};{list}").into()],
        ))
        .await?;
    }
    Ok(())
}
