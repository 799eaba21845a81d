//! The parts of an area: its networks, and its ICBs, whose borders are not its own.

use std::collections::BTreeMap;

use entity::ids::OrgCode;

use super::{ClinicianDays, PlaceStatus, folded::Folded, weeks::clinician_days};
use crate::domain::coverage::Coverage;

/// What an area is taken apart by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum By {
    /// Primary care networks.
    Network,
    /// ICBs.
    Icb,
}

/// Each part by name; practices that belong to none come last.
pub(super) fn places(folded: &[Folded<'_>], items: usize, by: By) -> Vec<PlaceStatus> {
    let mut found: BTreeMap<Option<&OrgCode>, PlaceStatus> = BTreeMap::new();
    for practice in folded {
        let (place, none) = match by {
            By::Network => (practice.practice.network, "No network"),
            By::Icb => (practice.practice.icb, "No ICB"),
        };
        let code = place.map(|(code, _)| code);
        let sum = found.entry(code).or_insert_with(|| PlaceStatus {
            code: code.cloned(),
            name: place.map_or(none, |(_, name)| name).to_owned(),
            heard: 0,
            all: 0,
            acting: vec![0; items],
            acted: vec![0; items],
            days: ClinicianDays::default(),
        });
        sum.all = sum.all.saturating_add(1);
        sum.heard = sum.heard.saturating_add(u32::from(practice.heard()));
        add(&mut sum.acting, &practice.acting);
        add(&mut sum.acted, &practice.acted);
        sum.days = sum.days.plus(clinician_days(practice.finished()));
    }
    let mut places: Vec<PlaceStatus> = found.into_values().collect();
    places.sort_by(|one, other| {
        (one.code.is_none(), &one.name, &one.code).cmp(&(other.code.is_none(), &other.name, &other.code))
    });
    places
}

fn add(totals: &mut [u32], flags: &[bool]) {
    for (total, acts) in totals.iter_mut().zip(flags) {
        *total = total.saturating_add(u32::from(*acts));
    }
}

impl PlaceStatus {
    /// How many act on the item at a place in the area's list.
    pub fn coverage(&self, at: usize) -> Coverage {
        Coverage {
            acting: self.acting.get(at).copied().unwrap_or(0),
            heard: self.heard,
            all: self.all,
            ..Coverage::default()
        }
    }

    /// Practices acting now less those that acted on the earlier day.
    pub fn change(&self, at: usize) -> i64 {
        let of = |counts: &[u32]| i64::from(counts.get(at).copied().unwrap_or(0));
        of(&self.acting).saturating_sub(of(&self.acted))
    }
}
