//! Listings.

use chrono::{DateTime, Utc};
use smilefactory_core::collection::Whole;
use smilefactory_core::id::{AccountId, Id, ListingId, MediaId};
use smilefactory_core::marketplace::{
    Listing, ListingFacets, ListingInput, ListingSort, ListingState, ListingStats,
};
use smilefactory_core::page::{Page, PageRequest};
use uuid::Uuid;

use super::super::repository;
use super::super::row::page;
use super::row::select_listings;
use super::{erasure, facets, list, stats};
use crate::error::{Result, StoreError};
use crate::repo::marketplace::{ListingFilter, ListingKey, ReadListings, SavedListingKey, WriteListings};
use crate::tx::ReadWrite;

repository! {
    /// What people offer.
    Listings = listings
}

/// The database's whole numbers have a sign; what core counts fits by far.
fn signed(number: u32) -> i32 {
    i32::try_from(number).unwrap_or(i32::MAX)
}

fn uuids<I: Id>(ids: &[I]) -> Vec<Uuid> {
    ids.iter().map(|id| id.uuid()).collect()
}

impl<Mode> ReadListings for Listings<'_, Mode> {
    async fn get(&mut self, id: ListingId) -> Result<Option<Listing>> {
        select_listings!("where l.tenant_id = $1 and l.id = $2", self.0.scope().tenant.uuid(), id.uuid())
            .fetch_optional(self.0.conn()?)
            .await?
            .map(Listing::try_from)
            .transpose()
    }

    async fn stats(
        &mut self,
        ids: &[ListingId],
        viewer: AccountId,
    ) -> Result<Vec<(ListingId, ListingStats)>> {
        stats::read(self.0, &uuids(ids), viewer).await
    }

    async fn list(
        &mut self,
        filter: &ListingFilter,
        sort: ListingSort,
        request: &PageRequest<ListingKey>,
    ) -> Result<Page<Listing, ListingKey>> {
        list::shown(self.0, filter, sort, request).await
    }

    async fn list_of_seller(
        &mut self,
        seller: AccountId,
        state: Option<ListingState>,
        request: &PageRequest<ListingId>,
    ) -> Result<Page<Listing, ListingId>> {
        let rows = select_listings!(
            r#"
            where l.tenant_id = $1 and l.seller_id = $2 and l.id < $3 and ($4::text is null or l.state = $4)
            order by l.id desc
            limit $5
            "#,
            self.0.scope().tenant.uuid(),
            seller.uuid(),
            request.after.map_or(Uuid::max(), Uuid::from),
            state.map(ListingState::as_str),
            request.size.with_one_more(),
        )
        .fetch_all(self.0.conn()?)
        .await?;
        page(rows, request.size, Listing::try_from, |last| last.id)
    }

    async fn list_saved(
        &mut self,
        account: AccountId,
        request: &PageRequest<SavedListingKey>,
    ) -> Result<Page<(DateTime<Utc>, Listing), SavedListingKey>> {
        list::saved(self.0, account, request).await
    }

    async fn count_facets(&mut self, filter: &ListingFilter) -> Result<ListingFacets> {
        facets::count(self.0, filter).await
    }

    async fn sees_picture(&mut self, file: MediaId) -> Result<bool> {
        let (now, viewer, looker, all) = (self.0.now(), self.0.viewer(), self.0.looker(), self.0.sees_all());
        let seen = sqlx::query_scalar!(
            r#"
            select exists (
              select
              from marketplace.listing_pictures p
              join marketplace.listings l on l.tenant_id = p.tenant_id and l.id = p.listing_id
              where p.tenant_id = $1
                and p.media_id = $2
                and (
                  $5
                  or l.seller_id = $4
                  or l.state in ('reserved', 'sold')
                  or l.state = 'published' and l.expires_at > $6
                )
                and not exists (
                  select
                  from social.barriers b
                  where b.tenant_id = $1 and b.viewer_id = $3 and b.other_id = l.seller_id and b.blocked
                )
            ) as "seen!"
            "#,
            self.0.scope().tenant.uuid(),
            file.uuid(),
            viewer,
            looker,
            all,
            now,
        )
        .fetch_one(self.0.conn()?)
        .await?;
        Ok(seen)
    }

    async fn has_picture(&mut self, file: MediaId) -> Result<bool> {
        let there = sqlx::query_scalar!(
            r#"
            select exists (
              select from marketplace.listing_pictures p where p.tenant_id = $1 and p.media_id = $2
            ) as "there!"
            "#,
            self.0.scope().tenant.uuid(),
            file.uuid(),
        )
        .fetch_one(self.0.conn()?)
        .await?;
        Ok(there)
    }
}

impl WriteListings for Listings<'_, ReadWrite> {
    async fn insert(&mut self, listing: &Listing) -> Result<()> {
        let text = ListingInput::from(listing.draft.clone());
        sqlx::query!(
            r#"
            insert into marketplace.listings (tenant_id, id, seller_id, kind, title, description, price_amount,
              price_currency, salary_min, salary_max, salary_currency, negotiable, condition, quantity, city, country,
              remote, category_id, pictures, days, state, version, created_at, updated_at)
            values ($1, $2, $3, $4, $5, $6, $7::numeric, $8::text, $9::numeric, $10::numeric, $11::text, $12, $13, $14,
              $15, $16::text, $17, $18, $19, $20, $21, $22, $23, $24)
            "#,
            self.0.scope().tenant.uuid(),
            listing.id.uuid(),
            listing.seller.uuid(),
            text.kind,
            text.title,
            text.description,
            text.price.as_ref().map(|price| price.amount),
            text.price.as_ref().map(|price| price.currency.as_str()),
            text.salary.as_ref().map(|salary| salary.min),
            text.salary.as_ref().map(|salary| salary.max),
            text.salary.as_ref().map(|salary| salary.currency.as_str()),
            text.negotiable,
            text.condition,
            listing.draft.quantity.map(Whole::get).map(signed),
            text.city,
            text.country.as_deref(),
            text.remote,
            listing.draft.category.map(Uuid::from),
            &uuids(&listing.draft.pictures),
            listing.draft.days.map(Whole::get).map(signed),
            listing.state.as_str(),
            listing.version.get(),
            listing.created_at,
            listing.updated_at,
        )
        .execute(self.0.conn()?)
        .await?;
        Ok(())
    }

    async fn update(&mut self, listing: &Listing) -> Result<Listing> {
        let next = listing.version.next();
        let text = ListingInput::from(listing.draft.clone());
        let saved = sqlx::query!(
            r#"
            update marketplace.listings
            set kind = $4, title = $5, description = $6, price_amount = $7::numeric, price_currency = $8::text,
              salary_min = $9::numeric, salary_max = $10::numeric, salary_currency = $11::text, negotiable = $12,
              condition = $13, quantity = $14, city = $15, country = $16::text, remote = $17, category_id = $18,
              pictures = $19, days = $20, state = $21, reserved = $22, sold = $23, published_at = $24,
              expires_at = $25, taken_off = $26, version = $27, updated_at = $28
            where tenant_id = $1 and id = $2 and version = $3
            "#,
            self.0.scope().tenant.uuid(),
            listing.id.uuid(),
            listing.version.get(),
            text.kind,
            text.title,
            text.description,
            text.price.as_ref().map(|price| price.amount),
            text.price.as_ref().map(|price| price.currency.as_str()),
            text.salary.as_ref().map(|salary| salary.min),
            text.salary.as_ref().map(|salary| salary.max),
            text.salary.as_ref().map(|salary| salary.currency.as_str()),
            text.negotiable,
            text.condition,
            listing.draft.quantity.map(Whole::get).map(signed),
            text.city,
            text.country.as_deref(),
            text.remote,
            listing.draft.category.map(Uuid::from),
            &uuids(&listing.draft.pictures),
            listing.draft.days.map(Whole::get).map(signed),
            listing.state.as_str(),
            signed(listing.reserved),
            signed(listing.sold),
            listing.published_at,
            listing.expires_at,
            listing.taken_off.as_ref().map(smilefactory_core::text::Line::as_str),
            next.get(),
            listing.updated_at,
        )
        .execute(self.0.conn()?)
        .await?;
        match saved.rows_affected() {
            0 => Err(StoreError::Stale { entity: ListingId::ENTITY, id: listing.id.uuid() }),
            _ => Ok(Listing { version: next, ..listing.clone() }),
        }
    }

    async fn delete(&mut self, listing: &Listing) -> Result<bool> {
        let now = self.0.now();
        let tenant = self.0.scope().tenant.uuid();
        // The files that it lets go stay with their owner for a while.
        sqlx::query!(
            r#"
            update content.media m
            set unused_since = greatest(m.unused_since, $3)
            from marketplace.listing_pictures p
            where p.tenant_id = $1 and p.listing_id = $2 and m.tenant_id = $1 and m.id = p.media_id
            "#,
            tenant,
            listing.id.uuid(),
            now,
        )
        .execute(self.0.conn()?)
        .await?;
        let gone = sqlx::query!(
            "delete from marketplace.listings where tenant_id = $1 and id = $2 and version = $3",
            tenant,
            listing.id.uuid(),
            listing.version.get(),
        )
        .execute(self.0.conn()?)
        .await?;
        Ok(gone.rows_affected() > 0)
    }

    async fn lock(&mut self, id: ListingId) -> Result<Option<Listing>> {
        select_listings!(
            "where l.tenant_id = $1 and l.id = $2 for no key update",
            self.0.scope().tenant.uuid(),
            id.uuid(),
        )
        .fetch_optional(self.0.conn()?)
        .await?
        .map(Listing::try_from)
        .transpose()
    }

    async fn set_pictures(
        &mut self,
        listing: ListingId,
        owner: AccountId,
        pictures: &[MediaId],
    ) -> Result<Vec<MediaId>> {
        let (tenant, now, ids) = (self.0.scope().tenant.uuid(), self.0.now(), uuids(pictures));
        // Locked, so that none of them is deleted before it hangs.
        let fit = sqlx::query_scalar!(
            r#"
            select id
            from content.media
            where tenant_id = $1 and id = any($2) and owner_id = $3 and state = 'ready' and media_type like 'image/%'
            for key share
            "#,
            tenant,
            &ids,
            owner.uuid(),
        )
        .fetch_all(self.0.conn()?)
        .await?;
        let unfit: Vec<_> = pictures.iter().copied().filter(|id| !fit.contains(&id.uuid())).collect();
        if !unfit.is_empty() {
            return Ok(unfit);
        }
        sqlx::query!(
            r#"
            with let_go as (
              delete from marketplace.listing_pictures
              where tenant_id = $1 and listing_id = $2
              returning media_id
            )
            update content.media m
            set unused_since = greatest(m.unused_since, $4)
            from let_go
            where m.tenant_id = $1 and m.id = let_go.media_id and m.id <> all($3)
            "#,
            tenant,
            listing.uuid(),
            &ids,
            now,
        )
        .execute(self.0.conn()?)
        .await?;
        sqlx::query!(
            r#"
            insert into marketplace.listing_pictures (tenant_id, listing_id, place, media_id)
            select $1, $2, given.place::smallint, given.id
            from unnest($3::uuid[]) with ordinality as given (id, place)
            "#,
            tenant,
            listing.uuid(),
            &ids,
        )
        .execute(self.0.conn()?)
        .await?;
        Ok(unfit)
    }

    async fn lock_due(&mut self) -> Result<Option<Listing>> {
        let now = self.0.now();
        select_listings!(
            r#"
            where l.tenant_id = $1 and l.state = 'published' and l.expires_at <= $2 and l.reserved = 0
            order by l.expires_at, l.id
            limit 1
            for no key update skip locked
            "#,
            self.0.scope().tenant.uuid(),
            now,
        )
        .fetch_optional(self.0.conn()?)
        .await?
        .map(Listing::try_from)
        .transpose()
    }

    async fn save(&mut self, id: ListingId, account: AccountId) -> Result<bool> {
        stats::save(self.0, id, account).await
    }

    async fn unsave(&mut self, id: ListingId, account: AccountId) -> Result<bool> {
        stats::unsave(self.0, id, account).await
    }

    async fn view(&mut self, id: ListingId, account: AccountId) -> Result<bool> {
        stats::view(self.0, id, account).await
    }

    async fn fold(&mut self, limit: u16) -> Result<u64> {
        stats::fold(self.0, limit).await
    }

    async fn erase(&mut self, account: AccountId, most: u16) -> Result<u64> {
        erasure::erase_listings(self.0, account, most).await
    }
}
