//! Requests to connect.

use serde::Serialize;
use smilefactory_core::id::{AccountId, ConnectionRequestId};
use smilefactory_core::page::{Page, PageRequest};
use smilefactory_core::profile::ProfileKind;
use smilefactory_core::social::{ConnectionRequest, Pair, RequestHistory, RequestState};

use crate::error::Result;

/// Which way requests go.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub enum Direction {
    /// To the account the list is of.
    Incoming,
    /// From it.
    Outgoing,
}

/// Which requests a list has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct RequestFilter {
    /// Which way they go.
    pub direction: Direction,
    /// Only those in this state, as they stand at the time of the unit of work.
    pub state: Option<RequestState>,
}

/// Reads requests to connect. Each is given as it stands at the time of the unit of work: one whose time is over is
/// expired, whether the sweep was there or not.
pub trait ReadConnectionRequests {
    /// The request with this id. Whom it is for is not decided here.
    fn get(
        &mut self,
        id: ConnectionRequestId,
    ) -> impl Future<Output = Result<Option<ConnectionRequest>>> + Send;

    /// The requests to or from an account, the last sent first; without those whose other side is blocked or
    /// suspended, or, of incoming ones, muted.
    fn list(
        &mut self,
        account: AccountId,
        filter: RequestFilter,
        page: &PageRequest<ConnectionRequestId>,
    ) -> impl Future<Output = Result<Page<ConnectionRequest, ConnectionRequestId>>> + Send;

    /// What `from` asked lately, and of whom, as far as it decides whether they may ask `to`, who is of this kind.
    fn history(
        &mut self,
        from: AccountId,
        to: AccountId,
        kind: ProfileKind,
    ) -> impl Future<Output = Result<RequestHistory>> + Send;
}

/// Writes requests to connect. Who does holds the [lock of the pair](super::WriteRelations::lock_pair).
pub trait WriteConnectionRequests: ReadConnectionRequests {
    /// Waits until nobody else asks in the name of this account, and keeps it so to the end of the unit of work: what
    /// is counted against a quota stays what it was. It is taken before the lock of a pair.
    fn lock_quota(&mut self, from: AccountId) -> impl Future<Output = Result<()>> + Send;

    /// Sends a request to somebody of this kind. The two having one that waits already is a `Conflict` of `pair`.
    fn insert(
        &mut self,
        request: &ConnectionRequest,
        kind: ProfileKind,
    ) -> impl Future<Output = Result<()>> + Send;

    /// Saves what became of a request.
    fn update(
        &mut self,
        request: &ConnectionRequest,
    ) -> impl Future<Output = Result<ConnectionRequest>> + Send;

    /// The request between these two that waits for an answer, whoever sent it, in whichever direction, its row
    /// locked; also one whose time is over and that nobody swept yet, as it was saved.
    fn lock_pending(
        &mut self,
        pair: Pair,
    ) -> impl Future<Output = Result<Option<ConnectionRequest>>> + Send;

    /// At most `most` requests that nobody answered in time, as they were saved, their rows locked; those that somebody
    /// else holds are passed over.
    fn lock_due(&mut self, most: u16) -> impl Future<Output = Result<Vec<ConnectionRequest>>> + Send;
}
