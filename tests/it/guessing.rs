//! Guessing passwords and PINs: what counts, where, for how long; on every node and over a restart; and that nobody can
//! lock another out.

use std::net::SocketAddr;

use axum::{
    Router,
    body::Body,
    extract::ConnectInfo,
    http::{Method, Request, StatusCode, header},
};
use chrono::Duration;
use headroom::{
    app,
    config::{Options, Settings},
    domain::access::Role,
    jobs,
    state::{AppState, StateConfig},
    store::tries,
};
use tower::ServiceExt;
use uuid::Uuid;

use crate::support::{
    app::{PASSWORD, TestApp, encode, now},
    databases::{TestDb, both_databases},
};

const WRONG: &str = "three quiet red chairs";

/// Signs in from an address, with the cookies of a browser; answers the status, the cookies it sets and how long to wait.
async fn try_in(router: &Router, from: &str, cookies: &str, email: &str, password: &str) -> (u16, String, Option<u32>) {
    let ip: std::net::IpAddr = from.parse().unwrap();
    let mut request = Request::post("/sign-in")
        .header(header::HOST, "localhost:8025")
        .header("sec-fetch-site", "same-origin")
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
        .extension(ConnectInfo(SocketAddr::new(ip, 40_000)));
    if !cookies.is_empty() {
        request = request.header(header::COOKIE, cookies);
    }
    let form = format!("email={}&password={}", encode(email), encode(password));
    let answer = router.clone().oneshot(request.body(Body::from(form)).unwrap());
    let answer = answer.await.unwrap();
    let set = answer.headers().get_all(header::SET_COOKIE);
    let set: Vec<&str> = set.iter().filter_map(|line| line.to_str().unwrap().split(';').next()).collect();
    let wait = answer.headers().get(header::RETRY_AFTER);
    let wait = wait.map(|wait| wait.to_str().unwrap().parse().unwrap());
    (answer.status().as_u16(), set.join("; "), wait)
}

/// The same state again, as another node has it, or this one after a restart.
async fn another_node(app: &TestApp) -> Router {
    let options = Options { data: Some(app.state.settings.data.clone()), ..Options::default() };
    let state = AppState::new(StateConfig {
        db: app.test.other_node().await,
        clock: app.clock.clone(),
        settings: Settings::resolve(options).unwrap(),
        keys: app.state.keys.clone(),
        demo: false,
    });
    app::router(&state.unwrap())
}

both_databases!(ten_wrong_tries_of_a_place_or_an_account_are_all_on_every_node, |test: TestDb| async move {
    let app = TestApp::start(test.clone()).await;
    let (_, mine) = app.with_password(Role::PracticeManager, "Z90001").await;
    let nodes = [app.router.clone(), another_node(&app).await];
    // One place, any accounts.
    for n in 0..10 {
        let email = format!("w{n}@example.invalid");
        let tried = try_in(&nodes[n % 2], "203.0.113.1", "", &email, WRONG).await;
        assert_eq!(tried.0, 422);
    }
    for node in &nodes {
        let (status, _, wait) = try_in(node, "203.0.113.1", "", &mine, PASSWORD).await;
        assert_eq!((status, wait), (429, Some(300)));
    }
    // One account, many places.
    for n in 0..10 {
        let from = format!("198.51.100.{n}");
        assert_eq!(try_in(&nodes[n % 2], &from, "", &mine, WRONG).await.0, 422);
    }
    for node in &nodes {
        let tried = try_in(node, "198.51.100.77", "", &mine, PASSWORD).await;
        assert_eq!(tried.0, 429);
    }
    // Who guesses on writes nothing.
    let before = test.content_without(&[]).await;
    for _ in 0..20 {
        let tried = try_in(&nodes[0], "203.0.113.1", "", "w@example.invalid", WRONG).await;
        assert_eq!(tried.0, 429);
    }
    assert_eq!(test.content_without(&[]).await, before);
    assert!(before.iter().all(|row| !row.contains("203.0.113") && !row.contains("w1@")));
    app.clock.set(now() + Duration::minutes(5));
    assert_eq!(jobs::tries::clean(&app.state).await.unwrap(), 20);
    let tried = try_in(&nodes[1], "198.51.100.77", "", &mine, PASSWORD).await;
    assert_eq!(tried.0, 303);
});

both_databases!(of_a_hundred_tries_at_once_ten_are_looked_at, |test: TestDb| async move {
    let app = TestApp::start(test.clone()).await;
    let (_, mine) = app.with_password(Role::PracticeManager, "Z90001").await;
    let nodes = [app.router.clone(), another_node(&app).await];
    let tries = (0..100).map(|n| {
        let (node, mine) = (nodes[n % 2].clone(), mine.clone());
        async move {
            // A busy node may say so; then nobody has guessed.
            try_in(&node, "203.0.113.1", "", &mine, WRONG).await.0
        }
    });
    let answers = futures::future::join_all(tries).await;
    let looked_at = answers.iter().filter(|status| **status == 422).count();
    assert!(looked_at <= 10, "{looked_at}: {answers:?}");
    assert!(answers.iter().all(|status| [422, 429, 503].contains(status)), "{answers:?}");
    let rows = "SELECT count(*) FROM sign_in_try";
    assert!(test.number(rows).await <= 10);
    // Those that found the node busy were taken back, so the rest can be used up.
    let mut more = 0;
    while try_in(&nodes[0], "203.0.113.1", "", &mine, WRONG).await.0 == 422 {
        more += 1;
    }
    assert_eq!(looked_at + more, 10);
});

both_databases!(a_stranger_who_guesses_locks_nobody_out, |test: TestDb| async move {
    let app = TestApp::start(test).await;
    let (_, mine) = app.with_password(Role::PracticeManager, "Z90001").await;
    let (_, other) = app.with_password(Role::PracticeManager, "Z90002").await;
    let node = &app.router;
    let (status, mark, _) = try_in(node, "192.0.2.1", "", &mine, PASSWORD).await;
    assert_eq!(status, 303);
    let mark = mark.split("; ").find(|one| one.starts_with("headroom-known=")).unwrap();
    // A stranger uses up everything they have.
    for _ in 0..10 {
        assert_eq!(try_in(node, "203.0.113.1", "", &mine, WRONG).await.0, 422);
    }
    assert_eq!(try_in(node, "203.0.113.1", "", &mine, WRONG).await.0, 429);
    // The owner gets in: at home, in the own browser wherever it is, and from a place where nobody has been.
    for (from, cookies) in [("192.0.2.1", ""), ("203.0.113.1", mark), ("192.0.2.77", "")] {
        let tried = try_in(node, from, cookies, &mine, PASSWORD).await;
        assert_eq!(tried.0, 303, "{from}");
    }
    // Many strangers at once: the own browser and the known place still do.
    for n in 0..12 {
        try_in(node, &format!("198.51.100.{n}"), "", &mine, WRONG).await;
    }
    assert_eq!(try_in(node, "198.51.100.99", "", &mine, PASSWORD).await.0, 429);
    let forged = mark.replace("headroom-known=", "headroom-known=x");
    let tried = try_in(node, "198.51.100.99", &forged, &mine, PASSWORD).await;
    assert_eq!(tried.0, 429);
    let restarted = another_node(&app).await;
    for (from, cookies) in [("192.0.2.1", ""), ("198.51.100.99", mark)] {
        let tried = try_in(&restarted, from, cookies, &mine, PASSWORD).await;
        assert_eq!(tried.0, 303, "{from}, after a restart");
    }
    // The mark is one person's: for another account it is nothing.
    assert_eq!(try_in(node, "203.0.113.1", mark, &other, PASSWORD).await.0, 429);
    // Somebody else behind the owner's own address has tries of their own there, and the owner's browser is apart.
    for _ in 0..10 {
        assert_eq!(try_in(node, "192.0.2.1", "", &mine, WRONG).await.0, 422);
    }
    assert_eq!(try_in(node, "192.0.2.1", "", &mine, WRONG).await.0, 429);
    assert_eq!(try_in(node, "192.0.2.1", mark, &mine, PASSWORD).await.0, 303);
    // Whoever stole the browser has ten tries, too.
    for _ in 0..10 {
        assert_eq!(try_in(node, "192.0.2.9", mark, &mine, WRONG).await.0, 422);
    }
    assert_eq!(try_in(node, "192.0.2.9", mark, &mine, WRONG).await.0, 429);
});

both_databases!(right_tries_do_not_use_up_a_place, |test: TestDb| async move {
    let app = TestApp::start(test.clone()).await;
    for n in 1..=12 {
        let (_, email) = app.with_password(Role::PracticeManager, &format!("Z900{n:02}")).await;
        let tried = try_in(&app.router, "192.0.2.1", "", &email, PASSWORD).await;
        assert_eq!(tried.0, 303, "{n}");
    }
    assert_eq!(test.number("SELECT count(*) FROM sign_in_try").await, 0);
    assert_eq!(test.number("SELECT count(*) FROM known_place").await, 12);
});

both_databases!(signing_in_to_ones_own_account_gives_no_more_tries_at_anothers, |test: TestDb| async move {
    let app = TestApp::start(test).await;
    let (_, own) = app.with_password(Role::PracticeManager, "Z90001").await;
    let (_, other) = app.with_password(Role::PracticeManager, "Z90002").await;
    let at = "203.0.113.1";
    for _ in 0..9 {
        let tried = try_in(&app.router, at, "", &other, WRONG).await;
        assert_eq!(tried.0, 422);
    }
    // Whoever guesses signs in with a password they know, and goes on.
    let tried = try_in(&app.router, at, "", &own, PASSWORD).await;
    assert_eq!(tried.0, 303);
    let tried = try_in(&app.router, at, "", &other, WRONG).await;
    assert_eq!(tried.0, 422);
    for _ in 0..3 {
        let tried = try_in(&app.router, at, "", &other, WRONG).await;
        assert_eq!(tried.0, 429, "the tenth was the last");
    }
});

both_databases!(of_many_pins_at_once_ten_are_looked_at, |test: TestDb| async move {
    let app = TestApp::start(test).await;
    let me = app.clinician("Z90001", "Dr A").await;
    let manager = app.person(Role::PracticeManager, "Z90001").await;
    let id = Uuid::now_v7().to_string();
    let path = format!("/practices/Z90001/people/{me}/link");
    let page = manager.form(&path, &[("id", &id)]).await;
    let (_, link) = page.is(200).body.split_once("/enrol/").unwrap();
    let link = format!("/enrol/{}", link.split_once('<').unwrap().0);
    let form = [("device", id.as_str()), ("pin", "4711"), ("pin_again", "4711")];
    let both = app.stranger().form(&link, &form).await.is(303).cookies();
    let only = both.split("; ").next().unwrap();
    let nodes = [app.router.clone(), another_node(&app).await];
    let tries = (0..80).map(|n| {
        let request = Request::post("/unlock")
            .header(header::HOST, "localhost:8025")
            .header("sec-fetch-site", "same-origin")
            .header(header::COOKIE, only)
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .body(Body::from(format!("pin={n:04}")))
            .unwrap();
        let node = nodes[n % 2].clone();
        async move { node.oneshot(request).await.unwrap().status().as_u16() }
    });
    let answers = futures::future::join_all(tries).await;
    let looked_at = answers.iter().filter(|status| **status == 422).count();
    assert!((1..=10).contains(&looked_at), "{looked_at}: {answers:?}");
    let others = answers.iter().all(|status| [422, 429, 503].contains(status));
    assert!(others, "{answers:?}");
});

both_databases!(an_address_asks_for_300_secrets_a_minute_by_whatever_door, |test: TestDb| async move {
    let app = TestApp::start(test).await;
    let ask = async |method: Method, path: &str, from: &str| {
        let ip: std::net::IpAddr = from.parse().unwrap();
        let request = Request::builder()
            .method(method)
            .uri(path)
            .header(header::HOST, "localhost:8025")
            .header("sec-fetch-site", "same-origin")
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .extension(ConnectInfo(SocketAddr::new(ip, 40_000)))
            .body(Body::empty())
            .unwrap();
        let answer = app.router.clone().oneshot(request).await.unwrap();
        answer.status().as_u16()
    };
    for n in 0..300 {
        let tried = ask(Method::GET, &format!("/enrol/guess{n}"), "203.0.113.1").await;
        assert_ne!(tried, 429, "{n}");
    }
    let mut doors = 0;
    for row in app::table() {
        if !row.path.contains("{secret}") {
            continue;
        }
        doors += 1;
        let nobody = Uuid::nil().to_string();
        let path = row
            .path
            .replace("{secret}", "guess")
            .replace("{practice}", "Z90001")
            .replace("{reminder}", &nobody)
            .replace("{person}", &nobody);
        let tried = ask(row.method.clone(), &path, "203.0.113.1").await;
        assert_eq!(tried, 429, "{} {path}", row.method);
        let tried = ask(row.method, &path, "203.0.113.2").await;
        assert_ne!(tried, 429, "{path} from elsewhere");
    }
    assert!(doors >= 9, "{doors}");
    app.clock.set(now() + Duration::minutes(1));
    assert_ne!(ask(Method::GET, "/enrol/guess", "203.0.113.1").await, 429);
});

both_databases!(a_place_and_a_browser_are_known_for_so_long, |test: TestDb| async move {
    let app = TestApp::start(test).await;
    let (_, mine) = app.with_password(Role::PracticeManager, "Z90001").await;
    let node = &app.router;
    let (status, set, _) = try_in(node, "192.0.2.1", "", &mine, PASSWORD).await;
    assert_eq!(status, 303);
    let mark = set.split("; ").find(|one| one.starts_with("headroom-known=")).unwrap();
    let (place, browser) = (("192.0.2.1", ""), ("203.0.113.9", mark));
    for (days, seconds, (from, cookies), expected) in [
        (180, -1, place, 422),
        (180, 0, place, 429),
        (180, 0, browser, 422),
        (365, -1, browser, 422),
        (365, 0, browser, 429),
    ] {
        app.clock.set(now() + Duration::days(days) + Duration::seconds(seconds));
        // Strangers use up what the account has elsewhere.
        for n in 0..10 {
            try_in(node, &format!("198.51.100.{n}"), "", &mine, WRONG).await;
        }
        let tried = try_in(node, from, cookies, &mine, WRONG).await;
        assert_eq!(tried.0, expected, "{days} days, {seconds} s, {from}");
    }
});

both_databases!(of_more_than_fifty_places_the_oldest_is_forgotten, |test: TestDb| async move {
    let app = TestApp::start(test.clone()).await;
    let person = app.add_person(Role::PracticeManager, "Z90001").await;
    let conn = test.db.schema();
    for n in 0..51 {
        let at = now() + Duration::minutes(n);
        tries::know(conn, person, &format!("place {n}"), at).await.unwrap();
    }
    let at = now() + Duration::hours(1);
    for (n, expected) in [(0, false), (1, true), (50, true)] {
        let known = tries::is_known(conn, person, &format!("place {n}"), at).await;
        assert_eq!(known.unwrap(), expected, "{n}");
    }
});

both_databases!(wrong_pins_count_until_the_right_one_and_the_wait_grows, |test: TestDb| async move {
    let app = TestApp::start(test).await;
    let me = app.clinician("Z90001", "Dr A").await;
    let manager = app.person(Role::PracticeManager, "Z90001").await;
    let id = Uuid::now_v7().to_string();
    let path = format!("/practices/Z90001/people/{me}/link");
    let page = manager.form(&path, &[("id", &id)]).await;
    let (_, link) = page.is(200).body.split_once("/enrol/").unwrap();
    let link = format!("/enrol/{}", link.split_once('<').unwrap().0);
    let device = Uuid::now_v7().to_string();
    let form = [("device", device.as_str()), ("pin", "4711"), ("pin_again", "4711")];
    let reply = app.stranger().form(&link, &form).await;
    let both = reply.is(303).cookies();
    let only = both.split("; ").next().unwrap().to_owned();
    let locked = app.browser(only);
    let wrong = async || locked.form("/unlock", &[("pin", "0000")]).await;
    for _ in 0..9 {
        wrong().await.is(422);
    }
    // Five minutes do not forget them.
    app.clock.set(now() + Duration::hours(1));
    wrong().await.is(422);
    let mut at = now() + Duration::hours(1);
    for minutes in [5, 10, 20, 40] {
        let waits = wrong().await;
        let said: i64 = waits.is(429).headers[header::RETRY_AFTER].to_str().unwrap().parse().unwrap();
        assert_eq!(said, minutes * 60);
        at += Duration::minutes(minutes);
        app.clock.set(at);
        wrong().await.is(422);
    }
    let right = [("pin", "4711")];
    locked.form("/unlock", &right).await.is(429);
    app.clock.set(at + Duration::minutes(80));
    locked.form("/unlock", &right).await.is(303);
    for _ in 0..10 {
        wrong().await.is(422);
    }
    wrong().await.is(429);
    let other = app.device("Z90001", me).await;
    let other = other.get(&format!("/practices/Z90001/clinicians/{me}")).await;
    assert_eq!(other.status, StatusCode::OK);
});
