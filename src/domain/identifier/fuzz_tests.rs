//! What holds of any text, and how long a note takes.

use std::time::{Duration, Instant};

use proptest::prelude::*;

use super::{
    IdentifierKind, check_note, findings, modulus_11, patient_data,
    planted_tests::{GRAMMARS, spelt},
    tests::Dice,
};

/// An NHS number by its first nine digits; some have no tenth.
fn numbered(stem: u64) -> Option<String> {
    (0..10).map(|check| format!("{stem:09}{check}")).find(|number| modulus_11(number))
}

/// One way of writing it: what stands between its groups, and how they are cut.
fn written(number: &str, mark: &str, cut: usize) -> String {
    let (a, b, c) = (&number[..3], &number[3..6], &number[6..]);
    match cut {
        0 => format!("{a}{mark}{b}{mark}{c}"),
        1 => number.chars().map(String::from).collect::<Vec<_>>().join(mark),
        2 => format!("{}{mark}{}", &number[..5], &number[5..]),
        3 => format!("{a} {b} then {c}"),
        4 => number.chars().map(|c| char::from_u32(u32::from(c) + 0xFEE0).unwrap()).collect(),
        5 => format!("{a} {b} (typed twice) {c}"),
        _ => spelt(number),
    }
}

/// Words that no rule knows.
const CLEAN: [&str; 14] = [
    "bloods", "asks", "us", "again", "late", "scan", "result", "please", "no", "plan", "fit", "note", "today",
    "returned",
];

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1000))]

    #[test]
    fn no_text_panics_and_findings_lie_within_it(text in "\\PC{0,80}") {
        for finding in findings(&text) {
            prop_assert!(text.get(finding.start..finding.start + finding.len).is_some_and(|part| !part.is_empty()));
        }
    }

    #[test]
    fn likely_texts_do_not_panic(text in "[0-9A-Za-z@. :/'\\-\u{200B}é(]{0,60}") {
        let _ = check_note(&text, 60);
        for finding in patient_data(&text) {
            prop_assert!(text.get(finding.start..finding.start + finding.len).is_some());
        }
    }

    #[test]
    fn an_nhs_number_is_found_in_any_writing_inside_any_text(
        stem in 0..1_000_000_000_u64,
        before in "\\PC{0,30}",
        after in "\\PC{0,30}",
        mark in prop::sample::select(vec!["", " ", "-", ".", "\u{A0}", "\u{2011}", "\u{200B}", " - ", "_", "|", "  ", "*"]),
        cut in 0..7_usize,
    ) {
        if let Some(number) = numbered(stem) {
            let text = format!("{before} {} {after}", written(&number, mark, cut));
            let found = patient_data(&text).iter().any(|finding| finding.kind == IdentifierKind::NhsNumber);
            prop_assert!(found, "{}", text);
        }
    }

    #[test]
    fn clean_words_round_an_identifier_hide_nothing(
        seed in any::<u64>(),
        before in prop::collection::vec(prop::sample::select(&CLEAN[..]), 0..6),
        after in prop::collection::vec(prop::sample::select(&CLEAN[..]), 0..6),
    ) {
        let mut dice = Dice(seed);
        let (kind, grammar) = GRAMMARS[dice.roll(GRAMMARS.len())];
        let planted = grammar(&mut dice);
        if check_note(&planted, 400).is_err() {
            let text = format!("{} {planted} {}", before.join(" "), after.join(" "));
            prop_assert!(check_note(&text, 400).is_err(), "{}: {}", kind, text);
        }
    }
}

fn time_of_a_note() -> Duration {
    let mut dice = Dice(9);
    let notes: Vec<String> = (0..300)
        .map(|n| {
            let (_, grammar) = GRAMMARS[n % GRAMMARS.len()];
            format!(
                "Clinic letter 9 days late, no plan and nobody to ring back. {} asks us for bloods",
                grammar(&mut dice)
            )
        })
        .collect();
    let turn = || {
        let begun = Instant::now();
        let refused = notes.iter().filter(|note| check_note(note, 400).is_err()).count();
        assert!(refused > 290, "{refused}");
        begun.elapsed() / 300
    };
    (0..20).map(|_| turn()).min().unwrap()
}

/// Unoptimised it is many times slower: this finds what has become quadratic.
#[test]
fn a_note_takes_no_time_that_a_reader_sees() {
    let time = time_of_a_note();
    assert!(time < Duration::from_millis(5), "{time:?}");
}

#[test]
#[ignore = "a measure, for a build with --release"]
fn a_note_takes_less_than_fifty_microseconds() {
    let time = time_of_a_note();
    assert!(time < Duration::from_micros(50), "{time:?}");
    println!("{time:?} a note");
}
