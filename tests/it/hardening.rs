//! What holds for every route: no other site can write, every answer carries its headers, reading changes nothing, a
//! refusal has one face, and hostile text comes back as text.

use axum::{
    body::Body,
    http::{Method, Request, Response, StatusCode, header},
};
use entity::ids::ClinicianId;
use headroom::{
    app,
    domain::access::Role,
    jobs,
    web::headers::{CONTENT_POLICY, FRAMED_POLICY, FRAMING_POLICY},
};
use scraper::{Html, Selector};
use serde_json::json;
use tower::ServiceExt;
use uuid::Uuid;

use crate::support::{
    app::{Client, TestApp},
    databases::{TestDb, both_databases},
};

/// Sends exactly these header lines.
async fn send(app: &TestApp, method: &Method, path: &str, lines: &[(&str, &str)]) -> Response<Body> {
    let mut request = Request::builder().method(method).uri(path).header(header::HOST, "localhost:8025");
    for (name, value) in lines {
        request = request.header(*name, *value);
    }
    let request = request.body(Body::empty()).unwrap();
    app.router.clone().oneshot(request).await.unwrap()
}

async fn text(response: Response<Body>) -> String {
    let bytes = axum::body::to_bytes(response.into_body(), 10_000_000).await;
    String::from_utf8_lossy(&bytes.unwrap()).into_owned()
}

fn fill(path: &str, clinician: ClinicianId) -> String {
    let area = if path.contains("/region/") { "Y9D" } else { "XDA" };
    path.replace("{ods}", "Z90001")
        .replace("{clinician}", &clinician.to_string())
        .replace("{lmc}", "east")
        .replace("{release}", "9")
        .replace("{date}", "2026-11-20")
        .replace("{code}", area)
        .replace("{item}", "voluntary-services")
        .replace("{contact}", &Uuid::now_v7().to_string())
        .replace("{device}", &Uuid::now_v7().to_string())
        .replace("{grant}", &Uuid::now_v7().to_string())
        .replace("{person}", &Uuid::now_v7().to_string())
        .replace("{id}", "dsa-freeze")
        .replace("{secret}", "nothing")
        .replace("{name}", "app.css")
}

/// A world in which every page has something to show.
async fn furnished(test: TestDb) -> (TestApp, ClinicianId) {
    let app = TestApp::start(test).await;
    jobs::releases::make_due(&app.state).await.unwrap();
    let me = app.clinician("Z90001", "Dr A").await;
    (app, me)
}

both_databases!(no_other_site_can_write_anything, |test: TestDb| async move {
    let (app, me) = furnished(test.clone()).await;
    let manager = app.person(Role::PracticeManager, "Z90001").await;
    let cookie = manager.cookie.unwrap();
    let before = test.content_without(&[]).await;
    let mut walked = 0;
    for row in app::table() {
        // An address that is itself the key reads no cookie, and is refused as what it is not.
        if row.method == Method::GET || row.path.starts_with("/tap/") {
            continue;
        }
        let path = fill(row.path, me);
        for lines in [
            &[("cookie", cookie.as_str()), ("sec-fetch-site", "cross-site")][..],
            &[("sec-fetch-site", "cross-site")],
            &[("cookie", &cookie), ("origin", "https://evil.example")],
        ] {
            let reply = send(&app, &row.method, &path, lines).await;
            assert_eq!(reply.status(), StatusCode::FORBIDDEN, "{} {path}", row.method);
            let body = text(reply).await;
            assert!(body.contains("seems to come from another site"), "{path}");
            assert_eq!(body.contains("/problems/cross-site"), path.starts_with("/api/"));
        }
        walked += 1;
    }
    assert!(walked > 25, "{walked} routes");
    assert_eq!(test.content_without(&[]).await, before);
});

both_databases!(a_browser_says_where_a_request_comes_from, |test: TestDb| async move {
    let (app, me) = furnished(test).await;
    let manager = app.person(Role::PracticeManager, "Z90001").await;
    let cookie = manager.cookie.unwrap();
    let token = app.manager("Z90001").await.token.unwrap();
    let bearer = format!("Bearer {token}");
    for path in [
        format!("/practices/Z90001/clinicians/{me}/contacts"),
        "/practices/Z90001/sharing".to_owned(),
        format!("/api/v1/practices/Z90001/clinicians/{me}/contacts"),
    ] {
        let ours = ("cookie", cookie.as_str());
        for (lines, refused) in [
            (&[ours, ("sec-fetch-site", "same-origin")][..], false),
            (&[ours, ("sec-fetch-site", "none")], false),
            (&[ours, ("origin", "http://localhost:8025")], false),
            (&[("authorization", &bearer)], false),
            (&[ours, ("sec-fetch-site", "same-site")], true),
            (&[ours, ("sec-fetch-site", "cross-site")], true),
            (&[ours, ("origin", "null")], true),
            (&[ours, ("origin", "http://localhost:8026")], true),
            (&[ours, ("origin", "http://localhost:8025.evil.example")], true),
            (&[ours], true),
            (&[("authorization", &bearer), ("sec-fetch-site", "cross-site")], true),
            // The first word holds: a forged second line does not help.
            (&[ours, ("sec-fetch-site", "cross-site"), ("origin", "http://localhost:8025")], true),
        ] {
            let reply = send(&app, &Method::POST, &path, lines).await;
            let status = reply.status();
            assert_eq!(status == StatusCode::FORBIDDEN, refused, "{status} {path} {lines:?}");
            assert_ne!(status, StatusCode::UNAUTHORIZED);
        }
    }
});

#[track_caller]
fn has_its_headers(reply: &Response<Body>, what: &str) {
    let value = |name: &str| {
        let lines: Vec<_> = reply.headers().get_all(name).iter().collect();
        assert_eq!(lines.len(), 1, "{name} of {what}");
        lines[0].to_str().unwrap().to_owned()
    };
    let path = what.split('?').next().unwrap_or_default();
    let segments: Vec<&str> = path.split('/').collect();
    // My day may show the small one in a window of its own, and nobody else may.
    let expected = match segments.as_slice() {
        ["GET ", "practices", _, "clinicians", _] if reply.status() == StatusCode::OK => FRAMING_POLICY,
        ["GET ", "practices", _, "clinicians", _, "small"] if reply.status() == StatusCode::OK => FRAMED_POLICY,
        _ => CONTENT_POLICY,
    };
    assert_eq!(value("content-security-policy"), expected, "{what}");
    assert_eq!(value("x-content-type-options"), "nosniff");
    // No other site learns the address of a page.
    assert!(["no-referrer", "same-origin"].contains(&&*value("referrer-policy")));
    assert_eq!(value("cross-origin-opener-policy"), "same-origin");
    assert_eq!(value("cross-origin-resource-policy"), "same-origin");
    assert!(value("permissions-policy").contains("camera=()"));
    let kept = value("cache-control");
    assert!(
        kept == "no-store" || what.contains("/assets/") || (kept == "no-cache" && what.contains("/service-worker.js")),
        "{what}: {kept}"
    );
}

both_databases!(every_answer_carries_its_headers, |test: TestDb| async move {
    let (app, me) = furnished(test).await;
    let manager = app.person(Role::PracticeManager, "Z90001").await;
    let cookie = manager.cookie.unwrap();
    let mut walked = 0;
    for row in app::table() {
        let path = fill(row.path, me);
        for lines in [&[("cookie", cookie.as_str()), ("sec-fetch-site", "same-origin")][..], &[]] {
            // Signing out would end the walk.
            if path == "/sign-out" || path == "/api/v1/session" && row.method == Method::DELETE {
                continue;
            }
            let reply = send(&app, &row.method, &path, lines).await;
            has_its_headers(&reply, &format!("{} {path}", row.method));
            walked += 1;
        }
    }
    assert!(walked > 100, "{walked} answers");
    for (method, path) in [
        (Method::GET, "/nothing"),
        (Method::GET, "/api/v1/nothing"),
        (Method::PUT, "/sign-in"),
        (Method::GET, "/practices/%00"),
        (Method::GET, "/enrol/%FF"),
        (Method::OPTIONS, "/"),
    ] {
        let reply = send(&app, &method, path, &[]).await;
        assert!(!reply.status().is_server_error(), "{path}");
        has_its_headers(&reply, path);
    }
    let huge = Request::post("/sign-in")
        .header(header::HOST, "localhost:8025")
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
        .body(Body::from("email=".to_owned() + &"x".repeat(2 * 1024 * 1024)))
        .unwrap();
    let reply = app.router.clone().oneshot(huge).await.unwrap();
    assert!(reply.status().is_client_error(), "{}", reply.status());
    has_its_headers(&reply, "a body that is too large");
});

both_databases!(reading_changes_nothing, |test: TestDb| async move {
    let (app, me) = furnished(test.clone()).await;
    let shared = [("share", "yes")];
    let manager = app.manager("Z90001").await;
    manager.form("/practices/Z90001/sharing", &shared).await.is(303);
    let readers = [
        app.stranger(),
        app.device("Z90001", me).await,
        app.person(Role::PracticeManager, "Z90001").await,
        app.person(Role::LmcOfficer, "east").await,
        app.person(Role::IcbAnalyst, "XDA").await,
        app.person(Role::Administrator, "england").await,
    ];
    // When somebody was last seen, and who looked at whose row, are the two things that reading leaves behind; the chain
    // tells of the second. Whether the node is ready is found out by writing, in one row that is nobody's.
    let aside = ["lease", "session", "device", "access_receipt", "audit_event", "audit_head"];
    let events = "SELECT count(*) FROM audit_event WHERE event <> 'rows.written' \
                  OR detail NOT LIKE '{\"row_digests\":{\"access_receipt\":{%'";
    let told = test.number(events).await;
    let leases = "SELECT count(*) FROM lease WHERE name <> 'pulse'";
    let held = test.number(leases).await;
    let before = test.content_without(&aside).await;
    let counts = async || {
        let mut counts = Vec::new();
        for table in ["session", "device"] {
            let rows = test.number(&format!("SELECT count(*) FROM {table}")).await;
            counts.push(rows);
        }
        counts
    };
    let sessions = counts().await;
    app.clock.set(app.clock.now() + chrono::Duration::minutes(2));
    let mut walked = 0;
    for row in app::table() {
        if row.method == Method::GET {
            for reader in &readers {
                let reply = reader.get(&fill(row.path, me)).await;
                assert!(reply.status.as_u16() < 500, "{}", row.path);
                walked += 1;
            }
        }
    }
    assert!(walked > 200, "{walked} answers");
    assert_eq!(test.content_without(&aside).await, before);
    assert_eq!(counts().await, sessions);
    assert_eq!(test.number(events).await, told, "events of anything else");
    assert_eq!(test.number(leases).await, held, "leases of anything else");
    let receipts = "SELECT count(*) FROM access_receipt WHERE practice <> 'Z90001'";
    assert_eq!(test.number(receipts).await, 0);
});

both_databases!(a_refusal_has_one_face, |test: TestDb| async move {
    let (app, me) = furnished(test).await;
    let manager = app.person(Role::PracticeManager, "Z90001").await;
    for path in [
        "/api/v1/nothing".to_owned(),
        "/api/v1/practices/Z99999/actions".to_owned(),
        "/api/v1/practices/not-a-code/actions".to_owned(),
        format!("/api/v1/practices/Z90002/clinicians/{me}/days/2026-11-20"),
        "/api/v1/releases/999".to_owned(),
    ] {
        let reply = manager.get(&path).await;
        let kind = reply.is(404).headers[header::CONTENT_TYPE].to_str().unwrap();
        assert_eq!(kind, "application/problem+json", "{path}");
        assert_eq!(reply.json(), json!({ "type": "/problems/not-found", "title": "Page not found", "status": 404 }));
    }
    let mut pages = Vec::new();
    for path in [
        "/nothing",
        "/practices/Z99999",
        "/practices/Z90002",
        "/practices/not-a-code/people",
        "/lmc/east",
        "/lmc/nowhere",
        "/releases/999",
        "/practices/Z90001/actions/nothing",
        "/practices/Z90001/people/nothing",
        "/assets/nothing",
    ] {
        let reply = manager.get(path).await;
        let kind = reply.is(404).headers[header::CONTENT_TYPE].to_str().unwrap();
        assert!(kind.starts_with("text/html"), "{path}: {kind}");
        pages.push(reply.body);
    }
    pages.dedup();
    assert_eq!(pages.len(), 1, "what is not there and what is not yours look alike");
    let kind = "application/json";
    let unsupported = manager.send(Method::PUT, "/api/v1/session", Some(kind), "{}".to_owned()).await;
    unsupported.is(405);
    assert!(unsupported.headers.contains_key(header::ALLOW));
    assert_eq!(unsupported.json()["type"], "/problems/malformed");
    // What the framework refuses before a handler runs has the same face.
    for (path, status) in [
        ("/enrol/%FF", 400),
        ("/password/%FF", 400),
        ("/assets/%FF", 400),
        ("/practices/%FF", 404),
        ("/practices/Z90001/actions/%FF", 404),
        ("/practices/Z90001/actions?on=2026-11-20&on=2026-11-19", 400),
        ("/api/v1/practices/Z90001/actions?on=2026-11-20&on=2026-11-19", 400),
        ("/api/v1/practices/Z90001/actions/%FF", 405),
    ] {
        let reply = manager.get(path).await;
        let kind = reply.is(status).headers[header::CONTENT_TYPE].to_str().unwrap();
        if path.starts_with("/api/") {
            assert_eq!(kind, "application/problem+json", "{path}: {}", reply.body);
            assert!(reply.json()["type"].is_string());
        } else {
            assert!(kind.starts_with("text/html"), "{path}: {}", reply.body);
            assert!(reply.body.contains("<h1"), "{path}: {}", reply.body);
        }
    }
    // A page asked for by a program that wants JSON.
    let lines = [("accept", "application/json")];
    let reply = send(&app, &Method::GET, "/nothing", &lines).await;
    assert_eq!(reply.headers()[header::CONTENT_TYPE], "application/problem+json");
});

const HOSTILE: [&str; 6] = [
    "<script>alert(1)</script>",
    "\"><img src=x onerror=alert(1)>",
    "' onmouseover='alert(1)",
    "javascript:alert(1)",
    "</title></style></textarea><b>",
    "&lt;b&gt;{{7*7}}${7*7}<!--",
];
const PLAIN: [&str; 6] = ["Alder", "Beech", "Cedar", "Damson", "Elder", "Fir"];

/// How many elements and attributes a page has, and every address and script in it.
fn bones(page: &str) -> (usize, usize, Vec<String>) {
    let page = Html::parse_document(page);
    let every = Selector::parse("*").unwrap();
    let elements: Vec<_> = page.select(&every).map(|one| one.value()).collect();
    let attributes = elements.iter().map(|one| one.attrs().count()).sum();
    let risky = elements.iter().flat_map(|one| {
        one.attrs()
            .filter(|(name, value)| name.starts_with("on") || value.starts_with("javascript:"))
            .filter(|(name, _)| *name != "value" && !name.starts_with("data-") && *name != "title")
            .map(|(name, value)| format!("{} {name}={value}", one.name()))
    });
    (elements.len(), attributes, risky.collect())
}

/// A practice of an LMC, with these labels and names in every place that takes a text.
async fn named(app: &TestApp, practice: &str, names: [&str; 6]) -> Vec<ClinicianId> {
    let manager = app.manager(practice).await;
    let mut clinicians = Vec::new();
    for name in names {
        let id = Uuid::now_v7();
        let body = json!({ "id": id, "label": name, "staff_group": "locum" });
        let path = format!("/api/v1/practices/{practice}/clinicians");
        manager.post(&path, body).await.is(201);
        clinicians.push(ClinicianId(id));
        for item in ["voluntary-services", "pilot-programmes"] {
            let body = json!({ "id": Uuid::now_v7(), "item": item, "subject_name": name, "status": "pausing-from",
                "effective_on": "2027-02-01", "notice_served_on": "2026-11-02" });
            let path = format!("/api/v1/practices/{practice}/actions");
            manager.post(&path, body).await.is(201);
        }
    }
    let path = format!("/practices/{practice}/sharing");
    manager.form(&path, &[("share", "yes")]).await.is(303);
    clinicians
}

both_databases!(hostile_text_comes_back_as_text, |test: TestDb| async move {
    let app = TestApp::start(test).await;
    let plain = named(&app, "Z90001", PLAIN).await;
    let hostile = named(&app, "Z90025", HOSTILE).await;
    let readers = async |practice: &str, lmc: &str| {
        [app.person(Role::PracticeManager, practice).await, app.person(Role::LmcOfficer, lmc).await]
    };
    let (calm, wild) = (readers("Z90001", "east").await, readers("Z90025", "west").await);
    let mut seen = 0;
    for row in app::table() {
        let about = row.path.contains("{ods}") || row.path.contains("{lmc}");
        if row.method != Method::GET || !about || row.path.starts_with("/api/") || row.path.starts_with("/live") {
            continue;
        }
        for at in 0..2 {
            let path = fill(row.path, plain[0]);
            let calm = calm[at].get(&path).await;
            let path = fill(row.path, hostile[0]).replace("Z90001", "Z90025").replace("/east", "/west");
            let wild: Client = wild[at].clone();
            let wild = wild.get(&path).await;
            assert_eq!(calm.status, wild.status, "{path}");
            // A record for print has no markup to break out of: its text is data to the program that sets it.
            let kind = calm.headers.get(header::CONTENT_TYPE);
            let is_page = kind.is_some_and(|kind| kind.as_bytes().starts_with(b"text/html"));
            if calm.status == StatusCode::OK && is_page {
                let (calm, wild_bones) = (bones(&calm.body), bones(&wild.body));
                assert_eq!(wild_bones, calm, "{path}");
                assert!(wild_bones.2.is_empty(), "{path}: {:?}", wild_bones.2);
                seen += usize::from(wild.body.contains("&lt;script&gt;"));
            }
        }
    }
    assert!(seen >= 8, "{seen} pages showed a hostile text");
});

both_databases!(a_character_that_is_none_is_nobodys_and_no_fault, |test: TestDb| async move {
    let app = TestApp::start(test).await;
    let address = "a\u{0}b@example.org";
    let body = json!({ "email": address, "password": "three quiet green chairs" });
    app.stranger().post("/api/v1/session", body).await.is(401);
    app.stranger().form("/sign-in", &[("email", address), ("password", "three quiet green chairs")]).await.is(422);
    let officer = app.token(Role::LmcOfficer, "east").await;
    for query in ["provider=own%3Aa%00", "department=%00", "category=%00", "weeks=%00"] {
        for path in ["/lmc/east/transfers", "/api/v1/areas/lmc/east/transfers"] {
            let reply = officer.get(&format!("{path}?{query}")).await;
            assert!(reply.status.as_u16() < 500, "{path}?{query}: {} {}", reply.status, reply.body);
        }
    }
});
