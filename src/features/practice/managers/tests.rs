//! The page of those who manage a practice is whole.

use chrono::DateTime;
use entity::ids::GrantId;
use uuid::Uuid;

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
