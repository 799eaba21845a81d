//! SQLite on a full disk and on one that may only be read, for as many failed writes as it takes to be wedged.

use std::{
    fs,
    time::{Duration, Instant},
};

use tokio::task::JoinSet;

use crate::{
    control::{ENOSPC, EROFS, Fault},
    morning::{Act, Morning},
    service::{Place, Service, World},
};

/// From the cause's end to the first acknowledgement.
const BACK: Duration = Duration::from_secs(1);
/// Failed writes.
const FAILED: [usize; 4] = [1, 2, 3, 50];

fn full() -> Fault {
    Fault::always(ENOSPC)
}

fn read_only() -> Fault {
    Fault { opens: false, ..Fault::always(EROFS) }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_full_disk_costs_what_was_refused_and_nothing_else() {
    each(full(), "507").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_disk_that_may_only_be_read_costs_what_was_refused_and_nothing_else() {
    each(read_only(), "503").await;
}

async fn each(fault: Fault, said: &'static str) {
    for background in [false, true] {
        let runs: JoinSet<_> = FAILED.into_iter().map(|failed| run(fault, said, failed, background)).collect();
        for (acknowledged, back) in runs.join_all().await {
            println!("{said}: {acknowledged} acknowledged, 0 missing, back after {back:?}");
        }
    }
}

/// Taps before, so many that fail, taps after; what a job writes may be the first to fail.
async fn run(fault: Fault, said: &str, failed: usize, background: bool) -> (usize, Duration) {
    let copy = World::copy().await;
    let place = &copy.world.place;
    let mut morning = Morning::new(&copy.world);
    let service = if background {
        // What the service writes by itself each minute meets the disk before anybody's tap does.
        let service = Service::start(place);
        for _ in 0..5 {
            morning.new_act(&service, Act::Tap).await;
        }
        service.control.set(fault);
        let since = Instant::now();
        while service.control.failed() == 0 {
            assert!(since.elapsed() < Duration::from_secs(90), "no job wrote");
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        service
    } else {
        let service = Service::start(place);
        for _ in 0..5 {
            morning.new_act(&service, Act::Tap).await;
        }
        service.control.set(fault);
        service
    };
    fail(&service, &mut morning, failed).await;
    let (status, again) = service.ready().await.unwrap();
    assert!(status.to_string() == said && again, "ready: {status} {again}");
    service.control.lift();
    let back = recover(&service, &mut morning, place).await;
    settled(service, morning, place, back).await
}

/// Until so many were refused.
async fn fail(service: &Service, morning: &mut Morning, failed: usize) {
    for _ in 0..failed * 20 {
        if morning.refused >= failed {
            return;
        }
        morning.new_act(service, Act::Tap).await;
        if failed < 4 {
            // Each meets the disk itself, and not the memory of the one before.
            tokio::time::sleep(Duration::from_millis(250)).await;
        }
    }
    panic!("{} refused of {failed}", morning.refused);
}

/// How long until something is acknowledged; then everything is sent again.
async fn recover(service: &Service, morning: &mut Morning, place: &Place) -> Duration {
    let lifted = Instant::now();
    let before = morning.told();
    while morning.told() == before {
        assert!(lifted.elapsed() < 10 * BACK, "{}", service.said());
        morning.new_act(service, Act::Tap).await;
    }
    let back = lifted.elapsed();
    assert!(morning.again(service).await, "{}", service.said());
    morning.play(service).await;
    assert_eq!(morning.missing(place).await, []);
    back
}

async fn settled(service: Service, morning: Morning, place: &Place, back: Duration) -> (usize, Duration) {
    assert!(service.stop().success());
    assert_eq!(morning.missing(place).await, []);
    assert_eq!(place.verify(), None);
    assert_eq!(morning.wrong, [""; 0]);
    assert!(back < BACK, "back after {back:?}");
    (morning.told(), back)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_may_not_grow_is_a_full_disk() {
    let copy = World::copy().await;
    let place = &copy.world.place;
    let mut morning = Morning::new(&copy.world);
    let service = Service::start(place);
    for _ in 0..5 {
        morning.new_act(&service, Act::Tap).await;
    }
    let log = fs::metadata(place.folder.join("headroom.sqlite-wal")).unwrap();
    service.limit(&(log.len() + 4_096).to_string());
    fail(&service, &mut morning, 2).await;
    service.limit("unlimited");
    let back = recover(&service, &mut morning, place).await;
    let (told, back) = settled(service, morning, place, back).await;
    println!("a file that may not grow: {told} acknowledged, 0 missing, back after {back:?}");
}
