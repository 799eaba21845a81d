//! A contact that was changed became another: which one stands for it now.

use entity::ids::ContactId;

use crate::{
    domain::{access::ClinicianScope, contact},
    error::AppError,
    state::AppState,
    store::days,
};

/// Each change is a row of the day, and a day takes no more.
const LONGEST_CHAIN: u32 = contact::MOST_ROWS + contact::MOST_A_DAY;

/// What stands for a contact now, and how often it was changed: from where it was followed to before. One that was changed
/// became another, which may have been changed again; a phone without a connection knows only the first of them.
pub(super) async fn chain(
    app: &AppState,
    scope: &ClinicianScope,
    (mut id, mut changes): (ContactId, u32),
) -> Result<(ContactId, u32), AppError> {
    let read = app.db.read(scope);
    while changes < LONGEST_CHAIN {
        let next = ContactId(contact::derived_id(id.0, contact::REPLACED));
        if days::counting(read, id).await?.is_some() || days::contact(read, next).await?.is_none() {
            break;
        }
        id = next;
        changes = changes.saturating_add(1);
    }
    Ok((id, changes))
}
