//! Taking out what somebody who is erased offered, said and did in the marketplace.

use smilefactory_core::id::{AccountId, Id};

use crate::error::Result;
use crate::tx::WriteTx;

/// What they offered, saved and viewed.
pub(super) async fn erase_listings(tx: &mut WriteTx, account: AccountId, most: u16) -> Result<u64> {
    let (tenant, now) = (tx.scope().tenant.uuid(), tx.now());
    let actions = sqlx::query!(
        r#"
        delete from marketplace.listing_actions
        where tenant_id = $1 and (listing_id, account_id) in (
          select a.listing_id, a.account_id
          from marketplace.listing_actions a
          where a.tenant_id = $1 and a.account_id = $2
          order by a.listing_id
          limit $3
        )
        "#,
        tenant,
        account.uuid(),
        i64::from(most),
    )
    .execute(tx.conn()?)
    .await?;
    let listings = sqlx::query!(
        r#"
        select l.id, exists (
          select from marketplace.inquiries i where i.tenant_id = $1 and i.listing_id = l.id
        ) as "asked!"
        from marketplace.listings l
        where l.tenant_id = $1 and l.seller_id = $2 and l.erased_at is null
        order by l.id
        limit $3
        for no key update
        "#,
        tenant,
        account.uuid(),
        i64::from(most),
    )
    .fetch_all(tx.conn()?)
    .await?;
    let all: Vec<_> = listings.iter().map(|row| row.id).collect();
    let (asked, others): (Vec<_>, Vec<_>) = listings.into_iter().partition(|row| row.asked);
    let asked: Vec<_> = asked.into_iter().map(|row| row.id).collect();
    let others: Vec<_> = others.into_iter().map(|row| row.id).collect();
    sqlx::query!(
        r#"
        with let_go as (
          delete from marketplace.listing_pictures where tenant_id = $1 and listing_id = any($2) returning media_id
        )
        update content.media m
        set unused_since = greatest(m.unused_since, $3)
        from let_go
        where m.tenant_id = $1 and m.id = let_go.media_id
        "#,
        tenant,
        &all,
        now,
    )
    .execute(tx.conn()?)
    .await?;
    sqlx::query!("delete from marketplace.listings where tenant_id = $1 and id = any($2)", tenant, &others,)
        .execute(tx.conn()?)
        .await?;
    sqlx::query!(
        r#"
        update marketplace.listings
        set title = '[erased]', description = '[erased]', kind = 'partnership', price_amount = null,
          price_currency = null, salary_min = null, salary_max = null, salary_currency = null, condition = null,
          quantity = null, city = null, country = null, category_id = null, pictures = '{}', days = null,
          state = 'withdrawn', reserved = 0, taken_off = null, erased_at = $3, version = version + 1, updated_at = $3
        where tenant_id = $1 and id = any($2)
        "#,
        tenant,
        &asked,
        now,
    )
    .execute(tx.conn()?)
    .await?;
    Ok(actions.rows_affected() + u64::try_from(all.len()).unwrap_or_default())
}

/// What they said about inquiries; that they did something stays.
pub(super) async fn erase_words(tx: &mut WriteTx, account: AccountId, most: u16) -> Result<u64> {
    let emptied = sqlx::query!(
        r#"
        update marketplace.inquiry_entries
        set message = null
        where tenant_id = $1 and id in (
          select e.id
          from marketplace.inquiry_entries e
          where e.tenant_id = $1 and e.by_id = $2 and e.message is not null
          order by e.id
          limit $3
        )
        "#,
        tx.scope().tenant.uuid(),
        account.uuid(),
        i64::from(most),
    )
    .execute(tx.conn()?)
    .await?;
    Ok(emptied.rows_affected())
}

/// What others said about them, the words of what they said about others, and what is counted of them.
pub(super) async fn erase_reviews(tx: &mut WriteTx, account: AccountId, most: u16) -> Result<u64> {
    let tenant = tx.scope().tenant.uuid();
    let of = sqlx::query!(
        r#"
        delete from marketplace.reviews
        where tenant_id = $1 and of_id = $2 and inquiry_id in (
          select r.inquiry_id
          from marketplace.reviews r
          where r.tenant_id = $1 and r.of_id = $2
          order by r.created_at, r.inquiry_id
          limit $3
        )
        "#,
        tenant,
        account.uuid(),
        i64::from(most),
    )
    .execute(tx.conn()?)
    .await?;
    let by = sqlx::query!(
        r#"
        update marketplace.reviews
        set text = null
        where tenant_id = $1 and by_id = $2 and text is not null and inquiry_id in (
          select r.inquiry_id
          from marketplace.reviews r
          where r.tenant_id = $1 and r.by_id = $2 and r.text is not null
          order by r.created_at, r.inquiry_id
          limit $3
        )
        "#,
        tenant,
        account.uuid(),
        i64::from(most),
    )
    .execute(tx.conn()?)
    .await?;
    let found = of.rows_affected() + by.rows_affected();
    if found == 0 {
        sqlx::query!(
            "delete from marketplace.seller_stats where tenant_id = $1 and account_id = $2",
            tenant,
            account.uuid(),
        )
        .execute(tx.conn()?)
        .await?;
    }
    Ok(found)
}
