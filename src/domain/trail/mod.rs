//! What the audit trail says, in plain words: one sentence for each kind of act, who did it, and from what to what it
//! changed something.
//!
//! Sentences are drawn from the event's own detail and from nothing else. A field that no sentence names is never shown, so
//! secrets, hashes and digests of rows stay where they are.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use entity::ids::LocalDate;
use serde_json::Value;
use uuid::Uuid;

use super::access::Role;

mod about;
mod kinds;
mod who;

pub use about::About;
pub use kinds::KINDS;
pub use who::Who;

/// One kind of act.
#[derive(Debug, Clone, Copy)]
pub struct Kind {
    /// Its name in the trail.
    pub name: &'static str,
    /// What it is about.
    pub about: About,
    /// What it is called.
    pub title: &'static str,
    /// The sentence: `{field}` is what the detail says, `{field?yes|no}` the one where it says something and the other
    /// where it does not.
    pub says: &'static str,
    /// What it sets, where the same may be set again.
    pub sets: Option<Sets>,
}

/// What an act sets: the act of the same kind before it, of the same things, says from what it changed.
#[derive(Debug, Clone, Copy)]
pub struct Sets {
    /// Fields that say of what.
    pub of: &'static [&'static str],
    /// To what, as a sentence of a [`Kind`].
    pub to: &'static str,
}

/// What ids and codes are called for whoever reads.
#[derive(Debug, Clone, Default)]
pub struct Names {
    /// People, clinicians, screens, keys, services.
    pub ids: HashMap<Uuid, String>,
    /// Items of the menu, by code.
    pub items: HashMap<String, String>,
    /// Words of statuses, by the codes of their item and of the status.
    pub statuses: HashMap<(String, String), String>,
    /// Organisations, by code.
    pub organisations: HashMap<String, String>,
}

/// The detail of an event; nothing where it was erased.
#[derive(Debug, Clone, PartialEq)]
pub struct Detail(serde_json::Map<String, Value>);

impl Detail {
    /// Reads it.
    pub fn read(text: &str) -> Option<Self> {
        match serde_json::from_str(text) {
            Ok(Value::Object(object)) => Some(Self(object)),
            _ => None,
        }
    }

    /// Every id that a sentence may name.
    pub fn ids(&self) -> impl Iterator<Item = Uuid> {
        self.0.values().filter_map(|value| value.as_str()?.parse().ok())
    }

    /// Codes of organisations that a sentence may name.
    pub fn organisations(&self) -> impl Iterator<Item = &str> {
        ["organisation", "lmc"].into_iter().filter_map(|name| self.field(name)?.as_str())
    }

    fn field(&self, name: &str) -> Option<&Value> {
        self.0.get(name).filter(|value| !value.is_null())
    }

    /// Whether a field says something: an answer of "no" does not.
    fn says(&self, name: &str) -> bool {
        self.field(name).is_some_and(|value| *value != Value::Bool(false))
    }

    /// Of what the act sets something.
    pub fn of(&self, sets: Sets) -> Vec<String> {
        let text = |name: &&str| self.field(name).map(Value::to_string).unwrap_or_default();
        sets.of.iter().map(text).collect()
    }
}

/// The kind of a name; nothing for one that this version does not know.
pub fn kind(name: &str) -> Option<&'static Kind> {
    KINDS.iter().find(|kind| kind.name == name)
}

/// The sentence of an event.
pub fn sentence(name: &str, detail: Option<&Detail>, names: &Names) -> String {
    match (kind(name), detail) {
        (Some(kind), Some(detail)) => filled(kind.says, detail, names),
        (Some(kind), None) => format!("{} (what it said was erased)", kind.title),
        (None, _) => words(name),
    }
}

/// What an event set something to, where it did.
pub fn set_to(kind: &Kind, detail: &Detail, names: &Names) -> Option<String> {
    kind.sets.map(|sets| filled(sets.to, detail, names))
}

/// Fields that the sentences of a kind name.
pub fn fields(kind: &Kind) -> BTreeSet<&'static str> {
    let mut found = BTreeSet::new();
    for text in [Some(kind.says), kind.sets.map(|sets| sets.to)].into_iter().flatten() {
        for (_, rest) in
            text.match_indices('{').map(|(at, _)| (at, text.get(at.saturating_add(1)..).unwrap_or_default()))
        {
            let end = rest.find(['}', '?', '{']).unwrap_or(rest.len());
            found.extend(rest.get(..end));
        }
    }
    found.extend(kind.sets.into_iter().flat_map(|sets| sets.of.iter().copied()));
    found
}

/// Puts what the detail says into a sentence.
fn filled(says: &str, detail: &Detail, names: &Names) -> String {
    let mut text = String::new();
    let mut rest = says;
    while let Some((before, after)) = rest.split_once('{') {
        text.push_str(before);
        let (inside, behind) = closed(after);
        text.push_str(&part(inside, detail, names));
        rest = behind;
    }
    text.push_str(rest);
    text
}

/// What stands up to the brace that closes it, and what comes after.
fn closed(text: &str) -> (&str, &str) {
    let mut depth = 0_usize;
    for (at, sign) in text.char_indices() {
        match sign {
            '{' => depth = depth.saturating_add(1),
            '}' if depth == 0 => {
                return (text.get(..at).unwrap_or_default(), text.get(at.saturating_add(1)..).unwrap_or_default());
            }
            '}' => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    (text, "")
}

fn part(inside: &str, detail: &Detail, names: &Names) -> String {
    let Some((field, choices)) = inside.split_once('?') else {
        let status = || {
            let of = |field: &str| Some(detail.field(field)?.as_str()?.to_owned());
            names.statuses.get(&(of("item")?, of("value")?)).cloned()
        };
        let status = if inside == "value" { status() } else { None };
        return status.unwrap_or_else(|| value(inside, detail.field(inside), names));
    };
    let (yes, no) = split(choices);
    filled(if detail.says(field) { yes } else { no }, detail, names)
}

/// At the first line that stands in no brace.
fn split(choices: &str) -> (&str, &str) {
    let mut depth = 0_usize;
    for (at, sign) in choices.char_indices() {
        match sign {
            '{' => depth = depth.saturating_add(1),
            '}' => depth = depth.saturating_sub(1),
            '|' if depth == 0 => {
                return (
                    choices.get(..at).unwrap_or_default(),
                    choices.get(at.saturating_add(1)..).unwrap_or_default(),
                );
            }
            _ => {}
        }
    }
    (choices, "")
}

fn value(field: &str, value: Option<&Value>, names: &Names) -> String {
    match value {
        None | Some(Value::Null) => "nothing".to_owned(),
        Some(Value::Bool(is)) => if *is { "yes" } else { "no" }.to_owned(),
        Some(Value::Number(n)) => n.to_string(),
        Some(Value::String(text)) => of_text(field, text, names),
        Some(Value::Array(list)) => list.len().to_string(),
        Some(Value::Object(of)) if field == "row_digests" => tables(of),
        Some(Value::Object(of)) => of.len().to_string(),
    }
}

fn of_text(field: &str, text: &str, names: &Names) -> String {
    if let Ok(id) = text.parse::<Uuid>() {
        return names.ids.get(&id).cloned().unwrap_or_else(|| unnamed(field).to_owned());
    }
    if let Ok(day) = text.parse::<LocalDate>() {
        return day.written();
    }
    let called = match field {
        "item" => names.items.get(text).cloned(),
        "organisation" | "lmc" => names.organisations.get(text).cloned(),
        "role" => text
            .parse::<Role>()
            .ok()
            .map(|role| role.title().to_lowercase().replace("lmc", "LMC").replace("icb", "ICB")),
        _ => None,
    };
    called.unwrap_or_else(|| words(text))
}

/// What is said of somebody or something whose name whoever reads may not know, or that is gone.
fn unnamed(field: &str) -> &'static str {
    match field {
        "person" => "somebody",
        "clinician" => "a clinician",
        "subject" => "a service",
        "display" => "a screen",
        "key" => "a key",
        "webhook" => "a webhook",
        _ => "one",
    }
}

/// Which rows were kept, by the names of their tables.
fn tables(of: &serde_json::Map<String, Value>) -> String {
    let rows: BTreeMap<String, usize> =
        of.iter().map(|(table, rows)| (words(table), rows.as_object().map_or(0, serde_json::Map::len))).collect();
    let said: Vec<String> = rows.into_iter().map(|(table, n)| format!("{table} ({n})")).collect();
    said.join(", ")
}

/// A code as words; text that has blanks stays as it is.
fn words(code: &str) -> String {
    if code.contains(' ') { code.to_owned() } else { code.replace(['-', '_', '.'], " ") }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn detail(text: &str) -> Detail {
        Detail::read(text).unwrap()
    }

    #[test]
    fn each_kind_stands_once_and_its_sentences_close() {
        let mut seen = BTreeSet::new();
        for kind in KINDS {
            assert!(seen.insert(kind.name), "{}", kind.name);
            for says in [Some(kind.says), kind.sets.map(|sets| sets.to)].into_iter().flatten() {
                assert_eq!(says.matches('{').count(), says.matches('}').count(), "{says}");
                assert!(!says.ends_with('.'), "{says}");
            }
            assert!(kind.says.starts_with(|sign: char| sign.is_uppercase() || sign == '{'), "{}", kind.says);
        }
    }

    #[test]
    fn a_sentence_takes_what_the_detail_says_and_nothing_else() {
        let id = Uuid::from_u128(7);
        let mut names = Names::default();
        names.ids.insert(id, "Dr A".to_owned());
        let said = detail(&format!(
            r#"{{"clinician":"{id}","effective_on":"2026-12-01","last_on":null,"full_day":20,"one_session":10,"row_digests":{{"limit_rule":{{"x":"abc"}}}}}}"#
        ));
        let text = sentence("limit.set", Some(&said), &names);
        assert!(text.contains("Dr A") && text.contains("1 December 2026") && text.contains("20"), "{text}");
        assert!(!text.contains("abc"), "{text}");
        let kind = kind("limit.set").unwrap();
        assert!(set_to(kind, &said, &names).unwrap().contains("20"));
        // Whose name is not known is not guessed at.
        let text = sentence("limit.set", Some(&said), &Names::default());
        assert!(text.contains("a clinician") && !text.contains(&id.to_string()), "{text}");
        assert!(sentence("limit.set", None, &names).contains("erased"));
        assert_eq!(sentence("new.kind", Some(&said), &names), "new kind");
    }

    #[test]
    fn a_choice_follows_what_is_said() {
        let names = Names::default();
        let says = "{a?with {a}|without}{b? and {b}|}";
        assert_eq!(filled(says, &detail(r#"{"a":1,"b":null}"#), &names), "with 1");
        assert_eq!(filled(says, &detail(r#"{"a":false,"b":"x-y"}"#), &names), "without and x y");
        assert_eq!(filled("{rows}", &detail("{}"), &names), "nothing");
    }
}
