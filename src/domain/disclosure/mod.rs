//! The only way figures about more than one practice leave the circle of trust.
//!
//! A frame of public facts is cut into atoms of at least ten practices; per atom, series and period one count is
//! top-coded and given keyed noise, once and for ever; everything an outside reader sees is a sum of such atoms. All
//! overlaps and differences of areas are then functions of protected values, so nothing is left to suppress.

mod check;
mod display;
mod frame;
mod noise;
mod period;
mod words;

pub use check::{Exposed, Why, Year, check};
pub use display::{Shown, display, likely};
pub use frame::{AreaKind, Atom, Frame, FramePractice, LEAST_ATOM, LEAST_ICB, cut};
pub use noise::{CLIP, EPSILON, Key, VERSION, z};
pub use period::{PERIODS_A_YEAR, Period};
pub use words::{NOTES, frame_year};

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// At most this many items of the catalogue are published in a frame year.
pub const MOST_ITEMS: usize = 12;
/// Practices that recorded anything at all.
pub const HAS_RECORDED: &str = "has-recorded";
/// Practices with a service that ends within thirteen weeks.
pub const SERVICE_ENDING: &str = "service-ending";
/// Practices with at least one clinician's day over the limit in the period.
pub const OVER_LIMIT: &str = "over-limit";

/// One published series, fixed for the frame year.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Series {
    /// Item code, or one of the three others.
    pub code: String,
    /// As written in a table.
    pub title: String,
}

/// Top-coding: never confirm that more than nine in ten act.
pub fn top_margin(n: u32) -> u32 {
    n.div_ceil(10).max(3)
}

/// A protected count of one atom. Made by [`protect`] alone, and good for nothing but being summed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Protected {
    value: u32,
    practices: u32,
    margin: u32,
    atoms: u32,
}

/// Protects the count `acting` of one atom in one period of one series.
pub fn protect(key: &Key, series: &str, atom: &Atom, period: Period, acting: u32) -> Protected {
    let margin = top_margin(atom.practices);
    let coded = acting.min(atom.practices.saturating_sub(margin));
    let noisy = i64::from(coded).saturating_add(i64::from(z(key, series, &atom.id, period)));
    let value = u32::try_from(noisy.clamp(0, i64::from(atom.practices))).unwrap_or(0);
    Protected {
        value,
        practices: atom.practices,
        margin,
        atoms: 1,
    }
}

/// The sum over a union of atoms; nothing where there are none.
pub fn union(parts: impl IntoIterator<Item = Protected>) -> Option<Protected> {
    parts.into_iter().reduce(|sum, part| Protected {
        value: sum.value.saturating_add(part.value),
        practices: sum.practices.saturating_add(part.practices),
        margin: sum.margin.saturating_add(part.margin),
        atoms: sum.atoms.saturating_add(part.atoms),
    })
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
    /// Likely range in practices, from displayed numbers.
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
    /// ICB, LMC, region or England.
    pub kind: AreaKind,
    /// Its code; `england` for England.
    pub code: String,
    /// Its name when the frame was cut.
    pub name: String,
    /// Practices of the frame in it; of an LMC, in the atoms that stand for it.
    pub practices: u32,
    /// Of an ICB, the LMCs whose atoms lie in it: whom to ask. Nothing of it depends on what a practice records.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub lmcs: Vec<String>,
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
    /// Privacy budget per series and year, printed in every release.
    pub epsilon_per_year: String,
    /// The series of the frame year.
    pub series: Vec<Series>,
    /// England, regions, ICBs, LMCs.
    pub areas: Vec<Area>,
    #[serde(skip)]
    made_here: OnlyHere,
}

/// Keeps the maker of [`Content`] private: [`publish`], and reading back what it once published.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
struct OnlyHere;

impl Content {
    /// One area.
    pub fn area(&self, kind: AreaKind, code: &str) -> Option<&Area> {
        self.areas
            .iter()
            .find(|area| area.kind == kind && area.code == code)
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

/// Makes the content of a release: for each series, how many practices of each atom act (indexed as `frame.atoms`).
pub fn publish(
    number: u32,
    period: Period,
    frame: &Frame,
    key: &Key,
    series: &[Series],
    acting: &BTreeMap<String, Vec<u32>>,
) -> Content {
    let protected: BTreeMap<&str, Vec<Protected>> = series
        .iter()
        .map(|series| {
            let counts = acting.get(&series.code);
            let atoms = frame.atoms.iter().enumerate().map(|(at, atom)| {
                let count = counts
                    .and_then(|counts| counts.get(at))
                    .copied()
                    .unwrap_or(0);
                protect(key, &series.code, atom, period, count)
            });
            (series.code.as_str(), atoms.collect())
        })
        .collect();
    let areas = frame.areas().into_iter().map(|(kind, code, name)| {
        let inside: Vec<usize> = frame.atoms_of(kind, &code);
        let practices = inside
            .iter()
            .filter_map(|at| frame.atoms.get(*at))
            .map(|atom| atom.practices)
            .sum();
        let sums = series.iter().filter_map(|series| {
            let atoms = protected.get(series.code.as_str())?;
            let sum = union(inside.iter().filter_map(|at| atoms.get(*at).copied()))?;
            Some((series.code.clone(), sum))
        });
        let figures = figures(practices, sums);
        let mut lmcs: Vec<String> = inside
            .iter()
            .filter(|_| kind == AreaKind::Icb)
            .filter_map(|at| Some(frame.atoms.get(*at)?.lmc.as_ref()?.to_string()))
            .collect();
        lmcs.sort();
        lmcs.dedup();
        Area {
            kind,
            code,
            name,
            practices,
            lmcs,
            figures,
        }
    });
    Content {
        number,
        year: period.year,
        period: period.number,
        published_on: period.published_on(),
        as_of: period.as_of(),
        next_on: period.next().published_on(),
        method: VERSION.to_owned(),
        epsilon_per_year: "6.5".to_owned(),
        series: series.to_vec(),
        areas: areas.collect(),
        made_here: OnlyHere,
    }
}

/// An area of fewer than twenty frame practices shows nothing, whatever it holds.
fn figures(practices: u32, sums: impl Iterator<Item = (String, Protected)>) -> Vec<Figure> {
    let hidden = practices < LEAST_ICB;
    let shown: Vec<(String, Shown, Protected)> = sums
        .map(|(series, sum)| {
            (
                series,
                if hidden { Shown::Hidden } else { display(sum) },
                sum,
            )
        })
        .collect();
    let recorded = shown
        .iter()
        .find(|(series, ..)| series == HAS_RECORDED)
        .and_then(|(_, shown, _)| shown.centre());
    shown
        .into_iter()
        .map(|(series, shown, sum)| {
            let bounds = recorded
                .filter(|_| series != HAS_RECORDED && series != OVER_LIMIT)
                .zip(shown.centre())
                .and_then(|(recorded, acting)| {
                    let most = acting
                        .saturating_add(practices.saturating_sub(recorded))
                        .min(practices);
                    Some((
                        super::coverage::percent(acting, practices)?,
                        super::coverage::percent(most, practices)?,
                    ))
                });
            Figure {
                series,
                shown,
                percent: shown
                    .about()
                    .and_then(|value| super::coverage::percent(value, practices)),
                likely: likely(shown, practices, sum.atoms),
                bounds,
            }
        })
        .collect()
}

#[cfg(test)]
mod tests;
