//! Codes that groups are joined with.

use smilefactory_core::id::{ConversationId, InvitationId};
use smilefactory_core::identity::TokenDigest;
use smilefactory_core::messaging::GroupInvitation;
use smilefactory_core::page::{Page, PageRequest};

use crate::error::Result;

/// Reads codes.
pub trait ReadInvitations {
    /// The code with this id.
    fn get(&mut self, id: InvitationId) -> impl Future<Output = Result<Option<GroupInvitation>>> + Send;

    /// The codes of a group, the last made first.
    fn list(
        &mut self,
        conversation: ConversationId,
        page: &PageRequest<InvitationId>,
    ) -> impl Future<Output = Result<Page<GroupInvitation, InvitationId>>> + Send;

    /// The code that has this digest.
    fn find_by_code(
        &mut self,
        digest: &TokenDigest,
    ) -> impl Future<Output = Result<Option<GroupInvitation>>> + Send;
}

/// Writes codes.
pub trait WriteInvitations: ReadInvitations {
    /// Makes a code.
    fn insert(
        &mut self,
        invitation: &GroupInvitation,
        digest: &TokenDigest,
    ) -> impl Future<Output = Result<()>> + Send;

    /// Takes a code back; `Stale` when somebody did.
    fn revoke(&mut self, invitation: &GroupInvitation) -> impl Future<Output = Result<()>> + Send;

    /// Counts one more who came with a code; `false` when as many did as may, or it is no longer good.
    fn count_use(&mut self, id: InvitationId) -> impl Future<Output = Result<bool>> + Send;
}
