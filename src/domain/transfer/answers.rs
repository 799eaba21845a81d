//! Answers on a pathway: replies to advice that come late or are none, referrals that come back. Counted beside a pause of
//! the pathway, as evidence. The pathway itself is never refused: an answer is returned.

use entity::ids::{ItemCode, LocalDate, SubjectId};

use super::{
    NewTransfer, ProviderRef, Transfer,
    answer_kind::{AnswerKind, AnswerOf},
    book::{Category, DutyCitation, TransferBook},
    department,
};
use crate::domain::{
    action::{self, Trust},
    catalogue::SubjectKind,
    register::{LineState, RegisterAt, RegisterLine},
};

/// Weeks up to today that stand beside a pause.
pub const BESIDE_WEEKS: u64 = 13;

/// A pathway of a practice's register.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pathway {
    /// The item of the menu.
    pub item: ItemCode,
    /// The item's short name.
    pub title: String,
    /// The subject.
    pub id: SubjectId,
    /// As the practice calls it.
    pub name: String,
    /// Where it stands; nothing where nothing holds.
    pub state: Option<LineState>,
    /// Since when it is paused, where it is.
    pub paused_since: Option<LocalDate>,
}

impl Pathway {
    /// The pathways of a register on its day, in the order of the menu.
    pub fn all(register: &RegisterAt<'_>) -> Vec<Self> {
        let of_pathway = |line: &RegisterLine| {
            register.catalogue.item_on(&line.item, register.on).is_some_and(|item| item.subject == SubjectKind::Pathway)
        };
        let standings = action::standings(register.rows, register.on, register.known_at, Trust::Confirmed);
        let lines = register.own().into_iter().filter(of_pathway);
        lines
            .filter_map(|line| {
                let (id, name) = line.subject?;
                let standing = standings.get(&(line.item.clone(), Some(id)));
                let paused = standing.filter(|standing| standing.in_force()).and_then(|standing| standing.current);
                let paused_since = paused.map(|row| row.change.effective_on);
                Some(Self { item: line.item, title: line.title, id, name, state: line.entry, paused_since })
            })
            .collect()
    }

    /// Whether logged work is about it: said so, or by the name of its department.
    pub fn has(&self, says: &NewTransfer) -> bool {
        match (says.pathway, says.department.as_deref().and_then(department::of_code)) {
            (Some(said), _) => said == self.id,
            (None, Some(department)) => department.is_called(&self.name),
            (None, None) => false,
        }
    }
}

/// How many answers of each kind, in the order of the book, none left out.
pub type AnswerCounts<'a> = Vec<(&'a AnswerKind, u32)>;

/// Answers of one provider and one department, from practices of an area.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AnswersOn<'a> {
    /// Who gave them.
    pub provider: ProviderRef,
    /// Which part of it: the pathway, as far as an LMC reads it.
    pub department: Option<String>,
    /// From how many practices.
    pub practices: u32,
    /// How many of each kind.
    pub counts: AnswerCounts<'a>,
}

impl<'a> AnswersOn<'a> {
    /// None yet.
    pub fn none(book: &'a TransferBook, provider: ProviderRef, department: Option<String>) -> Self {
        Self { provider, department, practices: 0, counts: book.answers.iter().map(|kind| (kind, 0)).collect() }
    }

    /// Adds some of a kind.
    pub fn add(&mut self, kind: Option<&AnswerKind>, n: u32) {
        if let Some((_, sum)) = self.counts.iter_mut().find(|(own, _)| Some(*own) == kind) {
            *sum = sum.saturating_add(n);
        }
    }

    /// All of them.
    pub fn items(&self) -> u32 {
        sum(&self.counts)
    }
}

/// What stands beside a pathway.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PauseEvidence<'a> {
    /// In the last weeks.
    pub lately: AnswerCounts<'a>,
    /// Since the pause, where it is paused.
    pub since_pause: Option<(LocalDate, AnswerCounts<'a>)>,
}

impl PauseEvidence<'_> {
    /// Whether there is anything to tell.
    pub fn is_empty(&self) -> bool {
        sum(&self.lately) == 0 && self.since_pause.as_ref().is_none_or(|(_, counts)| sum(counts) == 0)
    }
}

/// All of them.
pub fn sum(counts: &[(&AnswerKind, u32)]) -> u32 {
    counts.iter().fold(0, |sum, (_, n)| sum.saturating_add(*n))
}

/// The first day of the weeks that stand beside a pause.
pub fn first_day(today: LocalDate) -> LocalDate {
    today.minus_days(BESIDE_WEEKS.saturating_mul(7).saturating_sub(1))
}

impl TransferBook {
    /// Which kind of answer work of a category and a reason is; nothing for work that is none.
    pub fn answer(&self, category: &str, reason: Option<&str>) -> Option<&AnswerKind> {
        let of = |fits: &dyn Fn(&AnswerOf) -> bool| {
            self.answers.iter().find(|kind| kind.of.iter().any(|of| of.category == category && fits(of)))
        };
        let named = reason.and_then(|reason| of(&|of| of.reasons.iter().any(|own| own == reason)));
        named.or_else(|| of(&|of| of.reasons.is_empty()))
    }

    /// The kinds that a form tells apart within a category, each with the reason that stands for it.
    pub fn answers_of<'a>(&'a self, category: &'a Category) -> impl Iterator<Item = (&'a str, &'a AnswerKind)> {
        self.answers.iter().flat_map(move |kind| {
            let own = kind.of.iter().filter(|of| of.category == category.code);
            own.filter_map(move |of| Some((of.reasons.first()?.as_str(), kind)))
        })
    }

    /// Whether work of a category can be about a pathway.
    pub fn is_about_pathways(&self, category: &str) -> bool {
        self.answers.iter().any(|kind| kind.of.iter().any(|of| of.category == category))
    }

    /// Codes of the kinds of work that are answers.
    pub fn answer_categories(&self) -> Vec<&str> {
        let all = self.answers.iter().flat_map(|kind| &kind.of).map(|of| of.category.as_str());
        let distinct: std::collections::BTreeSet<&str> = all.collect();
        distinct.into_iter().collect()
    }

    /// Whether an answer of some kind may be about pathways of an item.
    pub fn has_answers_about(&self, item: &ItemCode) -> bool {
        self.answers.iter().any(|kind| kind.items.contains(item))
    }

    /// What stands behind answers on a day.
    pub fn answer_duties(&self, day: LocalDate) -> Vec<DutyCitation<'_>> {
        let duties = self.answer_duties.iter().filter_map(|code| self.duty(code));
        duties.filter(|duty| duty.holds_on(day)).map(|duty| self.cite(duty, day)).collect()
    }

    /// Answers about a pathway, as they came between two days.
    pub fn counts(
        &self,
        pathway: &Pathway,
        items: &[Transfer],
        (from, to): (LocalDate, LocalDate),
    ) -> AnswerCounts<'_> {
        let kinds = self.answers.iter().filter(|kind| kind.items.contains(&pathway.item));
        let mut counts: AnswerCounts<'_> = kinds.map(|kind| (kind, 0)).collect();
        let within = items.iter().filter(|item| (from..=to).contains(&item.says.came_on) && pathway.has(&item.says));
        for item in within {
            let kind = self.answer(&item.says.category, item.says.reason.as_deref());
            if let Some((_, n)) = counts.iter_mut().find(|(own, _)| Some(*own) == kind) {
                *n = n.saturating_add(1);
            }
        }
        counts
    }

    /// What stands beside a pathway on a day, of items that go back far enough: [`first_day`], or the pause.
    pub fn beside(&self, pathway: &Pathway, items: &[Transfer], today: LocalDate) -> PauseEvidence<'_> {
        PauseEvidence {
            lately: self.counts(pathway, items, (first_day(today), today)),
            since_pause: pathway.paused_since.map(|since| (since, self.counts(pathway, items, (since, today)))),
        }
    }

    /// What of the kinds of answers the rest of the file does not bear.
    pub(super) fn broken_answers(&self) -> Vec<String> {
        let mut broken = Vec::new();
        let all: Vec<&AnswerOf> = self.answers.iter().flat_map(|kind| &kind.of).collect();
        for kind in &self.answers {
            let name = &kind.code;
            if self.answers.iter().filter(|other| other.code == *name).count() > 1 {
                broken.push(format!("{name}: an answer that is there twice"));
            }
            if kind.items.is_empty() || kind.of.is_empty() {
                broken.push(format!("{name}: an answer about nothing"));
            }
        }
        for of in &all {
            let name = &of.category;
            let Some(category) = self.category(name) else {
                broken.push(format!("answers: there is no kind {name}"));
                continue;
            };
            let missing = of.reasons.iter().find(|reason| !category.reasons.contains(reason));
            broken.extend(missing.map(|reason| format!("{name}: there is no reason {reason}")));
            let same = all.iter().filter(|other| other.category == *name);
            if same.filter(|other| other.reasons.is_empty()).count() != 1 {
                broken.push(format!("{name}: one kind of answer takes what no other does"));
            }
        }
        broken
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::catalogue::Catalogue;

    fn book() -> &'static TransferBook {
        TransferBook::built_in().unwrap()
    }

    #[test]
    fn each_kind_and_reason_is_one_answer_and_other_work_is_none() {
        let code =
            |category: &str, reason: Option<&str>| book().answer(category, reason).map(|kind| kind.code.as_str());
        assert_eq!(code("advice-and-guidance", Some("late")), Some("late"));
        assert_eq!(code("advice-and-guidance", Some("unclear")), Some("no-answer"));
        assert_eq!(code("advice-and-guidance", Some("no named clinician")), Some("not-named"));
        assert_eq!(code("advice-and-guidance", None), Some("unsaid"));
        assert_eq!(code("rejected-referral", Some("wrong form")), Some("rejected"));
        assert_eq!(code("referral-management", None), Some("held"));
        assert_eq!(code("clinic-letter", Some("late")), None);
    }

    #[test]
    fn no_label_says_that_a_pathway_is_refused() {
        for kind in &book().answers {
            let label = kind.label.to_lowercase();
            assert!(!label.contains("refuse") && !label.contains("pathway"), "{label}");
        }
    }

    #[test]
    fn a_department_is_found_by_the_name_a_register_has_for_it() {
        let code = |name| department::of_pathway(name).map(|one| one.code.as_str());
        for (name, expected) in [
            ("Cardiology", "320"),
            ("Ear, nose and throat", "120"),
            ("ENT", "120"),
            ("Orthopaedics", "110"),
            ("Paediatrics", "420"),
            ("haematology", "303"),
            ("Endocrinology & diabetes", "302"),
            ("Renal medicine", "361"),
        ] {
            assert_eq!(code(name), Some(expected), "{name}");
        }
        assert_eq!((code("Heart failure hub"), code(""), code("and")), (None, None, None));
    }

    #[test]
    fn every_pathway_that_the_menu_suggests_has_its_department() {
        let editions = Catalogue::editions_of("England", []).unwrap();
        let catalogue = Catalogue::join("England", &editions).unwrap();
        let of_pathways = catalogue.items.iter().filter(|item| item.subject == SubjectKind::Pathway);
        let mut codes = std::collections::BTreeSet::new();
        for item in of_pathways {
            codes.insert(item.code.as_str());
            assert!(book().has_answers_about(&item.code), "{}", item.code);
            for name in &item.suggestions {
                assert!(department::of_pathway(name).is_some(), "{name}");
            }
        }
        assert_eq!(codes.into_iter().collect::<Vec<_>>(), ["advice-and-guidance", "single-point-of-access"]);
    }

    #[test]
    fn a_book_whose_answers_do_not_fit_says_why() {
        let text = include_str!("../../assets/transfers/england.json");
        let twice = text.replace(r#""code": "held""#, r#""code": "late""#);
        let nothing = twice.replace(
            r#""converted against our wish"
          ]
        }
      ]
    },
    {
      "code": "rejected""#,
            r#""no such reason"
          ]
        }
      ]
    },
    {
      "code": "rejected""#,
        );
        let wrong = TransferBook::parse(&nothing).unwrap_err().join("\n");
        assert!(wrong.contains("late: an answer that is there twice"), "{wrong}");
        assert!(wrong.contains("there is no reason no such reason"), "{wrong}");
    }
}
