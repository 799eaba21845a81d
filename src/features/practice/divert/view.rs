//! The divert page: where it stands, what stays obligatory, one button.

use chrono::{DateTime, Utc};
use entity::ids::{ClinicianId, LocalDate, OdsCode};
use maud::{Markup, html};
use uuid::Uuid;

use crate::{
    domain::{
        access::Role,
        calendar,
        divert::{
            self, ANSWERS, Destination, Divert, DivertReason, MessageKind, WAYS,
            book::{Citation, GuardRail},
        },
        limit::{Attendance, Day, PracticeDay},
    },
    href,
    store::divert::messages::Message,
    ui::{
        figures,
        form::{self, Button},
        href::Href,
        live,
        number::counted,
        parts::{self, TagKind},
        sections::Section,
        sheet::Sheet,
        table::{numbers, table, words},
    },
};

/// One clinician today.
#[derive(Debug)]
pub(super) struct Row {
    pub(super) id: ClinicianId,
    pub(super) label: String,
    pub(super) group: &'static str,
    pub(super) day: Day,
    /// Somebody counted for them, or they work today by the rota or by what was said of the day.
    pub(super) working: bool,
    /// Whether they have a count, are looked for, or are off.
    pub(super) standing: Attendance,
    /// When they told the practice that they are at their limit.
    pub(super) told: Option<DateTime<Utc>>,
}

/// A practice's day, as far as a divert is about it.
#[derive(Debug)]
pub(super) struct Today {
    pub(super) practice: OdsCode,
    pub(super) name: String,
    pub(super) on: LocalDate,
    /// When this was read.
    pub(super) at: DateTime<Utc>,
    pub(super) rows: Vec<Row>,
    pub(super) sum: PracticeDay,
    /// Share in percent and number of clinicians.
    pub(super) rule: (u32, Option<u32>),
    pub(super) divert: Option<Divert>,
}

impl Today {
    /// What the practice's rule suggests; nothing while a divert goes on.
    pub(super) fn suggested(&self) -> Option<DivertReason> {
        match self.divert {
            Some(_) => None,
            None => divert::suggested(self.rule, self.sum),
        }
    }

    /// Labels of those who said that they are at their limit, with the time.
    pub(super) fn told(&self) -> Vec<(&str, DateTime<Utc>)> {
        let told = |row: &'_ Row| Some((row.id, row.told?));
        let mut told: Vec<_> =
            self.rows.iter().filter_map(|row| told(row).map(|(_, at)| (row.label.as_str(), at))).collect();
        told.sort_by_key(|(_, at)| *at);
        told
    }
}

/// What the page shows.
#[derive(Debug)]
pub(super) struct Now {
    pub(super) today: Today,
    pub(super) guard_rail: &'static GuardRail,
    pub(super) messages: Vec<Message>,
    pub(super) counts: Vec<(Destination, u32)>,
}

pub(super) fn base(practice: &OdsCode) -> Href {
    href!("/practices").seg(practice).seg("divert")
}

/// The whole page.
pub(super) fn divert(page: &Now) -> Sheet {
    let practice = &page.today.practice;
    let to = base(practice);
    Sheet::new(Section::Divert, "Divert").live(live::of_practice(practice)).content(html! {
        (parts::lede(&html! { "Routine need goes elsewhere after an assessment, because the clinicians are at their limit. A person starts it and a person ends it." }))
        (now(page))
        (parts::links(&[
            (href!("/practices").seg(practice).seg("desk"), "Reception desk: script, directory, counting"),
            (to.clone().seg("settings"), "Directory, script and rule"),
            (to.clone().seg("history"), "Earlier diverts and the record of a day"),
            (href!("/practices").seg(practice).seg("displays"), "Screens for the wall and the reception desk"),
        ]))
    })
}

/// The part that changes.
pub(super) fn now(page: &Now) -> Markup {
    let get = base(&page.today.practice).seg("now");
    live::live_fragment(
        "divert-now",
        &get,
        &["contacts", "divert"],
        &parts::two_columns(
            &html! {
                @match &page.today.divert {
                    Some(going) => { (on(page, going)) },
                    None => { (off(page)) },
                }
            },
            &html! { (capacity(&page.today)) (messages(page)) (sent(&page.counts)) },
        ),
    )
}

fn off(page: &Now) -> Markup {
    let today = &page.today;
    html! {
        section .hr-panel {
            h2 { "Your practice is not diverting" }
            p { (suggestion(today)) }
            form method="post" action=(base(&today.practice).seg("start")) {
                (form::hidden("id", &Uuid::now_v7().to_string()))
                (form::hidden("guard_rail", &page.guard_rail.version))
                (form::button(Button::Primary, "Start diverting"))
            }
            (guard_rail(page.guard_rail))
        }
    }
}

fn on(page: &Now, going: &Divert) -> Markup {
    html! {
        section .hr-panel {
            h2 { (divert::since(going, page.today.on)) " " (parts::tag(TagKind::Full, "Diverting")) }
            p { "Started by: " (role(&going.started_by)) ". Reason: " (DivertReason::words(&going.ground)) "." }
            form method="post" action=(base(&page.today.practice).seg("end")) {
                (form::hidden("id", &Uuid::now_v7().to_string()))
                (form::hidden("divert", &going.id.to_string()))
                (form::button(Button::Primary, "End the divert"))
            }
            (guard_rail(page.guard_rail))
        }
    }
}

/// What stays obligatory, each with where it was read.
fn guard_rail(rail: &GuardRail) -> Markup {
    html! {
        (parts::details("What stays obligatory", &html! { div .hr-guard {
            ul {
                @for duty in &rail.duties {
                    li {
                        (duty.text) br;
                        span .hr-small {
                            @for source in &duty.sources { (read_at(source)) "; " }
                            "checked on " (duty.checked_on.written())
                        }
                    }
                }
            }
            p .hr-small { "For information. When you start diverting, Headroom keeps the text you were shown (version " (rail.version) ")." }
        } }))
    }
}

/// A source, with its address where that is known.
fn read_at(source: &Citation) -> Markup {
    let address = source.url.as_ref().and_then(|url| Href::new(url).ok());
    html! {
        @if let Some(address) = address { a href=(address) rel="noreferrer" { (source.title) } }
        @else { (source.title) }
    }
}

/// What the practice's rule says of today.
fn suggestion(today: &Today) -> String {
    let rule = rule_words(today.rule);
    match today.suggested() {
        Some(DivertReason::Clinicians) => format!(
            "Your rule suggests it now: {} at the limit. Rule: {rule}",
            counted(today.sum.full.into(), "clinician is", "clinicians are")
        ),
        Some(_) => format!(
            "Your rule suggests it now: {} of {} contacts are used. Rule: {rule}",
            today.sum.used(),
            today.sum.limit
        ),
        None => format!("Your rule does not suggest it now. Rule: {rule}"),
    }
}

/// The practice's rule in words.
pub(super) fn rule_words(rule: (u32, Option<u32>)) -> String {
    let (percent, clinicians) = rule;
    match clinicians {
        Some(n) => format!(
            "{percent}% of all clinicians’ limits used, or {} at the limit.",
            counted(n.into(), "clinician", "clinicians")
        ),
        None => format!("{percent}% of all clinicians’ limits used."),
    }
}

fn capacity(today: &Today) -> Markup {
    let sum = today.sum;
    parts::panel(
        "Today",
        &html! {
            @if sum.clinicians == 0 {
                p { "Nobody has a count yet today." }
            } @else {
                (figures::practice_day(sum, ""))
            }
            (told(today))
        },
    )
}

/// Who said that they are at their limit.
pub(super) fn told(today: &Today) -> Markup {
    let told = today.told();
    html! {
        @if !told.is_empty() {
            ul .nhsuk-list {
                @for (label, at) in &told { li { strong { (label) } " told the practice at " (calendar::london_time(*at)) "." } }
            }
        }
    }
}

fn messages(page: &Now) -> Markup {
    let to = base(&page.today.practice).seg("message");
    parts::panel(
        "Messages",
        &html! {
            ul .nhsuk-list {
                @for kind in MessageKind::ALL {
                    @let sent: Vec<&Message> = page.messages.iter().filter(|message| message.kind == kind.code()).collect();
                    li {
                        a href=(to.clone().query("kind", kind.code())) { (kind.title()) } br;
                        @if sent.is_empty() { span .hr-small { "Not recorded as sent today." } }
                        @for message in sent { span .hr-small { (message_words(message)) } br; }
                    }
                }
            }
        },
    )
}

/// "Sent by email at 14:06. Agreed, by telephone, at 14:30."
pub(super) fn message_words(message: &Message) -> String {
    let sent = format!(
        "Sent by {} at {}.",
        divert::words(&WAYS, &message.how).to_lowercase(),
        calendar::london_time(message.sent_at)
    );
    format!("{sent} {}", answer_words(message))
}

/// What became of a message.
pub(super) fn answer_words(message: &Message) -> String {
    match &message.answer {
        None => "Not answered yet.".to_owned(),
        Some((answer, how, at)) => format!(
            "{}, by {}, on {} at {}.",
            divert::words(&ANSWERS, answer),
            divert::words(&WAYS, how).to_lowercase(),
            calendar::london_day(*at).short(),
            calendar::london_time(*at)
        ),
    }
}

fn sent(counts: &[(Destination, u32)]) -> Markup {
    let all: u32 = counts.iter().map(|(_, n)| n).sum();
    let rows: Vec<Vec<Markup>> =
        counts.iter().map(|(destination, n)| vec![html! { (destination.title()) }, html! { (n) }]).collect();
    parts::panel(
        "Where patients were sent today",
        &html! {
            @if rows.is_empty() { p { "Nothing counted today. The reception desk counts with one press each." } }
            @else {
                (table("Where patients were sent today", &[words("Destination"), numbers("Patients")], &rows))
                p .hr-small { (counted(all.into(), "patient", "patients")) " in all." }
            }
        },
    )
}

/// A role as written on a page.
pub(super) fn role(code: &str) -> &str {
    code.parse::<Role>().map_or(code, |role| role.title())
}
