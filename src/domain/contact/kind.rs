//! What is said of a contact in one word: how it took place, how it came in, where a count comes from, why it was voided.

use std::str::FromStr;

use entity::ids::NotAnId;

use crate::domain::codes::codes;

codes! {
    "a kind of contact", "the kinds are in-person, telephone, video, online, visit, care-home, group, triage, results-call and informal",
    /// How the contact took place, or what it was for. Stored as text. Each is one contact a patient, in any mode and setting
    /// (NHS England/GPC appointment guidance); the informal ones count too, "even brief" (BMA).
    #[derive(Default)]
    ContactKind {
        /// Face to face at the practice; what a plain tap means.
        #[default]
        InPerson = "in-person",
        /// By telephone.
        Telephone = "telephone",
        /// By video.
        Video = "video",
        /// An online request closed by messages.
        Online = "online",
        /// At the patient's home.
        Visit = "visit",
        /// One patient of a care-home round.
        CareHome = "care-home",
        /// One patient of a group.
        Group = "group",
        /// The duty doctor reviewed a request that somebody else goes on with.
        Triage = "triage",
        /// A call about results.
        ResultsCall = "results-call",
        /// Advice given in passing, to a patient or about one.
        Informal = "informal",
    }
}

impl ContactKind {
    /// Stable text.
    pub fn code(self) -> &'static str {
        self.as_str()
    }

    /// As written on a button.
    pub fn title(self) -> &'static str {
        match self {
            Self::InPerson => "In person",
            Self::Telephone => "Telephone",
            Self::Video => "Video",
            Self::Online => "Online",
            Self::Visit => "Home visit",
            Self::CareHome => "Care home",
            Self::Group => "Group",
            Self::Triage => "Duty triage",
            Self::ResultsCall => "Results call",
            Self::Informal => "Informal advice",
        }
    }
}

/// Where a count comes from. Per clinician and day one source counts; they are never added together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Source {
    /// Single contacts.
    Taps,
    /// The day sheet.
    Sheet,
    /// Appointments from the clinical system.
    Import,
}

impl Source {
    /// Every source, in the order in which one is taken where the practice chose none.
    pub const ALL: [Self; 3] = [Self::Taps, Self::Sheet, Self::Import];

    /// Stable text.
    pub fn code(self) -> &'static str {
        match self {
            Self::Taps => "taps",
            Self::Sheet => "sheet",
            Self::Import => "import",
        }
    }

    /// As written beside a count.
    pub fn title(self) -> &'static str {
        match self {
            Self::Taps => "taps",
            Self::Sheet => "day sheet",
            Self::Import => "appointments",
        }
    }
}

impl FromStr for Source {
    type Err = NotAnId;
    fn from_str(text: &str) -> Result<Self, NotAnId> {
        let found = Self::ALL.into_iter().find(|source| source.code() == text);
        found.ok_or(NotAnId { what: "a source of counts", why: "sources are taps, sheet and import" })
    }
}

/// How a contact came in: one at a time, or as part of *Set to N*.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Entered {
    /// One tap or one API call.
    Tap,
    /// Caught up with *Set to N*.
    SetTo,
    /// One that took the place of another: of another kind, or on another day.
    Changed,
    /// Several at once: a care-home round, a group.
    Several,
    /// Entered later, for an earlier time.
    Backfill,
}

impl Entered {
    /// Stable text.
    pub fn code(self) -> &'static str {
        match self {
            Self::Tap => "tap",
            Self::SetTo => "set-to",
            Self::Changed => "changed",
            Self::Several => "several",
            Self::Backfill => "backfill",
        }
    }
}

/// Why a contact does not count. Stored as text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum VoidReason {
    /// Tapped by mistake.
    Mistake,
    /// Counted twice.
    Duplicate,
    /// The patient did not attend.
    DidNotAttend,
    /// Administration, a case conference: no contact by the national definition.
    NotAContact,
    /// Replaced by one of another kind or day.
    Replaced,
}

impl VoidReason {
    /// What a person may choose.
    pub const CHOICES: [Self; 4] = [Self::Mistake, Self::Duplicate, Self::DidNotAttend, Self::NotAContact];

    /// Stable text.
    pub fn code(self) -> &'static str {
        match self {
            Self::Mistake => "mistake",
            Self::Duplicate => "duplicate",
            Self::DidNotAttend => "did-not-attend",
            Self::NotAContact => "not-a-contact",
            Self::Replaced => "replaced",
        }
    }

    /// As written beside a choice.
    pub fn title(self) -> &'static str {
        match self {
            Self::Mistake => "Tapped by mistake",
            Self::Duplicate => "Counted twice",
            Self::DidNotAttend => "Did not attend",
            Self::NotAContact => "Not a contact",
            Self::Replaced => "Changed or moved",
        }
    }
}

impl FromStr for VoidReason {
    type Err = NotAnId;
    fn from_str(text: &str) -> Result<Self, NotAnId> {
        let mut all = Self::CHOICES.into_iter().chain([Self::Replaced]);
        all.find(|reason| reason.code() == text).ok_or(NotAnId {
            what: "a reason",
            why: "reasons are mistake, duplicate, did-not-attend and not-a-contact",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_read_back_as_written() {
        for kind in ContactKind::ALL.iter().copied() {
            let said = "no".parse::<ContactKind>().unwrap_err().why;
            assert_eq!(kind.code().parse::<ContactKind>(), Ok(kind));
            assert!(said.contains(kind.code()), "{kind}");
        }
        for source in Source::ALL {
            assert_eq!(source.code().parse::<Source>(), Ok(source));
        }
        for reason in VoidReason::CHOICES {
            assert_eq!(reason.code().parse::<VoidReason>(), Ok(reason));
        }
    }
}
