//! Imports on pages: a report is matched once, looked at, confirmed and counts; who may not; the same file again; which
//! source counts.

use std::fmt::Write as _;

use axum::http::Method;
use entity::ids::ClinicianId;
use headroom::{
    db::Scoped,
    domain::{
        access::{CliAuthority, Role},
        appointment::{Matching, System},
    },
    store::appointments::recount,
};
use scraper::{Html, Selector};

use crate::support::{
    app::{Client, Reply, TestApp},
    databases::{TestDb, both_databases},
};

const PAGE: &str = "/practices/Z90001/imports";
const REPORT: &str = "Date,Start,With whom,Slot Type,State,Patient,Ref\r\n\
    18/11/2026,09:00,Dr A,Telephone,Attended,Ann Example,9990001006\r\n\
    18/11/2026,09:15,Dr A,Surgery,Attended,Bob Example,9990042772\r\n\
    18/11/2026,09:15,Dr A,Surgery,Attended,Cat Example,9990042772\r\n\
    18/11/2026,09:30,Dr A,Surgery,DNA,Dan Example,9990001006\r\n\
    18/11/2026,09:45,Nurse X,Surgery,Attended,Eve Example,9990001006\r\n\
    18/11/2026,10:00,Dr A,Surgery,Marvellous,Eve Example,9990001006\r\n\
    20/11/2026,15:00,Dr A,Surgery,Booked,Fay Example,9990001006\r\n";

async fn upload(client: &Client, files: &[(&str, &str)]) -> Reply {
    let mut body = String::new();
    for (name, text) in files {
        write!(
            body,
            "--edge\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{name}\"\r\nContent-Type: text/csv\r\n\r\n{text}\r\n"
        )
        .unwrap();
    }
    body += "--edge--\r\n";
    client.send(Method::POST, PAGE, Some("multipart/form-data; boundary=edge"), body).await
}

/// The fields of the page's form as a browser would send them.
fn fields(page: &str) -> Vec<(String, String)> {
    let html = Html::parse_document(page);
    let mut found = Vec::new();
    for input in html.select(&Selector::parse("form[action*=matching] input, form[action*=sources] input").unwrap()) {
        found.push((input.attr("name").unwrap().to_owned(), input.attr("value").unwrap_or_default().to_owned()));
    }
    for select in html.select(&Selector::parse("form select").unwrap()) {
        let chosen = select.select(&Selector::parse("option[selected]").unwrap()).next();
        let value = chosen.map_or("", |option| option.attr("value").unwrap());
        found.push((select.attr("name").unwrap().to_owned(), value.to_owned()));
    }
    found
}

async fn send(client: &Client, path: &str, fields: &[(String, String)]) -> Reply {
    let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    client.form(path, &fields).await
}

/// Points out the column of that name.
fn point_out(page: &str, fields: &mut [(String, String)], place: &str, column: &str) {
    let html = Html::parse_document(page);
    let options = Selector::parse(&format!("select[name={place}] option")).unwrap();
    let option = html.select(&options).find(|option| option.text().collect::<String>() == column);
    let digest = option.unwrap().attr("value").unwrap().to_owned();
    fields.iter_mut().find(|(name, _)| name == place).unwrap().1 = digest;
}

/// Matches the report; gives the page of the upload that follows.
async fn matched(manager: &Client) -> Reply {
    let page = upload(manager, &[("week.csv", REPORT)]).await;
    let page = page.is(200).body.clone();
    assert!(page.contains("Match the file") && page.contains("Patient, Ref"), "{page}");
    for secret in ["Ann Example", "9990001006", "9990042772"] {
        assert!(!page.contains(secret), "{secret}");
    }
    // "With whom" and "State" are not usual names: nothing is remembered before they are pointed out.
    let mut sent = fields(&page);
    let refused = send(manager, &format!("{PAGE}/matching"), &sent).await;
    assert!(refused.is(422).body.contains("Choose the column for: session holder"));
    point_out(&page, &mut sent, "place-holder", "With whom");
    point_out(&page, &mut sent, "place-status", "State");
    let saved = send(manager, &format!("{PAGE}/matching"), &sent).await;
    assert_eq!(saved.is(303).location(), format!("{PAGE}?matched=yes"));
    // Now the people are known by their column.
    let page = upload(manager, &[("week.csv", REPORT)]).await;
    let page = page.is(200).body.clone();
    assert!(page.contains("Nurse X") && page.contains("Dr A"), "{page}");
    // Nobody is left out because nobody said whose sessions they are.
    let mut sent = fields(&page);
    let asked = send(manager, &format!("{PAGE}/matching"), &sent).await;
    assert!(asked.is(422).body.contains("Choose one of your clinicians, or “Not counted”"));
    for (_, chosen) in sent.iter_mut().filter(|(name, chosen)| name.starts_with("holder-") && chosen.is_empty()) {
        "-".clone_into(chosen);
    }
    send(manager, &format!("{PAGE}/matching"), &sent).await.is(303);
    upload(manager, &[("week.csv", REPORT)]).await
}

both_databases!(a_report_is_matched_once_looked_at_and_then_counts, |test: TestDb| async move {
    let app = TestApp::start(test).await;
    let me = app.clinician("Z90001", "Dr A").await;
    let manager = app.person(Role::PracticeManager, "Z90001").await;
    let program = app.manager("Z90001").await;
    let day = format!("/api/v1/practices/Z90001/clinicians/{me}/days/2026-11-18");
    let import = matched(&manager).await.is(303).location();
    let page = manager.get(&import).await.is(200).body.clone();
    for words in ["Count this import", "The status is missing or not known", "Patient: 7 cells", "Ref: 7 cells"] {
        assert!(page.contains(words), "{words}: {page}");
    }
    assert_eq!(program.get(&day).await.json()["counted"], 0);
    let csv = manager.get(&format!("{import}/refused.csv")).await;
    assert_eq!(csv.is(200).body, "line,reason\r\n7,\"the status is missing or not known\"\r\n");
    for _ in 0..2 {
        let reply = manager.form(&import, &[]).await;
        assert_eq!(reply.is(303).location(), import);
    }
    let counted = program.get(&day).await.json();
    assert_eq!((&counted["counted"], &counted["source"]), (&3.into(), &"import".into()));
    assert!(manager.get(PAGE).await.is(200).body.contains("Counts"));
    let before = app.test.content_without(&["session"]).await;
    let again = upload(&manager, &[("week.csv", REPORT)]).await;
    assert!(again.is(200).body.contains("nothing was written"), "{}", again.body);
    assert_eq!(app.test.content_without(&["session"]).await, before);
    let all = before.join("\n");
    for secret in ["Example", "9990001006", "9990042772", "Nurse X", "With whom"] {
        assert!(!all.contains(secret), "{secret}");
    }
});

both_databases!(an_answer_that_was_wrong_is_asked_for_again, |test: TestDb| async move {
    let app = TestApp::start(test).await;
    app.clinician("Z90001", "Dr A").await;
    let manager = app.person(Role::PracticeManager, "Z90001").await;
    assert!(!manager.get(PAGE).await.is(200).body.contains("Ask again"), "nothing is remembered yet");
    let import = matched(&manager).await.is(303).location();
    manager.form(&import, &[]).await.is(303);
    assert!(upload(&manager, &[("week.csv", REPORT)]).await.is(200).body.contains("nothing was written"));
    assert!(manager.get(PAGE).await.is(200).body.contains("Ask again"));
    let done = manager.form(&format!("{PAGE}/matching/forget"), &[]).await;
    let page = manager.get(&done.is(303).location()).await;
    assert!(page.is(200).body.contains("Forgotten") && !page.body.contains("Ask again"));
    // Its columns are asked for first, as at the very beginning.
    assert!(upload(&manager, &[("week.csv", REPORT)]).await.is(200).body.contains("Match the file"));
});

both_databases!(a_file_of_one_clinician_is_not_said_to_be_cut_short, |test: TestDb| async move {
    let app = TestApp::start(test).await;
    for label in ["Dr A", "Dr B"] {
        app.clinician("Z90001", label).await;
    }
    let manager = app.person(Role::PracticeManager, "Z90001").await;
    let file = |rows: &[(&str, &str)]| {
        let rows = rows.iter().map(|(who, at)| format!("18/11/2026,{at},{who},Telephone,Attended\r\n"));
        "Date,Time,Session holder,Slot type,Status\r\n".to_owned() + &rows.collect::<String>()
    };
    let read = async |text: &str| {
        let page = upload(&manager, &[("f.csv", text)]).await;
        if page.status == 303 {
            return page.location();
        }
        send(&manager, &format!("{PAGE}/matching"), &fields(&page.is(200).body)).await.is(303);
        upload(&manager, &[("f.csv", text)]).await.is(303).location()
    };
    let first = read(&file(&[("Dr A", "09:00"), ("Dr A", "09:10"), ("Dr B", "09:00")])).await;
    // Of two that wait, the second to be confirmed leads to its own page, which says why it cannot count any more.
    let other = read(&file(&[("Dr B", "09:20")])).await;
    manager.form(&first, &[]).await.is(303);
    assert_eq!(manager.form(&other, &[]).await.is(303).location(), other);
    let page = manager.get(&other).await;
    assert!(page.is(200).body.contains("Another import was taken in since"));
    let page = manager.get(&first).await;
    let (_, rest) = page.is(200).body.split_once("/sources?day=").unwrap();
    assert!(rest.starts_with("2026-11-18"));
    let week = manager.get("/practices/Z90001/sources?day=2026-11-11").await;
    assert!(week.is(200).body.contains("The week after") && week.body.contains("The week before"));
    manager.get("/practices/Z90001/sources?day=2020-01-01").await.is(200);
});

both_databases!(the_practice_chooses_which_source_counts, |test: TestDb| async move {
    let app = TestApp::start(test).await;
    let me = app.clinician("Z90001", "Dr A").await;
    let manager = app.person(Role::PracticeManager, "Z90001").await;
    let program = app.manager("Z90001").await;
    let day = format!("/api/v1/practices/Z90001/clinicians/{me}/days/2026-11-18");
    let import = matched(&manager).await.location();
    manager.form(&import, &[]).await.is(303);
    program.put(&day, serde_json::json!({ "id": uuid::Uuid::now_v7(), "n": 21 })).await.is(200);
    assert_eq!(program.get(&day).await.json()["counted"], 21);
    let page = manager.get("/practices/Z90001/sources").await.is(200).body.clone();
    assert!(page.contains("+18"), "{page}");
    let mut sent = fields(&page);
    let put = |fields: &mut Vec<(String, String)>, name: &str, value: &str| {
        fields.iter_mut().find(|(key, _)| key.starts_with(name)).unwrap().1 = value.to_owned();
    };
    put(&mut sent, "source-", "import");
    put(&mut sent, "effective_on", "2020-01-01");
    send(&manager, "/practices/Z90001/sources", &sent).await.is(422);
    put(&mut sent, "effective_on", "2026-11-16");
    for _ in 0..2 {
        send(&manager, "/practices/Z90001/sources", &sent).await.is(303);
    }
    let counted = program.get(&day).await.json();
    assert_eq!((&counted["counted"], &counted["source"]), (&3.into(), &"import".into()));
    assert_eq!(app.test.number("SELECT count(*) FROM source_choice").await, 1);
});

both_databases!(nobody_else_imports_or_sees_an_import, |test: TestDb| async move {
    let app = TestApp::start(test).await;
    let me = app.clinician("Z90001", "Dr A").await;
    let manager = app.person(Role::PracticeManager, "Z90001").await;
    let import = matched(&manager).await.is(303).location();
    let id = import.rsplit('/').next().unwrap();
    let neighbour = app.person(Role::PracticeManager, "Z90002").await;
    for path in [PAGE, &import, &format!("{import}/refused.csv"), "/practices/Z90001/sources"] {
        neighbour.get(path).await.is(404);
        app.stranger().get(path).await.is(303);
        app.device("Z90001", me).await.get(path).await.is(403);
    }
    neighbour.get(&format!("/practices/Z90002/imports/{id}")).await.is(404);
    neighbour.form(&format!("/practices/Z90002/imports/{id}"), &[]).await.is(404);
    neighbour.form(&import, &[]).await.is(404);
    upload(&neighbour, &[("week.csv", REPORT)]).await.is(404);
    app.device("Z90001", me).await.form(&import, &[]).await.is(403);
    assert_eq!(app.test.number("SELECT count(*) FROM slot_import_done").await, 0);
});

both_databases!(files_that_cannot_be_taken_are_refused_in_a_sentence, |test: TestDb| async move {
    let app = TestApp::start(test).await;
    app.clinician("Z90001", "Dr A").await;
    let manager = app.person(Role::PracticeManager, "Z90001").await;
    for (files, why) in [
        (&[("a.csv", "")][..], "The file is empty"),
        (&[("a.csv", "18/11/2026,Ann Example,9990001006\n")][..], "not a line of column names"),
        (&[("a.csv", "SlotGuid,AppointmentDate,SessionGuid,DidNotAttend\n")][..], "Appointment_SessionUser"),
        (&[("a.csv", REPORT), ("b.csv", REPORT)][..], "same kind"),
        (&[][..], "None of the files"),
    ] {
        let reply = upload(&manager, files).await;
        assert!(reply.is(422).body.contains(why), "{why}: {}", reply.body);
        assert!(!reply.body.contains("Ann Example") && !reply.body.contains("9990001006"));
    }
    manager.send(Method::POST, PAGE, Some("text/plain"), "x".to_owned()).await.is(400);
});

/// Imports the week with all of Dr A's sessions matched to one clinician.
async fn matched_to(manager: &Client, clinician: &str) -> Reply {
    let practice = "Z90001".parse().unwrap();
    let holder = Matching::holder_id(&practice, System::Report, "Dr A");
    let fields = [
        ("id".to_owned(), uuid::Uuid::now_v7().to_string()),
        ("system".to_owned(), "report".to_owned()),
        (format!("holder-name-{holder}"), "Dr A".to_owned()),
        (format!("holder-{holder}"), clinician.to_owned()),
    ];
    let places = [("day", "Date"), ("time", "Start"), ("holder", "With whom"), ("status", "State")]
        .map(|(place, name)| (format!("place-{place}"), Matching::column_id(&practice, name).to_string()));
    let fields: Vec<(String, String)> = fields.into_iter().chain(places).collect();
    send(manager, &format!("{PAGE}/matching"), &fields).await.is(303);
    upload(manager, &[("week.csv", REPORT)]).await
}

both_databases!(a_slot_that_moved_does_not_come_back_when_its_new_holder_is_erased, |test: TestDb| async move {
    let app = TestApp::start(test).await;
    let one = app.clinician("Z90001", "Dr A").await;
    let two = app.clinician("Z90001", "Dr B").await;
    let manager = app.person(Role::PracticeManager, "Z90001").await;
    let program = app.manager("Z90001").await;
    let counted = async |of: ClinicianId| {
        let day = format!("/api/v1/practices/Z90001/clinicians/{of}/days/2026-11-18");
        program.get(&day).await.json()["counted"].clone()
    };
    let agrees = async || {
        let everywhere = CliAuthority::new().everywhere();
        let (_, wrong) = recount(Scoped::new(app.test.db.unscoped(), &everywhere)).await.unwrap();
        assert_eq!(wrong, []);
    };
    let import = matched(&manager).await.location();
    manager.form(&import, &[]).await.is(303);
    let import = matched_to(&manager, &two.to_string()).await.is(303).location();
    manager.form(&import, &[]).await.is(303);
    assert_eq!((counted(one).await, counted(two).await), (0.into(), 3.into()));
    agrees().await;
    let device = app.device("Z90001", two).await;
    let erase = format!("/practices/Z90001/clinicians/{two}/erase");
    device.form(&erase, &[("sure", "yes")]).await.is(303);
    assert_eq!((counted(one).await, counted(two).await), (0.into(), 0.into()));
    agrees().await;
    let import = matched_to(&manager, &one.to_string()).await.is(303).location();
    manager.form(&import, &[]).await.is(303);
    assert_eq!((counted(one).await, counted(two).await), (3.into(), 0.into()));
    agrees().await;
});
