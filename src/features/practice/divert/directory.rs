//! The directory: where patients can be sent, as the practice writes it.

use axum::{extract::State, response::Response};
use entity::ids::RowId;
use uuid::Uuid;

use super::{
    kept, settings,
    settings_view::{LONGEST_NAME, PlaceForm, Typed},
};
use crate::{
    domain::{
        access::{By, Permit, RunDivert},
        divert::Destination,
        identifier,
    },
    error::{AppError, FieldError},
    operations::write_divert_place::WriteDivertPlace,
    state::AppState,
    store::divert::texts::Place,
    web::{
        caller::Caller,
        forms::{self, Form},
    },
};

/// Writes a place as it stands from now on.
pub(super) async fn place(
    permit: Permit<RunDivert>,
    caller: Caller,
    State(app): State<AppState>,
    Form(form): Form<PlaceForm>,
) -> Result<Response, AppError> {
    let id = forms::id(&form.id, "id")?;
    match read_place(&form, id) {
        Ok(place) => {
            if !form.place.is_empty() {
                let known = kept::places(app.db.read(permit.scope())).await?;
                if !known.iter().any(|known| known.place == place.place) {
                    return Err(AppError::NotFound);
                }
            }
            let id = RowId(id);
            let written = WriteDivertPlace { id, place };
            written.perform(&app, &By::from(&permit)).await?;
            Ok(settings::back(permit.scope()))
        }
        Err(errors) => {
            let typed = Typed { place: Some(form), ..Typed::default() };
            settings::render(&app, &caller, permit.scope(), &errors, &typed).await
        }
    }
}

fn read_place(form: &PlaceForm, id: Uuid) -> Result<Place, Vec<FieldError>> {
    let kind = Destination::of(&form.kind).ok_or_else(|| FieldError::new("kind", "Choose what kind of place it is"));
    let name = forms::short_text(&form.name, "name", LONGEST_NAME)
        .and_then(|name| name.ok_or_else(|| FieldError::new("name", "Write its name")));
    let hours = forms::short_text(&form.hours, "hours", LONGEST_NAME);
    let phone = phone(&form.phone);
    let position = match form.position.trim() {
        "" => Ok(100),
        text => forms::number(text, "position", 1, 999),
    };
    match (kind, name, hours, phone, position) {
        (Ok(kind), Ok(name), Ok(hours), Ok(phone), Ok(position)) => Ok(Place {
            place: if form.place.is_empty() { id.to_string() } else { form.place.clone() },
            kind: kind.code().to_owned(),
            name,
            hours: hours.unwrap_or_default(),
            phone,
            position: i32::try_from(position).unwrap_or(100),
            listed: form.listed != "no",
        }),
        (kind, name, hours, phone, position) => {
            Err([kind.err(), name.err(), hours.err(), phone.err(), position.err()].into_iter().flatten().collect())
        }
    }
}

/// The telephone of a service: digits, blanks and a plus sign, so that nothing else can stand there.
fn phone(text: &str) -> Result<String, FieldError> {
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let plain = |c: char| c.is_ascii_digit() || matches!(c, ' ' | '+');
    if text.len() <= 20 && text.chars().all(plain) && !identifier::is_nhs_number(&text) {
        Ok(text)
    } else {
        Err(FieldError::new("phone", "Enter the service’s telephone number, such as 111 or 01632 960001"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_telephone_is_digits_and_no_nhs_number() {
        for good in ["", "111", " 01632  960001 ", "+44 1632 960001"] {
            assert!(phone(good).is_ok(), "{good}");
        }
        for bad in ["Jane 01632 960001", "999 000 0018", "0163296000101632960001"] {
            assert!(phone(bad).is_err(), "{bad}");
        }
    }
}
