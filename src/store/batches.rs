//! Reading whole tables an owner at a time and some rows at once: whatever checks everything keeps little of it in memory.

use sea_orm::{
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, ModelTrait, QueryFilter, QueryOrder, QuerySelect, Select, Value,
};

/// Rows read at once.
const ROWS: usize = 4_096;

/// Who has rows in a table whose key begins with `owner`, each found in the key by itself: the table is not read.
pub(crate) async fn owners<E: EntityTrait>(
    conn: &impl ConnectionTrait,
    owner: E::Column,
) -> Result<Vec<String>, DbErr> {
    let mut owners: Vec<String> = Vec::new();
    loop {
        let mut next = E::find().select_only().column(owner).order_by_asc(owner).limit(1);
        if let Some(last) = owners.last() {
            next = next.filter(owner.gt(last.as_str()));
        }
        match next.into_tuple::<String>().one(conn).await? {
            Some(owner) => owners.push(owner),
            None => return Ok(owners),
        }
    }
}

/// The rows that a query finds, some at once, in the order of a column that no two of them share.
pub(crate) struct Batches<E: EntityTrait> {
    find: Select<E>,
    id: E::Column,
    last: Option<Value>,
    is_over: bool,
}

impl<E: EntityTrait> Batches<E> {
    pub(crate) fn of(find: Select<E>, id: E::Column) -> Self {
        Self { find, id, last: None, is_over: false }
    }

    /// The next rows; nothing after the last.
    pub(crate) async fn next(&mut self, conn: &impl ConnectionTrait) -> Result<Option<Vec<E::Model>>, DbErr> {
        if self.is_over {
            return Ok(None);
        }
        let mut find = self.find.clone();
        if let Some(last) = self.last.take() {
            find = find.filter(self.id.gt(last));
        }
        let rows = find.order_by_asc(self.id).limit(u64::try_from(ROWS).ok()).all(conn).await?;
        self.is_over = rows.len() < ROWS;
        self.last = rows.last().map(|row| row.get(self.id));
        Ok(Some(rows))
    }
}
