//! What two people are to each other.

use std::collections::HashMap;

use smilefactory_core::id::AccountId;
use smilefactory_core::profile::ViewerClass;
use smilefactory_core::social::Pair;

use crate::error::Result;

/// Says what people are to each other: the one answer that everything shown to somebody is shown by. Staff are not
/// told apart here: who calls knows their role.
pub trait ReadRelations {
    /// What `viewer` is to `owner`. It is [`Blocked`](ViewerClass::Blocked) when either blocked the other.
    fn class_of(
        &mut self,
        viewer: AccountId,
        owner: AccountId,
    ) -> impl Future<Output = Result<ViewerClass>> + Send;

    /// What `viewer` is to each of these people, in one statement; an id that nobody has is a
    /// [`Member`](ViewerClass::Member)'s.
    fn classes_of(
        &mut self,
        viewer: AccountId,
        owners: &[AccountId],
    ) -> impl Future<Output = Result<HashMap<AccountId, ViewerClass>>> + Send;

    /// Whether one of the two blocked the other.
    fn is_barred(&mut self, a: AccountId, b: AccountId) -> impl Future<Output = Result<bool>> + Send;
}

/// Holds what two people are to each other.
pub trait WriteRelations: ReadRelations {
    /// Waits until nobody else changes what these two are to each other, and keeps it so to the end of the unit of
    /// work. Whoever asks, answers, removes, blocks, mutes or writes a first message takes it before they look.
    fn lock_pair(&mut self, pair: Pair) -> impl Future<Output = Result<()>> + Send;
}
