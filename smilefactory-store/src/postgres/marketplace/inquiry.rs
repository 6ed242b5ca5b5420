//! Inquiries.

use chrono::{DateTime, Utc};
use rust_decimal::Decimal;
use smilefactory_core::id::{AccountId, Id, InquiryEntryId, InquiryId, ListingId};
use smilefactory_core::marketplace::{Inquiry, InquiryEntry, InquiryState, OwnInquiryEntry, StepOfInquiry};
use smilefactory_core::money::Money;
use smilefactory_core::page::{Page, PageRequest};
use smilefactory_core::version::Version;
use uuid::Uuid;

use super::super::repository;
use super::super::row::{RowOf, page};
use super::row::money;
use super::{entry, erasure};
use crate::error::{Result, StoreError};
use crate::repo::marketplace::{InquiryFilter, ReadInquiries, Side, WriteInquiries};
use crate::tx::ReadWrite;

repository! {
    /// What people ask about listings.
    Inquiries = inquiries
}

struct InquiryRow {
    id: Uuid,
    listing_id: Uuid,
    seller_id: Uuid,
    buyer_id: Uuid,
    state: String,
    price_amount: Option<Decimal>,
    price_currency: Option<String>,
    offered_by: Option<Uuid>,
    seller_agrees: bool,
    buyer_agrees: bool,
    kept_until: Option<DateTime<Utc>>,
    answered_at: Option<DateTime<Utc>>,
    closed_at: Option<DateTime<Utc>>,
    cancelled_by: Option<Uuid>,
    version: i64,
    created_at: DateTime<Utc>,
    updated_at: DateTime<Utc>,
}

impl TryFrom<InquiryRow> for Inquiry {
    type Error = StoreError;
    fn try_from(row: InquiryRow) -> Result<Self> {
        let of = RowOf { table: "marketplace.inquiries", id: row.id };
        Ok(Self {
            id: InquiryId::from_uuid(row.id),
            listing: ListingId::from_uuid(row.listing_id),
            seller: AccountId::from_uuid(row.seller_id),
            buyer: AccountId::from_uuid(row.buyer_id),
            state: of.parse("state", &row.state)?,
            price: money(of, "price_amount", row.price_amount, row.price_currency)?,
            offered_by: row.offered_by.map(AccountId::from_uuid),
            seller_agrees: row.seller_agrees,
            buyer_agrees: row.buyer_agrees,
            kept_until: row.kept_until,
            answered_at: row.answered_at,
            closed_at: row.closed_at,
            cancelled_by: row.cancelled_by.map(AccountId::from_uuid),
            version: Version::new(row.version),
            created_at: row.created_at,
            updated_at: row.updated_at,
        })
    }
}

/// Reads inquiries: what follows `from marketplace.inquiries i`, and its parameters.
macro_rules! select_inquiries {
    ($tail:literal, $($parameter:expr),* $(,)?) => {
        sqlx::query_as!(
            InquiryRow,
            r#"
            select i.id, i.listing_id, i.seller_id, i.buyer_id, i.state, i.price_amount, i.price_currency, i.offered_by,
              i.seller_agrees, i.buyer_agrees, i.kept_until, i.answered_at, i.closed_at, i.cancelled_by, i.version,
              i.created_at, i.updated_at
            from marketplace.inquiries i
            "# + $tail,
            $($parameter),*
        )
    };
}

impl<Mode> ReadInquiries for Inquiries<'_, Mode> {
    async fn get(&mut self, id: InquiryId) -> Result<Option<Inquiry>> {
        select_inquiries!("where i.tenant_id = $1 and i.id = $2", self.0.scope().tenant.uuid(), id.uuid())
            .fetch_optional(self.0.conn()?)
            .await?
            .map(Inquiry::try_from)
            .transpose()
    }

    async fn list(
        &mut self,
        account: AccountId,
        filter: InquiryFilter,
        request: &PageRequest<InquiryId>,
    ) -> Result<Page<Inquiry, InquiryId>> {
        // A page of each side at most, each through its own index.
        let rows = select_inquiries!(
            r#"
            where i.tenant_id = $1
              and i.id in (
                (
                  select s.id
                  from marketplace.inquiries s
                  where s.tenant_id = $1 and s.seller_id = $2 and s.id < $3 and $7
                    and ($4::text is null or s.state = $4)
                    and ($5::uuid is null or s.listing_id = $5)
                    and not exists (
                      select
                      from social.barriers b
                      where b.tenant_id = $1 and b.viewer_id = $2 and b.other_id = s.buyer_id and b.blocked
                    )
                  order by s.id desc
                  limit $6
                )
                union all
                (
                  select s.id
                  from marketplace.inquiries s
                  where s.tenant_id = $1 and s.buyer_id = $2 and s.id < $3 and $8
                    and ($4::text is null or s.state = $4)
                    and ($5::uuid is null or s.listing_id = $5)
                    and not exists (
                      select
                      from social.barriers b
                      where b.tenant_id = $1 and b.viewer_id = $2 and b.other_id = s.seller_id and b.blocked
                    )
                  order by s.id desc
                  limit $6
                )
              )
            order by i.id desc
            limit $6
            "#,
            self.0.scope().tenant.uuid(),
            account.uuid(),
            request.after.map_or(Uuid::max(), Uuid::from),
            filter.state.map(InquiryState::as_str),
            filter.listing.map(Uuid::from),
            request.size.with_one_more(),
            filter.side != Some(Side::Buyer),
            filter.side != Some(Side::Seller),
        )
        .fetch_all(self.0.conn()?)
        .await?;
        page(rows, request.size, Inquiry::try_from, |last| last.id)
    }

    async fn entries(
        &mut self,
        id: InquiryId,
        request: &PageRequest<Version>,
    ) -> Result<Page<InquiryEntry, Version>> {
        entry::list(self.0, id, request).await
    }

    async fn entries_by(
        &mut self,
        account: AccountId,
        request: &PageRequest<InquiryEntryId>,
    ) -> Result<Page<OwnInquiryEntry, InquiryEntryId>> {
        entry::list_by(self.0, account, request).await
    }

    async fn find_open(&mut self, listing: ListingId, buyer: AccountId) -> Result<Option<Inquiry>> {
        select_inquiries!(
            r#"
            where i.tenant_id = $1
              and i.listing_id = $2
              and i.buyer_id = $3
              and i.state in ('initiated', 'negotiating', 'agreed')
            "#,
            self.0.scope().tenant.uuid(),
            listing.uuid(),
            buyer.uuid(),
        )
        .fetch_optional(self.0.conn()?)
        .await?
        .map(Inquiry::try_from)
        .transpose()
    }

    async fn count_begun(&mut self, buyer: AccountId, since: DateTime<Utc>) -> Result<u32> {
        let count = sqlx::query_scalar!(
            r#"
            select count(*) as "count!"
            from marketplace.inquiries i
            where i.tenant_id = $1 and i.buyer_id = $2 and i.id >= $3 and i.created_at > $4
            "#,
            self.0.scope().tenant.uuid(),
            buyer.uuid(),
            InquiryId::earliest_at(since).uuid(),
            since,
        )
        .fetch_one(self.0.conn()?)
        .await?;
        Ok(u32::try_from(count).unwrap_or(u32::MAX))
    }

    async fn lapsing(&mut self, most: u16) -> Result<Vec<InquiryId>> {
        let now = self.0.now();
        let ids = sqlx::query_scalar!(
            r#"
            select i.id
            from marketplace.inquiries i
            where i.tenant_id = $1 and i.state = 'agreed' and i.kept_until <= $2
            order by i.kept_until, i.id
            limit $3
            "#,
            self.0.scope().tenant.uuid(),
            now,
            i64::from(most),
        )
        .fetch_all(self.0.conn()?)
        .await?;
        Ok(ids.into_iter().map(InquiryId::from_uuid).collect())
    }

    async fn open_of(&mut self, account: AccountId, most: u16) -> Result<Vec<InquiryId>> {
        let ids = sqlx::query_scalar!(
            r#"
            select open.id as "id!"
            from (
              (
                select i.id
                from marketplace.inquiries i
                where i.tenant_id = $1 and i.seller_id = $2 and i.state in ('initiated', 'negotiating', 'agreed')
                order by i.id
                limit $3
              )
              union
              (
                select i.id
                from marketplace.inquiries i
                where i.tenant_id = $1 and i.buyer_id = $2 and i.state in ('initiated', 'negotiating', 'agreed')
                order by i.id
                limit $3
              )
            ) as open
            order by open.id
            limit $3
            "#,
            self.0.scope().tenant.uuid(),
            account.uuid(),
            i64::from(most),
        )
        .fetch_all(self.0.conn()?)
        .await?;
        Ok(ids.into_iter().map(InquiryId::from_uuid).collect())
    }
}

impl WriteInquiries for Inquiries<'_, ReadWrite> {
    async fn lock_quota(&mut self, buyer: AccountId) -> Result<()> {
        let tenant = self.0.scope().tenant;
        sqlx::query!(
            r#"select pg_advisory_xact_lock(hashtextextended($1, 0)) as "locked!: ()""#,
            format!("marketplace.inquiries {tenant} {buyer}"),
        )
        .fetch_one(self.0.conn()?)
        .await?;
        Ok(())
    }

    async fn lock(&mut self, id: InquiryId) -> Result<Option<Inquiry>> {
        select_inquiries!(
            "where i.tenant_id = $1 and i.id = $2 for no key update",
            self.0.scope().tenant.uuid(),
            id.uuid(),
        )
        .fetch_optional(self.0.conn()?)
        .await?
        .map(Inquiry::try_from)
        .transpose()
    }

    async fn insert(&mut self, step: &StepOfInquiry) -> Result<()> {
        let inquiry = &step.inquiry;
        sqlx::query!(
            r#"
            insert into marketplace.inquiries (tenant_id, id, listing_id, seller_id, buyer_id, state, price_amount,
              price_currency, offered_by, seller_agrees, buyer_agrees, version, created_at, updated_at)
            values ($1, $2, $3, $4, $5, $6, $7::numeric, $8::text, $9, $10, $11, $12, $13, $14)
            "#,
            self.0.scope().tenant.uuid(),
            inquiry.id.uuid(),
            inquiry.listing.uuid(),
            inquiry.seller.uuid(),
            inquiry.buyer.uuid(),
            inquiry.state.as_str(),
            inquiry.price.as_ref().map(Money::amount),
            inquiry.price.as_ref().map(|price| price.currency().to_string()),
            inquiry.offered_by.map(Uuid::from),
            inquiry.seller_agrees,
            inquiry.buyer_agrees,
            inquiry.version.get(),
            inquiry.created_at,
            inquiry.updated_at,
        )
        .execute(self.0.conn()?)
        .await?;
        entry::insert(self.0, inquiry.id, &step.entry).await
    }

    async fn update(&mut self, step: &StepOfInquiry) -> Result<Inquiry> {
        let inquiry = &step.inquiry;
        let next = inquiry.version.next();
        let saved = sqlx::query!(
            r#"
            update marketplace.inquiries
            set state = $4, price_amount = $5::numeric, price_currency = $6::text, offered_by = $7, seller_agrees = $8,
              buyer_agrees = $9, kept_until = $10, answered_at = $11, closed_at = $12, cancelled_by = $13, version = $14,
              updated_at = $15
            where tenant_id = $1 and id = $2 and version = $3
            "#,
            self.0.scope().tenant.uuid(),
            inquiry.id.uuid(),
            inquiry.version.get(),
            inquiry.state.as_str(),
            inquiry.price.as_ref().map(Money::amount),
            inquiry.price.as_ref().map(|price| price.currency().to_string()),
            inquiry.offered_by.map(Uuid::from),
            inquiry.seller_agrees,
            inquiry.buyer_agrees,
            inquiry.kept_until,
            inquiry.answered_at,
            inquiry.closed_at,
            inquiry.cancelled_by.map(Uuid::from),
            next.get(),
            inquiry.updated_at,
        )
        .execute(self.0.conn()?)
        .await?;
        if saved.rows_affected() == 0 {
            return Err(StoreError::Stale { entity: InquiryId::ENTITY, id: inquiry.id.uuid() });
        }
        entry::insert(self.0, inquiry.id, &step.entry).await?;
        Ok(Inquiry { version: next, ..inquiry.clone() })
    }

    async fn erase(&mut self, account: AccountId, most: u16) -> Result<u64> {
        erasure::erase_words(self.0, account, most).await
    }
}
