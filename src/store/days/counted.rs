//! Days against their limits, read once through the scope of whoever asks: the one reader behind every page, answer and
//! document. What a day comes to is decided in `domain::limit`.

use std::{collections::BTreeMap, sync::Arc};

use entity::ids::{ClinicianId, LocalDate};
use futures::try_join;
use sea_orm::{ConnectionTrait, DbErr};

use super::{FactsByDay, of_one, own};
use crate::{
    db::Scoped,
    domain::{
        access::{ClinicianScope, PracticeScope},
        limit::{self, Attendance, Day, DayFacts, PracticeDay, Rules},
    },
    store::{
        limits,
        people::{self, ClinicianRow},
    },
};

/// One clinician's day, with what it follows from.
#[derive(Debug, Clone)]
pub struct ClinicianDay {
    /// What is known.
    pub facts: DayFacts,
    /// What the practice has set.
    pub rules: Arc<Rules>,
    /// What it comes to.
    pub day: Day,
}

/// One clinician's day.
pub async fn clinician_day<C: ConnectionTrait>(
    at: Scoped<'_, C, ClinicianScope>,
    on: LocalDate,
) -> Result<ClinicianDay, DbErr> {
    let (facts, rules) = try_join!(own(at, on), limits::rules(at.conn, at.scope.practice()))?;
    let day = limit::day(&facts, &rules, at.scope.clinician(), on);
    Ok(ClinicianDay { facts, rules: Arc::new(rules), day })
}

/// Some days of a practice, with everybody they may be about.
#[derive(Debug)]
pub struct PracticeDays {
    /// What the practice has set.
    pub rules: Rules,
    /// What is known.
    pub facts: FactsByDay,
    clinicians: Vec<ClinicianRow>,
}

/// The days of a practice from the first to the last one.
pub async fn practice_days<C: ConnectionTrait>(
    at: Scoped<'_, C, PracticeScope>,
    first: LocalDate,
    last: LocalDate,
) -> Result<PracticeDays, DbErr> {
    let (facts, rules, clinicians) = try_join!(
        of_one(at.conn, at.scope.practice(), first, last),
        limits::rules(at.conn, at.scope.practice()),
        people::clinicians_ever(at),
    )?;
    Ok(PracticeDays { rules, facts, clinicians })
}

/// A practice's day.
pub async fn practice_day<C: ConnectionTrait>(
    at: Scoped<'_, C, PracticeScope>,
    on: LocalDate,
) -> Result<DayOfPractice, DbErr> {
    Ok(practice_days(at, on, on).await?.on(on))
}

impl PracticeDays {
    /// Every day of which something is known, by clinician and then by day.
    pub fn each(&self) -> impl Iterator<Item = (ClinicianId, LocalDate, Day)> {
        self.facts.iter().map(|((clinician, on), known)| {
            let day = limit::day(known, &self.rules, *clinician, *on);
            (*clinician, *on, day)
        })
    }

    /// One of the days.
    pub fn on(&self, on: LocalDate) -> DayOfPractice {
        let rows = self.clinicians.iter().filter_map(|row| self.row(row, on));
        let clinicians: Vec<ClinicianOnDay> = rows.collect();
        DayOfPractice { sum: PracticeDay::sum(clinicians.iter().map(|one| &one.day)), clinicians }
    }

    /// Days of clinicians with a count, summed by day.
    pub fn sums(&self) -> BTreeMap<LocalDate, PracticeDay> {
        let mut sums: BTreeMap<LocalDate, PracticeDay> = BTreeMap::new();
        for (_, on, day) in self.each().filter(|(.., day)| day.source.is_some()) {
            let sum = sums.entry(on).or_default();
            *sum = sum.with(&day);
        }
        sums
    }

    /// Whoever was there on the day, and whoever has a count: it counts though they have left.
    fn row(&self, row: &ClinicianRow, on: LocalDate) -> Option<ClinicianOnDay> {
        let facts = self.facts.get(&(row.id, on)).cloned().unwrap_or_default();
        let day = limit::day(&facts, &self.rules, row.id, on);
        let is_here = row.left_on.is_none_or(|left| left > on);
        if !is_here && day.source.is_none() {
            return None;
        }
        let by_rota = self.rules.rota_on(row.id, on);
        Some(ClinicianOnDay {
            standing: limit::standing(&facts, &day, &self.rules, row.id, on),
            is_expected: day.source.is_some() || facts.worked.is_some() || by_rota.is_some_and(|halves| halves > 0),
            is_here,
            row: row.clone(),
            facts,
            day,
        })
    }
}

/// A practice's day: each clinician's, by label, and what they come to.
#[derive(Debug)]
pub struct DayOfPractice {
    /// Whoever was there, and whoever has a count.
    pub clinicians: Vec<ClinicianOnDay>,
    /// Those with a count, summed.
    pub sum: PracticeDay,
}

/// One clinician of a practice on a day.
#[derive(Debug)]
pub struct ClinicianOnDay {
    /// Who.
    pub row: ClinicianRow,
    /// What is known.
    pub facts: DayFacts,
    /// What it comes to.
    pub day: Day,
    /// Whether they have a count, are looked for, or are off.
    pub standing: Attendance,
    /// They have a count, or work that day by the rota or by what was said of the day itself.
    pub is_expected: bool,
    /// They had not left by then.
    pub is_here: bool,
}
