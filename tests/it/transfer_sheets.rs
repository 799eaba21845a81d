//! Items of before from a sheet: looked at, added once whatever is done with the file, with nobody's name, and nobody else's.

use std::fmt::Write as _;

use axum::http::Method;
use headroom::domain::access::Role;
use rust_xlsxwriter::{ExcelDateTime, Format, Workbook};
use scraper::{Html, Selector};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::support::{
    app::{Client, Reply, TestApp},
    databases::{TestDb, both_databases},
};

const LOG: &str = "/practices/Z90001/transfers";
const PAGE: &str = "/practices/Z90001/transfers/import";
const API: &str = "/api/v1/practices/Z90001/transfers/imports";
const ITEMS: &str = "/api/v1/practices/Z90001/transfers";
/// As a practice keeps it: its own order of columns, its own names for them, and a column that is nobody's business.
const OWN: &str = "Ref,Hospital,Date received,Type,Notes,Action,Mins,Phoned\r\n\
    T-001,R0A,18/11/2026,Clinic letter,Letter of the September clinic,Sent back,10,yes\r\n\
    T-002,Wyrevale Infirmary,2 Mar 2017,clinic-letter,\"Letter, of the\r\nFebruary clinic\",Done,,no\r\n\
    T-003,Wyrevale Infirmary,1.4.17,Clinic letter,,Declined,5 mins,no\r\n";

async fn check(client: &Client, file: &str) -> Value {
    let path = format!("{API}/check");
    client.send(Method::POST, &path, Some("text/csv"), file.to_owned()).await.is(200).json()
}

async fn add(client: &Client, file: &str) -> Reply {
    client.send(Method::POST, API, Some("text/csv"), file.to_owned()).await
}

async fn listed(client: &Client, from: &str, to: &str) -> Vec<Value> {
    let path = format!("{ITEMS}?from={from}&to={to}");
    client.get(&path).await.is(200).json()["items"].as_array().unwrap().clone()
}

/// The hidden fields of the form that adds what a page shows.
fn carried(page: &str) -> Vec<(String, String)> {
    let html = Html::parse_document(page);
    let wanted = Selector::parse("form[action$='/import/rows'] input").unwrap();
    let field = |name: &str, of: scraper::ElementRef<'_>| of.attr(name).unwrap().to_owned();
    html.select(&wanted).map(|one| (field("name", one), field("value", one))).collect()
}

async fn confirm(client: &Client, fields: &[(String, String)]) -> Reply {
    let fields: Vec<(&str, &str)> = fields.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect();
    client.form(&format!("{PAGE}/rows"), &fields).await
}

both_databases!(a_sheet_is_looked_at_and_added_once, |test: TestDb| async move {
    let app = TestApp::start(test.clone()).await;
    let manager = app.person(Role::PracticeManager, "Z90001").await;
    let chosen = manager.get(PAGE).await.is(200).body.clone();
    assert!(chosen.contains("Show what would be added") && chosen.contains("template.xlsx"), "{chosen}");
    let before = test.content_without(&["session"]).await;
    let page = manager.upload(PAGE, "ours.csv", OWN.as_bytes()).await.is(200).body.clone();
    assert_eq!(test.content_without(&["session"]).await, before, "nothing is kept before it is confirmed");
    for says in ["3 items would be added", "Not read: column H", "Wyrevale Infirmary", "in no list", "minutes of a GP"]
    {
        assert!(page.contains(says), "{says}: {page}");
    }
    let fields = carried(&page);
    for _ in 0..2 {
        assert_eq!(confirm(&manager, &fields).await.is(303).location(), format!("{PAGE}?added=3"));
    }
    assert_eq!(test.number("SELECT count(*) FROM transfer").await, 3, "sent twice, added once");
    let other = manager.upload(PAGE, "o.csv", OWN.replace("T-00", "U-00").as_bytes()).await.is(200).body.clone();
    let mut reused = carried(&other);
    reused[0].1.clone_from(&fields[0].1);
    confirm(&manager, &reused).await.is(409);
    assert_eq!(test.number("SELECT count(*) FROM transfer_import").await, 1);
    let events = "SELECT count(*) FROM audit_event WHERE event LIKE 'transfer%' AND organisation = 'Z90001'";
    assert_eq!(test.number(events).await, 1, "one act");
    assert!(!test.rows("audit_event").await.join("\n").contains("September"), "the trail holds numbers");
    let done = manager.get(&format!("{PAGE}?added=3")).await.is(200).body.clone();
    assert!(done.contains("3 items are added.") && done.contains("2 Mar 2017 to 18 Nov 2026"), "{done}");
    let again = manager.upload(PAGE, "ours.csv", OWN.as_bytes()).await.is(200).body.clone();
    assert!(again.contains("There is nothing to add. 3 rows are there already."), "{again}");
    // Each with the duty in force on its own day.
    let old = listed(&manager, "2017-03-01", "2017-04-30").await;
    let says: Vec<(&str, &str, &str)> = old
        .iter()
        .map(|item| {
            let text = |value: &Value| value.as_str().unwrap().to_owned().leak() as &str;
            (text(&item["came_on"]), text(&item["duty"]["code"]), text(&item["outcome"]))
        })
        .collect();
    assert_eq!(
        says,
        [("2017-04-01", "clinic-letter-10d", "declined"), ("2017-03-02", "clinic-letter-14d", "done-other")]
    );
    assert_eq!(old[1]["asked"], "Letter, of the February clinic");
    assert_eq!(old[1]["minutes"], json!({ "gp": 5, "other_clinician": 0, "nurse": 0, "admin": 20 }), "the usual ones");
    assert_eq!(old[0]["minutes"], json!({ "gp": 5, "other_clinician": 0, "nurse": 0, "admin": 0 }), "all there were");
    let newest = &listed(&manager, "2026-11-18", "2026-11-18").await[0];
    assert_eq!(newest["provider"], json!({ "key": "R0A", "name": "Manchester University NHS Foundation Trust" }));
});

both_databases!(a_file_that_was_saved_again_adds_nothing, |test: TestDb| async move {
    let app = TestApp::start(test.clone()).await;
    let manager = app.person(Role::PracticeManager, "Z90001").await;
    let first = "Date,Provider,Kind,Outcome,What was asked,Reference\r\n\
        18/11/2026,Wyrevale Infirmary,Clinic letter,Returned,Café letter – “late”,0007\r\n\
        18/11/2026,Wyrevale Infirmary,Clinic letter,Returned,Café letter – “late”,0007\r\n\
        2/3/2026,R0A,Fit note,Done: urgent,,\r\n";
    let report = check(&manager, first).await;
    assert_eq!(report["alike"], json!([[2, 3]]), "two rows that say the same are two items, and are told");
    assert_eq!(add(&manager, first).await.is(201).json()["items"], 3);
    // Saved by Excel: other separators, ANSI, days in another form, no zeros; columns moved and a row on top.
    let (saved, ..) = encoding_rs::WINDOWS_1252.encode(
        "Our items;;;;;\r\nReference;Outcome;Kind;What was asked;Provider;Date\r\n\
         ;Done: urgent;Fit note;;r0a;2026-03-02\r\n\
         7;RETURNED;clinic letter;Café letter – “late”;WYREVALE INFIRMARY;18-Nov-26\r\n\
         7;Returned;Clinic letter;Café  letter – “late” ;Wyrevale Infirmary;18/11/2026 00:00\r\n",
    );
    let report = manager.upload(&format!("{API}/check"), "x.csv", &saved).await.is(200).json();
    assert_eq!((&report["items"], &report["there"], &report["refused"]), (&json!(0), &json!(3), &json!(0)), "{report}");
    // UTF-16 with tabs, as "Unicode text".
    let mut wide = vec![0xFF, 0xFE];
    wide.extend(first.replace(',', "\t").encode_utf16().flat_map(u16::to_le_bytes));
    let report = manager.upload(API, "x.txt", &wide).await.is(200).json();
    assert_eq!((&report["items"], &report["there"], &report["import"]), (&json!(0), &json!(3), &Value::Null));
    // With a mark before it and old line ends.
    let marked = format!("\u{feff}sep=,\n{}", first.replace("\r\n", "\r"));
    assert_eq!(check(&manager, &marked).await["there"], 3);
    // As a workbook with real days and numbers.
    let mut workbook = Workbook::new();
    let sheet = workbook.add_worksheet();
    for (at, name) in (0..).zip(["Date", "Provider", "Kind", "Outcome", "What was asked", "Reference"]) {
        sheet.write_string(0, at, name).unwrap();
    }
    let day = Format::new().set_num_format("dd/mm/yyyy");
    for row in 1..3 {
        let on = ExcelDateTime::from_ymd(2026, 11, 18).unwrap();
        sheet.write_datetime_with_format(row, 0, on, &day).unwrap();
        for (at, text) in
            [(1, "Wyrevale Infirmary"), (2, "Clinic letter"), (3, "Returned"), (4, "Café letter – “late”")]
        {
            sheet.write_string(row, at, text).unwrap();
        }
        sheet.write_number(row, 5, 7).unwrap();
    }
    let file = workbook.save_to_buffer().unwrap();
    let report = manager.upload(&format!("{API}/check"), "x.xlsx", &file).await.is(200).json();
    assert_eq!((&report["items"], &report["there"]), (&json!(0), &json!(2)), "{report}");
    assert_eq!(test.number("SELECT count(*) FROM transfer").await, 3);
    // One more of the same is one more item; fewer take none away.
    let more = format!("{first}18/11/2026,Wyrevale Infirmary,Clinic letter,Returned,Café letter – “late”,0007\r\n");
    assert_eq!(add(&manager, &more).await.is(201).json()["items"], 1);
    assert_eq!(add(&manager, first).await.is(200).json()["there"], 3);
});

both_databases!(what_was_downloaded_here_is_taken_back, |test: TestDb| async move {
    let app = TestApp::start(test.clone()).await;
    let manager = app.person(Role::PracticeManager, "Z90001").await;
    let mut ids = Vec::new();
    for (asked, outcome, provider) in [
        ("=1+1 is a formula", "returned", "Wyrevale Infirmary"),
        ("Letter of the September clinic", "done-urgent", "Larkfield Hospice"),
    ] {
        let body = json!({ "id": Uuid::now_v7(), "provider_name": provider, "department": "320",
            "category": "clinic-letter", "reason": "late", "asked": asked, "outcome": outcome, "gp": 7, "nurse": 3,
            "reference": "0042", "came_on": "2026-11-17", "route": "e-mail" });
        ids.push(manager.post(ITEMS, body).await.is(201).json()["id"].as_str().unwrap().to_owned());
    }
    let csv = manager.get(&format!("{LOG}/csv?month=2026-11")).await.is(200).bytes.clone();
    let xlsx = manager.get(&format!("{LOG}/xlsx?month=2026-11")).await.is(200).bytes.clone();
    let zeros = String::from_utf8(csv.clone()).unwrap().replace("0042", "42").replace("2026-11-17", "17/11/2026");
    for file in [&csv, &xlsx, zeros.as_bytes()] {
        let report = manager.upload(&format!("{API}/check"), "f", file).await.is(200).json();
        assert_eq!(
            (&report["items"], &report["there"], &report["refused"]),
            (&json!(0), &json!(2), &json!(0)),
            "{report}"
        );
        assert_eq!(report["differ"], json!([]), "{report}");
        assert_eq!(report["not_read"], json!([]), "ours and worked out anew: {report}");
    }
    // A corrected item is the same item; one that reads differently is told and not changed.
    let corrected = json!({ "id": Uuid::now_v7(), "corrects": ids[0], "provider_name": "Wyrevale Infirmary",
        "category": "fit-note", "outcome": "agreed", "came_on": "2026-11-16" });
    manager.post(ITEMS, corrected).await.is(201);
    let changed = String::from_utf8(csv.clone()).unwrap().replace("done-urgent", "declined");
    let report = check(&manager, &changed).await;
    assert_eq!((&report["items"], &report["there"]), (&json!(0), &json!(2)), "{report}");
    let line = if changed.lines().nth(1).unwrap().contains("declined") { 2 } else { 3 };
    assert_eq!(report["differ"], json!([{ "line": line, "item": ids[1] }]));
    // What was taken out stays out.
    let gone = json!({ "id": Uuid::now_v7(), "corrects": ids[1], "provider_name": "Larkfield Hospice",
        "category": "clinic-letter", "outcome": "returned", "came_on": "2026-11-17", "removed": true });
    manager.post(ITEMS, gone).await.is(201);
    let report = check(&manager, std::str::from_utf8(&csv).unwrap()).await;
    assert_eq!((&report["items"], &report["removed"]), (&json!(0), &json!(1)), "{report}");
    // Another practice, such as one that takes this one over, may add them: all is as it was, under ids of its own.
    let other = app.person(Role::PracticeManager, "Z90002").await;
    let path = "/api/v1/practices/Z90002/transfers/imports";
    assert_eq!(other.upload(path, "f", &xlsx).await.is(201).json()["items"], 2);
    let there = "/api/v1/practices/Z90002/transfers?from=2026-11-17&to=2026-11-17";
    let mut items = other.get(there).await.is(200).json()["items"].as_array().unwrap().clone();
    items.sort_by_key(|item| item["asked"].to_string());
    let item = &items[0];
    assert_eq!(
        (
            &item["asked"],
            &item["reference"],
            &item["reason"],
            &item["route"],
            &item["department"],
            &item["minutes"]["nurse"]
        ),
        (&json!("=1+1 is a formula"), &json!("0042"), &json!("late"), &json!("e-mail"), &json!("320"), &json!(3))
    );
    assert!(!ids.contains(&item["id"].as_str().unwrap().to_owned()));
    assert_eq!(other.upload(path, "f", &csv).await.is(200).json()["there"], 2);
});

both_databases!(each_cell_that_is_wrong_is_told_by_line_and_column, |test: TestDb| async move {
    let app = TestApp::start(test.clone()).await;
    let manager = app.person(Role::PracticeManager, "Z90001").await;
    let mut file = String::from("Date,Provider,Kind,Outcome,GP minutes,Department,Reference\r\n");
    for row in [
        "21/11/2026,R0A,Fit note,Done,,,",
        "31/12/2014,R0A,Fit note,Done,,,",
        "31/2/2026,R0A,Fit note,Done,,,",
        "23/13/2026,R0A,Fit note,Done,,,",
        ",R0A,Fit note,Done,,,",
        "1/1/2015,,Fit note,Done,,,",
        "1/1/2015,R0A,Pigeon,Done,,,",
        "1/1/2015,R0A,Fit note,Ignored,,,",
        "1/1/2015,R0A,Fit note,Done,61,,",
        "1/1/2015,R0A,Fit note,Done,soon,,",
        "1/1/2015,R0A,Fit note,Done,,Astrology,",
        "1/1/2015,R0A,Fit note,Done,,,1.23E+11",
        ",,,,,,",
        "1/1/2015,R0A,Fit note,Done,60,Cardiology,",
    ] {
        file.push_str(row);
        file.push_str("\r\n");
    }
    let report = check(&manager, &file).await;
    assert_eq!((&report["items"], &report["refused"]), (&json!(1), &json!(12)), "an empty line is none: {report}");
    let told: Vec<(i64, &str, &str)> = report["errors"]
        .as_array()
        .unwrap()
        .iter()
        .map(|error| {
            (error["line"].as_i64().unwrap(), error["column"].as_str().unwrap(), error["message"].as_str().unwrap())
        })
        .collect();
    let expected = [
        (2, "A", "has not come yet"),
        (3, "A", "before 2015"),
        (4, "A", "no day"),
        (5, "A", "no day"),
        (6, "A", "Type the day"),
        (7, "B", "Say who sent it"),
        (8, "C", "none of the kinds"),
        (9, "D", "Write Returned"),
        (10, "E", "0 to 60"),
        (11, "E", "whole minutes"),
        (12, "F", "none of the departments"),
        (13, "G", "shortened"),
    ];
    assert_eq!(told.len(), expected.len(), "{told:?}");
    for (told, wanted) in told.iter().zip(expected) {
        assert!((told.0, told.1) == (wanted.0, wanted.1) && told.2.contains(wanted.2), "{told:?} {wanted:?}");
    }
    let page = manager.upload(PAGE, "f.csv", file.as_bytes()).await.is(200).body.clone();
    assert!(page.contains("1 item would be added. 12 rows cannot be taken."), "{page}");
    for echoed in ["Pigeon", "Ignored", "Astrology", "1.23E"] {
        assert!(!page.contains(echoed), "{echoed}");
    }
    // Whole files.
    let many = format!("Date,Provider,Kind,Outcome\r\n{}", "1/1/2015,R0A,Fit note,Done\r\n".repeat(2_001));
    for (file, why) in [
        ("", "The file is empty"),
        ("18/11/2026,R0A,Fit note,Done\r\n", "No line names the columns"),
        ("Date,Provider,Kind\r\n", "called Outcome"),
        ("Date,Date,Provider,Kind,Outcome\r\n", "Two columns are called Date"),
        ("PK\u{3}\u{4}but no workbook", "neither a spreadsheet"),
        (many.as_str(), "more than 2,000 rows"),
    ] {
        let page = manager.upload(PAGE, "f.csv", file.as_bytes()).await;
        assert!(page.is(422).body.contains(why), "{why}: {}", page.body);
        let problem = manager.upload(API, "f.csv", file.as_bytes()).await.is(422).json();
        assert!(problem["errors"][0]["message"].as_str().unwrap().contains(why), "{why}: {problem}");
    }
    let large = vec![b'x'; 2 * 1024 * 1024 + 1];
    assert!(manager.upload(PAGE, "f.csv", &large).await.is(422).body.contains("larger than 2 MB"));
    let nothing = manager.send(Method::POST, PAGE, Some("multipart/form-data; boundary=edge"), "--edge--\r\n").await;
    assert!(nothing.is(422).body.contains("Choose the file"));
    manager.send(Method::POST, API, Some("text/plain"), "x").await.is(400);
    assert_eq!(test.number("SELECT count(*) FROM transfer").await, 0);
});

both_databases!(what_names_a_person_in_a_row_is_refused_and_told_nowhere, |test: TestDb| async move {
    let app = TestApp::start(test.clone()).await;
    let manager = app.person(Role::PracticeManager, "Z90001").await;
    let file = "Date,Provider,Kind,Outcome,Notes,Ref,Patient,NHS number\r\n\
        18/11/2026,R0A,Fit note,Returned,Chase Mr Harlow's letter,,Ann Example,9990001006\r\n\
        18/11/2026,R0A,Fit note,Returned,Bloods for 999 012 3454,,,\r\n\
        18/11/2026,Mrs Ottershaw,Fit note,Returned,,,,\r\n\
        18/11/2026,R0A,Fit note,Returned,,999 012 3454,,\r\n\
        Mrs Ottershaw,R0A,Jo Quillfeather,Lives in ZE77 9QQ,,,,\r\n\
        18/11/2026,R0A,Fit note,Returned,Fit note for the whole of autumn,,Bob Kestrelwing,9990042772\r\n";
    let page = manager.upload(PAGE, "f.csv", file.as_bytes()).await.is(200).body.clone();
    assert!(page.contains("1 item would be added. 5 rows cannot be taken."), "{page}");
    let added = add(&manager, file).await.is(201).json();
    assert_eq!((&added["items"], &added["refused"]), (&json!(1), &json!(5)), "{added}");
    assert_eq!(confirm(&manager, &carried(&page)).await.is(303).location(), format!("{PAGE}?added=0"));
    let database = test.content_without(&[]).await.join("\n");
    assert!(database.contains("Fit note for the whole of autumn"), "what may be kept is kept");
    let unpacked = carried(&page).iter().map(|(_, word)| word.clone()).collect::<String>();
    for part in
        ["Harlow", "012 3454", "Ottershaw", "Quillfeather", "9QQ", "Example", "9990001006", "Kestrelwing", "9990042772"]
    {
        for (place, text) in
            [("page", &page), ("answer", &added.to_string()), ("database", &database), ("form", &unpacked)]
        {
            assert!(!text.contains(part), "{part} on the {place}");
        }
    }
});

both_databases!(a_form_that_was_made_up_adds_nothing_that_the_log_would_refuse, |test: TestDb| async move {
    use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
    use std::io::{Cursor, Write};
    let app = TestApp::start(test.clone()).await;
    let manager = app.person(Role::PracticeManager, "Z90001").await;
    let word = |json: String| {
        let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
        zip.start_file("rows", zip::write::SimpleFileOptions::default()).unwrap();
        zip.write_all(json.as_bytes()).unwrap();
        URL_SAFE_NO_PAD.encode(zip.finish().unwrap().into_inner())
    };
    let row = |field: &str, value: Value| {
        let mut row = json!({ "line": 2, "id": null, "came_on": "2026-11-18", "provider": "R0A", "provider_name": null,
            "department": null, "category": "fit-note", "reason": null, "route": null, "asked": null,
            "outcome": "returned", "gp": null, "other_clinician": null, "nurse": null, "admin": null,
            "reference": null });
        row[field] = value;
        row
    };
    let send = async |rows: Value| {
        let carried = json!({ "rows": rows, "there": 0, "refused": 0 });
        let id = Uuid::now_v7().to_string();
        confirm(&manager, &[("id".to_owned(), id), ("rows".to_owned(), word(carried.to_string()))]).await
    };
    for (field, value, status) in [
        ("asked", json!("Chase Mr Harlow's letter"), 400),
        ("reference", json!("999 012 3454"), 400),
        ("outcome", json!("ignored"), 400),
        ("colour", json!("red"), 400),
        ("category", json!("pigeon"), 409),
        ("provider", json!("XXX"), 409),
        ("came_on", json!("2027-01-01"), 409),
        ("came_on", json!("2014-12-31"), 409),
        ("gp", json!(61), 409),
    ] {
        let refused = send(json!([row("line", json!(2)), row(field, value)])).await;
        assert!(!refused.is(status).body.contains("Harlow"), "{field}");
    }
    for rows in ["", "AAAA", "never a word!"] {
        let fields = [("id".to_owned(), Uuid::now_v7().to_string()), ("rows".to_owned(), rows.to_owned())];
        confirm(&manager, &fields).await.is(400);
    }
    let bomb = word(" ".repeat(64 * 1024 * 1024));
    assert!(bomb.len() < 900 * 1024);
    let fields = [("id".to_owned(), Uuid::now_v7().to_string()), ("rows".to_owned(), bomb)];
    confirm(&manager, &fields).await.is(400);
    let many: Vec<Value> = (0..2_001).map(|_| row("line", json!(2))).collect();
    send(json!(many)).await.is(400);
    assert_eq!(test.number("SELECT count(*) FROM transfer").await, 0);
    send(json!([row("line", json!(2))])).await.is(303);
    assert_eq!(test.number("SELECT count(*) FROM transfer").await, 1);
});

both_databases!(who_logs_may_add_a_sheet_and_nobody_else, |test: TestDb| async move {
    let app = TestApp::start(test.clone()).await;
    let doctor = app.clinician("Z90001", "Dr A").await;
    let file = "Date,Provider,Kind,Outcome\r\n18/11/2026,R0A,Fit note,Returned\r\n";
    let (device, desk) = (app.device("Z90001", doctor).await, app.display("Z90001", true).await);
    for (client, added) in [(&device, 1), (&desk, 0)] {
        let page = client.get(PAGE).await.is(200).body.clone();
        assert!(page.contains("Show what would be added") && !page.contains("Added before"), "{page}");
        for template in ["template.xlsx", "template.csv"] {
            client.get(&format!("{PAGE}/{template}")).await.is(200);
        }
        let page = client.upload(PAGE, "f.csv", file.as_bytes()).await.is(200).body.clone();
        let fields = carried(&page);
        assert_eq!(fields.is_empty(), added == 0, "{page}");
        if added > 0 {
            confirm(client, &fields).await.is(303);
        }
        client.get(API).await.is(403);
    }
    let manager = app.person(Role::PracticeManager, "Z90001").await;
    assert_eq!(manager.get(API).await.is(200).json()["items"].as_array().unwrap().len(), 1);
    let (neighbour, officer) =
        (app.person(Role::PracticeManager, "Z90002").await, app.person(Role::LmcOfficer, "east").await);
    let (wall, other_desk) = (app.display("Z90001", false).await, app.display("Z90002", true).await);
    let kept = &["session", "access_receipt", "tick"];
    let before = test.content_without(kept).await;
    for client in [&neighbour, &officer, &other_desk] {
        for path in [PAGE, API, &format!("{PAGE}/template.xlsx"), &format!("{PAGE}/template.csv")] {
            client.get(path).await.is(404);
        }
        client.upload(PAGE, "f.csv", file.as_bytes()).await.is(404);
        client.upload(API, "f.csv", file.as_bytes()).await.is(404);
        client.upload(&format!("{API}/check"), "f.csv", file.as_bytes()).await.is(404);
        confirm(client, &[]).await.is(404);
    }
    wall.get(PAGE).await.is(403);
    app.stranger().get(PAGE).await.is(303);
    app.stranger().upload(API, "f.csv", file.as_bytes()).await.is(401);
    assert_eq!(test.content_without(kept).await, before, "nobody wrote anything");
    // What the neighbour adds is the neighbour's: the same rows are not "there already".
    let own = "/api/v1/practices/Z90002/transfers/imports";
    let added = neighbour.upload(own, "f.csv", file.as_bytes()).await.is(201).json();
    assert_eq!(added["items"], 1, "{added}");
});

both_databases!(an_lmc_sees_items_of_a_sheet_as_if_they_had_been_logged, |test: TestDb| async move {
    let app = TestApp::start(test.clone()).await;
    let officer = app.token(Role::LmcOfficer, "east").await;
    let mut file = String::from("Date,Provider,Kind,Outcome\r\n");
    for day in ["02/11/2026", "03/11/2026", "18/11/2026", "19/11/2026", "20/11/2026"] {
        write!(file, "{day},Wyrevale Infirmary,Fit note,Returned\r\n").unwrap();
    }
    // One opens its days from today on, the other all of them; both add the same sheet afterwards.
    for (practice, days) in [("Z90001", "from-today"), ("Z90002", "all")] {
        let manager = app.manager(practice).await;
        let fields = [("share", "yes"), ("days", days)];
        manager.form(&format!("/practices/{practice}/sharing"), &fields).await.is(303);
        let path = format!("/api/v1/practices/{practice}/transfers/imports");
        assert_eq!(manager.upload(&path, "f.csv", file.as_bytes()).await.is(201).json()["items"], 5);
    }
    let desk = "/api/v1/areas/lmc/east/transfers?from=2026-11-01&to=2026-11-20";
    let seen = officer.get(desk).await.is(200).json();
    assert_eq!((&seen["items"], test.number("SELECT count(*) FROM transfer").await), (&json!(6), 10), "{seen}");
});

both_databases!(only_so_many_files_a_day_and_two_at_once_add_once, |test: TestDb| async move {
    let app = TestApp::start(test.clone()).await;
    let manager = app.person(Role::PracticeManager, "Z90001").await;
    let of = |n: u32| format!("Date,Provider,Kind,Outcome,Reference\r\n18/11/2026,R0A,Fit note,Returned,T-{n}\r\n");
    let one = of(0);
    let (first, second) = tokio::join!(add(&manager, &one), add(&manager, &one));
    let mut both = [first.status.as_u16(), second.status.as_u16()];
    both.sort_unstable();
    assert_eq!(both, [200, 201], "{} {}", first.body, second.body);
    for n in 1..40 {
        add(&manager, &of(n)).await.is(201);
    }
    let refused = add(&manager, &of(40)).await.is(422).json();
    assert_eq!(refused["errors"][0]["field"], "file");
    add(&manager, &one).await.is(200);
    app.clock.set("2026-11-21T09:00:00Z".parse().unwrap());
    let manager = app.person(Role::PracticeManager, "Z90001").await;
    add(&manager, &of(40)).await.is(201);
    assert_eq!(test.number("SELECT count(*) FROM transfer").await, 41);
});

both_databases!(two_thousand_rows_are_one_act_and_the_chain_holds, |test: TestDb| async move {
    let app = TestApp::start(test.clone()).await;
    let manager = app.person(Role::PracticeManager, "Z90001").await;
    let mut file = String::from("Date,Provider,Kind,Outcome,Notes,Ref\r\n");
    for n in 0..2_000 {
        write!(
            file,
            "{}/{}/2025,R0A,Fit note,Returned,Fit note for the whole of autumn,T-{n}\r\n",
            n % 28 + 1,
            n % 12 + 1
        )
        .unwrap();
    }
    let page = manager.upload(PAGE, "f.csv", file.as_bytes()).await.is(200).body.clone();
    let began = std::time::Instant::now();
    assert_eq!(confirm(&manager, &carried(&page)).await.is(303).location(), format!("{PAGE}?added=2000"));
    eprintln!("2,000 rows in {:?}", began.elapsed());
    assert_eq!(test.number("SELECT count(*) FROM transfer").await, 2_000);
    assert_eq!(test.number("SELECT count(*) FROM audit_event WHERE event = 'transfers.imported'").await, 1);
    assert_eq!(check(&manager, &file).await["there"], 2_000);
});

both_databases!(the_empty_sheet_is_read_back_when_it_is_filled_in, |test: TestDb| async move {
    use calamine::Reader;
    let app = TestApp::start(test).await;
    let manager = app.person(Role::PracticeManager, "Z90001").await;
    let empty = manager.get(&format!("{PAGE}/template.csv")).await.is(200).body.clone();
    let columns = empty.trim_end().split(',').count();
    let filled = format!("{empty}18/11/2026,R0A,Cardiology,Fit note,,Done: urgent{}\r\n", ",".repeat(columns - 6));
    assert_eq!(check(&manager, &filled).await["items"], 1);
    let nothing = manager.upload(PAGE, "f.csv", empty.as_bytes()).await.is(200).body.clone();
    assert!(nothing.contains("There is nothing to add"), "{nothing}");
    let file = manager.get(&format!("{PAGE}/template.xlsx")).await.is(200).bytes.clone();
    let mut book = calamine::open_workbook_auto_from_rs(std::io::Cursor::new(file.clone())).unwrap();
    let names: Vec<String> = book
        .worksheet_range("Transferred work")
        .unwrap()
        .rows()
        .next()
        .unwrap()
        .iter()
        .map(ToString::to_string)
        .collect();
    assert_eq!(names.join(","), empty.trim_end());
    let report = manager.upload(&format!("{API}/check"), "f.xlsx", &file).await.is(200).json();
    assert_eq!(
        (&report["items"], &report["refused"]),
        (&json!(0), &json!(0)),
        "its other sheets are no items: {report}"
    );
    // Every word of its lists is known.
    let words = book.worksheet_range("Words").unwrap();
    for row in words.rows().skip(1) {
        for (at, what) in [(0, "kind"), (1, "outcome"), (2, "department"), (3, "route")] {
            let word = row.get(at).map(ToString::to_string).unwrap_or_default();
            if word.is_empty() {
                continue;
            }
            let cell = |name: &str, usual: &str| if what == name { format!("\"{word}\"") } else { usual.to_owned() };
            let file = format!(
                "Date,Provider,Kind,Outcome,Department,How it came\r\n18/11/2026,R0A,{},{},{},{}\r\n",
                cell("kind", "Fit note"),
                cell("outcome", "Done"),
                cell("department", ""),
                cell("route", "")
            );
            assert_eq!(check(&manager, &file).await["refused"], 0, "{what}: {word}");
        }
    }
});
