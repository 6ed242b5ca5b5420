//! The steps of the tour: what is done, what came of it, and how long it took.

use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressStyle};

use crate::{Error, show};

/// What a step leaves behind.
pub(crate) struct Told<T> {
    /// What later steps go on with.
    pub(crate) value: T,
    /// What came of it, in a line.
    pub(crate) outcome: String,
    /// What there is to be seen, if anything.
    pub(crate) seen: Option<String>,
}

impl<T> Told<T> {
    /// A step that came out like this.
    pub(crate) fn new(value: T, outcome: impl Into<String>) -> Self {
        Self { value, outcome: outcome.into(), seen: None }
    }

    /// With something to be seen.
    pub(crate) fn showing(self, seen: impl Into<String>) -> Self {
        Self { seen: Some(seen.into()), ..self }
    }
}

/// A step that was taken.
#[derive(Debug)]
pub(crate) struct Taken {
    /// What it was about.
    pub(crate) title: &'static str,
    /// What came of it, or why nothing did.
    pub(crate) outcome: Result<String, String>,
    /// How long it took.
    pub(crate) took: Duration,
}

/// A step did not do what it should; it was told already.
#[derive(Debug)]
pub(crate) struct Stopped;

/// The steps that were taken so far.
#[derive(Debug, Default)]
pub(crate) struct Tour(Vec<Taken>);

impl Tour {
    /// Takes a step. `code` is how the SDK is asked for it.
    pub(crate) async fn step<T>(
        &mut self,
        title: &'static str,
        code: &str,
        work: impl Future<Output = Result<Told<T>, Error>>,
    ) -> Result<T, Stopped> {
        say(&format!("\n{}. {title}\n   {}", self.0.len() + 1, code.replace('\n', "\n   ")));
        let waiting = spinner();
        let began = Instant::now();
        let done = work.await;
        let took = began.elapsed();
        waiting.finish_and_clear();
        let (value, outcome) = match done {
            Ok(Told { value, outcome, seen }) => {
                say(&format!("   ✓ {outcome}"));
                if let Some(seen) = seen {
                    say(&seen);
                }
                (Ok(value), Ok(outcome))
            }
            Err(error) => {
                say(&format!("   ✗ {error}"));
                (Err(Stopped), Err(error.to_string()))
            }
        };
        self.0.push(Taken { title, outcome, took });
        value
    }

    /// Says what was done and what was not.
    pub(crate) fn summarise(&self) {
        let done = self.0.iter().filter(|taken| taken.outcome.is_ok()).count();
        say(&format!("\n{}", show::summary(&self.0)));
        if done == self.0.len() {
            say(&format!("All {done} steps did what they should."));
        } else {
            say(&format!("{done} steps did what they should, then one did not."));
        }
    }
}

/// On standard error, and only where that is a terminal.
fn spinner() -> ProgressBar {
    let style = ProgressStyle::with_template("   {spinner} {elapsed}");
    let bar =
        ProgressBar::new_spinner().with_style(style.unwrap_or_else(|_| ProgressStyle::default_spinner()));
    bar.enable_steady_tick(Duration::from_millis(100));
    bar
}

#[expect(clippy::print_stdout, reason = "this is a program")]
pub(crate) fn say(text: &str) {
    println!("{text}");
}
