//! Pages read by a real parser.

use super::view::{self, Invitation};
use crate::ui::sheet::tests::holds;

#[test]
fn every_page_has_one_heading_and_at_most_one_primary_button() {
    let invitation = Invitation {
        secret: "s",
        practice: "Alder Lane",
        label: "Dr <A>",
        staff_group: "locum",
        others: &[],
        chosen: "",
    };
    holds(&view::enrol(&invitation, &[]));
    holds(&view::unlock(Some("Alder Lane"), "/x", &[]));
}
