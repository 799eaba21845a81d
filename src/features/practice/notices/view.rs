//! Pages of notices: the list, and the form of a new one.

use entity::ids::{LocalDate, NoticeId, OdsCode};
use maud::{Markup, html};

use crate::{
    domain::{
        action::NotedDay,
        catalogue::Item,
        name::{Commissioner, SubjectName},
        notice::{Contract, Notice, NoticePeriod, NoticeState, Unit},
        working_day::{ReckonedDay, WorkingDays},
    },
    href,
    operations::serve_notice::PATIENTS_MOST,
    state::notices::Known,
    ui::{
        cited,
        filled::Filled,
        form::{self, Button, Choice},
        href::Href,
        number,
        parts::{self, TagKind, small, tag},
        sections::Section,
        sheet::Sheet,
        table::{numbers, table, words},
    },
};

pub(super) fn actions_href(practice: &OdsCode) -> Href {
    href!("/practices").seg(practice).seg("actions")
}

pub(super) fn diary_href(practice: &OdsCode) -> Href {
    href!("/practices").seg(practice).seg("diary")
}

pub(super) fn notices_href(practice: &OdsCode) -> Href {
    href!("/practices").seg(practice).seg("notices")
}

pub(super) fn notice_href(practice: &OdsCode, id: NoticeId) -> Href {
    notices_href(practice).seg(id)
}

pub(super) fn list(practice: &OdsCode, known: &Known, offered: &Markup) -> Sheet {
    let (closed, open): (Vec<&Notice>, Vec<&Notice>) =
        known.notices.iter().partition(|notice| notice.state().is_closed());
    Sheet::new(Section::Actions, "Notices").back(&actions_href(practice), "Actions").content(html! {
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
    })
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

pub(super) fn reply(due: LocalDate, today: LocalDate) -> String {
    let late = today.days_since(due);
    if late > 0 {
        let days = number::counted(late.unsigned_abs(), "day", "days");
        format!("reply overdue by {days}")
    } else {
        format!("reply due {}", due.short())
    }
}

pub(super) fn state(state: NoticeState) -> Markup {
    let kind = match state {
        NoticeState::Waiting => TagKind::Soon,
        NoticeState::Challenged => TagKind::Full,
        NoticeState::Acknowledged => TagKind::Run,
        NoticeState::Closed(_) => TagKind::Quiet,
    };
    tag(kind, state.title())
}

/// What the form shows.
pub(super) struct FormView<'a> {
    pub(super) practice: &'a OdsCode,
    pub(super) item: &'a Item,
    pub(super) items: &'a [&'a Item],
    pub(super) filled: &'a Filled,
    /// What is said of the template it was begun from.
    pub(super) used: Option<Markup>,
}

pub(super) fn form(view: &FormView<'_>) -> Sheet {
    let filled = view.filled;
    let beside = notices_href(view.practice).seg("last-day");
    let triggers = "change from:#served_on, input from:#period, change from:#period_unit";
    let sheet = Sheet::new(Section::Actions, "Record a notice")
        .back(&notices_href(view.practice), "Notices")
        .errors(&filled.errors);
    sheet.content(html! {
        (parts::lede(&html! { "A notice that you have served, its period and whom you told. Headroom works out the last day." }))
        @if let Some(used) = &view.used { (used) }
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
    })
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
    let hint = match view.item.notice_months {
        Some(1) => "1 month, as its national specification says.".to_owned(),
        Some(months) => format!("{months} months, as its national specification says."),
        None => "As the service’s own agreement says; 0 where none is needed.".to_owned(),
    };
    html! {
        (form::date(&filled.field("served_on", "Served on").required()))
        (form::number(
            &filled.field("period", "Notice period")
                .hint(&hint)
                .between(&0, &731)
                .required(),
        ))
        (form::select(&filled.field("period_unit", "Counted in"), &units))
    }
}

/// The last day of a period, where both can be read.
fn counted(served_on: &str, n: &str, unit: &str) -> Option<ReckonedDay> {
    let served_on = served_on.parse::<LocalDate>().ok()?;
    let period = NoticePeriod::new(n.trim().parse().ok()?, unit.parse().ok()?).ok()?;
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
        (form::radios(&filled.field("contract", "Agreement for the service").required(), &contracts))
        (form::radios(&filled.field("funded", "Is it paid for?"), &funded))
        (form::number(&filled.field("patients", "Patients affected, an estimate").hint("A number, or leave it empty.").between(&0, &PATIENTS_MOST)))
    }
}

fn decision(view: &FormView<'_>) -> Markup {
    let filled = view.filled;
    html! {
        (form::date(&filled.field("reply_due_on", "Reply due").hint("Shown in the diary until a reply is recorded.")))
        @for day in NotedDay::ALL { (form::date(&filled.field(day.code(), day.label()))) }
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
                p .hr-small { "Source: " (cited::sources(&position.source)) ". Checked " (position.checked_on.written()) ". Headroom keeps this text with your record." }
            }))
        }
    }
}
