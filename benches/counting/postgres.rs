//! The writer on PostgreSQL, against pgbench running the same statements, a transaction a contact.

use std::{path::PathBuf, process::Command};

use headroom::{clock::Clock, db::Db, live::Live, writer::Writer};
use migration::{Migrator, MigratorTrait};

use crate::{
    LENGTH,
    figure::Figure,
    server::Server,
    writer::{CLINICIANS, Way, counters, rate},
};

/// What the writer sends for a group of one.
const CONTACT: &str = "\\set n random(1, 64)
BEGIN;
INSERT INTO contact (practice, id, clinician, day, occurred_at, recorded_at, kind, complex, entered, recorded_by, clock_off)
SELECT practice, gen_random_uuid(), id, current_date, now(), now(), 'in-person', false, 'tap', id, false
FROM clinician WHERE practice = 'Z90001' AND label = 'Dr ' || (:n - 1)
ON CONFLICT (practice, id) DO NOTHING RETURNING practice, id;
INSERT INTO tally (practice, clinician, day, source, kind, n)
SELECT practice, id, current_date, 'taps', 'in-person', 1
FROM clinician WHERE practice = 'Z90001' AND label = 'Dr ' || (:n - 1)
ON CONFLICT (practice, clinician, day, source, kind) DO UPDATE SET n = tally.n + excluded.n;
COMMIT;
";

fn pgbench() -> PathBuf {
    let installed = std::fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let found = installed.map(|version| version.path().join("bin/pgbench"));
    found.filter(|path| path.exists()).max().unwrap_or_else(|| PathBuf::from("pgbench"))
}

/// Transactions a second of 64 clients.
fn baseline(url: &str) -> f64 {
    let folder = tempfile::tempdir().unwrap();
    let script = folder.path().join("contact.sql");
    std::fs::write(&script, CONTACT).unwrap();
    let output = Command::new(pgbench())
        .args(["-n", "-c", "64", "-j", "2", "-M", "prepared", "-T"])
        .arg(LENGTH.as_secs().to_string())
        .arg("-f")
        .arg(&script)
        .arg(url)
        .output()
        .expect("pgbench");
    let text = String::from_utf8(output.stdout).unwrap();
    let errors = String::from_utf8_lossy(&output.stderr);
    let tps = text.lines().find_map(|line| line.strip_prefix("tps = "));
    let tps = tps.unwrap_or_else(|| panic!("{text}{errors}"));
    tps.split(' ').next().unwrap().parse().unwrap()
}

/// The writer on PostgreSQL.
pub(crate) async fn figures() -> Vec<Figure> {
    let server = Server::start();
    let db = Db::postgres(&server.url).await.unwrap();
    Migrator::up(db.schema(), None).await.unwrap();
    let counters = counters(&db, CLINICIANS).await;
    let url = server.url.clone();
    let single = tokio::task::spawn_blocking(move || baseline(&url)).await.unwrap();
    let writer = Writer::start(db, Live::default(), Clock::system());
    let (groups, _) = rate(&writer, &counters, Way::Groups, LENGTH).await;
    vec![
        Figure::told("PostgreSQL, pgbench with the same statements, 64 clients", single, "contacts a second"),
        Figure::told("PostgreSQL, the writer, 64 clients", groups, "contacts a second"),
        Figure::at_least("… as a multiple of pgbench", groups / single, 3.0, "×"),
    ]
}
