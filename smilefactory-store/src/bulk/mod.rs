//! Bulk import and export: files of many rows into a community, and out of it.
//!
//! A file is read once from its beginning to its end, in batches of bounded size, on a thread of its own. Each row is
//! parsed by core: what breaks a rule is skipped and kept with its line, the place in the row, and the rule; nothing is
//! mended silently. A batch goes by `COPY` into a temporary table and from there by one statement into the tables, with
//! their keys, checks and policies in force, as the service's role. How far the file was read is saved in the same
//! transaction: an import that was killed goes on behind what was committed, and does nothing when all of it was.
//!
//! A file belongs to a *source*, and its rows have the source's keys: when the source has a newer file, rows that are
//! there already are changed and not doubled. Two programs that import the same at once do not both go on:
//! [`BulkError::Busy`].
//!
//! One fact is told a batch ([`BatchImported`](smilefactory_core::bulk::BatchImported)) and none a row, and organisations
//! and rounds have no trail of their own: an outbox and a trail of as many rows as the tables themselves would say nothing
//! that the file does not. The import is in the trail, with the digest of its file; each row names its import.

mod copy;
mod csv;
mod events;
mod export;
mod file;
mod funding_rounds;
mod import;
mod innovators;
mod kind;
mod lines;
mod organisations;
mod read;

use std::io;
use std::path::PathBuf;

use chrono::{DateTime, Utc};
use smilefactory_core::bulk::{ImportKind, ImportState};
use smilefactory_core::event::Zone;
use smilefactory_core::id::ImportId;
use smilefactory_core::text::Slug;
use smilefactory_core::validation::Violation;

pub use self::export::export;
pub use self::import::{get, import, list_skips, skips_by_rule};
pub(crate) use self::read::Batch;
use crate::error::StoreError;

/// How the rows of a file are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Format {
    /// An object a line, as [`export`] writes them.
    JsonLines,
    /// Comma-separated values with the columns of the exports of CrunchBase of 2013.
    CrunchbaseCsv,
    /// An object a line, as the list of conferences of tech-conferences has them: days without times.
    Conferences,
}

impl Format {
    /// Whether rows of a kind are written so.
    pub const fn has(self, kind: ImportKind) -> bool {
        match self {
            Self::JsonLines => true,
            Self::CrunchbaseCsv => !matches!(kind, ImportKind::Events),
            Self::Conferences => matches!(kind, ImportKind::Events),
        }
    }
}

/// Which file is imported as what.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ImportPlan {
    /// What its rows are.
    pub kind: ImportKind,
    /// Whose file it is.
    pub source: Slug,
    /// Where it is.
    pub path: PathBuf,
    /// How its rows are written.
    pub format: Format,
    /// How many rows are read and committed at once.
    pub batch: usize,
    /// Where days are meant that a file has without a zone; UTC unless said.
    pub zone: Zone,
}

impl ImportPlan {
    /// Imports the file in batches of 4,000 rows.
    pub fn new(kind: ImportKind, source: Slug, path: impl Into<PathBuf>, format: Format) -> Self {
        Self { kind, source, path: path.into(), format, batch: 4_000, zone: Zone::UTC }
    }

    /// The same in batches of another size.
    #[must_use]
    pub fn in_batches_of(self, batch: usize) -> Self {
        Self { batch: batch.max(1), ..self }
    }

    /// The same with days of another zone.
    #[must_use]
    pub fn in_zone(self, zone: Zone) -> Self {
        Self { zone, ..self }
    }
}

/// What became of the rows of a file.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// How many are new.
    pub inserted: u64,
    /// How many were there and said something else.
    pub updated: u64,
    /// How many were there as they are.
    pub unchanged: u64,
    /// How many were not read.
    pub skipped: u64,
}

impl Tally {
    /// How many rows there were.
    pub const fn rows(&self) -> u64 {
        self.inserted + self.updated + self.unchanged + self.skipped
    }
}

/// One reading of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Import {
    /// Its id.
    pub id: ImportId,
    /// What the rows are.
    pub kind: ImportKind,
    /// Whose file it is.
    pub source: Slug,
    /// How far it is.
    pub state: ImportState,
    /// The SHA-256 of the file.
    pub digest: [u8; 32],
    /// How many bytes the file has.
    pub bytes: u64,
    /// How many of them were read.
    pub place: u64,
    /// The line that the next row is on, counted from 1.
    pub line: u64,
    /// What became of the rows so far.
    pub tally: Tally,
    /// When it was begun.
    pub started_at: DateTime<Utc>,
    /// When the last batch was committed.
    pub moved_at: DateTime<Utc>,
    /// How often it was saved.
    pub(crate) version: i64,
}

/// A rule that a row broke, for which it was not read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Skip {
    /// The line that the row is on, counted from 1.
    pub line: u64,
    /// Where in the row: a JSON pointer, of CSV with the name of the column.
    pub pointer: String,
    /// Which rule, one of [`code`](smilefactory_core::validation::code).
    pub code: String,
    /// The same for people.
    pub message: String,
}

impl Skip {
    pub(crate) fn new(line: u64, violation: Violation) -> Self {
        // Both may repeat what was read, however long that is, and PostgreSQL has no text with a NUL in it.
        let fit = |text: &str, most| -> String {
            text.chars().take(most).map(|one| if one == '\0' { '\u{fffd}' } else { one }).collect()
        };
        let Violation { pointer, code, message, .. } = violation;
        Self { line, pointer: fit(&pointer, 500), code: code.into_owned(), message: fit(&message, 2_000) }
    }
}

/// Why an import or an export did not come to its end. What was committed before stays, and the same import goes on
/// behind it.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum BulkError {
    /// The file cannot be read, or was changed meanwhile.
    #[error("{} cannot be read", path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// Why.
        #[source]
        source: io::Error,
    },
    /// The file does not have the form it is said to have.
    #[error("{} is not what it is said to be: {problem}", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        problem: String,
    },
    /// Somebody else imports files of this kind and source at the moment.
    #[error(
        "somebody else imports {kind} of {source_slug} at the moment: this import stopped, and theirs goes on"
    )]
    Busy {
        /// What is imported.
        kind: ImportKind,
        /// Whose.
        source_slug: Slug,
    },
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}
