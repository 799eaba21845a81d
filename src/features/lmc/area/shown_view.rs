//! What the page shows: the area on a day, and what was asked for.

use entity::ids::{LocalDate, OrgCode};
use serde::Deserialize;

use crate::{
    domain::{
        area::{AreaStatus, ItemStatus},
        coverage::{COUNTS_LEAD_BELOW, percent},
    },
    error::FieldError,
    href,
    ui::href::Href,
};

/// As asked, in the query.
#[derive(Debug, Clone, Default, Deserialize)]
pub(super) struct Asked {
    /// The day to show.
    #[serde(default)]
    pub(super) on: String,
    /// The day to compare with.
    #[serde(default)]
    pub(super) since: String,
    /// What the table is by: `network` or `icb`.
    #[serde(default)]
    pub(super) by: String,
    /// The item that the table shows.
    #[serde(default)]
    pub(super) measure: String,
}

/// As understood.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Dates {
    /// The day to show.
    pub(super) on: LocalDate,
    /// The day to compare with; before it.
    pub(super) since: LocalDate,
    /// The LMC's last meeting before the day that is shown.
    pub(super) meeting: Option<LocalDate>,
    /// The meeting that was recorded last, where it was not before that day.
    pub(super) later: Option<LocalDate>,
}

/// Everything the page shows.
pub(super) struct Area<'a> {
    /// The LMC.
    pub(super) lmc: &'a OrgCode,
    /// Its name.
    pub(super) name: &'a str,
    /// The figures.
    pub(super) status: &'a AreaStatus,
    /// The time in London, where the page is live.
    pub(super) live: Option<String>,
    /// What was asked, as it was asked.
    pub(super) asked: &'a Asked,
    /// The days shown.
    pub(super) dates: Dates,
    /// The form of the last meeting.
    pub(super) meeting: Meeting<'a>,
    /// What was wrong with what was asked or sent.
    pub(super) errors: &'a [FieldError],
}

/// The form of the last meeting.
#[derive(Clone, Copy)]
pub(super) struct Meeting<'a> {
    /// Made with the page: sending the form twice records once.
    pub(super) id: &'a str,
    /// What was typed, where that could not be taken.
    pub(super) met_on: Option<&'a str>,
    /// Today.
    pub(super) today: LocalDate,
}

impl Area<'_> {
    pub(super) fn own(&self) -> Href {
        href!("/lmc").seg(self.lmc)
    }

    /// The list of practices on the day that is shown.
    pub(super) fn practices(&self) -> Href {
        let list = self.own().seg("practices");
        if self.live.is_some() { list } else { list.query("on", self.status.on) }
    }

    /// The same list, narrowed down to what a number counts.
    pub(super) fn which(&self, chosen: &[(&str, &str)]) -> Href {
        chosen.iter().fold(self.practices(), |list, (name, value)| list.query(name, value))
    }

    /// Practices that act on an item.
    pub(super) fn acting(&self, item: &ItemStatus) -> Href {
        self.which(&[("item", item.code.as_str()), ("stands", "acts")])
    }
}

/// A share that may be a point of a line: of ten practices or more.
pub(super) fn share_for_a_line(part: u32, heard: u32) -> Option<u64> {
    if heard < COUNTS_LEAD_BELOW {
        return None;
    }
    percent(part, heard).map(u64::from)
}
