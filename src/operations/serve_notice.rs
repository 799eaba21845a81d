//! A practice records a notice that was served on a service; the register says so too.

use std::sync::Arc;

use entity::ids::{ItemCode, LocalDate, NoticeId, OrgCode, StatusId, SubjectId, TemplateId};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{Asks, Operation, ScopeOf, Sent, Written, record_status, register_row::new_status, tell_webhooks};
use crate::{
    audit::Event,
    domain::{
        access::{self, Authority, By, PracticeScope},
        action::{self, Proposal, StatusChange},
        catalogue::{Catalogue, Item, Status},
        contact::derived_id,
        name::{Commissioner, SubjectName},
        notice::{
            Contract, NewNotice, NoticePeriod, Unit,
            template::{self, Origin, Version},
        },
        working_day::WorkingDays,
    },
    error::{AppError, FieldError},
    live::What,
    state::AppState,
    store::{actions, notices, templates},
    writer::Tx,
};

/// The most patients that an estimate may say.
pub const PATIENTS_MOST: u32 = 100_000;

/// Record a notice that was served; the register says so too
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ServeNotice {
    /// Made by the client, a UUID of version 7: sending the same notice twice records it once. One is made where it is left
    /// out.
    pub id: NoticeId,
    /// Code of an item that is recorded per service; the first such item of the menu where it is left out.
    pub item: Option<ItemCode>,
    /// Name of the service.
    pub service: SubjectName,
    /// Day of service, today or earlier.
    pub served_on: LocalDate,
    /// How long it runs; 0 where no notice is needed.
    pub period: u16,
    /// What the period is counted in.
    pub period_unit: Unit,
    /// To whom it was served.
    pub commissioner: Commissioner,
    /// Agreement for the service.
    pub contract: Contract,
    /// Whether the service is paid for; left out where that is not known.
    pub funded: Option<bool>,
    /// Patients affected, an estimate.
    pub patients: Option<u32>,
    /// When a reply is due.
    pub reply_due_on: Option<LocalDate>,
    /// When the partners decided.
    pub decided_on: Option<LocalDate>,
    /// When staff were told in writing.
    pub staff_told_on: Option<LocalDate>,
    /// The template of the practice's LMC that it came from.
    pub template: Option<TemplateId>,
    /// The version of that template; the first where it is left out.
    pub template_version: Option<i32>,
}

/// What a notice is checked against.
#[derive(Debug)]
pub struct Facts {
    catalogue: Arc<Catalogue>,
    today: LocalDate,
    offer: Offer,
}

/// A checked notice, and the row of the register that goes with it.
#[derive(Debug)]
pub struct Ready {
    notice: NewNotice,
    service: SubjectName,
    status: actions::NewStatus,
    origin: Option<Origin>,
}

/// A notice was recorded.
#[derive(Debug, Serialize)]
struct NoticeRecorded {
    notice: NoticeId,
    status: StatusId,
    subject: SubjectId,
    served_on: LocalDate,
    ends_on: LocalDate,
}

impl Event for NoticeRecorded {
    const NAME: &'static str = "notice.recorded";
}

/// The items on which notice can be served on a day.
pub fn items(catalogue: &Catalogue, day: LocalDate) -> Vec<&Item> {
    let all = catalogue.items_on(day);
    all.filter(|item| item.takes_notice()).collect()
}

/// The item of a code on which notice can be served on a day, or could be before it ended.
pub fn named<'a>(catalogue: &'a Catalogue, code: &str, day: LocalDate) -> Option<&'a Item> {
    let code: ItemCode = code.parse().ok()?;
    catalogue.item_on(&code, day).filter(|item| item.is_here() && item.takes_notice() && item.valid_from <= day)
}

/// The templates of the LMC that represents a practice today, withdrawn and earlier versions included.
#[derive(Debug)]
pub struct Offer {
    lmc: Option<(OrgCode, String)>,
    versions: Vec<Version>,
}

impl Offer {
    /// Reads them.
    ///
    /// # Errors
    /// Where the database cannot be read.
    pub async fn read(app: &AppState, scope: &PracticeScope) -> Result<Self, AppError> {
        let organisations = app.organisations().await?;
        let Some(lmc) = app.lmc_of(scope.practice()).await? else {
            return Ok(Self { lmc: None, versions: Vec::new() });
        };
        let name = organisations.name_of(&lmc);
        Ok(Self { versions: templates::of_lmc_of(app.db.read(scope), &lmc).await?, lmc: Some((lmc, name)) })
    }

    /// Of the LMC; empty where none represents the practice.
    pub fn lmc_name(&self) -> &str {
        self.lmc.as_ref().map_or("", |(_, name)| name)
    }

    /// What the practice sees on a day.
    pub fn offered(&self, catalogue: &Catalogue, today: LocalDate) -> Vec<&Version> {
        template::offered(&self.versions, catalogue, today)
    }

    /// The version that a notice was begun from. One that was withdrawn or corrected since is still where the notice came
    /// from; one about something that conflicts with the contract today is not.
    pub fn used(&self, (id, number): (TemplateId, i32), catalogue: &Catalogue, today: LocalDate) -> Option<&Version> {
        let mut all = self.versions.iter();
        all.find(|one| one.template == id && one.version == number && !one.withdrawn)
            .filter(|version| template::may_be_offered(version, catalogue, today))
    }
}

impl Operation for ServeNotice {
    type Permission = access::RecordStatus;
    type Facts = Facts;
    type Ready = Ready;
    type Done = NoticeId;

    const TAG: &'static str = "notices";
    const EXAMPLE: &'static str = r#"{
        "id": "0199f3a2-7c11-7d20-8c1f-2f6f0a6a9d21", "item": "voluntary-services", "service": "Ring pessaries",
        "served_on": "2026-11-20", "period": 3, "period_unit": "months", "commissioner": "NHS Example ICB",
        "contract": "unsigned", "funded": false, "patients": 35, "reply_due_on": "2026-12-18", "decided_on": "2026-11-12",
        "staff_told_on": "2026-11-13"
    }"#;

    async fn facts(app: &AppState, scope: &ScopeOf<Self>) -> Result<Facts, AppError> {
        Ok(Facts {
            catalogue: app.menu_of(scope.practice()).await?,
            today: app.clock.today(),
            offer: Offer::read(app, scope).await?,
        })
    }

    fn asks(_: &Sent, _: &Facts) -> Asks {
        vec![
            ("id", "Open the page again and send the form once more"),
            ("service", "Name the service"),
            ("served_on", "Enter the day on which it was served"),
            ("period", "Enter how long it runs, 0 for none"),
            ("period_unit", "Choose what the period is counted in"),
            ("commissioner", "Name who was told"),
            ("contract", "Choose what agreement there is"),
        ]
    }

    fn check(&self, facts: &Facts, by: &By<PracticeScope>) -> Result<Ready, Vec<FieldError>> {
        let mut errors = self.dates(facts.today);
        let mut say = |field, sentence| errors.push(FieldError::new(field, sentence));
        let period = NoticePeriod::new(self.period, self.period_unit);
        if let Err(sentence) = &period {
            say("period", sentence.clone());
        }
        if self.patients.is_some_and(|n| n > PATIENTS_MOST) {
            say("patients", format!("Enter a whole number from 0 to {PATIENTS_MOST}"));
        }
        let origin = self.origin(facts);
        if self.template.is_some() && origin.is_none() {
            let says = "Your LMC offers no such template: save again to record the notice without it";
            say("template", says.to_owned());
        }
        let item = self.item(facts);
        if item.is_none() {
            say("item", "Choose an item that takes notice".to_owned());
        }
        let (Some(item), Ok(period), true) = (item, period, errors.is_empty()) else {
            return Err(errors);
        };
        let refuse = |field, sentence| vec![FieldError::new(field, sentence)];
        let england = WorkingDays::england().map_err(|why| refuse("period_unit", why.to_owned()))?;
        let notice = self.notice(item, period, england);
        let change = self.change(&notice, facts.today);
        // In the words of the edition that holds on the last day.
        let then = facts.catalogue.item_on(&item.code, notice.ends_on);
        let exists = then.filter(|item| item.exists_on(notice.ends_on));
        if let Some(ended) = ended_before(then, notice.ends_on) {
            return Err(vec![ended]);
        }
        let proposal = Proposal {
            status: change.status,
            effective_on: change.effective_on,
            notice_served_on: change.notice_served_on,
            has_subject: true,
            exclusively_secondary: false,
        };
        action::check(exists, proposal, facts.today).map_err(|refused| {
            let (field, sentence) = refused.explain();
            let field = match field {
                "effective_on" => "period",
                "notice_served_on" => "served_on",
                _ => "service",
            };
            refuse(field, sentence.to_string())
        })?;
        let status = new_status(&facts.catalogue, change, by.id());
        let status = status.ok_or_else(|| refuse("item", "Choose an item that takes notice".to_owned()))?;
        Ok(Ready { notice, service: self.service.clone(), status, origin })
    }

    async fn run(ready: Ready, tx: &Tx, by: &By<PracticeScope>) -> Result<(Written, NoticeId), AppError> {
        let Ready { notice, service, mut status, origin } = ready;
        let at = tx.read(by.scope());
        let subject = actions::subject(at, &notice.item, service.as_str(), tx.now()).await?;
        status.change.subject = Some(subject);
        // A repeat may come when the last day has passed, and would say another status.
        if let Some(said) = actions::status_of(at, status.change.id).await? {
            status.change.status = said;
        }
        Written::of(actions::add_status(at, &status, tx.now()).await?)?;
        let with = (subject, status.change.id);
        let written = notices::add(at, &notice, with, by.id(), tx.now()).await?;
        // Refused in here, so that a service named for the first time goes with it.
        let written = Written::of(written)?;
        if written == Written::New {
            tell_webhooks::tell_status(tx, by.scope(), &status).await?;
        }
        keep_origin(tx, by.scope(), (notice.id, written), origin.as_ref()).await?;
        if written == Written::New {
            let event = NoticeRecorded {
                notice: notice.id,
                status: status.change.id,
                subject,
                served_on: notice.served_on,
                ends_on: notice.ends_on,
            };
            tx.audit(&by.scope().practice().into(), &event).await?;
            tx.changed(by.scope().practice(), What::Register);
        }
        Ok((written, notice.id))
    }
}

impl ServeNotice {
    fn dates(&self, today: LocalDate) -> Vec<FieldError> {
        let mut errors = Vec::new();
        if self.served_on > today {
            let says = "A notice is recorded once it has been served";
            errors.push(FieldError::new("served_on", says));
        }
        if self.reply_due_on.is_some_and(|due| due < self.served_on) {
            let says = "The reply cannot be due before notice was served";
            errors.push(FieldError::new("reply_due_on", says));
        }
        let noted = record_status::noted_days(self.decided_on, self.staff_told_on);
        errors.extend(noted.impossible(today).map(|(day, says)| FieldError::new(day.code(), says)));
        errors
    }

    fn item<'f>(&self, facts: &'f Facts) -> Option<&'f Item> {
        let on = |day| items(&facts.catalogue, day).into_iter();
        match &self.item {
            // What has ended since may be recorded still, if it was there when notice was served.
            Some(code) => on(facts.today).chain(on(self.served_on)).find(|item| item.code == *code),
            None => on(facts.today).next(),
        }
    }

    fn origin(&self, facts: &Facts) -> Option<Origin> {
        let from = (self.template?, self.template_version.unwrap_or(1));
        let version = facts.offer.used(from, &facts.catalogue, facts.today)?;
        let (lmc, _) = facts.offer.lmc.as_ref()?;
        Some(Origin { lmc: lmc.clone(), template: version.template, version: version.version })
    }

    fn notice(&self, item: &Item, period: NoticePeriod, england: &WorkingDays) -> NewNotice {
        NewNotice {
            id: self.id,
            item: item.code.clone(),
            served_on: self.served_on,
            period,
            ends_on: period.last_day(self.served_on, england).day,
            commissioner: self.commissioner.to_string(),
            contract: self.contract,
            funded: self.funded,
            patients: self.patients,
            reply_due_on: self.reply_due_on,
        }
    }

    /// What the register says because of it.
    fn change(&self, notice: &NewNotice, today: LocalDate) -> StatusChange {
        let status = if notice.ends_on <= today { Status::PausedSince } else { Status::PausingFrom };
        let id = StatusId(derived_id(self.id.0, "notice"));
        StatusChange {
            notice_served_on: Some(self.served_on),
            noted: record_status::noted_days(self.decided_on, self.staff_told_on),
            ..StatusChange::of(id, &notice.item, status, notice.ends_on)
        }
    }
}

/// What to say where the service itself had ended by the last day of a notice.
fn ended_before(item: Option<&Item>, last_day: LocalDate) -> Option<FieldError> {
    let ended = item?.valid_until.filter(|ended| *ended < last_day)?;
    let says = format!("This service itself ended on {}: enter a period that ends by then", ended.written());
    Some(FieldError::new("period", says))
}

/// Keeps where a notice came from; a repeat must have come from the same.
async fn keep_origin(
    tx: &Tx,
    scope: &PracticeScope,
    (notice, written): (NoticeId, Written),
    origin: Option<&Origin>,
) -> Result<(), AppError> {
    let at = tx.read(scope);
    if written == Written::New {
        if let Some(origin) = origin {
            templates::add_origin(at, notice, origin, tx.now()).await?;
        }
        return Ok(());
    }
    let stored = templates::origins(at).await?;
    if stored.get(&notice) == origin { Ok(()) } else { Err(AppError::IdReused) }
}
