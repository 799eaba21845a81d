//! Passkeys: added with the password, shown when signing in, held to what was asked, counted with wrong codes, and removed.

use axum::http::header;
use chrono::Duration;
use headroom::{
    config::Options,
    domain::access::{CliAuthority, Role},
    operations::remove_second_factor::RemoveSecondFactor,
    state::{AppState, StateConfig},
};
use serde_json::{Value, json};

use crate::{
    second_factor::{Phone, between, half, later, officer, set_up},
    support::{
        app::{Client, PASSWORD, Reply, TestApp},
        authenticator::Authenticator,
        databases::{TestDb, both_databases},
        provider,
    },
};

const PAGE: &str = "/account/second-factor";
const NEW: &str = "/account/passkeys/new";
const ADD: &str = "/account/passkeys";
const REMOVE: &str = "/account/passkeys/remove";

/// What a page asks of an authenticator, and what it wants back with the answer.
#[track_caller]
fn asked(page: &Reply) -> (Value, String) {
    let options = between(&page.body, "data-options=\"", "\"").replace("&quot;", "\"");
    let (_, form) = page.body.split_once("data-options=").unwrap();
    (serde_json::from_str(&options).unwrap(), between(form, "name=\"state\" value=\"", "\"").to_owned())
}

/// The first step of adding one; answers with what its page asks for.
async fn begin(browser: &Client, name: &str) -> (Value, String) {
    asked(browser.form(NEW, &[("name", name), ("current", PASSWORD)]).await.is(200))
}

/// Adds a passkey that is called so.
async fn add(browser: &Client, name: &str) -> Authenticator {
    let mut authenticator = Authenticator::new();
    let (options, state) = begin(browser, name).await;
    let made = authenticator.make(&options);
    let reply = browser.form(ADD, &[("state", &state), ("credential", &made)]).await;
    assert_eq!(reply.is(303).location(), "/account/second-factor?done=passkey-added");
    authenticator
}

/// The second step of signing in, as its page asks for it.
async fn second_step(app: &TestApp, email: &str) -> (String, Value, String) {
    let page = app.stranger().form("/sign-in", &[("email", email), ("password", PASSWORD)]).await;
    assert!(page.is(200).headers.get(header::SET_COOKIE).is_none(), "a right password alone opens nothing");
    let (options, state) = asked(&page);
    (between(&page.body, "name=\"half\" value=\"", "\"").to_owned(), options, state)
}

async fn give(client: &Client, half: &str, state: &str, shown: &str) -> Reply {
    let typed = [("half", half), ("state", state), ("credential", shown), ("next", "")];
    client.form("/sign-in/passkey", &typed).await
}

/// Signs in with it.
async fn sign_in(app: &TestApp, email: &str, authenticator: &mut Authenticator) -> Reply {
    let (half, options, state) = second_step(app, email).await;
    give(&app.stranger(), &half, &state, &authenticator.show(&options)).await
}

/// The ids of passkeys as a page lists them.
fn listed(page: &Reply) -> Vec<String> {
    let parts = page.body.split("/account/passkeys/remove?passkey=").skip(1);
    parts.map(|rest| rest.split('"').next().unwrap().to_owned()).collect()
}

async fn events(app: &TestApp, name: &str) -> i64 {
    app.test.number(&format!("SELECT count(*) FROM audit_event WHERE event = '{name}'")).await
}

async fn mails(app: &TestApp, about: &str) -> i64 {
    app.test.number(&format!("SELECT count(*) FROM account_mail WHERE about = '{about}'")).await
}

both_databases!(an_officer_adds_a_passkey_and_signs_in_with_it_alone, |test: TestDb| async move {
    let app = TestApp::start(test.clone()).await;
    let (_, email, browser) = officer(&app).await;
    let elsewhere = app.stranger().form("/sign-in", &[("email", &email), ("password", PASSWORD)]).await;
    let elsewhere = app.browser(elsewhere.is(303).cookies());
    assert!(browser.get(PAGE).await.is(200).body.contains(NEW), "in the place of an app");
    browser.get(NEW).await.is(200);
    for (name, password, says) in [
        ("", PASSWORD, "name"),
        ("My key for 943 476 5919", PASSWORD, "NHS number"),
        ("Blue key", "three loud red chairs", "not your password"),
    ] {
        let refused = browser.form(NEW, &[("name", name), ("current", password)]).await;
        assert!(refused.is(422).body.contains(says), "{says}: {}", refused.body);
        assert!(refused.body.contains(name) && !refused.body.contains("data-options"));
    }
    let mut authenticator = add(&browser, "Blue key").await;
    browser.get("/lmc/east").await.is(200);
    elsewhere.get("/account").await.is(303);
    let page = browser.get(PAGE).await;
    assert!(page.is(200).body.contains("Blue key") && page.body.contains("Not yet"));

    let second = app.stranger().form("/sign-in", &[("email", &email), ("password", PASSWORD)]).await;
    assert!(!second.is(200).body.contains("name=\"code\""), "there is no app whose code could be typed");
    let reply = sign_in(&app, &email, &mut authenticator).await;
    assert_eq!(reply.is(303).location(), "/lmc/east");
    let browser = app.browser(reply.cookies());
    browser.get("/lmc/east").await.is(200);
    let page = browser.get(PAGE).await;
    assert!(!page.is(200).body.contains("Not yet"));
    assert_eq!((events(&app, "passkey.added").await, mails(&app, "passkey-added").await), (1, 1));
    // A program can show none, and a right password alone is not enough for it either.
    let body = json!({ "email": email, "password": PASSWORD });
    assert!(app.stranger().post("/api/v1/session", body).await.is(409).body.contains("passkey"));
    // Somebody who types a code all the same has given a wrong one.
    let waiting = half(&app, &email).await;
    let typed = [("half", waiting.as_str()), ("code", "123456"), ("next", "")];
    app.stranger().form("/sign-in/code", &typed).await.is(422);
    assert_eq!(app.stranger().get("/sign-in/passkey").await.is(303).location(), "/sign-in?next=");
});

both_databases!(an_answer_is_held_to_what_was_asked_and_taken_once, |test: TestDb| async move {
    let app = TestApp::start(test.clone()).await;
    let (_, email, browser) = officer(&app).await;
    let mut mine = add(&browser, "Blue key").await;
    let (_, other_email, other) = officer(&app).await;
    let mut theirs = add(&other, "Red key").await;
    let (half, options, state) = second_step(&app, &email).await;
    let (_, other_options, other_state) = second_step(&app, &other_email).await;
    let stranger = app.stranger();
    mine.origin = "http://localhost.example:8025";
    let from_a_false_page = mine.show(&options);
    mine.origin = "http://localhost:8026";
    let from_another_port = mine.show(&options);
    mine.origin = "http://localhost:8025";
    mine.verifies = false;
    let without_a_finger = mine.show(&options);
    mine.verifies = true;
    let mut elsewhere = options.clone();
    elsewhere["rpId"] = json!("example.org");
    let good = mine.show(&options);
    let forged = good.replace(between(&good, "\"signature\":\"", "\""), "MEUCIQ");
    for (why, state, shown) in [
        ("a false page", &state, from_a_false_page),
        ("another port", &state, from_another_port),
        ("nobody verified", &state, without_a_finger),
        ("another site", &state, mine.show(&elsewhere)),
        ("another person's passkey", &state, theirs.show(&options)),
        ("another person's challenge", &other_state, mine.show(&other_options)),
        ("a forged signature", &state, forged),
        ("no answer", &state, "{}".to_owned()),
        ("no challenge of ours", &"AAAA".to_owned(), good.clone()),
    ] {
        let refused = give(&stranger, &half, state, &shown).await;
        assert!(refused.is(422).body.contains("was not taken"), "{why}");
        assert!(refused.headers.get(header::SET_COOKIE).is_none(), "{why}");
    }
    assert_eq!(events(&app, "second-factor.refused").await, 9);
    let shown = mine.show(&options);
    give(&stranger, &half, &state, &shown).await.is(303);
    // Again, and with another signature, at whatever node.
    let there = AppState::new(StateConfig {
        db: test.other_node().await,
        clock: app.clock.clone(),
        settings: app.state.settings.clone(),
        keys: app.state.keys.clone(),
        demo: false,
    });
    let there = TestApp::stranger_at(&there.unwrap());
    give(&there, &half, &state, &shown).await.is(422);
    give(&there, &half, &state, &mine.show(&options)).await.is(422);
    // Of two at the same moment one.
    let (half, options, state) = second_step(&app, &email).await;
    let (one, two) = (mine.show(&options), mine.show(&options));
    let (one, two) = tokio::join!(give(&stranger, &half, &state, &one), give(&there, &half, &state, &two));
    let mut statuses = [one.status.as_u16(), two.status.as_u16()];
    statuses.sort_unstable();
    assert_eq!(statuses, [303, 422]);
    // What was asked to sign in adds nothing, and the other way round.
    let (_, options, state) = second_step(&app, &email).await;
    let late = mine.show(&options);
    let made = Authenticator::new().make(&json!({
        "authenticatorSelection": { "userVerification": "required" },
        "challenge": options["challenge"],
        "rp": { "id": "localhost" },
    }));
    browser.form(ADD, &[("state", &state), ("credential", &made)]).await.is(422);
    browser.form("/account/prove", &[("to", PAGE), ("state", &state), ("credential", &late)]).await.is(422);
    later(&app, Duration::minutes(11));
    let (half, ..) = second_step(&app, &email).await;
    give(&stranger, &half, &state, &mine.show(&options)).await.is(422);
});

both_databases!(what_an_authenticator_made_is_held_to_what_was_asked, |test: TestDb| async move {
    let app = TestApp::start(test).await;
    let (person, _, browser) = officer(&app).await;
    let (_, _, other) = officer(&app).await;
    let (options, state) = begin(&browser, "Blue key").await;
    let false_page = Authenticator { origin: "https://headroom.example", ..Authenticator::new() }.make(&options);
    let unverified = Authenticator { verifies: false, ..Authenticator::new() }.make(&options);
    let mut made = Authenticator::new();
    let good = made.make(&options);
    for made in [&*false_page, &unverified, "", "{}"] {
        browser.form(ADD, &[("state", &state), ("credential", made)]).await.is(422);
    }
    // Asked for in another session, of another person or of the same.
    other.form(ADD, &[("state", &state), ("credential", &good)]).await.is(422);
    let same = app.browser_of(person).await;
    same.form(ADD, &[("state", &state), ("credential", &good)]).await.is(422);
    browser.form(ADD, &[("state", &state), ("credential", &good)]).await.is(303);
    browser.form(ADD, &[("state", &state), ("credential", &good)]).await.is(409);
    // An authenticator that has one is told so, and one that lies is found out.
    let (options, state) = begin(&browser, "The same").await;
    assert_eq!(options["excludeCredentials"].as_array().unwrap().len(), 1);
    let again = browser.form(ADD, &[("state", &state), ("credential", &made.make(&options))]).await;
    again.is(422);
    let (options, state) = begin(&other, "Theirs").await;
    let theirs = other.form(ADD, &[("state", &state), ("credential", &made.make(&options))]).await;
    assert!(theirs.is(422).body.contains("in use already"));
    for n in 2..=10 {
        add(&browser, &format!("Key {n}")).await;
    }
    let full = browser.form(NEW, &[("name", "One more"), ("current", PASSWORD)]).await;
    assert!(full.is(422).body.contains("You have 10 passkeys"));
    assert_eq!(listed(browser.get(PAGE).await.is(200)).len(), 10);
});

both_databases!(a_counter_that_does_not_go_on_is_refused_and_in_the_trail, |test: TestDb| async move {
    let app = TestApp::start(test).await;
    let (_, email, browser) = officer(&app).await;
    let mut authenticator = add(&browser, "Blue key").await;
    sign_in(&app, &email, &mut authenticator).await.is(303);
    let reached = authenticator.counter;
    for counter in [reached - 1, 1] {
        authenticator.counter = counter;
        sign_in(&app, &email, &mut authenticator).await.is(422);
    }
    assert_eq!(events(&app, "passkey.counter-back").await, 2);
    assert_eq!(events(&app, "second-factor.refused").await, 2);
    authenticator.counter = reached + 7;
    sign_in(&app, &email, &mut authenticator).await.is(303);
    // One that does not count, as those that are kept on several devices.
    let mut synced = Authenticator { counter: 0, ..Authenticator::new() };
    let (options, state) = begin(&browser, "Several devices").await;
    let made = synced.make(&options);
    browser.form(ADD, &[("state", &state), ("credential", &made)]).await.is(303);
    for _ in 0..2 {
        sign_in(&app, &email, &mut synced).await.is(303);
    }
});

both_databases!(after_ten_wrong_passkeys_a_right_code_waits_too, |test: TestDb| async move {
    let app = TestApp::start(test).await;
    let (_, email, browser) = officer(&app).await;
    let (phone, _) = set_up(&app, &browser).await;
    let mut mine = add(&browser, "Blue key").await;
    later(&app, Duration::minutes(1));
    let (half, options, state) = second_step(&app, &email).await;
    for _ in 0..5 {
        give(&app.stranger(), &half, &state, &Authenticator::new().show(&options)).await.is(422);
        let typed = [("half", half.as_str()), ("code", &phone.wrong(&app)), ("next", "")];
        app.stranger().form("/sign-in/code", &typed).await.is(422);
    }
    give(&app.stranger(), &half, &state, &mine.show(&options)).await.is(429);
    let typed = [("half", half.as_str()), ("code", &phone.code(&app)), ("next", "")];
    app.stranger().form("/sign-in/code", &typed).await.is(429);
    later(&app, Duration::minutes(5));
    give(&app.stranger(), &half, &state, &mine.show(&options)).await.is(303);
    assert_eq!(app.test.number("SELECT count(*) FROM second_factor_try").await, 0);
});

both_databases!(nobody_removes_anothers_passkey_nor_the_last_that_a_role_needs, |test: TestDb| async move {
    let app = TestApp::start(test).await;
    let (_, email, browser) = officer(&app).await;
    let mut mine = add(&browser, "Blue key").await;
    let id = listed(browser.get(PAGE).await.is(200))[0].clone();
    let (_, _, neighbour) = officer(&app).await;
    add(&neighbour, "Red key").await;
    let ask = format!("{REMOVE}?passkey={id}");
    neighbour.get(&ask).await.is(404);
    let form = [("passkey", id.as_str()), ("current", PASSWORD)];
    neighbour.form(REMOVE, &form).await.is(404);
    let absent = app.stranger().form(REMOVE, &form).await;
    assert!(absent.status.is_redirection() || absent.status.is_client_error());
    assert!(browser.get(&ask).await.is(200).body.contains("Blue key"));
    let wrong = browser.form(REMOVE, &[("passkey", id.as_str()), ("current", "three loud red chairs")]).await;
    assert!(wrong.is(422).body.contains("not your password"));
    assert!(browser.form(REMOVE, &form).await.is(422).body.contains("only second factor"));
    sign_in(&app, &email, &mut mine).await.is(303);
    add(&browser, "Spare key").await;
    // What is removed opens nothing, whatever page was open before.
    let (half, options, state) = second_step(&app, &email).await;
    assert_eq!(browser.form(REMOVE, &form).await.is(303).location(), "/account/second-factor?done=passkey-removed");
    give(&app.stranger(), &half, &state, &mine.show(&options)).await.is(422);
    let (_, options, _) = second_step(&app, &email).await;
    assert_eq!(options["allowCredentials"].as_array().unwrap().len(), 1);
    browser.form(REMOVE, &form).await.is(404);
    assert_eq!((events(&app, "passkey.removed").await, mails(&app, "passkey-removed").await), (1, 1));
    // A role of one practice needs none.
    let (_, manager_email) = app.with_password(Role::PracticeManager, "Z90001").await;
    let manager = app.stranger().form("/sign-in", &[("email", &manager_email), ("password", PASSWORD)]).await;
    let manager = app.browser(manager.is(303).cookies());
    add(&manager, "Desk").await;
    let id = listed(manager.get(PAGE).await.is(200))[0].clone();
    manager.form(REMOVE, &[("passkey", id.as_str()), ("current", PASSWORD)]).await.is(303);
    app.stranger().form("/sign-in", &[("email", &manager_email), ("password", PASSWORD)]).await.is(303);
});

both_databases!(the_old_second_factor_is_asked_for_before_passkeys_change, |test: TestDb| async move {
    let app = TestApp::start(test).await;
    let (_, email, browser) = officer(&app).await;
    let mut mine = add(&browser, "Blue key").await;
    let id = listed(browser.get(PAGE).await.is(200))[0].clone();
    later(&app, Duration::minutes(11));
    let remove = format!("{REMOVE}?passkey={id}");
    let named = [("name", "Red key"), ("current", PASSWORD)];
    let removed = [("passkey", id.as_str()), ("current", PASSWORD)];
    for asks in [
        browser.get(NEW).await,
        browser.get(&remove).await,
        browser.get(&format!("{PAGE}?again=yes")).await,
        browser.form(NEW, &named).await,
        browser.form(REMOVE, &removed).await,
    ] {
        assert!(asks.is(200).body.contains("action=\"/account/prove\""), "{}", asks.body);
    }
    let page = browser.get(NEW).await;
    let (options, state) = asked(&page);
    let prove = async |client: &Client, shown: &str| {
        client.form("/account/prove", &[("to", NEW), ("state", &state), ("credential", shown)]).await
    };
    prove(&browser, &Authenticator::new().show(&options)).await.is(422);
    // What this session was asked is no other's answer.
    let elsewhere = sign_in(&app, &email, &mut mine).await;
    prove(&app.browser(elsewhere.is(303).cookies()), &mine.show(&options)).await.is(422);
    let shown = mine.show(&options);
    assert_eq!(prove(&browser, &shown).await.is(303).location(), NEW);
    prove(&browser, &shown).await.is(422);
    add(&browser, "Red key").await;
    let page = browser.get(&format!("{PAGE}?again=yes")).await;
    Phone::scans(page.is(200));
});

both_databases!(the_password_and_the_organisations_sign_in_ask_for_it_too, |test: TestDb| async move {
    // Nobody gets so far that it is asked.
    let app = TestApp::start_with(test, provider::options("http://127.0.0.1:1")).await;
    let (_, _, browser) = officer(&app).await;
    add(&browser, "Blue key").await;
    let passwords = [("current", PASSWORD), ("password", "seven slow blue trains")];
    later(&app, Duration::minutes(11));
    let password = [("current", PASSWORD)];
    let identity = [("identity", "018bcfe5-6800-7000-8000-000000000000"), ("current", PASSWORD)];
    for (path, form) in [
        ("/account/password", &passwords[..]),
        ("/account/organisation", &password[..]),
        ("/account/organisation/remove", &identity[..]),
    ] {
        let asks = browser.form(path, form).await;
        assert!(asks.is(200).body.contains("action=\"/account/prove\""), "{path}");
    }
    assert_eq!(events(&app, "password.changed").await, 0);
});

both_databases!(whoever_lost_every_passkey_is_let_in_by_an_administrator, |test: TestDb| async move {
    let app = TestApp::start(test).await;
    let (person, email, browser) = officer(&app).await;
    add(&browser, "Blue key").await;
    set_up(&app, &browser).await;
    let admin = app.person(Role::Administrator, "england").await;
    let path = format!("/admin/people/{person}/second-factor/remove");
    assert!(admin.get("/admin/people").await.is(200).body.contains(&path));
    admin.form(&path, &[]).await.is(303);
    assert!(!admin.get("/admin/people").await.body.contains(&path));
    browser.get("/account").await.is(303);
    assert_eq!((mails(&app, "passkey-removed").await, mails(&app, "app-removed").await), (1, 1));
    let again = app.stranger().form("/sign-in", &[("email", &email), ("password", PASSWORD)]).await;
    assert_eq!(again.is(303).location(), "/roles", "shut until another is set up");
    let again = app.browser(again.cookies());
    add(&again, "New key").await;
    assert!(admin.get("/admin/people").await.body.contains(&path), "a passkey alone is one too");
    let cli = CliAuthority::new();
    let by = cli.within(cli.service());
    assert!(RemoveSecondFactor::At(email.clone()).perform(&app.state, &by).await.unwrap());
    assert!(!RemoveSecondFactor::At(email.clone()).perform(&app.state, &by).await.unwrap());
    assert_eq!(app.test.number("SELECT count(*) FROM passkey").await, 0);
    assert_eq!(events(&app, "second-factor.removed").await, 2);
});

both_databases!(where_no_passkeys_can_be_used_pages_say_why, |test: TestDb| async move {
    let options = Options { public_url: Some("http://headroom.example".to_owned()), ..Options::default() };
    let app = TestApp::start_with(test, options).await;
    let (_, _, browser) = officer(&app).await;
    assert!(!browser.get(PAGE).await.is(200).body.contains(NEW));
    assert!(browser.get(NEW).await.is(200).body.contains("browsers want https"));
    let refused = browser.form(NEW, &[("name", "Blue key"), ("current", PASSWORD)]).await;
    assert!(refused.is(200).body.contains("browsers want https") && !refused.body.contains("data-options"));
    browser.form(ADD, &[("state", "x"), ("credential", "{}")]).await.is(409);
});
