//! Pages read by a real parser.

use super::view::{self, Setup};
use crate::{error::FieldError, ui::sheet::tests::holds};

#[test]
fn every_page_has_one_heading_and_at_most_one_primary_button() {
    let wrong = [FieldError::new("email", "Not right")];
    holds(&view::setup("s", &Setup::default(), &wrong));
    holds(&view::password("s", None, &[]));
    holds(&view::password("s", Some("Sign in with NHSmail"), &wrong));
}
