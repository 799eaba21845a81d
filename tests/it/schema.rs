//! What migrations make is what entities say; history cannot be changed; a migration is whole or leaves nothing; and a
//! released one is never edited.

use std::{collections::BTreeMap, fs, path::Path};

use entity::{
    access_receipt, account_mail, action_status, api_key, audit_event, audit_head, calendar_feed, catalogue_edition,
    clinician, clock_seen, column_mapping, consent, contact, contact_void, day_digest, day_rows, day_sheet, day_worked,
    device, display, divert_answer, divert_end, divert_message, divert_place, divert_rule, divert_start, divert_text,
    good_example, joining, joint_letter, joint_letter_event, key_fingerprint, known_place, lease, letter, letter_event,
    letter_text, limit_notice, limit_rule, lmc_letter_text, lmc_meeting, lmc_office, local_duty, local_item,
    mail_choice, network_note, notice, notice_event, notice_origin, notice_template, one_time_link, organisation_fact,
    organisation_import, outcome, outside_identity, over_limit_reason, passkey, passkey_challenge, person, pin_try,
    practice_day, provider_answer, public_address, published_appointment, published_import, push_message,
    push_subscription, question, question_answer, recovery_code, release, release_correction, release_file,
    release_frame, reminder, retention_gate, role_grant, rota, row_written, second_factor, second_factor_try, session,
    sign_in_try, slot, slot_import, slot_import_done, slot_refusal, slot_tally, source_choice, status_answer, subject,
    tally, tap_address, tick, transfer, transfer_import, transfer_letter, transfer_route, webhook, webhook_message,
    weekly_answer,
};
use migration::Migrator;
use sea_orm::{ConnectionTrait, Schema, Statement};
use sea_orm_migration::MigratorTrait;
use sha2::{Digest, Sha256};

use crate::support::databases::{Kind, TestDb, both_databases};

/// History: rows are added and, by retention alone, deleted. Children come before their parents.
const APPEND_ONLY: [&str; 65] = [
    "access_receipt",
    "audit_event",
    "catalogue_edition",
    "consent",
    "contact",
    "contact_void",
    "day_sheet",
    "day_worked",
    "divert_answer",
    "divert_message",
    "divert_end",
    "divert_start",
    "divert_rule",
    "divert_place",
    "divert_text",
    "key_fingerprint",
    "letter_event",
    "transfer_letter",
    "transfer",
    "transfer_import",
    "joint_letter_event",
    "joint_letter",
    "good_example",
    "local_duty",
    "local_item",
    "transfer_route",
    "letter",
    "letter_text",
    "limit_notice",
    "limit_rule",
    "lmc_letter_text",
    "lmc_meeting",
    "lmc_office",
    "mail_choice",
    "organisation_fact",
    "organisation_import",
    "over_limit_reason",
    "practice_day",
    "release",
    "release_correction",
    "release_file",
    "release_frame",
    "rota",
    "status_answer",
    "outcome",
    "network_note",
    "notice_origin",
    "notice_template",
    "notice_event",
    "notice",
    "question_answer",
    "question",
    "action_status",
    "subject",
    "tick",
    "weekly_answer",
    "column_mapping",
    "published_appointment",
    "published_import",
    "slot",
    "slot_import",
    "slot_import_done",
    "slot_refusal",
    "slot_tally",
    "source_choice",
];

/// State of the service itself, and sums that can be made again.
const MAY_CHANGE: [&str; 37] = [
    "account_mail",
    "api_key",
    "audit_head",
    "calendar_feed",
    "clinician",
    "clock_seen",
    "day_digest",
    "day_rows",
    "device",
    "display",
    "joining",
    "known_place",
    "lease",
    "one_time_link",
    "outside_identity",
    "passkey",
    "passkey_challenge",
    "person",
    "pin_try",
    "provider_answer",
    "public_address",
    "push_message",
    "push_subscription",
    "recovery_code",
    "reminder",
    "retention_gate",
    "role_grant",
    "row_written",
    "seaql_migrations",
    "second_factor",
    "second_factor_try",
    "session",
    "sign_in_try",
    "tally",
    "tap_address",
    "webhook",
    "webhook_message",
];

/// The files as released. A change to the schema is a new file; before the first release, change the line here too.
const MIGRATIONS: [(&str, &str); 46] = [
    ("m001_service.rs", "131f6a23659663ddeace204a83f7c9b273d0212ebd18d344298fdbc4e00e6ad2"),
    ("m002_organisations.rs", "19377d13721fc8f225b097b8a230217ec886f766e6d239cbef52bd81ac270f15"),
    ("m003_people.rs", "9274761ff1d23c9f0e0c22e435d18c8d7441fa31fc049f538816ed5a9e467ea4"),
    ("m004_contacts.rs", "cadbc74ec9a5de3f2f892f063f5ae21fb7721450951882e709783d84b6d017cd"),
    ("m005_actions.rs", "bf5125ef9b98837fad1227eac54899b21d282ad2e827553342ed5ff1f9837e84"),
    ("m006_releases.rs", "159b59409f805ae55e13a0df3c7a340272fb9b942ee929f7b9360ccc43e49450"),
    ("m007_counting.rs", "b4563e026f17251c8341b382dd3207141897d10959ba2e914196d527da0edaa6"),
    ("m008_appointments.rs", "096f49198f1ec319fba7a65d90584d2223a28b3fb68e9cfb33eb9e7592883180"),
    ("m009_history.rs", "ef82a1d1e472707fbcaf6ccfdae0ce7a82188e4a4773ca0e30c1e8177e2d371c"),
    ("m010_divert.rs", "0cd2bde500bee8046f426715cfa70fdc5d117b1e001aeaea0044488e943d8a4b"),
    ("m011_catalogue.rs", "3e7aefc111dffa42e052b29274b629d2185b81170e310963c0883ea0cbdd01e1"),
    ("m012_notices.rs", "412425bc66e9eddc2fecfb462caf9685aee58f13670edddf05b36c160e78206c"),
    ("m013_letters.rs", "d294356efafef45f8de02b8069ae1eb482fc36ec870b43ebc0d3bb1c5ed97d77"),
    ("m014_outcomes.rs", "bd07cf13c90827d08f58cbd3e64568894ba51f0663b4bb1dd26bc56eb3517ac8"),
    ("m015_template_notices.rs", "5e21b338955573067ee0881a759eb4ccadc98315decef6d836e473b63d91531e"),
    ("m016_questions.rs", "6acf380615da71b07903d704f73293e6048c306770d7171914c20384c9c87b1c"),
    ("m018_reminders.rs", "5dc4b6ae1b30565eaed239d445a25a0767b26ff0eb39f6f1d33d7614fc7d1d1e"),
    ("m019_release_files.rs", "873a0a0d6d0a4ddebd29468f510b798db518bacdd6ffeff8e697527f82dcfa1d"),
    ("m021_meetings.rs", "f49c2d8b907ad5535b0a9168bcfe54a27a74afae415d26a9e4d3ea527157300f"),
    ("m023_receipt_pages.rs", "ebd7ab2f18fc268ad07955dff7bb7476475aa4b81ea1ba5a6ab27caa6aebea31"),
    ("m024_contacts_by_day.rs", "dfac8c3ad0a5115aafdf40faa1b1be29f9b8f2f10301a2730161998d5f674152"),
    ("m026_clock.rs", "fab0a21caee619527368f2a5ce76c43083adf618763c375e7cecfcbb9d9016a8"),
    ("m027_digests.rs", "875a6a2e8cb9b1b001399ef432931232bdc19c5ef08e297bbaf119bcf2683170"),
    ("m028_day_rows.rs", "bbcc2d92db8c94e7ecef5bd0f1b83397dc08409f4957f6e3540054baea066186"),
    ("m029_tries.rs", "1330c2f7aaef87f18686d655a5bf5a72ce462a0f8a8dd44d62bb923e4b260612"),
    ("m031_public_address.rs", "e5655442ad636accaa5912e4195f17b3f9a69e597ff3ea8e1c46922ddb5faa06"),
    ("m032_told_names.rs", "867dbd7bfb20524ab780be2412945dd81f246e522ab3ee4288ce565588aa0098"),
    ("m033_consent_days.rs", "f8e73f08658c5fa857cba72ddb1d1387759114729d21dc5945bdb2ea503b8249"),
    ("m034_corrections.rs", "754eeddb8eaed1d77a282a7ffcd9ad53ab5d7c21cf0795eb4b32e8d0429ed481"),
    ("m035_tally_marks.rs", "2404618329ae6708c5d409a029e739a4d2e7fb7c34cfac74508042810de70326"),
    ("m036_transfers.rs", "f795c74871cf84abb278ab094f3181844dd4ce8400b45f5e3627ae81754220a7"),
    ("m037_joint_letters.rs", "8543c9577e521eb0c43870f734fbe4049112af75be6d1b385bc068412746a1d2"),
    ("m038_transfer_imports.rs", "d99906551392e932c7690225c8994269f06ed87a7669a2756c6631e2bdd9c1d8"),
    ("m039_pathways.rs", "c52c08e726e5e765e345220863aaec1dfdeb8aa2dc12eb49cb919fd9a602428c"),
    ("m040_second_factors.rs", "1401cb663e135f09c634e0cda5f4c0d8e2b6b14bfcbe14b62509784851f25ff6"),
    ("m041_api_keys.rs", "7577d4e323b9b9f5e1b4172b0ba729cb44e797a6668f3d5cd401f27b94b3004a"),
    ("m042_outside_identities.rs", "a7af62feb3b41b6a94ecd1a0fe5a2d4045d318f644ba9768c2696d3a1dd7f99e"),
    ("m043_account_mails.rs", "3adc820c506bb16d028944a04f6eb5461cdf84dd3ed75494c4efceda3712e8c5"),
    ("m044_passkeys.rs", "a9c914dc5f0090895b72a949b4c2987b8ad441a243b4e00238fd34365a9a266e"),
    ("m045_audit_reading.rs", "0dc3e328226ac94fd46828dd5b517603b660644d04e6edb96d605095c9be931b"),
    ("m046_webhooks.rs", "ff099bedbb642492b752c2ff2c811af9279e75326a014e42be075e753b94d7cd"),
    ("m047_tap_addresses.rs", "7ea30095195576688cad2ab5ce88292b7cb68f1b8958aa66079689a1c9aa1a15"),
    ("m048_joining.rs", "a3854438815141d9620e8326a27e07e622b0f9784777efdd0afbe13fb9d0760a"),
    ("m049_erased.rs", "4791ff00f43bad566aa7d0b50936dd124110fafaa3e302cfbb159696b6a960c0"),
    ("m050_push.rs", "b3890f7afa4df0fd017e253bee31215c127694f639eaf5330fdb8bb3d805d573"),
    ("m051_local_items.rs", "d6922e7d05e5315845becfebbe23b74965ae97378c97cd44095594bf790a5ae2"),
];

#[test]
fn released_migrations_are_not_edited() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("migration/src");
    let found: BTreeMap<String, String> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap())
        .map(|entry| (entry.file_name().into_string().unwrap(), entry.path()))
        .filter(|(name, _)| name.starts_with('m') && name.contains('_'))
        .map(|(name, path)| {
            let digest = Sha256::digest(fs::read(path).unwrap());
            (name, digest.iter().fold(String::new(), |hex, byte| hex + &format!("{byte:02x}")))
        })
        .collect();
    let expected: BTreeMap<String, String> =
        MIGRATIONS.iter().map(|(name, digest)| ((*name).to_owned(), (*digest).to_owned())).collect();
    assert_eq!(found, expected, "sha256sum migration/src/m0*.rs");
}

#[test]
fn every_migration_runs_in_a_transaction() {
    for migration in Migrator::migrations() {
        assert_eq!(migration.use_transaction(), Some(true), "{}", migration.name());
    }
}

/// One column as the database describes it: table, name, type, whether it may be empty, place in the primary key.
type Column = (String, String, String, bool, i64);

async fn columns(test: &TestDb) -> Vec<Column> {
    let sql = match test.kind() {
        // Lengths are a matter of migrations alone, and SQLite ignores them.
        Kind::Sqlite => {
            "SELECT m.name AS t, c.name AS c, \
                    CASE WHEN instr(c.type, '(') = 0 THEN c.type ELSE substr(c.type, 1, instr(c.type, '(') - 1) END AS k, \
                    c.\"notnull\" = 0 AND c.pk = 0 AS n, CAST(c.pk AS bigint) AS p \
             FROM sqlite_master m JOIN pragma_table_info(m.name) c \
             WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite_%' ORDER BY 1, 2"
        }
        Kind::Postgres => {
            "SELECT c.table_name::text AS t, c.column_name::text AS c, c.udt_name::text AS k, \
                    c.is_nullable = 'YES' AS n, coalesce(k.ordinal_position, 0)::bigint AS p \
             FROM information_schema.columns c \
             LEFT JOIN (information_schema.key_column_usage k \
                        JOIN information_schema.table_constraints p \
                          ON p.constraint_schema = k.constraint_schema \
                         AND p.constraint_name = k.constraint_name AND p.table_name = k.table_name \
                         AND p.constraint_type = 'PRIMARY KEY') \
               ON k.table_schema = c.table_schema AND k.table_name = c.table_name AND k.column_name = c.column_name \
             WHERE c.table_schema = current_schema() ORDER BY 1, 2"
        }
    };
    let statement = Statement::from_string(test.db.backend(), sql);
    let rows = test.db.schema().query_all_raw(statement).await.unwrap();
    rows.iter()
        .map(|row| {
            let word = |name| row.try_get::<String>("", name).unwrap();
            let key = row.try_get("", "p").unwrap();
            (word("t"), word("c"), word("k"), row.try_get("", "n").unwrap(), key)
        })
        .filter(|(table, ..)| table != "seaql_migrations")
        .collect()
}

both_databases!(migrations_make_what_entities_say, |test: TestDb| async move {
    let other = TestDb::empty(test.kind()).await;
    Box::pin(create_from_entities(&other)).await;
    let (built, said) = (columns(&test).await, columns(&other).await);
    other.place.remove().await;
    let only = |a: &[Column], b: &[Column]| -> Vec<Column> {
        a.iter().filter(|column| !b.contains(column)).cloned().collect()
    };
    assert!(built.len() > 150, "{}", built.len());
    assert_eq!((only(&built, &said), only(&said, &built)), (vec![], vec![]), "(migrations, entities)");
});

/// Every entity; a table without one, or one without a table, shows in the comparison.
async fn create_from_entities(test: &TestDb) {
    let schema = Schema::new(test.db.backend());
    macro_rules! create {
        ($($entity:ident)+) => {vec![$(schema.create_table_from_entity($entity::Entity)),+]};
    }
    let tables = create!(
        access_receipt account_mail action_status api_key audit_event audit_head calendar_feed catalogue_edition clinician clock_seen column_mapping consent contact contact_void day_digest day_rows day_sheet day_worked device display divert_answer divert_end divert_message divert_place divert_rule divert_start divert_text good_example joining joint_letter joint_letter_event key_fingerprint known_place lease letter letter_event letter_text limit_notice limit_rule lmc_letter_text lmc_meeting lmc_office local_duty local_item mail_choice network_note notice notice_event notice_origin notice_template one_time_link organisation_fact organisation_import outcome outside_identity over_limit_reason passkey passkey_challenge person pin_try practice_day provider_answer public_address published_appointment published_import push_message push_subscription question question_answer recovery_code release release_correction release_file release_frame reminder retention_gate role_grant rota row_written second_factor second_factor_try session sign_in_try slot slot_import slot_import_done slot_refusal slot_tally source_choice status_answer subject tally tap_address tick transfer transfer_import transfer_letter transfer_route webhook webhook_message weekly_answer
    );
    for table in tables {
        test.db.schema().execute(&table).await.unwrap();
    }
}

both_databases!(every_table_is_history_or_may_change, |test: TestDb| async move {
    let mut expected: Vec<&str> = APPEND_ONLY.into_iter().chain(MAY_CHANGE).collect();
    expected.sort_unstable();
    assert_eq!(test.tables().await, expected);
});

both_databases!(history_cannot_be_changed, |test: TestDb| async move {
    fill(&test).await;
    for table in APPEND_ONLY {
        let column = test.column(&first_column(&test, table)).await.remove(0);
        let mut forbidden = vec![format!("UPDATE {table} SET {column} = {column}"), format!("DELETE FROM {table}")];
        match test.kind() {
            Kind::Sqlite => forbidden.push(format!("REPLACE INTO {table} SELECT * FROM {table}")),
            Kind::Postgres => forbidden.push(format!("TRUNCATE {table} CASCADE")),
        }
        for statement in forbidden {
            let refused = test.transaction(&[&statement]).await.expect_err(&statement);
            assert!(refused.to_string().contains("append-only"), "{statement}: {refused}");
        }
        let rows = test.number(&format!("SELECT count(*) FROM {table}")).await;
        assert_eq!(rows, 1, "{table}");
    }
});

both_databases!(retention_alone_deletes, |test: TestDb| async move {
    fill(&test).await;
    let deletes: Vec<String> = APPEND_ONLY
        .iter()
        .filter(|table| **table != "audit_event")
        .map(|table| format!("DELETE FROM {table}"))
        .collect();
    let open = "INSERT INTO retention_gate (id) VALUES ('00000000-0000-0000-0000-000000000002')";
    let close = "DELETE FROM retention_gate";
    for statement in &deletes {
        test.transaction(&[open, close, statement]).await.expect_err("the gate is closed again");
    }
    let mut all: Vec<&str> = vec![open];
    all.extend(deletes.iter().map(String::as_str));
    all.push(close);
    test.transaction(&all).await.unwrap();
    for table in APPEND_ONLY {
        let rows = test.number(&format!("SELECT count(*) FROM {table}")).await;
        assert_eq!(rows, i64::from(table == "audit_event"), "{table}");
    }
});

fn first_column(test: &TestDb, table: &str) -> String {
    match test.kind() {
        Kind::Sqlite => format!("SELECT name FROM pragma_table_info('{table}')"),
        Kind::Postgres => format!(
            "SELECT column_name::text FROM information_schema.columns \
             WHERE table_schema = current_schema() AND table_name = '{table}' ORDER BY ordinal_position"
        ),
    }
}

/// One row in every table of the product; equal ids, so that foreign keys find their parents.
async fn fill(test: &TestDb) {
    let mut tables: BTreeMap<String, Vec<(String, &str)>> = BTreeMap::new();
    for (table, column, kind, ..) in columns(test).await {
        let value = match kind.to_lowercase().as_str() {
            "uuid" | "uuid_text" => "'00000000-0000-0000-0000-000000000001'",
            "date" | "date_text" => "'2026-11-20'",
            "timestamptz" | "timestamp_with_timezone_text" => "'2026-11-20T12:00:00+00:00'",
            "int4" | "int8" | "integer" | "bigint" => "1",
            "bool" | "boolean" => "true",
            "varchar" | "text" | "blob" | "bytea" => "'Z90001'",
            other => panic!("{table}.{column} has the type {other}, which this test does not know"),
        };
        tables.entry(table).or_default().push((column, value));
    }
    tables.remove("retention_gate");
    let parents =
        ["clinician", "subject", "action_status", "notice", "divert_start", "divert_message", "letter", "question"];
    let rest = tables.keys().map(String::as_str).filter(|table| !parents.contains(table));
    for table in parents.into_iter().chain(rest.collect::<Vec<_>>()) {
        let (names, values): (Vec<&str>, Vec<&str>) =
            tables[table].iter().map(|(name, value)| (name.as_str(), *value)).unzip();
        let insert = format!("INSERT INTO {table} ({}) VALUES ({})", names.join(", "), values.join(", "));
        test.transaction(&[&insert]).await.unwrap();
    }
}

/// Migrations that make no table, the index that each makes last, and what fails while nothing of it is left.
const LAST_INDEX: [(&str, &str, &str); 3] = [
    ("m023_receipt_pages", "ix_access_receipt_practice_reader_day_page", "SELECT page FROM access_receipt"),
    (
        "m024_contacts_by_day",
        "ix_contact_practice_day",
        // The index that it drops first is there again.
        "CREATE INDEX ix_contact_practice_clinician_day ON consent (practice)",
    ),
    (
        "m045_audit_reading",
        "ix_audit_event_organisation_recorded_at_seq",
        "DROP INDEX ix_audit_event_organisation_event_seq",
    ),
];

/// Migrations that only add columns, the column that each adds last, and what fails while nothing of it is left.
const LAST_COLUMN: [(&str, &str, &str, &str); 4] = [
    ("m032_told_names", "status_answer", "subject", "SELECT entered_by FROM subject"),
    ("m033_consent_days", "consent", "shown_from", "SELECT shown_from FROM consent"),
    ("m035_tally_marks", "tally", "last_contact", "SELECT first_at FROM tally"),
    ("m049_erased", "clinician", "erased_at", "SELECT erased_at FROM clinician"),
];

both_databases!(a_migration_that_fails_leaves_nothing, |test: TestDb| async move {
    let test = {
        let kind = test.kind();
        drop(test);
        TestDb::empty(kind).await
    };
    let connection = test.db.schema();
    // Always one migration ahead.
    let ahead = TestDb::empty(test.kind()).await;
    for migration in Migrator::migrations() {
        let before = test.tables().await;
        // What it makes, seen on the other: each of its tables stands in its way once.
        Migrator::up(ahead.db.schema(), Some(1)).await.unwrap();
        let mut made = ahead.tables().await;
        made.retain(|table| !before.contains(table) && table != "seaql_migrations");
        let mut obstacles: Vec<(String, String)> = made
            .iter()
            .map(|table| {
                let plant = format!("CREATE TABLE {table} (x int)");
                (plant, format!("DROP TABLE {table}"))
            })
            .collect();
        // One that only alters tables meets an index of the name that its last step makes.
        let last = LAST_INDEX.iter().find(|(name, ..)| *name == migration.name());
        obstacles.extend(last.map(|(_, index, _)| {
            let plant = format!("CREATE INDEX {index} ON consent (practice)");
            (plant, format!("DROP INDEX {index}"))
        }));
        // One that only adds columns meets a column of that name.
        let column = LAST_COLUMN.iter().find(|(name, ..)| *name == migration.name());
        obstacles.extend(column.map(|(_, table, column, _)| {
            let plant = format!("ALTER TABLE {table} ADD COLUMN {column} int");
            (plant, format!("ALTER TABLE {table} DROP COLUMN {column}"))
        }));
        let fails = last.map(|(.., fails)| *fails);
        let fails = fails.or(column.map(|(.., fails)| *fails));
        assert!(!obstacles.is_empty(), "{}", migration.name());
        for (plant, drop) in obstacles {
            test.transaction(&[&plant]).await.unwrap();
            Migrator::up(connection, Some(1)).await.unwrap_err();
            test.transaction(&[&drop]).await.unwrap();
            if let Some(fails) = fails {
                test.transaction(&[fails]).await.unwrap_err();
            }
            assert_eq!(names(&test.tables().await), names(&before), "{}", migration.name());
            let pending = Migrator::get_pending_migrations(connection).await.unwrap();
            assert_eq!(pending[0].name(), migration.name());
        }
        Migrator::up(connection, Some(1)).await.unwrap();
    }
    ahead.place.remove().await;
    test.place.remove().await;
});

/// Without the list of migrations itself, which the first try makes.
fn names(tables: &[String]) -> Vec<&str> {
    tables.iter().map(String::as_str).filter(|table| *table != "seaql_migrations").collect()
}
