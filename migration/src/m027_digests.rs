//! What lets `verify` hold rows to the audit chain: each row written is noted for the event of its transaction, and what
//! is counted adds to a digest of its practice's day.

use sea_orm_migration::{
    prelude::*,
    sea_orm::{ConnectionTrait, DatabaseBackend},
};

use crate::support::*;

migration!(Digests, "m027_digests", up);

/// How rows of a table are noted: `R` stands for the row.
struct Noted {
    table: &'static str,
    owner: &'static str,
    id: &'static str,
    name: &'static str,
    chain: &'static str,
}

const NONE: &str = "''";
/// The chain of the service itself.
const SERVICE: &str = "'england'";

/// Tables of a practice, keyed by `(practice, id)`.
const OF_PRACTICES: [&str; 26] = [
    "action_status",
    "column_mapping",
    "consent",
    "divert_answer",
    "divert_end",
    "divert_message",
    "divert_place",
    "divert_rule",
    "divert_start",
    "divert_text",
    "letter",
    "letter_event",
    "letter_text",
    "limit_notice",
    "limit_rule",
    "notice",
    "notice_event",
    "notice_origin",
    "outcome",
    "question_answer",
    "rota",
    "slot_import",
    "source_choice",
    "status_answer",
    "subject",
    "weekly_answer",
];

/// Tables of an LMC, keyed by `(lmc, id)`.
const OF_LMCS: [&str; 5] = [
    "lmc_letter_text",
    "lmc_meeting",
    "lmc_office",
    "notice_template",
    "question",
];

/// Rows beside the contacts: they add to their day's digest, and an anchor takes them in. They are not in the chain, so
/// that who erases their counts leaves nothing there.
const OF_DAYS: [&str; 3] = ["day_sheet", "day_worked", "over_limit_reason"];

fn noted() -> Vec<Noted> {
    let uuid = |table, owner, chain| Noted {
        table,
        owner,
        id: "R.id",
        name: NONE,
        chain,
    };
    let named = |table, owner, name, chain| Noted {
        table,
        owner,
        id: "",
        name,
        chain,
    };
    let mut all: Vec<Noted> = Vec::new();
    all.extend(OF_PRACTICES.map(|table| uuid(table, "R.practice", "R.practice")));
    all.extend(OF_LMCS.map(|table| uuid(table, "R.lmc", "R.lmc")));
    all.extend([
        // Many practices' receipts are written at once: the reader's organisation tells of them, in one event.
        uuid("access_receipt", "R.practice", "R.organisation"),
        uuid("organisation_fact", "R.code", SERVICE),
        uuid("organisation_import", NONE, SERVICE),
        uuid("published_import", NONE, SERVICE),
        uuid("mail_choice", NONE, SERVICE),
        named("catalogue_edition", NONE, "R.edition", SERVICE),
        named("release", NONE, "CAST(R.number AS TEXT)", SERVICE),
        named("release_frame", NONE, "CAST(R.year AS TEXT)", SERVICE),
        named("release_file", "R.form", "CAST(R.number AS TEXT)", SERVICE),
        named(
            "slot_import_done",
            "R.practice",
            "CAST(R.seq AS TEXT)",
            "R.practice",
        ),
    ]);
    all
}

async fn up(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    manager
        .create_table(table(
            "row_written",
            vec![
                text("xact"),
                text("tbl"),
                text("owner"),
                id("id"),
                text("name"),
                text("chain"),
            ],
            &["xact", "tbl", "owner", "id", "name"],
        ))
        .await?;
    manager
        .create_table(table(
            "day_digest",
            vec![
                code("practice"),
                day("day"),
                big_number("n"),
                big_number("digest"),
            ],
            &["practice", "day"],
        ))
        .await?;
    for one in noted() {
        note(manager, &one, Deletes::Noted).await?;
        wait(manager, &one).await?;
    }
    for table in OF_DAYS {
        let one = Noted {
            table,
            owner: "R.practice",
            id: "R.id",
            name: NONE,
            chain: "R.practice",
        };
        note(manager, &one, Deletes::Silent).await?;
    }
    Ok(())
}

/// Whether a deletion is noted too.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Deletes {
    Noted,
    Silent,
}

impl Noted {
    /// The values of `row_written` after the transaction, of the row that goes by `row`.
    fn values(&self, row: &str, backend: DatabaseBackend) -> String {
        let nil = match backend {
            DatabaseBackend::Postgres => "'00000000-0000-0000-0000-000000000000'::uuid",
            _ => "zeroblob(16)",
        };
        let id = if self.id.is_empty() { nil } else { self.id };
        let of = |expression: &str| expression.replace("R.", row);
        format!(
            "'{}', {}, {}, {}, {}",
            self.table,
            of(self.owner),
            of(id),
            of(self.name),
            of(self.chain)
        )
    }
}

const COLUMNS: &str = "xact, tbl, owner, id, name, chain";

async fn note(manager: &SchemaManager<'_>, one: &Noted, deletes: Deletes) -> Result<(), DbErr> {
    let connection = manager.get_connection();
    let backend = manager.get_database_backend();
    let table = one.table;
    if backend == DatabaseBackend::Postgres {
        let insert = |row: &str| {
            format!(
                "INSERT INTO row_written ({COLUMNS}) VALUES (pg_current_xact_id()::text, {}) ON CONFLICT DO NOTHING;",
                one.values(row, backend)
            )
        };
        let gone = match deletes {
            Deletes::Noted => insert("OLD."),
            Deletes::Silent => String::new(),
        };
        connection
            .execute_unprepared(&format!(
                "CREATE FUNCTION headroom_wrote_{table}() RETURNS trigger LANGUAGE plpgsql AS $$
                 BEGIN
                   IF TG_OP = 'DELETE' THEN {gone} ELSE {} END IF;
                   RETURN NULL;
                 END $$",
                insert("NEW.")
            ))
            .await?;
        let on = match deletes {
            Deletes::Noted => "INSERT OR DELETE",
            Deletes::Silent => "INSERT",
        };
        connection
            .execute_unprepared(&format!(
                "CREATE TRIGGER {table}_noted AFTER {on} ON {table} FOR EACH ROW EXECUTE FUNCTION headroom_wrote_{table}()"
            ))
            .await?;
        return Ok(());
    }
    let mut on = vec![("INSERT", "NEW.", "written")];
    if deletes == Deletes::Noted {
        on.push(("DELETE", "OLD.", "gone"));
    }
    for (what, row, name) in on {
        connection
            .execute_unprepared(&format!(
                "CREATE TRIGGER {table}_{name} AFTER {what} ON {table} \
                 BEGIN INSERT OR IGNORE INTO row_written ({COLUMNS}) VALUES ('', {}); END",
                one.values(row, backend)
            ))
            .await?;
    }
    Ok(())
}

/// Rows of before have no digest in any event: they wait for the next start, which takes it.
async fn wait(manager: &SchemaManager<'_>, one: &Noted) -> Result<(), DbErr> {
    let values = one.values("r.", manager.get_database_backend());
    manager
        .get_connection()
        .execute_unprepared(&format!(
            "INSERT INTO row_written ({COLUMNS}) SELECT 'before', {values} FROM {} AS r",
            one.table
        ))
        .await?;
    Ok(())
}
