//! The form that logs an item: six touches on a phone, one of them only where the sender is new.

use entity::ids::{LocalDate, OdsCode, TransferId};
use maud::{Markup, html};

use super::view::{base, kind};
use crate::{
    domain::{
        name::{Asked, OwnReference, ProviderName},
        transfer::{
            ProviderRef, Transfer, TransferOutcome,
            answers::Pathway,
            book::{Category, TransferBook},
            department, past, sender,
        },
    },
    href,
    ui::{
        filled::Filled,
        form::{self, Button, Choice},
        parts,
        sections::Section,
        sheet::Sheet,
    },
};

/// Kinds that are shown before "more".
const FEW: usize = 6;

/// A provider and the part of it that usually send work here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Sender {
    pub(super) provider: ProviderRef,
    pub(super) department: Option<String>,
}

impl Sender {
    /// What the form sends for it.
    pub(super) fn value(&self) -> String {
        format!("{}|{}", self.provider.key, self.department.as_deref().unwrap_or_default())
    }
}

/// What the form shows.
#[derive(Debug)]
pub(super) struct LogForm<'a> {
    /// Nothing in the frame that a browser keeps for when there is no connection.
    pub(super) practice: Option<&'a OdsCode>,
    pub(super) book: &'a TransferBook,
    /// Providers that the browser itself finds as one types, where nothing else can.
    pub(super) listed: &'a [&'a str],
    /// Those that send most, first.
    pub(super) usual: &'a [Sender],
    /// Codes of kinds, those that came most here first.
    pub(super) kinds: &'a [String],
    /// Pathways of the register, for whoever reads it.
    pub(super) pathways: &'a [Pathway],
    pub(super) filled: &'a Filled,
    pub(super) today: LocalDate,
    /// Just logged: the next may follow.
    pub(super) saved: bool,
    /// Only who manages the practice reads the list.
    pub(super) may_list: bool,
    /// On the screen of the reception desk.
    pub(super) at_desk: bool,
    /// The lasting name of the item that is corrected: letters can be written about it.
    pub(super) item: Option<TransferId>,
    /// What it says now, where it was corrected while somebody typed.
    pub(super) newer: Option<&'a Transfer>,
}

impl LogForm<'_> {
    pub(super) fn title(&self) -> &'static str {
        if self.filled.text("corrects").is_empty() { "Log transferred work" } else { "Correct an item" }
    }
}

pub(super) fn form(view: &LogForm<'_>) -> Sheet {
    let filled = view.filled;
    let corrects = !filled.text("corrects").is_empty();
    let sheet = Sheet::new(Section::Transfers, view.title())
        .errors(&filled.errors)
        .done(view.saved.then_some("Logged. You can log the next one."));
    let sheet = match view.practice {
        Some(practice) if view.may_list => sheet.back(&base(practice), "Transferred work"),
        Some(practice) if view.at_desk => sheet.back(&href!("/practices").seg(practice).seg("desk"), "Reception desk"),
        _ => sheet,
    };
    sheet.content(html! {
        div data-log-waiting hidden {}
        p .hr-notice role="status" data-log-said hidden {}
        @if let Some(newer) = view.newer { (says_now(view.book, newer)) }
        form .hr-form data-log data-frame[view.practice.is_none()] method="post" action=[view.practice.map(base)] novalidate {
            (form::hidden("id", filled.text("id")))
            (form::hidden("corrects", filled.text("corrects")))
            (who(view))
            (what(view))
            (answer(view))
            @if let Some(practice) = view.practice { (asked(view, practice)) }
            (did(view))
            (parts::details("Minutes, the day it came, your reference", &rest(view)))
            @if corrects {
                (form::checkbox(&filled.field("removed", "It was logged in error and counts for nothing"), "yes", filled.ticked("removed")))
            }
            (form::button(Button::Primary, "Save"))
        }
        @if let (Some(practice), Some(item)) = (view.practice, view.item) { (about(view, practice, item)) }
        @if let (Some(practice), false) = (view.practice, corrects) {
            p .hr-small { a href=(base(practice).seg("import")) { "Add many items from a spreadsheet" } }
        }
    })
}

/// The newest entry in words, above the form that corrects it.
fn says_now(book: &TransferBook, newer: &Transfer) -> Markup {
    let says = &newer.says;
    let empty = || "Nothing".to_owned();
    let minutes = says.minutes;
    let rows = [
        ("Who sent it", sender(&says.provider, says.department.as_deref())),
        ("What kind", kind(book, &says.category).to_owned()),
        ("What was asked", says.asked.as_ref().map_or_else(empty, ToString::to_string)),
        ("What you did", says.outcome.label().to_owned()),
        (
            "Minutes",
            format!(
                "GP {}, pharmacist or another clinician {}, nurse {}, administration {}",
                minutes.gp, minutes.other_clinician, minutes.nurse, minutes.admin
            ),
        ),
        ("Your reference", says.reference.as_ref().map_or_else(empty, ToString::to_string)),
        ("The day it came", says.came_on.written()),
    ];
    let rows: Vec<(&str, Markup)> = rows.iter().map(|(name, text)| (*name, html! { (text) })).collect();
    parts::panel(
        "What it says now",
        &html! {
            @if says.removed { p { "It was taken out as logged in error. Saving puts it back as you typed it." } }
            (parts::summary_list(&rows))
        },
    )
}

/// What can be written about one item.
fn about(view: &LogForm<'_>, practice: &OdsCode, item: TransferId) -> Markup {
    let new = href!("/practices").seg(practice).seg("letters").seg("new").query("transfers", item);
    let letters = [
        ("transfer-return", "Send it back to the provider"),
        ("transfer-lmc", "Bring it to your LMC"),
        ("transfer-patient", "A leaflet that says whom the patient can ask"),
        ("transfer-patient-sms", "The same as a text message"),
    ];
    let links = letters.map(|(kind, words)| (new.clone().query("kind", kind), words));
    let kind = view.book.category(view.filled.text("category"));
    let first = kind.into_iter().flat_map(|kind| [&kind.safety, &kind.guard_rail]).filter(|text| !text.is_empty());
    parts::panel(
        "Write about it",
        &html! {
            @for text in first { p { (text) } }
            (parts::links(&links))
        },
    )
}

fn who(view: &LogForm<'_>) -> Markup {
    let filled = view.filled;
    let names: Vec<(String, String)> =
        view.usual.iter().map(|one| (one.value(), sender(&one.provider, one.department.as_deref()))).collect();
    let choices: Vec<Choice<'_>> =
        names.iter().map(|(value, name)| Choice::new(value, name, filled.text("from"))).collect();
    let departments = department::listed();
    let mut parts_of = vec![Choice::new("", "Not said", filled.text("department"))];
    parts_of.extend(departments.iter().map(|one| Choice::new(&one.code, &one.name, filled.text("department"))));
    let label = if choices.is_empty() { "Who sent it?" } else { "Somebody else: type three letters" };
    let suggest = view.practice.map(|practice| base(practice).seg("providers"));
    html! {
        @if view.practice.is_none() {
            // Filled by the script with who sent something before.
            fieldset .nhsuk-fieldset data-senders hidden {
                legend .nhsuk-fieldset__legend .nhsuk-fieldset__legend--s { "Who sent it?" }
                div .hr-choice data-senders-of {}
            }
        }
        @if !choices.is_empty() { (form::pills(&filled.field("from", "Who sent it?"), &choices)) }
        div hx-get=[suggest] hx-trigger="input changed delay:200ms from:#provider_name" hx-include="#provider_name" hx-target="#providers" hx-swap="outerHTML" {
            (form::text(
                &filled.field("provider_name", label)
                    .hint("A hospital, community service, private clinic or hospice. Never a person.")
                    .maxlength(ProviderName::MOST)
                    .list("providers")
                    .autocomplete("off"),
            ))
            (form::datalist("providers", view.listed.iter().copied()))
            (form::select(&filled.field("department", "Department"), &parts_of))
        }
    }
}

fn what(view: &LogForm<'_>) -> Markup {
    let chosen = view.filled.text("category");
    let kinds = view.kinds.iter().filter_map(|code| view.book.category(code));
    let choices: Vec<Choice<'_>> =
        kinds.map(|kind| Choice::new(&kind.code, &kind.label, chosen).of_group(group(view.book, kind))).collect();
    form::tiles(&view.filled.field("category", "What kind?"), &choices, FEW)
}

/// Puts a kind that has answers to tell apart among those that are shown before "more", whoever logs and whatever came: the
/// answer is one touch more, and six are enough.
pub(super) fn at_hand(book: &TransferBook, kinds: &mut Vec<String>) {
    let tells = |code: &String| book.category(code).is_some_and(|kind| book.answers_of(kind).next().is_some());
    if let Some(at) = kinds.iter().position(tells).filter(|at| *at >= FEW) {
        let code = kinds.remove(at);
        kinds.insert(FEW.saturating_sub(1), code);
    }
}

/// A reply whose fault is told apart, or other work that may be about a pathway.
fn group(book: &TransferBook, kind: &Category) -> Option<&'static str> {
    if book.answers_of(kind).next().is_some() {
        return Some("reply");
    }
    book.is_about_pathways(&kind.code).then_some("referral")
}

/// What was wrong with a reply, and which pathway it is about. A browser that can shows it with such a kind alone.
fn answer(view: &LogForm<'_>) -> Markup {
    let chosen = view.filled.text("reason");
    let kinds = view.book.categories.iter().flat_map(|kind| view.book.answers_of(kind));
    let choices: Vec<Choice<'_>> = kinds.map(|(reason, kind)| Choice::new(reason, &kind.label, chosen)).collect();
    let mut pathways = vec![(String::new(), "As the department says".to_owned())];
    pathways.extend(view.pathways.iter().map(|one| (one.id.to_string(), format!("{}: {}", one.title, one.name))));
    let about = view.filled.text("pathway");
    let pathways: Vec<Choice<'_>> = pathways.iter().map(|(id, name)| Choice::new(id, name, about)).collect();
    html! {
        div .hr-with-reply {
            (form::pills(&view.filled.field("reason", "If it is a reply to advice: what was wrong?"), &choices))
        }
        @if !view.pathways.is_empty() {
            div .hr-with-pathway {
                (form::select(&view.filled.field("pathway", "Pathway of your register").hint("For a reply or a rejected referral."), &pathways))
            }
        }
    }
}

fn asked(view: &LogForm<'_>, practice: &OdsCode) -> Markup {
    let field = view.filled.field("asked", "What was asked?");
    html! {
        div hx-post=(base(practice).seg("check")) hx-trigger="input changed delay:500ms from:#asked" hx-include="#asked" hx-target="#asked-said" hx-swap="innerHTML" {
            (form::textarea(
                &field
                    .hint("A few words, or leave it empty. The clinic, not the person: no patient, no staff.")
                    .maxlength(Asked::MOST),
                2,
            ))
            div #asked-said aria-live="polite" {}
        }
        @let often: Vec<&str> = view.book.usual_requests.iter().map(|usual| usual.text.as_str()).collect();
        @if !often.is_empty() { p .hr-small { "LMCs often hear that practices are asked to " (often.join("; ")) "." } }
    }
}

/// What stands under the words as one types: what was seen, and what to write instead; nothing where they can be kept.
pub(super) fn said(refused: Option<&str>) -> Markup {
    html! { @if let Some(why) = refused { p .nhsuk-error-message { (why) } } }
}

fn did(view: &LogForm<'_>) -> Markup {
    let chosen = view.filled.text("outcome");
    let choices: Vec<Choice<'_>> =
        TransferOutcome::ALL.iter().map(|one| Choice::new(one.as_str(), one.label(), chosen)).collect();
    form::pills(&view.filled.field("outcome", "What did you do?"), &choices)
}

fn rest(view: &LogForm<'_>) -> Markup {
    let (filled, most) = (view.filled, view.book.most_minutes);
    let minutes = |name, label| form::number(&filled.field(name, label).between(&0, &most));
    let mut routes = vec![Choice::new("", "As it usually comes", filled.text("route"))];
    routes.extend(view.book.routes.iter().map(|one| Choice::new(&one.code, &one.label, filled.text("route"))));
    html! {
        p { "If you leave the minutes empty, Headroom takes what this kind usually needs." }
        (minutes("gp", "Minutes of a GP"))
        (minutes("other_clinician", "Minutes of a pharmacist or another clinician"))
        (minutes("nurse", "Minutes of a nurse or an assistant"))
        (minutes("admin", "Minutes of reception or administration"))
        (form::select(&filled.field("route", "How it came"), &routes))
        @let came_on = filled.field("came_on", "The day it came").hint("Empty means today.");
        // The frame is kept for longer than a day.
        @let earliest = if view.item.is_some() { past::first_day() } else { view.today.minus_days(400) };
        @let came_on = if view.practice.is_some() { came_on.between(&earliest, &view.today) } else { came_on };
        (form::date(&came_on))
        (form::text(&filled.field("reference", "Your own reference").hint("Never a patient’s number.").maxlength(OwnReference::MOST)))
    }
}

/// The frame that a browser keeps: the same form without words, without anybody's usual senders, for no practice yet.
pub(super) fn frame(book: &TransferBook, listed: &[&str], today: LocalDate) -> Markup {
    let mut kinds: Vec<String> = book.categories.iter().map(|kind| kind.code.clone()).collect();
    at_hand(book, &mut kinds);
    let filled = Filled::default();
    let view = LogForm {
        practice: None,
        book,
        listed,
        item: None,
        newer: None,
        usual: &[],
        kinds: &kinds,
        pathways: &[],
        filled: &filled,
        today,
        saved: false,
        may_list: false,
        at_desk: false,
    };
    form(&view).main()
}

/// Providers whose names begin as typed, for the field above.
pub(super) fn suggestions(names: &[&str]) -> Markup {
    form::datalist("providers", names.iter().copied())
}
