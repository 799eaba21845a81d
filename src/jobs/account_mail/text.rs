//! What mails about accounts say: never a name, an organisation or a role, for mail is read on shared screens.

use chrono::{DateTime, Utc};

use crate::{domain::calendar, store::account_mails::AccountMail};

/// Subject of every mail with a link to set a new password.
const NEW_PASSWORD: &str = "Set a new Headroom password";

/// What each of them knows.
#[derive(Debug, Clone, Copy)]
pub(super) struct Facts<'a> {
    /// Address of the service.
    pub(super) site: &'a str,
    /// When what it tells of happened.
    pub(super) at: DateTime<Utc>,
}

impl Facts<'_> {
    fn when(self) -> String {
        format!("on {} at {}", calendar::london_day(self.at).written(), calendar::london_time(self.at))
    }
}

/// Subject and text of a mail with a link.
pub(super) fn linked(about: AccountMail, facts: Facts<'_>, link: &str) -> (&'static str, String) {
    let (subject, why, within) = match about {
        AccountMail::Invited => (
            "You are invited to Headroom",
            format!("An account for this address was made at {}.", facts.site),
            "seven days",
        ),
        AccountMail::Joining => return joining(link),
        AccountMail::Forgotten => {
            (NEW_PASSWORD, format!("Somebody asked for a new password for this address {}.", facts.when()), "an hour")
        }
        _ => (
            NEW_PASSWORD,
            "Whoever looks after Headroom made you a link to set a new password.".to_owned(),
            "seven days",
        ),
    };
    let text = format!(
        "{why}\n\nOpen this page to choose your password. It works once, within {within}:\n{link}\n\nIf you did not expect \
         this, do nothing: without the link nothing changes.\n"
    );
    (subject, text)
}

/// The mail to a practice: whoever reads it may know nothing of Headroom yet.
fn joining(link: &str) -> (&'static str, String) {
    let text = format!(
        "Somebody is to look after your practice's own record in Headroom, which counts contacts against the safe limit. \
         Your LMC sent this to an address that it holds for your practice, so that the practice itself decides.\n\nOpen \
         this page to see who it is, and to agree or not. It works once, within fourteen days:\n{link}\n\nIf nobody at \
         your practice knows of it, do nothing: without the link nothing happens.\n"
    );
    ("Who looks after your practice in Headroom?", text)
}

/// The mail to those who manage a practice.
fn asked_to_manage(facts: Facts<'_>) -> (&'static str, String) {
    let text = format!(
        "Somebody asked {} to look after a practice that you look after in Headroom. Sign in at {}, and under “People”, \
         “Who manages this practice”, say whether they may. If you do nothing, nothing changes.\n",
        facts.when(),
        facts.site
    );
    ("Somebody asks to manage your practice in Headroom", text)
}

/// Subject and text of a mail that tells what happened.
pub(super) fn told(about: AccountMail, facts: Facts<'_>) -> (&'static str, String) {
    if about == AccountMail::AskedToManage {
        return asked_to_manage(facts);
    }
    let when = facts.when();
    if about == AccountMail::WebhookStopped {
        let text = format!(
            "Headroom gave up a webhook of an organisation that you run {when}: its program took nothing for a day, or said that \
             it is gone. What was told meanwhile is lost to it. The page Webhooks says what it answered, and has it told again: \
             {}\n",
            facts.site
        );
        return ("A Headroom webhook was given up", text);
    }
    let (subject, what) = match about {
        AccountMail::AppAdded => (
            "An authenticator app was set up for Headroom",
            format!("An authenticator app was set up for your account {when}."),
        ),
        AccountMail::AppRemoved => (
            "Your Headroom authenticator app was removed",
            format!("The authenticator app of your account was removed {when}. Set up another one when you sign in."),
        ),
        AccountMail::PasskeyAdded => {
            ("A passkey was added for Headroom", format!("A passkey was added to your account {when}."))
        }
        AccountMail::PasskeyRemoved => {
            ("A passkey of yours was removed from Headroom", format!("A passkey of your account was removed {when}."))
        }
        AccountMail::OutsideAdded => (
            "Another way in was added to your Headroom account",
            format!(
                "Your organisation's own sign-in was added to your account {when}. Whoever signs in there as you comes in."
            ),
        ),
        AccountMail::OutsideRemoved => (
            "A way in was removed from your Headroom account",
            format!("Your organisation's own sign-in was taken off your account {when}."),
        ),
        AccountMail::NewPlace => (
            "A new sign-in to Headroom",
            format!(
                "Somebody signed in to your account {when}, from a browser and a connection that were not used before. If \
                 it was you, there is nothing to do."
            ),
        ),
        _ => ("Your Headroom password was changed", format!("The password of your account was changed {when}.")),
    };
    let text = format!(
        "{what}\n\nIf this was not you, set a new password at {}/sign-in/forgotten now, and tell whoever looks after \
         Headroom.\n",
        facts.site
    );
    (subject, text)
}
