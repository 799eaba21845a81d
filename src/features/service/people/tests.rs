//! Pages read by a real parser.

use entity::ids::PersonId;
use uuid::Uuid;

use super::view::{self, Asking, FirstStep, FreshLink, People, PersonLine, Typed};
use crate::ui::sheet::tests::{read, texts};

#[test]
fn the_administrator_sees_who_has_no_password_yet() {
    let lines = [PersonLine {
        id: PersonId(Uuid::nil()),
        name: "Pam".to_owned(),
        email: "pam@x.uk".to_owned(),
        has_password: false,
        has_second_factor: false,
        grants: Vec::new(),
    }];
    let fresh =
        FreshLink { name: "Pam".to_owned(), link: "http://localhost:8025/password/abc".to_owned(), is_mailed: false };
    let step = |what, is_done| FirstStep { what, how: "How", page: Some("/admin/organisations"), is_done };
    let people = People {
        lines: &lines,
        fresh: Some(&fresh),
        typed: &Typed::default(),
        errors: &[],
        is_clock_doubted: false,
        asking: &[Asking {
            practice: "Elm Road Surgery".to_owned(),
            code: "Z90001".to_owned(),
            lmc: "East LMC".to_owned(),
            name: "Sam Example".to_owned(),
            email: "sam@practice.test".to_owned(),
            on: "2026-11-20".parse().unwrap(),
        }],
        first_steps: &[step("Organisations", true), step("People", false)],
    };
    let page = read(&view::people(&people));
    assert_eq!(texts(&page, "#password-link"), [fresh.link]);
    assert_eq!(texts(&page, ".hr-tag"), ["Done", "No password yet"]);
    assert_eq!(texts(&page, "h1"), ["People"]);
    assert_eq!(texts(&page, "ol a"), ["People"], "what is done leads nowhere");
}
