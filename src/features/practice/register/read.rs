//! What the pages and the API of the register are made from: one read of everything a practice recorded.

use std::{collections::BTreeSet, ops::Deref, sync::Arc};

use chrono::{DateTime, Utc};
use entity::ids::{ItemCode, LocalDate, SubjectId};

use crate::{
    domain::{
        access::PracticeScope,
        action::StatusRow,
        catalogue::{Catalogue, Item},
        outcome::{self, Outcome},
        register::{RegisterAt, Subjects},
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
    register: Arc<actions::Register>,
    pub(super) catalogue: Arc<Catalogue>,
    pub(super) read_at: DateTime<Utc>,
}

impl Standing {
    pub(super) async fn read(app: &AppState, scope: &PracticeScope) -> Result<Self, AppError> {
        let read = app.db.read(scope);
        Ok(Self {
            register: app.caches.registers.of_practice(read).await?,
            catalogue: app.menu_of(scope.practice()).await?,
            read_at: app.clock.known(),
        })
    }

    /// The register as of a day, as far as it is known now.
    pub(super) fn on(&self, day: LocalDate) -> RegisterAt<'_> {
        RegisterAt {
            catalogue: &self.catalogue,
            rows: &self.register.rows,
            subjects: &self.register.subjects,
            on: day,
            known_at: self.read_at,
        }
    }

    /// Everything that was recorded, oldest first.
    pub(super) fn rows(&self) -> &[StatusRow] {
        &self.register.rows
    }

    /// What its subjects are called.
    pub(super) fn subjects(&self) -> &Subjects {
        &self.register.subjects
    }

    /// Which of these names its LMC typed.
    pub(super) fn told(&self) -> &BTreeSet<SubjectId> {
        &self.register.told
    }
}

/// The same with its history, or that of one item, and what came of it.
#[derive(Debug)]
pub(super) struct Register {
    standing: Standing,
    pub(super) recorded: Vec<Recorded>,
    pub(super) outcomes: Vec<Outcome>,
}

impl Deref for Register {
    type Target = Standing;
    fn deref(&self) -> &Standing {
        &self.standing
    }
}

impl Register {
    pub(super) async fn read(app: &AppState, scope: &PracticeScope) -> Result<Self, AppError> {
        Self::with(app, scope, None).await
    }

    /// With the history of one item only: its page needs no other.
    pub(super) async fn of_item(app: &AppState, scope: &PracticeScope, item: &ItemCode) -> Result<Self, AppError> {
        Self::with(app, scope, Some(item)).await
    }

    async fn with(app: &AppState, scope: &PracticeScope, item: Option<&ItemCode>) -> Result<Self, AppError> {
        let read = app.db.read(scope);
        Ok(Self {
            // First, so that the history has every row that stands.
            standing: Standing::read(app, scope).await?,
            recorded: actions::register(read, item).await?,
            outcomes: outcomes::all(read).await?,
        })
    }

    /// The name of a subject of an item; nothing for one of another item.
    pub(super) fn subject(&self, item: &ItemCode, id: SubjectId) -> Option<&str> {
        self.subjects().get(&id).filter(|(of, _)| of == item).map(|(_, name)| name.as_str())
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
            .filter(|recorded| recorded.row.change.item == *item && recorded.row.change.subject == subject)
            .collect();
        rows.sort_by_key(|recorded| {
            let row = &recorded.row;
            std::cmp::Reverse((row.change.effective_on, row.recorded_at, row.change.id))
        });
        rows
    }
}

/// An item of the catalogue, superseded or not, in the words of a day; a code that is none names nothing.
pub(super) fn known_item<'a>(catalogue: &'a Catalogue, code: &str, day: LocalDate) -> Result<&'a Item, AppError> {
    code.parse().ok().and_then(|code| catalogue.item_on(&code, day)).ok_or(AppError::NotFound)
}
