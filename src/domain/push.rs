//! What a browser is told by web push, to whom it may be told, once, and when it is too late to tell it.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use chrono::{DateTime, TimeDelta, Utc};
use entity::ids::{ClinicianId, DeviceId, LocalDate, PersonId, PushMessageId, PushSubscriptionId, SessionId};
use serde::Serialize;

use super::{
    calendar,
    contact::{Source, derived_id},
    limit::Day,
};

/// Browsers of one person at a practice that are told.
pub const MOST_BROWSERS: usize = 5;
/// Times an hour that one person may ask.
pub const MOST_ASKED: usize = 10;
/// Colleagues of whom one browser is told in a day.
pub const MOST_A_DAY: u64 = 5;
/// How late it may still be told.
pub const KEPT: TimeDelta = TimeDelta::hours(1);
/// Seconds from one attempt to the next; after the last of them it is dropped.
const AGAIN: [i64; 4] = [20, 60, 300, 1_200];
/// Longest name of a practice in a message.
const LONGEST_PLACE: usize = 120;

/// What a browser is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PushKind {
    /// The clinician is at the limit.
    Own,
    /// Somebody at the practice is.
    Somebodys,
    /// That this is how it will be told.
    Begun,
}

impl PushKind {
    const ALL: [Self; 3] = [Self::Own, Self::Somebodys, Self::Begun];

    /// Stable text, as stored.
    pub fn code(self) -> &'static str {
        match self {
            Self::Own => "own-limit",
            Self::Somebodys => "somebodys-limit",
            Self::Begun => "begun",
        }
    }

    /// What of a code; nothing where this version does not know it.
    pub fn of(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.code() == code)
    }

    /// What stands on a lock screen: never who.
    fn title(self) -> &'static str {
        match self {
            Self::Own => "You are at today’s safe limit",
            Self::Somebodys => "Somebody is at today’s safe limit",
            Self::Begun => "Notifications are on in this browser",
        }
    }
}

/// Who asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Hearer {
    /// A clinician, on a device of their own.
    Clinician {
        /// Who.
        clinician: ClinicianId,
        /// For as long as it is enrolled.
        device: DeviceId,
    },
    /// Somebody who runs the practice.
    Manager {
        /// Who.
        person: PersonId,
        /// Until it is ended.
        session: SessionId,
    },
}

impl Hearer {
    /// Of what they are told.
    pub fn hears(self) -> PushKind {
        match self {
            Self::Clinician { .. } => PushKind::Own,
            Self::Manager { .. } => PushKind::Somebodys,
        }
    }

    /// Whether they are told that this clinician is at the limit.
    pub fn hears_of(self, whose: ClinicianId) -> bool {
        match self {
            Self::Clinician { clinician, .. } => clinician == whose,
            Self::Manager { .. } => true,
        }
    }

    /// Whether both are the same person at the same practice.
    pub fn is_same(self, other: Self) -> bool {
        match (self, other) {
            (Self::Clinician { clinician: one, .. }, Self::Clinician { clinician: two, .. }) => one == two,
            (Self::Manager { person: one, .. }, Self::Manager { person: two, .. }) => one == two,
            _ => false,
        }
    }
}

/// Why nothing more is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PushEnd {
    /// It was taken back.
    TakenBack,
    /// The browser's push service says that it is gone.
    Gone,
    /// The key is gone that the browser knows us by.
    NoKey,
    /// Whoever asked may not know any more, or signed out.
    NotTheirs,
}

impl PushEnd {
    const ALL: [Self; 4] = [Self::TakenBack, Self::Gone, Self::NoKey, Self::NotTheirs];

    /// Stable text, as stored.
    pub fn code(self) -> &'static str {
        match self {
            Self::TakenBack => "taken-back",
            Self::Gone => "gone",
            Self::NoKey => "no-key",
            Self::NotTheirs => "not-theirs",
        }
    }

    /// Why, in words, where it did not end by somebody's own will.
    pub fn says(code: &str) -> Option<&'static str> {
        match Self::ALL.into_iter().find(|known| known.code() == code)? {
            Self::Gone => Some("the browser gave it up"),
            Self::NoKey => Some("the key of this service was replaced"),
            Self::NotTheirs => Some("its sign-in or its device ended"),
            Self::TakenBack => None,
        }
    }
}

/// Whether somebody's day came to the limit, as it is told. An import brings in a list and nobody's next contact: it tells nobody.
pub fn tells(day: &Day) -> bool {
    day.headroom.is_full() && day.source.is_some_and(|source| source != Source::Import)
}

/// The id of what is told once: to one browser, of one clinician on one day.
pub fn id_of(browser: PushSubscriptionId, kind: PushKind, day: LocalDate, of: Option<ClinicianId>) -> PushMessageId {
    let of = of.map(|clinician| clinician.to_string()).unwrap_or_default();
    PushMessageId(derived_id(browser.0, &format!("{} {day} {of}", kind.code())))
}

/// What collapses at the push service and on the screen: a day's messages of one kind to one browser.
pub fn topic(browser: PushSubscriptionId, kind: PushKind, day: LocalDate) -> String {
    URL_SAFE_NO_PAD.encode(derived_id(browser.0, &format!("topic {} {day}", kind.code())))
}

/// How long until the next attempt, after so many; nothing where there is none any more.
pub fn wait_after(attempts: i32) -> Option<TimeDelta> {
    let at = usize::try_from(attempts.checked_sub(1)?).ok()?;
    AGAIN.get(at).map(|seconds| TimeDelta::seconds(*seconds))
}

/// How long what was queued may still wait: an hour, and not into the next day. Nothing where it is too late.
pub fn keep_for(day: LocalDate, queued_at: DateTime<Utc>, now: DateTime<Utc>) -> Option<TimeDelta> {
    let until = queued_at.checked_add_signed(KEPT)?.min(calendar::day_begins(day.plus_days(1)));
    Some(until.signed_duration_since(now)).filter(|left| *left > TimeDelta::zero())
}

/// What the service worker is given.
#[derive(Debug, Serialize)]
pub struct Notification<'a> {
    id: PushMessageId,
    title: &'static str,
    body: String,
    path: &'a str,
    tag: &'a str,
}

impl<'a> Notification<'a> {
    /// Of a kind, at a practice; a press on it opens the path.
    pub fn new(id: PushMessageId, kind: PushKind, place: &str, (path, tag): (&'a str, &'a str)) -> Self {
        Self { id, title: kind.title(), body: place.chars().take(LONGEST_PLACE).collect(), path, tag }
    }

    /// As sent.
    ///
    /// # Errors
    /// A fault of the serialiser.
    pub fn text(&self) -> Result<Vec<u8>, serde_json::Error> {
        serde_json::to_vec(self)
    }
}

/// Which browser sent a request, in words of ours alone.
pub fn browser(user_agent: &str) -> String {
    let first = |known: &[(&str, &'static str)]| {
        known.iter().find(|(mark, _)| user_agent.contains(mark)).map(|(_, name)| *name)
    };
    let program = first(&[
        ("Edg", "Edge"),
        ("OPR/", "Opera"),
        ("SamsungBrowser", "Samsung Internet"),
        ("Firefox", "Firefox"),
        ("FxiOS", "Firefox"),
        ("Chrome", "Chrome"),
        ("CriOS", "Chrome"),
        ("Safari", "Safari"),
    ]);
    let system = first(&[
        ("Android", "Android"),
        ("iPhone", "iPhone"),
        ("iPad", "iPad"),
        ("Windows", "Windows"),
        ("CrOS", "Chromebook"),
        ("Mac OS X", "Mac"),
        ("Linux", "Linux"),
    ]);
    match (program, system) {
        (Some(program), Some(system)) => format!("{program}, {system}"),
        (Some(one), None) | (None, Some(one)) => one.to_owned(),
        (None, None) => "A browser".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    #[test]
    fn nothing_is_told_after_an_hour_or_on_the_next_day() {
        let day: LocalDate = "2026-07-01".parse().unwrap();
        let kept = |queued: &str, now: &str| keep_for(day, at(queued), at(now)).map(|left| left.num_seconds());
        assert_eq!(kept("2026-07-01T10:00:00Z", "2026-07-01T10:00:00Z"), Some(3_600));
        assert_eq!(kept("2026-07-01T10:00:00Z", "2026-07-01T10:59:59Z"), Some(1));
        assert_eq!(kept("2026-07-01T10:00:00Z", "2026-07-01T11:00:00Z"), None);
        // Midnight is London's.
        assert_eq!(kept("2026-07-01T22:50:00Z", "2026-07-01T22:50:00Z"), Some(600));
        assert_eq!(kept("2026-07-01T22:50:00Z", "2026-07-01T23:00:00Z"), None);
    }

    #[test]
    fn an_import_tells_nobody() {
        use crate::domain::limit::{DayFacts, Rules, day};
        let (clinician, on) = (ClinicianId(Uuid::nil()), "2026-07-01".parse().unwrap());
        let tells = |facts: DayFacts| tells(&day(&facts, &Rules::default(), clinician, on));
        assert!(tells(DayFacts { taps: Some(25), ..DayFacts::default() }));
        assert!(tells(DayFacts { sheet: Some(40), ..DayFacts::default() }));
        assert!(!tells(DayFacts { taps: Some(24), ..DayFacts::default() }));
        assert!(!tells(DayFacts { import: Some(40), ..DayFacts::default() }));
        assert!(!tells(DayFacts::default()));
        // Where both say something, what counts decides.
        assert!(tells(DayFacts { taps: Some(25), import: Some(40), ..DayFacts::default() }));
        assert!(!tells(DayFacts { taps: Some(3), import: Some(40), ..DayFacts::default() }));
    }

    #[test]
    fn an_id_is_of_one_browser_kind_day_and_colleague() {
        let (one, two) = (PushSubscriptionId(Uuid::from_u128(1)), PushSubscriptionId(Uuid::from_u128(2)));
        let (day, next): (LocalDate, LocalDate) = ("2026-07-01".parse().unwrap(), "2026-07-02".parse().unwrap());
        let (a, b) = (ClinicianId(Uuid::from_u128(8)), ClinicianId(Uuid::from_u128(9)));
        let id = |browser, kind, day, of| id_of(browser, kind, day, of);
        let first = id(one, PushKind::Somebodys, day, Some(a));
        assert_eq!(first, id(one, PushKind::Somebodys, day, Some(a)));
        let others = [
            id(two, PushKind::Somebodys, day, Some(a)),
            id(one, PushKind::Own, day, Some(a)),
            id(one, PushKind::Somebodys, next, Some(a)),
            id(one, PushKind::Somebodys, day, Some(b)),
        ];
        assert!(!others.contains(&first));
        let topic = topic(one, PushKind::Somebodys, day);
        assert!(topic.len() <= 32 && topic.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte)));
    }

    #[test]
    fn the_longest_message_fits_into_what_every_message_is_padded_to() {
        let long = "🏥".repeat(200);
        let path = format!("/practices/Z90001/clinicians/{}", Uuid::nil());
        for kind in PushKind::ALL {
            let shown = Notification::new(PushMessageId(Uuid::nil()), kind, &long, (&path, "AAAAAAAAAAAAAAAAAAAAAA"));
            assert!(shown.text().unwrap().len() <= 1024, "{kind:?}");
            assert_eq!(PushKind::of(kind.code()), Some(kind));
        }
    }

    #[test]
    fn a_browser_is_named_in_our_own_words() {
        let chrome =
            "Mozilla/5.0 (Linux; Android 15) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 Mobile Safari/537.36";
        assert_eq!(browser(chrome), "Chrome, Android");
        assert_eq!(browser(&format!("{chrome} Edg/140.0")), "Edge, Android");
        let safari =
            "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605 Version/18.0 Mobile Safari/604.1";
        assert_eq!(browser(safari), "Safari, iPhone");
        for strange in ["", "<script>alert(1)</script>", "curl/8"] {
            assert_eq!(browser(strange), "A browser");
        }
    }
}
