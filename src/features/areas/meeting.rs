//! When the LMC met: the day from which its area page counts changes.

use axum::{
    extract::State,
    response::{IntoResponse, Redirect, Response},
};
use entity::ids::{LocalDate, RowId};
use serde::{Deserialize, Serialize};

use super::{
    area::{self, Meeting},
    dates::Asked,
};
use crate::{
    audit::Event,
    domain::access::{Authority, Permit, SetMeeting},
    error::{AppError, FieldError},
    href,
    state::AppState,
    store::{days::Written, meetings},
    web::{
        caller::Caller,
        forms::{self, Form},
    },
    writer::owned_scope,
};

/// In the LMC's chain.
#[derive(Debug, Serialize)]
struct MeetingSet {
    meeting: RowId,
    met_on: LocalDate,
}

impl Event for MeetingSet {
    const NAME: &'static str = "meeting.set";
}

/// The form as it was sent.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct MeetingForm {
    id: String,
    met_on: String,
}

impl MeetingForm {
    fn read(&self, today: LocalDate) -> Result<(RowId, LocalDate), Vec<FieldError>> {
        let wrong = |error| vec![error];
        let id = forms::id(&self.id, "met_on").map_err(wrong)?;
        let met_on = forms::optional_day(&self.met_on, "met_on").map_err(wrong)?;
        match met_on {
            Some(met_on) if met_on <= today => Ok((RowId(id), met_on)),
            Some(_) => Err(wrong(FieldError::new(
                "met_on",
                "Enter today or an earlier day",
            ))),
            None => Err(wrong(FieldError::new(
                "met_on",
                "Enter the day of the meeting",
            ))),
        }
    }
}

/// `POST /lmc/{lmc}/meeting`.
pub(super) async fn set(
    State(app): State<AppState>,
    caller: Caller,
    permit: Permit<SetMeeting>,
    Form(typed): Form<MeetingForm>,
) -> Result<Response, AppError> {
    match typed.read(app.clock.today()) {
        Ok((id, met_on)) => {
            record(&app, &permit, id, met_on).await?;
            let area = href!("/lmc").seg(permit.scope().lmc());
            Ok(Redirect::to(area.as_str()).into_response())
        }
        Err(errors) => {
            let sent = Meeting {
                typed: Some(typed.met_on),
                errors,
            };
            area::show(&app, &caller, &permit, &Asked::default(), sent).await
        }
    }
}

async fn record(
    app: &AppState,
    permit: &Permit<SetMeeting>,
    id: RowId,
    met_on: LocalDate,
) -> Result<(), AppError> {
    let (scope, by) = (owned_scope(permit), permit.id());
    let work = app.writer.write(permit, move |tx| {
        Box::pin(async move {
            let written = meetings::add(tx.read(&scope), id, met_on, by, tx.now()).await?;
            if written == Written::Fresh {
                let event = MeetingSet {
                    meeting: id,
                    met_on,
                };
                tx.audit(scope.lmc(), &event).await?;
            }
            Ok(written)
        })
    });
    work.await?.stands()
}
