//! Says in a terminal that something is going on; anywhere else it is silent.

use std::{borrow::Cow, io::IsTerminal, time::Duration};

use indicatif::{ProgressBar, ProgressStyle};

pub(super) struct Progress(ProgressBar);

impl Progress {
    /// Of work whose end is not known.
    pub(super) fn start(message: &'static str) -> Self {
        if !std::io::stderr().is_terminal() {
            return Self(ProgressBar::hidden());
        }
        let bar = ProgressBar::new_spinner();
        bar.set_style(ProgressStyle::default_spinner());
        bar.enable_steady_tick(Duration::from_millis(100));
        bar.set_message(message);
        Self(bar)
    }

    /// Of so many steps.
    pub(super) fn steps(steps: usize, message: &'static str) -> Self {
        if !std::io::stderr().is_terminal() {
            return Self(ProgressBar::hidden());
        }
        let bar = ProgressBar::new(u64::try_from(steps).unwrap_or(u64::MAX));
        if let Ok(style) = ProgressStyle::with_template("{msg} {wide_bar} {pos}/{len}") {
            bar.set_style(style);
        }
        bar.set_message(message);
        Self(bar)
    }

    pub(super) fn says(&self, what: impl Into<Cow<'static, str>>) {
        self.0.set_message(what);
    }

    pub(super) fn done(&self, more: usize) {
        self.0.inc(u64::try_from(more).unwrap_or(0));
    }

    pub(super) fn end(self) {
        self.0.finish_and_clear();
    }
}
