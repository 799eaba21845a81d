//! Where a count stands against a limit: four states, decided here and nowhere else. Pages, answers of the API, drafts, the
//! divert rule, screens and documents all ask this file, so that one day has one answer everywhere. The phone's script
//! repaints between two answers by the thresholds that the server wrote; a table printed from here holds it to the same.

use super::Limit;

/// From this share of the limit on, a day is nearing it (a London guide starts limiting at 85% booked).
pub const NEARING_PERCENT: u32 = 85;

/// Where a day stands: a clinician's against their limit, a practice's against the limits of those who counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Headroom {
    /// Room left.
    Available {
        /// Contacts left.
        left: u32,
    },
    /// Little room left.
    Nearing {
        /// Contacts left.
        left: u32,
    },
    /// Nothing left, and nobody past it.
    AtLimit,
    /// Nothing left, and past it.
    Over {
        /// Contacts past it.
        by: u32,
    },
}

impl Headroom {
    /// Where `counted` stands against `limit`.
    pub fn of(counted: u32, limit: Limit) -> Self {
        Self::decide(
            limit.contacts.saturating_sub(counted),
            counted.saturating_sub(limit.contacts),
            reached(counted, limit.contacts, limit.nearing_percent),
        )
    }

    /// The one rule. What is past the limit says something only where nothing is left: of a practice, one clinician's
    /// excess takes no room from another.
    pub(super) const fn decide(left: u32, over: u32, is_nearing: bool) -> Self {
        match (left, over) {
            (0, 0) => Self::AtLimit,
            (0, by) => Self::Over { by },
            (left, _) if is_nearing => Self::Nearing { left },
            (left, _) => Self::Available { left },
        }
    }

    /// The word that the API, the stylesheet and the scripts know.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Available { .. } => "available",
            Self::Nearing { .. } => "nearing",
            Self::AtLimit => "at-limit",
            Self::Over { .. } => "over",
        }
    }

    /// The word that people read, before any colour.
    pub const fn title(self) -> &'static str {
        match self {
            Self::Available { .. } => "Available",
            Self::Nearing { .. } => "Nearing the limit",
            Self::AtLimit => "At the limit",
            Self::Over { .. } => "Over the limit",
        }
    }

    /// The same in the four words of a weekly pressure return (GPAS). Measured, never self-rated.
    pub const fn pressure(self) -> &'static str {
        match self {
            Self::Available { .. } => "Green",
            Self::Nearing { .. } => "Amber",
            Self::AtLimit => "Red",
            Self::Over { .. } => "Black",
        }
    }

    /// "11 left", "at limit", "2 over": where there is room for two words.
    pub fn short(self) -> String {
        match self {
            Self::Available { left } | Self::Nearing { left } => format!("{left} left"),
            Self::AtLimit => "at limit".to_owned(),
            Self::Over { by } => format!("{by} over"),
        }
    }

    /// Contacts left; none at the limit and past it.
    pub const fn left(self) -> u32 {
        match self {
            Self::Available { left } | Self::Nearing { left } => left,
            Self::AtLimit | Self::Over { .. } => 0,
        }
    }

    /// Contacts past the limit.
    pub const fn over(self) -> u32 {
        match self {
            Self::Over { by } => by,
            Self::Available { .. } | Self::Nearing { .. } | Self::AtLimit => 0,
        }
    }

    /// At the limit or past it.
    pub const fn is_full(self) -> bool {
        matches!(self, Self::AtLimit | Self::Over { .. })
    }

    /// Past it.
    pub const fn is_over(self) -> bool {
        matches!(self, Self::Over { .. })
    }
}

/// Whether so many contacts are at least `percent` of a limit.
fn reached(used: u32, limit: u32, percent: u32) -> bool {
    u64::from(used).saturating_mul(100) >= u64::from(limit).saturating_mul(percent.into())
}

/// A practice's day: the sum of its clinicians', each against their own limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct PracticeDay {
    /// Clinicians with a count.
    pub clinicians: u32,
    /// Their contacts.
    pub counted: u32,
    /// The sum of their limits.
    pub limit: u32,
    /// Contacts past the limit of whoever they are of. None of them takes room from another clinician.
    pub over: u32,
    /// Clinicians at the limit or past it.
    pub full: u32,
    /// Of them, those past it.
    pub clinicians_over: u32,
    /// A hundred times the contacts from which the practice is nearing its limit: each limit by its own percentage.
    pub nearing_hundredths: u64,
}

impl PracticeDay {
    /// Sums the days of clinicians who have a count.
    pub fn sum<'a>(days: impl IntoIterator<Item = &'a super::Day>) -> Self {
        days.into_iter().fold(Self::default(), Self::with)
    }

    /// With one clinician's day; one without a count adds nothing.
    #[must_use]
    pub fn with(self, day: &super::Day) -> Self {
        if day.source.is_none() {
            return self;
        }
        let limit = day.limit;
        self.plus(Self {
            clinicians: 1,
            counted: day.counted,
            limit: limit.contacts,
            over: day.headroom.over(),
            full: u32::from(day.headroom.is_full()),
            clinicians_over: u32::from(day.headroom.is_over()),
            nearing_hundredths: u64::from(limit.contacts).saturating_mul(limit.nearing_percent.into()),
        })
    }

    /// Both together.
    #[must_use]
    pub fn plus(self, other: Self) -> Self {
        Self {
            clinicians: self.clinicians.saturating_add(other.clinicians),
            counted: self.counted.saturating_add(other.counted),
            limit: self.limit.saturating_add(other.limit),
            over: self.over.saturating_add(other.over),
            full: self.full.saturating_add(other.full),
            clinicians_over: self.clinicians_over.saturating_add(other.clinicians_over),
            nearing_hundredths: self.nearing_hundredths.saturating_add(other.nearing_hundredths),
        }
    }

    /// Contacts within the limit of whoever they are of.
    pub fn used(&self) -> u32 {
        self.counted.saturating_sub(self.over)
    }

    /// What each clinician has left, summed: always what makes left + counted − over the limit.
    pub fn left(&self) -> u32 {
        self.limit.saturating_sub(self.used())
    }

    /// Where the practice stands; nothing where nobody has a count.
    pub fn headroom(&self) -> Option<Headroom> {
        let used = u64::from(self.used()).saturating_mul(100);
        let is_nearing = used >= self.nearing_hundredths;
        (self.clinicians > 0).then(|| Headroom::decide(self.left(), self.over, is_nearing))
    }

    /// Whether at least `percent` of the limits is used; never of limits that nobody has.
    pub fn has_used(&self, percent: u32) -> bool {
        self.limit > 0 && reached(self.used(), self.limit, percent)
    }
}
