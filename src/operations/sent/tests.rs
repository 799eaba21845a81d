use std::collections::BTreeMap;

use entity::ids::{ClinicianId, LocalDate, StatusId};
use serde::Deserialize;
use serde_json::json;

use super::*;
use crate::domain::{catalogue::Status, name::SubjectName};

/// One field of every kind.
#[derive(Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
struct Act {
    id: StatusId,
    name: Option<SubjectName>,
    status: Status,
    on: LocalDate,
    by: Option<LocalDate>,
    #[serde(default)]
    about: bool,
    n: Option<u16>,
    #[serde(default)]
    tags: Vec<Status>,
    #[serde(default)]
    counts: BTreeMap<ClinicianId, u32>,
}

const ID: &str = "0199f3a2-7c11-7d20-8c1f-2f6f0a6a9d12";
const DR_A: &str = "0199f3a2-7c11-7d20-8c1f-2f6f0a6a9d13";

fn form(pairs: &[(&str, &str)]) -> Sent {
    let pairs = pairs.iter();
    Sent::form(pairs.map(|(name, text)| ((*name).to_owned(), (*text).to_owned())))
}

fn json(value: &Value) -> Sent {
    Sent::json(serde_json::from_str(&value.to_string()).unwrap())
}

fn asks() -> Asks {
    vec![("id", "Open the page again"), ("status", "Choose what holds"), ("on", "Enter the day")]
}

fn errors(sent: &Sent) -> Vec<(String, String)> {
    let read = sent.read::<Act>(&asks());
    let errors = read.errors.into_iter();
    errors.map(|error| (error.field.into_owned(), error.message.into_owned())).collect()
}

fn fields(sent: &Sent) -> Vec<String> {
    errors(sent).into_iter().map(|(field, _)| field).collect()
}

#[test]
fn a_form_and_json_are_read_into_the_same() {
    let counts = format!("counts[{DR_A}]");
    let form = form(&[
        ("id", ID),
        ("name", "  Ring   pessaries "),
        ("status", "paused-since"),
        ("on", "2026-11-20"),
        ("by", ""),
        ("about", "yes"),
        ("n", " 3 "),
        ("tags", "running"),
        ("tags", "thinking"),
        (&counts, "12"),
    ]);
    let json = json(&json!({
        "id": ID, "name": "Ring pessaries", "status": "paused-since", "on": "2026-11-20", "by": null, "about": true,
        "n": 3, "tags": ["running", "thinking"], "counts": { DR_A: 12 },
    }));
    let read = |sent: &Sent| sent.read::<Act>(&asks()).value.unwrap();
    assert_eq!(read(&form), read(&json));
    assert_eq!(read(&form).n, Some(3));
    assert!(errors(&form).is_empty() && errors(&json).is_empty());
}

#[test]
fn every_mistake_is_named_at_once_in_the_order_of_the_struct() {
    let wrong = form(&[("n", "many"), ("by", "yesterday"), ("on", "2026-02-30"), ("status", ""), ("id", ID)]);
    assert_eq!(fields(&wrong), ["status", "on", "by", "n"]);
    // What can be left out leaves the struct standing, so that the rules speak too.
    let optional = form(&[("id", ID), ("status", "running"), ("on", "2026-11-20"), ("by", "x")]);
    let read = optional.read::<Act>(&asks());
    assert_eq!(read.value.unwrap().by, None);
    assert_eq!(read.errors.len(), 1);
}

#[test]
fn the_first_word_about_a_field_holds() {
    let mut read = form(&[("id", ID), ("on", "x"), ("status", "running")]).read::<Act>(&asks());
    read.also(vec![FieldError::new("on", "A rule about the day"), FieldError::new("name", "Name it")]);
    let errors: Vec<_> = read.errors.iter().map(|error| (&*error.field, &*error.message)).collect();
    assert_eq!(errors, [("name", "Name it"), ("on", "Enter a real day, such as 2026-11-20")]);
}

#[test]
fn json_has_its_own_kinds() {
    let with = |field: &str, value: Value| {
        let mut body = json!({ "id": ID, "status": "running", "on": "2026-11-20" });
        body[field] = value;
        fields(&json(&body))
    };
    assert_eq!(with("n", json!("3")), ["n"], "a text is no number");
    assert_eq!(with("n", json!(-1)), ["n"]);
    assert_eq!(with("n", json!(70_000)), ["n"]);
    assert_eq!(with("about", json!("yes")), ["about"]);
    assert_eq!(with("on", json!(20_261_120)), ["on"]);
    assert_eq!(with("on", json!("")), ["on"], "an empty text is one");
    assert_eq!(with("tags", json!("running")), ["tags"]);
    assert_eq!(with("counts", json!({ DR_A: "x" })), [format!("counts[{DR_A}]")]);
    assert_eq!(with("counts", json!({ "Jane Smith": 3 })), ["counts"]);
    assert_eq!(with("name", json!({ "a": 1 })), ["name"]);
}

#[test]
fn what_comes_twice_or_is_not_known_is_named() {
    let twice = form(&[("id", ID), ("status", "running"), ("on", "2026-11-20"), ("on", "2026-11-21")]);
    assert_eq!(errors(&twice), [("on".to_owned(), "Send this once".to_owned())]);
    let text = format!(r#"{{"id":"{ID}","status":"running","on":"2026-11-20","on":"2026-11-21"}}"#);
    let twice = Sent::json(serde_json::from_str(&text).unwrap());
    assert_eq!(fields(&twice), ["on"]);
    let other = form(&[("id", ID), ("status", "running"), ("on", "2026-11-20"), ("colour", "red")]);
    assert_eq!(errors(&other), [("colour".to_owned(), "This field is not known".to_owned())]);
    let nothing = form(&[]);
    assert_eq!(fields(&nothing), ["id", "status", "on"]);
    // A part of the address wins over the body.
    let mut put = form(&[("id", "x"), ("status", "running"), ("on", "2026-11-20")]);
    put.put("id", ID);
    assert!(errors(&put).is_empty());
}

#[test]
fn nothing_that_was_sent_is_repeated() {
    for bad in ["999 000 0018", "9990000018", "Jane Smith", "2026-13-01"] {
        for name in ["id", "status", "on", "by", "n", "tags", "counts", "about"] {
            for sent in [form(&[(name, bad)]), json(&json!({ name: bad })), json(&json!({ name: [bad] }))] {
                for (field, message) in errors(&sent) {
                    assert!(!message.contains(bad) && !field.contains(bad), "{name}: {field}: {message}");
                }
            }
        }
        for sent in [form(&[(bad, "x")]), json(&json!({ bad: "x" })), form(&[(&format!("counts[{bad}]"), "1")])] {
            for (field, message) in errors(&sent) {
                assert!(!message.contains(bad) && !field.contains(bad), "{field}: {message}");
            }
        }
    }
}
