//! Categories of transferred work and the duties behind them: dated data, read from one file. A category or a duty needs no
//! code.

use std::sync::LazyLock;

use entity::ids::LocalDate;
use serde::Deserialize;

use super::{answer_kind::AnswerKind, desk::LocalDuty, minutes::Minutes};

/// The only shape of file this version reads.
const SCHEMA: u32 = 1;

static BUILT_IN: LazyLock<Result<TransferBook, Vec<String>>> =
    LazyLock::new(|| TransferBook::parse(include_str!("../../assets/transfers/england.json")));

/// The file.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TransferBook {
    /// The shape of the file.
    schema: u32,
    /// Name of this edition; kept with what was logged under it.
    pub edition: String,
    /// When its sources were last read.
    pub checked_on: LocalDate,
    /// Working days in which a letter is to be acknowledged, where a provider has no other.
    pub acknowledge_within: u16,
    /// Working days in which a reply is due, where neither the provider nor the category has another.
    pub reply_within: u16,
    /// Minutes of clinicians that make an appointment.
    pub slot_minutes: u32,
    /// What one item may take of one kind of staff, in minutes.
    pub most_minutes: u16,
    /// How "given back" is worked out, as it is printed.
    pub method: String,
    /// The NHS Standard Contract, oldest first.
    pub contracts: Vec<ContractYear>,
    /// How the work came, in the order of the page.
    pub routes: Vec<Labelled>,
    /// Kinds of provider.
    pub origins: Vec<Labelled>,
    /// Whom to write to next where nobody answers.
    pub ladder: Vec<Step>,
    /// What practices are asked most, as their LMCs say.
    pub usual_requests: Vec<UsualRequest>,
    /// Codes of duties that stand behind answers on a pathway, where they hold.
    pub answer_duties: Vec<String>,
    /// Kinds of answers on a pathway, in the order of the page.
    pub answers: Vec<AnswerKind>,
    /// Duties, any order.
    pub duties: Vec<TransferDuty>,
    /// Numbers of duties as an LMC read them.
    #[serde(skip)]
    local_numbers: Vec<LocalDuty>,
    /// Categories, those that come most first.
    pub categories: Vec<Category>,
}

/// A code and what a page calls it.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Labelled {
    /// Stable.
    pub code: String,
    /// Words.
    pub label: String,
}

/// Something that practices are often asked to do.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct UsualRequest {
    /// What, as it goes on after "to".
    pub text: String,
    /// The kind it is logged as, which says what stays with the practice.
    pub category: String,
    /// Where it was read.
    pub source: String,
    /// When it was last read there.
    pub checked_on: LocalDate,
}

/// One NHS Standard Contract.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ContractYear {
    /// "NHS Standard Contract 2026/27".
    pub title: String,
    /// First day.
    pub valid_from: LocalDate,
    /// Last day.
    pub valid_to: LocalDate,
    /// Its clause numbers were read; elsewhere a number is that of an earlier year.
    pub numbers_read: bool,
}

/// How surely the number of a clause is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ClauseStatus {
    /// Read in a public source.
    Seen,
    /// From memory: never printed as a number.
    Recalled,
    /// The duty was read, its number was not.
    NotSeen,
    /// The instrument has no clauses.
    None,
}

/// How surely the days are known between which a duty held.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum DateStatus {
    /// Read in a public source.
    Seen,
    /// From memory.
    Recalled,
    /// Between two days that were read.
    Estimated,
    /// As the area agreed.
    Local,
}

/// What a provider has to do, from one day to another.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TransferDuty {
    /// Stable.
    pub code: String,
    /// Where it stands: a contract, a guidance, a plan.
    pub instrument: String,
    /// Number of the clause, where one is known.
    pub clause: String,
    /// How surely.
    pub clause_status: ClauseStatus,
    /// The duty in plain words.
    pub text: String,
    /// First day.
    pub valid_from: LocalDate,
    /// Last day; open where it still holds.
    pub valid_to: Option<LocalDate>,
    /// How surely the two days are known.
    pub dates: DateStatus,
    /// Where it was read.
    pub source: String,
    /// What whoever keeps this file should know.
    pub note: String,
}

/// The instrument of the national contract: its clauses are numbered anew each year.
const STANDARD_CONTRACT: &str = "NHS Standard Contract";

impl TransferDuty {
    /// Whether it holds on a day.
    pub fn holds_on(&self, day: LocalDate) -> bool {
        self.valid_from <= day && self.valid_to.is_none_or(|last| day <= last)
    }
}

/// A kind of transferred work.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Category {
    /// Stable.
    pub code: String,
    /// Two or three words, on a button.
    pub label: String,
    /// What falls into it.
    pub hint: String,
    /// One of the four areas of the 2023 recovery plan, or other.
    pub group: String,
    /// Codes of duties that may stand behind it: the first that holds on the day is proposed.
    pub duties: Vec<String>,
    /// What exactly, where that helps.
    pub reasons: Vec<String>,
    /// The route it usually comes by.
    pub route: String,
    /// What a letter asks.
    pub asks: String,
    /// What a patient is told.
    pub patient: String,
    /// What it usually takes.
    pub minutes: Minutes,
    /// Working days in which a reply is due.
    pub reply_within: u16,
    /// A question about safety, asked before anything is sent back.
    pub safety: String,
    /// What stays with the practice.
    pub guard_rail: String,
}

/// A step of the ladder.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Step {
    /// From 1.
    pub step: u16,
    /// To whom.
    pub to: String,
    /// Who writes.
    pub by: String,
    /// When it is taken.
    pub when: String,
    /// Working days in which a reply is due, where one is expected.
    pub reply_within: Option<u16>,
    /// Why so.
    pub basis: String,
}

/// A duty as a letter may cite it on a day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DutyCitation<'a> {
    /// The duty.
    pub duty: &'a TransferDuty,
    /// "NHS Standard Contract 2017/18 and 2018/19", or the name of what is no contract.
    pub instrument: &'a str,
    /// Its number in the contract of the day, where that was read.
    pub clause: Option<&'a str>,
    /// What to know about the number: "number not checked for 2026/27".
    pub caveat: Option<String>,
}

impl DutyCitation<'_> {
    /// The source in one line: "NHS Standard Contract 2026/27 (SC11.7; number not checked for 2026/27)".
    pub fn source(&self) -> String {
        let inside: Vec<&str> = self.clause.into_iter().chain(self.caveat.as_deref()).collect();
        if inside.is_empty() {
            self.instrument.to_owned()
        } else {
            format!("{} ({})", self.instrument, inside.join("; "))
        }
    }
}

impl TransferBook {
    /// Reads and checks a file.
    ///
    /// # Errors
    /// Every rule it breaks, or its first mistake of shape.
    pub fn parse(text: &str) -> Result<Self, Vec<String>> {
        let book: Self = serde_json::from_str(text).map_err(|error| vec![error.to_string()])?;
        let broken = book.broken();
        if broken.is_empty() { Ok(book) } else { Err(broken) }
    }

    /// The book that comes with this version.
    ///
    /// # Errors
    /// What is wrong with it, which its tests exclude.
    pub fn built_in() -> Result<&'static Self, &'static [String]> {
        BUILT_IN.as_ref().map_err(Vec::as_slice)
    }

    /// The category of a code.
    pub fn category(&self, code: &str) -> Option<&Category> {
        self.categories.iter().find(|category| category.code == code)
    }

    /// What a page calls a route.
    pub fn route(&self, code: &str) -> Option<&str> {
        self.routes.iter().find(|route| route.code == code).map(|route| route.label.as_str())
    }

    /// A duty by its code.
    pub fn duty(&self, code: &str) -> Option<&TransferDuty> {
        self.duties.iter().find(|duty| duty.code == code)
    }

    /// A step of the ladder.
    pub fn step(&self, step: u16) -> Option<&Step> {
        self.ladder.iter().find(|one| one.step == step)
    }

    /// The book of an area: a duty that was agreed there is proposed before the national ones, and a number that its LMC
    /// read is cited in the place of one that was not checked.
    #[must_use]
    pub fn with(&self, local: &[LocalDuty]) -> Self {
        let mut book = self.clone();
        for duty in local {
            if duty.duty.is_some() {
                book.local_numbers.push(duty.clone());
            }
            let Some(category) = &duty.category else { continue };
            let code = format!("local:{}", duty.id);
            if let Some(category) = book.categories.iter_mut().find(|one| one.code == *category) {
                category.duties.insert(0, code.clone());
            }
            book.duties.push(TransferDuty {
                code,
                instrument: duty.instrument.clone(),
                clause: duty.clause.clone(),
                clause_status: if duty.clause.is_empty() { ClauseStatus::None } else { ClauseStatus::Seen },
                text: duty.text.clone(),
                valid_from: duty.valid_from,
                valid_to: duty.valid_to,
                dates: DateStatus::Local,
                source: duty.source.clone(),
                note: String::new(),
            });
        }
        book
    }

    fn local_number(&self, duty: &TransferDuty, day: LocalDate) -> Option<&LocalDuty> {
        let holds = |one: &&LocalDuty| {
            one.duty.as_ref() == Some(&duty.code)
                && one.valid_from <= day
                && one.valid_to.is_none_or(|last| day <= last)
        };
        self.local_numbers.iter().rev().find(holds)
    }

    /// The duty that the category proposes on a day: the first of its list that holds.
    pub fn proposed(&self, category: &Category, day: LocalDate) -> Option<DutyCitation<'_>> {
        let mut duties = category.duties.iter().filter_map(|code| self.duty(code));
        duties.find(|duty| duty.holds_on(day)).map(|duty| self.cite(duty, day))
    }

    /// A duty as it may be cited on a day: a number from memory is left out, one of an earlier contract is said to be so.
    pub fn cite<'a>(&'a self, duty: &'a TransferDuty, day: LocalDate) -> DutyCitation<'a> {
        let contract = self.contracts.iter().find(|year| year.valid_from <= day && day <= year.valid_to);
        let contract = contract.filter(|_| duty.instrument == STANDARD_CONTRACT);
        if let Some(local) = self.local_number(duty, day) {
            let instrument = contract.map_or(duty.instrument.as_str(), |year| year.title.as_str());
            return DutyCitation { duty, instrument, clause: Some(&local.clause), caveat: None };
        }
        let clause = (duty.clause_status == ClauseStatus::Seen).then_some(duty.clause.as_str());
        let caveat = match (contract, clause) {
            (Some(year), Some(_)) if !year.numbers_read => {
                let years = year.title.rsplit(' ').next().unwrap_or(&year.title);
                Some(format!("number not checked for {years}"))
            }
            _ => None,
        };
        let instrument = contract.map_or(duty.instrument.as_str(), |year| year.title.as_str());
        DutyCitation { duty, instrument, clause, caveat }
    }

    fn broken(&self) -> Vec<String> {
        let mut broken = Vec::new();
        let mut require = |holds: bool, why: String| {
            if !holds {
                broken.push(why);
            }
        };
        require(self.schema == SCHEMA, format!("schema: this version reads {SCHEMA}"));
        require(self.slot_minutes > 0, "slot_minutes: none".to_owned());
        for pair in self.contracts.windows(2) {
            if let [one, next] = pair {
                require(one.valid_to.plus_days(1) == next.valid_from, format!("{}: a gap follows", one.title));
            }
        }
        for duty in &self.duties {
            let name = &duty.code;
            require(duty.valid_to.is_none_or(|last| duty.valid_from <= last), format!("{name}: ends before it begins"));
            require(!duty.source.is_empty(), format!("{name}: no source"));
            let numbered = !duty.clause.is_empty();
            require(numbered || duty.clause_status != ClauseStatus::Seen, format!("{name}: a clause without a number"));
        }
        for category in &self.categories {
            let name = &category.code;
            let missing = category.duties.iter().find(|code| self.duty(code).is_none());
            require(missing.is_none(), format!("{name}: there is no duty {}", missing.cloned().unwrap_or_default()));
            require(self.route(&category.route).is_some(), format!("{name}: there is no route {}", category.route));
            require(category.reply_within > 0, format!("{name}: a reply due at once"));
            let same = self.categories.iter().filter(|other| other.code == *name).count();
            require(same == 1, format!("{name}: twice"));
        }
        for usual in &self.usual_requests {
            let kind = self.category(&usual.category);
            require(kind.is_some(), format!("usual_requests: there is no kind {}", usual.category));
            require(!usual.source.is_empty(), format!("usual_requests: {} has no source", usual.text));
        }
        let duty = self.answer_duties.iter().find(|code| self.duty(code).is_none());
        require(duty.is_none(), format!("answer_duties: there is no duty {}", duty.cloned().unwrap_or_default()));
        broken.extend(self.broken_answers());
        broken
    }
}
