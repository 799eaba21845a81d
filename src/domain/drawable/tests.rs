use proptest::prelude::*;

use super::*;

fn first(text: &str) -> Option<char> {
    undrawable(&plain(text)).map(|(_, sign)| sign.0)
}

#[test]
fn names_of_people_here_can_be_drawn() {
    for name in [
        "Siân Llŷr-Gŵyn",
        "Łukasz Żółć",
        "Nguyễn Thị Ánh",
        "Nguye\u{302}\u{303}n Thi\u{323} A\u{301}nh",
        "Şeyma Çağlı",
        "Őze Űr",
        "Ștefan Țepeș",
        "Ẹ̀bùn Ọlátúnjí",
        "Ɔkɔ Ŋ",
        "Zoë O’Brien",
        "Ærø Ångström",
        "Иван",
        "Ελένη",
    ] {
        assert_eq!(first(name), None, "{name}");
    }
    for (name, sign) in [("Dr 王", '王'), ("Dr محمد", 'م'), ("דנה", 'ד'), ("राम", 'र'), ("ok 🙂", '🙂')]
    {
        assert_eq!(first(name), Some(sign), "{name}");
    }
}

#[test]
fn what_letters_need_can_be_drawn() {
    for sign in "☐☑☒✓✔✗✘→←↑↓⇒•…≤≥≠≈£€①⑩½⅓¼°′″№℃©®™–—‘’“”«»§¶†‡".chars()
    {
        assert_eq!(first(&sign.to_string()), None, "{sign}");
    }
}

#[test]
fn only_what_says_the_same_is_made_plain() {
    for (typed, same) in [
        ("22\u{2011}hour\u{2010}care", "22-hour-care"),
        ("10\u{2009}000\u{202F}km", "10 000 km"),
        ("soft\u{AD}ly\u{200B} \u{2060}\u{FEFF}", "softly "),
        ("✔\u{FE0F}", "✔"),
        ("ｃｏｄｅ\u{3000}Ａ！", "code A!"),
        ("e\u{301}", "é"),
        ("a\u{A0}b", "a\u{A0}b"),
        ("½ ① ² ™", "½ ① ² ™"),
    ] {
        assert_eq!(plain(typed), same, "{typed:?}");
    }
    // What turns the text that follows cannot be left out without changing it.
    assert_eq!(first("a\u{202E}b"), Some('\u{202E}'));
}

#[test]
fn a_sign_is_named_as_it_can_be_seen() {
    let named = |c: char| Sign(c).to_string();
    assert_eq!(named('王'), "“王”");
    assert_eq!(named('🙂'), "“🙂”");
    assert_eq!(named('\u{202E}'), "The sign U+202E");
    assert_eq!(named('\u{E000}'), "The sign U+E000");
    assert_eq!(named('\u{301}'), "The sign U+0301");
}

#[test]
fn what_cannot_be_drawn_is_replaced_and_listed() {
    assert_eq!(drawn("☐ 王先生 → ok"), "☐ \u{FFFD}\u{FFFD}\u{FFFD} → ok");
    let signs: Vec<char> = replaced("王先王").iter().map(|sign| sign.0).collect();
    assert_eq!(signs, ['先', '王']);
}

proptest! {
    #[test]
    fn plain_text_stays_as_it_is(text in "(?s:.){0,80}") {
        let once = plain(&text);
        prop_assert_eq!(plain(&once), once.clone());
        prop_assert_eq!(undrawable(&once).is_none(), replaced(&text).is_empty());
        if undrawable(&once).is_none() {
            prop_assert_eq!(drawn(&text), once);
        }
    }

    #[test]
    fn ascii_is_never_refused(text in "[ -~\n\t]{0,80}") {
        prop_assert_eq!(plain(&text), text.clone());
        prop_assert_eq!(undrawable(&text), None);
    }
}
