//! The frame: which practices are counted, and the cells they are counted in. Made of public facts alone.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
    str::FromStr,
};

use entity::ids::{NotAnId, OdsCode, OrgCode};
use serde::{Deserialize, Serialize};

use super::{Period, Series};
use crate::domain::written;

/// Fewer practices that changed from one ICB to another are never shown by themselves: the ICBs are one row for a year.
pub const LEAST_PIECE: usize = 20;

/// The kinds of areas a release speaks of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum AreaKind {
    /// All of it.
    England,
    /// One of seven regions.
    Region,
    /// An Integrated Care Board; or several that are one row for a year.
    Icb,
}

impl AreaKind {
    /// Stable text.
    pub fn code(self) -> &'static str {
        match self {
            Self::England => "england",
            Self::Region => "region",
            Self::Icb => "icb",
        }
    }
}

impl fmt::Display for AreaKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

impl FromStr for AreaKind {
    type Err = NotAnId;
    fn from_str(text: &str) -> Result<Self, NotAnId> {
        [Self::England, Self::Region, Self::Icb]
            .into_iter()
            .find(|kind| kind.code() == text)
            .ok_or(NotAnId { what: "a kind of area", why: "areas are england, region and icb" })
    }
}

/// A practice that was open on 1 April.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FramePractice {
    /// Its code.
    pub code: OdsCode,
    /// Its ICB on 1 April.
    pub icb: OrgCode,
    /// Its LMC on 1 April, where known.
    pub lmc: Option<OrgCode>,
    /// Its region on 1 April.
    pub region: Option<OrgCode>,
}

/// The smallest set of practices that is ever counted: an ICB, or what was one before it merged.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Cell {
    /// The ICB it was made for, and from which day: `QRL@2027-04-01`. Names the stream of its noise.
    pub id: String,
    /// The ICB it is in now.
    pub icb: OrgCode,
    /// The row it is shown in: its ICB, or several joined by `+`.
    pub row: String,
    /// The region's row it is shown in.
    pub region: Option<String>,
    /// The LMCs of its practices: whom to ask.
    pub lmcs: BTreeSet<OrgCode>,
    /// How many practices.
    pub practices: u32,
    /// The number of the first release that speaks of it.
    pub first: u32,
}

impl Cell {
    /// Which of its releases the release of this period is, from 1. It goes on over the years, and never repeats.
    pub fn t(&self, period: Period) -> u32 {
        period.index().saturating_sub(self.first).saturating_add(1)
    }
}

/// The frozen frame of one year.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Frame {
    /// April of this year to March of the next.
    pub year: i32,
    /// The cells, in order.
    pub cells: Vec<Cell>,
    /// Which cell each practice belongs to: an index into `cells`.
    pub practices: BTreeMap<OdsCode, usize>,
    /// Names of areas by code, as of 1 April.
    pub names: BTreeMap<String, String>,
    /// The series published in this year, in order.
    pub series: Vec<Series>,
}

/// A practice's place in two frames.
type Pieces<'a> = BTreeMap<(usize, &'a OrgCode), usize>;

/// Cuts the frame of the year of `first`, the period of its first release, into cells.
///
/// An ICB into which whole cells of the year before went goes on as the sum of their streams, whatever it is called now.
/// One whose border moved otherwise gets a new cell: a stream that restarted under the same name would give the difference
/// away.
pub fn cut(
    first: Period,
    practices: &[FramePractice],
    names: BTreeMap<String, String>,
    series: Vec<Series>,
    before: Option<&Frame>,
) -> Frame {
    let mut frame = Frame { year: first.year, cells: Vec::new(), practices: BTreeMap::new(), names, series };
    let mut icbs: BTreeMap<&OrgCode, Vec<&FramePractice>> = BTreeMap::new();
    for practice in practices {
        icbs.entry(&practice.icb).or_default().push(practice);
    }
    let pieces = pieces(practices, before);
    for (icb, members) in icbs {
        if let Some((before, cells)) = before.and_then(|before| going_on(icb, before, &pieces)) {
            frame.carry(icb, &members, before, &cells);
        } else {
            let id = format!("{icb}@{}-04-01", first.year);
            // By the calendar alone: the same noise never falls on another period, also where the first release of a year
            // is made later, or made once more after a backup was put back.
            let begins = Period::new(first.year, 1).map_or(1, Period::index);
            frame.add(id, icb, begins, &members);
        }
    }
    if let Some(before) = before {
        frame.join_rows(before, &pieces);
    }
    frame
}

/// How many practices went from each cell of the year before into each ICB.
fn pieces<'a>(practices: &'a [FramePractice], before: Option<&Frame>) -> Pieces<'a> {
    let mut pieces = Pieces::new();
    for practice in practices {
        if let Some(cell) = before.and_then(|before| before.practices.get(&practice.code)) {
            let n = pieces.entry((*cell, &practice.icb)).or_default();
            *n = n.saturating_add(1);
        }
    }
    pieces
}

/// The cells of the year before of which an ICB is the sum; nothing where it has others, or only parts of some.
fn going_on<'a>(icb: &OrgCode, before: &'a Frame, pieces: &Pieces<'_>) -> Option<(&'a Frame, Vec<usize>)> {
    let from = |of: &OrgCode| -> BTreeSet<usize> {
        let pieces = pieces.keys().filter(|(_, icb)| *icb == of);
        pieces.map(|(cell, _)| *cell).collect()
    };
    let cells = from(icb);
    let whole = |cell: &usize| pieces.keys().all(|(of, into)| of != cell || *into == icb);
    (!cells.is_empty() && cells.iter().all(whole)).then(|| (before, cells.into_iter().collect()))
}

impl Frame {
    fn add(&mut self, id: String, icb: &OrgCode, first: u32, members: &[&FramePractice]) {
        let at = self.cells.len();
        self.practices.extend(members.iter().map(|practice| (practice.code.clone(), at)));
        let region = members.iter().find_map(|practice| practice.region.as_ref());
        self.cells.push(Cell {
            id,
            icb: icb.clone(),
            row: icb.to_string(),
            region: region.map(ToString::to_string),
            lmcs: members.iter().filter_map(|practice| practice.lmc.clone()).collect(),
            practices: u32::try_from(members.len()).unwrap_or(u32::MAX),
            first,
        });
    }

    /// Cells of the year before, each with the practices it had; those that opened since join the largest.
    fn carry(&mut self, icb: &OrgCode, members: &[&FramePractice], before: &Self, cells: &[usize]) {
        let size = |cell: &usize| {
            let had = |practice: &&&FramePractice| before.practices.get(&practice.code) == Some(cell);
            members.iter().filter(had).count()
        };
        let largest = cells.iter().max_by_key(|cell| (size(cell), std::cmp::Reverse(**cell)));
        for cell in cells {
            let mine: Vec<&FramePractice> = members
                .iter()
                .filter(|practice| match before.practices.get(&practice.code) {
                    Some(of) => of == cell,
                    None => Some(cell) == largest,
                })
                .copied()
                .collect();
            if let Some(old) = before.cells.get(*cell) {
                self.add(old.id.clone(), icb, old.first, &mine);
            }
        }
    }

    /// Shows ICBs as one row where fewer than twenty practices changed hands between them, and their regions too where
    /// they lie in several.
    fn join_rows(&mut self, before: &Self, pieces: &Pieces<'_>) {
        let fresh: BTreeSet<&OrgCode> = self
            .cells
            .iter()
            .filter(|cell| !before.cells.iter().any(|old| old.id == cell.id))
            .map(|cell| &cell.icb)
            .collect();
        let mut icbs = Joined::default();
        let mut by_old_icb: BTreeMap<&OrgCode, BTreeMap<&OrgCode, usize>> = BTreeMap::new();
        for ((cell, icb), n) in pieces {
            if let Some(old) = before.cells.get(*cell) {
                let piece = by_old_icb.entry(&old.icb).or_default().entry(icb).or_default();
                *piece = piece.saturating_add(*n);
            }
        }
        for into in by_old_icb.values().filter(|into| into.len() > 1) {
            let small = into.iter().filter(|(icb, n)| fresh.contains(*icb) && **n < LEAST_PIECE);
            if small.count() > 0 {
                let all: Vec<&OrgCode> = into.keys().copied().collect();
                icbs.join(all.iter().map(|icb| icb.as_str()));
            }
        }
        let mut regions = Joined::default();
        for group in &icbs.0 {
            let inside = self.cells.iter().filter(|cell| group.contains(cell.icb.as_str()));
            let of: BTreeSet<&str> = inside.filter_map(|cell| cell.region.as_deref()).collect();
            if of.len() > 1 {
                regions.join(of.into_iter());
            }
        }
        for cell in &mut self.cells {
            cell.row = icbs.name(&cell.row);
            cell.region = cell.region.as_deref().map(|region| regions.name(region));
        }
    }

    /// The cells whose sum an area is.
    pub fn cells_of(&self, kind: AreaKind, code: &str) -> Vec<usize> {
        let inside = |cell: &Cell| match kind {
            AreaKind::England => true,
            AreaKind::Region => cell.region.as_deref() == Some(code),
            AreaKind::Icb => cell.row == code,
        };
        let cells = self.cells.iter().enumerate();
        cells.filter(|(_, cell)| inside(cell)).map(|(at, _)| at).collect()
    }

    /// Every area: kind, code and name.
    pub fn areas(&self) -> Vec<(AreaKind, String, String)> {
        let mut areas = BTreeSet::from([(AreaKind::England, "england".to_owned())]);
        for cell in &self.cells {
            let region = cell.region.clone().map(|region| (AreaKind::Region, region));
            areas.extend(region);
            areas.insert((AreaKind::Icb, cell.row.clone()));
        }
        areas
            .into_iter()
            .map(|(kind, code)| {
                let name = match kind {
                    AreaKind::England => "England".to_owned(),
                    _ => self.name(&code),
                };
                (kind, code, name)
            })
            .collect()
    }

    fn name(&self, code: &str) -> String {
        let names: Vec<String> =
            code.split('+').map(|code| written::area(self.names.get(code).map_or(code, String::as_str))).collect();
        written::list(&names)
    }

    /// What is wrong with the cut or the sums, before anything is published; nothing about values is looked at.
    ///
    /// # Errors
    /// What is wrong, in words.
    pub fn check(&self) -> Result<(), String> {
        let mut members = vec![0_u32; self.cells.len()];
        for (practice, cell) in &self.practices {
            let n = members.get_mut(*cell).ok_or(format!("{practice} is in no cell"))?;
            *n = n.saturating_add(1);
        }
        for (cell, n) in self.cells.iter().zip(members) {
            if cell.practices != n {
                let said = cell.practices;
                return Err(format!("{} has {n} practices and says {said}", cell.id));
            }
        }
        let ids: BTreeSet<&str> = self.cells.iter().map(|cell| cell.id.as_str()).collect();
        if ids.len() != self.cells.len() {
            return Err("two cells have one name".to_owned());
        }
        if self.series.len() > super::MOST_SERIES {
            return Err(format!("{} series are more than may be", self.series.len()));
        }
        let codes: BTreeSet<&str> = self.series.iter().map(|series| series.code.as_str()).collect();
        if codes.len() != self.series.len() {
            return Err("two series have one code".to_owned());
        }
        Ok(())
    }
}

/// Codes that are shown together.
#[derive(Default)]
struct Joined(Vec<BTreeSet<String>>);

impl Joined {
    fn join<'a>(&mut self, codes: impl Iterator<Item = &'a str>) {
        let mut all: BTreeSet<String> = codes.map(str::to_owned).collect();
        self.0.retain(|group| {
            let apart = group.is_disjoint(&all);
            if !apart {
                all.extend(group.iter().cloned());
            }
            apart
        });
        self.0.push(all);
    }

    fn name(&self, code: &str) -> String {
        let group = self.0.iter().find(|group| group.contains(code));
        group.map_or_else(|| code.to_owned(), |group| group.iter().map(String::as_str).collect::<Vec<_>>().join("+"))
    }
}
