//! What the pages of transferred work are made from.

use std::collections::BTreeMap;

use entity::ids::{LocalDate, TransferId};

use super::form_view::Sender;
use crate::{
    domain::{
        access::PracticeScope,
        transfer::{Transfer, book::TransferBook},
    },
    error::AppError,
    state::AppState,
    store::transfers,
};

/// Days whose items say who usually sends work here.
const RECENT_DAYS: u64 = 92;
/// Senders that the form offers.
const USUAL: usize = 4;

/// What the form offers first.
#[derive(Debug)]
pub(super) struct Log {
    pub(super) book: &'static TransferBook,
    pub(super) usual: Vec<Sender>,
    pub(super) kinds: Vec<String>,
}

impl Log {
    /// Offers a sender, first where it is not among the usual ones.
    pub(super) fn offer(&mut self, sender: Sender) {
        if !self.usual.contains(&sender) {
            self.usual.insert(0, sender);
        }
    }
}

pub(super) fn book() -> Result<&'static TransferBook, AppError> {
    TransferBook::built_in().map_err(|broken| AppError::Fault(broken.join("; ")))
}

pub(super) async fn between(
    app: &AppState,
    scope: &PracticeScope,
    from: LocalDate,
    to: LocalDate,
) -> Result<Vec<Transfer>, AppError> {
    Ok(transfers::of_practice(app.db.read(scope), from, to).await?)
}

/// One entry, whether another took its place or not.
pub(super) async fn one(app: &AppState, scope: &PracticeScope, id: TransferId) -> Result<Option<Transfer>, AppError> {
    Ok(transfers::one(app.db.read(scope), id).await?)
}

/// Those that send most and what they send most, then the rest in the order of the book.
pub(super) async fn log(app: &AppState, scope: &PracticeScope) -> Result<Log, AppError> {
    let (book, today) = (book()?, app.clock.today());
    let items = between(app, scope, today.minus_days(RECENT_DAYS), today).await?;
    let senders = items.iter().map(|item| {
        let (provider, department) = (item.says.provider.clone(), item.says.department.clone());
        (provider, department)
    });
    let usual = most(senders).into_iter().take(USUAL).map(|(provider, department)| Sender { provider, department });
    let mut kinds = most(items.iter().map(|item| item.says.category.clone()));
    let rest = book.categories.iter().map(|category| category.code.clone());
    let rest: Vec<String> = rest.filter(|code| !kinds.contains(code)).collect();
    kinds.extend(rest);
    Ok(Log { book, usual: usual.collect(), kinds })
}

/// Each once, those that came most first.
fn most<K: Ord + Clone>(all: impl Iterator<Item = K>) -> Vec<K> {
    let mut counts: BTreeMap<K, usize> = BTreeMap::new();
    for one in all {
        let n = counts.entry(one).or_default();
        *n = n.saturating_add(1);
    }
    let mut counts: Vec<(K, usize)> = counts.into_iter().collect();
    counts.sort_by_key(|(_, n)| std::cmp::Reverse(*n));
    counts.into_iter().map(|(one, _)| one).collect()
}
