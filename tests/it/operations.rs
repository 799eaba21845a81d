//! Every operation, through the door of the API and as the document describes it.

use std::collections::BTreeSet;

use entity::ids::ClinicianId;
use headroom::{
    app,
    domain::{access::Role, catalogue::Status},
};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::support::{
    app::TestApp,
    databases::{TestDb, both_databases},
};

fn document() -> Value {
    serde_json::to_value(app::openapi::document()).unwrap()
}

/// What a body must hold and may hold, and one that is taken: of each operation that says so in the document.
struct Documented {
    path: String,
    required: BTreeSet<String>,
    known: BTreeSet<String>,
    example: Value,
}

fn documented(document: &Value, clinician: ClinicianId) -> Vec<Documented> {
    let paths = document["paths"].as_object().unwrap();
    let bodies = paths.iter().filter_map(|(path, item)| {
        let body = &item["post"]["requestBody"]["content"]["application/json"];
        let example = body.get("example")?;
        let name = body["schema"]["$ref"].as_str()?.rsplit('/').next()?;
        let schema = &document["components"]["schemas"][name];
        let required = schema["required"].as_array().unwrap();
        Some(Documented {
            path: path
                .replace("{ods}", "Z90001")
                .replace("{lmc}", "east")
                .replace("{clinician}", &clinician.to_string()),
            required: required.iter().map(|name| name.as_str().unwrap().to_owned()).collect(),
            known: schema["properties"].as_object().unwrap().keys().cloned().collect(),
            example: example.clone(),
        })
    });
    bodies.collect()
}

impl Documented {
    /// The address with what the example names, which then need not be in the body; and the names in it.
    fn address(&self) -> (String, BTreeSet<String>) {
        let mut path = self.path.clone();
        let mut names = BTreeSet::new();
        for name in &self.known {
            let part = format!("{{{name}}}");
            if path.contains(&part) {
                path = path.replace(&part, self.example[name].as_str().unwrap());
                names.insert(name.clone());
            }
        }
        (path, names)
    }
}

fn fields(problem: &Value) -> BTreeSet<String> {
    let errors = problem["errors"].as_array().unwrap().iter();
    errors.map(|error| error["field"].as_str().unwrap().to_owned()).collect()
}

both_databases!(an_operation_asks_for_what_the_document_requires_and_takes_its_example, |test: TestDb| async move {
    let app = TestApp::start(test).await;
    let manager = app.token(Role::PracticeManager, "Z90001").await;
    let clinician = app.clinician("Z90001", "Dr A").await;
    let officer = app.token(Role::LmcOfficer, "east").await;
    let (practice, area) = ((&manager, Role::PracticeManager, "Z90002"), (&officer, Role::LmcOfficer, "west"));
    let of = |path: &str| if path.contains("/lmc/") { area } else { practice };
    let operations = documented(&document(), clinician);
    assert_eq!(operations.len(), 14, "an act at each of its addresses");
    // What came of an action is recorded once the action is.
    let paused =
        json!({ "id": Uuid::now_v7(), "item": "dsa-freeze", "status": "paused-since", "effective_on": "2026-11-16" });
    let actions = "/api/v1/practices/Z90001/actions";
    manager.post(actions, paused).await.is(201);
    // What an address of another example names is there.
    for operation in &operations {
        let (path, in_path) = operation.address();
        if in_path.is_empty() {
            of(&path).0.post(&path, operation.example.clone()).await.is(201);
        }
    }
    for operation in operations {
        let (path, in_path) = operation.address();
        let (manager, role, other) = of(&path);
        // One is made where the id is left out.
        let mut asked: BTreeSet<String> = operation.required.difference(&in_path).cloned().collect();
        asked.remove("id");
        let nothing = manager.post(&path, json!({})).await;
        if asked.is_empty() && nothing.status == 201 {
            nothing.is(201);
        } else {
            let told = fields(&nothing.is(422).json());
            assert!(told.is_superset(&asked), "{path}: {told:?}");
            assert!(told.is_subset(&operation.known), "{path}: {told:?}");
        }

        let mut body = operation.example.clone();
        body["id"] = json!(Uuid::now_v7());
        // An LMC has one item of a name.
        if path.ends_with("/local-items") {
            body["title"] = json!("Bloods for the skin clinic");
        }
        let first = manager.post(&path, body.clone()).await.is(201).json();
        assert_eq!(manager.post(&path, body.clone()).await.is(200).json(), first, "{path}");
        let elsewhere = other;
        let mut other = body.clone();
        if operation.known.contains("decided_on") {
            other["decided_on"] = json!("2026-11-02");
        } else if operation.known.contains("pounds_a_year") {
            other["pounds_a_year"] = json!(4300);
        } else if operation.known.contains("asked") {
            other["asked"] = json!("Letter of the August clinic");
        } else if operation.known.contains("note") {
            other["note"] = json!("By telephone");
        } else if operation.known.contains("reply_within") {
            other["reply_within"] = json!(12);
        } else if operation.known.contains("sent_on") {
            other["sent_on"] = json!("2026-11-19");
        } else if operation.known.contains("valid_from") {
            other["valid_from"] = json!("2026-10-02");
        } else if operation.known.contains("seen_on") {
            other["seen_on"] = json!("2026-11-02");
        } else {
            other["complex"] = json!(true);
        }
        assert_eq!(manager.post(&path, other).await.is(409).json()["type"], "/problems/id-reused");

        // A field that is not one, and one that comes twice.
        let mut unknown = body.clone();
        unknown["colour"] = json!("red");
        assert_eq!(fields(&manager.post(&path, unknown).await.is(422).json()), ["colour".to_owned()].into());
        // Whatever stands in a field, no answer repeats it.
        for name in &operation.known {
            for bad in ["999 000 0018", "Mrs Jane Smith"] {
                let mut wrong = body.clone();
                wrong["id"] = json!(Uuid::now_v7());
                wrong[name] = json!(bad);
                let reply = manager.post(&path, wrong).await;
                let is_in_path = in_path.contains(name);
                assert!(is_in_path || reply.status == 422, "{path} {name}: {}", reply.status);
                assert!(!reply.body.contains(bad), "{path} {name}: {}", reply.body);
            }
        }
        // Another practice's manager has no such place.
        let neighbour = app.token(role, elsewhere).await;
        neighbour.post(&path, body).await.is(404);
    }
});

#[test]
fn every_reference_of_the_document_leads_somewhere_and_enums_are_codes() {
    let document = document();
    let mut refs = BTreeSet::new();
    collect(&document, &mut refs);
    assert!(refs.len() > 50, "{}", refs.len());
    for reference in &refs {
        let pointer = reference.trim_start_matches('#');
        assert!(document.pointer(pointer).is_some(), "{reference}");
    }
    let codes: Vec<&str> = Status::ALL.iter().map(|status| status.as_str()).collect();
    assert_eq!(document["components"]["schemas"]["Status"]["enum"], json!(codes));
    for code in codes {
        serde_json::from_value::<Status>(json!(code)).unwrap();
    }
}

fn collect(value: &Value, refs: &mut BTreeSet<String>) {
    match value {
        Value::Object(entries) => {
            for (key, value) in entries {
                match value.as_str() {
                    Some(text) if key == "$ref" => drop(refs.insert(text.to_owned())),
                    _ => collect(value, refs),
                }
            }
        }
        Value::Array(all) => all.iter().for_each(|value| collect(value, refs)),
        _ => {}
    }
}
