//! The menu in memory: the edition of this version and the imported ones, joined; and that of each LMC with its own items.

use std::{
    collections::HashMap,
    sync::{Arc, PoisonError, RwLock},
};

use entity::ids::OrgCode;
use sea_orm::ConnectionTrait;

use crate::{
    domain::catalogue::{Catalogue, CatalogueError},
    error::AppError,
    store::{self, local_items},
};

/// How many editions were imported, and how many rows LMCs wrote.
type Version = (u64, u64);

/// The menus of one version.
#[derive(Debug, Clone)]
struct Menus {
    of: Version,
    national: Arc<Catalogue>,
    /// Made when somebody asks; without an LMC, local items are only named.
    local: HashMap<Option<OrgCode>, Arc<Catalogue>>,
}

/// The joined menus. Another process may import or add: how much there is is looked up each time, which costs a count of two
/// tables with a handful of rows.
#[derive(Debug, Default)]
pub struct Catalogues {
    cached: RwLock<Option<Menus>>,
}

impl Catalogues {
    /// The national menu as it is now, read again where an edition was imported since. No LMC's item is in it.
    ///
    /// # Errors
    /// Where the database cannot be read, or where editions clash: an import refuses those, so only a newer version of
    /// this program can bring one.
    pub async fn national(&self, conn: &impl ConnectionTrait, jurisdiction: &str) -> Result<Arc<Catalogue>, AppError> {
        Ok(self.menus(conn, jurisdiction).await?.national)
    }

    /// The same with local items: those of an LMC to be recorded, all others to be named.
    ///
    /// # Errors
    /// As [`Self::national`].
    pub async fn of_lmc(
        &self,
        conn: &impl ConnectionTrait,
        jurisdiction: &str,
        lmc: Option<&OrgCode>,
    ) -> Result<Arc<Catalogue>, AppError> {
        let menus = self.menus(conn, jurisdiction).await?;
        let key = lmc.cloned();
        if let Some(menu) = menus.local.get(&key) {
            return Ok(Arc::clone(menu));
        }
        let items = local_items::all(conn).await?;
        let menu = if items.is_empty() { menus.national } else { Arc::new(menus.national.with_local(&items, lmc)) };
        let mut cached = self.cached.write().unwrap_or_else(PoisonError::into_inner);
        // What was written between the count and the read is in the menu already; the next count finds it.
        if let Some(cached) = cached.as_mut().filter(|cached| cached.of == menus.of) {
            cached.local.insert(key, Arc::clone(&menu));
        }
        Ok(menu)
    }

    async fn menus(&self, conn: &impl ConnectionTrait, jurisdiction: &str) -> Result<Menus, AppError> {
        let of = (store::catalogue::version(conn).await?, local_items::version(conn).await?);
        let known = self.cached.read().unwrap_or_else(PoisonError::into_inner).clone();
        if let Some(known) = known.filter(|known| known.of == of) {
            return Ok(known);
        }
        let files = store::catalogue::files(conn, jurisdiction).await?;
        let national = Catalogue::editions_of(jurisdiction, files.iter().map(String::as_str))
            .and_then(|editions| Catalogue::join(jurisdiction, &editions))
            .map_err(|errors| fault(&errors))?;
        let menus = Menus { of, national: Arc::new(national), local: HashMap::new() };
        *self.cached.write().unwrap_or_else(PoisonError::into_inner) = Some(menus.clone());
        Ok(menus)
    }
}

fn fault(errors: &[CatalogueError]) -> AppError {
    let said: Vec<String> = errors.iter().map(ToString::to_string).collect();
    AppError::Fault(format!("catalogue: {}", said.join("; ")))
}
