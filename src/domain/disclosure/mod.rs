//! The only way figures about more than one practice leave the circle of trust: method 2.
//!
//! A frame of public facts is cut into one cell for each ICB; per cell and series one count is top-coded and given noise
//! that remembers (see [`noise`]); everything an outside reader sees is a function of such counts and their sums. All
//! overlaps and differences of areas are then functions of protected values, so nothing is left to suppress, and nothing
//! about the values decides when or whether something is published.

mod change;
pub mod correction;
mod display;
mod frame;
mod gaussian;
mod legacy;
pub mod noise;
mod paragraph;
mod period;
mod words;

pub use change::Direction;
pub use display::{ENOUGH_RECORDED, LEAST_ICB, Shown, Sum, display};
pub use frame::{AreaKind, Cell, Frame, FramePractice, LEAST_PIECE, cut};
pub use legacy::{read, read_frame};
pub use noise::{Key, VERSION, VERSION_1, Variance, noisy};
pub use period::{PERIODS_A_YEAR, Period};
pub use words::{NOTES, PROMISE, TOO_FEW, frame_year};

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

/// At most this many series are published in a frame year: the budget that the promise is computed for. One of them, days
/// over the limit, begins anew every April; with a fourteenth, or a second that does, the promise has to be computed again.
pub const MOST_SERIES: usize = MOST_ITEMS + 2;
/// At most this many of them are items of the catalogue.
pub const MOST_ITEMS: usize = super::catalogue::MOST_PUBLISHED;
/// Practices that recorded anything at all.
pub const HAS_RECORDED: &str = "has-recorded";
/// Practices with at least one clinician's day over the limit since 1 April.
pub const OVER_LIMIT: &str = "over-limit";
/// Practices to which [`LEAST_TRANSFERRED`] items or more of work came in one of the thirteen newest periods. It looks back a
/// year and does not begin anew in April, which would be the second series that does. Where there are eleven items, it gives
/// way to the last of them.
pub const TRANSFERRED: &str = "transferred-work";
/// So many items in one period say that a practice logs what is passed on to it.
pub const LEAST_TRANSFERRED: u32 = 5;

/// Whether a series is an item of the catalogue, which stands in a practice's register.
pub fn is_item(series: &str) -> bool {
    ![HAS_RECORDED, OVER_LIMIT, TRANSFERRED].contains(&series)
}

/// One published series, fixed for the frame year.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Series {
    /// Item code, or one of the others.
    pub code: String,
    /// As written in a table.
    pub title: String,
}

/// Top-coding: never confirm that more than nine in ten act.
pub fn top_margin(n: u32) -> u32 {
    n.div_ceil(10).max(3)
}

/// Protects the count `acting` of one cell in one period of one series.
pub fn protect(key: &Key, series: &str, cell: &Cell, period: Period, acting: u32) -> Sum {
    let margin = top_margin(cell.practices);
    let most = cell.practices.saturating_sub(margin);
    let t = cell.t(period);
    let value = noisy(key, series, &cell.id, t, acting.min(most));
    let variance = Variance::of_release(t);
    // Where the noise may have hidden that everybody acts, the range reaches up to everybody.
    let may_be_coded = variance.nineteen_in_twenty().reaches(value, i64::from(most));
    Sum { value, practices: cell.practices, margin, variance, hidden_at_top: if may_be_coded { margin } else { 0 } }
}

/// One figure of a release.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Figure {
    /// Code of the series.
    pub series: String,
    /// What is shown.
    pub shown: Shown,
    /// Whole percent, from displayed numbers.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub percent: Option<u32>,
    /// Likely range in practices; nothing beside a class.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub likely: Option<(u32, u32)>,
    /// Share of all practices in percent if none, and if each, of those that have recorded nothing were acting.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub bounds: Option<(u32, u32)>,
}

/// One area of a release.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Area {
    /// ICB, region or England.
    pub kind: AreaKind,
    /// Its code; `england` for England; several joined by `+` where they are one row.
    pub code: String,
    /// Its name when the frame was cut.
    pub name: String,
    /// Of an ICB, the region it lies in.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub region: Option<String>,
    /// Practices of the frame in it.
    pub practices: u32,
    /// Of an ICB, the LMCs of its practices by code, with their names: whom to ask.
    #[serde(skip_serializing_if = "BTreeMap::is_empty", default)]
    pub lmcs: BTreeMap<String, String>,
    /// Its cells, by which of their releases this is: how its noise moves follows from that.
    #[serde(default)]
    pub streams: BTreeMap<u32, u32>,
    /// Whether enough practices have recorded anything, by its own protected count, now or in an earlier release.
    #[serde(default)]
    pub enough: bool,
    /// Every series, in order.
    pub figures: Vec<Figure>,
}

/// Everything a release says. Has a private maker: [`publish`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Content {
    /// Number of the release, from 1.
    pub number: u32,
    /// Frame year: 2026 runs from April 2026 to March 2027.
    pub year: i32,
    /// Period in that year, from 1.
    pub period: u32,
    /// The Thursday it is published on.
    pub published_on: entity::ids::LocalDate,
    /// The last day it speaks of.
    pub as_of: entity::ids::LocalDate,
    /// The next Thursday.
    pub next_on: entity::ids::LocalDate,
    /// Version of the method.
    pub method: String,
    /// Corrections of earlier releases, as everybody may read them.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub notes: Vec<String>,
    /// The series of the frame year.
    pub series: Vec<Series>,
    /// England, regions, ICBs.
    pub areas: Vec<Area>,
    #[serde(skip)]
    made_here: OnlyHere,
}

/// Keeps the maker of [`Content`] private: [`publish`], and reading back what it once published.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
struct OnlyHere;

impl Content {
    /// One area. An ICB that is shown with others is found by its own code.
    pub fn area(&self, kind: AreaKind, code: &str) -> Option<&Area> {
        let of_kind = || self.areas.iter().filter(|area| area.kind == kind);
        of_kind()
            .find(|area| area.code == code)
            .or_else(|| of_kind().find(|area| area.code.split('+').any(|one| one == code)))
    }

    /// One series.
    pub fn series(&self, code: &str) -> Option<&Series> {
        self.series.iter().find(|series| series.code == code)
    }
}

impl Area {
    /// One figure.
    pub fn figure(&self, series: &str) -> Option<&Figure> {
        self.figures.iter().find(|figure| figure.series == series)
    }
}

/// What a release is made of, beside the key.
#[derive(Debug, Clone, Copy)]
pub struct Counted<'a> {
    /// Which period.
    pub period: Period,
    /// The frame of its year.
    pub frame: &'a Frame,
    /// For each series, how many practices of each cell act (indexed as `frame.cells`).
    pub acting: &'a BTreeMap<String, Vec<u32>>,
    /// The release before, where there is one.
    pub before: Option<&'a Content>,
    /// Items that are not counted any more, because the contract conflicts with them.
    pub ended: &'a BTreeSet<String>,
}

/// Makes the content of a release.
pub fn publish(key: &Key, counted: Counted<'_>) -> Content {
    let Counted { period, frame, .. } = counted;
    let protected: Vec<Protected<'_>> = frame
        .series
        .iter()
        .map(|series| {
            let counts = counted.acting.get(&series.code);
            let cells = frame.cells.iter().enumerate().map(|(at, cell)| {
                let acting = counts.and_then(|counts| counts.get(at));
                let acting = acting.copied().unwrap_or(0);
                protect(key, &series.code, cell, period, acting)
            });
            (series.code.as_str(), cells.collect())
        })
        .collect();
    let areas = frame.areas().into_iter();
    let areas = areas.map(|named| area(&counted, &protected, named));
    Content {
        number: period.index(),
        year: period.year,
        period: period.number,
        published_on: period.published_on(),
        as_of: period.as_of(),
        next_on: period.next().published_on(),
        method: VERSION.to_owned(),
        notes: Vec::new(),
        series: frame.series.clone(),
        areas: areas.collect(),
        made_here: OnlyHere,
    }
}

/// A series and its protected count of each cell of the frame.
type Protected<'a> = (&'a str, Vec<Sum>);

/// One area: its protected counts summed, and what is public of its cells.
fn area(counted: &Counted<'_>, protected: &[Protected<'_>], (kind, code, name): (AreaKind, String, String)) -> Area {
    let frame = counted.frame;
    let inside = frame.cells_of(kind, &code);
    let sums: Vec<(&str, Sum)> = protected
        .iter()
        .map(|(series, cells)| {
            let cells = inside.iter().filter_map(|at| cells.get(*at));
            let sum = cells.fold(Sum::default(), |sum, cell| sum.and(*cell));
            (*series, sum)
        })
        .collect();
    let before = counted.before.filter(|before| {
        // Of the same cells, and by this method: what else was once enough says nothing here.
        let cells = inside.iter().filter_map(|at| frame.cells.get(*at));
        before.method == VERSION && cells.into_iter().all(|cell| cell.first <= before.number)
    });
    let before = before.and_then(|before| before.area(kind, &code));
    let recorded = sums.iter().find(|(series, _)| *series == HAS_RECORDED);
    let enough = before.is_some_and(|before| before.code == code && before.enough)
        || recorded.is_some_and(|(_, sum)| has_enough(inside.len(), *sum));
    let cells = || inside.iter().filter_map(|at| frame.cells.get(*at));
    let mut streams: BTreeMap<u32, u32> = BTreeMap::new();
    for cell in cells() {
        let n = streams.entry(cell.t(counted.period)).or_default();
        *n = n.saturating_add(1);
    }
    let (mut region, mut lmcs) = (None, BTreeMap::new());
    if kind == AreaKind::Icb {
        region = cells().next_back().and_then(|cell| cell.region.clone());
        lmcs.extend(cells().flat_map(|cell| &cell.lmcs).map(|lmc| {
            let name = frame.names.get(lmc.as_str());
            let name = name.map_or(lmc.as_str(), String::as_str);
            (lmc.to_string(), name.to_owned())
        }));
    }
    let practices = cells().fold(0_u32, |sum, cell| sum.saturating_add(cell.practices));
    Area {
        kind,
        code,
        name,
        region,
        practices,
        lmcs,
        streams,
        enough,
        figures: figures(practices, enough, &sums, counted.ended),
    }
}

/// Whether so many have recorded anything that the items can be shown. The noise of many cells reads twenty where nobody
/// recorded anything, so a sum of them has to stand twenty above what its noise can do: twice the half of its likely range.
fn has_enough(cells: usize, recorded: Sum) -> bool {
    let noise = match cells {
        1 => 0,
        _ => recorded.variance.nineteen_in_twenty().practices(),
    };
    recorded.value >= ENOUGH_RECORDED.saturating_add(i64::from(noise).saturating_mul(2))
}

/// An area of fewer than twenty practices shows nothing, whatever it holds; one of which too few have recorded anything
/// says that.
fn figures(practices: u32, enough: bool, sums: &[(&str, Sum)], ended: &BTreeSet<String>) -> Vec<Figure> {
    let show = |series: &str, sum: Sum| {
        if ended.contains(series) {
            (Shown::NotCounted, None)
        } else if practices < LEAST_ICB {
            (Shown::Hidden, None)
        } else if series != HAS_RECORDED && !enough {
            (Shown::TooFew, None)
        } else {
            match display(sum) {
                // Of an area in which too few have recorded, no number is said that may be none.
                (Shown::About(_), likely @ Some((0, _))) if !enough => (Shown::Between, likely),
                shown => shown,
            }
        }
    };
    let recorded = sums.iter().find(|(series, _)| *series == HAS_RECORDED);
    let recorded = recorded.and_then(|(series, sum)| show(series, *sum).1);
    sums.iter()
        .map(|(series, sum)| {
            let (shown, likely) = show(series, *sum);
            let bounds = likely.zip(recorded).filter(|_| is_item(series));
            let bounds = bounds.and_then(|((least, most), (recorded, _))| {
                let silent = practices.saturating_sub(recorded);
                let most = most.saturating_add(silent).min(practices);
                // Outward: the printed shares must hold, too.
                let hundred = |n: u32| n.saturating_mul(100);
                let least = hundred(least).checked_div(practices)?;
                Some((least, hundred(most).div_ceil(practices)))
            });
            let about = shown.about();
            Figure {
                series: (*series).to_owned(),
                shown,
                percent: about.and_then(|value| super::coverage::percent(value, practices)),
                likely,
                bounds,
            }
        })
        .collect()
}

#[cfg(test)]
mod tests;
