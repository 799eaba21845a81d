//! The national letters: kinds, fields and texts, read from files of this program.

use std::{collections::BTreeSet, sync::LazyLock};

use entity::ids::{ItemCode, LocalDate};
use serde::Deserialize;

use super::{
    template::{Form, Level, Template, is_code},
    wording::Wording,
};

/// The only shape of file this version reads.
const SCHEMA: u32 = 1;
/// Fields that every letter has without being asked: practice, code, day and recipient.
pub const ALWAYS: [&str; 4] = ["practice", "ods", "date", "recipient"];
/// Names of a form beside the fields; no field may be called so.
pub const RESERVED: &[&str] = &[
    "id",
    "kind",
    "level",
    "version",
    "step",
    "to",
    "dated_on",
    "sent_on",
    "how",
    "reply_due_on",
    "notice",
    "commissioner",
    "saved",
    "letter",
    "transfers",
    "network",
];

macro_rules! texts {
    ($($code:literal),+ $(,)?) => {
        &[$(($code, include_str!(concat!("../../assets/letters/", $code, ".txt")))),+]
    };
}

const TEXTS: &[(&str, &str)] = texts!(
    "notice-on-service",
    "advice-and-guidance",
    "agreement-withdrawal",
    "agreement-freeze",
    "data-sharing-review-1",
    "data-sharing-review-2",
    "medicines-software",
    "dos-amendment",
    "patient-letter",
    "patient-sms",
    "patient-poster",
    "survey-reply",
    "transfer-return",
    "transfer-lmc",
    "transfer-director",
    "transfer-patient",
    "transfer-patient-sms",
    "transfer-joint",
    "transfer-chief-executive",
    "transfer-icb",
);

static BUILT_IN: LazyLock<Result<LetterBook, String>> =
    LazyLock::new(|| LetterBook::parse(include_str!("../../assets/letters/england.json"), TEXTS));

/// Whom a letter usually goes to, so that a form can begin with it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum UsualRecipient {
    /// The practice's ICB.
    Icb,
    /// The practice's LMC.
    Lmc,
    /// A provider, which only the practice knows.
    Provider,
    /// Patients.
    Patients,
}

/// What is typed into a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Shape {
    /// A few words.
    Line,
    /// A sentence or two.
    Lines,
    /// A day, written out in the letter.
    Day,
    /// Nothing: it is filled from the log of transferred work, in letters about that alone.
    FromLog,
}

/// Who writes a letter.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Writer {
    /// A practice.
    #[default]
    Practice,
    /// An LMC.
    Lmc,
}

/// What a letter has to do with transferred work.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AboutTransfers {
    /// Who writes it.
    #[serde(default)]
    pub by: Writer,
    /// The step of the ladder that it takes; a leaflet takes none.
    #[serde(default)]
    pub step: Option<u16>,
    /// It is about items of the log; elsewhere it may be about a provider alone.
    pub needs_items: bool,
    /// A practice may write it for its network.
    #[serde(default)]
    pub for_network: bool,
}

/// A field that any letter may use.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Field {
    /// Its name between braces.
    pub code: String,
    /// What the form calls it.
    pub label: String,
    /// A sentence under the label.
    #[serde(default)]
    pub hint: Option<String>,
    /// What is typed.
    pub shape: Shape,
    /// What the form begins with.
    #[serde(default)]
    pub start: String,
}

/// A kind of letter.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LetterKind {
    /// Stable code.
    pub code: String,
    /// As on pages.
    pub title: String,
    /// Whom it goes to, in words.
    pub to: String,
    /// Whom it goes to, for the start of a form.
    pub who: UsualRecipient,
    /// How it is set.
    pub form: Form,
    /// The item of the menu it is about; where that conflicts with the contract, there is no letter.
    #[serde(default)]
    pub item: Option<ItemCode>,
    /// What it has to do with transferred work.
    #[serde(default)]
    pub transfers: Option<AboutTransfers>,
    /// Version of the national text.
    pub version: i32,
    /// Its first day.
    pub from: LocalDate,
    /// The national text.
    #[serde(skip)]
    pub text: String,
}

impl LetterKind {
    /// Who writes it.
    pub fn written_by(&self) -> Writer {
        self.transfers.map_or(Writer::Practice, |about| about.by)
    }

    /// Whether a practice may write it for its network.
    pub fn may_be_for_network(&self) -> bool {
        self.transfers.is_some_and(|about| about.for_network && about.by == Writer::Practice)
    }

    /// The national wording.
    pub fn wording(&self) -> Wording {
        Wording {
            level: Level::National,
            version: self.version,
            effective_on: self.from,
            text: Some(self.text.clone()),
            base: None,
        }
    }
}

/// The file.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LetterBook {
    schema: u32,
    /// Name of this edition.
    pub edition: String,
    /// Where it applies.
    pub jurisdiction: String,
    /// What letters may ask for.
    pub fields: Vec<Field>,
    /// The letters, in the order of the list.
    pub kinds: Vec<LetterKind>,
}

impl LetterBook {
    /// The letters of this program.
    ///
    /// # Errors
    /// Where the files in the binary cannot be read, which a test excludes.
    pub fn built_in() -> Result<&'static Self, &'static str> {
        BUILT_IN.as_ref().map_err(String::as_str)
    }

    /// Reads the list and the texts that belong to it.
    ///
    /// # Errors
    /// What does not fit, and where.
    pub fn parse(list: &str, texts: &[(&str, &str)]) -> Result<Self, String> {
        let mut book: Self = serde_json::from_str(list).map_err(|error| error.to_string())?;
        if book.schema != SCHEMA {
            return Err(format!("schema {} is not {SCHEMA}", book.schema));
        }
        for kind in &mut book.kinds {
            let text = texts.iter().find(|(code, _)| *code == kind.code);
            let (_, text) = text.ok_or_else(|| format!("{}: no text", kind.code))?;
            kind.text = text.trim_end().to_owned();
        }
        book.check()?;
        Ok(book)
    }

    fn check(&self) -> Result<(), String> {
        let mut codes = BTreeSet::new();
        for field in &self.fields {
            let code = field.code.as_str();
            let taken = ALWAYS.contains(&code) || RESERVED.contains(&code);
            if !is_code(code) || taken || !codes.insert(code) {
                return Err(format!("{code}: no name for a field, or taken"));
            }
        }
        let mut kinds = BTreeSet::new();
        for kind in &self.kinds {
            if !kinds.insert(&kind.code) {
                return Err(format!("{}: there twice", kind.code));
            }
            let template = Template::parse(&kind.text, kind.form).map_err(|error| format!("{}: {error}", kind.code))?;
            self.fits(kind, &template).map_err(|why| format!("{}: {why}", kind.code))?;
        }
        Ok(())
    }

    /// Whether every field of a template has a value in letters of this kind.
    ///
    /// # Errors
    /// Place and name of the first that has none.
    pub fn fits(&self, kind: &LetterKind, template: &Template) -> Result<(), String> {
        let known = |code: &str| {
            let asked = self.field(code).is_some_and(|field| field.shape != Shape::FromLog || kind.transfers.is_some());
            ALWAYS.contains(&code) || asked
        };
        let unknown = template.fields().find(|(code, _)| !known(code));
        unknown.map_or(Ok(()), |(code, place)| Err(format!("{place}: there is no field {{{code}}}")))
    }

    /// A kind by its code.
    pub fn kind(&self, code: &str) -> Option<&LetterKind> {
        self.kinds.iter().find(|kind| kind.code == code)
    }

    /// A field by its code.
    pub fn field(&self, code: &str) -> Option<&Field> {
        self.fields.iter().find(|field| field.code == code)
    }
}
