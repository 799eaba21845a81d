//! Pages read by a real parser.

use super::view::{self, Setup};
use crate::{
    error::FieldError,
    web::tests::{app, holds, stranger},
};

#[tokio::test]
async fn every_page_has_one_heading_and_at_most_one_primary_button() {
    let (app, _folder) = app(true).await;
    let caller = stranger();
    let wrong = [FieldError::new("email", "Not right")];
    holds(view::setup(&app, &caller, "s", &Setup::default(), &wrong));
    holds(view::password(&app, &caller, "s", &[]));
}
