//! How a practice comes in: it asks or its LMC proposes, a link goes to an address that the LMC holds, and whoever manages
//! a practice already decides instead.

use chrono::Duration;
use entity::{ids::PersonId, joining};
use headroom::{
    config::Keys,
    domain::{
        access::{CliAuthority, Role},
        organisation::{Dated, Fact, OrganisationKind},
    },
    jobs::account_mail::run_once,
    operations::move_to_successor::MoveToSuccessor,
    state::{AppState, StateConfig},
    store::{
        admin, joinings,
        organisations::{self, Import},
        people,
    },
};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use serde_json::Value;
use uuid::Uuid;

use crate::support::{
    app::{Client, Reply, TestApp, now, ods},
    databases::{TestDb, both_databases},
    smtp::Smtp,
};

const PAGE: &str = "/lmc/east/joining";
const OWN: &str = "sam@practice.test";
const HELD: &str = "reception@practice.test";
const NEW: &str = "three green bicycles at noon";

async fn started(test: TestDb) -> (TestApp, Smtp) {
    let smtp = Smtp::plain().await;
    (TestApp::start_with(test, smtp.options.clone()).await, smtp)
}

async fn officer(app: &TestApp) -> Client {
    app.person(Role::LmcOfficer, "east").await
}

async fn mail(app: &TestApp, smtp: &mut Smtp) -> Value {
    assert_eq!(run_once(&app.state, Some(&smtp.post)).await.unwrap(), 1);
    smtp.mail().await
}

/// The path of the link in a mail.
fn link(mail: &Value, page: &str) -> String {
    let text = mail["text"].as_str().unwrap();
    let (_, rest) = text.split_once(page).unwrap_or_else(|| panic!("no {page} in {text}"));
    format!("{page}{}", rest.split_whitespace().next().unwrap())
}

async fn ask(client: &Client, practice: &str, email: &str) -> Reply {
    client.form("/join", &[("practice", practice), ("name", "Sam Example"), ("email", email)]).await
}

async fn propose(officer: &Client, practice: &str, email: &str, held: &str) -> Reply {
    let id = Uuid::now_v7().to_string();
    let fields = [
        ("id", id.as_str()),
        ("practice", practice),
        ("name", "Sam Example"),
        ("email", email),
        ("held_address", held),
    ];
    officer.form(PAGE, &fields).await
}

async fn of(app: &TestApp, practice: &str) -> String {
    let rows = joining::Entity::find().filter(joining::Column::Practice.eq(practice)).all(app.test.db.schema()).await;
    rows.unwrap().remove(0).id.to_string()
}

/// What gives the person with an address the role in `Z90001`.
async fn grant(app: &TestApp, email: &str) -> String {
    let all = joinings::managers(app.test.db.schema(), &ods("Z90001")).await.unwrap();
    all.into_iter().find(|(_, person)| person.email == email).unwrap().0.id.0.to_string()
}

/// Chooses a password, and answers the browser that is signed in by it.
async fn choose(app: &TestApp, path: &str) -> Client {
    app.stranger().get(path).await.is(200);
    app.browser(app.stranger().form(path, &[("password", NEW)]).await.is(303).cookies())
}

both_databases!(a_practice_asks_and_comes_in_by_two_mails, |test: TestDb| async move {
    let (app, mut smtp) = started(test).await;
    let said = ask(&app.stranger(), "z90001", OWN).await;
    assert!(said.is(200).body.contains(OWN), "{}", said.body);
    // Nothing happens by itself, and nobody has an account.
    assert_eq!(run_once(&app.state, Some(&smtp.post)).await.unwrap(), 0);
    assert_eq!(app.test.number(&format!("SELECT count(*) FROM person WHERE email = '{OWN}'")).await, 0);
    let officer = officer(&app).await;
    let administrator = app.person(Role::Administrator, "england").await;
    assert!(administrator.get("/admin/people").await.is(200).body.contains(OWN));
    let page = officer.get(PAGE).await;
    assert!(page.is(200).body.contains("These ask to join") && page.body.contains(OWN));
    let send = format!("{PAGE}/{}/send", of(&app, "Z90001").await);
    let refused = officer.form(&send, &[("held_address", "reception")]).await;
    assert!(refused.is(422).body.contains("Enter an email address"), "{}", refused.body);
    officer.form(&send, &[("held_address", HELD)]).await.is(303);
    officer.form(&send, &[("held_address", "other@practice.test")]).await.is(422);
    let to_practice = mail(&app, &mut smtp).await;
    assert_eq!(to_practice["to"][0], HELD);
    assert!(!to_practice["text"].as_str().unwrap().contains("Sam"), "{to_practice}");
    let path = link(&to_practice, "/join/");
    // Scanners open links.
    for _ in 0..2 {
        assert!(app.stranger().get(&path).await.is(200).body.contains("Sam Example"));
    }
    let agreed = app.stranger().form(&path, &[]).await;
    assert!(agreed.is(200).body.contains("A mail with a link"), "{}", agreed.body);
    app.stranger().form(&path, &[]).await.is(410);
    app.stranger().get(&path).await.is(410);
    let to_them = mail(&app, &mut smtp).await;
    assert_eq!(to_them["to"][0], OWN);
    let manager = choose(&app, &link(&to_them, "/password/")).await;
    manager.get("/practices/Z90001").await.is(200);
    manager.get("/practices/Z90002").await.is(404);
    assert!(officer.get(PAGE).await.is(200).body.contains("Joined"));
    let events = "SELECT event FROM audit_event WHERE organisation = 'Z90001' ORDER BY seq";
    assert_eq!(app.test.column(events).await, ["joining.asked", "joining.sent", "manager.admitted"]);
    assert!(smtp.is_quiet().await);
});

both_databases!(an_lmc_proposes_whose_address_it_holds, |test: TestDb| async move {
    let (app, mut smtp) = started(test).await;
    let officer = officer(&app).await;
    for (practice, why) in [("Z99999", "Enter the code of an open practice"), ("", "Enter the code")] {
        let refused = propose(&officer, practice, OWN, HELD).await;
        assert!(refused.is(422).body.contains(why) && refused.body.contains(HELD), "{}", refused.body);
    }
    propose(&officer, "Z90001", OWN, OWN).await.is(303);
    let path = link(&mail(&app, &mut smtp).await, "/join/");
    // The link was read where they read their mail: they choose a password at once.
    let password = app.stranger().form(&path, &[]).await.is(303).location();
    choose(&app, &password).await.get("/practices/Z90001").await.is(200);
    run_once(&app.state, Some(&smtp.post)).await.unwrap();
});

both_databases!(a_link_ends_when_it_is_taken_back_and_after_two_weeks, |test: TestDb| async move {
    let (app, mut smtp) = started(test).await;
    let officer = officer(&app).await;
    let mut paths = Vec::new();
    for practice in ["Z90001", "Z90002"] {
        propose(&officer, practice, OWN, HELD).await.is(303);
        paths.push(link(&mail(&app, &mut smtp).await, "/join/"));
    }
    let first = of(&app, "Z90001").await;
    officer.form(&format!("{PAGE}/{first}/decline"), &[]).await.is(303);
    assert!(officer.get(PAGE).await.body.contains("Taken back"));
    app.stranger().form(&paths[0], &[]).await.is(410);
    app.clock.set(now() + Duration::days(14) - Duration::seconds(1));
    app.stranger().get(&paths[1]).await.is(200);
    app.clock.set(now() + Duration::days(14));
    app.stranger().form(&paths[1], &[]).await.is(410);
    assert_eq!(app.test.number("SELECT count(*) FROM role_grant WHERE role = 'practice-manager'").await, 0);
});

both_databases!(who_manages_a_practice_decides_and_its_lmc_sees_no_difference, |test: TestDb| async move {
    let (app, mut smtp) = started(test).await;
    let (person, _) = app.with_password(Role::PracticeManager, "Z90001").await;
    let manager = app.browser_of(person).await;
    let officer = officer(&app).await;
    let said = |body: String, practice: &str, name: &str| body.replace(practice, "PRACTICE").replace(name, "NAME");
    // Who asked the LMC sees of both practices, and not what those who manage one decide.
    let mut lists = Vec::new();
    for practice in ["Z90001", "Z90002"] {
        app.test.transaction(&["DELETE FROM joining"]).await.unwrap();
        ask(&app.stranger(), practice, OWN).await.is(200);
        let id = of(&app, practice).await;
        let name = app.state.organisations().await.unwrap().name_of(&practice.parse().unwrap());
        let mut list = |reply: Reply| {
            let (_, list) = reply.is(200).body.split_once("id=\"main").unwrap();
            let list =
                list.split_once("<form method=\"post\" action=\"/lmc/east/joining\"").map_or(list, |(list, _)| list);
            lists.push(said(list.replace(&id, "ID"), practice, &name));
        };
        list(officer.get(PAGE).await);
        if practice == "Z90001" {
            assert_eq!(mail(&app, &mut smtp).await["subject"], "Somebody asks to manage your practice in Headroom");
            manager.form(&format!("/practices/Z90001/managers/asked/{id}/decline"), &[]).await.is(303);
        }
        list(officer.get(PAGE).await);
        officer.form(&format!("{PAGE}/{id}/send"), &[("held_address", HELD)]).await.is(303);
        if practice == "Z90002" {
            assert_eq!(mail(&app, &mut smtp).await["to"][0], HELD);
        }
        list(officer.get(PAGE).await);
        officer.form(&format!("{PAGE}/{id}/decline"), &[]).await.is(303);
        list(officer.get(PAGE).await);
    }
    assert!(lists[0].contains(OWN), "{}", lists[0]);
    assert_eq!(lists[..4], lists[4..]);
    // Nor is what comes of what it proposes: the page says the same of both practices.
    let mut pages = Vec::new();
    for practice in ["Z90001", "Z90002"] {
        app.test.transaction(&["DELETE FROM joining"]).await.unwrap();
        propose(&officer, practice, "alex@practice.test", HELD).await.is(303);
        let id = of(&app, practice).await;
        let name = app.state.organisations().await.unwrap().name_of(&practice.parse().unwrap());
        let mut page = |body: &str| {
            let (_, list) = body.split_once("Sent and decided").unwrap();
            pages.push(said(list.replace(&id, "ID"), practice, &name));
        };
        page(&officer.get(PAGE).await.body);
        if practice == "Z90001" {
            assert_eq!(mail(&app, &mut smtp).await["subject"], "Somebody asks to manage your practice in Headroom");
            manager.form(&format!("/practices/Z90001/managers/asked/{id}/let-in"), &[]).await.is(303);
            assert_eq!(mail(&app, &mut smtp).await["to"][0], "alex@practice.test");
        } else {
            mail(&app, &mut smtp).await;
        }
        page(&officer.get(PAGE).await.body);
        officer.form(&format!("{PAGE}/{id}/decline"), &[]).await.is(303);
        page(&officer.get(PAGE).await.body);
    }
    assert_eq!(pages[..3], pages[3..]);
    assert_eq!(app.test.number("SELECT count(*) FROM role_grant WHERE role = 'practice-manager'").await, 2);
});

both_databases!(a_link_that_went_out_before_somebody_came_is_theirs_to_decide, |test: TestDb| async move {
    let (app, mut smtp) = started(test).await;
    let officer = officer(&app).await;
    propose(&officer, "Z90001", OWN, HELD).await.is(303);
    let path = link(&mail(&app, &mut smtp).await, "/join/");
    let (person, _) = app.with_password(Role::PracticeManager, "Z90001").await;
    let manager = app.browser_of(person).await;
    let said = app.stranger().form(&path, &[]).await;
    assert!(said.is(200).body.contains("looks after") && said.body.contains("already"), "{}", said.body);
    assert_eq!(app.test.number(&format!("SELECT count(*) FROM person WHERE email = '{OWN}'")).await, 0);
    let page = manager.get("/practices/Z90001/managers").await;
    assert!(page.is(200).body.contains("whom your LMC proposed"), "{}", page.body);
    let decline = format!("/practices/Z90001/managers/asked/{}/decline", of(&app, "Z90001").await);
    manager.form(&decline, &[]).await.is(303);
    assert!(!manager.get("/practices/Z90001/managers").await.body.contains(OWN));
    app.stranger().form(&path, &[]).await.is(410);
});

both_databases!(those_who_manage_a_practice_let_others_in_and_out, |test: TestDb| async move {
    let (app, mut smtp) = started(test).await;
    let (person, email) = app.with_password(Role::PracticeManager, "Z90001").await;
    let manager = app.browser_of(person).await;
    let page = "/practices/Z90001/managers";
    let id = Uuid::now_v7().to_string();
    let fields = |email| [("id", id.as_str()), ("name", "Alex Example"), ("email", email)];
    manager.form(page, &fields("alex")).await.is(422);
    manager.form(page, &fields("alex@practice.test")).await.is(303);
    manager.form(page, &fields("alex@practice.test")).await.is(303);
    let alex = choose(&app, &link(&mail(&app, &mut smtp).await, "/password/")).await;
    let own = grant(&app, &email).await;
    let neighbour = app.manager("Z90002").await;
    neighbour.get(page).await.is(404);
    neighbour.form(&format!("/practices/Z90002/managers/{own}/remove"), &[]).await.is(404);
    alex.form(&format!("{page}/{own}/remove"), &[]).await.is(303);
    manager.get(page).await.is(404);
    // The last one stays.
    let last = grant(&app, "alex@practice.test").await;
    let refused = alex.form(&format!("{page}/{last}/remove"), &[]).await;
    assert!(refused.is(422).body.contains("Nobody else manages this practice"), "{}", refused.body);
    // Somebody who reads releases for an ICB is not let in, and why is not said.
    let (_, analyst) = app.with_password(Role::IcbAnalyst, "XDA").await;
    let fresh = Uuid::now_v7().to_string();
    let refused = alex.form(page, &[("id", &fresh), ("name", "A N"), ("email", &analyst)]).await;
    assert!(refused.is(422).body.contains("This person cannot be added here"), "{}", refused.body);
    assert!(!refused.body.to_lowercase().contains("icb "), "{}", refused.body);
});

both_databases!(asking_floods_nobody_and_tells_nothing, |test: TestDb| async move {
    let (app, smtp) = started(test).await;
    app.with_password(Role::PracticeManager, "Z90001").await;
    let answer = |reply: Reply, practice: &str| reply.is(200).body.replace(practice, "PRACTICE");
    let names: Vec<String> = {
        let tree = app.state.organisations().await.unwrap();
        ["Z90001", "Z90002"].map(|code| tree.name_of(&code.parse().unwrap())).into()
    };
    let managed = answer(ask(&app.stranger(), "Z90001", OWN).await, &names[0]);
    assert_eq!(managed, answer(ask(&app.stranger(), "Z90002", OWN).await, &names[1]));
    let mut last = 200;
    for n in 0..60 {
        last = ask(&app.stranger(), "Z90002", &format!("n{n}@practice.test")).await.status.as_u16();
    }
    assert_eq!(last, 429);
    assert_eq!(app.test.number("SELECT count(*) FROM joining WHERE practice = 'Z90002'").await, 3);
    // Whoever declines is not mailed for ever.
    for n in 0..8 {
        app.test.transaction(&["DELETE FROM joining", "DELETE FROM sign_in_try"]).await.unwrap();
        ask(&app.stranger(), "Z90001", &format!("m{n}@practice.test")).await.is(200);
    }
    assert_eq!(app.test.number("SELECT count(*) FROM account_mail WHERE about = 'asked-to-manage'").await, 3);
    for n in 0..3 {
        ask(&app.stranger(), "Z90002", &format!("b{n}@practice.test")).await.is(200);
    }
    // Three bogus ones do not keep the LMC from proposing the right one.
    propose(&officer(&app).await, "Z90002", OWN, HELD).await.is(303);
    for nonsense in ["", "Z9\0", "no such practice", "ÄÖÜ 🙂"] {
        ask(&app.stranger(), nonsense, OWN).await.is(422);
    }
    // What is over is forgotten.
    app.clock.set(now() + Duration::days(136));
    let job = headroom::domain::access::JobAuthority::new();
    let before = app.clock.now() - Duration::days(135);
    headroom::operations::send_account_mail::forget_joinings(&app.state, job, before).await.unwrap();
    assert_eq!(app.test.number("SELECT count(*) FROM joining").await, 0);
    drop(smtp);
});

both_databases!(of_two_who_use_a_link_at_once_one_comes_in, |test: TestDb| async move {
    let (app, mut smtp) = started(test).await;
    propose(&officer(&app).await, "Z90001", OWN, HELD).await.is(303);
    let path = link(&mail(&app, &mut smtp).await, "/join/");
    let strangers: Vec<Client> = (0..8).map(|_| app.stranger()).collect();
    let all = futures::future::join_all(strangers.iter().map(|client| client.form(&path, &[]))).await;
    let mut statuses: Vec<u16> = all.iter().map(|reply| reply.status.as_u16()).collect();
    statuses.sort_unstable();
    assert_eq!(statuses.iter().filter(|status| **status == 200).count(), 1, "{statuses:?}");
    assert!(statuses.iter().all(|status| [200, 409, 410, 503].contains(status)), "{statuses:?}");
    assert_eq!(app.test.number("SELECT count(*) FROM role_grant WHERE role = 'practice-manager'").await, 1);
});

both_databases!(without_a_mail_server_the_link_is_shown_once, |test: TestDb| async move {
    let app = TestApp::start(test).await;
    let officer = officer(&app).await;
    let page = propose(&officer, "Z90001", OWN, HELD).await;
    let (_, rest) = page.is(200).body.split_once("/join/").expect("a link");
    let secret: String = rest.chars().take_while(|c| c.is_ascii_alphanumeric() || "-_".contains(*c)).collect();
    assert!(!officer.get(PAGE).await.body.contains(&secret));
    let password = app.stranger().form(&format!("/join/{secret}"), &[]).await.is(303).location();
    choose(&app, &password).await.get("/practices/Z90001").await.is(200);
});

/// `Z90001` closed on 1 October, and `Z90002` took over.
async fn taken_over(app: &TestApp) {
    let fact = Dated {
        code: "Z90001".parse().unwrap(),
        kind: OrganisationKind::Practice,
        effective_on: "2026-10-01".parse().unwrap(),
        recorded_at: now(),
        fact: Fact::Closed { successor: Some("Z90002".parse().unwrap()) },
    };
    let import = Import { source: "test", effective_on: fact.effective_on, file_sha256: String::new() };
    organisations::append(app.test.db.schema(), &import, &[fact], now()).await.unwrap();
}

both_databases!(people_and_labels_follow_to_the_practice_that_took_over, |test: TestDb| async move {
    let (app, _smtp) = started(test).await;
    let page = "/practices/Z90001/successor";
    let (person, _) = app.with_password(Role::PracticeManager, "Z90001").await;
    let manager = app.browser_of(person).await;
    assert!(manager.get(page).await.is(200).body.contains("This practice is open"));
    manager.form(page, &[]).await.is(404);
    app.clinician("Z90001", "Dr A").await;
    app.clinician("Z90001", "Dr B").await;
    app.clinician("Z90002", "Dr B").await;
    taken_over(&app).await;
    assert!(manager.get("/practices/Z90001").await.is(200).body.contains("closed on 1 October 2026"));
    assert!(manager.get(page).await.is(200).body.contains("Follow to"));
    manager.form(&format!("{page}/clinicians"), &[]).await.is(403);
    app.manager("Z90003").await.form(page, &[]).await.is(404);
    // Nobody manages the other: they do at once, and twice is once.
    for _ in 0..2 {
        manager.form(page, &[]).await.is(303);
    }
    manager.get("/practices/Z90002").await.is(200);
    assert!(manager.get(page).await.is(200).body.contains("Dr A") && !manager.get(page).await.body.contains("Dr B"));
    for _ in 0..2 {
        manager.form(&format!("{page}/clinicians"), &[]).await.is(303);
    }
    let labels = app.test.column("SELECT label FROM clinician WHERE practice = 'Z90002' ORDER BY label").await;
    assert_eq!(labels, ["Dr A", "Dr B"]);
    let events = "SELECT organisation FROM audit_event WHERE event = 'successor.taken' ORDER BY organisation";
    assert_eq!(app.test.column(events).await, ["Z90001", "Z90002"]);
    // What was recorded stays to be read.
    manager.get("/practices/Z90001/actions").await.is(200);
    let fresh = Uuid::now_v7().to_string();
    let fields = [("id", fresh.as_str()), ("name", "Alex"), ("email", "alex@practice.test")];
    let refused = manager.form("/practices/Z90001/managers", &fields).await;
    assert!(refused.is(422).body.contains("This practice is closed"), "{}", refused.body);
});

both_databases!(whoever_manages_the_practice_that_took_over_is_asked, |test: TestDb| async move {
    let (app, mut smtp) = started(test).await;
    let (person, email) = app.with_password(Role::PracticeManager, "Z90001").await;
    let manager = app.browser_of(person).await;
    let (there, _) = app.with_password(Role::PracticeManager, "Z90002").await;
    let there = app.browser_of(there).await;
    taken_over(&app).await;
    for _ in 0..2 {
        manager.form("/practices/Z90001/successor", &[]).await.is(303);
    }
    assert!(manager.get("/practices/Z90001/successor").await.is(200).body.contains("are asked whether"));
    manager.get("/practices/Z90002").await.is(404);
    assert_eq!(mail(&app, &mut smtp).await["subject"], "Somebody asks to manage your practice in Headroom");
    assert!(there.get("/practices/Z90002/managers").await.is(200).body.contains(&email));
    let asked = of(&app, "Z90002").await;
    manager.form(&format!("/practices/Z90002/managers/asked/{asked}/let-in"), &[]).await.is(404);
    there.form(&format!("/practices/Z90002/managers/asked/{asked}/let-in"), &[]).await.is(303);
    manager.get("/practices/Z90002").await.is(200);
});

both_databases!(three_links_are_open_for_an_lmc_whatever_managers_decide, |test: TestDb| async move {
    let (app, _smtp) = started(test).await;
    let manager = app.manager("Z90001").await;
    let officer = officer(&app).await;
    for practice in ["Z90001", "Z90002"] {
        for n in 0..3 {
            propose(&officer, practice, &format!("p{n}@practice.test"), HELD).await.is(303);
        }
    }
    manager.form(&format!("/practices/Z90001/managers/asked/{}/decline", of(&app, "Z90001").await), &[]).await.is(303);
    for practice in ["Z90001", "Z90002"] {
        let refused = propose(&officer, practice, OWN, HELD).await;
        assert!(refused.is(422).body.contains("Three links for this practice are open"), "{practice}");
    }
});

/// Somebody with an account that nobody opened yet.
async fn invited(app: &TestApp, email: &str, role: Role, organisation: &str) {
    let id = PersonId(Uuid::now_v7());
    let conn = app.test.db.schema();
    people::add_person(conn, id, email, "Robin Example", None, now()).await.unwrap();
    admin::give(conn, id, role, &organisation.parse().unwrap(), now()).await.unwrap();
}

both_databases!(an_account_that_is_known_is_opened_by_nobody_else, |test: TestDb| async move {
    // Without a mail server links are shown to whoever lets somebody in.
    let app = TestApp::start(test).await;
    let (manager, officer) = (app.manager("Z90001").await, officer(&app).await);
    let links = "SELECT count(*) FROM one_time_link WHERE purpose = 'password'";
    invited(&app, "chief@headroom.test", Role::Administrator, "england").await;
    invited(&app, "robin@practice.test", Role::PracticeManager, "Z90002").await;
    for (known, practice) in [("chief@headroom.test", "Z90003"), ("robin@practice.test", "Z90004")] {
        let id = Uuid::now_v7().to_string();
        let named = [("id", id.as_str()), ("name", "Q"), ("email", known)];
        let reply = manager.form("/practices/Z90001/managers", &named).await;
        assert!(!reply.body.contains("/password/"), "{}", reply.body);
        let page = propose(&officer, practice, known, "puppet@lmc.test").await;
        let (_, rest) = page.is(200).body.split_once("/join/").expect("a link");
        let secret: String = rest.chars().take_while(|c| c.is_ascii_alphanumeric() || "-_".contains(*c)).collect();
        let agreed = app.stranger().form(&format!("/join/{secret}"), &[]).await;
        assert!(!agreed.is(200).body.contains("/password/"), "{}", agreed.body);
    }
    assert_eq!(app.test.number(links).await, 0);
    // Somebody who is new gets a link, and the same form again shows it again.
    let id = Uuid::now_v7().to_string();
    let named = [("id", id.as_str()), ("name", "New Person"), ("email", "new@practice.test")];
    for _ in 0..2 {
        let page = manager.form("/practices/Z90001/managers", &named).await;
        assert!(page.is(200).body.contains("/password/"), "{}", page.body);
    }
    assert_eq!(app.test.number(links).await, 1);
});

both_databases!(where_nobody_who_managed_a_practice_can_sign_in_its_lmc_opens_nothing, |test: TestDb| async move {
    let (app, smtp) = started(test).await;
    let officer = officer(&app).await;
    let administrator = app.person(Role::Administrator, "england").await;
    app.with_password(Role::PracticeManager, "Z90001").await;
    app.with_password(Role::PracticeManager, "Z90002").await;
    let disabled = "UPDATE person SET disabled_at = '2026-11-20T11:00:00+00:00' \
                    WHERE id IN (SELECT person FROM role_grant WHERE organisation = 'Z90001')";
    let revoked = "UPDATE role_grant SET revoked_at = '2026-11-20T11:00:00+00:00' WHERE organisation = 'Z90002'";
    app.test.transaction(&[disabled, revoked]).await.unwrap();
    for (n, practice) in ["Z90001", "Z90002"].into_iter().enumerate() {
        let puppet = format!("puppet{n}@lmc.test");
        propose(&officer, practice, &puppet, &puppet).await.is(303);
        // No link goes anywhere, and whoever looks after the service reads who is proposed.
        assert_eq!(run_once(&app.state, Some(&smtp.post)).await.unwrap(), 0);
        assert!(administrator.get("/admin/people").await.is(200).body.contains(&puppet));
        officer.get(&format!("/practices/{practice}/people")).await.is(404);
    }
});

both_databases!(of_two_practices_that_follow_to_one_at_once_the_second_is_asked_about, |test: TestDb| async move {
    let (app, _smtp) = started(test).await;
    let second = app.test.other_node().await;
    let mut moving = Vec::new();
    for practice in ["Z90001", "Z90003"] {
        app.with_password(Role::PracticeManager, practice).await;
        moving.push(CliAuthority::new().within(CliAuthority::new().everywhere().of(&ods(practice))));
    }
    let other = AppState::new(StateConfig {
        db: second,
        clock: app.clock.clone(),
        settings: app.state.settings.clone(),
        keys: Keys::new(&[3; 32], &[]),
        demo: false,
    })
    .unwrap();
    let follow = || MoveToSuccessor { successor: ods("Z90002") };
    let (one, two) = tokio::join!(follow().perform(&app.state, &moving[0]), follow().perform(&other, &moving[1]));
    one.unwrap();
    two.unwrap();
    let there = "SELECT count(*) FROM role_grant WHERE organisation = 'Z90002' AND role = 'practice-manager'";
    assert_eq!(app.test.number(there).await, 1);
    assert_eq!(app.test.number("SELECT count(*) FROM joining WHERE practice = 'Z90002' AND lmc IS NULL").await, 1);
});

both_databases!(strangers_keep_nobody_from_following_to_the_practice_that_took_over, |test: TestDb| async move {
    let (app, _smtp) = started(test).await;
    let (person, email) = app.with_password(Role::PracticeManager, "Z90001").await;
    let manager = app.browser_of(person).await;
    let (there, _) = app.with_password(Role::PracticeManager, "Z90002").await;
    let there = app.browser_of(there).await;
    for n in 0..3 {
        ask(&app.stranger(), "Z90002", &format!("n{n}@nowhere.test")).await.is(200);
    }
    taken_over(&app).await;
    manager.form("/practices/Z90001/successor", &[]).await.is(303);
    assert!(there.get("/practices/Z90002/managers").await.is(200).body.contains(&email));
});
