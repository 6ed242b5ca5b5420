use std::io;
use std::path::{Path, PathBuf};

use super::Release;

/// Why no native PostgreSQL could be had; each message says what to do about it.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum NativeError {
    /// The release asked for is none of [`Release::ALL`].
    #[error("unknown PostgreSQL release `{given}`: set {} to 15 or 18", super::RELEASE_VARIABLE)]
    UnknownRelease {
        /// What was asked for.
        given: String,
    },
    /// There is no Cargo target folder to keep the binaries in.
    #[error(
        "no Cargo target folder found to keep PostgreSQL in: set {} to an absolute path",
        super::FOLDER_VARIABLE
    )]
    NoFolder,
    /// A program that is needed to obtain or run PostgreSQL is not installed.
    #[error("`{tool}` does not run here: {remedy}")]
    MissingTool {
        /// The program.
        tool: String,
        /// What to install, and how.
        remedy: String,
    },
    /// The machine's package sources name no archive that has the packages of Debian 12.
    #[error(
        "no Debian archive among this machine's apt sources, and PostgreSQL 15 comes from Debian 12's packages: add a \
         Debian source, or set {}=18",
        super::RELEASE_VARIABLE
    )]
    NoArchive,
    /// Shared libraries are missing even after those of the distribution were fetched.
    #[error(
        "PostgreSQL {release} in {} needs shared libraries that are not there: {}; install them",
        folder.display(),
        libraries.join(", ")
    )]
    MissingLibraries {
        /// The release that was being prepared.
        release: Release,
        /// Where it was being prepared.
        folder: PathBuf,
        /// The names the loader did not find.
        libraries: Vec<String>,
    },
    /// Root may not run PostgreSQL, and there is no other account to run it as.
    #[error(
        "PostgreSQL refuses to run as root, and /etc/passwd has neither `postgres` nor `nobody`: add one, or run as \
         another user"
    )]
    NoAccount,
    /// No folder for temporary files can be entered by the account PostgreSQL runs as.
    #[error(
        "the account of PostgreSQL may enter no folder for temporary files ({}): set TMPDIR to one it may",
        tried.iter().map(|path| path.display().to_string()).collect::<Vec<_>>().join(", ")
    )]
    NoTemporaryFolder {
        /// The folders looked at.
        tried: Vec<PathBuf>,
    },
    /// A program ended with an error.
    #[error("`{command}` failed ({status}):\n{output}")]
    Command {
        /// The program and its arguments.
        command: String,
        /// Its exit status.
        status: String,
        /// The end of what it wrote.
        output: String,
    },
    /// The server ended instead of getting ready.
    #[error("PostgreSQL ended while it started; the end of its log:\n{log}")]
    DidNotStart {
        /// The end of its log.
        log: String,
    },
    /// The server neither ended nor got ready.
    #[error("PostgreSQL did not answer on port {port} within {seconds} s; the end of its log:\n{log}")]
    DidNotAnswer {
        /// The port of 127.0.0.1 it should listen on.
        port: u16,
        /// How long it was waited for.
        seconds: u64,
        /// The end of its log.
        log: String,
    },
    /// The server did not end when it was told to.
    #[error("PostgreSQL (process {process}) did not stop within {seconds} s; the end of its log:\n{log}")]
    DidNotStop {
        /// Its process id.
        process: u32,
        /// How long it was waited for.
        seconds: u64,
        /// The end of its log.
        log: String,
    },
    /// The name of a lock has characters that do not belong into a file name.
    #[error("`{name}` is no name for a lock: use 1 to 100 of a-z, A-Z, 0-9, `-` and `_`")]
    LockName {
        /// What was given.
        name: String,
    },
    /// A file or process could not be handled.
    #[error("cannot {action} {}", path.display())]
    Io {
        /// What was being done.
        action: &'static str,
        /// To which file, folder or program.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
}

/// Says what was being done, and to which file, when the system refused.
pub(super) fn io_error(action: &'static str, path: &Path) -> impl FnOnce(io::Error) -> NativeError {
    move |source| NativeError::Io { action, path: path.to_owned(), source }
}
