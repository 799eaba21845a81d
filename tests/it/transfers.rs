//! Transferred work over HTTP: logged by whoever meets it, corrected by a new row, without a person in it, and nobody else's.

use calamine::{DataType, Reader};
use headroom::domain::access::Role;
use serde_json::{Value, json};
use uuid::Uuid;

use sea_orm::ConnectionTrait;

use crate::support::{
    app::{Client, TestApp},
    databases::{Kind, TestDb, both_databases},
};

const API: &str = "/api/v1/practices/Z90001/transfers";
const PAGE: &str = "/practices/Z90001/transfers";

fn item(category: &str, outcome: &str) -> Value {
    json!({
        "id": Uuid::now_v7(), "provider_name": "Wyrevale Infirmary", "department": "320", "category": category,
        "asked": "Letter of the September clinic", "outcome": outcome,
    })
}

fn with(mut body: Value, field: &str, value: Value) -> Value {
    body[field] = value;
    body
}

async fn listed(reader: &Client) -> Vec<Value> {
    reader.get(API).await.is(200).json()["items"].as_array().unwrap().clone()
}

both_databases!(an_item_is_logged_once_and_corrected_by_a_new_row, |test: TestDb| async move {
    let app = TestApp::start(test.clone()).await;
    let manager = app.manager("Z90001").await;
    let sent = item("clinic-letter", "returned");
    let first = manager.post(API, sent.clone()).await.is(201).json();
    assert_eq!(first["minutes"], json!({ "gp": 5, "other_clinician": 0, "nurse": 0, "admin": 20 }), "the usual ones");
    assert_eq!(first["duty"]["code"], "clinic-letter-7d");
    assert_eq!(first["duty"]["source"], "NHS Standard Contract 2026/27 (SC11.7; number not checked for 2026/27)");
    assert_eq!(manager.post(API, sent.clone()).await.is(200).json(), first, "sent twice, logged once");
    manager.post(API, with(sent.clone(), "outcome", json!("agreed"))).await.is(409);
    let changed = with(with(sent, "id", json!(Uuid::now_v7())), "corrects", first["id"].clone());
    let changed = with(changed, "gp", json!(15));
    let second = manager.post(API, changed.clone()).await.is(201).json();
    assert_eq!(listed(&manager).await, std::slice::from_ref(&second));
    let again = with(changed.clone(), "id", json!(Uuid::now_v7()));
    let problem = manager.post(API, again).await.is(409).json();
    assert_eq!(
        (&problem["type"], &problem["newest"]),
        (&json!("/problems/corrected-before"), &second["id"]),
        "{problem}"
    );
    let gone = with(with(changed, "id", json!(Uuid::now_v7())), "corrects", second["id"].clone());
    manager.post(API, with(gone, "removed", json!(true))).await.is(201);
    assert_eq!(listed(&manager).await, [Value::Null; 0]);
    assert_eq!(test.number("SELECT count(*) FROM transfer").await, 3, "history stays");
    let events = "SELECT count(*) FROM audit_event WHERE event = 'transfer.logged' AND organisation = 'Z90001'";
    assert_eq!(test.number(events).await, 3);
    assert!(!test.rows("audit_event").await.join("\n").contains("September"), "the trail holds codes");
});

both_databases!(a_kept_item_is_logged_by_whom_it_was_kept_for, |test: TestDb| async move {
    let app = TestApp::start(test.clone()).await;
    let id = app.add_person(Role::PracticeManager, "Z90001").await;
    let desk = app.program_of(id).await;
    let sent = with(item("clinic-letter", "returned"), "kept_by", json!(Uuid::now_v7()));
    let refused = desk.post(API, sent.clone()).await.is(422).json();
    assert_eq!(
        refused["errors"],
        json!([{ "field": "kept_by", "message": "Somebody else was signed in when it was logged" }])
    );
    assert_eq!(test.number("SELECT count(*) FROM transfer").await, 0);
    desk.post(API, with(sent, "kept_by", json!(id))).await.is(201);
});

both_databases!(what_names_a_person_is_refused_and_kept_nowhere, |test: TestDb| async move {
    let app = TestApp::start(test.clone()).await;
    let manager = app.manager("Z90001").await;
    for (field, text) in [
        ("asked", "Chase Mr Harlow's letter from the September clinic"),
        ("asked", "Bloods for 999 012 3454"),
        ("provider_name", "Mr Harlow"),
        ("reference", "999 012 3454"),
    ] {
        let refused = manager.post(API, with(item("clinic-letter", "returned"), field, json!(text))).await;
        let errors = refused.is(422).json()["errors"].to_string();
        assert!(errors.contains(field), "{field}: {errors}");
        assert!(!errors.contains("Harlow") && !errors.contains("3454"), "{errors}");
    }
    assert_eq!(test.number("SELECT count(*) FROM transfer").await, 0);
});

both_databases!(each_field_that_is_wrong_is_named, |test: TestDb| async move {
    let app = TestApp::start(test).await;
    let manager = app.manager("Z90001").await;
    let fresh = || with(item("clinic-letter", "returned"), "id", json!(Uuid::now_v7()));
    for (field, value) in [
        ("category", json!("no-such-kind")),
        ("department", json!("9999")),
        ("reason", json!("wound check")),
        ("route", json!("pigeon")),
        ("outcome", json!("ignored")),
        ("gp", json!(61)),
        ("came_on", json!("2027-01-01")),
        ("removed", json!(true)),
        ("provider", json!("XXX")),
    ] {
        let refused = manager.post(API, with(fresh(), field, value)).await.is(422).json();
        assert_eq!(refused["errors"][0]["field"], field, "{refused}");
    }
    let mut nobody = fresh();
    nobody.as_object_mut().unwrap().remove("provider_name");
    let refused = manager.post(API, nobody).await.is(422).json();
    assert_eq!(refused["errors"][0]["field"], "provider_name");
});

both_databases!(a_clinician_logs_and_reads_no_list, |test: TestDb| async move {
    let app = TestApp::start(test).await;
    let manager = app.manager("Z90001").await;
    let doctor = app.clinician("Z90001", "Dr A").await;
    let clinician = app.device("Z90001", doctor).await;
    let form = clinician.get(&format!("{PAGE}/new")).await;
    let page = form.is(200).body.clone();
    assert!(page.contains("Who sent it?") && page.contains("Clinic letter"), "{page}");
    let (one, other) = (Uuid::now_v7().to_string(), Uuid::now_v7().to_string());
    let fields = [
        ("id", one.as_str()),
        ("provider_name", "Brackenshaw Community"),
        ("category", "investigation-request"),
        ("outcome", "returned"),
    ];
    let logged = clinician.form(PAGE, &fields).await;
    assert_eq!(logged.is(303).location(), format!("{PAGE}/new?saved=1"));
    clinician.get(PAGE).await.is(403);
    clinician.get(API).await.is(403);
    let month = manager.get(PAGE).await.is(200).body.clone();
    assert!(month.contains("Brackenshaw Community") && month.contains("Test or scan to arrange"), "{month}");
    let offered = clinician.get(&format!("{PAGE}/new")).await.is(200).body.clone();
    assert!(offered.contains("own:brackenshaw community|"), "who sent before is one touch: {offered}");
    let one_touch = [
        ("id", other.as_str()),
        ("from", "own:brackenshaw community|"),
        ("category", "clinic-letter"),
        ("outcome", "declined"),
    ];
    clinician.form(PAGE, &one_touch).await.is(303);
    let all = listed(&manager).await;
    let names: Vec<&Value> = all.iter().map(|one| &one["provider"]["name"]).collect();
    assert_eq!(names, ["Brackenshaw Community", "Brackenshaw Community"], "as it was written the first time");
    let file = manager.get(&format!("{PAGE}/csv")).await.is(200).body.clone();
    assert_eq!(file.lines().count(), 3, "{file}");
    // As a workbook: minutes are numbers, all else is text.
    let workbook = manager.get(&format!("{PAGE}/xlsx")).await;
    let mut read = calamine::open_workbook_auto_from_rs(std::io::Cursor::new(workbook.is(200).bytes.clone())).unwrap();
    let sheet = read.worksheet_range("Transferred work").unwrap();
    let column = |name: &str| (0..18).find(|at| sheet[(0, *at)] == *name).unwrap();
    assert_eq!(sheet.height(), 3);
    assert!(sheet[(1, column("minutes_gp"))].is_float() && sheet[(1, column("category"))].is_string());
    assert_eq!(sheet[(1, column("provider_name"))].to_string(), "Brackenshaw Community");
});

both_databases!(an_item_of_whoever_seldom_sends_is_corrected_on_its_page, |test: TestDb| async move {
    let app = TestApp::start(test).await;
    let manager = app.manager("Z90001").await;
    let seldom = with(item("fit-note", "returned"), "provider_name", json!("Larkfield Hospice"));
    let seldom = with(seldom, "reason", json!("too short"));
    let first = manager.post(API, seldom).await.is(201).json();
    for name in ["A House", "B House", "C House", "D House"] {
        for _ in 0..2 {
            manager.post(API, with(item("fit-note", "returned"), "provider_name", json!(name))).await.is(201);
        }
    }
    let (id, corrects) = (Uuid::now_v7().to_string(), first["id"].as_str().unwrap());
    let page = manager.get(&format!("{PAGE}/{corrects}")).await.is(200).body.clone();
    assert!(page.contains("own:larkfield hospice|320"), "{page}");
    let fields = [
        ("id", id.as_str()),
        ("corrects", corrects),
        ("from", "own:larkfield hospice|320"),
        ("category", "fit-note"),
        ("outcome", "returned"),
    ];
    manager.form(PAGE, &fields).await.is(303);
    let all = listed(&manager).await;
    let corrected = all.iter().find(|one| one["id"] == json!(id)).unwrap();
    assert_eq!((all.len(), &corrected["reason"]), (9, &json!("too short")), "what the page does not ask stays");
    let gone = Uuid::now_v7().to_string();
    let mut fields = fields.to_vec();
    fields[0].1 = &gone;
    fields[1].1 = &id;
    fields.push(("removed", "yes"));
    manager.form(PAGE, &fields).await.is(303);
    assert_eq!(listed(&manager).await.len(), 8);
});

both_databases!(a_month_gives_back_what_was_sent_back, |test: TestDb| async move {
    let app = TestApp::start(test).await;
    let manager = app.manager("Z90001").await;
    for (outcome, gp) in [("returned", 20), ("declined", 25), ("done-urgent", 30), ("done-other", 15), ("agreed", 60)] {
        let logged = with(with(item("clinic-letter", outcome), "gp", json!(gp)), "admin", json!(30));
        manager.post(API, logged).await.is(201);
    }
    let month = manager.get(PAGE).await.is(200).body.clone();
    for says in [
        "45 minutes of clinicians on 2 items declined or returned, divided by 15.",
        "<strong>3</strong> appointments of 15 minutes",
        "Administration on them: 1 hour.",
        "Done anyway, and lost: 3 appointments on 2 items.",
    ] {
        assert!(month.contains(says), "{says}: {month}");
    }
    manager.get(&format!("{PAGE}?month=2027-01")).await.is(422);
    let before = manager.get(&format!("{PAGE}?month=2026-10")).await.is(200).body.clone();
    assert!(before.contains("Nothing is logged in this month"), "{before}");
});

both_databases!(the_neighbour_and_the_stranger_find_nothing, |test: TestDb| async move {
    let app = TestApp::start(test).await;
    let manager = app.manager("Z90001").await;
    let first = manager.post(API, item("clinic-letter", "returned")).await.is(201).json();
    let neighbour = app.manager("Z90002").await;
    for path in [
        API,
        PAGE,
        "/practices/Z90001/transfers/new",
        "/practices/Z90001/transfers/csv",
        "/practices/Z90001/transfers/xlsx",
    ] {
        neighbour.get(path).await.is(404);
    }
    neighbour.post(API, item("clinic-letter", "returned")).await.is(404);
    let own = "/api/v1/practices/Z90002/transfers";
    let taking = with(item("clinic-letter", "returned"), "corrects", first["id"].clone());
    neighbour.post(own, taking).await.is(404);
    let page = format!("/practices/Z90002/transfers/{}", first["id"].as_str().unwrap());
    neighbour.get(&page).await.is(404);
    app.stranger().get(API).await.is(401);
});

both_databases!(whoever_corrects_what_was_corrected_meanwhile_reads_what_it_says_now, |test: TestDb| async move {
    let app = TestApp::start(test.clone()).await;
    let manager = app.manager("Z90001").await;
    let doctor = app.clinician("Z90001", "Dr A").await;
    let first = manager.post(API, item("clinic-letter", "returned")).await.is(201).json();
    let corrects = first["id"].as_str().unwrap();
    let typed = |id: &str, outcome: &'static str| {
        let fields = [
            ("id", id.to_owned()),
            ("corrects", corrects.to_owned()),
            ("provider_name", "Wyrevale Infirmary".to_owned()),
            ("category", "clinic-letter".to_owned()),
            ("asked", format!("Letter of the clinic, {outcome}")),
            ("outcome", outcome.to_owned()),
        ];
        fields.map(|(name, text)| (name.to_owned(), text)).to_vec()
    };
    let send = async |client: &Client, fields: &[(String, String)]| {
        let fields: Vec<(&str, &str)> = fields.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect();
        client.form(PAGE, &fields).await
    };
    let (one, other) = (Uuid::now_v7().to_string(), Uuid::now_v7().to_string());
    send(&manager, &typed(&one, "declined")).await.is(303);
    let late = typed(&other, "agreed");
    let page = send(&manager, &late).await.is(409).body.clone();
    for says in [
        "This item was corrected since you opened it",
        "What it says now",
        "Letter of the clinic, declined",
        "Letter of the clinic, agreed",
        &format!("name=\"corrects\" value=\"{one}\""),
    ] {
        assert!(page.contains(says), "{says}: {page}");
    }
    // A clinician is told the same, and reads nothing that somebody else wrote.
    let device = app.device("Z90001", doctor).await;
    let told = send(&device, &late).await.is(409).body.clone();
    assert!(told.contains("corrected since you opened it") && !told.contains("declined</dd>"), "{told}");
    assert!(!told.contains("What it says now") && told.contains("Letter of the clinic, agreed"), "{told}");
    assert_eq!(test.number("SELECT count(*) FROM transfer").await, 2, "nothing was written");
    // Saved again as the page has it.
    let mut again = late.clone();
    again[1].1.clone_from(&one);
    send(&manager, &again).await.is(303);
    let now = listed(&manager).await;
    assert_eq!((now.len(), &now[0]["id"], &now[0]["outcome"]), (1, &json!(other), &json!("agreed")));
    // An older link leads to the newest entry.
    let old = manager.get(&format!("{PAGE}/{corrects}")).await;
    assert_eq!(old.is(303).location(), format!("{PAGE}/{other}"));
    // One that was taken out is told as that, and can be put back.
    let gone = with(with(item("clinic-letter", "agreed"), "corrects", json!(other)), "removed", json!(true));
    manager.post(API, gone).await.is(201);
    let mut late = again.clone();
    (late[0].1, late[1].1) = (Uuid::now_v7().to_string(), other);
    let page = send(&manager, &late).await.is(409).body.clone();
    assert!(page.contains("It was taken out as logged in error"), "{page}");
});

both_databases!(a_month_of_more_than_twenty_thousand_items_is_whole, |test: TestDb| async move {
    let app = TestApp::start(test.clone()).await;
    let manager = app.manager("Z90001").await;
    let body = with(with(item("clinic-letter", "returned"), "gp", json!(1)), "came_on", json!("2026-11-02"));
    manager.post(API, body).await.is(201);
    let columns = "corrects, first, provider, provider_name, department, category, reason, route, asked, outcome, \
        minutes_gp, minutes_other_clinician, minutes_nurse, minutes_admin, reference, came_on, duty, edition, removed, \
        recorded_at, recorded_by";
    let (numbers, id) = match test.kind() {
        Kind::Sqlite => (
            "(WITH RECURSIVE n(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM n WHERE n < 20000) SELECT n FROM n) AS numbers",
            "randomblob(16)",
        ),
        Kind::Postgres => ("generate_series(1, 20000) AS numbers(n)", "gen_random_uuid()"),
    };
    let many = format!(
        "INSERT INTO transfer (practice, id, {columns}) SELECT practice, {id}, {columns} FROM transfer, {numbers}"
    );
    test.outside().await.execute_unprepared(&many).await.unwrap();
    let month = manager.get(PAGE).await.is(200).body.clone();
    assert!(month.contains("20001 items") || month.contains("20,001 items"), "{}", &month[..4000.min(month.len())]);
    assert!(month.contains("20,001 minutes of clinicians on 20,001 items"), "sums are of all");
    assert!(month.contains("Items 1 to 100 of 20,001"), "the page says what it shows");
    let last = manager.get(&format!("{PAGE}?month=2026-11&page=201")).await.is(200).body.clone();
    assert!(last.contains("Items 20,001 to 20,001 of 20,001"), "the last page");
    manager.get(&format!("{PAGE}?month=2026-11&page=99")).await.is(200);
    let file = manager.get(&format!("{PAGE}/csv")).await.is(200).body.clone();
    let ids: std::collections::BTreeSet<&str> = file.lines().skip(1).map(|line| &line[..36]).collect();
    assert_eq!(ids.len(), 20_001, "each once");
    assert_eq!(listed(&manager).await.len(), 100, "a page of the list");
    let sheet = manager.accepting(API, "text/csv").await.is(200).body.clone();
    let ids: std::collections::BTreeSet<&str> = sheet.lines().skip(1).map(|line| &line[..36]).collect();
    assert_eq!(ids.len(), 20_001, "a sheet is whole");
});

both_databases!(reception_logs_from_the_screen_it_sees_first, |test: TestDb| async move {
    let app = TestApp::start(test).await;
    let manager = app.manager("Z90001").await;
    let desk = app.display("Z90001", true).await;
    let first = desk.get("/practices/Z90001/desk").await.is(200).body.clone();
    assert!(first.contains(&format!("href=\"{PAGE}/new\"")), "{first}");
    let form = desk.get(&format!("{PAGE}/new")).await.is(200).body.clone();
    assert!(form.contains("Who sent it?") && form.contains("href=\"/practices/Z90001/desk\""), "and back: {form}");
    let id = Uuid::now_v7().to_string();
    let fields = [
        ("id", id.as_str()),
        ("provider_name", "Brackenshaw Community"),
        ("category", "patient-query"),
        ("outcome", "returned"),
    ];
    let logged = desk.form(PAGE, &fields).await;
    assert_eq!(logged.is(303).location(), format!("{PAGE}/new?saved=1"));
    assert_eq!(listed(&manager).await.len(), 1);
    desk.get(PAGE).await.is(403);
    // A screen on the wall shows the day and logs nothing.
    let wall = app.display("Z90001", false).await;
    wall.get(&format!("{PAGE}/new")).await.is(403);
});

both_databases!(what_came_years_ago_is_corrected_and_removed_like_any_other, |test: TestDb| async move {
    let app = TestApp::start(test).await;
    let manager = app.person(Role::PracticeManager, "Z90001").await;
    let api = "/api/v1/practices/Z90001/transfers";
    let file = "Date,Provider,Type,Action\r\n01/09/2016,R0A,fit-note,Returned\r\n";
    manager.upload(&format!("{api}/imports"), "old.csv", file.as_bytes()).await.is(201);
    let page = manager.get(&format!("{PAGE}?month=2016-09")).await;
    let mark = format!("href=\"{PAGE}/");
    let ids = page.is(200).body.split(&mark).filter_map(|rest| rest.get(..36)?.parse::<Uuid>().ok());
    let item = ids.into_iter().next().unwrap().to_string();
    let fields = |id: &str, removed: &'static str| -> Vec<(String, String)> {
        [
            ("id", id),
            ("corrects", &item),
            ("provider_name", "Wyrevale Infirmary"),
            ("category", "fit-note"),
            ("outcome", "returned"),
            ("came_on", "2016-09-01"),
            ("removed", removed),
        ]
        .into_iter()
        .filter(|(_, text)| !text.is_empty())
        .map(|(name, text)| (name.to_owned(), text.to_owned()))
        .collect()
    };
    let send = async |fields: Vec<(String, String)>| {
        let fields: Vec<(&str, &str)> = fields.iter().map(|(name, text)| (&**name, &**text)).collect();
        manager.form(PAGE, &fields).await
    };
    // Not as something new, and not to a day from before there were sheets.
    let mut fresh = fields(&Uuid::now_v7().to_string(), "");
    fresh.retain(|(name, _)| name != "corrects");
    send(fresh).await.is(422);
    let mut before = fields(&Uuid::now_v7().to_string(), "");
    before.iter_mut().find(|(name, _)| name == "came_on").unwrap().1 = "2014-12-31".to_owned();
    send(before).await.is(422);
    send(fields(&Uuid::now_v7().to_string(), "yes")).await.is(303);
    assert!(!manager.get(&format!("{PAGE}?month=2016-09")).await.is(200).body.contains(&item));
});

both_databases!(a_form_that_was_saved_and_filled_again_keeps_what_was_typed, |test: TestDb| async move {
    let app = TestApp::start(test).await;
    let manager = app.person(Role::PracticeManager, "Z90001").await;
    let id = Uuid::now_v7().to_string();
    let typed = |asked: &'static str| {
        [
            ("id", id.as_str()),
            ("provider_name", "Wyrevale Infirmary"),
            ("category", "fit-note"),
            ("outcome", "returned"),
            ("asked", asked),
        ]
        .map(|(name, text)| (name.to_owned(), text.to_owned()))
    };
    let send = async |fields: &[(String, String)]| {
        let fields: Vec<(&str, &str)> = fields.iter().map(|(name, text)| (&**name, &**text)).collect();
        manager.form(PAGE, &fields).await
    };
    send(&typed("Fit note for autumn")).await.is(303);
    // As a browser's Back does.
    let again = send(&typed("Fit note for winter")).await;
    assert!(again.is(409).body.contains("Fit note for winter") && again.body.contains("logged with this page before"));
    let (_, rest) = again.body.split_once("name=\"id\" value=\"").unwrap();
    let fresh = rest.split('"').next().unwrap();
    assert_ne!(fresh, id);
    let mut more = typed("Fit note for winter");
    more[0].1 = fresh.to_owned();
    send(&more).await.is(303);
    assert_eq!(app.test.number("SELECT count(*) FROM transfer").await, 2);
});
