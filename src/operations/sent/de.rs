//! The reader of a body, as serde asks it.

use std::{cell::Cell, fmt};

use serde::de::{
    self, DeserializeSeed, Deserializer, IntoDeserializer, MapAccess, Visitor,
    value::{MapDeserializer, SeqDeserializer},
};
use serde_json::Value;

/// What came under one name.
#[derive(Debug, Clone)]
pub(super) enum Got {
    /// Controls of a form; several where a name came more than once.
    Texts(Vec<String>),
    Json(Value),
    /// `counts[KEY]` of a form, or an object in JSON.
    Keyed(Vec<(String, Got)>),
    /// A name that a JSON object has more than once.
    Twice,
}

/// Why reading stopped. Never with the value in it.
#[derive(Debug, thiserror::Error)]
pub(super) enum Refused {
    #[error("{why}")]
    Field { name: String, why: String },
    #[error("{0} is missing")]
    Missing(&'static str),
    #[error("{0}")]
    Value(String),
}

impl Refused {
    fn kind() -> Self {
        Self::Value("This is not of the expected kind".to_owned())
    }

    fn of(self, name: &str) -> Self {
        match self {
            Self::Value(why) => Self::Field { name: name.to_owned(), why },
            other => other,
        }
    }
}

impl de::Error for Refused {
    // Only types of ours come here, whose sentences repeat nothing; what serde says by itself names the value.
    fn custom<S: fmt::Display>(sentence: S) -> Self {
        Self::Value(sentence.to_string())
    }
    fn invalid_type(_: de::Unexpected<'_>, _: &dyn de::Expected) -> Self {
        Self::kind()
    }
    fn invalid_value(_: de::Unexpected<'_>, _: &dyn de::Expected) -> Self {
        Self::kind()
    }
    fn invalid_length(_: usize, _: &dyn de::Expected) -> Self {
        Self::kind()
    }
    fn unknown_variant(_: &str, _: &'static [&'static str]) -> Self {
        Self::kind()
    }
    fn unknown_field(name: &str, _: &'static [&'static str]) -> Self {
        Self::Field { name: name.to_owned(), why: "This field is not known".to_owned() }
    }
    fn duplicate_field(name: &'static str) -> Self {
        twice().of(name)
    }
    fn missing_field(name: &'static str) -> Self {
        Self::Missing(name)
    }
}

/// The fields of a body, or the entries of a map in it.
pub(super) struct Map<'a, 'r> {
    pub(super) fields: &'a [(String, Got)],
    /// The name of the map, where it is one in the body.
    pub(super) within: Option<&'r str>,
    /// Names that were refused already.
    pub(super) hidden: &'r [String],
    /// Where the names of the struct are told.
    pub(super) order: Option<&'r Cell<&'static [&'static str]>>,
}

impl<'de> Deserializer<'de> for Map<'de, '_> {
    type Error = Refused;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Refused> {
        visitor.visit_map(Entries { rest: self.fields.iter(), value: None, within: self.within, hidden: self.hidden })
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Refused> {
        if let Some(order) = self.order {
            order.set(fields);
        }
        self.deserialize_any(visitor)
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Refused> {
        visitor.visit_some(self)
    }

    serde::forward_to_deserialize_any! {
        bool i8 i16 i32 i64 u8 u16 u32 u64 f32 f64 char str string bytes byte_buf unit unit_struct newtype_struct seq tuple
        tuple_struct map enum identifier ignored_any
    }
}

struct Entries<'a, 'r> {
    rest: std::slice::Iter<'a, (String, Got)>,
    value: Option<(String, &'a Got)>,
    within: Option<&'r str>,
    hidden: &'r [String],
}

impl<'de> MapAccess<'de> for Entries<'de, '_> {
    type Error = Refused;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, Refused> {
        for (key, got) in self.rest.by_ref() {
            let name = match self.within {
                Some(map) => format!("{map}[{key}]"),
                None => key.clone(),
            };
            if self.hidden.contains(&name) {
                continue;
            }
            let read = seed.deserialize(Leaf::Text(key));
            let read = read.map_err(|refused| refused.of(&name))?;
            self.value = Some((name, got));
            return Ok(Some(read));
        }
        Ok(None)
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, Refused> {
        let (name, got) = self.value.take().ok_or_else(Refused::kind)?;
        let read = match got {
            Got::Keyed(entries) => {
                seed.deserialize(Map { fields: entries, within: Some(&name), hidden: self.hidden, order: None })
            }
            Got::Texts(texts) => match texts.as_slice() {
                [text] => seed.deserialize(Leaf::Text(text)),
                texts => seed.deserialize(Leaf::Texts(texts)),
            },
            Got::Json(value) => seed.deserialize(Leaf::Json(value)),
            Got::Twice => Err(twice()),
        };
        read.map_err(|refused| refused.of(&name))
    }
}

fn twice() -> Refused {
    Refused::Value("Send this once".to_owned())
}

/// One value.
#[derive(Clone, Copy)]
enum Leaf<'a> {
    Text(&'a str),
    Texts(&'a [String]),
    Json(&'a Value),
}

impl<'de> IntoDeserializer<'de, Refused> for Leaf<'de> {
    type Deserializer = Self;
    fn into_deserializer(self) -> Self {
        self
    }
}

macro_rules! whole_numbers {
    ($($method:ident)+) => {$(
        fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Refused> {
            match self {
                Self::Text(text) => match text.trim().parse::<i64>() {
                    Ok(n) if n >= 0 => visitor.visit_u64(n.unsigned_abs()),
                    Ok(n) => visitor.visit_i64(n),
                    Err(_) => Err(Refused::Value("Enter a whole number".to_owned())),
                },
                other => other.deserialize_any(visitor),
            }
        }
    )+};
}

impl<'de> Deserializer<'de> for Leaf<'de> {
    type Error = Refused;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Refused> {
        match self {
            Self::Text(text) => visitor.visit_borrowed_str(text),
            Self::Texts(_) => Err(twice()),
            Self::Json(Value::Null) => visitor.visit_unit(),
            Self::Json(Value::Bool(yes)) => visitor.visit_bool(*yes),
            Self::Json(Value::String(text)) => visitor.visit_borrowed_str(text),
            Self::Json(Value::Number(n)) => match (n.as_u64(), n.as_i64(), n.as_f64()) {
                (Some(n), ..) => visitor.visit_u64(n),
                (None, Some(n), _) => visitor.visit_i64(n),
                (None, None, Some(n)) => visitor.visit_f64(n),
                (None, None, None) => Err(Refused::kind()),
            },
            Self::Json(Value::Array(all)) => visitor.visit_seq(SeqDeserializer::new(all.iter().map(Leaf::Json))),
            Self::Json(Value::Object(all)) => {
                let entries = all.iter().map(|(key, value)| (key.as_str(), Leaf::Json(value)));
                visitor.visit_map(MapDeserializer::new(entries))
            }
        }
    }

    fn deserialize_bool<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Refused> {
        match self {
            // A ticked box sends what its control says, "on" where it says nothing.
            Self::Text("yes" | "on" | "true") => visitor.visit_bool(true),
            Self::Text("no" | "false") => visitor.visit_bool(false),
            other => other.deserialize_any(visitor),
        }
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Refused> {
        match self {
            Self::Json(Value::Null) => visitor.visit_none(),
            other => visitor.visit_some(other),
        }
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Refused> {
        match self {
            Self::Text(text) => visitor.visit_seq(SeqDeserializer::new([Leaf::Text(text)].into_iter())),
            Self::Texts(texts) => {
                let texts = texts.iter().map(|text| Leaf::Text(text));
                visitor.visit_seq(SeqDeserializer::new(texts))
            }
            json @ Self::Json(_) => json.deserialize_any(visitor),
        }
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(self, _: &'static str, visitor: V) -> Result<V::Value, Refused> {
        visitor.visit_newtype_struct(self)
    }

    whole_numbers! {
        deserialize_i8 deserialize_i16 deserialize_i32 deserialize_i64
        deserialize_u8 deserialize_u16 deserialize_u32 deserialize_u64
    }

    serde::forward_to_deserialize_any! {
        f32 f64 char str string bytes byte_buf unit unit_struct tuple tuple_struct map struct enum identifier ignored_any
    }
}
