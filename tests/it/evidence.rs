//! The evidence pack, and one notice followed through every place that tells of it.

use std::{
    collections::BTreeMap,
    fmt::Write as _,
    io::{Cursor, Read},
};

use axum::http::Method;
use headroom::domain::access::Role;
use scraper::{ElementRef, Html, Selector};
use serde_json::json;
use sha2::{Digest, Sha256};
use tower::ServiceExt;
use uuid::Uuid;

use crate::support::{
    app::{Client, TestApp, encode},
    databases::{Kind, TestDb, both_databases},
    paper,
};

const PACK: &str = "/practices/Z90001/evidence.zip";

/// A file as it comes; [`Client`] reads answers as text.
async fn bytes(app: &TestApp, client: &Client, method: Method, path: &str, form: &str) -> Vec<u8> {
    let request = axum::http::Request::builder()
        .method(method)
        .uri(path)
        .header("host", "localhost:8025")
        .header("cookie", client.cookie.clone().unwrap())
        .header("sec-fetch-site", "same-origin")
        .header("content-type", "application/x-www-form-urlencoded")
        .body(axum::body::Body::from(form.to_owned()));
    let answer = app.router.clone().oneshot(request.unwrap()).await.unwrap();
    assert_eq!(answer.status().as_u16(), 200, "{path}");
    let body = axum::body::to_bytes(answer.into_body(), 1 << 26).await;
    body.unwrap().to_vec()
}

type Files = BTreeMap<String, Vec<u8>>;

/// Makes a pack, unpacks it, and holds every file against the list of hashes.
async fn pack(app: &TestApp, client: &Client, from: &str, to: &str) -> Files {
    let form = format!("from={}&to={}", encode(from), encode(to));
    pack_of(app, client, &form).await
}

async fn pack_of(app: &TestApp, client: &Client, form: &str) -> Files {
    let zip = bytes(app, client, Method::POST, PACK, form).await;
    let mut archive = zip::ZipArchive::new(Cursor::new(zip)).unwrap();
    let mut files = Files::new();
    for at in 0..archive.len() {
        let mut file = archive.by_index(at).unwrap();
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes).unwrap();
        assert!(files.insert(file.name().unwrap().into_owned(), bytes).is_none());
    }
    let sums = text(&files, "SHA256SUMS.txt");
    let listed: BTreeMap<&str, &str> =
        sums.lines().map(|line| line.split_once("  ").unwrap()).map(|(hash, name)| (name, hash)).collect();
    assert_eq!(listed.len() + 1, files.len());
    for (name, bytes) in files.iter().filter(|(name, _)| *name != "SHA256SUMS.txt") {
        assert_eq!(listed[name.as_str()], hash(bytes), "{name}");
    }
    files
}

fn hash(bytes: &[u8]) -> String {
    let mut text = String::new();
    for byte in Sha256::digest(bytes) {
        write!(text, "{byte:02x}").unwrap();
    }
    text
}

fn text(files: &Files, name: &str) -> String {
    let file = files.get(name);
    let file = file.unwrap_or_else(|| panic!("{name} of {:?}", files.keys()));
    String::from_utf8(file.clone()).unwrap()
}

/// An id as a statement of this database has it.
fn id_in(test: &TestDb, id: Uuid) -> String {
    match test.kind() {
        Kind::Sqlite => format!("X'{}'", id.simple()),
        Kind::Postgres => format!("'{id}'"),
    }
}

/// The one file of the letters with this ending.
fn letter<'a>(files: &'a Files, ending: &str) -> &'a [u8] {
    let mut found = files.iter().filter(|(name, _)| name.starts_with("letters/0") && name.ends_with(ending));
    let (_, bytes) = found.next().unwrap();
    assert!(found.next().is_none());
    bytes
}

fn word(bytes: &[u8]) -> String {
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).unwrap();
    let mut text = String::new();
    let mut document = archive.by_name("word/document.xml").unwrap();
    document.read_to_string(&mut text).unwrap();
    text
}

fn selected(name: &str) -> Selector {
    Selector::parse(name).unwrap()
}

/// What the last form of a page with this action would send if nothing were typed, without its buttons.
fn fields(page: &str, action: &str) -> Vec<(String, String)> {
    let page = Html::parse_document(page);
    let wanted = selected("main form");
    let form = page.select(&wanted).rfind(|form| form.attr("action") == Some(action)).unwrap();
    let value = |one: ElementRef<'_>| one.attr("value").unwrap_or_default().to_owned();
    let mut fields = Vec::new();
    for one in form.select(&selected("input, textarea, select")) {
        let Some(name) = one.attr("name") else {
            continue;
        };
        let open = matches!(one.attr("type"), Some("radio" | "checkbox"));
        if open && one.attr("checked").is_none() {
            continue;
        }
        let typed = match one.value().name() {
            "textarea" => one.text().collect(),
            "select" => {
                let chosen = one.select(&selected("option[selected]")).next();
                chosen.map(value).unwrap_or_default()
            }
            _ => value(one),
        };
        fields.push((name.to_owned(), typed));
    }
    fields
}

fn set(fields: &mut Vec<(String, String)>, name: &str, value: &str) {
    fields.retain(|(known, _)| known != name);
    fields.push((name.to_owned(), value.to_owned()));
}

async fn send(client: &Client, path: &str, fields: &[(String, String)]) -> crate::support::app::Reply {
    let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    client.form(path, &fields).await
}

/// Where the link with these words leads.
fn link(page: &str, words: &str) -> String {
    let page = Html::parse_document(page);
    let links = selected("main a");
    let found = page.select(&links).find(|link| link.text().collect::<String>().contains(words));
    found.unwrap().attr("href").unwrap().to_owned()
}

async fn page(client: &Client, path: &str) -> String {
    client.get(path).await.is(200).body.clone()
}

/// Serves the notice through its form; its page.
async fn serve(manager: &Client) -> String {
    let at = "/practices/Z90001/notices";
    let form = page(manager, &format!("{at}/new")).await;
    let mut typed = fields(&form, at);
    assert!(typed.contains(&("served_on".into(), "2026-11-20".into())), "{typed:?}");
    assert!(typed.contains(&("commissioner".into(), "Wyre and Calder".into())), "{typed:?}");
    assert!(form.contains("Saturday 20 February 2027"), "said before it is saved");
    set(&mut typed, "service", "Ring pessaries");
    set(&mut typed, "contract", "unsigned");
    set(&mut typed, "reply_due_on", "2026-12-18");
    set(&mut typed, "decided_on", "2026-11-12");
    let to = send(manager, at, &typed).await.is(303).location();
    to.trim_end_matches("?saved=1").to_owned()
}

/// Writes its letter from the notice's page and keeps it as sent; the letter's page.
async fn write_letter(manager: &Client, notice: &str) -> String {
    let at = "/practices/Z90001/letters/new";
    let form = page(manager, &link(notice, "Write the letter")).await;
    let mut typed = fields(&form, at);
    assert!(typed.contains(&("last_day".into(), "2027-02-20".into())), "{typed:?}");
    set(&mut typed, "basis", "a local enhanced service agreement");
    set(&mut typed, "hand_back", "We send you a list of recalls by number.");
    set(&mut typed, "signed", "The partners");
    set(&mut typed, "step", "preview");
    let preview = send(manager, at, &typed).await.is(200).body.clone();
    let mut typed = fields(&preview, at);
    set(&mut typed, "how", "email");
    set(&mut typed, "step", "sent");
    let to = send(manager, at, &typed).await.is(303).location();
    to.trim_end_matches("?saved=1").to_owned()
}

/// The days of the calendar feed that a button makes.
async fn feed(app: &TestApp, manager: &Client) -> Vec<String> {
    let at = "/practices/Z90001/diary";
    let mut typed = fields(&page(manager, at).await, &format!("{at}/feed"));
    set(&mut typed, "what", "make");
    send(manager, &format!("{at}/feed"), &typed).await.is(303);
    let diary = page(manager, at).await;
    let from = diary.find("/calendar/").unwrap();
    let to = diary[from..].find(".ics").unwrap();
    let feed = page(&app.stranger(), &diary[from..from + to + 4]).await;
    feed.lines().filter_map(|line| line.strip_prefix("DTSTART;VALUE=DATE:")).map(str::to_owned).collect()
}

both_databases!(a_notice_on_ring_pessaries_agrees_everywhere, |test: TestDb| async move {
    let app = TestApp::start(test.clone()).await;
    let manager = app.person(Role::PracticeManager, "Z90001").await;
    let notice_at = serve(&manager).await;
    let notice = page(&manager, &notice_at).await;
    assert!(notice.contains("Saturday 20 February 2027"), "{notice}");
    let letter_at = write_letter(&manager, &notice).await;

    // The letter, in each of its forms.
    let file = |name: &str| format!("{letter_at}/letter.{name}");
    let get = async |path: String| bytes(&app, &manager, Method::GET, &path, "").await;
    let (pdf, docx) = (get(file("pdf")).await, get(file("docx")).await);
    let plain = String::from_utf8(get(file("txt")).await).unwrap();
    for said in [paper::words(&pdf, &[]), word(&docx), plain.clone()] {
        assert!(said.contains("20 February 2027") && said.contains("Ring pessaries"), "{said}");
    }
    // The diary, the feed, the register, the timeline.
    let diary = page(&manager, "/practices/Z90001/diary").await;
    assert!(diary.contains("February 2027") && diary.contains("Sat 20 Feb"), "{diary}");
    assert_eq!(feed(&app, &manager).await, ["20261218", "20270220"]);
    let register = page(&manager, "/practices/Z90001/actions").await;
    assert!(register.contains("ends 20 Feb 2027"), "{register}");
    let item_at = link(&notice, "In the register");
    let item = page(&manager, &item_at).await;
    for words in ["from 20 Feb 2027", "Notice served on 20 Nov 2026", "Partners decided on 12 Nov 2026"] {
        assert!(item.contains(words), "{words}: {item}");
    }
    // The pack.
    let first = pack(&app, &manager, "2026-11-01", "2026-11-20").await;
    for (name, words) in [
        (
            "decisions.csv",
            "pausing-from,\"Notice served, ends on\",2027-02-20,no,2026-11-12,,2026-11-20,by the practice",
        ),
        ("notices.csv", "Ring pessaries,2026-11-20,3 months,2027-02-20,Wyre and Calder"),
        ("letters/register.csv", "2026-12-18,,,Reply due 18 Dec 2026"),
        ("index.html", "20 February 2027"),
    ] {
        assert!(text(&first, name).contains(words), "{name}: {}", text(&first, name));
    }
    assert_eq!(paper::words(letter(&first, ".pdf"), &[]), paper::words(&pdf, &[]));
    assert_eq!(letter(&first, ".txt"), plain.as_bytes());
    let rail = first.keys().find(|name| name.starts_with("guard-rails/"));
    let rail = text(&first, rail.unwrap());
    assert!(rail.contains("notice period") && rail.contains("Source: "), "{rail}");
    assert_eq!(text(&first, "notice-events.csv").lines().count(), 1);

    // The reply comes a week later.
    app.clock.set("2026-11-27T10:00:00Z".parse().unwrap());
    let manager = app.person(Role::PracticeManager, "Z90001").await;
    let mut reply = fields(&page(&manager, &notice_at).await, &notice_at);
    set(&mut reply, "event", "acknowledged");
    set(&mut reply, "note", "By letter");
    send(&manager, &notice_at, &reply).await.is(303);
    let events = format!("{letter_at}/events");
    let replies = page(&manager, &letter_at).await;
    // The last form of the page marks a mistake; the reply is the one before it.
    let mut reply = fields(&replies, &events);
    set(&mut reply, "event", "reply");
    set(&mut reply, "happened_on", "2026-11-27");
    set(&mut reply, "note", "They acknowledge it");
    send(&manager, &events, &reply).await.is(303);
    let notices = page(&manager, "/practices/Z90001/notices").await;
    assert!(notices.contains("Acknowledged") && notices.contains("20 Feb 2027"));
    let letters = page(&manager, "/practices/Z90001/letters").await;
    assert!(letters.contains("Reply received 27 Nov 2026"), "{letters}");
    assert_eq!(feed(&app, &manager).await, ["20270220"]);

    // What came of it, from the notice's page.
    let notice = page(&manager, &notice_at).await;
    let at = "/practices/Z90001/outcomes";
    let form = page(&manager, &link(&notice, "Record what came of it")).await;
    assert!(form.contains("Notice served on 20 November 2026"), "{form}");
    let mut typed = fields(&form, at);
    set(&mut typed, "responder", "Wyre and Calder");
    set(&mut typed, "response", "acknowledged");
    set(&mut typed, "outcome", "still-open");
    send(&manager, at, &typed).await.is(303);
    let item = page(&manager, &item_at).await;
    assert!(item.contains("Still open") && item.contains("Wyre and Calder: acknowledged"), "{item}");

    let second = pack(&app, &manager, "2026-11-01", "2026-11-27").await;
    for (name, words) in [
        ("notice-events.csv", "Ring pessaries,Acknowledged,2026-11-27,By letter"),
        ("letters/register.csv", "2026-12-18,2026-11-27,They acknowledge it,Reply received 27 Nov 2026"),
        ("outcomes.csv", "Ring pessaries"),
        ("outcomes.csv", "Wyre and Calder,Acknowledged,Still open"),
        ("index.html", "27 November 2026: Acknowledged. By letter"),
    ] {
        assert!(text(&second, name).contains(words), "{name}: {}", text(&second, name));
    }
    assert_eq!(paper::words(letter(&second, ".pdf"), &[]), paper::words(&pdf, &[]), "a letter stays as it was sent");

    // Making a pack is in the trail, with the hash of its list of hashes; nothing else changed by it.
    let trail = test.rows("audit_event").await.join("\n");
    for files in [&first, &second] {
        assert!(trail.contains(&hash(&files["SHA256SUMS.txt"])), "{trail}");
    }
    assert_eq!(test.number("SELECT count(*) FROM audit_event WHERE event = 'evidence.made'").await, 2);
});

both_databases!(five_thousand_rows_and_hostile_names_fit_into_a_pack, |test: TestDb| async move {
    let app = TestApp::start(test.clone()).await;
    let manager = app.person(Role::PracticeManager, "Z90001").await;
    for name in ["=SUM(A1:A9)", "<script>alert(1)</script>"] {
        let body = json!({ "id": Uuid::now_v7(), "item": "voluntary-services", "subject_name": name,
                "status": "pausing-from", "effective_on": "2027-02-01", "notice_served_on": "2026-11-02" });
        manager.post("/api/v1/practices/Z90001/actions", body).await.is(201);
    }
    let mut statements = Vec::new();
    for chunk in 0..10_u32 {
        let mut sql = String::from(
            "INSERT INTO action_status (practice, id, item, subject, status, effective_on, about, notice_served_on, \
                 decided_on, staff_told_on, edition, position, guard_rail, entered_by, recorded_at, recorded_by) VALUES ",
        );
        for n in 0..500_u32 {
            let comma = if n == 0 { "" } else { ", " };
            let status = if n % 2 == 0 { "paused-since" } else { "restarted" };
            let day = format!("2026-{:02}-{:02}", 1 + chunk, 1 + n % 28);
            let id = id_in(&test, Uuid::from_u128(u128::from(n) + 1000 * u128::from(chunk) + 1));
            write!(
                    sql,
                    "{comma}('Z90001', {id}, 'dsa-freeze', NULL, '{status}', '{day}', false, NULL, NULL, NULL, \
                     'england-2026-11', 'permitted', 'A text that was shown.', 'practice', '{day}T12:00:00+00:00', {id})"
                )
                .unwrap();
        }
        statements.push(sql);
    }
    for sql in &statements {
        test.transaction(&[sql.as_str()]).await.unwrap();
    }
    let begin = std::time::Instant::now();
    let files = pack(&app, &manager, "2026-01-01", "2026-11-20").await;
    let took = begin.elapsed();
    let decisions = text(&files, "decisions.csv");
    assert_eq!(decisions.lines().count(), 1 + 5002);
    assert!(decisions.contains(",'=SUM(A1:A9),") && !decisions.contains(",=SUM"));
    let index = text(&files, "index.html");
    assert!(index.contains("&lt;script&gt;alert(1)") && !index.contains("<script"));
    // Nothing from elsewhere, and nothing that runs: where a text was read is an address to copy, never one to follow.
    for outside in ["=\"http", "='http", "=http", "url(", "src=", "<link", "@import", "javascript:"] {
        let found = index.find(outside).map(|at| index[at..].chars().take(120).collect::<String>());
        assert_eq!(found, None);
    }
    assert!(took.as_secs() < 30, "{took:?}, unoptimised and beside other tests");
    // A narrower period holds its own days and what stood when it began.
    let one = pack(&app, &manager, "2026-05-03", "2026-05-03").await;
    let lines = text(&one, "decisions.csv");
    let stood: Vec<&str> = lines.lines().filter(|line| line.contains(",yes,0")).collect();
    assert_eq!(stood.len(), 1, "{lines}");
    assert!(lines.lines().skip(1).all(|line| line.contains("2026-05-03")), "{lines}");
});

both_databases!(a_pack_tells_no_clinicians_count_and_is_nobody_elses, |test: TestDb| async move {
    let app = TestApp::start(test.clone()).await;
    let manager = app.person(Role::PracticeManager, "Z90001").await;
    let mut rows = Vec::new();
    for (label, contacts) in [("Dr Alder", 21), ("Dr Beech", 22), ("Dr Cedar", 31)] {
        let clinician = app.clinician("Z90001", label).await;
        for (day, n) in [("2026-11-18", contacts), ("2026-11-19", contacts + 7)] {
            if label == "Dr Cedar" && day == "2026-11-19" {
                continue;
            }
            let id = id_in(&test, Uuid::now_v7());
            let clinician = id_in(&test, clinician.0);
            rows.push(format!(
                "INSERT INTO day_sheet (practice, id, clinician, day, n, entered_by, recorded_at, recorded_by) \
                     VALUES ('Z90001', {id}, {clinician}, '{day}', {n}, 'manager', '2026-11-20T11:00:00+00:00', {id})"
            ));
        }
    }
    let statements: Vec<&str> = rows.iter().map(String::as_str).collect();
    test.transaction(&statements).await.unwrap();
    let files = pack(&app, &manager, "2026-11-01", "2026-11-20").await;
    assert_eq!(
        text(&files, "counts.csv"),
        "day,contacts,contacts_over,limits,room_left,state,clinicians,at_limit,over_limit,withheld\r\n\
             2026-11-18,74,6,75,7,nearing,3,0,1,no\r\n2026-11-19,,,,,,,,,yes\r\n"
    );
    for (name, bytes) in &files {
        let file = String::from_utf8_lossy(bytes);
        assert!(!file.contains("Alder") && !file.contains("Dr "), "{name}");
    }

    let form = [("from", "2026-11-01"), ("to", "2026-11-20")];
    let at = "/practices/Z90001/evidence";
    for reader in [
        app.person(Role::PracticeManager, "Z90002").await,
        app.person(Role::LmcOfficer, "east").await,
        app.person(Role::IcbAnalyst, "XDA").await,
        app.person(Role::Administrator, "england").await,
    ] {
        reader.get(at).await.is(404);
        reader.form(PACK, &form).await.is(404);
    }
    app.stranger().get(at).await.is(303);
    manager.get(PACK).await.is(405);
    let shown = page(&manager, at).await;
    assert_eq!(fields(&shown, PACK), [("from".into(), "2025-11-20".into()), ("to".into(), "2026-11-20".to_owned())]);
    let wrong = [("from", "2026-11-20"), ("to", "2026-11-21")];
    let refused = manager.form(PACK, &wrong).await.is(422).body.clone();
    assert!(refused.contains("href=\"#to\"") && refused.contains("2026-11-21"), "{refused}");
    assert_eq!(test.number("SELECT count(*) FROM audit_event WHERE event = 'evidence.made'").await, 1);
});

both_databases!(what_stays_in_the_practice_is_in_a_pack_only_where_asked_for, |test: TestDb| async move {
    let app = TestApp::start(test).await;
    let manager = app.person(Role::PracticeManager, "Z90001").await;
    for item in ["gp-connect-update-record", "dsa-freeze"] {
        let change =
            json!({ "id": Uuid::now_v7(), "item": item, "status": "paused-since", "effective_on": "2026-11-16" });
        let actions = "/api/v1/practices/Z90001/actions";
        manager.post(actions, change).await.is(201);
        let outcome = json!({ "id": Uuid::now_v7(), "item": item, "response": "no-response", "outcome": "still-open" });
        let outcomes = "/api/v1/practices/Z90001/outcomes";
        manager.post(outcomes, outcome).await.is(201);
    }
    for (item, status, day) in
        [("referral-rationing", "thinking", "2026-11-16"), ("safe-contact-limit", "pausing-from", "2027-01-04")]
    {
        let change = json!({ "id": Uuid::now_v7(), "item": item, "status": status, "effective_on": day });
        let actions = "/api/v1/practices/Z90001/actions";
        manager.post(actions, change).await.is(201);
    }
    let form = "from=2026-11-01&to=2026-11-20";
    let without = pack_of(&app, &manager, form).await;
    for (name, bytes) in &without {
        let file = String::from_utf8_lossy(bytes).to_lowercase();
        assert!(!name.contains("gp-connect") && !file.contains("gp connect") && !file.contains("gp-connect"), "{name}");
    }
    let decisions = text(&without, "decisions.csv");
    assert!(decisions.contains("dsa-freeze") && decisions.lines().count() == 2, "{decisions}");
    let with = pack_of(&app, &manager, &format!("{form}&whole=yes")).await;
    assert_eq!(text(&with, "decisions.csv").lines().count(), 5);
    for name in ["decisions.csv", "outcomes.csv"] {
        assert!(text(&with, name).contains("gp-connect-update-record"), "{name}");
    }
});

both_databases!(a_pack_counts_transferred_work_as_it_was_logged, |test: TestDb| async move {
    let app = TestApp::start(test).await;
    let manager = app.person(Role::PracticeManager, "Z90001").await;
    let api = "/api/v1/practices/Z90001/transfers";
    // What is logged, and beside it what a person would count with a pencil.
    let (mut items, mut back, mut done) = (0_u64, (0_u64, 0_u64, 0_u64), (0_u64, 0_u64));
    let mut ids = Vec::new();
    let staff = [(7, 0, 5, 20), (30, 10, 0, 45), (0, 0, 20, 10), (60, 60, 60, 60), (5, 0, 0, 0)];
    let outcomes = ["returned", "declined", "agreed", "done-urgent", "done-other"];
    for (n, outcome) in outcomes.iter().cycle().take(23).enumerate() {
        let (gp, other, nurse, admin) = staff[n % 3 + n % 2];
        let body = json!({ "id": Uuid::now_v7(), "provider_name": "Wyrevale Infirmary", "category": "clinic-letter",
            "outcome": outcome, "gp": gp, "other_clinician": other, "nurse": nurse, "admin": admin,
            "came_on": format!("2026-{}-{:02}", if n < 12 { "11" } else { "10" }, n % 12 + 1) });
        let logged = manager.post(api, body).await.is(201).json();
        items += 1;
        match *outcome {
            "returned" | "declined" => back = (back.0 + 1, back.1 + gp + other + nurse, back.2 + admin),
            "agreed" => {}
            _ => done = (done.0 + 1, done.1 + gp + other + nurse),
        }
        ids.push((logged["id"].clone(), *outcome, gp + other + nurse, admin));
    }
    // One is corrected from returned to done, one was logged in error, one lies outside the period.
    let correct = |of: &serde_json::Value, outcome: &str, removed: bool| {
        json!({ "id": Uuid::now_v7(), "corrects": of, "provider_name": "Wyrevale Infirmary", "category": "clinic-letter",
            "outcome": outcome, "gp": 9, "other_clinician": 0, "nurse": 0, "admin": 0, "came_on": "2026-11-03",
            "removed": removed })
    };
    let (first, was, clinicians, admin) = ids[0].clone();
    assert_eq!(was, "returned");
    manager.post(api, correct(&first, "done-other", false)).await.is(201);
    back = (back.0 - 1, back.1 - clinicians, back.2 - admin);
    done = (done.0 + 1, done.1 + 9);
    let (second, was, clinicians, admin) = ids[1].clone();
    assert_eq!(was, "declined");
    manager.post(api, correct(&second, "declined", true)).await.is(201);
    (items, back) = (items - 1, (back.0 - 1, back.1 - clinicians, back.2 - admin));
    let outside = json!({ "provider_name": "Wyrevale Infirmary", "category": "fit-note", "outcome": "returned",
        "came_on": "2026-09-30" });
    manager.post(api, outside).await.is(201);
    let sheet = "Date,Provider,Kind,Outcome,GP minutes,Nurse minutes,Admin minutes,Pharmacist minutes\r\n\
        5/11/2026,R0A,Fit note,Sent back,13,0,2,1\r\n6/11/2026,R0A,Fit note,Done: urgent,4,0,0,0\r\n";
    manager.upload(&format!("{api}/imports"), "f.csv", sheet.as_bytes()).await.is(201);
    (items, back, done) = (items + 2, (back.0 + 1, back.1 + 14, back.2 + 2), (done.0 + 1, done.1 + 4));
    let files = pack(&app, &manager, "2026-10-01", "2026-11-20").await;
    // The file, counted again from its own cells.
    let mut reader = csv::Reader::from_reader(files["transferred-work.csv"].as_slice());
    let names = reader.headers().unwrap().clone();
    let at = |name: &str| names.iter().position(|known| known == name).unwrap();
    let (mut rows, mut sums) = (0, ((0, 0, 0), (0, 0)));
    for row in reader.records() {
        let row = row.unwrap();
        let minutes = |name: &str| row[at(name)].parse::<u64>().unwrap();
        let clinicians = minutes("minutes_gp") + minutes("minutes_other_clinician") + minutes("minutes_nurse");
        rows += 1;
        match &row[at("outcome")] {
            "returned" | "declined" => {
                let (n, of, admin) = sums.0;
                sums.0 = (n + 1, of + clinicians, admin + minutes("minutes_admin"));
            }
            "done-urgent" | "done-other" => sums.1 = (sums.1.0 + 1, sums.1.1 + clinicians),
            other => assert_eq!(other, "agreed"),
        }
    }
    assert_eq!((rows, sums), (items, (back, done)), "items, given back, lost");
    // The page of the pack says the same.
    let index = Html::parse_document(&text(&files, "index.html"));
    let heading = index.select(&selected("#transfers")).next().unwrap();
    let part = ElementRef::wrap(heading.parent().unwrap()).unwrap();
    let said = part.text().collect::<Vec<_>>().join(" ");
    let said = said.split_whitespace().collect::<Vec<_>>().join(" ");
    for figure in [
        format!("Logged {items} "),
        format!("Declined or returned {} items", back.0),
        format!("Given back {} appointments of 15 minutes ({} minutes of clinicians)", back.1 / 15, back.1),
        format!("{} hours of administration", back.2 / 60),
        format!("lost {} appointments on {} items", done.1 / 15, done.0),
    ] {
        assert!(said.contains(&figure), "{figure}: {said}");
    }
});
