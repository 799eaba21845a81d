use chrono::Duration;
use proptest::prelude::*;
use uuid::Uuid;

use super::*;

fn day(text: &str) -> LocalDate {
    text.parse().unwrap()
}

fn at(text: &str) -> DateTime<Utc> {
    format!("{text}T12:00:00Z").parse().unwrap()
}

fn forever() -> DateTime<Utc> {
    at("2099-01-01")
}

fn row(written: &str, status: Status, effective_on: &str) -> StatusRow {
    let item = "voluntary-services".parse().unwrap();
    StatusChange::of(StatusId(Uuid::now_v7()), &item, status, day(effective_on)).recorded(at(written))
}

fn status_on(rows: &[StatusRow], on: &str) -> Option<Status> {
    standings(rows, day(on), forever(), Trust::Confirmed).values().next().and_then(SubjectStatus::status)
}

#[test]
fn a_plan_comes_true_on_its_day() {
    let rows = [row("2026-11-01", Status::PausingFrom, "2026-11-23")];
    assert_eq!(status_on(&rows, "2026-11-22"), Some(Status::PausingFrom));
    assert_eq!(status_on(&rows, "2026-11-23"), Some(Status::PausedSince));
}

#[test]
fn a_plan_gives_way_to_what_is_decided_before_its_day() {
    let rows = [row("2026-11-01", Status::PausingFrom, "2026-11-23"), row("2026-11-10", Status::Running, "2026-11-10")];
    assert_eq!(status_on(&rows, "2026-11-24"), Some(Status::Running));
}

#[test]
fn filling_in_history_leaves_a_plan_and_the_present_alone() {
    let rows =
        [row("2026-11-01", Status::PausingFrom, "2026-11-23"), row("2026-11-02", Status::Thinking, "2026-10-15")];
    assert_eq!(status_on(&rows, "2026-11-24"), Some(Status::PausedSince));
    let rows =
        [row("2026-11-01", Status::PausedSince, "2025-08-04"), row("2026-11-02", Status::Thinking, "2025-07-21")];
    assert_eq!(status_on(&rows, "2026-11-03"), Some(Status::PausedSince));
    assert_eq!(status_on(&rows, "2025-08-01"), Some(Status::Thinking));
}

#[test]
fn a_correction_of_the_same_day_wins() {
    let rows =
        [row("2026-11-01", Status::PausedSince, "2026-11-01"), row("2026-11-02", Status::Thinking, "2026-11-01")];
    assert_eq!(status_on(&rows, "2026-11-01"), Some(Status::Thinking));
}

#[test]
fn a_thought_and_a_plan_without_notice_never_count_outside() {
    let acting = |rows: &[StatusRow], on: &str| {
        standings(rows, day(on), forever(), Trust::Confirmed).values().any(SubjectStatus::acting)
    };
    assert!(!acting(&[row("2026-11-01", Status::Thinking, "2026-11-01")], "2026-11-02"));
    let mut plan = row("2026-11-01", Status::PausingFrom, "2026-12-01");
    assert!(!acting(&[plan.clone()], "2026-11-02"));
    assert!(acting(&[plan.clone()], "2026-12-01"));
    plan.change.notice_served_on = Some(day("2026-11-01"));
    assert!(acting(&[plan.clone()], "2026-11-02"));
    assert!(!acting(&[plan], "2026-10-31"));
}

#[test]
fn what_the_lmc_heard_by_telephone_counts_outside_once_confirmed() {
    let mut heard = row("2026-11-01", Status::PausedSince, "2026-11-01");
    heard.change.entered_by = EnteredBy::LmcTelephone;
    let seen = |row: &StatusRow, trust| standings(std::slice::from_ref(row), day("2026-11-02"), forever(), trust).len();
    assert_eq!((seen(&heard, Trust::Confirmed), seen(&heard, Trust::AlsoUnanswered)), (0, 1));
    heard.answer = Some(EntryAnswer::Confirmed);
    assert_eq!(seen(&heard, Trust::Confirmed), 1);
    heard.answer = Some(EntryAnswer::Removed);
    assert_eq!(seen(&heard, Trust::AlsoUnanswered), 0);
}

#[test]
fn only_a_mixed_agreement_is_refused_for_its_content() {
    let catalogue = Catalogue::built_in().unwrap();
    let item = |code: &str| catalogue.item(&code.parse().unwrap());
    let today = day("2026-11-20");
    let proposal = Proposal {
        status: Status::PausedSince,
        effective_on: today,
        notice_served_on: None,
        has_subject: true,
        exclusively_secondary: false,
    };
    assert_eq!(check(item("dsa-withdraw"), proposal, today), Err(RefusedStatus::MixedPurpose));
    let secondary = Proposal { exclusively_secondary: true, ..proposal };
    assert_eq!(check(item("dsa-withdraw"), secondary, today), Ok(()));
    for other in catalogue.items.iter().filter(|item| !item.refuses_mixed_purpose) {
        let proposal = Proposal { has_subject: other.takes_subject(), ..proposal };
        assert_eq!(check(Some(other), proposal, today), Ok(()), "{}", other.code);
    }
}

fn any_row() -> impl Strategy<Value = StatusRow> {
    (0_i64..60, 0_usize..Status::ALL.len(), 0_i64..120, any::<bool>()).prop_map(
        |(written, status, effective, served)| {
            let start = at("2026-09-01");
            let effective_on = calendar::london_day(start - Duration::days(30) + Duration::days(effective));
            let mut row = row("2026-09-01", Status::ALL[status], &effective_on.to_string());
            row.change.notice_served_on = served.then(|| calendar::london_day(start));
            row.recorded_at = start + Duration::days(written);
            row
        },
    )
}

proptest! {
    #[test]
    fn what_was_known_then_does_not_change_with_what_is_written_later(
        rows in prop::collection::vec(any_row(), 0..12),
        known in 0_i64..60,
        on in 0_u64..120,
    ) {
        let known_at = at("2026-09-01") + Duration::days(known);
        let on = day("2026-08-02").plus_days(on);
        let by_then: Vec<StatusRow> = rows.iter().filter(|row| row.recorded_at <= known_at).cloned().collect();
        prop_assert_eq!(
            standings(&rows, on, known_at, Trust::Confirmed),
            standings(&by_then, on, forever(), Trust::Confirmed)
        );
    }

    #[test]
    fn the_order_of_rows_does_not_matter(rows in prop::collection::vec(any_row(), 0..10), on in 0_u64..120) {
        let on = day("2026-08-02").plus_days(on);
        let mut reversed = rows.clone();
        reversed.reverse();
        prop_assert_eq!(
            standings(&rows, on, forever(), Trust::Confirmed),
            standings(&reversed, on, forever(), Trust::Confirmed)
        );
    }

    #[test]
    fn whatever_is_recorded_today_holds_today(mut rows in prop::collection::vec(any_row(), 0..10), status in 0_usize..5) {
        let newest = StatusRow { recorded_at: at("2026-12-01"), ..row("2026-12-01", Status::ALL[status], "2026-12-01") };
        rows.retain(|row| row.change.effective_on <= day("2026-12-01"));
        rows.push(newest.clone());
        let standings = standings(&rows, day("2026-12-01"), forever(), Trust::Confirmed);
        prop_assert_eq!(standings.values().next().and_then(|standing| standing.current), Some(&newest));
    }
}
