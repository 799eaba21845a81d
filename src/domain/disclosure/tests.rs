use std::collections::{BTreeMap, BTreeSet};

use entity::ids::{LocalDate, OdsCode};
use num_bigint::BigUint;
use proptest::prelude::*;

use super::{
    gaussian::{LAST, LOWER},
    noise::{factors, gaussian, of_uniform},
    *,
};

fn key() -> Key {
    Key::new([7; 32])
}

fn code(n: usize) -> OdsCode {
    format!("Z{n:05}").parse().unwrap()
}

/// Practices by ICB, region and how many, numbered through.
fn practices(icbs: &[(&str, &str, usize)]) -> Vec<FramePractice> {
    let each = icbs.iter().flat_map(|(icb, region, size)| std::iter::repeat_n((*icb, *region), *size));
    each.enumerate()
        .map(|(n, (icb, region))| FramePractice {
            code: code(n),
            icb: icb.parse().unwrap(),
            lmc: Some("east".parse().unwrap()),
            region: Some(region.parse().unwrap()),
        })
        .collect()
}

fn series(codes: &[&str]) -> Vec<Series> {
    codes.iter().map(|code| Series { code: (*code).to_owned(), title: format!("Title of {code}") }).collect()
}

fn first(practices: &[FramePractice]) -> Frame {
    let series = series(&[HAS_RECORDED, "x"]);
    cut(Period::FIRST, practices, BTreeMap::new(), series, None)
}

fn next(practices: &[FramePractice], before: &Frame) -> Frame {
    let period = Period::new(before.year + 1, 1).unwrap();
    let series = series(&[HAS_RECORDED, "x"]);
    cut(period, practices, BTreeMap::new(), series, Some(before))
}

fn release(frame: &Frame, period: Period, acting: &[(&str, Vec<u32>)]) -> Content {
    let acting = acting.iter();
    let acting = acting.map(|(series, counts)| ((*series).to_owned(), counts.clone()));
    let counted =
        Counted { period, frame, acting: &acting.collect(), before: None, ended: &std::collections::BTreeSet::new() };
    publish(&key(), counted)
}

#[test]
fn the_calendar_is_every_fourth_thursday_at_nine() {
    let ninth = Period::new(2026, 9).unwrap();
    assert_eq!(ninth.published_on().to_string(), "2026-11-19");
    assert_eq!(ninth.as_of().to_string(), "2026-11-18");
    assert_eq!(ninth.next().published_on().to_string(), "2026-12-17");
    assert_eq!(Period::FIRST.due_at().to_rfc3339(), "2026-04-09T08:00:00+00:00");
    assert_eq!(ninth.due_at().to_rfc3339(), "2026-11-19T09:00:00+00:00");
    let due = |at: &str| Period::due_by(at.parse().unwrap()).len();
    assert_eq!((due("2026-04-09T07:59:59Z"), due("2026-04-09T08:00:00Z"), due("2026-11-21T00:00:00Z")), (0, 1, 9));
    for year in 2026..2060 {
        for number in 1..=PERIODS_A_YEAR {
            let day = Period::new(year, number).unwrap().published_on();
            assert_eq!(day.long().split(' ').next(), Some("Thursday"));
            let april = |year| LocalDate::new(year, 4, 1).unwrap();
            assert!(april(year) <= day && (number < 13 || day < april(year + 1).plus_days(28)), "{year}/{number}");
        }
    }
}

/// Numbers below one to 75 digits.
fn one() -> BigUint {
    BigUint::from(10_u32).pow(75)
}

/// exp(−100 / 7,620,608), by its series: 1 / 2s² with s = 3.05 × 64.
fn step_of_the_bell() -> BigUint {
    let x = one() * 100_u32 / 7_620_608_u32;
    let (mut plus, mut minus) = (BigUint::ZERO, BigUint::ZERO);
    let mut term = one();
    for n in 1_u32..40 {
        if n % 2 == 1 {
            plus += &term;
        } else {
            minus += &term;
        }
        term = term * &x / one() / n;
    }
    plus - minus
}

#[test]
fn the_table_is_the_gaussian_to_sixty_digits() {
    let q = step_of_the_bell();
    // exp(−k²/2s²) from one k to the next: times q to the power of 2k + 1.
    let (mut weights, mut power) = (vec![one()], q.clone());
    for _ in 0..LAST {
        let weight = weights.last().unwrap() * &power / one();
        weights.push(weight);
        power = &power * &q / one() * &q / one();
    }
    let lower: BigUint = weights.iter().skip(1).sum();
    let all = &lower * 2_u32 + &weights[0];
    let mut sum = BigUint::ZERO;
    for (claimed, weight) in LOWER.iter().zip(weights.iter().skip(1).rev()) {
        sum += weight;
        let scaled = (&sum << 65_u32) / &all;
        assert_eq!(BigUint::from(*claimed), (scaled + 1_u32) >> 1_u32);
    }
}

#[test]
fn the_factors_are_central_binomials_to_forty_bits() {
    let mut choose = BigUint::from(1_u32);
    for (k, f) in factors(1_000).into_iter().enumerate() {
        let k = u32::try_from(k).unwrap();
        let scaled = (&choose << 41_u32) >> (2 * k);
        assert_eq!(BigUint::from(f), (scaled + 1_u32) >> 1_u32, "{k}");
        choose = choose * (2 * (2 * k + 1)) / (k + 1);
    }
}

#[test]
fn the_lookup_is_the_inverse_of_the_table() {
    for (at, limit) in LOWER.iter().enumerate().filter(|(_, limit)| **limit > 0) {
        let k = i32::try_from(at).unwrap() - LAST;
        assert!(of_uniform(*limit - 1) <= k && of_uniform(*limit) > k, "{k}");
        // The same from above.
        assert!(of_uniform(limit.wrapping_neg()) >= -k, "{k}");
        assert!(of_uniform(limit.wrapping_neg() - 1) < -k, "{k}");
    }
    assert_eq!(of_uniform(1 << 63), 0);
    let drawn: Vec<i32> = (0..20_000).map(|n| gaussian(&key(), "x", "cell", n)).collect();
    let square: i64 = drawn.iter().map(|g| i64::from(*g) * i64::from(*g)).sum();
    // 195.2² is 38,103; three standard errors of the mean of squares are 1,143.
    let mean = square / 20_000;
    assert!((36_960..39_246).contains(&mean), "{mean}");
}

#[test]
fn protected_counts_are_those_of_an_independent_program() {
    let of = |series, cell, t, coded| noisy(&key(), series, cell, t, coded);
    let cell = "AAA@2026-04-01";
    let year: Vec<i64> = (1..=13).map(|t| of("x", cell, t, 50)).collect();
    assert_eq!(year, [51, 53, 50, 46, 45, 46, 47, 52, 51, 50, 47, 47, 45]);
    let cell = "QRL@2027-04-01";
    let later = [1, 2, 13, 39, 52].map(|t| of(HAS_RECORDED, cell, t, 0));
    assert_eq!(later, [6, 6, 3, -5, 0]);
    let other = Key::new([8; 32]);
    let otherwise: Vec<i64> = (1..=13).map(|t| noisy(&other, "x", "AAA@2026-04-01", t, 50)).collect();
    assert_ne!(year, otherwise);
}

#[test]
fn a_change_is_said_beyond_what_the_noise_can_do() {
    let frame = |icbs: usize| {
        let codes: Vec<String> = (0..icbs).map(|n| format!("Q{n:02}")).collect();
        let icbs: Vec<(&str, &str, usize)> = codes.iter().map(|code| (code.as_str(), "Y99", 100)).collect();
        first(&practices(&icbs))
    };
    let england = release(&frame(36), Period::new(2026, 5).unwrap(), &[]);
    let all = england.area(AreaKind::England, "england").unwrap();
    let icb = england.area(AreaKind::Icb, "Q00").unwrap();
    assert_eq!((icb.noise_of_change(1), all.noise_of_change(1)), (12, 46));
    assert_eq!((icb.noise_of_change(13), all.noise_of_change(13)), (16, 66));
    let shown = |content: &Content, shown| {
        let mut content = content.clone();
        let area = content.areas.iter_mut().find(|area| area.code == "Q00");
        area.unwrap().figures[1].shown = shown;
        content
    };
    let frame = frame(1);
    let before = release(&frame, Period::new(2026, 5).unwrap(), &[]);
    let now = release(&frame, Period::new(2026, 6).unwrap(), &[]);
    let change = |was, is| {
        let (before, now) = (shown(&before, was), shown(&now, is));
        now.change_since(&before, now.area(AreaKind::Icb, "Q00").unwrap(), "x")
    };
    let about = Shown::About;
    assert_eq!(change(about(30), about(40)), Direction::NotClear);
    assert_eq!(change(about(30), about(45)), Direction::Up);
    assert_eq!(change(about(45), about(30)), Direction::Down);
    assert_eq!(change(Shown::FewerThanTen, about(20)), Direction::NotClear);
    assert_eq!(change(Shown::FewerThanTen, about(25)), Direction::Up);
    assert_eq!(change(about(30), Shown::Hidden), Direction::NotCompared);
    let next_year = release(&frame, Period::new(2027, 1).unwrap(), &[]);
    let area = next_year.area(AreaKind::Icb, "Q00").unwrap();
    let last = shown(&now, about(90));
    assert_eq!(next_year.change_since(&last, area, "x"), Direction::NotCompared);
}

#[test]
fn display_is_a_number_with_its_range_or_a_class() {
    let sum = |value, practices| Sum {
        value,
        practices,
        margin: top_margin(practices),
        variance: Variance::of_release(1),
        hidden_at_top: 0,
    };
    assert_eq!(display(sum(-7, 64)), (Shown::FewerThanTen, None));
    // Its range reaches past ten: the class would be wrong too often.
    assert_eq!(display(sum(9, 64)), (Shown::Between, Some((0, 15))));
    assert_eq!(display(sum(4, 64)), (Shown::FewerThanTen, None));
    assert_eq!(display(sum(10, 64)), (Shown::About(10), Some((0, 20))));
    assert_eq!(display(sum(32, 64)), (Shown::About(30), Some((25, 40))));
    assert_eq!(display(sum(33, 64)), (Shown::About(35), Some((25, 40))));
    // 64 practices: a margin of 7, so over 52 reads as "50 or more".
    assert_eq!(display(sum(52, 64)).0, Shown::About(50));
    assert_eq!(display(sum(53, 64)), (Shown::Between, Some((45, 60))));
    assert_eq!(display(sum(56, 64)), (Shown::OrMore(50), None));
    assert_eq!(display(sum(90, 64)), (Shown::OrMore(50), None));
    // Of thirty-six cells a class would say more than is known.
    let of_many = Sum { variance: Variance::of_release(13).times(36), ..sum(3, 6_129) };
    assert_eq!(display(of_many), (Shown::Between, Some((0, 55))));
}

#[test]
fn a_range_reaches_up_to_everybody_where_the_top_may_be_hidden() {
    let frame = first(&practices(&[("AAA", "Y99", 60)]));
    let all = protect(&key(), "x", &frame.cells[0], Period::FIRST, 60);
    let margin = protect(&key(), "x", &frame.cells[0], Period::FIRST, 54);
    assert_eq!(all, margin, "all of them reads like all but the margin");
    assert_eq!(all.likely().1, 60);
}

#[test]
fn an_icb_goes_on_under_a_new_name_and_as_the_sum_of_those_that_merged() {
    let before = first(&practices(&[("AAA", "Y99", 60), ("BBB", "Y99", 50), ("CCC", "Y99", 40)]));
    let same = next(&practices(&[("AAA", "Y99", 60), ("BBB", "Y99", 50), ("CCC", "Y99", 40)]), &before);
    assert_eq!(same.cells, before.cells);
    let renamed = next(&practices(&[("ZZZ", "Y99", 60), ("BBB", "Y99", 50), ("CCC", "Y99", 40)]), &before);
    let named: BTreeSet<(&str, &str)> =
        renamed.cells.iter().map(|cell| (cell.id.as_str(), cell.row.as_str())).collect();
    assert!(named.contains(&("AAA@2026-04-01", "ZZZ")), "{named:?}");
    // Two merge, and four practices open in what they became.
    let merged = next(&practices(&[("MMM", "Y99", 110), ("CCC", "Y99", 40), ("MMM", "Y99", 4)]), &before);
    let cells: Vec<(&str, &str, u32, u32)> =
        merged.cells.iter().map(|cell| (cell.id.as_str(), cell.row.as_str(), cell.practices, cell.first)).collect();
    assert_eq!(
        cells,
        [("CCC@2026-04-01", "CCC", 40, 1), ("AAA@2026-04-01", "MMM", 64, 1), ("BBB@2026-04-01", "MMM", 50, 1)]
    );
    let period = Period::new(2027, 1).unwrap();
    assert_eq!(merged.cells[1].t(period), 14, "its stream goes on");
    merged.check().unwrap();
}

#[test]
fn a_border_that_moves_begins_anew_and_few_practices_never_stand_alone() {
    let before = first(&practices(&[("QRL", "Y58", 200), ("QU9", "Y58", 300), ("QAA", "Y59", 90)]));
    let moved =
        |n: usize| next(&practices(&[("QRL", "Y58", 200 + n), ("QU9", "Y58", 300 - n), ("QAA", "Y59", 90)]), &before);
    let few = moved(14);
    assert_eq!(rows(&few), [("QAA@2026-04-01", "QAA"), ("QRL@2027-04-01", "QRL+QU9"), ("QU9@2027-04-01", "QRL+QU9")]);
    let many = moved(20);
    assert_eq!(rows(&many), [("QAA@2026-04-01", "QAA"), ("QRL@2027-04-01", "QRL"), ("QU9@2027-04-01", "QU9")]);
    // Found by the code of either, and one row a year later again.
    let content = release(&few, Period::new(2027, 1).unwrap(), &[]);
    let joint = content.area(AreaKind::Icb, "QU9").unwrap();
    assert_eq!((joint.code.as_str(), joint.practices), ("QRL+QU9", 500));
    let later = next(&practices(&[("QRL", "Y58", 214), ("QU9", "Y58", 286), ("QAA", "Y59", 90)]), &few);
    assert_eq!(rows(&later), [("QAA@2026-04-01", "QAA"), ("QRL@2027-04-01", "QRL"), ("QU9@2027-04-01", "QU9")]);
}

/// The cells of a frame and the rows they are shown in.
fn rows(frame: &Frame) -> Vec<(&str, &str)> {
    let cells = frame.cells.iter();
    cells.map(|cell| (&*cell.id, &*cell.row)).collect()
}

#[test]
fn where_few_change_hands_over_the_border_of_a_region_the_regions_are_one_row() {
    let before = first(&practices(&[("QRL", "Y58", 200), ("QU9", "Y58", 300), ("QAA", "Y59", 90)]));
    let over = next(&practices(&[("QRL", "Y58", 200), ("QU9", "Y58", 295), ("QAA", "Y59", 95)]), &before);
    let regions: BTreeSet<&str> = over.cells.iter().filter_map(|cell| cell.region.as_deref()).collect();
    assert_eq!(regions, BTreeSet::from(["Y58+Y59"]));
}

#[test]
fn what_nobody_recorded_reads_as_not_known() {
    let frame = first(&practices(&[("AAA", "Y99", 60), ("BBB", "Y98", 80), ("CCC", "Y98", 19)]));
    let content = release(&frame, Period::FIRST, &[]);
    for area in &content.areas {
        let item = area.figure("x").unwrap();
        let small = area.practices < LEAST_ICB;
        assert_eq!(item.shown, if small { Shown::Hidden } else { Shown::TooFew });
        let said = content.paragraph(area);
        assert!(said.contains("too few of the") && said.contains("may be acting"), "{said}");
    }
}

#[test]
fn the_more_cells_are_summed_the_more_must_have_recorded() {
    // 20, and where cells are summed twice 1.96 × 3.05 × √cells besides, each half rounded up.
    for (cells, least) in [(1, 20), (2, 38), (3, 42), (7, 52), (44, 100)] {
        let of = |value| Sum { value, variance: Variance::of_release(1).times(cells), ..Sum::default() };
        let cells = cells as usize;
        assert!(has_enough(cells, of(least)), "{cells} cells, {least}");
        assert!(!has_enough(cells, of(least - 1)), "{cells} cells, {least}");
    }
}

#[test]
fn what_was_enough_once_stays_shown() {
    let frame = first(&practices(&[("AAA", "Y99", 60)]));
    let many = [(HAS_RECORDED, vec![50]), ("x", vec![30])];
    let before = release(&frame, Period::FIRST, &many);
    assert!(before.area(AreaKind::Icb, "AAA").unwrap().enough);
    let none = BTreeMap::new();
    let counted = Counted {
        period: Period::FIRST.next(),
        frame: &frame,
        acting: &none,
        before: Some(&before),
        ended: &std::collections::BTreeSet::new(),
    };
    let now = publish(&key(), counted);
    assert!(now.area(AreaKind::Icb, "AAA").unwrap().enough);
    assert!(!publish(&key(), Counted { before: None, ..counted }).area(AreaKind::Icb, "AAA").unwrap().enough);
}

#[test]
fn enough_is_inherited_from_the_same_cells_and_the_same_method_alone() {
    let was = first(&practices(&[("AAA", "Y99", 60), ("BBB", "Y99", 60)]));
    let last = Period::new(2026, 13).unwrap();
    let many = [(HAS_RECORDED, vec![50, 50]), ("x", vec![30, 30])];
    let before = release(&was, last, &many);
    let by_method_1 = Content { method: VERSION_1.to_owned(), ..before.clone() };
    // Twenty practices go from one ICB to the other: both begin anew, England with them.
    let moved = next(&practices(&[("AAA", "Y99", 40), ("BBB", "Y99", 80)]), &was);
    let same = next(&practices(&[("AAA", "Y99", 60), ("BBB", "Y99", 60)]), &was);
    let (none, ended) = (BTreeMap::new(), BTreeSet::new());
    for (frame, before, enough) in [(&same, &before, true), (&moved, &before, false), (&same, &by_method_1, false)] {
        let content = publish(
            &key(),
            Counted {
                period: Period::new(2027, 1).unwrap(),
                frame,
                acting: &none,
                before: Some(before),
                ended: &ended,
            },
        );
        for area in &content.areas {
            assert_eq!(area.enough, enough, "{} {}", area.code, before.method);
        }
    }
}

#[test]
fn noise_depends_on_the_calendar_and_not_on_which_release_came_first() {
    let ninth = Period::new(2026, 9).unwrap();
    let some = practices(&[("AAA", "Y99", 60)]);
    let late = cut(ninth, &some, BTreeMap::new(), series(&["x"]), None);
    assert_eq!((late.cells[0].t(ninth), late.cells[0].t(ninth.next())), (9, 10));
}

#[test]
fn an_item_that_conflicts_since_is_not_counted_any_more_in_words() {
    let frame = first(&practices(&[("AAA", "Y99", 60)]));
    let acting = BTreeMap::from([(HAS_RECORDED.to_owned(), vec![50]), ("x".to_owned(), vec![30])]);
    let before = release(&frame, Period::FIRST, &[(HAS_RECORDED, vec![50]), ("x", vec![30])]);
    let content = publish(
        &key(),
        Counted {
            period: Period::FIRST.next(),
            frame: &frame,
            acting: &acting,
            before: Some(&before),
            ended: &BTreeSet::from(["x".to_owned()]),
        },
    );
    let area = content.area(AreaKind::Icb, "AAA").unwrap();
    let figure = area.figure("x").unwrap();
    assert_eq!(figure.in_words(area.practices), "not counted any more");
    assert_eq!((figure.likely, figure.percent, figure.bounds), (None, None, None));
    assert_eq!(content.change_since(&before, area, "x"), Direction::NotCompared);
    assert!(!content.paragraph(area).contains("Title of x"), "{}", content.paragraph(area));
}

#[test]
fn bounds_are_rounded_outward() {
    let sums = |value, recorded, practices| {
        let of = |value| Sum { value, practices, variance: Variance::of_release(1), ..Sum::default() };
        [(HAS_RECORDED, of(recorded)), ("x", of(value))]
    };
    for practices in 20..300_u32 {
        let (value, recorded) = (i64::from(practices / 2), i64::from(practices * 2 / 3));
        let figures = figures(practices, true, &sums(value, recorded, practices), &BTreeSet::new());
        let Some((low, high)) = figures[1].bounds else {
            continue;
        };
        let (least, most) = figures[1].likely.unwrap();
        let silent = practices - figures[0].likely.unwrap().0;
        assert!(low * practices <= least * 100, "{practices}: least {low}%");
        assert!(high * practices >= (most + silent).min(practices) * 100, "{practices}: most {high}%");
    }
}

#[test]
fn the_paragraph_says_the_denominator_once_and_only_what_keeps_off_zero() {
    let frame = first(&practices(&[("AAA", "Y99", 152)]));
    let content = release(&frame, Period::FIRST, &[(HAS_RECORDED, vec![70]), ("x", vec![35])]);
    let said = content.paragraph(content.area(AreaKind::Icb, "AAA").unwrap());
    assert_eq!(said.matches("152").count(), 1, "{said}");
    assert!(
        said.contains("have recorded something") && said.contains("“Title of x” has been recorded by about "),
        "{said}"
    );
    let rare = release(&frame, Period::FIRST, &[(HAS_RECORDED, vec![70]), ("x", vec![2])]);
    let said = rare.paragraph(rare.area(AreaKind::Icb, "AAA").unwrap());
    assert!(!said.contains("Title of x") && said.contains("told from none"), "{said}");
}

#[test]
fn what_method_1_published_is_read_as_it_was() {
    let old = serde_json::json!({
        "number": 9, "year": 2026, "period": 9, "published_on": "2026-11-19", "as_of": "2026-11-18", "next_on": "2026-12-17",
        "method": "headroom-release-1", "epsilon_per_year": "6.5",
        "series": [{ "code": "x", "title": "X" }],
        "areas": [
            { "kind": "icb", "code": "AAA", "name": "A", "practices": 64, "lmcs": ["east"], "figures": [
                { "series": "x", "shown": { "kind": "fewer-than-ten" }, "likely": [0, 20] }] },
            { "kind": "lmc", "code": "east", "name": "East LMC", "practices": 60, "figures": [] },
        ],
    });
    let content = read(&old.to_string()).unwrap();
    assert_eq!(content.method_in_words(), "method 1");
    assert_eq!(content.areas.len(), 1);
    let area = &content.areas[0];
    assert_eq!(area.lmcs["east"], "East LMC");
    assert_eq!(area.figures[0].in_words(area.practices), "fewer than 10 of 64");
    assert_eq!(area.figures[0].likely, None);
    let frame = serde_json::json!({
        "year": 2026,
        "atoms": [
            { "id": "2026:AAA:east", "icb": "AAA", "lmc": "east", "region": "Y99", "practices": 2 },
            { "id": "2026:AAA:-", "icb": "AAA", "lmc": null, "region": "Y99", "practices": 1 },
            { "id": "2026:BBB:-", "icb": "BBB", "lmc": null, "region": null, "practices": 1 },
        ],
        "practices": { "Z00001": 0, "Z00002": 0, "Z00003": 1, "Z00004": 2 },
        "names": { "AAA": "A" },
        "series": [{ "code": "x", "title": "X" }, { "code": "service-ending", "title": "Ends" }],
    });
    let frame = read_frame(&frame.to_string()).unwrap();
    frame.check().unwrap();
    assert_eq!(frame.cells.iter().map(|cell| cell.practices).collect::<Vec<_>>(), [3, 1]);
    assert_eq!(frame.series.len(), 1);
    let text = serde_json::to_string(&frame).unwrap();
    assert_eq!(read_frame(&text).unwrap(), frame);
}

fn any_icbs() -> impl Strategy<Value = Vec<(usize, usize)>> {
    prop::collection::vec((0_usize..5, 1_usize..70), 1..10)
}

const ICBS: [(&str, &str); 5] = [("AAA", "Y98"), ("BBB", "Y98"), ("CCC", "Y99"), ("DDD", "Y99"), ("EEE", "Y99")];

fn of(icbs: &[(usize, usize)]) -> Vec<FramePractice> {
    let named: Vec<(&str, &str, usize)> = icbs.iter().map(|(icb, size)| (ICBS[*icb].0, ICBS[*icb].1, *size)).collect();
    practices(&named)
}

proptest! {
    #[test]
    fn cells_partition_the_practices_whatever_moved(was in any_icbs(), is in any_icbs()) {
        let before = first(&of(&was));
        before.check().unwrap();
        let now = next(&of(&is), &before);
        now.check().unwrap();
        prop_assert_eq!(now.practices.len(), of(&is).len());
        for practice in of(&is) {
            let cell = &now.cells[now.practices[&practice.code]];
            prop_assert_eq!(&cell.icb, &practice.icb);
            // A stream goes on only where everybody who stayed goes with it.
            if let Some(old) = before.cells.iter().position(|old| old.id == cell.id) {
                let mine = now.practices[&practice.code];
                for (other, at) in &before.practices {
                    if *at == old && let Some(now) = now.practices.get(other) {
                        prop_assert_eq!(*now, mine);
                    }
                }
            }
        }
    }

    #[test]
    fn the_cut_does_not_depend_on_the_order_of_rows(was in any_icbs(), is in any_icbs()) {
        let before = first(&of(&was));
        let (now, mut turned) = (of(&is), of(&is));
        turned.reverse();
        prop_assert_eq!(next(&now, &before), next(&turned, &before));
    }

    #[test]
    fn every_figure_is_in_fives_and_sums_agree(icbs in any_icbs(), seed in any::<u32>(), number in 1_u32..=13) {
        let frame = first(&of(&icbs));
        let counts: Vec<u32> = frame.cells.iter().map(|cell| seed % 97 % (cell.practices + 1)).collect();
        let period = Period::new(2026, number).unwrap();
        let content = release(&frame, period, &[(HAS_RECORDED, counts.clone()), ("x", counts)]);
        for area in &content.areas {
            for figure in &area.figures {
                if let Some(value) = figure.shown.number() {
                    prop_assert_eq!(value % 5, 0);
                    prop_assert!(value <= area.practices);
                }
                let ranged = matches!(figure.shown, Shown::About(_) | Shown::Between);
                prop_assert_eq!(figure.likely.is_some(), ranged, "a range or a class");
                if let Some((low, high)) = figure.likely {
                    prop_assert!(low <= high && high <= area.practices);
                }
                if let Some((low, high)) = figure.bounds {
                    prop_assert!(low <= high && high <= 100);
                }
            }
        }
        let text = serde_json::to_string(&content).unwrap();
        prop_assert_eq!(read(&text).unwrap(), content);
    }
}
