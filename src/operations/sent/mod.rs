//! A body before it is read: the texts of a form or the values of a JSON object, read into one plain struct.
//!
//! A field that is refused is named and hidden, and reading goes on without it. So every mistake is found at once, and the
//! body itself is kept for the page that shows again what was typed.

use std::{cell::Cell, fmt};

use serde::de::{Deserialize, DeserializeOwned, Deserializer, MapAccess, Visitor};
use serde_json::Value;

use self::de::{Got, Map, Refused};
use crate::error::FieldError;

mod de;

/// Fields that must be given, each with the sentence that asks for it.
pub type Asks = Vec<(&'static str, &'static str)>;

/// What was sent, name by name.
#[derive(Debug, Clone, Default)]
pub struct Sent {
    fields: Vec<(String, Got)>,
}

/// A JSON object with its names as they came: a map would keep the last of two that are the same.
#[derive(Debug)]
pub struct Object(Vec<(String, Value)>);

impl<'de> Deserialize<'de> for Object {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Pairs;
        impl<'de> Visitor<'de> for Pairs {
            type Value = Object;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a JSON object")
            }
            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Object, A::Error> {
                let mut pairs = Vec::new();
                while let Some(pair) = map.next_entry()? {
                    pairs.push(pair);
                }
                Ok(Object(pairs))
            }
        }
        deserializer.deserialize_map(Pairs)
    }
}

impl Sent {
    /// A form. An empty control says nothing.
    pub fn form(pairs: impl IntoIterator<Item = (String, String)>) -> Self {
        let mut fields = Vec::new();
        let mut maps: Vec<(String, Vec<(String, Got)>)> = Vec::new();
        for (name, text) in pairs {
            if text.trim().is_empty() {
                continue;
            }
            let entry = name.strip_suffix(']').and_then(|name| name.split_once('['));
            let Some((map, key)) = entry else {
                add(&mut fields, &name, text);
                continue;
            };
            if let Some((_, entries)) = maps.iter_mut().find(|(known, _)| known == map) {
                add(entries, key, text);
            } else {
                let first = (key.to_owned(), Got::Texts(vec![text]));
                maps.push((map.to_owned(), vec![first]));
            }
        }
        let maps = maps.into_iter();
        fields.extend(maps.map(|(name, entries)| (name, Got::Keyed(entries))));
        Self { fields }
    }

    /// A JSON object. `null` says nothing; an empty text does.
    pub fn json(Object(pairs): Object) -> Self {
        let mut fields: Vec<(String, Got)> = Vec::new();
        for (name, value) in pairs {
            if let Some((_, known)) = fields.iter_mut().find(|(known, _)| *known == name) {
                *known = Got::Twice;
            } else if !value.is_null() {
                let got = match value {
                    Value::Object(entries) => {
                        Got::Keyed(entries.into_iter().map(|(key, value)| (key, Got::Json(value))).collect())
                    }
                    other => Got::Json(other),
                };
                fields.push((name, got));
            }
        }
        Self { fields }
    }

    /// Puts a text in the place of whatever came under this name: a part of the address wins over the body.
    pub fn put(&mut self, name: &str, text: impl Into<String>) {
        self.fields.retain(|(known, _)| known != name);
        self.fields.push((name.to_owned(), Got::Texts(vec![text.into()])));
    }

    /// Whether something was sent under this name.
    pub fn has(&self, name: &str) -> bool {
        self.got(name).is_some()
    }

    /// The text under a name, from a form or from JSON; empty where there is none, or something else.
    pub fn text(&self, name: &str) -> &str {
        match self.got(name) {
            Some(Got::Texts(texts)) => texts.first().map_or("", String::as_str),
            Some(Got::Json(Value::String(text))) => text,
            _ => "",
        }
    }

    fn got(&self, name: &str) -> Option<&Got> {
        let found = self.fields.iter().find(|(known, _)| known == name);
        found.map(|(_, got)| got)
    }

    /// Reads every field. The struct is there as soon as what it cannot do without is, whatever else is wrong.
    pub fn read<T: DeserializeOwned>(&self, asks: &Asks) -> Read<T> {
        let order = Cell::default();
        let mut hidden: Vec<String> = Vec::new();
        let mut read = Read { value: None, errors: Vec::new(), order: &[] };
        for (name, sentence) in asks {
            if !self.has(name) {
                read.say(FieldError::new(*name, *sentence));
            }
        }
        loop {
            let fields = Map { fields: &self.fields, within: None, hidden: &hidden, order: Some(&order) };
            match T::deserialize(fields) {
                Ok(value) => read.value = Some(value),
                Err(Refused::Field { name, why }) if hidden.len() < MOST_HIDDEN => {
                    read.say(FieldError::new(spoken(&name), why));
                    hidden.push(name);
                    continue;
                }
                Err(Refused::Missing(name)) => read.say(FieldError::new(name, "Fill this in")),
                Err(Refused::Value(why) | Refused::Field { why, .. }) => {
                    read.say(FieldError::new("body", why));
                }
            }
            read.order = order.get();
            read.sort();
            return read;
        }
    }
}

/// So many fields are named before the rest is left alone.
const MOST_HIDDEN: usize = 64;

fn add(fields: &mut Vec<(String, Got)>, name: &str, text: String) {
    match fields.iter_mut().find(|(known, _)| known == name) {
        Some((_, Got::Texts(texts))) => texts.push(text),
        _ => fields.push((name.to_owned(), Got::Texts(vec![text]))),
    }
}

/// A name as it may be repeated: one that holds anything but small letters could be a patient's number or name.
fn spoken(name: &str) -> String {
    let (map, key) = name.split_once('[').unwrap_or((name, ""));
    let plain = map.len() <= 40 && map.bytes().all(|b| b.is_ascii_lowercase() || b == b'_');
    let is_id = uuid::Uuid::try_parse(key.trim_end_matches(']')).is_ok();
    match (plain, key.is_empty() || is_id) {
        (true, true) => name.to_owned(),
        (true, false) => map.to_owned(),
        (false, _) => "body".to_owned(),
    }
}

/// What was read, and what is wrong with the rest.
#[derive(Debug)]
pub struct Read<T> {
    /// The struct, where it could be made.
    pub value: Option<T>,
    /// One sentence a field, in the order of the struct, which is that of the page.
    pub errors: Vec<FieldError>,
    order: &'static [&'static str],
}

impl<T> Read<T> {
    /// Adds what rules say. The first word about a field holds.
    pub fn also(&mut self, errors: Vec<FieldError>) {
        for error in errors {
            self.say(error);
        }
        self.sort();
    }

    fn say(&mut self, error: FieldError) {
        if self.errors.iter().all(|known| known.field != error.field) {
            self.errors.push(error);
        }
    }

    fn sort(&mut self) {
        let at = |error: &FieldError| self.order.iter().position(|name| *name == error.field);
        self.errors.sort_by_key(|error| at(error).unwrap_or(usize::MAX));
    }
}

#[cfg(test)]
mod tests;
