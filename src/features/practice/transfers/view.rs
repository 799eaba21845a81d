//! A practice's transferred work: what came in a month, from whom, and what sending it back gave.

use std::collections::BTreeMap;

use entity::ids::{LocalDate, OdsCode, RowId, TransferId};
use maud::{Markup, html};

use crate::{
    domain::{
        letter::ReplyState,
        transfer::{
            GivenBack, Transfer, TransferOutcome,
            answers::{self, Pathway, PauseEvidence},
            book::{Category, TransferBook},
            desk::{self, JointLetter, TransferRoute},
            letter::MOST_ITEMS,
            sender,
        },
    },
    href,
    ui::{
        form::{self, Button},
        given_back,
        href::Href,
        number::thousands,
        parts::{self, TagKind, small},
        sections::Section,
        sheet::Sheet,
        table::{numbers, table, words},
    },
};

/// Items that one page shows.
const SHOWN: usize = 100;

/// The newest letter about an item, and where it stands.
pub(super) type LetterOf = BTreeMap<TransferId, (RowId, ReplyState)>;

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
    /// Which page of them is shown, from 1.
    pub(super) page: usize,
    /// The newest letter about each item, by the item's lasting name.
    pub(super) letters: &'a LetterOf,
    /// Whom the LMC says to write to.
    pub(super) routes: &'a [TransferRoute],
    /// What the LMC wrote about any of them.
    pub(super) joint: &'a [JointLetter],
    /// Pathways of the register, and what was logged that may be about them.
    pub(super) pathways: &'a [Pathway],
    pub(super) answers: &'a [Transfer],
    /// Today.
    pub(super) today: LocalDate,
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
    let wide = html! {
        (parts::panel("What came", &entries(view)))
        @if view.is_running { @if let Some(beside) = beside(view) { (parts::panel("Answers on your pathways", &beside)) } }
    };
    let narrow = html! {
        @let back = send_back(view);
        @if let Some(back) = &back { (parts::panel("To send back", back)) }
        (parts::panel("Given back", &given_back::figures(&GivenBack::of(view.items), view.book.slot_minutes, &view.book.method)))
        @if !view.joint.is_empty() { (parts::panel("What your LMC wrote", &joint(view))) }
        (parts::panel("By provider", &by_provider(view.items)))
        (parts::panel("By kind", &by_kind(view)))
        (parts::panel("Who sees this", &html! {
            p { "Your practice, and your LMC where you share with it and agreed to that: from whom, what kind, what was asked, what you did, and whether you were answered. The ICB sees none of these items." }
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
            (form::button_link(Button::Secondary, "From a spreadsheet", &base.clone().seg("import")))
            @if n > 0 {
                (form::button_link(Button::Secondary, "Excel", &base.clone().seg("xlsx").query("month", view.first.0.format("%Y-%m"))))
                (form::button_link(Button::Secondary, "CSV", &base.clone().seg("csv").query("month", view.first.0.format("%Y-%m"))))
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
    let pages = view.items.len().div_ceil(SHOWN);
    let page = view.page.clamp(1, pages);
    let before = (page - 1) * SHOWN;
    let rows: Vec<Vec<Markup>> = view
        .items
        .iter()
        .skip(before)
        .take(SHOWN)
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
                html! {
                    (parts::tag(tag_of(says.outcome), says.outcome.short_label()))
                    @if let Some((letter, stands)) = view.letters.get(&says.lasting()) {
                        br; a .hr-small href=(letters(view.practice).seg(letter)) { (came(*stands)) }
                    }
                },
                html! { (says.came_on.0.format("%-d %b")) },
            ]
        })
        .collect();
    let shown = rows.len();
    let to = |page: usize| base(view.practice).query("month", view.first.0.format("%Y-%m")).query("page", page);
    let (earlier, later) = ((page > 1).then(|| to(page - 1)), (page < pages).then(|| to(page + 1)));
    html! {
        (table("Items, the newest first", &[words("What was asked"), words("What you did"), numbers("Came on")], &rows))
        @if pages > 1 {
            p { "Items " (thousands(wide(before + 1))) " to " (thousands(wide(before + shown))) " of " (thousands(wide(view.items.len()))) ". Sums and files cover all of them." }
            p {
                @if let Some(href) = &earlier { a href=(href) { "Newer items of the month" } }
                @if earlier.is_some() && later.is_some() { " · " }
                @if let Some(href) = &later { a href=(href) { "Older items of the month" } }
            }
        }
    }
}

fn wide(n: usize) -> u64 {
    u64::try_from(n).unwrap_or(u64::MAX)
}

/// What answers came on each pathway that is paused or that has some, beside the pause.
fn beside(view: &Month<'_>) -> Option<Markup> {
    let shown = view.pathways.iter().filter(|pathway| view.book.has_answers_about(&pathway.item));
    let shown = shown.map(|pathway| (pathway, view.book.beside(pathway, view.answers, view.today)));
    let shown: Vec<(&Pathway, PauseEvidence<'_>)> =
        shown.filter(|(pathway, beside)| pathway.paused_since.is_some() || !beside.is_empty()).collect();
    if shown.is_empty() {
        return None;
    }
    let rows: Vec<Vec<Markup>> = shown
        .iter()
        .map(|(pathway, beside)| {
            let entry = href!("/practices").seg(view.practice).seg("actions").seg(&pathway.item);
            vec![
                html! {
                    a href=(entry.query("subject", pathway.id)) { (pathway.name) }
                    br; (small(&pathway.title))
                    @for (kind, n) in beside.lately.iter().filter(|(_, n)| *n > 0) { br; (small(&format!("{}: {n}", kind.label))) }
                },
                html! { (answers::sum(&beside.lately)) },
                html! {
                    @match &beside.since_pause {
                        Some((since, counts)) => { (answers::sum(counts)) br; (small(&format!("since {}", since.short()))) }
                        None => { "–" br; (small("not paused")) }
                    }
                },
            ]
        })
        .collect();
    Some(html! {
        p { "What came back on a pathway, as evidence for its pause. You return the answer; you do not refuse the pathway." }
        (table("Answers by pathway", &[words("Pathway"), numbers("13 weeks"), numbers("Since the pause")], &rows))
    })
}

fn letters(practice: &OdsCode) -> Href {
    href!("/practices").seg(practice).seg("letters")
}

/// Where the letter about an item stands, in two words.
fn came(stands: ReplyState) -> String {
    match stands {
        ReplyState::Received(day) => format!("Answered {}", day.short()),
        ReplyState::Due(day) => format!("Reply due {}", day.short()),
        ReplyState::Overdue(_, days) => format!("Reply {days} days late"),
        ReplyState::NoneDue | ReplyState::InError => "Letter sent".to_owned(),
    }
}

/// Items that were declined or returned and have no letter: one letter for each provider, or to the LMC where it says so.
fn send_back(view: &Month<'_>) -> Option<Markup> {
    let waits = |item: &&Transfer| item.says.outcome.is_sent_back() && !view.letters.contains_key(&item.says.lasting());
    let mut by: BTreeMap<(u16, &str), (&str, Vec<String>)> = BTreeMap::new();
    let mut harm = false;
    for item in view.items.iter().filter(waits) {
        let provider = &item.says.provider;
        let route = desk::route(view.routes, Some(&provider.key), Some(&item.says.category));
        harm |= route.is_some_and(|route| route.harm);
        let step = route.map_or(1, |route| route.first_step);
        let (_, ids) = by.entry((step, provider.key.as_str())).or_insert((&provider.name, Vec::new()));
        ids.push(item.says.lasting().to_string());
    }
    if by.is_empty() {
        return None;
    }
    let link = |((step, _), (name, mut ids)): ((u16, &str), (&str, Vec<String>))| {
        let n = ids.len();
        ids.truncate(MOST_ITEMS);
        let items = match n {
            1 => "1 item".to_owned(),
            n if n > MOST_ITEMS => format!("{n} items, the first {MOST_ITEMS} of them in one letter"),
            n => format!("{n} items"),
        };
        let (kind, whom) = if step == 2 { ("transfer-lmc", " to your LMC") } else { ("transfer-return", "") };
        let to = letters(view.practice).seg("new").query("kind", kind).query("transfers", ids.join(","));
        (to, format!("{name}: {items}{whom}"))
    };
    let links: Vec<(Href, String)> = by.into_iter().map(link).collect();
    Some(html! {
        p { "Items without a letter. One letter takes up to " (MOST_ITEMS) " of a provider, with the duty that was in force when each came." }
        ul .nhsuk-list { @for (to, words) in &links { li { a href=(to) { (words) } } } }
        @if harm {
            p { "Somebody may come to harm by some of these: your LMC asks to hear of them first. Harm itself is reported through the national service for learning from patient safety events, not here." }
        }
    })
}

/// What the LMC wrote about the same work, and what came of it.
fn joint(view: &Month<'_>) -> Markup {
    html! {
        @for one in view.joint {
            @let letter = &one.letter;
            p {
                strong { (letter.subject) } br;
                "To " (letter.recipient) ", " (letter.sent_on.short()) ", for " (letter.practices) " practices. "
                @match one.reply() {
                    Some((event, on, note)) => {
                        (event.words()) " " (on.written())
                        @if let Some(note) = note { ": " (note) } @else { "." }
                    }
                    None => (came(one.standing(view.today))),
                }
            }
        }
    }
}

/// "Clinic letter: late".
fn about(kind: &str, reason: Option<&str>) -> String {
    reason.map_or_else(|| kind.to_owned(), |reason| format!("{kind}: {reason}"))
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
