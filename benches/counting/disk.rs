//! The disk: how often it can be told to keep something, and how to make it slower.

use std::{
    env, fs,
    io::Write,
    process::{Command, Stdio},
    time::{Duration, Instant},
};

/// Appends of a page, each made sure of, one after the other.
pub(crate) fn fsyncs(length: Duration) -> f64 {
    let folder = tempfile::tempdir_in(".").unwrap();
    let mut file = fs::File::create(folder.path().join("fsync")).unwrap();
    let page = [7_u8; 4096];
    let started = Instant::now();
    let mut n = 0_u32;
    while started.elapsed() < length {
        file.write_all(&page).unwrap();
        file.sync_data().unwrap();
        n += 1;
    }
    f64::from(n) / started.elapsed().as_secs_f64()
}

/// Runs this bench again with a library that makes each fsync two milliseconds slower; answers contacts a second.
pub(crate) fn with_slow_fsync() -> f64 {
    let folder = tempfile::tempdir().unwrap();
    let library = folder.path().join("slow_fsync.so");
    let source = concat!(env!("CARGO_MANIFEST_DIR"), "/benches/counting/slow_fsync.c");
    let built = Command::new("cc")
        .args(["-shared", "-fPIC", "-O2", "-o"])
        .arg(&library)
        .args([source, "-ldl"])
        .status()
        .expect("a C compiler");
    assert!(built.success(), "cc");
    let output = Command::new(env::current_exe().unwrap())
        .env("LD_PRELOAD", &library)
        .env("HEADROOM_BENCH_SLOW", "1")
        .stderr(Stdio::inherit())
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", output.status);
    String::from_utf8(output.stdout).unwrap().trim().parse().unwrap()
}
