//! Limits and rota as a page: values in, markup out.

use maud::{Markup, html};
use uuid::Uuid;

use super::{
    rota_view,
    shown_view::{Limits, base, label},
};
use crate::{
    domain::{
        limit::{self, Rule, SetBy, Worked},
        staff::StaffGroup,
    },
    ui::{
        form::{self, Button, Choice, Field, Width},
        parts,
        sections::Section,
        sheet::Sheet,
        table::{numbers, table, words},
    },
};

/// Groups for whom a limit can be set in one go: those who come and go.
pub(super) const GROUPS: [StaffGroup; 2] = [StaffGroup::Registrar, StaffGroup::Locum];
/// The whole page.
pub(super) fn limits(page: &Limits) -> Sheet {
    let now = limit::limit_on(&page.rules, None, page.today, Worked::FULL_DAY);
    let sheet = Sheet::new(Section::Capacity, "Limits and rota")
        .back(&base(page).seg("capacity"), "Capacity")
        .errors(&page.errors)
        .done(page.saved);
    sheet.content(html! {
        (parts::lede(&html! {
            "UEMO and the BMA call 25 contacts a day the safe maximum; a single session is about 13. "
            @if now.set_by == SetBy::Recommended { "Your practice has not set a limit of its own. " }
            @else { "Your practice’s limit is " (now.contacts) ". " }
            "A limit informs. It never stops anyone."
        }))
        (rota_view::panel(page))
        div .hr-two {
            (parts::panel("Limits", &history(page)))
            (parts::panel("Set a limit", &limit_form(page)))
        }
    })
}

fn limit_form(page: &Limits) -> Markup {
    let on = |worked| limit::limit_on(&page.rules, None, page.today, worked).contacts;
    let chosen = page.typed("whose", String::new());
    let ids: Vec<String> = page.clinicians.iter().map(|row| row.id.to_string()).collect();
    let groups = GROUPS.map(|group| (group.code(), format!("Every {}", group.title().to_lowercase())));
    let mut choices = vec![Choice::new("", "Everyone", &chosen)];
    choices.extend(groups.iter().map(|(code, title)| Choice::new(code, title, &chosen)));
    let people = ids.iter().zip(&page.clinicians);
    choices.extend(people.map(|(id, row)| Choice::new(id, &row.label, &chosen)));
    let values = [
        page.typed("full_day", on(Worked::FULL_DAY).to_string()),
        page.typed("one_session", on(Worked::ONE_SESSION).to_string()),
        page.typed("duty_day", String::new()),
        page.typed("effective_on", page.today.to_string()),
        page.typed("last_on", String::new()),
    ];
    let [full_day, one_session, duty_day, from, last_on] = &values;
    let number = |name, label, hint, value| {
        let field = Field::new(name, label).value(value).errors(&page.errors);
        form::number(&field.hint(hint).inputmode("numeric").between(&1, &100).width(Width::Four))
    };
    html! {
        form method="post" action=(base(page).seg("limits")) novalidate {
            (form::hidden("id", &Uuid::now_v7().to_string()))
            (form::select(&Field::new("whose", "For whom").errors(&page.errors), &choices))
            (number("full_day", "Contacts in a full day", "Two sessions or more", full_day.as_str()))
            (number("one_session", "Contacts in one session", "Half a session is half of it", one_session.as_str()))
            (number("duty_day", "On a duty doctor’s day (optional)", "A duty day is often counted as 10 consultations plus triage", duty_day.as_str()))
            (form::date(&Field::new("effective_on", "From").value(from).errors(&page.errors)))
            (form::date(&Field::new("last_on", "Last day (optional)").hint("For a limit of some days only").value(last_on).errors(&page.errors)))
            (form::button(Button::Primary, "Set the limit"))
        }
    }
}

/// Newest first.
fn history(page: &Limits) -> Markup {
    if page.rules.limits.is_empty() {
        return html! { p { "None set. Screens show 25, marked as the recommended maximum." } };
    }
    let mut rules: Vec<&Rule> = page.rules.limits.iter().collect();
    rules.sort_by_key(|rule| std::cmp::Reverse((rule.effective_on, rule.recorded_at)));
    let rows: Vec<Vec<Markup>> = rules
        .into_iter()
        .map(|rule| {
            vec![
                html! { (label(page, rule.clinician)) },
                html! { (rule.full_day) },
                html! { (rule.one_session) },
                html! { @if let Some(duty) = rule.duty_day { (duty) } @else { "–" } },
                html! {
                    "From " (rule.effective_on.written())
                    @if let Some(last) = rule.last_on { " to " (last.written()) }
                },
            ]
        })
        .collect();
    table(
        "Limits, newest first",
        &[words("For whom"), numbers("Full day"), numbers("One session"), numbers("Duty day"), words("When")],
        &rows,
    )
}
