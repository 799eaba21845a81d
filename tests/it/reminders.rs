//! Reminders: mailed once a day by a real server, answered in one press after opening, stopped as easily, shown without
//! mail too; and a link opens no more than its one week.

use headroom::{
    domain::access::{JobAuthority, Role},
    jobs::reminders::{self, Done},
    store::{people, reminders as stored},
};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::support::{
    app::{Client, TestApp, now},
    databases::{TestDb, both_databases},
    smtp::Smtp,
};

fn done(queued: usize, sent: usize, later: usize) -> Done {
    Done { queued, sent, later }
}

async fn run(app: &TestApp, smtp: &Smtp) -> Done {
    let run = reminders::run_once(&app.state, Some(&smtp.post)).await;
    run.unwrap().unwrap()
}

/// The path of the first link of a mail that has these words in it.
fn link(mail: &Value, within: &str) -> String {
    let text = mail["text"].as_str().unwrap();
    let line = text.split_whitespace().find(|word| word.contains(within));
    let line = line.unwrap_or_else(|| panic!("no {within} in {text}"));
    line.strip_prefix("http://localhost:8025").unwrap().to_owned()
}

async fn number(app: &TestApp, sql: &str) -> i64 {
    app.test.number(sql).await
}

/// How many practices of the area answered this week, and the page that says so.
async fn returns(officer: &Client) -> (u64, String) {
    let area = officer.get("/api/v1/areas/lmc/east/status").await;
    let this_week = area.is(200).json()["heard"]["this_week"].as_u64().unwrap();
    let page = officer.get("/lmc/east").await.is(200).body.clone();
    (this_week, page)
}

both_databases!(from_the_mail_to_nothing_changed_in_one_press_after_opening, |test: TestDb| async move {
    let app = TestApp::start(test).await;
    let mut smtp = Smtp::over_tls().await;
    app.add_person(Role::PracticeManager, "Z90001").await;
    let sharing = app.person(Role::PracticeManager, "Z90001").await;
    let yes = [("share", "yes")];
    sharing.form("/practices/Z90001/sharing", &yes).await.is(303);
    let officer = app.person(Role::LmcOfficer, "east").await;
    let before = returns(&officer).await;
    assert_eq!(before.0, 0);

    // Noon on a Friday: both managers of the practice are asked, the officer is not.
    assert_eq!(run(&app, &smtp).await, done(2, 2, 0));
    let (mail, other) = (smtp.mail().await, smtp.mail().await);
    assert_eq!(mail["subject"], "Headroom reminder");
    assert_eq!((&mail["secure"], &mail["user"]), (&json!(true), &json!("headroom")));
    let text = mail["text"].as_str().unwrap();
    assert!(text.starts_with("Invented Surgery 1\n"), "{text}");
    assert!(text.contains("The return for the week to Friday 20 November 2026 is due today."), "{text}");
    assert_ne!(mail["to"], other["to"]);

    // A scanner opens the link as often as it likes.
    let scanner = app.stranger();
    let path = link(&mail, "/Z90001/");
    for _ in 0..2 {
        let page = scanner.get(&path).await;
        assert!(page.is(200).body.contains("Did anything change this week?"));
    }
    assert_eq!(number(&app, "SELECT count(*) FROM weekly_answer").await, 0);

    // One press, without signing in. A second one changes nothing.
    for _ in 0..2 {
        let page = scanner.form(&path, &[]).await;
        let page = &page.is(200).body;
        assert!(page.contains("Your weekly return is sent"), "{page}");
        assert!(page.contains("Sent on Friday 20 November 2026 at 12:00"));
    }
    assert_eq!(number(&app, "SELECT count(*) FROM weekly_answer").await, 1);
    let audited = "SELECT count(*) FROM audit_event WHERE event = 'week.answered'";
    assert_eq!(number(&app, audited).await, 1);
    let after = returns(&officer).await;
    assert_eq!(after.0, 1);
    assert_ne!(before.1, after.1, "the return rate on the LMC's page moves");
    // The other manager's link says that it is done.
    let page = scanner.get(&link(&other, "/Z90001/")).await;
    assert!(page.is(200).body.contains("Your weekly return is sent"));
    // Nobody is asked again: not today, and not on Monday.
    assert_eq!(run(&app, &smtp).await, done(0, 0, 0));
    app.clock.set("2026-11-23T09:00:00Z".parse().unwrap());
    assert_eq!(run(&app, &smtp).await, done(0, 0, 0));
    assert!(smtp.is_quiet().await);
});

both_databases!(only_who_has_not_answered_is_reminded_and_once_a_day, |test: TestDb| async move {
    let app = TestApp::start(test).await;
    let mut smtp = Smtp::plain().await;
    let answered = app.person(Role::PracticeManager, "Z90001").await;
    let week = [("week", "2026-11-20")];
    answered.form("/practices/Z90001/week", &week).await.is(303);
    // A change that was recorded this week is an answer too.
    let changed = app.manager("Z90002").await;
    let paused = json!({
        "id": Uuid::now_v7(), "item": "dsa-freeze", "status": "paused-since", "effective_on": "2026-11-16",
    });
    let path = "/api/v1/practices/Z90002/actions";
    changed.post(path, paused).await.is(201);
    // One person runs two practices: one mail.
    let both = app.add_person(Role::PracticeManager, "Z90003").await;
    let fourth = "Z90004".parse().unwrap();
    let role = Role::PracticeManager;
    people::add_grant(app.test.db.schema(), both, role, &fourth, now()).await.unwrap();
    // Before eight, at the weekend and in the evening nothing is sent.
    for quiet in ["2026-11-20T07:59:00Z", "2026-11-20T18:00:00Z", "2026-11-21T12:00:00Z"] {
        app.clock.set(quiet.parse().unwrap());
        let run = reminders::run_once(&app.state, Some(&smtp.post)).await;
        assert_eq!(run.unwrap(), None, "{quiet}");
    }
    app.clock.set("2026-11-20T08:00:00Z".parse().unwrap());
    assert_eq!(run(&app, &smtp).await, done(1, 1, 0));
    let mail = smtp.mail().await;
    assert_eq!(mail["to"], json!([format!("{both}@example.invalid")]));
    let text = mail["text"].as_str().unwrap();
    assert!(text.contains("Invented Surgery 3") && text.contains("Invented Surgery 4"));
    for minute in ["08:01", "12:00", "17:59"] {
        let at = format!("2026-11-20T{minute}:00Z");
        app.clock.set(at.parse().unwrap());
        assert_eq!(run(&app, &smtp).await, done(0, 0, 0), "{at}");
    }
    // Monday: once more, for a week that still can be answered from the same page.
    app.clock.set("2026-11-23T08:00:00Z".parse().unwrap());
    assert_eq!(run(&app, &smtp).await, done(1, 1, 0));
    let monday = smtp.mail().await;
    let text = monday["text"].as_str().unwrap();
    assert!(text.contains("was due on Friday 20 November 2026; it still counts"));
    let page = app.stranger().form(&link(&monday, "/Z90003/"), &[]).await;
    assert!(page.is(200).body.contains("week to Friday 20 November"));
    let answered = "SELECT count(*) FROM weekly_answer WHERE week_ending = '2026-11-20'";
    assert_eq!(number(&app, answered).await, 2);
    assert!(smtp.is_quiet().await);
});

both_databases!(a_link_opens_one_week_of_one_practice_for_whoever_still_runs_it, |test: TestDb| async move {
    let app = TestApp::start(test).await;
    let mut smtp = Smtp::plain().await;
    app.add_person(Role::PracticeManager, "Z90001").await;
    run(&app, &smtp).await;
    let mail = smtp.mail().await;
    let path = link(&mail, "/Z90001/");
    let stranger = app.stranger();
    // Neither another practice, nor another reminder, nor a changed secret.
    let secret = path.rsplit('/').next().unwrap();
    let other = path.split('/').nth(2).unwrap();
    for bad in [
        path.replace("Z90001", "Z90002"),
        path.replace(other, &Uuid::now_v7().to_string()),
        format!("{path}x"),
        path.replace(secret, "x"),
        path.replace("Z90001", "not-a-code"),
        path.replace(other, "not-an-id"),
    ] {
        stranger.get(&bad).await.is(404);
        stranger.form(&bad, &[]).await.is(404);
    }
    // Two weeks later the week is closed: the page says so, and a press changes nothing.
    app.clock.set("2026-12-01T12:00:00Z".parse().unwrap());
    let page = stranger.form(&path, &[]).await;
    assert!(page.is(200).body.contains("return is closed"));
    assert_eq!(number(&app, "SELECT count(*) FROM weekly_answer").await, 0);
    // Whoever runs the practice no more has a link to nothing.
    let revoked = ["UPDATE role_grant SET revoked_at = granted_at"];
    app.test.transaction(&revoked).await.unwrap();
    app.clock.set("2026-11-20T12:00:00Z".parse().unwrap());
    stranger.get(&path).await.is(404);
    stranger.form(&path, &[]).await.is(404);
});

both_databases!(mail_is_stopped_in_one_press_and_reminders_go_on_inside, |test: TestDb| async move {
    let app = TestApp::start(test).await;
    let mut smtp = Smtp::plain().await;
    let person = app.add_person(Role::PracticeManager, "Z90001").await;
    run(&app, &smtp).await;
    let mail = smtp.mail().await;
    let stop = link(&mail, "/reminders/stop/");
    let header = mail["headers"]["list-unsubscribe"].as_str().unwrap();
    assert!(header.contains(&format!("<http://localhost:8025{stop}>")), "{header}");
    assert!(mail["headers"]["list-unsubscribe-post"].is_string());
    let stranger = app.stranger();
    let choices = "SELECT count(*) FROM mail_choice";
    assert!(stranger.get(&stop).await.is(200).body.contains("Stop the mail"));
    assert_eq!(number(&app, choices).await, 0, "opening stops nothing");
    stranger.get(&format!("{stop}x")).await.is(404);
    // As a mail program does it (RFC 8058), and once more.
    for _ in 0..2 {
        let one_click = [("List-Unsubscribe", "One-Click")];
        stranger.form(&stop, &one_click).await.is(200);
    }
    assert_eq!(number(&app, choices).await, 1);

    app.clock.set("2026-11-23T08:00:00Z".parse().unwrap());
    assert_eq!(run(&app, &smtp).await, done(1, 0, 0));
    assert!(smtp.is_quiet().await);
    let own = app.browser_of(person).await;
    let page = own.get("/reminders").await.is(200).body.clone();
    assert!(page.contains("Monday 23 November 2026") && page.contains("Shown here only."));
    assert!(page.contains("Mailed to you."), "Friday's");
    assert!(!page.contains(&stop), "no links are kept");
    // Somebody else's page holds nothing of it; a device has none.
    let neighbour = app.person(Role::PracticeManager, "Z90002").await;
    let theirs = neighbour.get("/reminders").await.is(200).body.clone();
    assert!(!theirs.contains("Invented Surgery 1"));
    let clinician = app.clinician("Z90001", "Dr A").await;
    let device = app.device("Z90001", clinician).await;
    device.get("/reminders").await.is(403);
    device.form("/reminders", &[("mail", "no")]).await.is(403);
    // Mailed again.
    own.form("/reminders", &[("mail", "yes")]).await.is(303);
    assert_eq!(number(&app, choices).await, 2);
    app.clock.set("2026-11-27T08:00:00Z".parse().unwrap());
    assert_eq!(run(&app, &smtp).await, done(2, 2, 0));
    // Kept for thirteen weeks, and then forgotten.
    app.clock.set("2027-03-01T08:00:00Z".parse().unwrap());
    run(&app, &smtp).await;
    let old = "SELECT count(*) FROM reminder WHERE day < '2026-11-30'";
    assert_eq!(number(&app, old).await, 0);
});

both_databases!(a_server_that_is_down_or_refuses_costs_no_reminder, |test: TestDb| async move {
    let app = TestApp::start(test).await;
    let mut smtp = Smtp::over_tls().await;
    app.add_person(Role::PracticeManager, "Z90001").await;
    // A certificate nobody vouches for, and a wrong password: nothing is said to such a server, and all of it waits.
    let [password, certificate] = &smtp.wrong[..] else { panic!("two wrong ways") };
    let tried = reminders::run_once(&app.state, Some(certificate)).await;
    assert_eq!(tried.unwrap(), Some(done(1, 0, 1)));
    app.clock.set("2026-11-20T12:01:00Z".parse().unwrap());
    let tried = reminders::run_once(&app.state, Some(password)).await;
    assert_eq!(tried.unwrap(), Some(done(0, 0, 1)));
    // Not yet: each attempt waits longer than the one before.
    app.clock.set("2026-11-20T12:05:00Z".parse().unwrap());
    assert_eq!(run(&app, &smtp).await, done(0, 0, 0));
    smtp.refuse(Some(450)).await;
    app.clock.set("2026-11-20T12:06:00Z".parse().unwrap());
    assert_eq!(run(&app, &smtp).await, done(0, 0, 1));
    smtp.refuse(None).await;
    app.clock.set("2026-11-20T12:21:00Z".parse().unwrap());
    assert_eq!(run(&app, &smtp).await, done(0, 1, 0));
    let mail = smtp.mail().await;
    assert!(mail["id"].as_str().unwrap().ends_with("@headroom>"));
    let sent = "SELECT count(*) FROM reminder WHERE state = 'sent' AND attempts = 4";
    assert_eq!(number(&app, sent).await, 1);

    // An address that cannot get mail is not tried again.
    app.clock.set("2026-11-23T08:00:00Z".parse().unwrap());
    smtp.refuse(Some(550)).await;
    assert_eq!(run(&app, &smtp).await, done(1, 0, 0));
    app.clock.set("2026-11-23T12:00:00Z".parse().unwrap());
    assert_eq!(run(&app, &smtp).await, done(0, 0, 0));
    let refused = "SELECT count(*) FROM reminder WHERE state = 'refused'";
    assert_eq!(number(&app, refused).await, 1);

    // A day without the server is over; the next day's reminder says what is still to say.
    app.clock.set("2026-11-27T17:58:00Z".parse().unwrap());
    smtp.refuse(Some(421)).await;
    assert_eq!(run(&app, &smtp).await, done(1, 0, 1));
    smtp.refuse(None).await;
    app.clock.set("2026-11-30T08:00:00Z".parse().unwrap());
    assert_eq!(run(&app, &smtp).await, done(1, 1, 0));
    let late = "SELECT count(*) FROM reminder WHERE state = 'late'";
    assert_eq!(number(&app, late).await, 1);
    let monday = smtp.mail().await;
    assert!(monday["text"].as_str().unwrap().contains("was due on Friday 27 November"));
    assert!(smtp.is_quiet().await);
});

both_databases!(what_was_answered_while_it_waited_is_not_sent_and_two_nodes_send_once, |test: TestDb| async move {
    let app = TestApp::start(test).await;
    let mut smtp = Smtp::plain().await;
    for practice in ["Z90001", "Z90002", "Z90003"] {
        app.add_person(Role::PracticeManager, practice).await;
    }
    smtp.refuse(Some(451)).await;
    assert_eq!(run(&app, &smtp).await, done(3, 0, 3));
    // An attempt is claimed once, whoever else has read the same row.
    let everywhere = JobAuthority::new().everywhere();
    let at = app.clock.now() + chrono::Duration::minutes(1);
    let read = app.state.db.read(&everywhere);
    let row = stored::due(read, at, 1).await.unwrap().remove(0);
    for first in [true, false] {
        let claim = (row.id, row.attempts);
        let claimed = stored::attempt(app.test.db.schema(), claim, at, row.body.clone()).await;
        assert_eq!(claimed.unwrap(), first);
    }
    smtp.refuse(None).await;
    let manager = app.person(Role::PracticeManager, "Z90001").await;
    let week = [("week", "2026-11-20")];
    manager.form("/practices/Z90001/week", &week).await.is(303);
    app.clock.set("2026-11-20T12:02:00Z".parse().unwrap());
    let (one, other) = tokio::join!(
        reminders::run_once(&app.state, Some(&smtp.post)),
        reminders::run_once(&app.state, Some(&smtp.post)),
    );
    let sent = [one, other].map(|run| run.unwrap().map_or(0, |done| done.sent));
    assert_eq!(sent.iter().sum::<usize>(), 2);
    for _ in 0..2 {
        let mail = smtp.mail().await;
        assert!(!mail["text"].as_str().unwrap().contains("Invented Surgery 1\n"));
    }
    assert!(smtp.is_quiet().await);
    let settled = "SELECT count(*) FROM reminder WHERE state = 'settled'";
    assert_eq!(number(&app, settled).await, 1);
});

both_databases!(a_notice_is_reminded_of_on_the_days_of_its_calendar_without_being_named, |test: TestDb| async move {
    let app = TestApp::start(test).await;
    let mut smtp = Smtp::plain().await;
    let person = app.add_person(Role::PracticeManager, "Z90001").await;
    let notice = json!({
        "id": Uuid::now_v7(), "service": "Ring pessaries", "served_on": "2026-11-20", "period": 3,
        "period_unit": "months", "commissioner": "NHS Example ICB", "contract": "unsigned",
        "funded": false, "patients": 35, "reply_due_on": "2026-12-18",
    });
    let program = app.program_of(person).await;
    let api = "/api/v1/practices/Z90001/notices";
    program.post(api, notice).await.is(201);
    // The change itself was this week's return. The reply is due on 18 December, the last day is 20 February 2027.
    app.clock.set("2026-12-18T08:00:00Z".parse().unwrap());
    run(&app, &smtp).await;
    let text = smtp.mail().await["text"].as_str().unwrap().to_owned();
    assert!(text.contains("Friday 18 December 2026: a reply is due, today."));
    assert!(!text.contains("essar") && !text.contains("Example"), "{text}");
    assert!(text.contains("http://localhost:8025/practices/Z90001/diary"));
    // 28 days before Saturday 20 February is Saturday 23 January: said on the Monday after.
    app.clock.set("2027-01-25T08:00:00Z".parse().unwrap());
    run(&app, &smtp).await;
    let text = smtp.mail().await["text"].as_str().unwrap().to_owned();
    assert!(text.contains("Saturday 20 February 2027: the last day of something under notice, in 26 days."), "{text}");
    let manager = app.browser_of(person).await;
    let diary = manager.get("/practices/Z90001/diary").await;
    assert!(diary.is(200).body.contains("Sat 20 Feb"));
});

both_databases!(without_a_mail_server_reminders_are_shown_inside, |test: TestDb| async move {
    let app = TestApp::start(test).await;
    let person = app.add_person(Role::PracticeManager, "Z90001").await;
    let run = reminders::run_once(&app.state, None).await.unwrap();
    assert_eq!(run, Some(done(1, 0, 0)));
    let own = app.browser_of(person).await;
    let page = own.get("/reminders").await.is(200).body.clone();
    assert!(page.contains("Friday 20 November 2026 is due today."));
    assert!(page.contains("This service has no mail server"));
    let week = own.get("/practices/Z90001").await;
    assert!(week.is(200).body.contains("href=\"/reminders\""));
    app.stranger().get("/reminders").await.is(303);
});
