//! Who can see what: one table. The page of that name, the consent of a practice, its look at what the LMC sees, the LMC's
//! own pages and docs/PRIVACY.md all print it, and tests hold the decision table and the routes to it.

use super::access::Action;

mod receipt;
#[cfg(test)]
mod tests;

pub use receipt::OutsidePage;

/// Each thing there is to see.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Readable {
    /// A clinician’s own day.
    ClinicianCount,
    /// A clinician’s own total across practices.
    OwnTotal,
    /// Clinicians beside each other.
    Beside,
    /// Left and counted of a practice’s day.
    DayLeft,
    /// What else there is to a practice’s day.
    DayMore,
    /// What of the register may leave a practice.
    Register,
    /// What of it never does.
    Thoughts,
    /// The weekly answer.
    Week,
    /// Replies that are overdue.
    Overdue,
    /// Notices that came from a template.
    FromTemplate,
    /// Answers to questions.
    Answers,
    /// Who skipped a question.
    Skips,
    /// Who looked at a template.
    Looked,
    /// Telephone entries.
    Telephone,
    /// Letters and what came of them.
    Papers,
    /// Work that providers passed on.
    Transfers,
    /// Diverts.
    Divert,
    /// What happened, act by act, and all of the record as one file.
    Happened,
    /// Who manages a practice.
    Managers,
    /// Sums of an area.
    Area,
    /// Releases.
    Releases,
}

/// When somebody sees it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SeenWhen {
    /// Never.
    Never,
    /// Of what is theirs, always.
    Always,
    /// While the practice shares.
    Shares,
    /// While it shares, of days on which at least three of its clinicians were counted.
    SharesFromThree,
    /// What they entered themselves.
    OwnEntry,
}

/// Whether one reader sees one thing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ReadersCell {
    /// When.
    pub when: SeenWhen,
    /// In words.
    pub says: &'static str,
    /// The permission behind it, where one alone decides.
    pub by: Option<Action>,
}

/// One thing and who sees it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ReadersRow {
    /// Which.
    pub what: Readable,
    /// What there is to see.
    pub words: &'static str,
    /// The clinician on an enrolled device.
    pub clinician: ReadersCell,
    /// The practice manager.
    pub manager: ReadersCell,
    /// The LMC officer.
    pub lmc: ReadersCell,
    /// The ICB analyst.
    pub icb: ReadersCell,
}

const fn yes(says: &'static str, by: Option<Action>) -> ReadersCell {
    only(SeenWhen::Always, says, by)
}

const fn no(says: &'static str, by: Option<Action>) -> ReadersCell {
    only(SeenWhen::Never, says, by)
}

const fn only(when: SeenWhen, says: &'static str, by: Option<Action>) -> ReadersCell {
    ReadersCell { when, says, by }
}

/// The readers, as the heads of columns.
pub const READERS: [&str; 4] = ["Clinician", "Practice manager", "LMC officer", "ICB analyst"];

/// Everything there is to see.
pub const TABLE: [ReadersRow; 21] = [
    ReadersRow {
        what: Readable::ClinicianCount,
        words: "One clinician’s count of a day",
        clinician: yes("Yes, their own", Some(Action::SeeOwnDay)),
        manager: yes("Yes, of their practice", Some(Action::SeeOwnDay)),
        lmc: no("No", Some(Action::SeeOwnDay)),
        icb: no("No", Some(Action::SeeOwnDay)),
    },
    ReadersRow {
        what: Readable::OwnTotal,
        words: "One clinician’s total across the practices they work at",
        clinician: yes("Yes, their own, on a device enrolled at each", Some(Action::SeeOwnTotal)),
        manager: no("No", Some(Action::SeeOwnTotal)),
        lmc: no("No", Some(Action::SeeOwnTotal)),
        icb: no("No", Some(Action::SeeOwnTotal)),
    },
    ReadersRow {
        what: Readable::Beside,
        words: "All clinicians of a practice beside each other",
        clinician: no("No", Some(Action::SeeCapacity)),
        manager: yes(
            "Yes, of their practice; also a screen they gave a display link, by label",
            Some(Action::SeeCapacity),
        ),
        lmc: no("No", Some(Action::SeeCapacity)),
        icb: no("No", Some(Action::SeeCapacity)),
    },
    ReadersRow {
        what: Readable::DayLeft,
        words: "What a practice has left on a day, and what it has counted",
        clinician: yes("Yes, of their practice", Some(Action::SeePracticeTotal)),
        manager: yes("Yes, of their practice", Some(Action::SeePracticeTotal)),
        lmc: only(
            SeenWhen::SharesFromThree,
            "Where the practice shares, on days on which three or more of its clinicians were counted",
            Some(Action::SeePracticeAsLmc),
        ),
        icb: no("No", Some(Action::SeePracticeTotal)),
    },
    ReadersRow {
        what: Readable::DayMore,
        words: "How many clinicians a practice counted, their limits, and how many were at or over them",
        clinician: yes("Yes, of their practice", Some(Action::SeePracticeTotal)),
        manager: yes("Yes, of their practice", Some(Action::SeePracticeTotal)),
        lmc: no(
            "No, only in sums of the area; but left and counted add up to its limits, and those sums move by its own figures when it starts or stops sharing",
            Some(Action::SeePracticeTotal),
        ),
        icb: no("No", Some(Action::SeePracticeTotal)),
    },
    ReadersRow {
        what: Readable::Register,
        words: "What a practice has paused, taken up again or served notice on, and since when",
        clinician: no("No", Some(Action::SeeRegister)),
        manager: yes("Yes, of their practice, with its whole history", Some(Action::SeeRegister)),
        lmc: only(SeenWhen::Shares, "Where the practice shares", Some(Action::SeePracticeAsLmc)),
        icb: no("No", Some(Action::SeeRegister)),
    },
    ReadersRow {
        what: Readable::Thoughts,
        words: "What a practice is thinking about, a plan without a served notice, an item in conflict with the contract, and when partners decided",
        clinician: no("No", Some(Action::SeeRegister)),
        manager: yes("Yes, of their practice", Some(Action::SeeRegister)),
        lmc: no("No", Some(Action::SeeRegister)),
        icb: no("No", Some(Action::SeeRegister)),
    },
    ReadersRow {
        what: Readable::Week,
        words: "Whether a practice answered for the week, and when it last did",
        clinician: no("No", Some(Action::AnswerWeek)),
        manager: yes("Yes, of their practice", Some(Action::AnswerWeek)),
        lmc: only(SeenWhen::Shares, "Where the practice shares", None),
        icb: no("No", Some(Action::AnswerWeek)),
    },
    ReadersRow {
        what: Readable::Overdue,
        words: "Which replies to a practice’s notices are overdue",
        clinician: no("No", Some(Action::SeeRegister)),
        manager: yes("Yes, of their practice", Some(Action::SeeRegister)),
        lmc: only(SeenWhen::Shares, "Where the practice shares", None),
        icb: no("No", Some(Action::SeeRegister)),
    },
    ReadersRow {
        what: Readable::FromTemplate,
        words: "Which notices a practice served from a template of its LMC",
        clinician: no("No", Some(Action::SeeRegister)),
        manager: yes("Yes, of their practice", Some(Action::SeeRegister)),
        lmc: only(SeenWhen::Shares, "Where the practice shares", None),
        icb: no("No", Some(Action::SeeRegister)),
    },
    ReadersRow {
        what: Readable::Answers,
        words: "What a practice answers to a question of its LMC",
        clinician: no("No", Some(Action::SeeRegister)),
        manager: yes("Yes, of their practice", Some(Action::SeeRegister)),
        lmc: only(SeenWhen::Shares, "Where the practice shares; a short text without the practice’s name", None),
        icb: no("No", Some(Action::SeeRegister)),
    },
    ReadersRow {
        what: Readable::Skips,
        words: "Which practices skipped a question of their LMC",
        clinician: no("No", Some(Action::SeeRegister)),
        manager: yes("Yes, of their practice", Some(Action::SeeRegister)),
        lmc: no("No, only how many of those that share", None),
        icb: no("No", Some(Action::SeeRegister)),
    },
    ReadersRow {
        what: Readable::Looked,
        words: "Who read a template of an LMC or decided against it: nothing is kept of that",
        clinician: no("No", None),
        manager: no("No", None),
        lmc: no("No", None),
        icb: no("No", None),
    },
    ReadersRow {
        what: Readable::Telephone,
        words: "What an LMC was told by telephone",
        clinician: no("No", Some(Action::SeeRegister)),
        manager: yes("Yes, of their practice; they confirm or remove it", Some(Action::SeeRegister)),
        lmc: only(
            SeenWhen::OwnEntry,
            "As its officers typed it, until the practice has answered, whether it shares or not",
            Some(Action::EnterByTelephone),
        ),
        icb: no("No", Some(Action::SeeRegister)),
    },
    ReadersRow {
        what: Readable::Papers,
        words: "A practice’s letters, outcomes and evidence pack",
        clinician: no("No", Some(Action::SeeLetters)),
        manager: yes("Yes, of their practice", Some(Action::SeeLetters)),
        lmc: no("No", Some(Action::SeeLetters)),
        icb: no("No", Some(Action::SeeLetters)),
    },
    ReadersRow {
        what: Readable::Transfers,
        words: "What hospitals and other providers passed on to a practice",
        clinician: no("No, but may log it", Some(Action::SeeTransfers)),
        manager: yes("Yes, of their practice", Some(Action::SeeTransfers)),
        lmc: only(
            SeenWhen::Shares,
            "Where the practice shares and agreed to this text: from whom, what kind, what was asked, what the practice did, and whether its letter was answered; not its own reference",
            None,
        ),
        icb: no("No", Some(Action::SeeTransfers)),
    },
    ReadersRow {
        what: Readable::Divert,
        words: "Whether a practice is diverting",
        clinician: yes("Yes, of their practice", Some(Action::SeePracticeTotal)),
        manager: yes("Yes, of their practice", Some(Action::SeeDiverts)),
        lmc: no(
            "No, only how many diverts began in the area, which moves by its own when it starts or stops sharing",
            Some(Action::SeeDiverts),
        ),
        icb: no("No", Some(Action::SeeDiverts)),
    },
    ReadersRow {
        what: Readable::Happened,
        words: "Who did what at a practice and when, and everything that is kept of it as one file",
        clinician: no("No", Some(Action::DownloadRecord)),
        manager: yes("Yes, of their practice", Some(Action::DownloadRecord)),
        lmc: no("No", Some(Action::DownloadRecord)),
        icb: no("No", Some(Action::DownloadRecord)),
    },
    ReadersRow {
        what: Readable::Managers,
        words: "Who manages a practice, and how they are reached",
        clinician: no("No", Some(Action::ManageManagers)),
        manager: yes("Yes, of their practice", Some(Action::ManageManagers)),
        lmc: no("No, only who asked it to join, and whom it proposed itself", Some(Action::ManageManagers)),
        icb: no("No", Some(Action::ManageManagers)),
    },
    ReadersRow {
        what: Readable::Area,
        words: "Figures of an LMC’s area as they stand now",
        clinician: no("No", Some(Action::SeeLmcArea)),
        manager: no("No", Some(Action::SeeLmcArea)),
        lmc: yes("Yes, of their area: sums of practices that share", Some(Action::SeeLmcArea)),
        icb: no("No", Some(Action::SeeLmcArea)),
    },
    ReadersRow {
        what: Readable::Releases,
        words: "Releases: four-weekly figures for whole ICBs, with random noise",
        clinician: no("No", Some(Action::ReadReleases)),
        manager: yes("Yes", Some(Action::ReadReleases)),
        lmc: yes("Yes", Some(Action::ReadReleases)),
        icb: yes("Yes", Some(Action::ReadReleases)),
    },
];

impl ReadersRow {
    /// In the order of [`READERS`].
    pub const fn cells(&self) -> [ReadersCell; 4] {
        [self.clinician, self.manager, self.lmc, self.icb]
    }
}

/// What an LMC sees of a practice that shares, and of others only where the row says so.
pub fn seen_by_lmc() -> impl Iterator<Item = &'static ReadersRow> {
    let of_a_practice = [SeenWhen::Shares, SeenWhen::SharesFromThree, SeenWhen::OwnEntry];
    TABLE.iter().filter(move |row| of_a_practice.contains(&row.lmc.when))
}

/// What a practice sees of itself and its LMC never does.
pub fn kept_from_lmc() -> impl Iterator<Item = &'static ReadersRow> {
    TABLE.iter().filter(|row| {
        let practice = [row.clinician.when, row.manager.when];
        row.lmc.when == SeenWhen::Never && practice.contains(&SeenWhen::Always)
    })
}
