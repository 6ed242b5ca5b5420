//! The command line, and the environment behind it.

#![expect(
    clippy::doc_markdown,
    reason = "the documentation is what `--help` prints, where backticks have no meaning"
)]

use std::net::SocketAddr;
use std::path::PathBuf;
use std::str::FromStr;
use std::time::Duration;

use clap::{Args, Parser, Subcommand, ValueEnum};
use smilefactory_core::text::Slug;

/// The SmileFactory platform over HTTP.
///
/// Without a command it serves. Without SMILEFACTORY_DATABASE_URL it runs on a database of its own inside the
/// process: nothing has to be installed, and nothing set.
#[derive(Clone, Debug, Parser)]
#[command(name = "server", version, args_conflicts_with_subcommands = true)]
pub struct Cli {
    /// What to do; `serve` when nothing is said.
    #[command(subcommand)]
    pub command: Option<Command>,
    /// How to serve.
    #[command(flatten)]
    pub serve: Serve,
}

/// What the program does.
#[derive(Clone, Debug, Subcommand)]
#[non_exhaustive]
pub enum Command {
    /// Answer requests until SIGTERM or Ctrl-C, then finish those that are under way
    Serve(Serve),
    /// Bring the database to the newest schema, and say which that is
    ///
    /// Logs in as the schema's owner: SMILEFACTORY_MIGRATION_URL, else SMILEFACTORY_DATABASE_URL. Safe to run from
    /// several machines at once. An embedded database is migrated whenever it is opened.
    Migrate(Place),
    /// Print the OpenAPI document
    Openapi,
    /// Manage the communities of this installation
    #[command(subcommand)]
    Tenant(TenantCommand),
}

/// What is done about communities.
#[derive(Clone, Debug, Subcommand)]
#[non_exhaustive]
pub enum TenantCommand {
    /// A community joins: its people, posts and everything else are its own
    Add {
        /// Its name in addresses: 2 to 63 of a-z, 0-9 and -
        #[arg(long)]
        slug: String,
        /// Its name for people
        #[arg(long)]
        name: String,
        /// Where the data lies.
        #[command(flatten)]
        place: Place,
    },
}

/// Where the data lies.
#[derive(Clone, Debug, Default, Args)]
pub struct Place {
    /// The folder of the embedded database; without it, and without SMILEFACTORY_DATABASE_URL, the data vanishes
    /// with the process
    #[arg(long, value_name = "FOLDER")]
    pub data: Option<PathBuf>,
}

/// How to serve.
#[derive(Clone, Debug, Args)]
pub struct Serve {
    /// Where to listen; port 0 takes a free one, which is printed
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:8080", env = "SMILEFACTORY_BIND")]
    pub bind: SocketAddr,
    /// Where the data lies.
    #[command(flatten)]
    pub place: Place,
    /// The community of callers who name none
    #[arg(long, value_name = "SLUG", env = "SMILEFACTORY_TENANT")]
    pub tenant: Option<Slug>,
    /// Where mail goes: a folder of .eml files, or `log` (secrets and all: for one's own machine only)
    #[arg(long, value_name = "FOLDER|log", env = "SMILEFACTORY_MAIL")]
    pub mail: Option<MailTo>,
    /// Where clients reach the server, as mails say it; without it, the address it listens on
    #[arg(long, value_name = "URL", env = "SMILEFACTORY_PUBLIC_URL")]
    pub public_url: Option<String>,
    /// How long a request may take, in seconds
    #[arg(long, value_name = "SECONDS", default_value = "30", value_parser = seconds, env = "SMILEFACTORY_REQUEST_TIMEOUT")]
    pub request_timeout: Duration,
    /// How the log is written; RUST_LOG says how much of it
    #[arg(long, value_enum, default_value_t = LogFormat::Text, env = "SMILEFACTORY_LOG")]
    pub log: LogFormat,
}

/// How the log is written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum LogFormat {
    /// Lines for people
    #[default]
    Text,
    /// An object a line, for programs
    Json,
}

/// Where mail goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum MailTo {
    /// Into the log.
    Log,
    /// Into a folder.
    Folder(PathBuf),
}

impl FromStr for MailTo {
    type Err = std::convert::Infallible;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Ok(if text == "log" { Self::Log } else { Self::Folder(text.into()) })
    }
}

fn seconds(text: &str) -> Result<Duration, String> {
    match text.parse() {
        Ok(seconds @ 1..=3600) => Ok(Duration::from_secs(seconds)),
        _ => Err("must be a whole number of seconds from 1 to 3600".to_owned()),
    }
}
