//! The menu in memory: the edition of this version and the imported ones, joined.

use std::sync::{Arc, PoisonError, RwLock};

use sea_orm::ConnectionTrait;

use crate::{
    domain::catalogue::{Catalogue, CatalogueError},
    error::AppError,
    store,
};

/// The joined menu. Another process may import: how many editions there are is looked up each time, which costs one
/// count of a table with a handful of rows.
#[derive(Debug, Default)]
pub struct Catalogues {
    cached: RwLock<Option<(u64, Arc<Catalogue>)>>,
}

impl Catalogues {
    /// The menu as it is now, read again where an edition was imported since.
    ///
    /// # Errors
    /// Where the database cannot be read, or where editions clash: an import refuses those, so only a newer version of
    /// this program can bring one.
    pub async fn now(&self, conn: &impl ConnectionTrait, jurisdiction: &str) -> Result<Arc<Catalogue>, AppError> {
        let version = store::catalogue::version(conn).await?;
        let known = self.cached.read().unwrap_or_else(PoisonError::into_inner).clone();
        if let Some((_, menu)) = known.filter(|(of, _)| *of == version) {
            return Ok(menu);
        }
        let files = store::catalogue::files(conn, jurisdiction).await?;
        let menu = Catalogue::editions_of(jurisdiction, files.iter().map(String::as_str))
            .and_then(|editions| Catalogue::join(jurisdiction, &editions))
            .map_err(|errors| fault(&errors))?;
        let menu = Arc::new(menu);
        *self.cached.write().unwrap_or_else(PoisonError::into_inner) = Some((version, Arc::clone(&menu)));
        Ok(menu)
    }
}

fn fault(errors: &[CatalogueError]) -> AppError {
    let said: Vec<String> = errors.iter().map(ToString::to_string).collect();
    AppError::Fault(format!("catalogue: {}", said.join("; ")))
}
