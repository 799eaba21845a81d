//! One look through what came to an area: each item is read once, and everything that is said of them is folded from it
//! here. Grouping in the database would sort the items by text, once for each thing that is asked.

use std::{
    cmp::Reverse,
    collections::{BTreeMap, HashMap, HashSet},
};

use entity::{
    ids::{LocalDate, NotAnId, OdsCode},
    transfer,
};
use futures::TryStreamExt;
use sea_orm::{ConnectionTrait, DbErr, QuerySelect, StreamTrait};

use super::{Narrowed, Period, seen};
use crate::{
    db::Scoped,
    domain::{
        access::LmcScope,
        transfer::{
            GivenBack, ProviderRef, TransferOutcome,
            answers::AnswersOn,
            book::TransferBook,
            desk::{LEAST_ITEMS, LEAST_PRACTICES, Repeat},
        },
    },
    store::sharing::Sharing,
};

/// Patterns that are shown at once.
const MOST_REPEATS: usize = 100;
/// Providers that are shown at once; kinds are fewer.
const MOST_LINES: usize = 200;

/// What came to an area.
#[derive(Debug, Default)]
pub struct Looked<'b> {
    /// The same work of one provider from several practices, those that came most first.
    pub repeats: Vec<Repeat>,
    /// Each provider, those that pass on most first.
    pub providers: Vec<ProviderLine>,
    /// By the code of the kind.
    pub kinds: BTreeMap<String, KindLine>,
    /// What sending back gave and what doing anyway took, of each practice that logged anything.
    pub given_back: BTreeMap<OdsCode, GivenBack>,
    /// Answers on pathways by provider and department, those with most first; none where no book says what an answer is.
    pub answers: Vec<AnswersOn<'b>>,
}

/// Items of one provider.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProviderLine {
    /// The provider, under the name that a practice wrote.
    pub provider: ProviderRef,
    /// How many.
    pub items: u32,
    /// From how many practices.
    pub practices: u32,
}

/// Items of one kind.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct KindLine {
    /// How many.
    pub items: u32,
    /// From how many practices.
    pub practices: u32,
}

/// Practice, key and name of the provider, department, kind, reason, outcome, day, and minutes of GPs, other clinicians,
/// nurses and administration.
type ItemRow = (OdsCode, String, String, Option<String>, String, Option<String>, String, LocalDate, i32, i32, i32, i32);

/// Looks through what is asked about, item by item: a year takes no more memory than what is said of it.
pub async fn look<'b, C: ConnectionTrait + StreamTrait>(
    at: Scoped<'_, C, LmcScope>,
    sharing: &Sharing,
    period: Period,
    narrowed: &Narrowed,
    book: Option<&'b TransferBook>,
) -> Result<Looked<'b>, DbErr> {
    let mut fold = Fold::default();
    if sharing.is_empty() {
        return Ok(Looked::default());
    }
    let columns = [
        transfer::Column::Practice,
        transfer::Column::Provider,
        transfer::Column::ProviderName,
        transfer::Column::Department,
        transfer::Column::Category,
        transfer::Column::Reason,
        transfer::Column::Outcome,
        transfer::Column::CameOn,
        transfer::Column::MinutesGp,
        transfer::Column::MinutesOtherClinician,
        transfer::Column::MinutesNurse,
        transfer::Column::MinutesAdmin,
    ];
    let asked = seen(sharing, period, narrowed).select_only().columns(columns);
    let kinds: HashSet<&str> = book.map(TransferBook::answer_categories).unwrap_or_default().into_iter().collect();
    let mut rows = asked.into_tuple::<ItemRow>().stream(at.conn).await?;
    while let Some(row) = rows.try_next().await? {
        if let Some(book) = book.filter(|_| kinds.contains(row.4.as_str())) {
            fold.answer(book, &row);
        }
        fold.add(row)?;
    }
    Ok(fold.done())
}

/// Something, and the practices that it came to, by their number in the fold.
type From<T> = (T, HashSet<u32>);

#[derive(Default)]
struct Fold<'b> {
    numbers: HashMap<OdsCode, u32>,
    work: HashMap<(String, Option<String>, String), From<Repeat>>,
    providers: HashMap<String, From<ProviderLine>>,
    kinds: BTreeMap<String, From<KindLine>>,
    given_back: BTreeMap<OdsCode, GivenBack>,
    answers: BTreeMap<(String, Option<String>), From<AnswersOn<'b>>>,
}

impl<'b> Fold<'b> {
    fn number(&mut self, practice: &OdsCode) -> u32 {
        if let Some(number) = self.numbers.get(practice) {
            return *number;
        }
        let number = count(self.numbers.len());
        self.numbers.insert(practice.clone(), number);
        number
    }

    fn answer(&mut self, book: &'b TransferBook, row: &ItemRow) {
        let (practice, key, name, department, category, reason, ..) = row;
        let practice = self.number(practice);
        let (on, practices) = self.answers.entry((key.clone(), department.clone())).or_insert_with(|| {
            let provider = ProviderRef { key: key.clone(), name: name.clone() };
            (AnswersOn::none(book, provider, department.clone()), HashSet::new())
        });
        on.add(book.answer(category, reason.as_deref()), 1);
        if on.provider.name < *name {
            on.provider.name.clone_from(name);
        }
        practices.insert(practice);
    }

    fn add(&mut self, row: ItemRow) -> Result<(), DbErr> {
        let (code, key, name, department, category, _, outcome, came_on, gp, other, nurse, admin) = row;
        let practice = self.number(&code);
        let outcome: TransferOutcome = outcome.parse().map_err(|error: NotAnId| DbErr::Type(error.to_string()))?;
        let minutes = |minutes: i32| u64::try_from(minutes).unwrap_or_default();
        let clinicians = [gp, other, nurse].into_iter().map(minutes).sum();
        self.given_back.entry(code).or_default().add_sum(outcome, 1, clinicians, minutes(admin));

        let (line, practices) = self.kinds.entry(category.clone()).or_default();
        line.items = line.items.saturating_add(1);
        practices.insert(practice);

        let (line, practices) = self.providers.entry(key.clone()).or_insert_with(|| {
            let provider = ProviderRef { key: key.clone(), name: name.clone() };
            (ProviderLine { provider, items: 0, practices: 0 }, HashSet::new())
        });
        line.items = line.items.saturating_add(1);
        if line.provider.name < name {
            line.provider.name.clone_from(&name);
        }
        practices.insert(practice);

        let work = (key, department, category);
        let (same, practices) = self.work.entry(work).or_insert_with_key(|(key, department, category)| {
            let provider = ProviderRef { key: key.clone(), name: name.clone() };
            let (department, category) = (department.clone(), category.clone());
            (Repeat { provider, department, category, items: 0, practices: 0, last: came_on }, HashSet::new())
        });
        same.items = same.items.saturating_add(1);
        same.last = Ord::max(same.last, came_on);
        if same.provider.name < name {
            same.provider.name = name;
        }
        practices.insert(practice);
        Ok(())
    }

    fn done(self) -> Looked<'b> {
        let mut repeats: Vec<Repeat> = self.work.into_values().filter_map(repeat).collect();
        let by_work = |same: &Repeat| (same.provider.key.clone(), same.department.clone(), same.category.clone());
        repeats.sort_by_cached_key(|same| (Reverse(same.items), by_work(same)));
        repeats.truncate(MOST_REPEATS);
        let counted =
            |(line, practices): From<ProviderLine>| ProviderLine { practices: count(practices.len()), ..line };
        let mut providers: Vec<ProviderLine> = self.providers.into_values().map(counted).collect();
        providers.sort_by_cached_key(|line| (Reverse(line.items), line.provider.key.clone()));
        providers.truncate(MOST_LINES);
        let counted = |(kind, (line, practices)): (String, From<KindLine>)| {
            (kind, KindLine { practices: count(practices.len()), ..line })
        };
        let kinds = self.kinds.into_iter().map(counted).collect();
        let counted = |(on, practices): From<AnswersOn<'b>>| AnswersOn { practices: count(practices.len()), ..on };
        let mut answers: Vec<AnswersOn<'b>> = self.answers.into_values().map(counted).collect();
        answers.sort_by_key(|on| Reverse(on.items()));
        Looked { repeats, providers, kinds, given_back: self.given_back, answers }
    }
}

/// Work that came often enough, to enough practices, to be a pattern.
fn repeat((same, practices): From<Repeat>) -> Option<Repeat> {
    let same = Repeat { practices: count(practices.len()), ..same };
    (same.items >= LEAST_ITEMS && same.practices >= LEAST_PRACTICES).then_some(same)
}

fn count(n: usize) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}
