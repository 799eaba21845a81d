//! Appointment files as practices have them, sent and let count: two files of one day, one that a spreadsheet saved again, EMIS's
//! own report, words of one's own, and an import that is taken back.

use axum::http::Method;
use entity::ids::ClinicianId;
use headroom::{
    db::Scoped,
    domain::access::{CliAuthority, Role},
    store::appointments::recount,
};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::support::{
    app::{Client, Reply, TestApp},
    databases::{TestDb, both_databases},
};

const API: &str = "/api/v1/practices/Z90001/imports";
const PAGE: &str = "/practices/Z90001/imports";
const ROTA_A: &str = include_str!("../data/appointments/systmone_report_a_gp_rota.csv");
const ROTA_B: &str = include_str!("../data/appointments/systmone_report_b_telephone_rota.csv");

/// A practice of one clinician, who is matched to a session holder.
struct Practice {
    app: TestApp,
    me: ClinicianId,
    program: Client,
}

impl Practice {
    async fn new(test: TestDb, holder: &str) -> Self {
        let app = TestApp::start(test).await;
        let me = app.clinician("Z90001", "Dr A").await;
        let program = app.manager("Z90001").await;
        let practice = Self { app, me, program };
        practice.match_with(json!({ "holders": { holder: me.to_string() } })).await;
        practice
    }

    async fn match_with(&self, mut more: Value) {
        more["id"] = json!(Uuid::now_v7());
        more["system"] = json!("report");
        self.program.put(&format!("{API}/matching"), more).await.is(201);
    }

    async fn send(&self, query: &str, text: &str) -> Reply {
        let kind = Some("text/csv; charset=utf-8");
        self.program.send(Method::POST, &format!("{API}{query}"), kind, text.to_owned()).await
    }

    async fn act(&self, import: &Value, act: &str) -> Reply {
        let path = format!("{API}/{}/{act}", import.as_str().unwrap());
        self.program.post(&path, json!({})).await
    }

    /// Sends a file and lets it count; says which import it is.
    async fn count(&self, query: &str, text: &str) -> Value {
        let sent = self.send(query, text).await.is(201).json();
        assert_eq!(sent["result"], "staged", "{sent}");
        self.act(&sent["import"], "activate").await.is(201);
        self.agrees().await;
        sent["import"].clone()
    }

    async fn counted(&self, day: &str) -> Value {
        let path = format!("/api/v1/practices/Z90001/clinicians/{}/days/{day}", self.me);
        self.program.get(&path).await.json()["counted"].clone()
    }

    /// The sums are those of the slots.
    async fn agrees(&self) {
        let everywhere = CliAuthority::new().everywhere();
        let (_, wrong) = recount(Scoped::new(self.app.test.db.unscoped(), &everywhere)).await.unwrap();
        assert_eq!(wrong, []);
    }
}

both_databases!(two_rotas_of_one_day_are_a_question_and_either_answer_can_be_taken_back, |test: TestDb| async move {
    let practice = Practice::new(test, "Dr Ada Wren").await;
    let day = "2026-11-20";
    practice.count("", ROTA_A).await;
    assert_eq!(practice.counted(day).await, 9);
    let before = practice.app.test.content_without(&["session"]).await;
    let asked = practice.send("", ROTA_B).await.is(200).json();
    assert_eq!(asked["result"], "to-choose");
    assert_eq!(asked["same_days"], json!([{ "day": day, "now": 9, "replaced": 8, "added": 17 }]));
    assert_eq!(practice.app.test.content_without(&["session"]).await, before, "a question writes nothing");
    practice.send("?same_days=perhaps", ROTA_B).await.is(422);
    let b = practice.count("?same_days=add", ROTA_B).await;
    assert_eq!(practice.counted(day).await, 17);
    // Once more they are what they were.
    for text in [ROTA_A, ROTA_B] {
        for query in ["", "?same_days=add"] {
            let again = practice.send(query, text).await.is(200).json();
            assert_eq!(again["result"], "no-change", "{again}");
        }
    }
    assert_eq!(practice.counted(day).await, 17);
    // Taken back, the day is as it was; the same wish again changes nothing.
    let back = practice.act(&b, "take-back").await.is(201).json();
    assert_eq!(back["taken_back"], true);
    practice.act(&b, "take-back").await.is(200);
    practice.agrees().await;
    assert_eq!(practice.counted(day).await, 9);
    let list = practice.program.get(API).await.json()["items"].clone();
    let undo = list.as_array().unwrap().iter().find(|one| one["report"]["takes_back"] == b).unwrap();
    practice.act(&undo["id"], "take-back").await.is(409);
    // In place of what is there; and that can be taken back too.
    let whole = practice.count("?same_days=replace", ROTA_B).await;
    assert_eq!(practice.counted(day).await, 8);
    practice.act(&whole, "take-back").await.is(201);
    practice.agrees().await;
    assert_eq!(practice.counted(day).await, 9);
});

both_databases!(a_newer_state_of_the_same_list_is_no_question, |test: TestDb| async move {
    let practice = Practice::new(test, "Dr A").await;
    let before = include_str!("../data/appointments/before_excel.csv");
    practice.count("", before).await;
    let again = practice.send("", include_str!("../data/appointments/after_excel.csv")).await.is(200).json();
    assert_eq!(again["result"], "no-change");
    assert_eq!(practice.counted("2026-11-20").await, 2);
    // One more, and one that did not come after all.
    let more = format!(
        "{}20-Nov-2026,09:40,Dr A,Surgery,Left\n",
        before.replace("09:20,Dr A,Surgery,Left", "09:20,Dr A,Surgery,DNA")
    );
    practice.count("", &more).await;
    assert_eq!(practice.counted("2026-11-20").await, 2);
    // Other times of the same day: another list, or one that was booked anew.
    let other = before.replace("09:05", "14:05");
    let asked = practice.send("", &other).await.is(200).json();
    assert_eq!(asked["result"], "to-choose", "{asked}");
    practice.count("?same_days=add", &other).await;
    assert_eq!(practice.counted("2026-11-20").await, 4);
});

both_databases!(emis_s_own_report_is_read_by_page_and_program_alike, |test: TestDb| async move {
    let practice = Practice::new(test, "WREN, Ada (Dr)").await;
    // The 21st lies ahead of the tests' today.
    let report =
        include_str!("../data/appointments/emis_appointment_report_shape.csv").replace("21-Nov-2026", "19-Nov-2026");
    let sent = practice.send("", &report).await.is(201).json();
    assert_eq!(
        sent["report"]["outcomes"],
        json!({
            "attended": 5, "vaccinated": 2, "did-not-attend": 1, "booked": 1, "free": 30
        })
    );
    let flu = sent["to_match"]["types"].as_array().unwrap().iter().find(|one| one["name"] == "Flu Clinic").unwrap();
    assert_eq!((&flu["guess"], &flu["attended"], &flu["known"]), (&json!("vaccination"), &json!(2), &json!(false)));
    practice.act(&sent["import"], "activate").await.is(201);
    practice.agrees().await;
    assert_eq!((practice.counted("2026-11-20").await, practice.counted("2026-11-19").await), (5.into(), 0.into()));
    // The page asks a person what the flu clinic is, once, and with its number.
    let manager = practice.app.person(Role::PracticeManager, "Z90001").await;
    let upload = async || {
        let body = format!(
            "--edge\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.csv\"\r\n\r\n{report}\r\n--edge--\r\n"
        );
        manager.send(Method::POST, PAGE, Some("multipart/form-data; boundary=edge"), body).await
    };
    let page = upload().await;
    assert!(page.is(200).body.contains("2 slots, 2 attended"), "{}", page.body);
    assert!(page.body.contains("Vaccination clinic, outside the limit"));
    practice.match_with(json!({ "types": { "Flu Clinic": "in-person" } })).await;
    let import = upload().await.is(303).location();
    let preview = manager.get(&import).await;
    assert!(preview.is(200).body.contains("Rows with cells taken from the row above"), "{}", preview.body);
    manager.form(&import, &[]).await.is(303);
    assert_eq!(practice.counted("2026-11-19").await, 2);
    manager.form(&format!("{import}/take-back"), &[]).await.is(303);
    let page = manager.get(&import).await;
    assert!(page.is(200).body.contains("This import was taken back"), "{}", page.body);
    assert_eq!(practice.counted("2026-11-19").await, 0);
    practice.agrees().await;
});

both_databases!(a_word_that_is_not_known_is_explained_once, |test: TestDb| async move {
    let practice = Practice::new(test, "Dr A").await;
    let file = "Date,Session Holder,Slot Status\n19/11/2026,Dr A,All sorted\n19/11/2026,Dr A,Left\n";
    let sent = practice.send("", file).await.is(201).json();
    assert_eq!(sent["report"]["refused"], json!({ "bad-status": 1 }));
    assert_eq!(sent["to_match"]["statuses"][0]["name"], "All sorted");
    let wrong = json!({ "id": Uuid::now_v7(), "system": "report", "statuses": { "All sorted": "removed" } });
    practice.program.put(&format!("{API}/matching"), wrong).await.is(422);
    practice.match_with(json!({ "statuses": { "All sorted": "attended" } })).await;
    let sent = practice.send("", file).await.is(201).json();
    assert_eq!((&sent["report"]["refused"], &sent["to_match"]), (&json!({}), &Value::Null));
    practice.act(&sent["import"], "activate").await.is(201);
    assert_eq!(practice.counted("2026-11-19").await, 2);
    let all = practice.app.test.content_without(&["session"]).await.join("\n");
    assert!(!all.contains("All sorted"));
});

both_databases!(nobody_else_takes_an_import_back, |test: TestDb| async move {
    let practice = Practice::new(test, "Dr A").await;
    let import = practice.count("", include_str!("../data/appointments/before_excel.csv")).await;
    let id = import.as_str().unwrap();
    let neighbour = practice.app.manager("Z90002").await;
    let device = practice.app.device("Z90001", practice.me).await;
    for (who, status) in [(&neighbour, 404), (&device, 403), (&practice.app.stranger(), 401)] {
        who.post(&format!("{API}/{id}/take-back"), json!({})).await.is(status);
    }
    neighbour.post(&format!("/api/v1/practices/Z90002/imports/{id}/take-back"), json!({})).await.is(404);
    practice.act(&json!(Uuid::now_v7()), "take-back").await.is(404);
    assert_eq!(practice.counted("2026-11-20").await, 2);
    // One that does not count cannot be taken back.
    let staged = practice.send("", "Date,Session Holder,Slot Status\n18/11/2026,Dr A,Left\n").await.is(201).json();
    practice.act(&staged["import"], "take-back").await.is(404);
});
