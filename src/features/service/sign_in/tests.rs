//! Pages read by a real parser: what was typed, and no secret where it does not belong.

use scraper::Selector;

use super::view::{self, SecondStep, SignIn};
use crate::{
    error::FieldError,
    ui::sheet::tests::{count, holds, read},
};

fn typed(next: &str) -> SignIn<'_> {
    SignIn { email: "a@b.uk", next, was_signed_in: true, organisation: Some("Sign in with NHSmail") }
}

fn step<'a>(has_app: bool, passkey: Option<(&'a str, &'a str)>) -> SecondStep<'a> {
    SecondStep { half: "half", next: "/x", has_app, passkey }
}

#[test]
fn the_second_step_offers_what_there_is() {
    for (has_app, has_passkey) in [(true, true), (true, false), (false, true), (false, false)] {
        let page = read(&view::second_step(step(has_app, has_passkey.then_some(("{\"a\":1}", "sealed"))), &[]));
        assert_eq!(count(&page, "form[action='/sign-in/code'] input[name=code]"), usize::from(has_app));
        let form = "form[action='/sign-in/passkey'][data-options='{\"a\":1}']";
        assert_eq!(count(&page, form), usize::from(has_passkey));
        assert_eq!(count(&page, "script[src^='/assets/passkey.']"), usize::from(has_passkey));
        assert_eq!(count(&page, "noscript"), usize::from(has_passkey));
    }
}

#[test]
fn every_page_has_one_heading_and_at_most_one_primary_button() {
    let wrong = [FieldError::new("email", "Not right")];
    for page in [
        view::sign_in(SignIn::default(), &[]),
        view::sign_in(typed("/x"), &wrong),
        view::roles(&[], true),
        view::second_step(step(true, Some(("{}", "sealed"))), &wrong),
        view::second_step(step(true, None), &wrong),
        view::second_step(step(false, Some(("{}", "sealed"))), &wrong),
        view::second_step(step(false, None), &wrong),
    ] {
        holds(&page);
    }
}

#[test]
fn a_refused_sign_in_keeps_the_address_and_never_the_password() {
    let wrong = [FieldError::new("email", "Not right")];
    let page = read(&view::sign_in(typed("/practices/Z90001"), &wrong));
    let value = |name: &str| {
        let selector = Selector::parse(&format!("input[name={name}]")).unwrap();
        page.select(&selector).next().unwrap().attr("value").map(str::to_owned)
    };
    assert_eq!(value("email").as_deref(), Some("a@b.uk"));
    assert_eq!(value("next").as_deref(), Some("/practices/Z90001"));
    assert_eq!(value("password"), None);
    assert_eq!(count(&page, "form[action='/sign-in/organisation'] button"), 1);
    assert_eq!(count(&read(&view::sign_in(SignIn::default(), &[])), "form"), 1, "none is offered where there is none");
    assert_eq!(count(&page, "title"), 1);
    assert!(page.html().contains("<title>Error: Sign in"));
}
