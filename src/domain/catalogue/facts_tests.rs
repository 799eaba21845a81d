//! What the editions that come with this version say of 2025 and 2026, each fact on the days it holds and not before.

use std::sync::LazyLock;

use super::*;

static MENU: LazyLock<Catalogue> = LazyLock::new(|| {
    let editions = Catalogue::editions_of("England", []).unwrap();
    Catalogue::join("England", &editions).unwrap()
});

fn day(text: &str) -> LocalDate {
    text.parse().unwrap()
}

fn item(code: &str, on: &str) -> &'static Item {
    MENU.item_on(&code.parse().unwrap(), day(on)).unwrap()
}

fn position(code: &str, on: &str) -> &'static Position {
    item(code, on).position_on(day(on))
}

/// The first day on which a guard-rail has these words, and the last day before it.
#[track_caller]
fn begins(code: &str, words: &str, (before, first): (&str, &str)) {
    assert!(!position(code, before).guard_rail.contains(words), "{code} {before}: {words}");
    assert!(position(code, first).guard_rail.contains(words), "{code} {first}: {words}");
}

/// The words are there from one day to another, and on neither side of them.
#[track_caller]
fn holds(code: &str, words: &str, days: [&str; 4]) {
    let [before, first, last, after] = days;
    begins(code, words, (before, first));
    begins(code, words, (after, last));
}

#[test]
fn a_year_of_advice_was_paid_for_and_the_contract_asks_for_it_since() {
    let advice = "advice-and-guidance";
    let year = ["2025-03-31", "2025-04-01", "2026-03-31", "2026-04-01"];
    holds(advice, "a national enhanced service paid £20 for each episode of advice", year);
    holds(advice, "three months’ notice", year);
    holds(advice, "within five days", year);
    begins(advice, "Since 1 April 2026 the contract asks for Advice & Guidance", ("2026-03-31", "2026-04-01"));
    holds(advice, "£1.28 of the £5.35", ["2026-03-31", "2026-04-01", "2026-06-30", "2026-07-01"]);
    begins(advice, "e-RS from July 2026", ("2026-06-30", "2026-07-01"));
    begins(advice, "five working days", ("2026-06-30", "2026-07-01"));
    for (on, kind) in [
        ("2025-03-31", PositionKind::Permitted),
        ("2025-04-01", PositionKind::Permitted),
        ("2026-03-31", PositionKind::Permitted),
        ("2026-04-01", PositionKind::Conditional),
        ("2026-07-01", PositionKind::Conditional),
    ] {
        let said = position(advice, on);
        assert_eq!(said.kind, kind, "{on}");
        assert!(said.guard_rail.contains("Two-week-wait referrals stay on e-RS."), "{on}");
    }
}

#[test]
fn the_enhanced_service_could_be_left_with_three_months_notice_while_it_was_there() {
    let service = item("advice-and-guidance-service", "2025-06-01");
    assert!(service.takes_notice() && !service.published);
    assert_eq!(service.notice_months, Some(3));
    assert!(service.position_on(day("2025-06-01")).guard_rail.contains("three months’ notice"));
    for (on, there) in [("2025-03-31", false), ("2025-04-01", true), ("2026-03-31", true), ("2026-04-01", false)] {
        assert_eq!(service.exists_on(day(on)), there, "{on}");
    }
    let after = service.position_on(day("2026-04-01"));
    assert!(after.guard_rail.contains("nothing left to give notice on"));
    assert!(after.guard_rail.contains("the contract itself asks for Advice & Guidance"));
    let others = MENU.items.iter().filter(|item| item.code != service.code);
    assert!(others.clone().all(|item| item.notice_months.is_none()), "no other period was read");
}

#[test]
fn a_single_point_of_access_leaves_the_decision_with_the_gp() {
    let code = "single-point-of-access";
    assert!(!item(code, "2026-09-30").exists_on(day("2026-09-30")));
    for on in ["2026-10-01", "2026-11-30", "2026-12-01"] {
        let said = position(code, on);
        assert_eq!(said.kind, PositionKind::Unknown, "{on}");
        for words in ["leaves the decision to refer with the GP", "named consultant", "your LMC can say"] {
            assert!(said.guard_rail.contains(words), "{on}: {words}");
        }
    }
    begins(code, "The BMA too says that it does not override", ("2026-11-30", "2026-12-01"));
}

#[test]
fn since_april_2026_every_request_has_its_time_and_call_back_tomorrow_is_no_response() {
    let (limit, days) = ("safe-contact-limit", ("2026-03-31", "2026-04-01"));
    begins(limit, "an appropriate response by the end of the next core hours", days);
    begins(limit, "“Call back tomorrow” is no response.", days);
    begins(limit, "an urgent request gets a response the same day", days);
    begins(limit, "engages with its ICB’s support where unwarranted variation is found", days);
    // What stood there before stands still.
    let now = &position(limit, "2026-12-01").guard_rail;
    for words in ["may not be capped", "08:00 to 18:30", "clinicians’ contacts only", "ICB to be told before"] {
        assert!(now.contains(words), "{words}");
    }
    assert_eq!(position(limit, "2026-12-01").kind, PositionKind::Conditional);
    assert_eq!(position(limit, "2025-10-01").kind, PositionKind::Permitted);
}

#[test]
fn update_record_is_on_and_its_messages_may_be_amended_or_rejected() {
    let (update, days) = ("gp-connect-update-record", ("2025-09-30", "2025-10-01"));
    begins(update, "the contract requires this function to be on", days);
    begins(update, "may amend it, take codes out or reject it", days);
    begins(update, "Pharmacy First, blood pressure checks and contraception", days);
    begins(update, "some 15,000 pregnancies", days);
    begins(update, "left out of letters, area figures and releases", days);
    assert_eq!(position(update, "2025-09-30").kind, PositionKind::Permitted);
    assert_eq!(position(update, "2025-10-01").kind, PositionKind::Conflicts);
}

#[test]
fn what_a_conference_asks_for_stands_apart_from_the_contract() {
    let passed = |code, on| {
        let all = item(code, on).policies_on(day(on));
        all.iter().map(|policy| policy.by.as_str()).collect::<Vec<_>>()
    };
    let (england, uk) = ("Conference of England LMCs, November 2025", "Conference of UK LMCs, May 2026");
    let none: [&str; 0] = [];
    for (on, expected) in [
        ("2025-11-06", &none[..]),
        ("2025-11-07", &[england]),
        ("2026-05-27", &[england]),
        ("2026-05-28", &[uk, england]),
    ] {
        assert_eq!(passed("safe-contact-limit", on), expected, "{on}");
    }
    assert_eq!(passed("advice-and-guidance", "2026-05-27"), none);
    assert_eq!(passed("advice-and-guidance", "2026-05-28"), [uk]);
    // No guard-rail takes a conference's word for the contract's.
    for item in &MENU.items {
        for said in item.positions.iter() {
            let text = said.guard_rail.to_lowercase();
            assert!(!text.contains("conference") && !text.contains("curtailed"), "{}: {text}", item.code);
        }
    }
}

#[test]
fn what_lmcs_name_most_is_offered_from_december_2026_with_what_stays_obligatory() {
    let services = |on| &item("voluntary-services", on).suggestions;
    for name in ["ADHD shared care", "MAR charts", "Midwifery prescribing", "MRSA prescribing"] {
        let offered = |on| services(on).iter().any(|one| one == name);
        assert!(!offered("2026-11-30") && offered("2026-12-01"), "{name}");
    }
    for name in services("2026-11-30") {
        assert!(services("2026-12-01").contains(name), "{name}");
    }
    let (code, days) = ("voluntary-services", ("2026-11-30", "2026-12-01"));
    begins(code, "Shared care, for ADHD too, is a choice; without it the specialist goes on prescribing.", days);
    begins(code, "a MAR chart is the carer’s own record", days);
    begins(code, "midwifery’s medicines and MRSA treatment", days);
    let now = &position(code, "2026-12-01").guard_rail;
    for words in ["notice period in the service’s own agreement", "Services in the core contract are not voluntary."]
    {
        assert!(now.contains(words), "{words}");
    }
}

/// Each fact of the two editions was read somewhere with an address, but for two that a page without one told.
#[test]
fn each_fact_has_an_address_and_a_day_on_which_it_was_checked() {
    let new = |item: &&Item| ["england-2025-04", "england-2026-12"].contains(&item.edition.as_str());
    let mut facts = 0;
    for item in MENU.items.iter().filter(new) {
        for said in item.own_positions.iter().filter(|said| said.checked_on > day("2026-11-02")) {
            assert!(said.source.contains("https://"), "{} {}", item.code, said.from);
            assert_eq!(said.checked_on, day("2026-12-01"));
            facts += 1;
        }
        for policy in &item.policies {
            let by_report = policy.source.starts_with("Doctors.net.uk, 28 May 2026");
            assert_eq!(policy.checked_on, day(if by_report { "2026-11-28" } else { "2026-12-01" }), "{}", policy.by);
            facts += 1;
        }
    }
    assert_eq!(facts, 12);
}

/// A row keeps the text that it was made under, and where it was read is found though a later edition says more now.
#[test]
fn a_text_that_was_kept_before_a_later_edition_still_has_its_source() {
    let first = Catalogue::built_in().unwrap();
    for old in &first.items {
        let kept = MENU.item_of(&old.code, "england-2026-11", day("2026-11-20")).unwrap();
        for said in old.positions.iter() {
            let found = kept.position_saying(&said.guard_rail).unwrap();
            assert_eq!((&found.source, found.checked_on), (&said.source, said.checked_on), "{}", old.code);
        }
    }
    let advice = MENU.item_of(&"advice-and-guidance".parse().unwrap(), "england-2026-11", day("2025-06-01")).unwrap();
    assert!(advice.position_on(day("2025-06-01")).guard_rail.contains("£20"), "the day's own words are the new ones");
    assert_eq!(advice.position_saying("A text of nobody."), None);
}

/// Nothing tells a practice to close a form, or patients to come another day.
#[test]
fn nothing_instructs_to_break_the_contract() {
    for text in built_in_files() {
        let text = text.to_lowercase();
        for words in
            ["close the online", "switch off your", "tell patients to", "ask patients to call", "stop answering"]
        {
            assert!(!text.contains(words), "{words}");
        }
    }
}
