//! What transferred work takes, and what sending it back gives.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{Transfer, TransferOutcome};

/// Minutes of each kind of staff on one item.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Minutes {
    /// Of a GP.
    pub gp: u16,
    /// Of a pharmacist or another clinician.
    pub other_clinician: u16,
    /// Of a nurse or an assistant.
    pub nurse: u16,
    /// Of reception or administration.
    pub admin: u16,
}

impl Minutes {
    /// Everybody who could have seen a patient instead.
    pub fn of_clinicians(self) -> u32 {
        [self.gp, self.other_clinician, self.nurse].map(u32::from).iter().sum()
    }
}

/// What a number of items gave back and took. Shapes: minutes; an item at most `most_minutes` of each kind of staff.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct GivenBack {
    /// Items declined or returned.
    pub items: u32,
    /// Minutes of clinicians on them.
    pub clinicians: u64,
    /// Minutes of administration on them.
    pub admin: u64,
    /// Items done anyway, for whatever reason.
    pub done_items: u32,
    /// Minutes of clinicians on those: lost.
    pub lost: u64,
    /// Minutes of clinicians of each item that was given back, for the median.
    each: Vec<u32>,
}

impl GivenBack {
    /// Of these items.
    pub fn of(items: &[Transfer]) -> Self {
        let mut sum = Self::default();
        for item in items {
            sum.add(item.says.outcome, item.says.minutes);
        }
        sum
    }

    /// Adds an item. What was agreed is the practice's own work: it neither gives back nor loses.
    pub fn add(&mut self, outcome: TransferOutcome, minutes: Minutes) {
        let clinicians = minutes.of_clinicians();
        match outcome {
            TransferOutcome::Declined | TransferOutcome::Returned => {
                self.items = self.items.saturating_add(1);
                self.clinicians = self.clinicians.saturating_add(clinicians.into());
                self.admin = self.admin.saturating_add(minutes.admin.into());
                self.each.push(clinicians);
            }
            TransferOutcome::DoneUrgent | TransferOutcome::DoneOther => {
                self.done_items = self.done_items.saturating_add(1);
                self.lost = self.lost.saturating_add(clinicians.into());
            }
            TransferOutcome::Agreed => {}
        }
    }

    /// Adds another sum.
    pub fn add_all(&mut self, other: &Self) {
        self.items = self.items.saturating_add(other.items);
        self.clinicians = self.clinicians.saturating_add(other.clinicians);
        self.admin = self.admin.saturating_add(other.admin);
        self.done_items = self.done_items.saturating_add(other.done_items);
        self.lost = self.lost.saturating_add(other.lost);
        self.each.extend(&other.each);
    }

    /// Adds items whose minutes are summed already; of these no median is known.
    pub fn add_sum(&mut self, outcome: TransferOutcome, items: u32, clinicians: u64, admin: u64) {
        if outcome.is_sent_back() {
            self.items = self.items.saturating_add(items);
            self.clinicians = self.clinicians.saturating_add(clinicians);
            self.admin = self.admin.saturating_add(admin);
        } else if outcome.is_done() {
            self.done_items = self.done_items.saturating_add(items);
            self.lost = self.lost.saturating_add(clinicians);
        }
    }

    /// Whole appointments of so many minutes that were given back.
    pub fn appointments(&self, slot: u32) -> u64 {
        self.clinicians.checked_div(slot.into()).unwrap_or_default()
    }

    /// Whole appointments that work done anyway took.
    pub fn lost_appointments(&self, slot: u32) -> u64 {
        self.lost.checked_div(slot.into()).unwrap_or_default()
    }

    /// Minutes of clinicians that half of the items took at most; nothing where there is none.
    pub fn median(&self) -> Option<u32> {
        let mut each = self.each.clone();
        each.sort_unstable();
        each.get(each.len().checked_sub(1)? / 2).copied()
    }
}
