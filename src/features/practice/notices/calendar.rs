//! The diary's page, and its days for calendar programs behind a secret address.

use axum::{
    extract::{Path, State},
    http::header,
    response::{IntoResponse, Redirect, Response},
};
use entity::ids::{OdsCode, PersonId, RowId};
use serde::Deserialize;
use uuid::Uuid;

use super::{diary_view, view::diary_href};
use crate::{
    domain::{
        access::{Actor, Authority, By, Permit, RecordStatus, SeeRegister},
        diary::{DiaryEntry, Of},
    },
    error::AppError,
    exchange::icalendar,
    operations::{make_calendar_feed::MakeCalendarFeed, revoke_calendar_feed::RevokeCalendarFeed},
    state::{AppState, notices::Known},
    store::notices,
    web::{
        caller::Caller,
        feeds,
        forms::{self, Form},
        secrets, shell,
    },
};

pub(super) async fn diary(
    permit: Permit<SeeRegister>,
    caller: Caller,
    State(app): State<AppState>,
) -> Result<Response, AppError> {
    let known = Known::read(&app, permit.scope()).await?;
    let practice = permit.scope().practice();
    let mut address = None;
    if let Actor::Person { id, .. } = &caller.actor {
        let row = notices::feed_of(app.db.unscoped(), practice, *id).await?;
        address = match row {
            Some(row) => feeds::address(&app, &row)?,
            None => None,
        };
    }
    let sheet = diary_view::content(&diary_view::View {
        practice,
        entries: &known.diary(),
        today: known.today,
        feed: address.as_deref(),
        form: &Uuid::now_v7().to_string(),
    });
    shell::show(&app, &caller, permit.scope(), sheet).await
}

#[derive(Debug, Deserialize)]
pub(super) struct FeedForm {
    id: String,
    what: String,
}

/// Makes the person's address anew, or revokes it.
pub(super) async fn feed(
    permit: Permit<RecordStatus>,
    State(app): State<AppState>,
    Form(form): Form<FeedForm>,
) -> Result<Redirect, AppError> {
    let id = forms::id(&form.id, "id")?;
    let by = By::from(&permit);
    if form.what == "make" {
        let id = RowId(id);
        let secret = feeds::secret(&app, by.scope().practice(), PersonId(by.id()), id)?;
        let act = MakeCalendarFeed { id, secret_hash: secrets::hash(&secret) };
        act.perform(&app, &by).await?;
    } else {
        RevokeCalendarFeed.perform(&app, &by).await?;
    }
    Ok(Redirect::to(diary_href(permit.scope().practice()).as_str()))
}

/// The days, for whoever knows the address, as long as its person may see them.
pub(super) async fn read(State(app): State<AppState>, Path(secret): Path<String>) -> Result<Response, AppError> {
    let secret = secret.strip_suffix(".ics").unwrap_or(&secret);
    let permit = feeds::open(&app, secret).await?.ok_or(AppError::NotFound)?;
    let known = Known::read(&app, permit.scope()).await?;
    let practice = permit.scope().practice();
    let url = format!("{}{}", app.settings.public_url, diary_href(practice).as_str());
    let days: Vec<icalendar::Day> = known.diary().into_iter().map(|entry| day(practice, &entry, &url)).collect();
    let text = icalendar::calendar(&days, app.clock.now());
    let kind = [(header::CONTENT_TYPE, "text/calendar; charset=utf-8")];
    Ok((kind, text).into_response())
}

fn day(practice: &OdsCode, entry: &DiaryEntry, url: &str) -> icalendar::Day {
    let about = match &entry.of {
        Of::Item { item, subject, .. } => {
            let subject = subject.map(|id| id.to_string());
            format!("{item} {}", subject.unwrap_or_default())
        }
        Of::Letter(id) => format!("letter {id}"),
    };
    let about = format!("{practice} {} {about} {}", entry.kind.code(), entry.on);
    icalendar::Day {
        // A digest: the address of an entry says no more than its title.
        uid: format!("{}@headroom", secrets::hash(&about)),
        on: entry.on,
        url: url.to_owned(),
        before: entry.kind.days_before(),
    }
}
