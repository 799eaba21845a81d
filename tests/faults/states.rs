//! What lasts: a file that was taken away, replaced, cut off from its log or damaged. Nothing is acknowledged that
//! nobody would find, and the process ends with a plain line.

use std::{
    fs,
    os::unix::fs::FileExt,
    time::{Duration, Instant},
};

use sea_orm::{ConnectionTrait, Statement};

use crate::{
    control::Fault,
    morning::{Act, Morning},
    service::{Copy, Place, Service, World, connect},
};

/// How long it may bear with what is wrong.
const BORNE: Duration = Duration::from_secs(9);

/// A service with some taps, and something done to its files.
async fn with(harm: impl FnOnce(&Place)) -> (Copy, Service, Morning) {
    let copy = World::copy().await;
    let service = Service::start(&copy.world.place);
    let mut morning = Morning::new(&copy.world);
    for _ in 0..5 {
        morning.new_act(&service, Act::Tap).await;
    }
    assert_eq!(morning.told(), 5);
    harm(&copy.world.place);
    (copy, service, morning)
}

/// Nothing more is acknowledged, whoever balances the load is told, and it ends saying why.
async fn ends(service: &mut Service, morning: &mut Morning, why: &str) {
    let before = morning.told();
    for _ in 0..20 {
        morning.new_act(service, Act::Tap).await;
    }
    // An answer may be a second old.
    tokio::time::sleep(Duration::from_millis(1_100)).await;
    if let Some(ready) = service.ready().await {
        assert_eq!(ready, (503, true));
    }
    let status = service.end(BORNE).await.expect("it bears with it");
    let last = service.last_words();
    assert_eq!(status.code(), Some(1), "{last}");
    assert!(last.starts_with("headroom: the database file ") && last.contains(why), "{last}");
    assert_eq!(morning.told(), before, "acknowledged into nowhere");
    assert_eq!(morning.wrong, [""; 0]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_folder_that_is_deleted_is_found_out() {
    let (_copy, mut service, mut morning) = with(|place| fs::remove_dir_all(&place.folder).unwrap()).await;
    ends(&mut service, &mut morning, "deleted").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_is_replaced_is_found_out() {
    let (copy, mut service, mut morning) = with(|place| {
        let other = place.folder.join("other");
        fs::copy(place.file(), &other).unwrap();
        fs::rename(other, place.file()).unwrap();
    })
    .await;
    ends(&mut service, &mut morning, "replaced").await;
    drop(copy);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_log_that_is_deleted_is_found_out_and_what_was_in_it_is_kept() {
    let (copy, mut service, mut morning) = with(|place| {
        fs::remove_file(place.folder.join("headroom.sqlite-wal")).unwrap();
    })
    .await;
    ends(&mut service, &mut morning, "log").await;
    assert_eq!(morning.missing(&copy.world.place).await, []);
    assert_eq!(copy.world.place.verify(), None);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_folder_that_is_put_back_in_time_is_used_again() {
    let (copy, service, mut morning) = with(|_| ()).await;
    let place = &copy.world.place;
    let away = place.folder.with_extension("away");
    fs::rename(&place.folder, &away).unwrap();
    for _ in 0..20 {
        morning.new_act(&service, Act::Tap).await;
    }
    assert_eq!(morning.told(), 5);
    fs::rename(&away, &place.folder).unwrap();
    let back = Instant::now();
    while !morning.again(&service).await {
        assert!(back.elapsed() < Duration::from_secs(1), "{}", service.said());
    }
    assert!(service.stop().success());
    assert_eq!(morning.missing(place).await, []);
    assert_eq!(place.verify(), None);
    assert_eq!(morning.wrong, [""; 0]);
}

/// The first page of the table of contacts is overwritten.
#[tokio::test(flavor = "multi_thread")]
async fn a_damaged_page_is_answered_with_503_and_ends_the_process() {
    let copy = World::copy().await;
    let place = &copy.world.place;
    let db = connect(&place.url()).await;
    let ask = "SELECT rootpage, (SELECT page_size FROM pragma_page_size) FROM sqlite_schema \
               WHERE type = 'table' AND name = 'contact'";
    let ask = Statement::from_string(db.get_database_backend(), ask);
    let row = db.query_one_raw(ask).await.unwrap().unwrap();
    let [page, size]: [i64; 2] = [0, 1].map(|at| row.try_get_by_index(at).unwrap());
    db.close().await.unwrap();
    let file = fs::OpenOptions::new().write(true).open(place.file());
    let at = u64::try_from((page - 1) * size).unwrap();
    file.unwrap().write_all_at(&[0x5a; 64], at).unwrap();
    let mut service = Service::start(place);
    let mut morning = Morning::new(&copy.world);
    ends(&mut service, &mut morning, "damaged").await;
    assert!(place.verify().is_some());
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_asks_whether_it_is_ready_is_no_load() {
    let copy = World::copy().await;
    let service = Service::start(&copy.world.place);
    service.control.set(Fault::none());
    let begun = Instant::now();
    let mut asked = 0;
    while asked < 300 || begun.elapsed() < Duration::from_millis(2_500) {
        assert_eq!(service.ready().await, Some((200, false)));
        asked += 1;
    }
    let seconds = i32::try_from(begun.elapsed().as_secs()).unwrap() + 1;
    let calls = service.control.seen();
    println!("{asked} probes in {seconds} s: {calls} calls that write");
    assert!(calls < seconds * 25, "{calls} calls in {seconds} s");
    assert!(service.stop().success());
    let rows = copy.world.place.ids("lease WHERE name LIKE 'pulse%'", "holder");
    assert_eq!(rows.await.len(), 1);
}
