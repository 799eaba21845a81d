//! Divert and screens over HTTP: links that work for one screen, one divert at a time, what is told, sent and kept.

use entity::ids::ClinicianId;
use headroom::domain::access::Role;
use serde_json::json;
use uuid::Uuid;

use crate::support::{
    app::{Client, TestApp},
    databases::{TestDb, both_databases},
};

const DIVERT: &str = "/api/v1/practices/Z90001/divert";

fn id() -> String {
    Uuid::now_v7().to_string()
}

/// Brings a clinician's day to `n`.
async fn counted(app: &TestApp, clinician: ClinicianId, n: u32) {
    let path = format!("/api/v1/practices/Z90001/clinicians/{clinician}/days/2026-11-20");
    let manager = app.manager("Z90001").await;
    manager.put(&path, json!({ "n": n })).await.is(200);
}

/// A manager makes a display link; answers its path.
async fn link(manager: &Client, place: &str) -> String {
    let fields = [("id", &*id()), ("label", "Reception"), ("place", place)];
    let page = manager.form("/practices/Z90001/displays", &fields).await;
    let body = &page.is(200).body;
    let from = body.find("/display-link/").unwrap();
    let length = body[from..].find('<').unwrap();
    body[from..from + length].to_owned()
}

/// A screen that opened a link of its own.
async fn screen(app: &TestApp, place: &str) -> Client {
    let manager = app.person(Role::PracticeManager, "Z90001").await;
    let link = link(&manager, place).await;
    let opened = app.browser(String::new()).form(&link, &[("id", &id())]).await;
    app.browser(opened.is(303).cookies())
}

both_databases!(a_link_works_for_one_screen_until_it_is_revoked, |test: TestDb| async move {
    let app = TestApp::start(test).await;
    let clinician = app.clinician("Z90001", "Dr A").await;
    counted(&app, clinician, 14).await;
    let manager = app.person(Role::PracticeManager, "Z90001").await;
    let link = link(&manager, "wall").await;
    let browser = app.browser(String::new());
    for _ in 0..2 {
        assert!(browser.get(&link).await.is(200).body.contains("Use this screen"));
    }
    let form = id();
    let opened = browser.form(&link, &[("id", &form)]).await;
    assert_eq!(opened.is(303).location(), "/practices/Z90001/display");
    let again = browser.form(&link, &[("id", &form)]).await;
    assert_eq!(again.is(303).cookies(), opened.cookies(), "the same browser");
    browser.form(&link, &[("id", &id())]).await.is(410);
    browser.get(&link).await.is(410);

    let wall = app.browser(opened.cookies());
    let page = wall.get("/practices/Z90001/display").await;
    let body = &page.is(200).body;
    assert!(body.contains("11 left today") && body.contains("Dr A"), "{body}");
    wall.get("/practices/Z90001/display/now").await.is(200);
    wall.get("/live/practices/Z90001/display").await.is(200);
    for other in [
        "/practices/Z90001",
        "/practices/Z90001/capacity",
        "/practices/Z90001/today",
        "/practices/Z90001/desk",
        "/practices/Z90001/divert",
        "/live/practices/Z90001",
    ] {
        wall.get(other).await.is(403);
    }
    wall.get("/practices/Z90002/display").await.is(404);
    wall.get(&format!("/practices/Z90001/clinicians/{clinician}")).await.is(404);
    assert_eq!(wall.get("/").await.is(303).location(), "/practices/Z90001/display");

    let list = manager.get("/practices/Z90001/displays").await.body;
    let end = list.find("/revoke\"").expect("a screen in use");
    let from = list[..end].rfind("/practices").unwrap();
    let revoke = list[from..end + "/revoke".len()].to_owned();
    let neighbour = app.person(Role::PracticeManager, "Z90002").await;
    neighbour.form(&revoke, &[]).await.is(404);
    let elsewhere = revoke.replace("Z90001", "Z90002");
    neighbour.form(&elsewhere, &[]).await.is(404);
    for _ in 0..2 {
        manager.form(&revoke, &[]).await.is(303);
    }
    let refused = wall.get("/practices/Z90001/display").await;
    assert_eq!(refused.is(303).location(), "/display-ended");
    wall.get("/display-ended").await.is(200);
    let stream = wall.get("/live/practices/Z90001/display").await;
    assert_eq!(stream.is(303).location(), "/display-ended");
});

both_databases!(a_label_of_a_screen_holds_no_patient_data, |test: TestDb| async move {
    let app = TestApp::start(test).await;
    let manager = app.person(Role::PracticeManager, "Z90001").await;
    for label in ["", "NHS number 999 000 0018"] {
        let fields = [("id", &*id()), ("label", label), ("place", "wall")];
        let reply = manager.form("/practices/Z90001/displays", &fields).await;
        reply.is(422);
    }
});

both_databases!(one_divert_at_a_time_started_and_ended_by_a_person, |test: TestDb| async move {
    let app = TestApp::start(test).await;
    let manager = app.manager("Z90001").await;
    let state = manager.get(DIVERT).await.is(200).json();
    assert_eq!((&state["diverting"], &state["guard_rail"]), (&json!(false), &json!("2026-04")));
    let first = json!({ "id": id(), "guard_rail": "2026-04" });
    manager.post(DIVERT, first.clone()).await.is(201);
    let again = manager.post(DIVERT, first.clone()).await.is(200).json();
    assert_eq!(again["divert"], first["id"]);
    let other = json!({ "id": id(), "guard_rail": "2026-04" });
    manager.post(DIVERT, other.clone()).await.is(409);
    manager.post(DIVERT, json!({ "id": id(), "guard_rail": "1066-10" })).await.is(422);

    let end = json!({ "id": id(), "divert": first["id"] });
    let path = format!("{DIVERT}/end");
    let neighbour = app.manager("Z90002").await;
    neighbour.post("/api/v1/practices/Z90002/divert/end", end.clone()).await.is(404);
    neighbour.post(&path, end.clone()).await.is(404);
    let ended = manager.post(&path, end.clone()).await.is(201).json();
    assert_eq!(ended["diverting"], false);
    manager.post(&path, end.clone()).await.is(200);
    manager.post(&path, json!({ "id": id(), "divert": first["id"] })).await.is(200);
    manager.post(DIVERT, first.clone()).await.is(200);
    manager.post(DIVERT, other.clone()).await.is(201);
    let reused = json!({ "id": end["id"], "divert": other["id"] });
    manager.post(&path, reused).await.is(409);
});

both_databases!(of_many_starts_at_once_one_wins, |test: TestDb| async move {
    let app = TestApp::start(test).await;
    let manager = app.manager("Z90001").await;
    let starts = (0..8).map(|_| {
        let manager = manager.clone();
        async move {
            let body = json!({ "id": id(), "guard_rail": "2026-04" });
            manager.post(DIVERT, body).await.status.as_u16()
        }
    });
    let mut statuses = futures::future::join_all(starts).await;
    statuses.sort_unstable();
    assert_eq!(statuses, [201, 409, 409, 409, 409, 409, 409, 409]);
    let rows = app.test.number("SELECT count(*) FROM divert_start").await;
    assert_eq!(rows, 1);
});

both_databases!(everybody_who_works_there_sees_the_divert, |test: TestDb| async move {
    let app = TestApp::start(test).await;
    let me = app.clinician("Z90001", "Dr A").await;
    counted(&app, me, 22).await;
    let manager = app.person(Role::PracticeManager, "Z90001").await;
    let (device, desk) = (app.device("Z90001", me).await, screen(&app, "desk").await);
    let page = manager.get("/practices/Z90001/divert").await.body;
    for words in [
        "Your rule suggests it now",
        "08:00 to 18:30",
        "checked on 2 November 2026",
        "href=\"https://www.bma.org.uk/advice-and-support/gp-practices/managing-workload/safe-working-in-general-practice\"",
    ] {
        assert!(page.contains(words), "{words}: {page}");
    }
    let pages = [
        (&device, "/practices/Z90001/today"),
        (&manager, "/practices/Z90001/capacity"),
        (&manager, "/practices/Z90001"),
        (&manager, "/practices/Z90001/divert"),
        (&desk, "/practices/Z90001/desk"),
        (&desk, "/practices/Z90001/display"),
    ];
    for (reader, path) in pages {
        let body = reader.get(path).await.is(200).body.clone();
        assert!(!body.contains("Diverting since"), "{path}");
    }
    let start = [("id", &*id()), ("guard_rail", "2026-04")];
    for _ in 0..2 {
        let reply = manager.form("/practices/Z90001/divert/start", &start).await;
        assert_eq!(reply.is(303).location(), "/practices/Z90001/divert");
    }
    for (reader, path) in pages {
        let body = reader.get(path).await.is(200).body.clone();
        assert!(body.contains("Diverting since 12:00"), "{path}: {body}");
    }
    let kept = "SELECT count(*) FROM divert_start WHERE ground = 'share' AND guard_rail = '2026-04' \
                    AND guard_rail_text LIKE '%same day%'";
    assert_eq!(app.test.number(kept).await, 1);
    desk.form("/practices/Z90001/divert/start", &start).await.is(403);
    device.form("/practices/Z90001/divert/start", &start).await.is(403);
});

both_databases!(a_clinician_at_the_limit_tells_the_practice_once_a_day, |test: TestDb| async move {
    let app = TestApp::start(test).await;
    let me = app.clinician("Z90001", "Dr A").await;
    let (device, home) = (app.device("Z90001", me).await, format!("/practices/Z90001/clinicians/{me}"));
    let tell = format!("{home}/at-limit");
    counted(&app, me, 24).await;
    device.form(&tell, &[("id", &id())]).await.is(409);
    assert!(!device.get(&home).await.body.contains("Tell the practice"));
    counted(&app, me, 25).await;
    assert!(device.get(&home).await.body.contains("Tell the practice I am at my limit"));
    let first = id();
    for sent in [&first, &first, &id()] {
        device.form(&tell, &[("id", sent)]).await.is(303);
    }
    assert_eq!(app.test.number("SELECT count(*) FROM limit_notice").await, 1);
    assert!(device.get(&home).await.body.contains("You told the practice at 12:00"));
    let manager = app.person(Role::PracticeManager, "Z90001").await;
    for path in ["capacity", "divert", "desk"] {
        let body = manager.get(&format!("/practices/Z90001/{path}")).await.body;
        assert!(body.contains("told the practice at 12:00"), "{path}");
    }
    let colleague = app.clinician("Z90001", "Dr B").await;
    let other = app.device("Z90001", colleague).await;
    other.form(&tell, &[("id", &id())]).await.is(404);
    app.person(Role::PracticeManager, "Z90002").await.form(&tell, &[("id", &id())]).await.is(404);
});

both_databases!(messages_are_drafted_recorded_and_answered, |test: TestDb| async move {
    let app = TestApp::start(test).await;
    let me = app.clinician("Z90001", "Dr A").await;
    counted(&app, me, 25).await;
    let manager = app.person(Role::PracticeManager, "Z90001").await;
    let page = "/practices/Z90001/divert/message";
    let draft = manager.get(page).await.is(200).body.clone();
    assert!(draft.contains("25 contacts are counted today against a safe limit of 25") && draft.contains("mailto:"));
    let dos = manager.get(&format!("{page}?kind=dos")).await.body;
    assert!(dos.contains("Directory of Services change request"));
    let sent = id();
    let fields = |body: &'static str, at: &'static str| {
        [("id", sent.clone()), ("kind", "icb".to_owned()), ("how", "email".to_owned())]
            .into_iter()
            .chain([("body", body.to_owned()), ("at", at.to_owned())])
            .collect::<Vec<_>>()
    };
    for (body, at) in [("About NHS number 999 000 0018", "11:58"), ("We divert.", "12:30"), ("We divert.", "noon")] {
        let fields = fields(body, at);
        let fields: Vec<(&str, &str)> = fields.iter().map(|(k, v)| (*k, v.as_str())).collect();
        manager.form(page, &fields).await.is(422);
    }
    for _ in 0..2 {
        let fields = fields("We divert.", "11:58");
        let fields: Vec<(&str, &str)> = fields.iter().map(|(k, v)| (*k, v.as_str())).collect();
        manager.form(page, &fields).await.is(303);
    }
    assert_eq!(app.test.number("SELECT count(*) FROM divert_message").await, 1);
    let answer = |answer: &'static str, how: &'static str| {
        let (manager, sent) = (manager.clone(), sent.clone());
        async move {
            let id = id();
            let fields = [
                ("id", id.as_str()),
                ("message", &sent),
                ("kind", "icb"),
                ("answer", answer),
                ("how", how),
                ("at", "11:59"),
            ];
            manager.form("/practices/Z90001/divert/answer", &fields).await
        }
    };
    answer("perhaps", "email").await.is(422);
    answer("no-answer", "email").await.is(303);
    answer("refused", "telephone").await.is(303);
    let shown = manager.get("/practices/Z90001/divert").await.body;
    assert!(shown.contains("Refused, by telephone, on 20 Nov 2026 at 11:59"), "{shown}");
    let neighbour = app.person(Role::PracticeManager, "Z90002").await;
    let fields =
        [("id", &*id()), ("message", &sent), ("kind", "icb"), ("answer", "agreed"), ("how", "email"), ("at", "11:59")];
    neighbour.form("/practices/Z90002/divert/answer", &fields).await.is(404);
});

both_databases!(directory_script_and_rule_are_the_practices_own, |test: TestDb| async move {
    let app = TestApp::start(test).await;
    let me = app.clinician("Z90001", "Dr A").await;
    counted(&app, me, 22).await;
    let manager = app.person(Role::PracticeManager, "Z90001").await;
    let desk = screen(&app, "desk").await;
    let suggested = || async {
        let state = app.manager("Z90001").await.get(DIVERT).await.json();
        state["suggested"].clone()
    };
    assert_eq!(suggested().await, json!(true), "22 of 25 is over 85%");
    let rule = [("id", &*id()), ("percent", "95"), ("clinicians", ""), ("effective_on", "2026-11-20")];
    manager.form("/practices/Z90001/divert/rule", &rule).await.is(303);
    assert_eq!(suggested().await, json!(false));
    let refused = [("id", &*id()), ("percent", "many"), ("clinicians", "0"), ("effective_on", "")];
    let page = manager.form("/practices/Z90001/divert/rule", &refused).await;
    assert!(page.is(422).body.contains("value=\"many\""));

    let text = "/practices/Z90001/divert/text";
    let script = [("id", &*id()), ("kind", "script"), ("body", "Hello. How can we help today?")];
    for _ in 0..2 {
        manager.form(text, &script).await.is(303);
    }
    let patient = [("id", &*id()), ("kind", "script"), ("body", "Ask for Mrs Jane Smith, born 3 May 1950")];
    manager.form(text, &patient).await.is(422);
    let shown = desk.get("/practices/Z90001/desk").await.body;
    assert!(shown.contains("How can we help today?") && shown.contains("Version 1, since 20 November 2026"));
    assert!(shown.contains("Under 1 year old"));

    let place = "/practices/Z90001/divert/place";
    let added = [
        ("id", &*id()),
        ("kind", "utc"),
        ("name", "Mill Street centre"),
        ("hours", "08:00 to 20:00"),
        ("phone", "01632 960001"),
    ];
    manager.form(place, &added).await.is(303);
    let hidden = [("id", &*id()), ("place", "hub"), ("kind", "hub"), ("name", "Hub"), ("listed", "no")];
    manager.form(place, &hidden).await.is(303);
    let foreign = [("id", &*id()), ("place", "elsewhere"), ("kind", "hub"), ("name", "Hub")];
    manager.form(place, &foreign).await.is(404);
    let wrong = [("id", &*id()), ("kind", "taxi"), ("name", ""), ("phone", "ask Jane")];
    manager.form(place, &wrong).await.is(422);
    let shown = desk.get("/practices/Z90001/desk").await.body;
    assert!(shown.contains("01632 960001") && !shown.contains("value=\"hub\""), "{shown}");
    desk.get("/practices/Z90001/divert/settings").await.is(403);
    app.person(Role::PracticeManager, "Z90002").await.form(place, &added).await.is(404);
});

both_databases!(a_day_leaves_one_document, |test: TestDb| async move {
    let app = TestApp::start(test).await;
    let me = app.clinician("Z90001", "Dr A").await;
    counted(&app, me, 27).await;
    let manager = app.person(Role::PracticeManager, "Z90001").await;
    let record = "/practices/Z90001/divert/record";
    let reply = manager.get(record).await;
    assert_eq!(reply.is(200).headers["content-type"], "application/pdf");
    let name = reply.headers["content-disposition"].to_str().unwrap();
    assert!(name.contains("record-Z90001-2026-11-20.pdf"), "{name}");
    assert!(reply.body.starts_with("%PDF-"));
    manager.get(&format!("{record}?day=2026-11-19")).await.is(200);
    manager.get(&format!("{record}?day=2026-11-21")).await.is(404);
    manager.get(&format!("{record}?day=yesterday")).await.is(404);
    app.person(Role::PracticeManager, "Z90002").await.get(record).await.is(404);
    app.person(Role::LmcOfficer, "east").await.get(record).await.is(404);
    screen(&app, "desk").await.get(record).await.is(403);
    assert_eq!(
        app.stranger().get(record).await.is(303).location(),
        format!("/sign-in?next={}", record.replace('/', "%2F"))
    );
});

both_databases!(patients_sent_are_counted_with_one_press_and_nothing_else, |test: TestDb| async move {
    let app = TestApp::start(test).await;
    let (wall, desk) = (screen(&app, "wall").await, screen(&app, "desk").await);
    let counts = "/practices/Z90001/desk/counts";
    let press = |kind: &'static str, n: &'static str, id: String| {
        let desk = desk.clone();
        async move {
            let fields = [("id", id.as_str()), ("kind", kind), ("n", n)];
            desk.form(counts, &fields).await.status.as_u16()
        }
    };
    let once = id();
    assert_eq!(press("pharmacy", "-1", id()).await, 303, "nothing to take back");
    for id in [once.clone(), once.clone(), id(), id()] {
        assert_eq!(press("pharmacy", "1", id).await, 303);
    }
    assert_eq!(press("pharmacy", "-1", id()).await, 303);
    assert_eq!(press("111", "1", id()).await, 303);
    assert_eq!(press("pharmacy", "5", id()).await, 422);
    assert_eq!(press("taxi", "1", id()).await, 422);
    assert_eq!(press("utc", "1", once).await, 409);
    let api = format!("{DIVERT}/counts");
    let expected = json!({ "day": "2026-11-20", "sent": 3, "destinations": [
            { "kind": "pharmacy", "n": 2 }, { "kind": "111", "n": 1 }
        ] });
    let manager = app.manager("Z90001").await;
    assert_eq!(manager.get(&api).await.is(200).json(), expected);
    let body = json!({ "id": id(), "kind": "hub", "n": 1 });
    manager.post(&api, body.clone()).await.is(201);
    assert_eq!(manager.post(&api, body.clone()).await.is(200).json()["sent"], 4);
    wall.form(counts, &[("id", &id()), ("kind", "hub"), ("n", "1")]).await.is(403);
    app.manager("Z90002").await.post(&api, body.clone()).await.is(404);
    app.token(Role::IcbAnalyst, "XDA").await.get(&api).await.is(404);
    app.stranger().post(&api, body).await.is(401);
    // Another desk has it too, in the part that it fetches again.
    let other = screen(&app, "desk").await;
    for (who, path) in [(&desk, ""), (&other, ""), (&other, "/sent")] {
        let shown = who.get(&format!("/practices/Z90001/desk{path}")).await;
        assert!(shown.is(200).body.contains("4 patients sent elsewhere"));
    }
    let part = "/practices/Z90001/desk/sent";
    wall.get(part).await.is(403);
    app.manager("Z90002").await.get(part).await.is(404);
});
