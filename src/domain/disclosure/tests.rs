use std::collections::BTreeSet;

use entity::ids::{LocalDate, OdsCode, OrgCode};
use proptest::prelude::*;

use super::*;

fn key() -> Key {
    Key::new([7; 32])
}

fn code(n: usize) -> OdsCode {
    format!("Z{n:05}").parse().unwrap()
}

fn practices(cells: &[(&str, &str, usize)]) -> Vec<FramePractice> {
    let mut n = 0;
    cells
        .iter()
        .flat_map(|(icb, lmc, size)| {
            (0..*size)
                .map(|_| {
                    n += 1;
                    FramePractice {
                        code: code(n),
                        icb: icb.parse().unwrap(),
                        lmc: (*lmc != "-").then(|| lmc.parse().unwrap()),
                        region: Some("Y99".parse().unwrap()),
                    }
                })
                .collect::<Vec<_>>()
        })
        .collect()
}

fn series(codes: &[&str]) -> Vec<Series> {
    codes
        .iter()
        .map(|code| Series {
            code: (*code).to_owned(),
            title: (*code).to_owned(),
        })
        .collect()
}

#[test]
fn the_calendar_is_every_fourth_thursday_at_nine() {
    let ninth = Period::new(2026, 9).unwrap();
    assert_eq!(ninth.published_on().to_string(), "2026-11-19");
    assert_eq!(ninth.as_of().to_string(), "2026-11-18");
    assert_eq!(ninth.next().published_on().to_string(), "2026-12-17");
    assert_eq!(
        Period::FIRST.due_at().to_rfc3339(),
        "2026-04-09T08:00:00+00:00"
    );
    assert_eq!(ninth.due_at().to_rfc3339(), "2026-11-19T09:00:00+00:00");
    let due = |at: &str| Period::due_by(at.parse().unwrap()).len();
    assert_eq!(
        (
            due("2026-04-09T07:59:59Z"),
            due("2026-04-09T08:00:00Z"),
            due("2026-11-21T00:00:00Z")
        ),
        (0, 1, 9)
    );
    for year in 2026..2060 {
        for number in 1..=PERIODS_A_YEAR {
            let day = Period::new(year, number).unwrap().published_on();
            assert_eq!(day.long().split(' ').next(), Some("Thursday"));
            let april = |year| LocalDate::new(year, 4, 1).unwrap();
            assert!(
                april(year) <= day && (number < 13 || day < april(year + 1).plus_days(28)),
                "{year}/{number}"
            );
        }
    }
}

#[test]
fn the_table_is_the_distribution_it_claims() {
    let alpha = (-EPSILON).exp();
    let mut sum = 0.0;
    for (at, limit) in noise::CUMULATIVE.iter().enumerate() {
        let z = i32::try_from(at).unwrap() - CLIP;
        let mass = (1.0 - alpha) / (1.0 + alpha) * alpha.powi(z.abs());
        sum += if z == -CLIP {
            alpha.powi(CLIP) / (1.0 + alpha)
        } else {
            mass
        };
        #[expect(clippy::cast_precision_loss, reason = "compared to twelve digits")]
        let claimed = *limit as f64 / 2_f64.powi(64);
        assert!((claimed - sum).abs() < 1e-12, "{z}");
    }
    let mut histogram = [0_u32; 49];
    for n in 0..20_000 {
        let z = z(&key(), "series", &format!("atom {n}"), Period::FIRST);
        histogram[usize::try_from(z + CLIP).unwrap()] += 1;
    }
    // 24.5% are zero; five standard errors are 1.5%.
    assert!((4_600..5_200).contains(&histogram[24]), "{}", histogram[24]);
    let (below, above): (u32, u32) = (histogram[..24].iter().sum(), histogram[25..].iter().sum());
    assert!(below.abs_diff(above) < 700, "{below} {above}");
}

#[test]
fn noise_depends_on_every_part_of_its_name() {
    let base = |series: &str, atom: &str, period| {
        (0..64)
            .map(|n| z(&key(), &format!("{series}{n}"), atom, period))
            .collect::<Vec<_>>()
    };
    let first = base("a", "x", Period::FIRST);
    assert_eq!(first, base("a", "x", Period::FIRST));
    assert_ne!(first, base("b", "x", Period::FIRST));
    assert_ne!(first, base("a", "y", Period::FIRST));
    assert_ne!(first, base("a", "x", Period::FIRST.next()));
    let other = (0..64)
        .map(|n| z(&Key::new([8; 32]), &format!("a{n}"), "x", Period::FIRST))
        .collect::<Vec<_>>();
    assert_ne!(first, other);
}

#[test]
fn display_follows_the_thresholds() {
    let sum = |value, practices| Protected {
        value,
        practices,
        margin: top_margin(practices),
        atoms: 1,
    };
    assert_eq!(display(sum(9, 64)), Shown::FewerThanTen);
    assert_eq!(display(sum(10, 64)), Shown::About(10));
    assert_eq!(display(sum(32, 64)), Shown::About(30));
    assert_eq!(display(sum(33, 64)), Shown::About(35));
    // 64 practices: a margin of 7, so over 52 reads as "50 or more".
    assert_eq!(display(sum(52, 64)), Shown::About(50));
    assert_eq!(display(sum(53, 64)), Shown::OrMore(50));
    assert_eq!(display(sum(64, 64)), Shown::OrMore(50));
    assert_eq!(likely(Shown::About(30), 64, 1), Some((20, 40)));
    assert_eq!(likely(Shown::FewerThanTen, 64, 1), Some((0, 20)));
    assert_eq!(likely(Shown::Hidden, 19, 1), None);
}

#[test]
fn a_small_icb_shows_nothing() {
    let frame = cut(
        2026,
        &practices(&[("AAA", "north", 19), ("BBB", "south", 20)]),
        BTreeMap::new(),
        vec![],
    );
    let content = publish(
        1,
        Period::FIRST,
        &frame,
        &key(),
        &series(&["x"]),
        &BTreeMap::new(),
    );
    let shown = |code: &str| {
        content
            .area(AreaKind::Icb, code)
            .unwrap()
            .figure("x")
            .unwrap()
            .shown
    };
    assert_eq!(shown("AAA"), Shown::Hidden);
    assert_ne!(shown("BBB"), Shown::Hidden);
    assert_ne!(
        content
            .area(AreaKind::England, "england")
            .unwrap()
            .figure("x")
            .unwrap()
            .shown,
        Shown::Hidden
    );
}

fn any_cells() -> impl Strategy<Value = Vec<(usize, usize, usize)>> {
    prop::collection::vec((0_usize..4, 0_usize..6, 1_usize..40), 1..12)
}

fn frame_of(cells: &[(usize, usize, usize)]) -> (Vec<FramePractice>, Frame) {
    let icbs = ["AAA", "BBB", "CCC", "DDD"];
    let lmcs = ["-", "east", "west", "north", "south", "mid"];
    let named: Vec<(&str, &str, usize)> = cells
        .iter()
        .map(|(icb, lmc, size)| (icbs[*icb], lmcs[*lmc], *size))
        .collect();
    let practices = practices(&named);
    let frame = cut(2026, &practices, BTreeMap::new(), vec![]);
    (practices, frame)
}

proptest! {
    #[test]
    fn atoms_partition_every_icb_and_are_large_enough(cells in any_cells()) {
        let (practices, frame) = frame_of(&cells);
        prop_assert_eq!(frame.practices.len(), practices.len());
        let mut sizes = vec![0_u32; frame.atoms.len()];
        for practice in &practices {
            let at = frame.practices[&practice.code];
            prop_assert_eq!(&frame.atoms[at].icb, &practice.icb);
            sizes[at] += 1;
        }
        for (at, atom) in frame.atoms.iter().enumerate() {
            prop_assert_eq!(atom.practices, sizes[at]);
            let alone = frame.atoms_of(AreaKind::Icb, atom.icb.as_str()).len() == 1;
            prop_assert!(atom.practices >= LEAST_ATOM || alone, "{:?}", atom);
        }
        let ids: BTreeSet<&String> = frame.atoms.iter().map(|atom| &atom.id).collect();
        prop_assert_eq!(ids.len(), frame.atoms.len());
    }

    #[test]
    fn the_cut_does_not_depend_on_the_order_of_rows(cells in any_cells()) {
        let (mut practices, frame) = frame_of(&cells);
        practices.reverse();
        let again = cut(2026, &practices, BTreeMap::new(), vec![]);
        prop_assert_eq!(frame.atoms, again.atoms);
        prop_assert_eq!(frame.practices, again.practices);
    }

    #[test]
    fn a_protected_count_stays_within_its_atom_and_is_always_the_same(n in 1_u32..400, acting in 0_u32..400) {
        let icb: OrgCode = "AAA".parse().unwrap();
        let atom = Atom { id: format!("atom {n}"), icb, lmc: None, region: None, practices: n };
        let acting = acting.min(n);
        let once = protect(&key(), "x", &atom, Period::FIRST, acting);
        prop_assert_eq!(once, protect(&key(), "x", &atom, Period::FIRST, acting));
        prop_assert!(once.value <= n);
    }

    #[test]
    fn all_of_them_reads_like_all_but_the_margin(n in 10_u32..400) {
        let icb: OrgCode = "AAA".parse().unwrap();
        let atom = Atom { id: format!("atom {n}"), icb, lmc: None, region: None, practices: n };
        let all = protect(&key(), "x", &atom, Period::FIRST, n);
        prop_assert_eq!(all, protect(&key(), "x", &atom, Period::FIRST, n - top_margin(n)));
    }

    #[test]
    fn one_more_acting_practice_moves_a_cell_by_at_most_one(n in 10_u32..400, acting in 0_u32..399) {
        let icb: OrgCode = "AAA".parse().unwrap();
        let atom = Atom { id: format!("atom {n}"), icb, lmc: None, region: None, practices: n };
        let acting = acting.min(n - 1);
        let before = protect(&key(), "x", &atom, Period::FIRST, acting).value;
        let after = protect(&key(), "x", &atom, Period::FIRST, acting + 1).value;
        prop_assert!(after == before || after == before + 1);
    }

    #[test]
    fn every_figure_is_displayed_in_fives_with_its_range(cells in any_cells(), seed in any::<u64>()) {
        let (_, frame) = frame_of(&cells);
        let counts: Vec<u32> = frame.atoms.iter().map(|atom| u32::try_from(seed % 97).unwrap().min(atom.practices)).collect();
        let acting = BTreeMap::from([("x".to_owned(), counts.clone()), (HAS_RECORDED.to_owned(), counts)]);
        let content = publish(3, Period::FIRST, &frame, &key(), &series(&["x", HAS_RECORDED]), &acting);
        for area in &content.areas {
            for figure in &area.figures {
                if let Shown::About(value) | Shown::OrMore(value) = figure.shown {
                    prop_assert_eq!(value % 5, 0);
                    prop_assert!(value <= area.practices);
                    let (low, high) = figure.likely.unwrap();
                    prop_assert!(low <= value && value <= high.max(value) && high <= area.practices);
                }
                if let Some((low, high)) = figure.bounds {
                    prop_assert!(low <= high && high <= 100);
                }
            }
        }
        let text = serde_json::to_string(&content).unwrap();
        prop_assert_eq!(serde_json::from_str::<Content>(&text).unwrap(), content);
    }

    #[test]
    fn a_year_of_releases_passes_its_check_unless_a_cell_is_too_small(cells in any_cells(), acting in 0_u32..60) {
        let (_, mut frame) = frame_of(&cells);
        frame.series = series(&["x"]);
        let counts = frame.atoms.iter().map(|atom| acting.min(atom.practices)).collect();
        let acting = BTreeMap::from([("x".to_owned(), counts)]);
        let until = Period::new(2026, PERIODS_A_YEAR).unwrap();
        let year = Year { frame: &frame, key: &key(), until, acting: &acting };
        let small: Vec<&str> = frame.atoms.iter().filter(|atom| atom.practices < LEAST_ATOM).map(|atom| atom.id.as_str()).collect();
        let named = check(&year, None).err().unwrap_or_default();
        let named: Vec<&str> = named.iter().map(|exposed| exposed.cell.as_str()).collect();
        prop_assert_eq!(named, small);
    }

    #[test]
    fn a_practice_that_moves_stays_hidden_between_the_two_years(acting in 0_usize..40) {
        let before = practices(&[("AAA", "l", 40), ("BBB", "l", 40)]);
        let mut after = before.clone();
        after[0].icb = "BBB".parse().unwrap();
        let cut = |year, practices: &[FramePractice]| cut(year, practices, BTreeMap::new(), series(&["x"]));
        let (old, new) = (cut(2026, &before), cut(2027, &after));
        let counted = |frame: &Frame| {
            let mut counts = vec![0; frame.atoms.len()];
            for practice in before.iter().take(acting) {
                counts[frame.practices[&practice.code]] += 1;
            }
            BTreeMap::from([("x".to_owned(), counts)])
        };
        let (was, is) = (counted(&old), counted(&new));
        let other = Key::new([8; 32]);
        let of = |frame, key, year, acting| Year { frame, key, until: Period::new(year, PERIODS_A_YEAR).unwrap(), acting };
        let (key, other) = (key(), other);
        prop_assert_eq!(check(&of(&new, &other, 2027, &is), Some(&of(&old, &key, 2026, &was))), Ok(()));
    }
}
