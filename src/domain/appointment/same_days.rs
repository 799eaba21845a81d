//! Two files of the same days: whether the newer takes the place of what the days have, or comes on top.

use std::{collections::BTreeMap, str::FromStr};

use entity::ids::{ClinicianId, LocalDate, NotAnId};

/// What somebody says of a file whose days were taken in before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SameDays {
    /// It is another part of the days: what stands stays.
    Add,
    /// It is the whole of its days and takes the place of what stands.
    Replace,
}

impl SameDays {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Add, Self::Replace];

    /// Stable text.
    pub fn code(self) -> &'static str {
        match self {
            Self::Add => "add",
            Self::Replace => "replace",
        }
    }
}

impl FromStr for SameDays {
    type Err = NotAnId;
    fn from_str(text: &str) -> Result<Self, NotAnId> {
        Self::ALL
            .into_iter()
            .find(|choice| choice.code() == text)
            .ok_or(NotAnId { what: "an answer", why: "the answers are add and replace" })
    }
}

/// A clinician's day, as it stands by earlier files and as a newer one has it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct OverlapDay {
    /// Slots that are summed.
    pub before: u64,
    /// Of them those that the file names too.
    pub named: u64,
    /// Attended slots before.
    pub attended_before: u64,
    /// Of them those that the file names too.
    pub attended_named: u64,
    /// Slots of the file that did not stand before.
    pub fresh: u64,
    /// Attended slots of the file.
    pub attended_in_file: u64,
}

impl OverlapDay {
    /// Slots that stood and that the file does not name.
    fn left_out(&self) -> u64 {
        self.before.saturating_sub(self.named)
    }

    /// Whether the day stood before and the file says something else of it than what became of its slots.
    pub fn differs(&self) -> bool {
        self.before > 0 && (self.left_out() > 0 || self.fresh > 0)
    }
}

/// What a file without slot ids and the imports before it both have.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Overlap {
    /// By clinician and day.
    pub days: BTreeMap<(ClinicianId, LocalDate), OverlapDay>,
    /// Its rows have no times, or the same for many: nothing tells its slots from those of another file.
    pub loose: bool,
}

impl Overlap {
    /// Whether somebody has to say what the file is.
    pub fn asks(&self) -> bool {
        self.days.values().any(|day| day.differs() && (self.loose || day.left_out() > 0 && day.fresh > 0))
    }

    /// Whether every slot of the file stood before.
    pub fn has_nothing_new(&self) -> bool {
        self.days.values().all(|day| day.fresh == 0)
    }

    /// Attended slots of its days: before, where the file takes their place, and where it comes on top.
    pub fn by_day(&self) -> BTreeMap<LocalDate, [u64; 3]> {
        let mut days: BTreeMap<LocalDate, [u64; 3]> = BTreeMap::new();
        for ((_, on), day) in self.days.iter().filter(|(_, day)| day.differs()) {
            let stays =
                if self.loose { day.attended_before } else { day.attended_before.saturating_sub(day.attended_named) };
            let sums = [day.attended_before, day.attended_in_file, stays.saturating_add(day.attended_in_file)];
            for (sum, n) in days.entry(*on).or_default().iter_mut().zip(sums) {
                *sum = sum.saturating_add(n);
            }
        }
        days
    }
}
