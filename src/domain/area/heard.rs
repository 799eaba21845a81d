//! Who was heard from. One meaning on every page: a practice that shares, and that recorded or answered something.

/// Who was heard from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Heard {
    /// Practices that share and ever recorded something or answered a week.
    pub practices: u32,
    /// All practices of the area.
    pub all: u32,
    /// Practices that share.
    pub sharing: u32,
    /// Patients of those heard from.
    pub patients: u64,
    /// Patients of all.
    pub patients_all: u64,
    /// Practices that answered or recorded something in the week.
    pub this_week: u32,
    /// Practices heard from once, and not in the last four weeks.
    pub silent: u32,
}

impl Heard {
    /// Practices that share and have not answered in the week.
    pub fn waiting(self) -> u32 {
        self.sharing.saturating_sub(self.this_week)
    }

    /// Practices that do not share.
    pub fn not_sharing(self) -> u32 {
        self.all.saturating_sub(self.sharing)
    }

    /// Practices that share and never recorded or answered anything.
    pub fn never(self) -> u32 {
        self.sharing.saturating_sub(self.practices)
    }
}
