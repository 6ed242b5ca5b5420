//! Forgets what nobody will read any more.

use chrono::TimeDelta;

use crate::error::Result;
use crate::store::Store;

/// How many facts are forgotten in one transaction.
const BATCH: u16 = 1000;

/// Forgets the facts of all tenants that are older than `kept` and behind every reader of the outbox, and says how many
/// there were. A reader that is new afterwards begins at what is left, and a live stream that was left off before it is
/// told to read anew.
pub async fn forget_facts(store: &Store, kept: TimeDelta) -> Result<u64> {
    let (log, before) = (store.log(), store.now() - kept);
    let mut forgotten = 0;
    loop {
        let batch = log.forget_before(before, BATCH).await?;
        forgotten += batch;
        if batch < u64::from(BATCH) {
            return Ok(forgotten);
        }
    }
}
