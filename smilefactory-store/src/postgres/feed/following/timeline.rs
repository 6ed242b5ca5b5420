//! Timelines: what comes from the sources of people who have many, kept for each of them in one place.
//!
//! What is kept may be more than its reader is to see, and is asked about post by post when it is read, as everything is;
//! so all that matters is that nothing is missing. Three things see to that. Whoever publishes or follows somebody writes
//! down in the same transaction what is to be put in, and the changes are read with the timeline until they are. A
//! timeline is filled only when all transactions are over that ran when it was begun, and may not have seen that there is
//! something to write down. And what keeps timelines works alone in its tenant.

mod end;
mod fill;
mod fold;
mod read;

use smilefactory_core::id::Id;

pub(in crate::postgres) use self::end::end_for;
pub(in crate::postgres::feed) use self::end::{end_some, trim};
pub(in crate::postgres::feed) use self::fill::{begin, begin_for, fill};
pub(in crate::postgres::feed) use self::fold::fold;
pub(super) use self::read::read;
use crate::error::Result;
use crate::tx::WriteTx;

/// How many posts a timeline has when it was filled or cut back; it is cut back when there are twice as many.
const KEPT: i64 = 1_000;

/// Keeps everybody else from keeping the timelines of the tenant until the end of this unit of work.
async fn lock(tx: &mut WriteTx) -> Result<()> {
    let tenant = tx.scope().tenant.uuid();
    sqlx::query!(
        r#"select pg_advisory_xact_lock(hashtextextended('content.timelines ' || $1, 0)) as "locked!: ()""#,
        tenant.to_string(),
    )
    .fetch_one(tx.conn()?)
    .await?;
    Ok(())
}

/// The same, unless somebody does already.
async fn alone(tx: &mut WriteTx) -> Result<bool> {
    let tenant = tx.scope().tenant.uuid();
    Ok(sqlx::query_scalar!(
        r#"select pg_try_advisory_xact_lock(hashtextextended('content.timelines ' || $1, 0)) as "alone!""#,
        tenant.to_string(),
    )
    .fetch_one(tx.conn()?)
    .await?)
}
