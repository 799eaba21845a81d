//! Letters with which the invented practices returned what was passed on, what came back, and what their LMC did about what
//! repeats.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use entity::ids::{LocalDate, OrgCode, PersonId, RowId};
use rand::{RngExt, SeedableRng, rngs::SmallRng};

use super::{
    county::{self, Practice},
    days::Days,
    register::{chance, uuid_at},
    together,
};
use crate::{
    domain::{
        letter::{FollowUp, Level, Template, Value, Way, book::LetterBook},
        transfer::{
            Transfer, TransferOutcome,
            book::TransferBook,
            letter::{self, PatientRoom},
        },
        working_day::WorkingDays,
    },
    error::AppError,
    store::{
        demo::{
            GoodExampleRow, JointLetterEventRow, JointLetterRow, LetterEventRow, LetterRow, TransferLetterRow,
            TransferRouteRow, TransferRow,
        },
        transfers,
    },
};

/// Code of the letter.
const KIND: &str = "transfer-return";
/// Of a hundred items sent back, so many have a letter.
const WRITTEN: u32 = 60;
/// Of a hundred letters, so many are answered.
const ANSWERED: u32 = 58;
/// Items of one letter.
const TOGETHER: usize = 3;

/// Letters, what they are about, and what came.
#[derive(Debug, Default)]
pub(super) struct Returned {
    pub(super) letters: Vec<LetterRow>,
    pub(super) about: Vec<TransferLetterRow>,
    pub(super) came: Vec<LetterEventRow>,
}

/// The letters of one practice about what it sent back.
pub(super) fn letters(rng: &mut SmallRng, days: &Days, practice: &Practice, rows: &[TransferRow]) -> Returned {
    let mut made = Returned::default();
    let mut by_provider: BTreeMap<String, Vec<Transfer>> = BTreeMap::new();
    for row in rows {
        let back = row.outcome.parse().is_ok_and(TransferOutcome::is_sent_back);
        if back
            && chance(rng, WRITTEN)
            && let Ok(item) = transfers::of_row(row.clone())
        {
            by_provider.entry(row.provider.clone()).or_default().push(item);
        }
    }
    for items in by_provider.values() {
        for some in items.chunks(TOGETHER) {
            one(rng, days, practice, some, &mut made);
        }
    }
    made
}

fn one(rng: &mut SmallRng, days: &Days, practice: &Practice, items: &[Transfer], made: &mut Returned) -> Option<()> {
    let (book, england) = (TransferBook::built_in().ok()?, WorkingDays::england().ok()?);
    let kind = LetterBook::built_in().ok()?.kind(KIND)?;
    let last = items.iter().map(|item| item.says.came_on).max()?;
    let sent_on = last.plus_days(rng.random_range(0..3)).min(days.today);
    let due = england.after(sent_on, book.reply_within).day;
    let at = days.on(sent_on, rng.random_range(10 * 60..17 * 60)).min(days.now);
    let recipient = items.first()?.says.provider.name.clone();
    let values = [
        ("practice", practice.name.clone()),
        ("ods", practice.code.to_string()),
        ("items", letter::items(book, items, PatientRoom::Each)),
        ("acknowledge_by", england.after(sent_on, book.acknowledge_within).day.written()),
        ("reply_by", due.written()),
        ("answer_to", "to the practice manager".to_owned()),
        ("signed", "The partners".to_owned()),
    ];
    let values = values.map(|(code, text)| (code.to_owned(), Value::known(&text))).into_iter().collect();
    let merged = Template::parse(&kind.text, kind.form).ok()?.merge(&values).ok()?;
    let id = RowId(uuid_at(rng, at));
    made.letters.push(LetterRow {
        practice: practice.code.clone(),
        id,
        kind: KIND.to_owned(),
        level: Level::National.code().to_owned(),
        lmc: None,
        version: kind.version,
        notice: None,
        practice_name: practice.name.clone(),
        dated_on: sent_on,
        recipient,
        subject: merged.subject,
        body: merged.body,
        sent_on,
        how: Way::Email.as_str().to_owned(),
        reply_due_on: Some(due),
        recorded_at: at,
        recorded_by: practice.manager,
    });
    made.about.extend(items.iter().map(|item| TransferLetterRow {
        practice: practice.code.clone(),
        id: RowId(uuid_at(rng, at)),
        letter: id,
        transfer: item.says.lasting(),
        step: 1,
        recorded_at: at,
        recorded_by: practice.manager,
    }));
    made.came.extend(came(rng, days, practice, (id, sent_on)));
    Some(())
}

/// An answer, as often and as late as practices told: half within three weeks, some after months.
fn came(
    rng: &mut SmallRng,
    days: &Days,
    practice: &Practice,
    (letter, sent_on): (RowId, LocalDate),
) -> Option<LetterEventRow> {
    let within = if chance(rng, 50) { rng.random_range(4..24) } else { rng.random_range(24..80) };
    let on = sent_on.plus_days(within);
    if !chance(rng, ANSWERED) || on > days.today {
        return None;
    }
    let (event, note) = match rng.random_range(0..10) {
        0..5 => (FollowUp::Agreed, "They take it back."),
        5..7 => (FollowUp::HalfAnswered, "The clinic will write; nothing about the tests."),
        _ => (FollowUp::Refused, "They ask us to do it all the same."),
    };
    let at = days.on(on, rng.random_range(9 * 60..17 * 60)).min(days.now);
    Some(LetterEventRow {
        practice: practice.code.clone(),
        id: RowId(uuid_at(rng, at)),
        letter,
        event: event.as_str().to_owned(),
        happened_on: on,
        note: Some(note.to_owned()),
        recorded_at: at,
        recorded_by: practice.manager,
    })
}

/// What the LMC of the demo did.
#[derive(Debug)]
pub(super) struct Desk {
    pub(super) letter: JointLetterRow,
    pub(super) came: JointLetterEventRow,
    pub(super) example: GoodExampleRow,
    pub(super) route: TransferRouteRow,
}

/// Whose rows these are, and when each was written.
struct Written<'a> {
    rng: &'a mut SmallRng,
    lmc: OrgCode,
    officer: PersonId,
    at: DateTime<Utc>,
}

impl Written<'_> {
    fn id(&mut self) -> RowId {
        RowId(uuid_at(self.rng, self.at))
    }

    fn letter(&mut self, sent_on: LocalDate) -> JointLetterRow {
        let body = "Dear colleague,\n\nYour podiatry clinics see our patients within two weeks, and patients say so.\n\n\
            Nine practices of our area told us of “Test or scan to arrange” from Podiatry at Brackenshaw Community 23 times in \
            four weeks.\n\nWe ask you to let the clinic request the bloods that it needs. Elsewhere this has been solved: Merrowlow \
            General: clinics request their own bloods (newsletter of March 2026).\n\nThese are reports of practices, and nobody \
            has checked them one by one; they name no patient.\n\nWith thanks,\nThe officers";
        JointLetterRow {
            lmc: self.lmc.clone(),
            id: self.id(),
            kind: "transfer-joint".to_owned(),
            provider: "own:brackenshaw community".to_owned(),
            provider_name: "Brackenshaw Community".to_owned(),
            department: Some("653".to_owned()),
            category: Some("investigation-request".to_owned()),
            from_day: sent_on.minus_days(27),
            to_day: sent_on,
            items: 23,
            practices: 9,
            step: 3,
            recipient: "Interface lead of Brackenshaw Community".to_owned(),
            subject: "The same work, from several practices".to_owned(),
            body: body.to_owned(),
            sent_on,
            how: Way::Email.as_str().to_owned(),
            reply_due_on: Some(sent_on.plus_days(14)),
            recorded_at: self.at,
            recorded_by: self.officer.0,
        }
    }

    fn example(&mut self, seen_on: LocalDate) -> GoodExampleRow {
        GoodExampleRow {
            lmc: self.lmc.clone(),
            id: self.id(),
            place: "Merrowlow General".to_owned(),
            category: Some("investigation-request".to_owned()),
            what: "Clinics request their own bloods".to_owned(),
            source: "Newsletter of March 2026".to_owned(),
            seen_on,
            takes_back: None,
            recorded_at: self.at,
            recorded_by: self.officer.0,
        }
    }

    fn route(&mut self) -> TransferRouteRow {
        TransferRouteRow {
            lmc: self.lmc.clone(),
            id: self.id(),
            provider: Some("own:wyrevale infirmary".to_owned()),
            provider_name: Some("Wyrevale Infirmary".to_owned()),
            category: None,
            recipient: Some("Interface team of Wyrevale Infirmary".to_owned()),
            reply_within: Some(25),
            first_step: 1,
            harm: false,
            shown_singly: false,
            recorded_at: self.at,
            recorded_by: self.officer.0,
        }
    }
}

/// A letter about tests before clinics, half agreed; where it was solved; whom to write to.
pub(super) fn desk(days: &Days, officer: PersonId) -> Result<Desk, AppError> {
    let sent_on = days.today.minus_days(24);
    let rng = &mut SmallRng::seed_from_u64(county::SEED);
    let mut by = Written { rng, lmc: together::lmc()?, officer, at: days.on(sent_on, 11 * 60) };
    let letter = by.letter(sent_on);
    let came_on = days.today.minus_days(10);
    let came = JointLetterEventRow {
        lmc: by.lmc.clone(),
        id: by.id(),
        letter: letter.id,
        event: FollowUp::HalfAnswered.as_str().to_owned(),
        happened_on: came_on,
        note: Some("New patients: the clinic requests its own bloods. Follow-up is still open.".to_owned()),
        recorded_at: days.on(came_on, 14 * 60),
        recorded_by: officer.0,
    };
    Ok(Desk { letter, came, example: by.example(sent_on.minus_days(40)), route: by.route() })
}
