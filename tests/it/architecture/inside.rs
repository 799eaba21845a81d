//! What holds between the files of one room: arrows that run one way. A subject of a feature has routes in `mod.rs`, which
//! nobody imports, and views that know only views and values.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::Path,
};

use super::{check, each_file, look};

/// Circles of a parent and its own children, none of them in `features`. There are no others. What a file only hands on
/// (`pub use`) is an address of it, not a use.
const MOST_CIRCLES: usize = 1;

/// A file, by the path of its module, with the paths it names inside its room.
struct File {
    path: String,
    module: Vec<String>,
    names: BTreeSet<Vec<String>>,
}

fn files() -> Vec<File> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut files = Vec::new();
    each_file(&root.join("src"), &mut |path| {
        let name = path.strip_prefix(root).unwrap().to_str().unwrap();
        let text = fs::read_to_string(path).unwrap();
        if !name.ends_with("/tests.rs") {
            files.push(file(name, &text));
        }
    });
    files
}

fn file(path: &str, text: &str) -> File {
    let looked = look(path, text);
    File { path: path.to_owned(), module: looked.module, names: looked.inner }
}

type Arrows<'a> = BTreeMap<&'a str, BTreeSet<&'a str>>;

/// Which file imports which of its room: a name belongs to the file of the longest path that begins it.
fn arrows(files: &[File]) -> Arrows<'_> {
    let by_module: BTreeMap<&[String], &str> =
        files.iter().map(|file| (file.module.as_slice(), file.path.as_str())).collect();
    let target = |name: &Vec<String>| (1..=name.len()).rev().find_map(|n| by_module.get(&name[..n]).copied());
    let of = |file: &File| file.names.iter().filter_map(target).filter(|to| *to != file.path).collect();
    // The arguments of the closure borrow from the files.
    files.iter().map(|file| (file.path.as_str(), of(file))).collect()
}

/// Files that import each other, by way of others too.
fn circles<'a>(arrows: &Arrows<'a>) -> BTreeSet<Vec<&'a str>> {
    let reach = |from: &'a str| {
        let mut seen: BTreeSet<&str> = BTreeSet::new();
        let mut next = vec![from];
        while let Some(at) = next.pop() {
            for to in arrows.get(at).into_iter().flatten() {
                if seen.insert(to) {
                    next.push(to);
                }
            }
        }
        seen
    };
    let reached: BTreeMap<&str, BTreeSet<&str>> = arrows.keys().map(|from| (*from, reach(from))).collect();
    let back = |from: &str, to: &str| reached.get(to).is_some_and(|seen| seen.contains(from));
    let circle = |(from, seen): (&&'a str, &BTreeSet<&'a str>)| -> Vec<&'a str> {
        let mut all: Vec<&str> = seen.iter().copied().filter(|to| back(from, to)).collect();
        all.sort_unstable();
        all
    };
    reached.iter().map(circle).filter(|all| all.len() > 1).collect()
}

/// A parent and its own children; a subject of a feature has none that it may use.
fn is_family(circle: &[&str]) -> bool {
    let home = |path: &str| path.trim_end_matches(".rs").trim_end_matches("/mod").to_owned();
    let below = |parent: &str, path: &str| home(path) == parent || home(path).starts_with(&format!("{parent}/"));
    circle.iter().any(|parent| {
        let parent = home(parent);
        !parent.starts_with("src/features/") && circle.iter().all(|path| below(&parent, path))
    })
}

pub(super) fn is_view(path: &str) -> bool {
    path.split('/').any(|part| {
        let stem = part.trim_end_matches(".rs");
        stem == "view" || stem.ends_with("_view")
    })
}

/// What draws markup: `ui`, and the views of features.
pub(super) fn is_markup(path: &str) -> bool {
    path.starts_with("src/ui/") || path.starts_with("src/features/") && is_view(path)
}

/// Who asks, and what the service holds, is read before: a view can be drawn by a test without either.
pub(super) const VALUES_ONLY: &str = "a view takes values only";

/// `src/features/practice/week/view.rs` is of `practice/week`.
fn subject(path: &str) -> Option<&str> {
    let inner = path.strip_prefix("src/features/")?;
    let (at, _) = inner.match_indices('/').nth(1)?;
    Some(&inner[..at])
}

/// What is wrong between the files of features.
fn wrong(files: &[File]) -> Vec<String> {
    let mut found = Vec::new();
    for (from, all) in arrows(files) {
        for to in all {
            if subject(from).is_none() || subject(from) != subject(to) {
                continue;
            }
            if to.ends_with("/mod.rs") && to.matches('/').count() == 4 {
                found.push(format!("{from}: imports {to}, which has routes only"));
            }
            if is_view(from) && !is_view(to) {
                found.push(format!("{from}: a view imports {to}"));
            }
        }
    }
    found
}

/// What a subject's `mod.rs` has beside routes, by the lines that begin at the margin.
fn beside_routes(text: &str) -> Vec<&str> {
    let starts = [
        "//",
        "use ",
        "mod ",
        "pub mod ",
        "pub fn routes(routes: Routes) -> Routes {",
        "#[cfg(test)]",
        "}",
        ")",
        "    ",
    ];
    let fine = |line: &&str| {
        line.is_empty()
            || starts.iter().any(|start| line.starts_with(start))
            || (line.starts_with("fn ") && line.ends_with("(routes: Routes) -> Routes {"))
    };
    text.lines().filter(|line| !fine(line)).collect()
}

#[test]
fn arrows_run_one_way_inside_features_and_nearly_everywhere() {
    let files = files();
    let wrong = wrong(&files);
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
    let circles = circles(&arrows(&files));
    let (families, others): (Vec<_>, Vec<_>) = circles.into_iter().partition(|circle| is_family(circle));
    assert!(others.is_empty(), "{others:#?}");
    assert!(families.len() <= MOST_CIRCLES, "{} circles: {families:#?}", families.len());
}

#[test]
fn the_first_file_of_a_subject_has_its_routes_and_nothing_else() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut subjects = 0;
    each_file(&root.join("src/features"), &mut |path| {
        let name = path.strip_prefix(root).unwrap().to_str().unwrap();
        if name.ends_with("/mod.rs") && name.matches('/').count() == 4 {
            subjects += 1;
            let text = fs::read_to_string(path).unwrap();
            assert_eq!(beside_routes(&text), Vec::<&str>::new(), "{name}");
        }
    });
    assert!(subjects > 20, "{subjects}");
}

#[test]
fn planted_views_that_ask_are_found() {
    let view = "src/features/practice/week/view.rs";
    for (path, text) in [
        (view, "use crate::state::AppState;"),
        (view, "fn page(app: &AppState) -> Markup {}"),
        (view, "fn page(who: &crate::web::caller::Caller) {}"),
        (view, "use crate::web::shell::Place;"),
        ("src/features/service/clock/face_view.rs", "use crate::{error::AppError, web::{caller::Caller}};"),
        ("src/ui/sheet.rs", "fn frame(app: &AppState, caller: &Caller) {}"),
    ] {
        let found = check(path, text);
        let told = |sentence: &String| sentence.contains(VALUES_ONLY) || sentence.contains("may not use web");
        assert!(!found.is_empty() && found.iter().all(told), "{path}: {text}\n{found:#?}");
    }
    for (path, text) in [
        (view, "use crate::{state::DOUBTED, ui::sheet::Sheet}; /// Not [`AppState`].\nfn page() -> Sheet {}"),
        (view, "#[cfg(test)] mod tests { use crate::state::AppState; }"),
        ("src/features/practice/week/page.rs", "use crate::{state::AppState, web::caller::Caller};"),
        ("src/domain/organisation/view.rs", "struct View;"),
    ] {
        assert_eq!(check(path, text), Vec::<String>::new(), "{path}: {text}");
    }
}

#[test]
fn planted_circles_views_and_helpers_are_found() {
    let home = "src/features/practice/week";
    let of = |name: &str, text: &str| file(&format!("{home}/{name}"), text);
    let good = [
        of("mod.rs", "mod page; mod view; use crate::web::routes::Routes;"),
        of("page.rs", "use super::view;"),
        of("view.rs", "use super::week_view::Week;"),
        of("week_view.rs", "use crate::ui::table;"),
    ];
    assert_eq!(wrong(&good), Vec::<String>::new());
    assert!(circles(&arrows(&good)).is_empty());
    let upwards = [of("mod.rs", "mod page;"), of("page.rs", "use super::base;")];
    assert_eq!(wrong(&upwards).len(), 1);
    let looking = [of("view.rs", "use super::page::Form;"), of("page.rs", "use super::view;")];
    assert_eq!(wrong(&looking).len(), 1);
    assert_eq!(circles(&arrows(&looking)).len(), 1);
    let long_way = [
        file("src/store/a.rs", "use super::b::B;"),
        file("src/store/b.rs", "fn f() { crate::store::c::f() }"),
        file("src/store/c.rs", "use crate::store::{a::A, d};"),
        file("src/store/d.rs", "#[cfg(test)] mod tests { use crate::store::a; }"),
    ];
    let all: Vec<Vec<&str>> = circles(&arrows(&long_way)).into_iter().collect();
    assert!(!is_family(&all[0]));
    assert!(is_family(&["src/web/listen/bodies.rs", "src/web/listen/mod.rs"]));
    assert!(is_family(&["src/store/days.rs", "src/store/days/seen.rs"]));
    assert!(!is_family(&["src/features/lmc/area/live.rs", "src/features/lmc/area/mod.rs"]));
    let hands_on =
        [file("src/store/days.rs", "pub use self::seen::Last;"), file("src/store/days/seen.rs", "use super::Row;")];
    assert!(circles(&arrows(&hands_on)).is_empty());
    assert_eq!(all, [["src/store/a.rs", "src/store/b.rs", "src/store/c.rs"]]);
    assert_eq!(
        beside_routes("//! Week.\n\nmod page;\n\npub fn routes(routes: Routes) -> Routes {\n    routes\n}\n").len(),
        0
    );
    for line in [
        "struct View;",
        "async fn show() {",
        "const MOST: u64 = 1;",
        "pub use json::Documentation;",
        "fn base() -> Href {",
    ] {
        assert_eq!(beside_routes(line), [line]);
    }
}
