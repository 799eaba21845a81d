//! What a phone kept while it had no connection: many operations at once, each with its own result; phones with wrong
//! clocks; the frame without a connection. And a server whose clock the browser tests set: [`child`].

use std::{
    env,
    io::{BufRead, Write},
    net::SocketAddr,
};

use chrono::{DateTime, Duration, Utc};
use headroom::domain::access::Role;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::support::{
    app::{Client, TestApp, now},
    databases::{self, Kind, TestDb, both_databases},
};

fn home(practice: &str, clinician: impl std::fmt::Display) -> String {
    format!("/practices/{practice}/clinicians/{clinician}")
}

fn batch(home: &str) -> String {
    format!("/api/v1{home}/contacts/batch")
}

fn contact(at: DateTime<Utc>) -> Value {
    json!({ "id": Uuid::now_v7(), "occurred_at": at })
}

fn results(reply: &Value) -> Vec<String> {
    reply["results"].as_array().unwrap().iter().map(|one| one["result"].as_str().unwrap().to_owned()).collect()
}

async fn counted(who: &Client, home: &str, day: &str) -> u64 {
    let reply = who.get(&format!("/api/v1{home}/days/{day}")).await;
    reply.is(200).json()["counted"].as_u64().unwrap()
}

both_databases!(each_operation_has_its_own_result_and_a_bad_one_takes_no_other_with_it, |test: TestDb| async move {
    let app = TestApp::start(test).await;
    let me = app.clinician("Z90001", "Dr A").await;
    let home = home("Z90001", me);
    let device = app.device("Z90001", me).await;
    let (first, second) = (contact(now()), contact(now()));
    let mut reused = first.clone();
    reused["kind"] = json!("telephone");
    let undo = json!({ "id": Uuid::now_v7(), "void": second["id"] });
    let operations = json!([
        first,
        { "id": "not a uuid" },
        { "id": Uuid::nil() },
        { "id": Uuid::now_v7(), "kind": "fax" },
        { "id": Uuid::now_v7(), "patient": "nobody" },
        "nothing",
        second,
        reused,
        undo,
        first,
    ]);
    let body = json!({ "sent_at": now(), "operations": operations });
    let reply = device.post(&batch(&home), body.clone()).await;
    let reply = reply.is(200).json();
    let wrong = "refused";
    assert_eq!(
        results(&reply),
        ["recorded", wrong, wrong, wrong, wrong, wrong, "recorded", "id-reused", "recorded", "repeat"]
    );
    assert_eq!(reply["today"]["counted"], 1);
    assert_eq!(reply["results"][1]["id"], Value::Null);
    assert_eq!(reply["results"][1]["field"], "id");
    assert_eq!(reply["results"][3]["field"], "kind");
    assert!(!reply.to_string().contains("nobody"));
    // Sent again, nothing changes.
    let again = device.post(&batch(&home), body).await.is(200).json();
    assert_eq!(results(&again)[0], "repeat");
    assert_eq!(results(&again)[8], "repeat");
    assert_eq!(again["today"]["counted"], 1);
});

both_databases!(five_hundred_are_taken_at_once_and_no_more, |test: TestDb| async move {
    let app = TestApp::start(test).await;
    let me = app.clinician("Z90001", "Dr A").await;
    let home = home("Z90001", me);
    let device = app.device("Z90001", me).await;
    // Of three days: one takes 200.
    let mut operations: Vec<Value> = (0..501).map(|n| contact(now() - Duration::days(2 - n / 167))).collect();
    let body = json!({ "operations": operations });
    let refused = device.post(&batch(&home), body).await;
    assert_eq!(refused.is(422).json()["errors"][0]["field"], "operations");
    assert_eq!(counted(&device, &home, "2026-11-20").await, 0);
    operations.pop();
    let body = json!({ "sent_at": now(), "operations": operations });
    let reply = device.post(&batch(&home), body).await.is(200).json();
    assert!(results(&reply).iter().all(|one| one == "recorded"));
    assert_eq!(reply["today"]["counted"], 500 - 2 * 167);
    let nothing = device.post(&batch(&home), json!({ "operations": [] })).await;
    assert!(results(&nothing.is(200).json()).is_empty());
});

both_databases!(a_device_goes_back_seven_days_and_a_manager_thirty_one, |test: TestDb| async move {
    let app = TestApp::start(test).await;
    let me = app.clinician("Z90001", "Dr A").await;
    let home = home("Z90001", me);
    let device = app.device("Z90001", me).await;
    let manager = app.manager("Z90001").await;
    for (who, days, outcome) in [
        (&device, 7, "recorded"),
        (&device, 8, "refused"),
        (&manager, 8, "recorded"),
        (&manager, 31, "recorded"),
        (&manager, 32, "refused"),
    ] {
        for sent_at in [None, Some(now())] {
            let operations = [contact(now() - Duration::days(days))];
            let body = json!({ "sent_at": sent_at, "operations": operations });
            let reply = who.post(&batch(&home), body).await.is(200).json();
            assert_eq!(results(&reply), [outcome], "{days} days, {sent_at:?}");
        }
    }
    let single = contact(now() - Duration::days(8));
    let path = format!("/api/v1{home}/contacts");
    device.post(&path, single.clone()).await.is(422);
    manager.post(&path, single).await.is(201);
    assert_eq!(counted(&manager, &home, "2026-11-13").await, 2);
    assert_eq!(counted(&manager, &home, "2026-11-12").await, 3);
});

both_databases!(a_phone_three_hours_wrong_lands_on_the_right_day_and_is_marked, |test: TestDb| async move {
    let app = TestApp::start(test).await;
    let me = app.clinician("Z90001", "Dr A").await;
    let home = home("Z90001", me);
    let device = app.device("Z90001", me).await;
    let sent = "2026-11-20T23:30:00Z".parse::<DateTime<Utc>>().unwrap();
    app.clock.set(sent);
    for (wrong, marked) in [(180, 1), (-180, 2), (4, 2)] {
        let wrong = Duration::minutes(wrong);
        let tapped = sent - Duration::minutes(10) + wrong;
        let body = json!({ "sent_at": sent + wrong, "operations": [contact(tapped)] });
        let reply = device.post(&batch(&home), body.clone()).await;
        assert_eq!(results(&reply.is(200).json()), ["recorded"], "{wrong}");
        let sql = "SELECT count(*) FROM contact WHERE clock_off = TRUE";
        assert_eq!(app.test.number(sql).await, marked, "{wrong}");
        // On the way a second time the difference is another: it is the same contact all the same.
        app.clock.set(sent + Duration::seconds(20));
        let again = device.post(&batch(&home), body).await;
        assert_eq!(results(&again.is(200).json()), ["repeat"], "{wrong}");
        app.clock.set(sent);
    }
    assert_eq!(counted(&device, &home, "2026-11-20").await, 3);
    assert_eq!(app.test.tallies().await, app.test.recount().await);
});

both_databases!(the_page_gets_the_day_and_its_results, |test: TestDb| async move {
    let app = TestApp::start(test).await;
    let me = app.clinician("Z90001", "Dr A").await;
    let home = home("Z90001", me);
    let device = app.device("Z90001", me).await;
    let body = json!({ "sent_at": now(), "operations": [contact(now()), { "id": Uuid::now_v7(), "kind": "fax" }] });
    let reply = device.post(&format!("{home}/contacts"), body.clone()).await;
    // Before the answer is read, as a parsed page may not be held over a wait.
    let again = device.post(&format!("{home}/taps"), body).await;
    let html = scraper::Html::parse_fragment(&reply.is(200).body);
    let select = |css: &str| scraper::Selector::parse(css).unwrap();
    let day = html.select(&select("#day")).next().unwrap();
    assert_eq!(day.attr("data-base"), Some("1"));
    let said: Vec<_> =
        html.select(&select("[data-results] li")).map(|item| item.attr("data-result").unwrap()).collect();
    assert_eq!(said, ["recorded", "refused"]);
    // A page that was open before an upgrade sends to the other address.
    assert!(again.is(200).body.contains("data-result=\"repeat\""), "{}", again.body);
});

both_databases!(nobody_else_may_send_a_batch, |test: TestDb| async move {
    let app = TestApp::start(test).await;
    let me = app.clinician("Z90001", "Dr A").await;
    let colleague = app.clinician("Z90001", "Dr B").await;
    let home = home("Z90001", me);
    let body = || json!({ "sent_at": now(), "operations": [contact(now())] });
    let pages = format!("{home}/contacts");
    app.stranger().post(&batch(&home), body()).await.is(401);
    app.stranger().post(&pages, body()).await.is(401);
    for other in [
        app.manager("Z90002").await,
        app.token(Role::LmcOfficer, "east").await,
        app.token(Role::IcbAnalyst, "XDA").await,
        app.token(Role::Administrator, "england").await,
        app.device("Z90001", colleague).await,
    ] {
        other.post(&batch(&home), body()).await.is(404);
        other.post(&pages, body()).await.is(404);
    }
    assert_eq!(app.test.number("SELECT count(*) FROM contact").await, 0);
});

both_databases!(the_service_worker_is_asked_for_anew_and_its_frame_names_nobody, |test: TestDb| async move {
    let app = TestApp::start(test).await;
    let me = app.clinician("Z90001", "Dr A").await;
    let device = app.device("Z90001", me).await;
    let worker = device.get("/service-worker.js").await;
    assert_eq!(worker.is(200).headers["cache-control"], "no-cache");
    let kind = worker.headers["content-type"].to_str().unwrap();
    assert!(kind.starts_with("text/javascript"), "{kind}");
    assert!(worker.body.contains("/assets/outbox."));
    let frame = device.get("/offline").await;
    assert_eq!(frame.is(200).body, app.stranger().get("/offline").await.body);
    for word in ["Dr A", "Z90001", "Invented Surgery", &me.to_string()] {
        assert!(!frame.body.contains(word), "{word}");
    }
});

both_databases!(
    a_kind_that_was_chosen_without_a_connection_is_sent_later_and_undone_with_its_contact,
    |test: TestDb| async move {
        let app = TestApp::start(test).await;
        let me = app.clinician("Z90001", "Dr A").await;
        let home = home("Z90001", me);
        let device = app.device("Z90001", me).await;
        let ids: Vec<Uuid> = (0..4).map(|_| Uuid::now_v7()).collect();
        let tap = |id: &Uuid| json!({ "id": id, "occurred_at": now() });
        let becomes = |id: &Uuid, kind: &str, complex: bool| json!({ "id": Uuid::now_v7(), "change": id, "kind": kind, "complex": complex });
        let undo = |id: &Uuid| json!({ "id": Uuid::now_v7(), "void": id });
        // One stays as it was tapped, one is changed twice, one is changed and taken back, one is changed as it is.
        let body = json!({ "sent_at": now(), "operations": [
            tap(&ids[0]), tap(&ids[1]), becomes(&ids[1], "telephone", false), tap(&ids[2]), becomes(&ids[2], "visit", false),
            becomes(&ids[1], "online", true), undo(&ids[2]), tap(&ids[3]), becomes(&ids[3], "in-person", false),
            becomes(&Uuid::now_v7(), "visit", false), becomes(&ids[3], "fax", false),
        ] });
        let first = device.post(&batch(&home), body.clone()).await;
        let first = results(&first.is(200).json());
        assert_eq!(first[..8], vec!["recorded"; 8]);
        assert_eq!(first[8..], ["repeat", "refused", "refused"]);
        assert_eq!(counted(&device, &home, "2026-11-20").await, 3);
        let kinds = "SELECT kind || ' ' || CASE WHEN complex THEN 'complex' ELSE '' END FROM contact c WHERE NOT EXISTS \
             (SELECT 1 FROM contact_void v WHERE v.practice = c.practice AND v.contact = c.id) ORDER BY kind";
        let stand = ["in-person ", "in-person ", "online complex"];
        assert_eq!(app.test.column(kinds).await, stand);
        // Sent again, as after a lost answer: the same stand, and none twice.
        for _ in 0..2 {
            device.post(&batch(&home), body.clone()).await.is(200);
            assert_eq!(counted(&device, &home, "2026-11-20").await, 3);
            assert_eq!(app.test.column(kinds).await, stand);
        }
        // The page's own undo names what the phone knew: what it became is taken back, once.
        for _ in 0..2 {
            let fields = [("id", Uuid::now_v7().to_string()), ("contact", ids[1].to_string())];
            let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (*name, &**value)).collect();
            device.form(&format!("{home}/undo"), &fields).await.is(303);
            assert_eq!(counted(&device, &home, "2026-11-20").await, 2);
        }
        // Nobody reaches another's contact by this.
        let other = app.clinician("Z90001", "Dr B").await;
        let stranger = app.device("Z90001", other).await;
        let theirs = format!("/practices/Z90001/clinicians/{other}");
        let body = json!({ "operations": [becomes(&ids[0], "visit", false), undo(&ids[0])] });
        let reply = stranger.post(&batch(&theirs), body).await;
        assert_eq!(results(&reply.is(200).json())[0], "refused");
        assert_eq!(counted(&device, &home, "2026-11-20").await, 2);
    }
);

both_databases!(
    a_contact_that_was_changed_too_often_is_refused_and_can_still_be_taken_back,
    |test: TestDb| async move {
        let app = TestApp::start(test).await;
        let me = app.clinician("Z90001", "Dr A").await;
        let home = home("Z90001", me);
        let device = app.device("Z90001", me).await;
        let id = Uuid::now_v7();
        let mut operations = vec![json!({ "id": id, "occurred_at": now() })];
        operations.extend((0..60).map(|n| {
            let kind = if n % 2 == 0 { "telephone" } else { "visit" };
            json!({ "id": Uuid::now_v7(), "change": id, "kind": kind, "complex": false })
        }));
        let body = json!({ "sent_at": now(), "operations": operations });
        let said = device.post(&batch(&home), body).await.is(200).json();
        let said = results(&said);
        assert_eq!(said[..51], vec!["recorded"; 51]);
        // What it is already is a repeat; another change is refused.
        assert_eq!(said[51..], ["refused", "repeat"].repeat(5));
        assert_eq!(counted(&device, &home, "2026-11-20").await, 1);
        let undo = json!({ "operations": [{ "id": Uuid::now_v7(), "void": id }] });
        let said = device.post(&batch(&home), undo).await.is(200).json();
        assert_eq!(results(&said), ["recorded"]);
        assert_eq!(counted(&device, &home, "2026-11-20").await, 0);
    }
);

/// The whole service with a clock that stands until it is told to move, for the browser tests. One command a line:
/// `clock TIME`, `clinician PRACTICE`, `link PRACTICE`, `manager PRACTICE`, `counts PRACTICE`, `revoke PRACTICE`; each is answered by one line of JSON. It
/// ends with its input.
#[test]
#[ignore = "the browser tests start it"]
fn child() {
    let place = env::var_os("HEADROOM_OFFLINE_CHILD").and_then(|text| text.into_string().ok());
    let kind = match place.as_deref() {
        Some("sqlite") => Kind::Sqlite,
        Some("postgres") => Kind::Postgres,
        _ => return,
    };
    databases::run(kind, |test| async move {
        let app = TestApp::start(test).await;
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        say(&json!({ "port": listener.local_addr().unwrap().port() }));
        let service = app.router.clone();
        let service = service.into_make_service_with_connect_info::<SocketAddr>();
        let server = tokio::spawn(async move { axum::serve(listener, service).await });
        let (told, mut commands) = tokio::sync::mpsc::unbounded_channel();
        std::thread::spawn(move || {
            for line in std::io::stdin().lock().lines().map_while(Result::ok) {
                drop(told.send(line));
            }
        });
        while let Some(line) = commands.recv().await {
            let (command, what) = line.split_once(' ').unwrap();
            say(&obey(&app, command, what).await);
        }
        server.abort();
    });
}

fn say(what: &Value) {
    let line = format!("\nchild: {what}\n");
    std::io::stdout().lock().write_all(line.as_bytes()).unwrap();
}

async fn obey(app: &TestApp, command: &str, what: &str) -> Value {
    match command {
        "clock" => app.clock.set(what.parse().unwrap()),
        "clinician" => {
            let id = app.clinician(what, "Dr A").await;
            let device = app.device(what, id).await;
            return json!({ "path": home(what, id), "cookie": device.cookie });
        }
        "link" => {
            let id = app.clinician(what, "Dr A").await;
            let manager = app.person(Role::PracticeManager, what).await;
            let make = format!("/practices/{what}/people/{id}/link");
            let fields = [("id", &*Uuid::now_v7().to_string())];
            let page = manager.form(&make, &fields).await;
            let (_, rest) = page.is(200).body.split_once("/enrol/").unwrap();
            let link = format!("/enrol/{}", rest.split_once('<').unwrap().0);
            return json!({ "path": home(what, id), "link": link });
        }
        "manager" => {
            let manager = app.person(Role::PracticeManager, what).await;
            return json!({ "path": format!("/practices/{what}"), "cookie": manager.cookie });
        }
        "counts" => return counts(app, what).await,
        "revoke" => {
            let sql = format!("UPDATE device SET revoked_at = enrolled_at WHERE practice = '{what}'");
            app.test.transaction(&[&sql]).await.unwrap();
        }
        _ => panic!("{command}?"),
    }
    json!({})
}

/// Contacts that count, by day, twice over: from the contacts and from their tallies.
async fn counts(app: &TestApp, practice: &str) -> Value {
    let contacts = format!(
        "SELECT CAST(day AS text) || ' ' || CAST(count(*) AS text) FROM contact c WHERE practice = '{practice}' \
         AND NOT EXISTS (SELECT 1 FROM contact_void v WHERE v.practice = c.practice AND v.contact = c.id) \
         GROUP BY day ORDER BY day"
    );
    let tallies = format!(
        "SELECT CAST(day AS text) || ' ' || CAST(sum(n) AS text) FROM tally WHERE practice = '{practice}' \
         AND source = 'taps' GROUP BY day HAVING sum(n) <> 0 ORDER BY day"
    );
    let marked = format!("SELECT count(*) FROM contact WHERE practice = '{practice}' AND clock_off = TRUE");
    json!({
        "contacts": app.test.column(&contacts).await,
        "tallies": app.test.column(&tallies).await,
        "marked": app.test.number(&marked).await,
    })
}
