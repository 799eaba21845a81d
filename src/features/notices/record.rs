//! Recording a notice: from what was typed or sent to rows. Form and API share it.

use entity::ids::{LocalDate, NoticeId, StatusId, SubjectId};
use serde::Serialize;
use uuid::Uuid;

use super::templates;
use crate::{
    audit::Event as Audited,
    domain::{
        access::{Authority, Permit, PracticeScope, RecordStatus},
        action::{self, EnteredBy, Proposal, Row},
        catalogue::{Item, Status},
        contact::derived_id,
        notice::{Contract, Notice, Period, Unit, template::Origin},
        working_day::{Counted, WorkingDays},
    },
    error::{AppError, FieldError},
    live::What,
    state::AppState,
    store::{actions, days::Written, notices},
    web::forms,
    writer::{Tx, owned_scope},
};

/// The most characters of a service's or a commissioner's name, and of a note.
pub(super) const NAME_MOST: usize = 80;
/// The most patients that an estimate may say.
const PATIENTS_MOST: u32 = 100_000;

/// A notice was recorded.
#[derive(Debug, Serialize)]
struct NoticeRecorded {
    notice: NoticeId,
    status: StatusId,
    subject: SubjectId,
    served_on: LocalDate,
    ends_on: LocalDate,
}

impl Audited for NoticeRecorded {
    const NAME: &'static str = "notice.recorded";
}

/// A notice as it was typed or sent: texts, not yet read.
#[derive(Debug, Clone, Default)]
pub(super) struct Draft {
    pub(super) id: String,
    pub(super) service: String,
    pub(super) served_on: String,
    pub(super) period_n: String,
    pub(super) period_unit: String,
    pub(super) commissioner: String,
    pub(super) contract: String,
    pub(super) funded: String,
    pub(super) patients: String,
    pub(super) reply_due_on: String,
    pub(super) decided_on: String,
    pub(super) staff_told_on: String,
}

/// A notice ready to be recorded.
#[derive(Debug, Clone)]
pub(super) struct New {
    service: String,
    notice: Notice,
    origin: Option<Origin>,
    decided_on: Option<LocalDate>,
    staff_told_on: Option<LocalDate>,
}

/// The last day of a period, where both can be read.
pub(super) fn last_day(served_on: &str, n: &str, unit: &str) -> Option<Counted> {
    let served_on = forms::optional_day(served_on, "served_on").ok()??;
    let period = period(n, unit).ok()?;
    Some(period.last_day(served_on, WorkingDays::england().ok()?))
}

fn period(n: &str, unit: &str) -> Result<Period, Vec<FieldError>> {
    let number = forms::number(n, "period_n", 0, 731);
    let unit = unit
        .parse::<Unit>()
        .map_err(|_| FieldError::new("period_unit", "Choose what the period is counted in"));
    match (number, unit) {
        (Ok(n), Ok(unit)) => Period::new(u16::try_from(n).unwrap_or(u16::MAX), unit)
            .map_err(|why| vec![FieldError::new("period_n", why)]),
        (number, unit) => Err(number.err().into_iter().chain(unit.err()).collect()),
    }
}

impl Draft {
    /// Reads every field, so that all that is wrong is said at once.
    pub(super) fn read(&self, item: &Item, today: LocalDate) -> Result<New, Vec<FieldError>> {
        let mut errors = Vec::new();
        let id = keep(forms::id(&self.id, "id"), &mut errors);
        let name = |text: &str, field, message: &'static str| {
            forms::short_text(text, field, NAME_MOST)?
                .ok_or_else(|| FieldError::new(field, message))
        };
        let service = name(&self.service, "service", "Name the service");
        let service = keep(service, &mut errors);
        let served_on = keep(self.served_on(today), &mut errors);
        let period = match period(&self.period_n, &self.period_unit) {
            Ok(period) => Some(period),
            Err(found) => {
                errors.extend(found);
                None
            }
        };
        let commissioner = name(&self.commissioner, "commissioner", "Name who was told");
        let commissioner = keep(commissioner, &mut errors);
        let contract = self.contract.parse::<Contract>();
        let contract = contract.map_err(|_| FieldError::new("contract", "Choose one of the three"));
        let contract = keep(contract, &mut errors);
        let patients = keep(self.patients(), &mut errors).flatten();
        let mut day =
            |text: &str, field| keep(forms::optional_day(text, field), &mut errors).flatten();
        let decided_on = day(&self.decided_on, "decided_on");
        let staff_told_on = day(&self.staff_told_on, "staff_told_on");
        let reply_due_on = keep(self.reply_due_on(served_on), &mut errors).flatten();
        let read = (id, service, served_on, period, commissioner, contract);
        let (Some(id), Some(service), Some(served_on), Some(period), Some(to), Some(contract)) =
            read
        else {
            return Err(errors);
        };
        if !errors.is_empty() {
            return Err(errors);
        }
        let england = WorkingDays::england()
            .map_err(|why| vec![FieldError::new("period_unit", why.to_owned())])?;
        let notice = Notice {
            id: NoticeId(id),
            item: item.code.clone(),
            // Looked up by its name, in the transaction.
            subject: SubjectId(Uuid::nil()),
            served_on,
            period,
            ends_on: period.last_day(served_on, england).day,
            commissioner: to,
            contract,
            funded: self.funded(),
            patients,
            reply_due_on,
            recorded_at: chrono::DateTime::UNIX_EPOCH,
            events: Vec::new(),
        };
        Ok(New {
            service,
            notice,
            origin: None,
            decided_on,
            staff_told_on,
        })
    }

    fn reply_due_on(&self, served_on: Option<LocalDate>) -> Result<Option<LocalDate>, FieldError> {
        let due = forms::optional_day(&self.reply_due_on, "reply_due_on")?;
        if due.is_some_and(|due| served_on.is_some_and(|served| due < served)) {
            let words = "The reply cannot be due before notice was served";
            return Err(FieldError::new("reply_due_on", words));
        }
        Ok(due)
    }

    fn served_on(&self, today: LocalDate) -> Result<LocalDate, FieldError> {
        let says = |message: &'static str| FieldError::new("served_on", message);
        let day = forms::optional_day(&self.served_on, "served_on")?;
        let day = day.ok_or_else(|| says("Enter the day on which it was served"))?;
        if day > today {
            return Err(says("A notice is recorded once it has been served"));
        }
        Ok(day)
    }

    fn funded(&self) -> Option<bool> {
        match self.funded.as_str() {
            "yes" => Some(true),
            "no" => Some(false),
            _ => None,
        }
    }

    fn patients(&self) -> Result<Option<u32>, FieldError> {
        if self.patients.trim().is_empty() {
            return Ok(None);
        }
        forms::number(&self.patients, "patients", 0, PATIENTS_MOST).map(Some)
    }
}

pub(super) fn keep<T>(read: Result<T, FieldError>, errors: &mut Vec<FieldError>) -> Option<T> {
    read.map_err(|error| errors.push(error)).ok()
}

/// Records a notice that came from a template, or from none.
///
/// # Errors
/// As [`record`], and the field `template`.
pub(super) async fn from_template(
    app: &AppState,
    permit: &Permit<RecordStatus>,
    item: &Item,
    (mut new, from): (New, (&str, &str)),
) -> Result<(NoticeId, Written), AppError> {
    new.origin = templates::origin(app, permit.scope(), from).await?;
    record(app, permit, item, new).await
}

/// Records a notice, and with it the row of the register that says so.
///
/// # Errors
/// The fields at fault; [`AppError::IdReused`].
async fn record(
    app: &AppState,
    permit: &Permit<RecordStatus>,
    item: &Item,
    new: New,
) -> Result<(NoticeId, Written), AppError> {
    let (id, today) = (new.notice.id, app.clock.today());
    // In the words of the edition that holds on the last day.
    let catalogue = app.catalogue().await?;
    let item = catalogue
        .item_on(&item.code, new.notice.ends_on)
        .unwrap_or(item);
    let ended = new.notice.ends_on <= today;
    let status = register_row(
        item,
        StatusId(derived_id(id.0, "notice")),
        if ended {
            Status::PausedSince
        } else {
            Status::PausingFrom
        },
        new.notice.ends_on,
    );
    let status = Row {
        notice_served_on: Some(new.notice.served_on),
        decided_on: new.decided_on,
        staff_told_on: new.staff_told_on,
        ..status
    };
    let on_menu = item.exists_on(new.notice.ends_on).then_some(item);
    let proposal = Proposal {
        status: status.status,
        effective_on: status.effective_on,
        notice_served_on: status.notice_served_on,
        has_subject: true,
        exclusively_secondary: false,
    };
    action::check(on_menu, proposal, today).map_err(|refused| {
        let field = match refused.explain().0 {
            "effective_on" => "period_n",
            "notice_served_on" => "served_on",
            _ => "service",
        };
        AppError::field(field, refused.explain().1)
    })?;
    let status = new_status(permit, item, status);
    let scope = owned_scope(permit);
    let written = app.writer.write(permit, move |tx| {
        Box::pin(async move { append(tx, &scope, new, status).await })
    });
    Ok((id, written.await?))
}

/// A row of the register that a notice brings about.
pub(super) fn register_row(item: &Item, id: StatusId, status: Status, from: LocalDate) -> Row {
    Row {
        id,
        item: item.code.clone(),
        subject: None,
        status,
        effective_on: from,
        about: false,
        notice_served_on: None,
        decided_on: None,
        staff_told_on: None,
        entered_by: EnteredBy::Practice,
        // The store writes the transaction's time.
        recorded_at: chrono::DateTime::UNIX_EPOCH,
        answer: None,
    }
}

/// With the guard-rail of its day, which was shown and is kept.
pub(super) fn new_status(
    permit: &Permit<RecordStatus>,
    item: &Item,
    row: Row,
) -> actions::NewStatus {
    let position = item.position_on(row.effective_on);
    actions::NewStatus {
        edition: item.edition.clone(),
        position: position.kind.to_string(),
        guard_rail: position.guard_rail.clone(),
        recorded_by: permit.id(),
        row,
    }
}

async fn append(
    tx: &Tx,
    scope: &PracticeScope,
    new: New,
    mut status: actions::NewStatus,
) -> Result<Written, AppError> {
    let at = tx.read(scope);
    let subject = actions::subject(at, &new.notice.item, &new.service, tx.now()).await?;
    let notice = Notice {
        subject,
        ..new.notice
    };
    status.row.subject = Some(subject);
    // A repeat may come when the last day has passed, and would say another status.
    if notices::one(at, notice.id).await?.is_none() {
        actions::add_status(at, &status, tx.now()).await?.stands()?;
    }
    let (id, by) = (status.row.id, status.recorded_by);
    let written = notices::add(at, &notice, id, by, tx.now()).await?;
    // Refused in here, so that a service named for the first time goes with it.
    written.stands()?;
    templates::keep(tx, scope, (notice.id, written), new.origin.as_ref()).await?;
    if written == Written::Fresh {
        let event = NoticeRecorded {
            notice: notice.id,
            status: id,
            subject,
            served_on: notice.served_on,
            ends_on: notice.ends_on,
        };
        tx.audit(&scope.practice().into(), &event).await?;
        tx.changed(scope.practice(), What::Register);
    }
    Ok(written)
}
