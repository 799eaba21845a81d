//! Carries changes to the other nodes, inside the transaction that made them.

use sea_orm::{
    ConnectionTrait, DatabaseBackend, DbErr, Statement,
    sqlx::{self, postgres::PgListener},
};
use uuid::Uuid;

use crate::{
    db::Db,
    live::{Change, Live},
};

/// Channel on which nodes hear each other.
pub const CHANNEL: &str = "headroom";

/// On PostgreSQL, notifies the other nodes at COMMIT; on SQLite there are none.
pub async fn notify(conn: &impl ConnectionTrait, node: Uuid, changes: &[Change]) -> Result<(), DbErr> {
    if conn.get_database_backend() != DatabaseBackend::Postgres || changes.is_empty() {
        return Ok(());
    }
    // A payload may hold 8,000 bytes; 200 changes take half of that.
    for some in changes.chunks(200) {
        let list = some.iter().map(ToString::to_string).collect::<Vec<_>>().join(",");
        conn.execute_raw(Statement::from_sql_and_values(
            DatabaseBackend::Postgres,
            "SELECT pg_notify($1, $2)",
            [CHANNEL.into(), format!("{node};{list}").into()],
        ))
        .await?;
    }
    Ok(())
}

/// Hears what other nodes changed, on a connection of its own, until that connection is lost.
///
/// # Errors
/// Whatever ended the connection.
pub async fn listen(db: &Db, live: &Live) -> Result<(), DbErr> {
    let lost = |error: sqlx::Error| DbErr::Custom(error.to_string());
    let pool = db.unscoped().get_postgres_connection_pool();
    let mut listener = PgListener::connect_with(pool).await.map_err(lost)?;
    listener.listen(CHANNEL).await.map_err(lost)?;
    loop {
        // A lost connection is made again inside; what was missed meanwhile, pages fetch within the minute by themselves.
        let heard = listener.recv().await.map_err(lost)?;
        for change in changes_of(heard.payload(), live.node()) {
            live.publish(&change);
        }
    }
}

/// What another node says in a payload; nothing where it is our own.
fn changes_of(payload: &str, own: Uuid) -> Vec<Change> {
    match payload.split_once(';') {
        Some((node, list)) if node.parse() != Ok(own) => list.split(',').filter_map(|text| text.parse().ok()).collect(),
        _ => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_node_hears_others_and_not_itself() {
        let (own, other) = (Uuid::now_v7(), Uuid::now_v7());
        let heard = changes_of(&format!("{other};contacts Z90001,register Z90002,nonsense"), own);
        assert_eq!(heard.iter().map(ToString::to_string).collect::<Vec<_>>(), ["contacts Z90001", "register Z90002"]);
        assert!(changes_of(&format!("{own};contacts Z90001"), own).is_empty());
        assert!(changes_of("", own).is_empty());
    }
}
