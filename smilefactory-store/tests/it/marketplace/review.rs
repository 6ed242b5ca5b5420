//! Reviews: one of each side, after it is done, changed for some days; and how somebody is as a seller.

use chrono::TimeDelta;
use smilefactory_core::id::AccountId;
use smilefactory_core::marketplace::{
    Inquiry, ListingReview, ListingReviewDraft, ListingReviewInput, MarketplaceRefused,
};
use smilefactory_core::validation::Field;
use smilefactory_store::marketplace::{self, MarketplaceError};
use smilefactory_store::prelude::*;
use smilefactory_store::testing::TestDb;

use super::{agreed, by, complete, offered, pump, refusal};

async fn review(
    db: &TestDb,
    inquiry: &Inquiry,
    who: AccountId,
    stars: i64,
) -> Result<ListingReview, MarketplaceError> {
    let input = ListingReviewInput { stars, text: Some("It runs.".into()) };
    let draft = ListingReviewDraft::from_raw(input).unwrap();
    by(db, who, async |tx| marketplace::review(tx, inquiry.id, draft, who).await).await
}

#[tokio::test]
async fn each_side_says_once_how_it_was_and_the_sellers_mean_follows() {
    let db = TestDb::new().await;
    let seller = db.one.person("tariro").await.id;
    let there = offered(&db, seller, pump(3)).await;
    let (rudo, farai) = (db.one.person("rudo").await.id, db.one.person("farai").await.id);
    let (first, second) = (agreed(&db, &there, rudo).await, agreed(&db, &there, farai).await);
    assert!(matches!(refusal(review(&db, &first, rudo, 5).await.unwrap_err()), MarketplaceRefused::State(_)));
    for inquiry in [&first, &second] {
        complete(&db, inquiry.id, seller).await.unwrap();
    }
    let stranger = db.one.person("chipo").await.id;
    let refused = review(&db, &first, stranger, 1).await.unwrap_err();
    assert!(matches!(refused, MarketplaceError::NotThere("inquiry")));
    let written = review(&db, &first, rudo, 5).await.unwrap();
    review(&db, &first, seller, 2).await.unwrap();
    review(&db, &second, farai, 1).await.unwrap();
    review(&db, &second, farai, 4).await.unwrap();
    let mut tx = db.store.read(&db.one.scope_of(stranger)).await.unwrap();
    let stats = tx.reviews().seller_stats(seller).await.unwrap();
    assert_eq!((stats.completed, stats.reviews, stats.rating), (2, 2, Some(4.5)));
    assert_eq!(tx.reviews().seller_stats(rudo).await.unwrap().reviews, 0, "a buyer is no seller");
    assert_eq!(tx.reviews().get(first.id, rudo).await.unwrap().unwrap(), written);
    assert_eq!(tx.reviews().list_of(seller, &Default::default()).await.unwrap().items.len(), 2);
    assert_eq!(tx.reviews().list_of(rudo, &Default::default()).await.unwrap().items.len(), 1);
    assert_eq!(tx.reviews().list_by(seller, &Default::default()).await.unwrap().items.len(), 1);
    drop(tx);
    db.one.block(stranger, rudo).await;
    let mut tx = db.store.read(&db.one.scope_of(stranger)).await.unwrap();
    assert_eq!(tx.reviews().list_of(seller, &Default::default()).await.unwrap().items.len(), 1);
    drop(tx);
    db.one.block(farai, seller).await;
    let barred = review(&db, &second, farai, 1).await.unwrap_err();
    assert!(matches!(barred, MarketplaceError::NotThere("inquiry")), "{barred:?}");
    db.clock.advance(TimeDelta::days(7));
    assert_eq!(refusal(review(&db, &first, rudo, 3).await.unwrap_err()), MarketplaceRefused::TooLate);
}
