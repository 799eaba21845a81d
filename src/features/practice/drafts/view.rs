//! The drafts, as a page: each as a table to check and as text to copy.

use entity::ids::{LocalDate, OdsCode};
use maud::{Markup, html};

use super::text_view::{self as text, About};
use crate::{
    domain::{
        calendar,
        catalogue::Item,
        draft::{self, DayDraft, ItemDraft},
        limit::Headroom,
    },
    href,
    ui::{
        figures::left_and_counted,
        form::{self, Button, Field},
        href::Href,
        parts::{self, small},
        sections::Section,
        sheet::Sheet,
        table::{numbers, table, words},
    },
};

/// Weeks that can be looked at: clinicians' days are folded after 13.
pub(super) const WEEKS_BACK: u64 = 11;

/// What the page shows.
#[derive(Debug)]
pub(super) struct View<'a> {
    pub(super) about: &'a About,
    pub(super) days: &'a [DayDraft],
    pub(super) edition: &'a str,
    pub(super) items: &'a [ItemDraft<'a>],
    pub(super) left_out: &'a [&'a Item],
}

fn home(practice: &OdsCode) -> Href {
    href!("/practices").seg(practice).seg("drafts")
}

pub(super) fn page(view: &View<'_>) -> Sheet {
    let week = href!("/practices").seg(&view.about.practice);
    let sheet = Sheet::new(Section::ThisWeek, "Drafts")
        .back(&week, "This week")
        .heading("Drafts for returns you type elsewhere");
    sheet.content(html! {
        (parts::lede(&html! { "Made from your counts and your register. Check them, then copy them or save them as a file. Nothing is sent anywhere." }))
        (week_panel(view))
        (survey_panel(view))
    })
}

fn week_panel(view: &View<'_>) -> Markup {
    let about = view.about;
    let rows: Vec<Vec<Markup>> = view.days.iter().map(day).collect();
    let columns = [
        words("Day"),
        numbers("Contacts"),
        numbers("Over"),
        numbers("Limit"),
        numbers("Left"),
        words("State as measured"),
        numbers("Sessions"),
        numbers("Appointments attended"),
    ];
    let total = draft::week_total(view.days);
    let state = total.and_then(|sum| sum.headroom());
    let file = home(&about.practice).seg("week.csv").query("week", about.monday);
    let text = text::week(about, view.days);
    parts::panel(
        "The week, in the shape of a weekly pressure return (GPAS)",
        &html! {
            p { (format!("Week from {} to {}.", about.monday.written(), about.friday().written())) " " (other_weeks(about)) }
            @match (total, state) {
                (Some(sum), Some(state)) => {
                    p { strong { (state.pressure()) " this week: " (left_and_counted(sum)) } " on the days with a count." }
                },
                _ => { p { "Nobody has a count this week: the state is left blank." } },
            }
            (table("The week, day by day", &columns, &rows))
            p .hr-small { (text::rule()) " An empty cell is a figure that Headroom does not have: fill it in where you type the return." }
            (copied("week", "The week as text", &text, 13))
            (parts::actions(&html! {
                (parts::copy_button("week", "Copy the week"))
                (form::button_link(Button::Secondary, "Save the week as CSV", &file))
            }))
        },
    )
}

fn day(day: &DayDraft) -> Vec<Markup> {
    let figure = |n: Option<String>| html! { @if let Some(n) = n { (n) } };
    let sum = day.contacts;
    vec![
        html! { (day.on.0.format("%a %-d %b").to_string()) },
        html! {
            (figure(sum.map(|sum| sum.counted.to_string())))
            @if day.so_far && sum.is_some() { " " (small("so far")) }
        },
        figure(sum.map(|sum| sum.over.to_string())),
        figure(sum.map(|sum| sum.limit.to_string())),
        figure(sum.map(|sum| sum.left().to_string())),
        html! { (day.headroom().map_or("", Headroom::pressure)) },
        figure(day.half_sessions.map(text::sessions)),
        figure(day.appointments.map(|n| n.to_string())),
    ]
}

fn other_weeks(about: &About) -> Markup {
    let this = calendar::monday(about.today);
    let link = |monday: LocalDate| home(&about.practice).query("week", monday);
    let before = about.monday.minus_days(7);
    html! {
        @if before >= this.minus_days(7 * WEEKS_BACK) { a href=(link(before)) { "The week before" } }
        @if about.monday < this { " " a href=(home(&about.practice)) { "This week" } }
    }
}

fn survey_panel(view: &View<'_>) -> Markup {
    let about = view.about;
    let rows: Vec<Vec<Markup>> = view
        .items
        .iter()
        .map(|draft| {
            vec![
                html! { (draft.item.title) },
                html! { (draft.answer.words()) @for said in &draft.recorded { br; (small(said)) } },
            ]
        })
        .collect();
    let left_out: Vec<&str> = view.left_out.iter().map(|item| item.title.as_str()).collect();
    let columns = [words("Item"), words("Answer, and what is recorded")];
    let text = text::survey(about, view.edition, view.items);
    parts::panel(
        "The menu, in the shape of a survey (BMA)",
        &html! {
            p { (format!("As recorded on {}, menu {}.", about.today.written(), view.edition)) }
            (table("Each item of the menu", &columns, &rows))
            p .hr-small { (text::ANSWERS) }
            @if !left_out.is_empty() {
                p .hr-small { "Left out, because it conflicts with the contract on this day and stays in your own history: " (left_out.join("; ")) "." }
            }
            (copied("survey", "The answers as text", &text, 14))
            (parts::actions(&html! {
                (parts::copy_button("survey", "Copy the answers"))
                (form::button_link(Button::Secondary, "Save the answers as CSV", &home(&about.practice).seg("survey.csv")))
            }))
        },
    )
}

/// Text to be selected and copied; it cannot be changed here.
fn copied(id: &str, label: &str, text: &str, rows: u8) -> Markup {
    form::readonly_textarea(&Field::new(id, label).value(text), rows)
}
