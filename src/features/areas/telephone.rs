//! What a practice said by telephone, entered by its LMC. The practice confirms or removes it on its own page; until
//! then it enters no release.

use axum::{
    extract::{Path, State},
    http::{HeaderMap, HeaderValue, StatusCode},
    response::{IntoResponse, Redirect, Response},
};
use axum_extra::extract::Query;
use entity::ids::{ItemCode, LocalDate, OrgCode, StatusId, SubjectId};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{area::LmcPractice, by_htmx, place, represented, telephone_pages as pages};
use crate::{
    audit::Event,
    clock::Clock,
    domain::{
        access::{Authority, EnterByTelephone, Permit},
        action::{self, Change, EnteredBy, Proposal},
        catalogue::{Catalogue, Item, Status},
    },
    error::{AppError, FieldError},
    href,
    live::What,
    operations::register_row::new_status,
    state::AppState,
    store::{
        actions::{self, NewStatus},
        areas,
        days::Written,
    },
    web::{
        caller::Caller,
        forms::{self, Form},
        shell::{self, Sheet},
    },
    writer,
};

/// What an LMC may enter: facts and notices, never a thought.
pub(super) const STATUSES: [Status; 4] = [
    Status::PausedSince,
    Status::PausingFrom,
    Status::Restarted,
    Status::Running,
];
/// The longest name of a subject.
pub(super) const LONGEST_NAME: usize = 80;

/// The form as it was sent, kept for when it has to be shown again.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct Entry {
    /// Made with the page: sending the form twice records once.
    pub(super) id: String,
    /// The item.
    pub(super) item: String,
    /// What it is about, where the item has subjects.
    pub(super) subject: String,
    /// What the practice said.
    pub(super) status: String,
    /// Since or from which day.
    pub(super) effective_on: String,
    /// When notice was served.
    pub(super) notice_served_on: String,
    /// For agreements.
    pub(super) exclusively_secondary: String,
}

/// An entry that can be recorded, but for the subject's id.
struct Ready {
    new: NewStatus,
    subject: Option<String>,
}

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

/// `GET /lmc/{lmc}/practices/{ods}/telephone`, first without an item, then with one.
pub(super) async fn page(
    State(app): State<AppState>,
    caller: Caller,
    permit: Permit<EnterByTelephone>,
    Path((lmc, _)): LmcPractice,
    Query(mut entry): Query<Entry>,
) -> Result<Response, AppError> {
    entry.id = Uuid::now_v7().to_string();
    show(&app, &caller, &permit, &lmc, &entry, &[]).await
}

/// `POST /lmc/{lmc}/practices/{ods}/telephone`.
pub(super) async fn enter(
    State(app): State<AppState>,
    caller: Caller,
    permit: Permit<EnterByTelephone>,
    Path((lmc, practice)): LmcPractice,
    headers: HeaderMap,
    Form(entry): Form<Entry>,
) -> Result<Response, AppError> {
    represented(&*app.organisations().await?, &lmc, &practice)?;
    let catalogue = app.catalogue().await?;
    let ready = match read(&catalogue, &app.clock, &entry, permit.id()) {
        Ok(ready) => ready,
        Err(errors) => return show(&app, &caller, &permit, &lmc, &entry, &errors).await,
    };
    if record(&app, &permit, lmc.clone(), ready).await? == Written::IdReused {
        return Err(AppError::IdReused);
    }
    let back = href!("/lmc").seg(&lmc).seg("practices").seg(&practice);
    Ok(go(&headers, back.seg("telephone").as_str()))
}

fn go(headers: &HeaderMap, path: &str) -> Response {
    match HeaderValue::from_str(path) {
        Ok(value) if by_htmx(headers) => {
            (StatusCode::NO_CONTENT, [("hx-redirect", value)]).into_response()
        }
        _ => Redirect::to(path).into_response(),
    }
}

async fn show(
    app: &AppState,
    caller: &Caller,
    permit: &Permit<EnterByTelephone>,
    lmc: &OrgCode,
    entry: &Entry,
    errors: &[FieldError],
) -> Result<Response, AppError> {
    let practice = permit.scope().practice();
    let organisations = app.organisations().await?;
    let known = represented(&organisations, lmc, practice)?;
    let tenure = areas::Tenure::of(known, &organisations, lmc);
    let when = super::practices::known_now(app, app.clock.today());
    let entered = areas::entered_for(app.db.read(permit.scope()), when, tenure).await?;
    let catalogue = app.catalogue().await?;
    let lines = crate::domain::area::entered(&catalogue, &entered.rows, &entered.subjects);
    let items = offered(&catalogue, app.clock.today());
    let content = pages::page(&pages::Page {
        lmc,
        practice,
        name: &known.name,
        items: &items,
        item: item(&items, &entry.item),
        entry,
        errors,
        lines: &lines,
    });
    let title = if errors.is_empty() {
        "What a practice said by telephone"
    } else {
        "Error: What a practice said by telephone"
    };
    let sheet = Sheet {
        title,
        current: "Practices",
        live: None,
        content,
    };
    let markup = shell::page(app, caller, &place(&organisations, lmc), sheet);
    let code = if errors.is_empty() {
        StatusCode::OK
    } else {
        StatusCode::UNPROCESSABLE_ENTITY
    };
    Ok((code, markup).into_response())
}

/// The items of today's menu that may leave a practice.
fn offered(catalogue: &Catalogue, today: LocalDate) -> Vec<&Item> {
    catalogue
        .items_on(today)
        .filter(|item| action::may_leave(item, today))
        .collect()
}

fn item<'a>(offered: &[&'a Item], code: &str) -> Option<&'a Item> {
    let mut offered = offered.iter().copied();
    offered.find(|item| item.code.as_str() == code)
}

/// Understands the form; every mistake at once.
fn read(
    catalogue: &Catalogue,
    clock: &Clock,
    entry: &Entry,
    recorded_by: Uuid,
) -> Result<Ready, Vec<FieldError>> {
    let today = clock.today();
    let Some(item) = item(&offered(catalogue, today), &entry.item) else {
        return Err(vec![FieldError::new("item", "Choose an item")]);
    };
    let mut errors = Vec::new();
    let id = forms::id(&entry.id, "id").map_err(|error| errors.push(error));
    let status = entry.status.parse::<Status>().ok();
    let status = status.filter(|status| STATUSES.contains(status));
    if status.is_none() {
        errors.push(FieldError::new("status", "Choose what the practice said"));
    }
    let mut day = |text: &str, field| {
        forms::optional_day(text, field).unwrap_or_else(|error| {
            errors.push(error);
            None
        })
    };
    let effective_on = day(&entry.effective_on, "effective_on");
    let notice_served_on = day(&entry.notice_served_on, "notice_served_on");
    if effective_on.is_none() && errors.iter().all(|error| error.field != "effective_on") {
        errors.push(FieldError::new("effective_on", "Enter the day"));
    }
    let subject =
        forms::short_text(&entry.subject, "subject", LONGEST_NAME).unwrap_or_else(|error| {
            errors.push(error);
            None
        });
    let (Ok(id), Some(status), Some(effective_on), true) =
        (id, status, effective_on, errors.is_empty())
    else {
        return Err(errors);
    };
    let proposal = Proposal {
        status,
        effective_on,
        notice_served_on,
        has_subject: subject.is_some(),
        exclusively_secondary: entry.exclusively_secondary == "yes",
    };
    action::check(Some(item), proposal, today).map_err(|refused| {
        let (field, message) = refused.explain();
        vec![FieldError::new(field, message)]
    })?;
    let says = Change {
        notice_served_on: proposal.notice_served_on,
        entered_by: EnteredBy::LmcTelephone,
        ..Change::of(
            actions::told_id(StatusId(id)),
            &item.code,
            status,
            effective_on,
        )
    };
    let new = new_status(catalogue, says, recorded_by);
    let new = new.ok_or_else(|| vec![FieldError::new("item", "Choose an item")])?;
    Ok(Ready { new, subject })
}

async fn record(
    app: &AppState,
    permit: &Permit<EnterByTelephone>,
    lmc: OrgCode,
    ready: Ready,
) -> Result<Written, AppError> {
    let scope = writer::owned_scope(permit);
    let work = app.writer.write(permit, move |tx| {
        Box::pin(async move {
            let Ready { mut new, subject } = ready;
            let (at, practice) = (tx.read(&scope), scope.practice());
            if let Some(name) = subject {
                let id = actions::told_subject(at, &new.change.item, &name, tx.now()).await?;
                new.change.subject = Some(id);
            }
            let written = actions::add_status(at, &new, tx.now()).await?;
            if written == Written::Fresh {
                let event = Recorded {
                    status: new.change.id,
                    item: new.change.item,
                    subject: new.change.subject,
                    lmc,
                };
                tx.audit(&practice.into(), &event).await?;
                tx.changed(practice, What::Register);
            }
            Ok(written)
        })
    });
    work.await
}
