//! The page of joining is whole, whatever stands on it.

use chrono::{DateTime, TimeDelta};
use uuid::Uuid;

use super::view::{self, Line, Lists, Proposal};
use crate::{domain::joining::JoiningStanding, error::FieldError, href, ui::sheet::tests::holds};

fn line(standing: JoiningStanding) -> Line {
    Line {
        id: Uuid::now_v7(),
        practice: "Elm Road Surgery".to_owned(),
        code: "Z90001".to_owned(),
        name: "Sam Example".to_owned(),
        email: "sam@practice.test".to_owned(),
        held_address: Some("reception@practice.test".to_owned()),
        asked_at: DateTime::UNIX_EPOCH,
        is_proposed: true,
        standing,
        is_lost: false,
    }
}

#[test]
fn each_standing_is_a_word_and_each_field_of_its_own() {
    let at = DateTime::UNIX_EPOCH + TimeDelta::days(20_000);
    let waiting = [line(JoiningStanding::Waits(at)), line(JoiningStanding::Waits(at))];
    let decided = [
        JoiningStanding::Sent(at),
        JoiningStanding::Joined(at),
        JoiningStanding::Declined(at),
        JoiningStanding::Over(at),
    ]
    .map(line);
    let lists = Lists {
        base: &href!("/lmc").seg("northshire").seg("joining"),
        waiting: &waiting,
        decided: &decided,
        members: &["Elm Road Surgery".to_owned()],
        mails: true,
    };
    let errors = [FieldError::new(view::held(waiting[1].id), "Enter an email address")];
    let sheet =
        view::page(&lists, &Proposal::default(), (Some(waiting[1].id), &errors), Some("https://headroom.test/join/x"));
    let html = sheet.main().into_string();
    for word in ["Sent", "Joined", "Taken back", "Not used", "Enter an email address"] {
        assert!(html.contains(word), "{word}");
    }
    holds(&sheet);
}
