//! Pages read by a real parser: what was typed, and no secret where it does not belong.

use scraper::{Html, Selector};

use super::view::{self, SignIn};
use crate::{
    error::FieldError,
    web::tests::{app, count, holds, stranger},
};

fn typed(next: &str) -> SignIn<'_> {
    SignIn { email: "a@b.uk", next, was_signed_in: true }
}

#[tokio::test]
async fn every_page_has_one_heading_and_at_most_one_primary_button() {
    let (app, _folder) = app(true).await;
    let caller = stranger();
    let wrong = [FieldError::new("email", "Not right")];
    for page in [
        view::sign_in(&app, &caller, SignIn::default(), &[]),
        view::sign_in(&app, &caller, typed("/x"), &wrong),
        view::roles(&app, &caller, &[]),
    ] {
        holds(page);
    }
}

#[tokio::test]
async fn a_refused_sign_in_keeps_the_address_and_never_the_password() {
    let (app, _folder) = app(false).await;
    let wrong = [FieldError::new("email", "Not right")];
    let page = view::sign_in(&app, &stranger(), typed("/practices/Z90001"), &wrong);
    let page = Html::parse_document(&page.into_string());
    let value = |name: &str| {
        let selector = Selector::parse(&format!("input[name={name}]")).unwrap();
        page.select(&selector).next().unwrap().attr("value").map(str::to_owned)
    };
    assert_eq!(value("email").as_deref(), Some("a@b.uk"));
    assert_eq!(value("next").as_deref(), Some("/practices/Z90001"));
    assert_eq!(value("password"), None);
    assert_eq!(count(&page, "title"), 1);
    assert!(page.html().contains("<title>Error: Sign in"));
}
