//! Templates from the practice's LMC: read, used, adapted or ignored. Nothing is kept of who read one.

use axum::{extract::State, response::Response};
use entity::ids::{OdsCode, TemplateId};
use maud::Markup;
use serde::Deserialize;

use super::template_view;
use crate::{
    domain::{
        access::{Permit, PracticeScope, SeeRegister},
        notice::Notice,
        working_day::WorkingDays,
    },
    error::AppError,
    operations::serve_notice::Offer,
    state::AppState,
    store::templates,
    ui::filled::Filled,
    web::{caller::Caller, forms::InPath, shell},
};

/// Fills in the form from the newest version of a template.
pub(super) async fn fill(app: &AppState, scope: &PracticeScope, id: &str, filled: &mut Filled) -> Result<(), AppError> {
    let (catalogue, today) = (app.menu_of(scope.practice()).await?, app.clock.today());
    let offer = Offer::read(app, scope).await?;
    let offered = offer.offered(&catalogue, today);
    let version = offered.into_iter().find(|version| version.template.to_string() == id).ok_or(AppError::NotFound)?;
    let england = WorkingDays::england().map_err(|why| AppError::Fault(why.to_owned()))?;
    let beginning = version.text.begin(today, england);
    let sent = &mut filled.sent;
    sent.put("item", version.text.item.to_string());
    sent.put("service", version.text.service.as_str());
    sent.put("served_on", beginning.served_on.to_string());
    if let Some(period) = beginning.period {
        sent.put("period", period.n.to_string());
        sent.put("period_unit", period.unit.as_str());
    }
    sent.put("template", version.template.to_string());
    sent.put("template_version", version.version.to_string());
    Ok(())
}

#[derive(Debug, Deserialize)]
pub(super) struct TemplatePath {
    template: TemplateId,
}

/// One template as the practice reads it.
pub(super) async fn one(
    permit: Permit<SeeRegister>,
    caller: Caller,
    State(app): State<AppState>,
    InPath(path): InPath<TemplatePath>,
) -> Result<Response, AppError> {
    let (catalogue, today) = (app.menu_of(permit.scope().practice()).await?, app.clock.today());
    let offer = Offer::read(&app, permit.scope()).await?;
    let offered = offer.offered(&catalogue, today);
    let version = offered.into_iter().find(|version| version.template == path.template).ok_or(AppError::NotFound)?;
    let sheet = template_view::one(permit.scope().practice(), offer.lmc_name(), version);
    shell::show(&app, &caller, permit.scope(), sheet).await
}

/// The template that a notice came from, as far as it can still be read.
pub(super) async fn from(app: &AppState, scope: &PracticeScope, notice: &Notice) -> Result<Option<String>, AppError> {
    let at = app.db.read(scope);
    let Some(origin) = templates::origins(at).await?.remove(&notice.id) else {
        return Ok(None);
    };
    let versions = templates::of_lmc_of(at, &origin.lmc).await?;
    let version = versions.iter().find(|one| (one.template, one.version) == (origin.template, origin.version));
    let lmc = app.organisations().await?.name_of(&origin.lmc);
    Ok(version.map(|version| {
        let title = &version.text.title;
        format!("{lmc}: {title}, version {}", origin.version)
    }))
}

/// The list of templates beside the practice's notices.
pub(super) async fn panel(app: &AppState, scope: &PracticeScope) -> Result<Markup, AppError> {
    let (catalogue, today) = (app.menu_of(scope.practice()).await?, app.clock.today());
    let offer = Offer::read(app, scope).await?;
    let practice: &OdsCode = scope.practice();
    Ok(template_view::panel(practice, offer.lmc_name(), &offer.offered(&catalogue, today)))
}
