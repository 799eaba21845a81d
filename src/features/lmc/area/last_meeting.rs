//! When the LMC met: the day from which its area page counts changes.

use axum::{
    extract::State,
    response::{IntoResponse, Redirect, Response},
};
use entity::ids::{LocalDate, RowId};
use serde::Deserialize;

use super::{
    page::{self, Meeting},
    shown_view::Asked,
};
use crate::{
    domain::access::{self, By, Permit},
    error::{AppError, FieldError},
    href,
    operations::set_meeting::SetMeeting,
    state::AppState,
    web::{
        caller::Caller,
        forms::{self, Form},
    },
};

/// The form as it was sent.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct MeetingForm {
    id: String,
    met_on: String,
}

impl MeetingForm {
    fn read(&self, today: LocalDate) -> Result<SetMeeting, Vec<FieldError>> {
        let wrong = |error| vec![error];
        let id = forms::id(&self.id, "met_on").map_err(wrong)?;
        let met_on = forms::optional_day(&self.met_on, "met_on").map_err(wrong)?;
        match met_on {
            Some(met_on) if met_on <= today => Ok(SetMeeting { id: RowId(id), met_on }),
            Some(_) => Err(wrong(FieldError::new("met_on", "Enter today or an earlier day"))),
            None => Err(wrong(FieldError::new("met_on", "Enter the day of the meeting"))),
        }
    }
}

/// `POST /lmc/{lmc}/meeting`.
pub(super) async fn set(
    State(app): State<AppState>,
    caller: Caller,
    permit: Permit<access::SetMeeting>,
    Form(typed): Form<MeetingForm>,
) -> Result<Response, AppError> {
    match typed.read(app.clock.today()) {
        Ok(act) => {
            act.perform(&app, &By::from(&permit)).await?;
            let area = href!("/lmc").seg(permit.scope().lmc());
            Ok(Redirect::to(area.as_str()).into_response())
        }
        Err(errors) => {
            let sent = Meeting { typed: Some(typed.met_on), errors };
            page::show(&app, &caller, &permit, &Asked::default(), sent).await
        }
    }
}
