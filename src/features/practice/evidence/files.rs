//! The files of a pack, without the letters themselves.

use chrono::{DateTime, SecondsFormat, Utc};
use entity::ids::LocalDate;

use super::{
    gather::{Pack, Sent},
    index,
    rails::Rail,
};
use crate::{
    domain::{action::NotedDay, area::LEAST_CLINICIANS, letter, limit::Headroom, notice::Notice, outcome::Outcome},
    exchange::{archive::File, plain_csv, transfer_csv},
    store::actions::Recorded,
    ui::register,
};

/// Every file but the letters and the list of hashes.
pub(super) fn all(pack: &Pack) -> Vec<File> {
    let mut files = vec![
        File::new("index.html", index::page(pack).into_string()),
        File::new("decisions.csv", decisions(pack)),
        File::new("notices.csv", notices(pack)),
        File::new("notice-events.csv", notice_events(pack)),
        File::new("letters/register.csv", letters(pack)),
        File::new("outcomes.csv", outcomes(pack)),
        File::new("counts.csv", counts(pack)),
        File::new("transferred-work.csv", transfer_csv::write(&pack.book, &pack.transfers)),
    ];
    if !pack.pathways.is_empty() {
        files.push(File::new("answers-on-pathways.csv", answers(pack)));
    }
    files.extend(pack.rails.all().iter().map(Rail::as_file));
    files
}

fn instant(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::AutoSi, true)
}

fn day(day: Option<LocalDate>) -> String {
    day.map(|day| day.to_string()).unwrap_or_default()
}

fn id(id: Option<impl ToString>) -> String {
    id.map(|id| id.to_string()).unwrap_or_default()
}

fn yes(is: bool) -> String {
    if is { "yes" } else { "no" }.to_owned()
}

fn decisions(pack: &Pack) -> Vec<u8> {
    let columns = [
        "item",
        "title",
        "subject",
        "status",
        "label",
        "effective_on",
        "day_is_a_guess",
        "decided_on",
        "staff_told_on",
        "notice_served_on",
        "recorded",
        "recorded_at",
        "edition",
        "position",
        "guard_rail",
        "guard_rail_source",
        "stood_on_first_day",
        "id",
    ];
    plain_csv::write(columns, pack.decisions.iter().map(|one| decision(pack, one)))
}

fn decision(pack: &Pack, recorded: &Recorded) -> [String; 18] {
    let (row, change) = (&recorded.row, &recorded.row.change);
    let (title, subject) = pack.names(&change.item, change.subject);
    let rail = pack.rails.shown(recorded);
    [
        change.item.to_string(),
        title,
        subject,
        change.status.to_string(),
        pack.label(recorded).to_owned(),
        change.effective_on.to_string(),
        yes(change.about),
        day(change.noted[NotedDay::Decided]),
        day(change.noted[NotedDay::StaffTold]),
        day(change.notice_served_on),
        register::recorded_by(row).to_owned(),
        instant(row.recorded_at),
        recorded.edition.clone(),
        recorded.position.clone(),
        rail.map(|rail| rail.file.clone()).unwrap_or_default(),
        rail.map(Rail::read_at).unwrap_or_default(),
        yes(pack.stood.contains(&change.id)),
        change.id.to_string(),
    ]
}

fn notices(pack: &Pack) -> Vec<u8> {
    let columns = [
        "notice",
        "item",
        "service",
        "served_on",
        "period",
        "last_day",
        "commissioner",
        "contract",
        "funded",
        "patients_estimate",
        "reply_due_on",
        "state",
        "recorded_at",
    ];
    plain_csv::write(columns, pack.notices.iter().map(|one| notice(pack, one)))
}

fn notice(pack: &Pack, notice: &Notice) -> [String; 13] {
    let (_, service) = pack.names(&notice.item, Some(notice.subject));
    [
        notice.id.to_string(),
        notice.item.to_string(),
        service,
        notice.served_on.to_string(),
        notice.period.words(),
        notice.ends_on.to_string(),
        notice.commissioner.clone(),
        notice.contract.title().to_owned(),
        notice.funded.map(yes).unwrap_or_default(),
        id(notice.patients),
        day(notice.reply_due_on),
        notice.state().title().to_owned(),
        instant(notice.recorded_at),
    ]
}

fn notice_events(pack: &Pack) -> Vec<u8> {
    let columns = ["notice", "service", "event", "on", "note", "recorded_at"];
    let events = pack.notices.iter().flat_map(|notice| {
        let (_, service) = pack.names(&notice.item, Some(notice.subject));
        notice.events.iter().map(move |happened| {
            [
                notice.id.to_string(),
                service.clone(),
                happened.event.title().to_owned(),
                happened.on.to_string(),
                happened.note.clone(),
                instant(happened.recorded_at),
            ]
        })
    });
    plain_csv::write(columns, events)
}

fn letters(pack: &Pack) -> Vec<u8> {
    let columns = [
        "text",
        "pdf",
        "pdf_differs",
        "letter",
        "wording",
        "version",
        "dated_on",
        "to",
        "sent_on",
        "how",
        "reply_due_on",
        "reply_received_on",
        "reply_note",
        "state",
        "notice",
        "recorded_at",
    ];
    plain_csv::write(columns, pack.letters.iter().map(|one| sent(pack, one)))
}

fn sent(pack: &Pack, sent: &Sent) -> [String; 16] {
    let row = &sent.letter.row;
    let reply = sent.letter.reply();
    let pdf = sent.as_pdf.then(|| format!("{}.pdf", sent.stem));
    [
        format!("{}.txt", sent.stem),
        pdf.unwrap_or_default(),
        sent.replaced.clone().unwrap_or_default(),
        sent.title.clone(),
        row.level.clone(),
        row.version.to_string(),
        row.dated_on.to_string(),
        row.recipient.clone(),
        row.sent_on.to_string(),
        letter::way(&row.how).to_owned(),
        day(row.reply_due_on),
        day(reply.map(|reply| reply.on)),
        reply.and_then(|reply| reply.note.clone()).unwrap_or_default(),
        sent.letter.standing(pack.made_on()).to_string(),
        id(row.notice),
        instant(row.recorded_at),
    ]
}

fn outcomes(pack: &Pack) -> Vec<u8> {
    let columns = [
        "id",
        "item",
        "title",
        "subject",
        "notice",
        "responder",
        "response",
        "outcome",
        "pounds_a_year",
        "on",
        "public",
        "public_at",
        "corrects",
        "corrected_by",
        "recorded_at",
    ];
    plain_csv::write(columns, pack.outcomes.iter().map(|one| outcome(pack, one)))
}

fn outcome(pack: &Pack, one: &Outcome) -> [String; 15] {
    let (title, subject) = pack.names(&one.item, one.subject);
    [
        one.id.to_string(),
        one.item.to_string(),
        title,
        subject,
        id(one.notice),
        one.responder.clone(),
        one.response.title().to_owned(),
        one.ending.title().to_owned(),
        id(one.pounds_a_year),
        day(one.on),
        yes(one.is_public),
        one.public_at.clone().unwrap_or_default(),
        id(one.corrects),
        id(pack.corrected_by.get(&one.id)),
        instant(one.recorded_at),
    ]
}

/// Answers on each pathway, beside its pause.
fn answers(pack: &Pack) -> Vec<u8> {
    let columns = ["item", "pathway", "paused_since", "answer", "in_the_period", "since_the_pause"];
    let rows = pack.of_pathways().flat_map(|(pathway, within, since)| {
        within.into_iter().enumerate().map(move |(at, (kind, n))| {
            let later = since.as_ref().and_then(|(_, counts)| counts.get(at)).map(|(_, n)| *n);
            [
                pathway.item.to_string(),
                pathway.name.clone(),
                day(since.as_ref().map(|(since, _)| *since)),
                kind.label.clone(),
                n.to_string(),
                id(later),
            ]
        })
    });
    plain_csv::write(columns, rows)
}

/// Totals of the practice. Where few were counted, a total would tell what one of them did.
fn counts(pack: &Pack) -> Vec<u8> {
    let columns = [
        "day",
        "contacts",
        "contacts_over",
        "limits",
        "room_left",
        "state",
        "clinicians",
        "at_limit",
        "over_limit",
        "withheld",
    ];
    let rows = pack.days.iter().map(|(on, sum)| {
        let few = sum.clinicians < LEAST_CLINICIANS;
        let day = sum.practice_day();
        let state = day.headroom().filter(|_| !few).map_or("", Headroom::code);
        let number = |n: u32| if few { String::new() } else { n.to_string() };
        [
            on.to_string(),
            number(sum.contacts),
            number(day.over),
            number(sum.limits),
            number(day.left()),
            state.to_owned(),
            number(sum.clinicians),
            number(sum.at_limit),
            number(sum.over),
            yes(few),
        ]
    });
    plain_csv::write(columns, rows)
}
