//! The marketplace: what is offered, asked, agreed, sold and reviewed; and what two who act at once leave.

mod erasing;
mod inquiry;
mod listing;
mod listing_list;
mod race;
mod review;

use smilefactory_core::id::{AccountId, InquiryId};
use smilefactory_core::marketplace::{
    AgreementDraft, Inquiry, InquiryDraft, Listing, ListingDraft, ListingInput, MarketplaceRefused,
    MarketplaceSettings,
};
use smilefactory_core::money::{Money, MoneyInput};
use smilefactory_core::validation::Field;
use smilefactory_store::marketplace::{self, MarketplaceError};
use smilefactory_store::prelude::*;
use smilefactory_store::testing::TestDb;

/// One step by one person, committed.
pub(crate) async fn by<T>(
    db: &TestDb,
    account: AccountId,
    step: impl AsyncFnOnce(&mut WriteTx) -> Result<T, MarketplaceError>,
) -> Result<T, MarketplaceError> {
    let mut tx = db.store.write(&db.one.scope_of(account)).await?;
    let done = step(&mut tx).await?;
    tx.commit().await?;
    Ok(done)
}

pub(crate) fn settings() -> MarketplaceSettings {
    MarketplaceSettings::default()
}

pub(crate) fn usd(amount: u32) -> Money {
    Money::new(amount.into(), "USD").unwrap()
}

/// A pump that costs 250 USD, of which there are so many.
pub(crate) fn pump(quantity: i64) -> ListingInput {
    ListingInput {
        kind: "product".into(),
        title: "A solar pump".into(),
        description: "It runs on **200 W**.".into(),
        price: Some(MoneyInput { amount: 250.into(), currency: "USD".into() }),
        negotiable: true,
        condition: Some("good".into()),
        quantity: Some(quantity),
        city: Some("Harare".into()),
        country: Some("ZW".into()),
        ..ListingInput::default()
    }
}

pub(crate) async fn drafted(db: &TestDb, seller: AccountId, input: ListingInput) -> Listing {
    let draft = ListingDraft::from_raw(input).unwrap();
    by(db, seller, async |tx| marketplace::draft(tx, draft, seller).await).await.unwrap()
}

pub(crate) async fn offered(db: &TestDb, seller: AccountId, input: ListingInput) -> Listing {
    let listing = drafted(db, seller, input).await;
    by(db, seller, async |tx| marketplace::publish(tx, listing.id, seller, &settings()).await).await.unwrap()
}

pub(crate) async fn ask(
    db: &TestDb,
    listing: &Listing,
    buyer: AccountId,
    offer: Option<u32>,
) -> Result<Inquiry, MarketplaceError> {
    let draft = InquiryDraft { message: "Is it there?".parse().unwrap(), offer: offer.map(usd) };
    by(db, buyer, async |tx| marketplace::ask(tx, listing.id, draft, buyer, &settings()).await).await
}

pub(crate) async fn agree(
    db: &TestDb,
    id: InquiryId,
    who: AccountId,
    price: u32,
) -> Result<Inquiry, MarketplaceError> {
    agree_to(db, id, who, Some(usd(price))).await
}

async fn agree_to(
    db: &TestDb,
    id: InquiryId,
    who: AccountId,
    price: Option<Money>,
) -> Result<Inquiry, MarketplaceError> {
    let agreement = AgreementDraft { price };
    by(db, who, async |tx| marketplace::agree(tx, id, agreement, who, &settings()).await).await
}

/// An inquiry on which both agreed.
pub(crate) async fn agreed(db: &TestDb, listing: &Listing, buyer: AccountId) -> Inquiry {
    let inquiry = ask(db, listing, buyer, None).await.unwrap();
    agree_to(db, inquiry.id, buyer, inquiry.price.clone()).await.unwrap();
    agree_to(db, inquiry.id, listing.seller, inquiry.price).await.unwrap()
}

pub(crate) async fn complete(
    db: &TestDb,
    id: InquiryId,
    who: AccountId,
) -> Result<Inquiry, MarketplaceError> {
    by(db, who, async |tx| marketplace::complete(tx, id, who).await).await
}

pub(crate) fn refusal(error: MarketplaceError) -> MarketplaceRefused {
    match error {
        MarketplaceError::Refused(refused) => refused,
        other => panic!("{other:?}"),
    }
}

pub(crate) async fn listing(db: &TestDb, id: smilefactory_core::id::ListingId) -> Listing {
    let mut tx = db.store.read(&db.one.scope).await.unwrap();
    tx.listings().get(id).await.unwrap().unwrap()
}
