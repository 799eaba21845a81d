//! Letters over HTTP: wordings at three levels, letters that keep theirs, replies, and who may see none of it.

use headroom::domain::access::Role;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::support::{
    app::{Client, TestApp},
    databases::{TestDb, both_databases},
    paper,
};

const API: &str = "/api/v1/practices/Z90001/letters";
const PAGE: &str = "/practices/Z90001/letters";
const NEW: &str = "/practices/Z90001/letters/new";

fn id() -> String {
    Uuid::now_v7().to_string()
}

fn notice(id: &str) -> Value {
    json!({
        "id": id, "kind": "notice-on-service",
        "fields": {
            "service": "ring pessaries", "basis": "a local enhanced service agreement", "served_on": "2026-11-20",
            "period": "three months", "last_day": "2027-02-20", "hand_back": "We send you a list of recalls by number.",
            "signed": "The partners"
        },
        "sent_on": "2026-11-20", "how": "email", "reply_due_on": "2026-11-27"
    })
}

async fn sent(manager: &Client, id: &str) -> Value {
    manager.post(API, notice(id)).await.is(201).json()
}

both_databases!(letters_that_were_sent_are_looked_through, |test: TestDb| async move {
    let app = TestApp::start(test).await;
    let manager = app.person(Role::PracticeManager, "Z90001").await;
    let none = manager.get(PAGE).await;
    assert!(!none.is(200).body.contains("name=\"find\""), "{}", none.body);
    let program = app.manager("Z90001").await;
    sent(&program, &id()).await;
    let mut other = notice(&id());
    other["fields"]["service"] = json!("spirometry");
    program.post(API, other).await.is(201);
    for (find, pessaries, spirometry) in
        [("RING+pessaries", true, false), ("calder+spirometry", false, true), ("notice", true, true), ("+", true, true)]
    {
        let page = manager.get(&format!("{PAGE}?find={find}")).await;
        for (subject, there) in [("Notice on ring pessaries", pessaries), ("Notice on spirometry", spirometry)] {
            assert_eq!(page.is(200).body.contains(subject), there, "{find}: {}", page.body);
        }
    }
    let page = manager.get(&format!("{PAGE}?find=zzz+%3Cb%3E")).await;
    assert!(page.is(200).body.contains("0 of 2 letters have all of these words"), "{}", page.body);
    assert!(
        page.body.contains("value=\"zzz &lt;b&gt;\"") && !page.body.contains("No letter was recorded"),
        "{}",
        page.body
    );
    let long = "a".repeat(4_000);
    manager.get(&format!("{PAGE}?find={long}")).await.is(200);
    app.person(Role::PracticeManager, "Z90002").await.get(&format!("{PAGE}?find=ring")).await.is(404);
});

both_databases!(a_letter_is_recorded_once_and_its_reply_with_it, |test: TestDb| async move {
    let app = TestApp::start(test).await;
    let manager = app.manager("Z90001").await;
    let id = id();
    let first = sent(&manager, &id).await;
    assert_eq!(first["to"], "Wyre and Calder");
    assert_eq!((&first["level"], &first["state"]), (&json!("national"), &json!("due")));
    let text = first["text"].as_str().unwrap();
    assert!(text.contains("20 February 2027") && text.contains("Invented Surgery 1 (Z90001)"), "{text}");
    assert!(!text.contains(['{', '}']), "{text}");
    assert_eq!(manager.post(API, notice(&id)).await.is(200).json(), first);
    let mut other = notice(&id);
    other["fields"]["service"] = json!("spirometry");
    manager.post(API, other).await.is(409);

    // Its reply stands in the diary, as that of a notice does.
    let due = json!([{
        "on": "2026-11-27", "what": "reply-due", "name": "Notice on ring pessaries", "notice": null, "letter": id,
    }]);
    let diary = async |manager: &Client| {
        let diary = manager.get("/api/v1/practices/Z90001/diary").await;
        diary.is(200).json()["items"].clone()
    };
    assert_eq!(diary(&manager).await, due);

    app.clock.set("2026-11-30T09:00:00Z".parse().unwrap());
    let manager = app.manager("Z90001").await;
    let one = format!("{API}/{id}");
    assert_eq!(manager.get(&one).await.is(200).json()["state"], "overdue");
    let person = app.person(Role::PracticeManager, "Z90001").await;
    let page = person.get("/practices/Z90001/letters").await;
    assert!(page.is(200).body.contains("Overdue by 3 days (due 27 Nov 2026)"), "{}", page.body);

    let reply = json!({ "id": Uuid::now_v7(), "event": "reply", "happened_on": "2026-11-30", "note": "Acknowledged" });
    let events = format!("{one}/events");
    manager.post(&events, reply.clone()).await.is(201);
    assert_eq!(diary(&manager).await, json!([]));
    let after = manager.post(&events, reply.clone()).await.is(200).json();
    assert_eq!((&after["state"], &after["reply_note"]), (&json!("received"), &json!("Acknowledged")));
    let mut changed = reply;
    changed["note"] = json!("Refused");
    manager.post(&events, changed).await.is(409);
    for (day, note, field) in [
        ("2026-12-01", "", "happened_on"),
        ("2026-11-19", "", "happened_on"),
        ("2026-11-30", "NHS number 999 000 0018", "note"),
    ] {
        let bad = json!({ "id": Uuid::now_v7(), "event": "reply", "happened_on": day, "note": note });
        let refused = manager.post(&events, bad).await;
        assert!(refused.is(422).body.contains(field) && !refused.body.contains("999 000"), "{}", refused.body);
    }
    let mistake = json!({ "id": Uuid::now_v7(), "event": "recorded-in-error" });
    let after = manager.post(&events, mistake).await.is(201).json();
    assert_eq!(after["state"], "recorded-in-error");
});

both_databases!(every_field_left_empty_or_with_patient_data_is_named, |test: TestDb| async move {
    let app = TestApp::start(test).await;
    let manager = app.manager("Z90001").await;
    let all = notice(&id());
    for field in all["fields"].as_object().unwrap().keys() {
        for wrong in ["", "   ", "NHS number 999 000 0018", "{service}"] {
            let mut body = all.clone();
            body["fields"][field] = json!(wrong);
            let refused = manager.post(API, body).await;
            let named = refused.is(422).body.contains(&format!("\"{field}\""));
            assert!(named && !refused.body.contains("999 000"), "{field}: {}", refused.body);
        }
        let mut body = all.clone();
        body["fields"].as_object_mut().unwrap().remove(field);
        let refused = manager.post(API, body).await;
        assert!(refused.is(422).body.contains(&format!("\"{field}\"")), "{}", refused.body);
    }
    let mut body = all.clone();
    body["fields"]["nonsense"] = json!("x");
    manager.post(API, body).await.is(422);
    let letters = manager.get(API).await.is(200).json();
    assert_eq!(letters["items"], json!([]), "nothing was kept");
});

/// The fields of the form of a reply to a survey.
fn survey<'a>(id: &'a str, step: &'a str) -> Vec<(&'a str, &'a str)> {
    vec![
        ("id", id),
        ("kind", "survey-reply"),
        ("to", "Wyre and Calder"),
        ("dated_on", "2026-11-20"),
        ("survey", "your survey of 2 November"),
        ("signed", "The partners"),
        ("step", step),
    ]
}

both_databases!(a_form_shows_the_exact_text_before_it_is_kept, |test: TestDb| async move {
    let app = TestApp::start(test).await;
    let manager = app.person(Role::PracticeManager, "Z90001").await;
    let asked =
        "?kind=notice-on-service&service=spirometry&commissioner=Wyre+team&period=six+months&last_day=2027-05-20";
    let blank = manager.get(&format!("{NEW}{asked}")).await;
    for words in ["spirometry", "Wyre team", "six months", "2027-05-20"] {
        assert!(blank.is(200).body.contains(words), "{words}");
    }
    let id = id();
    let mut empty = survey(&id, "preview");
    empty.retain(|(name, _)| *name != "survey");
    let refused = manager.form(NEW, &empty).await;
    assert!(refused.is(422).body.contains("Fill in: The survey"), "{}", refused.body);
    let preview = manager.form(NEW, &survey(&id, "preview")).await;
    assert!(preview.is(200).body.contains("your survey of 2 November"), "{}", preview.body);
    let pdf = manager.form(NEW, &survey(&id, "letter.pdf")).await;
    assert!(pdf.is(200).body.starts_with("%PDF"));
    let mut send = survey(&id, "sent");
    manager.form(NEW, &send).await.is(422);
    send.extend([("sent_on", "2026-11-20"), ("how", "post")]);
    for _ in 0..2 {
        let to = manager.form(NEW, &send).await;
        assert_eq!(to.is(303).location(), format!("/practices/Z90001/letters/{id}?saved=1"));
    }
    let page = manager.get(&format!("/practices/Z90001/letters/{id}")).await;
    assert!(page.is(200).body.contains("your survey of 2 November"));
    let word = manager.get(&format!("/practices/Z90001/letters/{id}/letter.docx")).await;
    assert!(word.is(200).body.starts_with("PK"));
    let text = manager.get(&format!("/practices/Z90001/letters/{id}/letter.txt")).await;
    assert!(text.is(200).body.starts_with("Invented Surgery 1 (Z90001)\n20 November 2026\n\nTo: Wyre"));
    manager.get(&format!("/practices/Z90001/letters/{id}/letter.exe")).await.is(404);
    manager.get(&format!("{NEW}?kind=nonsense")).await.is(404);
});

const EAST: &str = "Your survey: {survey}\n\nDear colleague,\n\nEast says: {practice} does not reply.\n\n{signed}";
const OWN: &str = "Your survey: {survey}\n\nDear colleague,\n\nWe say: {practice} does not reply.\n\n{signed}";

async fn write(client: &Client, path: &str, text: &str, step: &str) -> u16 {
    let fields = [("id", &*id()), ("text", text), ("step", step)];
    client.form(path, &fields).await.status.as_u16()
}

/// Level, version and text of the reply to a survey, as a practice has it.
async fn wording(app: &TestApp, practice: &str) -> (String, i64, String) {
    let kinds =
        app.manager(practice).await.get(&format!("/api/v1/practices/{practice}/letter-kinds")).await.is(200).json();
    let kind = kinds["items"].as_array().unwrap().iter().find(|kind| kind["kind"] == "survey-reply").unwrap().clone();
    let text = |name: &str| kind[name].as_str().unwrap().to_owned();
    (text("level"), kind["version"].as_i64().unwrap(), text("text"))
}

both_databases!(the_nearest_wording_wins_and_a_letter_keeps_its_version, |test: TestDb| async move {
    let app = TestApp::start(test).await;
    let officer = app.person(Role::LmcOfficer, "east").await;
    let manager = app.person(Role::PracticeManager, "Z90001").await;
    let (east, own) = ("/lmc/east/letters/survey-reply", "/practices/Z90001/letters/wording/survey-reply");
    assert_eq!(wording(&app, "Z90001").await.0, "national");
    assert_eq!(write(&officer, east, "Subject\n\n{nonsense}", "save").await, 422);
    assert_eq!(write(&officer, east, "Subject\n\nMy {open", "save").await, 422);
    assert_eq!(write(&officer, east, EAST, "look").await, 200);
    assert_eq!(wording(&app, "Z90001").await.0, "national", "looking writes nothing");
    assert_eq!(write(&officer, east, EAST, "save").await, 303);
    assert_eq!(wording(&app, "Z90001").await, ("lmc".into(), 1, EAST.into()));
    assert_eq!(wording(&app, "Z90025").await.0, "national", "another LMC's practice");
    let page = officer.get(east).await;
    assert!(page.is(200).body.contains("<ins>East says: {practice} does not reply.</ins>"), "{}", page.body);

    // A letter begun from the LMC's first version keeps it, whatever is published meanwhile.
    let id = id();
    let mut begun = survey(&id, "sent");
    begun.extend([("level", "lmc"), ("version", "1"), ("sent_on", "2026-11-20"), ("how", "post")]);
    let newer = EAST.replace("East says", "East now says");
    assert_eq!(write(&officer, east, &newer, "save").await, 303);
    manager.form(NEW, &begun).await.is(303);
    let kept = app.manager("Z90001").await.get(&format!("{API}/{id}")).await.is(200).json();
    assert_eq!((&kept["level"], &kept["version"]), (&json!("lmc"), &json!(1)));
    assert!(kept["text"].as_str().unwrap().contains("East says"));

    assert_eq!(write(&manager, own, &newer, "save").await, 422, "nothing changed");
    assert_eq!(write(&manager, own, OWN, "save").await, 303);
    assert_eq!(wording(&app, "Z90001").await, ("practice".into(), 1, OWN.into()));
    assert_eq!(wording(&app, "Z90002").await, ("lmc".into(), 2, newer.clone()));
    assert_eq!(write(&officer, east, EAST, "save").await, 303);
    let page = manager.get(own).await;
    assert!(page.is(200).body.contains("newer version"), "{}", page.body);
    assert_eq!(write(&manager, own, "", "back").await, 303);
    assert_eq!(wording(&app, "Z90001").await.1, 3, "the LMC's again");
    let mut unknown = survey("x", "preview");
    unknown.extend([("level", "lmc"), ("version", "9")]);
    manager.form(NEW, &unknown).await.is(422);
});

both_databases!(letters_belong_to_their_practice_alone, |test: TestDb| async move {
    let app = TestApp::start(test).await;
    let manager = app.manager("Z90001").await;
    let id = id();
    sent(&manager, &id).await;
    let share = json!({ "id": Uuid::now_v7(), "event": "reply", "happened_on": "2026-11-20" });
    let page = format!("/practices/Z90001/letters/{id}");
    for other in [
        app.manager("Z90002").await,
        app.token(Role::LmcOfficer, "east").await,
        app.token(Role::IcbAnalyst, "XDA").await,
    ] {
        for path in [API, &format!("{API}/{id}"), &page, &format!("{page}/letter.pdf"), "/practices/Z90001/letters"] {
            other.get(path).await.is(404);
        }
        other.post(API, notice(&self::id())).await.is(404);
        other.post(&format!("{API}/{id}/events"), share.clone()).await.is(404);
    }
    // Not under another practice's address either.
    let neighbour = app.manager("Z90002").await;
    neighbour.get(&format!("/api/v1/practices/Z90002/letters/{id}")).await.is(404);
    neighbour.post(&format!("/api/v1/practices/Z90002/letters/{id}/events"), share).await.is(404);
    app.stranger().get(API).await.is(401);
    let west = app.person(Role::LmcOfficer, "west").await;
    west.get("/lmc/east/letters").await.is(404);
    assert_eq!(write(&west, "/lmc/east/letters/survey-reply", EAST, "save").await, 404);
    manager.get("/lmc/east/letters").await.is(404);
    app.token(Role::LmcOfficer, "east").await.get("/lmc/east/letters").await.is(200);
});

both_databases!(the_pdf_reads_back_as_it_was_written, |test: TestDb| async move {
    let app = TestApp::start(test).await;
    let manager = app.manager("Z90001").await;
    let id = id();
    sent(&manager, &id).await;
    let path = format!("/practices/Z90001/letters/{id}/letter.pdf");
    let text = paper::words(&manager.get(&path).await.bytes, &[]);
    for words in ["Notice on ring pessaries", "Our last day of the service is 20 February 2027", "To: Wyre and Calder"]
    {
        assert!(text.contains(words), "{words}: {text}");
    }
});
