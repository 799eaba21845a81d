//! What the pages and the API of outcomes are made from.

use super::view::Known;
use crate::{
    domain::access::PracticeScope,
    error::AppError,
    state::AppState,
    store::{notices, outcomes},
};

pub(super) async fn known(app: &AppState, scope: &PracticeScope) -> Result<Known, AppError> {
    let read = app.db.read(scope);
    let register = app.caches.registers.of_practice(read).await?;
    let rows = register.rows.iter();
    Ok(Known {
        keys: rows.map(|row| (row.change.item.clone(), row.change.subject)).collect(),
        subjects: register.subjects.clone(),
        notices: notices::all(read).await?,
        outcomes: outcomes::all(read).await?,
        today: app.clock.today(),
        read_at: app.clock.known(),
        catalogue: app.menu_of(scope.practice()).await?,
    })
}
