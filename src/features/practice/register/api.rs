//! JSON shapes of the register.

use entity::ids::LocalDate;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::{
    domain::catalogue::{Item, Position, Status},
    store::actions::Recorded,
};

/// A practice's register on a day.
#[derive(Debug, Serialize, ToSchema)]
pub struct ActionsOut {
    /// ODS code.
    #[schema(example = "Z90001")]
    pub practice: String,
    /// The day shown, as far as is known now.
    #[schema(example = "2026-11-20", format = Date)]
    pub on: String,
    /// The latest edition of the catalogue in force on the day; earlier ones may be in force beside it.
    #[schema(example = "england-2026-11")]
    pub edition: String,
    /// Every item of the day's menu.
    pub items: Vec<ItemOut>,
}

/// One item of the menu.
#[derive(Debug, Serialize, ToSchema)]
pub struct ItemOut {
    /// Stable code.
    #[schema(example = "voluntary-services")]
    pub item: String,
    /// Short name.
    #[schema(example = "Voluntary services")]
    pub title: String,
    /// Edition of the catalogue that these words are from.
    #[schema(example = "england-2026-11")]
    pub edition: String,
    /// Code of the item that comes before it in a sequence.
    #[schema(example = json!(null))]
    pub follows: Option<String>,
    /// What one record is about: practice, service, agreement, pathway, product, programme, network-service or network-scheme.
    #[schema(example = "service")]
    pub subject_kind: String,
    /// What the contract says on the day.
    pub position: PositionOut,
    /// Where the item stands, where it is recorded for the practice as a whole and was recorded.
    pub status: Option<StatusOut>,
    /// Where each named subject stands.
    pub subjects: Vec<SubjectOut>,
}

/// One named subject.
#[derive(Debug, Serialize, ToSchema)]
pub struct SubjectOut {
    /// Id, to record a change of it.
    #[schema(example = "0199f3a2-7c11-7d20-8c1f-2f6f0a6a9d11")]
    pub id: Uuid,
    /// Its name.
    #[schema(example = "Ring pessaries")]
    pub name: String,
    /// Where it stands; nothing if nothing was recorded by the day.
    pub status: Option<StatusOut>,
}

/// What the contract says.
#[derive(Debug, Serialize, ToSchema)]
pub struct PositionOut {
    /// permitted, conditional, conflicts or unknown. It informs; nothing is refused because of it.
    #[schema(example = "permitted")]
    pub position: String,
    /// What stays obligatory; kept with a record made under it.
    #[schema(example = "The notice period in the service's own agreement applies, often 3 to 12 months.")]
    pub guard_rail: String,
    /// Where this was read.
    #[schema(example = "BMA menu of actions, 2024")]
    pub source: String,
    /// When it was last read there.
    #[schema(example = "2026-11-02", format = Date)]
    pub checked_on: String,
}

/// One row of the register.
#[derive(Debug, Serialize, ToSchema)]
pub struct StatusOut {
    /// Id of the row.
    #[schema(example = "0199f3a2-7c11-7d20-8c1f-2f6f0a6a9d12")]
    pub id: Uuid,
    /// running, thinking, pausing-from, paused-since or restarted, as it reads on the day.
    #[schema(example = "pausing-from")]
    pub status: String,
    /// The same in the item's own words.
    #[schema(example = "Notice served, ends on")]
    pub label: String,
    /// Edition of the catalogue it was chosen from.
    #[schema(example = "england-2026-11")]
    pub edition: String,
    /// From which day.
    #[schema(example = "2026-12-01", format = Date)]
    pub effective_on: String,
    /// The day is a guess.
    #[schema(example = false)]
    pub about: bool,
    /// When notice was served.
    #[schema(example = "2026-09-01", format = Date)]
    pub notice_served_on: Option<String>,
    /// When the partners decided.
    #[schema(example = "2026-08-24", format = Date)]
    pub decided_on: Option<String>,
    /// When staff were told in writing.
    #[schema(example = "2026-08-27", format = Date)]
    pub staff_told_on: Option<String>,
    /// practice, or lmc-telephone.
    #[schema(example = "practice")]
    pub entered_by: String,
    /// When it was recorded.
    #[schema(example = "2026-09-01T10:12:03Z", format = DateTime)]
    pub recorded_at: String,
}

/// A recorded change and the contract's position on its day.
#[derive(Debug, Serialize, ToSchema)]
pub struct RecordedOut {
    /// The item.
    #[schema(example = "voluntary-services")]
    pub item: String,
    /// The named subject, where the item takes one.
    #[schema(example = "0199f3a2-7c11-7d20-8c1f-2f6f0a6a9d11")]
    pub subject: Option<Uuid>,
    /// The row as recorded.
    pub recorded: StatusOut,
    /// Where the item or subject stands today.
    pub today: Option<StatusOut>,
    /// What the contract says on the day of the change.
    pub position: PositionOut,
}

impl PositionOut {
    pub(super) fn new(position: &Position) -> Self {
        Self {
            position: position.kind.to_string(),
            guard_rail: position.guard_rail.clone(),
            source: position.source.clone(),
            checked_on: position.checked_on.to_string(),
        }
    }
}

impl StatusOut {
    pub(super) fn new(item: &Item, recorded: &Recorded, status: Status) -> Self {
        let row = &recorded.row;
        let day = |day: Option<LocalDate>| day.map(|day| day.to_string());
        Self {
            id: row.id.0,
            status: status.to_string(),
            label: item.label(status).to_owned(),
            edition: recorded.edition.clone(),
            effective_on: row.effective_on.to_string(),
            about: row.about,
            notice_served_on: day(row.notice_served_on),
            decided_on: day(row.decided_on),
            staff_told_on: day(row.staff_told_on),
            entered_by: row.entered_by.code().to_owned(),
            recorded_at: row.recorded_at.to_rfc3339_opts(chrono::SecondsFormat::AutoSi, true),
        }
    }
}
