//! What is proved of a release before it leaves: the reader who knows most still cannot work out a practice.
//!
//! That reader knows every protected value to the unit (what is published is rounded, and mostly summed), the method, the
//! frame, and that not one practice changed its mind all year. Whoever knows less can conclude less, so what holds here
//! holds for every reader of pages and files. The attack among the tests asks the same from outside, with other means.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
};

use entity::ids::OdsCode;

use super::{CLIP, Frame, Key, LEAST_ATOM, Period, top_margin, z};

/// Fewer possible counts than this would be as good as an answer; in a smaller group every count must stay possible.
const LEAST_WIDTH: u32 = 11;

/// One frame year as far as it was published, this release included.
#[derive(Debug, Clone, Copy)]
pub struct Year<'a> {
    /// Its frame.
    pub frame: &'a Frame,
    /// Its noise key.
    pub key: &'a Key,
    /// The last period that is, or will be, public.
    pub until: Period,
    /// Practices acting now, by series and atom of this frame.
    pub acting: &'a BTreeMap<String, Vec<u32>>,
}

/// Something that could be worked out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Exposed {
    /// The atom, or the two that differ by few practices.
    pub cell: String,
    /// Code of the series; none where it is the cut itself.
    pub series: Option<String>,
    /// What could be worked out.
    pub why: Why,
}

/// What could be worked out of a cell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Why {
    /// It holds so few practices that its figure is about each of them.
    FewPractices(u32),
    /// So few counts are possible.
    FewCounts(u32),
    /// At least so many act: nearly all.
    NearlyAll(u32),
    /// None acts.
    Nobody,
}

impl fmt::Display for Exposed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.cell)?;
        if let Some(series) = &self.series {
            write!(f, ", {series}")?;
        }
        match self.why {
            Why::FewPractices(n) => write!(f, ": only {n} practices"),
            Why::FewCounts(n) => write!(f, ": only {n} counts are possible"),
            Why::NearlyAll(n) => write!(f, ": at least {n} practices act for certain"),
            Why::Nobody => write!(f, ": certainly no practice acts"),
        }
    }
}

/// The counts of an atom that every published value allows, from the first to the last.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Possible {
    least: u32,
    most: u32,
}

impl Possible {
    /// Of `practices`, given what was published of them while nobody changed.
    fn given(practices: u32, published: &[u32]) -> Option<Self> {
        let top = practices.saturating_sub(top_margin(practices));
        let clip = CLIP.unsigned_abs();
        let allowed = |coded: &u32| {
            published.iter().all(|value| {
                let least = coded.saturating_sub(clip);
                let most = coded.saturating_add(clip).min(practices);
                (least..=most).contains(value)
            })
        };
        let least = (0..=top).find(allowed)?;
        let most = (0..=top).rev().find(allowed)?;
        // A count above the top code is published as if it were the top code.
        let most = if most == top { practices } else { most };
        Some(Self { least, most })
    }

    fn counts(self) -> u32 {
        self.most.saturating_sub(self.least).saturating_add(1)
    }

    fn exposes(self, practices: u32) -> Option<Why> {
        let nearly_all = practices
            .saturating_sub(top_margin(practices))
            .saturating_add(1);
        if self.counts() < LEAST_WIDTH.min(practices.saturating_add(1)) {
            Some(Why::FewCounts(self.counts()))
        } else if self.least >= nearly_all {
            Some(Why::NearlyAll(self.least))
        } else if self.most == 0 {
            Some(Why::Nobody)
        } else {
            None
        }
    }
}

impl Year<'_> {
    /// What is possible of each atom in one series.
    fn possible(&self, series: &str) -> Vec<Option<Possible>> {
        let counts = self.acting.get(series);
        let atoms = self.frame.atoms.iter().enumerate();
        atoms
            .map(|(at, atom)| {
                let acting = counts
                    .and_then(|counts| counts.get(at))
                    .copied()
                    .unwrap_or(0);
                let published: Vec<u32> = (1..=self.until.number)
                    .filter_map(|number| Period::new(self.until.year, number))
                    .map(|period| noisy(self.key, series, &atom.id, atom.practices, acting, period))
                    .collect();
                Possible::given(atom.practices, &published)
            })
            .collect()
    }

    fn members(&self) -> Vec<BTreeSet<&OdsCode>> {
        let mut members = vec![BTreeSet::new(); self.frame.atoms.len()];
        for (practice, at) in &self.frame.practices {
            if let Some(atom) = members.get_mut(*at) {
                atom.insert(practice);
            }
        }
        members
    }
}

/// As [`super::protect`] makes it.
fn noisy(key: &Key, series: &str, atom: &str, practices: u32, acting: u32, at: Period) -> u32 {
    let coded = acting.min(practices.saturating_sub(top_margin(practices)));
    coded
        .saturating_add_signed(z(key, series, atom, at))
        .min(practices)
}

/// Proves that nothing can be worked out of this year's releases, nor of them together with those of the year before: a
/// recut sets atoms beside others that hold nearly the same practices.
///
/// # Errors
/// Every cell of which something can.
pub fn check(year: &Year<'_>, before: Option<&Year<'_>>) -> Result<(), Vec<Exposed>> {
    let mut exposed: Vec<Exposed> = year
        .frame
        .atoms
        .iter()
        .filter(|atom| atom.practices < LEAST_ATOM)
        .map(|atom| Exposed {
            cell: atom.id.clone(),
            series: None,
            why: Why::FewPractices(atom.practices),
        })
        .collect();
    let pairs = before.map(|before| nearly_equal(year, before));
    for series in &year.frame.series {
        let possible = year.possible(&series.code);
        for (atom, possible) in year.frame.atoms.iter().zip(&possible) {
            if let Some(why) = possible.and_then(|possible| possible.exposes(atom.practices)) {
                exposed.push(Exposed {
                    cell: atom.id.clone(),
                    series: Some(series.code.clone()),
                    why,
                });
            }
        }
        if let Some((before, pairs)) = before.zip(pairs.as_ref()) {
            let old = before.possible(&series.code);
            exposed.extend(pairs.iter().filter_map(|pair| {
                let possible = pair.possible(*possible.get(pair.new)?, *old.get(pair.old)?)?;
                Some(Exposed {
                    cell: pair.cell(year, before),
                    series: Some(series.code.clone()),
                    why: Why::FewCounts(possible),
                })
            }));
        }
    }
    if exposed.is_empty() {
        Ok(())
    } else {
        Err(exposed)
    }
}

/// Two atoms of different cuts that differ by few practices.
struct Pair {
    new: usize,
    old: usize,
    joined: u32,
    left: u32,
}

impl Pair {
    /// How many differences of the two counts are possible, where those are too few: with so few practices between the
    /// two atoms every difference must be.
    fn possible(&self, new: Option<Possible>, old: Option<Possible>) -> Option<u32> {
        let (new, old) = (new?, old?);
        let difference = |new: u32, old: u32| i64::from(new).saturating_sub(i64::from(old));
        let least = difference(new.least, old.most).max(i64::from(self.left).saturating_neg());
        let most = difference(new.most, old.least).min(i64::from(self.joined));
        let counts = u32::try_from(most.saturating_sub(least).saturating_add(1)).unwrap_or(0);
        let all = self.joined.saturating_add(self.left).saturating_add(1);
        (counts < LEAST_WIDTH.min(all)).then_some(counts)
    }

    fn cell(&self, year: &Year<'_>, before: &Year<'_>) -> String {
        let id = |year: &Year<'_>, at: usize| {
            let atom = year.frame.atoms.get(at);
            atom.map_or_else(String::new, |atom| atom.id.clone())
        };
        format!("{} beside {}", id(year, self.new), id(before, self.old))
    }
}

fn nearly_equal(year: &Year<'_>, before: &Year<'_>) -> Vec<Pair> {
    let (new, old) = (year.members(), before.members());
    let count = |one: &BTreeSet<&OdsCode>, other: &BTreeSet<&OdsCode>| {
        u32::try_from(one.difference(other).count()).unwrap_or(u32::MAX)
    };
    let mut pairs = Vec::new();
    for (at, members) in new.iter().enumerate() {
        for (old_at, old_members) in old.iter().enumerate() {
            if members.is_disjoint(old_members) {
                continue;
            }
            let (joined, left) = (count(members, old_members), count(old_members, members));
            if (1..LEAST_ATOM).contains(&joined.saturating_add(left)) {
                pairs.push(Pair {
                    new: at,
                    old: old_at,
                    joined,
                    left,
                });
            }
        }
    }
    pairs
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_possible_follows_from_what_was_published() {
        let given = |practices, published: &[u32]| {
            Possible::given(practices, published).map(|all| (all.least, all.most))
        };
        // One value leaves everything within the clip of the noise.
        assert_eq!(given(100, &[50]), Some((26, 74)));
        // Nothing and all of them are clamped: they say less.
        assert_eq!(given(100, &[0]), Some((0, 24)));
        assert_eq!(given(100, &[100]), Some((76, 100)));
        // In a small atom no value says anything.
        assert_eq!(given(10, &[0, 10, 5]), Some((0, 10)));
        // Two values far apart leave little, three that contradict each other nothing.
        assert_eq!(given(100, &[30, 70]), Some((46, 54)));
        assert_eq!(given(100, &[10, 70]), None);
    }

    #[test]
    fn what_says_too_much_is_named() {
        let why = |practices, published: &[u32]| {
            Possible::given(practices, published).and_then(|all| all.exposes(practices))
        };
        assert_eq!(why(100, &[50]), None);
        assert_eq!(why(100, &[30, 70]), Some(Why::FewCounts(9)));
        assert_eq!(why(10, &[0, 10]), None);
        // Only an atom far larger than any could be nearly full for certain.
        let nearly = Possible {
            least: 91,
            most: 400,
        };
        assert_eq!(nearly.exposes(100), Some(Why::NearlyAll(91)));
        let nobody = Possible { least: 0, most: 0 };
        assert_eq!(nobody.exposes(100), Some(Why::FewCounts(1)));
    }

    #[test]
    fn two_cuts_that_differ_by_one_practice_must_leave_both_answers_open() {
        let pair = Pair {
            new: 0,
            old: 0,
            joined: 1,
            left: 0,
        };
        let all = |least, most| Some(Possible { least, most });
        assert_eq!(pair.possible(all(10, 40), all(12, 30)), None);
        assert_eq!(pair.possible(all(31, 40), all(12, 30)), Some(1));
    }
}
