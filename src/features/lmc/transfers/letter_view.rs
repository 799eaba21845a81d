//! The form of a joint letter, and the letter with what came of it.

use entity::ids::{LocalDate, OrgCode};
use maud::{Markup, html};

use super::desk_view::base;
use crate::{
    domain::{
        letter::{self, FollowUp, Way, book::LetterKind},
        name::{ExampleText, Recipient},
        transfer::{ProviderRef, book::TransferBook, department, desk::JointLetter},
    },
    operations::send_joint_letter::LONGEST_LETTER,
    ui::{
        filled::Filled,
        form::{self, Button, Choice},
        given_back::items,
        parts, reply,
        sections::Section,
        sheet::Sheet,
    },
};

/// The id of the text that is copied.
const TEXT: &str = "letter-text";

pub(super) fn form(lmc: &OrgCode, kind: &LetterKind, provider: &ProviderRef, filled: &Filled) -> Sheet {
    let ways: Vec<Choice<'_>> =
        Way::ALL.iter().map(|way| Choice::new(way.as_str(), way.title(), filled.text("how"))).collect();
    Sheet::new(Section::Transfers, &kind.title).back(&base(lmc), "Transferred work").errors(&filled.errors).content(html! {
        (parts::lede(&html! {
            "About " (provider.name) ". Figures, duty and days are filled in from what practices opened to you; change anything. What stands between [ and ] is still to be written. Headroom sends nothing."
        }))
        form .hr-form method="post" action=(base(lmc).seg("letters")) novalidate {
            @for name in ["id", "kind", "provider", "department", "category", "from", "to"] { (form::hidden(name, filled.text(name))) }
            (form::text(&filled.field("recipient", "To").hint("A team or an office, never a person").maxlength(Recipient::MOST)))
            (form::textarea(&filled.field("text", "The letter").hint("The first line is the subject. No patient, and no person of the provider.").maxlength(LONGEST_LETTER), 24))
            (parts::copy_button("text", "Copy the text"))
            h2 { "After you have sent it" }
            (form::date(&filled.field("sent_on", "Sent on")))
            (form::radios(&filled.field("how", "Sent by"), &ways))
            (form::date(&filled.field("reply_due_on", "Reply due on").hint("Leave it empty where you expect none")))
            (form::button(Button::Primary, "Save as sent"))
        }
    })
}

/// A letter and what came of it.
#[derive(Debug)]
pub(super) struct OneView<'a> {
    pub(super) lmc: &'a OrgCode,
    pub(super) book: &'a TransferBook,
    pub(super) letter: &'a JointLetter,
    pub(super) filled: &'a Filled,
    pub(super) today: LocalDate,
    pub(super) saved: bool,
}

pub(super) fn one(view: &OneView<'_>) -> Sheet {
    let (letter, filled) = (&view.letter.letter, view.filled);
    let sheet = Sheet::new(Section::Transfers, &letter.subject)
        .back(&base(view.lmc), "Transferred work")
        .errors(&filled.errors)
        .done(view.saved.then_some("Saved. Every practice that told of it reads what came."));
    sheet.content(html! {
        (parts::two_columns(
            &parts::panel("What it said", &html! {
                div .hr-lines #(TEXT) { (letter.subject) "\n\n" (letter.body) }
                (parts::actions(&parts::copy_button(TEXT, "Copy the text")))
            }),
            &html! {
                (parts::panel("Where it stands", &facts(view)))
                (parts::panel("What came", &came(view)))
            },
        ))
    })
}

fn facts(view: &OneView<'_>) -> Markup {
    let letter = &view.letter.letter;
    let kind = letter.category.as_deref().map(|code| view.book.category(code).map_or(code, |kind| &kind.label));
    let what = [department::name(letter.department.as_deref()), kind].into_iter().flatten().collect::<Vec<_>>();
    let mut rows = vec![
        ("State", reply::tag(view.letter.standing(view.today))),
        ("Provider", html! { (letter.provider.name) }),
        ("About", html! { (if what.is_empty() { "All its work".to_owned() } else { what.join(", ") }) }),
        (
            "Counted",
            html! {
                (items(letter.items)) " from " (letter.practices) " practices, " (letter.from.short()) " to " (letter.to.short())
            },
        ),
        ("To", html! { (letter.recipient) }),
        ("Sent", html! { (letter.sent_on.written()) ", " (letter::way(letter.how.as_str())) }),
    ];
    if let Some(step) = view.book.step(letter.step) {
        rows.push(("Step", html! { (step.step) ": " (step.to) }));
    }
    html! {
        (parts::summary_list(&rows))
        @if !view.letter.events.is_empty() {
            ul .nhsuk-list {
                @for (event, on, note) in view.letter.events.iter().rev() {
                    li { (event.words()) " " (on.written()) @if let Some(note) = note { ": " (note) } }
                }
            }
        }
    }
}

fn came(view: &OneView<'_>) -> Markup {
    let filled = view.filled;
    let mut answers: Vec<FollowUp> = FollowUp::ANSWERS.to_vec();
    answers.push(FollowUp::InError);
    let label =
        |one: &FollowUp| if *one == FollowUp::InError { "This letter was kept by mistake" } else { one.words() };
    let choices: Vec<Choice<'_>> =
        answers.iter().map(|one| Choice::new(one.as_str(), label(one), filled.text("event"))).collect();
    html! {
        form method="post" action=(base(view.lmc).seg("letters").seg(view.letter.letter.id)) novalidate {
            (form::hidden("id", filled.text("id")))
            (form::radios(&filled.field("event", "What came"), &choices))
            (form::date(&filled.field("happened_on", "On")))
            (form::textarea(&filled.field("note", "What was agreed, or what they said").hint("Every practice that told of it reads this. No person, no patient.").maxlength(ExampleText::MOST), 3))
            (form::button(Button::Primary, "Save what came"))
        }
    }
}
