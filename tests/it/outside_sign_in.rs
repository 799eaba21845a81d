//! The organisation's own sign-in, with a real OpenID provider: by invitation and on one's account, with and without a second
//! factor, once each, and what becomes of it where the provider is down.

use axum::http::header;
use chrono::Duration;
use entity::ids::PersonId;
use headroom::{
    clock::Clock,
    domain::access::{CliAuthority, Role},
    operations::make_password_link::MakePasswordLink,
    store::account_mails::AccountMail,
    web::passwords,
};
use serde_json::{Value, json};
use totp_rs::{Builder, Secret};
use uuid::Uuid;

use crate::support::{
    app::{Client, PASSWORD, Reply, TestApp},
    databases::{TestDb, both_databases},
    provider::{BACK, CARD, OnTheWay, OpenId, options},
};

mod forged;

const ON_ACCOUNT: &str = "/account/organisation";

/// The service beside a provider, whose clock it has.
async fn start(test: TestDb) -> (TestApp, OpenId) {
    let provider = OpenId::start().await;
    let app = TestApp::start_with(test, options(&provider.issuer)).await;
    app.clock.set(Clock::system().now());
    (app, provider)
}

#[track_caller]
fn between<'a>(body: &'a str, before: &str, after: &str) -> &'a str {
    let (_, rest) = body.split_once(before).unwrap_or_else(|| panic!("no {before} in {body}"));
    rest.split_once(after).unwrap().0
}

/// The path of a link with which a person sets a password, or comes in by the organisation's sign-in.
async fn invitation(app: &TestApp, person: PersonId) -> String {
    let cli = CliAuthority::new();
    let link = passwords::link(&app.state, Uuid::now_v7()).unwrap();
    let made = MakePasswordLink { id: link.id, person, secret_hash: link.secret_hash, why: AccountMail::Link };
    made.perform(&app.state, &cli.within(cli.service())).await.unwrap();
    link.address.strip_prefix("http://localhost:8025").unwrap().to_owned()
}

/// Presses the button of a page.
async fn begin(browser: &Client, path: &str, fields: &[(&str, &str)]) -> OnTheWay {
    OnTheWay::of(&browser.form(path, fields).await)
}

/// Signs in by the provider as whom it lets in.
async fn sign_in(app: &TestApp, next: &str) -> Reply {
    let way = begin(&app.stranger(), "/sign-in/organisation", &[("next", next)]).await;
    way.there_and_back(&app.stranger()).await
}

/// Comes in by an invitation; the browser is signed in then.
async fn accept(app: &TestApp, person: PersonId) -> Reply {
    let link = invitation(app, person).await;
    let page = app.stranger().get(&link).await;
    assert!(page.is(200).body.contains("Or use your organisation"));
    let way = begin(&app.stranger(), &format!("{link}/organisation"), &[]).await;
    way.there_and_back(&app.stranger()).await
}

fn kim() -> Value {
    json!({ "account": "kim" })
}

/// Whether the answer gives a browser a session.
fn opens(reply: &Reply) -> bool {
    let cookies = reply.headers.get_all(header::SET_COOKIE).iter();
    cookies.into_iter().any(|cookie| cookie.to_str().unwrap().starts_with("headroom=s."))
}

both_databases!(who_was_invited_comes_in_by_their_organisation_ever_after, |test: TestDb| async move {
    let (app, mut provider) = start(test).await;
    provider.next(kim()).await;
    let unknown = sign_in(&app, "").await;
    assert!(unknown.is(403).body.contains("This sign-in is not known here"));
    assert!(unknown.body.contains("Open your invitation") && !opens(&unknown));

    let person = app.add_person(Role::PracticeManager, "Z90001").await;
    let link = invitation(&app, person).await;
    let way = begin(&app.stranger(), &format!("{link}/organisation"), &[]).await;
    assert_eq!(way.sent("code_challenge_method"), "S256");
    assert_eq!(way.sent("scope"), "openid");
    let came = way.there_and_back(&app.stranger()).await;
    assert_eq!(came.is(303).location(), "/practices/Z90001");
    app.browser(came.cookies()).get("/practices/Z90001").await.is(200);
    app.stranger().get(&link).await.is(410);

    let again = sign_in(&app, "/account").await;
    assert_eq!(again.is(303).location(), "/account");
    let browser = app.browser(again.cookies());
    assert!(browser.get("/account").await.is(200).body.contains("Added"));
    browser.form("/sign-out", &[]).await.is(303);
    browser.get("/account").await.is(303);
    // Another name at the same provider is another person's, or nobody's, whatever their address is.
    provider.next(json!({ "account": "Kim" })).await;
    sign_in(&app, "").await.is(403);
    let count =
        async |event: &str| app.test.number(&format!("SELECT count(*) FROM audit_event WHERE event = '{event}'")).await;
    assert_eq!(count("outside-identity.added").await, 1);
    assert_eq!(count("session.opened").await, 2);
    let told = app.test.column("SELECT about FROM account_mail").await;
    assert_eq!(told.iter().filter(|about| *about == "outside-added").count(), 1, "{told:?}");
    let kept = app.test.content_without(&[]).await.join("\n");
    assert!(!kept.contains("everybody@example.invalid"), "what the provider knows besides is not kept");
    assert_eq!(app.test.number("SELECT count(*) FROM audit_event WHERE detail LIKE '%kim%'").await, 0);
});

both_databases!(a_sign_in_is_of_one_person_and_a_link_works_once, |test: TestDb| async move {
    let (app, mut provider) = start(test).await;
    provider.next(kim()).await;
    let (one, other) =
        (app.add_person(Role::PracticeManager, "Z90001").await, app.add_person(Role::PracticeManager, "Z90002").await);
    accept(&app, one).await.is(303);
    let link = invitation(&app, other).await;
    let way = begin(&app.stranger(), &format!("{link}/organisation"), &[]).await;
    let refused = way.there_and_back(&app.stranger()).await;
    assert!(refused.is(409).body.contains("somebody else") && !opens(&refused));
    // The link was not used up by that.
    provider.next(json!({ "account": "lee" })).await;
    let (first, second) = (
        begin(&app.stranger(), &format!("{link}/organisation"), &[]).await,
        begin(&app.stranger(), &format!("{link}/organisation"), &[]).await,
    );
    first.there_and_back(&app.stranger()).await.is(303);
    let late = second.there_and_back(&app.stranger()).await;
    assert!(late.is(410).body.contains("does not work any more") && !opens(&late));
    // A link that ended while its person was away.
    let third = app.add_person(Role::PracticeManager, "Z90003").await;
    let link = invitation(&app, third).await;
    let way = begin(&app.stranger(), &format!("{link}/organisation"), &[]).await;
    invitation(&app, third).await;
    way.there_and_back(&app.stranger()).await.is(410);
    app.stranger().form(&format!("{link}/organisation"), &[]).await.is(410);
});

both_databases!(it_is_added_with_the_password_and_removed_while_another_way_remains, |test: TestDb| async move {
    let (app, mut provider) = start(test).await;
    provider.next(kim()).await;
    let (person, email) = app.with_password(Role::PracticeManager, "Z90001").await;
    let browser = app.browser_of(person).await;
    let refused = browser.form(ON_ACCOUNT, &[("current", "three loud red chairs")]).await;
    assert!(refused.is(422).body.contains("not your password"));
    let way = begin(&browser, ON_ACCOUNT, &[("current", PASSWORD)]).await;
    // In another browser, of nobody and of somebody else, it is nothing.
    let back = way.go().await;
    let elsewhere = way.with_note(&app.stranger()).get(&back).await;
    assert!(elsewhere.is(403).body.contains("signed out meanwhile"));
    let way = begin(&browser, ON_ACCOUNT, &[("current", PASSWORD)]).await;
    let done = way.there_and_back(&browser).await;
    assert_eq!(done.is(303).location(), "/account/organisation?done=added");
    let page = browser.get(ON_ACCOUNT).await;
    let identity = between(&page.is(200).body, "name=\"identity\" value=\"", "\"").to_owned();
    // The password goes on to work, and so does the new way.
    app.stranger().form("/sign-in", &[("email", &email), ("password", PASSWORD)]).await.is(303);
    let elsewhere = app.browser(sign_in(&app, "").await.is(303).cookies());
    elsewhere.get("/account").await.is(200);

    let path = &format!("{ON_ACCOUNT}/remove");
    let stranger = app.person(Role::PracticeManager, "Z90002").await;
    stranger.form(path, &[("identity", &identity), ("current", PASSWORD)]).await.is(404);
    browser.form(path, &[("identity", &identity), ("current", "")]).await.is(422);
    let removed = browser.form(path, &[("identity", &identity), ("current", PASSWORD)]).await;
    assert_eq!(removed.is(303).location(), "/account/organisation?done=removed");
    elsewhere.get("/account").await.is(303);
    browser.get("/account").await.is(200);
    sign_in(&app, "").await.is(403);
    browser.form(path, &[("identity", &identity), ("current", PASSWORD)]).await.is(404);
    assert_eq!(app.test.number("SELECT count(*) FROM audit_event WHERE event = 'outside-identity.removed'").await, 1);
});

both_databases!(who_has_no_password_shows_a_fresh_sign_in_and_keeps_one_way_in, |test: TestDb| async move {
    let (app, mut provider) = start(test).await;
    provider.next(kim()).await;
    let person = app.add_person(Role::PracticeManager, "Z90001").await;
    let browser = app.browser(accept(&app, person).await.is(303).cookies());
    let page = browser.get(ON_ACCOUNT).await;
    let identity = between(&page.is(200).body, "name=\"identity\" value=\"", "\"").to_owned();
    let path = format!("{ON_ACCOUNT}/remove");
    let last = browser.form(&path, &[("identity", &identity)]).await;
    assert!(last.is(422).body.contains("only way in"));
    app.clock.set(app.clock.now() + Duration::minutes(11));
    let late = browser.form(&path, &[("identity", &identity)]).await;
    assert!(late.is(422).body.contains("last ten minutes"));
    let late = browser.form(ON_ACCOUNT, &[]).await;
    assert!(late.is(422).body.contains("last ten minutes"));
});

both_databases!(the_organisation_may_vouch_for_the_second_factor, |test: TestDb| async move {
    let (app, mut provider) = start(test).await;
    let officer = app.add_person(Role::LmcOfficer, "east").await;
    provider.next(kim()).await;
    // Without it the role stays shut until an app is set up, for which a fresh sign-in stands in for a password.
    let came = accept(&app, officer).await;
    assert_eq!(came.is(303).location(), "/roles");
    let shut = app.browser(came.cookies());
    let absent = shut.get("/lmc/nowhere").await.status;
    assert_eq!(shut.get("/lmc/east").await.status, absent);
    for (word, open) in
        [("acr", json!(CARD)), ("amr", json!(["pwd", "mfa"])), ("amr", json!(["pwd"])), ("acr", json!("password"))]
    {
        let mut who = kim();
        who[word] = open.clone();
        provider.next(who).await;
        let came = sign_in(&app, "").await;
        let proven = open == json!(CARD) || open == json!(["pwd", "mfa"]);
        assert_eq!(came.is(303).location(), if proven { "/lmc/east" } else { "/roles" }, "{open}");
        let status = app.browser(came.cookies()).get("/lmc/east").await.status;
        assert_eq!(status == 200, proven, "{open}");
    }
    let way = begin(&app.stranger(), "/sign-in/organisation", &[]).await;
    assert_eq!(way.sent("acr_values"), CARD, "of those that count, what the provider can be asked for");

    let page = shut.get("/account/second-factor").await;
    let key = between(&page.is(200).body, "id=\"authenticator-key\">", "<").replace(' ', "");
    let id = between(&page.body, "name=\"id\" value=\"", "\"").to_owned();
    let totp = Builder::new().with_secret(Secret::try_from_base32(&key).unwrap()).build().unwrap();
    let code = |app: &TestApp| totp.generate(u64::try_from(app.clock.now().timestamp()).unwrap()).to_string();
    shut.form("/account/second-factor", &[("id", &id), ("code", &code(&app))]).await.is(200);
    shut.get("/lmc/east").await.is(200);
    // With an app, its code comes after the organisation's word; with a second factor of theirs it does not.
    provider.next(kim()).await;
    let asked = sign_in(&app, "/lmc/east/practices").await;
    assert!(asked.is(200).body.contains("authenticator app") && !opens(&asked));
    let half = between(&asked.body, "name=\"half\" value=\"", "\"").to_owned();
    app.clock.set(app.clock.now() + Duration::seconds(30));
    let give = async |half: &str, code: &str| {
        let fields = [("half", half), ("code", code), ("next", "/lmc/east/practices")];
        app.stranger().form("/sign-in/code", &fields).await
    };
    give(&half, "000000").await.is(422);
    let swapped = half.replacen('.', ".9", 1);
    give(&swapped, &code(&app)).await.is(422);
    let came = give(&half, &code(&app)).await;
    assert_eq!(came.is(303).location(), "/lmc/east/practices");
    provider.next(json!({ "account": "kim", "acr": CARD })).await;
    assert_eq!(sign_in(&app, "").await.is(303).location(), "/lmc/east");
});

both_databases!(an_answer_is_taken_once_and_in_the_browser_that_asked, |test: TestDb| async move {
    let (app, mut provider) = start(test).await;
    provider.next(kim()).await;
    let person = app.add_person(Role::PracticeManager, "Z90001").await;
    accept(&app, person).await.is(303);
    let button = async || begin(&app.stranger(), "/sign-in/organisation", &[]).await;
    let begin_anew = |reply: &Reply, says: &str| {
        assert!(reply.body.contains(says) && reply.body.contains("/sign-in"), "{}", reply.body);
        assert!(!opens(reply));
    };
    // Of three at one moment one; and never again.
    let way = button().await;
    let back = way.go().await;
    let browser = way.with_note(&app.stranger());
    let (one, two, three) = tokio::join!(browser.get(&back), browser.get(&back), browser.get(&back));
    let mut statuses = [one.status.as_u16(), two.status.as_u16(), three.status.as_u16()];
    statuses.sort_unstable();
    assert_eq!(statuses, [303, 400, 400]);
    begin_anew(browser.get(&back).await.is(400), "was used before");
    // Without the note, with another's, with one that was changed, too late, and with another state.
    let (mine, theirs) = (button().await, button().await);
    let back = mine.go().await;
    begin_anew(app.stranger().get(&back).await.is(400), "in this browser");
    begin_anew(theirs.with_note(&app.stranger()).get(&back).await.is(400), "in this browser");
    let mut changed = mine.clone();
    changed.note.pop();
    begin_anew(changed.with_note(&app.stranger()).get(&back).await.is(400), "in this browser");
    let other_state = back.replace(&mine.sent("state"), &theirs.sent("state"));
    begin_anew(mine.with_note(&app.stranger()).get(&other_state).await.is(400), "in this browser");
    // The code of one journey with the note of another: the verifier does not fit.
    let code = |back: &str| between(&format!("{back}&"), "code=", "&").to_owned();
    let theirs_back = theirs.go().await;
    let swapped = theirs_back.replace(&code(&theirs_back), &code(&back));
    begin_anew(theirs.with_note(&app.stranger()).get(&swapped).await.is(400), "could not be trusted");
    app.clock.set(app.clock.now() + Duration::minutes(10));
    begin_anew(mine.with_note(&app.stranger()).get(&back).await.is(400), "in the last ten minutes");
    begin_anew(app.stranger().get(BACK).await.is(400), "in this browser");
    // Another site cannot begin one.
    let foreign = app.stranger().send(axum::http::Method::GET, "/sign-in/organisation", None, String::new()).await;
    assert_ne!(foreign.status, 200);
});

both_databases!(a_provider_that_refuses_or_is_down_is_named_on_a_page, |test: TestDb| async move {
    let (app, mut provider) = start(test).await;
    let person = app.add_person(Role::PracticeManager, "Z90001").await;
    provider.next(kim()).await;
    accept(&app, person).await.is(303);
    for (error, status, says) in [
        ("access_denied", 403, "did not let you in"),
        ("login_required", 403, "did not let you in"),
        ("temporarily_unavailable", 502, "does not answer"),
    ] {
        provider.next(json!({ "error": error })).await;
        let refused = sign_in(&app, "").await;
        assert!(refused.is(status).body.contains(says), "{error}: {}", refused.body);
        assert!(!opens(&refused) && !refused.body.contains("as the test wants it"));
    }
    // A key that it did not have before is asked for, once a minute.
    provider.next(kim()).await;
    provider.rotate().await;
    assert!(sign_in(&app, "").await.is(400).body.contains("could not be trusted"), "asked for a moment ago");
    app.clock.set(app.clock.now() + Duration::seconds(61));
    sign_in(&app, "").await.is(303);

    let way = begin(&app.stranger(), "/sign-in/organisation", &[]).await;
    let back = way.go().await;
    provider.stop();
    let down = way.with_note(&app.stranger()).get(&back).await;
    assert!(down.is(502).body.contains("sign-in does not answer"));
    app.clock.set(app.clock.now() + Duration::hours(2));
    for path in ["/sign-in/organisation", &format!("{}/organisation", invitation(&app, person).await)] {
        let down = app.stranger().form(path, &[]).await;
        assert!(down.is(502).body.contains("sign-in does not answer"), "{path}");
    }
    // The password page stays.
    app.stranger().get("/sign-in").await.is(200);
});

both_databases!(without_a_provider_nothing_is_offered, |test: TestDb| async move {
    let app = TestApp::start(test).await;
    let person = app.add_person(Role::PracticeManager, "Z90001").await;
    let link = invitation(&app, person).await;
    let browser = app.browser_of(person).await;
    for (client, path) in [(app.stranger(), "/sign-in"), (app.stranger(), link.as_str()), (browser.clone(), "/account")]
    {
        assert!(!client.get(path).await.is(200).body.to_lowercase().contains("organisation’s sign-in"), "{path}");
    }
    app.stranger().form("/sign-in/organisation", &[]).await.is(404);
    app.stranger().form(&format!("{link}/organisation"), &[]).await.is(404);
    app.stranger().get(&format!("{BACK}?code=x&state=y")).await.is(404);
    browser.get(ON_ACCOUNT).await.is(404);
    browser.form(ON_ACCOUNT, &[]).await.is(404);
});

both_databases!(a_disabled_account_is_not_known_by_it_either, |test: TestDb| async move {
    let (app, mut provider) = start(test).await;
    provider.next(kim()).await;
    let person = app.add_person(Role::PracticeManager, "Z90001").await;
    accept(&app, person).await.is(303);
    app.test.transaction(&["UPDATE person SET disabled_at = '2026-11-20T12:00:00+00:00'"]).await.unwrap();
    sign_in(&app, "").await.is(403);
});
