//! Many contacts, voids and changes at once: what a phone kept while it had no connection. Each has its own result, and one that
//! cannot be taken takes no other with it.

use axum::{
    Json as Answer,
    extract::{FromRequest, Request, State},
    response::{IntoResponse, Response},
};
use chrono::{DateTime, Utc};
use entity::ids::{ContactId, VoidId};
use maud::html;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;
use uuid::Uuid;

use super::{page, view};
use crate::{
    domain::{
        access::{By, Permit, RecordContacts},
        contact::{ContactKind, StepOutcome, Tap},
    },
    error::AppError,
    operations::send_queue::{Change, SendQueue, Step, Wrong},
    state::AppState,
    ui::outbox,
    web::{
        caller::Caller,
        day::DayOut,
        forms::{self, Form, Json},
        problem::Problem,
    },
};

/// The most operations of one batch.
const MOST: usize = 500;

/// What waited, oldest first.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct BatchIn {
    /// What the sender's own clock says now. With it, a wrong clock is corrected and the order of the operations wins
    /// over their times; without it, each time is taken as for a single contact.
    #[schema(example = "2026-11-20T11:40:00Z")]
    pub sent_at: Option<DateTime<Utc>>,
    /// Up to 500, in the order in which they took place.
    #[schema(value_type = Vec<OperationIn>, max_items = 500)]
    pub operations: Vec<Value>,
}

/// One contact, or the void or change of one.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct OperationIn {
    /// Made by the client, once per operation: a UUIDv7.
    #[schema(example = "019a9f6e-7c00-7000-8000-000000000001")]
    pub id: Uuid,
    /// A kind of contact, as for a single one; in person where nothing is said.
    #[schema(example = "telephone")]
    pub kind: Option<String>,
    /// A long-term condition, mental health or the like.
    #[serde(default)]
    #[schema(example = false)]
    pub complex: bool,
    /// When it took place by the sender's clock: up to 7 days back for a clinician's device, 31 for a manager.
    #[schema(example = "2026-11-20T11:38:00Z")]
    pub occurred_at: Option<DateTime<Utc>>,
    /// The contact that does not count any more; then nothing is counted. It may be one of the same batch, and one that
    /// was changed meanwhile is taken back as what it became.
    pub void: Option<Uuid>,
    /// The contact that becomes one of this `kind` and `complex`; then nothing more is counted. It may be one of the same
    /// batch.
    pub change: Option<Uuid>,
}

/// What became of a batch.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct BatchOut {
    /// Today as it stands now.
    pub today: DayOut,
    /// One for each operation, in their order.
    pub results: Vec<ResultOut>,
}

/// What became of one operation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub(super) struct ResultOut {
    /// The operation's id; null where it could not be read.
    #[schema(example = "019a9f6e-7c00-7000-8000-000000000001")]
    pub id: Option<Uuid>,
    /// `recorded`, `repeat` (recorded before), `id-reused` (the id stands for something else) or `refused`.
    #[schema(example = "recorded")]
    pub result: &'static str,
    /// The field at fault.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "occurred_at")]
    pub field: Option<String>,
    /// A sentence about it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "A contact cannot be in the future")]
    pub reason: Option<String>,
}

/// Record up to 500 contacts and voids. Sent again, they change nothing. Each has its own result; the answer is 200
/// also where some or all of them are refused.
#[utoipa::path(post, path = "/api/v1/practices/{ods}/clinicians/{clinician}/contacts/batch", tag = "contacts",
    params(("ods" = String, Path, example = "Z90001"), ("clinician" = Uuid, Path)),
    request_body = BatchIn,
    responses(
        (status = 200, description = "Each with its result, and today as it stands", body = BatchOut),
        (status = 422, description = "More than 500, or not of this form", body = Problem),
        (status = 404, description = "No such clinician, or not yours", body = Problem),
        (status = 503, description = "Busy: nothing was recorded, try again", body = Problem),
    ))]
pub(super) async fn batch(
    permit: Permit<RecordContacts>,
    State(app): State<AppState>,
    Json(body): Json<BatchIn>,
) -> Result<Answer<BatchOut>, AppError> {
    let results = record(&app, &permit, &body).await?;
    let on = app.clock.today();
    let today = DayOut::read(&app, permit.scope(), on).await?;
    Ok(Answer(BatchOut { today, results }))
}

/// What the clinician's page sends: one tap by its form, or by its script whatever waits.
pub(super) async fn contacts(
    permit: Permit<RecordContacts>,
    caller: Caller,
    State(app): State<AppState>,
    request: Request,
) -> Result<Response, AppError> {
    if forms::is_json(request.headers()) {
        let Json(body) = Json::from_request(request, &app).await?;
        return queue(&app, &permit, &caller, &body).await;
    }
    let headers = request.headers().clone();
    let Form(pairs) = Form::from_request(request, &app).await?;
    page::tap(&app, &permit, &caller, (&headers, pairs)).await
}

/// The day as it stands, and the results where the script finds them.
async fn queue(
    app: &AppState,
    permit: &Permit<RecordContacts>,
    caller: &Caller,
    body: &BatchIn,
) -> Result<Response, AppError> {
    let results = record(app, permit, body).await?;
    let now = app.clock.now().to_rfc3339();
    let day = view::changed(&page::load(app, permit.scope(), caller).await?);
    let results = outbox::results(
        &now,
        results.iter().map(|one| outbox::Settled {
            id: one.id.map(|id| id.to_string()),
            result: one.result,
            reason: one.reason.as_deref(),
        }),
    );
    Ok(html! { (day) (results) }.into_response())
}

async fn record(app: &AppState, permit: &Permit<RecordContacts>, body: &BatchIn) -> Result<Vec<ResultOut>, AppError> {
    if body.operations.len() > MOST {
        let message = "Send at most 500 operations at once";
        return Err(AppError::field("operations", message));
    }
    let queue = SendQueue { sent_at: body.sent_at, steps: body.operations.iter().map(read).collect() };
    let answers = queue.perform(app, &By::from(permit)).await?;
    let ids = body.operations.iter().map(id_of);
    let results = answers.into_iter().zip(ids);
    Ok(results
        .map(|(answer, id)| match answer {
            Ok(outcome) => settled(id, outcome),
            Err(wrong) => refused(id, wrong),
        })
        .collect())
}

fn id_of(operation: &Value) -> Option<Uuid> {
    Uuid::try_parse(operation.get("id")?.as_str()?).ok()
}

fn read(operation: &Value) -> Result<Step, Wrong> {
    let read: Result<OperationIn, _> = serde_path_to_error::deserialize(operation);
    let op = read.map_err(|error| {
        let field = error.path().to_string();
        let named = field.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_');
        let field = if named { field.as_str() } else { "operation" };
        Wrong::new(field, "This is not of the expected kind, or a field is missing or not known")
    })?;
    if let Some(contact) = op.void {
        if op.id.is_nil() || op.id.is_max() || contact.is_nil() {
            return Err(Wrong::new("id", "Send a UUIDv7 made for this void"));
        }
        let (id, contact) = (VoidId(op.id), ContactId(contact));
        return Ok(Step::Void { id, contact });
    }
    let kind = op.kind.as_deref().map_or(Ok(ContactKind::default()), str::parse);
    let kind = kind.map_err(|_| Wrong::new("kind", "This is not a kind of contact"))?;
    if let Some(contact) = op.change {
        return Ok(Step::Change(Change { contact: ContactId(contact), kind, complex: op.complex }));
    }
    Ok(Step::Contact(Tap { id: op.id, kind, complex: op.complex, occurred_at: op.occurred_at }))
}

fn settled(id: Option<Uuid>, outcome: StepOutcome) -> ResultOut {
    let (result, wrong) = match outcome {
        StepOutcome::Recorded => ("recorded", None),
        StepOutcome::Repeat => ("repeat", None),
        StepOutcome::IdReused => ("id-reused", Some(("id", "This id stands for something else already"))),
        StepOutcome::Refused(full) => ("refused", Some(full.explain())),
    };
    ResultOut {
        id,
        result,
        field: wrong.map(|(field, _)| field.to_owned()),
        reason: wrong.map(|(_, reason)| reason.to_owned()),
    }
}

fn refused(id: Option<Uuid>, wrong: Wrong) -> ResultOut {
    ResultOut { id, result: "refused", field: Some(wrong.field), reason: Some(wrong.reason.to_owned()) }
}
