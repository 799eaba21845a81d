use proptest::prelude::*;
use uuid::Uuid;

use super::*;

fn limit(contacts: u32) -> Limit {
    Limit { contacts, nearing_percent: NEARING_PERCENT, set_by: SetBy::Recommended }
}

fn rule(clinician: Option<ClinicianId>, from: &str, full_day: u32) -> Rule {
    Rule {
        clinician,
        effective_on: from.parse().unwrap(),
        recorded_at: "2026-01-01T00:00:00Z".parse().unwrap(),
        last_on: None,
        full_day,
        one_session: full_day / 2,
        duty_day: None,
        nearing_percent: 85,
    }
}

#[test]
fn a_day_of_25_passes_through_every_state() {
    for (counted, state, left) in [
        (0, "available", 25),
        (14, "available", 11),
        (21, "available", 4),
        (22, "nearing", 3),
        (24, "nearing", 1),
        (25, "at-limit", 0),
        (26, "over", 0),
    ] {
        let headroom = Headroom::of(counted, limit(25));
        assert_eq!((headroom.code(), headroom.left()), (state, left), "{counted}");
    }
}

#[test]
fn the_threshold_that_is_written_out_is_the_one_that_decides() {
    for percent in [1, 33, 70, 85, 99, 100] {
        for contacts in 0..60 {
            let limit = Limit { nearing_percent: percent, ..limit(contacts) };
            for counted in 0..=contacts {
                let is_nearing = !matches!(Headroom::of(counted, limit), Headroom::Available { .. });
                let expected = counted >= limit.nearing_from();
                assert_eq!(is_nearing, expected, "{counted} of {contacts} at {percent}%");
            }
        }
    }
}

/// A clinician's day with so many contacts, against a full day's limit.
fn counted(n: u32) -> Day {
    let facts = DayFacts { taps: Some(n), ..DayFacts::default() };
    let me = ClinicianId(Uuid::nil());
    day(&facts, &Rules::default(), me, "2026-11-20".parse().unwrap())
}

#[test]
fn a_practice_stands_where_the_room_of_its_clinicians_puts_it() {
    for (counts, code, left, over) in [
        (vec![0], "available", 25, 0),
        // One is far past the limit, and the other has all of theirs.
        (vec![50, 0], "available", 25, 25),
        (vec![26, 20], "nearing", 5, 1),
        (vec![25, 25], "at-limit", 0, 0),
        (vec![30, 30], "over", 0, 10),
        (vec![30, 25], "over", 0, 5),
        (vec![30, 24], "nearing", 1, 5),
    ] {
        let days: Vec<Day> = counts.iter().map(|n| counted(*n)).collect();
        let sum = PracticeDay::sum(&days);
        let headroom = sum.headroom().unwrap();
        assert_eq!((headroom.code(), sum.left(), sum.over), (code, left, over), "{counts:?}");
    }
    assert_eq!(PracticeDay::default().headroom(), None);
    let silent = Day { source: None, ..counted(0) };
    assert_eq!(PracticeDay::sum(&[silent]).headroom(), None);
}

fn halves(half_sessions: u32) -> Worked {
    Worked { half_sessions, duty: false }
}

#[test]
fn the_limit_follows_sessions_dates_and_overrides() {
    let me = ClinicianId(Uuid::now_v7());
    let other = ClinicianId(Uuid::now_v7());
    let on = |text: &str| text.parse::<LocalDate>().unwrap();
    let full = Worked::FULL_DAY;
    let none = Rules::default();
    for (half_sessions, contacts) in [(1, 7), (2, 13), (3, 20), (4, 25), (6, 25)] {
        let limit = limit_on(&none, Some(me), on("2026-11-20"), halves(half_sessions));
        assert_eq!(limit.contacts, contacts, "{half_sessions} halves");
        assert_eq!(limit.set_by, SetBy::Recommended);
    }
    let mut rules = Rules {
        limits: vec![rule(None, "2026-10-01", 28), rule(None, "2026-12-01", 36), rule(Some(me), "2026-11-01", 20)],
        rota: Vec::new(),
    };
    let contacts = |rules: &Rules, who, day: &str, worked| limit_on(rules, Some(who), on(day), worked).contacts;
    assert_eq!(contacts(&rules, me, "2026-11-20", full), 20);
    assert_eq!(contacts(&rules, me, "2026-10-31", full), 28);
    assert_eq!(contacts(&rules, other, "2026-12-24", full), 36);
    assert_eq!(contacts(&rules, other, "2026-09-30", full), 25);
    rules.limits.push(Rule { last_on: Some(on("2026-11-20")), duty_day: Some(10), ..rule(Some(me), "2026-11-19", 15) });
    assert_eq!(contacts(&rules, me, "2026-11-18", full), 20);
    assert_eq!(contacts(&rules, me, "2026-11-20", full), 15);
    assert_eq!(contacts(&rules, me, "2026-11-21", full), 20);
    let duty = Worked { duty: true, ..full };
    assert_eq!(contacts(&rules, me, "2026-11-20", duty), 10);
    assert_eq!(contacts(&rules, other, "2026-11-20", duty), 28);
}

#[test]
fn the_rota_says_what_a_weekday_is_until_the_day_itself_says_more() {
    let me = ClinicianId(Uuid::now_v7());
    let row = |weekday, half_sessions, from: &str| RotaDay {
        clinician: me,
        weekday,
        half_sessions,
        effective_on: from.parse().unwrap(),
        recorded_at: "2026-01-01T00:00:00Z".parse().unwrap(),
    };
    let rules = Rules {
        limits: Vec::new(),
        rota: vec![row(5, 4, "2026-01-01"), row(5, 2, "2026-11-01"), row(1, 0, "2026-01-01")],
    };
    let on = |text: &str, facts: DayFacts| day(&facts, &rules, me, text.parse().unwrap());
    assert_eq!(on("2026-11-20", DayFacts::default()).limit.contacts, 13);
    assert_eq!(on("2026-10-30", DayFacts::default()).limit.contacts, 25);
    // Who works on a day off works a full day until somebody says otherwise.
    assert_eq!(on("2026-11-23", DayFacts::default()).limit.contacts, 25);
    let said = DayFacts { worked: Some(halves(1)), ..DayFacts::default() };
    assert_eq!(on("2026-11-20", said).limit.contacts, 7);
}

#[test]
fn the_chosen_source_counts_where_it_says_anything() {
    let me = ClinicianId(Uuid::now_v7());
    let facts = DayFacts { taps: Some(20), complex: 4, sheet: Some(18), import: Some(23), ..DayFacts::default() };
    let with = |chosen, facts: DayFacts| {
        let facts = DayFacts { chosen, ..facts };
        let day = day(&facts, &Rules::default(), me, "2026-11-20".parse().unwrap());
        (day.source, day.counted, day.weighted_tenths)
    };
    assert_eq!(with(None, facts.clone()), (Some(Source::Taps), 20, 260));
    let import = Some(Source::Import);
    assert_eq!(with(import, facts.clone()), (import, 23, 230));
    let no_import = DayFacts { import: None, ..facts };
    assert_eq!(with(import, no_import), (Some(Source::Taps), 20, 260));
}

#[test]
fn taps_and_sheet_are_never_added_together() {
    let me = ClinicianId(Uuid::now_v7());
    let on = "2026-11-20".parse().unwrap();
    let both = DayFacts { taps: Some(3), sheet: Some(18), ..DayFacts::default() };
    assert_eq!(day(&both, &Rules::default(), me, on).counted, 3);
    let sheet = DayFacts { sheet: Some(18), ..DayFacts::default() };
    assert_eq!(day(&sheet, &Rules::default(), me, on).source, Some(Source::Sheet));
    assert_eq!(day(&DayFacts::default(), &Rules::default(), me, on).source, None);
}

proptest! {
    #[test]
    fn one_more_contact_never_leaves_more(counted in 0_u32..400, contacts in 1_u32..100) {
        let before = Headroom::of(counted, limit(contacts));
        let after = Headroom::of(counted + 1, limit(contacts));
        prop_assert!(after.left() <= before.left());
        prop_assert_eq!(before.left(), contacts.saturating_sub(counted));
    }

    #[test]
    fn a_practice_of_one_stands_where_its_clinician_does(n in 0_u32..60) {
        let alone = counted(n);
        let sum = PracticeDay::sum(&[alone]);
        prop_assert_eq!(sum.headroom(), Some(alone.headroom));
        let is_available = matches!(alone.headroom, Headroom::Available { .. });
        prop_assert_eq!(sum.has_used(NEARING_PERCENT), !is_available);
    }

    #[test]
    fn the_figures_of_a_practice_add_up(counts in proptest::collection::vec(0_u32..60, 1..12)) {
        let days: Vec<Day> = counts.iter().map(|n| counted(*n)).collect();
        let sum = PracticeDay::sum(&days);
        prop_assert_eq!(sum.left() + sum.counted - sum.over, sum.limit);
        prop_assert_eq!(sum.left(), days.iter().map(|day| day.headroom.left()).sum::<u32>());
        prop_assert_eq!(sum.headroom().unwrap().left(), sum.left());
        prop_assert_eq!(sum.headroom().unwrap().is_full(), usize::try_from(sum.full).unwrap() == days.len());
    }

    #[test]
    fn a_complex_contact_never_weighs_less_than_a_routine_one(taps in 0_u32..200, complex in 0_u32..250) {
        let facts = DayFacts { taps: Some(taps), complex, ..DayFacts::default() };
        let day = day(&facts, &Rules::default(), ClinicianId(Uuid::nil()), "2026-11-20".parse().unwrap());
        prop_assert!(day.weighted_tenths >= taps * 10);
        prop_assert!(day.weighted_tenths <= taps * 25);
    }
}
