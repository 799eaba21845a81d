//! Shares with what is not known: a practice nobody heard from is never counted as doing nothing.

/// A share of practices, bounded by those not heard from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Coverage {
    /// Practices acting.
    pub acting: u32,
    /// Practices heard from; at least `acting`.
    pub heard: u32,
    /// All practices; at least `heard`.
    pub all: u32,
    /// Patients registered with the acting practices.
    pub patients_acting: u64,
    /// Patients registered with all practices.
    pub patients_all: u64,
}

/// Of fewer practices a percentage says little: counts lead, and percentages follow.
pub const COUNTS_LEAD_BELOW: u32 = 10;

/// What one practice adds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Voice {
    /// Its patients, where known.
    pub patients: u32,
    /// Whether it was heard from, and if so whether it acts.
    pub acting: Option<bool>,
}

/// Counts voices.
pub fn coverage(voices: impl IntoIterator<Item = Voice>) -> Coverage {
    voices.into_iter().fold(Coverage::default(), |sum, voice| {
        let acts = voice.acting == Some(true);
        let patients = u64::from(voice.patients);
        Coverage {
            acting: sum.acting.saturating_add(u32::from(acts)),
            heard: sum.heard.saturating_add(u32::from(voice.acting.is_some())),
            all: sum.all.saturating_add(1),
            patients_acting: sum.patients_acting.saturating_add(if acts { patients } else { 0 }),
            patients_all: sum.patients_all.saturating_add(patients),
        }
    })
}

impl Coverage {
    /// Whole percent of those heard from; nothing where nobody was.
    pub fn percent_of_heard(self) -> Option<u32> {
        percent(self.acting, self.heard)
    }

    /// So few were heard from that counts lead.
    pub fn counts_lead(self) -> bool {
        self.heard < COUNTS_LEAD_BELOW
    }

    /// How many of all practices act if none, and if each, of those not heard from do.
    pub fn least_and_most(self) -> (u32, u32) {
        let unknown = self.all.saturating_sub(self.heard);
        (self.acting, self.acting.saturating_add(unknown))
    }

    /// The share of all practices if none, and if each, of those not heard from were acting; whole percent.
    pub fn bounds(self) -> Option<(u32, u32)> {
        let (least, most) = self.least_and_most();
        Some((percent(least, self.all)?, percent(most, self.all)?))
    }
}

/// Rounded to the nearest whole percent; nothing of nothing.
pub fn percent(part: u32, whole: u32) -> Option<u32> {
    let doubled = u64::from(part).saturating_mul(200).saturating_add(u64::from(whole));
    u32::try_from(doubled.checked_div(u64::from(whole).saturating_mul(2))?).ok()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_sketch_of_the_area_page_adds_up() {
        let area = Coverage { acting: 27, heard: 38, all: 64, ..Coverage::default() };
        assert_eq!(area.percent_of_heard(), Some(71));
        assert_eq!(area.bounds(), Some((42, 83)));
        assert_eq!(area.least_and_most(), (27, 53));
        assert!(!area.counts_lead());
        assert!(Coverage { heard: 9, ..area }.counts_lead());
        assert_eq!(Coverage::default().percent_of_heard(), None);
        assert_eq!(Coverage::default().bounds(), None);
    }

    proptest! {
        #[test]
        fn the_truth_always_lies_within_the_bounds(
            practices in prop::collection::vec((any::<bool>(), any::<bool>()), 1..200)
        ) {
            // Each practice truly acts or not, and was heard from or not.
            let known = coverage(practices.iter().map(|(acts, heard)| Voice {
                patients: 100,
                acting: heard.then_some(*acts),
            }));
            let truth = practices.iter().filter(|(acts, _)| *acts).count();
            let truth = percent(u32::try_from(truth).unwrap(), known.all).unwrap();
            let (low, high) = known.bounds().unwrap();
            prop_assert!(low <= truth && truth <= high);
            prop_assert!(known.acting <= known.heard && known.heard <= known.all);
        }

        #[test]
        fn hearing_from_one_more_never_widens_the_bounds(acting in 0_u32..50, silent in 1_u32..50, acts: bool) {
            let before = Coverage { acting, heard: acting, all: acting + silent, ..Coverage::default() };
            let after = Coverage {
                acting: acting + u32::from(acts),
                heard: before.heard + 1,
                ..before
            };
            let (low, high) = before.bounds().unwrap();
            let (new_low, new_high) = after.bounds().unwrap();
            prop_assert!(low <= new_low && new_high <= high);
        }
    }
}
