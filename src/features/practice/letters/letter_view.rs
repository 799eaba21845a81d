//! The page of one letter: what it said, where it stands, what came back.

use entity::ids::LocalDate;
use maud::{Markup, html};
use uuid::Uuid;

use super::{
    view::{base, letter_href, version},
    write_view::{TEXT, Typed},
};
use crate::{
    domain::{
        letter::{
            self, FollowUp, Form, LONGEST_NOTE, ReplyState,
            book::{self, LetterKind, Writer},
        },
        transfer::{self, Transfer},
    },
    error::FieldError,
    href,
    store::letters::{Happened, Letter},
    ui::{
        form::{self, Button, Choice, Field},
        href::Href,
        parts, reply,
        sections::Section,
        sheet::Sheet,
    },
};

/// The id of the copy for the LMC.
const COPY: &str = "letter-copy";

/// What the page shows.
#[derive(Debug)]
pub(super) struct View<'a> {
    pub(super) letter: &'a Letter,
    pub(super) kind: &'static LetterKind,
    /// The items of the log that it is about, as they stand.
    pub(super) items: &'a [Transfer],
    pub(super) today: LocalDate,
    pub(super) saved: bool,
    pub(super) typed: Option<(&'a Typed, &'a [FieldError])>,
}

pub(super) fn letter(view: &View<'_>) -> Sheet {
    let practice = &view.letter.row.practice;
    let errors = view.typed.map_or(&[][..], |(_, errors)| errors);
    let stands = view.letter.standing(view.today);
    let sheet = Sheet::new(Section::Letters, &view.kind.title)
        .back(&base(practice), "Letters")
        .errors(errors)
        .done(view.saved.then_some("The letter is kept in the register."));
    sheet.content(html! {
        (parts::two_columns(
            &parts::panel("What it said", &text(view)),
            &html! {
                (parts::panel("Where it stands", &facts(view, stands)))
                @if stands != ReplyState::InError { (parts::panel("A reply came", &reply(view, errors))) (next(view, stands)) (mistake(view)) }
            },
        ))
    })
}

fn text(view: &View<'_>) -> Markup {
    let row = &view.letter.row;
    let here = letter_href(&row.practice, row.id);
    let paper = view.letter.paper(view.kind.form);
    html! {
        div .hr-lines #(TEXT) { (letter::plain_text(&paper)) }
        @if let Some(words) = letter::replaced_in_words(&paper.replaced()) { p .nhsuk-hint { (words) "." } }
        (parts::actions(&html! {
            (parts::copy_button(TEXT, "Copy the text"))
            @if view.kind.form != Form::Sms {
                (form::button_link(Button::Secondary, "PDF", &here.clone().seg("letter.pdf")))
                (form::button_link(Button::Secondary, "Word", &here.clone().seg("letter.docx")))
            }
            (form::button_link(Button::Secondary, "Plain text", &here.clone().seg("letter.txt")))
        }))
    }
}

fn facts(view: &View<'_>, stands: ReplyState) -> Markup {
    let row = &view.letter.row;
    let mut rows = vec![
        ("State", reply::tag(stands)),
        ("To", html! { (row.recipient) }),
        ("Sent", html! { (row.sent_on.written()) ", " (letter::way(&row.how)) }),
        ("Made from", html! { (version(&row.level, row.version)) }),
    ];
    if !view.items.is_empty() {
        let items = html! {
            @for item in view.items {
                a href=(href!("/practices").seg(&row.practice).seg("transfers").seg(item.says.id)) {
                    @if let Some(asked) = &item.says.asked { (asked) } @else { (item.says.came_on.short()) }
                } br;
            }
        };
        rows.push(("About", items));
    }
    if let Some(due) = row.reply_due_on {
        rows.push(("Reply due", html! { (due.written()) }));
    }
    html! {
        (parts::summary_list(&rows))
        @if !view.letter.events.is_empty() {
            ul .nhsuk-list { @for happened in view.letter.events.iter().rev() { li { (happened_words(happened)) } } }
        }
    }
}

fn happened_words(happened: &Happened) -> Markup {
    html! {
        (happened.event.words()) " " (happened.on.written())
        @if let Some(note) = &happened.note { ": " (note) }
    }
}

fn reply(view: &View<'_>, errors: &[FieldError]) -> Markup {
    let row = &view.letter.row;
    let today = view.today.to_string();
    let typed = |name| view.typed.map(|(typed, _)| typed.get(name));
    let chosen = typed("event").unwrap_or_default();
    let answers: Vec<Choice<'_>> =
        FollowUp::ANSWERS.iter().map(|one| Choice::new(one.as_str(), one.words(), chosen)).collect();
    let on = Field::new("happened_on", "Received on").value(typed("happened_on").unwrap_or(&today)).errors(errors);
    let note = Field::new("note", "What it said, in short")
        .hint("May stay empty. No patient data.")
        .value(typed("note").unwrap_or_default())
        .maxlength(LONGEST_NOTE)
        .errors(errors);
    html! {
        form method="post" action=(letter_href(&row.practice, row.id).seg("events")) novalidate {
            (form::hidden("id", &Uuid::now_v7().to_string()))
            @if view.kind.transfers.is_some_and(|about| about.step.is_some()) {
                (form::radios(&Field::new("event", "What came").value(typed("event").unwrap_or_default()).errors(errors), &answers))
            } @else {
                (form::hidden("event", FollowUp::Reply.as_str()))
            }
            (form::date(&on))
            (form::textarea(&note, 3))
            (form::button(Button::Primary, "Record the reply"))
        }
    }
}

/// What can be done next with the items, and the copy that names no patient.
fn next(view: &View<'_>, stands: ReplyState) -> Markup {
    let Some(step) = view.kind.transfers.and_then(|about| about.step) else { return html! {} };
    let practice = &view.letter.row.practice;
    let later = book::LetterBook::built_in().ok().map(|book| book.kinds.iter()).into_iter().flatten().filter(|kind| {
        let about = kind.transfers.filter(|about| about.by == Writer::Practice);
        about.and_then(|about| about.step).is_some_and(|later| later > step)
    });
    let names = view.items.iter().map(|item| item.says.lasting().to_string()).collect::<Vec<_>>().join(",");
    let links: Vec<(Href, &str)> = later
        .map(|kind| {
            (base(practice).seg("new").query("kind", &kind.code).query("transfers", &names), kind.title.as_str())
        })
        .collect();
    let copy = transfer::letter::copy_for_lmc(&view.letter.row.body);
    html! {
        @if !view.items.is_empty() && !links.is_empty() && !matches!(stands, ReplyState::Received(_)) {
            (parts::panel("If no answer comes", &html! {
                p { "The same items can go a step further. Each letter says what was written before." }
                (parts::links(&links))
            }))
        }
        @if copy != view.letter.row.body {
            (parts::details("The copy for your LMC", &html! {
                p { "It leaves out whatever could name a patient: send your LMC this one." }
                div .hr-lines #(COPY) { (view.letter.row.subject) "\n\n" (copy) }
                (parts::copy_button(COPY, "Copy the text for your LMC"))
            }))
        }
    }
}

fn mistake(view: &View<'_>) -> Markup {
    let row = &view.letter.row;
    parts::details(
        "This letter was recorded by mistake",
        &html! {
            p { "It stays in the register, marked as a mistake, and no reply is expected." }
            form method="post" action=(letter_href(&row.practice, row.id).seg("events")) novalidate {
                (form::hidden("id", &Uuid::now_v7().to_string()))
                (form::hidden("event", FollowUp::InError.as_str()))
                (form::button(Button::Secondary, "Mark it as a mistake"))
            }
        },
    )
}
