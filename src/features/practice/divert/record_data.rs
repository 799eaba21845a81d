//! What the record of a day says, in words and numbers, ready to be set.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use entity::ids::{ClinicianId, LocalDate};

use super::view::{self, Row, Today};
use crate::{
    domain::{
        calendar,
        contact::Source,
        divert::{
            self, Destination, Divert, DivertReason, MessageKind, WAYS,
            book::{DivertBook, GuardRail},
        },
        limit::{Headroom, SetBy},
    },
    exchange::pdf::{ClinicianLine, DayRecord, DayTotal, DivertShown, MessageLine},
    store::divert::{messages::Message, texts::Text},
    ui::figures,
};

/// What is known of the day.
#[derive(Debug)]
pub(super) struct Known {
    pub(super) today: Today,
    pub(super) reasons: HashMap<ClinicianId, String>,
    /// Each with the version and text that was shown before its start.
    pub(super) diverts: Vec<(Divert, Option<(String, String)>)>,
    pub(super) counts: Vec<(Destination, u32)>,
    pub(super) messages: Vec<Message>,
    pub(super) script: Text,
    pub(super) groups: Text,
}

/// Puts it into words.
pub(super) fn day_record(known: Known) -> DayRecord {
    let today = known.today;
    let on = today.on;
    let sum = today.sum;
    let clinicians = today.rows.iter().map(|row| clinician(row, known.reasons.get(&row.id))).collect();
    DayRecord {
        generated: format!("{} at {}", calendar::london_day(today.at).written(), calendar::london_time(today.at)),
        ods: today.practice.to_string(),
        day: on.long(),
        total: DayTotal {
            figures: figures::left_and_counted(sum),
            state: sum.headroom().map_or("", Headroom::title),
            clinicians: sum.clinicians,
            full: sum.full,
        },
        clinicians,
        rule: view::rule_words(today.rule),
        diverts: known.diverts.into_iter().map(|(divert, rail)| shown(&divert, rail, on)).collect(),
        sent: known.counts.iter().map(|(_, n)| n).sum(),
        destinations: known.counts.iter().map(|(destination, n)| (destination.title(), *n)).collect(),
        messages: known.messages.iter().map(mail).collect(),
        script: version(&known.script),
        groups: known
            .groups
            .body
            .lines()
            .map(str::trim)
            .filter(|line| !line.is_empty())
            .collect::<Vec<_>>()
            .join(", ")
            .to_lowercase(),
        practice: today.name,
    }
}

fn clinician(row: &Row, reason: Option<&String>) -> ClinicianLine {
    let counted = row.day.source.is_some();
    ClinicianLine {
        label: row.label.clone(),
        group: row.group,
        counted: if counted { row.day.counted.to_string() } else { "–".to_owned() },
        limit: row.day.limit.contacts.to_string(),
        set_by: match row.day.limit.set_by {
            SetBy::Recommended => "recommended maximum (UEMO, BMA)",
            SetBy::Practice => "set by the practice",
            SetBy::Clinician => "set by the practice for one clinician",
        },
        state: if counted { row.day.headroom.title() } else { "No count" },
        source: row.day.source.map_or("no count", Source::title),
        reason: reason.map_or_else(String::new, |code| reason_words(code)),
        told: row.told.map_or_else(String::new, calendar::london_time),
    }
}

/// The class of a reason in words: `could-not-divert` as "Could not divert".
fn reason_words(code: &str) -> String {
    if code == "urgent" {
        return "Urgent need".to_owned();
    }
    let text = code.replace('-', " ");
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

fn shown(divert: &Divert, rail: Option<(String, String)>, on: LocalDate) -> DivertShown {
    let at = |instant: DateTime<Utc>| {
        let (day, time) = (calendar::london_day(instant), calendar::london_time(instant));
        if day == on { time } else { format!("{time} on {}", day.written()) }
    };
    let (guard_rail, text) = rail.unwrap_or_else(|| (divert.guard_rail.clone(), String::new()));
    DivertShown {
        began: at(divert.started_at),
        ended: divert.ended.as_ref().map_or_else(|| "not ended yet".to_owned(), |(ended, _)| at(*ended)),
        started_by: view::role(&divert.started_by).to_owned(),
        ended_by: divert.ended.as_ref().map_or_else(String::new, |(_, role)| view::role(role).to_owned()),
        ground: DivertReason::words(&divert.ground),
        sources: sources(&guard_rail),
        guard_rail,
        text: text.lines().map(str::to_owned).collect(),
    }
}

/// Where the text of a version was read, with addresses to type.
fn sources(version: &str) -> Vec<String> {
    let Ok(book) = DivertBook::built_in() else {
        return Vec::new();
    };
    let mut rails = book.guard_rails.iter();
    let rail = rails.find(|rail| rail.version == version);
    let sources = rail.map(GuardRail::sources).unwrap_or_default();
    let written = sources.iter().map(|source| match &source.url {
        Some(url) => format!("{}, {url}", source.title),
        None => source.title.clone(),
    });
    written.collect()
}

fn mail(message: &Message) -> MessageLine {
    MessageLine {
        kind: MessageKind::of(&message.kind).map_or(message.kind.as_str(), |kind| kind.title()).to_owned(),
        sent: calendar::london_time(message.sent_at),
        how: divert::words(&WAYS, &message.how).to_owned(),
        answer: view::answer_words(message),
    }
}

fn version(text: &Text) -> String {
    if text.version == 0 {
        "the text that comes with Headroom".to_owned()
    } else {
        format!("version {} of {}", text.version, text.effective_on.written())
    }
}
