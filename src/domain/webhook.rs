//! Webhooks: what a practice's own program is told, how it knows that Headroom says so (Standard Webhooks), how often it is
//! tried, and which addresses are never asked.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use base64::{Engine, engine::general_purpose::STANDARD};
use chrono::{DateTime, TimeDelta, Utc};
use entity::ids::{DivertId, LocalDate, OdsCode, WebhookId, WebhookMessageId};
use hmac::{Hmac, KeyInit, Mac};
use ipnet::{IpNet, Ipv4Net, Ipv6Net};
use serde::Serialize;
use serde_json::{Value, json};
use sha2::Sha256;
use uuid::Uuid;

use super::{
    action::StatusChange,
    area::LEAST_CLINICIANS,
    catalogue::{PositionKind, Status},
    contact::derived_id,
    limit::PracticeDay,
};

/// What a secret begins with, so that programs that look for secrets in the wrong place find it.
pub const SECRET_BEGINS: &str = "whsec_";
/// Addresses of a practice that work or were given up.
pub const MOST_WEBHOOKS: usize = 3;
/// Seconds from one attempt to the next; after the last of them a message is given up: a day, less a quarter of an hour.
const AGAIN: [i64; 8] = [5, 60, 300, 1_800, 7_200, 18_000, 28_800, 28_800];

/// What a program can be told of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum WebhookEvent {
    /// All who were counted are at their limit.
    LimitReached,
    /// A divert was started.
    DivertStarted,
    /// A divert was ended.
    DivertEnded,
    /// A status of the register was recorded.
    StatusChanged,
    /// Somebody pressed the button that tries it.
    Test,
}

impl WebhookEvent {
    /// Those that a practice chooses from.
    pub const CHOICES: [Self; 4] = [Self::LimitReached, Self::DivertStarted, Self::DivertEnded, Self::StatusChanged];

    /// As it is sent and stored.
    pub fn code(self) -> &'static str {
        match self {
            Self::LimitReached => "limit.reached",
            Self::DivertStarted => "divert.started",
            Self::DivertEnded => "divert.ended",
            Self::StatusChanged => "status.changed",
            Self::Test => "webhook.test",
        }
    }

    /// As written on a page.
    pub fn title(self) -> &'static str {
        match self {
            Self::LimitReached => "The practice reached its limit",
            Self::DivertStarted => "A divert started",
            Self::DivertEnded => "A divert ended",
            Self::StatusChanged => "A status was recorded",
            Self::Test => "Test",
        }
    }

    /// What of a code; nothing where this version does not know it.
    pub fn of(code: &str) -> Option<Self> {
        Self::CHOICES.into_iter().chain([Self::Test]).find(|event| event.code() == code)
    }
}

/// What happened, with what may be told of it: never a person, and no count.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct News {
    /// What.
    pub event: WebhookEvent,
    /// When.
    pub at: DateTime<Utc>,
    data: Value,
}

/// What is sent.
#[derive(Debug, Serialize)]
struct Body<'a> {
    r#type: &'static str,
    occurred_at: DateTime<Utc>,
    practice: &'a OdsCode,
    data: &'a Value,
}

impl News {
    /// The practice reached its limit. Nothing where too few were counted for a sum to be nobody's own.
    pub fn limit_reached(day: LocalDate, sum: PracticeDay, at: DateTime<Utc>) -> Option<Self> {
        let is_full = sum.headroom().is_some_and(super::limit::Headroom::is_full);
        let event = WebhookEvent::LimitReached;
        (is_full && sum.clinicians >= LEAST_CLINICIANS).then(|| Self { event, at, data: json!({ "day": day }) })
    }

    /// A divert was started.
    pub fn divert_started(divert: DivertId, at: DateTime<Utc>) -> Self {
        Self { event: WebhookEvent::DivertStarted, at, data: json!({ "divert": divert }) }
    }

    /// A divert was ended.
    pub fn divert_ended(divert: DivertId, started_at: DateTime<Utc>, at: DateTime<Utc>) -> Self {
        let data = json!({ "divert": divert, "started_at": started_at });
        Self { event: WebhookEvent::DivertEnded, at, data }
    }

    /// A status was recorded. Nothing of what never leaves a practice: a thought, a plan without a served notice, an item
    /// that is in conflict with the contract.
    pub fn status_changed(change: &StatusChange, position: &str, at: DateTime<Utc>) -> Option<Self> {
        let leaves = match change.status {
            Status::Thinking => false,
            Status::PausingFrom => change.notice_served_on.is_some(),
            Status::PausedSince | Status::Running | Status::Restarted => true,
        };
        let data = json!({
            "id": change.id, "item": change.item, "subject": change.subject, "status": change.status,
            "effective_on": change.effective_on,
        });
        let may_leave = leaves && position != PositionKind::Conflicts.to_string();
        may_leave.then_some(Self { event: WebhookEvent::StatusChanged, at, data })
    }

    /// Somebody tries an address.
    pub fn test(at: DateTime<Utc>) -> Self {
        Self { event: WebhookEvent::Test, at, data: json!({}) }
    }

    /// What is sent, byte by byte.
    ///
    /// # Errors
    /// A fault of the serialiser.
    pub fn body(&self, practice: &OdsCode) -> Result<String, serde_json::Error> {
        let Self { event, at, data } = self;
        serde_json::to_string(&Body { r#type: event.code(), occurred_at: *at, practice, data })
    }
}

/// The id of what is told of a day once, whoever finds out, on which node, and however often.
pub fn id_of_day(webhook: WebhookId, event: WebhookEvent, day: LocalDate) -> WebhookMessageId {
    WebhookMessageId(derived_id(webhook.0, &format!("{} {day}", event.code())))
}

/// How long until the next attempt, after so many; nothing where there is none any more.
pub fn wait_after(attempts: u32) -> Option<TimeDelta> {
    let at = usize::try_from(attempts.checked_sub(1)?).ok()?;
    AGAIN.get(at).map(|seconds| TimeDelta::seconds(*seconds))
}

/// The secret as a program is given it.
pub fn secret(bytes: &[u8]) -> String {
    format!("{SECRET_BEGINS}{}", STANDARD.encode(bytes))
}

/// The header `webhook-signature`; nothing where the library refuses the key.
pub fn signature(secret: &[u8], id: Uuid, seconds: i64, body: &str) -> Option<String> {
    let mut mac = Hmac::<Sha256>::new_from_slice(secret).ok()?;
    mac.update(format!("{id}.{seconds}.{body}").as_bytes());
    Some(format!("v1,{}", STANDARD.encode(mac.finalize().into_bytes())))
}

/// The computer of an address, by which people know it again; what else it has may be a secret of its own.
pub fn host(address: &str) -> &str {
    let after = address.split_once("://").map_or(address, |(_, after)| after);
    after.split(['/', '?', '#']).next().unwrap_or_default()
}

const fn v4(a: u8, b: u8, c: u8, d: u8, prefix: u8) -> IpNet {
    IpNet::V4(Ipv4Net::new_assert(Ipv4Addr::new(a, b, c, d), prefix))
}

const fn v6(first: u16, second: u16, prefix: u8) -> IpNet {
    IpNet::V6(Ipv6Net::new_assert(Ipv6Addr::new(first, second, 0, 0, 0, 0, 0, 0), prefix))
}

/// What of IPv4 is nobody's on the internet (IANA's registry of special purposes), or answers a computer about itself.
const CLOSED_V4: [IpNet; 17] = [
    v4(0, 0, 0, 0, 8),
    v4(10, 0, 0, 0, 8),
    // Of networks behind a carrier's translation.
    v4(100, 64, 0, 0, 10),
    v4(127, 0, 0, 0, 8),
    // Where clouds tell a computer its own credentials.
    v4(169, 254, 0, 0, 16),
    v4(168, 63, 129, 16, 32),
    v4(172, 16, 0, 0, 12),
    v4(192, 0, 0, 0, 24),
    v4(192, 0, 2, 0, 24),
    v4(192, 88, 99, 0, 24),
    v4(192, 168, 0, 0, 16),
    v4(198, 18, 0, 0, 15),
    v4(198, 51, 100, 0, 24),
    v4(203, 0, 113, 0, 24),
    v4(224, 0, 0, 0, 4),
    v4(240, 0, 0, 0, 4),
    v4(255, 255, 255, 255, 32),
];

/// What of IPv6 is on the internet.
const OPEN_V6: IpNet = v6(0x2000, 0, 3);
/// And what of that is not, or holds an address of IPv4 that somebody else reaches for us.
const CLOSED_V6: [IpNet; 4] = [v6(0x2001, 0, 23), v6(0x2001, 0x0db8, 32), v6(0x2002, 0, 16), v6(0x3fff, 0, 20)];
/// What a translation makes of an address of IPv4 (RFC 6052).
const TRANSLATED: IpNet = v6(0x0064, 0xff9b, 96);

/// Whether an address is one of the internet, and none of the network or the computer that this runs on.
pub fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(_) => !CLOSED_V4.iter().any(|net| net.contains(&address)),
        IpAddr::V6(six) => match inner(six) {
            Some(four) => is_public(IpAddr::V4(four)),
            None => OPEN_V6.contains(&address) && !CLOSED_V6.iter().any(|net| net.contains(&address)),
        },
    }
}

/// The address of IPv4 that one of IPv6 stands for.
fn inner(six: Ipv6Addr) -> Option<Ipv4Addr> {
    if TRANSLATED.contains(&IpAddr::V6(six)) {
        let [.., a, b, c, d] = six.octets();
        return Some(Ipv4Addr::new(a, b, c, d));
    }
    six.to_ipv4_mapped()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_of_this_network_or_computer_is_never_public() {
        let public = ["8.8.8.8", "1.1.1.1", "172.15.0.1", "172.32.0.1", "100.63.0.1", "100.128.0.1", "2a00:1450::1"];
        for open in public.into_iter().chain(["2606:4700::1111", "::ffff:8.8.8.8", "64:ff9b::8.8.8.8"]) {
            assert!(is_public(open.parse().unwrap()), "{open}");
        }
        let four = [
            "0.0.0.0",
            "0.1.2.3",
            "10.0.0.1",
            "100.64.0.1",
            "100.100.100.200",
            "127.0.0.1",
            "127.8.9.1",
            "168.63.129.16",
            "169.254.169.254",
            "172.16.0.1",
            "172.31.255.255",
            "192.0.0.192",
            "192.0.2.1",
            "192.168.1.1",
            "198.18.0.1",
            "198.51.100.1",
            "203.0.113.9",
            "224.0.0.1",
            "240.0.0.1",
            "255.255.255.255",
        ];
        for closed in four {
            assert!(!is_public(closed.parse().unwrap()), "{closed}");
            for six in ["::ffff:", "64:ff9b::", "::"] {
                let inside = format!("{six}{closed}");
                assert!(!is_public(inside.parse().unwrap()), "{inside}");
            }
        }
        let six = [
            "::",
            "::1",
            "fe80::1",
            "fc00::1",
            "fd00:ec2::254",
            "fec0::1",
            "ff02::1",
            "100::1",
            "2001::1",
            "2001:db8::1",
            "2002:7f00:1::1",
            "2002:a9fe:a9fe::1",
            "3fff::1",
            "64:ff9b:1::a00:1",
            "5f00::1",
        ];
        for closed in six {
            assert!(!is_public(closed.parse().unwrap()), "{closed}");
        }
    }

    /// The vector that Standard Webhooks publishes with its libraries.
    #[test]
    fn the_signature_is_that_of_the_standard() {
        let secret = STANDARD.decode("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw").unwrap();
        let mut mac = Hmac::<Sha256>::new_from_slice(&secret).unwrap();
        mac.update(br#"msg_p5jXN8AQM9LWM0D4loKWxJek.1614265330.{"test": 2432232314}"#);
        let known = "g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=";
        assert_eq!(STANDARD.encode(mac.finalize().into_bytes()), known);
        let id = Uuid::from_u128(7);
        let own = signature(&secret, id, 1, "{}").unwrap();
        assert!(own.starts_with("v1,") && own != signature(&secret, id, 2, "{}").unwrap(), "{own}");
    }

    #[test]
    fn it_is_tried_for_a_day_ever_more_seldom() {
        let waits: Vec<i64> = (1..).map_while(wait_after).map(|wait| wait.num_seconds()).collect();
        assert_eq!(waits, AGAIN);
        assert!(waits.is_sorted());
        let day: i64 = waits.iter().sum();
        assert!((82_800..=86_400).contains(&day), "{day}");
        assert_eq!(wait_after(0), None);
    }

    #[test]
    fn the_limit_is_told_of_three_counted_clinicians_who_all_are_at_it() {
        let day: LocalDate = "2026-11-20".parse().unwrap();
        let at = "2026-11-20T12:00:00Z".parse().unwrap();
        let sum = |clinicians, counted, over| PracticeDay {
            clinicians,
            counted,
            limit: 75,
            over,
            nearing_hundredths: 6_375,
            ..PracticeDay::default()
        };
        let told = |sum| News::limit_reached(day, sum, at);
        assert_eq!(told(sum(3, 74, 0)), None);
        assert_eq!(told(sum(3, 80, 6)), None, "one is past the limit, another is not at it");
        assert_eq!(told(sum(2, 75, 0)), None, "of two, each knows what the other did");
        assert_eq!(told(PracticeDay::default()), None);
        let body = told(sum(3, 80, 5)).unwrap().body(&"Z90001".parse().unwrap()).unwrap();
        let said = r#"{"type":"limit.reached","occurred_at":"2026-11-20T12:00:00Z","practice":"Z90001","data":{"day":"2026-11-20"}}"#;
        assert_eq!(body, said);
    }

    #[test]
    fn what_never_leaves_a_practice_is_not_told() {
        let at = "2026-11-20T12:00:00Z".parse().unwrap();
        let day: LocalDate = "2026-12-20".parse().unwrap();
        let of =
            |status| StatusChange::of(entity::ids::StatusId(Uuid::from_u128(1)), &"a".parse().unwrap(), status, day);
        let told = |change: &StatusChange, position: PositionKind| {
            News::status_changed(change, &position.to_string(), at).is_some()
        };
        let agrees = PositionKind::ALL.iter().copied().find(|kind| *kind != PositionKind::Conflicts).unwrap();
        for (status, leaves) in [
            (Status::Thinking, false),
            (Status::PausingFrom, false),
            (Status::PausedSince, true),
            (Status::Running, true),
            (Status::Restarted, true),
        ] {
            assert_eq!(told(&of(status), agrees), leaves, "{status:?}");
            assert!(!told(&of(status), PositionKind::Conflicts));
        }
        let served = StatusChange { notice_served_on: Some("2026-11-01".parse().unwrap()), ..of(Status::PausingFrom) };
        assert!(told(&served, agrees));
    }
}
