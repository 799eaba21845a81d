//! Signs that no font has: refused where they are typed, at their field and by name; what is old is drawn all the same.

use std::{
    io::{Cursor, Read},
    path::Path,
};

use axum::http::Method;
use headroom::domain::access::Role;
use proptest::{
    prelude::*,
    strategy::ValueTree,
    test_runner::{Config, RngAlgorithm, TestRng, TestRunner},
};
use serde_json::{Value, json};
use tower::ServiceExt;
use uuid::Uuid;

use crate::support::{
    app::{Client, Reply, TestApp},
    databases::{TestDb, both_databases},
};

const API: &str = "/api/v1/practices/Z90001/letters";

/// Each with how it is named: other scripts, an emoji, what turns text, what has no shape, a mark without a letter.
const REFUSED: [(&str, &str); 6] = [
    ("Dr 王", "“王”"),
    ("د. محمد", "“د”"),
    ("thank you 🙂", "“🙂”"),
    ("a\u{202E}b", "U+202E"),
    ("bullet \u{F0B7}", "U+F0B7"),
    ("12\u{301}", "U+0301"),
];
const DRAWN: &str = "☐ agreed ☑ returned ✓ → ← ① ≤ £5 € … • 24\u{2011}hour ŵ ŷ ł ż ő ș ğ ế ẹ\u{300}";

fn id() -> String {
    Uuid::now_v7().to_string()
}

fn reply(signed: &str) -> Value {
    json!({
        "id": id(), "kind": "survey-reply", "to": "Wyre and Calder",
        "fields": { "survey": "your survey of 2 November", "signed": signed },
        "sent_on": "2026-11-20", "how": "post",
    })
}

#[track_caller]
fn refused(reply: &Reply, named: &str, field: &str) {
    assert_eq!(reply.status, 422, "{}", reply.body);
    let says = format!("{named} cannot be printed");
    assert!(reply.body.contains(&says) && reply.body.contains(field), "{says} at {field}: {}", reply.body);
}

both_databases!(what_no_font_has_is_refused_at_its_field_and_named, |test: TestDb| async move {
    let app = TestApp::start(test).await;
    let manager = app.manager("Z90001").await;
    for (typed, named) in REFUSED {
        for field in ["survey", "signed"] {
            let mut body = reply("The partners");
            body["fields"][field] = json!(typed);
            let answer = manager.post(API, body).await;
            refused(&answer, named, &format!("\"{field}\""));
        }
        let mut body = reply("The partners");
        body["to"] = json!(typed);
        refused(&manager.post(API, body).await, named, "\"to\"");
    }
    assert_eq!(manager.get(API).await.is(200).json()["items"], json!([]));
    // What letters need is drawn.
    let made = manager.post(API, reply(DRAWN)).await.is(201).json();
    let text = made["text"].as_str().unwrap();
    assert!(text.contains("☐ agreed ☑ returned ✓ → ← ①") && text.contains("24-hour"));
    let person = app.person(Role::PracticeManager, "Z90001").await;
    let page = format!("/practices/Z90001/letters/{}", made["id"].as_str().unwrap());
    let pdf = person.get(&format!("{page}/letter.pdf")).await;
    assert!(pdf.is(200).body.starts_with("%PDF"));
    assert!(!person.get(&page).await.is(200).body.contains("The PDF shows"));
});

both_databases!(every_door_refuses_alike, |test: TestDb| async move {
    let app = TestApp::start(test).await;
    let person = app.person(Role::PracticeManager, "Z90001").await;
    let officer = app.person(Role::LmcOfficer, "east").await;
    let manager = app.manager("Z90001").await;
    let program = app.token(Role::LmcOfficer, "east").await;
    let id = id();
    for (typed, named) in REFUSED {
        let form = [
            ("id", &*id),
            ("kind", "survey-reply"),
            ("to", "Wyre and Calder"),
            ("dated_on", "2026-11-20"),
            ("survey", "your survey"),
            ("signed", typed),
            ("step", "preview"),
        ];
        let page = person.form("/practices/Z90001/letters/new", &form).await;
        refused(&page, named, "your survey");
        // Wordings of the practice and of the LMC, with the place.
        let text = format!("Subject\n\nDear all,\n\nx {typed} {{survey}}\n\n{{signed}}");
        let form = [("id", &*id), ("text", &*text), ("step", "save")];
        for (client, path) in
            [(&person, "/practices/Z90001/letters/wording/survey-reply"), (&officer, "/lmc/east/letters/survey-reply")]
        {
            refused(&client.form(path, &form).await, named, "Line 5, column ");
        }
        // A template notice, a display, a place to divert to.
        let form = [
            ("id", &*id),
            ("after", "0"),
            ("item", "voluntary-services"),
            ("title", "In a wave"),
            ("service", typed),
            ("explanation", "No practice is paid for it."),
            ("period_n", "3"),
            ("period_unit", "months"),
            ("common", ""),
        ];
        refused(&officer.form("/lmc/east/templates", &form).await, named, "service");
        let form = [("id", &*id), ("label", typed), ("place", "desk")];
        let page = person.form("/practices/Z90001/displays", &form).await;
        refused(&page, named, "label");
        // A clinician, a status, a notice, a question.
        let body = json!({ "id": Uuid::now_v7(), "label": typed, "staff_group": "locum" });
        let answer = manager.post("/api/v1/practices/Z90001/clinicians", body).await;
        refused(&answer, named, "label");
        let body = json!({
            "id": Uuid::now_v7(), "service": typed, "served_on": "2026-11-20", "period": 3, "period_unit": "months",
            "commissioner": "NHS Example ICB", "contract": "unsigned",
        });
        let answer = manager.post("/api/v1/practices/Z90001/notices", body).await;
        refused(&answer, named, "service");
        let body = json!({
            "id": Uuid::now_v7(), "week_ending": "2026-11-20", "opens_on": "2026-11-16", "closes_on": "2026-11-27",
            "kind": "text", "wording": format!("What about {typed}?"), "options": [],
        });
        let answer = program.post("/api/v1/areas/lmc/east/questions", body).await;
        refused(&answer, named, "wording");
    }
});

/// Copies a letter as it might have been stored before such signs were refused.
async fn old_letter(app: &TestApp, from: &str, sign: &str) -> String {
    let id = id();
    let copied = [
        "practice",
        "kind",
        "level",
        "lmc",
        "version",
        "notice",
        "practice_name",
        "dated_on",
        "subject",
        "sent_on",
        "how",
        "reply_due_on",
        "recorded_at",
        "recorded_by",
    ];
    let copied = copied.join(", ");
    let statement = format!(
        "INSERT INTO letter (id, recipient, body, {copied}) \
         SELECT '{id}', 'To {sign}', REPLACE(body, 'The partners', 'Dr {sign}'), {copied} FROM letter WHERE id = '{from}'"
    );
    let statement = match app.test.kind() {
        crate::support::databases::Kind::Postgres => statement,
        // Ids are kept as bytes there.
        crate::support::databases::Kind::Sqlite => statement
            .replace(&format!("'{id}'"), &format!("X'{}'", id.replace('-', "")))
            .replace(&format!("'{from}'"), &format!("X'{}'", from.replace('-', ""))),
    };
    app.test.transaction(&[&statement]).await.unwrap();
    id
}

async fn bytes(app: &TestApp, client: &Client, path: &str, form: &str) -> Vec<u8> {
    let request = axum::http::Request::builder()
        .method(Method::POST)
        .uri(path)
        .header("host", "localhost:8025")
        .header("cookie", client.cookie.clone().unwrap())
        .header("sec-fetch-site", "same-origin")
        .header("content-type", "application/x-www-form-urlencoded")
        .body(axum::body::Body::from(form.to_owned()));
    let answer = app.router.clone().oneshot(request.unwrap()).await.unwrap();
    assert_eq!(answer.status().as_u16(), 200, "{path}");
    axum::body::to_bytes(answer.into_body(), 1 << 26).await.unwrap().to_vec()
}

both_databases!(an_old_letter_is_drawn_and_breaks_no_pack, |test: TestDb| async move {
    let app = TestApp::start(test).await;
    let manager = app.manager("Z90001").await;
    let person = app.person(Role::PracticeManager, "Z90001").await;
    let made = manager.post(API, reply("The partners")).await.is(201).json();
    let old = old_letter(&app, made["id"].as_str().unwrap(), "王🙂\u{202E}").await;
    let page = format!("/practices/Z90001/letters/{old}");
    let pdf = person.get(&format!("{page}/letter.pdf")).await;
    assert!(pdf.is(200).body.starts_with("%PDF"));
    person.get(&format!("{page}/letter.docx")).await.is(200);
    let shown = person.get(&page).await;
    let says = "The PDF shows \u{FFFD} where the letter has a sign that cannot be printed";
    assert!(shown.is(200).body.contains(says) && shown.body.contains("“王”"), "{}", shown.body);
    let pack = bytes(&app, &person, "/practices/Z90001/evidence.zip", "from=2026-11-01&to=2026-11-20").await;
    let mut archive = zip::ZipArchive::new(Cursor::new(pack)).unwrap();
    let names: Vec<String> = archive.file_names().map(|name| name.unwrap().into_owned()).collect();
    let pdfs = names.iter().filter(|name| Path::new(name).extension().is_some_and(|kind| kind == "pdf")).count();
    assert_eq!(pdfs, 2, "{names:?}");
    let mut text = |name: &str| {
        let mut text = String::new();
        let mut file = archive.by_name(name).unwrap();
        file.read_to_string(&mut text).unwrap();
        text
    };
    for file in ["index.html", "letters/register.csv"] {
        let text = text(file);
        assert_eq!(text.matches(says).count(), 1, "{file}: {text}");
        assert!(text.contains("“王”"), "{file}");
    }
});

/// Texts of all kinds, the same in every run: mostly such as people type, some of anything at all.
fn texts(n: usize) -> Vec<String> {
    let rng = TestRng::deterministic_rng(RngAlgorithm::ChaCha);
    let mut runner = TestRunner::new_with_rng(Config::default(), rng);
    let any = prop_oneof![
        3 => "[a-zA-Z ,.☐✓→é\u{300}-\u{30F}\u{2000}-\u{203F}]{1,30}",
        2 => "[\u{A0}-\u{24F}\u{1E00}-\u{1EFF}\u{2190}-\u{27BF}]{1,30}",
        2 => "\\PC{1,40}",
        1 => "(?s:.){1,40}",
    ];
    (0..n).map(|_| any.new_tree(&mut runner).unwrap().current()).collect()
}

// Every text is taken and makes a PDF, or is refused at its field; whatever it is, nothing breaks.
both_databases!(every_text_that_is_taken_makes_a_document, |test: TestDb| async move {
    let app = TestApp::start(test).await;
    let manager = app.manager("Z90001").await;
    let person = app.person(Role::PracticeManager, "Z90001").await;
    let (mut taken, mut turned_down) = (0, 0);
    for text in texts(120) {
        let body = reply(&text);
        let id = body["id"].as_str().unwrap().to_owned();
        let answer = manager.post(API, body).await;
        match answer.status.as_u16() {
            201 => {
                taken += 1;
                let page = format!("/practices/Z90001/letters/{id}");
                let pdf = person.get(&format!("{page}/letter.pdf")).await;
                assert!(pdf.is(200).body.starts_with("%PDF"), "{text:?}");
                let page = person.get(&page).await;
                assert!(!page.is(200).body.contains("The PDF shows"), "{text:?}");
            }
            422 => {
                turned_down += 1;
                assert!(answer.body.contains("\"signed\""), "{}", answer.body);
            }
            other => panic!("{other} for {text:?}: {}", answer.body),
        }
    }
    assert!(taken > 10 && turned_down > 10, "{taken} {turned_down}");
});
