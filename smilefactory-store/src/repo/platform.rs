//! What every context has: the trail of changes, and keys that make a repeated request have one effect.

use chrono::{DateTime, Utc};
use serde_json::Value;
use smilefactory_core::id::{AuditId, RequestId};
use smilefactory_core::page::{Page, PageRequest};

use crate::error::Result;

/// One change of one row.
#[derive(Clone, Debug, PartialEq)]
pub struct AuditEntry {
    /// Which change; sorts by time.
    pub id: AuditId,
    /// When.
    pub at: DateTime<Utc>,
    /// Who: the id of an account, `system` or `anonymous`.
    pub actor: String,
    /// As part of which request.
    pub request: Option<RequestId>,
    /// In which table: `content.posts`.
    pub table: String,
    /// Which row.
    pub row: String,
    /// `insert`, `update` or `delete`.
    pub action: String,
    /// The row before; of an update, what changed of it. Secrets are marks.
    pub before: Option<Value>,
    /// The row after; of an update, what changed of it. Secrets are marks.
    pub after: Option<Value>,
}

/// Reads the audit trail. Nobody writes it: the database does, with every change.
pub trait ReadAudit {
    /// The changes of one row, newest first.
    fn list_of_row(
        &mut self,
        table: &str,
        row: &str,
        page: &PageRequest<AuditId>,
    ) -> impl Future<Output = Result<Page<AuditEntry, AuditId>>> + Send;

    /// All changes of the tenant, newest first.
    fn list(
        &mut self,
        page: &PageRequest<AuditId>,
    ) -> impl Future<Output = Result<Page<AuditEntry, AuditId>>> + Send;
}

/// A response that was given once and is given again to the same request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredResponse {
    /// The status code.
    pub status: u16,
    /// The headers that belong to the effect: where it is, which version.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: Vec<u8>,
}

/// What a key says about a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Claim {
    /// It is new: carry the request out and [`finish`](WriteIdempotency::finish) it in this unit of work.
    New,
    /// The same request was carried out: this was the response.
    Done(StoredResponse),
    /// Another request had this key.
    OtherRequest,
    /// Another unit of work holds the key for longer than the lock timeout. This one is of no more use.
    InFlight,
}

/// Keys that make a repeated request have one effect. They are rows in the transaction of the effect: effect
/// and key are there together, or neither is.
pub trait WriteIdempotency {
    /// Claims the key for a request, told by its fingerprint. While another unit of work holds the same key,
    /// this waits for it, as long as the lock timeout says.
    fn claim(&mut self, key: &str, fingerprint: [u8; 32]) -> impl Future<Output = Result<Claim>> + Send;

    /// Keeps the response of a claimed key.
    fn finish(&mut self, key: &str, response: &StoredResponse) -> impl Future<Output = Result<()>> + Send;

    /// Forgets keys older than this, at most 1,000 at once, and says how many.
    fn forget_before(&mut self, time: DateTime<Utc>) -> impl Future<Output = Result<u64>> + Send;
}
