//! A walk through the SDK, step by step, against a server it starts. `sdk-tour --help` says what it can do.

mod cli;
mod instance;
mod mail;
mod people;
mod show;
mod steps;
mod tour;

use std::process::ExitCode;

use clap::Parser;

use crate::cli::Options;
use crate::instance::Instance;
use crate::tour::Tour;

/// Why it did not work, in words that say what to do.
type Error = Box<dyn std::error::Error + Send + Sync>;

#[tokio::main]
async fn main() -> ExitCode {
    match run(&Options::parse()).await {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            complain(error.as_ref());
            ExitCode::FAILURE
        }
    }
}

/// Whether every step did what it should.
async fn run(options: &Options) -> Result<bool, Error> {
    let instance = Instance::of(options).await?;
    let mut tour = Tour::default();
    let walked = steps::walk(&mut tour, &instance).await;
    tour.summarise();
    instance.stop().await?;
    Ok(walked.is_ok())
}

#[expect(clippy::print_stderr, reason = "this is a program")]
fn complain(error: &dyn std::error::Error) {
    eprintln!("error: {error}");
    let mut source = error.source();
    while let Some(cause) = source {
        eprintln!("  because {cause}");
        source = cause.source();
    }
}
