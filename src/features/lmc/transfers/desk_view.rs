//! The LMC's desk: what repeats first, then who sends and what, then what stands there singly.

use std::collections::BTreeSet;

use entity::ids::{LocalDate, OdsCode, OrgCode};
use maud::{Markup, html};
use serde::Deserialize;

use crate::{
    domain::{
        organisation::View,
        transfer::{
            GivenBack, ProviderRef, Transfer,
            answers::AnswersOn,
            book::TransferBook,
            department,
            desk::{Answering, JointLetter, LEAST_ITEMS, LEAST_PRACTICES, Repeat},
        },
        written::thousands,
    },
    href,
    store::{
        area_transfers::{KindLine, Period, ProviderLine},
        sharing::Sharing,
    },
    ui::{
        form::{self, Button, Choice, Field},
        given_back::{self, items},
        href::Href,
        parts::{self, small},
        reply,
        sections::Section,
        sheet::Sheet,
        table::{numbers, table, words},
    },
};

/// What repeats most, before "more": an office reads so much.
const FEW: usize = 10;
/// Providers in the table of the desk.
const SHOWN_PROVIDERS: usize = 20;

pub(super) fn base(lmc: &OrgCode) -> Href {
    href!("/lmc").seg(lmc).seg("transfers")
}

/// Weeks that can be asked about.
pub(super) const WEEKS: [(u64, &str); 3] = [(4, "Four weeks"), (13, "Three months"), (52, "A year")];

/// What an address asks for.
#[derive(Debug, Clone, Default, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(default)]
pub(super) struct Wanted {
    /// Key of a provider.
    pub(super) provider: String,
    /// Code of a department.
    pub(super) department: String,
    /// Code of a kind of work.
    pub(super) category: String,
    /// Weeks up to today: 4, 13 or 52; 4 where it is left out.
    pub(super) weeks: String,
}

/// An area's transferred work.
#[derive(Debug)]
pub(super) struct Desk {
    pub(super) book: TransferBook,
    pub(super) period: Period,
    /// Practices of the area, and of these those that opened it.
    pub(super) practices: usize,
    pub(super) sharing: Sharing,
    pub(super) repeats: Vec<Repeat>,
    pub(super) by_provider: Vec<ProviderLine>,
    /// By code, those of which most came first.
    pub(super) by_kind: Vec<(String, KindLine)>,
    pub(super) given_back: GivenBack,
    pub(super) items: u32,
    pub(super) letters: Vec<JointLetter>,
    /// Answers on pathways by provider and department, those with most first.
    pub(super) answers: Vec<AnswerLine>,
    /// Items that stand singly: by route, or of the one provider that is asked about.
    pub(super) singly: Vec<(OdsCode, Transfer)>,
}

/// Answers of one provider on one pathway.
#[derive(Debug)]
pub(super) struct AnswerLine {
    pub(super) provider: ProviderRef,
    pub(super) department: Option<String>,
    pub(super) items: u32,
    pub(super) practices: u32,
    /// Label and code of each kind that came, with how many.
    pub(super) kinds: Vec<(String, String, u32)>,
}

impl From<AnswersOn<'_>> for AnswerLine {
    fn from(on: AnswersOn<'_>) -> Self {
        let came = on.counts.iter().filter(|(_, n)| *n > 0);
        Self {
            items: on.items(),
            practices: on.practices,
            kinds: came.map(|(kind, n)| (kind.label.clone(), kind.code.clone(), *n)).collect(),
            provider: on.provider,
            department: on.department,
        }
    }
}

impl Desk {
    /// The practices of which items are shown one by one.
    pub(super) fn read_one_by_one(&self) -> Vec<OdsCode> {
        let practices: BTreeSet<&OdsCode> = self.singly.iter().map(|(practice, _)| practice).collect();
        practices.into_iter().cloned().collect()
    }

    /// The newest joint letter about what repeats.
    pub(super) fn written(&self, repeat: &Repeat) -> Option<&JointLetter> {
        self.letters.iter().find(|letter| {
            let department = repeat.department.as_deref();
            letter.covers(&repeat.provider.key, department, &repeat.category, letter.letter.to)
        })
    }
}

/// A provider as practices of the area report it.
#[derive(Debug)]
pub(super) struct Reported {
    pub(super) desk: Desk,
    pub(super) provider: ProviderRef,
    /// Patients of the practices that opened transferred work, where their numbers are known.
    pub(super) patients: Option<u64>,
    pub(super) answering: Answering,
    /// Items of each of the last months, the oldest first: its first day and how many.
    pub(super) months: Vec<(LocalDate, u32)>,
}

/// "Physiotherapy", or that no department was said.
pub(super) fn part(department: Option<&str>) -> &str {
    department::name(department).unwrap_or("No department said")
}

/// What the desk shows.
#[derive(Debug)]
pub(super) struct DeskView<'a> {
    pub(super) lmc: &'a OrgCode,
    pub(super) desk: &'a Desk,
    pub(super) wanted: &'a Wanted,
    pub(super) organisations: &'a View,
    /// What answers came on pathways.
    pub(super) answers: Option<&'a Markup>,
    pub(super) today: LocalDate,
}

pub(super) fn page(view: &DeskView<'_>) -> Sheet {
    let desk = view.desk;
    let (opened, all) = (desk.sharing.len(), desk.practices);
    let wide = html! {
        (parts::panel("The same again", &repeats(view)))
        @if let Some(answers) = view.answers { (parts::panel("Answers on pathways", answers)) }
        @if !desk.singly.is_empty() { (parts::panel("One by one", &singly(view.desk, view.organisations))) }
        (parts::panel("Your letters", &letters(view)))
    };
    let narrow = html! {
        (parts::panel("Given back", &given_back(desk)))
        (parts::panel("By provider", &by_provider(view)))
        (parts::panel("By kind", &kinds(view.desk)))
    };
    Sheet::new(Section::Transfers, "Transferred work").content(html! {
        (parts::lede(&html! {
            (desk.period.0.written()) " to " (desk.period.1.long()) " · "
            (opened) " of " (all) " practices opened their log to you · " (items(desk.items)) ", reported by practices, unverified"
        }))
        @if opened == 0 {
            p { "No practice has opened its log of transferred work to you yet. Practices decide that where they share; those that agreed to an earlier text are asked again." }
        }
        (filter(view))
        (parts::actions(&html! {
            (form::button_link(Button::Secondary, "Whom practices write to, duties, good examples", &base(view.lmc).seg("rules")))
        }))
        (parts::two_columns(&wide, &narrow))
    })
}

fn filter(view: &DeskView<'_>) -> Markup {
    let wanted = view.wanted;
    let mut kinds = vec![Choice::new("", "Every kind", &wanted.category)];
    kinds.extend(view.desk.book.categories.iter().map(|kind| Choice::new(&kind.code, &kind.label, &wanted.category)));
    let mut parts_of = vec![Choice::new("", "Every department", &wanted.department)];
    parts_of.extend(department::listed().iter().map(|one| Choice::new(&one.code, &one.name, &wanted.department)));
    let weeks: Vec<(String, &str)> = WEEKS.iter().map(|(weeks, label)| (weeks.to_string(), *label)).collect();
    let chosen = if wanted.weeks.is_empty() { "4" } else { wanted.weeks.as_str() };
    let weeks: Vec<Choice<'_>> = weeks.iter().map(|(weeks, label)| Choice::new(weeks, label, chosen)).collect();
    parts::details(
        "Choose kind, department or time",
        &html! {
            form method="get" action=(base(view.lmc)) .hr-form {
                (form::select(&Field::new("category", "Kind"), &kinds))
                (form::select(&Field::new("department", "Department"), &parts_of))
                (form::select(&Field::new("weeks", "Up to today"), &weeks))
                (form::button(Button::Secondary, "Show"))
            }
        },
    )
}

/// The form of a joint letter about what repeats.
fn letter_about(lmc: &OrgCode, repeat: &Repeat, wanted: &Wanted) -> Href {
    base(lmc)
        .seg("letters")
        .seg("new")
        .query("kind", "transfer-joint")
        .query("provider", &repeat.provider.key)
        .query("department", repeat.department.as_deref().unwrap_or_default())
        .query("category", &repeat.category)
        .query("weeks", &wanted.weeks)
}

fn repeats(view: &DeskView<'_>) -> Markup {
    let (desk, columns) = (view.desk, [words("What"), numbers("How often"), words("Your letter")]);
    if desk.repeats.is_empty() {
        return html! {
            p { "Nothing came " (LEAST_ITEMS) " times from " (LEAST_PRACTICES) " practices or more in this time." }
        };
    }
    let (first, more) = desk.repeats.split_at_checked(FEW).unwrap_or((&desk.repeats, &[]));
    let rows = |some: &[Repeat]| some.iter().map(|one| repeat(view, one)).collect::<Vec<_>>();
    html! {
        (table("Work that repeats, most first", &columns, &rows(first)))
        @if !more.is_empty() {
            (parts::details(&format!("{} more", more.len()), &table("More that repeats", &columns, &rows(more))))
        }
    }
}

fn repeat(view: &DeskView<'_>, one: &Repeat) -> Vec<Markup> {
    let desk = view.desk;
    let provider = base(view.lmc).seg("provider").query("provider", &one.provider.key);
    let kind = desk.book.category(&one.category).map_or(one.category.as_str(), |kind| &kind.label);
    vec![
        html! {
            (kind) br;
            span .hr-small { (part(one.department.as_deref())) ", " a href=(provider) { (one.provider.name) } }
        },
        html! { (one.items) " times" br; (small(&format!("{} practices", one.practices))) },
        html! {
            @match desk.written(one) {
                Some(letter) => {
                    a href=(letter_href(view.lmc, letter)) { "Letter of " (letter.letter.sent_on.short()) } br;
                    (reply::tag(letter.standing(view.today)))
                }
                None => a href=(letter_about(view.lmc, one, view.wanted)) {
                    "Write a joint letter"
                    span .nhsuk-u-visually-hidden { " about " (kind) ", " (one.provider.name) }
                },
            }
        },
    ]
}

pub(super) fn letter_href(lmc: &OrgCode, letter: &JointLetter) -> Href {
    base(lmc).seg("letters").seg(letter.letter.id)
}

/// Items one by one, with the practice that reported each: it shares with this LMC.
pub(super) fn singly(desk: &Desk, organisations: &View) -> Markup {
    let rows: Vec<Vec<Markup>> = desk
        .singly
        .iter()
        .map(|(practice, item)| {
            let says = &item.says;
            let kind = desk.book.category(&says.category).map_or(says.category.as_str(), |kind| &kind.label);
            let name =
                organisations.practice(practice).map_or_else(|| practice.to_string(), |one| one.name.to_string());
            vec![
                html! {
                    @if let Some(asked) = &says.asked { (asked) } @else { (kind) }
                    br; (small(kind)) br; (small(part(says.department.as_deref())))
                },
                html! { (name) },
                html! { (says.outcome.short_label()) br; (small(&says.came_on.short())) },
            ]
        })
        .collect();
    table("Items, the newest first", &[words("What was asked"), words("Practice"), numbers("What it did")], &rows)
}

fn letters(view: &DeskView<'_>) -> Markup {
    if view.desk.letters.is_empty() {
        return html! { p { "No joint letter was kept." } };
    }
    let rows: Vec<Vec<Markup>> = view
        .desk
        .letters
        .iter()
        .map(|one| {
            let letter = &one.letter;
            vec![
                html! {
                    a href=(letter_href(view.lmc, one)) { (letter.subject) } br;
                    (small(&format!("To {}", letter.recipient)))
                },
                html! { (items(letter.items)) br; (small(&format!("{} practices", letter.practices))) },
                html! { (reply::tag(one.standing(view.today))) br; (small(&format!("sent {}", letter.sent_on.short()))) },
            ]
        })
        .collect();
    table("Joint letters, the newest first", &[words("Letter"), numbers("About"), words("Reply")], &rows)
}

pub(super) fn given_back(desk: &Desk) -> Markup {
    given_back::figures(&desk.given_back, desk.book.slot_minutes, &desk.book.method)
}

fn by_provider(view: &DeskView<'_>) -> Markup {
    let shown = view.desk.by_provider.iter().take(SHOWN_PROVIDERS);
    let rows: Vec<Vec<Markup>> = shown
        .map(|line| {
            let href =
                base(view.lmc).seg("provider").query("provider", &line.provider.key).query("weeks", &view.wanted.weeks);
            row(&html! { a href=(href) { (line.provider.name) } }, line.items, line.practices)
        })
        .collect();
    html! {
        (table("Items by provider", &[words("Provider"), numbers("Items"), numbers("Practices")], &rows))
        @if view.desk.by_provider.len() > SHOWN_PROVIDERS {
            p { (small(&format!("The {SHOWN_PROVIDERS} that send most.")))}
        }
    }
}

pub(super) fn kinds(desk: &Desk) -> Markup {
    let rows: Vec<Vec<Markup>> = desk
        .by_kind
        .iter()
        .map(|(code, line)| {
            let kind = desk.book.category(code).map_or(code.as_str(), |kind| &kind.label);
            row(&html! { (kind) }, line.items, line.practices)
        })
        .collect();
    table("Items by kind", &[words("Kind"), numbers("Items"), numbers("Practices")], &rows)
}

fn row(name: &Markup, items: u32, practices: u32) -> Vec<Markup> {
    vec![name.clone(), html! { (thousands(items.into())) }, html! { (practices) }]
}
