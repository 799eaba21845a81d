use proptest::prelude::*;
use uuid::Uuid;

use super::*;
use crate::domain::{
    action::EnteredBy,
    catalogue::Status,
    contact::Source,
    limit::{DayFacts, day},
};
use entity::ids::{ClinicianId, StatusId};

fn date(text: &str) -> LocalDate {
    text.parse().unwrap()
}

fn today() -> LocalDate {
    date("2026-11-20")
}

fn now() -> DateTime<Utc> {
    "2026-11-20T14:32:00Z".parse().unwrap()
}

fn row(item: &str, status: Status, on: &str, recorded: &str) -> Row {
    Row {
        id: StatusId(Uuid::now_v7()),
        item: item.parse().unwrap(),
        subject: None,
        status,
        effective_on: date(on),
        about: false,
        notice_served_on: None,
        decided_on: None,
        staff_told_on: None,
        entered_by: EnteredBy::Practice,
        recorded_at: recorded.parse().unwrap(),
        answer: None,
    }
}

fn paused(item: &str, on: &str) -> Row {
    row(item, Status::PausedSince, on, "2026-10-01T09:00:00Z")
}

/// A practice of a made-up area.
#[derive(Debug, Clone)]
struct Made {
    code: OdsCode,
    patients: u32,
    network: Option<(OrgCode, String)>,
    shared: Option<Shared>,
}

fn made(at: usize, shared: Option<Shared>) -> Made {
    let network = at % 4;
    Made {
        code: format!("Z{at:05}").parse().unwrap(),
        patients: 1000,
        network: (network > 0).then(|| {
            (
                format!("U{network:05}").parse().unwrap(),
                format!("Network {network}"),
            )
        }),
        shared,
    }
}

fn status(made: &[Made], held: Option<&Content>) -> AreaStatus {
    let practices: Vec<Practice<'_>> = made
        .iter()
        .map(|made| Practice {
            code: &made.code,
            patients: made.patients,
            network: made
                .network
                .as_ref()
                .map(|(code, name)| (code, name.as_str())),
            shared: made.shared.as_ref(),
        })
        .collect();
    let ask = Ask {
        catalogue: Catalogue::built_in().unwrap(),
        lmc: &"wyrevale".parse().unwrap(),
        on: today(),
        since: date("2026-11-06"),
        known_at: now(),
        held,
    };
    assemble(&ask, &practices)
}

fn with(rows: Vec<Row>) -> Option<Shared> {
    Some(Shared {
        rows,
        ..Shared::default()
    })
}

fn acting(status: &AreaStatus, item: &str) -> u32 {
    let found = status
        .items
        .iter()
        .find(|found| found.code.as_str() == item);
    found.map_or(0, |found| found.coverage.acting)
}

fn clinicians(counts: &[u32]) -> Vec<Day> {
    counts
        .iter()
        .map(|n| {
            let facts = DayFacts {
                taps: Some(*n),
                ..DayFacts::default()
            };
            day(&facts, &[], ClinicianId(Uuid::now_v7()), today())
        })
        .collect()
}

#[test]
fn a_share_is_of_those_heard_from_and_bounded_by_the_others() {
    let mut area: Vec<Made> = (0..27)
        .map(|at| {
            let on = if at < 24 { "2026-10-02" } else { "2026-11-10" };
            made(at, with(vec![paused("safe-contact-limit", on)]))
        })
        .collect();
    area.extend((27..38).map(|at| made(at, with(vec![paused("dsa-freeze", "2026-10-02")]))));
    area.extend((38..64).map(|at| made(at, None)));
    let status = status(&area, None);
    assert_eq!((status.heard.practices, status.heard.all), (38, 64));
    let limit = status
        .items
        .iter()
        .find(|item| item.code.as_str() == "safe-contact-limit")
        .unwrap();
    assert_eq!(limit.coverage.percent_of_heard(), Some(71));
    assert_eq!(limit.coverage.bounds(), Some((42, 83)));
    assert_eq!(limit.coverage.patients_acting, 27_000);
    assert_eq!(limit.change, Some(3));
    assert_eq!(
        status.heard.silent, 38,
        "all were last heard from in October"
    );
    assert_eq!(status.heard.this_week, 0);
}

#[test]
fn a_practice_that_shares_and_never_said_anything_is_not_heard_from() {
    let area = [
        made(1, with(Vec::new())),
        made(
            2,
            Some(Shared {
                latest_week: Some(today()),
                answered: true,
                ..Shared::default()
            }),
        ),
    ];
    let heard = status(&area, None).heard;
    assert_eq!((heard.practices, heard.sharing, heard.this_week), (1, 2, 1));
}

#[test]
fn what_conflicts_with_the_contract_is_no_card_and_counts_nowhere() {
    let area = [made(
        1,
        with(vec![paused("gp-connect-update-record", "2026-10-01")]),
    )];
    let status = status(&area, None);
    assert!(
        status
            .items
            .iter()
            .all(|item| item.code.as_str() != "gp-connect-update-record")
    );
    assert!(status.items.iter().all(|item| item.coverage.acting == 0));
    assert_eq!(status.heard.practices, 1);
}

#[test]
fn what_the_lmc_entered_counts_until_it_is_removed() {
    let entry = |answer| Row {
        entered_by: EnteredBy::LmcTelephone,
        answer,
        ..paused("dsa-freeze", "2026-10-01")
    };
    for (answer, counts) in [
        (None, 1),
        (Some(Answer::Confirmed), 1),
        (Some(Answer::Removed), 0),
    ] {
        let status = status(&[made(1, with(vec![entry(answer)]))], None);
        assert_eq!(acting(&status, "dsa-freeze"), counts);
        assert_eq!(
            status.heard.practices, counts,
            "struck out is not heard from"
        );
    }
}

#[test]
fn services_that_end_are_grouped_without_regard_to_case() {
    let ends = |name: &str, on: &str, served: Option<&str>| {
        let subject = SubjectId(Uuid::now_v7());
        Some(Shared {
            rows: vec![Row {
                subject: Some(subject),
                notice_served_on: served.map(date),
                ..row(
                    "voluntary-services",
                    Status::PausingFrom,
                    on,
                    "2026-10-01T09:00:00Z",
                )
            }],
            subjects: BTreeMap::from([(subject, name.to_owned())]),
            ..Shared::default()
        })
    };
    let served = Some("2026-09-30");
    let area = [
        made(1, ends("Ring pessaries", "2026-12-01", served)),
        made(2, ends("ring pessaries ", "2026-12-15", served)),
        made(3, ends("Ring pessaries", "2026-12-01", served)),
        made(4, ends("Phlebotomy", "2026-11-25", None)),
        made(5, ends("Spirometry", "2027-03-01", served)),
        made(6, None),
    ];
    let status = status(&area, None);
    assert_eq!(
        status.ending,
        [Ending {
            name: "Ring pessaries".to_owned(),
            practices: 3,
            first: date("2026-12-01"),
            last: date("2026-12-15"),
        }]
    );
    assert_eq!(
        acting(&status, "voluntary-services"),
        4,
        "an unserved plan is none"
    );
}

#[test]
fn a_day_of_one_or_two_clinicians_is_nobodys_to_sum() {
    assert_eq!(CountedDay::of(today(), &clinicians(&[30, 30])), None);
    let mut three = clinicians(&[30, 25]);
    three.push(Day {
        source: None,
        ..clinicians(&[0])[0]
    });
    assert_eq!(
        CountedDay::of(today(), &three),
        None,
        "nobody counted the third"
    );
    let sum = CountedDay::of(today(), &clinicians(&[30, 25, 10])).unwrap();
    assert_eq!((sum.over(), sum.sum().full, sum.sum().left), (1, 2, 15));
    assert_eq!(clinicians(&[1])[0].source, Some(Source::Taps));
}

#[test]
fn a_practices_lines_hold_facts_and_served_notices_only() {
    let shared = with(vec![
        paused("safe-contact-limit", "2026-10-01"),
        row(
            "dsa-freeze",
            Status::Thinking,
            "2026-10-01",
            "2026-10-01T09:00:00Z",
        ),
        row(
            "referral-rationing",
            Status::PausingFrom,
            "2026-12-01",
            "2026-10-01T09:00:00Z",
        ),
        paused("gp-connect-update-record", "2026-10-01"),
    ])
    .unwrap();
    let catalogue = Catalogue::built_in().unwrap();
    let told: Vec<_> = lines(catalogue, &shared, today(), now())
        .into_iter()
        .map(|line| (line.item.code.to_string(), line.status))
        .collect();
    assert_eq!(
        told,
        [("safe-contact-limit".to_owned(), Status::PausedSince)]
    );
}

const ITEMS: [&str; 4] = [
    "safe-contact-limit",
    "dsa-freeze",
    "voluntary-services",
    "gp-connect-update-record",
];

fn any_row() -> impl Strategy<Value = Row> {
    let status = prop::sample::select(Status::ALL);
    (0..ITEMS.len(), status, 0_u64..120, 0_u64..60, any::<bool>()).prop_map(
        |(item, status, back, recorded, served)| {
            let recorded = today().minus_days(recorded);
            let effective = if status == Status::PausingFrom {
                recorded.plus_days(1 + back)
            } else {
                recorded.minus_days(back)
            };
            Row {
                notice_served_on: served.then_some(recorded),
                recorded_at: format!("{recorded}T09:00:00Z").parse().unwrap(),
                effective_on: effective,
                ..row(ITEMS[item], status, "2026-11-01", "2026-11-01T09:00:00Z")
            }
        },
    )
}

fn any_shared() -> impl Strategy<Value = Shared> {
    let days = prop::collection::vec((0_u64..19, prop::collection::vec(0_u32..50, 0..6)), 0..8);
    (prop::collection::vec(any_row(), 0..6), days, any::<bool>()).prop_map(
        |(rows, days, answered)| Shared {
            rows,
            answered,
            latest_week: answered.then(|| calendar::week_ending(today())),
            days: days
                .iter()
                .filter_map(|(back, counts)| {
                    CountedDay::of(today().minus_days(*back), &clinicians(counts))
                })
                .collect(),
            ..Shared::default()
        },
    )
}

fn any_area() -> impl Strategy<Value = Vec<Made>> {
    prop::collection::vec(prop::option::of(any_shared()), 1..30).prop_map(|all| {
        all.into_iter()
            .enumerate()
            .map(|(at, shared)| made(at, shared))
            .collect()
    })
}

proptest! {
    #[test]
    fn networks_add_up_to_the_area(area in any_area()) {
        let status = status(&area, None);
        let sum = |of: fn(&NetworkStatus) -> u32| status.networks.iter().map(of).sum::<u32>();
        prop_assert_eq!(sum(|network| network.all), status.heard.all);
        prop_assert_eq!(sum(|network| network.heard), status.heard.practices);
        prop_assert_eq!(sum(|network| network.days.over), status.days.over);
        prop_assert_eq!(sum(|network| network.days.counted), status.days.counted);
        let weeks: u32 = status.weeks.iter().map(|(_, days)| days.counted).sum();
        prop_assert_eq!(weeks, status.days.counted);
        for (at, item) in status.items.iter().enumerate() {
            let acting: u32 = status.networks.iter().map(|network| network.acting[at]).sum();
            prop_assert_eq!(acting, item.coverage.acting);
            prop_assert_eq!(item.coverage.heard, status.heard.practices);
            prop_assert!(item.coverage.acting <= item.coverage.heard);
        }
    }

    #[test]
    fn withdrawing_leaves_an_area_as_if_nothing_had_been_recorded(area in any_area(), at in any::<prop::sample::Index>()) {
        let at = at.index(area.len());
        let mut withdrawn = area.clone();
        withdrawn[at].shared = None;
        // What the practice had recorded makes no difference once it no longer shares.
        let mut other = withdrawn.clone();
        other[at] = made(at, None);
        let after = status(&withdrawn, None);
        prop_assert_eq!(&after, &status(&other, None));
        let mut others = area.clone();
        others.remove(at);
        let others = status(&others, None);
        for (one, rest) in after.items.iter().zip(&others.items) {
            prop_assert_eq!(one.coverage.acting, rest.coverage.acting);
            prop_assert_eq!(one.coverage.heard, rest.coverage.heard);
            prop_assert_eq!(one.change, rest.change);
        }
        prop_assert_eq!(after.days, others.days);
        prop_assert_eq!(after.capacity, others.capacity);
        prop_assert_eq!(after.heard.all, others.heard.all + 1);
    }

    #[test]
    fn thoughts_and_unserved_plans_never_count(mut area in any_area()) {
        for made in &mut area {
            for row in made.shared.iter_mut().flat_map(|shared| &mut shared.rows) {
                match row.status {
                    Status::Thinking | Status::Running | Status::Restarted => {}
                    _ => {
                        row.status = Status::PausingFrom;
                        row.effective_on = today().plus_days(1 + u64::from(made.patients % 7));
                        row.notice_served_on = None;
                    }
                }
            }
        }
        let status = status(&area, None);
        prop_assert!(status.items.iter().all(|item| item.coverage.acting == 0));
        prop_assert!(status.ending.is_empty());
        for shared in area.iter().filter_map(|made| made.shared.as_ref()) {
            let lines = lines(Catalogue::built_in().unwrap(), shared, today(), now());
            prop_assert!(lines.iter().all(|line| matches!(line.status, Status::Running | Status::Restarted)));
        }
    }
}

#[test]
fn what_the_icb_holds_is_hidden_beside_the_truth_when_few_do_not_share() {
    let content = released();
    let area = |silent: usize| -> Vec<Made> {
        (0..40)
            .map(|at| {
                let rows = vec![paused("safe-contact-limit", "2026-10-01")];
                made(at, if at < silent { None } else { with(rows) })
            })
            .collect()
    };
    for (silent, hidden) in [(0, false), (1, true), (4, true), (5, false)] {
        let held = status(&area(silent), Some(&content)).items[0].held;
        assert_eq!(held == Held::FewNotSharing, hidden, "{silent} do not share");
        assert_eq!(matches!(held, Held::Figure { release: 9, .. }), !hidden);
    }
}

fn released() -> Content {
    use crate::domain::disclosure::{FramePractice, Key, Period, Series, cut, publish};
    let series = vec![Series {
        code: "safe-contact-limit".to_owned(),
        title: "Limit".to_owned(),
    }];
    let practices: Vec<FramePractice> = (0..40)
        .map(|at| FramePractice {
            code: format!("Z{at:05}").parse().unwrap(),
            icb: "QZZ".parse().unwrap(),
            lmc: Some("wyrevale".parse().unwrap()),
            region: None,
        })
        .collect();
    let frame = cut(2026, &practices, BTreeMap::new(), series.clone());
    let period = Period::new(2026, 1).unwrap();
    publish(
        9,
        period,
        &frame,
        &Key::new([7; 32]),
        &series,
        &BTreeMap::new(),
    )
}
