//! The manager's pages of the practice's clinicians and their devices.

use std::collections::HashMap;

use axum::{
    extract::State,
    response::{IntoResponse, Redirect, Response},
};
use entity::ids::{ClinicianId, DeviceId, OdsCode, TapAddressId};
use serde::Deserialize;
use uuid::Uuid;

use super::{
    clinicians, links, sheet_view,
    view::{self, One, Overview, Typed},
};
use crate::{
    domain::{
        access::{By, ManageClinicians, Permit, PracticeScope},
        staff::{self, Named, StaffGroup},
    },
    error::{AppError, FieldError},
    operations::{
        add_clinicians::{AddClinicians, NewClinician},
        revoke_device::RevokeDevice,
        revoke_tap_address::RevokeTapAddress,
        set_last_day::SetLastDay,
    },
    state::AppState,
    store::{
        enrolment,
        people::{self, ClinicianRow, DeviceRow},
        tap_addresses,
    },
    ui::href::Href,
    web::{
        caller::Caller,
        forms::{self, Form, InPath},
        shell,
    },
};

/// The clinician of an address.
#[derive(Debug, Deserialize)]
pub(super) struct Whose {
    clinician: Uuid,
}

/// The device of an address.
#[derive(Debug, Deserialize)]
pub(super) struct Which {
    clinician: Uuid,
    device: Uuid,
}

async fn by_clinician(app: &AppState, scope: &PracticeScope) -> Result<HashMap<ClinicianId, Vec<DeviceRow>>, AppError> {
    let rows = people::devices(app.db.read(scope), app.clock.now()).await?;
    let mut devices: HashMap<ClinicianId, Vec<DeviceRow>> = HashMap::new();
    for row in rows {
        devices.entry(row.clinician).or_default().push(row);
    }
    Ok(devices)
}

async fn overview_page(
    app: &AppState,
    caller: &Caller,
    scope: &PracticeScope,
    typed: &Typed,
    errors: &[FieldError],
) -> Result<Response, AppError> {
    let clinicians = enrolment::all_clinicians(app.db.read(scope)).await?;
    let open_links = enrolment::open_links(app.db.read(scope), app.clock.now()).await?;
    let overview = Overview {
        practice: scope.practice(),
        today: app.clock.today(),
        clinicians: &clinicians,
        devices: &by_clinician(app, scope).await?,
        open_links: &open_links.into_iter().collect(),
    };
    shell::show(app, caller, scope, view::overview(&overview, typed, errors)).await
}

/// Everybody, and the forms to add more.
pub(super) async fn overview(
    State(app): State<AppState>,
    caller: Caller,
    permit: Permit<ManageClinicians>,
) -> Result<Response, AppError> {
    overview_page(&app, &caller, permit.scope(), &Typed::default(), &[]).await
}

/// The form that adds one.
#[derive(Debug, Deserialize)]
pub(super) struct AddOne {
    id: String,
    #[serde(default)]
    label: String,
    #[serde(default)]
    staff_group: String,
}

/// Adds one clinician.
pub(super) async fn add_one(
    State(app): State<AppState>,
    caller: Caller,
    permit: Permit<ManageClinicians>,
    Form(form): Form<AddOne>,
) -> Result<Response, AppError> {
    let done = match named(&form) {
        Ok(new) => add(&app, &permit, vec![new]).await,
        Err(errors) => Err(AppError::Invalid(errors)),
    };
    let typed = Typed { label: form.label, staff_group: form.staff_group, list: String::new() };
    after(&app, &caller, &permit, done, &typed).await
}

fn named(form: &AddOne) -> Result<NewClinician, Vec<FieldError>> {
    let id = forms::id(&form.id, "label");
    let label = staff::label(&form.label).map_err(|why| FieldError::new("label", why));
    let group =
        form.staff_group.parse::<StaffGroup>().map_err(|_| FieldError::new("staff_group", "Choose a staff group"));
    match (id, label, group) {
        (Ok(id), Ok(label), Ok(group)) => Ok(NewClinician { id: ClinicianId(id), named: Named { label, group } }),
        (id, label, group) => {
            let errors = [id.err(), label.err(), group.err()];
            Err(errors.into_iter().flatten().collect())
        }
    }
}

async fn add(app: &AppState, permit: &Permit<ManageClinicians>, new: Vec<NewClinician>) -> Result<(), AppError> {
    let added = AddClinicians(new).perform(app, &By::from(permit)).await;
    added.map(drop)
}

/// The form that adds a list.
#[derive(Debug, Deserialize)]
pub(super) struct AddList {
    id: String,
    #[serde(default)]
    list: String,
}

/// Adds a pasted list, all of it or nothing.
pub(super) async fn add_list(
    State(app): State<AppState>,
    caller: Caller,
    permit: Permit<ManageClinicians>,
    Form(form): Form<AddList>,
) -> Result<Response, AppError> {
    let done = match listed(&form) {
        Ok(new) => add(&app, &permit, new).await,
        Err(errors) => Err(AppError::Invalid(errors)),
    };
    // What a single label would be told belongs to the list here.
    let done = done.map_err(|error| match error {
        AppError::Invalid(errors) => {
            AppError::Invalid(errors.into_iter().map(|error| FieldError::new("list", error.message)).collect())
        }
        other => other,
    });
    let typed = Typed { list: form.list, ..Typed::default() };
    after(&app, &caller, &permit, done, &typed).await
}

fn listed(form: &AddList) -> Result<Vec<NewClinician>, Vec<FieldError>> {
    let id = forms::id(&form.id, "list").map_err(|error| vec![error])?;
    let list = staff::list(&form.list).map_err(|wrong| {
        wrong.into_iter().map(|(line, why)| FieldError::new("list", format!("Line {line}: {why}"))).collect::<Vec<_>>()
    })?;
    if list.is_empty() {
        let why = "Write at least one line, such as Dr A, GP partner";
        return Err(vec![FieldError::new("list", why)]);
    }
    Ok(clinicians::with_ids(id, list))
}

/// Back to the page: new where all went well, with everything that was typed where a field was refused.
async fn after(
    app: &AppState,
    caller: &Caller,
    permit: &Permit<ManageClinicians>,
    done: Result<(), AppError>,
    typed: &Typed,
) -> Result<Response, AppError> {
    match done {
        Ok(()) => {
            let to = view::people_of(permit.scope().practice());
            Ok(Redirect::to(to.as_str()).into_response())
        }
        Err(AppError::Invalid(errors)) => overview_page(app, caller, permit.scope(), typed, &errors).await,
        Err(other) => Err(other),
    }
}

async fn one_page(
    app: &AppState,
    caller: &Caller,
    scope: &PracticeScope,
    clinician: ClinicianId,
    link: Option<&str>,
    errors: &[FieldError],
) -> Result<Response, AppError> {
    let row: ClinicianRow = people::clinician(app.db.read(&scope.of(clinician))).await?.ok_or(AppError::NotFound)?;
    let open_links = enrolment::open_links(app.db.read(scope), app.clock.now()).await?;
    let one = One {
        row: &row,
        today: app.clock.today(),
        devices: &by_clinician(app, scope).await?.remove(&clinician).unwrap_or_default(),
        addresses: &tap_addresses::of_clinician(app.db.read(&scope.of(clinician)), app.clock.now()).await?,
        open_link: open_links.into_iter().find(|(whose, _)| *whose == clinician).map(|(_, until)| until),
        link,
    };
    shell::show(app, caller, scope, view::one(&one, errors)).await
}

/// One clinician: devices, a new link, the last working day.
pub(super) async fn one(
    State(app): State<AppState>,
    caller: Caller,
    permit: Permit<ManageClinicians>,
    InPath(whose): InPath<Whose>,
) -> Result<Response, AppError> {
    let clinician = ClinicianId(whose.clinician);
    one_page(&app, &caller, permit.scope(), clinician, None, &[]).await
}

/// The form of a link.
#[derive(Debug, Deserialize)]
pub(super) struct MakeLink {
    id: String,
}

/// Makes an enrolment link and shows it, this once.
pub(super) async fn make_link(
    State(app): State<AppState>,
    caller: Caller,
    permit: Permit<ManageClinicians>,
    InPath(whose): InPath<Whose>,
    Form(form): Form<MakeLink>,
) -> Result<Response, AppError> {
    let clinician = ClinicianId(whose.clinician);
    let id = forms::id(&form.id, "id")?;
    let link = links::enrolment(&app, &permit, clinician, id).await?;
    one_page(&app, &caller, permit.scope(), clinician, Some(&link), &[]).await
}

/// Makes a link for everybody who has no phone yet, and shows them, this once, ready to print.
pub(super) async fn make_links(
    State(app): State<AppState>,
    caller: Caller,
    permit: Permit<ManageClinicians>,
    Form(form): Form<MakeLink>,
) -> Result<Response, AppError> {
    let id = forms::id(&form.id, "id")?;
    let links = links::for_everybody(&app, &permit, id).await?;
    let organisations = app.organisations().await?;
    let scope = permit.scope();
    let practice = organisations.name_of(&scope.practice().into());
    shell::show(&app, &caller, scope, sheet_view::sheet(scope.practice(), &practice, &links)).await
}

/// Revokes a device.
pub(super) async fn revoke_device(
    State(app): State<AppState>,
    permit: Permit<ManageClinicians>,
    InPath(which): InPath<Which>,
) -> Result<Redirect, AppError> {
    let clinician = ClinicianId(which.clinician);
    let device = RevokeDevice { clinician, device: DeviceId(which.device) };
    device.perform(&app, &By::from(&permit)).await?;
    Ok(Redirect::to(page_of(permit.scope(), clinician).as_str()))
}

/// Ends a secret address of a clinician.
pub(super) async fn end_address(
    State(app): State<AppState>,
    permit: Permit<ManageClinicians>,
    InPath((_, clinician, address)): InPath<(OdsCode, ClinicianId, TapAddressId)>,
) -> Result<Redirect, AppError> {
    RevokeTapAddress(address).perform_for(&app, &By::from(&permit), clinician).await?;
    Ok(Redirect::to(page_of(permit.scope(), clinician).as_str()))
}

fn page_of(scope: &PracticeScope, clinician: ClinicianId) -> Href {
    view::people_of(scope.practice()).seg(clinician)
}

/// The form of the last working day.
#[derive(Debug, Deserialize)]
pub(super) struct Leave {
    #[serde(default)]
    last_day: String,
}

/// Sets or takes back the last working day.
pub(super) async fn leave(
    State(app): State<AppState>,
    caller: Caller,
    permit: Permit<ManageClinicians>,
    InPath(whose): InPath<Whose>,
    Form(form): Form<Leave>,
) -> Result<Response, AppError> {
    let clinician = ClinicianId(whose.clinician);
    match forms::optional_day(&form.last_day, "last_day") {
        Ok(last_day) => {
            let leaves = SetLastDay { clinician, last_day };
            leaves.perform(&app, &By::from(&permit)).await?;
            let to = page_of(permit.scope(), clinician);
            Ok(Redirect::to(to.as_str()).into_response())
        }
        Err(error) => one_page(&app, &caller, permit.scope(), clinician, None, &[error]).await,
    }
}
