//! The command line, and the environment behind it.

#![expect(
    clippy::doc_link_with_quotes,
    clippy::doc_markdown,
    reason = "the documentation is what `--help` prints, where neither backticks nor brackets have a meaning"
)]

use std::net::SocketAddr;
use std::path::PathBuf;
use std::str::FromStr;
use std::time::Duration;

use clap::{Args, Parser, Subcommand, ValueEnum};
use smilefactory_core::bulk::ImportKind;
use smilefactory_core::event::Zone;
use smilefactory_core::id::{FactId, TenantId};
use smilefactory_core::identity::Role;
use smilefactory_core::text::{Email, Slug};

use crate::mail::{SmtpUrl, SmtpUrlError};

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
    /// Write what a community has from a source, an object a line, as `import` reads it back
    Export(ExportFile),
    /// Read a file of many rows into a community
    ///
    /// What breaks a rule is skipped and reported with its line; nothing is mended silently. An import that was stopped at
    /// any time goes on where it was when it is started again; the same file again does nothing, and a newer file of the
    /// same source changes what is there. Ends with 0 when every row is in, with 3 when rows were skipped, with 1 when it
    /// did not come to its end.
    Import(ImportFile),
    /// Bring the database to the newest schema, and say which that is
    ///
    /// Logs in as the schema's owner: SMILEFACTORY_MIGRATION_URL, else SMILEFACTORY_DATABASE_URL. Safe to run from
    /// several machines at once. An embedded database is migrated whenever it is opened.
    Migrate(Place),
    /// Print the OpenAPI document
    Openapi,
    /// Look after facts that readers of the outbox gave up
    ///
    /// Each is a thing that happened and that some reader (who sends mails, makes vectors, assesses profiles …) failed
    /// at as often as it tries. `outbox list` says why; mend the cause, then `retry`, or `drop` what is not worth it.
    #[command(subcommand)]
    Outbox(OutboxCommand),
    /// Manage the communities of this installation
    #[command(subcommand)]
    Tenant(TenantCommand),
}

/// What is imported, from where, into which community.
#[derive(Clone, Debug, Args)]
pub struct ImportFile {
    /// What the rows are: organisations, the funding_rounds of organisations that were imported before, innovators, or events
    #[arg(value_name = "organisations|funding_rounds|innovators|events")]
    pub kind: ImportKind,
    /// The file: JSON Lines as `export` writes them, the CSV of CrunchBase's exports, or the conferences of tech-conferences
    pub file: PathBuf,
    /// The community's name in addresses
    #[arg(long)]
    pub tenant: Slug,
    /// A name for whose file it is: rows are known again by the keys that this source has for them
    #[arg(long)]
    pub source: Slug,
    /// How the rows are written; as the ending of the file's name says unless given
    #[arg(long, value_enum)]
    pub format: Option<RowFormat>,
    /// Where days are meant that the file has without a zone, such as Africa/Harare; UTC unless given
    #[arg(long)]
    pub zone: Option<Zone>,
    /// Where to write what was skipped, an object a line: line, pointer, code, message
    #[arg(long, value_name = "FILE")]
    pub skipped: Option<PathBuf>,
    /// Where the data lies.
    #[command(flatten)]
    pub place: Place,
}

/// How the rows of a file are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum RowFormat {
    /// An object a line
    Jsonl,
    /// Comma-separated values with the columns of CrunchBase
    Crunchbase,
    /// An object a line with the conferences of tech-conferences
    Conferences,
}

/// What is exported, of which community.
#[derive(Clone, Debug, Args)]
pub struct ExportFile {
    /// What to write: organisations, funding_rounds, innovators or events
    #[arg(value_name = "organisations|funding_rounds|innovators|events")]
    pub kind: ImportKind,
    /// The community's name in addresses
    #[arg(long)]
    pub tenant: Slug,
    /// Whose rows
    #[arg(long)]
    pub source: Slug,
    /// Into which file; to standard output unless given
    #[arg(long, value_name = "FILE")]
    pub out: Option<PathBuf>,
    /// Where the data lies.
    #[command(flatten)]
    pub place: Place,
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
    /// Set something for a community, and print what is set then
    ///
    /// What is left out stays, and null stands for what every community begins with. Without SETTINGS, it only prints.
    Set {
        /// Its name in addresses
        #[arg(long)]
        slug: Slug,
        /// A JSON object of what is to change: '{"posts_need_review": true, "screening": {"held_words": ["casino"]}}'
        #[arg(value_name = "SETTINGS", default_value = "{}")]
        settings: String,
        /// Where the data lies.
        #[command(flatten)]
        place: Place,
    },
    /// Give somebody who has an account a role: who reviews and moderates, who runs the community, or neither
    ///
    /// It holds from their next request on. Nobody gives roles over HTTP.
    Appoint {
        /// The community's name in addresses
        #[arg(long)]
        slug: Slug,
        /// The address they signed up with
        #[arg(long)]
        email: Email,
        /// moderator reviews and moderates, admin does so too and changes the community's settings, member does neither
        #[arg(long, value_name = "moderator|admin|member")]
        role: Role,
        /// Where the data lies.
        #[command(flatten)]
        place: Place,
    },
}

/// What is done about facts that were given up.
#[derive(Clone, Debug, Subcommand)]
#[non_exhaustive]
pub enum OutboxCommand {
    /// Say how the readers stand, and list what they gave up
    List {
        /// Only of this reader
        #[arg(long)]
        reader: Option<String>,
        /// Where the data lies.
        #[command(flatten)]
        place: Place,
    },
    /// Let a reader try a fact again
    Retry(DeadFact),
    /// Drop a fact for a reader: it counts as handled
    Drop(DeadFact),
}

/// A fact that a reader gave up, as `outbox list` names it.
#[derive(Clone, Debug, Args)]
pub struct DeadFact {
    /// The reader
    #[arg(long)]
    pub reader: String,
    /// The id of the community
    #[arg(long)]
    pub tenant: TenantId,
    /// The id of the fact
    #[arg(long)]
    pub fact: FactId,
    /// Where the data lies.
    #[command(flatten)]
    pub place: Place,
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
    /// Where mail goes: a server, a folder of .eml files, or `log` (secrets and all: for one's own machine only)
    ///
    /// A server is smtps://user:password@host, or smtp://user:password@host?tls=required; what goes through the network
    /// in the clear must say so by ?tls=none.
    #[arg(long, value_name = "URL|FOLDER|log", env = "SMILEFACTORY_MAIL", hide_env_values = true)]
    pub mail: Option<MailTo>,
    /// Who mails come from that go to a server: "The community <no-reply@example.org>"
    #[arg(long, value_name = "ADDRESS", env = "SMILEFACTORY_MAIL_FROM")]
    pub mail_from: Option<String>,
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
    /// To a server.
    Smtp(SmtpUrl),
}

impl FromStr for MailTo {
    type Err = SmtpUrlError;

    fn from_str(text: &str) -> Result<Self, SmtpUrlError> {
        match text.split_once("://") {
            _ if text == "log" => Ok(Self::Log),
            Some(("smtp" | "smtps", _)) => text.parse().map(Self::Smtp),
            _ => Ok(Self::Folder(text.into())),
        }
    }
}

fn seconds(text: &str) -> Result<Duration, String> {
    match text.parse() {
        Ok(seconds @ 1..=3600) => Ok(Duration::from_secs(seconds)),
        _ => Err("must be a whole number of seconds from 1 to 3600".to_owned()),
    }
}
