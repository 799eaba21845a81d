//! Releases and frames as method 1 wrote them, read as what they said. Nothing new is made of a release; of a frame, the
//! cells of its ICBs.

use std::collections::{BTreeMap, BTreeSet};

use entity::ids::{LocalDate, OdsCode, OrgCode};
use serde::Deserialize;
use serde_json::Error;

use super::{Area, AreaKind, Cell, Content, Figure, Frame, OnlyHere, Period, Series, Shown, VERSION_1};
use crate::domain::written;

/// A series of method 1 that is not published any more.
const SERVICE_ENDING: &str = "service-ending";

#[derive(Deserialize)]
struct Method {
    method: String,
}

#[derive(Deserialize)]
struct Release {
    number: u32,
    year: i32,
    period: u32,
    published_on: LocalDate,
    as_of: LocalDate,
    next_on: LocalDate,
    series: Vec<Series>,
    areas: Vec<OldArea>,
}

#[derive(Deserialize)]
struct OldArea {
    kind: String,
    code: String,
    name: String,
    practices: u32,
    #[serde(default)]
    lmcs: Vec<String>,
    figures: Vec<Figure>,
}

/// Reads the content of a release, whichever method made it.
///
/// # Errors
/// Where the text is no release.
pub fn read(text: &str) -> Result<Content, Error> {
    if serde_json::from_str::<Method>(text)?.method != VERSION_1 {
        return serde_json::from_str(text);
    }
    let old: Release = serde_json::from_str(text)?;
    let lmcs: BTreeMap<String, String> =
        old.areas.iter().filter(|area| area.kind == "lmc").map(|area| (area.code.clone(), area.name.clone())).collect();
    Ok(Content {
        number: old.number,
        year: old.year,
        period: old.period,
        published_on: old.published_on,
        as_of: old.as_of,
        next_on: old.next_on,
        method: VERSION_1.to_owned(),
        notes: Vec::new(),
        series: old.series,
        areas: old.areas.into_iter().filter_map(|old| area(old, &lmcs)).collect(),
        made_here: OnlyHere,
    })
}

/// Rows of LMCs are passed over: their areas are not ICBs, and nothing like them is published now.
fn area(old: OldArea, lmcs: &BTreeMap<String, String>) -> Option<Area> {
    Some(Area {
        kind: old.kind.parse::<AreaKind>().ok()?,
        code: old.code,
        name: written::area(&old.name),
        region: None,
        practices: old.practices,
        lmcs: old
            .lmcs
            .into_iter()
            .map(|code| {
                let name = lmcs.get(&code).unwrap_or(&code).clone();
                (code, name)
            })
            .collect(),
        streams: BTreeMap::new(),
        enough: true,
        figures: old.figures.into_iter().map(figure).collect(),
    })
}

/// Either a class or a range.
fn figure(old: Figure) -> Figure {
    let is_number = matches!(old.shown, Shown::About(_));
    Figure { likely: old.likely.filter(|_| is_number), ..old }
}

#[derive(Deserialize)]
struct OldFrame {
    year: i32,
    atoms: Vec<Atom>,
    practices: BTreeMap<OdsCode, usize>,
    names: BTreeMap<String, String>,
    series: Vec<Series>,
}

#[derive(Deserialize)]
struct Atom {
    icb: OrgCode,
    lmc: Option<OrgCode>,
    region: Option<OrgCode>,
}

/// Reads a frozen frame, whichever method froze it.
///
/// # Errors
/// Where the text is no frame.
pub fn read_frame(text: &str) -> Result<Frame, Error> {
    match serde_json::from_str::<OldFrame>(text) {
        Ok(old) => Ok(cells_of(old)),
        Err(_) => serde_json::from_str(text),
    }
}

fn cells_of(old: OldFrame) -> Frame {
    let first = Period::new(old.year, 1).map_or(1, Period::index);
    let mut cells: BTreeMap<&OrgCode, Cell> = BTreeMap::new();
    for atom in &old.atoms {
        cells.entry(&atom.icb).or_insert_with(|| Cell {
            id: format!("{}@{}-04-01", atom.icb, old.year),
            icb: atom.icb.clone(),
            row: atom.icb.to_string(),
            region: atom.region.as_ref().map(ToString::to_string),
            lmcs: BTreeSet::new(),
            practices: 0,
            first,
        });
    }
    for atom in &old.atoms {
        if let Some(cell) = cells.get_mut(&atom.icb) {
            cell.lmcs.extend(atom.lmc.clone());
        }
    }
    let places: BTreeMap<OrgCode, usize> = (0..).zip(cells.keys()).map(|(at, icb)| ((*icb).clone(), at)).collect();
    let mut cells: Vec<Cell> = cells.into_values().collect();
    let mut practices = BTreeMap::new();
    for (practice, atom) in old.practices {
        let at = old.atoms.get(atom).and_then(|atom| places.get(&atom.icb));
        let Some(at) = at.copied() else { continue };
        if let Some(cell) = cells.get_mut(at) {
            cell.practices = cell.practices.saturating_add(1);
        }
        practices.insert(practice, at);
    }
    let mut series = old.series;
    series.retain(|series| series.code != SERVICE_ENDING);
    Frame { year: old.year, cells, practices, names: old.names, series }
}
