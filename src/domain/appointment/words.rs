//! What clinical systems call things.

use super::{SlotOutcome, plain};
use crate::domain::contact::ContactKind;

/// Yes or no; blank is no.
pub fn truth(text: &str) -> Option<bool> {
    match plain(text).as_str() {
        "" | "false" | "0" | "no" | "n" => Some(false),
        "true" | "1" | "yes" | "y" => Some(true),
        _ => None,
    }
}

/// What a status says became of a slot.
pub fn outcome_in_words(text: &str) -> Option<SlotOutcome> {
    let text = plain(text);
    let begins = |words: &[&str]| words.iter().any(|word| text.starts_with(word));
    if text.is_empty() {
        None
    } else if begins(&[
        "dna",
        "didnotattend",
        "noaccess",
        "patientwalkedout",
        "walkedout",
        "notattended",
        "failedtoattend",
        "noshow",
        "abandoned",
    ]) {
        Some(SlotOutcome::DidNotAttend)
    } else if begins(&["cancel"]) {
        Some(SlotOutcome::Cancelled)
    } else if begins(&[
        "attended",
        "finished",
        "left",
        "seen",
        "complete",
        "inprogress",
        "sentin",
        "consulted",
        "quietlysentin",
    ]) {
        Some(SlotOutcome::Attended)
    } else if begins(&["booked", "arrived", "waiting", "unknown", "pending", "expected"]) {
        Some(SlotOutcome::Booked)
    } else if begins(&[
        "free",
        "available",
        "slotavailable",
        "unbooked",
        "notbooked",
        "blocked",
        "unused",
        "embargo",
        "startcall",
    ]) {
        Some(SlotOutcome::Free)
    } else if begins(&["deleted", "removed"]) {
        Some(SlotOutcome::Removed)
    } else {
        None
    }
}

/// The kind of contact that a slot type means, as far as its words say; nothing where it is no contact at all.
pub fn kind_in_words(text: &str) -> Option<ContactKind> {
    let text = plain(text);
    let has = |words: &[&str]| words.iter().any(|word| text.contains(word));
    let kind = |code: &str, or: ContactKind| Some(code.parse().unwrap_or(or));
    if has(&[
        "admin",
        "meeting",
        "break",
        "lunch",
        "tutorial",
        "training",
        "letters",
        "paperwork",
        "catchup",
        "annualleave",
    ]) {
        None
    } else if has(&["carehome", "nursinghome", "residential"]) {
        kind("care-home", ContactKind::Visit)
    } else if has(&["visit"]) {
        Some(ContactKind::Visit)
    } else if has(&["triage", "dutydoctor", "dutygp"]) {
        kind("triage", ContactKind::Telephone)
    } else if has(&["result"]) {
        kind("results-call", ContactKind::Telephone)
    } else if has(&["video"]) {
        Some(ContactKind::Video)
    } else if has(&["telephone", "phone", "telcon", "telecon", "tcall"]) {
        Some(ContactKind::Telephone)
    } else if has(&["online", "econsult", "accurx", "askmygp", "message"]) {
        Some(ContactKind::Online)
    } else if has(&["group"]) {
        kind("group", ContactKind::InPerson)
    } else {
        Some(ContactKind::InPerson)
    }
}
