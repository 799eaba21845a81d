//! Papers for people who do not see them: every PDF is tagged, as another program reads it.

use headroom::domain::access::Role;
use serde_json::json;
use uuid::Uuid;

use crate::{
    release_formats::recorded,
    support::{
        app::{Client, TestApp},
        databases::{TestDb, both_databases},
        paper,
    },
};

/// The tags of a paper, without the texts and attributes below them.
fn tags(structure: &str) -> Vec<&str> {
    let lines = structure.lines().map(str::trim);
    lines.filter(|line| !line.starts_with(['"', '/'])).map(|line| line.split([' ', ':']).next().unwrap()).collect()
}

/// Each tag of this name has so many of another below it, up to the next of its name.
fn each_has(tags: &[&str], name: &str, (below, count): (&[&str], usize)) -> bool {
    tags.split(|tag| *tag == name).skip(1).all(|part| part.iter().filter(|tag| below.contains(tag)).count() == count)
}

/// Reads a paper, and asserts what holds of every one: its standard, language, title, bookmarks and first heading.
async fn read(reader: &Client, path: &str, title: &str) -> (Vec<u8>, String) {
    let pdf = reader.get(path).await.is(200).bytes.clone();
    let said = paper::metadata(&pdf);
    for part in [
        "<pdfuaid:part>1</pdfuaid:part>".to_owned(),
        "<rdf:li>en-GB</rdf:li>".to_owned(),
        format!("\"x-default\">{title}<"),
    ] {
        assert!(said.contains(&part), "{path}: {part} in {said}");
    }
    let raw = String::from_utf8_lossy(&pdf);
    for part in ["/Marked true", "/Lang(en-GB)", "/DisplayDocTitle true", "/Type/Outlines"] {
        assert!(raw.contains(part), "{path}: {part}");
    }
    let structure = paper::structure(&pdf);
    assert_eq!(tags(&structure)[0], "Document", "{path}");
    let headings = tags(&structure).iter().filter(|tag| **tag == "H1").count();
    assert_eq!(headings, 1, "{path}");
    assert!(!structure.contains("Page 1 of"), "{path}: no part of the text");
    (pdf, structure)
}

both_databases!(releases_and_sheets_have_headings_and_tables_with_header_cells, |test: TestDb| async move {
    let app = TestApp::start(test).await;
    recorded(&app).await;
    let analyst = app.token(Role::IcbAnalyst, "XDA").await;
    let title = "Headroom release 9, Thursday 19 November 2026";
    let (_, release) = read(&analyst, "/releases/9.pdf", title).await;
    let tags = tags(&release);
    let count = |name: &str| tags.iter().filter(|tag| **tag == name).count();
    assert!(count("H2") > 2);
    for name in ["Table", "THead", "TBody"] {
        assert_eq!(count(name), count("H2"), "{name}: one an area");
    }
    assert!(each_has(&tags, "TR", (&["TH", "TD"], 5)), "{release}");
    assert_eq!(release.matches("/Scope /Column").count(), 5 * count("H2"));
    assert_eq!(release.matches("/Scope /Row").count(), count("TD") / 4);

    let officer = app.token(Role::LmcOfficer, "east").await;
    let path = "/lmc/east/meeting.pdf";
    let (pdf, sheet) = read(&officer, path, "Meeting sheet: East LMC, release 9").await;
    assert_eq!(paper::pages(&pdf), 1, "one sheet to hand round");
    assert!(sheet.contains("H2 \"How to read it\""), "{sheet}");
    let list = self::tags(&sheet);
    assert!(each_has(&list, "LI", (&["Lbl", "LBody"], 2)), "{sheet}");
    assert!(list.contains(&"L") && list.contains(&"LI"), "{sheet}");
});

both_databases!(a_letter_and_a_day_are_read_in_their_order, |test: TestDb| async move {
    let app = TestApp::start(test).await;
    let manager = app.manager("Z90001").await;
    app.clinician("Z90001", "Dr A").await;
    let id = Uuid::now_v7();
    let notice = json!({
        "id": id, "kind": "notice-on-service",
        "fields": {
            "service": "ring pessaries", "basis": "a local enhanced service agreement", "served_on": "2026-11-20",
            "period": "three months", "last_day": "2027-02-20", "hand_back": "We send you a list of recalls by number.",
            "signed": "The partners"
        },
        "sent_on": "2026-11-20", "how": "email", "reply_due_on": "2026-11-27"
    });
    let api = "/api/v1/practices/Z90001/letters";
    manager.post(api, notice).await.is(201);
    let path = format!("/practices/Z90001/letters/{id}/letter.pdf");
    let title = "Notice on ring pessaries: Invented Surgery 1";
    let (_, letter) = read(&manager, &path, title).await;
    let head = ["Document", "P", "P", "P", "P", "H1", "P"];
    assert_eq!(tags(&letter)[..7], head, "{letter}");

    let path = "/practices/Z90001/divert/record";
    let title = "Record of Friday 20 November 2026: Invented Surgery 1";
    let (_, day) = read(&manager, path, title).await;
    let parts: Vec<&str> = day.lines().filter_map(|line| line.trim().strip_prefix("H2 \"")).collect();
    let wanted = ["The practice today", "Each clinician", "Diverts", "Where patients were sent", "Messages"];
    for (part, wanted) in parts.iter().zip(wanted) {
        assert!(part.starts_with(wanted), "{parts:?}");
    }
    assert_eq!(parts.len(), wanted.len());
    let tags = tags(&day);
    assert!(each_has(&tags, "TR", (&["TH", "TD"], 6)), "an empty cell too: {day}");
});
