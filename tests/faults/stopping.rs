//! Told to stop, it closes the database: the file alone is everything.

use std::{
    fs,
    io::Write,
    net::TcpStream,
    time::{Duration, Instant},
};

use crate::{
    morning::Morning,
    service::{Place, Service, World},
};

/// What is in the file alone, without what may lie beside it.
async fn alone(morning: &Morning, place: &Place) {
    let copy = World::copy().await;
    let other = &copy.world.place;
    fs::copy(place.file(), other.file()).unwrap();
    assert_eq!(morning.missing(other).await, []);
    assert_eq!(other.verify(), None);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_copy_of_the_file_is_a_copy_of_everything() {
    let copy = World::copy().await;
    let place = &copy.world.place;
    let service = Service::start(place);
    let mut morning = Morning::new(&copy.world);
    morning.play(&service).await;
    let begun = Instant::now();
    assert!(service.stop().success());
    let stopped = begun.elapsed();
    assert!(stopped < Duration::from_secs(3), "{stopped:?}");
    assert!(!place.folder.join("headroom.sqlite-wal").exists());
    alone(&morning, place).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stalled_upload_does_not_keep_it_open() {
    let copy = World::copy().await;
    let place = &copy.world.place;
    let service = Service::start(place);
    let mut morning = Morning::new(&copy.world);
    morning.play(&service).await;
    let mut upload = TcpStream::connect(service.address()).unwrap();
    let head = format!(
        "POST /api/v1/practices/A81001/imports HTTP/1.1\r\nhost: localhost\r\ncookie: {}\r\n\
         sec-fetch-site: same-origin\r\ncontent-type: text/csv\r\ncontent-length: 100000\r\n\r\nten bytes!",
        copy.world.manager
    );
    upload.write_all(head.as_bytes()).unwrap();
    tokio::time::sleep(Duration::from_millis(200)).await;
    let begun = Instant::now();
    assert!(service.stop().success());
    let stopped = begun.elapsed();
    assert!(stopped < Duration::from_millis(10_500), "{stopped:?}");
    alone(&morning, place).await;
}
