//! Before and after a day, and the sheet that may be handed round: what each holds, and what neither does.

use chrono::{DateTime, Utc};
use entity::ids::{ClinicianId, LocalDate, RowId};
use headroom::{
    domain::access::Role,
    jobs,
    store::appointments::{NewFigures, add_figures, add_published},
};
use scraper::{Html, Selector};
use serde_json::json;
use uuid::Uuid;

use crate::support::{
    app::{Client, TestApp, now, ods},
    databases::{TestDb, both_databases},
};

const PAGE: &str = "/lmc/east/impact?date=2026-11-10";

async fn share(app: &TestApp, practice: &str, answer: &str) {
    let manager = app.manager(practice).await;
    let path = format!("/practices/{practice}/sharing");
    manager.form(&path, &[("share", answer)]).await.is(303);
}

/// The days of some clinicians of a practice, each with so many contacts.
async fn count(app: &TestApp, practice: &str, clinicians: &[ClinicianId], n: u32) {
    let day = app.clock.today();
    let manager = app.manager(practice).await;
    for clinician in clinicians {
        let path = format!("/api/v1/practices/{practice}/clinicians/{clinician}/days/{day}");
        manager.put(&path, json!({ "n": n })).await.is(200);
    }
}

async fn divert(app: &TestApp, practice: &str) {
    let manager = app.manager(practice).await;
    let id = Uuid::now_v7();
    let path = format!("/api/v1/practices/{practice}/divert");
    let start = json!({ "id": id, "guard_rail": "2026-04" });
    let reply = manager.post(&path, start).await;
    assert!(reply.status.is_success(), "{}", reply.body);
    let path = format!("/api/v1/practices/{practice}/divert/end");
    let end = json!({ "id": Uuid::now_v7(), "divert": id });
    let reply = manager.post(&path, end).await;
    assert!(reply.status.is_success(), "{}", reply.body);
}

fn at(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

/// Eight practices: on the 5th each of three clinicians had 30 contacts, on the 12th 20, and one practice diverted then.
/// The seventh counted only two of them on the 12th, the eighth does not share.
async fn world(test: TestDb) -> TestApp {
    let app = TestApp::start(test).await;
    let mut practices = Vec::new();
    for n in 1..=8 {
        let practice = format!("Z9000{n}");
        let mut clinicians = Vec::new();
        for label in ["Dr A", "Dr B", "Dr C"] {
            clinicians.push(app.clinician(&practice, label).await);
        }
        practices.push((practice, clinicians));
    }
    app.clock.set(at("2026-11-05T12:00:00Z"));
    for (practice, clinicians) in &practices {
        count(&app, practice, clinicians, 30).await;
    }
    app.clock.set(at("2026-11-12T12:00:00Z"));
    for (practice, clinicians) in &practices {
        let counted = if practice == "Z90007" { 2 } else { 3 };
        count(&app, practice, &clinicians[..counted], 20).await;
    }
    divert(&app, "Z90001").await;
    divert(&app, "Z90008").await;
    app.clock.set(now());
    for (practice, _) in &practices {
        if practice != "Z90008" {
            share(&app, practice, "yes").await;
        }
    }
    app
}

/// What a page says, without its frame and with single blanks.
fn words(page: &str) -> String {
    let main = Selector::parse("main").unwrap();
    let page = Html::parse_document(page);
    let text: Vec<&str> = page.select(&main).flat_map(|main| main.text()).collect();
    text.join(" ").split_whitespace().collect::<Vec<_>>().join(" ")
}

async fn read(officer: &Client, path: &str) -> String {
    words(&officer.get(path).await.is(200).body)
}

both_databases!(a_comparison_sums_the_same_practices_on_both_sides, |test: TestDb| async move {
    let app = world(test).await;
    let officer = app.token(Role::LmcOfficer, "east").await;
    let page = read(&officer, PAGE).await;
    for part in [
        "1 week before and after 10 November 2026: 3 Nov 2026 to 9 Nov 2026, and 10 Nov 2026 to 16 Nov 2026.",
        "No more whole weeks have passed since.",
        "Contacts per clinician-day 30.0 20.0 −10.0",
        "Clinician-days over the limit 100% 18 of 18 0% 0 of 18 −100 points",
        "Diverts per practice 0.0 0 diverts 0.2 1 divert +0.2",
        "Behind it: practices 6 6",
        "Behind it: clinician-days 18 18",
        "Of the 6 practices, 6 had fewer contacts per clinician-day after than before and 0 had more.",
        "these are 6 of 24",
        "No published figures of these months are here",
    ] {
        assert!(page.contains(part), "{part} in {page}");
    }
    assert!(!page.contains("Invented Surgery") && !page.contains("Dr A"), "{page}");
});

both_databases!(consent_acts_at_once_and_fewer_than_five_practices_are_hidden, |test: TestDb| async move {
    let app = world(test).await;
    let officer = app.token(Role::LmcOfficer, "east").await;
    share(&app, "Z90001", "no").await;
    let page = read(&officer, PAGE).await;
    assert!(page.contains("Behind it: practices 5 5"), "{page}");
    assert!(page.contains("0.0 0 diverts 0.0 0 diverts no change"), "{page}");
    share(&app, "Z90002", "no").await;
    let page = read(&officer, PAGE).await;
    assert!(
        page.contains("Not shown") && page.contains("there are too few: 4, of 5 that share and 24 in your area"),
        "{page}"
    );
    for figure in ["30.0", "20.0", "18 of 18", "Published"] {
        assert!(!page.contains(figure), "{figure} in {page}");
    }
    share(&app, "Z90002", "yes").await;
    let page = read(&officer, PAGE).await;
    assert!(page.contains("Behind it: practices 5 5"), "{page}");
    // Nobody else, and nobody's neighbour.
    app.stranger().get(PAGE).await.is(303);
    let west = app.token(Role::LmcOfficer, "west").await;
    west.get(PAGE).await.is(404);
    app.manager("Z90001").await.get(PAGE).await.is(404);
    let page = read(&west, "/lmc/west/impact?date=2026-11-10").await;
    assert!(page.contains("there is none") && page.contains("of 0 that share"), "{page}");
});

fn figures(practice: &str, month: &str, status: &str, n: u64) -> NewFigures {
    NewFigures {
        practice: ods(practice),
        month: month.parse::<LocalDate>().unwrap(),
        staff: "GP".to_owned(),
        mode: "Telephone".to_owned(),
        status: status.to_owned(),
        n,
    }
}

both_databases!(published_appointments_stand_beside_it_for_the_same_practices, |test: TestDb| async move {
    let app = world(test).await;
    let conn = app.test.db.schema();
    for (n, later) in [(1, 0), (2, 1)] {
        // The second file publishes the month again.
        let import = RowId(Uuid::now_v7());
        let mut rows = Vec::new();
        for practice in 1..=5 {
            let code = format!("Z9000{practice}");
            rows.push(figures(&code, "2026-11-01", "Attended", 2000 + n));
            rows.push(figures(&code, "2026-11-01", "DNA", 500));
        }
        rows.push(figures("Z90008", "2026-11-01", "Attended", 70_000));
        add_figures(conn, import, &rows).await.unwrap();
        let recorded = now() + chrono::Duration::minutes(later);
        let sha256 = format!("{n}");
        add_published(conn, import, &sha256, 6, 1, recorded).await.unwrap();
    }
    // A file that is not there in whole is not read.
    let torn = RowId(Uuid::now_v7());
    let row = figures("Z90001", "2026-11-01", "Attended", 900_000);
    add_figures(conn, torn, &[row]).await.unwrap();
    let officer = app.token(Role::LmcOfficer, "east").await;
    let page = read(&officer, PAGE).await;
    assert!(
        page.contains("November 2026 the day is in it 10,010 477"),
        "2,002 of each of five over 21 working days: {page}"
    );
    assert!(page.contains("5 practices of those above"), "{page}");
    share(&app, "Z90003", "no").await;
    let page = read(&officer, PAGE).await;
    assert!(page.contains("No published figures of these months are here"), "{page}");
});

async fn acts(app: &TestApp, practice: &str, item: &str, day: &str) {
    let manager = app.manager(practice).await;
    let body = json!({ "id": Uuid::now_v7(), "item": item, "status": "paused-since", "effective_on": day });
    let path = format!("/api/v1/practices/{practice}/actions");
    manager.post(&path, body).await.is(201);
}

const LIMIT: &str = "/lmc/east/impact?item=safe-contact-limit";

both_databases!(
    each_practice_is_compared_around_its_own_start_beside_those_that_did_not_begin,
    |test: TestDb| async move {
        let app = world(test).await;
        // Five more practices that counted, on other days: they began on those.
        let mut later = Vec::new();
        for n in 9..=13 {
            let practice = format!("Z900{n:02}");
            for label in ["Dr A", "Dr B", "Dr C"] {
                later.push((practice.clone(), app.clinician(&practice, label).await));
            }
            share(&app, &practice, "yes").await;
        }
        for (day, n) in [("2026-11-05", 28), ("2026-11-10", 34), ("2026-11-12", 22)] {
            app.clock.set(at(&format!("{day}T12:00:00Z")));
            for (practice, clinician) in &later {
                count(&app, practice, &[*clinician], n).await;
            }
        }
        app.clock.set(now());
        // Four began on the 11th, one on the 9th; a sixth today, and one that does not share.
        for (practice, day) in [
            ("Z90009", "2026-11-11"),
            ("Z90010", "2026-11-11"),
            ("Z90011", "2026-11-11"),
            ("Z90012", "2026-11-11"),
            ("Z90013", "2026-11-09"),
            ("Z90006", "2026-11-20"),
            ("Z90008", "2026-11-11"),
        ] {
            acts(&app, practice, "safe-contact-limit", day).await;
        }
        let officer = app.token(Role::LmcOfficer, "east").await;
        let page = read(&officer, LIMIT).await;
        // Those that recorded nothing are not those that did not begin.
        for part in [
            "before and after the day on which it began",
            "Began (5) Contacts per clinician-day 30.4",
            "Beside them nothing is shown",
            "began, and are compared 5",
            "less than a week ago, or without days with 3 or more counted clinicians on both sides 1",
            "have recorded nothing, so nothing is known: in neither group 6",
            "share with you 12 of 24",
            "What this cannot show A cause.",
        ] {
            assert!(page.contains(part), "{part} in {page}");
        }
        for practice in ["Z90001", "Z90002", "Z90003", "Z90004", "Z90005"] {
            acts(&app, practice, "dsa-freeze", "2026-11-02").await;
        }
        let page = read(&officer, LIMIT).await;
        for part in [
            "Began (5) Did not begin (5) Difference Contacts per clinician-day",
            // Before the 11th 28 and 34, before the 9th 28; after it 22, and from the 9th on 34 and 22.
            "30.4 → 23.2 −7.2 likely",
            "30.0 → 20.0 −10.0 the same in each",
            "did not begin, and are compared 5",
            "have recorded nothing, so nothing is known: in neither group 1",
            "Each practice counts once",
            "a difference of +2.8",
            "The likely range holds 0: it may be no difference at all.",
        ] {
            assert!(page.contains(part), "{part} in {page}");
        }
        assert!(!page.contains("Invented Surgery") && !page.contains("Dr A"), "{page}");
        // What is withdrawn is in neither group at once.
        share(&app, "Z90013", "no").await;
        let page = read(&officer, LIMIT).await;
        assert!(page.contains("Not shown") && page.contains("there are too few: 4."), "{page}");
        assert!(!page.contains("→"), "{page}");
    }
);

both_databases!(one_day_for_all_is_the_first_of_october_unless_another_is_asked_for, |test: TestDb| async move {
    let app = world(test).await;
    for practice in ["Z90001", "Z90002", "Z90003", "Z90008"] {
        acts(&app, practice, "safe-contact-limit", "2026-11-09").await;
    }
    let officer = app.token(Role::LmcOfficer, "east").await;
    let page = read(&officer, &format!("{LIMIT}&date=2026-11-10")).await;
    assert!(page.contains("after 10 November 2026"), "{page}");
    assert!(page.contains("3 of them act on"), "{page}");
    let page = read(&officer, LIMIT).await;
    assert!(page.contains("there are too few: 3."), "{page}");
    let page = read(&officer, "/lmc/east/impact?item=dsa-freeze").await;
    assert!(page.contains("there is none."), "{page}");
    let page = read(&officer, "/lmc/east/impact").await;
    assert!(page.contains("4 weeks before and after 1 October 2026"), "{page}");
    for wrong in ["date=2026-11-14", "date=soon", "item=x", "weeks=5", "date=2027-01-01"] {
        let reply = officer.get(&format!("/lmc/east/impact?{wrong}")).await;
        assert!(reply.is(422).body.contains("nhsuk-error-summary"), "{wrong}");
    }
});

both_databases!(a_meeting_sheet_is_of_the_release_alone, |test: TestDb| async move {
    let app = TestApp::start(test).await;
    let officer = app.token(Role::LmcOfficer, "east").await;
    let (page, paper) = ("/lmc/east/meeting", "/lmc/east/meeting.pdf");
    assert!(read(&officer, page).await.contains("There is no release yet"));
    officer.get(paper).await.is(404);
    jobs::releases::make_due(&app.state).await.unwrap();
    let before = (officer.get(page).await, officer.get(paper).await);
    let said = words(&before.0.is(200).body);
    for part in [
        "Release 9, published on Thursday 19 November 2026",
        "Wyre and Calder (24 practices)",
        "England",
        "too few have recorded to say",
    ] {
        assert!(said.contains(part), "{part} in {said}");
    }
    assert!(!before.0.body.contains("Invented Surgery") && !before.0.body.contains("Z900"));
    assert!(!before.0.body.contains("LMC only"));
    assert_eq!(before.1.is(200).headers["content-type"], "application/pdf");
    assert!(before.1.body.starts_with("%PDF-1."));

    // Everything a practice can change in a moment: its register, its consent, its counts.
    let manager = app.manager("Z90001").await;
    let body =
        json!({ "id": Uuid::now_v7(), "item": "dsa-freeze", "status": "paused-since", "effective_on": "2026-11-16" });
    manager.post("/api/v1/practices/Z90001/actions", body).await.is(201);
    share(&app, "Z90001", "yes").await;
    let clinician = app.clinician("Z90001", "Dr A").await;
    count(&app, "Z90001", &[clinician], 31).await;
    assert_eq!(officer.get(page).await.body, before.0.body);
    assert_eq!(officer.get(paper).await.body, before.1.body);
    let live = officer.get("/lmc/east").await;
    assert!(live.is(200).body.contains("LMC only"), "other prints say whose they are");
    assert!(live.body.contains("/lmc/east/meeting\"") && live.body.contains("/lmc/east/impact\""));

    for path in [page, paper] {
        app.stranger().get(path).await.is(303);
        app.token(Role::LmcOfficer, "west").await.get(path).await.is(404);
        app.manager("Z90001").await.get(path).await.is(404);
        app.token(Role::IcbAnalyst, "XDA").await.get(path).await.is(404);
    }
});

async fn log(app: &TestApp, practice: &str, day: &str, outcome: &str, minutes: u32) {
    let body = json!({
        "id": Uuid::now_v7(), "provider_name": "Wyrevale Infirmary", "category": "clinic-letter", "outcome": outcome,
        "came_on": day, "gp": minutes, "other_clinician": 0, "nurse": 0, "admin": 12,
    });
    let path = format!("/api/v1/practices/{practice}/transfers");
    app.manager(practice).await.post(&path, body).await.is(201);
}

both_databases!(what_sending_back_gave_stands_beside_it_where_five_logged_on_both_sides, |test: TestDb| async move {
    let app = world(test).await;
    let officer = app.token(Role::LmcOfficer, "east").await;
    let page = read(&officer, PAGE).await;
    assert!(page.contains("logged something on both sides. Here there is none."), "{page}");
    for n in 1..=4 {
        log(&app, &format!("Z9000{n}"), "2026-11-09", "returned", 15).await;
        log(&app, &format!("Z9000{n}"), "2026-11-10", "declined", 45).await;
    }
    log(&app, "Z90005", "2026-11-05", "done-urgent", 30).await;
    // Days beside the spans, one side alone, and a practice that does not share.
    log(&app, "Z90005", "2026-11-17", "returned", 60).await;
    log(&app, "Z90006", "2026-11-16", "returned", 60).await;
    log(&app, "Z90008", "2026-11-04", "returned", 60).await;
    log(&app, "Z90008", "2026-11-16", "returned", 60).await;
    let page = read(&officer, PAGE).await;
    assert!(page.contains("logged something on both sides. Here there are 4."), "{page}");
    log(&app, "Z90005", "2026-11-16", "returned", 15).await;
    let page = read(&officer, PAGE).await;
    for part in [
        "Items declined or returned 4 5",
        "Appointments given back 4 13",
        "Administration on them 48 minutes 1 hour",
        "Items done anyway 1 0",
        "Appointments lost on those 2 0",
        "Of 5 practices that opened their log to you and logged something on both sides.",
    ] {
        assert!(page.contains(part), "{part} in {page}");
    }
    share(&app, "Z90001", "no").await;
    let page = read(&officer, PAGE).await;
    assert!(page.contains("logged something on both sides. Here there are 4."), "{page}");
});
