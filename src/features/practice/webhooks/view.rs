//! Webhooks of a practice, as markup.

use entity::ids::OdsCode;
use maud::{Markup, html};
use uuid::Uuid;

use crate::{
    domain::{
        calendar,
        webhook::{MOST_WEBHOOKS, WebhookEvent},
    },
    error::FieldError,
    exchange::webhook::{LONGEST_ADDRESS, Unanswered},
    href,
    store::webhooks::{MOST_WAITING, MessageState, WebhookMessageRow, WebhookRow, is_told},
    ui::{
        form::{self, Button, Choice, Field},
        key_link::webhooks_of,
        parts::{self, TagKind, small, tag},
        sections::Section,
        sheet::Sheet,
        table::{table, words},
    },
};

/// What was made a moment ago.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Made {
    Nothing,
    /// A webhook, whose secret is shown this once.
    Secret(String),
    /// The form was sent again, later or by somebody else.
    Before,
}

/// What was typed into the form.
#[derive(Debug)]
pub(super) struct Typed {
    pub(super) id: String,
    pub(super) address: String,
    pub(super) events: Vec<WebhookEvent>,
}

impl Default for Typed {
    /// All that there is to be told.
    fn default() -> Self {
        Self { id: String::new(), address: String::new(), events: WebhookEvent::CHOICES.to_vec() }
    }
}

/// A webhook on the list.
#[derive(Debug)]
pub(super) struct Shown {
    pub(super) row: WebhookRow,
    /// The last messages, the newest first.
    pub(super) last: Vec<WebhookMessageRow>,
    /// How many wait.
    pub(super) waiting: u64,
}

/// The page.
#[derive(Debug)]
pub(super) struct Page<'a> {
    pub(super) practice: &'a OdsCode,
    pub(super) held: &'a [Shown],
    pub(super) made: &'a Made,
    pub(super) typed: &'a Typed,
    pub(super) errors: &'a [FieldError],
}

pub(super) fn webhooks(page: &Page<'_>) -> Sheet {
    let again = "This webhook was made before and its secret cannot be shown again. End it and make another one if nobody copied it.";
    let again = (*page.made == Made::Before).then_some(again);
    let people = href!("/practices").seg(page.practice).seg("people");
    Sheet::new(Section::People, "Webhooks").back(&people, "People").errors(page.errors).done(again).content(html! {
        (parts::lede(&html! {
            "Headroom tells a program of your practice as soon as something happens: it sends a signed message to an address "
            "that you name. A message names no person and has no count. " a href="/api#webhooks" { "How a program checks it" }
        }))
        (parts::two_columns(
            &html! {
                @if let Made::Secret(secret) = page.made { (parts::panel("Your new secret", &fresh(secret))) }
                @if page.held.is_empty() { (parts::panel("Webhooks", &html! { p { "No webhook yet." } })) }
                @for shown in page.held { (one(page, shown)) }
            },
            &parts::panel("Make a webhook", &make(page)),
        ))
    })
}

fn fresh(secret: &str) -> Markup {
    html! {
        p { "Your program needs this secret to check that a message is Headroom’s. Copy it now: it is shown only this once." }
        p { code #new-secret .hr-code { (secret) } }
        (parts::copy_button("new-secret", "Copy the secret"))
    }
}

/// The address without what may be a secret of its own.
fn shown_address(address: &str) -> String {
    match address.split_once('?') {
        Some((before, _)) => format!("{before}?…"),
        None => address.to_owned(),
    }
}

fn one(page: &Page<'_>, shown: &Shown) -> Markup {
    let row = &shown.row;
    let of = webhooks_of(page.practice).seg(row.id);
    let address = shown_address(&row.address);
    let told: Vec<&str> =
        WebhookEvent::CHOICES.into_iter().filter(|event| is_told(row, *event)).map(WebhookEvent::title).collect();
    parts::panel(
        crate::domain::webhook::host(&row.address),
        &html! {
            p { code .hr-code { (address) } }
            @if let Some(at) = row.stopped_at {
                (parts::inset(&html! {
                    p { (tag(TagKind::Soon, "Given up")) " " (calendar::london(at)) ": the program took nothing for a day, or said that it is gone. It is told nothing now." }
                }))
            }
            p { "Told when: " (told.join("; ")) "." br; (small(&format!("made {}", calendar::london_day(row.created_at).short()))) }
            (parts::actions(&html! {
                @if row.stopped_at.is_some() {
                    form method="post" action=(of.clone().seg("start")) { (form::small_button("Tell it again", &address)) }
                } @else {
                    form method="post" action=(of.clone().seg("test")) {
                        (form::hidden("id", &Uuid::now_v7().to_string()))
                        (form::small_button("Send a test", &address))
                    }
                }
                form method="post" action=(of.clone().seg("revoke")) { (form::small_button("End", &address)) }
            }))
            (log(shown))
        },
    )
}

fn log(shown: &Shown) -> Markup {
    if shown.last.is_empty() {
        return html! { p { "Nothing was told yet." } };
    }
    let rows: Vec<Vec<Markup>> = shown.last.iter().map(line).collect();
    let columns = [words("What"), words("When"), words("What came of it")];
    html! {
        (table("Last messages, the newest first", &columns, &rows))
        @if shown.waiting > 0 {
            p { (small(&format!("{} waiting. A message is tried again for a day, ever more seldom.", shown.waiting))) }
        }
        @if shown.waiting >= MOST_WAITING {
            p { (small("So many wait that newer ones are left out.")) }
        }
    }
}

fn line(row: &WebhookMessageRow) -> Vec<Markup> {
    let title = WebhookEvent::of(&row.event).map_or("Something else", WebhookEvent::title);
    vec![html! { (title) }, html! { (calendar::london(row.queued_at)) }, html! { (came(row)) }]
}

fn came(row: &WebhookMessageRow) -> Markup {
    let (kind, word) = match MessageState::of(row) {
        MessageState::Delivered => (TagKind::Run, "Taken"),
        MessageState::Waiting if row.attempts == 0 => (TagKind::Quiet, "Waiting"),
        MessageState::Waiting => (TagKind::Soon, "Not taken yet"),
        MessageState::GivenUp => (TagKind::Paused, "Given up"),
        MessageState::Ended => (TagKind::Quiet, "Not told"),
    };
    let said = match (row.answered, row.failure.as_deref()) {
        (Some(status), _) => Some(format!("status {status}")),
        (None, Some(failure)) => Some(Unanswered::says(failure).to_owned()),
        (None, None) => None,
    };
    let took = row.took_ms.filter(|_| row.answered.is_some()).map(|ms| format!("{ms} ms"));
    let tries = (row.attempts > 1).then(|| format!("{} tries", row.attempts));
    let waits = MessageState::of(row) == MessageState::Waiting && row.attempts > 0;
    let next = waits.then(|| format!("next {}", calendar::london(row.next_at)));
    let facts: Vec<String> = [said, took, tries, next].into_iter().flatten().collect();
    html! { (tag(kind, word)) @if !facts.is_empty() { br; (small(&facts.join(", "))) } }
}

fn make(page: &Page<'_>) -> Markup {
    let (typed, errors) = (page.typed, page.errors);
    if page.held.len() >= MOST_WEBHOOKS && errors.is_empty() {
        return html! { p { "There are " (MOST_WEBHOOKS) " webhooks, which is the most. End one to make another." } };
    }
    let events: Vec<Choice<'_>> = WebhookEvent::CHOICES
        .into_iter()
        .map(|event| {
            let choice = Choice::new(event.code(), event.title(), "").hint(hint(event));
            Choice { chosen: typed.events.contains(&event), ..choice }
        })
        .collect();
    let address = Field::new("address", "Address of your program")
        .hint("Such as https://example.org/headroom")
        .value(&typed.address)
        .maxlength(LONGEST_ADDRESS)
        .autocomplete("off")
        .errors(errors);
    let kind = if *page.made == Made::Nothing { Button::Primary } else { Button::Secondary };
    html! {
        form method="post" action=(webhooks_of(page.practice)) novalidate {
            (form::hidden("id", &Uuid::now_v7().to_string()))
            (form::text(&address))
            (form::checkboxes(&Field::new("events", "What it is told").errors(errors), &events))
            (form::button(kind, "Make a webhook"))
        }
        p { (small(&format!("At most {MOST_WEBHOOKS}. Whoever can read what your program keeps knows what it was told."))) }
    }
}

fn hint(event: WebhookEvent) -> &'static str {
    match event {
        WebhookEvent::LimitReached => {
            "Once a day, when three or more clinicians were counted and all of them are at their limit"
        }
        WebhookEvent::StatusChanged => "Item, status and day; never what you are only thinking about",
        WebhookEvent::DivertStarted | WebhookEvent::DivertEnded | WebhookEvent::Test => {
            "When somebody presses the button"
        }
    }
}
