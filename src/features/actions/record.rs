//! Recording a change: from what was typed or sent to a row of the register. The form and the API share it.

use entity::ids::{ItemCode, LocalDate, StatusId, SubjectId};
use serde::Serialize;
use uuid::Uuid;

use crate::{
    audit::Event,
    domain::{
        access::{Authority, Permit, PracticeScope, RecordStatus},
        action::{self, Answer, EnteredBy, Proposal, Row},
        catalogue::{Catalogue, Item, Status},
    },
    error::{AppError, FieldError},
    live::What,
    state::AppState,
    store::{actions, days::Written, sharing},
    web::forms,
    writer::{Tx, owned_scope},
};

/// The most characters of a subject's name.
pub(super) const NAME_MOST: usize = 80;

/// A status was recorded.
#[derive(Debug, Serialize)]
struct StatusRecorded {
    status: StatusId,
    item: ItemCode,
    subject: Option<SubjectId>,
    value: Status,
    effective_on: LocalDate,
}

impl Event for StatusRecorded {
    const NAME: &'static str = "status.recorded";
}

/// The practice answered what its LMC had entered.
#[derive(Debug, Serialize)]
struct StatusAnswered {
    status: StatusId,
    answer: &'static str,
}

impl Event for StatusAnswered {
    const NAME: &'static str = "status.answered";
}

/// What a record is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum About {
    /// The practice as a whole.
    Practice,
    /// A subject that was named before.
    Known(SubjectId),
    /// A subject by its name, new or not.
    Named(String),
}

/// A change as it was typed or sent: texts, not yet read.
#[derive(Debug, Clone, Default)]
pub(super) struct Draft {
    pub(super) id: String,
    pub(super) status: String,
    pub(super) effective_on: String,
    pub(super) about: bool,
    pub(super) notice_served_on: String,
    pub(super) decided_on: String,
    pub(super) staff_told_on: String,
    pub(super) exclusively_secondary: bool,
}

/// A change ready to be checked.
#[derive(Debug, Clone)]
pub(super) struct Change {
    pub(super) id: StatusId,
    pub(super) status: Status,
    pub(super) effective_on: LocalDate,
    pub(super) about: bool,
    pub(super) notice_served_on: Option<LocalDate>,
    pub(super) decided_on: Option<LocalDate>,
    pub(super) staff_told_on: Option<LocalDate>,
    pub(super) exclusively_secondary: bool,
}

/// What became of a change.
#[derive(Debug, Clone)]
pub(super) struct Recorded {
    /// Whether it was new; otherwise it was there already.
    pub(super) fresh: bool,
    /// The subject, where the item takes one.
    pub(super) subject: Option<SubjectId>,
    /// The practice had recorded nothing before, and was not asked whether its LMC may see it.
    pub(super) first: bool,
}

impl Draft {
    /// Reads every field, so that all that is wrong is said at once.
    pub(super) fn read(&self) -> Result<Change, Vec<FieldError>> {
        let mut errors = Vec::new();
        let id = keep(forms::id(&self.id, "id"), &mut errors);
        let status = self
            .status
            .parse::<Status>()
            .map_err(|_| FieldError::new("status", "Choose what holds from that day"));
        let status = keep(status, &mut errors);
        let effective_on =
            forms::optional_day(&self.effective_on, "effective_on").and_then(|day| {
                day.ok_or_else(|| {
                    FieldError::new("effective_on", "Enter the day from which this holds")
                })
            });
        let effective_on = keep(effective_on, &mut errors);
        let mut day =
            |text: &str, field| keep(forms::optional_day(text, field), &mut errors).flatten();
        let notice_served_on = day(&self.notice_served_on, "notice_served_on");
        let decided_on = day(&self.decided_on, "decided_on");
        let staff_told_on = day(&self.staff_told_on, "staff_told_on");
        match (id, status, effective_on) {
            (Some(id), Some(status), Some(effective_on)) if errors.is_empty() => Ok(Change {
                id: StatusId(id),
                status,
                effective_on,
                about: self.about,
                notice_served_on,
                decided_on,
                staff_told_on,
                exclusively_secondary: self.exclusively_secondary,
            }),
            _ => Err(errors),
        }
    }
}

fn keep<T>(read: Result<T, FieldError>, errors: &mut Vec<FieldError>) -> Option<T> {
    read.map_err(|error| errors.push(error)).ok()
}

/// Checks a subject's name: short, one line, no patient data.
pub(super) fn subject_name(text: &str) -> Result<String, FieldError> {
    forms::short_text(text, "subject", NAME_MOST)?
        .ok_or_else(|| FieldError::new("subject", "Name what this is about"))
}

/// Checks a change against the catalogue; the status as it would be written, with the guard-rail of its day. Nothing is
/// refused for its contract position.
///
/// # Errors
/// The field at fault.
pub(super) fn prepared(
    catalogue: &Catalogue,
    item: &Item,
    about: &About,
    change: &Change,
    today: LocalDate,
    by: Uuid,
) -> Result<actions::NewStatus, FieldError> {
    // What is said about another day is said in the words of the edition that holds on it.
    let item = catalogue
        .item_on(&item.code, change.effective_on)
        .unwrap_or(item);
    let on_menu = item.exists_on(change.effective_on).then_some(item);
    let proposal = Proposal {
        status: change.status,
        effective_on: change.effective_on,
        notice_served_on: change.notice_served_on,
        has_subject: *about != About::Practice,
        exclusively_secondary: change.exclusively_secondary,
    };
    action::check(on_menu, proposal, today).map_err(|refused| {
        let (field, message) = refused.explain();
        FieldError::new(field, message)
    })?;
    let position = item.position_on(change.effective_on);
    Ok(actions::NewStatus {
        row: row(item, change),
        edition: item.edition.clone(),
        position: position.kind.to_string(),
        guard_rail: position.guard_rail.clone(),
        recorded_by: by,
    })
}

/// Records a change.
///
/// # Errors
/// The fields at fault; [`AppError::NotFound`] for a subject of another practice or item; [`AppError::IdReused`].
pub(super) async fn record(
    app: &AppState,
    permit: &Permit<RecordStatus>,
    item: &Item,
    about: About,
    change: Change,
) -> Result<Recorded, AppError> {
    let catalogue = app.catalogue().await?;
    let (today, by) = (app.clock.today(), permit.id());
    let new = prepared(&catalogue, item, &about, &change, today, by)
        .map_err(|error| AppError::Invalid(vec![error]))?;
    let scope = owned_scope(permit);
    app.writer
        .write(permit, move |tx| {
            Box::pin(async move {
                let at = tx.read(&scope);
                let before = actions::register(at, None).await?;
                let first = is_first(tx, &scope, &before).await?;
                let known = actions::subjects(at).await?;
                let (fresh, subject) = append(tx, &scope, &known, about, new).await?;
                Ok(Recorded {
                    fresh,
                    subject,
                    first: fresh && first,
                })
            })
        })
        .await
}

/// Whether the practice recorded nothing before, and was not asked whether its LMC may see it.
pub(super) async fn is_first(
    tx: &Tx,
    scope: &PracticeScope,
    before: &[actions::Recorded],
) -> Result<bool, AppError> {
    let asked = sharing::decision(tx.read(scope)).await?.is_some();
    Ok(!asked
        && before
            .iter()
            .all(|recorded| recorded.row.entered_by != EnteredBy::Practice))
}

fn row(item: &Item, change: &Change) -> Row {
    Row {
        id: change.id,
        item: item.code.clone(),
        subject: None,
        status: change.status,
        effective_on: change.effective_on,
        about: change.about,
        notice_served_on: change.notice_served_on,
        decided_on: change.decided_on,
        staff_told_on: change.staff_told_on,
        entered_by: EnteredBy::Practice,
        // The store writes the transaction's time.
        recorded_at: chrono::DateTime::UNIX_EPOCH,
        answer: None,
    }
}

/// Appends one row, by whatever way it came: whether it was new, and what it is about.
pub(super) async fn append(
    tx: &Tx,
    scope: &PracticeScope,
    known: &actions::Subjects,
    about: About,
    mut new: actions::NewStatus,
) -> Result<(bool, Option<SubjectId>), AppError> {
    let at = tx.read(scope);
    new.row.subject = match about {
        About::Practice => None,
        About::Named(name) => Some(actions::subject(at, &new.row.item, &name, tx.now()).await?),
        About::Known(id) => {
            let known = known.get(&id).filter(|(of, _)| *of == new.row.item);
            let id = known.map(|_| id).ok_or(AppError::NotFound)?;
            // What the practice records is about its own subject, whatever its LMC had typed.
            Some(actions::own_subject(at, id, tx.now()).await?)
        }
    };
    let fresh = match actions::add_status(at, &new, tx.now()).await? {
        Written::Fresh => true,
        other => {
            other.stands()?;
            false
        }
    };
    let subject = new.row.subject;
    if fresh {
        let event = StatusRecorded {
            status: new.row.id,
            item: new.row.item,
            subject,
            value: new.row.status,
            effective_on: new.row.effective_on,
        };
        tx.audit(&scope.practice().into(), &event).await?;
        tx.changed(scope.practice(), What::Register);
    }
    Ok((fresh, subject))
}

/// Confirms or removes what the LMC entered; the first answer stands.
///
/// # Errors
/// [`AppError::NotFound`] where the practice has no such row, [`AppError::Conflict`] where it answered otherwise before.
pub(super) async fn answer(
    app: &AppState,
    permit: &Permit<RecordStatus>,
    status: StatusId,
    answer: Answer,
) -> Result<(), AppError> {
    let scope = owned_scope(permit);
    let by: Uuid = permit.id();
    app.writer
        .write(permit, move |tx| {
            Box::pin(async move {
                let at = tx.read(&scope);
                match actions::answer(at, status, answer, by, tx.now()).await? {
                    None => Err(AppError::NotFound),
                    Some(Written::IdReused) => Err(AppError::Conflict(
                        "this entry was answered otherwise before: record a change instead",
                    )),
                    Some(Written::Repeat | Written::Full) => Ok(()),
                    Some(Written::Fresh) => {
                        let event = StatusAnswered {
                            status,
                            answer: answer.code(),
                        };
                        tx.audit(&scope.practice().into(), &event).await?;
                        tx.changed(scope.practice(), What::Register);
                        Ok(())
                    }
                }
            })
        })
        .await
}

#[cfg(test)]
mod tests {
    use super::*;

    fn draft() -> Draft {
        Draft {
            id: Uuid::now_v7().to_string(),
            status: "paused-since".to_owned(),
            effective_on: "2026-11-20".to_owned(),
            ..Draft::default()
        }
    }

    #[test]
    fn a_complete_draft_is_read() {
        let change = draft().read().unwrap();
        assert_eq!(change.status, Status::PausedSince);
        assert_eq!(change.effective_on.to_string(), "2026-11-20");
        assert_eq!(change.notice_served_on, None);
    }

    #[test]
    fn every_wrong_field_is_named_at_once() {
        let wrong = Draft {
            status: String::new(),
            effective_on: "2026-02-30".to_owned(),
            decided_on: "yesterday".to_owned(),
            ..draft()
        };
        let fields: Vec<_> = wrong
            .read()
            .unwrap_err()
            .into_iter()
            .map(|error| error.field.into_owned())
            .collect();
        assert_eq!(fields, ["status", "effective_on", "decided_on"]);
    }

    #[test]
    fn a_name_is_short_and_plain() {
        assert_eq!(subject_name("  Ring pessaries ").unwrap(), "Ring pessaries");
        assert!(subject_name(" ").is_err());
        assert!(subject_name(&"a".repeat(NAME_MOST + 1)).is_err());
        assert!(subject_name("a\u{7}b").is_err());
    }
}
