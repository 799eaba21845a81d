//! The control: a service that goes on with its connection after a failed write, as most do, must be found out.

use std::{
    env, fs,
    path::Path,
    process::{Command, Stdio},
};

use sea_orm::{
    ConnectOptions, ConnectionTrait, Database, DatabaseConnection, DbErr, SqliteTransactionMode, Statement,
    TransactionOptions, TransactionTrait,
};

use crate::{
    control::{Control, ENOSPC, Fault},
    service::{connect, folder},
};

/// Writes that fail, and writes after them.
const FAILED: usize = 2;
const AFTER: usize = 50;

/// One failed write is forgiven by the driver, two are not: then nothing is ever committed again.
#[tokio::test]
async fn a_service_that_goes_on_with_its_connection_loses_what_it_acknowledges() {
    let whole = folder();
    let folder = whole.path().join("data");
    fs::create_dir(&folder).unwrap();
    let control = Control::beside(&folder);
    let mut command = Command::new(env::current_exe().unwrap());
    control.under(&mut command, &folder);
    let done = command
        .args(["naive::child", "--exact", "--ignored", "--nocapture"])
        .env("HEADROOM_FAULTS_NAIVE", &folder)
        .stderr(Stdio::inherit())
        .output()
        .unwrap();
    let said = String::from_utf8(done.stdout).unwrap();
    assert!(done.status.success(), "{said}");
    let told = said.lines().filter(|line| line.ends_with("told")).count();
    let file = folder.join("naive.sqlite");
    let db = connect(&format!("sqlite://{}?mode=rw", file.display())).await;
    let count = Statement::from_string(db.get_database_backend(), "SELECT count(*) FROM tap");
    let row = db.query_one_raw(count).await.unwrap().unwrap();
    let found: i64 = row.try_get_by_index(0).unwrap();
    let found = usize::try_from(found).unwrap();
    println!("control: {told} acknowledged, {found} found, {FAILED} failed writes");
    assert!(told >= AFTER, "{said}");
    assert!(found < told, "nothing was lost: this is no control");
}

/// The naive service.
#[tokio::test]
#[ignore = "the test above starts it"]
async fn child() {
    let folder = env::var_os("HEADROOM_FAULTS_NAIVE").expect("only the test above starts it");
    let folder = Path::new(&folder);
    let file = folder.join("naive.sqlite");
    let db = open(&format!("sqlite://{}?mode=rwc", file.display())).await;
    for sql in ["PRAGMA journal_mode = WAL", "CREATE TABLE tap (n INTEGER, note TEXT)"] {
        db.execute_unprepared(sql).await.unwrap();
    }
    let control = Control::of(folder);
    tap(&db).await.unwrap();
    control.set(Fault::always(ENOSPC));
    for _ in 0..FAILED {
        tap(&db).await.unwrap_err();
    }
    control.lift();
    for _ in 0..AFTER {
        match tap(&db).await {
            Ok(()) => println!("\ntold"),
            Err(error) => println!("\n{error}"),
        }
    }
    // No clean end: the process is simply over.
    std::process::exit(0);
}

async fn tap(db: &DatabaseConnection) -> Result<(), DbErr> {
    let tx = db
        .begin_with_options(TransactionOptions {
            sqlite_transaction_mode: Some(SqliteTransactionMode::Immediate),
            ..TransactionOptions::default()
        })
        .await?;
    let written = tx.execute_unprepared("INSERT INTO tap VALUES (1, hex(zeroblob(3000)))").await;
    match written {
        Ok(_) => tx.commit().await,
        Err(error) => {
            tx.rollback().await?;
            Err(error)
        }
    }
}

#[expect(clippy::disallowed_methods, reason = "what the product must not do")]
async fn open(url: &str) -> DatabaseConnection {
    let mut options = ConnectOptions::new(url);
    options.max_connections(1).sqlx_logging(false);
    Database::connect(options).await.unwrap()
}
