//! Erasing somebody who traded: what they said is nowhere, what they agreed on ends, and others keep what is theirs.

use std::sync::Arc;

use chrono::TimeDelta;
use smilefactory_core::id::Id;
use smilefactory_core::identity::Erasure;
use smilefactory_core::marketplace::{InquiryState, ListingReviewDraft, ListingReviewInput, ListingState};
use smilefactory_core::validation::Field;
use smilefactory_store::blob::Objects;
use smilefactory_store::maintenance::erase_due;
use smilefactory_store::marketplace;
use smilefactory_store::media::MediaLibrary;
use smilefactory_store::prelude::*;
use smilefactory_store::testing::TestDb;
use sqlx::AssertSqlSafe;

use super::{agreed, ask, by, complete, drafted, listing, offered, pump};

#[tokio::test]
async fn who_is_erased_offers_asks_and_says_nothing_any_more() {
    let db = TestDb::new().await;
    let (zanele, rudo) = (db.one.person("zanele").await.id, db.one.person("rudo").await.id);
    let words = |quantity| smilefactory_core::marketplace::ListingInput {
        title: "Xqz pump".into(),
        description: "Xqz words".into(),
        city: Some("Xqz".into()),
        ..pump(quantity)
    };
    let (asked, unasked) = (offered(&db, zanele, words(3)).await, offered(&db, zanele, words(1)).await);
    drafted(&db, zanele, words(1)).await;
    let his = offered(&db, rudo, pump(1)).await;
    // Sold by her, kept for somebody else, and kept for her.
    let done = agreed(&db, &asked, rudo).await;
    complete(&db, done.id, rudo).await.unwrap();
    for who in [zanele, rudo] {
        let input = ListingReviewInput { stars: 4, text: Some("Xqz said".into()) };
        let draft = ListingReviewDraft::from_raw(input).unwrap();
        by(&db, who, async |tx| marketplace::review(tx, done.id, draft, who).await).await.unwrap();
    }
    let open = agreed(&db, &asked, db.one.person("farai").await.id).await;
    let hers = agreed(&db, &his, zanele).await;
    by(&db, zanele, async |tx| marketplace::save(tx, his.id, zanele).await).await.unwrap();
    ask(&db, &unasked, rudo, None).await.unwrap();

    let mut tx = db.store.write(&db.one.scope_of(zanele)).await.unwrap();
    let (erasure, _) = Erasure::ask(zanele, tx.now());
    tx.erasures().insert(&erasure).await.unwrap();
    tx.commit().await.unwrap();
    db.clock.advance(TimeDelta::days(31));
    let library = MediaLibrary::new(db.store.clone(), Arc::new(Objects::memory()));
    erase_due(&db.store, &library).await.unwrap();

    let mut tx = db.store.read(&db.one.scope).await.unwrap();
    for id in [open.id, hers.id] {
        assert_eq!(tx.inquiries().get(id).await.unwrap().unwrap().state, InquiryState::Cancelled);
    }
    assert_eq!(tx.listings().list_of_seller(zanele, None, &Default::default()).await.unwrap().items.len(), 2);
    assert!(tx.reviews().list_of(zanele, &Default::default()).await.unwrap().items.is_empty());
    let about_him = tx.reviews().list_of(rudo, &Default::default()).await.unwrap().items;
    assert_eq!((about_him.len(), about_him[0].draft.text.is_none()), (1, true));
    assert_eq!(tx.reviews().seller_stats(zanele).await.unwrap(), Default::default());
    drop(tx);
    let emptied = listing(&db, asked.id).await;
    assert_eq!((emptied.state, emptied.draft.title.as_str()), (ListingState::Withdrawn, "[erased]"));
    assert_eq!(listing(&db, his.id).await.state, ListingState::Published, "nothing is kept for her");
    for table in [
        "marketplace.listings",
        "marketplace.listing_documents",
        "marketplace.reviews",
        "marketplace.listing_actions",
        "platform.audit",
        "platform.outbox",
    ] {
        let sought = format!(
            "select count(*) from {table} t where t::text ilike '%xqz%'
               or '{table}' = 'marketplace.listing_actions' and t::text like '%{}%'",
            zanele.uuid()
        );
        let found: i64 =
            sqlx::query_scalar(AssertSqlSafe(sought)).fetch_one(&mut db.superuser().await).await.unwrap();
        assert_eq!(found, 0, "{table}");
    }
    let said: i64 = sqlx::query_scalar(
        "select count(*) from marketplace.inquiry_entries where by_id = $1 and message is not null",
    )
    .bind(zanele.uuid())
    .fetch_one(&mut db.superuser().await)
    .await
    .unwrap();
    assert_eq!(said, 0);
}
