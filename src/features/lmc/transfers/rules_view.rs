//! The page of what an LMC says of transferred work in its area.

use entity::ids::{LocalDate, OrgCode, RowId};
use maud::{Markup, html};

use super::desk_view::base;
use crate::{
    domain::{
        name::{Clause, DutyText, ExamplePlace, ExampleText, Instrument, ProviderName, Recipient, Source},
        transfer::{
            book::TransferBook,
            desk::{GoodExample, LocalDuty, TransferRoute},
        },
    },
    ui::{
        filled::Filled,
        form::{self, Button, Choice},
        parts::{self, small},
        sections::Section,
        sheet::Sheet,
        table::{numbers, table, words},
    },
};

/// Which of the three forms was sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Which {
    Route,
    Duty,
    Example,
}

/// What the page shows.
#[derive(Debug)]
pub(super) struct RulesView<'a> {
    pub(super) lmc: &'a OrgCode,
    pub(super) book: &'a TransferBook,
    pub(super) routes: &'a [TransferRoute],
    pub(super) duties: &'a [LocalDuty],
    pub(super) examples: &'a [GoodExample],
    pub(super) today: LocalDate,
    /// The form that could not be taken, with what was typed.
    pub(super) sent: Option<Which>,
    pub(super) filled: &'a Filled,
    /// Ids of the three forms.
    pub(super) fresh: [String; 3],
    pub(super) saved: bool,
}

impl RulesView<'_> {
    /// What a form shows: what was typed into it, or nothing.
    fn of(&self, which: Which) -> Filled {
        if self.sent == Some(which) {
            return self.filled.clone();
        }
        let [route, duty, example] = &self.fresh;
        let id = match which {
            Which::Route => route,
            Which::Duty => duty,
            Which::Example => example,
        };
        Filled::fresh([("id", id.clone()), ("valid_from", self.today.to_string())])
    }
}

pub(super) fn page(view: &RulesView<'_>) -> Sheet {
    let title = "Whom practices write to, duties, good examples";
    Sheet::new(Section::Transfers, title)
        .back(&base(view.lmc), "Transferred work")
        .errors(&view.filled.errors)
        .done(view.saved.then_some("Saved. Your practices use it from now on."))
        .content(html! {
            (parts::lede(&html! { "Your practices’ letters take their recipient, their duties and their examples from here." }))
            (parts::panel("Whom practices write to", &routes(view)))
            (parts::panel("Duties of your area", &duties(view)))
            (parts::panel("Good examples", &examples(view)))
        })
}

fn kinds<'a>(book: &'a TransferBook, none: &'a str, chosen: &str) -> Vec<Choice<'a>> {
    let mut kinds = vec![Choice::new("", none, chosen)];
    kinds.extend(book.categories.iter().map(|kind| Choice::new(&kind.code, &kind.label, chosen)));
    kinds
}

fn kind<'a>(book: &'a TransferBook, code: Option<&'a str>) -> &'a str {
    code.map_or("Every kind", |code| book.category(code).map_or(code, |kind| &kind.label))
}

fn routes(view: &RulesView<'_>) -> Markup {
    let filled = view.of(Which::Route);
    let field = |name, label| filled.field(name, label);
    // The last of those that are about the same.
    let holds = |at: usize, one: &TransferRoute| {
        let mut later = view.routes.iter().skip(at.saturating_add(1));
        !later.any(|other| other.provider == one.provider && other.category == one.category)
    };
    let rows: Vec<Vec<Markup>> = view
        .routes
        .iter()
        .enumerate()
        .filter(|(at, one)| holds(*at, one))
        .map(|(_, route)| {
            let provider = route.provider.as_ref().map_or("Every provider", |one| one.name.as_str());
            let whom = match (route.first_step, &route.recipient) {
                (2, _) => "You, first",
                (_, Some(recipient)) => recipient.as_str(),
                (_, None) => "Whoever sent it",
            };
            vec![
                html! { (provider) br; (small(kind(view.book, route.category.as_deref()))) },
                html! {
                    (whom)
                    @if route.harm { br; (small("Harm is reported elsewhere: said")) }
                    @if route.shown_singly { br; (small("Each item stands on your desk")) }
                },
                html! { @if let Some(days) = route.reply_within { (days) " working days" } },
            ]
        })
        .collect();
    let steps = [
        Choice::new("1", "Practices write to the provider first", filled.text("first_step")),
        Choice::new("2", "Practices bring it to you first", filled.text("first_step")),
    ];
    html! {
        @if rows.is_empty() { p { "Letters go to whoever sent the work, and each kind has its usual time to answer." } }
        @else { (table("Whom practices write to", &[words("About"), words("To"), numbers("Answer within")], &rows)) }
        (parts::details("Say whom practices write to", &html! {
            form .hr-form method="post" action=(base(view.lmc).seg("rules").seg("route")) novalidate {
                (form::hidden("id", filled.text("id")))
                (form::text(&field("provider", "Provider").hint("Its name or ODS code; empty for every one").maxlength(ProviderName::MOST)))
                (form::select(&field("category", "Kind of work"), &kinds(view.book, "Every kind", filled.text("category"))))
                (form::text(&field("recipient", "To whom").hint("A team or an office, never a person; empty for whoever sent it").maxlength(Recipient::MOST)))
                (form::number(&field("reply_within", "Answered within, in working days").between(&1, &120)))
                (form::radios(&field("first_step", "Where it begins"), &steps))
                (form::checkbox(&field("harm", "Somebody may come to harm: say that this is reported elsewhere"), "yes", filled.ticked("harm")))
                (form::checkbox(&field("shown_singly", "Show me each item, not only what repeats"), "yes", filled.ticked("shown_singly")))
                (form::button(Button::Primary, "Save"))
            }
        }))
    }
}

/// The form that makes an entry count no longer.
fn take_back(view: &RulesView<'_>, path: &str, id: RowId, what: &str) -> Markup {
    html! {
        form method="post" action=(base(view.lmc).seg("rules").seg(path)) {
            (form::hidden("id", &uuid::Uuid::now_v7().to_string()))
            (form::hidden("takes_back", &id.to_string()))
            (form::small_button("Take it back", what))
        }
    }
}

fn duties(view: &RulesView<'_>) -> Markup {
    let filled = view.of(Which::Duty);
    let field = |name, label| filled.field(name, label);
    let rows: Vec<Vec<Markup>> = view
        .duties
        .iter()
        .map(|duty| {
            let about = match &duty.duty {
                Some(code) => view.book.duty(code).map_or(code.as_str(), |duty| duty.text.as_str()),
                None => &duty.text,
            };
            let from = match duty.valid_to {
                Some(last) => format!("{} to {}", duty.valid_from.short(), last.short()),
                None => format!("From {}", duty.valid_from.short()),
            };
            vec![
                html! {
                    (about) br;
                    (small(&format!("{} {}", duty.instrument, duty.clause))) br;
                    (small(&duty.source))
                },
                html! { @if duty.duty.is_none() { (kind(view.book, duty.category.as_deref())) } br; (small(&from)) },
                take_back(view, "duty", duty.id, about),
            ]
        })
        .collect();
    let chosen = filled.text("duty");
    let mut national = vec![Choice::new("", "A duty of our own", chosen)];
    let numbered = view.book.duties.iter().filter(|duty| !duty.code.starts_with("local:"));
    let labels: Vec<(&str, String)> = numbered
        .map(|duty| {
            let text: String = duty.text.chars().take(90).collect();
            (duty.code.as_str(), format!("Number of: {text}"))
        })
        .collect();
    national.extend(labels.iter().map(|(code, label)| Choice::new(code, label, chosen)));
    html! {
        p { "A duty that was agreed here is proposed before the national ones. A clause number that you have read in this year’s contract is cited in place of “number not checked”." }
        @if !rows.is_empty() { (table("Duties of your area", &[words("Duty"), words("For"), words("")], &rows)) }
        (parts::details("Add a duty, or the number of a clause", &html! {
            form .hr-form method="post" action=(base(view.lmc).seg("rules").seg("duty")) novalidate {
                (form::hidden("id", filled.text("id")))
                (form::select(&field("duty", "What it is"), &national))
                (form::select(&field("category", "For which kind of work").hint("Not needed for a number"), &kinds(view.book, "Choose", filled.text("category"))))
                (form::text(&field("instrument", "Where it stands").hint("Such as: interface agreement of your area").maxlength(Instrument::MOST)))
                (form::text(&field("clause", "Number").hint("Such as SC11.7; may stay empty for a duty of your own").maxlength(Clause::MOST)))
                (form::textarea(&field("text", "The duty, in a sentence").maxlength(DutyText::MOST), 2))
                (form::text(&field("source", "Where it can be read").hint("A link").maxlength(Source::MOST)))
                (form::date(&field("valid_from", "Holds from")))
                (form::date(&field("valid_to", "Holds to").hint("Empty where no end is known")))
                (form::button(Button::Primary, "Save"))
            }
        }))
    }
}

fn examples(view: &RulesView<'_>) -> Markup {
    let filled = view.of(Which::Example);
    let field = |name, label| filled.field(name, label);
    let rows: Vec<Vec<Markup>> = view
        .examples
        .iter()
        .rev()
        .map(|one| {
            vec![
                html! { strong { (one.place) } br; (one.what) },
                html! { (kind(view.book, one.category.as_deref())) br; (small(&format!("{}, {}", one.source, one.seen_on.short()))) },
                take_back(view, "example", one.id, &one.place),
            ]
        })
        .collect();
    html! {
        p { "Letters cite the newest that fits. Only what can be read somewhere, with the day you read it." }
        @if !rows.is_empty() { (table("Good examples", &[words("Where and what"), words("For"), words("")], &rows)) }
        (parts::details("Add a good example", &html! {
            form .hr-form method="post" action=(base(view.lmc).seg("rules").seg("example")) novalidate {
                (form::hidden("id", filled.text("id")))
                (form::text(&field("place", "Where").maxlength(ExamplePlace::MOST)))
                (form::select(&field("category", "For which kind of work"), &kinds(view.book, "Every kind", filled.text("category"))))
                (form::textarea(&field("what", "What was done there").maxlength(ExampleText::MOST), 2))
                (form::text(&field("source", "Where that can be read").maxlength(Source::MOST)))
                (form::date(&field("seen_on", "Read there on").hint("Empty means today")))
                (form::button(Button::Primary, "Save"))
            }
        }))
    }
}
