//! A provider as practices report it, with its replies beside it.

use entity::ids::{LocalDate, OrgCode};
use maud::{Markup, html};

use super::answers_view::answers;
use super::desk_view::{Reported, base, given_back, kinds, letter_href, singly};
use crate::{
    domain::{organisation::View, written::thousands},
    ui::{
        form::{self, Button},
        given_back::items,
        parts::{self, small},
        reply,
        sections::Section,
        sheet::Sheet,
        table::{numbers, table, words},
    },
};

pub(super) fn page(lmc: &OrgCode, reported: &Reported, organisations: &View, today: LocalDate) -> Sheet {
    let (desk, provider) = (&reported.desk, &reported.provider);
    let wide = html! {
        (parts::panel("What practices report", &figures(reported)))
        (parts::panel("Letters and replies", &replies(lmc, reported, today)))
        @if let Some(answers) = answers(lmc, desk) { (parts::panel("Answers on pathways", &answers)) }
        @if !desk.singly.is_empty() { (parts::panel("The newest items", &singly(desk, organisations))) }
    };
    let narrow = html! {
        (parts::panel("By month", &months(reported)))
        (parts::panel("By kind", &kinds(desk)))
        (parts::panel("Given back", &given_back(desk)))
    };
    let write = base(lmc).seg("letters").seg("new").query("provider", &provider.key);
    Sheet::new(Section::Transfers, &provider.name).back(&base(lmc), "Transferred work").content(html! {
        (parts::lede(&html! { "Reported by practices, unverified. No person of the provider is named, here or in what practices log." }))
        (parts::actions(&html! {
            (form::button_link(Button::Primary, "Write to its liaison or interface lead", &write.clone().query("kind", "transfer-joint")))
            (form::button_link(Button::Secondary, "Write to its chief executive", &write.clone().query("kind", "transfer-chief-executive")))
            (form::button_link(Button::Secondary, "Write to the ICB", &write.query("kind", "transfer-icb")))
        }))
        (parts::two_columns(&wide, &narrow))
    })
}

fn figures(reported: &Reported) -> Markup {
    let (desk, answering) = (&reported.desk, reported.answering);
    let practices = desk.by_provider.first().map_or(0, |line| line.practices);
    let rate = reported.patients.map(|patients| {
        let hundredths = u64::from(desk.items).saturating_mul(100_000).checked_div(patients).unwrap_or_default();
        format!(
            "{}.{:02} per 1,000 patients of the practices that opened their log",
            hundredths / 100,
            hundredths % 100
        )
    });
    let answered = match (answering.share(), answering.median_days) {
        (None, _) => "No practice wrote to it in this time".to_owned(),
        (Some(share), None) => format!("{} letters, {share}% answered", answering.letters),
        (Some(share), Some(days)) => {
            format!("{} letters, {share}% answered, half of the answers within {days} days", answering.letters)
        }
    };
    parts::summary_list(&[
        ("From", html! { (desk.period.0.written()) " to " (desk.period.1.written()) }),
        ("Items", html! { (items(desk.items)) ", from " (practices) " practices" }),
        ("For its size", html! { (rate.as_deref().unwrap_or("The numbers of patients are not all known")) }),
        ("Practices’ letters", html! { (answered) }),
    ])
}

fn replies(lmc: &OrgCode, reported: &Reported, today: LocalDate) -> Markup {
    let theirs: Vec<_> =
        reported.desk.letters.iter().filter(|one| one.letter.provider.key == reported.provider.key).collect();
    if theirs.is_empty() {
        return html! { p { "You have written nothing to it about this, and it has said nothing." } };
    }
    html! {
        @for one in theirs {
            div {
                p {
                    a href=(letter_href(lmc, one)) { (one.letter.subject) } ", " (one.letter.sent_on.written()) " "
                    (reply::tag(one.standing(today)))
                }
                @if let Some((event, on, note)) = one.reply() {
                    (parts::inset(&html! {
                        "The provider’s reply, " (on.written()) ": " (event.words().to_lowercase())
                        @if let Some(note) = note { ". " (note) }
                    }))
                } @else { p { (small("No reply is kept.")) } }
            }
        }
    }
}

fn months(reported: &Reported) -> Markup {
    let rows: Vec<Vec<Markup>> = reported
        .months
        .iter()
        .map(|(first, n)| vec![html! { (first.0.format("%B %Y")) }, html! { (thousands((*n).into())) }])
        .collect();
    table("Items by month, the present one so far", &[words("Month"), numbers("Items")], &rows)
}
