//! An LMC adds an item to the menu of its practices, or says from now on something else of one.

use entity::ids::{ItemCode, LocalDate, RowId};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{Asks, Operation, ScopeOf, Sent, Written};
use crate::{
    audit::Event,
    domain::{
        access::{self, Authority, By, LmcScope},
        catalogue::{
            PositionKind, SubjectKind,
            local::{self, LocalItem, POSITIONS, SUBJECTS},
        },
        name::{GuardRail, ItemText, ItemTitle, Source},
    },
    error::{AppError, FieldError},
    state::AppState,
    store::local_items::{self, MOST},
    writer::Tx,
};

/// Another version came first.
const OVERTAKEN: AppError = AppError::Conflict("this item was changed meanwhile: open it again");

/// Add an item to the menu of the LMC's practices, or change one
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AddLocalItem {
    /// Made by the client; one is made where it is left out.
    pub id: RowId,
    /// The item that is changed; a new one where it is left out.
    pub item: Option<ItemCode>,
    /// The version that this one follows, where an item is changed.
    pub after: Option<i32>,
    /// Its name.
    pub title: ItemTitle,
    /// What it is, in a sentence.
    pub plain: ItemText,
    /// What it leaves out, in a sentence.
    pub exception: Option<ItemText>,
    /// What one record is about: the practice, a service or a pathway. It stays what it was.
    pub subject: SubjectKind,
    /// How it stands to the contract: permitted, conditional or unknown.
    pub position: PositionKind,
    /// What stays obligatory.
    pub guard_rail: GuardRail,
    /// Where that can be read: a link, or what it is called.
    pub source: Source,
    /// First day.
    pub valid_from: LocalDate,
    /// Last day; open where it is left out.
    pub valid_until: Option<LocalDate>,
}

/// A version of a local item was written.
#[derive(Debug, Serialize)]
struct LocalItemAdded {
    item: ItemCode,
    version: i32,
}

impl Event for LocalItemAdded {
    const NAME: &'static str = "local_item.added";
}

/// The items that are there, and today.
pub type Facts = (Vec<LocalItem>, LocalDate);

impl Operation for AddLocalItem {
    type Permission = access::EditLocalItems;
    type Facts = Facts;
    type Ready = LocalItem;
    type Done = ItemCode;

    const TAG: &'static str = "actions";
    const EXAMPLE: &'static str = r#"{
        "id": "0199f3a2-7c11-7d20-8c1f-2f6f0a6a9d61", "title": "Bloods for the eye clinic", "subject": "practice",
        "plain": "Taking blood that the eye clinic asks for, without a local agreement.", "position": "permitted",
        "guard_rail": "Results of tests that the practice itself ordered are followed up.",
        "source": "https://example.org/interface.pdf", "valid_from": "2026-11-20"
    }"#;

    async fn facts(app: &AppState, scope: &ScopeOf<Self>) -> Result<Facts, AppError> {
        Ok((local_items::of_lmc(app.db.read(scope)).await?, app.clock.today()))
    }

    fn asks(_: &Sent, _: &Facts) -> Asks {
        vec![
            ("title", "Give it a name"),
            ("plain", "Say what it is, in a sentence"),
            ("subject", "Choose what a practice records it for"),
            ("position", "Choose what the contract says"),
            ("guard_rail", "Say what stays obligatory"),
            ("source", "Say where that can be read"),
            ("valid_from", "Enter the first day"),
        ]
    }

    fn check(&self, (items, today): &Facts, by: &By<LmcScope>) -> Result<LocalItem, Vec<FieldError>> {
        let mut errors = Vec::new();
        let mut refuse = |wrong: bool, field, sentence| {
            if wrong {
                errors.push(FieldError::new(field, sentence));
            }
        };
        let before = self.item.as_ref().and_then(|code| items.iter().find(|one| one.code == *code));
        refuse(self.item.is_some() && before.is_none(), "item", "This is none of the LMC's own items");
        // What is sent again meets itself.
        let other = |one: &LocalItem| one.id != self.id && Some(&one.code) != self.item.as_ref();
        let is_taken = |one: &LocalItem| one.title.to_lowercase() == self.title.as_str().to_lowercase();
        let is_open = |one: &LocalItem| one.valid_until.is_none_or(|last| last >= *today);
        let twice = items.iter().any(|one| other(one) && is_open(one) && is_taken(one));
        refuse(twice, "title", "There is an item of this name: change that one, or choose another name");
        refuse(!SUBJECTS.contains(&self.subject), "subject", "Choose one of the three");
        let kept = before.is_none_or(|before| before.subject == self.subject);
        refuse(!kept, "subject", "What it is recorded for stays: end this item and add another");
        let sentence = "Choose one of the three: what the contract forbids is not offered here";
        refuse(!POSITIONS.contains(&self.position), "position", sentence);
        let ends = self.valid_until.is_some_and(|last| last < self.valid_from);
        refuse(ends, "valid_until", "Enter a day on or after the first");
        let code = match before {
            Some(before) => Some(before.code.clone()),
            None => local::code_of(self.id).ok(),
        };
        let (Some(code), []) = (code, errors.as_slice()) else {
            return Err(errors);
        };
        Ok(LocalItem {
            id: self.id,
            lmc: by.scope().lmc().clone(),
            code,
            version: self.after.filter(|_| before.is_some()).unwrap_or(0).saturating_add(1),
            title: self.title.to_string(),
            plain: self.plain.to_string(),
            exception: self.exception.as_ref().map(ToString::to_string).unwrap_or_default(),
            subject: self.subject,
            position: self.position,
            guard_rail: self.guard_rail.to_string(),
            source: self.source.to_string(),
            checked_on: *today,
            valid_from: self.valid_from,
            valid_until: self.valid_until,
        })
    }

    async fn run(new: LocalItem, tx: &Tx, by: &By<LmcScope>) -> Result<(Written, ItemCode), AppError> {
        let at = tx.read(by.scope());
        let known = local_items::of_lmc(at).await?.into_iter().find(|one| one.code == new.code);
        let is_next = known.as_ref().map_or(0, |known| known.version).saturating_add(1) == new.version;
        let is_repeat = known.as_ref().is_some_and(|known| known.id == new.id);
        if !is_next && !is_repeat {
            return Err(OVERTAKEN);
        }
        if !is_repeat && local_items::written(at).await? >= MOST {
            let sentence = format!("An LMC writes {MOST} items and changes, and these are written");
            return Err(AppError::field("title", sentence));
        }
        let added = local_items::add(at, &new, by.id(), tx.now()).await?.ok_or(OVERTAKEN)?;
        let written = Written::of(added)?;
        if written == Written::New {
            tx.audit(by.scope().lmc(), &LocalItemAdded { item: new.code.clone(), version: new.version }).await?;
        }
        Ok((written, new.code))
    }
}
