//! What the pages and the API of the register are made from: one read of everything a practice recorded.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use entity::ids::{ItemCode, LocalDate, SubjectId};

use crate::{
    domain::{
        access::PracticeScope,
        action::Row,
        catalogue::Catalogue,
        outcome::{self, Outcome},
        register::{Ground, Subjects},
    },
    error::AppError,
    state::AppState,
    store::{
        actions::{self, Recorded},
        outcomes,
    },
};

/// Where a practice stands: what the page of all its items needs, however long its history.
#[derive(Debug)]
pub(super) struct Standing {
    rows: Vec<Row>,
    subjects: Subjects,
    catalogue: Arc<Catalogue>,
    read_at: DateTime<Utc>,
}

impl Standing {
    pub(super) async fn read(app: &AppState, scope: &PracticeScope) -> Result<Self, AppError> {
        let read = app.db.read(scope);
        Ok(Self {
            rows: actions::rows(read).await?,
            subjects: actions::subjects(read).await?,
            catalogue: app.catalogue().await?,
            read_at: app.clock.now(),
        })
    }

    /// The register as of a day, as far as it is known now.
    pub(super) fn on(&self, day: LocalDate) -> Ground<'_> {
        Ground {
            catalogue: &self.catalogue,
            rows: &self.rows,
            subjects: &self.subjects,
            on: day,
            known_at: self.read_at,
        }
    }
}

/// A practice's register as read at one moment, with all of its history.
#[derive(Debug)]
pub(super) struct Register {
    pub(super) recorded: Vec<Recorded>,
    pub(super) rows: Vec<Row>,
    pub(super) subjects: Subjects,
    pub(super) outcomes: Vec<Outcome>,
    pub(super) catalogue: Arc<Catalogue>,
    pub(super) read_at: DateTime<Utc>,
}

impl Register {
    pub(super) async fn read(app: &AppState, scope: &PracticeScope) -> Result<Self, AppError> {
        let read = app.db.read(scope);
        let recorded = actions::register(read).await?;
        Ok(Self {
            rows: recorded
                .iter()
                .map(|recorded| recorded.row.clone())
                .collect(),
            recorded,
            subjects: actions::subjects(read).await?,
            outcomes: outcomes::all(read).await?,
            catalogue: app.catalogue().await?,
            read_at: app.clock.now(),
        })
    }

    /// The register as of a day, as far as it is known now.
    pub(super) fn on(&self, day: LocalDate) -> Ground<'_> {
        Ground {
            catalogue: &self.catalogue,
            rows: &self.rows,
            subjects: &self.subjects,
            on: day,
            known_at: self.read_at,
        }
    }

    /// The name of a subject of an item; nothing for one of another item.
    pub(super) fn subject(&self, item: &ItemCode, id: SubjectId) -> Option<&str> {
        self.subjects
            .get(&id)
            .filter(|(of, _)| of == item)
            .map(|(_, name)| name.as_str())
    }

    /// What came of one item or subject, as it stands.
    pub(super) fn came_of(&self, item: &ItemCode, subject: Option<SubjectId>) -> Vec<&Outcome> {
        let mut standing = outcome::standing(&self.outcomes, self.read_at);
        standing.retain(|one| one.item == *item && one.subject == subject);
        standing
    }

    /// What was recorded of one item or subject, the newest day first.
    pub(super) fn history(&self, item: &ItemCode, subject: Option<SubjectId>) -> Vec<&Recorded> {
        let mut rows: Vec<&Recorded> = self
            .recorded
            .iter()
            .filter(|recorded| recorded.row.item == *item && recorded.row.subject == subject)
            .collect();
        rows.sort_by_key(|recorded| {
            let row = &recorded.row;
            std::cmp::Reverse((row.effective_on, row.recorded_at, row.id))
        });
        rows
    }
}
