//! Pages of coming and going: signing in, signing out, and choosing a role.

use maud::{Markup, html};

use crate::{
    domain::access::Actor,
    error::FieldError,
    href,
    ui::{
        form::{self, Button, Field, Width},
        href::Href,
        organisation_sign_in::organisation_sign_in,
        parts,
        passkey::{PasskeyForm, Wanted, passkey_form},
        sheet::Sheet,
    },
};

/// Asks whether to sign out. The script sends what waits first, and says what could not be sent.
pub(super) fn sign_out(actor: &Actor, back: &Href) -> Sheet {
    let device = matches!(actor, Actor::Device { .. });
    let words = if device { "Sign out this device" } else { "Sign out" };
    let content = html! {
        @if device {
            p { "You need a new link from your practice to use this device again. One-tap addresses that were made on it end too." }
        } @else {
            p { "You need your email address and your password to come back." }
        }
        p data-leaving role="status" {}
        form method="post" action="/sign-out" data-sign-out {
            @if device {
                // Sent before the script is there, the form would leave behind what waits. Without a script nothing waits.
                button .nhsuk-button.nhsuk-button--warning type="submit" hidden data-when-loaded { (words) }
                noscript { (form::button(Button::Warning, words)) }
            } @else {
                (form::button(Button::Primary, words))
            }
        }
        p { a href=(back) { "Stay signed in" } }
    };
    Sheet::outside(words).heading(format!("{words}?")).back(back, "Back").content(content)
}

/// What the form to sign in begins with.
#[derive(Debug, Default, Clone, Copy)]
pub(super) struct SignIn<'a> {
    pub(super) email: &'a str,
    pub(super) next: &'a str,
    /// Whether this browser was signed in before, and did not sign out.
    pub(super) was_signed_in: bool,
    /// What the button of the organisation's sign-in says, where there is one.
    pub(super) organisation: Option<&'a str>,
}

/// The form to sign in.
pub(super) fn sign_in(typed: SignIn<'_>, errors: &[FieldError]) -> Sheet {
    let SignIn { email, next, was_signed_in, organisation } = typed;
    let fields = html! {
        form method="post" action="/sign-in" {
            (form::hidden("next", next))
            (form::email(&Field::new("email", "Email address").value(email).errors(errors).autocomplete("username").width(Width::Twenty)))
            (form::password(&Field::new("password", "Password").autocomplete("current-password").width(Width::Twenty)))
            (form::button(Button::Primary, "Sign in"))
        }
        p { a href="/sign-in/forgotten" { "Forgotten your password?" } }
        @if let Some(words) = organisation {
            (organisation_sign_in(&href!("/sign-in/organisation"), words, &form::hidden("next", next)))
        }
    };
    let aside = html! {
        p { "You need no password. Your practice manager gives you a link that enrols your phone or computer." }
        p { "If this device asks you to sign in again, ask for a new link." }
        p { a href="/join" { "Your practice is not here yet? Ask to join" } }
    };
    Sheet::outside("Sign in").errors(errors).content(html! {
        @if was_signed_in {
            p { "You were signed out. That happens after 30 minutes in which nothing was done, or 15 for LMCs, ICBs and administrators; "
                "after a long day; or when you signed out or set a password elsewhere." }
        }
        (parts::two_columns(&fields, &parts::panel("If you are a clinician", &aside)))
    })
}

/// The form of somebody who forgot their password, where a mail server is set up.
pub(super) fn forgotten(mails: bool, email: &str, errors: &[FieldError]) -> Sheet {
    let field =
        Field::new("email", "Email address").value(email).errors(errors).autocomplete("username").width(Width::Twenty);
    Sheet::outside("Set a new password").errors(errors).back(&href!("/sign-in"), "Sign in").content(html! {
        @if mails {
            p { "Write the address you sign in with. You get a mail with a link to choose a new password." }
            form method="post" action="/sign-in/forgotten" {
                (form::email(&field))
                (form::button(Button::Primary, "Send me a link"))
            }
        } @else {
            p { "Headroom sends no mail here. Ask whoever looks after it for a link to set a new password." }
        }
        p { "If you are a clinician, you have no password: ask your practice manager for a new link." }
    })
}

/// What is said whether or not somebody has the address.
pub(super) fn asked_for_password(email: &str) -> Sheet {
    Sheet::outside("Look at your mail").back(&href!("/sign-in"), "Sign in").content(html! {
        p { "If " strong { (email) } " has an account, a mail with a link is on its way. The link works once, within an hour." }
        p { "No mail after five minutes? Look in your junk mail, check the address, or ask whoever looks after Headroom. Three mails a day are sent." }
    })
}

/// What is asked for after a right password or the organisation's word.
#[derive(Debug, Clone, Copy)]
pub(super) struct SecondStep<'a> {
    /// What came before.
    pub(super) half: &'a str,
    pub(super) next: &'a str,
    /// Whether there is an app, whose code may be typed.
    pub(super) has_app: bool,
    /// What a passkey is asked, where there is one: for the browser, and for us.
    pub(super) passkey: Option<(&'a str, &'a str)>,
}

/// The second step: a passkey, a code, or either.
pub(super) fn second_step(step: SecondStep<'_>, errors: &[FieldError]) -> Sheet {
    let sheet = Sheet::outside(if step.passkey.is_some() { "Your second step" } else { "Your authenticator app" });
    let along = html! { (form::hidden("half", step.half)) (form::hidden("next", step.next)) };
    let by_passkey = step.passkey.map(|(options, state)| PasskeyForm {
        wanted: Wanted::Known,
        action: href!("/sign-in/passkey"),
        options,
        state,
        fields: along.clone(),
        button: (if step.has_app { Button::Secondary } else { Button::Primary }, "Use a passkey"),
        errors,
    });
    sheet.errors(errors).content(html! {
        @if step.has_app { (code(&along, errors)) }
        @if let Some(form) = &by_passkey {
            @if step.has_app { h2 { "Or use your passkey" } }
            p { "Your browser asks for your fingerprint, face, PIN or security key." }
            (passkey_form(form))
        }
        @if !step.has_app && by_passkey.is_none() {
            p #passkey tabindex="-1" { "Your passkeys cannot be used at the address of this Headroom." }
        }
        p { "Lost them all? Ask whoever looks after Headroom." }
    })
}

fn code(along: &Markup, errors: &[FieldError]) -> Markup {
    let field = Field::new("code", "Code")
        .hint("Six digits from your authenticator app, or one of your recovery codes")
        .errors(errors)
        .autocomplete("one-time-code")
        .width(Width::Twenty)
        .maxlength(40);
    html! {
        form method="post" action="/sign-in/code" {
            (along)
            (form::text(&field))
            (form::button(Button::Primary, "Sign in"))
        }
    }
}

/// One role to choose.
#[derive(Debug)]
pub(super) struct RoleChoice {
    pub(super) href: Href,
    pub(super) role: &'static str,
    pub(super) organisation: String,
}

/// The roles somebody holds; some may be shut until they set up a second factor.
pub(super) fn roles(choices: &[RoleChoice], lacks_second_factor: bool) -> Sheet {
    let cards: Vec<Markup> =
        choices.iter().map(|choice| parts::card_link(&choice.organisation, &choice.href, choice.role)).collect();
    Sheet::outside("Your roles").content(html! {
        @if lacks_second_factor {
            (parts::inset(&html! {
                p { "A role that sees more than one practice opens with your password and an authenticator app or a passkey. Setting one up takes two minutes." }
                (form::button_link(Button::Primary, "Set up an authenticator app", &href!("/account/second-factor")))
            }))
        }
        @if choices.is_empty() && !lacks_second_factor {
            p { "You hold no role at the moment. Ask whoever looks after Headroom." }
        } @else if !choices.is_empty() {
            (parts::lede(&html! { "Choose where you want to work. You can come back here at any time by choosing Headroom at the top." }))
            (parts::grid(&cards))
        }
    })
}
