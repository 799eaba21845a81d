//! Who may do what, over HTTP: every route, every kind of reader, on what is theirs and on what is not. The snapshot is
//! the printed matrix; a change of it is a change of access and wants a reviewer.

use std::fmt::Write;

use axum::http::{Method, StatusCode};
use entity::ids::{ClinicianId, PersonId, RowId};
use headroom::{
    app,
    db::Scoped,
    domain::{
        access::{self, Actor, Facts, Grant, ImportAppointments, KeyScope, Role, Target},
        appointment::{ImportSummary, System},
    },
    jobs,
    store::appointments::{NewImport, add_import},
    web::routes::Asks,
};
use uuid::Uuid;

use crate::support::{
    app::{Client, TestApp, now},
    databases::{TestDb, both_databases},
};

struct World {
    app: TestApp,
    own: ClinicianId,
    foreign: ClinicianId,
}

impl World {
    async fn new(test: TestDb) -> Self {
        let app = TestApp::start(test).await;
        jobs::releases::make_due(&app.state).await.unwrap();
        let own = app.clinician("Z90001", "Dr A").await;
        let foreign = app.clinician("Z90025", "Dr Z").await;
        for practice in ["Z90001", "Z90025"] {
            staged(&app, practice).await;
        }
        Self { app, own, foreign }
    }

    /// A fresh session each time: some routes end one.
    async fn readers(&self) -> Vec<(&'static str, Client)> {
        let app = &self.app;
        vec![
            ("stranger", app.stranger()),
            ("clinician", app.device("Z90001", self.own).await),
            ("wall", app.display("Z90001", false).await),
            ("desk", app.display("Z90001", true).await),
            ("manager", app.manager("Z90001").await),
            ("lmc", app.token(Role::LmcOfficer, "east").await),
            ("icb", app.token(Role::IcbAnalyst, "XDA").await),
            ("admin", app.token(Role::Administrator, "england").await),
            ("key", app.key(Role::PracticeManager, "Z90001", &KeyScope::ALL).await),
            ("lmc-key", app.key(Role::LmcOfficer, "east", &KeyScope::ALL).await),
        ]
    }

    fn fill(&self, path: &str, whose: Whose) -> String {
        let (ods, clinician, lmc) = match whose {
            Whose::Own => ("Z90001", self.own, "east"),
            Whose::Foreign => ("Z90025", self.foreign, "west"),
        };
        path.replace("{ods}", ods)
            .replace("{clinician}", &clinician.to_string())
            .replace("{lmc}", lmc)
            .replace("{organisation}", ods)
            .replace("{release}", "9")
            .replace("{date}", "2026-11-20")
            .replace("{code}", if path.contains("/region/") { "Y9D" } else { "XDA" })
            .replace("{item}", "safe-contact-limit")
            .replace("{contact}", &Uuid::from_u128(7).to_string())
            .replace("{kind}", "survey-reply")
            .replace("{letter}", &Uuid::from_u128(9).to_string())
            .replace("{file}", "letter.pdf")
            .replace("{import}", &Uuid::from_u128(8).to_string())
    }
}

/// An import that waits to be confirmed.
async fn staged(app: &TestApp, practice: &str) {
    let manager = Actor::Person {
        id: PersonId(Uuid::nil()),
        grants: vec![Grant { role: Role::PracticeManager, organisation: practice.parse().unwrap() }],
    };
    let facts = Facts { exists: true, ..Facts::default() };
    let permit = access::permit::<ImportAppointments>(&manager, &Target::Practice(practice.parse().unwrap()), facts);
    let new = NewImport {
        id: RowId(Uuid::from_u128(8)),
        system: System::Report,
        file_sha256: String::new(),
        base: 0,
        summary: ImportSummary::default(),
        recorded_by: Uuid::nil(),
    };
    let at = app.test.db.schema();
    add_import(Scoped::new(at, permit.unwrap().scope()), &new, now()).await.unwrap();
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Whose {
    Own,
    Foreign,
}

/// What a reader learns: `yes` (it was theirs, whatever became of an empty body), or the refusal.
fn word(status: StatusCode, location: Option<&str>) -> &'static str {
    match status.as_u16() {
        401 => "sign in",
        303 if location.is_some_and(|to| to.starts_with("/sign-in")) => "sign in",
        403 => "no",
        404 => "-",
        500.. => "FAULT",
        _ => "yes",
    }
}

async fn ask(client: &Client, method: &Method, path: &str) -> &'static str {
    let body = matches!(*method, Method::POST | Method::PUT).then_some("application/x-www-form-urlencoded");
    let reply = client.send(method.clone(), path, body, String::new()).await;
    let location = reply.headers.get("location").and_then(|to| to.to_str().ok());
    word(reply.status, location)
}

async fn matrix(world: &World) -> String {
    let mut table = String::new();
    let mut rows = app::table();
    rows.sort_by_key(|row| (row.path, row.method.to_string()));
    for row in rows {
        let asks = match row.asks {
            Asks::Permission(action) => format!("{action:?}"),
            Asks::Public => "public".to_owned(),
        };
        write!(table, "\n{} {}  [{asks}]\n   ", row.method, row.path).unwrap();
        for whose in [Whose::Own, Whose::Foreign] {
            let path = world.fill(row.path, whose);
            if whose == Whose::Foreign && path == world.fill(row.path, Whose::Own) {
                continue;
            }
            if whose == Whose::Foreign {
                write!(table, "\n   elsewhere:").unwrap();
            }
            for (name, client) in world.readers().await {
                write!(table, " {name}={}", ask(&client, &row.method, &path).await).unwrap();
            }
        }
    }
    table
}

both_databases!(every_route_answers_each_reader_as_decided, |test: TestDb| async move {
    let world = World::new(test).await;
    let table = matrix(&world).await;
    assert!(!table.contains("FAULT"), "{table}");
    insta::assert_snapshot!("matrix", table);
});

both_databases!(no_clinician_leaves_the_practice_and_no_practice_reaches_an_icb, |test: TestDb| async move {
    let world = World::new(test).await;
    let manager = world.app.manager("Z90025").await;
    let outside = [
        world.app.token(Role::IcbAnalyst, "XDB").await,
        world.app.token(Role::Administrator, "england").await,
        world.app.token(Role::LmcOfficer, "east").await,
        world.app.token(Role::LmcOfficer, "west").await,
        world.app.manager("Z90001").await,
        world.app.device("Z90001", world.own).await,
        world.app.display("Z90001", true).await,
    ];
    let mut checked = 0;
    for row in app::table() {
        let about_practice = row.path.contains("{ods}") && row.method == Method::GET;
        // What an LMC sees of a consenting practice has tests of its own.
        if !about_practice || row.path.contains("{lmc}") || row.path.starts_with("/live") {
            continue;
        }
        // One notice, template, letter or outcome, and the form of a kind that the address names: they have tests of their own.
        // So has what is a clinician's alone.
        let one = [
            "{notice}",
            "{template}",
            "{letter}",
            "{outcome}",
            "{transfer}",
            "/letters/new",
            "/addresses",
            "{clinician}/notifications",
        ];
        if one.iter().any(|part| row.path.contains(part)) {
            continue;
        }
        let path = world.fill(row.path, Whose::Foreign);
        for reader in &outside {
            assert_eq!(reader.get(&path).await.status, StatusCode::NOT_FOUND, "{path}");
        }
        assert_eq!(manager.get(&path).await.status, StatusCode::OK, "the owner of {path} reads it");
        checked += 1;
    }
    assert!(checked >= 8, "{checked} routes were walked");
});

#[test]
fn the_openapi_document_and_the_route_table_agree() {
    let document = serde_json::to_value(app::openapi::document()).unwrap();
    assert!(document["openapi"].as_str().unwrap().starts_with("3.1"));
    let mut documented = Vec::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        for method in
            item.as_object().unwrap().keys().filter(|key| ["get", "post", "put", "delete"].contains(&key.as_str()))
        {
            documented.push(format!("{} {path}", method.to_uppercase()));
        }
    }
    let mut routed: Vec<String> = app::table()
        .into_iter()
        .filter(|row| row.path.starts_with("/api/v1/"))
        .map(|row| format!("{} {}", row.method, row.path))
        .collect();
    documented.sort();
    routed.sort();
    assert_eq!(documented, routed);
    for (name, schema) in document["components"]["schemas"].as_object().unwrap() {
        let Some(properties) = schema["properties"].as_object() else {
            continue;
        };
        for (field, property) in properties {
            let nested = property.get("$ref").is_some()
                || property.get("oneOf").is_some()
                || property.get("anyOf").is_some()
                || property["type"] == "array";
            let told = property.get("example").is_some() || property.get("description").is_some();
            assert!(nested || told, "{name}.{field} has no example");
        }
    }
}
