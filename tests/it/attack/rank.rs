//! T2: which sets of practices combinations of published areas isolate, within a frame year and over 1 April.

use std::collections::{BTreeMap, BTreeSet};

use headroom::domain::disclosure::{AreaKind, Frame};

use super::world::{April, Hierarchy, cut, england, invented, period};

/// Pieces that change hands and are smaller are never shown by themselves.
const LEAST_PIECE: usize = 20;

/// Areas as sets of practices.
type Areas = Vec<BTreeSet<String>>;

/// Every area of a frame; single ICBs too where they are one row with others, if asked.
fn areas(frame: &Frame, apart: bool) -> Areas {
    let mut all: BTreeMap<(AreaKind, String), BTreeSet<String>> = BTreeMap::new();
    for (practice, at) in &frame.practices {
        let cell = &frame.cells[*at];
        let icb = if apart { cell.icb.to_string() } else { cell.row.clone() };
        let rows = [
            (AreaKind::England, "england".to_owned()),
            (AreaKind::Region, cell.region.clone().unwrap()),
            (AreaKind::Icb, icb),
        ];
        for row in rows {
            all.entry(row).or_default().insert(practice.to_string());
        }
    }
    all.into_values().collect()
}

/// The least set of practices that some combination of these areas isolates, of those under `under`.
fn least_isolated(areas: &Areas, under: usize) -> Option<usize> {
    // Practices that lie in the same areas cannot be told apart: sets that can be isolated are made of such atoms.
    let practices: BTreeSet<&String> = areas.iter().flatten().collect();
    let mut atoms: BTreeMap<Vec<bool>, usize> = BTreeMap::new();
    for practice in practices {
        let inside = areas.iter().map(|area| area.contains(practice)).collect();
        *atoms.entry(inside).or_default() += 1;
    }
    let sizes: Vec<usize> = atoms.values().copied().collect();
    let rows: Vec<Vec<f64>> =
        (0..areas.len()).map(|area| atoms.keys().map(|inside| f64::from(u8::from(inside[area]))).collect()).collect();
    let rank = rank(&rows);
    let small: Vec<usize> = (0..sizes.len()).filter(|at| sizes[*at] < under).collect();
    assert!(small.len() < 16, "{} small atoms", small.len());
    let sets = 1..1_u32 << small.len();
    let isolated = sets.filter_map(|set| {
        let chosen: Vec<usize> =
            small.iter().enumerate().filter(|(bit, _)| set >> bit & 1 == 1).map(|(_, at)| *at).collect();
        let size: usize = chosen.iter().map(|at| sizes[*at]).sum();
        if size >= under {
            return None;
        }
        let mut more = rows.clone();
        let mut own = vec![0.0; sizes.len()];
        for at in &chosen {
            own[*at] = 1.0;
        }
        more.push(own);
        (self::rank(&more) == rank).then_some(size)
    });
    isolated.min()
}

/// The rank of a matrix, by elimination with the largest pivot.
fn rank(rows: &[Vec<f64>]) -> usize {
    let mut rows = rows.to_vec();
    let mut rank = 0;
    for column in 0..rows.first().map_or(0, Vec::len) {
        let largest = (rank..rows.len()).max_by(|a, b| rows[*a][column].abs().total_cmp(&rows[*b][column].abs()));
        let Some(at) = largest.filter(|at| rows[*at][column].abs() > 1e-9) else {
            continue;
        };
        rows.swap(rank, at);
        let pivot = rows[rank].clone();
        for row in rows.iter_mut().skip(rank + 1) {
            let times = row[column] / pivot[column];
            for (a, p) in row.iter_mut().zip(&pivot) {
                *a -= times * p;
            }
        }
        rank += 1;
    }
    rank
}

/// Both years' areas, of the practices that were there in both: who opened or closed is public, and alone in its ICB's
/// stream like one that joins.
fn over_april(before: &Areas, after: &Areas) -> Areas {
    let of = |areas: &Areas| -> BTreeSet<String> { areas.iter().flatten().cloned().collect() };
    let both: BTreeSet<String> = of(before).intersection(&of(after)).cloned().collect();
    let areas = before.iter().chain(after);
    areas.map(|area| area.intersection(&both).cloned().collect()).collect()
}

fn years(hierarchy: &Hierarchy) -> (Frame, Frame) {
    let before = cut(period(1), &hierarchy.before, None);
    let after = cut(period(14), &hierarchy.after, Some(&before));
    (before, after)
}

#[test]
fn no_combination_of_areas_isolates_a_few() {
    let (mut apart, mut moved) = (0, 0);
    for n in 0..super::hierarchies() {
        let hierarchy = invented(n);
        let (before, after) = years(&hierarchy);
        for frame in [&before, &after] {
            let smallest = frame.areas().into_iter().filter(|(kind, ..)| *kind == AreaKind::Icb);
            let smallest = smallest.map(|(kind, code, _)| {
                let cells = frame.cells_of(kind, &code);
                cells.iter().map(|at| frame.cells[*at].practices).sum::<u32>()
            });
            let smallest = usize::try_from(smallest.min().unwrap()).unwrap();
            assert_eq!(least_isolated(&areas(frame, false), smallest), None, "{n}");
        }
        let joint = over_april(&areas(&before, false), &areas(&after, false));
        let least = least_isolated(&joint, LEAST_PIECE);
        assert_eq!(least, None, "hierarchy {n}, {:?}", hierarchy.what);
        // Were each ICB a row of its own, small pieces would stand alone.
        let joint = over_april(&areas(&before, true), &areas(&after, true));
        apart += u32::from(least_isolated(&joint, LEAST_PIECE).is_some());
        moved += u32::from(matches!(hierarchy.what, April::BorderMoves | April::RegionsMove | April::Split));
    }
    println!(
        "T2: {} hierarchies, nothing smaller than the smallest ICB isolated within a year, no piece of fewer than {LEAST_PIECE} \
         over 1 April; without joined rows {apart} of {moved} that moved borders give one away",
        super::hierarchies()
    );
    assert!(apart > 0);
}

#[test]
fn cells_of_one_practice_fall_to_rank() {
    // T9: LMCs beside ICBs, where one practice lies across the border.
    let mut broken = 0;
    for n in 0..5 {
        let before = invented(n).before;
        let all = areas(&cut(period(1), &before, None), false);
        let mut crossing = all.clone();
        let lmc = before.iter().filter(|one| one.icb == "Q00" || one.code == "P01000");
        crossing.push(lmc.map(|one| one.code.clone()).collect());
        broken += u32::from(least_isolated(&crossing, 20) == Some(1));
    }
    println!("T9, cells of one practice: {broken} of 5 isolate one");
    assert_eq!(broken, 5);
    // And the real frame isolates nothing smaller than its smallest ICB.
    let frame = cut(period(1), &england(), None);
    assert_eq!(least_isolated(&areas(&frame, false), 50), None);
}
