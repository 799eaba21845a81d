//! What a practice said by telephone, entered by its LMC. The practice confirms or removes it on its own page; until
//! then it enters no release.

use axum::{
    extract::{Path, State},
    http::{HeaderMap, HeaderValue, StatusCode},
    response::{IntoResponse, Redirect, Response},
};
use axum_extra::extract::Query;
use entity::ids::{OrgCode, StatusId};
use uuid::Uuid;

use super::{
    page::{LmcPractice, known_now, represented},
    telephone_view::{self, Entry},
};
use crate::{
    domain::{
        access::{By, EnterByTelephone, Permit},
        catalogue::{Item, Status},
        name::SubjectName,
    },
    error::{AppError, FieldError},
    href,
    operations::note_by_telephone::{self, NoteByTelephone, STATUSES},
    state::AppState,
    store::areas,
    web::{
        caller::Caller,
        forms::{self, Form},
        shell,
    },
};

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
    let catalogue = app.menu_of_lmc(Some(&lmc)).await?;
    let offered = note_by_telephone::items(&catalogue, app.clock.today());
    let noted = match read(&offered, lmc.clone(), &entry) {
        Ok(act) => act.perform(&app, &By::from(&permit)).await,
        Err(errors) => Err(AppError::Invalid(errors)),
    };
    match noted {
        Ok(()) => {
            let back = href!("/lmc").seg(&lmc).seg("practices").seg(&practice);
            Ok(go(&headers, back.seg("telephone").as_str()))
        }
        Err(AppError::Invalid(errors)) => show(&app, &caller, &permit, &lmc, &entry, &errors).await,
        Err(error) => Err(error),
    }
}

fn go(headers: &HeaderMap, path: &str) -> Response {
    match HeaderValue::from_str(path) {
        Ok(value) if forms::wants_fragment(headers) => {
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
    let when = known_now(app, app.clock.today());
    let entered = areas::entered_for(app.db.read(permit.scope()), when, tenure).await?;
    let catalogue = app.menu_of_lmc(Some(lmc)).await?;
    let lines = crate::domain::area::entered(&catalogue, &entered.rows, &entered.subjects);
    let items = note_by_telephone::items(&catalogue, app.clock.today());
    let sheet = telephone_view::page(&telephone_view::Page {
        lmc,
        practice,
        name: &known.name,
        items: &items,
        item: item(&items, &entry.item),
        entry,
        errors,
        lines: &lines,
    });
    Ok(shell::page(app, caller, &shell::lmc_place(app, lmc).await?, sheet))
}

fn item<'a>(offered: &[&'a Item], code: &str) -> Option<&'a Item> {
    let mut offered = offered.iter().copied();
    offered.find(|item| item.code.as_str() == code)
}

/// Understands the form; every mistake at once.
fn read(offered: &[&Item], lmc: OrgCode, entry: &Entry) -> Result<NoteByTelephone, Vec<FieldError>> {
    let Some(item) = item(offered, &entry.item) else {
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
    let subject = match entry.subject.trim() {
        "" => None,
        name => name
            .parse::<SubjectName>()
            .map_err(|refused| errors.push(FieldError::new("subject", refused.to_string())))
            .ok(),
    };
    let (Ok(id), Some(status), Some(effective_on), true) = (id, status, effective_on, errors.is_empty()) else {
        return Err(errors);
    };
    Ok(NoteByTelephone {
        id: StatusId(id),
        lmc,
        item: item.code.clone(),
        subject,
        status,
        effective_on,
        notice_served_on,
        exclusively_secondary: entry.exclusively_secondary == "yes",
    })
}
