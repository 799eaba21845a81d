//! Short texts that name something: one line, no patient data, checked where they are read.

use std::{borrow::Cow, fmt, str::FromStr};

use serde::{Deserialize, Deserializer, Serialize, de::Error as _};
use utoipa::ToSchema;

use super::identifier::{self, RefusedText};

/// The name of a person who signs in: 1 to 80 characters.
///
/// # Errors
/// A sentence.
pub fn of_person(text: &str) -> Result<String, &'static str> {
    let text = text.trim();
    if (1..=80).contains(&text.chars().count()) && !text.contains(char::is_control) {
        Ok(text.to_owned())
    } else {
        Err("Enter a name of 1 to 80 characters")
    }
}

/// An e-mail address: something on both sides of an @ and no blanks. Whether it can be reached shows when something is
/// sent there.
///
/// # Errors
/// A sentence.
pub fn email(text: &str) -> Result<String, &'static str> {
    let text = text.trim();
    let fine = text.split_once('@').is_some_and(|(name, host)| {
        !name.is_empty() && host.len() > 2 && !host.contains('@') && !host.starts_with('.')
    });
    // Nothing that is not seen, or that turns the order of what is.
    if fine && text.len() <= 254 && text.chars().all(|c| c.is_ascii_graphic()) {
        Ok(text.to_lowercase())
    } else {
        Err("Enter an email address, such as name@example.nhs.uk")
    }
}

macro_rules! names {
    ($($(#[$doc:meta])* $name:ident at most $most:literal),+ $(,)?) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
        #[serde(transparent)]
        pub struct $name(String);

        impl $name {
            /// Characters.
            pub const MOST: usize = $most;

            /// The text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl FromStr for $name {
            type Err = RefusedText;
            fn from_str(text: &str) -> Result<Self, RefusedText> {
                let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
                identifier::check_note(&line, Self::MOST).map(|note| Self(note.into()))
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = <Cow<'de, str>>::deserialize(deserializer)?;
                text.parse().map_err(D::Error::custom)
            }
        }
    )+};
}

names! {
    /// The name of a service, agreement, pathway, product or programme of a practice.
    SubjectName at most 80,
    /// What somebody calls a passkey of theirs.
    PasskeyName at most 40,
    /// Whom a notice was served on.
    Commissioner at most 80,
    /// A few words on what happened to a notice.
    NoticeNote at most 80,
    /// A provider that is in no list, as the practice calls it.
    ProviderName at most 80,
    /// What a provider asked of the practice.
    Asked at most 140,
    /// The practice's own reference of an item, never a patient's number.
    OwnReference at most 20,
    /// Who answered an action: a commissioner or a provider, never a person.
    Responder at most 80,
    /// Whom a letter goes to: an organisation or a team.
    Recipient at most 120,
    /// Where a duty stands: a contract, a document that an area agreed.
    Instrument at most 120,
    /// The number of a clause.
    Clause at most 20,
    /// A duty in plain words.
    DutyText at most 400,
    /// Where something can be read.
    Source at most 300,
    /// The name of an item that an LMC adds.
    ItemTitle at most 60,
    /// What such an item is, or leaves out, in a sentence.
    ItemText at most 300,
    /// What stays obligatory beside such an item.
    GuardRail at most 600,
    /// What a practice notes for itself about the network scheme.
    NetworkNoteText at most 140,
    /// The name of a network of practices.
    NetworkName at most 80,
    /// Where something was solved.
    ExamplePlace at most 80,
    /// What was done there.
    ExampleText at most 300,
}
