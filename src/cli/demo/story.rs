//! The rows that visitors look at first: the practice they manage, and what their LMC wrote down by telephone.

use chrono::{DateTime, Utc};
use entity::ids::{LocalDate, NoticeId, RowId};
use rand::rngs::SmallRng;
use uuid::Uuid;

use super::{
    county::{ICBS, Practice},
    days::Days,
    register::{Entry, LIMIT, NOTICES, Register, WAVE, uuid_at},
};
use crate::{
    domain::{
        action::{EnteredBy, EntryAnswer},
        calendar,
        catalogue::Status,
        contact::derived_id,
        notice::{Contract, Event, Unit},
    },
    store::demo::{AnswerRow, NoticeEventRow, NoticeRow, StatusRow},
};

/// Days in which a commissioner is asked to reply.
const REPLY: u64 = 28;

/// The register of the visitors' practice.
pub(super) fn first_practice(register: &mut Register<'_>, rng: &mut SmallRng) {
    let today = register.days.today;
    let ago = |days: u64| today.minus_days(days);
    let mut rows = vec![
        Entry::new(LIMIT, Status::PausedSince, ago(74), ago(80).max(ago(74))),
        Entry {
            subject: Some("Dermatology"),
            ..Entry::new("advice-and-guidance", Status::PausedSince, ago(160), ago(158))
        },
        Entry {
            subject: Some("Regional planning extract"),
            about: true,
            ..Entry::new("dsa-withdraw", Status::PausedSince, ago(430), ago(150))
        },
        Entry {
            subject: Some("Non-contractual prompts"),
            ..Entry::new("medicines-optimisation-software", Status::Thinking, ago(20), ago(20))
        },
        Entry {
            subject: Some("ECGs"),
            served: Some(ago(90)),
            ..Entry::new(NOTICES, Status::PausingFrom, today.plus_days(3), ago(88))
        },
    ];
    // Switched off when the menu said so, and kept in the practice's own history since the contract says otherwise.
    if let Some(off) = LocalDate::new(2025, 6, 2).filter(|off| *off < ago(30)) {
        rows.push(Entry::new("gp-connect-update-record", Status::PausedSince, off, ago(140)));
    }
    rows.push(Entry::new("dsa-freeze", Status::Running, ago(120), ago(120)));
    for row in &rows {
        register.write(rng, row);
    }
    let wave = register.days.first_of_month_after(8);
    register.notice(rng, WAVE, wave);
}

/// The notices behind what ends on a day.
pub(super) fn notices(statuses: &[StatusRow], practice: &Practice) -> Vec<NoticeRow> {
    let icb = ICBS.iter().find(|(code, _)| *code == practice.icb.as_str());
    let own = statuses.iter().filter(|row| row.status == Status::PausingFrom.as_str() && row.item.as_str() == NOTICES);
    own.filter_map(|row| {
        let served_on = row.notice_served_on?;
        let days = row.effective_on.days_since(served_on);
        Some(NoticeRow {
            practice: row.practice.clone(),
            id: NoticeId(derived_id(row.id.0, "demo-notice")),
            item: row.item.clone(),
            subject: row.subject?,
            status: row.id,
            served_on,
            period_n: i32::try_from(days).unwrap_or_default(),
            period_unit: Unit::Days.as_str().to_owned(),
            ends_on: row.effective_on,
            commissioner: icb.map_or("", |(_, name)| name).to_owned(),
            contract: Contract::Unsigned.as_str().to_owned(),
            funded: Some(false),
            patients: Some(i32::try_from(practice.patients / 250).unwrap_or_default()),
            reply_due_on: Some(served_on.plus_days(REPLY)),
            recorded_at: row.recorded_at,
            recorded_by: row.recorded_by,
        })
    })
    .collect()
}

/// What the commissioners have answered by now: every notice whose reply was due, but each fourth.
pub(super) fn replies(notices: &[NoticeRow], now: DateTime<Utc>) -> Vec<NoticeEventRow> {
    let answered = |notice: &&NoticeRow| {
        let due = notice.served_on.plus_days(REPLY);
        due < calendar::london_day(now) && !notice.id.0.as_u128().is_multiple_of(4)
    };
    let reply = |notice: &NoticeRow| {
        let on = notice.served_on.plus_days(REPLY.saturating_sub(9));
        let on = on.max(calendar::london_day(notice.recorded_at));
        NoticeEventRow {
            practice: notice.practice.clone(),
            id: RowId(derived_id(notice.id.0, "demo-reply")),
            notice: notice.id,
            event: Event::Acknowledged.as_str().to_owned(),
            happened_on: on,
            note: String::new(),
            recorded_at: calendar::day_begins(on).max(notice.recorded_at),
            recorded_by: notice.recorded_by,
        }
    };
    notices.iter().filter(answered).map(reply).collect()
}

/// What an officer wrote down at this practice's word on the telephone some days ago. The practice's answer, if it
/// has given one, is handed back.
pub(super) fn by_telephone(
    register: &mut Register<'_>,
    rng: &mut SmallRng,
    officer: Uuid,
    at: usize,
) -> Option<AnswerRow> {
    let today = register.days.today;
    let back = u64::try_from(at).unwrap_or(0).saturating_add(2);
    let (item, subject) = match at % 3 {
        0 => (NOTICES, Some("PSA monitoring")),
        1 => ("dsa-review-letter", None),
        _ => ("advice-and-guidance", Some("Cardiology")),
    };
    let mut entry =
        Entry::new(item, Status::PausedSince, today.minus_days(back.saturating_add(12)), today.minus_days(back));
    entry.subject = subject;
    register.write_as(rng, &entry, EnteredBy::LmcTelephone, officer);
    let row = register.statuses.last().filter(|_| at >= 4)?;
    let (status, code) = (row.id, row.item.clone());
    let recorded_at = register.days.on(today.minus_days(1), 9 * 60);
    Some(AnswerRow {
        subject: subject.map(|name| register.subject(rng, &code, name, recorded_at)),
        practice: register.practice.code.clone(),
        id: RowId(uuid_at(rng, recorded_at)),
        status,
        answer: EntryAnswer::Confirmed.code().to_owned(),
        recorded_at,
        recorded_by: register.practice.manager,
    })
}

/// Which practices of the visitors' LMC were telephoned: the visitors' own first, then some that do not share, and two
/// that have confirmed it since.
pub(super) fn telephoned(practices: &[Practice]) -> Vec<usize> {
    use super::county::Habit;
    let own = || practices.iter().enumerate().filter(|(_, practice)| practice.lmc.as_str() == "wyrevale");
    let mut some = vec![0];
    some.extend(own().filter(|(_, practice)| practice.habit == Habit::Silent).map(|(at, _)| at).take(2));
    some.extend(
        own().filter(|(_, practice)| practice.habit != Habit::Silent && !practice.shares).map(|(at, _)| at).take(1),
    );
    some.extend(own().skip(1).filter(|(_, practice)| practice.answers).map(|(at, _)| at).take(2));
    some
}

/// Weeks that a practice answered for, newest last, as days of Friday.
pub(super) fn weeks(days: &Days, practice: &Practice, rng: &mut SmallRng, first: bool) -> Vec<LocalDate> {
    use super::register::chance;
    let this = calendar::week_ending(days.today);
    // Some have not been heard from for a month.
    let lapsed = !practice.answers && !practice.shares && chance(rng, 60);
    (0..12_u64)
        .rev()
        .filter(|back| match back {
            0 => practice.answers,
            _ if first => true,
            1 => practice.shares || (!lapsed && chance(rng, 60)),
            2..=4 => !lapsed && chance(rng, 75),
            _ => chance(rng, 75),
        })
        .map(|back| this.minus_days(back.saturating_mul(7)))
        .collect()
}
