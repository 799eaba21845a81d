//! JSON shapes of notices and of the diary.

use entity::ids::LocalDate;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::{happened::HappenedDraft, record::Draft};
use crate::domain::{
    diary::{Entry, Of},
    notice::Notice,
};

/// A notice that was served.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NoticeIn {
    /// Made by the client, a UUID of version 7: sending the same notice twice records it once.
    #[schema(example = "0199f3a2-7c11-7d20-8c1f-2f6f0a6a9d21")]
    pub id: Option<Uuid>,
    /// Code of an item that is recorded per service; the first such item of the menu where it is left out.
    #[schema(example = "voluntary-services")]
    pub item: Option<String>,
    /// Name of the service.
    #[schema(example = "Ring pessaries")]
    pub service: String,
    /// Day of service, today or earlier.
    #[schema(example = "2026-11-20", format = Date)]
    pub served_on: String,
    /// How long it runs.
    #[schema(example = 3)]
    pub period: u16,
    /// days, working-days, weeks, months or months-to-month-end.
    #[schema(example = "months")]
    pub period_unit: String,
    /// To whom it was served.
    #[schema(example = "NHS Example ICB")]
    pub commissioner: String,
    /// signed, unsigned or none.
    #[schema(example = "unsigned")]
    pub contract: String,
    /// Whether the service is paid for; left out where that is not known.
    #[schema(example = false)]
    pub funded: Option<bool>,
    /// Patients affected, an estimate.
    #[schema(example = 35)]
    pub patients: Option<u32>,
    /// When a reply is due.
    #[schema(example = "2026-12-18", format = Date)]
    pub reply_due_on: Option<String>,
    /// When the partners decided.
    #[schema(example = "2026-11-12", format = Date)]
    pub decided_on: Option<String>,
    /// When staff were told in writing.
    #[schema(example = "2026-11-13", format = Date)]
    pub staff_told_on: Option<String>,
    /// The template of the practice's LMC that it came from.
    #[schema(example = "0199f3a2-7c11-7d20-8c1f-2f6f0a6a9d31")]
    pub template: Option<Uuid>,
    /// The version of that template; the first where it is left out.
    #[schema(example = 1)]
    pub template_version: Option<i32>,
}

impl NoticeIn {
    /// The template and its version as texts; empty for none.
    pub(super) fn origin(&self) -> (String, String) {
        let id = self.template.map(|id| id.to_string()).unwrap_or_default();
        (id, self.template_version.unwrap_or(1).to_string())
    }

    /// The item's code, and the rest as a draft.
    pub(super) fn parts(self) -> (String, Draft) {
        let funded = match self.funded {
            Some(true) => "yes",
            Some(false) => "no",
            None => "",
        };
        let draft = Draft {
            id: self.id.unwrap_or_else(Uuid::now_v7).to_string(),
            service: self.service,
            served_on: self.served_on,
            period_n: self.period.to_string(),
            period_unit: self.period_unit,
            commissioner: self.commissioner,
            contract: self.contract,
            funded: funded.to_owned(),
            patients: self.patients.map(|n| n.to_string()).unwrap_or_default(),
            reply_due_on: self.reply_due_on.unwrap_or_default(),
            decided_on: self.decided_on.unwrap_or_default(),
            staff_told_on: self.staff_told_on.unwrap_or_default(),
        };
        (self.item.unwrap_or_default(), draft)
    }
}

/// What happened after a notice was served.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct HappenedIn {
    /// Made by the client, a UUID of version 7: sending the same twice records it once.
    #[schema(example = "0199f3a2-7c11-7d20-8c1f-2f6f0a6a9d22")]
    pub id: Option<Uuid>,
    /// acknowledged, challenged, ceased, funded, withdrawn or entered-in-error.
    #[schema(example = "acknowledged")]
    pub event: String,
    /// When, today or earlier.
    #[schema(example = "2026-11-27", format = Date)]
    pub on: String,
    /// A short note, and nothing about a patient.
    #[serde(default)]
    #[schema(example = "By letter")]
    pub note: String,
}

impl HappenedIn {
    pub(super) fn draft(self) -> HappenedDraft {
        HappenedDraft {
            id: self.id.unwrap_or_else(Uuid::now_v7).to_string(),
            event: self.event,
            on: self.on,
            note: self.note,
        }
    }
}

/// A practice's notices.
#[derive(Debug, Serialize, ToSchema)]
pub struct NoticesOut {
    /// ODS code.
    #[schema(example = "Z90001")]
    pub practice: String,
    /// The newest served first.
    pub notices: Vec<NoticeOut>,
}

/// One notice.
#[derive(Debug, Serialize, ToSchema)]
pub struct NoticeOut {
    /// Which.
    #[schema(example = "0199f3a2-7c11-7d20-8c1f-2f6f0a6a9d21")]
    pub id: Uuid,
    /// Code of the item.
    #[schema(example = "voluntary-services")]
    pub item: String,
    /// The named service, as in the register.
    #[schema(example = "0199f3a2-7c11-7d20-8c1f-2f6f0a6a9d11")]
    pub subject: Uuid,
    /// Its name.
    #[schema(example = "Ring pessaries")]
    pub service: String,
    /// Day of service.
    #[schema(value_type = String, format = Date, example = "2026-11-20")]
    pub served_on: LocalDate,
    /// The period in words.
    #[schema(example = "3 months")]
    pub period: String,
    /// Last day of the service.
    #[schema(value_type = String, format = Date, example = "2027-02-20")]
    pub ends_on: LocalDate,
    /// To whom.
    #[schema(example = "NHS Example ICB")]
    pub commissioner: String,
    /// signed, unsigned or none.
    #[schema(example = "unsigned")]
    pub contract: &'static str,
    /// Whether the service is paid for; null where that is not known.
    #[schema(example = false)]
    pub funded: Option<bool>,
    /// Patients affected, an estimate.
    #[schema(example = 35)]
    pub patients: Option<u32>,
    /// When a reply is due.
    #[schema(value_type = Option<String>, format = Date, example = "2026-12-18")]
    pub reply_due_on: Option<LocalDate>,
    /// waiting, acknowledged, challenged, ceased, funded, withdrawn or entered-in-error.
    #[schema(example = "waiting")]
    pub state: &'static str,
    /// What happened since, in the order it was recorded.
    pub events: Vec<HappenedOut>,
}

/// What happened.
#[derive(Debug, Serialize, ToSchema)]
pub struct HappenedOut {
    /// Which.
    #[schema(example = "0199f3a2-7c11-7d20-8c1f-2f6f0a6a9d22")]
    pub id: Uuid,
    /// What.
    #[schema(example = "acknowledged")]
    pub event: &'static str,
    /// When.
    #[schema(value_type = String, format = Date, example = "2026-11-27")]
    pub on: LocalDate,
    /// A short note; empty for none.
    #[schema(example = "By letter")]
    pub note: String,
}

impl NoticeOut {
    pub(super) fn new(notice: &Notice, service: &str) -> Self {
        Self {
            id: notice.id.0,
            item: notice.item.to_string(),
            subject: notice.subject.0,
            service: service.to_owned(),
            served_on: notice.served_on,
            period: notice.period.words(),
            ends_on: notice.ends_on,
            commissioner: notice.commissioner.clone(),
            contract: notice.contract.as_str(),
            funded: notice.funded,
            patients: notice.patients,
            reply_due_on: notice.reply_due_on,
            state: notice.state().code(),
            events: notice
                .events
                .iter()
                .map(|happened| HappenedOut {
                    id: happened.id.0,
                    event: happened.event.as_str(),
                    on: happened.on,
                    note: happened.note.clone(),
                })
                .collect(),
        }
    }
}

/// What lies ahead of a practice.
#[derive(Debug, Serialize, ToSchema)]
pub struct DiaryOut {
    /// ODS code.
    #[schema(example = "Z90001")]
    pub practice: String,
    /// By date; a reply that is overdue lies in the past.
    pub entries: Vec<EntryOut>,
}

/// One day.
#[derive(Debug, Serialize, ToSchema)]
pub struct EntryOut {
    /// The day.
    #[schema(value_type = String, format = Date, example = "2027-02-20")]
    pub on: LocalDate,
    /// last-day, plan or reply-due.
    #[schema(example = "last-day")]
    pub what: &'static str,
    /// Of what.
    #[schema(example = "Ring pessaries")]
    pub name: String,
    /// The notice behind it, where one was recorded.
    #[schema(example = "0199f3a2-7c11-7d20-8c1f-2f6f0a6a9d21")]
    pub notice: Option<Uuid>,
    /// The letter whose reply is due, where it is not that of a notice.
    #[schema(example = "0199f3a2-7c11-7d20-8c1f-2f6f0a6a9d22")]
    pub letter: Option<Uuid>,
}

impl EntryOut {
    pub(super) fn new(entry: Entry) -> Self {
        Self {
            on: entry.on,
            what: entry.kind.code(),
            notice: entry.notice().map(|id| id.0),
            letter: match entry.of {
                Of::Letter(id) => Some(id.0),
                Of::Item { .. } => None,
            },
            name: entry.name,
        }
    }
}
