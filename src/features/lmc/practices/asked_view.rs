//! Which practices of the list are asked for, and in which order.

use entity::ids::{ItemCode, LocalDate, OrgCode};
use serde::Deserialize;

use crate::{
    domain::{area::LastHeard, organisation::PracticeOn},
    ui::{area::Said, href::Href},
};

/// As asked, in the query. What names nothing narrows nothing down to it: such a list is empty.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct Asked {
    /// The day.
    pub(super) on: String,
    /// A part of a name, or of a code.
    pub(super) q: String,
    /// Code of an item.
    pub(super) item: String,
    /// Of that item: `acts`, `not` or `unknown`; of all items where none is chosen.
    pub(super) stands: String,
    /// Code of a network, or `none`.
    pub(super) network: String,
    /// Code of an ICB.
    pub(super) icb: String,
    /// One of [`ANSWERS`].
    pub(super) answers: String,
    /// Name of a service that ends.
    pub(super) ending: String,
    /// Name of a service on which a reply is overdue.
    pub(super) overdue: String,
    /// `yes` for those with three or more clinicians counted on the day.
    pub(super) counted: String,
    /// One of [`ORDERS`].
    pub(super) sort: String,
}

/// Whom it is about, by what was heard.
pub(super) const ANSWERS: [(&str, &str); 8] = [
    ("", "All practices"),
    ("heard", "Heard from"),
    ("week", "Answered this week"),
    ("waiting", "Share, and have not answered this week"),
    ("silent", "Heard from, and not for a month"),
    ("nothing", "Share, and have recorded nothing"),
    ("sharing", "Share"),
    ("not-sharing", "Do not share"),
];
/// How they stand on the item.
pub(super) const STANDS: [(&str, &str); 4] =
    [("", "Whatever it does"), ("acts", "Acts"), ("not", "Does not act"), ("unknown", "Not heard from")];
/// In which order.
pub(super) const ORDERS: [(&str, &str); 4] =
    [("", "By name"), ("network", "By network"), ("silent", "Longest unanswered first"), ("acts", "Most items first")];
/// What stands in an address for practices that belong to no network.
pub(super) const NO_NETWORK: &str = "none";

/// Where a practice stands on an item.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Stand {
    /// It acts.
    Acts,
    /// It was heard from, and does not.
    Not,
    /// It was not heard from.
    Unknown,
    /// It does not share, and the LMC entered something by telephone.
    Entered,
}

impl Stand {
    pub(super) fn words(self) -> &'static str {
        match self {
            Self::Acts => "acts",
            Self::Not => "no",
            Self::Unknown => "",
            Self::Entered => "told",
        }
    }
}

/// One thing that a practice says.
#[derive(Debug, Clone)]
pub(super) struct Saying {
    pub(super) item: ItemCode,
    pub(super) said: Said,
}

/// One practice of the list.
#[derive(Debug, Clone)]
pub(super) struct Line<'a> {
    pub(super) practice: &'a PracticeOn,
    /// Name of its network.
    pub(super) network: String,
    pub(super) answers: LastHeard,
    /// By item of the menu.
    pub(super) stands: Vec<Stand>,
    pub(super) says: Vec<Saying>,
    /// Names of services that end soon, in small letters.
    pub(super) ending: Vec<String>,
    /// Names of services on which a reply is overdue, in small letters.
    pub(super) overdue: Vec<String>,
    /// Three or more of its clinicians were counted on the day.
    pub(super) counted: bool,
}

impl Line<'_> {
    fn acts(&self) -> usize {
        self.stands.iter().filter(|stand| **stand == Stand::Acts).count()
    }
}

impl Asked {
    /// Whether it is some and not all.
    pub(super) fn is_narrowed(&self) -> bool {
        let narrows = [
            &self.q,
            &self.stands,
            &self.network,
            &self.icb,
            &self.answers,
            &self.ending,
            &self.overdue,
            &self.counted,
        ];
        narrows.iter().any(|text| !text.trim().is_empty())
    }

    /// Whether the answer needs days and notices.
    pub(super) fn is_of_all_parts(&self) -> bool {
        !self.overdue.is_empty() || !self.counted.is_empty()
    }

    /// What was chosen, by name.
    pub(super) fn fields(&self) -> [(&'static str, &str); 11] {
        [
            ("on", &self.on),
            ("q", &self.q),
            ("item", &self.item),
            ("stands", &self.stands),
            ("network", &self.network),
            ("icb", &self.icb),
            ("answers", &self.answers),
            ("ending", &self.ending),
            ("overdue", &self.overdue),
            ("counted", &self.counted),
            ("sort", &self.sort),
        ]
    }

    /// The address of the list with other choices.
    pub(super) fn with(&self, page: &Href, changed: &[(&str, &str)]) -> Href {
        let fields = self.fields().into_iter().map(|(name, value)| {
            let other = changed.iter().find(|(of, _)| *of == name);
            (name, other.map_or(value, |(_, value)| value))
        });
        let chosen = fields.filter(|(_, value)| !value.is_empty());
        chosen.fold(page.clone(), |href, (name, value)| href.query(name, value))
    }

    /// Whether a practice is asked for; `at` is the place of the item on the menu.
    pub(super) fn takes(&self, line: &Line<'_>, at: Option<usize>) -> bool {
        self.names(line)
            && self.is_of(line)
            && self.heard(line.answers)
            && self.stands_so(line, at)
            && named(&self.ending, &line.ending)
            && named(&self.overdue, &line.overdue)
            && (self.counted.is_empty() || line.counted)
    }

    fn names(&self, line: &Line<'_>) -> bool {
        let wanted = self.q.trim().to_lowercase();
        let practice = line.practice;
        practice.name.to_lowercase().contains(&wanted) || practice.code.as_str().to_lowercase().contains(&wanted)
    }

    fn is_of(&self, line: &Line<'_>) -> bool {
        let is = |asked: &str, of: Option<&OrgCode>| match asked {
            "" => true,
            NO_NETWORK => of.is_none(),
            code => of.is_some_and(|of| of.as_str() == code),
        };
        is(&self.network, line.practice.pcn.as_ref()) && is(&self.icb, line.practice.icb.as_ref())
    }

    fn heard(&self, answers: LastHeard) -> bool {
        match self.answers.as_str() {
            "" => true,
            "heard" => answers.heard(),
            "week" => matches!(answers, LastHeard::InTheWeek(_)),
            "waiting" => matches!(answers, LastHeard::Before { .. } | LastHeard::Nothing),
            "silent" => matches!(answers, LastHeard::Before { silent: true, .. }),
            "nothing" => answers == LastHeard::Nothing,
            "sharing" => answers != LastHeard::NotSharing,
            "not-sharing" => answers == LastHeard::NotSharing,
            _ => false,
        }
    }

    fn stands_so(&self, line: &Line<'_>, at: Option<usize>) -> bool {
        let stand = at.and_then(|at| line.stands.get(at));
        let known = |stand: Option<&Stand>| line.answers.heard() && (stand.is_some() || self.item.is_empty());
        match self.stands.as_str() {
            "" => true,
            "acts" if self.item.is_empty() => line.acts() > 0,
            "acts" => stand == Some(&Stand::Acts),
            "not" if self.item.is_empty() => known(stand) && line.acts() == 0,
            "not" => stand == Some(&Stand::Not),
            "unknown" => !line.answers.heard(),
            _ => false,
        }
    }

    /// Puts them in order; they come by name.
    pub(super) fn sort(&self, lines: &mut [Line<'_>]) {
        match self.sort.as_str() {
            "network" => lines.sort_by(|one, other| one.network.cmp(&other.network)),
            // Never comes before long ago; who does not share was not asked.
            "silent" => lines.sort_by_key(|line| (line.answers == LastHeard::NotSharing, line.answers.week())),
            "acts" => lines.sort_by_key(|line| std::cmp::Reverse(line.acts())),
            _ => {}
        }
    }
}

fn named(asked: &str, names: &[String]) -> bool {
    asked.is_empty() || names.contains(&asked.trim().to_lowercase())
}

/// The day of a list, as its address has it.
pub(super) fn on_past(page: Href, on: LocalDate, today: LocalDate) -> Href {
    if on < today { page.query("on", on) } else { page }
}
