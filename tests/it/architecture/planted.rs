//! Violations, planted: each must be found, and what is allowed must not be.

use super::{FILE_LINES, FUNCTION_LINES, NESTING, check};

/// Something is found in the file, and the sentence says what.
fn found(path: &str, text: &str, why: &str) {
    let found = check(path, text);
    let all = !found.is_empty() && found.iter().all(|sentence| sentence.contains(why));
    assert!(all, "{path}: {text}\n{found:#?}");
}

fn fine(path: &str, text: &str) {
    let found = check(path, text);
    assert!(found.is_empty(), "{path}: {text}\n{found:#?}");
}

#[test]
fn a_room_to_the_left() {
    found("src/domain/limit.rs", "use crate::store::contacts;", "may not use store");
    found("src/store/contacts.rs", "use crate::{clock::Clock, writer::Writer};", "may not use writer");
    found("src/store/contacts.rs", "fn f() { crate::writer::go(); }", "may not use writer");
    found("src/store/contacts.rs", "use super::super::web::forms;", "may not use web");
    found("src/web/mod.rs", "use crate::{ui::{table}, features::clinician::my_day};", "only app uses features");
    found("src/ui/table.rs", "fn f() { html! { (crate::web::token()) } }", "may not use web");
    found("src/domain/limit.rs", "mod tests { use super::super::super::db::Db; }", "may not use db");
    found("src/cli/serve.rs", "use headroom::main::x;", "may not use main");
    found("src/cli/serve.rs", "use crate::features::service;", "only app uses features");
    found("src/jobs/mod.rs", "use crate::features::service;", "only app uses features");
    fine("src/app/mod.rs", "use crate::features;");
    fine("src/store/contacts.rs", "use crate::{clock::Clock, domain::limit}; use super::live;");
    fine("src/main.rs", "use headroom::cli; fn main() { headroom::cli::run() }");
    fine("src/db.rs", "/// [`crate::web`] is only named\npub(crate) fn f() { let s = \"crate::web::x\"; }");
}

#[test]
fn the_crate_in_disguise() {
    found("src/db.rs", "use crate as all;", "not a room");
    found("src/db.rs", "use crate::*;", "not a room");
    found("src/db.rs", "extern crate self as all;", "extern crate");
    found("src/util.rs", "fn f() {}", "not on the map");
}

#[test]
fn a_feature_of_another() {
    let other = "a subject never uses another";
    found("src/features/practice/divert/mod.rs", "use crate::features::clinician::my_day::json;", other);
    found("src/features/practice/divert/mod.rs", "use super::contacts;", other);
    found("src/features/practice/divert/view.rs", "use super::super::contacts::view;", other);
    fine("src/features/practice/divert/view.rs", "use super::other_view; use crate::features::practice::divert::x;");
    fine("src/features/mod.rs", "use self::divert::routes; pub mod divert;");
}

#[test]
fn rows_where_they_do_not_belong() {
    let rows = "rows of tables";
    found("src/features/practice/divert/mod.rs", "use entity::contact;", rows);
    found("src/web/mod.rs", "use entity::{ids::OdsCode, contact};", rows);
    found("src/ui/mod.rs", "fn f(_: &::entity::contact::Model) {}", rows);
    found("src/domain/limit.rs", "use entity::*;", rows);
    found("src/domain/limit.rs", "use entity as rows;", rows);
    found("src/store/mod.rs", "pub use entity::contact;", "as values only");
    found("src/store/mod.rs", "pub(crate) use entity::contact::{Entity, Column};", "as values only");
    fine("src/store/mod.rs", "pub use entity::contact::Model as Contact;");
    fine("src/store/contacts.rs", "use entity::{contact, ids::OdsCode};");
    fine("src/ui/mod.rs", "pub use entity::ids::{LocalDate, OdsCode}; use sea::entity::prelude;");
}

#[test]
fn frameworks_where_they_do_not_belong() {
    let pure = "domain is pure";
    found("src/domain/limit.rs", "use tokio::sync::Mutex;", pure);
    found("src/domain/limit.rs", "use sea_orm::{DbErr, EntityTrait};", pure);
    found("src/domain/limit.rs", "async fn f() {}", pure);
    found("src/domain/limit.rs", "fn f() { let id = Uuid::now_v7(); }", pure);
    found("src/domain/limit.rs", "fn f() { std::fs::read(\"x\"); }", pure);
    fine("src/domain/limit.rs", "#[cfg(test)] mod tests { use proptest::prelude::*; fn f() { Uuid::now_v7(); } }");
    found("src/ui/table.rs", "use axum::response::Html;", "neither HTTP");
    found("src/features/practice/divert/view.rs", "use sea_orm::DbErr;", "neither HTTP");
    fine("src/features/practice/divert/mod.rs", "use axum::{Router, routing::get};");
    found("src/features/practice/divert/mod.rs", "use sea_orm::EntityTrait;", "written in store");
    found("src/jobs/mod.rs", "fn f() { db.execute_unprepared(\"DELETE\"); }", "SQL");
    found("src/web/mod.rs", "use maud::PreEscaped;", "raw HTML");
    fine("src/ui/assets.rs", "use maud::PreEscaped;");
}

#[test]
fn an_authority_taken_elsewhere() {
    found("src/jobs/mod.rs", "fn f() { run(CliAuthority::new()) }", "only cli");
    found("src/features/practice/divert/mod.rs", "fn f() { x.map(access::JobAuthority::new) }", "only jobs");
    found("src/web/mod.rs", "use crate::domain::access::CliAuthority as Me;", "another name");
    fine("src/cli/import.rs", "fn f() { run(CliAuthority::new()) }");
    fine("src/jobs/mod.rs", "fn f(_: &JobAuthority) { JobAuthority::new(); }");
}

#[test]
fn a_write_outside_the_room_for_writes() {
    for room in ["features", "cli", "jobs", "web"] {
        let path = format!("src/{room}/x.rs");
        for text in ["async fn f(app: &AppState) { app.writer.write(by, work).await }", "use crate::writer::Tx;"] {
            found(&path, text, "only operations write");
        }
    }
    fine("src/operations/x.rs", "async fn f(app: &AppState) { app.writer.write(by, work).await }");
}

#[test]
fn a_stand_in_in_what_is_to_be_written() {
    for text in [
        "fn f() { Row { recorded_at: DateTime::UNIX_EPOCH } }",
        "fn f() { Notice { subject: SubjectId(Uuid::nil()) } }",
    ] {
        found("src/operations/act.rs", text, "stand-in");
        fine("src/domain/x.rs", text);
    }
}

#[test]
fn a_body_that_is_not_one_plain_struct() {
    for word in ["flatten", "untagged"] {
        let text = format!("struct Act {{ #[serde({word})] rest: Rest }}");
        found("src/operations/act.rs", &text, "one plain struct");
        fine("src/exchange/x.rs", &text);
    }
    found("src/operations/act.rs", "use crate::ui::form;", "may not use ui");
    found("src/operations/act.rs", "use crate::web::forms;", "may not use web");
    fine("src/operations/act.rs", "use crate::{store::actions, writer::Tx};");
}

#[test]
fn too_long_and_too_deep() {
    let lines = |n: usize| "    go();\n".repeat(n);
    let long = format!("fn f() {{\n{}}}\n", lines(FUNCTION_LINES + 1));
    found("src/db.rs", &long, "61 lines");
    fine("src/db.rs", &format!("fn f() {{\n{}// why\n\n}}\n", lines(FUNCTION_LINES)));
    let many = "fn f() {}\n".repeat(FILE_LINES + 1);
    found("src/db.rs", &many, "401 lines");
    let tests = "fn f() {}\n".repeat(FILE_LINES);
    fine("src/db.rs", &format!("fn f() {{}}\n#[cfg(test)]\nmod tests {{\n{tests}}}\n"));
    let deep = |n: usize| format!("fn f() {{ {}{} }}", "if x { ".repeat(n), "}".repeat(n));
    found("src/db.rs", &deep(NESTING + 1), "deep");
    fine("src/db.rs", &deep(NESTING));
    fine("src/ui/x.rs", &format!("fn f() {{ html! {{ {} }} }}", "{".repeat(9) + &"}".repeat(9)));
}

#[test]
fn a_threshold_of_a_day_outside_its_home() {
    for text in [
        "fn f(used: u32) -> bool { used >= 85 }",
        "fn f(left: u32) -> bool { left <= 15_u32 }",
        "const SHARE: f64 = 0.85;",
        "const SAID: &str = \"Amber: 85% or more\";",
        "fn f() -> Markup { html! { p { \"at 85%\" } } }",
        "/// From 85% on.\nfn f() {}",
    ] {
        found("src/features/clinician/my_day/view.rs", text, "domain::limit");
        fine("src/domain/limit/headroom.rs", text);
        fine("src/features/clinician/my_day/view.rs", &format!("#[cfg(test)] mod tests {{ {text} }}"));
    }
    fine("src/features/clinician/my_day/view.rs", "const ROOMS: u32 = 185; const YEARS: [u32; 2] = [1985, 150];");
}

#[test]
fn a_read_without_a_scope() {
    let text = "async fn f(app: &AppState) { rules(app.db.unscoped()).await; }";
    found("src/features/clinician/my_day/page.rs", text, "a read has a scope");
    found("src/store/limits.rs", "fn f(db: &Db) { Db::unscoped(db); }", "a read has a scope");
    fine("src/web/caller.rs", text);
}
