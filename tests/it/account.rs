//! Accounts over HTTP: signing in and out, when a session ends, links that work once, devices and their PINs, and the
//! first administrator.

use std::time::Duration as Seconds;

use axum::{
    body::Body,
    http::{Request, header},
};
use chrono::Duration;
use entity::ids::SessionId;
use headroom::{
    config::Keys,
    domain::access::{CliAuthority, Role},
    error::AppError,
    operations::{
        offer_setup::{self, MAKE_ADMINISTRATOR, OfferSetup},
        set_access::{Access, SetAccess},
    },
    store::people::{self, SessionRow},
    web::{secrets, tokens},
};
use serde_json::json;
use tower::ServiceExt;
use uuid::Uuid;

use crate::support::{
    app::{PASSWORD, TestApp, encode, eventually, now},
    databases::{TestDb, both_databases},
};

/// The address of a practice manager with a password.
async fn with_password(app: &TestApp, practice: &str) -> String {
    app.with_password(Role::PracticeManager, practice).await.1
}

/// What stands between two texts.
#[track_caller]
fn between<'a>(body: &'a str, before: &str, after: &str) -> &'a str {
    let (_, rest) = body.split_once(before).unwrap_or_else(|| panic!("no {before} in {body}"));
    rest.split_once(after).unwrap().0
}

both_databases!(signing_in_leads_home, |test: TestDb| async move {
    let app = TestApp::start(test).await;
    let email = with_password(&app, "Z90001").await;
    let typed = format!(" {} ", email.to_uppercase());
    let reply = app.stranger().form("/sign-in", &[("email", &typed), ("password", PASSWORD)]).await;
    assert_eq!(reply.is(303).location(), "/practices/Z90001");
    let cookie = reply.headers[header::SET_COOKIE].to_str().unwrap();
    assert!(cookie.contains("HttpOnly") && cookie.contains("SameSite=Lax"));
    let browser = app.browser(reply.cookies());
    browser.get("/practices/Z90001").await.is(200);
    browser.get("/practices/Z90002").await.is(404);
    assert_eq!(browser.get("/").await.is(303).location(), "/practices/Z90001");

    let body = json!({ "email": email, "password": PASSWORD });
    let reply = app.stranger().post("/api/v1/session", body).await;
    let token = reply.is(200).json();
    assert_eq!((&token["expires_in"], &token["token_type"]), (&json!(600), &json!("Bearer")));
    let program = app.program(token["access_token"].as_str().unwrap().to_owned());
    program.get("/api/v1/practices/Z90001/actions").await.is(200);
    app.clock.set(now() + Duration::minutes(10));
    program.get("/api/v1/practices/Z90001/actions").await.is(401);
});

both_databases!(signing_out_asks_first_and_stands_in_the_footer_of_a_device, |test: TestDb| async move {
    let app = TestApp::start(test).await;
    let me = app.clinician("Z90001", "Dr A").await;
    let device = app.device("Z90001", me).await;
    let page = device.get(&format!("/practices/Z90001/clinicians/{me}")).await;
    let (head, foot) = page.is(200).body.split_once("<footer").unwrap();
    assert!(foot.contains("href=\"/sign-out\">Sign out this device"));
    assert!(!head.contains("ign out"), "not near the thumb");
    let asked = device.get("/sign-out").await;
    let asked = &asked.is(200).body;
    assert!(asked.contains("You need a new link from your practice to use this device again"));
    assert!(asked.contains("method=\"post\" action=\"/sign-out\""));
    // Asking changes nothing, and nobody is asked who is not signed in.
    device.get("/device").await.is(200);
    assert_eq!(app.stranger().get("/sign-out").await.is(303).location(), "/");
});

both_databases!(
    a_refusal_keeps_the_frame_of_whoever_is_signed_in_and_tells_nothing_of_what_is_there,
    |test: TestDb| async move {
        let app = TestApp::start(test).await;
        let me = app.clinician("Z90001", "Dr A").await;
        let foreign = app.clinician("Z90002", "Dr Z").await;
        let manager = app.person(Role::PracticeManager, "Z90001").await;
        let device = app.device("Z90001", me).await;
        for path in ["/nowhere", "/lmc/east", "/practices/Z90002"] {
            let page = manager.get(path).await;
            let body = &page.is(404).body;
            assert!(body.contains("Practice manager") && body.contains("href=\"/practices/Z90001/people\""), "{path}");
            assert!(!body.contains("Sign in"), "{path}");
            let page = device.get(path).await;
            let body = &page.is(404).body;
            assert!(body.contains(&format!("href=\"/practices/Z90001/clinicians/{me}/weeks\"")), "{path}");
        }
        let there = manager.get(&format!("/practices/Z90002/clinicians/{foreign}")).await;
        let nothing = manager.get(&format!("/practices/Z90002/clinicians/{}", Uuid::now_v7())).await;
        assert_eq!(there.is(404).body, nothing.is(404).body);
        let stranger = app.stranger().get("/nowhere").await;
        assert!(stranger.is(404).body.contains("Sign in"));
        let api = manager.get("/api/v1/nowhere").await;
        assert!(!api.is(404).body.contains("<html"));
    }
);

both_databases!(a_wrong_password_and_an_unknown_address_are_answered_alike, |test: TestDb| async move {
    let app = TestApp::start(test).await;
    let known = with_password(&app, "Z90001").await;
    let unknown = format!("{}@example.invalid", Uuid::now_v7().simple());
    let (mut pages, mut problems) = (Vec::new(), Vec::new());
    for email in [&known, &unknown] {
        let typed = [("email", email.as_str()), ("password", "not this one at all")];
        let page = app.stranger().form("/sign-in", &typed).await;
        assert!(page.is(422).headers.get(header::SET_COOKIE).is_none());
        assert!(page.body.contains(email), "the address is kept");
        assert!(!page.body.contains("not this one"), "the password is not");
        pages.push(page.body.replace(email, "@"));
        let body = json!({ "email": email, "password": "not this one at all" });
        let problem = app.stranger().post("/api/v1/session", body).await;
        problems.push(problem.is(401).body.clone());
    }
    assert_eq!(pages[0], pages[1]);
    assert_eq!(problems[0], problems[1]);
    let refused = app.test.rows("audit_event").await;
    assert_eq!(refused.len(), 4);
    assert!(refused.iter().all(|event| !event.contains("@example")));
    let missing = json!({ "email": known });
    let reply = app.stranger().post("/api/v1/session", missing).await;
    assert_eq!(reply.is(422).json()["errors"][0]["field"], "body");
});

both_databases!(the_eleventh_try_waits_and_whoever_is_known_there_does_not, |test: TestDb| async move {
    let app = TestApp::start(test).await;
    let (mine, other) = (with_password(&app, "Z90001").await, with_password(&app, "Z90002").await);
    let wrong = [("email", mine.as_str()), ("password", "three quiet red chairs")];
    let others = [("email", other.as_str()), ("password", PASSWORD)];
    app.stranger().form("/sign-in", &others).await.is(303);
    for _ in 0..10 {
        app.stranger().form("/sign-in", &wrong).await.is(422);
    }
    let right = [("email", mine.as_str()), ("password", PASSWORD)];
    let page = app.stranger().form("/sign-in", &right).await;
    assert_eq!(page.is(429).headers[header::RETRY_AFTER], "300");
    let body = json!({ "email": mine, "password": PASSWORD });
    let problem = app.stranger().post("/api/v1/session", body).await;
    assert_eq!(problem.is(429).headers[header::RETRY_AFTER], "300");
    assert_eq!(problem.json()["type"], "/problems/too-many-tries");
    app.stranger().form("/sign-in", &others).await.is(303);
    app.clock.set(now() + Duration::minutes(5));
    app.stranger().form("/sign-in", &right).await.is(303);
});

both_databases!(nobody_is_led_off_the_site, |test: TestDb| async move {
    let app = TestApp::start(test).await;
    let manager = app.person(Role::PracticeManager, "Z90001").await;
    for next in [
        "//evil.example",
        "///evil.example",
        "/\\evil.example",
        "\\\\evil.example",
        "https://evil.example/",
        "https:evil.example",
        "javascript:alert(1)",
        "/\t/evil.example",
        "/\n/evil.example",
        " //evil.example",
        "evil.example",
        "/practices\r\nSet-Cookie: a=b",
        "/sign-in?next=/sign-in",
    ] {
        let path = format!("/sign-in?next={}", encode(next));
        let to = manager.get(&path).await.is(303).location();
        assert_eq!(to, "/practices/Z90001", "{next:?}");
        let path = format!("/unlock?next={}", encode(next));
        let to = manager.get(&path).await.is(303).location();
        assert_eq!(to, "/practices/Z90001", "{next:?}");
    }
    let path = format!("/sign-in?next={}", encode("/practices/Z90001/people?a=b"));
    let to = manager.get(&path).await.is(303).location();
    assert_eq!(to, "/practices/Z90001/people?a=b");
    let email = with_password(&app, "Z90001").await;
    let typed = [("email", email.as_str()), ("password", PASSWORD), ("next", "//evil.example")];
    let reply = app.stranger().form("/sign-in", &typed).await;
    assert_eq!(reply.is(303).location(), "/practices/Z90001");
    // A page that was asked for is kept in mind, without the host.
    let asked = app.stranger().get("/practices/Z90001/people").await;
    assert_eq!(asked.is(303).location(), "/sign-in?next=%2Fpractices%2FZ90001%2Fpeople");
});

both_databases!(signing_out_ends_cookie_and_token_at_once_whichever_asks, |test: TestDb| async move {
    let app = TestApp::start(test).await;
    let person = app.add_person(Role::PracticeManager, "Z90001").await;
    let path = "/api/v1/practices/Z90001/actions";
    for by_cookie in [true, false] {
        let (browser, program) = (app.browser_of(person).await, app.program_of(person).await);
        browser.get(path).await.is(200);
        program.get(path).await.is(200);
        if by_cookie {
            let reply = browser.form("/sign-out", &[]).await;
            assert_eq!(reply.is(303).location(), "/");
            assert_eq!(reply.cookies(), "", "the cookie is taken back");
        } else {
            program.delete("/api/v1/session").await.is(204);
        }
        browser.get(path).await.is(401);
        program.get(path).await.is(401);
        program.delete("/api/v1/session").await.is(401);
        browser.form("/sign-out", &[]).await.is(303);
    }
    // Whoever signs out of a device is not enrolled any more.
    let me = app.clinician("Z90001", "Dr A").await;
    let device = app.device("Z90001", me).await;
    device.form("/sign-out", &[]).await.is(303);
    device.get(&format!("/api/v1/practices/Z90001/clinicians/{me}/days/2026-11-20")).await.is(401);
});

both_databases!(a_role_that_was_taken_away_is_gone_with_the_next_request, |test: TestDb| async move {
    let app = TestApp::start(test).await;
    let admin = app.person(Role::Administrator, "england").await;
    let officer = app.add_person(Role::LmcOfficer, "east").await;
    let (browser, program) = (app.browser_of(officer).await, app.program_of(officer).await);
    browser.get("/lmc/east").await.is(200);
    let all = people::everyone(app.test.db.schema()).await.unwrap();
    let revoke = |role: &str| {
        let grants = all.iter().flat_map(|(_, grants)| grants);
        let grant = grants.clone().find(|grant| grant.role == role).unwrap();
        format!("/admin/grants/{}/revoke", grant.id)
    };
    for _ in 0..2 {
        admin.form(&revoke("lmc-officer"), &[]).await.is(303);
        browser.get("/lmc/east").await.is(404);
        program.get("/api/v1/areas/lmc/east/status").await.is(404);
        browser.get("/releases").await.is(403);
    }
    assert_eq!(app.test.number("SELECT count(*) FROM audit_event WHERE event LIKE 'role.%'").await, 1);
    // The last administrator stays.
    admin.form(&revoke("administrator"), &[]).await.is(409);
    admin.get("/admin/people").await.is(200);
});

both_databases!(a_session_ends_when_idle_and_at_last_in_any_case, |test: TestDb| async move {
    let app = TestApp::start(test).await;
    for (role, organisation, page, idle, absolute) in [
        (Role::PracticeManager, "Z90001", "/practices/Z90001", 30, 12),
        (Role::LmcOfficer, "east", "/lmc/east", 15, 8),
        (Role::IcbAnalyst, "XDA", "/releases", 15, 8),
    ] {
        let person = app.add_person(role, organisation).await;
        let session = async |created, seen| {
            let secret = secrets::fresh();
            let row = SessionRow {
                id: SessionId(Uuid::now_v7()),
                secret_hash: secrets::hash(&secret),
                kind: "browser".to_owned(),
                person,
                created_at: now() - created,
                last_seen_at: now() - seen,
                expires_at: now() + Duration::hours(12),
                revoked_at: None,
                second_factor_at: Some(now() - created),
            };
            people::add_session(app.test.db.schema(), row).await.unwrap();
            app.browser(format!("headroom=s.{secret}"))
        };
        let (idle, absolute) = (Duration::minutes(idle), Duration::hours(absolute));
        let (second, zero) = (Duration::seconds(1), Duration::zero());
        for (created, seen, status) in
            [(idle, idle - second, 200), (idle, idle, 303), (absolute - second, zero, 200), (absolute, zero, 303)]
        {
            let browser = session(created, seen).await;
            browser.get(page).await.is(status);
        }
    }
});

both_databases!(being_in_use_keeps_a_session_and_an_open_stream_does_not, |test: TestDb| async move {
    let app = TestApp::start(test).await;
    let manager = app.person(Role::PracticeManager, "Z90001").await;
    let seen = "SELECT count(*) FROM session WHERE last_seen_at > created_at";
    app.clock.set(now() + Duration::minutes(29));
    manager.get("/practices/Z90001").await.is(200);
    eventually("the session is noted as used", || async { app.test.number(seen).await == 1 }).await;
    app.clock.set(now() + Duration::minutes(58));
    manager.get("/practices/Z90001").await.is(200);
    let quiet = app.person(Role::PracticeManager, "Z90001").await;
    app.clock.set(now() + Duration::minutes(58 + 30));
    quiet.get("/practices/Z90001").await.is(303);
});

both_databases!(an_enrolment_link_works_once, |test: TestDb| async move {
    let app = TestApp::start(test).await;
    let me = app.clinician("Z90001", "Dr A").await;
    let manager = app.person(Role::PracticeManager, "Z90001").await;
    let make = format!("/practices/Z90001/people/{me}/link");
    let id = Uuid::now_v7().to_string();
    let page = manager.form(&make, &[("id", &id)]).await;
    let link = format!("/enrol/{}", between(&page.is(200).body, "/enrol/", "<"));
    let again = manager.form(&make, &[("id", &id)]).await;
    assert!(again.is(200).body.contains(&link), "a repeat shows the same");
    // Scanners follow links in messages: looking changes nothing.
    let before = app.test.content_without(&[]).await;
    for _ in 0..2 {
        app.stranger().get(&link).await.is(200);
    }
    assert_eq!(app.test.content_without(&[]).await, before);
    let (mine, other) = (Uuid::now_v7().to_string(), Uuid::now_v7().to_string());
    let first = app.stranger().form(&link, &[("device", &mine)]).await;
    let home = format!("/practices/Z90001/clinicians/{me}");
    assert_eq!(first.is(303).location(), home);
    let device = app.browser(first.cookies());
    device.get(&home).await.is(200);
    // The answer was lost on its way: the same browser asks again.
    let again = app.stranger().form(&link, &[("device", &mine)]).await;
    assert_eq!(again.is(303).cookies(), first.cookies());
    app.stranger().form(&link, &[("device", &other)]).await.is(410);
    app.stranger().get(&link).await.is(410);
    assert_eq!(app.test.number("SELECT count(*) FROM device").await, 1);
    app.clock.set(now() + Duration::minutes(10));
    app.stranger().form(&link, &[("device", &mine)]).await.is(410);
    app.stranger().get("/enrol/nothing").await.is(410);
});

both_databases!(a_new_link_ends_the_old_one_and_seven_days_end_any, |test: TestDb| async move {
    let app = TestApp::start(test).await;
    let me = app.clinician("Z90001", "Dr A").await;
    let manager = app.person(Role::PracticeManager, "Z90001").await;
    let make = format!("/practices/Z90001/people/{me}/link");
    let mut links = Vec::new();
    for _ in 0..2 {
        let id = Uuid::now_v7().to_string();
        let page = manager.form(&make, &[("id", &id)]).await;
        links.push(format!("/enrol/{}", between(&page.is(200).body, "/enrol/", "<")));
    }
    let enrol = [("device", &*Uuid::now_v7().to_string())];
    app.stranger().get(&links[0]).await.is(410);
    app.stranger().form(&links[0], &enrol).await.is(410);
    app.stranger().get(&links[1]).await.is(200);
    app.clock.set(now() + Duration::days(7));
    app.stranger().get(&links[1]).await.is(410);
    app.stranger().form(&links[1], &enrol).await.is(410);
    assert_eq!(app.test.number("SELECT count(*) FROM device").await, 0);
});

both_databases!(a_pin_locks_and_unlocks, |test: TestDb| async move {
    let app = TestApp::start(test).await;
    let me = app.clinician("Z90001", "Dr A").await;
    let manager = app.person(Role::PracticeManager, "Z90001").await;
    let make = format!("/practices/Z90001/people/{me}/link");
    let page = manager.form(&make, &[("id", &Uuid::now_v7().to_string())]).await;
    let link = format!("/enrol/{}", between(&page.is(200).body, "/enrol/", "<"));
    let id = Uuid::now_v7();
    let typed = id.to_string();
    let refused = [("device", &*typed), ("pin", "12"), ("pin_again", "12")];
    app.stranger().form(&link, &refused).await.is(422);
    let chosen = [("device", &*typed), ("pin", "4711"), ("pin_again", "4711")];
    let both = app.stranger().form(&link, &chosen).await.is(303).cookies();
    let home = format!("/practices/Z90001/clinicians/{me}");
    app.browser(both.clone()).get(&home).await.is(200);

    // The browser was closed: it has lost the second cookie.
    let only = both.split("; ").next().unwrap().to_owned();
    let locked = app.browser(only.clone());
    let to = locked.get(&home).await.is(303).location();
    assert!(to.starts_with("/unlock?next=%2Fpractices"), "{to}");
    let day = format!("/api/v1{home}/days/2026-11-20");
    locked.get(&day).await.is(401);
    locked.form("/unlock", &[("pin", "0000")]).await.is(422);
    let typed = [("pin", "4711"), ("next", home.as_str())];
    let reply = locked.form("/unlock", &typed).await;
    assert_eq!(reply.is(303).location(), home);
    let open = app.browser(format!("{only}; {}", reply.cookies()));
    open.get(&home).await.is(200);
    app.clock.set(now() + Duration::hours(12));
    open.get(&home).await.is(303);
    for _ in 0..10 {
        locked.form("/unlock", &[("pin", "0000")]).await.is(422);
    }
    let late = locked.form("/unlock", &typed).await;
    assert_eq!(late.is(429).headers[header::RETRY_AFTER], "300");
});

both_databases!(the_setup_link_makes_exactly_one_administrator, |test: TestDb| async move {
    let app = TestApp::start(test).await;
    let offer = async || {
        let cli = CliAuthority::new();
        let by = cli.within(cli.service());
        let secret = secrets::fresh();
        let link = OfferSetup { secret_hash: secrets::hash(&secret) };
        let offered = link.perform(&app.state, &by).await.unwrap();
        offered.then(|| offer_setup::address(&app.state, &secret))
    };
    let path = |link: String| link.strip_prefix("http://localhost:8025").unwrap().to_owned();
    let (old, new) = (offer().await.unwrap(), offer().await.unwrap());
    let (old, new) = (path(old), path(new));
    // What one start printed works on after the next, and whoever else was added.
    app.person(Role::PracticeManager, "Z90001").await;
    for link in [&old, &new] {
        app.stranger().get(link).await.is(200);
    }
    let short = [("email", "root@example.org"), ("name", "Root"), ("password", "short")];
    let refused = app.stranger().form(&new, &short).await;
    assert!(refused.is(422).body.contains("root@example.org"));
    assert!(!refused.body.contains("\"short\""));
    let typed = [("email", "root@example.org"), ("name", "Root"), ("password", PASSWORD)];
    let (one, other) = (app.stranger(), app.stranger());
    let (one, other) = tokio::join!(one.form(&new, &typed), other.form(&new, &typed));
    let mut statuses = [one.status.as_u16(), other.status.as_u16()];
    statuses.sort_unstable();
    assert_eq!(statuses, [303, 410]);
    let first = if one.status == 303 { one } else { other };
    assert_eq!(first.location(), "/account/second-factor", "an administrator sets up an authenticator app first");
    let admin = app.browser(first.cookies());
    admin.get("/admin/people").await.is(403);
    assert_eq!(app.test.number("SELECT count(*) FROM person").await, 2);
    assert_eq!(offer().await, None, "there is an administrator");
    for link in [&old, &new] {
        let gone = app.stranger().get(link).await;
        assert!(gone.is(410).body.contains(MAKE_ADMINISTRATOR));
        app.stranger().form(link, &typed).await.is(410);
    }
});

both_databases!(a_revoked_device_is_shut_out_and_its_stream_ends, |test: TestDb| async move {
    let app = TestApp::start(test).await;
    let me = app.clinician("Z90001", "Dr A").await;
    let (device, other) =
        (app.device("Z90001", me).await, app.device("Z90002", app.clinician("Z90002", "Dr B").await).await);
    let manager = app.person(Role::PracticeManager, "Z90001").await;
    let people = format!("/practices/Z90001/people/{me}");
    let page = manager.get(&people).await;
    let id = between(&page.is(200).body, "/devices/", "/revoke");
    let request = Request::get("/live/practices/Z90001")
        .header(header::HOST, "localhost:8025")
        .header(header::COOKIE, device.cookie.clone().unwrap())
        .body(Body::empty())
        .unwrap();
    let stream = app.router.clone().oneshot(request).await.unwrap();
    assert_eq!(stream.status(), 200);
    let heard = tokio::spawn(axum::body::to_bytes(stream.into_body(), 10_000));
    let revoke = format!("{people}/devices/{id}/revoke");
    for _ in 0..2 {
        manager.form(&revoke, &[]).await.is(303);
    }
    device.get(&format!("/api/v1/practices/Z90001/clinicians/{me}/days/2026-11-20")).await.is(401);
    let asked = device.get("/practices/Z90001/today").await;
    assert!(asked.is(303).location().starts_with("/unlock"));
    let led = device.get("/unlock").await.is(303).location();
    assert!(led.starts_with("/sign-in"), "{led}");
    other.get("/practices/Z90002/today").await.is(200);
    // The change itself wakes the stream, and it is asked whether it may go on.
    let heard = tokio::time::timeout(Seconds::from_secs(5), heard).await;
    let bytes = heard.expect("the stream ended").unwrap().unwrap();
    assert!(bytes.is_empty(), "nothing was told after the revocation");
    assert_eq!(app.test.number("SELECT count(*) FROM audit_event WHERE event = 'device.revoked'").await, 1);
    let stranger = app.person(Role::PracticeManager, "Z90002").await;
    stranger.form(&revoke, &[]).await.is(404);
});

both_databases!(an_icb_role_and_a_practice_role_need_a_declared_conflict, |test: TestDb| async move {
    let app = TestApp::start(test).await;
    let admin = app.person(Role::Administrator, "england").await;
    let add = async |role: &str, organisation: &str, declared: &str| {
        let id = Uuid::now_v7().to_string();
        let typed = [
            ("id", id.as_str()),
            ("email", "sam@example.org"),
            ("name", "Sam"),
            ("role", role),
            ("organisation", organisation),
            ("declared", declared),
        ];
        admin.form("/admin/people", &typed).await
    };
    let held = "SELECT count(*) FROM role_grant WHERE role <> 'administrator'";
    let page = add("practice-manager", "z90001", "").await;
    let link = between(&page.body, "/password/", "<").to_owned();
    assert_eq!(app.test.number(held).await, 1);
    let refused = add("icb-analyst", "XDA", "").await;
    assert!(refused.is(422).body.contains("sam@example.org"));
    assert_eq!(app.test.number(held).await, 1);
    for (role, organisation) in [
        ("practice-manager", "Z99999"),
        ("lmc-officer", "XDA"),
        ("icb-analyst", "east"),
        ("clinician", "Z90001"),
        ("administrator", "east"),
    ] {
        add(role, organisation, "").await.is(422);
    }
    add("icb-analyst", "XDA", "yes").await;
    assert_eq!(app.test.number(held).await, 2);
    let said = app.test.rows("audit_event").await;
    let on_record = |event: &&String| event.contains("declared_conflict");
    assert_eq!(said.iter().filter(on_record).count(), 2);
    // The second role came with a new link, which ended the first.
    app.stranger().get(&format!("/password/{link}")).await.is(410);
});

both_databases!(the_demo_signs_in_nobody_elsewhere, |test: TestDb| async move {
    let app = TestApp::start(test).await;
    app.add_person(Role::PracticeManager, "Z90001").await;
    for role in ["manager", "clinician", "lmc", "icb"] {
        let role = [("role", role)];
        let reply = app.stranger().form("/demo/sign-in", &role).await;
        assert_eq!(reply.is(404).cookies(), "");
    }
    assert!(!app.stranger().get("/").await.body.contains("/demo/sign-in"));
});

both_databases!(a_token_of_another_key_or_an_ended_session_is_refused, |test: TestDb| async move {
    let app = TestApp::start(test).await;
    let person = app.add_person(Role::PracticeManager, "Z90001").await;
    let session = SessionId(Uuid::now_v7());
    for key in [[3; 32], [4; 32]] {
        // The right key, but no such session; the wrong key.
        let token = tokens::sign(&Keys::new(&key, &[]), person, session, now()).unwrap();
        let program = app.program(token);
        program.get("/api/v1/practices/Z90001/actions").await.is(401);
    }
});

both_databases!(a_disabled_account_is_out_at_once_and_back_with_what_it_held, |test: TestDb| async move {
    let app = TestApp::start(test).await;
    let (person, email) = app.with_password(Role::PracticeManager, "Z90001").await;
    let (browser, program) = (app.browser_of(person).await, app.program_of(person).await);
    let path = "/api/v1/practices/Z90001/actions";
    let form = [("id", &*Uuid::now_v7().to_string()), ("what", "make")];
    browser.form("/practices/Z90001/diary/feed", &form).await.is(303);
    let diary = browser.get("/practices/Z90001/diary").await;
    let feed = format!("/calendar/{}.ics", between(&diary.body, "/calendar/", ".ics"));
    app.stranger().get(&feed).await.is(200);
    let cli = CliAuthority::new();
    let by = cli.within(cli.service());
    let of = async |email: String, access| {
        let account = SetAccess { email, access };
        account.perform(&app.state, &by).await
    };
    let set = async |access| of(email.to_uppercase(), access).await;
    assert!(set(Access::Disabled).await.unwrap());
    assert!(!set(Access::Disabled).await.unwrap());
    browser.get(path).await.is(401);
    program.get(path).await.is(401);
    app.stranger().get(&feed).await.is(404);
    let right = [("email", email.as_str()), ("password", PASSWORD)];
    let answer = app.stranger().form("/sign-in", &right).await;
    assert!(answer.is(422).body.contains("is not right"), "as for anybody unknown");
    assert!(set(Access::Enabled).await.unwrap());
    browser.get(path).await.is(401);
    app.stranger().form("/sign-in", &right).await.is(303);
    app.stranger().get(&feed).await.is(200);
    // The last administrator stays.
    let (_, root) = app.with_password(Role::Administrator, "england").await;
    let refused = of(root, Access::Disabled);
    assert!(matches!(refused.await, Err(AppError::Conflict(_))));
    let nobody = of("x@y.zz".to_owned(), Access::Disabled);
    assert!(matches!(nobody.await, Err(AppError::NotFound)));
    let events = "SELECT count(*) FROM audit_event WHERE event IN ('person.disabled', 'person.enabled')";
    assert_eq!(app.test.number(events).await, 2);
});

both_databases!(a_password_that_can_be_guessed_is_refused_at_its_field, |test: TestDb| async move {
    let app = TestApp::start(test).await;
    let admin = app.person(Role::Administrator, "england").await;
    let id = Uuid::now_v7().to_string();
    let typed = [
        ("id", id.as_str()),
        ("email", "pat.smith@example.org"),
        ("name", "Pat Smith"),
        ("role", "practice-manager"),
        ("organisation", "Z90001"),
    ];
    let page = admin.form("/admin/people", &typed).await;
    let path = format!("/password/{}", between(&page.is(200).body, "/password/", "<"));
    for (password, why) in [
        ("short", "at least 12"),
        ("qwerty123456", "stolen"),
        ("welcome123456", "stolen"),
        ("football12345", "stolen"),
        ("qwertyuiop12", "stolen"),
        ("111111222222", "stolen"),
        ("pat.smith@example.org", "your email address"),
        ("headroom headroom", "Headroom"),
        ("Z90001 Z90001 ", "your organisation"),
        ("Invented Surgery 1", "your organisation"),
        ("asdfghjkl;asdfghjkl;", "easy to guess"),
    ] {
        let page = app.stranger().form(&path, &[("password", password)]).await;
        let said = between(&page.is(422).body, "id=\"password-error\"", "</p>").to_owned();
        assert!(said.contains(why), "{password}: {said}");
        assert!(!page.body.contains(password), "{password} is not repeated");
    }
    let good = [("password", "seven tall wooden gates")];
    app.stranger().form(&path, &good).await.is(303);
});

both_databases!(a_person_changes_their_password_and_ends_where_they_are_signed_in, |test: TestDb| async move {
    let app = TestApp::start(test.clone()).await;
    let (person, email) = app.with_password(Role::PracticeManager, "Z90001").await;
    let (neighbour, _) = app.with_password(Role::PracticeManager, "Z90001").await;
    let (here, phone, program) =
        (app.browser_of(person).await, app.browser_of(person).await, app.program_of(person).await);
    let other = app.browser_of(neighbour).await;
    let page = here.get("/account").await;
    let page = &page.is(200).body;
    assert!(page.contains(&email) && page.contains("This browser"), "{page}");
    assert_eq!(page.matches("value=\"0").count(), 2, "the two others can be ended: {page}");
    let id = between(page, "name=\"session\" value=\"", "\"").to_owned();
    // Nobody ends another's, and a stranger is asked to sign in.
    other.form("/account/sessions/end", &[("session", id.as_str())]).await.is(303);
    phone.get("/account").await.is(200);
    program.get("/api/v1/practices/Z90001/actions").await.is(200);
    app.stranger().form("/account/sessions/end", &[]).await.is(401);
    here.form("/account/sessions/end", &[("session", id.as_str())]).await.is(303);
    let ended = [phone.get("/practices/Z90001").await.status, program.get("/practices/Z90001").await.status];
    assert_eq!(ended.iter().filter(|status| status.as_u16() == 200).count(), 1, "{ended:?}");
    here.form("/account/sessions/end", &[("session", "no id")]).await.is(400);
    here.form("/account/sessions/end", &[]).await.is(303);
    phone.get("/api/v1/practices/Z90001/actions").await.is(401);
    program.get("/api/v1/practices/Z90001/actions").await.is(401);
    other.get("/api/v1/practices/Z90001/actions").await.is(200);
    // The password: the old one is asked for, the new one is looked at, neither is repeated.
    let phone = app.browser_of(person).await;
    let new = "nine cold brass kettles";
    for (current, password, field) in [("wrong password 1", new, "current"), (PASSWORD, "short", "password")] {
        let typed = [("current", current), ("password", password)];
        let page = here.form("/account/password", &typed).await;
        let page = &page.is(422).body;
        assert!(page.contains(&format!("id=\"{field}-error\"")), "{field}: {page}");
        assert!(!page.contains(current) && !page.contains(password), "{page}");
    }
    let typed = [("current", PASSWORD), ("password", new)];
    assert_eq!(here.form("/account/password", &typed).await.is(303).location(), "/account?done=password");
    here.get("/account?done=password").await.is(200);
    phone.get("/api/v1/practices/Z90001/actions").await.is(401);
    let sign_in = async |password: &str| {
        let typed = [("email", email.as_str()), ("password", password)];
        app.stranger().form("/sign-in", &typed).await.status.as_u16()
    };
    assert_ne!(sign_in(PASSWORD).await, 303);
    assert_eq!(sign_in(new).await, 303);
    let events = "SELECT count(*) FROM audit_event WHERE event = 'password.changed'";
    assert_eq!(test.number(events).await, 1);
    let events = "SELECT count(*) FROM audit_event WHERE event = 'session.ended-by-owner'";
    assert_eq!(test.number(events).await, 2);
});

both_databases!(the_old_password_is_guessed_at_no_more_often_than_signing_in, |test: TestDb| async move {
    let app = TestApp::start(test).await;
    let (person, _) = app.with_password(Role::PracticeManager, "Z90001").await;
    let here = app.browser_of(person).await;
    let typed = [("current", "not the password"), ("password", "nine cold brass kettles")];
    let mut last = 0;
    for _ in 0..11 {
        last = here.form("/account/password", &typed).await.status.as_u16();
    }
    assert_eq!(last, 429);
});

both_databases!(a_name_is_corrected_by_whose_it_is, |test: TestDb| async move {
    let app = TestApp::start(test).await;
    let (person, email) = app.with_password(Role::PracticeManager, "Z90001").await;
    let own = app.browser_of(person).await;
    let other = app.manager("Z90001").await;
    for wrong in ["", " ", &"x".repeat(81), "a\u{0}b"] {
        own.form("/account/name", &[("name", wrong)]).await.is(422);
    }
    own.form("/account/name", &[("name", " Sam O\u{2019}Neill ")]).await.is(303);
    own.form("/account/name", &[("name", "Sam O\u{2019}Neill")]).await.is(303);
    assert!(own.get("/account?done=name").await.is(200).body.contains("Sam O\u{2019}Neill"));
    assert!(!other.get("/account").await.is(200).body.contains("Neill"));
    app.stranger().form("/account/name", &[("name", "Eve")]).await.is(401);
    let names = app.test.column(&format!("SELECT name FROM person WHERE email = '{email}'")).await;
    assert_eq!(names, ["Sam O\u{2019}Neill"]);
    let renamed = "SELECT detail FROM audit_event WHERE event = 'person.renamed'";
    let events = app.test.column(renamed).await;
    assert!(events.len() == 1 && !events[0].contains("Neill"), "{events:?}");
});
