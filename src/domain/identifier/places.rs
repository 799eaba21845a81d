//! Postcodes, street addresses and e-mail addresses.

use super::{
    IdentifierKind,
    text::{Span, Text, Word},
    words::{is_organisation_word, is_street},
};

/// The letters every UK postcode begins with (Royal Mail).
const AREAS: &str = " AB AL B BA BB BD BF BH BL BN BR BS BT BX CA CB CF CH CM CO CR CT CV CW DA DD DE DG DH DL DN DT DY \
    E EC EH EN EX FK FY G GL GU GY HA HD HG HP HR HS HU HX IG IM IP IV JE KA KT KW KY L LA LD LE LL LN LS LU M ME MK ML \
    N NE NG NN NP NR NW OL OX PA PE PH PL PO PR RG RH RM S SA SE SG SK SL SM SN SO SP SR SS ST SW SY TA TD TF TN TQ TR \
    TS TW UB W WA WC WD WF WN WR WS WV YO ZE ";

pub(super) fn find(text: &Text, spans: &mut Vec<Span>) {
    for at in 0..text.words.len() {
        spans.extend(postcode(text, at));
        spans.extend(address(text, at));
    }
    for at in 0..text.len() {
        spans.extend(email(text, at));
    }
}

fn postcode(text: &Text, at: usize) -> Option<Span> {
    let word = text.word(at)?;
    let upper = word.text.to_ascii_uppercase();
    if (5..=7).contains(&upper.len())
        && let Some((outward, inward)) = upper.split_at_checked(upper.len().saturating_sub(3))
        && is_outward(outward)
        && is_inward(inward)
    {
        return Some((IdentifierKind::Postcode, word.from, word.to));
    }
    let next = text.word(at.checked_add(1)?)?;
    let near = next.gap.len() <= 2 && next.gap.chars().all(|c| matches!(c, ' ' | '-' | '.' | '\n'));
    // `Room S1 2nd floor`, `B12 1yr`: an ordinal or a unit in small letters.
    let unit = ["1st", "2nd", "3rd"].contains(&next.text.as_str())
        || ["th", "yr", "hr"].iter().any(|ending| next.text.ends_with(ending) && word.text != word.lower);
    let both = is_outward(&upper) && is_inward(&next.text.to_ascii_uppercase());
    (near && both && !unit).then_some((IdentifierKind::Postcode, word.from, next.to))
}

fn is_outward(text: &str) -> bool {
    // Girobank's own; the one code without a district number.
    if text == "GIR" {
        return true;
    }
    let letters = text.bytes().take_while(u8::is_ascii_uppercase).count();
    let Some((area, district)) = text.split_at_checked(letters) else {
        return false;
    };
    let mut rest = district.bytes();
    let first = rest.next().is_some_and(|byte| byte.is_ascii_digit());
    let second = rest.next().is_none_or(|byte| byte.is_ascii_alphanumeric());
    let known = !area.is_empty() && AREAS.contains(&format!(" {area} "));
    known && first && second && rest.next().is_none()
}

fn is_inward(text: &str) -> bool {
    let mut bytes = text.bytes();
    let digit = bytes.next().is_some_and(|byte| byte.is_ascii_digit());
    let mut letter = || bytes.next().is_some_and(|b| b.is_ascii_uppercase() && !b"CIKMOV".contains(&b));
    digit && letter() && letter() && text.len() == 3
}

/// `14 Acacia Avenue`, unless an organisation's name goes on after it.
fn address(text: &Text, at: usize) -> Option<Span> {
    let house = text.word(at)?;
    let digits = house.text.bytes().take_while(u8::is_ascii_digit).count();
    let suffix = house.text.get(digits..)?;
    if !(1..=4).contains(&digits) || !(suffix.is_empty() || (suffix.len() == 1 && !house.is_number())) {
        return None;
    }
    let named = |word: &Word| word.is_capitalised() && matches!(word.gap.as_str(), " " | ", " | " \n");
    for ahead in 1..=4_usize {
        let place = at.checked_add(ahead)?;
        let word = text.word(place).filter(|word| named(word))?;
        if ahead > 1 && is_street(&word.lower) {
            let next = place.checked_add(1).and_then(|at| text.word(at));
            let goes_on =
                next.is_some_and(|next| next.gap == " " && is_organisation_word(&next.lower) && next.is_capitalised());
            return (!goes_on).then_some((IdentifierKind::Address, house.from, word.to));
        }
    }
    None
}

/// An address around an `@`. Shared mailboxes and addresses of the health service and of government are no patient's.
fn email(text: &Text, at: usize) -> Option<Span> {
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
    let local = text.between(from, local_end).to_lowercase();
    let domain = text.between(domain_start, to).to_lowercase();
    let domain = domain.trim_end_matches('.');
    let (_, top) = domain.rsplit_once('.')?;
    if local.is_empty() || top.len() < 2 || !top.chars().all(char::is_alphabetic) {
        return None;
    }
    let public = ["nhs.net", "nhs.uk", "gov.uk", "bma.org.uk", "parliament.uk"];
    let within = |parent: &str| domain == parent || domain.ends_with(&format!(".{parent}"));
    let private = [
        "gmail",
        "googlemail",
        "hotmail",
        "outlook",
        "yahoo",
        "icloud",
        "live",
        "btinternet",
        "aol",
        "sky",
        "me",
        "proton",
    ];
    let provider = domain.split('.').next().unwrap_or_default();
    let shared = !private.contains(&provider) && local.split(['.', '-', '_']).any(is_mailbox);
    (!public.iter().any(|parent| within(parent)) && !shared).then_some((IdentifierKind::Email, from, to))
}

fn is_mailbox(part: &str) -> bool {
    [
        "info",
        "admin",
        "enquiries",
        "enquiry",
        "reception",
        "office",
        "contact",
        "contracts",
        "lmc",
        "icb",
        "pcn",
        "practice",
        "surgery",
        "secretary",
        "secretaries",
        "referrals",
        "noreply",
        "support",
        "help",
        "helpdesk",
        "mail",
        "team",
        "manager",
        "hello",
        "feedback",
        "complaints",
        "returns",
        "gp",
        "gps",
        "prescriptions",
    ]
    .contains(&part)
}
