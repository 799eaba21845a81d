//! The frame: which practices are counted, and the atoms they are counted in. Made of public facts alone.

use std::{collections::BTreeMap, fmt, str::FromStr};

use entity::ids::{NotAnId, OdsCode, OrgCode};
use serde::{Deserialize, Serialize};

/// A cell with fewer practices joins the largest atom of its ICB.
pub const LEAST_ATOM: u32 = 10;
/// An area with fewer practices shows nothing.
pub const LEAST_ICB: u32 = 20;

/// The kinds of areas a release speaks of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum AreaKind {
    /// All of it.
    England,
    /// One of seven regions.
    Region,
    /// An Integrated Care Board.
    Icb,
    /// What outsiders may see of an LMC's area: the atoms that stand for it.
    Lmc,
}

impl AreaKind {
    /// Stable text.
    pub fn code(self) -> &'static str {
        match self {
            Self::England => "england",
            Self::Region => "region",
            Self::Icb => "icb",
            Self::Lmc => "lmc",
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
        [Self::England, Self::Region, Self::Icb, Self::Lmc]
            .into_iter()
            .find(|kind| kind.code() == text)
            .ok_or(NotAnId {
                what: "a kind of area",
                why: "areas are england, region, icb and lmc",
            })
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

/// The smallest set of practices that is ever counted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Atom {
    /// Year, ICB and the LMC whose cell it grew from.
    pub id: String,
    /// Its ICB: atoms never cross one, so ICB totals are exact unions.
    pub icb: OrgCode,
    /// The LMC whose outside view it belongs to.
    pub lmc: Option<OrgCode>,
    /// Its region.
    pub region: Option<OrgCode>,
    /// How many practices.
    pub practices: u32,
}

/// The frozen frame of one year.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Frame {
    /// April of this year to March of the next.
    pub year: i32,
    /// The atoms, in order.
    pub atoms: Vec<Atom>,
    /// Which atom each practice belongs to: an index into `atoms`.
    pub practices: BTreeMap<OdsCode, usize>,
    /// Names of areas by code, as of 1 April.
    pub names: BTreeMap<String, String>,
    /// The series published in this year, in order.
    pub series: Vec<super::Series>,
}

/// Cuts the frame into atoms: the cells of ICB × LMC, small ones joined to the largest of the same ICB.
pub fn cut(
    year: i32,
    practices: &[FramePractice],
    names: BTreeMap<String, String>,
    series: Vec<super::Series>,
) -> Frame {
    type Cell<'a> = Vec<&'a FramePractice>;
    let mut icbs: BTreeMap<&OrgCode, BTreeMap<Option<&OrgCode>, Cell<'_>>> = BTreeMap::new();
    for practice in practices {
        icbs.entry(&practice.icb)
            .or_default()
            .entry(practice.lmc.as_ref())
            .or_default()
            .push(practice);
    }
    let mut frame = Frame {
        year,
        atoms: Vec::new(),
        practices: BTreeMap::new(),
        names,
        series,
    };
    for (icb, cells) in icbs {
        // Of cells of one size the first by code is the largest, so that the cut does not depend on the order of rows.
        let largest = cells
            .iter()
            .max_by_key(|(lmc, cell)| (cell.len(), std::cmp::Reverse(*lmc)))
            .map(|(lmc, _)| *lmc)
            .unwrap_or_default();
        let mut atoms: BTreeMap<Option<&OrgCode>, Cell<'_>> = BTreeMap::new();
        for (lmc, cell) in cells {
            let small = cell.len() < LEAST_ATOM as usize;
            atoms
                .entry(if small { largest } else { lmc })
                .or_default()
                .extend(cell);
        }
        for (lmc, members) in atoms {
            frame.add(icb, lmc, &members);
        }
    }
    frame
}

impl Frame {
    fn add(&mut self, icb: &OrgCode, lmc: Option<&OrgCode>, members: &[&FramePractice]) {
        let at = self.atoms.len();
        self.practices
            .extend(members.iter().map(|practice| (practice.code.clone(), at)));
        self.atoms.push(Atom {
            id: format!("{}:{}:{}", self.year, icb, lmc.map_or("-", OrgCode::as_str)),
            icb: icb.clone(),
            lmc: lmc.cloned(),
            region: members.iter().find_map(|practice| practice.region.clone()),
            practices: u32::try_from(members.len()).unwrap_or(u32::MAX),
        });
    }

    /// Indices of the atoms whose union stands for an area.
    pub fn atoms_of(&self, kind: AreaKind, code: &str) -> Vec<usize> {
        let inside = |atom: &Atom| match kind {
            AreaKind::England => true,
            AreaKind::Region => atom
                .region
                .as_ref()
                .is_some_and(|region| region.as_str() == code),
            AreaKind::Icb => atom.icb.as_str() == code,
            AreaKind::Lmc => atom.lmc.as_ref().is_some_and(|lmc| lmc.as_str() == code),
        };
        self.atoms
            .iter()
            .enumerate()
            .filter(|(_, atom)| inside(atom))
            .map(|(at, _)| at)
            .collect()
    }

    /// Every area with at least one atom: kind, code and name.
    pub fn areas(&self) -> Vec<(AreaKind, String, String)> {
        let mut areas = vec![(AreaKind::England, "england".to_owned())];
        let mut add = |kind, code: Option<&OrgCode>| {
            if let Some(code) = code {
                areas.push((kind, code.as_str().to_owned()));
            }
        };
        for atom in &self.atoms {
            add(AreaKind::Region, atom.region.as_ref());
            add(AreaKind::Icb, Some(&atom.icb));
            add(AreaKind::Lmc, atom.lmc.as_ref());
        }
        areas.sort();
        areas.dedup();
        let name = |code: &str| match code {
            "england" => "England".to_owned(),
            code => self
                .names
                .get(code)
                .cloned()
                .unwrap_or_else(|| code.to_owned()),
        };
        areas
            .into_iter()
            .map(|(kind, code)| {
                let name = name(&code);
                (kind, code, name)
            })
            .collect()
    }
}
