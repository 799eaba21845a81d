//! On the way to the organisation's own sign-in and back: whoever goes takes a sealed note of what for, and whoever comes back
//! without the right one is told what to do.
//!
//! A form that was sent may lead to this site alone (`form-action`), and providers send people on to others of theirs. So the
//! answer to it is a page that goes on by itself.

use axum::{
    http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use maud::html;

use super::{
    caller::Caller,
    errand::{BACK, Errand, Journey},
    shell,
};
use crate::{
    error::AppError,
    href,
    state::{
        AppState, Provider,
        provider::{ProviderFault, Sent},
    },
    ui::{href::Href, sheet::Sheet},
};

/// The organisation's sign-in.
///
/// # Errors
/// [`AppError::NotFound`] where there is none.
pub fn provider(app: &AppState) -> Result<&Provider, AppError> {
    app.provider.as_ref().ok_or(AppError::NotFound)
}

/// What its button says, where there is one.
pub fn words(app: &AppState) -> Option<&str> {
    app.provider.as_ref().map(Provider::words)
}

/// Where people come back to, as it is registered with the provider.
pub fn back(app: &AppState) -> String {
    format!("{}{BACK}", app.settings.public_url)
}

/// A fault of the provider, logged once, with its cause and nothing of a person.
pub fn away(fault: &ProviderFault) -> AppError {
    tracing::warn!(%fault, "nobody can sign in by the organisation's sign-in");
    AppError::ProviderAway
}

/// Sends somebody there.
///
/// # Errors
/// [`AppError::NotFound`] where there is none; [`AppError::ProviderAway`]; a fault of the libraries.
pub async fn begin(app: &AppState, caller: &Caller, errand: Errand) -> Result<Response, AppError> {
    let now = app.clock.now();
    let journey = Journey::new(errand, now);
    let (back, challenge) = (back(app), journey.challenge());
    let sent = Sent { back: &back, state: &journey.state, nonce: &journey.nonce, challenge: &challenge };
    let address = provider(app)?.address(&sent, now).await.map_err(|fault| away(&fault))?;
    let fault = |error: &dyn std::error::Error| AppError::Fault(error.to_string());
    let refresh = HeaderValue::from_str(&format!("0; url={address}")).map_err(|error| fault(&error))?;
    let mut answer = shell::outside(app, caller, going(Href::new(address).ok().as_ref()));
    let headers = answer.headers_mut();
    headers.insert(HeaderName::from_static("refresh"), refresh);
    headers.append(header::SET_COOKIE, journey.cookie(&app.settings, &app.keys)?);
    Ok(answer)
}

/// The journey of whoever came back with this state; nothing where it is another's, was begun too long ago or never.
pub fn journey(app: &AppState, headers: &HeaderMap, state: &str) -> Option<Journey> {
    let journey = Journey::of(headers, &app.settings, &app.keys, app.clock.now());
    journey.filter(|journey| journey.state == state)
}

fn going(address: Option<&Href>) -> Sheet {
    Sheet::outside("Going to your organisation’s sign-in").content(html! {
        p { "You are sent on in a moment." }
        // Without TLS there is none but in tests.
        @if let Some(address) = address { p { a href=(address) { "Go on, if nothing happens" } } }
    })
}

/// Why somebody who came back is not let in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stopped {
    /// Not this browser's, or begun too long ago.
    Foreign,
    /// Brought before.
    Again,
    /// They did not sign in there, or may not use Headroom.
    There,
    /// What they brought is not good.
    Refused,
    /// Nobody here is known by it.
    Unknown,
    /// It is another person's here.
    Anothers,
    /// Whoever asked is signed in no more.
    SignedOut,
}

impl Stopped {
    fn status(self) -> StatusCode {
        match self {
            Self::Foreign | Self::Again | Self::Refused => StatusCode::BAD_REQUEST,
            Self::There | Self::Unknown | Self::SignedOut => StatusCode::FORBIDDEN,
            Self::Anothers => StatusCode::CONFLICT,
        }
    }

    fn title(self) -> &'static str {
        match self {
            Self::Unknown => "This sign-in is not known here",
            Self::Anothers => "This sign-in is somebody else’s here",
            Self::Foreign | Self::Again | Self::There | Self::Refused | Self::SignedOut => "You are not signed in",
        }
    }

    fn says(self) -> &'static str {
        match self {
            Self::Foreign => {
                "This page was opened without a sign-in that began in this browser in the last ten minutes, or another one was \
                 begun since. If you did not begin one, close this page. Otherwise begin again."
            }
            Self::Again => "This answer of your organisation’s sign-in was used before, and works once. Begin again.",
            Self::There => {
                "Your organisation’s sign-in did not let you in: you stopped there, or it does not let you use Headroom. Begin \
                 again, or ask whoever looks after it."
            }
            Self::Refused => {
                "What your organisation’s sign-in said could not be trusted, so it was not used. Begin again. If it happens \
                 again, tell whoever looks after Headroom: its log says why."
            }
            Self::Unknown => "Open your invitation, or sign in with your password and add it on Your account.",
            Self::Anothers => {
                "It lets another person in, and can be of one person only. If that is you, sign in as that person and remove \
                 it on Your account. If you share a computer, sign out of your organisation’s sign-in first."
            }
            Self::SignedOut => {
                "You were signed out meanwhile, so nothing was added to your account. Sign in and begin again."
            }
        }
    }
}

/// The page that says why, and what to do.
pub fn stopped(app: &AppState, caller: &Caller, why: Stopped) -> Response {
    (why.status(), shell::outside(app, caller, stopped_sheet(why))).into_response()
}

fn stopped_sheet(why: Stopped) -> Sheet {
    Sheet::outside(why.title()).content(html! {
        p { (why.says()) }
        p { a href=(href!("/sign-in")) { "Sign in" } }
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ui::sheet::tests::holds;

    #[test]
    fn every_page_on_the_way_is_whole() {
        let address = Href::new("https://login.example.org/authorize?x=1").unwrap();
        holds(&going(Some(&address)));
        holds(&going(None));
        for why in [
            Stopped::Foreign,
            Stopped::Again,
            Stopped::There,
            Stopped::Refused,
            Stopped::Unknown,
            Stopped::Anothers,
            Stopped::SignedOut,
        ] {
            holds(&stopped_sheet(why));
        }
    }
}
