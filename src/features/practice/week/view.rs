//! This week, as markup. The fragments are the same functions that the page calls.

use chrono::{DateTime, Utc};
use entity::ids::{LocalDate, OdsCode, OrgCode};
use maud::{Markup, html};

use super::{
    questions_view::{self, Questions},
    register_view::{self, RegisterPart, at},
    steps_view::{self, Step},
};
use crate::{
    domain::{
        access::Role,
        calendar,
        divert::{self, Divert},
        limit::PracticeDay,
        transfer::GivenBack,
    },
    href,
    ui::{
        figures,
        form::{self, Button},
        given_back, live, number,
        parts::{self, small},
        sections::Section,
        sheet::Sheet,
    },
};

/// The week as the page shows it.
#[derive(Debug)]
pub(super) struct Week {
    pub(super) practice: OdsCode,
    pub(super) today: LocalDate,
    pub(super) ending: LocalDate,
    /// When this week was answered.
    pub(super) sent: Option<DateTime<Utc>>,
    /// When the week before was answered; nothing to say of a practice that never answered.
    pub(super) before: Before,
    /// The practice recorded a change this week.
    pub(super) changed: bool,
    pub(super) questions: Questions,
    pub(super) register: RegisterPart,
    pub(super) capacity: Capacity,
    pub(super) sharing: SharingPart,
    pub(super) transfers: TransfersPart,
    /// What a practice that is new has yet to do.
    pub(super) steps_left: Vec<Step>,
    /// The day from which the practice is closed.
    pub(super) closed: Option<LocalDate>,
}

impl Week {
    /// Nothing was recorded here, nor answered, ever: no week is due of it.
    fn is_blank(&self) -> bool {
        self.steps_left.contains(&Step::Record)
    }
}

/// Transferred work of this month.
#[derive(Debug)]
pub(super) struct TransfersPart {
    pub(super) first: LocalDate,
    pub(super) items: usize,
    pub(super) sum: GivenBack,
    /// Minutes of an appointment.
    pub(super) slot: u32,
}

/// What is said of the week before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Before {
    /// Answered by its Friday.
    OnTime,
    /// Answered afterwards.
    Late,
    /// Not answered, though others were.
    Missing,
    /// There is nothing before.
    Nothing,
}

/// The practice's day against its limits.
#[derive(Debug)]
pub(super) struct Capacity {
    pub(super) practice: OdsCode,
    pub(super) day: PracticeDay,
    /// Label, counted and limit of whoever is nearing the limit, at it or past it.
    pub(super) near: Vec<(String, u32, u32)>,
    /// The divert that is going on.
    pub(super) divert: Option<Divert>,
}

/// Who sees this.
#[derive(Debug)]
pub(super) struct SharingPart {
    pub(super) shared: Option<bool>,
    pub(super) icb: Option<OrgCode>,
    pub(super) last: Option<(String, DateTime<Utc>)>,
}

pub(super) fn week(week: &Week) -> Sheet {
    let heading = format!("Week to {}", week.ending.0.format("%A %-d %B"));
    let sheet =
        Sheet::new(Section::ThisWeek, "This week").heading(heading).errors(&questions_view::errors(&week.questions));
    sheet.live(live::of_practice(&week.practice)).content(html! {
        (parts::lede(&html! { (said(week)) }))
        @if let Some(closed) = week.closed {
            (parts::inset(&html! { p {
                "NHS England’s data say that this practice closed on " (closed.written()) ". "
                a href=(at(&week.practice).seg("successor")) { "What follows, and what stays" }
            } }))
        }
        (steps_view::steps(&week.practice, &week.steps_left))
        (buttons(week))
        (questions_view::questions(&week.questions))
        (parts::two_columns(
            &register_view::register(&week.register),
            &html! { (capacity(&week.capacity)) (transfers(&week.practice, &week.transfers)) (sharing(&week.practice, &week.sharing)) },
        ))
        p .hr-small { a href=(at(&week.practice).seg("drafts")) { "Drafts for returns you type elsewhere" } }
    })
}

/// Where the week stands, and the week before.
fn said(week: &Week) -> String {
    let now = match week.sent {
        Some(at) => format!("Sent on {} at {}.", calendar::london_day(at).long(), calendar::london_time(at)),
        None if week.is_blank() => return "You have recorded nothing here yet.".to_owned(),
        None if week.changed => "You recorded a change this week.".to_owned(),
        None if week.today == week.ending => "Due today.".to_owned(),
        None if week.today < week.ending => "Due on Friday.".to_owned(),
        None => "It was due on Friday; it still counts.".to_owned(),
    };
    let before = match week.before {
        Before::OnTime => " Last week was sent on time.",
        Before::Late => " Last week was sent late.",
        Before::Missing => " Last week was not sent.",
        Before::Nothing => "",
    };
    format!("{now}{before}")
}

fn buttons(week: &Week) -> Markup {
    if week.is_blank() {
        return parts::actions(&html! {
            (form::button_link(Button::Secondary, "Record what is paused", &at(&week.practice).seg("actions")))
            form method="post" action=(at(&week.practice).seg("week")) {
                (form::hidden("week", &week.ending.to_string()))
                (form::button(Button::Secondary, "Nothing is paused here"))
            }
        });
    }
    let label = if week.changed { "Nothing else changed" } else { "Nothing changed" };
    let changed = if week.sent.is_some() { "Record a change" } else { "Something changed" };
    parts::actions(&html! {
        @if week.sent.is_none() {
            form method="post" action=(at(&week.practice).seg("week")) {
                (form::hidden("week", &week.ending.to_string()))
                (form::button(Button::Primary, label))
            }
        }
        (form::button_link(Button::Secondary, changed, &at(&week.practice).seg("actions")))
    })
}

/// What is left today: fetched again when somebody counts.
pub(super) fn capacity(capacity: &Capacity) -> Markup {
    let day = capacity.day;
    let get = at(&capacity.practice).seg("week").seg("capacity");
    let clinicians = number::counted(day.clinicians.into(), "clinician", "clinicians");
    let panel = parts::panel(
        "Capacity today",
        &html! {
            @if day.clinicians == 0 {
                p { "Nobody has a count today yet." }
            } @else {
                (figures::practice_day(day, &clinicians))
                p .hr-small .nhsuk-u-margin-bottom-2 { (near(capacity)) }
            }
            @if let Some(going) = &capacity.divert {
                p { strong { (divert::says(Some(going), calendar::london_day(going.started_at))) } " " a href=(at(&capacity.practice).seg("divert")) { "Open the divert page" } }
            }
            a href=(at(&capacity.practice).seg("capacity")) { "Open the capacity page" }
        },
    );
    live::live_fragment("capacity", &get, &["contacts", "divert"], &panel)
}

/// "Dr B is at 24 of 25. Nobody is over."
fn near(capacity: &Capacity) -> String {
    let mut says: Vec<String> = capacity
        .near
        .iter()
        .take(3)
        .map(|(label, counted, limit)| format!("{label} is at {counted} of {limit}."))
        .collect();
    let more = capacity.near.len().saturating_sub(3);
    if more > 0 {
        says.push(format!("{more} more are near or over."));
    }
    says.push(match capacity.day.clinicians_over {
        0 => "Nobody is over.".to_owned(),
        1 => "One is over.".to_owned(),
        n => format!("{n} are over."),
    });
    says.join(" ")
}

/// What sending work back gave this month.
fn transfers(practice: &OdsCode, part: &TransfersPart) -> Markup {
    let log = at(practice).seg("transfers");
    parts::panel(
        "Transferred work",
        &html! {
            @if part.items == 0 {
                p { "Nothing is logged since " (part.first.long()) "." }
            } @else {
                p {
                    "Since " (part.first.long()) ": " (part.items) " logged, " (given_back::items(part.sum.items)) " sent back. "
                    strong { "Given back: " (given_back::appointments(part.sum.appointments(part.slot))) "." }
                }
            }
            a href=(log) { "Open the log" }
        },
    )
}

fn sharing(practice: &OdsCode, part: &SharingPart) -> Markup {
    let page = at(practice).seg("sharing");
    let releases = href!("/releases/latest");
    let releases = match &part.icb {
        Some(icb) => releases.query("icb", icb),
        None => releases,
    };
    let says = match part.shared {
        Some(true) => "Your LMC sees your practice’s items.",
        Some(false) => "Your LMC does not see your practice’s items: you decided so.",
        None => "Your LMC does not see your practice’s items: you have not decided yet.",
    };
    parts::panel(
        "Who sees this",
        &html! {
            p { (says) " The ICB sees none of them: it reads four-weekly figures for whole ICBs, with random noise." }
            ul .nhsuk-list {
                li { a href=(page) { "See exactly what the LMC sees" } }
                li { a href=(releases) { "See exactly what the ICB sees" } }
                li {
                    a href={ (page) "#receipts" } { "Who looked at our row" }
                    @if let Some((role, at)) = &part.last { " " (small(&looked(role, *at))) }
                }
            }
        },
    )
}

/// "LMC officer, 3 Nov 14:02".
fn looked(role: &str, at: DateTime<Utc>) -> String {
    let title = role.parse::<Role>().map_or_else(|_| role.to_owned(), |role| role.title().to_owned());
    let day = calendar::london_day(at);
    format!("{title}, {} {}", day.0.format("%-d %b"), calendar::london_time(at))
}
