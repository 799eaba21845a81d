//! A practice's notices and what lies ahead of it: for its pages and its calendar, and for the morning's reminders.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use entity::ids::LocalDate;

use super::AppState;
use crate::{
    domain::{
        access::PracticeScope,
        catalogue::Catalogue,
        diary::{self, DiaryEntry},
        letter::Awaited,
        notice::Notice,
        register::{RegisterAt, RegisterLine},
    },
    error::AppError,
    store::{actions, letters, notices},
};

/// A practice's notices, register and awaited replies as read at one moment.
#[derive(Debug)]
pub struct Known {
    /// Its notices, the newest served first.
    pub notices: Vec<Notice>,
    /// The day of reading.
    pub today: LocalDate,
    register: Arc<actions::Register>,
    letters: Vec<Awaited>,
    read_at: DateTime<Utc>,
    catalogue: Arc<Catalogue>,
}

impl Known {
    /// Reads them.
    ///
    /// # Errors
    /// Where the database cannot be read.
    pub async fn read(app: &AppState, scope: &PracticeScope) -> Result<Self, AppError> {
        let read = app.db.read(scope);
        Ok(Self {
            register: app.caches.registers.of_practice(read).await?,
            notices: notices::all(read).await?,
            letters: letters::awaited(read).await?,
            today: app.clock.today(),
            read_at: app.clock.known(),
            catalogue: app.menu_of(scope.practice()).await?,
        })
    }

    fn lines(&self) -> Vec<RegisterLine> {
        let ground = RegisterAt {
            catalogue: &self.catalogue,
            rows: &self.register.rows,
            subjects: &self.register.subjects,
            on: self.today,
            known_at: self.read_at,
        };
        ground.own()
    }

    /// What lies ahead, by date.
    pub fn diary(&self) -> Vec<DiaryEntry> {
        diary::entries(&self.lines(), &self.notices, &self.letters)
    }

    /// The name of the service that a notice was served on.
    pub fn service(&self, notice: &Notice) -> &str {
        let known = self.register.subjects.get(&notice.subject);
        known.map_or("", |(_, name)| name.as_str())
    }
}
