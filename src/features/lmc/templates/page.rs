//! An LMC's templates: the list, one of them, and the form in which it is written.

use axum::{
    extract::State,
    response::{IntoResponse, Redirect, Response},
};
use axum_extra::extract::Query;
use entity::ids::{OrgCode, RowId, TemplateId};
use serde::Deserialize;
use uuid::Uuid;

use super::{
    view::{self, TemplateForm},
    write,
};
use crate::{
    domain::{
        access::{By, LmcScope, Permit, PublishTemplates},
        notice::template::{self, Version},
        readers::OutsidePage,
    },
    error::{AppError, FieldError},
    href,
    operations::{publish_template::OVERTAKEN, withdraw_template::WithdrawTemplate},
    state::AppState,
    store::templates,
    ui::href::Href,
    web::{
        caller::Caller,
        forms::{self, Form, InPath, SavedQuery},
        receipts, shell,
    },
};

fn base(lmc: &OrgCode) -> Href {
    href!("/lmc").seg(lmc).seg("templates")
}

#[derive(Debug, Deserialize)]
pub(super) struct OnePath {
    template: TemplateId,
}

pub(super) async fn list(
    permit: Permit<PublishTemplates>,
    caller: Caller,
    State(app): State<AppState>,
) -> Result<Response, AppError> {
    let versions = templates::of_lmc(app.db.read(permit.scope())).await?;
    let organisations = app.organisations().await?;
    let at = app.db.read(permit.scope());
    let uptake = templates::uptake(at, &organisations, &versions, app.clock.known()).await?;
    let (catalogue, today) = (app.menu_of_lmc(Some(permit.scope().lmc())).await?, app.clock.today());
    let rows: Vec<view::Line<'_>> = template::newest(&versions)
        .into_iter()
        .map(|version| view::Line {
            version,
            offered: template::may_be_offered(version, &catalogue, today),
            served: uptake.served.get(&version.template).map_or(0, Vec::len),
        })
        .collect();
    let local_items = href!("/lmc").seg(permit.scope().lmc()).seg("local-items");
    let sheet = view::list((&base(permit.scope().lmc()), &local_items), &rows, (uptake.sharing, uptake.all));
    shell::show(&app, &caller, permit.scope(), sheet).await
}

async fn versions(app: &AppState, scope: &LmcScope, id: TemplateId) -> Result<Vec<Version>, AppError> {
    let mut all = templates::of_lmc(app.db.read(scope)).await?;
    all.retain(|version| version.template == id);
    if all.is_empty() {
        return Err(AppError::NotFound);
    }
    Ok(all)
}

pub(super) async fn one(
    permit: Permit<PublishTemplates>,
    caller: Caller,
    State(app): State<AppState>,
    InPath(path): InPath<OnePath>,
    Query(query): Query<SavedQuery>,
) -> Result<Response, AppError> {
    let versions = versions(&app, permit.scope(), path.template).await?;
    let newest = versions.last().ok_or(AppError::NotFound)?;
    let organisations = app.organisations().await?;
    let at = app.db.read(permit.scope());
    let mut uptake = templates::uptake(at, &organisations, &versions, app.clock.known()).await?;
    let (catalogue, today) = (app.menu_of_lmc(Some(permit.scope().lmc())).await?, app.clock.today());
    let offered = template::may_be_offered(newest, &catalogue, today);
    let mut served = uptake.served.remove(&path.template).unwrap_or_default();
    // What conflicts with the contract stays in the practices' own history.
    served.retain(|_| offered);
    let named = served.iter().map(|one| (organisations.name_of(&(&one.practice).into()), one));
    let mut named: Vec<_> = named.collect();
    named.sort_by(|one, other| (&one.0, one.1.served_on).cmp(&(&other.0, other.1.served_on)));
    let lmc = permit.scope().lmc();
    let sheet = view::one(&view::OneView {
        base: base(lmc),
        letters: href!("/lmc").seg(lmc).seg("letters").seg(view::LETTER),
        versions: &versions,
        newest,
        offered,
        served: named,
        sharing: (uptake.sharing, uptake.all),
        fresh: Uuid::now_v7().to_string(),
        saved: query.saved.is_some(),
    });
    let page = shell::show(&app, &caller, permit.scope(), sheet).await?;
    let read = served.into_iter().map(|one| one.practice).collect();
    receipts::note(&app, &permit, (lmc, OutsidePage::Notices), read);
    Ok(page)
}

async fn form(
    app: &AppState,
    caller: &Caller,
    scope: &LmcScope,
    typed: &TemplateForm,
    (of, errors): (Option<TemplateId>, &[FieldError]),
) -> Result<Response, AppError> {
    let (catalogue, today) = (app.menu_of_lmc(Some(scope.lmc())).await?, app.clock.today());
    let lmc = scope.lmc();
    let title = match of {
        None => "New template",
        Some(_) => "Correct the template",
    };
    let sheet = view::form(&view::FormView {
        back: of.map_or_else(|| base(lmc), |id| base(lmc).seg(id)),
        title,
        items: &write::items(&catalogue, today),
        typed,
        errors,
    });
    shell::show(app, caller, scope, sheet).await
}

pub(super) async fn fresh(
    permit: Permit<PublishTemplates>,
    caller: Caller,
    State(app): State<AppState>,
) -> Result<Response, AppError> {
    let typed = TemplateForm::fresh();
    form(&app, &caller, permit.scope(), &typed, (None, &[])).await
}

pub(super) async fn publish(
    permit: Permit<PublishTemplates>,
    caller: Caller,
    State(app): State<AppState>,
    Form(typed): Form<TemplateForm>,
) -> Result<Response, AppError> {
    match write::publish(&app, &permit, None, &typed).await {
        Ok(id) => Ok(saved(permit.scope().lmc(), id)),
        Err(AppError::Invalid(errors)) => form(&app, &caller, permit.scope(), &typed, (None, &errors)).await,
        Err(error) => Err(error),
    }
}

fn saved(lmc: &OrgCode, id: TemplateId) -> Response {
    let page = base(lmc).seg(id).query("saved", 1);
    Redirect::to(page.as_str()).into_response()
}

pub(super) async fn correct(
    permit: Permit<PublishTemplates>,
    caller: Caller,
    State(app): State<AppState>,
    InPath(path): InPath<OnePath>,
) -> Result<Response, AppError> {
    let versions = versions(&app, permit.scope(), path.template).await?;
    let newest = versions.last().filter(|newest| !newest.withdrawn);
    let typed = TemplateForm::of(newest.ok_or(AppError::NotFound)?);
    let of = Some(path.template);
    form(&app, &caller, permit.scope(), &typed, (of, &[])).await
}

pub(super) async fn change(
    permit: Permit<PublishTemplates>,
    caller: Caller,
    State(app): State<AppState>,
    InPath(path): InPath<OnePath>,
    Form(typed): Form<TemplateForm>,
) -> Result<Response, AppError> {
    let of = Some(path.template);
    versions(&app, permit.scope(), path.template).await?;
    match write::publish(&app, &permit, of, &typed).await {
        Ok(id) => Ok(saved(permit.scope().lmc(), id)),
        Err(AppError::Invalid(errors)) => form(&app, &caller, permit.scope(), &typed, (of, &errors)).await,
        Err(error) => Err(error),
    }
}

#[derive(Debug, Deserialize)]
pub(super) struct WithdrawForm {
    id: String,
    after: i32,
}

pub(super) async fn withdraw(
    permit: Permit<PublishTemplates>,
    State(app): State<AppState>,
    InPath(path): InPath<OnePath>,
    Form(typed): Form<WithdrawForm>,
) -> Result<Response, AppError> {
    let versions = versions(&app, permit.scope(), path.template).await?;
    let before = versions.iter().find(|one| one.version == typed.after);
    let newest = before.ok_or(OVERTAKEN)?.clone();
    let id = forms::id(&typed.id, "id")?;
    let id = RowId(id);
    WithdrawTemplate { id, newest }.perform(&app, &By::from(&permit)).await?;
    Ok(saved(permit.scope().lmc(), path.template))
}
