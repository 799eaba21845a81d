//! Recording what happened to a notice, and what the register says because of it. Form and API share it.

use entity::ids::{LocalDate, NoticeId, RowId, StatusId};
use serde::Serialize;

use super::record::{NAME_MOST, keep, new_status, register_row};
use crate::{
    audit::Event as Audited,
    domain::{
        access::{Permit, PracticeScope, RecordStatus},
        action::Row,
        catalogue::{Item, Status},
        contact::derived_id,
        notice::{Event, Happened, Notice},
    },
    error::{AppError, FieldError},
    live::What,
    state::AppState,
    store::{actions, days::Written, notices},
    web::forms,
    writer::{Tx, owned_scope},
};

/// Something happened to a notice.
#[derive(Debug, Serialize)]
struct NoticeChanged {
    notice: NoticeId,
    event: &'static str,
    on: LocalDate,
    status: Option<StatusId>,
}

impl Audited for NoticeChanged {
    const NAME: &'static str = "notice.changed";
}

/// What happened, as it was typed or sent.
#[derive(Debug, Clone, Default)]
pub(super) struct HappenedDraft {
    pub(super) id: String,
    pub(super) event: String,
    pub(super) on: String,
    pub(super) note: String,
}

impl HappenedDraft {
    /// Reads every field.
    pub(super) fn read(
        &self,
        notice: &Notice,
        today: LocalDate,
    ) -> Result<Happened, Vec<FieldError>> {
        let mut errors = Vec::new();
        let id = keep(forms::id(&self.id, "id"), &mut errors);
        let event = self.event.parse::<Event>();
        let event = event.map_err(|_| FieldError::new("event", "Choose what happened"));
        let event = keep(event, &mut errors);
        let on = forms::optional_day(&self.on, "on").and_then(|day| match day {
            None => Err(FieldError::new("on", "Enter the day")),
            Some(day) if day > today => Err(FieldError::new("on", "Enter today or an earlier day")),
            Some(day) if day < notice.served_on => Err(FieldError::new(
                "on",
                "The notice was served after that day",
            )),
            Some(day) => Ok(day),
        });
        let on = keep(on, &mut errors);
        let note = keep(
            forms::short_text(&self.note, "note", NAME_MOST),
            &mut errors,
        )
        .flatten();
        match (id, event, on) {
            (Some(id), Some(event), Some(on)) if errors.is_empty() => Ok(Happened {
                id: RowId(id),
                event,
                on,
                note: note.unwrap_or_default(),
                recorded_at: chrono::DateTime::UNIX_EPOCH,
            }),
            _ => Err(errors),
        }
    }
}

/// Records what happened to a notice, and what the register says because of it.
///
/// # Errors
/// [`AppError::NotFound`] for a notice of another practice, the field where it cannot follow what is recorded,
/// [`AppError::IdReused`].
async fn happened(
    app: &AppState,
    permit: &Permit<RecordStatus>,
    item: &Item,
    id: NoticeId,
    new: Happened,
) -> Result<Written, AppError> {
    let row = register_row(
        item,
        StatusId(derived_id(new.id.0, "notice")),
        Status::Running,
        new.on,
    );
    let template = new_status(permit, item, row);
    let scope = owned_scope(permit);
    let written = app.writer.write(permit, move |tx| {
        Box::pin(async move { append_event(tx, &scope, id, new, template).await })
    });
    written.await
}

async fn append_event(
    tx: &Tx,
    scope: &PracticeScope,
    id: NoticeId,
    new: Happened,
    mut status: actions::NewStatus,
) -> Result<Written, AppError> {
    let at = tx.read(scope);
    notices::hold(at, id).await?;
    let notice = notices::one(at, id).await?.ok_or(AppError::NotFound)?;
    let known = notice.events.iter().any(|known| known.id == new.id);
    if !known && !new.event.may_follow(notice.state()) {
        let says = format!("This cannot follow “{}”", notice.state().title());
        return Err(AppError::field("event", says));
    }
    let by = status.recorded_by;
    let written = notices::add_event(at, id, &new, by, tx.now()).await?;
    written.stands()?;
    if written != Written::Fresh {
        return Ok(written);
    }
    let becomes = notice.changes_register(new.event, new.on);
    if let Some((becomes, from)) = becomes {
        status.row = Row {
            subject: Some(notice.subject),
            status: becomes,
            effective_on: from,
            ..status.row
        };
        actions::add_status(at, &status, tx.now()).await?;
    }
    let event = NoticeChanged {
        notice: id,
        event: new.event.as_str(),
        on: new.on,
        status: becomes.map(|_| status.row.id),
    };
    tx.audit(&scope.practice().into(), &event).await?;
    tx.changed(scope.practice(), What::Register);
    Ok(written)
}

/// Reads what happened and records it.
///
/// # Errors
/// As [`happened`], and every field that cannot be read.
pub(super) async fn read_and_record(
    app: &AppState,
    permit: &Permit<RecordStatus>,
    id: NoticeId,
    draft: &HappenedDraft,
) -> Result<Written, AppError> {
    let read = app.db.read(permit.scope());
    let notice = notices::one(read, id).await?.ok_or(AppError::NotFound)?;
    let catalogue = app.catalogue().await?;
    let item = catalogue.item(&notice.item).ok_or(AppError::NotFound)?;
    let new = draft
        .read(&notice, app.clock.today())
        .map_err(AppError::Invalid)?;
    happened(app, permit, item, id, new).await
}
