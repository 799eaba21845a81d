//! What an edition changes, in sentences.

use std::collections::HashSet;

use super::{Catalogue, Item, Position, Status};

/// What becomes of a menu, item by item, in the order of the menu; nothing where nothing changes.
pub fn changes(before: &Catalogue, after: &Catalogue) -> Vec<String> {
    let mut said = Vec::new();
    let mut seen = HashSet::new();
    for item in &after.items {
        if !seen.insert(&item.code) {
            continue;
        }
        let Some(new) = after.item(&item.code) else {
            continue;
        };
        match before.item(&item.code) {
            None => said.push(added(new)),
            Some(old) => compared(old, new, &mut said),
        }
    }
    for item in &before.items {
        if seen.insert(&item.code) {
            said.push(format!("Removed: {}", named(item)));
        }
    }
    said
}

fn named(item: &Item) -> String {
    format!("{} ({})", item.title, item.code)
}

fn added(item: &Item) -> String {
    let until = item.valid_until.map_or_else(String::new, |last| format!(" to {}", last.written()));
    let published = if item.published { "published" } else { "not published" };
    format!(
        "Added: {} from {}{until}, recorded per {}, {published}",
        named(item),
        item.valid_from.written(),
        item.subject
    )
}

fn compared(old: &Item, new: &Item, said: &mut Vec<String>) {
    let from = new.valid_from.written();
    if old.title != new.title {
        said.push(format!("Renamed from {from}: {} becomes {}", named(old), new.title));
    }
    if old.valid_until != new.valid_until {
        said.push(match new.valid_until {
            Some(last) => format!("Removed after {}: {}", last.written(), named(new)),
            None => format!("No longer removed: {}", named(new)),
        });
    }
    let words = words(old, new);
    if !words.is_empty() {
        let words = words.join(", ");
        said.push(format!("Changed from {from}: {}: {words}", named(new)));
    }
    if old.published != new.published {
        let now = if new.published { "published" } else { "no longer published" };
        said.push(format!("From {from} {now}: {}", named(new)));
    }
    positions(old, new, said);
}

/// Which other parts read differently.
fn words(old: &Item, new: &Item) -> Vec<&'static str> {
    let status = |item: &Item| {
        let words = Status::ALL.iter().map(|status| (item.label(*status).to_owned(), item.tag(*status).to_owned()));
        words.collect::<Vec<_>>()
    };
    [
        (old.area_title != new.area_title, "the name on area pages"),
        (old.plain != new.plain, "the scope"),
        (old.exception != new.exception, "the exception"),
        (old.menu != new.menu, "the place in a published menu"),
        (old.follows != new.follows, "the item it follows"),
        (old.subject_word != new.subject_word, "the word for its subjects"),
        (old.suggestions != new.suggestions, "the subjects on offer"),
        (old.refuses_mixed_purpose != new.refuses_mixed_purpose, "whether a mixed purpose is refused"),
        (status(old) != status(new), "the words for its statuses"),
        (old.policies != new.policies, "what conferences have asked for"),
        (old.notice_months != new.notice_months, "the notice it takes"),
        (old.series_order != new.series_order, "its place in releases"),
    ]
    .into_iter()
    .filter_map(|(changed, what)| changed.then_some(what))
    .collect()
}

fn positions(old: &Item, new: &Item, said: &mut Vec<String>) {
    let before: Vec<&Position> = old.positions.iter().collect();
    for position in new.positions.iter() {
        if before.contains(&position) {
            continue;
        }
        let earlier = old.position_on(position.from);
        let from = position.from.written();
        said.push(if earlier.kind == position.kind {
            format!("Contract text from {from}: {}: {} with another text or source", named(new), position.kind)
        } else {
            format!("Contract position from {from}: {}: {} instead of {}", named(new), position.kind, earlier.kind)
        });
    }
    for gone in before {
        if gone.from >= new.valid_from && new.positions.iter().all(|one| one.from != gone.from) {
            said.push(format!(
                "Contract position from {} no longer foreseen: {}: {}",
                gone.from.written(),
                named(new),
                gone.kind
            ));
        }
    }
}
