//! The order of rooms and what each may know, read from every source file. The second half plants violations: a
//! checker that finds nothing must be shown to be able to find something.

mod answers;
mod inside;
mod lists;
mod names;
mod picture;
mod plain;
mod planted;
mod tokens;

use std::{collections::BTreeSet, fs, path::Path};

use tokens::{Kind, Token};

/// Each room uses only those after it.
const ROOMS: [&str; 19] = [
    "main",
    "cli",
    "app",
    "features",
    "jobs",
    "web",
    "ui",
    "operations",
    "exchange",
    "state",
    "writer",
    "audit",
    "store",
    "live",
    "db",
    "config",
    "error",
    "clock",
    "domain",
];

/// Rooms that may name rows of tables.
const ROWS: [&str; 3] = ["writer", "audit", "store"];
/// Rooms that may speak SQL.
const SQL: [&str; 2] = ["store", "db"];
const SQL_WORDS: [&str; 5] =
    ["execute_unprepared", "execute_raw", "query_one_raw", "query_all_raw", "from_sql_and_values"];
/// What `domain` cannot do: wait, talk, look at the clock, roll dice.
const NOT_PURE: [&str; 13] = [
    "tokio",
    "futures",
    "axum",
    "axum_extra",
    "tower",
    "tower_http",
    "sea_orm",
    "reqwest",
    "maud",
    "rand",
    "tracing",
    "std::fs",
    "std::env",
];
const NOT_PURE_WORDS: [&str; 5] = ["async", "await", "now_v7", "new_v4", "SystemTime"];
const HTTP: [&str; 4] = ["axum", "axum_extra", "tower", "tower_http"];

const FILE_LINES: usize = 400;
/// Macros live at the root of the crate, wherever they are written.
const ROOT_MACROS: [(&str, &str); 1] = [("href", "ui")];
const FUNCTION_LINES: usize = 60;
const NESTING: usize = 6;

#[test]
fn rooms_keep_their_order() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut found = Vec::new();
    let mut files = 0;
    each_file(&root.join("src"), &mut |path| {
        let name = path.strip_prefix(root).unwrap().to_str().unwrap();
        files += 1;
        found.extend(check(name, &fs::read_to_string(path).unwrap()));
    });
    assert!(files > 15, "{files} files");
    assert!(found.is_empty(), "\n{}", found.join("\n"));
}

#[test]
fn migrations_are_declared_in_the_one_way() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("migration/src");
    each_file(&folder, &mut |path| {
        let name = path.file_name().unwrap().to_str().unwrap();
        let text = fs::read_to_string(path).unwrap();
        if name.starts_with('m') && name.contains('_') {
            // The macro is what sets `use_transaction`.
            assert_eq!(text.matches("\nmigration!(").count(), 1, "{name}");
            assert!(!text.contains("MigrationTrait"), "{name}");
        }
    });
}

pub(crate) fn each_file(folder: &Path, visit: &mut impl FnMut(&Path)) {
    let mut entries: Vec<_> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    entries.sort();
    for path in entries {
        if path.is_dir() {
            each_file(&path, visit);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            visit(&path);
        }
    }
}

/// Everything wrong with one file, as `path:line: sentence`.
fn check(path: &str, text: &str) -> Vec<String> {
    look(path, text).found
}

/// Reads one file: what is wrong with it, and which rooms it uses.
fn look<'a>(path: &'a str, text: &'a str) -> Checker<'a> {
    let tokens = tokens::read(text);
    let inner = path.trim_start_matches("src/").trim_end_matches(".rs");
    let mut module: Vec<String> = inner.split('/').map(str::to_owned).collect();
    let room = module[0].clone();
    if ["mod", "main", "lib"].contains(&module[module.len() - 1].as_str()) {
        module.pop();
    }
    let mut checker = Checker {
        path,
        lines: text.lines().collect(),
        room,
        module,
        // A file of its own, declared under `#[cfg(test)]`.
        in_tests: path.ends_with("tests.rs"),
        test_lines: 0,
        found: Vec::new(),
        used: BTreeSet::new(),
        inner: BTreeSet::new(),
    };
    if checker.room != "lib" && !ROOMS.contains(&checker.room.as_str()) {
        checker.say(1, "this room is not on the map");
    }
    checker.walk(&tokens);
    let lines = checker.lines.len() - checker.test_lines;
    if lines > FILE_LINES && !checker.in_tests {
        checker.say(1, &format!("{lines} lines; a file has {FILE_LINES} at most"));
    }
    checker
}

struct Checker<'a> {
    path: &'a str,
    lines: Vec<&'a str>,
    room: String,
    /// Where the walk is, inline modules included.
    module: Vec<String>,
    in_tests: bool,
    test_lines: usize,
    found: Vec<String>,
    /// Other rooms, outside its tests.
    used: BTreeSet<String>,
    /// Paths inside its own room, outside its tests.
    inner: BTreeSet<Vec<String>>,
}

impl Checker<'_> {
    fn say(&mut self, line: usize, why: &str) {
        self.found.push(format!("{}:{line}: {why}", self.path));
    }

    fn walk(&mut self, tokens: &[Token]) {
        let mut at = 0;
        while at < tokens.len() {
            at += self.step(tokens, at);
        }
    }

    /// Looks at one token and what begins with it; answers how many tokens that was.
    fn step(&mut self, tokens: &[Token], at: usize) -> usize {
        let token = &tokens[at];
        if let Kind::Group { inside, .. } = &token.kind {
            self.walk(inside);
            return 1;
        }
        if let Kind::Literal(literal) = &token.kind {
            self.literal(token.line, literal);
            return 1;
        }
        let Some(word) = token.word() else { return 1 };
        let after = |n: usize| tokens.get(at + n);
        match word {
            "mod" => {
                if let (Some(name), Some(block)) = (after(1).and_then(Token::word), after(2).and_then(Token::block)) {
                    self.inline_module(token.line, name, block, is_test_only(&tokens[..at]));
                    return 3;
                }
            }
            "fn" => self.function(&tokens[at..]),
            "extern" if after(1).is_some_and(|next| next.is("crate")) => {
                self.say(token.line, "extern crate hides what is used");
            }
            _ => {}
        }
        if !begins_a_path(tokens, at) {
            self.word(token.line, word, "");
            return 1;
        }
        let (found, length) = tokens::paths(&tokens[at..]);
        let public = at > 1 && tokens[at - 1].is("use") && is_public(&tokens[..at - 1]);
        for path in &found {
            for (n, word) in path.iter().enumerate() {
                self.word(token.line, word, path.get(n + 1).map_or("", String::as_str));
            }
            self.uses(token.line, path, public);
        }
        length.max(1)
    }

    fn inline_module(&mut self, line: usize, name: &str, block: (&[Token], usize), tests: bool) {
        let before = self.in_tests;
        if tests && !before {
            self.test_lines += block.1 + 1 - line;
        }
        self.in_tests |= tests;
        self.module.push(name.to_owned());
        self.walk(block.0);
        self.module.pop();
        self.in_tests = before;
    }

    fn function(&mut self, tokens: &[Token]) {
        let Some(name) = tokens.get(1).and_then(Token::word) else {
            return;
        };
        let mut rest = tokens.iter().take_while(|token| !token.is_sign(';'));
        let Some((first, (inside, last))) = rest.find_map(|token| Some((token.line, token.block()?))) else {
            return;
        };
        if self.in_tests {
            return;
        }
        let body = &self.lines[first.min(last - 1)..last - 1];
        let code = |line: &&&str| !line.trim().is_empty() && !line.trim().starts_with("//");
        let lines = body.iter().filter(code).count();
        if lines > FUNCTION_LINES {
            self.say(first, &format!("{name} has {lines} lines; a function has {FUNCTION_LINES} at most"));
        }
        let depth = depth(inside);
        if depth > NESTING {
            self.say(first, &format!("{name} is {depth} blocks deep; {NESTING} is the most"));
        }
    }

    /// Words that belong to one room; `next` is what follows in the same path.
    fn word(&mut self, line: usize, word: &str, next: &str) {
        if self.in_tests {
            return;
        }
        let room = self.room.as_str();
        let wrong = match word {
            // serde buffers what it flattens: a form's numbers are refused then, and the mistake has no name.
            "flatten" | "untagged" if room == "operations" => "a body is one plain struct",
            // What is to be written and what was written are two types: neither has an id of nobody or a time of 1970.
            "UNIX_EPOCH" | "nil" if room == "operations" => {
                "what is to be written has no stand-in for what is not known"
            }
            "unscoped" if room != "db" && !answers::UNSCOPED.contains(&self.path) => "a read has a scope",
            "writer" if ["features", "cli", "jobs", "web"].contains(&room) => "only operations write",
            "PreEscaped" if room != "ui" => "only ui prints raw HTML",
            "AppState" | "Caller" if inside::is_markup(self.path) => inside::VALUES_ONLY,
            "CliAuthority" | "JobAuthority" if next == "as" => "an authority under another name",
            "CliAuthority" if next == "new" && room != "cli" => "only cli takes its authority",
            "JobAuthority" if next == "new" && room != "jobs" => "only jobs take their authority",
            _ if SQL_WORDS.contains(&word) && !SQL.contains(&room) => "SQL is written in store",
            _ if room == "domain" && NOT_PURE_WORDS.contains(&word) => "domain is pure",
            _ => return,
        };
        self.say(line, &format!("{word}: {wrong}"));
    }

    /// Where a day is nearing its limit is said once.
    fn literal(&mut self, line: usize, literal: &str) {
        let at_home = self.path == "src/domain/limit.rs" || self.path.starts_with("src/domain/limit/");
        let let_off = self.in_tests || at_home || answers::OTHER_NUMBERS.contains(&self.path);
        if !let_off && answers::is_threshold(literal) {
            self.say(line, &format!("{literal}: thresholds are domain::limit's"));
        }
    }

    fn uses(&mut self, line: usize, path: &[String], public: bool) {
        let spelt = path.join("::");
        let first = path[0].as_str();
        let resolved: Vec<String> = match first {
            "crate" | "headroom" => path[1..].to_vec(),
            "self" if path.len() > 1 => [&self.module[..], &path[1..]].concat(),
            "super" => {
                let up = path.iter().take_while(|part| *part == "super").count();
                let kept = self.module.len().saturating_sub(up);
                [&self.module[..kept], &path[up..]].concat()
            }
            _ => {
                // A child of this file is named without more ado.
                if !public {
                    self.name([&self.module[..], path].concat());
                }
                return self.uses_outside(line, &spelt, first, path, public);
            }
        };
        if self.room == "lib" {
            return;
        }
        let Some(room) = resolved.first() else {
            return self.say(line, &format!("{spelt}: the whole crate"));
        };
        let room = match ROOT_MACROS.iter().find(|(name, _)| name == room) {
            Some((_, home)) => home,
            None => room.as_str(),
        };
        let (Some(here), Some(there)) = (place(&self.room), place(room)) else {
            return self.say(line, &format!("{spelt}: {room} is not a room on the map"));
        };
        if here != there && !self.in_tests {
            self.used.insert(room.to_owned());
        }
        if here == there && !public {
            self.name(resolved.clone());
        }
        if room == "features" && !["app", "features"].contains(&self.room.as_str()) {
            self.say(line, &format!("{spelt}: only app uses features"));
        } else if there < here {
            self.say(line, &format!("{spelt}: {} may not use {room}", self.room));
        } else if room == "web" && inside::is_markup(self.path) && !self.in_tests {
            self.say(line, &format!("{spelt}: {}", inside::VALUES_ONLY));
        }
        // A wing, and in it a subject.
        let own = self.module.get(1..3);
        if here == there && self.room == "features" && resolved.get(1..3) != own && own.is_some() {
            self.say(line, &format!("{spelt}: a subject never uses another"));
        }
    }

    fn name(&mut self, path: Vec<String>) {
        // `pub(in crate::store)` names the room and uses nothing of it.
        if !self.in_tests && path.len() > 1 {
            self.inner.insert(path);
        }
    }

    fn uses_outside(&mut self, line: usize, spelt: &str, first: &str, path: &[String], public: bool) {
        let room = self.room.as_str();
        let rows = first == "entity" && path.get(1).is_none_or(|part| part != "ids");
        if first == "entity" && !self.in_tests {
            let what = if rows { picture::ROWS } else { picture::IDS };
            self.used.insert(what.to_owned());
        }
        let pure = |name: &&str| *name == first || spelt.starts_with(&format!("{name}::"));
        let value = path.iter().any(|part| part == "Model");
        let plain = path.iter().any(|part| part == "DbErr" || part == "DatabaseBackend");
        let wrong = if rows && !ROWS.contains(&room) {
            "rows of tables are known to writer, audit and store only"
        } else if rows && public && !value {
            "rows are handed on as values only"
        } else if self.in_tests {
            return;
        } else if room == "domain" && NOT_PURE.iter().any(pure) {
            "domain is pure"
        } else if inside::is_markup(self.path) && (HTTP.contains(&first) || first == "sea_orm") {
            "markup knows neither HTTP nor the database"
        } else if first == "sea_orm" && !plain && ["features", "web", "exchange", "jobs"].contains(&room) {
            "queries are written in store"
        } else {
            return;
        };
        self.say(line, &format!("{spelt}: {wrong}"));
    }
}

fn place(room: &str) -> Option<usize> {
    ROOMS.iter().position(|known| *known == room)
}

/// A word at which a path may begin: followed by `::` or alone after `use`, and not in the middle of one.
fn begins_a_path(tokens: &[Token], at: usize) -> bool {
    let followed = tokens.get(at + 1).is_some_and(Token::is_then);
    let before = |n: usize| at.checked_sub(n).and_then(|at| tokens.get(at));
    let alone = before(1).is_some_and(|token| token.is("use"));
    // In `::axum::Router` the first `::` follows no word.
    let inside = before(1).is_some_and(Token::is_then)
        && before(2).is_some_and(|token| token.is_sign('>') || token.word().is_some_and(|word| word != "use"));
    (followed || alone) && !inside
}

fn is_public(before: &[Token]) -> bool {
    match before {
        [.., last] if last.is("pub") => true,
        [.., word, Token { kind: Kind::Group { .. }, .. }] => word.is("pub"),
        _ => false,
    }
}

/// `#[cfg(test)]` stands among the attributes just before.
fn is_test_only(before: &[Token]) -> bool {
    let before = match before {
        [rest @ .., word, Token { kind: Kind::Group { .. }, .. }] if word.is("pub") => rest,
        [rest @ .., word] if word.is("pub") => rest,
        _ => before,
    };
    before.rchunks(2).take_while(|pair| pair[0].is_sign('#')).any(|pair| {
        let [_, Token { kind: Kind::Group { inside, .. }, .. }] = pair else {
            return false;
        };
        let [cfg, Token { kind: Kind::Group { inside, .. }, .. }] = &inside[..] else {
            return false;
        };
        cfg.is("cfg") && matches!(&inside[..], [test] if test.is("test"))
    })
}

/// Blocks within blocks; what macros are given, such as markup, is a language of its own.
fn depth(tokens: &[Token]) -> usize {
    let mut deepest = 0;
    for (at, token) in tokens.iter().enumerate() {
        let Kind::Group { braces, inside, .. } = &token.kind else {
            continue;
        };
        if at > 0 && tokens[at - 1].is_sign('!') {
            continue;
        }
        deepest = deepest.max(usize::from(*braces) + depth(inside));
    }
    deepest
}
