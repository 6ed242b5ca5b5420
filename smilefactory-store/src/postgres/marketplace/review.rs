//! What the two of a completed inquiry say about each other, and how somebody is as a seller.

use chrono::{DateTime, Utc};
use smilefactory_core::id::{AccountId, Id, InquiryId, ListingId};
use smilefactory_core::marketplace::{ListingReview, ListingReviewDraft, SellerStats};
use smilefactory_core::page::{Page, PageRequest};
use uuid::Uuid;

use super::super::repository;
use super::super::row::{RowOf, page};
use super::erasure;
use crate::error::{Result, StoreError};
use crate::repo::marketplace::{ReadReviews, ReviewKey, WriteReviews};
use crate::tx::ReadWrite;

repository! {
    /// What people say about what they sold and bought.
    Reviews = reviews
}

struct ReviewRow {
    inquiry_id: Uuid,
    by_id: Uuid,
    of_id: Uuid,
    listing_id: Uuid,
    of_seller: bool,
    stars: i16,
    text: Option<String>,
    editable_until: DateTime<Utc>,
    created_at: DateTime<Utc>,
    updated_at: DateTime<Utc>,
}

impl TryFrom<ReviewRow> for ListingReview {
    type Error = StoreError;
    fn try_from(row: ReviewRow) -> Result<Self> {
        let of = RowOf { table: "marketplace.reviews", id: row.inquiry_id };
        Ok(Self {
            inquiry: InquiryId::from_uuid(row.inquiry_id),
            listing: ListingId::from_uuid(row.listing_id),
            by: AccountId::from_uuid(row.by_id),
            of: AccountId::from_uuid(row.of_id),
            of_seller: row.of_seller,
            editable_until: row.editable_until,
            created_at: row.created_at,
            updated_at: row.updated_at,
            draft: ListingReviewDraft {
                stars: of.field("stars", i64::from(row.stars))?,
                text: of.parse_opt("text", row.text.as_deref())?,
            },
        })
    }
}

/// Reads reviews: what follows `from marketplace.reviews r`, and its parameters.
macro_rules! select_reviews {
    ($tail:literal, $($parameter:expr),* $(,)?) => {
        sqlx::query_as!(
            ReviewRow,
            r#"
            select r.inquiry_id, r.by_id, r.of_id, r.listing_id, r.of_seller, r.stars, r.text, r.editable_until,
              r.created_at, r.updated_at
            from marketplace.reviews r
            "# + $tail,
            $($parameter),*
        )
    };
}

const fn key(review: &ListingReview) -> ReviewKey {
    ReviewKey { at: review.created_at, id: review.inquiry }
}

/// Where a page begins.
fn before(request: &PageRequest<ReviewKey>) -> (DateTime<Utc>, Uuid) {
    request.after.map_or((DateTime::<Utc>::MAX_UTC, Uuid::max()), |key| (key.at, key.id.uuid()))
}

impl<Mode> ReadReviews for Reviews<'_, Mode> {
    async fn get(&mut self, inquiry: InquiryId, by: AccountId) -> Result<Option<ListingReview>> {
        select_reviews!(
            "where r.tenant_id = $1 and r.inquiry_id = $2 and r.by_id = $3",
            self.0.scope().tenant.uuid(),
            inquiry.uuid(),
            by.uuid(),
        )
        .fetch_optional(self.0.conn()?)
        .await?
        .map(ListingReview::try_from)
        .transpose()
    }

    async fn list_of(
        &mut self,
        account: AccountId,
        request: &PageRequest<ReviewKey>,
    ) -> Result<Page<ListingReview, ReviewKey>> {
        let (at, id) = before(request);
        let viewer = self.0.viewer();
        let rows = select_reviews!(
            r#"
            where r.tenant_id = $1
              and r.of_id = $2
              and (r.created_at, r.inquiry_id) < ($3, $4)
              and not exists (
                select from social.barriers b where b.tenant_id = $1 and b.viewer_id = $6 and b.other_id = r.by_id
              )
            order by r.created_at desc, r.inquiry_id desc
            limit $5
            "#,
            self.0.scope().tenant.uuid(),
            account.uuid(),
            at,
            id,
            request.size.with_one_more(),
            viewer,
        )
        .fetch_all(self.0.conn()?)
        .await?;
        page(rows, request.size, ListingReview::try_from, key)
    }

    async fn list_by(
        &mut self,
        account: AccountId,
        request: &PageRequest<ReviewKey>,
    ) -> Result<Page<ListingReview, ReviewKey>> {
        let (at, id) = before(request);
        let rows = select_reviews!(
            r#"
            where r.tenant_id = $1 and r.by_id = $2 and (r.created_at, r.inquiry_id) < ($3, $4)
            order by r.created_at desc, r.inquiry_id desc
            limit $5
            "#,
            self.0.scope().tenant.uuid(),
            account.uuid(),
            at,
            id,
            request.size.with_one_more(),
        )
        .fetch_all(self.0.conn()?)
        .await?;
        page(rows, request.size, ListingReview::try_from, key)
    }

    async fn seller_stats(&mut self, account: AccountId) -> Result<SellerStats> {
        let row = sqlx::query!(
            r#"
            select s.completed, s.reviews, s.answered,
              round(s.stars::numeric / nullif(s.reviews, 0), 2)::double precision as rating,
              (s.answer_seconds / nullif(s.answered, 0))::bigint as answer_seconds
            from marketplace.seller_stats s
            where s.tenant_id = $1 and s.account_id = $2
            "#,
            self.0.scope().tenant.uuid(),
            account.uuid(),
        )
        .fetch_optional(self.0.conn()?)
        .await?;
        let small = |number: i64| u32::try_from(number.max(0)).unwrap_or(u32::MAX);
        Ok(row.map_or_else(SellerStats::default, |row| SellerStats {
            completed: small(row.completed),
            reviews: small(row.reviews),
            rating: row.rating,
            answered: small(row.answered),
            answer_seconds: row.answer_seconds.map(small),
        }))
    }
}

impl WriteReviews for Reviews<'_, ReadWrite> {
    async fn save(&mut self, review: &ListingReview) -> Result<()> {
        let stars = i16::try_from(review.draft.stars.get()).unwrap_or(i16::MAX);
        sqlx::query!(
            r#"
            insert into marketplace.reviews (tenant_id, inquiry_id, by_id, of_id, listing_id, of_seller, stars, text,
              editable_until, created_at, updated_at)
            values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
            on conflict (tenant_id, inquiry_id, by_id) do update
            set stars = excluded.stars, text = excluded.text, updated_at = excluded.updated_at
            "#,
            self.0.scope().tenant.uuid(),
            review.inquiry.uuid(),
            review.by.uuid(),
            review.of.uuid(),
            review.listing.uuid(),
            review.of_seller,
            stars,
            review.draft.text.as_ref().map(smilefactory_core::text::Prose::as_str),
            review.editable_until,
            review.created_at,
            review.updated_at,
        )
        .execute(self.0.conn()?)
        .await?;
        Ok(())
    }

    async fn erase(&mut self, account: AccountId, most: u16) -> Result<u64> {
        erasure::erase_reviews(self.0, account, most).await
    }
}
