//! T6 and T8: releases of worlds at all uptakes, made by the service's own code with keys of ours, held against the truth by
//! what a reader reads: ranges, classes, "up" and "down". And what the noise costs such a reader.

use std::collections::BTreeMap;

use headroom::domain::disclosure::{
    self, Area, AreaKind, Content, Counted, Direction, Figure, Frame, HAS_RECORDED, Key, Shown,
};

use super::{
    dice::Dice,
    method::{SIGMA, deviation, margin, memory, number, remembered, whole},
    world::{cut, england, invented, period},
};

/// Uptakes of the worlds.
const WORLDS: [f64; 10] = [0.0, 0.005, 0.01, 0.02, 0.05, 0.2, 0.5, 0.8, 0.9, 0.95];
/// So many practices in a hundred have recorded anything where items are asked about.
const RECORDED: f64 = 0.6;

/// How many act: by series, then cell.
type Counts = BTreeMap<String, Vec<u32>>;

/// Counts near this uptake in every cell.
fn counts(frame: &Frame, uptake: f64, dice: &mut Dice) -> Counts {
    let series = frame.series.iter().map(|series| {
        let share = if series.code == HAS_RECORDED { uptake.max(RECORDED) } else { uptake };
        let cells = frame.cells.iter().map(|cell| {
            let exact = f64::from(cell.practices) * share;
            u32::try_from(whole((exact + 1.0 - dice.unit()).floor())).unwrap()
        });
        (series.code.clone(), cells.collect())
    });
    series.collect()
}

fn publish(key: &Key, number: u32, frame: &Frame, counts: &Counts, before: Option<&Content>) -> Content {
    let counted =
        Counted { period: period(number), frame, acting: counts, before, ended: &std::collections::BTreeSet::new() };
    disclosure::publish(key, counted)
}

/// The frame of each year: nothing is re-cut.
fn frames() -> Vec<Frame> {
    let practices = england();
    let mut frames: Vec<Frame> = Vec::new();
    for year in 0..3 {
        let frame = cut(period(1 + 13 * year), &practices, frames.last());
        frames.push(frame);
    }
    frames
}

fn truth(frame: &Frame, counts: &Counts, area: &Area, series: &str) -> u32 {
    let cells = frame.cells_of(area.kind, &area.code);
    cells.iter().map(|at| counts[series][*at]).sum()
}

/// What readers of one level were told.
#[derive(Default)]
struct Told {
    ranges: Share,
    few: Share,
    more: Share,
    /// Ranges and classes.
    all: Share,
    changes: Share,
    /// Of ranges and classes, area by area: who reads one area only is told the truth as well.
    areas: BTreeMap<String, Share>,
}

#[derive(Default, Clone, Copy)]
struct Share(u32, u32);

impl Share {
    fn add(&mut self, is_so: bool) {
        self.0 += u32::from(is_so);
        self.1 += 1;
    }

    fn percent(self) -> f64 {
        100.0 * f64::from(self.0) / f64::from(self.1.max(1))
    }
}

impl Told {
    fn figure(&mut self, area: &Area, figure: &Figure, truth: u32) {
        let holds = match (figure.shown, figure.likely) {
            (Shown::FewerThanTen, _) => {
                self.few.add(truth < 10);
                truth < 10
            }
            (Shown::OrMore(least), _) => {
                self.more.add(truth >= least);
                truth >= least
            }
            (Shown::About(_) | Shown::Between, Some((low, high))) => {
                self.ranges.add((low..=high).contains(&truth));
                (low..=high).contains(&truth)
            }
            _ => return,
        };
        self.all.add(holds);
        self.areas.entry(area.code.clone()).or_default().add(holds);
    }
}

/// Looks at releases of one world in which nobody changes.
fn look(frames: &[Frame], counts: &Counts, key: &Key, told: &mut BTreeMap<AreaKind, Told>) {
    let numbers: Vec<u32> = (1..=13).chain([14, 20, 26, 27, 38, 39]).collect();
    let mut made: Vec<Content> = Vec::new();
    for release in numbers {
        let frame = &frames[usize::try_from((release - 1) / 13).unwrap()];
        let content = publish(key, release, frame, counts, made.last());
        for area in &content.areas {
            let level = told.entry(area.kind).or_default();
            for figure in &area.figures {
                level.figure(area, figure, truth(frame, counts, area, &figure.series));
                for before in made.iter().rev().take(4) {
                    let change = content.change_since(before, area, &figure.series);
                    if content.year == before.year {
                        level.changes.add(matches!(change, Direction::Up | Direction::Down));
                    } else {
                        assert_eq!(change, Direction::NotCompared, "across 1 April");
                    }
                }
            }
        }
        made.push(content);
    }
}

impl Told {
    /// The area that was told the truth least often.
    fn worst(&self) -> f64 {
        let areas = self.areas.values().map(|share| share.percent());
        areas.fold(100.0, f64::min)
    }

    fn says(&self, uptake: f64, kind: AreaKind) -> String {
        let of = |share: Share| format!("{:.1}% of {}", share.percent(), share.1);
        format!(
            "T8, {:>4}% act, {kind}: right in {:.1}% (93), in the worst area {:.1}% ({WORST}); ranges {}, “fewer than 10” {}, “or more” \
             {}; up or down with nobody changing {:.1}% (5)",
            100.0 * uptake,
            self.all.percent(),
            self.worst(),
            of(self.ranges),
            of(self.few),
            of(self.more),
            self.changes.percent()
        )
    }
}

/// Who reads one area only is told the truth as often as who reads all.
const WORST: f64 = 93.0;

/// What was told in these worlds, in words and where it is not honest enough. Two halves, so that two processors share them.
fn honest(worlds: &[f64], seed: u64) -> (Vec<String>, Vec<String>) {
    let frames = frames();
    let mut dice = Dice(seed);
    let (mut all, mut failed) = (Vec::new(), Vec::new());
    for uptake in worlds {
        let mut told: BTreeMap<AreaKind, Told> = BTreeMap::new();
        for _ in 0..3 {
            let counts = counts(&frames[0], *uptake, &mut dice);
            look(&frames, &counts, &Key::new(dice.key()), &mut told);
        }
        for (kind, told) in told {
            let says = told.says(*uptake, kind);
            if told.all.percent() < 93.0 || told.worst() < WORST || told.changes.percent() > 5.0 {
                failed.push(says.clone());
            }
            all.push(says);
        }
    }
    (all, failed)
}

#[test]
fn likely_ranges_and_classes_hold_where_few_act() {
    let (says, failed) = honest(&WORLDS[..5], 8);
    println!("{}", says.join("\n"));
    assert!(failed.is_empty(), "{failed:#?}");
}

#[test]
fn likely_ranges_and_classes_hold_where_many_act() {
    let (says, failed) = honest(&WORLDS[5..], 88);
    println!("{}", says.join("\n"));
    assert!(failed.is_empty(), "{failed:#?}");
}

#[test]
fn where_nothing_is_recorded_it_says_so() {
    let frames = frames();
    let mut dice = Dice(80);
    // Nobody has recorded anything at all.
    let nothing: Counts =
        frames[0].series.iter().map(|series| (series.code.clone(), vec![0; frames[0].cells.len()])).collect();
    let (mut shown, mut words) = (BTreeMap::<AreaKind, Share>::new(), Share::default());
    for _ in 0..6 {
        let key = Key::new(dice.key());
        let mut before = None;
        for release in 1..=13 {
            let content = publish(&key, release, &frames[0], &nothing, before.as_ref());
            for area in &content.areas {
                let says = content.paragraph(area);
                words.add(says.contains("too few of the") && says.contains("to say what they do"));
                shown.entry(area.kind).or_default().add(area.enough);
            }
            before = Some(content);
        }
    }
    for (kind, enough) in &shown {
        println!(
            "T8, nothing recorded, {kind}: items shown all the same in {:.1}% of areas and releases ({ENOUGH_BY_CHANCE})",
            enough.percent()
        );
    }
    println!("T8, nothing recorded: the paragraph says so in {:.1}% (95)", words.percent());
    assert!(words.percent() >= 95.0);
    assert!(shown.values().all(|enough| enough.percent() <= ENOUGH_BY_CHANCE));
}

/// Items of an area in which nothing is recorded may be shown so often, in percent.
const ENOUGH_BY_CHANCE: f64 = 2.0;

#[test]
fn an_item_that_nobody_does_is_not_said_to_be_done() {
    let frames = frames();
    let mut dice = Dice(81);
    // An item that nobody does, where many have recorded others.
    let (mut says_some, mut far) = (BTreeMap::<AreaKind, Share>::new(), Share::default());
    for _ in 0..4 {
        let counts = counts(&frames[0], 0.0, &mut dice);
        let key = Key::new(dice.key());
        let mut before = None;
        for release in [1, 4, 7, 10, 13, 26, 39] {
            let frame = &frames[usize::try_from((release - 1) / 13).unwrap()];
            let content = publish(&key, release, frame, &counts, before.as_ref());
            for area in &content.areas {
                for figure in area.figures.iter().filter(|figure| figure.series != HAS_RECORDED) {
                    let some = figure.likely.is_some_and(|(low, _)| low > 0);
                    says_some.entry(area.kind).or_default().add(some || matches!(figure.shown, Shown::OrMore(_)));
                    if area.kind == AreaKind::England {
                        far.add(figure.likely.is_some_and(|(_, high)| high >= 100));
                    }
                }
            }
            before = Some(content);
        }
    }
    for (kind, some) in &says_some {
        println!("T8, an item nobody does, {kind}: a range that keeps off zero in {:.1}% (5)", some.percent());
    }
    println!("T8, an item nobody does, England: up to 100 or more in {:.1}% (10)", far.percent());
    assert!(far.percent() <= 10.0);
    assert!(says_some.values().all(|some| some.percent() <= 5.0));
}

#[test]
fn all_and_the_margin_less_read_the_same_byte_for_byte() {
    // T6: in ICBs in which everybody does everything, or all but the margin do.
    let mut dice = Dice(6);
    let mut frames: Vec<Frame> =
        (0..super::hierarchies().min(50)).map(|n| cut(period(1), &invented(n).before, None)).collect();
    frames.push(cut(period(1), &england(), None));
    let mut releases = 0;
    for frame in &frames {
        let key = Key::new(dice.key());
        let level = |idle: fn(u32) -> u32| -> Counts {
            let cells: Vec<u32> = frame.cells.iter().map(|cell| cell.practices - idle(cell.practices)).collect();
            frame.series.iter().map(|series| (series.code.clone(), cells.clone())).collect()
        };
        let (all, less) = (level(|_| 0), level(margin));
        let mut before = None;
        for release in 1..=13 {
            let content = publish(&key, release, frame, &all, before.as_ref());
            let other = publish(&key, release, frame, &less, before.as_ref());
            assert_eq!(content, other);
            releases += 1;
            before = Some(content);
        }
    }
    println!("T6: {releases} releases equal byte for byte, “all” and “b do not”: told apart in 50.0% (50.5)");
}

/// The shares of practices published between August 2024 and 2026, in a thousand, item by item.
const UPTAKE: [f64; 13] = [0.42, 0.46, 0.70, 0.61, 0.41, 0.20, 0.42, 0.46, 0.70, 0.61, 0.41, 0.20, 0.05];
/// Areas differ by so much either way.
const SPREAD: f64 = 0.15;

#[test]
fn figures_of_the_real_frame_are_near_enough_to_plan_on() {
    let frames = frames();
    let mut dice = Dice(20_261_122);
    let mut errors = Vec::new();
    let mut far = Vec::new();
    for _ in 0..2 {
        let key = Key::new(dice.key());
        let mut uptakes = UPTAKE.iter();
        let counts: Counts = frames[0]
            .series
            .iter()
            .map(|series| {
                let usual = if series.code == HAS_RECORDED { 0.75 } else { *uptakes.next().unwrap() };
                let cells = frames[0].cells.iter().map(|cell| {
                    let share = (usual + SPREAD * (2.0 * dice.unit() - 1.0)).clamp(0.0, 0.7_f64.max(usual));
                    dice.of(cell.practices, share)
                });
                (series.code.clone(), cells.collect())
            })
            .collect();
        let mut before = None;
        for release in (1..=13).chain([39]) {
            let frame = &frames[usize::try_from((release - 1) / 13).unwrap()];
            let content = publish(&key, release, frame, &counts, before.as_ref());
            for area in &content.areas {
                for figure in area.figures.iter().filter(|figure| figure.series != HAS_RECORDED) {
                    let shown = figure.shown.centre().or(figure.likely.map(|(low, high)| u32::midpoint(low, high)));
                    let Some(shown) = shown else { continue };
                    let error = shown.abs_diff(truth(frame, &counts, area, &figure.series));
                    match (area.kind, release) {
                        (AreaKind::Icb, 1..=13) => errors.push(error),
                        (AreaKind::England, _) => far.push(error),
                        _ => {}
                    }
                }
            }
            before = Some(content);
        }
    }
    errors.sort_unstable();
    let mean = f64::from(errors.iter().sum::<u32>()) / number(errors.len());
    let most = errors[errors.len() * 95 / 100];
    let england = f64::from(far.iter().sum::<u32>()) / number(far.len());
    println!(
        "utility of the real frame, first year, up to 70% uptake: {} figures of ICB × item, mean error {mean:.2} practices \
         (3.6), 95 of 100 within {most} (9); England {england:.1}",
        errors.len()
    );
    assert!(mean <= 3.6 && most <= 9);
}

#[test]
fn methods_that_must_fail_do_fail_the_honest_reader() {
    let mut dice = Dice(9);
    let frame = cut(period(1), &england(), None);
    let memory = memory(13);
    let half = 1.96 * deviation(13) * number(frame.cells.len()).sqrt();
    let (mut clamped, mut told) = (Share::default(), Share::default());
    for _ in 0..200 {
        let (mut sum, mut now, mut then) = (0.0, 0.0, 0.0);
        for _ in &frame.cells {
            let gaussians: Vec<f64> = (0..13).map(|_| SIGMA * dice.normal()).collect();
            let noise = remembered(&gaussians, &memory);
            sum += noise[12].max(0.0);
            now += noise[12];
            then += noise[11];
        }
        clamped.add(sum - half <= 0.0);
        told.add((now - then).abs() > 10.0);
    }
    println!(
        "T9, each cell clamped before the sum: England's range holds zero in {:.1}% (broken under 93); one threshold of 10: \
         up or down in {:.1}% of England's changes with nobody changing (broken above 5)",
        clamped.percent(),
        told.percent()
    );
    assert!(clamped.percent() < 93.0 && told.percent() > 5.0);
}

#[test]
fn five_that_collude_move_nothing_but_their_own_sums() {
    // T5: whatever five of one ICB do, the others' figures, and which figures there are, stay.
    let frame = cut(period(1), &england(), None);
    let mut dice = Dice(5);
    let key = Key::new(dice.key());
    let quiet = counts(&frame, 0.4, &mut dice);
    let mut moved = quiet.clone();
    for cells in moved.values_mut() {
        cells[0] += 5;
    }
    let inside = |area: &Area| frame.cells_of(area.kind, &area.code).contains(&0);
    let mut same = 0;
    for release in 1..=13 {
        let [one, other] = [&quiet, &moved].map(|counts| publish(&key, release, &frame, counts, None));
        assert_eq!(one.areas.len(), other.areas.len());
        for (one, other) in one.areas.iter().zip(&other.areas) {
            assert!(inside(one) || one == other, "{}", one.code);
            same += u32::from(one == other);
        }
    }
    println!(
        "T5: {same} areas of 13 releases of 44 are the same; the ICB of the five, its region and England may differ"
    );
}
