//! Who sees this, as markup.

use chrono::{DateTime, Utc};
use entity::ids::{LocalDate, OdsCode, OrgCode};
use maud::{Markup, html};

use crate::{
    domain::{
        calendar,
        consent::{self, Days, Decision},
        disclosure::PROMISE,
    },
    href,
    ui::{
        form::{self, Button, Choice, Field},
        href::Href,
        parts::{self, TagKind, tag},
        readers,
        sections::Section,
        sheet::Sheet,
        table::{numbers, table, words},
    },
};

/// How far back the look at an earlier day goes.
const FOUR_WEEKS: u64 = 28;

/// Who sees this, as the page shows it.
#[derive(Debug)]
pub(super) struct View {
    pub(super) code: OdsCode,
    pub(super) name: String,
    /// What the LMC sees of it, given consent; nothing where no LMC is known.
    pub(super) seen: Option<Markup>,
    /// The LMC's name, where the practice has one.
    pub(super) lmc: Option<String>,
    /// The ICB's code and name, where the practice has one.
    pub(super) icb: Option<(OrgCode, String)>,
    /// What was decided, the oldest first; the last word holds.
    pub(super) decisions: Vec<Decision>,
    pub(super) today: LocalDate,
    /// The practice has just recorded its first item.
    pub(super) first: bool,
    /// Where this Headroom is reached.
    pub(super) address: String,
    /// Who looked.
    pub(super) receipts: Vec<Receipt>,
}

/// One look of somebody outside.
#[derive(Debug)]
pub(super) struct Receipt {
    pub(super) role: String,
    pub(super) organisation: String,
    pub(super) page: &'static str,
    pub(super) at: DateTime<Utc>,
}

pub(super) fn content(view: &View) -> Sheet {
    let heading = if view.first { "Your first item is recorded. Who should see it?" } else { "Who sees this" };
    Sheet::new(Section::Sharing, "Who sees this").heading(heading).content(html! {
        (parts::lede(&html! { "What your practice records belongs to your practice. You decide whether your LMC sees it." }))
        (parts::two_columns(
            &html! { (decision(view)) (preview(view)) (receipts(view)) },
            &html! { (icb(view)) (responsible(view)) },
        ))
    })
}

fn shared(view: &View) -> Option<bool> {
    view.decisions.last().map(|decision| decision.given)
}

fn decision(view: &View) -> Markup {
    let Some(lmc) = &view.lmc else {
        return parts::panel(
            "Sharing with your LMC",
            &html! { p { "No LMC is known for your practice, so there is nobody to share with." } },
        );
    };
    parts::panel(
        "Sharing with your LMC",
        &html! {
            @match view.decisions.last() {
                Some(held) if held.given => {
                    p { (tag(TagKind::Run, "Shared")) " with " (lmc) " since " (day_of(held)) ". " (days_of(held)) }
                    @if held.version != consent::VERSION { (earlier_text(held)) }
                },
                Some(held) => { p { (tag(TagKind::Quiet, "Not shared")) " with " (lmc) ". You decided so on " (day_of(held)) "." } },
                None => { p { (tag(TagKind::Quiet, "Not decided")) " Nothing is shared with " (lmc) " until you say so." } },
            }
            (choice(view, lmc))
            (before(view))
        },
    )
}

fn day_of(decision: &Decision) -> String {
    calendar::london_day(decision.at).written()
}

fn days_of(decision: &Decision) -> String {
    match decision.days {
        Days::All => "Earlier days are shown too, back to your first record.".to_owned(),
        Days::From(day) => format!("No day before {} is shown.", day.written()),
    }
}

/// Who agreed to an earlier text is held to that one until they say otherwise.
fn earlier_text(held: &Decision) -> Markup {
    html! {
        p {
            "You agreed to the text of " (held.version) ". It did not mention earlier days, and they are shown. "
            "The text below is newer and more exact. What you agreed to stays as it is until you choose again."
        }
    }
}

fn choice(view: &View, lmc: &str) -> Markup {
    let action = href!("/practices").seg(&view.code).seg("sharing");
    let shares = shared(view) == Some(true);
    html! {
        @if shares {
            p {
                "You can stop at any time. When you stop, " (lmc) " sees nothing of your practice from that moment on, today’s and "
                "earlier days alike, and your practice counts there as not heard from. What its officers noted before stays with them. "
                "If you share again later, you choose again which days they see."
            }
            form method="post" action=(action) {
                (parts::actions(&form::button_named(Button::Secondary, "Stop sharing", "share", "no")))
            }
            (parts::details("Change what is shown", &agreement(view, (lmc, &action), "Save")))
        } @else {
            (agreement(view, (lmc, &action), &format!("Share with {lmc}")))
            @if shared(view).is_none() {
                form method="post" action=(action) {
                    (form::button_named(Button::Secondary, "Do not share", "share", "no"))
                }
            }
        }
    }
}

/// The text that is agreed to. A test holds its digest against its version.
fn agreement(view: &View, (lmc, action): (&str, &Href), says: &str) -> Markup {
    let held = view.decisions.last().filter(|held| held.given);
    let all = held.is_some_and(|held| held.days == Days::All);
    let chosen = if all { "all" } else { "from-today" };
    let first = match held.map(|held| held.days) {
        Some(Days::From(day)) => day,
        _ => view.today,
    };
    let from = format!(
        "From {} on. What stands on that day is shown, with the day since when it does. No earlier day is shown.",
        first.written()
    );
    let days = [
        Choice::new("from-today", &from, chosen),
        Choice::new(
            "all",
            "Earlier days too, back to your first record, and how your practice changed over time.",
            chosen,
        ),
    ];
    html! {
        form .hr-agreement method="post" action=(action) {
            p { "If you share, this is what " (lmc) " sees of your practice:" }
            (readers::of_a_practice())
            (form::radios(&Field::new("days", "Which days may it see?"), &days))
            p .hr-small { "Text of " (consent::VERSION) ". It is kept with your decision." }
            (form::button_named(Button::Primary, says, "share", "yes"))
        }
    }
}

/// Every decision before the one that holds.
fn before(view: &View) -> Markup {
    let lines: Vec<String> = view
        .decisions
        .iter()
        .zip(view.decisions.iter().skip(1))
        .map(|(held, next)| {
            let (from, to) = (day_of(held), day_of(next));
            match (held.given, held.days) {
                (true, Days::All) => format!("{from} to {to}: shared, earlier days too"),
                (true, Days::From(day)) => {
                    format!("{from} to {to}: shared, no day before {}", day.written())
                }
                (false, _) => format!("{from} to {to}: not shared"),
            }
        })
        .collect();
    html! {
        @if !lines.is_empty() {
            (parts::details("What you decided before", &html! {
                ul .nhsuk-list .nhsuk-list--bullet { @for line in lines.iter().rev() { li { (line) } } }
            }))
        }
    }
}

fn preview(view: &View) -> Markup {
    let Some(seen) = &view.seen else {
        return html! {};
    };
    let lmc = view.lmc.as_deref().unwrap_or("an LMC");
    let page = href!("/practices").seg(&view.code).seg("seen-by").seg("lmc");
    parts::panel(
        "Exactly what the LMC sees",
        &html! {
            p {
                @if shared(view) == Some(true) { "This is what " (lmc) " sees of your practice today." }
                @else { "If you share, this is what " (lmc) " sees of your practice. Today it sees none of it, except what it noted itself when you telephoned." }
            }
            (seen)
            p { a href=(page) { "Open the page as " (lmc) " gets it" } }
            div #exactly {
                p { "In words:" }
                (readers::of_a_practice())
            }
        },
    )
}

/// What the LMC of a day sees of this practice.
pub(super) struct Seen {
    /// The name of the LMC.
    pub(super) lmc: String,
    /// The practice shares.
    pub(super) shares: bool,
    /// It shares, and this day is open; where it does not share, it would be.
    pub(super) open: bool,
    /// Made of the same values as the LMC's own page.
    pub(super) shown: Markup,
}

/// What the page of the LMC is shown with.
pub(super) struct AsLmc<'a> {
    pub(super) code: &'a OdsCode,
    pub(super) on: LocalDate,
    pub(super) today: LocalDate,
    /// Its main part, to the letter.
    pub(super) seen: &'a Seen,
}

/// The LMC's page under a line that says what it is. The page itself begins with its own heading.
pub(super) fn as_lmc(page: &AsLmc<'_>) -> Sheet {
    let own = href!("/practices").seg(page.code);
    let seen = own.clone().seg("seen-by").seg("lmc");
    // No form for the day here: the LMC's page below has one, and an id stands once on a page.
    let (other, says) = if page.on == page.today {
        let earlier = page.today.minus_days(FOUR_WEEKS);
        (seen.query("on", earlier), "See what it showed four weeks ago")
    } else {
        (seen, "See what it shows today")
    };
    let lmc = &page.seen.lmc;
    Sheet::new(Section::Sharing, format!("As {lmc} sees it")).own_heading().content(html! {
        (parts::inset(&html! {
            @if page.seen.shares && !page.seen.open { p { "You do not show this day to " (lmc) ": its officers cannot open the page of it. If you showed earlier days too, this is what they would get." } }
            @else if page.seen.shares { p { "This is the page that an officer of " (lmc) " gets about your practice, to the letter." } }
            @else { p { "You do not share, so nobody at " (lmc) " can open this page. If you share, it is what an officer gets, to the letter." } }
            p { "The links and buttons below open for the LMC only." }
            (parts::links(&[(other, says), (own.seg("sharing"), "Back to who sees this")]))
        }))
        (page.seen.shown)
    })
}

fn receipts(view: &View) -> Markup {
    let rows: Vec<Vec<Markup>> = view
        .receipts
        .iter()
        .map(|receipt| {
            let day = calendar::london_day(receipt.at).short();
            vec![
                html! { (receipt.role) ", " (receipt.organisation) },
                html! { (receipt.page) },
                html! { (day) " " (calendar::london_time(receipt.at)) },
            ]
        })
        .collect();
    let columns = [words("Reader"), words("What they opened"), numbers("First look of the day")];
    html! {
        div #receipts {
            (parts::panel("Who looked at your row", &html! {
                @if rows.is_empty() { p { "Nobody outside your practice has looked at it." } }
                @else { div .hr-stack { (table("Who looked at your row, the newest first", &columns, &rows)) } }
            }))
        }
    }
}

fn icb(view: &View) -> Markup {
    let latest = href!("/releases/latest");
    let (page, who) = match &view.icb {
        Some((code, name)) => (latest.query("icb", code), name.as_str()),
        None => (latest, "an ICB"),
    };
    parts::panel(
        "What the ICB sees",
        &html! {
            p { "None of your items. It reads four-weekly figures for whole ICBs, with random noise. What that promises:" }
            @for part in PROMISE.lines() { p { (part) } }
            p { a href=(page) { "Open the page as an analyst of " (who) " gets it" } }
        },
    )
}

fn responsible(view: &View) -> Markup {
    parts::panel(
        "Who is responsible",
        &parts::summary_list(&[
            ("Controller", html! { (view.name) ": your practice decides why and with whom this is shared." }),
            (
                "Processor",
                html! { "Whoever runs this Headroom at " (view.address) ", on your practice’s instruction." },
            ),
            (
                "Who can read the database",
                html! { "Those who run the server of this Headroom. In Headroom itself only your practice sees your records and, if you share, your LMC the part above: not an administrator, not an ICB." },
            ),
        ]),
    )
}

#[cfg(test)]
mod tests {
    use scraper::{Html, Selector};

    use super::*;
    use crate::ui::sheet::tests::read;

    fn shown(decision: Option<bool>, first: bool) -> Html {
        let at: DateTime<Utc> = "2026-11-03T14:02:00Z".parse().unwrap();
        let view = View {
            code: "Z90001".parse().unwrap(),
            name: "Alder Lane Surgery".to_owned(),
            seen: Some(html! { p { "Nothing that leaves the practice." } }),
            icb: Some(("XDA".parse().unwrap(), "Wyre and Calder".to_owned())),
            lmc: Some("Fenmark LMC".to_owned()),
            decisions: decision
                .map(|given| Decision { given, at, version: consent::VERSION.to_owned(), days: Days::All })
                .into_iter()
                .collect(),
            today: "2026-11-20".parse().unwrap(),
            first,
            address: "http://localhost:8025".to_owned(),
            receipts: vec![Receipt {
                role: "LMC officer".to_owned(),
                organisation: "Fenmark LMC".to_owned(),
                page: "The list of practices",
                at,
            }],
        };
        read(&content(&view))
    }

    fn buttons(page: &Html) -> Vec<(String, String)> {
        let selector = Selector::parse("button[name=share]").unwrap();
        page.select(&selector)
            .map(|button| (button.attr("value").unwrap().to_owned(), button.attr("class").unwrap().to_owned()))
            .collect()
    }

    #[test]
    fn the_choice_is_the_one_that_changes_something() {
        let values =
            |decision| buttons(&shown(decision, false)).into_iter().map(|(value, _)| value).collect::<Vec<_>>();
        assert_eq!(values(None), ["yes", "no"]);
        assert_eq!(values(Some(true)), ["no", "yes"]);
        assert_eq!(values(Some(false)), ["yes"]);
    }

    #[test]
    fn there_is_one_primary_button_and_the_last_reader_is_named() {
        let page = shown(None, true);
        let primary = buttons(&page).into_iter().filter(|(_, class)| class == "nhsuk-button").count();
        assert_eq!(primary, 1);
        let text: String = page.root_element().text().collect();
        for part in [
            "LMC officer, Fenmark LMC",
            "3 Nov 2026 14:02",
            "Controller",
            "The list of practices",
            "Open the page as an analyst of Wyre and Calder gets it",
        ] {
            assert!(text.contains(part), "{part}");
        }
    }
}
