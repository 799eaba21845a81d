//! From what an officer typed to a version of a template.

use entity::ids::{LocalDate, RowId, TemplateId};
use uuid::Uuid;

use super::view::TemplateForm;
use crate::{
    domain::{
        access::{By, Permit, PublishTemplates},
        action,
        catalogue::{Catalogue, Item},
        notice::{
            NoticePeriod, Unit,
            template::{Common, CommonKind, LONGEST_EXPLANATION, LONGEST_TITLE, Text, Version},
        },
    },
    error::{AppError, FieldError},
    operations::publish_template::PublishTemplate,
    state::AppState,
    web::forms,
};

/// The items about which a template can be published today.
pub(super) fn items(catalogue: &Catalogue, today: LocalDate) -> Vec<&Item> {
    let all = catalogue.items_on(today);
    all.filter(|item| item.takes_notice() && action::may_leave(item, today)).collect()
}

impl TemplateForm {
    pub(super) fn fresh() -> Self {
        Self {
            id: Uuid::now_v7().to_string(),
            period_unit: Unit::Months.as_str().to_owned(),
            common: CommonKind::None.as_str().to_owned(),
            ..Self::default()
        }
    }

    /// What a version says, to be corrected.
    pub(super) fn of(version: &Version) -> Self {
        let text = version.text.clone();
        let kind = text.common.map_or(CommonKind::None, Common::kind);
        Self {
            after: version.version,
            item: text.item.to_string(),
            title: text.title,
            service: text.service,
            explanation: text.explanation,
            period_n: text.period.map(|period| period.n.to_string()).unwrap_or_default(),
            period_unit: text.period.map_or(Unit::Months, |period| period.unit).as_str().to_owned(),
            common: kind.as_str().to_owned(),
            common_on: text.common.map(|common| common.day().to_string()).unwrap_or_default(),
            ..Self::fresh()
        }
    }

    /// Reads every field, so that all that is wrong is said at once.
    fn read(&self, items: &[&Item]) -> Result<(RowId, Text), Vec<FieldError>> {
        let mut errors = Vec::new();
        let id = keep(forms::id(&self.id, "title"), &mut errors);
        let item = keep(self.item(items), &mut errors);
        let line = |text: &str, field, missing: &'static str| {
            forms::short_text(text, field, LONGEST_TITLE)?.ok_or_else(|| FieldError::new(field, missing))
        };
        let title = line(&self.title, "title", "Give it a title");
        let title = keep(title, &mut errors);
        let service = keep(line(&self.service, "service", "Name the service"), &mut errors);
        let explanation = forms::paragraphs(&self.explanation, "explanation", LONGEST_EXPLANATION)
            .and_then(|text| text.ok_or_else(|| FieldError::new("explanation", "Write what practices should know")));
        let explanation = keep(explanation, &mut errors);
        let period = keep(self.period(), &mut errors);
        let common = keep(self.common(), &mut errors);
        match (id, item, title, service, explanation, period, common) {
            (Some(id), Some(item), Some(title), Some(service), Some(explanation), Some(period), Some(common)) => {
                let text = Text { item: item.code.clone(), title, service, explanation, period, common };
                Ok((RowId(id), text))
            }
            _ => Err(errors),
        }
    }

    fn item<'a>(&self, items: &[&'a Item]) -> Result<&'a Item, FieldError> {
        let named = items.iter().find(|item| item.code.as_str() == self.item);
        let first = items.first().filter(|_| self.item.is_empty());
        named.or(first).copied().ok_or_else(|| {
            FieldError::new(
                "item",
                "No template can be published about this: choose another, or none if it conflicts with the contract",
            )
        })
    }

    fn period(&self) -> Result<Option<NoticePeriod>, FieldError> {
        if self.period_n.trim().is_empty() {
            return Ok(None);
        }
        let n = forms::number(&self.period_n, "period_n", 0, 731)?;
        let unit: Unit = self
            .period_unit
            .parse()
            .map_err(|_| FieldError::new("period_unit", "Choose what the period is counted in"))?;
        NoticePeriod::new(u16::try_from(n).unwrap_or(u16::MAX), unit)
            .map(Some)
            .map_err(|why| FieldError::new("period_n", why))
    }

    fn common(&self) -> Result<Option<Common>, FieldError> {
        let kind: CommonKind = self.common.parse().map_err(|_| FieldError::new("common", "Choose one of the three"))?;
        if kind == CommonKind::None {
            return Ok(None);
        }
        let day = forms::optional_day(&self.common_on, "common_on")?
            .ok_or_else(|| FieldError::new("common_on", "Enter the common date"))?;
        Ok(match kind {
            CommonKind::None => None,
            CommonKind::LastDay => Some(Common::LastDay(day)),
            CommonKind::ServeOn => Some(Common::ServeOn(day)),
        })
    }
}

fn keep<T>(read: Result<T, FieldError>, errors: &mut Vec<FieldError>) -> Option<T> {
    read.map_err(|error| errors.push(error)).ok()
}

/// Publishes a new template, or the next version of one.
///
/// # Errors
/// The fields at fault; a conflict where the template was changed meanwhile.
pub(super) async fn publish(
    app: &AppState,
    permit: &Permit<PublishTemplates>,
    of: Option<TemplateId>,
    typed: &TemplateForm,
) -> Result<TemplateId, AppError> {
    let (catalogue, today) = (app.menu_of_lmc(Some(permit.scope().lmc())).await?, app.clock.today());
    let (id, text) = typed.read(&items(&catalogue, today)).map_err(AppError::Invalid)?;
    let act = PublishTemplate { id, follows: of.map(|of| (of, typed.after)), text };
    act.perform(app, &By::from(permit)).await
}
