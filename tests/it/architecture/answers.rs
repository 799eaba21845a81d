//! Who may read without a scope, and which numbers are not the thresholds of `domain::limit`: lists that end, each with its
//! reason. What is on a list and needs it no longer is found as well.

use std::{fs, path::Path};

use super::check;

/// Files that read without a scope: while nobody knows yet who asks, or because it belongs to nobody.
pub(crate) const UNSCOPED: [&str; 44] = [
    // The installation itself: accounts, keys, the menu, the organisation tree, the demo.
    "src/cli/catalogue.rs",
    "src/cli/demo.rs",
    "src/cli/import/published.rs",
    "src/cli/open.rs",
    "src/cli/organisations.rs",
    "src/cli/serve.rs",
    "src/features/service/health/json.rs",
    "src/features/service/people/organisations.rs",
    "src/features/service/people/page.rs",
    "src/state.rs",
    "src/state/clock.rs",
    // Leases, the chains' heads, what is listened to.
    "src/jobs/anchors.rs",
    "src/jobs/clock.rs",
    "src/jobs/history.rs",
    "src/jobs/outside.rs",
    "src/jobs/releases/mod.rs",
    "src/jobs/leases.rs",
    "src/store/live.rs",
    "src/writer/adopting.rs",
    // Days of many clinicians at once, each asked for by its own scope.
    "src/store/tap_lookups.rs",
    // Who asks: people, sessions, devices, screens, links, and what they chose for themselves.
    "src/features/service/enrolment/demo.rs",
    "src/features/service/enrolment/enrol.rs",
    "src/features/service/front/page.rs",
    "src/features/service/join/page.rs",
    "src/features/service/setup/page.rs",
    "src/features/service/sign_in/page.rs",
    "src/features/service/sign_in/organisation.rs",
    "src/features/practice/divert/screens.rs",
    "src/features/practice/notices/calendar.rs",
    "src/features/practice/week/reminders.rs",
    "src/jobs/reminders/mod.rs",
    "src/operations/count_pin_try.rs",
    "src/operations/count_sign_in_try.rs",
    "src/web/caller.rs",
    "src/web/facts.rs",
    "src/web/feeds.rs",
    "src/web/passkeys.rs",
    "src/web/passwords.rs",
    "src/web/programs.rs",
    "src/web/reminders.rs",
    "src/web/second_factor.rs",
    "src/web/sessions.rs",
    "src/web/tap_addresses.rs",
    "src/web/tries.rs",
];

/// Files in which 85 or 15 is a number of something else.
pub(crate) const OTHER_NUMBERS: [&str; 16] = [
    // Chances and paces of an invented county.
    "src/cli/demo/county.rs",
    "src/cli/demo/days.rs",
    "src/cli/demo/history.rs",
    "src/cli/demo/register.rs",
    "src/cli/demo/simulator.rs",
    "src/cli/demo/together.rs",
    // Lengths, columns, masks, codes of SQLite.
    "src/domain/identifier/phones.rs",
    "src/domain/identifier/words.rs",
    "src/error.rs",
    "src/exchange/ods/epraccur.rs",
    "src/features/practice/evidence/files.rs",
    "src/ui/href.rs",
    // Prefixes of networks.
    "src/domain/webhook.rs",
    // Minutes and seconds.
    "src/jobs/reminders/mod.rs",
    "src/web/caller.rs",
    "src/web/live.rs",
];

/// Whether a literal may be a threshold of a day: the share from which it is nearing its limit, or what is left of it then.
pub(crate) fn is_threshold(literal: &str) -> bool {
    if literal.contains('"') { says_one(literal) } else { is_one(literal) }
}

fn is_one(number: &str) -> bool {
    parts(number).any(|part| ["85", "15", "0.85", "0.15"].contains(&part.as_str()))
}

fn says_one(text: &str) -> bool {
    parts(text).any(|part| ["85%", "15%"].contains(&part.as_str()))
}

fn parts(text: &str) -> impl Iterator<Item = String> {
    let plain = text.replace('_', "");
    let of_number = |c: char| c.is_ascii_digit() || c == '%' || c == '.';
    plain
        .split(|c: char| !of_number(c))
        .map(|part| part.trim_end_matches('.').to_owned())
        .collect::<Vec<_>>()
        .into_iter()
}

/// Each file of the list breaks the rule that the list lets it break.
fn all_are_needed(list: &[&str], rule: &str) {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    for file in list {
        let text = fs::read_to_string(root.join(file)).unwrap();
        let elsewhere = file.replace(".rs", "_elsewhere.rs");
        let found = check(&elsewhere, &text);
        assert!(found.iter().any(|sentence| sentence.contains(rule)), "{file} is listed, and need not be");
    }
}

#[test]
fn every_file_that_is_let_off_needs_to_be() {
    all_are_needed(&UNSCOPED, "a read has a scope");
    all_are_needed(&OTHER_NUMBERS, "domain::limit");
}

#[test]
fn the_scripts_take_thresholds_from_the_page() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/assets/js");
    let mut names = Vec::new();
    for entry in fs::read_dir(root).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_str().unwrap().to_owned();
        if name.contains(".min.") {
            continue;
        }
        for (at, line) in fs::read_to_string(&path).unwrap().lines().enumerate() {
            let found = is_one(line) || says_one(line);
            assert!(!found, "{name}:{}: {line}", at + 1);
        }
        names.push(name);
    }
    assert!(names.iter().any(|name| name == "paint.js"), "{names:?}");
}
