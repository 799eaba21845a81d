//! E-mail addresses of people and of teams, also spelt out.

use super::{
    kinds::IdentifierKind as Kind,
    text::{Span, Text},
    words::is_one_of,
};

/// Where addresses are given to whoever asks for one.
const PRIVATE: &str =
    "gmail googlemail hotmail outlook yahoo icloud live btinternet aol sky me proton protonmail talktalk";
/// Of the health service and of government.
const PUBLIC: &[&str] = &["nhs.net", "nhs.uk", "gov.uk", "bma.org.uk", "parliament.uk"];
/// How names of hosts end.
const TOPS: &str = "com org net uk co info eu ie io me example wales";
/// Parts of the name of a box that several people read.
const MAILBOXES: &str = "info admin enquiries enquiry reception office contact contracts lmc icb pcn practice surgery \
    secretary secretaries referrals noreply support help helpdesk mail team manager hello feedback complaints returns gp \
    gps prescriptions liaison appointments bookings booking pals clinic results pathology radiology pharmacy ward";

pub(super) fn find(text: &Text, spans: &mut Vec<Span>) {
    for at in 0..text.len() {
        spans.extend(written(text, at));
    }
    for at in 0..text.words.len() {
        spans.extend(spelt_out(text, at));
    }
}

/// An address around an `@`.
fn written(text: &Text, at: usize) -> Option<Span> {
    if text.letter(at)? != '@' {
        return None;
    }
    let in_local = |c: char| c.is_alphanumeric() || ".!#$%&'*+/=?^_`{|}~-".contains(c);
    let in_domain = |c: char| c.is_alphanumeric() || matches!(c, '.' | '-');
    // A blank on either side of the sign does not hide an address.
    let blank = |place: Option<usize>| place.and_then(|at| text.letter(at)) == Some(' ');
    let local_end = if blank(at.checked_sub(1)) { at.checked_sub(1)? } else { at };
    let mut from = local_end;
    while from.checked_sub(1).and_then(|before| text.letter(before)).is_some_and(in_local) {
        from = from.checked_sub(1)?;
    }
    let domain_start = at.checked_add(if blank(at.checked_add(1)) { 2 } else { 1 })?;
    let mut to = domain_start;
    while text.letter(to).is_some_and(in_domain) {
        to = to.checked_add(1)?;
    }
    let domain = text.between(domain_start, to).to_lowercase();
    kind(&text.between(from, local_end).to_lowercase(), domain.trim_end_matches('.')).map(|kind| (kind, from, to))
}

/// `jan.kowalski (at) example.org`, `jan dot kowalski at example dot org`.
fn spelt_out(text: &Text, at: usize) -> Option<Span> {
    let sign = text.word(at).filter(|word| word.lower == "at")?;
    let before = text.before(at, 1)?;
    let marked = sign.gap.ends_with(['(', '[', '{', '<']);
    // What belongs to the address before the sign, and after it: words without a blank or with `dot` between them.
    let dot = |place: usize| ["dot", "underscore", "dash", "hyphen"].contains(&text.lower(place, 0));
    let mut first = at.checked_sub(1)?;
    while let Some(earlier) = first.checked_sub(1) {
        let glued = text.word(first).is_some_and(|word| matches!(word.gap.as_str(), "." | "_" | "-" | "+"));
        if !(glued || dot(first) || dot(earlier)) {
            break;
        }
        first = earlier;
    }
    let mut last = at.checked_add(1)?;
    while text.after(last, 1).is_some_and(|next| next.gap == "." || next.lower == "dot") || dot(last) {
        last = last.checked_add(1)?;
    }
    let (from, to) = (text.word(first)?.from, text.word(last)?.to);
    let domain: String = text.words.get(at.checked_add(1)?..=last)?.iter().filter(|word| word.lower != "dot").fold(
        String::new(),
        |domain, word| {
            if domain.is_empty() { word.lower.clone() } else { format!("{domain}.{}", word.lower) }
        },
    );
    let provider = domain.split('.').next().unwrap_or_default();
    let known = domain.rsplit_once('.').is_some_and(|(_, top)| is_one_of(TOPS, top));
    let local = text.between(from, before.to).to_lowercase();
    // A bare `at` stands in many sentences: then either side must look like part of an address.
    let dotted = text.words.get(at..=last)?.iter().any(|word| word.lower == "dot");
    let addressed = marked || dotted || first.saturating_add(1) < at || local.contains(|c: char| c.is_ascii_digit());
    let private = is_one_of(PRIVATE, provider) && provider.len() > 3;
    let found = if known { addressed || private } else { private && (addressed || domain == "gmail") };
    if !found {
        return None;
    }
    kind(&local, &domain).or(Some(Kind::Email)).map(|kind| (kind, from, to))
}

/// Whose an address is; none where it is none.
fn kind(local: &str, domain: &str) -> Option<Kind> {
    let top = domain.rsplit_once('.').map_or(domain, |(_, top)| top);
    if top == domain && !is_one_of(PRIVATE, domain) {
        return None;
    }
    if local.is_empty() || top.len() < 2 || !top.chars().all(char::is_alphabetic) {
        return None;
    }
    let within =
        |parent: &&str| domain == *parent || domain.strip_suffix(*parent).is_some_and(|rest| rest.ends_with('.'));
    let provider = domain.split('.').next().unwrap_or_default();
    let is_mailbox = |part: &str| is_one_of(MAILBOXES, part);
    let shared = !is_one_of(PRIVATE, provider) && local.split(['.', '-', '_']).any(is_mailbox);
    Some(if shared || PUBLIC.iter().any(within) { Kind::Mailbox } else { Kind::Email })
}
