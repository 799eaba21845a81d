//! Answers on a pathway beside its pause, for the practice, in its pack and on its LMC's desk; the network scheme with a note
//! that stays in the practice; questions about a draft of it; and a letter in a network's name.

use std::io::{Cursor, Read};

use headroom::domain::access::Role;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::support::{
    app::{Client, TestApp},
    databases::{TestDb, both_databases},
};

const TRANSFERS: &str = "/api/v1/practices/Z90001/transfers";
const ACTIONS: &str = "/api/v1/practices/Z90001/actions";
const DESK: &str = "/api/v1/areas/lmc/east/transfers";
/// A name of the practice's own: no department has it.
const HUB: &str = "Heart failure hub";

fn item(category: &str, reason: Option<&str>, department: Option<&str>, came_on: &str) -> Value {
    let mut item = json!({
        "id": Uuid::now_v7(), "provider_name": "Wyrevale Infirmary", "category": category, "outcome": "returned",
        "came_on": came_on,
    });
    for (name, text) in [("reason", reason), ("department", department)] {
        if let Some(text) = text {
            item[name] = json!(text);
        }
    }
    item
}

/// Pauses a pathway and answers its subject.
async fn pause(manager: &Client, practice: &str, item: &str, name: &str, since: &str) -> String {
    let body = json!({ "id": Uuid::now_v7(), "item": item, "subject_name": name, "status": "paused-since",
        "effective_on": since });
    let path = format!("/api/v1/practices/{practice}/actions");
    let done = manager.post(&path, body).await.is(201).json();
    done["subject"].as_str().unwrap().to_owned()
}

async fn share(app: &TestApp, practice: &str) -> Client {
    let manager = app.manager(practice).await;
    let fields = [("share", "yes"), ("days", "all")];
    manager.form(&format!("/practices/{practice}/sharing"), &fields).await.is(303);
    manager
}

/// The rows of the table of that caption, each as its cells' words.
fn rows(page: &str, caption: &str) -> Vec<Vec<String>> {
    let html = scraper::Html::parse_document(page);
    let select = |text: &str| scraper::Selector::parse(text).unwrap();
    let words =
        |element: scraper::ElementRef<'_>| element.text().flat_map(str::split_whitespace).collect::<Vec<_>>().join(" ");
    let table = html.select(&select("table")).find(|table| {
        let own = table.select(&select("caption")).next().map(words);
        own.as_deref() == Some(caption) || table.attr("aria-label") == Some(caption)
    });
    let table = table.unwrap_or_else(|| panic!("no table {caption}: {page}"));
    let cells = |row: scraper::ElementRef<'_>| row.select(&select("td, th")).map(words).collect();
    table.select(&select("tbody tr")).map(cells).collect()
}

fn told(rows: &[Vec<String>]) -> Vec<(&str, &str, &str)> {
    rows.iter().map(|row| (row[0].as_str(), row[1].as_str(), row[2].as_str())).collect()
}

both_databases!(answers_stand_beside_the_pause_of_their_pathway, |test: TestDb| async move {
    let app = TestApp::start(test.clone()).await;
    let manager = app.manager("Z90001").await;
    let cardiology = pause(&manager, "Z90001", "advice-and-guidance", "Cardiology", "2026-11-09").await;
    let hub = pause(&manager, "Z90001", "advice-and-guidance", HUB, "2026-10-12").await;
    let access = pause(&manager, "Z90001", "single-point-of-access", "Cardiology", "2026-11-02").await;
    // The department gives the pathway; the days decide beside which of the two figures it stands.
    for (kind, reason, day) in [
        ("advice-and-guidance", Some("late"), "2026-10-20"),
        ("advice-and-guidance", Some("late"), "2026-11-09"),
        ("advice-and-guidance", Some("unclear"), "2026-11-12"),
        ("advice-and-guidance", Some("no named clinician"), "2026-11-13"),
        ("rejected-referral", Some("wrong form"), "2026-11-16"),
        ("advice-and-guidance", None, "2026-11-17"),
        ("advice-and-guidance", Some("late"), "2026-08-01"),
        ("referral-management", Some("extra form"), "2026-11-18"),
        ("clinic-letter", Some("late"), "2026-11-18"),
    ] {
        manager.post(TRANSFERS, item(kind, reason, Some("320"), day)).await.is(201);
    }
    manager.post(TRANSFERS, item("advice-and-guidance", Some("late"), Some("330"), "2026-11-18")).await.is(201);
    // One that no department has the name of is said.
    let mut said = item("advice-and-guidance", Some("no answer"), Some("320"), "2026-11-18");
    said["pathway"] = json!(hub);
    let kept = manager.post(TRANSFERS, said.clone()).await.is(201).json();
    assert_eq!(kept["pathway"], hub.as_str());
    assert_eq!(manager.post(TRANSFERS, said).await.is(200).json(), kept, "sent twice, logged once");
    let entry = |item: &str, subject: &str| format!("/practices/Z90001/actions/{item}?subject={subject}");
    let page = manager.get(&entry("advice-and-guidance", &cardiology)).await.is(200).body.clone();
    let beside = rows(&page, "Answers on Cardiology");
    assert_eq!(
        told(&beside),
        [
            ("The reply is late", "2", "1"),
            ("The reply is no answer", "1", "1"),
            ("No named consultant", "1", "1"),
            ("Turned into something else", "0", "0"),
            ("The referral was rejected", "1", "1"),
            ("Advice: reason not given", "1", "1"),
            ("All", "6", "5"),
        ]
    );
    for says in
        ["Evidence for the pause", "five working days", "named consultant", "the decision to refer stays with the GP"]
    {
        assert!(page.contains(says), "{says}: {page}");
    }
    let page = manager.get(&entry("advice-and-guidance", &hub)).await.is(200).body.clone();
    assert_eq!(told(&rows(&page, &format!("Answers on {HUB}"))).last(), Some(&("All", "1", "1")));
    // The same specialty as a single point of access counts what is held on its way too.
    let page = manager.get(&entry("single-point-of-access", &access)).await.is(200).body.clone();
    let beside = rows(&page, "Answers on Cardiology");
    assert!(told(&beside).contains(&("The referral was held on its way", "1", "1")), "{beside:?}");
    assert!(page.contains("ten specialties") && page.contains("your LMC can say"), "{page}");
    // The month tells all of them, with a word that returns an answer and refuses no pathway.
    let month = manager.get("/practices/Z90001/transfers").await.is(200).body.clone();
    let beside = rows(&month, "Answers by pathway");
    assert_eq!(beside.len(), 3, "{beside:?}");
    assert!(beside[0][0].starts_with("Cardiology Advice & Guidance The reply is late: 2"), "{beside:?}");
    assert_eq!((beside[0][1].as_str(), beside[0][2].as_str()), ("6", "5 since 9 Nov 2026"));
    // Used again: what was logged stays, and there is no pause to count from.
    let again = json!({ "id": Uuid::now_v7(), "item": "advice-and-guidance", "subject": cardiology, "status": "restarted",
        "effective_on": "2026-11-19" });
    manager.post(ACTIONS, again).await.is(201);
    let page = manager.get(&entry("advice-and-guidance", &cardiology)).await.is(200).body.clone();
    assert!(page.contains("This pathway is not paused") && !page.contains("Since the pause"), "{page}");
    // Another practice, an officer and a stranger have no such page.
    let path = entry("advice-and-guidance", &hub);
    app.manager("Z90002").await.get(&path).await.is(404);
    app.person(Role::LmcOfficer, "east").await.get(&path).await.is(404);
    let theirs = path.replace("Z90001", "Z90002");
    app.manager("Z90002").await.get(&theirs).await.is(404);
});

both_databases!(a_pathway_is_one_of_the_practices_own_and_of_an_answer, |test: TestDb| async move {
    let app = TestApp::start(test.clone()).await;
    let (manager, neighbour) = (app.manager("Z90001").await, app.manager("Z90002").await);
    let theirs = pause(&neighbour, "Z90002", "advice-and-guidance", "Cardiology", "2026-11-09").await;
    let own = pause(&manager, "Z90001", "advice-and-guidance", HUB, "2026-11-09").await;
    let about = |category: &str, pathway: &str| {
        let mut body = item(category, None, None, "2026-11-18");
        body["pathway"] = json!(pathway);
        body
    };
    for (category, pathway) in
        [("advice-and-guidance", theirs.as_str()), ("clinic-letter", own.as_str()), ("advice-and-guidance", "a")]
    {
        let refused = manager.post(TRANSFERS, about(category, pathway)).await.is(422).json();
        assert_eq!(refused["errors"][0]["field"], "pathway", "{refused}");
    }
    assert_eq!(test.number("SELECT count(*) FROM transfer").await, 0);
    // On the form what was chosen for another kind before is left out.
    let id = Uuid::now_v7().to_string();
    let fields = [
        ("id", id.as_str()),
        ("provider_name", "Wyrevale Infirmary"),
        ("category", "clinic-letter"),
        ("reason", "converted against our wish"),
        ("pathway", own.as_str()),
        ("outcome", "returned"),
    ];
    manager.form("/practices/Z90001/transfers", &fields).await.is(303);
    let all = manager.get(TRANSFERS).await.is(200).json();
    assert_eq!((&all["items"][0]["reason"], &all["items"][0]["pathway"]), (&Value::Null, &Value::Null));
});

both_databases!(who_logs_and_reads_no_register_is_not_told_what_is_paused, |test: TestDb| async move {
    let app = TestApp::start(test).await;
    let manager = app.manager("Z90001").await;
    let hub = pause(&manager, "Z90001", "advice-and-guidance", HUB, "2026-11-09").await;
    let doctor = app.clinician("Z90001", "Dr A").await;
    let clinician = app.device("Z90001", doctor).await;
    let form = "/practices/Z90001/transfers/new";
    let page = clinician.get(form).await.is(200).body.clone();
    assert!(!page.contains(HUB) && !page.contains(&hub), "{page}");
    assert!(page.contains("what was wrong?") && page.contains("No named consultant"), "{page}");
    let id = Uuid::now_v7().to_string();
    let fields = [
        ("id", id.as_str()),
        ("provider_name", "Wyrevale Infirmary"),
        ("department", "320"),
        ("category", "advice-and-guidance"),
        ("reason", "no named clinician"),
        ("outcome", "returned"),
    ];
    clinician.form("/practices/Z90001/transfers", &fields).await.is(303);
    assert!(manager.get(form).await.is(200).body.contains(HUB), "the manager chooses among them");
    let all = manager.get(TRANSFERS).await.is(200).json();
    assert_eq!(all["items"][0]["reason"], "no named clinician");
    // A correction that leaves the answer as it is keeps the reason that says more than the button.
    let first = manager.post(TRANSFERS, item("advice-and-guidance", Some("unclear"), Some("320"), "2026-11-18")).await;
    let first = first.is(201).json()["id"].as_str().unwrap().to_owned();
    let page = manager.get(&format!("/practices/Z90001/transfers/{first}")).await.is(200).body.clone();
    assert!(page.contains("value=\"no answer\" checked"), "{page}");
    let id = Uuid::now_v7().to_string();
    let fields = [
        ("id", id.as_str()),
        ("corrects", first.as_str()),
        ("provider_name", "Wyrevale Infirmary"),
        ("department", "320"),
        ("category", "advice-and-guidance"),
        ("reason", "no answer"),
        ("pathway", hub.as_str()),
        ("outcome", "declined"),
        ("came_on", "2026-11-18"),
    ];
    manager.form("/practices/Z90001/transfers", &fields).await.is(303);
    let all = manager.get(TRANSFERS).await.is(200).json();
    let one = all["items"].as_array().unwrap().iter().find(|one| one["corrects"] == first.as_str()).unwrap();
    assert_eq!((&one["reason"], &one["pathway"]), (&json!("unclear"), &json!(hub)));
});

both_databases!(the_desk_counts_answers_of_who_opened_its_log_and_no_name_of_a_practice, |test: TestDb| async move {
    let app = TestApp::start(test).await;
    let officer = app.token(Role::LmcOfficer, "east").await;
    for practice in ["Z90001", "Z90002"] {
        let manager = share(&app, practice).await;
        let path = format!("/api/v1/practices/{practice}/transfers");
        let hub = pause(&manager, practice, "advice-and-guidance", HUB, "2026-11-09").await;
        manager.post(&path, item("advice-and-guidance", Some("late"), Some("320"), "2026-11-10")).await.is(201);
        let mut said = item("rejected-referral", None, None, "2026-11-11");
        said["pathway"] = json!(hub);
        manager.post(&path, said).await.is(201);
    }
    let closed = app.manager("Z90007").await;
    let path = "/api/v1/practices/Z90007/transfers";
    closed.post(path, item("advice-and-guidance", Some("late"), Some("320"), "2026-11-10")).await.is(201);
    let desk = officer.get(DESK).await.is(200).json();
    let answers = desk["answers"].as_array().unwrap();
    let of = |department: Value| answers.iter().find(|one| one["department"] == department).unwrap();
    assert_eq!(
        (&of(json!("320"))["kinds"], &of(json!("320"))["practices"]),
        (&json!({ "late": 2 }), &json!(2)),
        "{desk}"
    );
    assert_eq!(of(Value::Null)["kinds"], json!({ "rejected": 2 }), "{desk}");
    let web = app.person(Role::LmcOfficer, "east").await;
    let page = web.get("/lmc/east/transfers?weeks=13").await.is(200).body.clone();
    assert!(page.contains("Answers on pathways") && page.contains("The reply is late: 2"), "{page}");
    assert!(!page.contains(HUB) && !desk.to_string().contains(HUB), "the department is what an LMC sums by");
    let provider = "/lmc/east/transfers/provider?provider=own%3Awyrevale%20infirmary";
    assert!(web.get(provider).await.is(200).body.contains("The referral was rejected: 2"));
    let west = app.token(Role::LmcOfficer, "west").await;
    west.get(DESK).await.is(404);
    let theirs = west.get(&DESK.replace("east", "west")).await.is(200).json();
    assert_eq!(theirs["answers"], json!([]));
});

both_databases!(a_pack_has_answers_beside_the_pauses_it_tells_of, |test: TestDb| async move {
    let app = TestApp::start(test).await;
    let manager = app.manager("Z90001").await;
    pause(&manager, "Z90001", "advice-and-guidance", "Cardiology", "2026-11-09").await;
    let thought = json!({ "id": Uuid::now_v7(), "item": "advice-and-guidance", "subject_name": "Neurology",
        "status": "thinking", "effective_on": "2026-11-09" });
    manager.post(ACTIONS, thought).await.is(201);
    for department in ["320", "400"] {
        manager
            .post(TRANSFERS, item("advice-and-guidance", Some("late"), Some(department), "2026-11-10"))
            .await
            .is(201);
    }
    let files = pack(&manager, None).await;
    let table = files.iter().find(|(name, _)| name == "answers-on-pathways.csv").unwrap().1.clone();
    assert!(table.contains("advice-and-guidance,Cardiology,2026-11-09,The reply is late,1,1"), "{table}");
    assert!(!table.contains("Neurology"), "a thought stays in the practice: {table}");
    let index = files.iter().find(|(name, _)| name == "index.html").unwrap().1.clone();
    assert!(index.contains("Answers on pathways") && index.contains("The reply is late: 1"), "{index}");
    let files = pack(&manager, Some(("whole", "yes"))).await;
    let table = files.iter().find(|(name, _)| name == "answers-on-pathways.csv").unwrap().1.clone();
    assert!(table.contains("Neurology"), "{table}");
});

async fn pack(manager: &Client, more: Option<(&str, &str)>) -> Vec<(String, String)> {
    let mut fields = vec![("from", "2026-11-01"), ("to", "2026-11-20")];
    fields.extend(more);
    let bytes = manager.form("/practices/Z90001/evidence.zip", &fields).await.is(200).bytes.clone();
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).unwrap();
    let mut files = Vec::new();
    for at in 0..archive.len() {
        let mut file = archive.by_index(at).unwrap();
        let mut text = Vec::new();
        file.read_to_end(&mut text).unwrap();
        files.push((file.name().unwrap().into_owned(), String::from_utf8_lossy(&text).into_owned()));
    }
    files
}

const NETWORK: &str = "/practices/Z90001/network";
const NOTES: &str = "/api/v1/practices/Z90001/network";

both_databases!(a_note_on_the_network_scheme_is_kept_and_stays_in_the_practice, |test: TestDb| async move {
    let app = TestApp::start(test.clone()).await;
    let manager = share(&app, "Z90001").await;
    let page = manager.get(NETWORK).await.is(200).body.clone();
    for says in ["closed on 31 May 2026", "Remaining is automatic", "It does not know the next yet", "None yet"] {
        assert!(page.contains(says), "{says}: {page}");
    }
    let id = Uuid::now_v7();
    let note = json!({ "id": id, "leaning": "leaving", "note": "Talk in January" });
    manager.post(NOTES, note.clone()).await.is(201);
    manager.post(NOTES, note).await.is(200);
    manager.post(NOTES, json!({ "id": id, "leaning": "staying" })).await.is(409);
    let second = Uuid::now_v7().to_string();
    let fields = [("id", second.as_str()), ("leaning", "undecided")];
    assert_eq!(manager.form(NETWORK, &fields).await.is(303).location(), format!("{NETWORK}?saved=1"));
    let page = manager.get(NETWORK).await.is(200).body.clone();
    let notes = rows(&page, "Your notes, the newest first");
    assert_eq!(notes.len(), 2, "{notes:?}");
    assert!(notes[0][0].starts_with("Undecided") && notes[1][0].starts_with("Leaning to leave Talk in January"));
    // What cannot be taken is said beside its field, with what was typed.
    let third = Uuid::now_v7().to_string();
    let wrong = [("id", third.as_str()), ("leaning", "staying"), ("note", "Ask Mr Harlow")];
    let page = manager.form(NETWORK, &wrong).await.is(422).body.clone();
    assert!(page.contains("Ask Mr Harlow") && page.contains("value=\"staying\" checked"), "{page}");
    let page = manager.form(NETWORK, &[("id", third.as_str())]).await.is(422).body.clone();
    assert!(page.contains("Choose where your practice stands"), "{page}");
    assert_eq!(test.number("SELECT count(*) FROM network_note").await, 2);
    let trail = test.rows("audit_event").await.join("\n");
    assert!(!trail.contains("leaving") && !trail.contains("January"), "the trail holds ids: {trail}");
    // Nobody else: a neighbour, the LMC that it shares with, a clinician, a stranger.
    let doctor = app.clinician("Z90001", "Dr A").await;
    let officer = app.person(Role::LmcOfficer, "east").await;
    let device = app.device("Z90001", doctor).await;
    for (path, send) in [(NETWORK, false), (NOTES, true)] {
        app.manager("Z90002").await.get(path).await.is(404);
        device.get(path).await.is(403);
        let status = officer.get(path).await.status;
        assert!([403, 404].contains(&status.into()), "{status}");
        if send {
            let body = json!({ "id": Uuid::now_v7(), "leaning": "staying" });
            let refused = app.token(Role::LmcOfficer, "east").await.post(path, body).await.status;
            assert!([403, 404].contains(&refused.into()), "{refused}");
        }
    }
    let pages = [
        "/lmc/east",
        "/lmc/east/practices",
        "/lmc/east/practices/Z90001",
        "/lmc/east/questions",
        "/lmc/east/meeting-sheet",
    ];
    for page in pages {
        let read = officer.get(page).await;
        for word in ["Leaning to leave", "Talk in January", "Undecided"] {
            assert!(!read.body.contains(word), "{page}: {word}");
        }
    }
});

both_databases!(an_officer_asks_the_set_about_a_draft_in_one_go_or_not_at_all, |test: TestDb| async move {
    let app = TestApp::start(test.clone()).await;
    let officer = app.person(Role::LmcOfficer, "east").await;
    let set = "/lmc/east/questions/network";
    let page = officer.get(set).await.is(200).body.clone();
    assert!(page.contains("Draft of 2027/28: could your practice take part in it?"), "{page}");
    assert!(page.contains("You never see it"), "{page}");
    let id = Uuid::now_v7().to_string();
    let mut fields = vec![
        ("id", id.as_str()),
        ("draft", "Draft of January 2027"),
        ("week_ending", "2026-11-20"),
        ("opens_on", "2026-11-16"),
        ("closes_on", "2026-11-27"),
    ];
    officer.form(set, &fields).await.is(303);
    officer.form(set, &fields).await.is(303);
    let asked = "SELECT count(*) FROM question";
    assert_eq!(test.number(asked).await, 5, "sent twice, asked once");
    // A week that has no room for all of them takes none, and says so; what was typed is kept.
    let another = Uuid::now_v7().to_string();
    fields[0].1 = &another;
    let page = officer.form(set, &fields).await.is(422).body.clone();
    assert!(page.contains("choose another one") && page.contains("value=\"Draft of January 2027\""), "{page}");
    assert_eq!(test.number(asked).await, 5);
    for (name, text) in
        [("draft", ""), ("draft", "For Mr Harlow"), ("week_ending", "2026-11-19"), ("closes_on", "soon")]
    {
        let wrong: Vec<(&str, &str)> =
            fields.iter().map(|(own, value)| (*own, if *own == name { text } else { value })).collect();
        let page = officer.form(set, &wrong).await.is(422).body.clone();
        assert!(page.contains(&format!("href=\"#{name}\"")), "{name}: {page}");
    }
    // The note of a practice answers nothing.
    let manager = share(&app, "Z90001").await;
    manager.post(NOTES, json!({ "id": Uuid::now_v7(), "leaning": "taking-part" })).await.is(201);
    let list = app.token(Role::LmcOfficer, "east").await.get("/api/v1/areas/lmc/east/questions").await.is(200).json();
    assert!(list.to_string().contains("Draft of January 2027: could your practice take part in it?"), "{list}");
    assert_eq!(test.number("SELECT count(*) FROM question_answer").await, 0);
    app.person(Role::LmcOfficer, "west").await.form(set, &fields).await.is(404);
    manager.get(set).await.is(404);
    assert_eq!(app.stranger().get(set).await.is(303).status, 303);
});

both_databases!(a_practice_writes_to_a_chief_executive_for_its_network, |test: TestDb| async move {
    let app = TestApp::start(test).await;
    let manager = app.manager("Z90001").await;
    let sent = manager.post(TRANSFERS, item("fit-note", None, Some("320"), "2026-11-10")).await.is(201).json();
    let other = app.manager("Z90002").await;
    let theirs = item("fit-note", None, Some("320"), "2026-11-10");
    other.post("/api/v1/practices/Z90002/transfers", theirs).await.is(201);
    let page = manager.get("/practices/Z90001/letters/new?kind=transfer-director").await.is(200).body.clone();
    assert!(page.contains("If you write for your primary care network"), "{page}");
    let letter = |network: Option<&str>| {
        json!({
            "id": Uuid::now_v7(), "kind": "transfer-director", "to": "Chief Executive, Wyrevale Infirmary",
            "dated_on": "2026-11-20", "sent_on": "2026-11-20", "how": "email", "transfers": [sent["first"]], "network": network,
            "fields": { "does_well": "Clinics are on time.", "good_example": "Merrowlow General, 2026.", "ask": "Tell us who leads.",
                "reply_by": "2027-01-08", "answer_to": "to the practice manager", "signed": "The partners" },
        })
    };
    let letters = "/api/v1/practices/Z90001/letters";
    let text = manager.post(letters, letter(Some("Wyre Valley"))).await.is(201).json()["text"].to_string();
    for says in [
        "Wyre Valley Primary Care Network, represented by Invented Surgery",
        "we logged 1 such items",
        "alone; no other practice of the network is counted in them",
    ] {
        assert!(text.contains(says), "{says}: {text}");
    }
    let own = manager.post(letters, letter(None)).await.is(201).json()["text"].to_string();
    assert!(!own.contains("Network"), "{own}");
    let refused = manager.post(letters, letter(Some("Mr Harlow"))).await.is(422).json();
    assert_eq!(refused["errors"][0]["field"], "network", "{refused}");
    // On the page the name stands with what is wrong beside it; another letter is not written for a network.
    let fields =
        [("kind", "transfer-director"), ("network", "Mr Harlow"), ("to", "Wyrevale Infirmary"), ("step", "preview")];
    let page = manager.form("/practices/Z90001/letters/new", &fields).await.is(422).body.clone();
    assert!(page.contains("href=\"#network\"") && page.contains("value=\"Mr Harlow\""), "{page}");
    let mut survey = letter(Some("Wyre Valley"));
    survey["kind"] = json!("survey-reply");
    survey["transfers"] = json!([]);
    survey["fields"] = json!({ "survey": "your survey", "signed": "The partners" });
    let refused = manager.post(letters, survey).await.is(422).json();
    assert_eq!(refused["errors"][0]["field"], "network", "{refused}");
});
