//! From one practice's item to an answer: a letter with the duty of the day, the LMC's desk, a joint letter, its reply, and
//! what each practice is told. Figures are counted again from the rows.

use chrono::{DateTime, Utc};
use headroom::domain::access::Role;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::support::{
    app::{Client, TestApp},
    databases::{Kind, TestDb, both_databases},
};

const DESK: &str = "/api/v1/areas/lmc/east/transfers";
const LETTERS: &str = "/api/v1/areas/lmc/east/joint-letters";

fn item(category: &str, outcome: &str, came_on: &str) -> Value {
    json!({
        "id": Uuid::now_v7(), "provider_name": "Wyrevale Infirmary", "department": "653", "category": category,
        "asked": "Bloods before the clinic", "outcome": outcome, "came_on": came_on,
    })
}

async fn log(manager: &Client, practice: &str, body: Value) -> Value {
    let path = format!("/api/v1/practices/{practice}/transfers");
    manager.post(&path, body).await.is(201).json()
}

async fn share(app: &TestApp, practice: &str) -> Client {
    let manager = app.manager(practice).await;
    let fields = [("share", "yes"), ("days", "all")];
    manager.form(&format!("/practices/{practice}/sharing"), &fields).await.is(303);
    manager
}

fn at(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

fn returned(items: &[&Value], day: &str) -> Value {
    let transfers: Vec<&Value> = items.iter().map(|one| &one["first"]).collect();
    json!({
        "id": Uuid::now_v7(), "kind": "transfer-return", "sent_on": day, "dated_on": day, "how": "email",
        "to": "Podiatry, Wyrevale Infirmary", "transfers": transfers,
        "fields": { "reply_by": "2027-05-01", "answer_to": "to the practice manager", "signed": "The partners" },
    })
}

both_databases!(one_letter_returns_several_items_each_with_the_duty_of_its_day, |test: TestDb| async move {
    let app = TestApp::start(test.clone()).await;
    let officer = app.token(Role::LmcOfficer, "east").await;
    // The LMC has read the number in the contract of the new year, and says so.
    let number = json!({ "id": Uuid::now_v7(), "duty": "clinic-letter-7d", "clause": "SC11.9", "valid_from": "2027-04-01",
        "source": "NHS Standard Contract 2027/28, service conditions" });
    officer.post("/api/v1/areas/lmc/east/local-duties", number).await.is(201);
    app.clock.set(at("2027-04-06T10:00:00Z"));
    let manager = app.manager("Z90001").await;
    let march = log(&manager, "Z90001", item("clinic-letter", "returned", "2027-03-31")).await;
    let april = log(&manager, "Z90001", item("clinic-letter", "declined", "2027-04-01")).await;
    let letters = "/api/v1/practices/Z90001/letters";
    let sent = returned(&[&march, &april], "2027-04-06");
    let letter = manager.post(letters, sent.clone()).await.is(201).json();
    let text = letter["text"].as_str().unwrap();
    let (first, second) = text.split_once("2. Clinic letter").unwrap();
    assert!(first.contains("1. Clinic letter; Podiatry; came on 31 March 2027"), "{text}");
    assert!(first.contains("NHS Standard Contract 2026/27 (SC11.7; number not checked for 2026/27)"), "{text}");
    assert!(second.contains("SC11.9") && !second.contains("not checked"), "April cites its own: {text}");
    // The eight parts of a good letter, and room for the patient that no copy to the LMC has.
    for part in [
        "Asked of us: Bloods before the clinic.",
        "by 9 April 2027 that this has reached you",
        "by 1 May 2027 what you decide",
        "nobody should assume that our practice has taken this on",
        "Please answer to the practice manager",
        "A copy that names no patient",
        "Thank you",
        "Patient, written in by the practice: name ____",
    ] {
        assert!(text.contains(part), "{part}: {text}");
    }
    assert_eq!(manager.post(letters, sent).await.is(200).json(), letter, "sent twice, kept once");
    assert_eq!(letter["transfers"], json!([march["first"], april["first"]]));
    let page = format!("/practices/Z90001/letters/{}", letter["id"].as_str().unwrap());
    let shown = manager.get(&page).await.is(200).body.clone();
    let (_, copy) = shown.split_once("The copy for your LMC").unwrap();
    assert!(
        copy.matches("names the patient to the provider alone").count() == 2 && !copy.contains("name ____"),
        "{copy}"
    );
    assert!(shown.contains("brought to the LMC") && shown.contains("medical director"), "what can follow: {shown}");
    // An answer in part is an answer; that it reached them is none.
    let events = format!("{letters}/{}/events", letter["id"].as_str().unwrap());
    let event = |what: &str| json!({ "id": Uuid::now_v7(), "event": what, "happened_on": "2027-04-06" });
    assert_eq!(manager.post(&events, event("acknowledged")).await.is(201).json()["state"], "due");
    assert_eq!(manager.post(&events, event("half-answered")).await.is(201).json()["state"], "received");
    manager.post(&events, event("ignored")).await.is(422);
    let month = manager.get("/practices/Z90001/transfers").await.is(200).body.clone();
    assert!(month.contains("Answered 6 Apr"), "{month}");
    // A corrected item keeps its letter.
    let mut corrected = item("clinic-letter", "declined", "2027-04-02");
    corrected["corrects"] = april["id"].clone();
    let corrected = log(&manager, "Z90001", corrected).await;
    assert_eq!(corrected["first"], april["id"]);
    let month = manager.get("/practices/Z90001/transfers").await.is(200).body.clone();
    assert!(month.contains("Answered 6 Apr") && !month.contains("To send back"), "{month}");
    // Step by step: the next letter says what was written before.
    let mut on = returned(&[&corrected], "2027-04-06");
    on["kind"] = json!("transfer-lmc");
    on["fields"] = json!({ "answer_to": "at the practice", "signed": "The partners" });
    let on = manager.post(letters, on).await.is(201).json();
    assert!(
        on["text"].as_str().unwrap().contains("to Podiatry, Wyrevale Infirmary: answered on 6 April 2027."),
        "{on}"
    );
    assert_eq!(test.number("SELECT count(*) FROM transfer_letter WHERE step = 1").await, 2);
    assert_eq!(test.number("SELECT count(*) FROM transfer_letter WHERE step = 2").await, 1);
});

both_databases!(a_letter_that_is_about_the_wrong_items_is_refused, |test: TestDb| async move {
    let app = TestApp::start(test).await;
    let manager = app.manager("Z90001").await;
    let neighbour = app.manager("Z90002").await;
    let own = log(&manager, "Z90001", item("fit-note", "returned", "2026-11-20")).await;
    let theirs = log(&neighbour, "Z90002", item("fit-note", "returned", "2026-11-20")).await;
    let mut other = item("fit-note", "returned", "2026-11-20");
    other["provider_name"] = json!("Alderbrook Community");
    let other = log(&manager, "Z90001", other).await;
    let letters = "/api/v1/practices/Z90001/letters";
    for wrong in [vec![&theirs], vec![&own, &theirs], vec![&own, &other], vec![&own, &own], vec![]] {
        let refused = manager.post(letters, returned(&wrong, "2026-11-20")).await.is(422).json();
        assert_eq!(refused["errors"][0]["field"], "transfers", "{refused}");
    }
    let mut survey = returned(&[&own], "2026-11-20");
    survey["kind"] = json!("survey-reply");
    assert_eq!(manager.post(letters, survey).await.is(422).json()["errors"][0]["field"], "transfers");
    let mut joint = returned(&[&own], "2026-11-20");
    joint["kind"] = json!("transfer-joint");
    manager.post(letters, joint).await.is(404);
});

/// Items that stand, counted again from what each practice reads of its own: items, practices, minutes of clinicians on those
/// sent back, minutes on those done anyway.
async fn recount(managers: &[(Client, &str)], category: &str) -> (u64, u64, u64, u64) {
    let (mut items, mut practices, mut given_back, mut lost) = (0, 0, 0, 0);
    for (manager, practice) in managers {
        let all = manager.get(&format!("/api/v1/practices/{practice}/transfers")).await.is(200).json();
        let all = all["items"].as_array().unwrap().clone();
        practices += u64::from(all.iter().any(|one| one["category"] == category));
        for one in all {
            items += u64::from(one["category"] == category);
            let minutes = &one["minutes"];
            let minutes: u64 =
                ["gp", "other_clinician", "nurse"].iter().map(|role| minutes[role].as_u64().unwrap()).sum();
            match one["outcome"].as_str().unwrap() {
                "returned" | "declined" => given_back += minutes,
                "done-urgent" | "done-other" => lost += minutes,
                _ => {}
            }
        }
    }
    (items, practices, given_back, lost)
}

both_databases!(the_same_from_six_practices_becomes_one_letter_and_all_are_told, |test: TestDb| async move {
    let app = TestApp::start(test.clone()).await;
    let officer = app.token(Role::LmcOfficer, "east").await;
    let practices = ["Z90001", "Z90002", "Z90003", "Z90004", "Z90005", "Z90006"];
    let mut managers = Vec::new();
    for (n, practice) in practices.iter().enumerate() {
        let manager = share(&app, practice).await;
        for (k, outcome) in ["returned", "declined", "done-urgent"].iter().enumerate() {
            if n < 2 || k < 2 {
                let mut one = item("investigation-request", outcome, "2026-11-10");
                one["gp"] = json!(7 + n + k);
                log(&manager, practice, one).await;
            }
        }
        managers.push((manager, *practice));
    }
    // One that does not share is not counted, nor is one of another LMC, nor what came before.
    let closed = app.manager("Z90007").await;
    log(&closed, "Z90007", item("investigation-request", "returned", "2026-11-10")).await;
    let west = share(&app, "Z90025").await;
    log(&west, "Z90025", item("investigation-request", "returned", "2026-11-10")).await;
    let desk = officer.get(DESK).await.is(200).json();
    let (items, from, given_back, lost) = recount(&managers, "investigation-request").await;
    assert_eq!((items, from), (14, 6));
    let repeat = &desk["repeats"][0];
    assert_eq!((repeat["items"].as_u64(), repeat["practices"].as_u64()), (Some(items), Some(from)), "{desk}");
    assert_eq!(desk["minutes_given_back"].as_u64(), Some(given_back), "{desk}");
    assert_eq!(desk["minutes_lost"].as_u64(), Some(lost), "{desk}");
    assert_eq!(desk["practices"], 6);
    // The letter as figures and duties write it; what nobody can know is left open and said.
    let key = repeat["provider"]["key"].as_str().unwrap();
    let web = app.person(Role::LmcOfficer, "east").await;
    let fresh = format!(
        "/lmc/east/transfers/letters/new?kind=transfer-joint&provider={}&department=653&category=investigation-request",
        key.replace(' ', "%20").replace(':', "%3A")
    );
    let form = web.get(&fresh).await.is(200).body.clone();
    assert!(form.contains("6 practices of our area told us"), "{form}");
    assert!(form.contains("14 times between") && form.contains("[to write: "), "{form}");
    let text = "The same blood test\n\nDear colleague,\n\nsix practices were asked for it fourteen times.";
    let letter = json!({ "id": Uuid::now_v7(), "kind": "transfer-joint", "provider": key, "department": "653",
        "category": "investigation-request", "from": "2026-10-24", "to": "2026-11-20", "text": text,
        "recipient": "Interface lead of Wyrevale Infirmary", "sent_on": "2026-11-20", "how": "email",
        "reply_due_on": "2026-12-04" });
    let mut open = letter.clone();
    open["text"] = json!("S\n\n[to write: what works well]");
    assert!(officer.post(LETTERS, open).await.is(422).body.contains("what works well"));
    let mut nothing = letter.clone();
    nothing["category"] = json!("fit-note");
    officer.post(LETTERS, nothing).await.is(422);
    let kept = officer.post(LETTERS, letter.clone()).await.is(201).json();
    assert_eq!((kept["items"].as_u64(), kept["practices"].as_u64()), (Some(14), Some(6)));
    // Practices go on logging: sent again it is the same letter.
    let later = log(&managers[0].0, "Z90001", item("investigation-request", "returned", "2026-11-11")).await;
    assert_eq!(officer.post(LETTERS, letter.clone()).await.is(200).json()["items"], 14);
    let mut other = letter;
    other["recipient"] = json!("Another office");
    officer.post(LETTERS, other).await.is(409);
    let mut gone = item("investigation-request", "returned", "2026-11-11");
    (gone["corrects"], gone["removed"]) = (later["id"].clone(), json!(true));
    managers[0].0.post("/api/v1/practices/Z90001/transfers", gone).await.is(201);
    let west = app.token(Role::LmcOfficer, "west").await;
    let events = format!("{LETTERS}/{}/events", kept["id"].as_str().unwrap());
    let agreed = json!({ "id": Uuid::now_v7(), "event": "agreed", "note": "The clinic requests its own bloods from 1 December." });
    west.post(&events.replace("east", "west"), agreed.clone()).await.is(404);
    west.post(&events, agreed.clone()).await.is(404);
    assert_eq!(officer.post(&events, agreed).await.is(201).json()["state"], "received");
    // Every practice that told of it reads it, and no other.
    for (manager, practice) in &managers {
        let page = manager.get(&format!("/practices/{practice}/transfers")).await.is(200).body.clone();
        assert!(page.contains("What your LMC wrote") && page.contains("its own bloods from 1 December"), "{page}");
    }
    let other = app.manager("Z90008").await;
    log(&other, "Z90008", item("fit-note", "returned", "2026-11-10")).await;
    let page = other.get("/practices/Z90008/transfers").await.is(200).body.clone();
    assert!(!page.contains("What your LMC wrote"), "{page}");
    // The provider's page: figures with its reply beside them.
    let provider = format!("/lmc/east/transfers/provider?provider={}", key.replace(' ', "%20").replace(':', "%3A"));
    let page = web.get(&provider).await.is(200).body.clone();
    for says in
        ["Reported by practices, unverified", "14 items", "its own bloods from 1 December", "No practice wrote to it"]
    {
        assert!(page.contains(says), "{says}: {page}");
    }
    // Whose rows were read one by one can see that they were.
    app.clock.set(at("2026-11-20T12:00:05Z"));
    let receipts = "SELECT count(*) FROM access_receipt WHERE page = 'transfers'";
    for _ in 0..50 {
        if test.number(receipts).await == 6 {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    assert_eq!(test.number(receipts).await, 6);
});

both_databases!(only_who_agreed_to_the_text_that_opens_it_is_on_the_desk, |test: TestDb| async move {
    let app = TestApp::start(test.clone()).await;
    let officer = app.token(Role::LmcOfficer, "east").await;
    let manager = share(&app, "Z90001").await;
    log(&manager, "Z90001", item("fit-note", "returned", "2026-11-10")).await;
    assert_eq!(officer.get(DESK).await.is(200).json()["items"], 1);
    // As one that agreed to an older text.
    let (id, when) = match test.kind() {
        Kind::Sqlite => ("randomblob(16)", "2026-11-20T12:30:00.000000+00:00"),
        Kind::Postgres => ("gen_random_uuid()", "2026-11-20 12:30:00+00:00"),
    };
    let older = format!(
        "INSERT INTO consent (practice, id, purpose, version, given, recorded_at, recorded_by, shown_from) \
         SELECT practice, {id}, purpose, '2026-11-30', given, '{when}', recorded_by, shown_from FROM consent"
    );
    test.transaction(&[&older]).await.unwrap();
    app.clock.set(at("2026-11-20T13:00:00Z"));
    let officer = app.token(Role::LmcOfficer, "east").await;
    let desk = officer.get(DESK).await.is(200).json();
    assert_eq!((&desk["items"], &desk["practices"]), (&json!(0), &json!(0)), "{desk}");
    let manager = share(&app, "Z90001").await;
    assert_eq!(officer.get(DESK).await.is(200).json()["items"], 1, "agreed anew");
    let fields = [("share", "no")];
    manager.form("/practices/Z90001/sharing", &fields).await.is(303);
    assert_eq!(officer.get(DESK).await.is(200).json()["items"], 0, "withdrawn at once");
});

both_databases!(what_an_area_says_reaches_its_practices_letters, |test: TestDb| async move {
    let app = TestApp::start(test).await;
    let manager = app.manager("Z90001").await;
    let officer = app.token(Role::LmcOfficer, "east").await;
    let duties = "/api/v1/areas/lmc/east/local-duties";
    let duty = json!({ "id": Uuid::now_v7(), "category": "fit-note", "instrument": "Wyre and Calder interface agreement",
        "text": "The team that treats issues the fit note.", "source": "https://example.org/interface.pdf",
        "valid_from": "2026-10-01", "valid_to": "2026-11-15" });
    let sent = item("fit-note", "returned", "2026-11-14");
    log(&manager, "Z90001", sent.clone()).await;
    let kept = officer.post(duties, duty.clone()).await.is(201).json();
    // Sent again, it is the item that it was, whatever duty holds by now.
    manager.post("/api/v1/practices/Z90001/transfers", sent.clone()).await.is(200);
    let mut gone = item("fit-note", "returned", "2026-11-14");
    (gone["corrects"], gone["removed"]) = (sent["id"].clone(), json!(true));
    manager.post("/api/v1/practices/Z90001/transfers", gone).await.is(201);
    let within = log(&manager, "Z90001", item("fit-note", "returned", "2026-11-14")).await;
    assert_eq!(within["duty"]["source"], "Wyre and Calder interface agreement", "{within}");
    let after = log(&manager, "Z90001", item("fit-note", "returned", "2026-11-16")).await;
    assert_eq!(after["duty"]["code"], "fit-note", "{after}");
    let wrong = json!({ "id": Uuid::now_v7(), "category": "fit-note", "valid_from": "2026-10-01" });
    let refused = officer.post(duties, wrong).await.is(422).json();
    let fields: Vec<&str> =
        refused["errors"].as_array().unwrap().iter().map(|one| one["field"].as_str().unwrap()).collect();
    assert_eq!(fields, ["instrument", "text", "source"]);
    let back = json!({ "id": Uuid::now_v7(), "takes_back": kept["id"] });
    assert_eq!(officer.post(duties, back).await.is(201).json()["duties"], 0);
    let west = app.token(Role::LmcOfficer, "west").await;
    west.post(duties, duty).await.is(404);
    let theirs = json!({ "id": Uuid::now_v7(), "takes_back": kept["id"] });
    west.post(&duties.replace("east", "west"), theirs).await.is(404);
    // Whom to write to, and with whom it begins.
    let routes = "/api/v1/areas/lmc/east/transfer-routes";
    let route = json!({ "id": Uuid::now_v7(), "provider": "Wyrevale Infirmary", "recipient": "Interface team of Wyrevale",
        "reply_within": 25 });
    officer.post(routes, route).await.is(201);
    let page = app.person(Role::PracticeManager, "Z90001").await;
    let form =
        format!("/practices/Z90001/letters/new?kind=transfer-return&transfers={}", within["id"].as_str().unwrap());
    let form = page.get(&form).await.is(200).body.clone();
    assert!(form.contains("Interface team of Wyrevale"), "{form}");
    assert!(form.contains("value=\"2026-12-29\""), "25 working days, without the bank holidays: {form}");
    let first = json!({ "id": Uuid::now_v7(), "category": "fit-note", "first_step": 2, "harm": true });
    officer.post(routes, first).await.is(201);
    let both = json!({ "id": Uuid::now_v7(), "provider": "Wyrevale Infirmary", "category": "fit-note", "first_step": 2, "harm": true });
    officer.post(routes, both).await.is(201);
    let month = page.get("/practices/Z90001/transfers").await.is(200).body.clone();
    assert!(month.contains("2 items to your LMC") && month.contains("patient safety events"), "{month}");
    officer.post(routes, json!({ "id": Uuid::now_v7(), "first_step": 3 })).await.is(422);
    let example = json!({ "id": Uuid::now_v7(), "place": "Alderbrook Hospital", "what": "Wards issue them",
        "source": "Board papers" });
    let examples = "/api/v1/areas/lmc/east/good-examples";
    assert_eq!(officer.post(examples, example).await.is(201).json()["examples"], 1);
    let named = json!({ "id": Uuid::now_v7(), "place": "Alderbrook Hospital", "what": "Bloods for 999 012 3454", "source": "x" });
    assert_eq!(officer.post(examples, named).await.is(422).json()["errors"][0]["field"], "what");
    let rules = app.person(Role::LmcOfficer, "east").await.get("/lmc/east/transfers/rules").await.is(200).body.clone();
    assert!(rules.contains("Alderbrook Hospital") && rules.contains("Interface team of Wyrevale"), "{rules}");
    manager.get("/lmc/east/transfers").await.is(404);
    app.stranger().get(DESK).await.is(401);
});

both_databases!(what_repeats_at_one_practice_alone_is_no_pattern, |test: TestDb| async move {
    let app = TestApp::start(test.clone()).await;
    let officer = app.token(Role::LmcOfficer, "east").await;
    let (one, other) = (share(&app, "Z90001").await, share(&app, "Z90002").await);
    for _ in 0..5 {
        log(&one, "Z90001", item("fit-note", "returned", "2026-11-10")).await;
    }
    for (manager, practice) in [(&one, "Z90001"), (&other, "Z90002")] {
        log(manager, practice, item("clinic-letter", "returned", "2026-11-11")).await;
    }
    let desk = officer.get(DESK).await.is(200).json();
    assert_eq!(desk["repeats"], json!([]), "five of one practice, and two of two");
    log(&other, "Z90002", item("fit-note", "returned", "2026-11-12")).await;
    let desk = officer.get(DESK).await.is(200).json();
    assert_eq!(desk["repeats"].as_array().unwrap().len(), 1, "{desk}");
    let (repeat, provider) = (&desk["repeats"][0], &desk["providers"][0]);
    assert_eq!(
        (&repeat["category"], &repeat["items"], &repeat["practices"]),
        (&json!("fit-note"), &json!(6), &json!(2))
    );
    assert_eq!((&provider["items"], &provider["practices"]), (&json!(8), &json!(2)), "{desk}");
});
