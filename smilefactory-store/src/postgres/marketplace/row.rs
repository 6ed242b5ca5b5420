//! Rows of listings.

use chrono::{DateTime, Utc};
use rust_decimal::Decimal;
use smilefactory_core::id::{AccountId, CategoryId, Id, ListingId, MediaId};
use smilefactory_core::marketplace::{Listing, ListingDraft};
use smilefactory_core::money::{Money, MoneyInput, MoneyRange, MoneyRangeInput};
use smilefactory_core::version::Version;
use uuid::Uuid;

use crate::error::{Result, StoreError};
use crate::postgres::row::RowOf;

pub(super) struct ListingRow {
    pub(super) id: Uuid,
    pub(super) seller_id: Uuid,
    pub(super) kind: String,
    pub(super) title: String,
    pub(super) description: String,
    pub(super) price_amount: Option<Decimal>,
    pub(super) price_currency: Option<String>,
    pub(super) salary_min: Option<Decimal>,
    pub(super) salary_max: Option<Decimal>,
    pub(super) salary_currency: Option<String>,
    pub(super) negotiable: bool,
    pub(super) condition: Option<String>,
    pub(super) quantity: Option<i32>,
    pub(super) city: Option<String>,
    pub(super) country: Option<String>,
    pub(super) remote: bool,
    pub(super) category_id: Option<Uuid>,
    pub(super) pictures: Vec<Uuid>,
    pub(super) days: Option<i32>,
    pub(super) state: String,
    pub(super) reserved: i32,
    pub(super) sold: i32,
    pub(super) published_at: Option<DateTime<Utc>>,
    pub(super) expires_at: Option<DateTime<Utc>>,
    pub(super) taken_off: Option<String>,
    pub(super) version: i64,
    pub(super) created_at: DateTime<Utc>,
    pub(super) updated_at: DateTime<Utc>,
    /// By what it stands in a list: when it was saved, or how many saved it.
    pub(super) saved_at: Option<DateTime<Utc>>,
    pub(super) saves: Option<i64>,
}

/// Reads listings: what follows `from marketplace.listings l`, and its parameters.
macro_rules! select_listings {
    ($tail:literal, $($parameter:expr),* $(,)?) => {
        sqlx::query_as!(
            $crate::postgres::marketplace::row::ListingRow,
            r#"
            select l.id, l.seller_id, l.kind, l.title, l.description, l.price_amount, l.price_currency, l.salary_min,
              l.salary_max, l.salary_currency, l.negotiable, l.condition, l.quantity, l.city, l.country, l.remote,
              l.category_id, l.pictures, l.days, l.state, l.reserved, l.sold, l.published_at, l.expires_at, l.taken_off,
              l.version, l.created_at, l.updated_at, null::timestamptz as saved_at, null::bigint as saves
            from marketplace.listings l
            "# + $tail,
            $($parameter),*
        )
    };
}
pub(super) use select_listings;

/// A number that the database keeps with a sign.
pub(super) fn count(of: RowOf, column: &'static str, number: i32) -> Result<u32> {
    u32::try_from(number).map_err(|error| StoreError::corrupt(of.table, column, of.id)(Box::new(error)))
}

/// An amount and its currency, when they are there.
pub(super) fn money(
    of: RowOf,
    column: &'static str,
    amount: Option<Decimal>,
    currency: Option<String>,
) -> Result<Option<Money>> {
    let raw = amount.zip(currency).map(|(amount, currency)| MoneyInput { amount, currency });
    of.field(column, raw)
}

impl TryFrom<ListingRow> for Listing {
    type Error = StoreError;
    fn try_from(row: ListingRow) -> Result<Self> {
        let of = RowOf { table: "marketplace.listings", id: row.id };
        let range = row.salary_min.zip(row.salary_max).zip(row.salary_currency);
        let salary = range.map(|((min, max), currency)| MoneyRangeInput { min, max, currency });
        Ok(Self {
            id: ListingId::from_uuid(row.id),
            seller: AccountId::from_uuid(row.seller_id),
            state: of.parse("state", &row.state)?,
            reserved: count(of, "reserved", row.reserved)?,
            sold: count(of, "sold", row.sold)?,
            published_at: row.published_at,
            expires_at: row.expires_at,
            taken_off: of.parse_opt("taken_off", row.taken_off.as_deref())?,
            version: Version::new(row.version),
            created_at: row.created_at,
            updated_at: row.updated_at,
            draft: ListingDraft {
                kind: of.parse("kind", &row.kind)?,
                title: of.parse("title", &row.title)?,
                description: of.parse("description", &row.description)?,
                price: money(of, "price_amount", row.price_amount, row.price_currency)?,
                salary: of.field::<Option<MoneyRange>>("salary_min", salary)?,
                negotiable: row.negotiable,
                condition: of.parse_opt("condition", row.condition.as_deref())?,
                quantity: of.field("quantity", row.quantity.map(i64::from))?,
                city: of.parse_opt("city", row.city.as_deref())?,
                country: of.parse_opt("country", row.country.as_deref())?,
                remote: row.remote,
                category: row.category_id.map(CategoryId::from_uuid),
                pictures: of.set("pictures", row.pictures.into_iter().map(MediaId::from_uuid))?,
                days: of.field("days", row.days.map(i64::from))?,
            },
        })
    }
}
