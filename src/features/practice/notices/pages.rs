//! Pages of notices: the list, the form, one notice with what came back.

use entity::ids::{LocalDate, OdsCode};
use maud::{Markup, html};

use super::{Known, notice_href, notices_href, template_pages};
use crate::{
    domain::{
        calendar,
        catalogue::Item,
        name::{Commissioner, NoticeNote, SubjectName},
        notice::{Contract, Event, Notice, Period, State, Unit, template::Version},
        working_day::{Counted, WorkingDays},
    },
    href,
    operations::serve_notice::PATIENTS_MOST,
    ui::{
        filled::Filled,
        form::{self, Button, Choice},
        href::Href,
        number, outcome,
        parts::{self, TagKind, small, tag},
        table::{numbers, table, words},
    },
};

fn actions_href(practice: &OdsCode) -> Href {
    href!("/practices").seg(practice).seg("actions")
}

fn diary_href(practice: &OdsCode) -> Href {
    href!("/practices").seg(practice).seg("diary")
}

pub(super) fn list(practice: &OdsCode, known: &Known, offered: &Markup) -> Markup {
    let (closed, open): (Vec<&Notice>, Vec<&Notice>) =
        known.notices.iter().partition(|notice| notice.state().is_closed());
    html! {
        (parts::back_link(&actions_href(practice), "Actions"))
        (parts::heading("Notices"))
        (parts::lede(&html! { "Notices your practice has served on services, with their last days and the replies." }))
        (parts::actions(&html! {
            (form::button_link(Button::Primary, "Record a notice", &notices_href(practice).seg("new")))
            (form::button_link(Button::Secondary, "Open the diary", &diary_href(practice)))
        }))
        (parts::panel("Running", &html! {
            @if open.is_empty() { p { "No notice is running." } }
            @else { (rows("Notices that are running", practice, known, &open)) }
        }))
        @if !closed.is_empty() {
            (parts::panel("Closed", &rows("Notices that are closed", practice, known, &closed)))
        }
        (offered)
    }
}

fn rows(caption: &str, practice: &OdsCode, known: &Known, notices: &[&Notice]) -> Markup {
    let rows: Vec<Vec<Markup>> = notices
        .iter()
        .map(|notice| {
            vec![
                html! {
                    a href=(notice_href(practice, notice.id)) { (known.service(notice)) }
                    br; (small(&format!("served {}", notice.served_on.short())))
                },
                html! {
                    (state(notice.state()))
                    @if let Some(due) = notice.awaits_reply() {
                        br; (small(&reply(due, known.today)))
                    }
                },
                html! { (notice.ends_on.short()) },
            ]
        })
        .collect();
    table(caption, &[words("Service"), words("State"), numbers("Last day")], &rows)
}

fn reply(due: LocalDate, today: LocalDate) -> String {
    let late = today.days_since(due);
    if late > 0 {
        let days = number::counted(late.unsigned_abs(), "day", "days");
        format!("reply overdue by {days}")
    } else {
        format!("reply due {}", due.short())
    }
}

fn state(state: State) -> Markup {
    let kind = match state {
        State::Waiting => TagKind::Soon,
        State::Challenged => TagKind::Full,
        State::Acknowledged => TagKind::Run,
        State::Closed(_) => TagKind::Quiet,
    };
    tag(kind, state.title())
}

/// What the form shows.
pub(super) struct FormView<'a> {
    pub(super) practice: &'a OdsCode,
    pub(super) item: &'a Item,
    pub(super) items: &'a [&'a Item],
    pub(super) filled: &'a Filled,
    /// The template it was begun from, with the name of the LMC.
    pub(super) used: Option<(&'a Version, &'a str)>,
    pub(super) today: LocalDate,
}

pub(super) fn form(view: &FormView<'_>) -> Markup {
    let filled = view.filled;
    let beside = notices_href(view.practice).seg("last-day");
    let triggers = "change from:#served_on, input from:#period, change from:#period_unit";
    html! {
        (parts::back_link(&notices_href(view.practice), "Notices"))
        (form::error_summary(&filled.errors))
        (parts::heading("Record a notice"))
        (parts::lede(&html! { "A notice that was served, its period and who was told. The last day follows from them." }))
        @if let Some((version, lmc)) = view.used { (template_pages::used(version, lmc, view.today)) }
        (parts::two_columns(
            &parts::panel("The notice", &html! {
                form method="post" action=(notices_href(view.practice)) {
                    (form::hidden("id", filled.text("id")))
                    @if view.used.is_some() {
                        (form::hidden("template", filled.text("template")))
                        (form::hidden("template_version", filled.text("template_version")))
                    }
                    (which(view))
                    div hx-get=(beside) hx-trigger=(triggers) hx-include="#served_on, #period, #period_unit" hx-target="#last-day" hx-swap="outerHTML" {
                        (period(view))
                    }
                    (last_day(filled.text("served_on"), filled.text("period"), filled.text("period_unit")))
                    (commissioner(view))
                    (decision(view))
                    (form::button(Button::Primary, "Save the notice"))
                }
            }),
            &guard_rail(view),
        ))
    }
}

fn which(view: &FormView<'_>) -> Markup {
    let choices: Vec<Choice<'_>> =
        view.items.iter().map(|item| Choice::new(item.code.as_str(), &item.title, view.item.code.as_str())).collect();
    html! {
        @if choices.len() > 1 { (form::select(&view.filled.field("item", "What it belongs to"), &choices)) }
        @else { (form::hidden("item", view.item.code.as_str())) }
        (form::text(
            &view.filled.field("service", "Service")
                .hint("Choose from the list or write its name. Nothing about a patient.")
                .maxlength(SubjectName::MOST)
                .autocomplete("off")
                .list("suggestions")
                .required(),
        ))
        (form::datalist("suggestions", view.item.suggestions.iter().map(String::as_str)))
    }
}

fn period(view: &FormView<'_>) -> Markup {
    let filled = view.filled;
    let units: Vec<Choice<'_>> =
        Unit::ALL.iter().map(|unit| Choice::new(unit.as_str(), unit.title(2), filled.text("period_unit"))).collect();
    html! {
        (form::date(&filled.field("served_on", "Served on").required()))
        (form::number(
            &filled.field("period", "Notice period")
                .hint("As the service’s own agreement says; 0 where none is needed.")
                .between(&0, &731)
                .required(),
        ))
        (form::select(&filled.field("period_unit", "Counted in"), &units))
    }
}

/// The last day of a period, where both can be read.
fn counted(served_on: &str, n: &str, unit: &str) -> Option<Counted> {
    let served_on = served_on.parse::<LocalDate>().ok()?;
    let period = Period::new(n.trim().parse().ok()?, unit.parse().ok()?).ok()?;
    Some(period.last_day(served_on, WorkingDays::england().ok()?))
}

/// `#last-day`: the last day of what is being typed.
pub(super) fn last_day(served_on: &str, n: &str, unit: &str) -> Markup {
    html! {
        div #last-day aria-live="polite" {
            @if let Some(last) = counted(served_on, n, unit) {
                (parts::inset(&html! {
                    p { "Last day of the service: " strong { (last.day.long()) } }
                    @if !last.certain { p { "Bank holidays that far ahead are not published yet, so this day may move." } }
                }))
            }
        }
    }
}

fn commissioner(view: &FormView<'_>) -> Markup {
    let filled = view.filled;
    let contracts: Vec<Choice<'_>> = Contract::ALL
        .iter()
        .map(|contract| Choice::new(contract.as_str(), contract.title(), filled.text("contract")))
        .collect();
    let funded = [
        Choice::new("yes", "Yes", filled.text("funded")),
        Choice::new("no", "No", filled.text("funded")),
        Choice::new("", "Not known", filled.text("funded")),
    ];
    html! {
        (form::text(&filled.field("commissioner", "Served on whom").hint("The commissioner of the service.").maxlength(Commissioner::MOST).required()))
        (form::radios(&filled.field("contract", "What the service stands on").required(), &contracts))
        (form::radios(&filled.field("funded", "Is it paid for?"), &funded))
        (form::number(&filled.field("patients", "Patients affected, an estimate").hint("A number, or leave it empty.").between(&0, &PATIENTS_MOST)))
    }
}

fn decision(view: &FormView<'_>) -> Markup {
    let filled = view.filled;
    html! {
        (form::date(&filled.field("reply_due_on", "Reply due").hint("Shown in the diary until a reply is recorded.")))
        (form::date(&filled.field("decided_on", "Partners decided on")))
        (form::date(&filled.field("staff_told_on", "Staff told in writing on")))
    }
}

fn guard_rail(view: &FormView<'_>) -> Markup {
    let text = |name| view.filled.text(name);
    let day = counted(text("served_on"), text("period"), text("period_unit"));
    let position = day.map(|last| view.item.position_on(last.day));
    html! {
        @if let Some(position) = position {
            (parts::panel("Before you save", &html! {
                p { (position.guard_rail) }
                p .hr-small { "Source: " (position.source) ". Checked " (position.checked_on.written()) ". This text is kept with your record." }
            }))
        }
    }
}

/// What a notice's page shows.
pub(super) struct NoticeView<'a> {
    pub(super) practice: &'a OdsCode,
    pub(super) notice: &'a Notice,
    pub(super) service: &'a str,
    pub(super) today: LocalDate,
    pub(super) filled: &'a Filled,
    pub(super) saved: bool,
    /// The template it came from.
    pub(super) from: Option<String>,
}

pub(super) fn notice(view: &NoticeView<'_>) -> Markup {
    let title = format!("Notice on {}", view.service);
    html! {
        (parts::back_link(&notices_href(view.practice), "Notices"))
        (form::error_summary(&view.filled.errors))
        (parts::heading(&title))
        @if view.saved { (parts::inset(&html! { p { "It is recorded. The register and the diary say so too." } })) }
        (parts::two_columns(
            &html! { (facts(view)) (came_back(view)) },
            &timeline(view),
        ))
    }
}

fn facts(view: &NoticeView<'_>) -> Markup {
    let notice = view.notice;
    let item = actions_href(view.practice).seg(&notice.item).query("subject", notice.subject);
    let funded = match notice.funded {
        Some(true) => "Yes",
        Some(false) => "No",
        None => "Not known",
    };
    let patients = notice.patients.map_or_else(|| "Not estimated".to_owned(), |n| number::thousands(n.into()));
    let due = match (notice.awaits_reply(), notice.reply_due_on) {
        (Some(due), _) => reply(due, view.today),
        (None, Some(due)) => due.short(),
        (None, None) => "No date".to_owned(),
    };
    parts::panel(
        "The notice",
        &html! {
            p { (state(notice.state())) }
            (parts::summary_list(&[
                ("Last day", html! { strong { (notice.ends_on.long()) } }),
                ("Served", html! { (notice.served_on.written()) ", on " (notice.commissioner) }),
                ("Period", html! { (notice.period.words()) }),
                ("Stands on", html! { (notice.contract.title()) }),
                ("Paid for", html! { (funded) }),
                ("Patients affected", html! { (patients) }),
                ("Reply", html! { (due) }),
            ]))
            @if let Some(from) = &view.from { p .hr-small { "From the template of " (from) } }
            p { a href=(item) { "In the register, with its history" } }
            p { a href=(letter(view)) { "Write the letter" } }
            p { a href=(outcome::record_href(view.practice, &notice.item, Some(notice.subject), Some(notice.id))) { "Record what came of it" } }
        },
    )
}

/// The letter's form, with what the notice says filled in.
fn letter(view: &NoticeView<'_>) -> Href {
    let notice = view.notice;
    let form = href!("/practices").seg(view.practice).seg("letters");
    let form = form
        .seg("new")
        .query("kind", "notice-on-service")
        .query("notice", notice.id)
        .query("service", view.service)
        .query("commissioner", &notice.commissioner)
        .query("served_on", notice.served_on)
        .query("period", notice.period.words())
        .query("last_day", notice.ends_on);
    match notice.reply_due_on {
        Some(due) => form.query("reply_due_on", due),
        None => form,
    }
}

fn came_back(view: &NoticeView<'_>) -> Markup {
    let choices: Vec<Choice<'_>> = Event::ALL
        .iter()
        .filter(|event| event.may_follow(view.notice.state()))
        .map(|event| Choice::new(event.as_str(), event.title(), view.filled.text("event")))
        .collect();
    let action = notice_href(view.practice, view.notice.id);
    html! {
        @if !choices.is_empty() {
            (parts::panel("Record what came back", &html! {
                form method="post" action=(action) {
                    (form::hidden("id", view.filled.text("id")))
                    (form::radios(&view.filled.field("event", "What happened").required(), &choices))
                    (form::date(&view.filled.field("on", "On").required()))
                    (form::text(&view.filled.field("note", "Note").hint("Short, and nothing about a patient.").maxlength(NoticeNote::MOST)))
                    (form::button(Button::Primary, "Save"))
                }
            }))
        }
    }
}

fn timeline(view: &NoticeView<'_>) -> Markup {
    let mut rows: Vec<Vec<Markup>> = vec![vec![
        html! { "Served" br; (small(&recorded(view.notice.recorded_at))) },
        html! { (view.notice.served_on.short()) },
    ]];
    rows.extend(view.notice.events.iter().map(|happened| {
        vec![
            html! {
                (happened.event.title())
                @if !happened.note.is_empty() { br; (happened.note) }
                br; (small(&recorded(happened.recorded_at)))
            },
            html! { (happened.on.short()) },
        ]
    }));
    rows.reverse();
    parts::panel("History", &table("History, the newest first", &[words(""), numbers("")], &rows))
}

fn recorded(at: chrono::DateTime<chrono::Utc>) -> String {
    format!("Recorded {}", calendar::london_day(at).short())
}
