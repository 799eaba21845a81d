use super::{
    find_view::{self, Looked},
    view::{self, PROBLEMS, TOPICS},
};
use crate::{domain::find::Words, error::AppError, ui::sections::Section};

/// Help names pages as the navigation names them, so that they can be found.
#[test]
fn what_help_calls_a_page_is_what_the_navigation_calls_it() {
    let sections = SECTIONS.map(Section::label);
    let mut named = 0;
    for topic in &TOPICS {
        let then = topic.then.iter().map(|(_, how)| *how);
        for text in topic.first.iter().copied().chain(then) {
            for (_, rest) in text.match_indices('“').map(|(at, sign)| text.split_at(at + sign.len())) {
                let (name, _) = rest.split_once('”').unwrap();
                named += 1;
                assert!(sections.contains(&name) || BUTTONS.contains(&name), "{name}: {sections:?}");
            }
        }
    }
    assert!(named > 10, "{named}");
}

const SECTIONS: [Section; 13] = [
    Section::ThisWeek,
    Section::Capacity,
    Section::Divert,
    Section::Imports,
    Section::Actions,
    Section::Transfers,
    Section::Sharing,
    Section::People,
    Section::Questions,
    Section::Office,
    Section::HowToRead,
    Section::Organisations,
    Section::Clock,
];
/// Words of buttons, and labels of clinicians.
const BUTTONS: [&str; 11] = [
    "Enrol this device",
    "Tell me in this browser",
    "Several at once",
    "Dr A",
    "small window",
    "one-tap addresses",
    "Keys and signals",
    // Words of other programs, and of an answer.
    "Website",
    "Get Contents of URL",
    "Show Notification",
    "11 left of 25",
];

#[test]
fn each_topic_is_reached_from_the_first_page() {
    let page = format!("{:?}", view::index(&find_view::find(&Looked::default()), false));
    for topic in &TOPICS {
        assert!(page.contains(&format!("/help/{}", topic.code)), "{}", topic.code);
    }
}

#[test]
fn every_refusal_of_the_api_is_explained_at_its_address() {
    let explained: Vec<&str> = PROBLEMS.iter().map(|(reference, _, _)| *reference).collect();
    for reference in AppError::REFERENCES {
        assert!(explained.contains(&reference), "{reference}");
    }
}

#[test]
fn words_are_found_wherever_help_says_them_and_nowhere_else() {
    let found = |text: &str| -> Vec<String> {
        find_view::lines(&Words::of(text)).into_iter().map(|(what, _, page)| format!("{what} {page}")).collect()
    };
    assert_eq!(found("stream DECK"), ["At the desk, beside the clinical system: Stream Deck /help/desk"]);
    assert!(found("home visit").iter().any(|line| line.ends_with("/help/desk")), "{:?}", found("home visit"));
    for none in ["", "   ", "stream nonsense", "<script>"] {
        assert!(found(none).is_empty(), "{none}");
    }
    assert!(found("a").len() <= 20);
}
