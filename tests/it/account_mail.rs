//! Mail about accounts, through a real mail server: invitations, forgotten passwords, and what the owner of an account is
//! told.

use chrono::Duration;
use headroom::{domain::access::Role, error::AppError, jobs::account_mail::run_once, store::reminders::State};
use serde_json::Value;
use uuid::Uuid;

use crate::support::{
    app::{Client, PASSWORD, TestApp, now},
    databases::{TestDb, both_databases},
    smtp::Smtp,
};

const FORGOTTEN: &str = "/sign-in/forgotten";
const NEW: &str = "three green bicycles at noon";

async fn started(test: TestDb) -> (TestApp, Smtp) {
    let smtp = Smtp::plain().await;
    (TestApp::start_with(test, smtp.options.clone()).await, smtp)
}

async fn send(app: &TestApp, smtp: &Smtp) -> usize {
    run_once(&app.state, Some(&smtp.post)).await.unwrap()
}

fn text(mail: &Value) -> &str {
    mail["text"].as_str().unwrap()
}

/// The path of the link in a mail.
fn link(mail: &Value) -> String {
    let (_, rest) = text(mail).split_once("/password/").unwrap_or_else(|| panic!("no link in {mail}"));
    format!("/password/{}", rest.split_whitespace().next().unwrap())
}

async fn set(app: &TestApp, path: &str) -> u16 {
    app.stranger().get(path).await.is(200);
    app.stranger().form(path, &[("password", NEW), ("again", NEW)]).await.status.as_u16()
}

async fn ask(client: &Client, email: &str) -> (u16, String) {
    let reply = client.form(FORGOTTEN, &[("email", email)]).await;
    (reply.status.as_u16(), reply.body.replace(email, "ADDRESS"))
}

both_databases!(a_forgotten_password_is_set_by_a_mail_that_works_once, |test: TestDb| async move {
    let (app, mut smtp) = started(test).await;
    let (person, email) = app.with_password(Role::PracticeManager, "Z90001").await;
    let signed_in = app.browser_of(person).await;
    let (status, said) = ask(&app.stranger(), &email.to_uppercase()).await;
    assert_eq!(status, 200, "{said}");
    assert_eq!(send(&app, &smtp).await, 1);
    let mail = smtp.mail().await;
    assert_eq!(mail["to"][0], email.as_str());
    assert_eq!(mail["subject"], "Set a new Headroom password");
    assert!(text(&mail).contains("on 20 November 2026 at 12:00") && text(&mail).contains("within an hour"), "{mail}");
    // Scanners open links: that uses up nothing. Nobody is signed out before the password is set.
    let path = link(&mail);
    for _ in 0..2 {
        app.stranger().get(&path).await.is(200);
    }
    signed_in.get("/practices/Z90001").await.is(200);
    assert_eq!(set(&app, &path).await, 303);
    signed_in.get("/practices/Z90001").await.is(303);
    app.stranger().form("/sign-in", &[("email", &email), ("password", NEW)]).await.is(303);
    app.stranger().form("/sign-in", &[("email", &email), ("password", PASSWORD)]).await.is(422);
    app.stranger().form(&path, &[("password", PASSWORD), ("again", PASSWORD)]).await.is(410);
    // The owner is told, and what waited holds no secret.
    assert_eq!(send(&app, &smtp).await, 1);
    let told = smtp.mail().await;
    assert_eq!(told["subject"], "Your Headroom password was changed");
    assert!(text(&told).contains(FORGOTTEN) && smtp.is_quiet().await);
    let secret = path.rsplit('/').next().unwrap();
    assert!(!app.test.content_without(&[]).await.join("\n").contains(secret));
    let events = app.test.column("SELECT event FROM audit_event WHERE event LIKE 'password%' ORDER BY seq").await;
    assert_eq!(events, ["password.asked-for", "password-link.made", "password.set"]);
});

both_databases!(the_link_of_a_forgotten_password_ends_after_an_hour_and_with_the_next, |test: TestDb| async move {
    let (app, mut smtp) = started(test).await;
    let (_, email) = app.with_password(Role::PracticeManager, "Z90001").await;
    let mut links = Vec::new();
    for _ in 0..2 {
        ask(&app.stranger(), &email).await;
        assert_eq!(send(&app, &smtp).await, 1);
        links.push(link(&smtp.mail().await));
    }
    app.stranger().get(&links[0]).await.is(410);
    app.clock.set(now() + Duration::minutes(59));
    app.stranger().get(&links[1]).await.is(200);
    app.clock.set(now() + Duration::minutes(60));
    app.stranger().get(&links[1]).await.is(410);
    assert!(smtp.is_quiet().await);
});

both_databases!(nobody_learns_who_has_an_account_nor_pesters_one, |test: TestDb| async move {
    let (app, mut smtp) = started(test).await;
    let (person, email) = app.with_password(Role::PracticeManager, "Z90001").await;
    let known = ask(&app.stranger(), &email).await;
    let unknown = ask(&app.stranger(), "nobody@example.invalid").await;
    assert_eq!(known, unknown);
    assert_eq!(app.test.number("SELECT count(*) FROM account_mail").await, 2);
    // One that is disabled gets none either.
    for (times, sent) in [(2, 3), (5, 0)] {
        for _ in 0..times {
            let (status, _) = ask(&app.stranger(), &email).await;
            assert!(status == 200 || status == 429, "{status}");
        }
        assert_eq!(send(&app, &smtp).await, sent);
    }
    for _ in 0..3 {
        smtp.mail().await;
    }
    assert!(smtp.is_quiet().await);
    // Asking too often is slowed down, and never shuts the owner out.
    let mut last = 200;
    for _ in 0..40 {
        last = ask(&app.stranger(), &email).await.0;
    }
    assert_eq!(last, 429);
    app.stranger().form("/sign-in", &[("email", &email), ("password", PASSWORD)]).await.is(303);
    // The day after there is mail again.
    app.clock.set(now() + Duration::days(1) + Duration::minutes(1));
    ask(&app.stranger(), &email).await;
    assert_eq!(send(&app, &smtp).await, 1);
    drop((person, smtp.mail().await));
});

both_databases!(an_invitation_goes_out_by_mail_and_is_shown_too, |test: TestDb| async move {
    let (app, mut smtp) = started(test).await;
    let administrator = app.person(Role::Administrator, "england").await;
    let id = Uuid::now_v7().to_string();
    let fields = [
        ("id", id.as_str()),
        ("email", "new.manager@example.invalid"),
        ("name", "New Manager"),
        ("role", "practice-manager"),
        ("organisation", "Z90001"),
    ];
    for _ in 0..2 {
        let page = administrator.form("/admin/people", &fields).await;
        assert!(page.is(200).body.contains("on its way by mail to New Manager"), "{}", page.body);
    }
    assert_eq!(send(&app, &smtp).await, 1);
    let mail = smtp.mail().await;
    assert_eq!(
        (&mail["to"][0], &mail["subject"]),
        (&"new.manager@example.invalid".into(), &"You are invited to Headroom".into())
    );
    for secret in ["Z90001", "Manager", "practice"] {
        assert!(!text(&mail).contains(secret), "{mail}");
    }
    assert_eq!(set(&app, &link(&mail)).await, 303);
    // A link that was used before the mail could go is not sent.
    let id = Uuid::now_v7().to_string();
    let fields = [
        ("id", id.as_str()),
        ("email", "another@example.invalid"),
        ("name", "Another"),
        ("role", "practice-manager"),
        ("organisation", "Z90002"),
    ];
    let page = administrator.form("/admin/people", &fields).await;
    smtp.refuse(Some(450)).await;
    send(&app, &smtp).await;
    let path = format!("/password/{}", page.body.split_once("/password/").unwrap().1.split(['"', '<']).next().unwrap());
    assert_eq!(set(&app, &path).await, 303);
    smtp.refuse(None).await;
    app.clock.set(now() + Duration::minutes(2));
    send(&app, &smtp).await;
    let told: Vec<String> =
        [smtp.mail().await, smtp.mail().await].iter().map(|mail| mail["subject"].to_string()).collect();
    assert_eq!(told, ["\"Your Headroom password was changed\""; 2], "the first person's, and then this one's");
    assert!(smtp.is_quiet().await);
});

both_databases!(the_owner_hears_of_an_unusual_sign_in_and_of_no_other, |test: TestDb| async move {
    let (app, mut smtp) = started(test).await;
    let (_, email) = app.with_password(Role::PracticeManager, "Z90001").await;
    let fields = [("email", email.as_str()), ("password", PASSWORD)];
    let first = app.stranger().form("/sign-in", &fields).await;
    // The same browser, and the same connection, are known.
    app.browser(first.is(303).cookies()).form("/sign-in", &fields).await.is(303);
    app.stranger().form("/sign-in", &fields).await.is(303);
    assert_eq!(send(&app, &smtp).await, 0);
    app.test.transaction(&["UPDATE known_place SET place = 'elsewhere'"]).await.unwrap();
    app.stranger().form("/sign-in", &fields).await.is(303);
    assert_eq!(send(&app, &smtp).await, 1);
    let mail = smtp.mail().await;
    assert_eq!(mail["subject"], "A new sign-in to Headroom");
    assert!(!text(&mail).contains("127.0.0.1") && smtp.is_quiet().await, "{mail}");
});

both_databases!(mail_about_accounts_survives_a_server_that_is_down_and_two_nodes, |test: TestDb| async move {
    let (app, mut smtp) = started(test).await;
    let (_, email) = app.with_password(Role::PracticeManager, "Z90001").await;
    ask(&app.stranger(), &email).await;
    smtp.refuse(Some(451)).await;
    assert_eq!(send(&app, &smtp).await, 0);
    smtp.refuse(None).await;
    assert_eq!(send(&app, &smtp).await, 0, "a minute passes first");
    app.clock.set(now() + Duration::minutes(1));
    let node = || run_once(&app.state, Some(&smtp.post));
    let (one, other) = tokio::join!(node(), node());
    assert_eq!(one.unwrap() + other.unwrap(), 1);
    link(&smtp.mail().await);
    assert!(smtp.is_quiet().await);
    // One address refuses for good, and another is given up after a day.
    ask(&app.stranger(), &email).await;
    smtp.refuse(Some(550)).await;
    send(&app, &smtp).await;
    ask(&app.stranger(), &email).await;
    smtp.refuse(Some(451)).await;
    send(&app, &smtp).await;
    app.clock.set(now() + Duration::days(2));
    smtp.refuse(None).await;
    assert_eq!(send(&app, &smtp).await, 0);
    let states = app.test.column("SELECT state FROM account_mail ORDER BY queued_at, id").await;
    assert_eq!(states, [State::Sent, State::Refused, State::Late].map(State::code));
});

both_databases!(without_a_mail_server_the_page_says_whom_to_ask, |test: TestDb| async move {
    let app = TestApp::start(test).await;
    let (_, email) = app.with_password(Role::PracticeManager, "Z90001").await;
    let page = app.stranger().get(FORGOTTEN).await;
    assert!(
        page.is(200).body.contains("Headroom sends no mail here")
            && !page.body.contains("<form method=\"post\" action=\"/sign-in/forgotten\"")
    );
    let (status, said) = ask(&app.stranger(), &email).await;
    assert!(status == 200 && said.contains("Headroom sends no mail here"));
    assert_eq!(app.test.number("SELECT count(*) FROM account_mail").await, 0);
    let sent: Result<usize, AppError> = run_once(&app.state, None).await;
    assert_eq!(sent.unwrap(), 0);
});

both_databases!(an_address_that_is_none_is_said_beside_the_field, |test: TestDb| async move {
    let (app, smtp) = started(test).await;
    for wrong in ["", "nobody", "a b@example.org", "@"] {
        let reply = app.stranger().form(FORGOTTEN, &[("email", wrong)]).await;
        assert!(reply.is(422).body.contains("Enter an email address"), "{wrong}");
    }
    assert_eq!(send(&app, &smtp).await, 0);
});
