//! Who sees this, as markup.

use entity::ids::{LocalDate, OdsCode};
use maud::{Markup, html};

use super::View;
use crate::{
    domain::calendar,
    href,
    ui::{
        form::{self, Button},
        parts::{self, TagKind, tag},
        table::{numbers, table, words},
    },
};

/// How far back the look at an earlier day goes.
const FOUR_WEEKS: u64 = 28;

pub(super) fn content(view: &View) -> Markup {
    let title = if view.first {
        "Your first item is recorded. Who should see it?"
    } else {
        "Who sees this"
    };
    html! {
        (parts::heading(title))
        (parts::lede(&html! { "What your practice records belongs to your practice. You decide whether your LMC sees it." }))
        (parts::two_columns(
            &html! { (decision(view)) (preview(view)) (receipts(view)) },
            &html! { (icb(view)) (responsible(view)) },
        ))
    }
}

fn shared(view: &View) -> Option<bool> {
    view.decision.map(|(given, _)| given)
}

fn decision(view: &View) -> Markup {
    let Some(lmc) = &view.lmc else {
        return parts::panel(
            "Sharing with your LMC",
            &html! { p { "No LMC is known for your practice, so there is nobody to share with." } },
        );
    };
    let since = view
        .decision
        .map(|(_, at)| calendar::london_day(at).written())
        .unwrap_or_default();
    parts::panel(
        "Sharing with your LMC",
        &html! {
            @match shared(view) {
                Some(true) => {
                    p { (tag(TagKind::Run, "Shared")) " with " (lmc) " since " (since) "." }
                    p { "You can stop at any time. From that moment your row is gone from its pages, and your practice counts there as not heard from." }
                },
                Some(false) => { p { (tag(TagKind::Quiet, "Not shared")) " with " (lmc) ". You decided so on " (since) "." } },
                None => { p { (tag(TagKind::Quiet, "Not decided")) " Nothing is shared with " (lmc) " until you say so." } },
            }
            (choice(view, lmc))
        },
    )
}

fn choice(view: &View, lmc: &str) -> Markup {
    let action = href!("/practices").seg(&view.code).seg("sharing");
    let share = format!("Share with {lmc}");
    html! {
        form method="post" action=(action) {
            (parts::actions(&html! {
                @match shared(view) {
                    Some(true) => { (form::button_named(Button::Secondary, "Stop sharing", "share", "no")) },
                    Some(false) => { (form::button_named(Button::Primary, &share, "share", "yes")) },
                    None => {
                        (form::button_named(Button::Primary, &share, "share", "yes"))
                        (form::button_named(Button::Secondary, "Do not share", "share", "no"))
                    },
                }
            }))
        }
    }
}

fn preview(view: &View) -> Markup {
    let Some(seen) = &view.seen else {
        return html! {};
    };
    let lmc = view.lmc.as_deref().unwrap_or("an LMC");
    let page = href!("/practices")
        .seg(&view.code)
        .seg("seen-by")
        .seg("lmc");
    parts::panel(
        "Exactly what the LMC sees",
        &html! {
            p {
                @if shared(view) == Some(true) { "This is what " (lmc) " sees of your practice today." }
                @else { "If you share, this is what " (lmc) " sees of your practice. Today it sees none of it, except what it noted itself when you telephoned." }
            }
            (seen)
            p { a href=(page) { "Open the page as " (lmc) " gets it" } }
            p .hr-small .nhsuk-u-margin-top-3 {
                "Where you share, it also sees what you answer to its questions, and which notices you served from its templates. "
                "In sums over five or more practices it compares contacts and diverts before and after a day."
            }
            p .hr-small {
                "Never shown: what you are thinking about, a future date without a served notice, an item in conflict with the contract, when partners decided, and any clinician’s count."
            }
        },
    )
}

/// What the page of the LMC is shown with.
pub(super) struct AsLmc<'a> {
    pub(super) code: &'a OdsCode,
    pub(super) lmc: &'a str,
    pub(super) shares: bool,
    pub(super) on: LocalDate,
    pub(super) today: LocalDate,
    /// Its main part, to the letter.
    pub(super) seen: &'a Markup,
}

/// The LMC's page under a line that says what it is. The page itself begins with its own heading.
pub(super) fn as_lmc(page: &AsLmc<'_>) -> Markup {
    let own = href!("/practices").seg(page.code);
    let seen = own.clone().seg("seen-by").seg("lmc");
    // No form for the day here: the LMC's page below has one, and an id stands once on a page.
    let (other, says) = if page.on == page.today {
        let earlier = page.today.minus_days(FOUR_WEEKS);
        (
            seen.query("on", earlier),
            "See what it showed four weeks ago",
        )
    } else {
        (seen, "See what it shows today")
    };
    html! {
        (parts::inset(&html! {
            @if page.shares { p { "This is the page that an officer of " (page.lmc) " gets about your practice, to the letter." } }
            @else { p { "You do not share, so nobody at " (page.lmc) " can open this page. If you share, it is what an officer gets, to the letter." } }
            p { "The links and buttons below open for the LMC only." }
            (parts::links(&[(other, says), (own.seg("sharing"), "Back to who sees this")]))
        }))
        (page.seen)
    }
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
    let columns = [
        words("Reader"),
        words("What they opened"),
        numbers("First look of the day"),
    ];
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
            p { "None of your items. It reads four-weekly figures for whole areas, protected so that no practice can be found in them." }
            p { a href=(page) { "Open the page as an analyst of " (who) " gets it" } }
        },
    )
}

fn responsible(view: &View) -> Markup {
    parts::panel(
        "Who is responsible",
        &parts::summary_list(&[
            (
                "Controller",
                html! { (view.name) ": your practice decides why and with whom this is shared." },
            ),
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
    use chrono::{DateTime, Utc};
    use scraper::{Html, Selector};

    use super::{super::Receipt, *};

    fn shown(decision: Option<bool>, first: bool) -> Html {
        let at: DateTime<Utc> = "2026-11-03T14:02:00Z".parse().unwrap();
        let view = View {
            code: "Z90001".parse().unwrap(),
            name: "Alder Lane Surgery".to_owned(),
            seen: Some(html! { p { "Nothing that leaves the practice." } }),
            icb: Some(("XDA".parse().unwrap(), "Wyre and Calder".to_owned())),
            lmc: Some("Fenmark LMC".to_owned()),
            decision: decision.map(|given| (given, at)),
            first,
            address: "http://localhost:8025".to_owned(),
            receipts: vec![Receipt {
                role: "LMC officer".to_owned(),
                organisation: "Fenmark LMC".to_owned(),
                page: "The list of practices",
                at,
            }],
        };
        Html::parse_document(&content(&view).into_string())
    }

    fn buttons(page: &Html) -> Vec<(String, String)> {
        let selector = Selector::parse("button[name=share]").unwrap();
        page.select(&selector)
            .map(|button| {
                (
                    button.attr("value").unwrap().to_owned(),
                    button.attr("class").unwrap().to_owned(),
                )
            })
            .collect()
    }

    #[test]
    fn the_choice_is_the_one_that_changes_something() {
        let values = |decision| {
            buttons(&shown(decision, false))
                .into_iter()
                .map(|(value, _)| value)
                .collect::<Vec<_>>()
        };
        assert_eq!(values(None), ["yes", "no"]);
        assert_eq!(values(Some(true)), ["no"]);
        assert_eq!(values(Some(false)), ["yes"]);
    }

    #[test]
    fn there_is_one_primary_button_and_the_last_reader_is_named() {
        let page = shown(None, true);
        let primary = buttons(&page)
            .into_iter()
            .filter(|(_, class)| class == "nhsuk-button")
            .count();
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
