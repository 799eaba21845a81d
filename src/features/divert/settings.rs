//! What the practice keeps for a divert: when it is suggested, what reception says, who is still seen, where to.

use axum::{
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};
use entity::ids::{LocalDate, RowId};
use serde::Deserialize;
use uuid::Uuid;

use super::{
    book,
    events::{PlaceWritten, RuleSet, TextWritten},
    pages,
    settings_pages::{self, Settings},
};
use crate::{
    db::Read,
    domain::{
        access::{Authority, Permit, PracticeScope, RunDivert, SeeDiverts},
        divert::{
            self, Destination, Rule,
            book::{LONGEST_GROUPS, LONGEST_SCRIPT},
        },
        identifier,
    },
    error::{AppError, FieldError},
    live::What,
    state::AppState,
    store::{
        self,
        divert::texts::{self, GROUPS, Place, SCRIPT, Text},
    },
    web::{
        caller::Caller,
        forms::{self, Form},
        shell::{self, Sheet},
    },
    writer::owned_scope,
};

/// Longest name and longest opening hours of a place.
pub(super) const LONGEST_NAME: usize = 60;

/// The page.
pub(super) async fn page(
    permit: Permit<SeeDiverts>,
    caller: Caller,
    State(app): State<AppState>,
) -> Result<Response, AppError> {
    render(&app, &caller, permit.scope(), &[], &Typed::default()).await
}

/// What was typed into the form that was refused.
#[derive(Debug, Default)]
pub(super) struct Typed {
    pub(super) rule: Option<RuleForm>,
    pub(super) text: Option<TextForm>,
    pub(super) place: Option<PlaceForm>,
}

async fn render(
    app: &AppState,
    caller: &Caller,
    scope: &PracticeScope,
    errors: &[FieldError],
    typed: &Typed,
) -> Result<Response, AppError> {
    let (read, today) = (app.db.read(scope), app.clock.today());
    let rules = store::divert::rules(read).await?;
    let place = shell::practice_place(app, scope.practice()).await?;
    let content = settings_pages::page(&Settings {
        practice: scope.practice(),
        today,
        rule: divert::rule_on(&rules, today),
        script: script(read, today).await?,
        groups: groups(read, today).await?,
        places: places(read).await?,
        typed,
        errors,
    });
    let (title, status) = if errors.is_empty() {
        ("Directory, script and rule", StatusCode::OK)
    } else {
        (
            "Error: Directory, script and rule",
            StatusCode::UNPROCESSABLE_ENTITY,
        )
    };
    let sheet = Sheet {
        title,
        current: "Divert",
        live: None,
        content,
    };
    Ok((status, shell::page(app, caller, &place, sheet)).into_response())
}

/// The script of a day: the practice's own, else the one that comes with the product, as version 0.
pub(super) async fn script(
    read: Read<'_, PracticeScope>,
    day: LocalDate,
) -> Result<Text, AppError> {
    let own = texts::text(read, SCRIPT, day).await?;
    Ok(match own {
        Some(own) => own,
        None => given(&book()?.script, day),
    })
}

/// The groups the practice goes on seeing, one a line.
pub(super) async fn groups(
    read: Read<'_, PracticeScope>,
    day: LocalDate,
) -> Result<Text, AppError> {
    let own = texts::text(read, GROUPS, day).await?;
    Ok(match own {
        Some(own) => own,
        None => given(&book()?.groups.join("\n"), day),
    })
}

fn given(body: &str, day: LocalDate) -> Text {
    Text {
        version: 0,
        effective_on: day,
        body: body.to_owned(),
    }
}

/// The directory as it stands, those taken off the list too: what comes with the product, and over it what the practice
/// wrote.
pub(super) async fn places(read: Read<'_, PracticeScope>) -> Result<Vec<Place>, AppError> {
    let own = texts::places(read).await?;
    let given = book()?.places.iter().zip(1_i32..).map(|(place, at)| Place {
        place: place.kind.clone(),
        kind: place.kind.clone(),
        name: place.name.clone(),
        hours: place.hours.clone(),
        phone: place.phone.clone(),
        position: at.saturating_mul(10),
        listed: true,
    });
    let mut all: Vec<Place> = given
        .filter(|given| !own.iter().any(|own| own.place == given.place))
        .collect();
    all.extend(own);
    all.sort_by(|one, other| (one.position, &one.name).cmp(&(other.position, &other.name)));
    Ok(all)
}

/// The form of the rule.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct RuleForm {
    id: String,
    #[serde(default)]
    pub(super) percent: String,
    #[serde(default)]
    pub(super) clinicians: String,
    #[serde(default)]
    pub(super) effective_on: String,
}

/// Sets when a divert is suggested, from a day on.
pub(super) async fn rule(
    permit: Permit<RunDivert>,
    caller: Caller,
    State(app): State<AppState>,
    Form(form): Form<RuleForm>,
) -> Result<Response, AppError> {
    let id = forms::id(&form.id, "id").map_err(|error| AppError::Invalid(vec![error]))?;
    let clinicians = match form.clinicians.trim() {
        "" => Ok(None),
        text => forms::number(text, "clinicians", 1, 100).map(Some),
    };
    let read = (
        forms::number(&form.percent, "percent", 1, 200),
        clinicians,
        forms::optional_day(&form.effective_on, "effective_on"),
    );
    let (Ok(percent), Ok(clinicians), Ok(day)) = read else {
        let errors: Vec<FieldError> = [read.0.err(), read.1.err(), read.2.err()]
            .into_iter()
            .flatten()
            .collect();
        let typed = Typed {
            rule: Some(form),
            ..Typed::default()
        };
        return render(&app, &caller, permit.scope(), &errors, &typed).await;
    };
    let set = RuleSet {
        effective_on: day.unwrap_or(app.clock.today()),
        percent,
        clinicians,
    };
    write_rule(&app, &permit, RowId(id), set).await?;
    Ok(back(permit.scope()))
}

async fn write_rule(
    app: &AppState,
    permit: &Permit<RunDivert>,
    id: RowId,
    set: RuleSet,
) -> Result<(), AppError> {
    let (scope, by) = (owned_scope(permit), permit.id());
    app.writer
        .write(permit, move |tx| {
            Box::pin(async move {
                let rule = Rule {
                    effective_on: set.effective_on,
                    recorded_at: tx.now(),
                    percent: set.percent,
                    clinicians: set.clinicians,
                };
                if store::divert::add_rule(tx.read(&scope), id, &rule, by).await? {
                    tx.audit(&scope.practice().into(), &set).await?;
                    tx.changed(scope.practice(), What::Divert);
                }
                Ok(())
            })
        })
        .await
}

fn back(scope: &PracticeScope) -> Response {
    let page = pages::base(scope.practice()).seg("settings");
    Redirect::to(page.as_str()).into_response()
}

/// The form of the script or the groups.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct TextForm {
    id: String,
    pub(super) kind: String,
    #[serde(default)]
    pub(super) body: String,
}

/// Writes a new version of the script or of the groups, from today on.
pub(super) async fn text(
    permit: Permit<RunDivert>,
    caller: Caller,
    State(app): State<AppState>,
    Form(form): Form<TextForm>,
) -> Result<Response, AppError> {
    let id = forms::id(&form.id, "id").map_err(|error| AppError::Invalid(vec![error]))?;
    let (kind, most) = match form.kind.as_str() {
        SCRIPT => (SCRIPT, LONGEST_SCRIPT),
        GROUPS => (GROUPS, LONGEST_GROUPS),
        _ => return Err(AppError::field("kind", "Choose the script or the groups")),
    };
    let body = match identifier::check_note(&form.body, most) {
        Ok(body) => String::from(body),
        Err(refused) => {
            let errors = [FieldError::new(kind, refused.to_string())];
            let typed = Typed {
                text: Some(form),
                ..Typed::default()
            };
            return render(&app, &caller, permit.scope(), &errors, &typed).await;
        }
    };
    write_text(&app, &permit, RowId(id), kind, body).await?;
    Ok(back(permit.scope()))
}

async fn write_text(
    app: &AppState,
    permit: &Permit<RunDivert>,
    id: RowId,
    kind: &'static str,
    body: String,
) -> Result<(), AppError> {
    let (scope, by, today) = (owned_scope(permit), permit.id(), app.clock.today());
    app.writer
        .write(permit, move |tx| {
            Box::pin(async move {
                let read = tx.read(&scope);
                if texts::has_text(read, id).await? {
                    return Ok(());
                }
                let text = Text {
                    version: texts::last_version(read, kind).await?.saturating_add(1),
                    effective_on: today,
                    body,
                };
                if !texts::add_text(read, id, kind, &text, by, tx.now()).await? {
                    return Err(AppError::Conflict(
                        "Somebody changed this text at the same moment: open the page again",
                    ));
                }
                let event = TextWritten {
                    kind,
                    version: text.version,
                };
                tx.audit(&scope.practice().into(), &event).await?;
                tx.changed(scope.practice(), What::Divert);
                Ok(())
            })
        })
        .await
}

/// The form of a place; a new one has no `place`.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct PlaceForm {
    id: String,
    #[serde(default)]
    pub(super) place: String,
    #[serde(default)]
    pub(super) kind: String,
    #[serde(default)]
    pub(super) name: String,
    #[serde(default)]
    pub(super) hours: String,
    #[serde(default)]
    pub(super) phone: String,
    #[serde(default)]
    pub(super) position: String,
    #[serde(default)]
    listed: String,
}

/// Writes a place as it stands from now on.
pub(super) async fn place(
    permit: Permit<RunDivert>,
    caller: Caller,
    State(app): State<AppState>,
    Form(form): Form<PlaceForm>,
) -> Result<Response, AppError> {
    let id = forms::id(&form.id, "id").map_err(|error| AppError::Invalid(vec![error]))?;
    match read_place(&form, id) {
        Ok(place) => {
            if !form.place.is_empty() {
                let known = places(app.db.read(permit.scope())).await?;
                if !known.iter().any(|known| known.place == place.place) {
                    return Err(AppError::NotFound);
                }
            }
            write_place(&app, &permit, RowId(id), place).await?;
            Ok(back(permit.scope()))
        }
        Err(errors) => {
            let typed = Typed {
                place: Some(form),
                ..Typed::default()
            };
            render(&app, &caller, permit.scope(), &errors, &typed).await
        }
    }
}

fn read_place(form: &PlaceForm, id: Uuid) -> Result<Place, Vec<FieldError>> {
    let kind = Destination::of(&form.kind)
        .ok_or_else(|| FieldError::new("kind", "Choose what kind of place it is"));
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
            place: if form.place.is_empty() {
                id.to_string()
            } else {
                form.place.clone()
            },
            kind: kind.code().to_owned(),
            name,
            hours: hours.unwrap_or_default(),
            phone,
            position: i32::try_from(position).unwrap_or(100),
            listed: form.listed != "no",
        }),
        (kind, name, hours, phone, position) => Err([
            kind.err(),
            name.err(),
            hours.err(),
            phone.err(),
            position.err(),
        ]
        .into_iter()
        .flatten()
        .collect()),
    }
}

/// The telephone of a service: digits, blanks and a plus sign, so that nothing else can stand there.
fn phone(text: &str) -> Result<String, FieldError> {
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let plain = |c: char| c.is_ascii_digit() || matches!(c, ' ' | '+');
    if text.len() <= 20 && text.chars().all(plain) && !identifier::is_nhs_number(&text) {
        Ok(text)
    } else {
        Err(FieldError::new(
            "phone",
            "Enter the service’s telephone number, such as 111 or 01632 960001",
        ))
    }
}

async fn write_place(
    app: &AppState,
    permit: &Permit<RunDivert>,
    id: RowId,
    place: Place,
) -> Result<(), AppError> {
    let (scope, by) = (owned_scope(permit), permit.id());
    app.writer
        .write(permit, move |tx| {
            Box::pin(async move {
                if texts::add_place(tx.read(&scope), id, &place, by, tx.now()).await? {
                    let event = PlaceWritten {
                        place: place.place,
                        listed: place.listed,
                    };
                    tx.audit(&scope.practice().into(), &event).await?;
                    tx.changed(scope.practice(), What::Divert);
                }
                Ok(())
            })
        })
        .await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_telephone_is_digits_and_no_nhs_number() {
        for good in ["", "111", " 01632  960001 ", "+44 1632 960001"] {
            assert!(phone(good).is_ok(), "{good}");
        }
        for bad in [
            "Jane 01632 960001",
            "999 000 0018",
            "0163296000101632960001",
        ] {
            assert!(phone(bad).is_err(), "{bad}");
        }
    }
}
