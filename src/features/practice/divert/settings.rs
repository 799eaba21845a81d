//! What the practice keeps for a divert: when it is suggested, what reception says, who is still seen, where to.

use axum::{
    extract::State,
    response::{IntoResponse, Redirect, Response},
};
use entity::ids::RowId;

use super::{
    kept,
    settings_view::{self, RuleForm, Settings, TextForm, Typed},
    view,
};
use crate::{
    domain::{
        access::{By, Permit, PracticeScope, RunDivert, SeeDiverts},
        divert::{
            self,
            book::{LONGEST_GROUPS, LONGEST_SCRIPT},
        },
        identifier,
    },
    error::{AppError, FieldError},
    operations::{
        set_divert_rule::SetDivertRule,
        write_divert_text::{DivertText, WriteDivertText},
    },
    state::AppState,
    store::{
        self,
        divert::texts::{GROUPS, SCRIPT},
    },
    web::{
        caller::Caller,
        forms::{self, Form},
        shell,
    },
};

/// The page.
pub(super) async fn page(
    permit: Permit<SeeDiverts>,
    caller: Caller,
    State(app): State<AppState>,
) -> Result<Response, AppError> {
    render(&app, &caller, permit.scope(), &[], &Typed::default()).await
}

pub(super) async fn render(
    app: &AppState,
    caller: &Caller,
    scope: &PracticeScope,
    errors: &[FieldError],
    typed: &Typed,
) -> Result<Response, AppError> {
    let (read, today) = (app.db.read(scope), app.clock.today());
    let rules = store::divert::rules(read).await?;
    let sheet = settings_view::page(&Settings {
        practice: scope.practice(),
        today,
        rule: divert::rule_on(&rules, today),
        script: kept::script(read, today).await?,
        groups: kept::groups(read, today).await?,
        places: kept::places(read).await?,
        typed,
        errors,
    });
    shell::show(app, caller, scope, sheet).await
}

/// Sets when a divert is suggested, from a day on.
pub(super) async fn rule(
    permit: Permit<RunDivert>,
    caller: Caller,
    State(app): State<AppState>,
    Form(form): Form<RuleForm>,
) -> Result<Response, AppError> {
    let id = forms::id(&form.id, "id")?;
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
        let errors: Vec<FieldError> = [read.0.err(), read.1.err(), read.2.err()].into_iter().flatten().collect();
        let typed = Typed { rule: Some(form), ..Typed::default() };
        return render(&app, &caller, permit.scope(), &errors, &typed).await;
    };
    let rule = SetDivertRule { id: RowId(id), effective_on: day.unwrap_or(app.clock.today()), percent, clinicians };
    rule.perform(&app, &By::from(&permit)).await?;
    Ok(back(permit.scope()))
}

pub(super) fn back(scope: &PracticeScope) -> Response {
    let page = view::base(scope.practice()).seg("settings");
    Redirect::to(page.as_str()).into_response()
}

/// Writes a new version of the script or of the groups, from today on.
pub(super) async fn text(
    permit: Permit<RunDivert>,
    caller: Caller,
    State(app): State<AppState>,
    Form(form): Form<TextForm>,
) -> Result<Response, AppError> {
    let id = forms::id(&form.id, "id")?;
    let (which, most) = match form.kind.as_str() {
        SCRIPT => (DivertText::Script, LONGEST_SCRIPT),
        GROUPS => (DivertText::Groups, LONGEST_GROUPS),
        _ => return Err(AppError::field("kind", "Choose the script or the groups")),
    };
    let body = match identifier::check_letter(&form.body, most) {
        Ok(body) => String::from(body),
        Err(refused) => {
            let errors = [FieldError::new(which.code(), refused.to_string())];
            let typed = Typed { text: Some(form), ..Typed::default() };
            return render(&app, &caller, permit.scope(), &errors, &typed).await;
        }
    };
    let text = WriteDivertText { id: RowId(id), which, effective_on: app.clock.today(), body };
    text.perform(&app, &By::from(&permit)).await?;
    Ok(back(permit.scope()))
}
