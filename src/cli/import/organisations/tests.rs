//! The real files on a database of their own: twice, mutilated, cut short.

use migration::{Migrator, MigratorTrait};

use super::*;
use crate::{
    domain::organisation::{self, ImportScope, Tree},
    store::organisations,
};

const MAPPING: &str = include_str!("../../../../tests/data/organisations/gp-reg-pat-prac-map_2026-08.csv");
const LMCS: &str = include_str!("../../../../tests/data/organisations/lmcs_england.csv");
const MEMBERS: &str = include_str!("../../../../tests/data/organisations/practice_lmc_demo.csv");

async fn database() -> (tempfile::TempDir, Db, Clock) {
    let folder = tempfile::tempdir().unwrap();
    let db = Db::sqlite(&folder.path().join("headroom.sqlite")).await.unwrap();
    Migrator::up(db.schema(), None).await.unwrap();
    let clock = Clock::fixed("2026-11-20T12:00:00Z".parse().unwrap());
    (folder, db, clock)
}

fn read(files: &[(&str, &str)]) -> Result<Vec<File>, Failure> {
    let files: Vec<(String, Vec<u8>)> =
        files.iter().map(|(name, text)| ((*name).to_owned(), text.as_bytes().to_vec())).collect();
    read_all(&files, LocalDate::new(2026, 8, 1))
}

async fn take(db: &Db, clock: &Clock, files: &[(&str, &str)], caution: Caution) -> Result<Done, Failure> {
    import(db, clock, read(files)?, caution).await
}

/// The header and every `step`-th row.
fn thinned(text: &str, step: usize) -> String {
    text.lines().enumerate().filter(|(at, _)| at.is_multiple_of(step)).flat_map(|(_, line)| [line, "\n"]).collect()
}

async fn known(db: &Db) -> usize {
    organisations::facts(db.unscoped()).await.unwrap().len()
}

#[tokio::test]
async fn a_second_import_of_the_same_files_changes_nothing() {
    let (_folder, db, clock) = database().await;
    let (mapping, members) = (thinned(MAPPING, 40), thinned(MEMBERS, 40));
    // Handed in backwards: they are sorted into the order in which they build on each other.
    let files = [("members", &*members), ("lmcs", LMCS), ("mapping", &*mapping)];
    let first = take(&db, &clock, &files, Caution::Refuse).await.unwrap();
    assert_eq!(first.files.first().unwrap().name, "mapping");
    assert!(first.facts > 1_000);
    let facts = known(&db).await;
    assert_eq!(facts, first.facts);
    let version = organisations::version(db.unscoped()).await.unwrap();
    let second = take(&db, &clock, &files, Caution::Refuse).await.unwrap();
    assert_eq!(second.facts, 0);
    assert_eq!(known(&db).await, facts);
    assert_eq!(organisations::version(db.unscoped()).await.unwrap(), version);
    let (events, broken) = crate::audit::verify(db.unscoped()).await.unwrap();
    assert_eq!((events, broken.len()), (1, 0));
}

#[tokio::test]
async fn one_bad_row_in_one_file_refuses_every_file_with_its_place() {
    let (_folder, db, clock) = database().await;
    let good = thinned(MAPPING, 40);
    let bad: String = LMCS.replacen("QUY", "Q~Y", 1);
    let refused =
        take(&db, &clock, &[("mapping", &good), ("lmcs", &bad)], Caution::Refuse).await.unwrap_err().to_string();
    assert!(refused.contains("lmcs: line 2, column icb_codes: "), "{refused}");
    assert!(refused.ends_with("nothing was imported"), "{refused}");
    assert_eq!(known(&db).await, 0);
}

#[tokio::test]
async fn a_file_cut_short_is_refused_as_a_whole_unless_forced() {
    let (_folder, db, clock) = database().await;
    let whole = thinned(MAPPING, 40);
    take(&db, &clock, &[("whole", &whole)], Caution::Refuse).await.unwrap();
    let facts = known(&db).await;
    let short: String = whole.lines().take(60).flat_map(|line| [line, "\n"]).collect();
    let files = [("lmcs", LMCS), ("short", &*short)];
    let refused = take(&db, &clock, &files, Caution::Refuse).await.unwrap_err().to_string();
    assert!(refused.starts_with("short: ") && refused.contains("--force"), "{refused}");
    assert_eq!(known(&db).await, facts);
    let forced = take(&db, &clock, &files, Caution::Forced).await.unwrap();
    assert!(forced.plans.first().unwrap().practices_closed() > 50);
}

#[test]
fn a_file_without_a_date_asks_for_one() {
    let files = [("lmcs".to_owned(), LMCS.as_bytes().to_vec())];
    let asked = read_all(&files, None).unwrap_err().to_string();
    assert!(asked.contains("--effective"), "{asked}");
}

#[test]
fn a_report_counts_everything_and_lists_the_first_twenty() {
    let whole = thinned(MAPPING, 40);
    let read = read(&[("mapping", &whole)]).unwrap();
    let file = read.first().unwrap();
    let scope = ImportScope { source: file.source(), newest: None };
    let plan = organisation::plan(&Tree::default(), &file.extract.statements, file.effective_on, scope);
    let short = report::file(file, &plan, false);
    assert!(short.len() < 40, "{short:#?}");
    assert!(short.iter().any(|line| line.contains("--all lists them")), "{short:#?}");
    assert!(report::file(file, &plan, true).len() > plan.changes.len());
    assert_eq!(report::thousands(6_129), "6,129");
    assert_eq!(report::thousands(129), "129");
}

#[test]
fn a_day_that_can_only_be_a_slip_is_refused() {
    let day = |text: &str| text.parse::<LocalDate>().unwrap();
    let today = day("2026-11-20");
    for wrong in ["1026-11-13", "1948-07-04", "2036-08-01"] {
        let refused = plausible(day(wrong), today).unwrap_err().to_string();
        assert!(refused.contains(wrong), "{refused}");
    }
    for right in ["1974-04-01", "2026-08-01", "2027-04-01"] {
        assert!(plausible(day(right), today).is_ok(), "{right}");
    }
}
