//! Requests that nobody would think of: every operation of the API, by every reader, with examples of the document that
//! chance has bent. None is answered with a fault, and none with a status that the document does not name for it.
//!
//! `HEADROOM_GENERATED=100000` sends so many instead of a sample; `HEADROOM_SEED` takes another seed than the usual one.

use std::{
    collections::{BTreeMap, BTreeSet},
    env,
};

use axum::http::Method;
use chrono::Duration;
use entity::ids::ClinicianId;
use headroom::{
    app::openapi,
    domain::access::{KeyScope, Role},
    jobs,
};
use rand::{RngExt, SeedableRng, rngs::SmallRng, seq::IndexedRandom};
use serde_json::{Map, Value, json};
use uuid::Uuid;

use crate::support::{
    app::{Client, TestApp, encode, now},
    databases::{TestDb, both_databases},
};

/// Sent where nothing else is asked for.
const FEW: u32 = 3_000;
/// After so many, everybody signs in anew and a minute passes: a key may ask 600 times in one.
const ROUND: u32 = 400;

/// What an operation takes and may answer.
struct Operation {
    method: Method,
    path: String,
    queries: Vec<String>,
    /// By content type, with the example where there is one.
    bodies: Vec<(String, Value)>,
    statuses: BTreeSet<u16>,
}

fn operations() -> Vec<Operation> {
    let document = serde_json::to_value(openapi::document()).unwrap();
    let mut found = Vec::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            let parameters = operation["parameters"].as_array().cloned().unwrap_or_default();
            let queries = parameters.iter().filter(|one| one["in"] == "query");
            let bodies = operation["requestBody"]["content"].as_object().cloned().unwrap_or_default();
            found.push(Operation {
                method: method.to_uppercase().parse().unwrap(),
                path: path.clone(),
                queries: queries.map(|one| one["name"].as_str().unwrap().to_owned()).collect(),
                bodies: bodies.into_iter().map(|(kind, body)| (kind, example(&document, &body))).collect(),
                statuses: operation["responses"].as_object().unwrap().keys().map(|one| one.parse().unwrap()).collect(),
            });
        }
    }
    assert!(found.len() > 60, "{}", found.len());
    found
}

/// That of the document, or one made from the shape.
fn example(document: &Value, body: &Value) -> Value {
    if !body["example"].is_null() {
        return body["example"].clone();
    }
    shaped(document, &body["schema"], 0)
}

fn shaped(document: &Value, schema: &Value, depth: u32) -> Value {
    if depth > 6 {
        return Value::Null;
    }
    if let Some(name) = schema["$ref"].as_str() {
        return shaped(document, &document["components"]["schemas"][name.rsplit('/').next().unwrap()], depth + 1);
    }
    for any in ["oneOf", "anyOf", "allOf"] {
        if let Some(some) = schema[any].as_array() {
            return shaped(document, some.last().unwrap(), depth + 1);
        }
    }
    if let Some(some) = schema["enum"].as_array() {
        return some[0].clone();
    }
    let kind = schema["type"].as_str().or_else(|| schema["type"][0].as_str()).unwrap_or_default();
    match kind {
        "object" => {
            let properties = schema["properties"].as_object().cloned().unwrap_or_default();
            properties.iter().map(|(name, of)| (name.clone(), shaped(document, of, depth + 1))).collect()
        }
        "array" => json!([shaped(document, &schema["items"], depth + 1)]),
        "integer" | "number" => json!(3),
        "boolean" => json!(true),
        "string" if schema["format"] == "uuid" => json!(Uuid::now_v7()),
        "string" if schema["format"] == "date" => json!("2026-11-20"),
        "string" if schema["format"] == "date-time" => json!("2026-11-20T09:00:00Z"),
        _ => json!("text"),
    }
}

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
        Self { app, own, foreign }
    }

    async fn readers(&self) -> Vec<(&'static str, Client)> {
        let app = &self.app;
        let scopes = &KeyScope::ALL;
        vec![
            ("stranger", app.stranger()),
            ("forger", app.program("hr_0123456789abcdef".to_owned())),
            ("clinician", app.device("Z90001", self.own).await),
            ("wall", app.display("Z90001", false).await),
            ("desk", app.display("Z90001", true).await),
            ("manager", app.manager("Z90001").await),
            ("program of a manager", app.token(Role::PracticeManager, "Z90001").await),
            ("lmc", app.token(Role::LmcOfficer, "east").await),
            ("icb", app.token(Role::IcbAnalyst, "XDA").await),
            ("admin", app.token(Role::Administrator, "england").await),
            ("key", app.key(Role::PracticeManager, "Z90001", scopes).await),
            ("key that reads", app.key(Role::PracticeManager, "Z90001", &[KeyScope::Read]).await),
            ("key of an lmc", app.key(Role::LmcOfficer, "east", scopes).await),
            ("key of an icb", app.key(Role::IcbAnalyst, "XDA", scopes).await),
        ]
    }
}

fn likely(path: &str) -> &'static [&'static str] {
    match path {
        _ if path.contains("/lmc/") => &["lmc", "key of an lmc"],
        _ if path.contains("/clinicians/{clinician}") => &["clinician", "manager", "key"],
        _ if path.contains("/practices/") => &["manager", "program of a manager", "key"],
        _ => &["icb", "key of an icb", "admin", "manager"],
    }
}

/// One thing after another, as chance has it.
struct Chance(SmallRng);

impl Chance {
    /// True once in so many times.
    fn once_in(&mut self, n: u32) -> bool {
        self.0.random_range(0..n) == 0
    }

    fn of<'a>(&mut self, some: &[&'a str]) -> &'a str {
        some.choose(&mut self.0).unwrap()
    }

    fn text(&mut self) -> String {
        match self.0.random_range(0..12) {
            0 => String::new(),
            1 => "x".repeat(self.0.random_range(1..6_000)),
            2 => "Dr\u{202e}A\u{0}\u{7f}\u{feff}".to_owned(),
            3 => "999 000 0018".to_owned(),
            4 => "'; DROP TABLE contact; --".to_owned(),
            5 => "<script>alert(1)</script>".to_owned(),
            6 => "../../etc/passwd".to_owned(),
            7 => "2026-02-30".to_owned(),
            8 => "9999-12-31".to_owned(),
            9 => "0000-00-00T99:99:99Z".to_owned(),
            10 => Uuid::from_u128(self.0.random()).to_string(),
            _ => "日本語 🩺 e\u{301}".to_owned(),
        }
    }

    fn value(&mut self) -> Value {
        match self.0.random_range(0..12) {
            0 => Value::Null,
            1 => json!(true),
            2 => json!(-1),
            3 => json!(i64::MAX),
            4 => json!(1e308),
            5 => json!(0.1),
            6 => json!([]),
            7 => json!({ "a": { "b": [1, 2, 3] } }),
            8 => json!(self.0.random_range(0..40)),
            9 => json!(Uuid::now_v7()),
            _ => json!(self.text()),
        }
    }

    fn path(&mut self, world: &World, template: &str) -> String {
        let own = !self.once_in(4);
        let (ods, clinician, lmc) = if own { ("Z90001", world.own, "east") } else { ("Z90025", world.foreign, "west") };
        let mut path = String::new();
        for part in template.split('/').skip(1) {
            path.push('/');
            let Some(name) = part.strip_prefix('{').map(|part| part.trim_end_matches('}')) else {
                path.push_str(part);
                continue;
            };
            let usual = match name {
                "ods" | "organisation" => ods.to_owned(),
                "clinician" => clinician.to_string(),
                "lmc" => lmc.to_owned(),
                "date" => self.of(&["2026-11-20", "2026-11-19", "2026-11-21", "2020-01-01", "2026-02-30"]).to_owned(),
                "release" => self.of(&["1", "9", "latest", "0", "-1", "99999999999999999999"]).to_owned(),
                "code" => self.of(&["XDA", "XDB", "Y9D", "england"]).to_owned(),
                "item" => self.of(&["safe-contact-limit", "advice-and-guidance", "nothing"]).to_owned(),
                _ => Uuid::now_v7().to_string(),
            };
            let part = if self.once_in(12) { encode(&self.text()) } else { usual };
            // An empty segment is another route.
            path.push_str(if part.is_empty() { "-" } else { &part });
        }
        path
    }

    fn query(&mut self, names: &[String]) -> String {
        let mut query = String::new();
        for name in names {
            if self.once_in(2) {
                let value = match self.0.random_range(0..3) {
                    0 => self.of(&["2026-11-20", "2026-11-01", "4", "52", "add", "replace"]).to_owned(),
                    _ => self.text(),
                };
                query.push(if query.is_empty() { '?' } else { '&' });
                query.extend([name, "=", &encode(&value)]);
            }
        }
        query
    }

    /// The example as it is, or with a thing or two about it that are wrong.
    fn body(&mut self, example: &Value) -> String {
        let mut body = example.clone();
        if body.is_string() {
            return body.as_str().unwrap().to_owned();
        }
        if let Some(id) = body.get_mut("id") {
            *id = json!(Uuid::now_v7());
        }
        for _ in 0..self.0.random_range(0..3) {
            self.bend(&mut body);
        }
        let text = body.to_string();
        match self.0.random_range(0..20) {
            0 => text.chars().take(text.len() / 2).collect(),
            1 => String::new(),
            2 => "[".repeat(self.0.random_range(1..4_000)),
            _ => text,
        }
    }

    fn bend(&mut self, value: &mut Value) {
        match value {
            Value::Object(fields) if !fields.is_empty() && !self.once_in(6) => self.bend_fields(fields),
            Value::Array(items) if !items.is_empty() && !self.once_in(3) => {
                let n = self.0.random_range(0..items.len());
                self.bend(&mut items[n]);
            }
            _ => *value = self.value(),
        }
    }

    fn bend_fields(&mut self, fields: &mut Map<String, Value>) {
        let names: Vec<String> = fields.keys().cloned().collect();
        let name = names.choose(&mut self.0).unwrap();
        match self.0.random_range(0..4) {
            0 => drop(fields.remove(name)),
            1 => drop(fields.insert("what_nobody_knows".to_owned(), self.value())),
            _ => self.bend(fields.get_mut(name).unwrap()),
        }
    }
}

both_databases!(whatever_is_sent_is_answered_as_the_document_says, |test: TestDb| async move {
    let number = |name: &str| env::var_os(name).map(|text| text.to_str().unwrap().parse::<u32>().unwrap());
    let (many, seed) = (number("HEADROOM_GENERATED").unwrap_or(FEW), number("HEADROOM_SEED").unwrap_or(18));
    let world = World::new(test).await;
    let operations = operations();
    let mut chance = Chance(SmallRng::seed_from_u64(seed.into()));
    let mut readers = Vec::new();
    let mut wrong: BTreeMap<String, (u32, String)> = BTreeMap::new();
    let mut came: BTreeMap<u16, u32> = BTreeMap::new();
    for n in 0..many {
        if n % ROUND == 0 {
            world.app.clock.set(now() + Duration::seconds(i64::from(n / ROUND) * 61));
            readers = world.readers().await;
        }
        let operation = operations.choose(&mut chance.0).unwrap();
        // Half of them by somebody who is likely to get further than the door.
        let likely = chance.once_in(2).then(|| likely(&operation.path));
        let asking: Vec<_> =
            readers.iter().filter(|(who, _)| likely.is_none_or(|likely| likely.contains(who))).collect();
        let (who, client) = asking.choose(&mut chance.0).unwrap();
        let path = chance.path(&world, &operation.path) + &chance.query(&operation.queries);
        let (kind, body) = match operation.bodies.choose(&mut chance.0) {
            None => (None, String::new()),
            Some(_) if chance.once_in(30) => (Some("text/plain".to_owned()), chance.text()),
            Some((kind, example)) => (Some(kind.clone()), chance.body(example)),
        };
        let reply = client.send(operation.method.clone(), &path, kind.as_deref(), body.clone()).await;
        let status = reply.status.as_u16();
        *came.entry(status).or_default() += 1;
        let as_said = operation.statuses.contains(&status) && status < 500;
        let is_problem = status < 400 || reply.json()["type"].as_str().is_some_and(|of| of.starts_with("/problems/"));
        if !as_said || !is_problem {
            let what = format!("{} {}: {status}", operation.method, operation.path);
            let first = || (0, format!("{who}: {path} {kind:?} {:.300} -> {:.300}", body, reply.body));
            wrong.entry(what).or_insert_with(first).0 += 1;
        }
    }
    println!("{many} requests, seed {seed}: {came:?}");
    assert!(wrong.is_empty(), "{wrong:#?}");
    // It got further than the door, and was refused in each way.
    for status in [200, 201, 401, 403, 404, 422] {
        assert!(came.get(&status).is_some_and(|n| *n >= 10), "{status}: {came:?}");
    }
});
