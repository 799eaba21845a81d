//! Who is where: the frame of August 2026, and invented hierarchies with what 1 April does to them.

use std::{collections::BTreeMap, path::Path};

use headroom::domain::disclosure::{self, Frame, FramePractice, HAS_RECORDED, Period, Series};

use super::dice::Dice;

/// A practice in a frame: its code, its ICB and its region.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Practice {
    pub(super) code: String,
    pub(super) icb: String,
    pub(super) region: String,
}

/// All practices that were open on a 1 April.
pub(super) type Practices = Vec<Practice>;

/// The 14 series of the budget: "has recorded", and others.
pub(super) fn series() -> Vec<Series> {
    let named = |code: String| Series { title: code.clone(), code };
    let items = (1..super::method::SERIES).map(|n| named(format!("item-{n}")));
    std::iter::once(named(HAS_RECORDED.to_owned())).chain(items).collect()
}

/// The practices of August 2026: 36 ICBs of 50 to 510.
pub(super) fn england() -> Practices {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/organisations/practices_2026-08.csv");
    let mut reader = csv::Reader::from_path(file).unwrap();
    let rows = reader.deserialize::<BTreeMap<String, String>>();
    rows.map(|row| {
        let row = row.unwrap();
        Practice { code: row["ods_code"].clone(), icb: row["icb_code"].clone(), region: row["region_code"].clone() }
    })
    .collect()
}

/// The service's own cut of a frame, of the year of this release.
pub(super) fn cut(first: Period, practices: &Practices, before: Option<&Frame>) -> Frame {
    let practices: Vec<FramePractice> = practices
        .iter()
        .map(|one| FramePractice {
            code: one.code.parse().unwrap(),
            icb: one.icb.parse().unwrap(),
            lmc: None,
            region: Some(one.region.parse().unwrap()),
        })
        .collect();
    disclosure::cut(first, &practices, BTreeMap::new(), series(), before)
}

/// The period of the release of this number, from 1.
pub(super) fn period(number: u32) -> Period {
    let mut all = std::iter::successors(Some(Period::FIRST), |period| Some(period.next()));
    all.nth(usize::try_from(number).unwrap() - 1).unwrap()
}

/// What happens to an invented hierarchy on 1 April.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum April {
    Nothing,
    Merger,
    Split,
    /// A code stays while its area grows by a piece of a neighbour's.
    BorderMoves,
    /// The same, over the border of a region.
    RegionsMove,
    /// Some close, some open.
    OpenAndClose,
}

const APRILS: [April; 6] =
    [April::Merger, April::Split, April::BorderMoves, April::RegionsMove, April::OpenAndClose, April::Nothing];

/// An invented hierarchy before and after.
pub(super) struct Hierarchy {
    pub(super) what: April,
    pub(super) before: Practices,
    pub(super) after: Practices,
}

/// Two or three regions of two to four ICBs, one of them of thirty practices; none so small that one practice that closes
/// leaves fewer than twenty, which would be hidden and no piece that changed hands.
pub(super) fn invented(n: u32) -> Hierarchy {
    let mut dice = Dice(u64::from(n).wrapping_mul(0x1234_5678_9abc_def1) ^ 0x5eed);
    let mut before = Practices::new();
    for region in 0..dice.between(2, 3) {
        for icb in 0..dice.between(2, 4) {
            let size = if icb == 0 { 30 } else { dice.between(21, 120) };
            before.extend((0..size).map(|at| Practice {
                code: format!("P{region}{icb}{at:03}"),
                icb: format!("Q{region}{icb}"),
                region: format!("Y{region}"),
            }));
        }
    }
    let what = APRILS[usize::try_from(n).unwrap() % APRILS.len()];
    let after = april(what, &before, &mut dice);
    Hierarchy { what, before, after }
}

fn april(what: April, before: &Practices, dice: &mut Dice) -> Practices {
    let mut after = before.clone();
    // Pieces that are shown by themselves, and pieces that are too small for it.
    let piece = usize::try_from([1, 5, 14, 19, 20, 25][usize::try_from(dice.between(0, 5)).unwrap()]).unwrap();
    match what {
        April::Nothing => {}
        April::Merger => {
            // One of the two codes, or a new one.
            let code = if dice.chance(0.5) { "Q00" } else { "QNEW" };
            for one in after.iter_mut().filter(|one| ["Q00", "Q01"].contains(&one.icb.as_str())) {
                code.clone_into(&mut one.icb);
            }
        }
        April::Split => rename(&mut after, ("Q01", "QNEW"), "Y0", piece),
        April::BorderMoves => rename(&mut after, ("Q01", "Q00"), "Y0", piece),
        April::RegionsMove => rename(&mut after, ("Q01", "Q10"), "Y1", piece),
        April::OpenAndClose => {
            after.retain(|one| !one.code.ends_with("007"));
            let opened = before.iter().filter(|one| one.code.ends_with("003"));
            after.extend(opened.map(|one| Practice { code: one.code.replace('P', "N"), ..one.clone() }));
        }
    }
    after
}

/// The first so many of one ICB change to another.
fn rename(after: &mut Practices, (from, to): (&str, &str), region: &str, piece: usize) {
    for one in after.iter_mut().filter(|one| one.icb == from).take(piece) {
        to.clone_into(&mut one.icb);
        region.clone_into(&mut one.region);
    }
}
