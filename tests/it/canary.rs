//! What names a patient, typed at every door of transferred work, is nowhere afterwards: not in the database or its files, not
//! in the log, the mail that waits, the files that go out or a backup.

use std::{
    fmt::{Debug, Write},
    io::{Cursor, Read},
    sync::{Arc, Mutex},
};

use headroom::domain::{access::Role, identifier::IdentifierKind};
use sea_orm::ConnectionTrait;
use serde_json::json;
use tracing::{
    Event, Metadata, Subscriber,
    field::{Field, Visit},
    instrument::WithSubscriber,
    span::{Attributes, Id, Record},
};
use uuid::Uuid;

use crate::support::{
    app::{Client, TestApp},
    databases::{Place, TestDb, both_databases},
    paper,
};

/// One of each kind, and a part of it that stands in no other text: long enough not to stand in a key, a hash or the
/// digits of a time by chance, as three letters of a postcode once did.
const CANARIES: [(IdentifierKind, &str, &str); 13] = [
    (IdentifierKind::NhsNumber, "Bloods for 999 012 3454 please", "012 3454"),
    (IdentifierKind::HealthNumber, "CHI 0101011237 had bloods", "0101011237"),
    (IdentifierKind::BookingReference, "UBRN 0001 2345 6789", "2345 6789"),
    (IdentifierKind::RecordNumber, "Hospital number K7654321", "K7654321"),
    (IdentifierKind::NationalInsurance, "NI number QQ 12 34 56 C", "12 34 56"),
    (IdentifierKind::DateOfBirth, "Born on 07/08/1951", "08/1951"),
    (IdentifierKind::Postcode, "Lives in ZE77 9QQ", "ZE77 9QQ"),
    (IdentifierKind::Address, "At 14 Kestrelwing Road", "Kestrelwing"),
    (IdentifierKind::Phone, "Ring 07700 900461", "700 900461"),
    (IdentifierKind::Email, "jo.quillfeather@example.com", "quillfeather"),
    (IdentifierKind::TitledName, "Mrs Ottershaw waits", "Ottershaw"),
    (IdentifierKind::PersonName, "Letter for Margaret Pennyweather", "Pennyweather"),
    (IdentifierKind::StaffName, "Dr Zephaniah asked", "Zephaniah"),
];

/// Everything that is told to the log, at whatever level, with what spans hold.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<String>>);

impl Visit for Log {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        writeln!(self.0.lock().unwrap(), "{field}={value:?}").unwrap();
    }
}

impl Subscriber for Log {
    fn enabled(&self, _: &Metadata<'_>) -> bool {
        true
    }

    fn new_span(&self, span: &Attributes<'_>) -> Id {
        span.record(&mut self.clone());
        Id::from_u64(1)
    }

    fn record(&self, _: &Id, values: &Record<'_>) {
        values.record(&mut self.clone());
    }

    fn record_follows_from(&self, _: &Id, _: &Id) {}

    fn event(&self, event: &Event<'_>) {
        event.record(&mut self.clone());
    }

    fn enter(&self, _: &Id) {}

    fn exit(&self, _: &Id) {}
}

/// Every door at which words about transferred work can be typed: a page's form or a body, with the field that takes words.
async fn type_everywhere(manager: &Client, officer: &Client, ids: (&str, &str), words: &str) {
    let (item, letter) = ids;
    let api = "/api/v1/practices/Z90001/transfers";
    let body = |field: &str| {
        let mut body = json!({ "id": Uuid::now_v7(), "provider_name": "Wyrevale Infirmary", "category": "fit-note", "outcome": "returned" });
        body[field] = json!(words);
        body
    };
    for field in ["asked", "provider_name", "reference"] {
        manager.post(api, body(field)).await.is(422);
        let id = Uuid::now_v7().to_string();
        let mut fields = vec![("id", id.as_str()), ("category", "fit-note"), ("outcome", "returned"), (field, words)];
        if field != "provider_name" {
            fields.push(("provider_name", "Wyrevale Infirmary"));
        }
        manager.form("/practices/Z90001/transfers", &fields).await.is(422);
    }
    type_into_sheet(manager, words).await;
    let said = manager.form("/practices/Z90001/transfers/check", &[("asked", words)]).await;
    assert!(said.is(200).body.contains("nhsuk-error-message"), "{words}: {}", said.body);
    let sent = json!({ "id": Uuid::now_v7(), "kind": "transfer-return", "to": "Wyrevale Infirmary", "sent_on": "2026-11-20",
        "how": "email", "transfers": [item], "fields": { "reply_by": "2026-12-04", "answer_to": words, "signed": "The partners" } });
    let letters = "/api/v1/practices/Z90001/letters";
    let of_staff = words.starts_with("Dr ");
    if !of_staff {
        manager.post(letters, sent).await.is(422);
    }
    let came = json!({ "id": Uuid::now_v7(), "event": "agreed", "happened_on": "2026-11-20", "note": words });
    if !of_staff {
        manager.post(&format!("{letters}/{letter}/events"), came).await.is(422);
    }
    let area = "/api/v1/areas/lmc/east";
    let joint = json!({ "id": Uuid::now_v7(), "kind": "transfer-chief-executive", "provider": "own:wyrevale infirmary",
        "from": "2026-11-01", "to": "2026-11-20", "recipient": words, "text": "S\n\nDear colleague, thank you.",
        "sent_on": "2026-11-20", "how": "email" });
    officer.post(&format!("{area}/joint-letters"), joint).await.is(422);
    for (path, field, mut body) in [
        ("transfer-routes", "recipient", json!({ "provider": "Wyrevale Infirmary" })),
        (
            "local-duties",
            "text",
            json!({ "category": "fit-note", "instrument": "x", "source": "x", "valid_from": "2026-10-01" }),
        ),
        ("good-examples", "what", json!({ "place": "Alderbrook", "source": "x" })),
        (
            "local-items",
            "guard_rail",
            json!({ "title": "Bloods", "plain": "x", "subject": "practice", "position": "permitted", "source": "x",
                "valid_from": "2026-10-01" }),
        ),
    ] {
        body["id"] = json!(Uuid::now_v7());
        body[field] = json!(words);
        officer.post(&format!("{area}/{path}"), body).await.is(422);
    }
}

/// In each column of a sheet of past items, and as the name of the file.
async fn type_into_sheet(manager: &Client, words: &str) {
    for heading in ["Provider", "Notes", "Ref", "Type", "Action", "Date", "Dept", "Mins", "Patient"] {
        let names = ["Date", "Provider", "Type", "Action", "Notes", "Ref", "Dept", "Mins", "Patient"];
        let usual = ["18/11/2026", "R0A", "fit-note", "Returned", "", "", "", "", ""];
        let row: Vec<String> = names
            .iter()
            .zip(usual)
            .map(|(name, text)| format!("\"{}\"", if *name == heading { words } else { text }))
            .collect();
        let file = format!("{}\r\n{}\r\n", names.join(","), row.join(","));
        let page = manager.upload("/practices/Z90001/transfers/import", "f.csv", file.as_bytes()).await;
        let would = if heading == "Patient" { "1 item would be added" } else { "1 row cannot be taken" };
        // Added once, it is there already.
        let there = heading == "Patient" && page.body.contains("1 row is there already");
        assert!(there || page.is(200).body.contains(would), "{heading}: {}", page.body);
        // The file is named after a patient too.
        let path = "/api/v1/practices/Z90001/transfers/imports";
        let added = manager.upload(path, &format!("{}.csv", words.replace('"', "")), file.as_bytes()).await;
        assert_eq!(added.status.is_success(), heading == "Patient", "{heading}: {}", added.body);
    }
}

/// What the parts of an archive say, and of a PDF its words. Packed bytes say nothing.
///
/// Returns how many were PDFs.
fn unpack(name: &'static str, bytes: &[u8], places: &mut Vec<(&'static str, Vec<u8>)>) -> usize {
    let mut papers = 0;
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).unwrap();
    for at in 0..archive.len() {
        let mut part = Vec::new();
        archive.by_index(at).unwrap().read_to_end(&mut part).unwrap();
        if part.starts_with(b"%PDF") {
            papers += 1;
            places.push((name, paper::words(&part, &[]).into_bytes()));
        } else {
            places.push((name, part));
        }
    }
    papers
}

both_databases!(what_names_a_patient_is_nowhere_afterwards, |test: TestDb| async move {
    let app = TestApp::start(test.clone()).await;
    let manager = app.person(Role::PracticeManager, "Z90001").await;
    let officer = app.token(Role::LmcOfficer, "east").await;
    let clean = json!({ "id": Uuid::now_v7(), "provider_name": "Wyrevale Infirmary", "category": "fit-note",
        "asked": "Fit note for the whole of autumn", "outcome": "returned" });
    let item = manager.post("/api/v1/practices/Z90001/transfers", clean).await.is(201).json();
    let item = item["id"].as_str().unwrap();
    let sent = json!({ "id": Uuid::now_v7(), "kind": "transfer-return", "to": "Wyrevale Infirmary", "sent_on": "2026-11-20",
        "how": "email", "transfers": [item],
        "fields": { "reply_by": "2026-12-04", "answer_to": "to the practice", "signed": "The partners" } });
    let letter = manager.post("/api/v1/practices/Z90001/letters", sent).await.is(201).json();
    let letter = letter["id"].as_str().unwrap();
    let log = Log::default();
    async {
        tracing::trace!(heard = "everything");
        for (_, words, _) in CANARIES {
            type_everywhere(&manager, &officer, (item, letter), words).await;
        }
    }
    .with_subscriber(log.clone())
    .await;
    // Backed up, packed and written out.
    let mut places: Vec<(&str, Vec<u8>)> = vec![("log", log.0.lock().unwrap().clone().into_bytes())];
    for (name, path) in [
        ("log of transferred work", "/practices/Z90001/transfers/csv"),
        ("month", "/practices/Z90001/transfers"),
        ("letters", "/practices/Z90001/letters"),
    ] {
        places.push((name, manager.get(path).await.is(200).body.clone().into_bytes()));
    }
    let pack = "/practices/Z90001/evidence.zip";
    let form = [("from", "2026-11-01"), ("to", "2026-11-20"), ("whole", "yes")];
    let papers = unpack("evidence pack", &manager.form(pack, &form).await.is(200).bytes, &mut places);
    assert_eq!(papers, 1, "the letter");
    // Mail that waits is rows of the database: there is no file of it.
    places.push(("database", test.content_without(&[]).await.join("\n").into_bytes()));
    if let Place::Sqlite(file) = &test.place {
        let backup = format!("VACUUM INTO '{}.backup'", file.display());
        test.outside().await.execute_unprepared(&backup).await.unwrap();
        for ending in ["", "-wal", "-shm", ".backup"] {
            let path = format!("{}{ending}", file.display());
            places.push(("file", std::fs::read(path).unwrap_or_default()));
        }
    }
    let is_there = |bytes: &[u8], part: &str| bytes.windows(part.len()).any(|window| window == part.as_bytes());
    let (_, database) = places.iter().find(|(name, _)| *name == "database").unwrap();
    assert!(is_there(database, "Fit note for the whole of autumn"), "what may be kept is found where it is");
    let (_, log) = places.iter().find(|(name, _)| *name == "log").unwrap();
    assert!(is_there(log, "everything"), "what is told at whatever level is heard");
    for (name, bytes) in &places {
        for (kind, _, part) in CANARIES {
            assert!(!is_there(bytes, part), "{kind} in {name}");
        }
    }
    assert!(CANARIES.iter().all(|(_, _, part)| part.len() >= 7), "not there by chance");
    // Each kind: initials and a team's address are tried by the unit tests.
    let tried: Vec<IdentifierKind> = CANARIES.iter().map(|(kind, ..)| *kind).collect();
    let untried: Vec<_> = IdentifierKind::ALL.iter().filter(|kind| !tried.contains(kind)).collect();
    assert_eq!(untried, [&IdentifierKind::Initials, &IdentifierKind::Mailbox]);
});
