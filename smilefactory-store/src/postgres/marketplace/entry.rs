//! What was said and done about an inquiry. What is said is encrypted.

use chrono::{DateTime, Utc};
use rust_decimal::Decimal;
use smilefactory_core::id::{AccountId, Id, InquiryEntryId, InquiryId};
use smilefactory_core::marketplace::{InquiryEntry, OwnInquiryEntry};
use smilefactory_core::page::{Page, PageRequest};
use smilefactory_core::version::Version;
use uuid::Uuid;

use super::row::money;
use crate::crypto::{Cipher, FieldColumn};
use crate::error::{Result, StoreError};
use crate::postgres::row::{RowOf, page};
use crate::tx::{Tx, WriteTx};

const TABLE: &str = "marketplace.inquiry_entries";

/// Where what is said is kept; the ciphertext opens in its own row and nowhere else.
const MESSAGE: FieldColumn = FieldColumn { table: TABLE, column: "message" };

struct EntryRow {
    id: Uuid,
    inquiry_id: Uuid,
    number: i64,
    step: String,
    by_id: Option<Uuid>,
    message: Option<Vec<u8>>,
    price_amount: Option<Decimal>,
    price_currency: Option<String>,
    at: DateTime<Utc>,
}

fn entry(row: EntryRow, cipher: Option<&Cipher>) -> Result<InquiryEntry> {
    let of = RowOf { table: TABLE, id: row.id };
    let message = match (row.message, cipher) {
        (Some(sealed), Some(cipher)) => {
            Some(of.parse("message", &cipher.decrypt(MESSAGE.row(row.id), &sealed)?)?)
        }
        (Some(_), None) => return Err(StoreError::internal("a message is to be read without a key")),
        (None, _) => None,
    };
    Ok(InquiryEntry {
        number: Version::new(row.number),
        step: of.parse("step", &row.step)?,
        by: row.by_id.map(AccountId::from_uuid),
        message,
        price: money(of, "price_amount", row.price_amount, row.price_currency)?,
        at: row.at,
    })
}

pub(super) async fn list<Mode>(
    tx: &mut Tx<Mode>,
    inquiry: InquiryId,
    request: &PageRequest<Version>,
) -> Result<Page<InquiryEntry, Version>> {
    let rows = sqlx::query_as!(
        EntryRow,
        r#"
        select e.id, e.inquiry_id, e.number, e.step, e.by_id, e.message, e.price_amount, e.price_currency, e.at
        from marketplace.inquiry_entries e
        where e.tenant_id = $1 and e.inquiry_id = $2 and e.number > $3
        order by e.number
        limit $4
        "#,
        tx.scope().tenant.uuid(),
        inquiry.uuid(),
        request.after.map_or(0, Version::get),
        request.size.with_one_more(),
    )
    .fetch_all(tx.conn()?)
    .await?;
    let cipher = if rows.iter().any(|row| row.message.is_some()) { Some(tx.cipher().await?) } else { None };
    page(rows, request.size, |row| entry(row, cipher.as_ref()), |last| last.number)
}

/// What somebody said and did, in the order of the ids.
pub(super) async fn list_by<Mode>(
    tx: &mut Tx<Mode>,
    account: AccountId,
    request: &PageRequest<InquiryEntryId>,
) -> Result<Page<OwnInquiryEntry, InquiryEntryId>> {
    let rows = sqlx::query_as!(
        EntryRow,
        r#"
        select e.id, e.inquiry_id, e.number, e.step, e.by_id, e.message, e.price_amount, e.price_currency, e.at
        from marketplace.inquiry_entries e
        where e.tenant_id = $1 and e.by_id = $2 and e.id > $3
        order by e.id
        limit $4
        "#,
        tx.scope().tenant.uuid(),
        account.uuid(),
        request.after.map_or(Uuid::nil(), Uuid::from),
        request.size.with_one_more(),
    )
    .fetch_all(tx.conn()?)
    .await?;
    let cipher = if rows.iter().any(|row| row.message.is_some()) { Some(tx.cipher().await?) } else { None };
    let own = |row: EntryRow| {
        let (id, inquiry) = (InquiryEntryId::from_uuid(row.id), InquiryId::from_uuid(row.inquiry_id));
        Ok((id, OwnInquiryEntry { inquiry, entry: entry(row, cipher.as_ref())? }))
    };
    Ok(page(rows, request.size, own, |(id, _)| *id)?.map(|(_, entry)| entry))
}

pub(super) async fn insert(tx: &mut WriteTx, inquiry: InquiryId, entry: &InquiryEntry) -> Result<()> {
    let id: InquiryEntryId = tx.new_id()?;
    let message = match &entry.message {
        Some(message) => {
            let nonce = tx.random()?;
            Some(tx.cipher().await?.encrypt(MESSAGE.row(id.uuid()), message.as_str(), nonce)?)
        }
        None => None,
    };
    sqlx::query!(
        r#"
        insert into marketplace.inquiry_entries (tenant_id, id, inquiry_id, number, step, by_id, message, price_amount,
          price_currency, at)
        values ($1, $2, $3, $4, $5, $6, $7, $8::numeric, $9::text, $10)
        "#,
        tx.scope().tenant.uuid(),
        id.uuid(),
        inquiry.uuid(),
        entry.number.get(),
        entry.step.as_str(),
        entry.by.map(Uuid::from),
        message,
        entry.price.as_ref().map(smilefactory_core::money::Money::amount),
        entry.price.as_ref().map(|price| price.currency().to_string()),
        entry.at,
    )
    .execute(tx.conn()?)
    .await?;
    Ok(())
}
