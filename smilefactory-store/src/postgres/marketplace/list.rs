//! Lists of listings. Each order has the statement that reads through its own index.

use chrono::{DateTime, Utc};
use rust_decimal::Decimal;
use smilefactory_core::id::{AccountId, Id, ListingId};
use smilefactory_core::marketplace::{Availability, ItemCondition, Listing, ListingSort, ListingType};
use smilefactory_core::page::{Page, PageRequest};
use uuid::Uuid;

use super::row::ListingRow;
use crate::error::Result;
use crate::postgres::content::with_those_under;
use crate::postgres::row::page;
use crate::repo::marketplace::{ListingFilter, ListingKey, SavedListingKey};
use crate::tx::Tx;

type Listed = Page<Listing, ListingKey>;

/// At most so many listings with some words are looked at, the last published.
pub(super) const FOUND: i32 = 1_000;

/// What is asked for, as the database has it.
pub(super) struct Wanted<'a> {
    pub(super) kind: Option<&'static str>,
    pub(super) categories: Option<Vec<Uuid>>,
    pub(super) price_from: Option<Decimal>,
    pub(super) price_to: Option<Decimal>,
    pub(super) currency: Option<&'a str>,
    pub(super) country: Option<&'a str>,
    pub(super) city: Option<&'a str>,
    pub(super) remote: Option<bool>,
    pub(super) availability: Option<&'static str>,
    pub(super) condition: Option<&'static str>,
    pub(super) seller: Option<Uuid>,
    pub(super) saved_by: Option<Uuid>,
    pub(super) words: Option<&'a str>,
}

impl<'a> Wanted<'a> {
    pub(super) async fn of<Mode>(tx: &mut Tx<Mode>, filter: &'a ListingFilter) -> Result<Self> {
        let categories = match filter.category {
            Some(category) => Some(with_those_under(tx, category).await?),
            None => None,
        };
        Ok(Self {
            kind: filter.kind.map(ListingType::as_str),
            categories,
            price_from: filter.price_from,
            price_to: filter.price_to,
            currency: filter.currency.as_ref().map(smilefactory_core::text::Currency::as_str),
            country: filter.country.as_ref().map(smilefactory_core::text::Country::as_str),
            city: filter.city.as_deref(),
            remote: filter.remote,
            // What is published is available.
            availability: filter.availability.map(|there| match there {
                Availability::Available => "published",
                other => other.as_str(),
            }),
            condition: filter.condition.map(ItemCondition::as_str),
            seller: filter.seller.map(Uuid::from),
            saved_by: filter.saved_by.map(Uuid::from),
            words: filter.words.as_deref(),
        })
    }
}

/// Reads what is shown of what is wanted: what stands before `where`, and after the conditions.
macro_rules! query_shown {
    ($row:ident, $tx:ident, $wanted:ident, [$($head:tt)+], [$($tail:tt)+], $($more:expr),* $(,)?) => {
        sqlx::query_as!(
            $row,
            $($head)+ + r#"
            where l.tenant_id = $1
              and l.state in ('published', 'reserved', 'sold')
              and (l.state <> 'published' or l.expires_at > $2)
              and not exists (
                select
                from social.barriers b
                where b.tenant_id = $1 and b.viewer_id = $3 and b.other_id = l.seller_id
                  and (b.blocked or $14::uuid is null)
              )
              and ($4::text is null or l.kind = $4)
              and ($5::uuid[] is null or l.category_id = any($5))
              and ($6::numeric is null or l.price_amount >= $6)
              and ($7::numeric is null or l.price_amount <= $7)
              and ($8::text is null or l.price_currency = $8::text)
              and ($9::text is null or l.country = $9::text)
              and ($10::text is null or lower(l.city) = lower($10))
              and ($11::boolean is null or l.remote = $11)
              and ($12::text is null or l.state = $12)
              and ($13::text is null or l.condition = $13)
              and ($14::uuid is null or l.seller_id = $14)
              and ($15::uuid is null or exists (
                select
                from marketplace.listing_actions a
                where a.tenant_id = $1 and a.listing_id = l.id and a.account_id = $15 and a.saved_at is not null
              ))
              and ($16::text is null or l.id in (
                select found from marketplace.listings_with_words($16, $17::integer) as found
              ))
            "# + $($tail)+,
            $tx.scope().tenant.uuid(),
            $tx.now(),
            $tx.viewer(),
            $wanted.kind,
            $wanted.categories.as_deref(),
            $wanted.price_from,
            $wanted.price_to,
            $wanted.currency,
            $wanted.country,
            $wanted.city,
            $wanted.remote,
            $wanted.availability,
            $wanted.condition,
            $wanted.seller,
            $wanted.saved_by,
            $wanted.words,
            $crate::postgres::marketplace::list::FOUND,
            $($more),*
        )
    };
}
pub(super) use query_shown;

/// A page of listings: what they are read from, how many people saved them as far as that is an order, and what comes
/// after the conditions.
macro_rules! listed {
    ($tx:ident, $wanted:ident, $from:tt, $saves:tt, $tail:tt, $($more:expr),* $(,)?) => {
        query_shown!(
            ListingRow,
            $tx,
            $wanted,
            [r#"
            select l.id, l.seller_id, l.kind, l.title, l.description, l.price_amount, l.price_currency, l.salary_min,
              l.salary_max, l.salary_currency, l.negotiable, l.condition, l.quantity, l.city, l.country, l.remote,
              l.category_id, l.pictures, l.days, l.state, l.reserved, l.sold, l.published_at, l.expires_at, l.taken_off,
              l.version, l.created_at, l.updated_at, null::timestamptz as saved_at, "# + $saves + " from " + $from],
            [$tail],
            $($more),*
        )
        .fetch_all($tx.conn()?)
        .await?
    };
}

pub(super) async fn shown<Mode>(
    tx: &mut Tx<Mode>,
    filter: &ListingFilter,
    sort: ListingSort,
    request: &PageRequest<ListingKey>,
) -> Result<Listed> {
    let wanted = Wanted::of(tx, filter).await?;
    match sort {
        ListingSort::Newest => newest(tx, &wanted, request).await,
        ListingSort::Cheapest => cheapest(tx, &wanted, request).await,
        ListingSort::Dearest => dearest(tx, &wanted, request).await,
        ListingSort::EndingSoon => ending_soon(tx, &wanted, request).await,
        ListingSort::MostSaved => most_saved(tx, &wanted, request).await,
    }
}

async fn newest<Mode>(
    tx: &mut Tx<Mode>,
    wanted: &Wanted<'_>,
    request: &PageRequest<ListingKey>,
) -> Result<Listed> {
    let (at, id) = match request.after {
        Some(ListingKey::At(at, id)) => (at, id.uuid()),
        _ => (DateTime::<Utc>::MAX_UTC, Uuid::max()),
    };
    let rows = listed!(
        tx,
        wanted,
        "marketplace.listings l",
        "null::bigint as saves",
        r#"
        and (l.published_at, l.id) < ($19, $20)
        order by l.published_at desc, l.id desc
        limit $18
        "#,
        request.size.with_one_more(),
        at,
        id,
    );
    page(rows, request.size, Listing::try_from, |last| {
        ListingKey::At(last.published_at.unwrap_or(last.created_at), last.id)
    })
}

async fn ending_soon<Mode>(
    tx: &mut Tx<Mode>,
    wanted: &Wanted<'_>,
    request: &PageRequest<ListingKey>,
) -> Result<Listed> {
    let (at, id) = match request.after {
        Some(ListingKey::At(at, id)) => (at, id.uuid()),
        _ => (DateTime::<Utc>::UNIX_EPOCH, Uuid::nil()),
    };
    let rows = listed!(
        tx,
        wanted,
        "marketplace.listings l",
        "null::bigint as saves",
        r#"
        and l.state = 'published'
        and (l.expires_at, l.id) > ($19, $20)
        order by l.expires_at, l.id
        limit $18
        "#,
        request.size.with_one_more(),
        at,
        id,
    );
    page(rows, request.size, Listing::try_from, |last| {
        ListingKey::At(last.expires_at.unwrap_or(last.created_at), last.id)
    })
}

/// What a listing asks for; it has a price, since the list has none without.
fn price(listing: &Listing) -> ListingKey {
    let amount = listing.draft.price.as_ref().map_or(Decimal::ZERO, smilefactory_core::money::Money::amount);
    ListingKey::Price(amount, listing.id)
}

async fn cheapest<Mode>(
    tx: &mut Tx<Mode>,
    wanted: &Wanted<'_>,
    request: &PageRequest<ListingKey>,
) -> Result<Listed> {
    let (amount, id) = match request.after {
        Some(ListingKey::Price(amount, id)) => (amount, id.uuid()),
        _ => (Decimal::NEGATIVE_ONE, Uuid::nil()),
    };
    let rows = listed!(
        tx,
        wanted,
        "marketplace.listings l",
        "null::bigint as saves",
        r#"
        and l.price_amount is not null
        and l.price_currency = $8::text
        and (l.price_amount, l.id) > ($19::numeric, $20)
        order by l.price_amount, l.id
        limit $18
        "#,
        request.size.with_one_more(),
        amount,
        id,
    );
    page(rows, request.size, Listing::try_from, price)
}

async fn dearest<Mode>(
    tx: &mut Tx<Mode>,
    wanted: &Wanted<'_>,
    request: &PageRequest<ListingKey>,
) -> Result<Listed> {
    let (amount, id) = match request.after {
        Some(ListingKey::Price(amount, id)) => (amount, id.uuid()),
        _ => (Decimal::MAX, Uuid::max()),
    };
    let rows = listed!(
        tx,
        wanted,
        "marketplace.listings l",
        "null::bigint as saves",
        r#"
        and l.price_amount is not null
        and l.price_currency = $8::text
        and (l.price_amount, l.id) < ($19::numeric, $20)
        order by l.price_amount desc, l.id desc
        limit $18
        "#,
        request.size.with_one_more(),
        amount,
        id,
    );
    page(rows, request.size, Listing::try_from, price)
}

async fn most_saved<Mode>(
    tx: &mut Tx<Mode>,
    wanted: &Wanted<'_>,
    request: &PageRequest<ListingKey>,
) -> Result<Listed> {
    let (saves, id) = match request.after {
        Some(ListingKey::Saves(saves, id)) => (saves, id.uuid()),
        _ => (i64::MAX, Uuid::max()),
    };
    let rows = listed!(
        tx,
        wanted,
        "marketplace.listing_stats s join marketplace.listings l on l.tenant_id = s.tenant_id and l.id = s.listing_id",
        "s.saves",
        r#"
        and s.tenant_id = $1
        and (s.saves, s.listing_id) < ($19, $20)
        order by s.saves desc, s.listing_id desc
        limit $18
        "#,
        request.size.with_one_more(),
        saves,
        id,
    );
    let with_saves = |row: ListingRow| {
        let saves = row.saves.unwrap_or_default();
        Ok((saves, Listing::try_from(row)?))
    };
    let listed = page(rows, request.size, with_saves, |(saves, last)| ListingKey::Saves(*saves, last.id))?;
    Ok(listed.map(|(_, listing)| listing))
}

pub(super) async fn saved<Mode>(
    tx: &mut Tx<Mode>,
    account: AccountId,
    request: &PageRequest<SavedListingKey>,
) -> Result<Page<(DateTime<Utc>, Listing), SavedListingKey>> {
    let (at, id) =
        request.after.map_or((DateTime::<Utc>::MAX_UTC, Uuid::max()), |key| (key.at, key.id.uuid()));
    let now = tx.now();
    let rows = sqlx::query_as!(
        ListingRow,
        r#"
        select l.id, l.seller_id, l.kind, l.title, l.description, l.price_amount, l.price_currency, l.salary_min,
          l.salary_max, l.salary_currency, l.negotiable, l.condition, l.quantity, l.city, l.country, l.remote,
          l.category_id, l.pictures, l.days, l.state, l.reserved, l.sold, l.published_at, l.expires_at, l.taken_off,
          l.version, l.created_at, l.updated_at, a.saved_at, null::bigint as saves
        from marketplace.listing_actions a
        join marketplace.listings l on l.tenant_id = a.tenant_id and l.id = a.listing_id
        where a.tenant_id = $1
          and a.account_id = $2
          and a.saved_at is not null
          and (a.saved_at, a.listing_id) < ($3, $4)
          and l.erased_at is null
          and (l.seller_id = $2 or l.state in ('reserved', 'sold') or l.state = 'published' and l.expires_at > $6)
          and not exists (
            select
            from social.barriers b
            where b.tenant_id = $1 and b.viewer_id = $2 and b.other_id = l.seller_id and b.blocked
          )
        order by a.saved_at desc, a.listing_id desc
        limit $5
        "#,
        tx.scope().tenant.uuid(),
        account.uuid(),
        at,
        id,
        request.size.with_one_more(),
        now,
    )
    .fetch_all(tx.conn()?)
    .await?;
    let with_time = |row: ListingRow| {
        let at = row.saved_at.unwrap_or(row.updated_at);
        Ok((at, Listing::try_from(row)?))
    };
    page(rows, request.size, with_time, |(at, last): &(DateTime<Utc>, Listing)| {
        let id: ListingId = last.id;
        SavedListingKey { at: *at, id }
    })
}
