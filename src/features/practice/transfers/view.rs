//! A practice's transferred work: what came in a month, from whom, and what sending it back gave.

use std::collections::BTreeMap;

use entity::ids::{LocalDate, OdsCode};
use maud::{Markup, html};

use crate::{
    domain::{
        transfer::{
            GivenBack, ProviderRef, Transfer, TransferOutcome,
            book::{Category, TransferBook},
            department,
        },
        written::thousands,
    },
    href,
    ui::{
        form::{self, Button},
        href::Href,
        parts::{self, TagKind, small},
        sections::Section,
        sheet::Sheet,
        table::{numbers, table, words},
    },
};

/// A calendar month and what came in it.
#[derive(Debug)]
pub(super) struct Month<'a> {
    pub(super) practice: &'a OdsCode,
    pub(super) book: &'a TransferBook,
    /// Its first day.
    pub(super) first: LocalDate,
    /// Its last day that has come.
    pub(super) last: LocalDate,
    /// The newest first.
    pub(super) items: &'a [Transfer],
    /// Whether there is a later month.
    pub(super) is_running: bool,
    /// An entry was just saved.
    pub(super) saved: bool,
}

pub(super) fn base(practice: &OdsCode) -> Href {
    href!("/practices").seg(practice).seg("transfers")
}

/// "Clinic letter", or the code of a kind that the book no longer has.
pub(super) fn kind<'a>(book: &'a TransferBook, code: &'a str) -> &'a str {
    book.category(code).map_or(code, |category: &Category| category.label.as_str())
}

/// "Wyrevale Infirmary, cardiology".
pub(super) fn sender(provider: &ProviderRef, department: Option<&str>) -> String {
    match department::name(department) {
        Some(name) => format!("{}, {}", provider.name, name),
        None => provider.name.clone(),
    }
}

fn tag_of(outcome: TransferOutcome) -> TagKind {
    match outcome {
        TransferOutcome::Returned | TransferOutcome::Declined => TagKind::Run,
        TransferOutcome::Agreed => TagKind::Quiet,
        TransferOutcome::DoneUrgent | TransferOutcome::DoneOther => TagKind::Soon,
    }
}

pub(super) fn month(view: &Month<'_>) -> Sheet {
    let base = base(view.practice);
    let n = view.items.len();
    let wide = parts::panel("What came", &entries(view));
    let narrow = html! {
        (parts::panel("Given back", &given_back(view)))
        (parts::panel("By provider", &by_provider(view.items)))
        (parts::panel("By kind", &by_kind(view)))
        (parts::panel("Who sees this", &html! {
            p { "Only your practice. Neither your LMC nor the ICB sees these items." }
        }))
    };
    let to = |day: LocalDate| base.clone().query("month", day.0.format("%Y-%m"));
    let before = to(view.first.minus_days(1));
    let after = (!view.is_running).then(|| to(view.last.plus_days(1)));
    let sheet = Sheet::new(Section::Transfers, "Transferred work").done(view.saved.then_some("The item is logged."));
    sheet.content(html! {
        (parts::lede(&html! {
            (view.first.0.format("%B %Y")) ", to " (view.last.long()) " · " (n) @if n == 1 { " item" } @else { " items" }
        }))
        (parts::actions(&html! {
            (form::button_link(Button::Primary, "Log an item", &base.clone().seg("new")))
            @if n > 0 {
                (form::button_link(Button::Secondary, "Download", &base.clone().seg("csv").query("month", view.first.0.format("%Y-%m"))))
            }
        }))
        (parts::two_columns(&wide, &narrow))
        (parts::pagination(
            Some((&before, "The month before")),
            after.as_ref().map(|href| (href, "The month after")),
        ))
    })
}

fn entries(view: &Month<'_>) -> Markup {
    if view.items.is_empty() {
        return html! {
            p { "Nothing is logged in this month. When a hospital or another provider asks for work that is not yours, log it here: it takes half a minute." }
        };
    }
    let rows: Vec<Vec<Markup>> = view
        .items
        .iter()
        .map(|item| {
            let says = &item.says;
            let label = kind(view.book, &says.category);
            vec![
                html! {
                    a href=(base(view.practice).seg(says.id)) {
                        @if let Some(asked) = &says.asked { (asked) } @else { (label) }
                    }
                    br; (small(&sender(&says.provider, says.department.as_deref())))
                    br; (small(&about(label, says.reason.as_deref())))
                },
                parts::tag(tag_of(says.outcome), says.outcome.short_label()),
                html! { (says.came_on.0.format("%-d %b")) },
            ]
        })
        .collect();
    table("Items, the newest first", &[words("What was asked"), words("What you did"), numbers("Came on")], &rows)
}

/// The sum of a month, with how it is worked out.
pub(super) fn sum(items: &[Transfer]) -> GivenBack {
    let mut sum = GivenBack::default();
    for item in items {
        sum.add(item.says.outcome, item.says.minutes);
    }
    sum
}

fn given_back(view: &Month<'_>) -> Markup {
    let (sum, slot) = (sum(view.items), view.book.slot_minutes);
    html! {
        p .hr-figure { strong { (thousands(sum.appointments(slot))) } " appointments of " (slot) " minutes" }
        p {
            (small(&format!(
                "{} minutes of clinicians on {} items declined or returned, divided by {slot}.",
                thousands(sum.clinicians),
                sum.items
            )))
            @if let Some(median) = sum.median() { (small(&format!(" Median {median} minutes an item."))) }
        }
        p { "Administration on them: " (hours(sum.admin)) "." }
        p { "Done anyway, and lost: " (sum.lost_appointments(slot)) " appointments on " (sum.done_items) " items." }
        (parts::details("How this is worked out", &html! { p { (view.book.method) } }))
    }
}

/// "Clinic letter: late".
fn about(kind: &str, reason: Option<&str>) -> String {
    reason.map_or_else(|| kind.to_owned(), |reason| format!("{kind}: {reason}"))
}

/// "14 hours", or minutes below an hour.
fn hours(minutes: u64) -> String {
    match minutes / 60 {
        0 => format!("{minutes} minutes"),
        1 => "1 hour".to_owned(),
        hours => format!("{hours} hours"),
    }
}

fn counted<K: Ord>(items: impl Iterator<Item = K>) -> Vec<(K, usize)> {
    let mut all: BTreeMap<K, usize> = BTreeMap::new();
    for item in items {
        let n = all.entry(item).or_default();
        *n = n.saturating_add(1);
    }
    let mut all: Vec<(K, usize)> = all.into_iter().collect();
    all.sort_by_key(|(_, n)| std::cmp::Reverse(*n));
    all
}

fn by_provider(items: &[Transfer]) -> Markup {
    let all = counted(items.iter().map(|item| item.says.provider.name.as_str()));
    let rows: Vec<Vec<Markup>> = all.iter().map(|(name, n)| vec![html! { (name) }, html! { (n) }]).collect();
    table("Items by provider", &[words("Provider"), numbers("Items")], &rows)
}

fn by_kind(view: &Month<'_>) -> Markup {
    let all = counted(view.items.iter().map(|item| kind(view.book, &item.says.category)));
    let rows: Vec<Vec<Markup>> = all.iter().map(|(name, n)| vec![html! { (name) }, html! { (n) }]).collect();
    table("Items by kind", &[words("Kind"), numbers("Items")], &rows)
}
