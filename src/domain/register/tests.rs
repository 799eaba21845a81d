#![expect(clippy::indexing_slicing, reason = "a test may panic")]

use crate::domain::action::StatusChange;
use uuid::Uuid;

use super::*;

fn day(text: &str) -> LocalDate {
    text.parse().unwrap()
}

fn at(text: &str) -> DateTime<Utc> {
    format!("{text}T12:00:00Z").parse().unwrap()
}

struct Register {
    rows: Vec<StatusRow>,
    subjects: Subjects,
}

impl Register {
    fn new() -> Self {
        Self { rows: Vec::new(), subjects: Subjects::new() }
    }

    fn says(&mut self, item: &str, subject: Option<&str>, status: Status, on: &str) -> &mut StatusRow {
        let item: ItemCode = item.parse().unwrap();
        let subject = subject.map(|name| {
            let known = self.subjects.iter().find(|(_, (of, known))| *of == item && known == name).map(|(id, _)| *id);
            let id = known.unwrap_or(SubjectId(Uuid::now_v7()));
            self.subjects.insert(id, (item.clone(), name.to_owned()));
            id
        });
        let change = StatusChange::of(StatusId(Uuid::now_v7()), &item, status, day(on));
        self.rows.push(StatusChange { subject, ..change }.recorded(at("2026-11-01")));
        self.rows.last_mut().unwrap()
    }

    fn ground(&self, on: &str) -> RegisterAt<'_> {
        RegisterAt {
            catalogue: Catalogue::built_in().unwrap(),
            rows: &self.rows,
            subjects: &self.subjects,
            on: day(on),
            known_at: at("2099-01-01"),
        }
    }

    fn seen(&self, on: &str) -> Vec<String> {
        let lines = self.ground(on).seen_by_lmc();
        lines.iter().map(|line| format!("{} {}", line.name(), line.entry.as_ref().unwrap().tag)).collect()
    }
}

#[test]
fn the_practice_sees_every_item_of_the_day_and_each_named_subject() {
    let mut register = Register::new();
    register.says("advice-and-guidance", Some("Dermatology"), Status::PausedSince, "2025-08-04");
    let lines = register.ground("2026-11-20").own();
    assert_eq!(
        lines.iter().filter(|line| line.entry.is_some()).map(RegisterLine::name).collect::<Vec<_>>(),
        ["Advice & Guidance: Dermatology"]
    );
    assert!(lines.iter().any(|line| line.title == "New agreements frozen"));
    assert!(!lines.iter().any(|line| line.item.as_str() == "declaration-digital-telephony"), "a superseded item");
    let before = register.ground("2025-08-01").own();
    assert!(before.iter().all(|line| line.subject.is_none()));
}

#[test]
fn a_thought_never_leaves_the_practice() {
    let mut register = Register::new();
    register.says("dsa-freeze", None, Status::Thinking, "2026-10-01");
    assert!(register.seen("2026-11-20").is_empty());
}

#[test]
fn a_plan_leaves_once_notice_is_served() {
    let mut register = Register::new();
    register.says("voluntary-services", Some("ECGs"), Status::PausingFrom, "2026-12-01");
    assert!(register.seen("2026-11-20").is_empty());
    register.rows[0].change.notice_served_on = Some(day("2026-11-15"));
    assert!(register.seen("2026-11-14").is_empty(), "not served yet");
    assert_eq!(register.seen("2026-11-20"), ["Voluntary services: ECGs Notice served"]);
    assert_eq!(
        register.ground("2026-11-20").seen_by_lmc()[0].entry.as_ref().unwrap().when,
        EntryDay::Ends(day("2026-12-01"))
    );
    assert_eq!(register.seen("2026-12-01"), ["Voluntary services: ECGs Ended"]);
}

#[test]
fn a_plan_hides_behind_what_holds_today() {
    let mut register = Register::new();
    register.says("referral-rationing", None, Status::Running, "2026-10-01");
    register.says("referral-rationing", None, Status::PausingFrom, "2026-12-01");
    assert_eq!(register.seen("2026-11-20"), ["Referrals without rationing Forms followed"]);
    let own = register.ground("2026-11-20").own();
    assert!(
        own.iter()
            .any(|line| { line.entry.as_ref().is_some_and(|entry| entry.when == EntryDay::From(day("2026-12-01"))) })
    );
}

#[test]
fn an_item_in_conflict_with_the_contract_never_leaves() {
    let mut register = Register::new();
    register.says("gp-connect-update-record", None, Status::PausedSince, "2024-09-01");
    assert!(!register.seen("2025-09-30").is_empty());
    assert!(register.seen("2025-10-01").is_empty());
    assert!(register.ground("2025-10-01").own().iter().any(RegisterLine::is_action));
}

#[test]
fn what_the_lmc_noted_waits_for_the_practice() {
    let mut register = Register::new();
    register.says("dsa-freeze", None, Status::PausedSince, "2026-10-01").change.entered_by = EnteredBy::LmcTelephone;
    assert!(!register.ground("2026-11-20").own().iter().any(RegisterLine::is_action));
    assert_eq!(register.ground("2026-11-20").unanswered().len(), 1);
    let seen = register.ground("2026-11-20").seen_by_lmc();
    assert_eq!(seen[0].entry.as_ref().unwrap().source, EntrySource::Telephone);
    register.rows[0].answer = Some(EntryAnswer::Confirmed);
    let seen = register.ground("2026-11-20").seen_by_lmc();
    assert_eq!(seen[0].entry.as_ref().unwrap().source, EntrySource::TelephoneConfirmed);
    assert!(register.ground("2026-11-20").unanswered().is_empty());
    register.rows[0].answer = Some(EntryAnswer::Removed);
    assert!(register.ground("2026-11-20").seen_by_lmc().is_empty());
    assert_eq!(heard_on(&register.rows, &[]), None);
}

#[test]
fn a_practice_is_heard_from_by_record_or_weekly_answer() {
    let mut register = Register::new();
    register.says("dsa-freeze", None, Status::Running, "2026-10-01");
    assert_eq!(heard_on(&register.rows, &[]), Some(day("2026-11-01")));
    assert_eq!(heard_on(&register.rows, &[day("2026-11-20"), day("2026-11-13")]), Some(day("2026-11-20")));
    assert_eq!(heard_on(&[], &[]), None);
}
