//! Files of appointments cut short, put together or refused whole: said before anything counts, on the page, over the API
//! and by the command.

use axum::http::Method;
use headroom::domain::access::Role;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::support::{
    app::{Client, Reply, TestApp},
    databases::{TestDb, both_databases},
};

const API: &str = "/api/v1/practices/Z90001/imports";
const HEADER: &str = "Date,Start,With whom,Slot Type,State\r\n";

fn row(day: u32, minute: u32) -> String {
    format!("{day}/11/2026,09:{minute:02},Dr A,Surgery,Attended\r\n")
}

fn file(rows: &[String]) -> String {
    [HEADER.to_owned(), rows.concat()].concat()
}

async fn send(client: &Client, text: &str) -> Reply {
    let kind = Some("text/csv; charset=utf-8");
    client.send(Method::POST, API, kind, text.to_owned()).await
}

async fn ready(app: &TestApp) -> Client {
    let me = app.clinician("Z90001", "Dr A").await.to_string();
    let client = app.manager("Z90001").await;
    let body = json!({
        "id": Uuid::now_v7(), "system": "report",
        "columns": { "day": "Date", "time": "Start", "holder": "With whom", "status": "State", "type": "Slot Type" },
        "holders": { "Dr A": me }, "types": { "Surgery": "in-person" },
    });
    client.put(&format!("{API}/matching"), body).await.is(201);
    client
}

async fn counts(client: &Client, sent: &Value) {
    let import = sent["import"].as_str().unwrap();
    let path = format!("{API}/{import}/activate");
    let done = client.post(&path, json!({})).await;
    assert!(done.status.is_success(), "{} {}", done.status, done.body);
}

fn warnings(sent: &Value) -> String {
    let all = sent["report"]["warnings"].as_array().unwrap().iter();
    all.map(|one| one.as_str().unwrap()).collect()
}

both_databases!(what_is_named_twice_or_left_out_is_said_before_it_counts, |test: TestDb| async move {
    let app = TestApp::start(test).await;
    let client = ready(&app).await;
    let whole: Vec<String> = (16..=19).flat_map(|day| [row(day, 0), row(day, 10), row(day, 20)]).collect();
    // Two exports put together.
    let twice = send(&client, &file(&[&whole[..], &whole[..2]].concat())).await;
    let twice = twice.is(201).json();
    assert_eq!(twice["report"]["repeated"], 2);
    assert!(warnings(&twice).contains("line 14, 15"), "{twice}");
    let page = app.person(Role::PracticeManager, "Z90001").await;
    let preview = format!("/practices/Z90001/imports/{}", twice["import"].as_str().unwrap());
    let preview = page.get(&preview).await;
    assert!(preview.is(200).body.contains("an earlier row names too"), "{}", preview.body);
    counts(&client, &twice).await;
    // The same without the double: what is left out is named, by its day.
    let clean = send(&client, &file(&whole)).await.is(200).json();
    assert_eq!(clean["result"], "no-change");
    assert_eq!(clean["report"]["vanished"], json!({ "2026-11-16": 2 }));
    assert!(warnings(&clean).contains("2 slots of"), "{clean}");
    // A day's last row cut off, and another added: said before it counts.
    let mut cut = whole.clone();
    cut.remove(5);
    cut.push(row(19, 30));
    let cut = send(&client, &file(&cut)).await.is(201).json();
    assert_eq!(cut["report"]["repeated"], 0);
    assert_eq!(cut["report"]["vanished"], json!({ "2026-11-16": 2, "2026-11-17": 1 }));
    // Nothing is said of what is whole.
    let fresh = send(&client, &file(&[row(12, 0), row(13, 0)])).await.is(201).json();
    assert_eq!(warnings(&fresh), "");
});

both_databases!(a_file_of_which_nothing_can_be_taken_is_refused_with_its_lines, |test: TestDb| async move {
    let app = TestApp::start(test).await;
    let client = ready(&app).await;
    let american = "11/18/2026,09:00,Dr A,Surgery,Attended\r\n";
    let refused = send(&client, &format!("{HEADER}{american}{american}")).await;
    let problem = refused.is(422).json();
    assert_eq!(problem["errors"][0]["field"], "file", "{problem}");
    assert!(problem["errors"][0]["message"].as_str().unwrap().contains("written month first, as in America"));
    let undated = "someday,09:00,Dr A,Surgery,Attended\r\n";
    let refused = send(&client, &format!("{HEADER}{undated}{undated}")).await;
    let problem = refused.is(422).json();
    let errors = problem["errors"].as_array().unwrap();
    let fields: Vec<&str> = errors.iter().map(|one| one["field"].as_str().unwrap()).collect();
    assert_eq!(fields, ["file", "line 2, column day", "line 3, column day"], "{problem}");
    assert_eq!(errors[1]["message"], "the date is missing or cannot be read");
    for (text, why) in [(HEADER.to_owned(), "no rows below it"), (String::new(), "empty")] {
        let refused = send(&client, &text).await;
        assert!(refused.is(422).body.contains(why), "{why}: {}", refused.body);
    }
    let imports = client.get(API).await.is(200).json();
    assert_eq!(imports["items"], json!([]), "{imports}");
    let person = app.person(Role::PracticeManager, "Z90001").await;
    let form = format!(
        "--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.csv\"\r\n\r\n{HEADER}{undated}\r\n--x--\r\n"
    );
    let kind = Some("multipart/form-data; boundary=x");
    let page = person.send(Method::POST, "/practices/Z90001/imports", kind, form).await;
    assert!(
        page.is(422).body.contains("Every row was refused")
            && page.body.contains("The date is missing or cannot be read"),
        "{}",
        page.body
    );
    // Lines that end in carriage returns alone.
    let old = send(&client, &file(&[row(17, 0)]).replace("\r\n", "\r")).await.is(201).json();
    assert_eq!(old["report"]["outcomes"], json!({ "attended": 1 }));
    // A line above the header that names the separator, and words for those who did not come.
    let text = file(&[row(18, 0), row(18, 5).replace("Attended", "Failed to attend")]);
    let text = format!("sep=;\r\n{}", text.replace(',', ";"));
    let taken = send(&client, &text).await.is(201).json();
    assert_eq!(taken["report"]["outcomes"], json!({ "attended": 1, "did-not-attend": 1 }));
});
