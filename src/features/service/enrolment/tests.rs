//! Pages read by a real parser.

use super::view::{self, Invitation};
use crate::web::tests::{app, holds, stranger};

#[tokio::test]
async fn every_page_has_one_heading_and_at_most_one_primary_button() {
    let (app, _folder) = app(true).await;
    let caller = stranger();
    let invitation = Invitation {
        secret: "s",
        practice: "Alder Lane",
        label: "Dr <A>",
        staff_group: "locum",
        others: &[],
        chosen: "",
    };
    holds(view::enrol(&app, &caller, &invitation, &[]));
    holds(view::unlock(&app, &caller, Some("Alder Lane"), "/x", &[]));
}
