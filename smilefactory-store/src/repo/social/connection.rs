//! Connections.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use smilefactory_core::id::AccountId;
use smilefactory_core::page::{Page, PageRequest};
use smilefactory_core::social::{Acquaintance, Connection, ConnectionKind, ConnectionSort, Pair};

use crate::error::Result;

/// Which connections a list has, and in which order; all of them, the newest first, unless somebody says otherwise.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct ConnectionFilter {
    pub(crate) kind: Option<ConnectionKind>,
    pub(crate) sort: ConnectionSort,
}

impl Default for ConnectionFilter {
    fn default() -> Self {
        Self { kind: None, sort: ConnectionSort::Newest }
    }
}

impl ConnectionFilter {
    /// All of them, the newest first.
    pub fn new() -> Self {
        Self::default()
    }

    /// Only those of this kind.
    #[must_use]
    pub const fn of_kind(mut self, kind: ConnectionKind) -> Self {
        self.kind = Some(kind);
        self
    }

    /// In this order; equals by the id of the account.
    #[must_use]
    pub const fn sorted(mut self, sort: ConnectionSort) -> Self {
        self.sort = sort;
        self
    }
}

/// Where somebody stands in a list of connections.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum ConnectionKey {
    /// By strength: the bits of the logarithm, which JSON would not keep as a number when it is infinite.
    Strength(u64, AccountId),
    /// By name.
    Name(String, AccountId),
    /// By age.
    Newest(DateTime<Utc>, AccountId),
}

/// Reads connections.
///
/// Lists and counts have whom the [sight](crate::Sight) of the unit of work may see: neither whose profile is not for
/// them, nor who is blocked from them or muted. Of somebody else's connections they have none when that list is not
/// for them, and not those people who do not let them see their own list: whom two people have in common is told by
/// neither's list alone.
pub trait ReadConnections {
    /// The connection of these two.
    fn get(&mut self, pair: Pair) -> impl Future<Output = Result<Option<Connection>>> + Send;

    /// Whom `account` is connected with. How strong a connection is stands in one's own list only, and nobody else's is put
    /// in order by it: that is an error of whoever asks.
    fn list(
        &mut self,
        account: AccountId,
        filter: &ConnectionFilter,
        page: &PageRequest<ConnectionKey>,
    ) -> impl Future<Output = Result<Page<Acquaintance, ConnectionKey>>> + Send;

    /// How many people the list of all kinds has.
    fn count(&mut self, account: AccountId) -> impl Future<Output = Result<u64>> + Send;

    /// Whom both `account` and `other` are connected with, as `account` may see them, in the order of their ids, and how
    /// strongly `account` is: one statement, whatever the two know.
    fn list_mutual(
        &mut self,
        account: AccountId,
        other: AccountId,
        page: &PageRequest<AccountId>,
    ) -> impl Future<Output = Result<Page<Acquaintance, AccountId>>> + Send;

    /// How many people `account` has in common with each of these, as [`list_mutual`](Self::list_mutual) would list
    /// them; those with whom there are none are left out. At most 1,000 are asked about.
    fn count_mutual(
        &mut self,
        account: AccountId,
        others: &[AccountId],
    ) -> impl Future<Output = Result<Vec<(AccountId, u64)>>> + Send;

    /// Which of these people `account` is connected with, whoever looks; the order is not promised.
    fn among(
        &mut self,
        account: AccountId,
        others: &[AccountId],
    ) -> impl Future<Output = Result<Vec<AccountId>>> + Send;

    /// Whether `account` is connected with anybody, whoever looks.
    fn any(&mut self, account: AccountId) -> impl Future<Output = Result<bool>> + Send;
}

/// Writes connections. Who does holds the [lock of the pair](super::WriteRelations::lock_pair).
pub trait WriteConnections: ReadConnections {
    /// Makes a connection. The two having one already is a `Conflict` of `pair`.
    fn insert(&mut self, connection: &Connection) -> impl Future<Output = Result<()>> + Send;

    /// Ends the connection of these two, and gives what it was.
    fn delete(&mut self, pair: Pair) -> impl Future<Output = Result<Option<Connection>>> + Send;
}
