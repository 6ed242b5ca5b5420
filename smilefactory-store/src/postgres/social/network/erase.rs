//! What is kept of somebody who is erased, and others with whom they did something.

use smilefactory_core::id::{AccountId, Id};
use uuid::Uuid;

use crate::error::Result;
use crate::tx::WriteTx;

/// Takes out at most `most` of each sort, and says how much there was.
pub(super) async fn person(tx: &mut WriteTx, account: AccountId, most: u16) -> Result<u64> {
    let chosen = sqlx::query!(
        "delete from social.introduction_choices where tenant_id = $1 and account_id = $2",
        tx.scope().tenant.uuid(),
        account.uuid(),
    )
    .execute(tx.conn()?)
    .await?;
    Ok(deeds(tx, account, most).await? + questions(tx, account, most).await? + chosen.rows_affected())
}

/// Whoever they did something with is found by the sums of the two.
async fn deeds(tx: &mut WriteTx, account: AccountId, most: u16) -> Result<u64> {
    let tenant = tx.scope().tenant.uuid();
    let pairs = sqlx::query!(
        r#"
        (select low_id as "low_id!", high_id as "high_id!"
         from social.pair_strengths
         where tenant_id = $1 and low_id = $2
         limit $3)
        union all
        (select low_id, high_id from social.pair_strengths where tenant_id = $1 and high_id = $2 limit $3)
        "#,
        tenant,
        account.uuid(),
        i64::from(most),
    )
    .fetch_all(tx.conn()?)
    .await?;
    let (low, high): (Vec<Uuid>, Vec<Uuid>) = pairs.into_iter().map(|row| (row.low_id, row.high_id)).unzip();
    sqlx::query!(
        r#"
        delete from social.interactions as i
        using unnest($2::uuid[] || $3::uuid[], $3::uuid[] || $2::uuid[]) as t (from_id, to_id)
        where i.tenant_id = $1 and i.from_id = t.from_id and i.to_id = t.to_id
        "#,
        tenant,
        &low,
        &high,
    )
    .execute(tx.conn()?)
    .await?;
    let deleted = sqlx::query!(
        r#"
        delete from social.pair_strengths as p
        using unnest($2::uuid[], $3::uuid[]) as t (low_id, high_id)
        where p.tenant_id = $1 and p.low_id = t.low_id and p.high_id = t.high_id
        "#,
        tenant,
        &low,
        &high,
    )
    .execute(tx.conn()?)
    .await?;
    Ok(deleted.rows_affected())
}

/// Whichever of the three they are.
async fn questions(tx: &mut WriteTx, account: AccountId, most: u16) -> Result<u64> {
    let tenant = tx.scope().tenant.uuid();
    let questions = sqlx::query_scalar!(
        r#"
        (select id as "id!" from social.introduction_consents where tenant_id = $1 and asker_id = $2 limit $3)
        union
        (select id from social.introduction_consents where tenant_id = $1 and introducer_id = $2 limit $3)
        union
        (select id from social.introduction_consents where tenant_id = $1 and target_id = $2 limit $3)
        "#,
        tenant,
        account.uuid(),
        i64::from(most),
    )
    .fetch_all(tx.conn()?)
    .await?;
    let deleted = sqlx::query!(
        "delete from social.introduction_consents where tenant_id = $1 and id = any($2)",
        tenant,
        &questions,
    )
    .execute(tx.conn()?)
    .await?;
    Ok(deleted.rows_affected())
}
