//! Identifiers and days as types, so that a clinician's id cannot be handed in where a contact's is meant.

use std::{borrow::Cow, fmt, str::FromStr};

use chrono::{Datelike, Days, NaiveDate, Weekday};
use sea_orm::{DbErr, DeriveValueType, TryFromU64};
use serde::{Deserialize, Deserializer, Serialize, de::Error as _};
use utoipa::ToSchema;
use uuid::Uuid;

/// A text that is not the identifier it was read as. `what` names the kind, `why` the rule it breaks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NotAnId {
    /// Kind of identifier expected, in words a person knows.
    pub what: &'static str,
    /// The rule that was broken.
    pub why: &'static str,
}

impl NotAnId {
    /// The rule, as a sentence for whoever sent the text.
    pub fn sentence(&self) -> String {
        let mut chars = self.why.chars();
        let first = chars.next().map(|c| c.to_ascii_uppercase());
        first.into_iter().chain(chars).collect()
    }
}

impl fmt::Display for NotAnId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "not {}: {}", self.what, self.why)
    }
}

impl std::error::Error for NotAnId {}

const NO_ID: &str = "This is not an identifier: send the UUID as you were given it";
const NO_DAY: &str = "Enter a real day, such as 2026-11-20";

/// Reads a text that was sent, and refuses it with a sentence for whoever sent it, which repeats nothing of the text.
fn read<'de, D: Deserializer<'de>, T, E: fmt::Display>(
    deserializer: D,
    read: impl FnOnce(&str) -> Result<T, E>,
) -> Result<T, D::Error> {
    let text = <Cow<'de, str>>::deserialize(deserializer)?;
    read(&text).map_err(D::Error::custom)
}

macro_rules! uuid_ids {
    ($($(#[$doc:meta])* $name:ident),+ $(,)?) => {$(
        $(#[$doc])*
        #[derive(
            Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, ToSchema, DeriveValueType,
        )]
        #[serde(transparent)]
        pub struct $name(pub Uuid);

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let id = |text: &str| {
                    let id = Uuid::try_parse(text.trim()).ok();
                    id.filter(|id| !id.is_nil()).map(Self).ok_or(NO_ID)
                };
                read(deserializer, id)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl FromStr for $name {
            type Err = NotAnId;
            fn from_str(text: &str) -> Result<Self, NotAnId> {
                Uuid::try_parse(text)
                    .map(Self)
                    .map_err(|_| NotAnId { what: "an identifier", why: "it is not a UUID" })
            }
        }

        impl TryFromU64 for $name {
            fn try_from_u64(_: u64) -> Result<Self, DbErr> {
                Err(DbErr::ConvertFromU64(stringify!($name)))
            }
        }
    )+};
}

uuid_ids! {
    /// One clinician's place at one practice; the same person elsewhere is another row.
    ClinicianId,
    /// One contact, made by the client as a UUIDv7.
    ContactId,
    /// A void of a contact.
    VoidId,
    /// A day sheet entry.
    SheetId,
    /// An enrolled device.
    DeviceId,
    /// A screen that was given a display link.
    DisplayId,
    /// One divert of a practice.
    DivertId,
    /// A message of a practice about a divert or the Directory of Services.
    MessageId,
    /// A notice on a service.
    NoticeId,
    /// What came of an action.
    OutcomeId,
    /// A template notice of an LMC, in all its versions.
    TemplateId,
    /// A question that an LMC puts to a week's return.
    QuestionId,
    /// A person who signs in.
    PersonId,
    /// A signed-in browser or token.
    SessionId,
    /// One role granted to one person in one place.
    GrantId,
    /// One row of a practice's action register.
    StatusId,
    /// A named service, agreement, pathway, product or pilot of a practice.
    SubjectId,
    /// One entry of the log of transferred work.
    TransferId,
    /// Any other row that belongs to a practice.
    RowId,
    /// The key of a program.
    ApiKeyId,
    /// An address of a practice's own program.
    WebhookId,
    /// What was told to one, or waits to be.
    WebhookMessageId,
    /// A secret address that counts.
    TapAddressId,
    /// A browser that asks to be told of a limit.
    PushSubscriptionId,
    /// What was told to one, or waits to be.
    PushMessageId,
    /// An audit event.
    EventId,
}

macro_rules! text_ids {
    ($($(#[$doc:meta])* $name:ident($what:literal, $why:literal, $valid:expr)),+ $(,)?) => {$(
        $(#[$doc])*
        #[derive(
            Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, ToSchema, DeriveValueType,
        )]
        #[sea_orm(value_type = "String")]
        #[serde(into = "String")]
        pub struct $name(String);

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                read(deserializer, |text| text.parse().map_err(|error: NotAnId| error.sentence()))
            }
        }

        impl $name {
            /// The code as text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl FromStr for $name {
            type Err = NotAnId;
            fn from_str(text: &str) -> Result<Self, NotAnId> {
                let valid: fn(&str) -> bool = $valid;
                if valid(text) {
                    Ok(Self(text.to_owned()))
                } else {
                    Err(NotAnId { what: $what, why: $why })
                }
            }
        }

        impl TryFrom<String> for $name {
            type Error = NotAnId;
            fn try_from(text: String) -> Result<Self, NotAnId> {
                text.parse()
            }
        }

        impl From<$name> for String {
            fn from(code: $name) -> Self {
                code.0
            }
        }

        impl TryFromU64 for $name {
            fn try_from_u64(_: u64) -> Result<Self, DbErr> {
                Err(DbErr::ConvertFromU64(stringify!($name)))
            }
        }
    )+};
}

text_ids! {
    /// A practice's code in the Organisation Data Service, such as `F84006`: a letter and five letters or digits.
    OdsCode("a practice code", "a practice code is a capital letter followed by five digits or capitals", |text| {
        text.len() == 6
            && text.starts_with(|c: char| c.is_ascii_uppercase())
            && text.chars().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit())
    }),
    /// The code of any organisation: a practice, PCN, sub-ICB location, ICB or region by its ODS code, an LMC by the
    /// short name this product gives it (LMCs have no ODS code).
    OrgCode("an organisation code", "a code has 1 to 40 letters, digits or hyphens", |text| {
        (1..=40).contains(&text.len())
            && text.chars().all(|c| c.is_ascii_alphanumeric() || c == '-')
    }),
    /// The stable code of an item of the menu of actions, such as `safe-contact-limit`.
    ItemCode("an item code", "an item code has 1 to 60 small letters, digits or hyphens", |text| {
        (1..=60).contains(&text.len())
            && text.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-')
    }),
}

impl From<OdsCode> for OrgCode {
    fn from(code: OdsCode) -> Self {
        Self(code.0)
    }
}

impl From<&OdsCode> for OrgCode {
    fn from(code: &OdsCode) -> Self {
        Self(code.0.clone())
    }
}

impl TryFrom<&OrgCode> for OdsCode {
    type Error = NotAnId;
    fn try_from(code: &OrgCode) -> Result<Self, NotAnId> {
        code.0.parse()
    }
}

/// A calendar day in London. Computed once from the clock and stored; never derived from an instant in SQL.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, ToSchema, DeriveValueType)]
#[serde(transparent)]
pub struct LocalDate(pub NaiveDate);

impl<'de> Deserialize<'de> for LocalDate {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        // Years beyond these are typing mistakes, and PostgreSQL and SQLite sort them differently.
        let near = |day: &Self| (1990..=2100).contains(&day.0.year());
        let day = |text: &str| text.trim().parse().ok().filter(near).ok_or(NO_DAY);
        read(deserializer, day)
    }
}

impl sea_orm::sea_query::value::DateLikeValue for LocalDate {}

impl TryFromU64 for LocalDate {
    fn try_from_u64(_: u64) -> Result<Self, DbErr> {
        Err(DbErr::ConvertFromU64("LocalDate"))
    }
}

impl LocalDate {
    /// The day, or nothing where the calendar has none such as 30 February.
    pub fn new(year: i32, month: u32, day: u32) -> Option<Self> {
        NaiveDate::from_ymd_opt(year, month, day).map(Self)
    }

    /// `days` later; stays at the end of the calendar rather than overflow.
    #[must_use]
    pub fn plus_days(self, days: u64) -> Self {
        Self(self.0.checked_add_days(Days::new(days)).unwrap_or(NaiveDate::MAX))
    }

    /// `days` earlier; stays at the start of the calendar rather than overflow.
    #[must_use]
    pub fn minus_days(self, days: u64) -> Self {
        Self(self.0.checked_sub_days(Days::new(days)).unwrap_or(NaiveDate::MIN))
    }

    /// Whole days from `earlier` to this day; negative where this day comes first.
    pub fn days_since(self, earlier: Self) -> i64 {
        self.0.signed_duration_since(earlier.0).num_days()
    }

    /// Monday to Friday. Bank holidays are a rule of `domain::working_day`, not of the calendar.
    pub fn is_weekday(self) -> bool {
        !matches!(self.0.weekday(), Weekday::Sat | Weekday::Sun)
    }

    /// `Friday 20 November 2026`.
    pub fn long(self) -> String {
        self.0.format("%A %-d %B %Y").to_string()
    }

    /// `20 November 2026`.
    pub fn written(self) -> String {
        self.0.format("%-d %B %Y").to_string()
    }

    /// `20 Nov 2026`.
    pub fn short(self) -> String {
        self.0.format("%-d %b %Y").to_string()
    }
}

impl fmt::Display for LocalDate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0.format("%Y-%m-%d"))
    }
}

impl FromStr for LocalDate {
    type Err = NotAnId;
    fn from_str(text: &str) -> Result<Self, NotAnId> {
        NaiveDate::parse_from_str(text, "%Y-%m-%d")
            .map(Self)
            .map_err(|_| NotAnId { what: "a day", why: "a day is written 2026-11-20" })
    }
}
