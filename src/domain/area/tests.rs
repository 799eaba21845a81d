#![expect(clippy::indexing_slicing, reason = "a test says what is wrong by panicking")]

use uuid::Uuid;

use super::*;
use crate::domain::{
    action::{EnteredBy, EntryAnswer, StatusChange},
    catalogue::Status,
    contact::Source,
    limit::{DayFacts, Rules, day},
};
use entity::ids::{ClinicianId, StatusId};

pub(super) fn date(text: &str) -> LocalDate {
    text.parse().unwrap()
}

pub(super) fn today() -> LocalDate {
    date("2026-11-20")
}

pub(super) fn now() -> DateTime<Utc> {
    "2026-11-20T14:32:00Z".parse().unwrap()
}

pub(super) fn row(item: &str, status: Status, on: &str, recorded: &str) -> StatusRow {
    let id = StatusId(Uuid::now_v7());
    StatusChange::of(id, &item.parse().unwrap(), status, date(on)).recorded(recorded.parse().unwrap())
}

fn paused(item: &str, on: &str) -> StatusRow {
    row(item, Status::PausedSince, on, "2026-10-01T09:00:00Z")
}

/// A practice of a made-up area.
#[derive(Debug, Clone)]
pub(super) struct Made {
    pub(super) code: OdsCode,
    pub(super) patients: u32,
    pub(super) network: Option<(OrgCode, String)>,
    pub(super) icb: OrgCode,
    pub(super) shared: Option<Shared>,
}

pub(super) fn made(at: usize, shared: Option<Shared>) -> Made {
    let network = at % 4;
    Made {
        code: format!("Z{at:05}").parse().unwrap(),
        patients: 1000,
        icb: if at.is_multiple_of(3) { "QZA" } else { "QZB" }.parse().unwrap(),
        network: (network > 0).then(|| (format!("U{network:05}").parse().unwrap(), format!("Network {network}"))),
        shared,
    }
}

pub(super) fn status(made: &[Made], held: Option<&Content>) -> AreaStatus {
    status_on(made, held, today())
}

pub(super) fn status_on(made: &[Made], held: Option<&Content>, on: LocalDate) -> AreaStatus {
    let practices: Vec<AreaPractice<'_>> = made
        .iter()
        .map(|made| AreaPractice {
            code: &made.code,
            name: made.code.as_str(),
            icb: Some((&made.icb, made.icb.as_str())),
            patients: made.patients,
            network: made.network.as_ref().map(|(code, name)| (code, name.as_str())),
            shared: made.shared.as_ref(),
        })
        .collect();
    let ask = Ask {
        catalogue: Catalogue::built_in().unwrap(),
        lmc: &"wyrevale".parse().unwrap(),
        on,
        since: on.minus_days(14),
        known_at: now(),
        held,
    };
    assemble(&ask, &practices)
}

fn with(rows: Vec<StatusRow>) -> Shared {
    Shared { rows, ..Shared::default() }
}

fn acting(status: &AreaStatus, item: &str) -> u32 {
    let found = status.items.iter().find(|found| found.code.as_str() == item);
    found.map_or(0, |found| found.coverage.acting)
}

pub(super) fn clinicians(counts: &[u32]) -> Vec<Day> {
    counts
        .iter()
        .map(|n| {
            let facts = DayFacts { taps: Some(*n), ..DayFacts::default() };
            day(&facts, &Rules::default(), ClinicianId(Uuid::now_v7()), today())
        })
        .collect()
}

#[test]
fn a_share_is_of_those_heard_from_and_bounded_by_the_others() {
    let mut area: Vec<Made> = (0..27)
        .map(|at| {
            let on = if at < 24 { "2026-10-02" } else { "2026-11-10" };
            made(at, Some(with(vec![paused("safe-contact-limit", on)])))
        })
        .collect();
    area.extend((27..38).map(|at| made(at, Some(with(vec![paused("dsa-freeze", "2026-10-02")])))));
    area.extend((38..64).map(|at| made(at, None)));
    let status = status(&area, None);
    assert_eq!((status.heard.practices, status.heard.all), (38, 64));
    let limit = status.items.iter().find(|item| item.code.as_str() == "safe-contact-limit").unwrap();
    assert_eq!(limit.coverage.percent_of_heard(), Some(71));
    assert_eq!(limit.coverage.bounds(), Some((42, 83)));
    assert_eq!(limit.coverage.patients_acting, 27_000);
    assert_eq!(limit.change, Some(3));
    assert_eq!(status.heard.silent, 38, "all were last heard from in October");
    assert_eq!(status.heard.this_week, 0);
}

#[test]
fn a_practice_that_shares_and_never_said_anything_is_not_heard_from() {
    let area = [
        made(1, Some(with(Vec::new()))),
        made(2, Some(Shared { answers: vec![Answered::new(today(), now())], ..Shared::default() })),
    ];
    let heard = status(&area, None).heard;
    assert_eq!((heard.practices, heard.sharing, heard.this_week), (1, 2, 1));
}

#[test]
fn what_conflicts_with_the_contract_is_no_card_and_counts_nowhere() {
    let area = [made(1, Some(with(vec![paused("gp-connect-update-record", "2026-10-01")])))];
    let status = status(&area, None);
    assert!(status.items.iter().all(|item| item.code.as_str() != "gp-connect-update-record"));
    assert!(status.items.iter().all(|item| item.coverage.acting == 0));
    assert_eq!(status.heard.practices, 1);
}

#[test]
fn what_the_lmc_entered_counts_until_it_is_removed() {
    let entry = |answer| {
        let mut row = StatusRow { answer, ..paused("dsa-freeze", "2026-10-01") };
        row.change.entered_by = EnteredBy::LmcTelephone;
        row
    };
    for (answer, counts) in [(None, 1), (Some(EntryAnswer::Confirmed), 1), (Some(EntryAnswer::Removed), 0)] {
        let status = status(&[made(1, Some(with(vec![entry(answer)])))], None);
        assert_eq!(acting(&status, "dsa-freeze"), counts);
        assert_eq!(status.heard.practices, counts, "struck out is not heard from");
    }
}

#[test]
fn services_that_end_are_grouped_without_regard_to_case() {
    let ends = |name: &str, on: &str, served: Option<&str>| {
        let subject = SubjectId(Uuid::now_v7());
        let mut row = row("voluntary-services", Status::PausingFrom, on, "2026-10-01T09:00:00Z");
        row.change.subject = Some(subject);
        row.change.notice_served_on = served.map(date);
        Some(Shared { rows: vec![row], subjects: BTreeMap::from([(subject, name.to_owned())]), ..Shared::default() })
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
        [EndingNotice {
            name: "Ring pessaries".to_owned(),
            practices: 3,
            first: date("2026-12-01"),
            last: date("2026-12-15"),
        }]
    );
    assert_eq!(acting(&status, "voluntary-services"), 4, "an unserved plan is none");
}

#[test]
fn a_day_of_one_or_two_clinicians_is_nobodys_to_sum() {
    assert_eq!(CountedDay::of(today(), &clinicians(&[30, 30])), None);
    let mut three = clinicians(&[30, 25]);
    three.push(Day { source: None, ..clinicians(&[0])[0] });
    assert_eq!(CountedDay::of(today(), &three), None, "nobody counted the third");
    let sum = CountedDay::of(today(), &clinicians(&[30, 25, 10])).unwrap().sum();
    assert_eq!((sum.clinicians_over, sum.full), (1, 2));
    assert_eq!((sum.left(), sum.counted, sum.over, sum.limit), (15, 65, 5, 75));
    assert_eq!(clinicians(&[1])[0].source, Some(Source::Taps));
}

#[test]
fn a_practices_lines_hold_facts_and_served_notices_only() {
    let shared = with(vec![
        paused("safe-contact-limit", "2026-10-01"),
        row("dsa-freeze", Status::Thinking, "2026-10-01", "2026-10-01T09:00:00Z"),
        row("referral-rationing", Status::PausingFrom, "2026-12-01", "2026-10-01T09:00:00Z"),
        paused("gp-connect-update-record", "2026-10-01"),
    ]);
    let catalogue = Catalogue::built_in().unwrap();
    let told: Vec<_> = lines(catalogue, &shared, today(), now())
        .into_iter()
        .map(|line| (line.item.code.to_string(), line.status))
        .collect();
    assert_eq!(told, [("safe-contact-limit".to_owned(), Status::PausedSince)]);
}

#[test]
fn what_the_icbs_hold_stands_beside_the_live_figure_whoever_shares() {
    let content = released();
    let area = |silent: usize| -> Vec<Made> {
        (0..40)
            .map(|at| {
                let rows = vec![paused("safe-contact-limit", "2026-10-01")];
                made(at, if at < silent { None } else { Some(with(rows)) })
            })
            .collect()
    };
    for silent in [0, 1, 40] {
        let held = &status(&area(silent), Some(&content)).items[0].held;
        // The practices are of two ICBs, of which the release speaks of one.
        let [held] = held.as_slice() else { panic!("{held:?}") };
        assert_eq!((held.name.as_str(), held.release), ("Qza", 9));
        assert_eq!(held.figure.in_words(held.practices), "too few have recorded to say");
    }
    assert!(status(&area(0), None).items[0].held.is_empty());
}

fn released() -> Content {
    use crate::domain::disclosure::{Counted, FramePractice, Key, Period, Series, cut, publish};
    let series = vec![Series { code: "safe-contact-limit".to_owned(), title: "Limit".to_owned() }];
    let practices: Vec<FramePractice> = (0..80)
        .map(|at| FramePractice {
            code: format!("Z{at:05}").parse().unwrap(),
            icb: if at < 40 { "QZA" } else { "QZZ" }.parse().unwrap(),
            lmc: Some("wyrevale".parse().unwrap()),
            region: None,
        })
        .collect();
    let period = Period::new(2026, 9).unwrap();
    let counted = Counted {
        period,
        frame: &cut(period, &practices, BTreeMap::new(), series, None),
        acting: &BTreeMap::new(),
        before: None,
        ended: &std::collections::BTreeSet::new(),
    };
    publish(&Key::new([7; 32]), counted)
}

#[test]
fn a_trend_is_the_register_as_it_stood_each_friday() {
    let mut plan = row("dsa-freeze", Status::PausingFrom, "2027-01-01", "2026-11-04T09:00:00Z");
    plan.change.notice_served_on = Some(date("2026-11-04"));
    let rows = vec![
        paused("safe-contact-limit", "2026-10-20"),
        row("safe-contact-limit", Status::Restarted, "2026-11-10", "2026-11-10T09:00:00Z"),
        plan,
    ];
    let status = status(&[made(1, Some(with(rows)))], None);
    let of = |code: &str| -> Vec<u32> {
        let mut items = status.items.iter();
        let item = items.find(|item| item.code.as_str() == code).unwrap();
        item.trend.iter().map(|point| point.acting).collect()
    };
    assert_eq!(of("safe-contact-limit"), [0, 1, 1, 1, 0, 0]);
    assert_eq!(of("dsa-freeze"), [0, 0, 0, 1, 1, 1]);
    let weeks: Vec<_> = status.items[0].trend.iter().map(|point| point.week_ending).collect();
    assert_eq!((weeks[0], weeks[5]), (date("2026-10-16"), today()));
}

#[test]
fn a_week_counts_contacts_for_the_patients_of_those_who_counted() {
    let counted = |counts: &[u32], diverts| {
        let yesterday = CountedDay::of(today().minus_days(1), &clinicians(counts)).unwrap();
        // In its middle: nobody is over yet.
        let now = CountedDay::of(today(), &clinicians(&[3, 2, 1])).unwrap();
        Some(Shared { days: vec![yesterday.with_diverts(diverts), now.with_diverts(1)], ..Shared::default() })
    };
    let area = [
        made(1, counted(&[30, 25, 10], 2)),
        made(2, counted(&[26, 26, 26, 26], 0)),
        made(3, Some(Shared::default())),
        made(4, None),
    ];
    let status = status(&area, None);
    let week = status.weeks.last().unwrap();
    assert_eq!((week.practices, week.patients, week.contacts), (2, 2000, 169));
    assert_eq!(week.per_thousand(), Some(85), "84.5, rounded");
    assert_eq!((week.days.over, week.days.full, week.days.counted), (5, 6, 7));
    assert_eq!((week.diverts, status.capacity.diverts), (2, 2));
    assert_eq!(status.days, week.days, "a day counts once it is over");
    assert_eq!(status.capacity.sum.counted, 12);
    assert_eq!(status.weeks[0].per_thousand(), None);
}

#[test]
fn whoever_shares_and_is_silent_is_named_the_longest_first() {
    let heard = |week: Option<&str>| {
        Some(Shared { answers: week.map(date).map(Answered::long_ago).into_iter().collect(), ..Shared::default() })
    };
    let area =
        [made(1, heard(Some("2026-11-20"))), made(2, heard(Some("2026-11-13"))), made(3, heard(None)), made(4, None)];
    let waiting = status(&area, None).waiting;
    let names: Vec<_> = waiting.iter().map(|one| one.name.as_str()).collect();
    assert_eq!(names, ["Z00003", "Z00002"]);
    assert_eq!(waiting[1].last_week, Some(date("2026-11-13")));
}

#[test]
fn a_reply_is_overdue_of_services_that_may_be_told_of() {
    let subject = SubjectId(Uuid::now_v7());
    let due = |item: &str| Unanswered { item: item.parse().unwrap(), subject, due_on: date("2026-11-02") };
    let shared = Shared {
        subjects: BTreeMap::from([(subject, "Ring pessaries ".to_owned())]),
        unanswered: vec![due("voluntary-services"), due("gp-connect-update-record")],
        ..Shared::default()
    };
    let overdue = status(&[made(1, Some(shared))], None).overdue;
    assert_eq!(overdue.len(), 1);
    assert_eq!((overdue[0].service.as_str(), overdue[0].due_on), ("Ring pessaries", date("2026-11-02")));
}

/// A practice whose only row was recorded on a day, and says that it acts since an earlier one.
fn began(recorded_on: &str) -> Shared {
    let recorded_at = format!("{recorded_on}T09:00:00Z");
    with(vec![row("safe-contact-limit", Status::PausedSince, "2026-09-01", &recorded_at)])
}

#[test]
fn the_denominator_of_a_day_is_who_had_recorded_by_then() {
    let area = [
        made(1, Some(began("2026-10-10"))),
        made(2, Some(began("2026-11-03"))),
        made(3, Some(began("2026-11-18"))),
        made(4, Some(Shared::default())),
        made(5, None),
    ];
    let of = |on: &str| {
        let status = status_on(&area, None, date(on));
        let heard = status.heard;
        let limit = status.items.into_iter().find(|item| item.code.as_str() == "safe-contact-limit").unwrap();
        (heard.practices, limit.coverage.acting, limit.change)
    };
    // What was recorded later says nothing of a practice that nobody had heard from, however far back its day is.
    assert_eq!(of("2026-10-09"), (0, 0, Some(0)));
    assert_eq!(of("2026-10-10"), (1, 1, Some(0)));
    assert_eq!(of("2026-11-03"), (2, 2, Some(0)));
    assert_eq!(of("2026-11-20"), (3, 3, Some(0)), "growth of recording is no change");
    let now = status(&area, None);
    let trend = &now.items[0].trend;
    let points: Vec<(u32, u32)> = trend.iter().map(|p| (p.acting, p.heard)).collect();
    assert_eq!(points, [(1, 1), (1, 1), (1, 1), (2, 2), (2, 2), (3, 3)]);
    let heard = now.heard;
    assert_eq!((heard.never(), heard.not_sharing()), (1, 1));
    let before = status_on(&area, None, date("2026-10-09"));
    let mut weeks = before.items.iter().flat_map(|item| &item.trend);
    assert!(weeks.all(|week| (week.acting, week.heard) == (0, 0)));
}

#[test]
fn an_answer_counts_from_the_day_it_was_given_and_a_late_one_for_its_week() {
    let at = |text: &str| format!("{text}T09:00:00Z").parse().unwrap();
    let shared = Some(Shared {
        answers: vec![
            Answered::new(date("2026-11-06"), at("2026-11-09")),
            Answered::new(date("2026-11-20"), at("2026-11-18")),
        ],
        ..Shared::default()
    });
    let area = [made(1, shared), made(2, Some(began("2026-11-13")))];
    let of = |on: &str| {
        let heard = status_on(&area, None, date(on)).heard;
        (heard.practices, heard.this_week, heard.waiting())
    };
    assert_eq!(of("2026-11-05"), (0, 0, 2));
    assert_eq!(of("2026-11-06"), (1, 1, 1));
    assert_eq!(of("2026-11-13"), (2, 1, 1));
    assert_eq!(of("2026-11-17"), (2, 0, 2));
    assert_eq!(of("2026-11-18"), (2, 1, 1));
    let weeks: Vec<(u32, u32)> = status(&area, None).responses.iter().map(|week| (week.answered, week.heard)).collect();
    assert_eq!(weeks, [(0, 0), (0, 0), (0, 0), (1, 1), (1, 2), (1, 2)]);
}
