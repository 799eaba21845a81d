//! Templates from the practice's LMC: read, used, adapted or ignored. Nothing is kept of who read one.

use axum::extract::State;
use entity::ids::{LocalDate, NoticeId, OdsCode, OrgCode, TemplateId};
use maud::Markup;
use serde::Deserialize;

use super::{NoticeForm, page, template_pages};
use crate::{
    domain::{
        access::{Permit, PracticeScope, SeeRegister},
        catalogue::Catalogue,
        notice::{
            Notice,
            template::{self, Origin, Version},
        },
        working_day::WorkingDays,
    },
    error::{AppError, FieldError},
    state::AppState,
    store::{days::Written, templates},
    web::{caller::Caller, forms::InPath},
    writer::Tx,
};

/// What the LMC that represents a practice today offers it, withdrawn and earlier versions included.
#[derive(Debug)]
pub(super) struct Offer {
    lmc: Option<(OrgCode, String)>,
    versions: Vec<Version>,
}

impl Offer {
    pub(super) async fn read(app: &AppState, scope: &PracticeScope) -> Result<Self, AppError> {
        let organisations = app.organisations().await?;
        let Some(lmc) = app.lmc_of(scope.practice()).await? else {
            return Ok(Self {
                lmc: None,
                versions: Vec::new(),
            });
        };
        let name = organisations
            .organisation(&lmc)
            .map_or_else(|| lmc.to_string(), |known| known.name.to_string());
        Ok(Self {
            versions: templates::of_lmc_of(app.db.read(scope), &lmc).await?,
            lmc: Some((lmc, name)),
        })
    }

    pub(super) fn lmc_name(&self) -> &str {
        self.lmc.as_ref().map_or("", |(_, name)| name)
    }

    /// What the practice sees today.
    pub(super) fn offered(&self, catalogue: &Catalogue, today: LocalDate) -> Vec<&Version> {
        template::offered(&self.versions, catalogue, today)
    }

    fn version(&self, id: &str, version: &str) -> Option<&Version> {
        let (id, version) = (id.parse::<TemplateId>().ok()?, version.parse::<i32>().ok()?);
        let mut all = self.versions.iter();
        all.find(|one| one.template == id && one.version == version && !one.withdrawn)
    }

    /// The version that a form was begun from. A version that was withdrawn or corrected since is still where the notice
    /// came from; one about something that conflicts with the contract today is not.
    pub(super) fn used(
        &self,
        (id, version): (&str, &str),
        catalogue: &Catalogue,
        today: LocalDate,
    ) -> Option<&Version> {
        self.version(id, version)
            .filter(|version| template::may_be_offered(version, catalogue, today))
    }

    /// The origin of a notice that is to be recorded.
    fn origin(
        &self,
        from: (&str, &str),
        catalogue: &Catalogue,
        today: LocalDate,
    ) -> Result<Option<Origin>, FieldError> {
        let found = self.used(from, catalogue, today);
        let origin = self
            .lmc
            .as_ref()
            .zip(found)
            .map(|((lmc, _), version)| Origin {
                lmc: lmc.clone(),
                template: version.template,
                version: version.version,
            });
        origin.map(Some).ok_or_else(|| {
            let says =
                "Your LMC offers no such template: save again to record the notice without it";
            FieldError::new("template", says)
        })
    }
}

/// The origin that a form or a body names.
///
/// # Errors
/// The field `template`, where the practice's LMC has no such version.
pub(super) async fn origin(
    app: &AppState,
    scope: &PracticeScope,
    from: (&str, &str),
) -> Result<Option<Origin>, AppError> {
    if from.0.trim().is_empty() {
        return Ok(None);
    }
    let (catalogue, today) = (app.catalogue().await?, app.clock.today());
    Offer::read(app, scope)
        .await?
        .origin(from, &catalogue, today)
        .map_err(|error| AppError::Invalid(vec![error]))
}

/// Keeps where a notice came from; a repeat must have come from the same.
pub(super) async fn keep(
    tx: &Tx,
    scope: &PracticeScope,
    (notice, written): (NoticeId, Written),
    origin: Option<&Origin>,
) -> Result<(), AppError> {
    let at = tx.read(scope);
    if written == Written::Fresh {
        if let Some(origin) = origin {
            templates::add_origin(at, notice, origin, tx.now()).await?;
        }
        return Ok(());
    }
    let stored = templates::origins(at).await?;
    if stored.get(&notice) == origin {
        Ok(())
    } else {
        Err(AppError::IdReused)
    }
}

/// Fills in the form from the newest version of a template.
pub(super) async fn fill(
    app: &AppState,
    scope: &PracticeScope,
    id: &str,
    typed: &mut NoticeForm,
) -> Result<(), AppError> {
    let (catalogue, today) = (app.catalogue().await?, app.clock.today());
    let offer = Offer::read(app, scope).await?;
    let offered = offer.offered(&catalogue, today);
    let version = offered
        .into_iter()
        .find(|version| version.template.to_string() == id)
        .ok_or(AppError::NotFound)?;
    let england = WorkingDays::england().map_err(|why| AppError::Fault(why.to_owned()))?;
    let beginning = version.text.begin(today, england);
    typed.item = version.text.item.to_string();
    typed.service.clone_from(&version.text.service);
    typed.served_on = beginning.served_on.to_string();
    if let Some(period) = beginning.period {
        typed.period_n = period.n.to_string();
        period.unit.as_str().clone_into(&mut typed.period_unit);
    }
    typed.template = version.template.to_string();
    typed.template_version = version.version.to_string();
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
) -> Result<Markup, AppError> {
    let (catalogue, today) = (app.catalogue().await?, app.clock.today());
    let offer = Offer::read(&app, permit.scope()).await?;
    let offered = offer.offered(&catalogue, today);
    let version = offered
        .into_iter()
        .find(|version| version.template == path.template)
        .ok_or(AppError::NotFound)?;
    let practice = permit.scope().practice();
    let content = template_pages::one(practice, offer.lmc_name(), version);
    page(&app, &caller, practice, &version.text.title, content).await
}

/// The template that a notice came from, as far as it can still be read.
pub(super) async fn from(
    app: &AppState,
    scope: &PracticeScope,
    notice: &Notice,
) -> Result<Option<String>, AppError> {
    let at = app.db.read(scope);
    let Some(origin) = templates::origins(at).await?.remove(&notice.id) else {
        return Ok(None);
    };
    let versions = templates::of_lmc_of(at, &origin.lmc).await?;
    let version = versions
        .iter()
        .find(|one| (one.template, one.version) == (origin.template, origin.version));
    let organisations = app.organisations().await?;
    let lmc = organisations
        .organisation(&origin.lmc)
        .map_or_else(|| origin.lmc.to_string(), |known| known.name.to_string());
    Ok(version.map(|version| {
        let title = &version.text.title;
        format!("{lmc}: {title}, version {}", origin.version)
    }))
}

/// The list of templates beside the practice's notices.
pub(super) async fn panel(app: &AppState, scope: &PracticeScope) -> Result<Markup, AppError> {
    let (catalogue, today) = (app.catalogue().await?, app.clock.today());
    let offer = Offer::read(app, scope).await?;
    let practice: &OdsCode = scope.practice();
    Ok(template_pages::panel(
        practice,
        offer.lmc_name(),
        &offer.offered(&catalogue, today),
    ))
}
