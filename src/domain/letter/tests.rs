use std::collections::BTreeMap;

use proptest::prelude::*;

use super::{
    book::{ALWAYS, LetterBook, RESERVED},
    diff::{LineChange, differ, lines},
    *,
};

fn day(text: &str) -> LocalDate {
    text.parse().unwrap()
}

fn no_field(text: &str) -> bool {
    !text.contains(['{', '}'])
}

fn values(codes: &[&str]) -> BTreeMap<String, Value> {
    let all = codes.iter();
    all.map(|code| ((*code).to_owned(), Value::known("ring pessaries"))).collect()
}

#[test]
fn every_national_letter_can_be_merged_and_holds_nothing_that_is_refused() {
    let book = LetterBook::built_in().unwrap();
    assert_eq!(book.kinds.len(), 20);
    for kind in &book.kinds {
        let (_, template) = check_template(&kind.text, kind).unwrap();
        let all: Vec<&str> = template.fields().map(|(code, _)| code).collect();
        let merged = template.merge(&values(&all)).unwrap();
        assert!(no_field(&merged.body), "{}", kind.code);
        assert_eq!(merged.subject.is_empty(), kind.form == Form::Sms);
        for leave_out in &all {
            let others: Vec<&str> = all.iter().copied().filter(|one| one != leave_out).collect();
            let error = template.merge(&values(&others)).unwrap_err();
            assert_eq!(error.0, [*leave_out], "{}", kind.code);
        }
        let words = kind.text.to_lowercase();
        for never in ["all practices", "colleagues will", "you must not", "boycott"] {
            assert!(!words.contains(never), "{}: {never}", kind.code);
        }
    }
}

#[test]
fn the_text_message_fits_into_one() {
    let kind = LetterBook::built_in().unwrap().kind("patient-sms").unwrap();
    let mut values = values(&[]);
    for (code, value) in
        [("practice", "Brackenshaw Lane Surgery"), ("service", "ring pessary checks"), ("last_day", "22 February 2027")]
    {
        values.insert(code.to_owned(), Value::known(value));
    }
    let template = Template::parse(&kind.text, kind.form).unwrap();
    let merged = template.merge(&values).unwrap();
    assert_eq!(sms::SmsLength::of(&merged.body).messages, 1, "{}", merged.body);
}

#[test]
fn a_mistake_is_named_by_line_and_column() {
    let parse = |text| Template::parse(text, Form::Letter).unwrap_err().to_string();
    assert_eq!(
        parse("Subject\n\nDear é {last day}"),
        "Line 3, column 8: a field is named by small letters, digits and _, such as {last_day}"
    );
    assert_eq!(parse("Subject {open\n\ntext}"), "Line 1, column 9: this brace is not closed on its line");
    assert_eq!(parse("S\n\na } b"), "Line 3, column 3: this brace closes nothing");
    assert!(parse("").starts_with("Line 1, column 1: the first line"));
    assert!(parse("Subject\n \n").contains("no text below"));
    let kind = LetterBook::built_in().unwrap().kind("notice-on-service").unwrap();
    for unknown in ["wrong", "items"] {
        let error = check_template(&format!("S\n\nx {{{unknown}}}"), kind).unwrap_err();
        assert_eq!(error, format!("Line 3, column 3: there is no field {{{unknown}}}"));
    }
    let patient = check_template("S\n\nNHS number 999 000 0018", kind).unwrap_err();
    assert!(patient.contains("NHS number") && !patient.contains("999"));
}

#[test]
fn a_book_that_does_not_fit_is_refused() {
    let list = |fields: &str, code: &str| {
        format!(
            "{{\"schema\":1,\"edition\":\"x\",\"jurisdiction\":\"x\",\"fields\":[{fields}],\"kinds\":[{{\"code\":\"{code}\",\
             \"title\":\"x\",\"to\":\"x\",\"who\":\"icb\",\"form\":\"sms\",\"version\":1,\"from\":\"2026-11-01\"}}]}}"
        )
    };
    let texts = [("a", "{service}")];
    let field = |code: &str| format!("{{\"code\":\"{code}\",\"label\":\"x\",\"shape\":\"line\"}}");
    assert!(LetterBook::parse(&list(&field("service"), "a"), &texts).is_ok());
    assert!(LetterBook::parse(&list("", "a"), &texts).is_err(), "no field");
    assert!(LetterBook::parse(&list(&field("service"), "b"), &texts).is_err());
    for taken in RESERVED.iter().chain(&ALWAYS) {
        assert!(LetterBook::parse(&list(&field(taken), "a"), &texts).is_err(), "{taken}");
    }
}

#[test]
fn the_nearest_wording_wins_and_one_taken_back_counts_no_longer() {
    let wording = |level, text: Option<&str>| Wording {
        level,
        version: 2,
        effective_on: day("2026-11-01"),
        text: text.map(str::to_owned),
        base: None,
    };
    let national = wording(Level::National, Some("n"));
    let lmc = wording(Level::Lmc, Some("l"));
    let own = wording(Level::Practice, Some("p"));
    let gone = wording(Level::Practice, None);
    assert_eq!(nearest(&national, None, None).level, Level::National);
    assert_eq!(nearest(&national, Some(&lmc), None).level, Level::Lmc);
    assert_eq!(nearest(&national, Some(&lmc), Some(&own)).level, Level::Practice);
    assert_eq!(nearest(&national, Some(&lmc), Some(&gone)).level, Level::Lmc);
}

#[test]
fn a_diff_shows_what_was_changed() {
    let shown = lines("S\r\n\r\none\r\ntwo", "S\n\none\n2\n");
    let changes: Vec<_> = shown.iter().map(|line| (line.change, line.text.as_str())).collect();
    assert_eq!(
        changes,
        [(LineChange::Kept, "S"), (LineChange::Kept, "one"), (LineChange::Out, "two"), (LineChange::In, "2")]
    );
    assert!(!differ("a \r\nb", "a\nb\n") && differ("a", "b"));
}

#[test]
fn a_reply_is_due_until_its_day_is_over() {
    let due = Some(day("2026-11-20"));
    let words = |received, today| standing(due, received, false, day(today)).to_string();
    assert_eq!(words(None, "2026-11-20"), "Reply due 20 Nov 2026");
    assert_eq!(words(None, "2026-11-21"), "Overdue by 1 day (due 20 Nov 2026)");
    assert_eq!(words(None, "2026-12-20"), "Overdue by 30 days (due 20 Nov 2026)");
    assert_eq!(words(due, "2026-12-20"), "Reply received 20 Nov 2026");
    assert_eq!(standing(None, None, false, day("2026-12-20")), ReplyState::NoneDue);
    assert_eq!(standing(due, None, true, day("2026-12-20")), ReplyState::InError);
}

fn code() -> impl Strategy<Value = String> {
    "[a-z][a-z0-9_]{0,12}"
}

proptest! {
    #[test]
    fn merged_text_holds_no_field_whatever_is_typed(
        pieces in prop::collection::vec((code(), "[^{}\r\n]{1,20}"), 1..6),
        typed in ".{0,60}",
    ) {
        let mut text = String::from("Subject\n\n");
        for (code, words) in &pieces {
            text += &["x", words, "{", code, "}"].concat();
        }
        let template = Template::parse(&text, Form::Letter).unwrap();
        if let Ok(Some(value)) = Value::check(&typed) {
            let values = pieces.iter().map(|(code, _)| (code.clone(), value.clone())).collect();
            let merged = template.merge(&values).unwrap();
            prop_assert!(no_field(&merged.body));
        }
    }

    #[test]
    fn what_can_be_read_can_be_merged_and_anything_else_is_an_error_not_a_panic(text in ".{0,200}") {
        for form in [Form::Letter, Form::Sms, Form::Poster] {
            if let Ok(template) = Template::parse(&text, form) {
                let all: Vec<String> = template.fields().map(|(code, _)| code.to_owned()).collect();
                let values = all.iter().map(|code| (code.clone(), Value::known("{x}"))).collect();
                let merged = template.merge(&values).unwrap();
                prop_assert!(no_field(&merged.body) && no_field(&merged.subject));
                for missing in &all {
                    let mut fewer: BTreeMap<String, Value> = values.clone();
                    fewer.remove(missing);
                    prop_assert_eq!(template.merge(&fewer).unwrap_err().0, vec![missing.clone()]);
                }
            }
        }
    }

    #[test]
    fn a_value_is_never_a_field(text in ".{0,80}") {
        if let Ok(Some(value)) = Value::check(&text) {
            prop_assert!(no_field(value.as_str()) && !value.as_str().contains(['\n', '\r']) && !value.as_str().trim().is_empty());
        }
    }
}
