//! Matching a file once: which column is which, whose session it is, what a slot type means. Names come from the file to
//! the page and back; what is kept of them are digests.

use axum::{
    extract::State,
    response::{IntoResponse, Redirect, Response},
};
use entity::ids::{ClinicianId, OdsCode, RowId};
use uuid::Uuid;

use super::{
    match_view::{self, Matches, NOT_COUNTED, Name},
    view,
};
use crate::{
    domain::{
        access::{By, ImportAppointments, Permit, PracticeScope},
        appointment::{Column, Matching, SlotOutcome, System, TypeMeaning, kind_in_words},
    },
    error::{AppError, FieldError},
    exchange::appointments::{Asked, Found, Scan},
    operations::match_appointments::MatchAppointments,
    state::AppState,
    store::{appointments, people},
    web::{
        caller::Caller,
        forms::{self, Form},
        shell,
    },
};

/// The form for what a file says, with everything that can be guessed.
pub(super) async fn of_scan(
    app: &AppState,
    scope: &PracticeScope,
    scan: &Scan,
    asked: &Asked,
) -> Result<Matches, AppError> {
    let (practice, system) = (scope.practice(), scan.system);
    let clinicians = clinicians(app, scope).await?;
    let columns = scan.columns.iter().filter(|_| system == System::Report).map(|name| Name {
        digest: Matching::column_id(practice, name),
        text: name.clone(),
        about: String::new(),
        chosen: String::new(),
    });
    let places = scan.guessed.iter().map(|(column, name)| {
        let digest = Matching::column_id(practice, name);
        (*column, digest.to_string())
    });
    Ok(Matches {
        practice: practice.clone(),
        id: Uuid::now_v7(),
        system,
        columns: columns.collect(),
        places: places.collect(),
        holders: holders(practice, scan, &asked.matching, &clinicians),
        types: types(practice, scan, &asked.matching),
        statuses: statuses(practice, scan, &asked.matching),
        clinicians,
        dropped: scan.dropped.clone(),
        errors: Vec::new(),
    })
}

/// Session holders, as matched before, else by a label that is the same.
fn holders(practice: &OdsCode, scan: &Scan, matching: &Matching, clinicians: &[(ClinicianId, String)]) -> Vec<Name> {
    let of_label = |text: &str| {
        let mut labels = clinicians.iter();
        labels.find(|(_, label)| label.eq_ignore_ascii_case(text.trim()))
    };
    let mut names = Vec::new();
    for (text, found) in &scan.holders {
        let digest = Matching::holder_id(practice, scan.system, text);
        // Nobody is left out because nobody said whose session it is.
        let chosen = match matching.holders.get(&digest) {
            Some(known) => known.map_or_else(|| NOT_COUNTED.to_owned(), |id| id.to_string()),
            None => of_label(text).map(|(id, _)| id.to_string()).unwrap_or_default(),
        };
        names.push(Name { digest, chosen, text: text.clone(), about: about(found, &found.hint) });
    }
    names
}

/// Slot types, as matched before, else as their words say.
fn types(practice: &OdsCode, scan: &Scan, matching: &Matching) -> Vec<Name> {
    let mut names = Vec::new();
    for (text, found) in &scan.types {
        let digest = Matching::type_id(practice, scan.system, text);
        let in_words = || kind_in_words(text).map(|kind| kind.code().to_owned());
        let kind = matching.types.get(&digest).cloned().unwrap_or_else(in_words);
        names.push(Name {
            digest,
            chosen: kind.unwrap_or_else(|| NOT_COUNTED.to_owned()),
            text: text.clone(),
            about: about(found, ""),
        });
    }
    names
}

/// Words of statuses that nobody knows; as they were explained before.
fn statuses(practice: &OdsCode, scan: &Scan, matching: &Matching) -> Vec<Name> {
    let mut names = Vec::new();
    for (text, found) in &scan.statuses {
        let digest = Matching::status_id(practice, scan.system, text);
        let outcome = matching.statuses.get(&digest).cloned().flatten();
        names.push(Name {
            digest,
            chosen: outcome.unwrap_or_else(|| NOT_COUNTED.to_owned()),
            text: text.clone(),
            about: about(found, ""),
        });
    }
    names
}

/// How many slots have a name, and how many contacts that would be.
fn about(found: &Found, hint: &str) -> String {
    let thousands = crate::ui::number::thousands;
    let mut about = if found.slots == 1 { "1 slot".to_owned() } else { format!("{} slots", thousands(found.slots)) };
    if found.attended > 0 {
        about = format!("{about}, {} attended", thousands(found.attended));
    }
    if hint.is_empty() { about } else { format!("{about}, {hint}") }
}

async fn clinicians(app: &AppState, scope: &PracticeScope) -> Result<Vec<(ClinicianId, String)>, AppError> {
    let rows = people::clinicians(app.db.read(scope), app.clock.today()).await?;
    Ok(rows.into_iter().map(|row| (row.id, row.label)).collect())
}

/// `POST /practices/{ods}/imports/matching`.
pub(super) async fn save(
    permit: Permit<ImportAppointments>,
    caller: Caller,
    State(app): State<AppState>,
    Form(fields): Form<Vec<(String, String)>>,
) -> Result<Response, AppError> {
    let form = read(&app, permit.scope(), &fields).await?;
    if !form.errors.is_empty() {
        return shell::show(&app, &caller, permit.scope(), match_view::form(&form)).await;
    }
    let known = appointments::matching(app.db.read(permit.scope()), form.system).await?;
    let matching = together(known.map(|row| row.matching).unwrap_or_default(), &form);
    let act = MatchAppointments { id: RowId(form.id), system: form.system, matching };
    act.perform(&app, &By::from(&permit)).await?;
    let page = view::base(permit.scope().practice()).query("matched", "yes");
    Ok(Redirect::to(page.as_str()).into_response())
}

/// `POST /practices/{ods}/imports/matching/forget`: the next file is asked about as if it were the first.
pub(super) async fn forget(
    permit: Permit<ImportAppointments>,
    State(app): State<AppState>,
) -> Result<Redirect, AppError> {
    for system in System::ALL {
        if appointments::matching(app.db.read(permit.scope()), system)
            .await?
            .is_some_and(|row| !row.matching.is_empty())
        {
            let act = MatchAppointments { id: RowId(Uuid::now_v7()), system, matching: Matching::default() };
            act.perform(&app, &By::from(&permit)).await?;
        }
    }
    let page = view::base(permit.scope().practice()).query("forgotten", "yes");
    Ok(Redirect::to(page.as_str()))
}

/// Reads the form. Anything in it may be made up: digests stay digests, clinicians and kinds are looked up.
async fn read(app: &AppState, scope: &PracticeScope, fields: &[(String, String)]) -> Result<Matches, AppError> {
    let text = |name: &str| {
        let found = fields.iter().find(|(key, _)| key == name);
        found.map(|(_, value)| value.as_str()).unwrap_or_default()
    };
    let system: System = text("system").parse().map_err(|_| AppError::Malformed("the form is not complete".into()))?;
    let names = |what: &str| -> Vec<Name> {
        fields
            .iter()
            .filter_map(|(key, value)| {
                let digest = key.strip_prefix(what)?.strip_prefix("-name-")?.parse().ok()?;
                Some(Name {
                    digest,
                    text: value.clone(),
                    about: text(&format!("{what}-about-{digest}")).to_owned(),
                    chosen: text(&format!("{what}-{digest}")).to_owned(),
                })
            })
            .collect()
    };
    let clinicians = clinicians(app, scope).await?;
    let mut form = Matches {
        practice: scope.practice().clone(),
        id: forms::id(text("id"), "id")?,
        system,
        columns: names("column"),
        places: Column::OF_REPORTS
            .into_iter()
            .map(|column| (column, text(&format!("place-{}", column.code())).to_owned()))
            .filter(|(_, digest)| !digest.is_empty())
            .collect(),
        holders: names("holder"),
        types: names("type"),
        statuses: names("status"),
        clinicians,
        dropped: fields.iter().filter(|(key, _)| key == "dropped").map(|(_, name)| name.clone()).collect(),
        errors: Vec::new(),
    };
    form.errors = errors(&form);
    Ok(form)
}

/// Columns that a report must have, of those that nobody pointed out.
pub(super) fn unnamed(has: impl Fn(Column) -> bool) -> Vec<Column> {
    let mut must = vec![Column::Day, Column::Holder, Column::Status];
    must.retain(|column| !(has(*column) || *column == Column::Status && has(Column::Left)));
    must
}

fn errors(form: &Matches) -> Vec<FieldError> {
    let mut errors = Vec::new();
    if form.system == System::Report {
        for column in unnamed(|column| form.places.contains_key(&column)) {
            let message = format!("Choose the column for: {}", column.title().to_lowercase());
            errors.push(FieldError::new(format!("place-{}", column.code()), message));
        }
    }
    for name in &form.holders {
        let known = form.clinicians.iter().any(|(id, _)| id.to_string() == name.chosen);
        if !known && name.chosen != NOT_COUNTED {
            errors.push(FieldError::new(
                format!("holder-{}", name.digest),
                "Choose one of your clinicians, or “Not counted”",
            ));
        }
    }
    for name in &form.types {
        if name.chosen != NOT_COUNTED && name.chosen.parse::<TypeMeaning>().is_err() {
            errors.push(FieldError::new(format!("type-{}", name.digest), "Choose a kind of contact, or not a contact"));
        }
    }
    for name in &form.statuses {
        if name.chosen != NOT_COUNTED && !SlotOutcome::TAUGHT.iter().any(|outcome| outcome.code() == name.chosen) {
            errors.push(FieldError::new(
                format!("status-{}", name.digest),
                "Choose what it means, or that its rows are refused",
            ));
        }
    }
    errors
}

/// What was known, with what the form says on top.
fn together(mut matching: Matching, form: &Matches) -> Matching {
    if form.system == System::Report {
        let digest = |(column, digest): (&Column, &String)| Some((column.code().to_owned(), digest.parse().ok()?));
        matching.columns = form.places.iter().filter_map(digest).collect();
    }
    for name in &form.holders {
        matching.holders.insert(name.digest, name.chosen.parse().ok());
    }
    for name in &form.types {
        let kind = Some(name.chosen.clone()).filter(|kind| kind != NOT_COUNTED);
        matching.types.insert(name.digest, kind);
    }
    for name in &form.statuses {
        let outcome = Some(name.chosen.clone()).filter(|outcome| outcome != NOT_COUNTED);
        matching.statuses.insert(name.digest, outcome);
    }
    matching
}
