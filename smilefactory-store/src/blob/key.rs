//! Names of contents.

use chrono::NaiveDate;
use smilefactory_core::content::ContentDigest;
use smilefactory_core::id::{Id, MediaId, TenantId};

use crate::partition::ArchivedTable;

/// What a content is kept under.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum BlobKey {
    /// A content that was looked into.
    Content {
        /// Whose it is.
        tenant: TenantId,
        /// Its SHA-256.
        digest: ContentDigest,
    },
    /// The thumbnail of a content.
    Thumbnail {
        /// Whose it is.
        tenant: TenantId,
        /// The SHA-256 of the content it was made from.
        digest: ContentDigest,
    },
    /// A part of the archive of a month of a table.
    Archive {
        /// Whose it is.
        tenant: TenantId,
        /// The table.
        table: ArchivedTable,
        /// The first day of the month.
        month: NaiveDate,
        /// Its SHA-256.
        digest: ContentDigest,
    },
    /// What was uploaded and not looked into yet.
    Staged {
        /// Whose it is.
        tenant: TenantId,
        /// The file it is to be the content of.
        media: MediaId,
    },
}

impl BlobKey {
    /// The path in the folder or bucket: nothing of it comes from people.
    pub(super) fn path(self) -> String {
        match self {
            Self::Content { tenant, digest } => format!("{tenant}/{digest}"),
            Self::Thumbnail { tenant, digest } => format!("{tenant}/{digest}.thumbnail"),
            Self::Archive { tenant, table, month, digest } => {
                format!("{tenant}/archive/{table}/{}/{digest}.jsonl.gz", month.format("%Y-%m"))
            }
            Self::Staged { tenant, media } => format!("{}/{media}", Self::staging(tenant)),
        }
    }

    /// Where a tenant's uploads wait.
    pub(super) fn staging(tenant: TenantId) -> String {
        format!("{tenant}/staging")
    }

    /// The file that what waits under this name is for.
    pub(super) fn staged_for(name: &str) -> Option<MediaId> {
        uuid::Uuid::parse_str(name).ok().map(MediaId::from_uuid)
    }
}
