//! What moderation thinks of content.

use smilefactory_core::content::Standing;
use smilefactory_core::content::moderation::ReportSubject;

use crate::error::Result;

/// Changes what moderation thinks of content.
pub trait WriteStandings {
    /// Gives a post or a comment another standing, whatever its version; says `false` when it has this standing
    /// already, or is gone, or is a profile, which has none. Its version goes up, so that whoever edits it at the
    /// same moment is `Stale`.
    fn set(
        &mut self,
        subject: ReportSubject,
        standing: Standing,
    ) -> impl Future<Output = Result<bool>> + Send;
}
