//! What the JSON says.

use chrono::{DateTime, Utc};
use serde::Serialize;
use utoipa::ToSchema;

/// An LMC's area on a day.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct ApiArea {
    /// Code of the LMC.
    #[schema(example = "wyrevale")]
    pub(super) lmc: String,
    /// Its name.
    #[schema(example = "Wyrevale LMC")]
    pub(super) name: String,
    /// The day.
    #[schema(example = "2026-11-20")]
    pub(super) on: String,
    /// The Friday of its week.
    #[schema(example = "2026-11-20")]
    pub(super) week_ending: String,
    /// The day that changes count from.
    #[schema(example = "2026-11-06")]
    pub(super) since: String,
    /// The LMC's last meeting before the day; none where its officers have said of none.
    #[schema(example = "2026-11-06")]
    pub(super) last_meeting: Option<String>,
    /// When this was read: only an LMC's area is live.
    #[schema(example = "2026-11-20T14:32:10Z")]
    pub(super) read_at: DateTime<Utc>,
    /// Who was heard from.
    pub(super) heard: ApiHeard,
    /// Who answered, week by week, oldest first.
    pub(super) responses: Vec<ApiResponse>,
    /// What is paused, item by item.
    pub(super) items: Vec<ApiItem>,
    /// By primary care network.
    pub(super) networks: Vec<ApiNetwork>,
    /// The same by ICB.
    pub(super) icbs: Vec<ApiNetwork>,
    /// Practices that share and were not heard from in the week, longest silent first.
    pub(super) waiting: Vec<ApiWaiting>,
    /// Services that end within 90 days.
    pub(super) ending: Vec<ApiEnding>,
    /// Replies to served notices that are overdue, the longest first.
    pub(super) overdue: Vec<ApiOverdue>,
    /// Room on the day, from practices with three or more counted clinicians.
    pub(super) capacity: ApiCapacity,
    /// Clinicians' days over the limit in four weeks.
    pub(super) clinician_days: ApiClinicianDays,
    /// How loaded clinicians were by week, oldest first; from the same practices' days.
    pub(super) weeks: Vec<ApiWeek>,
}

/// Who was heard from.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct ApiHeard {
    /// Practices that share and had recorded something or answered a week by the end of the day.
    #[schema(example = 38)]
    pub(super) practices: u32,
    /// All practices of the area.
    #[schema(example = 64)]
    pub(super) all: u32,
    /// Practices that share.
    #[schema(example = 44)]
    pub(super) sharing: u32,
    /// Of those that share, practices that answered or recorded something in the week.
    #[schema(example = 31)]
    pub(super) this_week: u32,
    /// Practices that share and have not answered or recorded anything in the week: as many as `waiting` names.
    #[schema(example = 13)]
    pub(super) not_this_week: u32,
    /// Of these, practices that had not recorded or answered anything by the end of the day.
    #[schema(example = 6)]
    pub(super) not_yet: u32,
    /// Practices that do not share; they count as not heard from.
    #[schema(example = 20)]
    pub(super) not_sharing: u32,
    /// Practices not heard from for four weeks, though earlier.
    #[schema(example = 4)]
    pub(super) silent: u32,
    /// Patients of those heard from.
    #[schema(example = 410_300)]
    pub(super) patients: u64,
    /// Patients of all.
    #[schema(example = 671_900)]
    pub(super) patients_all: u64,
}

/// Who answered one week.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct ApiResponse {
    /// Its Friday.
    #[schema(example = "2026-11-20")]
    pub(super) week_ending: String,
    /// Practices that answered it or recorded something in it.
    #[schema(example = 31)]
    pub(super) answered: u32,
    /// Practices heard from by then, those among them; 0 says that nothing is known of that week.
    #[schema(example = 38)]
    pub(super) heard: u32,
    /// Whole percent of those heard from by then.
    #[schema(example = 82)]
    pub(super) percent_of_heard: Option<u32>,
}

/// One item.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct ApiItem {
    /// Its code.
    #[schema(example = "safe-contact-limit")]
    pub(super) code: String,
    /// Its name on area pages.
    #[schema(example = "Limit of 25 contacts a day")]
    pub(super) title: String,
    /// Practices acting.
    #[schema(example = 27)]
    pub(super) acting: u32,
    /// Practices heard from.
    #[schema(example = 38)]
    pub(super) heard: u32,
    /// All practices.
    #[schema(example = 64)]
    pub(super) all: u32,
    /// Whole percent of those heard from; none where nobody was.
    #[schema(example = 71)]
    pub(super) percent_of_heard: Option<u32>,
    /// The least and the greatest share of all practices, in whole percent.
    #[schema(example = json!([42, 83]))]
    pub(super) bounds: Option<(u32, u32)>,
    /// Patients of the acting practices.
    #[schema(example = 291_200)]
    pub(super) patients: u64,
    /// Of the practices heard from, those acting now less those that acted on `since`, as far as is known now; none where
    /// the item did not count then.
    #[schema(example = 3)]
    pub(super) change: Option<i64>,
    /// Week by week, oldest first; weeks in which the item did not count are left out.
    pub(super) trend: Vec<ApiPoint>,
    /// What the ICBs of the area hold, as released; empty where no release speaks of the item.
    pub(super) icb_holds: Vec<ApiHeld>,
}

/// A released figure.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct ApiHeld {
    /// The ICB.
    #[schema(example = "Wyre and Calder")]
    pub(super) name: String,
    /// The figure as it is written everywhere.
    #[schema(example = "about 25 of 152")]
    pub(super) words: String,
    /// Likely range; nothing beside a class.
    #[schema(example = json!([16, 34]))]
    pub(super) likely: Option<(u32, u32)>,
    /// `about`, `between`, `fewer-than-ten`, `or-more`, `too-few` or `hidden`.
    #[schema(example = "about")]
    pub(super) kind: &'static str,
    /// The number, for `about` and `or-more`.
    #[schema(example = 25)]
    pub(super) practices: Option<u32>,
    /// Number of the release.
    #[schema(example = 9)]
    pub(super) release: u32,
}

/// One week of an item.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct ApiPoint {
    /// Its Friday.
    #[schema(example = "2026-11-13")]
    pub(super) week_ending: String,
    /// Practices acting at its end, of those heard from by then.
    #[schema(example = 25)]
    pub(super) acting: u32,
    /// Practices heard from by then; 0 says that nothing is known of that week.
    #[schema(example = 36)]
    pub(super) heard: u32,
}

/// One primary care network or ICB, as far as it lies in the area.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct ApiNetwork {
    /// Its code; none for practices that belong to none.
    #[schema(example = "U00001")]
    pub(super) code: Option<String>,
    /// Its name.
    #[schema(example = "Brackenshaw")]
    pub(super) name: String,
    /// Practices heard from.
    #[schema(example = 6)]
    pub(super) heard: u32,
    /// Its practices in this area.
    #[schema(example = 8)]
    pub(super) all: u32,
    /// Practices acting, in the order of `items`.
    #[schema(example = json!([4, 3, 5]))]
    pub(super) acting: Vec<u32>,
    /// Practices acting now less those that acted on `since`, in the same order.
    #[schema(example = json!([1, 0, null]))]
    pub(super) change: Vec<Option<i64>>,
    /// Clinicians' days over the limit in four weeks.
    pub(super) clinician_days: ApiClinicianDays,
}

/// A practice that shares and was not heard from in the week.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct ApiWaiting {
    /// Its code.
    #[schema(example = "Z90001")]
    pub(super) practice: String,
    /// Its name.
    #[schema(example = "Alder Lane Surgery")]
    pub(super) name: String,
    /// The Friday of the last week in which it was heard from; none if it never was.
    #[schema(example = "2026-11-06")]
    pub(super) last_week: Option<String>,
}

/// A reply that is overdue.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct ApiOverdue {
    /// Who served notice.
    #[schema(example = "Z90001")]
    pub(super) practice: String,
    /// Its name.
    #[schema(example = "Alder Lane Surgery")]
    pub(super) name: String,
    /// On which service.
    #[schema(example = "Ring pessaries")]
    pub(super) service: String,
    /// When the reply was due.
    #[schema(example = "2026-11-02")]
    pub(super) due_on: String,
}

/// Services of one name that end.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct ApiEnding {
    /// As most practices write it.
    #[schema(example = "Ring pessaries")]
    pub(super) name: String,
    /// How many practices.
    #[schema(example = 19)]
    pub(super) practices: u32,
    /// The first last day.
    #[schema(example = "2026-12-01")]
    pub(super) first: String,
    /// The last one.
    #[schema(example = "2026-12-01")]
    pub(super) last: String,
}

/// Room on one day.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct ApiCapacity {
    /// Practices summed.
    #[schema(example = 21)]
    pub(super) practices: u32,
    /// Their counted clinicians.
    #[schema(example = 143)]
    pub(super) clinicians: u32,
    /// Contacts counted.
    #[schema(example = 2210)]
    pub(super) counted: u32,
    /// The sum of the clinicians' limits.
    #[schema(example = 3400)]
    pub(super) limit: u32,
    /// Contacts left.
    #[schema(example = 1260)]
    pub(super) left: u32,
    /// Contacts past the limit of whoever they are of: left + counted − over = limit.
    #[schema(example = 70)]
    pub(super) over: u32,
    /// `available`, `nearing`, `at-limit` or `over`; null where no practice is summed.
    #[schema(example = "available")]
    pub(super) state: Option<&'static str>,
    /// Clinicians at or over the limit.
    #[schema(example = 12)]
    pub(super) full: u32,
    /// Diverts that began.
    #[schema(example = 2)]
    pub(super) diverts: u32,
}

/// Clinicians' days.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct ApiClinicianDays {
    /// Over the limit.
    #[schema(example = 1204)]
    pub(super) over: u32,
    /// At the limit or over it.
    #[schema(example = 1402)]
    pub(super) at_or_over: u32,
    /// Counted.
    #[schema(example = 3255)]
    pub(super) counted: u32,
    /// Those over the limit in whole percent; none where nothing was counted.
    #[schema(example = 37)]
    pub(super) percent: Option<u32>,
}

/// One week, from practices' days with three or more counted clinicians.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct ApiWeek {
    /// Its Friday.
    #[schema(example = "2026-11-20")]
    pub(super) week_ending: String,
    /// Practices summed.
    #[schema(example = 21)]
    pub(super) practices: u32,
    /// The days.
    pub(super) clinician_days: ApiClinicianDays,
    /// Contacts counted for each 1,000 patients of these practices; none where there are none.
    #[schema(example = 112)]
    pub(super) contacts_per_thousand: Option<u64>,
    /// Diverts that began.
    #[schema(example = 5)]
    pub(super) diverts: u32,
}
