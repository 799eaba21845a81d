//! What the pages of transferred work are made from.

use std::collections::BTreeSet;

use entity::ids::{LocalDate, TransferId};

use super::{
    form_view::{Sender, at_hand},
    view::LetterOf,
};
use crate::{
    domain::{
        access::{Actor, PracticeScope},
        letter::ReplyState,
        transfer::{Transfer, answers::Pathway, book::TransferBook, desk::JointLetter, letter::most},
    },
    error::AppError,
    state::AppState,
    store::{joint_letters, letters, transfers},
};

/// Days whose items say who usually sends work here.
const RECENT_DAYS: u64 = 92;
/// Senders that the form offers.
const USUAL: usize = 4;

/// What the form offers first.
#[derive(Debug)]
pub(super) struct Log {
    pub(super) book: TransferBook,
    pub(super) usual: Vec<Sender>,
    pub(super) kinds: Vec<String>,
    /// Pathways that an answer can be said to be about; none for whoever does not read the register.
    pub(super) pathways: Vec<Pathway>,
    /// The lasting name of the item that is corrected.
    pub(super) item: Option<TransferId>,
    /// What it says now, where it was corrected while somebody typed.
    pub(super) newer: Option<Transfer>,
}

impl Log {
    /// Offers a sender, first where it is not among the usual ones.
    pub(super) fn offer(&mut self, sender: Sender) {
        if !self.usual.contains(&sender) {
            self.usual.insert(0, sender);
        }
    }
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

/// The entry that no other takes the place of, from one of the same item.
pub(super) async fn newest(app: &AppState, scope: &PracticeScope, id: TransferId) -> Result<TransferId, AppError> {
    Ok(transfers::newest(app.db.read(scope), id).await?)
}

/// Those that send most and what they send most, then the rest in the order of the book.
pub(super) async fn log(app: &AppState, actor: &Actor, scope: &PracticeScope) -> Result<Log, AppError> {
    let (book, today) = (app.transfer_book(scope).await?, app.clock.today());
    let items = between(app, scope, today.minus_days(RECENT_DAYS), today).await?;
    let senders = items.iter().map(|item| {
        let (provider, department) = (item.says.provider.clone(), item.says.department.clone());
        (provider, department)
    });
    let usual =
        most(senders).into_iter().take(USUAL).map(|((provider, department), _)| Sender { provider, department });
    let kinds = most(items.iter().map(|item| item.says.category.clone())).into_iter();
    let mut kinds: Vec<String> = kinds.map(|(code, _)| code).collect();
    let rest = book.categories.iter().map(|category| category.code.clone());
    let rest: Vec<String> = rest.filter(|code| !kinds.contains(code)).collect();
    kinds.extend(rest);
    at_hand(&book, &mut kinds);
    // A clinician and a desk log, and do not read what the practice has paused.
    let pathways = match actor {
        Actor::Person { .. } => app.pathways(scope).await?,
        Actor::Device { .. }
        | Actor::Display { .. }
        | Actor::Program { .. }
        | Actor::TapAddress { .. }
        | Actor::Stranger => Vec::new(),
    };
    let pathways = pathways.into_iter().filter(|pathway| book.has_answers_about(&pathway.item)).collect();
    Ok(Log { usual: usual.collect(), kinds, pathways, item: None, newer: None, book })
}

/// Keys of those who sent work to the practice of late.
pub(super) async fn senders(app: &AppState, scope: &PracticeScope) -> Result<BTreeSet<String>, AppError> {
    let today = app.clock.today();
    let items = between(app, scope, today.minus_days(RECENT_DAYS), today).await?;
    Ok(items.into_iter().map(|item| item.says.provider.key).collect())
}

/// The newest letter about each item of the practice, without those that were recorded by mistake.
pub(super) async fn letters(app: &AppState, scope: &PracticeScope) -> Result<LetterOf, AppError> {
    let (at, today) = (app.db.read(scope), app.clock.today());
    let links = letters::links::of_items(at).await?;
    if links.is_empty() {
        return Ok(LetterOf::new());
    }
    let all = letters::all(at).await?;
    let mut found = LetterOf::new();
    for (item, letters) in links {
        let about = all.iter().filter(|letter| letters.iter().any(|(id, step)| *id == letter.row.id && *step > 0));
        let standing = about.map(|letter| (letter.row.id, letter.standing(today)));
        let newest = standing.into_iter().find(|(_, stands)| *stands != ReplyState::InError);
        found.extend(newest.map(|newest| (item, newest)));
    }
    Ok(found)
}

/// What the practice's LMC wrote about any of these items.
pub(super) async fn joint(
    app: &AppState,
    scope: &PracticeScope,
    items: &[Transfer],
) -> Result<Vec<JointLetter>, AppError> {
    let Some(lmc) = app.lmc_of(scope.practice()).await? else { return Ok(Vec::new()) };
    let mut all = joint_letters::for_practice(app.db.read(scope), &lmc).await?;
    let today = app.clock.today();
    all.retain(|letter| {
        let about = |item: &Transfer| {
            let says = &item.says;
            letter.covers(&says.provider.key, says.department.as_deref(), &says.category, says.came_on)
        };
        letter.standing(today) != ReplyState::InError && items.iter().any(about)
    });
    Ok(all)
}
