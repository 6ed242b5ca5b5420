//! The platform's main job in one command: a community on a database of its own, and for some of its people whom
//! they should meet, and why. `quickstart --help` says what it can do.

mod cleaning;
mod cli;
mod community;
mod data;
mod deals;
mod fiction;
mod memory;
mod person;
mod real;
mod run;
mod show;
mod steps;
mod talk;
mod topics;

use std::process::ExitCode;

use clap::Parser;

use crate::cli::Options;

/// Why it did not work, in words that say what to do.
type Error = Box<dyn std::error::Error + Send + Sync>;

#[tokio::main]
async fn main() -> ExitCode {
    match run::run(&Options::parse()).await {
        Ok(()) => ExitCode::SUCCESS,
        // Whoever reads the output has seen enough.
        Err(error) if is_broken_pipe(error.as_ref()) => ExitCode::SUCCESS,
        Err(error) => {
            complain(error.as_ref());
            ExitCode::FAILURE
        }
    }
}

fn is_broken_pipe(error: &(dyn std::error::Error + 'static)) -> bool {
    let error = error.downcast_ref::<std::io::Error>();
    error.is_some_and(|error| error.kind() == std::io::ErrorKind::BrokenPipe)
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
