//! What a practice and a person take with them: everything that is theirs, nothing that is another's, and no secret.

use std::{
    collections::{BTreeMap, BTreeSet},
    io::{Cursor, Read},
};

use headroom::{
    domain::access::{KeyScope, Role},
    store::record,
};
use serde_json::Value;
use uuid::Uuid;

use crate::{
    support::{
        app::{Reply, TestApp},
        databases::{Kind, TestDb, both_databases},
    },
    tampering,
};

const PAGE: &str = "/practices/Z90001/everything";
const ZIP: &str = "/practices/Z90001/everything.zip";

fn unzipped(reply: &Reply) -> BTreeMap<String, String> {
    let mut zip = zip::ZipArchive::new(Cursor::new(&reply.is(200).bytes)).unwrap();
    (0..zip.len())
        .map(|at| {
            let mut file = zip.by_index(at).unwrap();
            let mut text = String::new();
            file.read_to_string(&mut text).unwrap();
            (file.name().unwrap().into_owned(), text)
        })
        .collect()
}

/// Tables and columns as the database has them.
async fn columns(test: &TestDb) -> BTreeSet<(String, String)> {
    let sql = match test.kind() {
        Kind::Sqlite => {
            "SELECT m.name || ' ' || c.name FROM sqlite_master m JOIN pragma_table_info(m.name) c WHERE m.type = 'table'"
        }
        Kind::Postgres => {
            "SELECT table_name || ' ' || column_name FROM information_schema.columns WHERE table_schema = current_schema()"
        }
    };
    let found = test.column(sql).await;
    found.iter().map(|line| line.split_once(' ').unwrap()).map(|(t, c)| (t.to_owned(), c.to_owned())).collect()
}

/// Two practices with some of everything.
async fn lived(test: TestDb) -> TestApp {
    let app = TestApp::start(test).await;
    let clinician = app.clinician("Z90001", "Dr A").await;
    tampering::count(&app, clinician, "2026-11-20").await;
    tampering::register(&app).await;
    tampering::letters(&app).await;
    tampering::transfers(&app).await;
    let other = app.clinician("Z90002", "Dr Z").await;
    for (practice, clinician) in [("Z90001", clinician), ("Z90002", other)] {
        app.device(practice, clinician).await;
        app.display(practice, true).await;
        app.tap_address(practice, clinician).await;
        app.key(Role::PracticeManager, practice, &[KeyScope::Read]).await;
    }
    app
}

both_databases!(every_table_with_a_practice_is_in_it, |test: TestDb| async move {
    let app = lived(test).await;
    let files = unzipped(&app.person(Role::PracticeManager, "Z90001").await.form(ZIP, &[]).await);
    let columns = columns(&app.test).await;
    let of_practice: BTreeSet<&str> =
        columns.iter().filter(|(_, column)| column == "practice").map(|(table, _)| table.as_str()).collect();
    assert!(of_practice.len() > 45, "{of_practice:?}");
    let working: BTreeSet<&str> = record::working().into_iter().map(|(table, _)| table).collect();
    for table in &of_practice {
        let is_there = files.contains_key(&format!("{table}.csv")) && files.contains_key(&format!("{table}.json"));
        assert_eq!(is_there, !working.contains(table), "{table}");
    }
    let by_others = ["api_key", "audit_event", "organisation_fact", "person", "role_grant"];
    for table in by_others {
        assert!(files.contains_key(&format!("{table}.json")), "{table}");
    }
    // A README that says what every column means, and a digest of every file.
    let readme = &files["README.txt"];
    for table in record::PRACTICE {
        for (column, says) in table.columns() {
            assert!(readme.contains(&format!("    {column}: {says}\n")), "{}.{column}", table.name);
            assert!(columns.contains(&(table.name.to_owned(), column.to_owned())), "{}.{column}", table.name);
        }
    }
    assert_eq!(files["SHA256SUMS.txt"].lines().count(), files.len() - 1);
});

both_databases!(it_holds_every_row_of_the_practice_and_none_of_another, |test: TestDb| async move {
    let app = lived(test).await;
    let manager = app.person(Role::PracticeManager, "Z90001").await;
    let files = unzipped(&manager.form(ZIP, &[]).await);
    let mut full = 0;
    for table in record::PRACTICE {
        let rows: Vec<Value> = serde_json::from_str(&files[&format!("{}.json", table.name)]).unwrap();
        let owner = match table.name {
            "api_key" | "audit_event" | "role_grant" => "organisation",
            "organisation_fact" => "code",
            _ => "practice",
        };
        let mut expected =
            app.test.number(&format!("SELECT count(*) FROM {} WHERE {owner} = 'Z90001'", table.name)).await;
        if table.name == "audit_event" {
            // That it was made came after it was read.
            expected -= 1;
        }
        assert_eq!(i64::try_from(rows.len()).unwrap(), expected, "{}", table.name);
        assert!(rows.iter().all(|row| row[owner] == "Z90001"), "{}", table.name);
        assert!(!files[&format!("{}.csv", table.name)].is_empty(), "{}", table.name);
        full += usize::from(expected > 0);
    }
    assert!(full > 20, "{full} tables have rows");
    // No id of the neighbour's rows stands anywhere.
    let all = files.values().cloned().collect::<Vec<_>>().join("\n");
    let known = columns(&app.test).await;
    let id = match app.test.kind() {
        Kind::Sqlite => "lower(hex(id))",
        Kind::Postgres => "replace(id::text, '-', '')",
    };
    let has = |table: &str, column: &str| known.contains(&(table.to_owned(), column.to_owned()));
    let mut foreign = 0;
    for (table, _) in known.iter().filter(|(table, column)| column == "practice" && has(table, "id")) {
        for id in app.test.column(&format!("SELECT {id} FROM {table} WHERE practice = 'Z90002'")).await {
            foreign += 1;
            let id: Uuid = id.parse().unwrap();
            assert!(!all.contains(&id.to_string()), "{table} {id}");
        }
    }
    assert!(foreign > 20, "{foreign}");
});

both_databases!(it_holds_no_secret_and_is_kept_and_bounded, |test: TestDb| async move {
    let app = lived(test).await;
    let manager = app.person(Role::PracticeManager, "Z90001").await;
    assert!(manager.get("/practices/Z90001/people").await.is(200).body.contains(PAGE));
    manager.get(PAGE).await.is(200);
    let reply = manager.form(ZIP, &[]).await;
    let all = unzipped(&reply).into_values().collect::<Vec<_>>().join("\n");
    let mut secrets = 0;
    for (table, column) in columns(&app.test).await {
        if column.ends_with("_hash")
            && ["secret", "pin", "password", "code"].iter().any(|word| column.contains(word))
            && table != "audit_event"
        {
            let sql = format!("SELECT {column} FROM {table} WHERE {column} IS NOT NULL AND length({column}) > 20");
            for secret in app.test.column(&sql).await {
                secrets += 1;
                assert!(!all.contains(&secret), "{table}.{column}");
            }
        }
    }
    assert!(secrets > 5, "{secrets}");
    let kept = app.test.column("SELECT detail FROM audit_event WHERE event = 'data.exported'").await;
    let detail: Value = serde_json::from_str(&kept[0]).unwrap();
    assert_eq!(detail["tables"].as_u64().unwrap(), record::PRACTICE.len() as u64 + 1);
    assert!(detail["rows"].as_u64().unwrap() > 50, "{detail}");
    for client in [
        app.token(Role::PracticeManager, "Z90002").await,
        app.token(Role::LmcOfficer, "east").await,
        app.token(Role::Administrator, "england").await,
        app.stranger(),
    ] {
        let refused = client.form(ZIP, &[]).await.status.as_u16();
        assert!([303, 401, 404].contains(&refused), "{refused}");
    }
    app.key(Role::PracticeManager, "Z90001", &KeyScope::ALL).await.form(ZIP, &[]).await.is(403);
    // One at a time, and ten in an hour.
    let turn = app.state.exports.begin("Z90001").unwrap();
    manager.form(ZIP, &[]).await.is(503);
    drop(turn);
    for _ in 1..10 {
        manager.form(ZIP, &[]).await.is(200);
    }
    manager.form(ZIP, &[]).await.is(429);
});

both_databases!(a_person_takes_what_is_kept_about_them_and_nobody_else, |test: TestDb| async move {
    let app = TestApp::start(test).await;
    let (person, email) = app.with_password(Role::PracticeManager, "Z90001").await;
    let (_, other) = app.with_password(Role::LmcOfficer, "east").await;
    let me = app.browser_of(person).await;
    assert!(me.get("/account").await.is(200).body.contains("/account/data.json"));
    let file = me.form("/account/data.json", &[]).await;
    let json = file.is(200).json();
    assert_eq!(json["tables"]["person"][0]["email"], email.as_str());
    assert_eq!(json["tables"]["role_grant"][0]["organisation"], "Z90001");
    assert_eq!(json["tables"]["session"].as_array().unwrap().len(), 1);
    assert!(!json["columns"]["session"]["last_seen_at"].as_str().unwrap().is_empty());
    assert!(!file.body.contains(&other));
    for secret in app.test.column("SELECT password_hash FROM person WHERE password_hash IS NOT NULL").await {
        assert!(!file.body.contains(&secret));
    }
    for secret in app.test.column("SELECT secret_hash FROM session").await {
        assert!(!file.body.contains(&secret));
    }
    assert_eq!(app.test.number("SELECT count(*) FROM audit_event WHERE event = 'account.exported'").await, 1);
    // The next one tells of this one.
    let again = me.form("/account/data.json", &[]).await.is(200).json();
    assert_eq!(again["acts"][0]["act"], "account.exported");
    for _ in 2..10 {
        me.form("/account/data.json", &[]).await.is(200);
    }
    me.form("/account/data.json", &[]).await.is(429);
    let clinician = app.clinician("Z90001", "Dr A").await;
    app.device("Z90001", clinician).await.form("/account/data.json", &[]).await.is(403);
    app.stranger().form("/account/data.json", &[]).await.is(401);
});
