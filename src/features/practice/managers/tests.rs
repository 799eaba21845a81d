//! The page of those who manage a practice is whole.

use chrono::DateTime;
use entity::ids::GrantId;
use uuid::Uuid;

use super::successor_view::{self, Closed, There};
use super::view::{self, Asked, Manager, Managers, NewManager};
use crate::{href, ui::sheet::tests::holds};

#[test]
fn the_last_who_manages_a_practice_cannot_be_taken_out() {
    let manager = |name: &str, is_own| Manager {
        grant: GrantId(Uuid::now_v7()),
        is_own,
        name: name.to_owned(),
        email: format!("{}@practice.test", name.to_lowercase()),
        since: DateTime::UNIX_EPOCH,
    };
    let asked = [Asked {
        id: Uuid::now_v7(),
        name: "Robin".to_owned(),
        email: "robin@practice.test".to_owned(),
        on: DateTime::UNIX_EPOCH,
        by_lmc: true,
    }];
    let base = href!("/practices").seg("Z90001").seg("managers");
    let both = [manager("Sam", true), manager("Alex", false)];
    for (managers, may) in [(&both[..], true), (&both[..1], false)] {
        let lists = Managers { base: &base, present: managers, asked: &asked, mails: true };
        let sheet = view::page(&lists, &NewManager::default(), &[], None);
        assert_eq!(sheet.main().into_string().contains("Take out"), may);
        holds(&sheet);
    }
}

#[test]
fn a_practice_that_closed_says_what_follows_and_what_stays() {
    let practice = "Z90001".parse().unwrap();
    let there = |manages, missing: &[&str]| There {
        code: "Z90002".parse().unwrap(),
        name: "Elm Road Surgery".to_owned(),
        manages,
        is_asked: false,
        missing: missing.iter().map(|label| (*label).to_owned()).collect(),
    };
    let says = |there: Option<&There>| {
        let sheet =
            successor_view::page(&Closed { practice: &practice, on: Some("2026-10-01".parse().unwrap()), there });
        holds(&sheet);
        sheet.main().into_string()
    };
    holds(&successor_view::page(&Closed { practice: &practice, on: None, there: None }));
    assert!(says(None).contains("name no practice that took over"));
    assert!(says(Some(&there(false, &[]))).contains("Follow to Elm Road Surgery"));
    assert!(says(Some(&there(true, &["Dr A"]))).contains("Add them there"));
    assert!(says(Some(&there(true, &[]))).contains("is on the list of"));
}
