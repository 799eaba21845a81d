//! What a process took.

use std::{
    fs,
    process::{Child, ExitStatus},
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
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

/// Looks at the memory of this process, but for what is read from its own file, until it is dropped: in kB.
pub(crate) struct OwnMemory {
    before: u64,
    most: Arc<AtomicU64>,
}

impl OwnMemory {
    pub(crate) fn watch() -> Self {
        let most = Arc::new(AtomicU64::new(0));
        let noted = Arc::downgrade(&most);
        std::thread::spawn(move || {
            while let Some(most) = noted.upgrade() {
                most.fetch_max(of_status("/proc/self/status", "RssAnon:"), Ordering::Relaxed);
                drop(most);
                std::thread::sleep(Duration::from_millis(10));
            }
        });
        Self { before: of_status("/proc/self/status", "RssAnon:"), most }
    }

    /// The most it held, more than before.
    pub(crate) fn more(&self) -> u64 {
        self.most.load(Ordering::Relaxed).saturating_sub(self.before)
    }
}

fn high_water(status: &str) -> u64 {
    of_status(status, "VmHWM:")
}

fn of_status(status: &str, name: &str) -> u64 {
    let text = fs::read_to_string(status).unwrap_or_default();
    text.lines()
        .find_map(|line| line.strip_prefix(name))
        .and_then(|rest| rest.trim().trim_end_matches(" kB").parse().ok())
        .unwrap_or(0)
}
