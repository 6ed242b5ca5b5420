//! Inquiries: asked, bargained about, agreed, completed, cancelled; who sees them, and what is written down.

use chrono::TimeDelta;
use smilefactory_core::id::{AccountId, Id};
use smilefactory_core::marketplace::{
    Inquiry, InquiryState, InquiryStep, ListingInput, ListingState, MarketplaceRefused, MarketplaceSettings,
    RemarkDraft,
};
use smilefactory_core::page::{PageRequest, PageSize};
use smilefactory_store::maintenance;
use smilefactory_store::marketplace::{self, MarketplaceError};
use smilefactory_store::prelude::*;
use smilefactory_store::repo::marketplace::{InquiryFilter, Side};
use smilefactory_store::testing::TestDb;
use sqlx::AssertSqlSafe;

use super::{agree, agreed, ask, by, complete, listing, offered, pump, refusal, settings, usd};

async fn say(db: &TestDb, inquiry: &Inquiry, who: AccountId, text: &str, offer: Option<u32>) -> Inquiry {
    let remark = RemarkDraft { message: Some(text.parse().unwrap()), offer: offer.map(usd) };
    by(db, who, async |tx| marketplace::say(tx, inquiry.id, remark, who).await).await.unwrap()
}

async fn cancel(db: &TestDb, inquiry: &Inquiry, who: AccountId) -> Result<Inquiry, MarketplaceError> {
    let why =
        smilefactory_core::marketplace::InquiryCancellationDraft { reason: "Too dear.".parse().unwrap() };
    by(db, who, async |tx| marketplace::cancel(tx, inquiry.id, why, who).await).await
}

#[tokio::test]
async fn two_bargain_agree_and_complete_and_everything_is_written_down() {
    let db = TestDb::new().await;
    let (seller, buyer) = (db.one.person("tariro").await.id, db.one.person("rudo").await.id);
    let there = offered(&db, seller, pump(1)).await;
    let inquiry = ask(&db, &there, buyer, Some(200)).await.unwrap();
    assert_eq!(refusal(ask(&db, &there, buyer, None).await.unwrap_err()), MarketplaceRefused::AlreadyAsked);
    say(&db, &inquiry, buyer, "I would fetch it.", None).await;
    let countered = say(&db, &inquiry, seller, "For a little more.", Some(230)).await;
    assert_eq!(countered.state, InquiryState::Negotiating);
    assert_eq!(
        refusal(agree(&db, inquiry.id, buyer, 200).await.unwrap_err()),
        MarketplaceRefused::OtherPrice
    );
    let both = agree(&db, inquiry.id, buyer, 230).await.unwrap();
    assert_eq!(both.state, InquiryState::Agreed);
    assert_eq!(listing(&db, there.id).await.state, ListingState::Reserved);
    let done = complete(&db, inquiry.id, seller).await.unwrap();
    assert_eq!(
        (done.state, listing(&db, there.id).await.state),
        (InquiryState::Completed, ListingState::Sold)
    );
    assert!(matches!(refusal(cancel(&db, &inquiry, buyer).await.unwrap_err()), MarketplaceRefused::State(_)));

    let mut tx = db.store.read(&db.one.scope_of(buyer)).await.unwrap();
    assert_eq!(tx.inquiries().get(inquiry.id).await.unwrap().unwrap(), done);
    let mut entries = Vec::new();
    let mut request = PageRequest::first(PageSize::new(2).unwrap());
    loop {
        let page = tx.inquiries().entries(inquiry.id, &request).await.unwrap();
        entries.extend(page.items);
        let Some(key) = page.next else { break };
        request = PageRequest::after(request.size, key);
    }
    let steps: Vec<_> = entries.iter().map(|entry| (entry.step, entry.by)).collect();
    use InquiryStep::{Agree, Ask, Complete, Offer, Say};
    let by_whom = [(Ask, buyer), (Say, buyer), (Offer, seller), (Agree, buyer), (Complete, seller)];
    assert_eq!(steps, by_whom.map(|(step, who)| (step, Some(who))));
    assert_eq!(entries[1].message.as_ref().unwrap().as_str(), "I would fetch it.");
    let stats = tx.reviews().seller_stats(seller).await.unwrap();
    assert_eq!((stats.completed, stats.answered, stats.answer_seconds), (1, 1, Some(0)));
    assert_eq!(tx.listings().stats(&[there.id], buyer).await.unwrap()[0].1.inquiries, 1);
    drop(tx);

    let mut tx = db.store.read(&db.two.scope).await.unwrap();
    assert!(tx.inquiries().get(inquiry.id).await.unwrap().is_none());
    let told: i64 = sqlx::query_scalar(
        "select count(*) from platform.outbox where name = 'marketplace.inquiry.moved' and subject = $1",
    )
    .bind(inquiry.id.uuid())
    .fetch_one(&mut db.superuser().await)
    .await
    .unwrap();
    assert_eq!(told, 5);
}

#[tokio::test]
async fn what_is_said_is_in_no_table_trail_or_outbox() {
    let db = TestDb::new().await;
    let (seller, buyer) = (db.one.person("tariro").await.id, db.one.person("rudo").await.id);
    let there = offered(&db, seller, pump(1)).await;
    let inquiry = ask(&db, &there, buyer, None).await.unwrap();
    say(&db, &inquiry, seller, "Xqzsecret", None).await;
    for table in ["marketplace.inquiry_entries", "marketplace.inquiries", "platform.audit", "platform.outbox"]
    {
        let sought = format!("select count(*) from {table} t where t::text like '%' || $1 || '%'");
        for plain in ["Xqzsecret".to_owned(), hex("Xqzsecret")] {
            let found: i64 = sqlx::query_scalar(AssertSqlSafe(sought.clone()))
                .bind(&plain)
                .fetch_one(&mut db.superuser().await)
                .await
                .unwrap();
            assert_eq!(found, 0, "{table}");
        }
    }
}

fn hex(text: &str) -> String {
    text.bytes().map(|byte| format!("{byte:02x}")).collect()
}

#[tokio::test]
async fn an_inquiry_is_for_the_two_and_a_block_hides_it_from_both() {
    let db = TestDb::new().await;
    let (seller, buyer) = (db.one.person("tariro").await.id, db.one.person("rudo").await.id);
    let stranger = db.one.person("farai").await.id;
    let there = offered(&db, seller, pump(1)).await;
    assert_eq!(refusal(ask(&db, &there, seller, None).await.unwrap_err()), MarketplaceRefused::Oneself);
    let inquiry = ask(&db, &there, buyer, None).await.unwrap();
    let nothing = |error: MarketplaceError| matches!(error, MarketplaceError::NotThere("inquiry"));
    assert!(nothing(complete(&db, inquiry.id, stranger).await.unwrap_err()));
    let list = async |who: AccountId, side: Option<Side>| {
        let filter = InquiryFilter { side, ..InquiryFilter::default() };
        let mut tx = db.store.read(&db.one.scope_of(who)).await.unwrap();
        tx.inquiries().list(who, filter, &Default::default()).await.unwrap().items.len()
    };
    for (who, side, expected) in [
        (seller, None, 1),
        (seller, Some(Side::Seller), 1),
        (seller, Some(Side::Buyer), 0),
        (buyer, Some(Side::Buyer), 1),
        (buyer, Some(Side::Seller), 0),
        (stranger, None, 0),
    ] {
        assert_eq!(list(who, side).await, expected);
    }
    db.one.block(buyer, seller).await;
    for who in [seller, buyer] {
        assert_eq!(list(who, None).await, 0);
        assert!(nothing(agree(&db, inquiry.id, who, 250).await.unwrap_err()));
    }
    let refused = ask(&db, &there, buyer, None).await.unwrap_err();
    assert!(matches!(refused, MarketplaceError::NotThere("listing")));
}

#[tokio::test]
async fn nobody_asks_about_more_than_a_day_allows_nor_about_what_is_gone() {
    let db = TestDb::new().await;
    let (seller, buyer) = (db.one.person("tariro").await.id, db.one.person("rudo").await.id);
    let mut few = MarketplaceSettings::default();
    few.inquiries_a_day = 1;
    let (one, two) = (offered(&db, seller, pump(1)).await, offered(&db, seller, pump(1)).await);
    let ask_of = async |id| {
        let draft =
            smilefactory_core::marketplace::InquiryDraft { message: "Mine?".parse().unwrap(), offer: None };
        by(&db, buyer, async |tx| marketplace::ask(tx, id, draft, buyer, &few).await).await
    };
    ask_of(one.id).await.unwrap();
    assert_eq!(refusal(ask_of(two.id).await.unwrap_err()), MarketplaceRefused::TooManyToday(1));
    db.clock.advance(TimeDelta::days(1) + TimeDelta::seconds(1));
    ask_of(two.id).await.unwrap();
    by(&db, seller, async |tx| marketplace::withdraw(tx, two.id, seller).await).await.unwrap();
    let other = db.one.person("farai").await.id;
    assert!(matches!(ask(&db, &two, other, None).await.unwrap_err(), MarketplaceError::NotThere("listing")));
}

#[tokio::test]
async fn what_is_kept_too_long_is_there_for_others_again() {
    let db = TestDb::new().await;
    let (seller, buyer) = (db.one.person("tariro").await.id, db.one.person("rudo").await.id);
    let there = offered(&db, seller, pump(1)).await;
    let kept = agreed(&db, &there, buyer).await;
    let withdraw = by(&db, seller, async |tx| marketplace::withdraw(tx, there.id, seller).await).await;
    assert_eq!(refusal(withdraw.unwrap_err()), MarketplaceRefused::KeptForSomebody);
    assert_eq!(maintenance::lapse_reservations(&db.store).await.unwrap(), 0);
    db.clock.advance(settings().kept_for());
    assert_eq!(maintenance::lapse_reservations(&db.store).await.unwrap(), 1);
    assert_eq!(maintenance::lapse_reservations(&db.store).await.unwrap(), 0);
    let after = listing(&db, there.id).await;
    assert_eq!((after.state, after.reserved), (ListingState::Published, 0));
    assert!(matches!(
        refusal(complete(&db, kept.id, buyer).await.unwrap_err()),
        MarketplaceRefused::State(_)
    ));
    let mut tx = db.store.read(&db.one.scope).await.unwrap();
    let lapsed = tx.inquiries().get(kept.id).await.unwrap().unwrap();
    assert_eq!((lapsed.state, lapsed.cancelled_by), (InquiryState::Cancelled, None));
    drop(tx);
    agreed(&db, &after, db.one.person("farai").await.id).await;
}

#[tokio::test]
async fn a_service_is_not_used_up() {
    let db = TestDb::new().await;
    let seller = db.one.person("tariro").await.id;
    let service = ListingInput { kind: "service".into(), condition: None, quantity: None, ..pump(1) };
    let there = offered(&db, seller, service).await;
    for name in ["rudo", "farai"] {
        let kept = agreed(&db, &there, db.one.person(name).await.id).await;
        complete(&db, kept.id, seller).await.unwrap();
    }
    let after = listing(&db, there.id).await;
    assert_eq!((after.state, after.reserved, after.sold), (ListingState::Published, 0, 2));
    let cancelled = agreed(&db, &there, db.one.person("chipo").await.id).await;
    cancel(&db, &cancelled, seller).await.unwrap();
}
