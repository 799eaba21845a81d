//! The pages of joining are whole.

use super::view::{self, Asking, Candidate, Let};
use crate::{href, ui::sheet::tests::holds};

#[test]
fn every_page_of_joining_is_whole() {
    let who = Candidate {
        practice: "Elm Road Surgery".to_owned(),
        code: "Z90001".to_owned(),
        lmc: Some("Northshire LMC".to_owned()),
        name: "Sam Example".to_owned(),
        email: "sam@practice.test".to_owned(),
    };
    holds(&view::ask(&Asking::default(), &[]));
    holds(&view::asked("Elm Road Surgery", "sam@practice.test"));
    holds(&view::look(&href!("/join"), &who, Some("This was decided meanwhile")));
    for outcome in [Let::Mailed, Let::Known, Let::ByManagers] {
        holds(&view::agreed(&who, outcome));
    }
}
