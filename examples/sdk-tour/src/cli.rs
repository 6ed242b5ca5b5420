//! The command line.

use std::path::PathBuf;

use clap::Parser;

/// Walks through the SDK step by step, and says what it does.
///
/// It starts a server of its own, on a database inside this process that vanishes with it: nothing has to be
/// installed or set. It exits with 1 when a step does not do what it should.
#[derive(Clone, Parser)]
#[command(name = "sdk-tour", version)]
pub(crate) struct Options {
    /// Use this server in the place of an own one; the people the tour makes up stay there
    #[arg(long, value_name = "URL")]
    pub(crate) url: Option<String>,
    /// The community on that server, if it has several
    #[arg(long, value_name = "SLUG", requires = "url")]
    pub(crate) tenant: Option<String>,
    /// The folder that server writes its mail to; without it, the step that takes a mail is left out
    #[arg(long, value_name = "FOLDER", requires = "url")]
    pub(crate) mail: Option<PathBuf>,
    /// The address of an admin of that community; without it, the steps that take one are left out
    #[arg(long, value_name = "EMAIL", requires_all = ["url", "staff_password"])]
    pub(crate) staff: Option<String>,
    /// What they log in with
    #[arg(long, value_name = "PASSWORD", env = "SMILEFACTORY_STAFF_PASSWORD", hide_env_values = true)]
    pub(crate) staff_password: Option<String>,
}
