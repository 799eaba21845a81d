//! What a process took.

use std::{
    fs,
    process::{Child, ExitStatus},
    time::Duration,
};

/// Waits for a process: how it ended, and the most memory it held, in kB.
pub(crate) fn watch(child: &mut Child) -> (ExitStatus, u64) {
    let status = format!("/proc/{}/status", child.id());
    let mut most = 0;
    loop {
        most = most.max(high_water(&status));
        if let Some(ended) = child.try_wait().unwrap() {
            return (ended, most);
        }
        std::thread::sleep(Duration::from_millis(10));
    }
}

fn high_water(status: &str) -> u64 {
    let text = fs::read_to_string(status).unwrap_or_default();
    text.lines()
        .find_map(|line| line.strip_prefix("VmHWM:"))
        .and_then(|rest| rest.trim().trim_end_matches(" kB").parse().ok())
        .unwrap_or(0)
}
