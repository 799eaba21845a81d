//! What tests of pages share: a page as a real parser reads it, and what every page keeps to.

use maud::html;
use scraper::{Html, Selector};

use super::Sheet;
use crate::{
    error::FieldError,
    href,
    ui::{
        layout::{self, Page},
        sections::Section,
    },
};

pub(crate) fn read(sheet: &Sheet) -> Html {
    let page = Page { title: &sheet.title(), content: sheet.main(), ..Page::default() };
    Html::parse_document(&layout::page(&page).into_string())
}

pub(crate) fn count(page: &Html, selector: &str) -> usize {
    page.select(&Selector::parse(selector).unwrap()).count()
}

pub(crate) fn texts(page: &Html, selector: &str) -> Vec<String> {
    page.select(&Selector::parse(selector).unwrap()).map(|found| found.text().collect::<String>()).collect()
}

/// One heading, at most one primary button, and a label for each field.
pub(crate) fn holds(sheet: &Sheet) {
    let page = read(sheet);
    assert_eq!((count(&page, "h1"), count(&page, "main")), (1, 1));
    let primary = "button.nhsuk-button:not(.nhsuk-button--secondary), a.nhsuk-button:not(.nhsuk-button--secondary)";
    assert!(count(&page, primary) <= 1);
    assert_eq!(count(&page, "input:not([type=hidden]):not([id])"), 0);
    assert_eq!(count(&page, "label"), count(&page, "input:not([type=hidden])"));
}

#[test]
fn one_list_of_errors_makes_title_and_summary() {
    let sheet = || Sheet::new(Section::Office, "Office").back(&href!("/"), "Area").content(html! { p { "Typed" } });
    let fine = sheet().errors(&[]).done(Some("Saved"));
    assert!(!fine.is_refused());
    assert_eq!(
        texts(&read(&fine), "title, .nhsuk-back-link, h1, main p:not([hidden])"),
        ["Office – Headroom", "Area", "Office", "Saved", "Typed"]
    );
    let refused = sheet().errors(&[FieldError::new("email", "Not <right>")]);
    assert!(refused.is_refused());
    let page = read(&refused);
    assert_eq!(
        texts(&page, "title, h1, .nhsuk-error-summary li"),
        ["Error: Office – Headroom", "Not <right>", "Office"]
    );
    assert_eq!(texts(&read(&sheet().heading("Our office")), "title, h1"), ["Office – Headroom", "Our office"]);
    assert_eq!(count(&read(&sheet().own_heading()), "h1"), 0);
}
