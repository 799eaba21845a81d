//! How a practice comes in. Whoever is to manage it is known to nobody here, so that a link goes to an address which the
//! LMC holds for the practice; where somebody manages the practice already, they decide instead.

use chrono::{DateTime, TimeDelta, Utc};

/// How long somebody may decide about it.
pub const OPEN: TimeDelta = TimeDelta::days(30);
/// How long the link to the practice works: it is a shared mailbox, read by whoever is there.
pub const LINK: TimeDelta = TimeDelta::days(14);
/// How many may be open for one practice; more are not written down.
pub const MOST_OPEN: usize = 3;
/// How long the name and the addresses are kept once it is over.
pub const KEPT: TimeDelta = TimeDelta::days(91);

/// How it ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum JoiningOutcome {
    /// They manage the practice here.
    Joined,
    /// Whoever decided said no.
    Declined,
}

impl JoiningOutcome {
    /// Stable text, as stored.
    pub fn code(self) -> &'static str {
        match self {
            Self::Joined => "joined",
            Self::Declined => "declined",
        }
    }
}

/// How it stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum JoiningStanding {
    /// It waits for a decision until then.
    Waits(DateTime<Utc>),
    /// The link went out and works until then.
    Sent(DateTime<Utc>),
    /// They manage the practice here.
    Joined(DateTime<Utc>),
    /// It was declined.
    Declined(DateTime<Utc>),
    /// Nobody decided, or nobody opened the link, until then.
    Over(DateTime<Utc>),
}

/// The moments of it, of which the last holds.
#[derive(Debug, Clone, Copy)]
pub struct JoiningMoments {
    /// It was asked for.
    pub asked_at: DateTime<Utc>,
    /// The link went out.
    pub sent_at: Option<DateTime<Utc>>,
    /// It ended, and whether they joined.
    pub settled: Option<(DateTime<Utc>, bool)>,
}

impl JoiningMoments {
    /// How it stands now.
    pub fn standing(self, now: DateTime<Utc>) -> JoiningStanding {
        match (self.settled, self.sent_at) {
            (Some((at, true)), _) => JoiningStanding::Joined(at),
            (Some((at, false)), _) => JoiningStanding::Declined(at),
            (None, Some(sent)) => until(sent, LINK, now, JoiningStanding::Sent),
            (None, None) => until(self.asked_at, OPEN, now, JoiningStanding::Waits),
        }
    }
}

/// As `open` says until it has lasted that long, and over from then on.
fn until(
    since: DateTime<Utc>,
    lasts: TimeDelta,
    now: DateTime<Utc>,
    open: impl FnOnce(DateTime<Utc>) -> JoiningStanding,
) -> JoiningStanding {
    let end = since.checked_add_signed(lasts).unwrap_or(DateTime::<Utc>::MAX_UTC);
    if now < end { open(end) } else { JoiningStanding::Over(end) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_waits_is_sent_and_is_over_by_itself() {
        let at = |days| DateTime::UNIX_EPOCH + TimeDelta::days(days);
        let asked = JoiningMoments { asked_at: at(0), sent_at: None, settled: None };
        assert_eq!(asked.standing(at(29)), JoiningStanding::Waits(at(30)));
        assert_eq!(asked.standing(at(30)), JoiningStanding::Over(at(30)));
        let sent = JoiningMoments { sent_at: Some(at(20)), ..asked };
        assert_eq!(sent.standing(at(33)), JoiningStanding::Sent(at(34)));
        assert_eq!(sent.standing(at(34)), JoiningStanding::Over(at(34)));
        let joined = JoiningMoments { settled: Some((at(21), true)), ..sent };
        assert_eq!(joined.standing(at(90)), JoiningStanding::Joined(at(21)));
        let declined = JoiningMoments { settled: Some((at(2), false)), ..asked };
        assert_eq!(declined.standing(at(90)), JoiningStanding::Declined(at(2)));
    }
}
