//! Imports: files of many rows, read into a community by whoever runs the installation.
//!
//! What an import did is told once a batch and once at its end, not once a row: whoever reacts to it looks at what is
//! there then. The rows themselves say which import had them last, and the import which file that was.

mod event;
mod innovator;

pub use self::event::{ListedEventDraft, ListedEventInput, ListedEventPatch};
pub use self::innovator::{ListedInnovatorDraft, ListedInnovatorInput, ListedInnovatorPatch};

use crate::choice::choices;
use crate::fact::facts;
use crate::id::ImportId;
use crate::text::Slug;

choices! {
    /// What the rows of a file are.
    ImportKind {
        /// Organisations.
        Organisations = "organisations",
        /// Money that organisations were given; they are imported before.
        FundingRounds = "funding_rounds",
        /// Start-ups, as accounts with profiles; how far they are is told by rounds that were imported before.
        Innovators = "innovators",
        /// Events of the community's calendar.
        Events = "events",
    }

    /// How far an import is.
    ImportState {
        /// It is being read, or was interrupted and can be gone on with.
        Running = "running",
        /// All of the file was read.
        Finished = "finished",
        /// Another file of the same kind and source came before its end.
        Superseded = "superseded",
    }
}

facts! {
    /// Rows of a file were read, all of those between two places.
    BatchImported = "bulk.batch.imported" v 1 of import: ImportId {
        /// What they are.
        kind: ImportKind,
        /// Whose file it is.
        source: Slug,
        /// How many are new.
        inserted: u64,
        /// How many were there and said something else.
        updated: u64,
        /// How many were there as they are.
        unchanged: u64,
        /// How many were not read, for a reason that is kept.
        skipped: u64,
    }

    /// All of a file was read.
    ImportFinished = "bulk.import.finished" v 1 of import: ImportId {
        /// What its rows are.
        kind: ImportKind,
        /// Whose file it is.
        source: Slug,
    }
}
