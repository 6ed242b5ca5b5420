//! Whom people do not want to be shown again.

use smilefactory_core::id::AccountId;
use smilefactory_core::page::{Page, PageRequest};

use crate::error::Result;

/// Reads whom people dismissed.
pub trait ReadDismissals {
    /// Everybody this account dismissed, whoever signed up last first.
    fn list(
        &mut self,
        account: AccountId,
        page: &PageRequest<AccountId>,
    ) -> impl Future<Output = Result<Page<AccountId, AccountId>>> + Send;

    /// Those of the candidates whom this account dismissed.
    fn among(
        &mut self,
        account: AccountId,
        candidates: &[AccountId],
    ) -> impl Future<Output = Result<Vec<AccountId>>> + Send;
}

/// Dismisses people.
pub trait WriteDismissals: ReadDismissals {
    /// Notes that this account does not want to be shown the candidate again; `false` when that was noted already.
    /// A candidate who does not exist is `Missing`.
    fn insert(
        &mut self,
        account: AccountId,
        candidate: AccountId,
    ) -> impl Future<Output = Result<bool>> + Send;

    /// Forgets whom this account dismissed, and who dismissed it; says how many there were.
    fn erase(&mut self, account: AccountId) -> impl Future<Output = Result<u64>> + Send;

    /// Takes it back; `false` when it was not noted.
    fn delete(
        &mut self,
        account: AccountId,
        candidate: AccountId,
    ) -> impl Future<Output = Result<bool>> + Send;
}
