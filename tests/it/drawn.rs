//! The state machines as a page of the documents, drawn by asking the code. `HEADROOM_DRAW=1` writes the page anew.

use std::{collections::BTreeMap, fmt::Write, fs};

use entity::ids::{LocalDate, StatusId};
use headroom::domain::{
    action::{self, Proposal, StatusChange, StatusRow, Trust},
    catalogue::{Catalogue, Item, Status},
    letter,
    notice::{self, Event, NoticeState},
};
use uuid::Uuid;

const PAGE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/state-machines.md");

fn day(text: &str) -> LocalDate {
    text.parse().unwrap()
}

fn item(code: &str) -> &'static Item {
    let code = code.parse().unwrap();
    Catalogue::built_in().unwrap().item(&code).unwrap()
}

/// Which days may be given with a status: probed one by one.
fn days_taken(status: Status, today: LocalDate) -> String {
    let taken = |effective_on| {
        let proposal =
            Proposal { status, effective_on, notice_served_on: None, has_subject: false, exclusively_secondary: false };
        action::check(Some(item("dsa-freeze")), proposal, today).is_ok()
    };
    [("earlier", today.minus_days(1)), ("today", today), ("ahead", today.plus_days(1))]
        .into_iter()
        .filter_map(|(word, day)| taken(day).then_some(word))
        .collect::<Vec<_>>()
        .join(", ")
}

fn yes(is: bool) -> &'static str {
    if is { "yes" } else { "no" }
}

/// What a status counts as, the day it was recorded and after its own day.
fn statuses(page: &mut String) {
    let today = day("2026-11-20");
    page.push_str(
        "## A status of the register\n\nAny status may follow any other: a correction is a new row. The code refuses a day that the status cannot have, a \
         notice served in the future, and withdrawal from an agreement that also serves direct care. *Leaves the practice* means: may be counted by \
         an LMC or in a release at all.\n\n\
         | status | day it may have | leaves the practice at once | … with notice served | paused after its day |\n|---|---|---|---|---|\n",
    );
    for status in Status::ALL {
        let ahead = *status == Status::PausingFrom;
        let from = if ahead { today.plus_days(30) } else { today };
        let change = StatusChange::of(StatusId(Uuid::nil()), &"dsa-freeze".parse().unwrap(), *status, from);
        let row = |notice_served_on| {
            StatusChange { notice_served_on, ..change.clone() }.recorded("2026-11-20T12:00:00Z".parse().unwrap())
        };
        let known_at = "2027-06-01T12:00:00Z".parse().unwrap();
        let stands = |row: StatusRow, on| {
            let rows = [row];
            let standings = action::standings(&rows, on, known_at, Trust::Confirmed);
            let standing = standings.values().next().unwrap();
            (standing.acting(), standing.in_force())
        };
        let (plain, _) = stands(row(None), today);
        let (served, _) = stands(row(Some(today)), today);
        let (_, after) = stands(row(None), today.plus_days(60));
        writeln!(
            page,
            "| {status} | {} | {} | {} | {} |",
            days_taken(*status, today),
            yes(plain),
            yes(served),
            yes(after)
        )
        .unwrap();
    }
}

/// What may follow what, of a notice.
fn notices(page: &mut String) {
    page.push_str("\n## A notice\n\n```mermaid\nstateDiagram-v2\n    [*] --> waiting: served\n");
    // Breadth first from the beginning: every state that can be reached, and each way to it.
    let mut found: BTreeMap<String, Vec<Event>> = BTreeMap::from([("waiting".into(), vec![])]);
    let mut next = vec![Vec::new()];
    while let Some(events) = next.pop() {
        let from: NoticeState = notice::state(events.iter().copied());
        for event in Event::ALL {
            if !event.may_follow(from) {
                continue;
            }
            let mut longer = events.clone();
            longer.push(*event);
            let to = notice::state(longer.iter().copied());
            let (from, to) = (from.code(), to.code());
            // A hyphen is no part of a name there.
            let [one, other] = [from, to].map(|code| code.replace('-', "_"));
            writeln!(page, "    {one} --> {other}: {}", event.title()).unwrap();
            if !found.contains_key(to) {
                found.insert(to.to_owned(), longer.clone());
                next.push(longer);
            }
        }
    }
    page.push_str("```\n\nWhat may not follow is refused; of two that come at once the later one is.\n");
}

/// Where a letter stands, by what is known of it.
fn letters(page: &mut String) {
    page.push_str(
        "\n## A letter\n\n| a reply is due | it came | recorded by mistake | stands as |\n|---|---|---|---|\n",
    );
    let today = day("2026-11-20");
    for due in [None, Some(today), Some(today.minus_days(1))] {
        for received in [None, Some(today)] {
            for in_error in [false, true] {
                let stands = letter::standing(due, received, in_error, today);
                let due = match due {
                    None => "by no day",
                    Some(day) if day < today => "by a day that has passed",
                    Some(_) => "today or later",
                };
                writeln!(page, "| {due} | {} | {} | {} |", yes(received.is_some()), yes(in_error), stands.code())
                    .unwrap();
            }
        }
    }
}

#[test]
fn the_state_machines_in_the_documents_are_those_of_the_code() {
    let mut page = String::from(
        "# State machines\n\nDrawn from the code by `HEADROOM_DRAW=1 cargo test --test it drawn`; a test holds the two together.\n\n",
    );
    statuses(&mut page);
    notices(&mut page);
    letters(&mut page);
    if std::env::var_os("HEADROOM_DRAW").is_some() {
        fs::write(PAGE, &page).unwrap();
    }
    assert_eq!(fs::read_to_string(PAGE).unwrap(), page, "see the head of this file");
}
