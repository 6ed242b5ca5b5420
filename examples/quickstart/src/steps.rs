//! The steps of the work: a progress bar while one is under way, and how long it took.

use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressStyle};

/// The steps that were done, in order.
#[derive(Debug, Default)]
pub(crate) struct Steps(Vec<(&'static str, Duration)>);

/// A step that is under way. Its bar is drawn on standard error, and only where that is a terminal.
#[derive(Debug)]
pub(crate) struct Step {
    name: &'static str,
    began: Instant,
    bar: ProgressBar,
}

impl Step {
    /// Begins a step of so many parts; of unknown length when there are none.
    pub(crate) fn begin(name: &'static str, parts: usize) -> Self {
        let (bar, template) = match u64::try_from(parts) {
            Ok(0) | Err(_) => (ProgressBar::new_spinner(), "{spinner} {msg} {elapsed}"),
            Ok(parts) => (ProgressBar::new(parts), "{msg:24} {wide_bar} {pos}/{len} {eta}"),
        };
        let style = ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar());
        bar.set_style(style);
        bar.set_message(name);
        bar.enable_steady_tick(Duration::from_millis(100));
        Self { name, began: Instant::now(), bar }
    }

    /// So many parts more are done.
    pub(crate) fn advance(&self, parts: u64) {
        self.bar.inc(parts);
    }
}

impl Drop for Step {
    /// A step that failed leaves no bar behind.
    fn drop(&mut self) {
        self.bar.finish_and_clear();
    }
}

impl Steps {
    /// The step is done.
    pub(crate) fn end(&mut self, step: &Step) {
        self.0.push((step.name, step.began.elapsed()));
    }

    /// Each step with the time it took.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (&'static str, Duration)> + '_ {
        self.0.iter().copied()
    }

    /// All steps together.
    pub(crate) fn total(&self) -> Duration {
        self.iter().map(|(_, took)| took).sum()
    }
}
