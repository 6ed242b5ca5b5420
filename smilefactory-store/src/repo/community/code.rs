//! Codes that groups are joined with.

use smilefactory_core::community::GroupCode;
use smilefactory_core::id::{GroupCodeId, GroupId};
use smilefactory_core::identity::TokenDigest;
use smilefactory_core::page::{Page, PageRequest};

use crate::error::Result;

/// Reads codes.
pub trait ReadGroupCodes {
    /// The code with this id.
    fn get(&mut self, id: GroupCodeId) -> impl Future<Output = Result<Option<GroupCode>>> + Send;

    /// The codes of a group, the last made first.
    fn list(
        &mut self,
        group: GroupId,
        page: &PageRequest<GroupCodeId>,
    ) -> impl Future<Output = Result<Page<GroupCode, GroupCodeId>>> + Send;

    /// The code that has this digest.
    fn find_by_code(
        &mut self,
        digest: &TokenDigest,
    ) -> impl Future<Output = Result<Option<GroupCode>>> + Send;
}

/// Writes codes.
pub trait WriteGroupCodes: ReadGroupCodes {
    /// Makes a code.
    fn insert(&mut self, code: &GroupCode, digest: &TokenDigest) -> impl Future<Output = Result<()>> + Send;

    /// Takes a code back; `Stale` when somebody did.
    fn revoke(&mut self, code: &GroupCode) -> impl Future<Output = Result<()>> + Send;

    /// Counts one more who came with a code; `false` when as many did as may, or it is no longer good. Of two who come
    /// at once with its last use one is counted.
    fn count_use(&mut self, id: GroupCodeId) -> impl Future<Output = Result<bool>> + Send;
}
