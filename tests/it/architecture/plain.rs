//! Words on the screens that needed a second reading, and do not come back.

use std::{fs, path::Path};

use super::{
    each_file,
    tokens::{self, Kind, Token},
};

/// What readers stumbled over, in small letters. Each has plainer words in its place.
const STUMBLED_OVER: [&str; 36] = [
    "is missing is added",
    "too many is taken back",
    "folded into",
    "is folded",
    "are folded",
    "day folded",
    "sums stay",
    "who it was goes",
    "stands on",
    "rests on",
    "stands here",
    "stands in the",
    "may stand in",
    "stand beside them",
    "stands beside the",
    "stand as they did",
    "stands as it did",
    "stand on earlier",
    "let it count",
    "be a clinician",
    "be a practice manager",
    "be an lmc officer",
    "be an icb analyst",
    "told that you looked",
    "this informs",
    "it went by",
    "about when, not exact",
    "cannot lie",
    "mend the file",
    "mend them",
    "name what this is about",
    "choose what holds",
    "is kept with your record",
    "is kept with a start",
    "among unwanted mail",
    "an outcome could be of",
];

/// Sentences that have such words and are plain where they are.
const PLAIN_ALL_THE_SAME: [&str; 2] = [
    // The desk of transferred work is a place.
    "each item stands on your desk",
    // Practices agreed to this sentence: another one is another version of what they agree to.
    "what stands on that day is shown, with the day since when it does",
];

/// The rooms whose texts people read: pages, and what they refuse and say.
const READ: [&str; 5] = ["src/features", "src/ui", "src/web", "src/operations", "src/domain"];

/// Files beside the code that hold labels of forms and what a browser says by itself.
const BESIDE: [&str; 4] = [
    "src/assets/letters/england.json",
    "src/assets/divert/england.json",
    "src/assets/js/headroom.js",
    "src/assets/js/outbox.js",
];

/// Every text of a file but its comments.
fn texts<'a>(tokens: &'a [Token], found: &mut Vec<(usize, &'a str)>) {
    for token in tokens {
        match &token.kind {
            Kind::Literal(text) => found.push((token.line, text)),
            // A comment for the documentation is read by whoever reads the code.
            Kind::Group { inside, .. } if inside.first().is_some_and(|first| first.is("doc")) => {}
            Kind::Group { inside, .. } => texts(inside, found),
            Kind::Word(_) | Kind::Then | Kind::Sign(_) => {}
        }
    }
}

/// What is stumbled over in a text.
fn stumbles(text: &str) -> Option<&'static str> {
    let mut text = text.to_lowercase();
    for plain in PLAIN_ALL_THE_SAME {
        text = text.replace(plain, "");
    }
    STUMBLED_OVER.into_iter().find(|words| text.contains(words))
}

#[test]
fn no_screen_says_again_what_readers_stumbled_over() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let (mut read, mut found) = (0, Vec::new());
    for room in READ {
        each_file(&root.join(room), &mut |path| {
            if path.ends_with("tests.rs") || path.components().any(|part| part.as_os_str() == "tests") {
                return;
            }
            let tokens = tokens::read(&fs::read_to_string(path).unwrap());
            let mut all = Vec::new();
            texts(&tokens, &mut all);
            read += all.len();
            let wrong = all.iter().filter_map(|(line, text)| Some((line, text, stumbles(text)?)));
            found.extend(wrong.map(|(line, text, words)| format!("{}:{line}: {words}: {text}", path.display())));
        });
    }
    for file in BESIDE {
        for (line, text) in fs::read_to_string(root.join(file)).unwrap().lines().enumerate() {
            let comment = text.trim_start().starts_with("//");
            if let Some(words) = stumbles(text).filter(|_| !comment) {
                found.push(format!("{file}:{}: {words}: {text}", line + 1));
            }
        }
    }
    assert!(read > 3_000, "{read} texts");
    assert!(found.is_empty(), "\n{}", found.join("\n"));
}

#[test]
fn a_text_is_found_wherever_it_is_written_and_a_comment_is_none() {
    let file = "/// What it stands on.\nfn page() -> Markup {\n    html! { p { \"What it Stands on\" } }\n}\n";
    let tokens = tokens::read(file);
    let mut all = Vec::new();
    texts(&tokens, &mut all);
    assert_eq!(all, [(3, "\"What it Stands on\"")]);
    assert_eq!(stumbles(all[0].1), Some("stands on"));
    assert_eq!(stumbles("Each item stands on your desk"), None);
}
