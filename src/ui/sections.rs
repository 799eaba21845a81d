//! The navigation in one closed set: a label that is typed twice would un-highlight a tab in silence.

/// The part of a place that a page belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "each is what its label says")]
pub enum Section {
    MyDay,
    MyWeeks,
    Practice,
    ThisWeek,
    Capacity,
    Divert,
    Imports,
    Actions,
    Letters,
    Transfers,
    Sharing,
    People,
    Area,
    Practices,
    Templates,
    Questions,
    Office,
    Releases,
    LatestRelease,
    England,
    AllReleases,
    HowToRead,
    Organisations,
    WhatHappened,
    Clock,
    /// None of them.
    Elsewhere,
}

impl Section {
    /// What it is called.
    pub fn label(self) -> &'static str {
        match self {
            Self::MyDay => "My day",
            Self::MyWeeks => "My weeks",
            Self::Practice => "Practice",
            Self::ThisWeek => "This week",
            Self::Capacity => "Capacity",
            Self::Divert => "Divert",
            Self::Imports => "Imports",
            Self::Actions => "Actions",
            Self::Letters => "Letters",
            Self::Transfers => "Transfers",
            Self::Sharing => "Who sees this",
            Self::People => "People",
            Self::Area => "Area",
            Self::Practices => "Practices",
            Self::Templates => "Templates",
            Self::Questions => "Questions",
            Self::Office => "Office",
            Self::Releases => "Releases",
            Self::LatestRelease => "Latest release",
            Self::England => "England",
            Self::AllReleases => "All releases",
            Self::HowToRead => "How to read this",
            Self::Organisations => "Organisations",
            Self::WhatHappened => "What happened",
            Self::Clock => "Clock",
            Self::Elsewhere => "",
        }
    }
}
