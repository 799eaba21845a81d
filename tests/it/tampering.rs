//! Somebody with the whole database in their hands changes a row, with every trigger taken off and put back: `headroom verify`
//! says so, names whose and when, and ends with 1. After a whole life that nobody tampered with it agrees.

use std::{
    path::{Path, PathBuf},
    process::Command,
};

use entity::{
    consent::Model as Consent,
    ids::{ClinicianId, LocalDate, NoticeId, OdsCode, OrgCode, PersonId, RowId, StatusId, SubjectId},
    limit_rule::Model as Limit,
    notice::Model as Notice,
    subject::Model as Subject,
    weekly_answer::Model as Week,
};
use headroom::{
    clock::Clock,
    domain::{
        access::{CliAuthority, JobAuthority, Role},
        action::StatusChange,
        catalogue::Status,
        consent,
        readers::OutsidePage,
    },
    jobs,
    live::Live,
    operations::record_correction::RecordCorrection,
    store::{
        actions::NewStatus,
        demo,
        sharing::{self, Reader},
    },
    writer::Writer,
};
use migration::Migrator;
use sea_orm::{ConnectionTrait, DatabaseConnection};
use sea_orm_migration::MigratorTrait;
use serde_json::json;
use uuid::Uuid;

use crate::support::{
    app::TestApp,
    counting::{Counter, insert},
    databases::{Kind, Place, TestDb, both_databases, connect},
    process,
};

/// The days of this life; the last one is today.
const YESTERDAY: &str = "2026-11-19";
const TODAY: &str = "2026-11-20";

fn day(text: &str) -> LocalDate {
    text.parse().unwrap()
}

fn ods(text: &str) -> OdsCode {
    text.parse().unwrap()
}

/// A database that was lived in, and the file beside it.
struct Lived {
    place: Place,
    anchors: PathBuf,
    folder: tempfile::TempDir,
}

/// A morning and the one after it, with the night's work between, and of every kind of record some.
async fn live(test: TestDb) -> Lived {
    let app = TestApp::start(test).await;
    app.test.adopt(&app.state.writer).await;
    app.clock.set("2026-11-19T09:00:00Z".parse().unwrap());
    let (a, b) = (app.clinician("Z90001", "Dr A").await, app.clinician("Z90001", "Dr B").await);
    count(&app, a, YESTERDAY).await;
    count(&app, b, YESTERDAY).await;
    app.clock.set("2026-11-20T09:00:00Z".parse().unwrap());
    jobs::history::run_once(&app.state).await.unwrap().unwrap();
    count(&app, a, TODAY).await;
    count(&app, b, TODAY).await;
    register(&app).await;
    letters(&app).await;
    transfers(&app).await;
    receipts(&app).await;
    jobs::releases::make_due(&app.state).await.unwrap();
    jobs::releases::keep_files(&app.state).await.unwrap();
    let cli = CliAuthority::new();
    let by = cli.within(cli.everywhere());
    let correction = RecordCorrection { number: 9, note: "One item was not counted.".to_owned() };
    correction.perform(&app.state, &by).await.unwrap();
    let folder = tempfile::tempdir().unwrap();
    let mut settings = app.state.settings.clone();
    settings.anchors = folder.path().join("anchors.log");
    let heads = headroom::audit::heads(app.test.db.unscoped()).await.unwrap();
    jobs::outside::append(&settings.anchors, &heads, app.clock.now()).unwrap();
    let place = app.test.place.clone();
    app.state.db.close().await.unwrap();
    Lived { place, anchors: settings.anchors, folder }
}

/// Two notices on one service, of two days.
pub(crate) async fn letters(app: &TestApp) {
    let manager = app.manager("Z90001").await;
    for on in [TODAY, "2026-11-18"] {
        let body = json!({
            "id": Uuid::now_v7(), "kind": "notice-on-service",
            "fields": {
                "service": "ring pessaries", "basis": "a local enhanced service agreement", "served_on": on,
                "period": "three months", "last_day": "2027-02-20", "hand_back": "We send you a list of recalls by number.",
                "signed": "The partners"
            },
            "sent_on": on, "how": "email", "reply_due_on": "2026-11-27"
        });
        let path = "/api/v1/practices/Z90001/letters";
        manager.post(path, body).await.is(201);
    }
}

/// Contacts, one of them undone, tally marks, a day sheet and sessions of one clinician's day.
pub(crate) async fn count(app: &TestApp, who: ClinicianId, on: &str) {
    let manager = app.manager("Z90001").await;
    let of = format!("/api/v1/practices/Z90001/clinicians/{who}");
    let ids: Vec<Uuid> = (0..4).map(|_| Uuid::now_v7()).collect();
    let mut operations: Vec<_> = ids
        .iter()
        .map(|id| json!({ "id": id, "kind": "telephone", "occurred_at": format!("{on}T08:30:00Z") }))
        .collect();
    operations.push(json!({ "id": Uuid::now_v7(), "void": ids[3] }));
    let path = format!("{of}/contacts/batch");
    let said = manager.post(&path, json!({ "operations": operations })).await;
    assert!(!said.is(200).body.contains("refused"), "{}", said.body);
    let work = json!({ "id": Uuid::now_v7(), "kind": "letters", "n": 5 });
    manager.post(&format!("{of}/days/{on}/work"), work).await.is(201);
    let divert = json!({ "id": Uuid::now_v7(), "kind": "pharmacy", "n": 1 });
    let path = "/api/v1/practices/Z90001/divert/counts";
    manager.post(path, divert).await.is(201);
    let rows = vec![entity::day_sheet::Model {
        practice: ods("Z90001"),
        id: entity::ids::SheetId(Uuid::now_v7()),
        clinician: who,
        day: day(on),
        n: 12,
        entered_by: "clinician".to_owned(),
        recorded_at: app.clock.now(),
        recorded_by: Uuid::nil(),
    }];
    write(app, rows).await;
}

/// Rows, as the product writes them: in a transaction of the writer.
async fn write<M>(app: &TestApp, rows: Vec<M>)
where
    M: sea_orm::ModelTrait
        + sea_orm::IntoActiveModel<<M::Entity as sea_orm::EntityTrait>::ActiveModel>
        + Send
        + 'static,
    <M::Entity as sea_orm::EntityTrait>::ActiveModel: sea_orm::ActiveModelTrait<Entity = M::Entity> + Send,
{
    app.state
        .writer
        .write(&JobAuthority::new(), move |tx| Box::pin(async move { Ok(demo::add(tx.conn(), rows).await?) }))
        .await
        .unwrap();
}

/// Two of each kind of record, of two practices.
#[expect(clippy::too_many_lines, reason = "one row after the other")]
pub(crate) async fn register(app: &TestApp) {
    let now = app.clock.now();
    for practice in ["Z90001", "Z90002"] {
        let practice = ods(practice);
        let (subject, by) = (SubjectId(Uuid::now_v7()), Uuid::now_v7());
        let subjects = vec![Subject {
            practice: practice.clone(),
            id: subject,
            item: "voluntary-services".parse().unwrap(),
            name: "Ring pessaries".to_owned(),
            name_key: "ring pessaries".to_owned(),
            recorded_at: now,
            entered_by: None,
        }];
        write(app, subjects).await;
        let status = |id| {
            let item = "voluntary-services".parse().unwrap();
            let change = StatusChange {
                subject: Some(subject),
                notice_served_on: Some(day(TODAY)),
                ..StatusChange::of(StatusId(id), &item, Status::Thinking, day(TODAY))
            };
            let (edition, position) = ("2026-11".to_owned(), "contractual".to_owned());
            let new = NewStatus { change, edition, position, guard_rail: String::new(), recorded_by: by };
            new.kept(&practice, now)
        };
        let (one, other) = (Uuid::now_v7(), Uuid::now_v7());
        write(app, vec![status(one), status(other)]).await;
        let notice = |id, of| Notice {
            practice: practice.clone(),
            id: NoticeId(id),
            item: "voluntary-services".parse().unwrap(),
            subject,
            status: StatusId(of),
            served_on: day(TODAY),
            period_n: 3,
            period_unit: "months".to_owned(),
            ends_on: day("2027-02-20"),
            commissioner: "NHS Example ICB".to_owned(),
            contract: "signed".to_owned(),
            funded: None,
            patients: Some(40),
            reply_due_on: None,
            recorded_at: now,
            recorded_by: by,
        };
        write(app, vec![notice(Uuid::now_v7(), one)]).await;
        let consent = |given| Consent {
            practice: practice.clone(),
            id: RowId(Uuid::now_v7()),
            purpose: consent::LMC_VIEW.to_owned(),
            version: consent::VERSION.to_owned(),
            given,
            recorded_at: now,
            recorded_by: by,
            shown_from: None,
        };
        write(app, vec![consent(true), consent(false)]).await;
        let limit = Limit {
            practice: practice.clone(),
            id: RowId(Uuid::now_v7()),
            clinician: None,
            effective_on: day("2026-11-02"),
            last_on: None,
            duty_day: None,
            full_day: 25,
            one_session: 13,
            nearing_percent: 80,
            recorded_at: now,
            recorded_by: by,
        };
        write(app, vec![limit]).await;
        // As many events as a chain is cut by.
        for weeks in 0..20 {
            let week = Week {
                practice: practice.clone(),
                id: RowId(Uuid::now_v7()),
                week_ending: day("2026-11-15").minus_days(7 * weeks),
                recorded_at: now,
                recorded_by: by,
            };
            write(app, vec![week]).await;
        }
    }
}

/// Work that was passed on: logged, corrected, taken from a sheet, returned by a letter; and what an LMC says of it.
#[expect(clippy::too_many_lines, reason = "one row after the other")]
pub(crate) async fn transfers(app: &TestApp) {
    let manager = app.manager("Z90001").await;
    let api = "/api/v1/practices/Z90001/transfers";
    let item = |outcome: &str| {
        json!({ "id": Uuid::now_v7(), "provider_name": "Wyrevale Infirmary", "category": "fit-note",
            "asked": "Fit note for the whole of autumn", "outcome": outcome })
    };
    let first = manager.post(api, item("returned")).await.is(201).json();
    let mut corrected = item("declined");
    corrected["corrects"] = first["id"].clone();
    manager.post(api, corrected).await.is(201);
    let sheet = "Date,Provider,Kind,Outcome\r\n18/11/2025,R0A,Fit note,Returned\r\n";
    manager.upload(&format!("{api}/imports"), "f.csv", sheet.as_bytes()).await.is(201);
    let letter = json!({ "id": Uuid::now_v7(), "kind": "transfer-return", "to": "Wyrevale Infirmary", "sent_on": TODAY,
        "how": "email", "transfers": [first["first"]],
        "fields": { "reply_by": "2026-12-04", "answer_to": "to the practice", "signed": "The partners" } });
    manager.post("/api/v1/practices/Z90001/letters", letter).await.is(201);
    let officer = app.token(Role::LmcOfficer, "east").await;
    for (path, body) in [
        (
            "local-duties",
            json!({ "id": Uuid::now_v7(), "category": "fit-note", "instrument": "An agreement", "text": "A note for all of it.",
                "source": "A paper of the LMC", "valid_from": "2026-10-01" }),
        ),
        (
            "local-items",
            json!({ "id": Uuid::now_v7(), "title": "Bloods", "plain": "Taking blood.", "subject": "practice",
                "position": "permitted", "guard_rail": "Own tests.", "source": "A paper", "valid_from": "2026-10-01" }),
        ),
        (
            "good-examples",
            json!({ "id": Uuid::now_v7(), "place": "Alderbrook", "category": "fit-note", "what": "Notes for the whole time",
                "source": "A paper of the LMC", "seen_on": "2026-11-02" }),
        ),
        (
            "transfer-routes",
            json!({ "id": Uuid::now_v7(), "provider": "Wyrevale Infirmary", "recipient": "The interface team",
                "reply_within": 10 }),
        ),
    ] {
        officer.post(&format!("/api/v1/areas/lmc/east/{path}"), body).await.is(201);
    }
    let (lmc, letter): (OrgCode, _) = ("east".parse().unwrap(), RowId(Uuid::now_v7()));
    let joint = entity::joint_letter::Model {
        lmc: lmc.clone(),
        id: letter,
        kind: "transfer-joint".to_owned(),
        provider: "own:wyrevale infirmary".to_owned(),
        provider_name: "Wyrevale Infirmary".to_owned(),
        department: None,
        category: Some("fit-note".to_owned()),
        from_day: day("2026-11-01"),
        to_day: day(TODAY),
        items: 14,
        practices: 3,
        step: 3,
        recipient: "The interface team".to_owned(),
        subject: "Fit notes".to_owned(),
        body: "Fourteen items from three practices.".to_owned(),
        sent_on: day(TODAY),
        how: "email".to_owned(),
        reply_due_on: Some(day("2026-12-04")),
        recorded_at: app.clock.now(),
        recorded_by: Uuid::now_v7(),
    };
    write(app, vec![joint]).await;
    let event = entity::joint_letter_event::Model {
        lmc,
        id: RowId(Uuid::now_v7()),
        letter,
        event: "acknowledged".to_owned(),
        happened_on: day(TODAY),
        note: None,
        recorded_at: app.clock.now(),
        recorded_by: Uuid::now_v7(),
    };
    write(app, vec![event]).await;
}

/// An officer of an LMC reads two practices.
pub(crate) async fn receipts(app: &TestApp) {
    let reader = Reader {
        person: PersonId(Uuid::now_v7()),
        role: "lmc-officer",
        organisation: "east".parse::<OrgCode>().unwrap(),
        page: OutsidePage::Practices,
    };
    app.state
        .writer
        .write(&CliAuthority::new(), move |tx| {
            Box::pin(async move {
                let read = [ods("Z90001"), ods("Z90002")];
                Ok(sharing::add_receipts(tx.conn(), &reader, &read, day(TODAY), tx.now()).await?)
            })
        })
        .await
        .unwrap();
}

/// What a tampering does, and what `verify` must say of it.
type Case = (&'static str, Vec<String>, &'static str);

fn case(name: &'static str, sql: &[&str], says: &'static str) -> Case {
    (name, sql.iter().map(|sql| (*sql).to_owned()).collect(), says)
}

/// Of today, of yesterday.
const OF_TODAY: &str = "practice = 'Z90001' AND day = '2026-11-20'";
const OF_YESTERDAY: &str = "practice = 'Z90001' AND day = '2026-11-19'";

/// One row of a table, whichever database.
fn one(kind: Kind, table: &str, which: &str) -> String {
    let row = match kind {
        Kind::Sqlite => "rowid",
        Kind::Postgres => "ctid",
    };
    format!("{row} = (SELECT {row} FROM {table} WHERE {which} ORDER BY 1 LIMIT 1)")
}

const COUNTED: &str =
    "NOT EXISTS (SELECT 1 FROM contact_void v WHERE v.practice = contact.practice AND v.contact = contact.id)";
const VOIDED: &str =
    "EXISTS (SELECT 1 FROM contact_void v WHERE v.practice = contact.practice AND v.contact = contact.id)";

/// The tally that a contact of a day counts in; every clinician has the same.
fn tally(kind: Kind, on: &str, by: i64) -> String {
    format!(
        "UPDATE tally SET n = n + ({by}) WHERE {}",
        one(kind, "tally", &format!("{on} AND source = 'taps' AND clinician = (SELECT clinician FROM tampered)"))
    )
}

#[expect(clippy::too_many_lines, reason = "one row after the other")]
fn contacts(kind: Kind) -> Vec<Case> {
    let gone = |on: &str, which: &str| {
        let row = one(kind, "contact", &format!("{on} AND {which}"));
        vec![
            format!("CREATE TABLE tampered AS SELECT * FROM contact WHERE {row}"),
            format!("DELETE FROM contact WHERE {row}"),
        ]
    };
    let with = |mut sql: Vec<String>, more: &[String]| {
        sql.extend(more.iter().cloned());
        sql.push("DROP TABLE tampered".to_owned());
        sql
    };
    let void = format!("contact IN (SELECT id FROM contact WHERE {OF_TODAY})");
    let void = one(kind, "contact_void", &void);
    vec![
        (
            "tally of taps",
            vec![format!(
                "UPDATE tally SET n = n + 1 WHERE {}",
                one(kind, "tally", &format!("{OF_TODAY} AND source = 'taps'"))
            )],
            "Z90001",
        ),
        ("tally of letters", vec!["UPDATE tally SET n = n + 1 WHERE kind = 'letters'".to_owned()], "Z90001"),
        ("tally of diverts", vec!["UPDATE tally SET n = n - 1 WHERE source = 'divert'".to_owned()], "Z90001"),
        ("counted contact, tally left", with(gone(OF_TODAY, COUNTED), &[]), "Z90001"),
        (
            "contact of an anchored day with its tally",
            with(gone(OF_YESTERDAY, COUNTED), &[tally(kind, OF_YESTERDAY, -1)]),
            "Z90001 2026-11-19",
        ),
        (
            "kind of a contact of an anchored day, with tallies",
            vec![
                format!("UPDATE contact SET kind = 'in-person' WHERE {OF_YESTERDAY}"),
                format!("UPDATE tally SET kind = 'in-person' WHERE {OF_YESTERDAY} AND source = 'taps'"),
            ],
            "Z90001 2026-11-19",
        ),
        (
            "tally mark with its tally",
            vec![
                format!("UPDATE tick SET n = n + 1 WHERE {OF_TODAY} AND kind = 'letters'"),
                format!("UPDATE tally SET n = n + 1 WHERE {OF_TODAY} AND kind = 'letters'"),
            ],
            "Z90001 2026-11-20",
        ),
        (
            "contact of today with its tally",
            with(gone(OF_TODAY, COUNTED), &[tally(kind, OF_TODAY, -1)]),
            "Z90001 2026-11-20",
        ),
        ("voided contact", with(gone(OF_TODAY, VOIDED), &[]), "Z90001 2026-11-20"),
        (
            "void of today with its tally",
            {
                let sql = vec![
                    format!("CREATE TABLE tampered AS SELECT * FROM contact_void WHERE {void}"),
                    format!("DELETE FROM contact_void WHERE {void}"),
                ];
                with(sql, &[tally(kind, OF_TODAY, 1)])
            },
            "Z90001 2026-11-20",
        ),
        (
            "contact put in with its tally",
            {
                let row = one(kind, "contact", &format!("{OF_TODAY} AND {COUNTED}"));
                let new = match kind {
                    Kind::Sqlite => "randomblob(16)",
                    Kind::Postgres => "gen_random_uuid()",
                };
                let sql = vec![
                    format!("CREATE TABLE tampered AS SELECT * FROM contact WHERE {row}"),
                    format!("UPDATE tampered SET id = {new}"),
                    "INSERT INTO contact SELECT * FROM tampered".to_owned(),
                ];
                with(sql, &[tally(kind, OF_TODAY, 1)])
            },
            "Z90001 2026-11-20",
        ),
        (
            "a whole day of today",
            ["contact", "tick", "tally", "day_sheet"]
                .map(|table| format!("DELETE FROM {table} WHERE {OF_TODAY}"))
                .into(),
            "Z90001 2026-11-20",
        ),
        (
            "contacts of two clinicians swapped",
            vec![format!(
                "UPDATE contact SET clinician = (SELECT c.id FROM clinician c WHERE c.practice = contact.practice AND c.id <> contact.clinician) WHERE {OF_TODAY}"
            )],
            "Z90001 2026-11-20",
        ),
        (
            "day sheet of an anchored day",
            vec![format!("UPDATE day_sheet SET n = 2 WHERE {OF_YESTERDAY}")],
            "Z90001 2026-11-19",
        ),
        ("day sheet of today", vec![format!("UPDATE day_sheet SET n = 2 WHERE {OF_TODAY}")], "Z90001 2026-11-20"),
        ("day sheet of today gone", vec![format!("DELETE FROM day_sheet WHERE {OF_TODAY}")], "Z90001 2026-11-20"),
    ]
}

#[expect(clippy::too_many_lines, reason = "a list of tamperings, however long")]
fn records(kind: Kind) -> Vec<Case> {
    let first = |table: &str| one(kind, table, "practice = 'Z90001'");
    let set = |table: &str, to: &str| vec![format!("UPDATE {table} SET {to} WHERE {}", first(table))];
    let delete = |table: &str| vec![format!("DELETE FROM {table} WHERE {}", first(table))];
    let (yes, no) = ("given = TRUE", "given = FALSE");
    let new = match kind {
        Kind::Sqlite => "randomblob(16)",
        Kind::Postgres => "gen_random_uuid()",
    };
    vec![
        (
            "a status changed",
            set("action_status", "status = 'paused-since'"),
            "Z90001 action status of 2026-11-20: not what was recorded",
        ),
        (
            "every status changed",
            vec!["UPDATE action_status SET status = 'paused-since'".to_owned()],
            "Z90002 action status",
        ),
        (
            "a status gone",
            vec![
                "DELETE FROM notice WHERE practice = 'Z90001'".to_owned(),
                "DELETE FROM action_status WHERE practice = 'Z90001'".to_owned(),
            ],
            "Z90001 action status of 2026-11-20: gone",
        ),
        ("a notice", set("notice", "ends_on = '2026-12-31'"), "Z90001 notice of 2026-11-20"),
        ("a notice gone", delete("notice"), "Z90001 notice of 2026-11-20: gone"),
        ("a weekly answer", set("weekly_answer", "week_ending = '2026-01-04'"), "Z90001 weekly answer"),
        ("a weekly answer gone", delete("weekly_answer"), "Z90001 weekly answer"),
        ("a consent given", vec![format!("UPDATE consent SET {yes} WHERE {no}")], "Z90001 consent of 2026-11-20"),
        ("a consent gone", delete("consent"), "Z90001 consent"),
        ("a limit rule", set("limit_rule", "full_day = 35"), "Z90001 limit rule"),
        ("a subject", set("subject", "name = 'Minor surgery'"), "Z90001 subject"),
        ("letters' bodies", vec!["UPDATE letter SET body = 'Nothing'".to_owned()], "Z90001 letter of 2026-11-20"),
        (
            "two letters swapped",
            vec![
                "CREATE TABLE tampered AS SELECT * FROM letter".to_owned(),
                "UPDATE letter SET body = (SELECT t.body FROM tampered t WHERE t.id <> letter.id ORDER BY t.id LIMIT 1)".to_owned(),
                "DROP TABLE tampered".to_owned(),
            ],
            "Z90001 letter",
        ),
        ("a letter of another practice", set("letter", "practice = 'Z90002'"), "Z90001 letter of 2026-11-20: gone"),
        (
            "every receipt gone",
            vec!["DELETE FROM access_receipt".to_owned()],
            "Z90002 access receipt of 2026-11-20: gone",
        ),
        ("a receipt's page", set("access_receipt", "page = NULL"), "Z90001 access receipt"),
        (
            "an organisation fact",
            vec![
                "UPDATE organisation_fact SET value = 'Another' WHERE code = 'Z90003' AND value IS NOT NULL".to_owned(),
            ],
            "Z90003 organisation fact",
        ),
        (
            "an organisation fact gone",
            vec!["DELETE FROM organisation_fact WHERE code = 'Z90003'".to_owned()],
            "Z90003 organisation fact",
        ),
        (
            "a consent put in",
            vec![
                "CREATE TABLE tampered AS SELECT * FROM consent WHERE practice = 'Z90001'".to_owned(),
                format!("DELETE FROM tampered WHERE NOT ({})", one(kind, "tampered", "TRUE")),
                format!("UPDATE tampered SET id = {new}, {yes}"),
                "INSERT INTO consent SELECT * FROM tampered".to_owned(),
                "DROP TABLE tampered".to_owned(),
            ],
            "Z90001 consent of 2026-11-20: no event tells of it",
        ),
    ]
}

/// What was passed on, and what an LMC says of it: a row changed, one gone, one that became another's.
#[expect(clippy::too_many_lines, reason = "a list of tamperings, however long")]
fn passed_on(kind: Kind) -> Vec<Case> {
    let own = "practice = 'Z90001'";
    let new = match kind {
        Kind::Sqlite => "randomblob(16)",
        Kind::Postgres => "gen_random_uuid()",
    };
    let set =
        |table: &str, to: &str, which: &str| vec![format!("UPDATE {table} SET {to} WHERE {}", one(kind, table, which))];
    vec![
        (
            "an item's outcome",
            set("transfer", "outcome = 'agreed'", own),
            "Z90001 transfer of 2026-11-20: not what was recorded",
        ),
        (
            "an item's minutes",
            set("transfer", "minutes_gp = 60", own),
            "Z90001 transfer of 2026-11-20: not what was recorded",
        ),
        (
            "an item's words",
            set("transfer", "asked = 'Nothing'", own),
            "Z90001 transfer of 2026-11-20: not what was recorded",
        ),
        (
            "an item taken from a sheet, on another day",
            set("transfer", "came_on = '2016-11-18'", "came_on = '2025-11-18'"),
            "Z90001 transfer of 2026-11-20: not what was recorded",
        ),
        (
            "a correction gone",
            vec!["DELETE FROM transfer WHERE corrects IS NOT NULL".to_owned()],
            "Z90001 transfer of 2026-11-20: gone",
        ),
        (
            "an item put in",
            vec![
                "CREATE TABLE tampered AS SELECT * FROM transfer WHERE came_on = '2025-11-18'".to_owned(),
                format!("UPDATE tampered SET id = {new}"),
                "INSERT INTO transfer SELECT * FROM tampered".to_owned(),
                "DROP TABLE tampered".to_owned(),
            ],
            "Z90001 transfer of 2026-11-20: no event tells of it",
        ),
        (
            "a sheet",
            set("transfer_import", "items = 14", own),
            "Z90001 transfer import of 2026-11-20: not what was recorded",
        ),
        ("a sheet gone", vec!["DELETE FROM transfer_import".to_owned()], "Z90001 transfer import of 2026-11-20: gone"),
        ("an item's letter", set("transfer_letter", "step = 4", own), "Z90001 transfer letter of 2026-11-20"),
        (
            "an item's letter gone",
            vec!["DELETE FROM transfer_letter".to_owned()],
            "Z90001 transfer letter of 2026-11-20: gone",
        ),
        (
            "a joint letter",
            set("joint_letter", "items = 1400", "lmc = 'east'"),
            "east joint letter of 2026-11-20: not what was recorded",
        ),
        (
            "what came of one",
            set("joint_letter_event", "event = 'agreed'", "lmc = 'east'"),
            "east joint letter event of 2026-11-20",
        ),
        (
            "what came of one gone",
            vec!["DELETE FROM joint_letter_event".to_owned()],
            "east joint letter event of 2026-11-20: gone",
        ),
        ("a duty of an area", set("local_duty", "text = 'None'", "lmc = 'east'"), "east local duty of 2026-11-20"),
        (
            "an item of an area",
            set("local_item", "guard_rail = 'None'", "lmc = 'east'"),
            "east local item of 2026-11-20",
        ),
        ("a good example gone", vec!["DELETE FROM good_example".to_owned()], "east good example of 2026-11-20: gone"),
        (
            "whom to write to",
            set("transfer_route", "recipient = 'Nobody'", "lmc = 'east'"),
            "east transfer route of 2026-11-20",
        ),
    ]
}

#[expect(clippy::too_many_lines, reason = "one row after the other")]
fn ledger(kind: Kind) -> Vec<Case> {
    let newest = |n: u8| {
        let cut = format!(
            "DELETE FROM audit_event WHERE organisation = 'Z90001' AND seq > (SELECT max(seq) - {n} FROM audit_event WHERE organisation = 'Z90001')"
        );
        let head = "UPDATE audit_head SET seq = (SELECT max(seq) FROM audit_event e WHERE e.organisation = audit_head.organisation), \
                    hash = (SELECT hash FROM audit_event e WHERE e.organisation = audit_head.organisation ORDER BY seq DESC LIMIT 1) \
                    WHERE organisation = 'Z90001'";
        vec![cut, head.to_owned()]
    };
    let blob = match kind {
        Kind::Sqlite => "x'00'",
        Kind::Postgres => "'\\x00'::bytea",
    };
    let mut cases = vec![
        case(
            "an audit row",
            &["UPDATE audit_event SET actor = 'nobody' WHERE organisation = 'Z90001' AND seq = 2"],
            "the chain of Z90001 does not hold from event 2",
        ),
        case(
            "an audit detail",
            &["UPDATE audit_event SET detail = '{}' WHERE organisation = 'Z90001' AND seq = 2"],
            "the chain of Z90001 does not hold from event 2",
        ),
        case(
            "a chain with its head",
            &[
                "DELETE FROM audit_event WHERE organisation = 'Z90002'",
                "DELETE FROM audit_head WHERE organisation = 'Z90002'",
            ],
            "the chain of Z90002 was cut",
        ),
        case("a release", &["UPDATE release SET content = replace(content, '1', '2')"], "release 9"),
        case(
            "the last release with its files",
            &["DELETE FROM release_file", "DELETE FROM release"],
            "release of 2026-11-20: gone",
        ),
        case(
            "a correction that no release has said yet",
            &["UPDATE release_correction SET note = replace(note, 'not', '')"],
            "release correction of 2026-11-20: not what was recorded",
        ),
        case(
            "a frame's content",
            &["UPDATE release_frame SET content = replace(content, 'Z90003', 'Z90004')"],
            "the frame of 2026",
        ),
        case("a frame's digest", &["UPDATE release_frame SET sha256 = 'x'"], "the frame of 2026"),
    ];
    cases.push(("the newest event with its head", newest(1), "the chain of Z90001 was cut"));
    cases.push(("the twenty newest events with their head", newest(20), "the chain of Z90001 was cut"));
    cases.push((
        "details of events, with the rows they told of",
        vec![
            "UPDATE audit_event SET detail = NULL, salt = NULL WHERE organisation = 'Z90001' AND detail LIKE '%row_digests%'"
                .to_owned(),
            "DELETE FROM action_status WHERE practice = 'Z90001'".to_owned(),
        ],
        "has lost its detail",
    ));
    cases.push((
        "the detail of a night's anchor",
        vec!["UPDATE audit_event SET detail = NULL, salt = NULL WHERE event = 'contacts.anchored'".to_owned()],
        "(contacts.anchored) has lost its detail",
    ));
    cases.push((
        "a sum of a day that was never folded",
        vec![
            "INSERT INTO practice_day SELECT 'Z90001', '2026-11-18', 10, 500, 250, 0, 10, 10, 0, '{}', max(recorded_at) FROM audit_event"
                .to_owned(),
        ],
        "Z90001 2026-11-18",
    ));
    if kind == Kind::Sqlite {
        cases.extend(spelled());
    }
    cases.push((
        "a file of a release",
        vec![format!("UPDATE release_file SET bytes = {blob} WHERE form = 'csv'")],
        "csv",
    ));
    cases
}

/// What reads the same, and is another text to the database.
fn spelled() -> Vec<Case> {
    vec![
        case("days of tallies spelled otherwise", &["UPDATE tally SET day = '+' || day"], "tally.day"),
        case(
            "the time of a consent spelled otherwise",
            &["UPDATE consent SET recorded_at = replace(recorded_at, '+00:00', 'Z')"],
            "consent.recorded_at",
        ),
        case(
            "an answer that is neither yes nor no",
            &["UPDATE consent SET given = 2 WHERE given = 1"],
            "consent.given",
        ),
        case("a practice in small letters", &["UPDATE day_sheet SET practice = lower(practice)"], "day_sheet.practice"),
        case(
            "a trigger that notes rows for somebody",
            &["CREATE TRIGGER tidy AFTER UPDATE ON clock_seen BEGIN SELECT 1; END"],
            "the trigger tidy is not as it was made",
        ),
    ]
}

both_databases!(every_tampering_is_found_and_named, |test: TestDb| async move {
    let kind = test.kind();
    let lived = live(test).await;
    let fine = verify(&lived.place, &lived.anchors).await;
    assert!(fine.0, "nobody tampered: {}", fine.1);
    let mut cases = contacts(kind);
    cases.extend(records(kind));
    cases.extend(passed_on(kind));
    cases.extend(ledger(kind));
    let n = cases.len();
    let mut missed = Vec::new();
    for (name, sql, says) in cases {
        let copy = lived.place.copy().await;
        tamper(kind, &copy, &sql).await;
        let (agrees, said) = verify(&copy, &lived.anchors).await;
        if agrees || !said.contains(says) {
            missed.push(format!("{name} ({says}): {said}"));
        }
        copy.remove().await;
    }
    drop(lived.folder);
    assert!(missed.is_empty(), "{} of {n} not found:\n{}", missed.len(), missed.join("\n"));
    assert!(n >= 61, "{n}");
});

/// Runs the statements with every trigger taken off, and puts them on again as they were.
pub(crate) async fn tamper(kind: Kind, place: &Place, sql: &[String]) {
    let url = match place {
        Place::Sqlite(file) => format!("sqlite://{}", file.display()),
        Place::Postgres(url) => url.clone(),
    };
    let thief = connect(&url, 1).await;
    let run = async |thief: &DatabaseConnection, sql: &str| {
        thief.execute_unprepared(sql).await.unwrap_or_else(|error| panic!("{sql}: {error}"));
    };
    match kind {
        Kind::Postgres => {
            run(&thief, "SET session_replication_role = replica").await;
            for sql in sql {
                run(&thief, sql).await;
            }
        }
        Kind::Sqlite => {
            run(&thief, "PRAGMA foreign_keys = OFF").await;
            let triggers = triggers(&thief).await;
            for (name, _) in &triggers {
                run(&thief, &format!("DROP TRIGGER {name}")).await;
            }
            for sql in sql {
                run(&thief, sql).await;
            }
            for (_, text) in &triggers {
                run(&thief, text).await;
            }
        }
    }
    thief.close().await.unwrap();
}

async fn triggers(thief: &DatabaseConnection) -> Vec<(String, String)> {
    let all = sea_orm::Statement::from_string(
        sea_orm::DatabaseBackend::Sqlite,
        "SELECT name, sql FROM sqlite_master WHERE type = 'trigger'",
    );
    let rows = thief.query_all_raw(all).await.unwrap();
    rows.iter()
        .map(|row| {
            let text = |n| row.try_get_by_index::<String>(n).unwrap();
            (text(0), text(1))
        })
        .collect()
}

fn verifying(place: &Place, anchors: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_headroom"));
    command.env_clear().args(["verify", "--anchors"]).arg(anchors);
    match place {
        Place::Sqlite(file) => command.arg("--data").arg(file.parent().unwrap()),
        Place::Postgres(url) => command.args(["--database-url", url]),
    };
    command
}

/// Whether `headroom verify` agrees, and what it says.
async fn verify(place: &Place, anchors: &Path) -> (bool, String) {
    let mut command = verifying(place, anchors);
    let done = tokio::task::spawn_blocking(move || command.output().unwrap()).await.unwrap();
    let said = format!("{}{}", String::from_utf8_lossy(&done.stdout), String::from_utf8_lossy(&done.stderr));
    assert!(matches!(done.status.code(), Some(0 | 1)), "{said}");
    (done.status.success(), said)
}

/// SQLite keeps the bytes of an id, PostgreSQL reads its text.
fn uuid_literal(kind: Kind, id: Uuid) -> String {
    match kind {
        Kind::Sqlite => format!("X'{}'", id.simple()),
        Kind::Postgres => format!("'{id}'"),
    }
}

both_databases!(rows_of_before_there_were_digests_get_theirs_at_the_next_start, |test: TestDb| async move {
    let kind = test.kind();
    let old = TestDb::empty(kind).await;
    let all = Migrator::migrations();
    let before = all.iter().position(|one| one.name() == "m026_clock");
    let before = u32::try_from(before.unwrap()).unwrap();
    Migrator::up(old.db.schema(), Some(before)).await.unwrap();
    // As that version had it: columns that came later are not there yet.
    let consent = format!(
        "INSERT INTO consent (practice, id, purpose, version, given, recorded_at, recorded_by) \
             VALUES ('Z90001', {id}, '{}', '{}', FALSE, '2026-11-20T12:00:00+00:00', {nobody})",
        consent::LMC_VIEW,
        consent::VERSION,
        id = uuid_literal(kind, Uuid::now_v7()),
        nobody = uuid_literal(kind, Uuid::nil()),
    );
    let schema = old.db.schema();
    schema.execute_unprepared(&consent).await.unwrap();
    let me = Counter::unknown(ods("Z90001"));
    let clinician = format!(
        "INSERT INTO clinician (practice, id, label, staff_group, added_at) \
             VALUES ('Z90001', {id}, 'Dr A', 'gp', '2026-11-20T12:00:00+00:00')",
        id = uuid_literal(kind, me.id.0),
    );
    schema.execute_unprepared(&clinician).await.unwrap();
    insert(old.db.schema(), &me.contact()).await;
    Migrator::up(old.db.schema(), None).await.unwrap();
    old.db.close().await.unwrap();
    let folder = tempfile::tempdir().unwrap();
    let anchors = folder.path().join("anchors.log");
    let (_, said) = verify(&old.place, &anchors).await;
    assert!(said.contains("1 row(s) are older than digests"), "{said}");
    let db = old.place.open().await;
    let writer = Writer::start(db.clone(), Live::default(), Clock::fixed("2026-11-20T12:00:00Z".parse().unwrap()));
    for _ in 0..2 {
        writer.adopt(&CliAuthority::new()).await.unwrap();
    }
    drop(writer);
    db.close().await.unwrap();
    let (agrees, said) = verify(&old.place, &anchors).await;
    let tally = "in-person: stored 0, counted 1";
    assert!(!agrees && said.contains(tally), "the contact has no tally: {said}");
    assert!(said.contains("1 mismatch(es)"), "and that is all: {said}");
    for (sql, says) in [
        ("UPDATE consent SET given = TRUE", "Z90001 consent of 2026-11-20: not what was recorded"),
        ("DELETE FROM contact", "Z90001 2026-11-20: the rows are not those"),
    ] {
        let copy = old.place.copy().await;
        tamper(kind, &copy, &[sql.to_owned()]).await;
        let (_, said) = verify(&copy, &anchors).await;
        assert!(said.contains(says), "{said}");
        copy.remove().await;
    }
    old.place.remove().await;
});

both_databases!(a_backup_that_was_put_back_is_compared_from_then_on, |test: TestDb| async move {
    let kind = test.kind();
    let lived = live(test).await;
    let copy = lived.place.copy().await;
    let cut = [
        "DELETE FROM audit_event WHERE organisation = 'Z90002'".to_owned(),
        "DELETE FROM audit_head WHERE organisation = 'Z90002'".to_owned(),
    ];
    tamper(kind, &copy, &cut).await;
    let (_, said) = verify(&copy, &lived.anchors).await;
    assert!(said.contains("the chain of Z90002 was cut"), "{said}");
    jobs::outside::restored(&lived.anchors, "2026-11-21T09:00:00Z".parse().unwrap()).unwrap();
    let (_, said) = verify(&copy, &lived.anchors).await;
    assert!(said.contains("A backup was restored on 2026-11-21"), "{said}");
    assert!(!said.contains("was cut"), "{said}");
    copy.remove().await;
    drop(lived.folder);
});

both_databases!(a_row_put_in_beside_the_service_is_not_told_of_by_its_next_write, |test: TestDb| async move {
    let kind = test.kind();
    let app = TestApp::start(test.clone()).await;
    app.test.adopt(&app.state.writer).await;
    let now = app.clock.now();
    let consent = Consent {
        practice: ods("Z90001"),
        id: RowId(Uuid::now_v7()),
        purpose: consent::LMC_VIEW.to_owned(),
        version: consent::VERSION.to_owned(),
        given: false,
        recorded_at: now,
        recorded_by: Uuid::nil(),
        shown_from: None,
    };
    write(&app, vec![consent]).await;
    // With every trigger where it is: the row is noted, and the note lies there.
    let columns = "purpose, version, recorded_at, recorded_by, shown_from";
    let new = uuid_literal(kind, Uuid::now_v7());
    let put = format!(
        "INSERT INTO consent (practice, id, given, {columns}) SELECT practice, {new}, TRUE, {columns} FROM consent"
    );
    let thief = test.outside().await;
    thief.execute_unprepared(&put).await.unwrap();
    thief.close().await.unwrap();
    let week = Week {
        practice: ods("Z90001"),
        id: RowId(Uuid::now_v7()),
        week_ending: day(TODAY),
        recorded_at: now,
        recorded_by: Uuid::nil(),
    };
    write(&app, vec![week]).await;
    let everywhere = JobAuthority::new().everywhere();
    let report = headroom::store::rows::verify(app.state.db.read(&everywhere)).await.unwrap();
    let found: Vec<String> = report.faults.iter().map(ToString::to_string).collect();
    assert_eq!(found, ["Z90001 consent of 2026-11-20: no event tells of it"]);
});

both_databases!(a_chain_that_grew_again_after_a_cut_is_held_to_what_was_noted_outside, |test: TestDb| async move {
    let kind = test.kind();
    let lived = live(test).await;
    // A line that nobody can read is no agreement.
    let broken = lived.folder.path().join("broken.log");
    let mut text = std::fs::read_to_string(&lived.anchors).unwrap();
    text.push_str("nothing\n");
    std::fs::write(&broken, text).unwrap();
    let (agrees, said) = verify(&lived.place, &broken).await;
    assert!(!agrees && said.contains("1 line(s) of it cannot be read"), "{said}");
    let cut = [
        "DELETE FROM audit_event WHERE organisation = 'Z90002' \
             AND seq = (SELECT max(seq) FROM audit_event WHERE organisation = 'Z90002')"
            .to_owned(),
        "UPDATE audit_head SET seq = seq - 1, hash = (SELECT hash FROM audit_event e \
             WHERE e.organisation = audit_head.organisation ORDER BY seq DESC LIMIT 1) WHERE organisation = 'Z90002'"
            .to_owned(),
    ];
    tamper(kind, &lived.place, &cut).await;
    let db = lived.place.open().await;
    let at: chrono::DateTime<chrono::Utc> = "2026-11-20T10:00:00Z".parse().unwrap();
    let writer = Writer::start(db.clone(), Live::default(), Clock::fixed(at));
    for weeks in 1..=3 {
        let week = Week {
            practice: ods("Z90002"),
            id: RowId(Uuid::now_v7()),
            week_ending: day("2026-11-15").plus_days(7 * weeks),
            recorded_at: at,
            recorded_by: Uuid::nil(),
        };
        writer
            .write(&JobAuthority::new(), move |tx| Box::pin(async move { Ok(demo::add(tx.conn(), vec![week]).await?) }))
            .await
            .unwrap();
    }
    drop(writer);
    db.close().await.unwrap();
    let (agrees, said) = verify(&lived.place, &lived.anchors).await;
    assert!(!said.contains("does not hold"), "the chain is whole: {said}");
    assert!(!agrees && said.contains("the chain of Z90002 was cut or written anew"), "{said}");
});

both_databases!(verify_keeps_little_in_memory_however_much_was_counted, |test: TestDb| async move {
    const PRACTICES: i64 = 60;
    const EACH: i64 = 3_000;
    let kind = test.kind();
    let lived = live(test).await;
    let most = async || {
        let mut command = verifying(&lived.place, &lived.anchors);
        let log = lived.folder.path().join("verify.log");
        command.stdout(std::fs::File::create(&log).unwrap());
        let watching = tokio::task::spawn_blocking(move || process::watch(&mut command.spawn().unwrap()));
        let (_, most) = watching.await.unwrap();
        (most, std::fs::read_to_string(log).unwrap())
    };
    let (before, _) = most().await;
    let id = match kind {
        Kind::Sqlite => "randomblob(16)",
        Kind::Postgres => "gen_random_uuid()",
    };
    let columns = "clinician, day, occurred_at, recorded_at, kind, complex, entered, recorded_by, clock_off";
    let row = one(kind, "contact", OF_TODAY);
    let many = format!(
        "INSERT INTO contact (practice, id, {columns}) \
             WITH RECURSIVE numbers (n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM numbers WHERE n + 1 < {}) \
             SELECT 'Z91' || (100 + n / {EACH}), {id}, {columns} \
             FROM (SELECT * FROM contact WHERE {row}) AS one CROSS JOIN numbers",
        PRACTICES * EACH
    );
    tamper(kind, &lived.place, &[many]).await;
    let (after, said) = most().await;
    for practice in ["Z91100", "Z91159"] {
        let says = format!("{practice} 2026-11-20: the rows are not those");
        assert!(said.contains(&says), "{said}");
    }
    let more = after.saturating_sub(before) / 1024;
    println!("{kind:?}: {} MB, and {more} MB more for {} contacts", before / 1024, PRACTICES * EACH);
    assert!(more < 40, "{more} MB more");
});
