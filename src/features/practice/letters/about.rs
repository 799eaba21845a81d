//! The transferred work that a letter is about, and what the letter takes from its log.

use std::collections::BTreeSet;

use entity::ids::{RowId, TransferId};

use super::{sender, write_view::Typed};
use crate::{
    domain::{
        access::PracticeScope,
        letter::{ReplyState, book::LetterKind},
        transfer::{
            Transfer, desk,
            letter::{self, LetterBefore, MOST_ITEMS},
            logged::Logged,
        },
    },
    error::AppError,
    state::AppState,
    store::{letters, transfers},
};

/// Days of which a letter to a provider's director tells the figures.
const FIGURES_DAYS: u64 = 92;

/// The ids that a form carries, one after the other.
fn ids(typed: &Typed) -> Result<Vec<TransferId>, AppError> {
    let wrong = || AppError::field("transfers", "Choose the items in the log of transferred work");
    let all = typed.get("transfers").split(',').map(str::trim).filter(|id| !id.is_empty());
    let ids: Vec<TransferId> = all.map(|id| id.parse().map_err(|_| wrong())).collect::<Result<_, _>>()?;
    let distinct: BTreeSet<&TransferId> = ids.iter().collect();
    if ids.len() > MOST_ITEMS || distinct.len() < ids.len() {
        return Err(AppError::field("transfers", format!("Choose up to {MOST_ITEMS} items, each once")));
    }
    Ok(ids)
}

/// What stands in the log; nothing for a letter that has nothing to do with it.
pub(super) async fn read(
    app: &AppState,
    scope: &PracticeScope,
    (kind, name): (&LetterKind, &str),
    typed: &Typed,
) -> Result<Option<Logged>, AppError> {
    let Some(about) = kind.transfers else {
        return match typed.get("transfers") {
            "" => Ok(None),
            _ => Err(AppError::field("transfers", "This letter is about no items of the log")),
        };
    };
    let ids = ids(typed)?;
    if ids.is_empty() && about.needs_items {
        return Err(AppError::field("transfers", "Choose the items in the log of transferred work"));
    }
    let at = app.db.read(scope);
    let items = transfers::lasting(at, &ids).await?;
    if items.len() != ids.len() {
        return Err(AppError::field("transfers", "One of these items is not in the log"));
    }
    let provider = items.first().map(|item| item.says.provider.clone());
    if about.step.is_some() && items.iter().any(|item| Some(&item.says.provider) != provider.as_ref()) {
        return Err(AppError::field("transfers", "These items came from different providers: write to each"));
    }
    let book = app.transfer_book(scope).await?;
    let today = app.clock.today();
    let (from, to) = (today.minus_days(FIGURES_DAYS), today);
    let figures = match &provider {
        Some(provider) => {
            let all = transfers::of_practice(at, from, to).await?;
            let theirs: Vec<Transfer> = all.into_iter().filter(|item| item.says.provider.key == provider.key).collect();
            let figures = letter::figures(&book, &theirs, (from, to));
            match sender::network(kind, typed) {
                Ok(Some(_)) => sender::own_alone(&figures, name),
                Ok(None) | Err(_) => figures,
            }
        }
        None => "We keep a log of such work, and can show you what it counts.".to_owned(),
    };
    let routes = app.transfer_routes(scope).await?;
    let category = items.first().map(|item| item.says.category.as_str());
    let route = desk::route(&routes, provider.as_ref().map(|one| one.key.as_str()), category).cloned();
    let before = before(app, scope, &items).await?;
    Ok(Some(Logged { book, kind: about, items, before, figures, route }))
}

/// Letters that went out about any of these items, the oldest first, without those that were recorded by mistake.
async fn before(app: &AppState, scope: &PracticeScope, items: &[Transfer]) -> Result<Vec<LetterBefore>, AppError> {
    let (at, today) = (app.db.read(scope), app.clock.today());
    let links = letters::links::of_items(at).await?;
    let about: BTreeSet<(RowId, u16)> =
        items.iter().filter_map(|item| links.get(&item.says.lasting())).flatten().copied().collect();
    let mut before = Vec::new();
    for (id, step) in about {
        let Some(letter) = letters::one(at, id).await? else { continue };
        let stands = letter.standing(today);
        if stands != ReplyState::InError && step > 0 {
            before.push(LetterBefore { step, recipient: letter.row.recipient, sent_on: letter.row.sent_on, stands });
        }
    }
    before.sort_by_key(|letter| letter.sent_on);
    Ok(before)
}
