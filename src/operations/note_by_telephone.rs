//! An LMC notes what a practice said by telephone. The practice confirms or removes it on its own page; until then it
//! enters no release.

use entity::ids::{ItemCode, LocalDate, OrgCode, StatusId, SubjectId};
use serde::Serialize;

use super::{Written, register_row::new_status};
use crate::{
    audit::Event,
    domain::{
        access::{Authority, By, PracticeScope},
        action::{self, EnteredBy, Proposal, StatusChange},
        catalogue::{Catalogue, Item, Status},
        name::SubjectName,
    },
    error::{AppError, FieldError},
    live::What,
    state::AppState,
    store::actions::{self, NewStatus},
    writer::Tx,
};

/// What an LMC may enter: facts and notices, never a thought.
pub const STATUSES: [Status; 4] = [Status::PausedSince, Status::PausingFrom, Status::Restarted, Status::Running];

/// In the practice's own chain: who entered what, in codes.
#[derive(Debug, Serialize)]
struct Recorded {
    status: StatusId,
    item: ItemCode,
    subject: Option<SubjectId>,
    lmc: OrgCode,
}

impl Event for Recorded {
    const NAME: &'static str = "status.entered-by-telephone";
}

/// What a practice said.
#[derive(Debug, Clone)]
pub struct NoteByTelephone {
    /// Made with the page: sending the form twice records once.
    pub id: StatusId,
    /// Who notes it.
    pub lmc: OrgCode,
    /// One of [`items`].
    pub item: ItemCode,
    /// What it is about, where the item has subjects.
    pub subject: Option<SubjectName>,
    /// One of [`STATUSES`].
    pub status: Status,
    /// Since or from which day.
    pub effective_on: LocalDate,
    /// When notice was served.
    pub notice_served_on: Option<LocalDate>,
    /// For a withdrawal from an agreement: that it serves secondary purposes only.
    pub exclusively_secondary: bool,
}

/// The items of a day's menu that may leave a practice.
pub fn items(catalogue: &Catalogue, today: LocalDate) -> Vec<&Item> {
    catalogue.items_on(today).filter(|item| action::may_leave(item, today)).collect()
}

impl NoteByTelephone {
    /// Holds it to the rules and writes it.
    ///
    /// # Errors
    /// The field at fault; [`AppError::IdReused`]; [`AppError::Unavailable`].
    pub async fn perform(self, app: &AppState, by: &By<PracticeScope>) -> Result<(), AppError> {
        let catalogue = app.menu_of(by.scope().practice()).await?;
        let new = self.check(&catalogue, app.clock.today(), by)?;
        let own = by.clone();
        app.writer.write(by, move |tx| Box::pin(async move { self.run(tx, own.scope(), new).await })).await
    }

    fn check(&self, catalogue: &Catalogue, today: LocalDate, by: &By<PracticeScope>) -> Result<NewStatus, FieldError> {
        let no_item = || FieldError::new("item", "Choose an item");
        let mut offered = items(catalogue, today).into_iter();
        let item = offered.find(|item| item.code == self.item);
        let item = item.ok_or_else(no_item)?;
        if !STATUSES.contains(&self.status) {
            return Err(FieldError::new("status", "Choose what the practice said"));
        }
        let proposal = Proposal {
            status: self.status,
            effective_on: self.effective_on,
            notice_served_on: self.notice_served_on,
            has_subject: self.subject.is_some(),
            exclusively_secondary: self.exclusively_secondary,
        };
        action::check(Some(item), proposal, today).map_err(|refused| {
            let (field, message) = refused.explain();
            FieldError::new(field, message)
        })?;
        let id = actions::told_id(self.id);
        let says = StatusChange {
            notice_served_on: self.notice_served_on,
            entered_by: EnteredBy::LmcTelephone,
            ..StatusChange::of(id, &item.code, self.status, self.effective_on)
        };
        new_status(catalogue, says, by.id()).ok_or_else(no_item)
    }

    async fn run(self, tx: &Tx, scope: &PracticeScope, mut new: NewStatus) -> Result<(), AppError> {
        let (at, practice) = (tx.read(scope), scope.practice());
        if let Some(name) = &self.subject {
            let id = actions::told_subject(at, &self.item, name.as_str(), tx.now()).await?;
            new.change.subject = Some(id);
        }
        let written = actions::add_status(at, &new, tx.now()).await?;
        if Written::of(written)? == Written::New {
            let event =
                Recorded { status: new.change.id, item: new.change.item, subject: new.change.subject, lmc: self.lmc };
            tx.audit(&practice.into(), &event).await?;
            tx.changed(practice, What::Register);
        }
        Ok(())
    }
}
