//! What clinical systems call things.

use std::str::FromStr;

use entity::ids::NotAnId;

use super::{SlotOutcome, plain};
use crate::domain::contact::ContactKind;

/// What slots of a type are, where they are counted at all.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum TypeMeaning {
    /// A contact of this kind.
    Contact(ContactKind),
    /// A vaccination clinic: two minutes each, a hundred on a Saturday. BMA's 25 are consultations, so they are counted
    /// apart and never in it.
    Vaccination,
}

impl TypeMeaning {
    /// The code of vaccinations among those of kinds of contact.
    pub const VACCINATION: &str = "vaccination";

    /// Stable text: that of the kind, or [`Self::VACCINATION`].
    pub fn code(self) -> &'static str {
        match self {
            Self::Contact(kind) => kind.code(),
            Self::Vaccination => Self::VACCINATION,
        }
    }

    /// The kind under which its slots are stored.
    pub fn kind(self) -> ContactKind {
        match self {
            Self::Contact(kind) => kind,
            Self::Vaccination => ContactKind::InPerson,
        }
    }
}

impl FromStr for TypeMeaning {
    type Err = NotAnId;
    fn from_str(text: &str) -> Result<Self, NotAnId> {
        if text == Self::VACCINATION { Ok(Self::Vaccination) } else { text.parse().map(Self::Contact) }
    }
}

/// Yes or no; blank is no.
pub fn truth(text: &str) -> Option<bool> {
    match plain(text).as_str() {
        "" | "false" | "0" | "no" | "n" => Some(false),
        "true" | "1" | "yes" | "y" => Some(true),
        _ => None,
    }
}

/// What a column beside the status says of who came.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Came {
    /// Somebody did, in words.
    Yes,
    /// Nobody did.
    No,
    /// Nothing: blank, no as an answer to "did not attend?", or the 2 that EMIS writes for days to come.
    Unsaid,
}

/// Reads a column that tells who did not attend, as yes or no or in words.
pub fn came_in_words(text: &str) -> Option<Came> {
    match truth(text) {
        Some(true) => return Some(Came::No),
        Some(false) => return Some(Came::Unsaid),
        None => {}
    }
    match plain(text).as_str() {
        "2" | "unknown" | "na" | "notapplicable" | "none" => Some(Came::Unsaid),
        _ => match outcome_in_words(text)? {
            SlotOutcome::Attended => Some(Came::Yes),
            SlotOutcome::DidNotAttend => Some(Came::No),
            _ => Some(Came::Unsaid),
        },
    }
}

/// Words that begin a status, by what became of the slot; the first that fits decides, so that "left without being seen" is not
/// "left". Those of EMIS, SystmOne and Vision, and what practices write.
const STATUSES: [(SlotOutcome, &str); 6] = [
    (
        SlotOutcome::DidNotAttend,
        "dna didnotattend didnotwait dnw noaccess patientwalkedout walkedout notattended nonattend unattended failedtoattend \
         failedcontact noshow abandoned leftwithout leftbefore leftnotseen leftunseen notseen visitednotin visitnotin \
         visitnoaccess telephonenotin telephonenoanswer telephonenoreply noanswer noreply notin unabletocontact nocontact \
         patientdidnot",
    ),
    (
        SlotOutcome::Cancelled,
        "cancel cannotbeseen couldnotattend unabletoattend rescheduled rebooked visitcancel telephonecancel \
         patientcancel practicecancel",
    ),
    (
        SlotOutcome::Booked,
        "booked arrived waiting unknown pending expected requested confirmed provisional scheduled checkedin visitbooked \
         visitrequest visitpending telephonebooked telephonepending patientarrived patientwaiting inwaitingroom",
    ),
    (
        SlotOutcome::Attended,
        "attended finished left seen complete inprogress sentin sendin consult inconsultation quietlysentin quietsendin \
         quietsentin startcall callstarted callcomplete callended beingseen withclinician withdoctor withnurse withgp visited \
         visitcomplete visitfinished visitdone telephonecomplete telephonefinished telephoneleft telephonesendin patientseen \
         patientattended patientleft closed done",
    ),
    (
        SlotOutcome::Free,
        "free available slotavailable slotfree slotblocked unbooked notbooked blocked unused embargo otherunavailable \
         unavailable notavailable reserved locked held onhold vacant empty",
    ),
    (SlotOutcome::Removed, "deleted removed"),
];
/// Whole statuses that begin longer ones of another meaning.
const WHOLE: [(SlotOutcome, &str); 2] =
    [(SlotOutcome::Attended, "visit homevisit telephone phonecall"), (SlotOutcome::Cancelled, "uta cna")];

/// What a status says became of a slot.
pub fn outcome_in_words(text: &str) -> Option<SlotOutcome> {
    let text = plain(text);
    if text.is_empty() {
        return None;
    }
    let whole = WHOLE.into_iter().find(|(_, words)| words.split(' ').any(|word| text == word));
    let begins = || STATUSES.into_iter().find(|(_, words)| words.split_whitespace().any(|word| text.starts_with(word)));
    whole.or_else(begins).map(|(outcome, _)| outcome)
}

/// How a contact took place, as far as a status or the flags beside it say.
pub fn mode_in_words(text: &str) -> Option<ContactKind> {
    let text = plain(text);
    let has = |words: &[&str]| words.iter().any(|word| text.contains(word));
    if has(&["telephone", "phonecall", "byphone", "startcall"]) {
        Some(ContactKind::Telephone)
    } else if has(&["video"]) {
        Some(ContactKind::Video)
    } else if has(&["visit"]) {
        Some(ContactKind::Visit)
    } else if has(&["online", "econsult", "sms"]) {
        Some(ContactKind::Online)
    } else {
        None
    }
}

/// Words of slot types in which nobody is seen.
const NO_CONTACT: [&str; 18] = [
    "admin",
    "meeting",
    "break",
    "lunch",
    "coffee",
    "tutorial",
    "training",
    "letters",
    "paperwork",
    "catchup",
    "annualleave",
    "comment",
    "donotbook",
    "donotuse",
    "blocked",
    "supervision",
    "debrief",
    "scripts",
];

/// What a slot type means, as far as its words say; nothing where it is no contact at all.
pub fn kind_in_words(text: &str) -> Option<TypeMeaning> {
    let vaccination = is_vaccination(text);
    let text = plain(text);
    let has = |words: &[&str]| words.iter().any(|word| text.contains(word));
    let kind = |code: &str, or: ContactKind| code.parse().unwrap_or(or);
    let contact = if has(&NO_CONTACT) {
        return None;
    } else if vaccination {
        return Some(TypeMeaning::Vaccination);
    } else if has(&["carehome", "nursinghome", "residential"]) {
        kind("care-home", ContactKind::Visit)
    } else if has(&["visit"]) {
        ContactKind::Visit
    } else if has(&["triage", "dutydoctor", "dutygp"]) {
        kind("triage", ContactKind::Telephone)
    } else if has(&["result"]) {
        kind("results-call", ContactKind::Telephone)
    } else if has(&["video"]) {
        ContactKind::Video
    } else if has(&["telephone", "phone", "telcon", "telecon", "tcall"]) {
        ContactKind::Telephone
    } else if has(&["online", "econsult", "accurx", "askmygp", "message"]) {
        ContactKind::Online
    } else if has(&["group"]) {
        kind("group", ContactKind::InPerson)
    } else {
        ContactKind::InPerson
    };
    Some(TypeMeaning::Contact(contact))
}

/// Clinics in which one after the other is vaccinated. Those of babies and travellers are consultations.
fn is_vaccination(text: &str) -> bool {
    let mut words = text.split(|c: char| !c.is_alphanumeric()).map(str::to_lowercase);
    let is = |word: &str| {
        ["flu", "rsv", "jab", "jabs", "covid19", "shingles", "pneumo"].contains(&word)
            || ["covid", "vacc", "influenza", "pneumococc"].iter().any(|begins| word.starts_with(begins))
    };
    let whole = plain(text);
    let consulting = ["travel", "baby", "babies", "child", "result", "telephone", "phone", "long"];
    (words.any(|word| is(&word)) || whole.contains("fluclinic") || whole.contains("fluvacc"))
        && !consulting.iter().any(|word| whole.contains(word))
}
