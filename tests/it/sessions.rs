//! When a session ends: idle whatever its page does by itself, and when another one takes its place in the browser; and
//! what a request must be like to be heard at all.

use axum::{
    body::Body,
    http::{Method, Request, Response, header},
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use chrono::Duration;
use entity::ids::SessionId;
use headroom::{
    app,
    config::Settings,
    domain::access::Role,
    state::{AppState, StateConfig},
    ui::live::QUIET,
    web::tokens,
};
use scraper::{Html, Selector};
use serde_json::Value;
use tower::ServiceExt;
use uuid::Uuid;

use crate::support::{
    app::{Client, PASSWORD, TestApp, eventually, now},
    databases::{TestDb, both_databases},
};

async fn sent(app: &TestApp, method: Method, path: &str, lines: &[(&str, &str)]) -> Response<Body> {
    let mut request = Request::builder().method(method).uri(path);
    for (name, value) in lines {
        request = request.header(*name, *value);
    }
    let request = request.body(Body::empty()).unwrap();
    app.router.clone().oneshot(request).await.unwrap()
}

/// What an open page asks for by itself: every address that it fetches again, with the headers it sends, and its stream.
fn automatic(page: &str) -> Vec<(String, Vec<(String, String)>)> {
    let page = Html::parse_document(page);
    let wanted = Selector::parse("[hx-trigger*='every '], [hx-trigger*='from:#live']").unwrap();
    let headers = |text: Option<&str>| -> Vec<(String, String)> {
        let all: Value = serde_json::from_str(text.unwrap_or("{}")).unwrap();
        let all = all.as_object().unwrap().clone();
        all.into_iter().map(|(name, value)| (name, value.as_str().unwrap().to_owned())).collect()
    };
    page.select(&wanted)
        .map(|one| {
            let one = one.value();
            let path = one.attr("hx-get").or(one.attr("hx-sse:connect")).unwrap();
            (path.to_owned(), headers(one.attr("hx-headers")))
        })
        .collect()
}

both_databases!(a_page_left_open_does_not_keep_anybody_signed_in, |test: TestDb| async move {
    let app = TestApp::start(test.clone()).await;
    app.clinician("Z90001", "Dr A").await;
    let mut walked = 0;
    for (role, organisation, page, idle) in [
        (Role::PracticeManager, "Z90001", "/practices/Z90001", 30),
        (Role::PracticeManager, "Z90001", "/practices/Z90001/divert", 30),
        (Role::PracticeManager, "Z90001", "/practices/Z90001/today", 30),
        (Role::LmcOfficer, "east", "/lmc/east", 15),
        (Role::IcbAnalyst, "XDA", "/releases", 15),
        (Role::Administrator, "england", "/admin/people", 15),
    ] {
        app.clock.set(now());
        let reader = app.person(role, organisation).await;
        let shown = reader.get(page).await;
        let own = automatic(&shown.is(200).body);
        let cookie = reader.cookie.clone().unwrap();
        for minute in 1..=idle {
            app.clock.set(now() + Duration::minutes(minute));
            for (path, headers) in &own {
                let mut lines = vec![
                    ("host", "localhost:8025"),
                    ("cookie", &*cookie),
                    ("sec-fetch-site", "same-origin"),
                    ("hx-request", "true"),
                ];
                lines.extend(headers.iter().map(|(name, value)| (&**name, &**value)));
                let status = sent(&app, Method::GET, path, &lines).await.status();
                assert_eq!(status.is_success(), minute < idle, "{path} after {minute} min");
                walked += 1;
            }
        }
        reader.get(page).await.is(303);
    }
    assert!(walked > 200, "{walked} requests that nobody made");
    let seen = "SELECT count(*) FROM session WHERE last_seen_at > created_at";
    assert_eq!(test.number(seen).await, 0);
    // Somebody who does something stays.
    app.clock.set(now());
    let manager = app.person(Role::PracticeManager, "Z90001").await;
    app.clock.set(now() + Duration::minutes(29));
    manager.get("/practices/Z90001/people").await.is(200);
    eventually("a click counts", || async { test.number(seen).await == 1 }).await;
    app.clock.set(now() + Duration::minutes(58));
    manager.get("/practices/Z90001").await.is(200);
    // A write counts, whatever it says of itself.
    let lines: Value = serde_json::from_str(QUIET).unwrap();
    let (name, value) = lines.as_object().unwrap().iter().next().unwrap();
    let officer = app.person(Role::LmcOfficer, "east").await;
    app.clock.set(now() + Duration::minutes(72));
    let lines = [
        ("host", "localhost:8025"),
        ("cookie", officer.cookie.as_deref().unwrap()),
        ("sec-fetch-site", "same-origin"),
        (name, value.as_str().unwrap()),
    ];
    sent(&app, Method::POST, "/lmc/east/office", &lines).await;
    eventually("a write counts", || async { test.number(seen).await >= 2 }).await;
});

both_databases!(signing_in_again_ends_the_session_before, |test: TestDb| async move {
    let app = TestApp::start(test).await;
    let (person, email) = app.with_password(Role::PracticeManager, "Z90001").await;
    let page = "/practices/Z90001";
    let sign_in = async |browser: &Client| {
        let typed = [("email", email.as_str()), ("password", PASSWORD)];
        let reply = browser.form("/sign-in", &typed).await;
        app.browser(reply.is(303).cookies())
    };
    let first = sign_in(&app.stranger()).await;
    let elsewhere = app.browser_of(person).await;
    first.get(page).await.is(200);
    let second = sign_in(&first).await;
    first.get(page).await.is(303);
    second.get(page).await.is(200);
    elsewhere.get(page).await.is(200);
    // Whoever enrols or becomes a screen in the same browser gives the session's place to another cookie.
    let me = app.clinician("Z90001", "Dr A").await;
    let link = async |path: String, form: &[(&str, &str)], begins: &str| {
        let made = elsewhere.form(&path, form).await;
        let (_, rest) = made.is(200).body.split_once(begins).unwrap();
        format!("{begins}{}", rest.split_once('<').unwrap().0)
    };
    let id = Uuid::now_v7().to_string();
    let enrol = link(format!("/practices/Z90001/people/{me}/link"), &[("id", &id)], "/enrol/").await;
    second.form(&enrol, &[("device", &id)]).await.is(303);
    second.get(page).await.is(303);
    let third = sign_in(&app.stranger()).await;
    let form = [("id", id.as_str()), ("label", "Reception"), ("place", "wall")];
    let screen = link("/practices/Z90001/displays".to_owned(), &form, "/display-link/").await;
    third.form(&screen, &[("id", &id)]).await.is(303);
    third.get(page).await.is(303);
    // A link to set a password ends all of them, those of others in the same browser too.
    let other = app.person(Role::LmcOfficer, "east").await;
    let admin = app.person(Role::Administrator, "england").await;
    let made = admin.form(&format!("/admin/people/{person}/link"), &[("id", &id)]).await;
    let (_, rest) = made.is(200).body.split_once("/password/").unwrap();
    let path = format!("/password/{}", rest.split_once('<').unwrap().0);
    let set = other.form(&path, &[("password", "seven tall wooden gates")]).await;
    set.is(303);
    elsewhere.get(page).await.is(303);
    other.get("/lmc/east").await.is(303);
    // Whoever was signed out is told why, and a stranger is told nothing of it.
    let told = elsewhere.get("/sign-in").await;
    assert!(told.is(200).body.contains("You were signed out"));
    assert!(!app.stranger().get("/sign-in").await.body.contains("You were signed out"));
});

both_databases!(a_request_has_one_host_and_one_authorization, |test: TestDb| async move {
    let app = TestApp::start(test).await;
    let token = app.manager("Z90001").await.token.unwrap();
    let path = "/api/v1/practices/Z90001/actions";
    let host = ("host", "localhost:8025");
    let bearer = |scheme: &str| format!("{scheme} {token}");
    for (hosts, status) in
        [(&[host][..], 200), (&[], 400), (&[host, host], 400), (&[host, ("host", "evil.example")], 400)]
    {
        let bearer = bearer("Bearer");
        let mut lines = hosts.to_vec();
        lines.push(("authorization", &bearer));
        let reply = sent(&app, Method::GET, path, &lines).await;
        assert_eq!(reply.status().as_u16(), status, "{hosts:?}");
        let kind = &reply.headers()[header::CONTENT_TYPE];
        assert_eq!(kind == "application/problem+json", status == 400);
        assert!(reply.headers().contains_key(header::CONTENT_SECURITY_POLICY));
    }
    for (values, status) in [
        (vec![bearer("Bearer")], 200),
        (vec![bearer("bearer")], 200),
        (vec![bearer("BEARER")], 200),
        (vec![bearer("Bearer"), bearer("Bearer")], 400),
        (vec!["Bearer x".to_owned(), bearer("Bearer")], 400),
        (vec![bearer("Basic")], 401),
        (vec![format!("Bearer{token}")], 401),
        (vec![format!("Bearer  {token}")], 401),
        (vec![String::new()], 401),
    ] {
        let mut lines = vec![host];
        lines.extend(values.iter().map(|value| ("authorization", &**value)));
        let reply = sent(&app, Method::GET, path, &lines).await;
        assert_eq!(reply.status().as_u16(), status, "{values:?}");
    }
});

both_databases!(a_token_speaks_for_the_person_of_its_session_alone, |test: TestDb| async move {
    let app = TestApp::start(test).await;
    let path = "/api/v1/practices/Z90001/actions";
    let manager = app.add_person(Role::PracticeManager, "Z90001").await;
    let other = app.token(Role::PracticeManager, "Z90002").await.token.unwrap();
    let claims = URL_SAFE_NO_PAD.decode(other.split('.').nth(1).unwrap()).unwrap();
    let claims: Value = serde_json::from_slice(&claims).unwrap();
    let session: Uuid = claims["sid"].as_str().unwrap().parse().unwrap();
    // Signed with the right key, for a session that is somebody else's.
    let token = tokens::sign(&app.state.keys, manager, SessionId(session), now()).unwrap();
    app.program(token).get(path).await.is(401);
    app.token(Role::PracticeManager, "Z90001").await.get(path).await.is(200);
});

both_databases!(over_tls_a_browser_is_told_to_stay_there, |test: TestDb| async move {
    let app = TestApp::start(test).await;
    let host = [("host", "headroom.example")];
    let plain = sent(&app, Method::GET, "/sign-in", &host).await;
    assert!(!plain.headers().contains_key(header::STRICT_TRANSPORT_SECURITY));
    let state = AppState::new(StateConfig {
        db: app.test.other_node().await,
        clock: app.clock.clone(),
        settings: Settings { public_url: "https://headroom.example".to_owned(), ..app.state.settings.clone() },
        keys: app.state.keys.clone(),
        demo: false,
    });
    let router = app::router(&state.unwrap());
    for path in ["/sign-in", "/nothing", "/api/v1/nothing", "/practices/Z90001"] {
        let request = Request::get(path).header(header::HOST, "headroom.example");
        let request = request.body(Body::empty()).unwrap();
        let reply = router.clone().oneshot(request).await.unwrap();
        let told = &reply.headers()[header::STRICT_TRANSPORT_SECURITY];
        assert_eq!(told, "max-age=31536000", "{path}");
    }
});

both_databases!(signing_out_clears_what_the_browser_keeps_of_pages_and_nothing_that_waits, |test: TestDb| async move {
    let app = TestApp::start(test).await;
    let manager = app.person(Role::PracticeManager, "Z90001").await;
    let reply = manager.form("/sign-out", &[]).await;
    // "storage" would take taps that wait for a connection, "cookies" those of other services.
    assert_eq!(reply.is(303).headers["clear-site-data"], "\"cache\"");
    let taken = reply.headers.get_all(header::SET_COOKIE).iter().count();
    assert_eq!(taken, 1, "the session's cookie alone");
});

both_databases!(what_other_programs_look_for_is_at_its_place, |test: TestDb| async move {
    let app = TestApp::start(test).await;
    let guest = app.stranger();
    guest.get("/.well-known/security.txt").await.is(404);
    assert_eq!(guest.get("/.well-known/change-password").await.is(303).location(), "/account");
    let settings =
        Settings { security_contact: Some("mailto:security@example.org".to_owned()), ..app.state.settings.clone() };
    let state = AppState::new(StateConfig {
        db: app.test.other_node().await,
        clock: app.clock.clone(),
        settings,
        keys: app.state.keys.clone(),
        demo: false,
    });
    let told = TestApp::stranger_at(&state.unwrap()).get("/.well-known/security.txt").await;
    assert_eq!(
        told.is(200).body,
        "Contact: mailto:security@example.org\nExpires: 2027-05-18T23:00:00Z\nPreferred-Languages: en\nCanonical: \
         http://localhost:8025/.well-known/security.txt\n"
    );
});
