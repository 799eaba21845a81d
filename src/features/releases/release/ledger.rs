//! Releases beside the one that is read: found by name, compared with it, or putting it right.

use std::sync::Arc;

use crate::{
    domain::{access::LedgerScope, disclosure::correction},
    error::AppError,
    state::AppState,
    store::releases::{Line, Published},
};

/// The line of a number or of `latest`.
pub(super) fn named<'a>(lines: &'a [Line], name: &str) -> Option<&'a Line> {
    match name {
        "latest" => lines.first(),
        name => lines.iter().find(|line| line.number.to_string() == name),
    }
}

/// The releases of the same frame year before this one, oldest first: figures of another frame are never compared.
pub(super) async fn earlier(
    app: &AppState,
    scope: &LedgerScope,
    lines: &[Line],
    of: &Line,
) -> Result<Vec<Arc<Published>>, AppError> {
    let mut found = Vec::new();
    let same_frame = lines.iter().filter(|line| line.year == of.year && line.number < of.number);
    for line in same_frame {
        found.extend(app.release_cache.read(app.db.ledger(scope), line).await?);
    }
    found.reverse();
    Ok(found)
}

/// What later releases put right in this one, oldest first.
pub(super) async fn later(
    app: &AppState,
    scope: &LedgerScope,
    lines: &[Line],
    of: &Line,
) -> Result<Vec<(u32, String)>, AppError> {
    let mut later = Vec::new();
    for line in lines.iter().rev().filter(|line| line.number > of.number) {
        let found = app.release_cache.read(app.db.ledger(scope), line).await?;
        let notes = found.iter().flat_map(|found| &found.content.notes);
        let about = notes.filter_map(|note| correction::about(note, of.number));
        later.extend(about.map(|note| (line.number, note.to_owned())));
    }
    Ok(later)
}
