//! The marketplace.

use smilefactory_client::Client;
use smilefactory_core::content::{MediaType, MediaVariant};
use smilefactory_core::marketplace::{
    Availability, InquiryInput, InquiryState, ItemCondition, ListingInput, ListingPatch, ListingReviewInput,
    ListingSort, ListingState, ListingType, RemarkInput,
};
use smilefactory_core::money::{Money, MoneyInput};
use smilefactory_core::patch::Patch;

use super::files::A_GIF;
use super::world::World;

fn usd(amount: u32) -> Money {
    Money::new(amount.into(), "USD").unwrap()
}

fn pump() -> ListingInput {
    ListingInput {
        kind: "product".into(),
        title: "A solar pump".into(),
        description: "It runs on **200 W**.".into(),
        price: Some(usd(250).into()),
        negotiable: true,
        condition: Some("good".into()),
        quantity: Some(2),
        city: Some("Harare".into()),
        country: Some("ZW".into()),
        ..ListingInput::default()
    }
}

pub(crate) async fn walk(world: &World) {
    let (seller, buyer) = (world.member("tsitsi").await, world.member("tonderai").await);
    let listings = seller.client.listings();
    let refused = listings.draft(&ListingInput { title: String::new(), ..pump() }).await.unwrap_err();
    assert_eq!(refused.violations().unwrap().iter().next().unwrap().pointer, "/title");
    let picture = seller.client.media().upload("pixel.gif", MediaType::Gif, A_GIF).await.unwrap();
    let input = ListingInput { pictures: vec![picture.id.to_string()], ..pump() };
    let draft = listings.draft(&input).idempotency_key("drafted").await.unwrap();
    assert_eq!(listings.draft(&input).idempotency_key("drafted").await.unwrap(), draft);
    assert!(buyer.client.listings().get(draft.id).await.unwrap_err().is_not_found());
    let patch = ListingPatch { city: Patch::Set("Mutare".into()), ..ListingPatch::default() };
    let edited = listings.edit(&draft, &patch).await.unwrap();
    assert!(listings.edit(&draft, &patch).await.unwrap_err().is_stale());
    let published = listings.publish(draft.id).await.unwrap();
    assert_eq!((published.state, published.version), (ListingState::Published, edited.version.next()));
    let other = listings.draft(&pump()).await.unwrap();
    listings.delete(&other).await.unwrap();
    let second = listings.draft(&pump()).await.unwrap();
    listings.publish(second.id).await.unwrap();

    let seen = buyer.client.listings().get(draft.id).await.unwrap();
    assert_eq!(seen.html, "<p>It runs on <strong>200 W</strong>.</p>\n");
    assert_eq!(seen.availability, Some(Availability::Available));
    let url =
        buyer.client.listings().picture_url(draft.id, picture.id, MediaVariant::Original).await.unwrap();
    assert!(!buyer.client.media().fetch(&url).await.unwrap().is_empty());
    assert!(buyer.client.media().get(picture.id).await.is_ok());
    assert!(seller.client.media().delete(picture.id).await.unwrap_err().is_step_refused());
    assert_eq!(buyer.client.listings().view(draft.id).await.unwrap().views, 1);
    assert_eq!(buyer.client.listings().save(draft.id).await.unwrap().saves, 1);
    lists(&buyer.client, &seller.client, seller.account.id, draft.id).await;
    bargain(&buyer.client, &seller.client, seller.account.id, draft.id).await;
    buyer.client.listings().unsave(draft.id).await.unwrap();
    assert_eq!(listings.withdraw(second.id).await.unwrap().state, ListingState::Withdrawn);
    let staff = world.moderator("tatenda").await;
    let off = staff.client.listings().take_off(draft.id, "It is not theirs.").await.unwrap();
    assert_eq!(off.taken_off.unwrap().as_str(), "It is not theirs.");
    assert!(listings.publish(draft.id).await.unwrap_err().is_step_refused());
}

async fn lists(
    buyer: &Client,
    seller: &Client,
    of: smilefactory_core::id::AccountId,
    saved: smilefactory_core::id::ListingId,
) {
    let all = || buyer.listings().list().seller(of);
    let first = all().limit(1).sort(ListingSort::Newest).await.unwrap();
    let cursor = first.next_cursor.unwrap();
    let rest = all().limit(1).sort(ListingSort::Newest).cursor(&cursor).await.unwrap();
    let both = [first.items[0].listing.id, rest.items[0].listing.id];
    assert!(both.contains(&saved) && both[0] != both[1] && rest.next_cursor.is_none(), "{both:?}");
    let narrow = all()
        .kind(ListingType::Product)
        .price_from(&usd(100))
        .price_to(&usd(300))
        .country("ZW")
        .city("mutare")
        .remote(false)
        .availability(Availability::Available)
        .condition(ItemCondition::Good)
        .saved()
        .words("solar")
        .sort(ListingSort::Cheapest)
        .await
        .unwrap();
    assert_eq!(narrow.items.iter().map(|listed| listed.listing.id).collect::<Vec<_>>(), [saved]);
    let unpriced = all().sort(ListingSort::Cheapest).await.unwrap_err();
    assert_eq!(unpriced.violations().unwrap().iter().next().unwrap().pointer, "/sort");
    let nowhere = smilefactory_core::id::Id::from_uuid(uuid::Uuid::from_u128(7));
    assert!(all().category(nowhere).await.unwrap().items.is_empty());
    let counts = buyer
        .listings()
        .count()
        .seller(of)
        .kind(ListingType::Product)
        .price_from(&usd(100))
        .price_to(&usd(300))
        .country("ZW")
        .city("mutare")
        .remote(false)
        .availability(Availability::Available)
        .condition(ItemCondition::Good)
        .saved()
        .words("solar")
        .send()
        .await
        .unwrap();
    assert_eq!((counts.counted, counts.kinds[0].listings), (1, 1));
    assert_eq!(buyer.listings().count().category(nowhere).send().await.unwrap().counted, 0);
    let mine = seller.listings().list_mine().state(ListingState::Published).limit(1).await.unwrap();
    let cursor = mine.next_cursor.unwrap();
    let mine = seller.listings().list_mine().state(ListingState::Published).limit(1).cursor(&cursor).await;
    assert!(both.contains(&mine.unwrap().items[0].listing.id));
    let second = both.into_iter().find(|id| *id != saved).unwrap();
    buyer.listings().save(second).await.unwrap();
    let page = buyer.listings().list_saved().limit(1).await.unwrap();
    let cursor = page.next_cursor.unwrap();
    assert_eq!(buyer.listings().list_saved().limit(1).cursor(&cursor).await.unwrap().items.len(), 1);
    buyer.listings().unsave(second).await.unwrap();
}

async fn bargain(
    buyer: &Client,
    seller: &Client,
    of: smilefactory_core::id::AccountId,
    pump: smilefactory_core::id::ListingId,
) {
    let (asks, sells) = (buyer.inquiries(), seller.inquiries());
    let offer = Some(MoneyInput { amount: 200.into(), currency: "USD".into() });
    let question = InquiryInput { message: "Is it there?".into(), offer };
    let inquiry = asks.ask(pump, &question).await.unwrap();
    assert!(asks.ask(pump, &question).await.unwrap_err().is_step_refused());
    let counter = RemarkInput { message: Some("A little more.".into()), offer: Some(usd(230).into()) };
    let countered = sells.say(inquiry.id, &counter).await.unwrap();
    assert_eq!(countered.state, InquiryState::Negotiating);
    assert!(asks.agree(inquiry.id, Some(usd(200))).await.unwrap_err().is_step_refused());
    let agreed = asks.agree(inquiry.id, countered.price).await.unwrap();
    assert_eq!(agreed.state, InquiryState::Agreed);
    let done = sells.complete(inquiry.id).await.unwrap();
    assert_eq!(asks.get(inquiry.id).await.unwrap(), done);
    let again = asks.ask(pump, &InquiryInput { offer: None, ..question }).await.unwrap();
    let cancelled = asks.cancel(again.id, "I have one now.").await.unwrap();
    assert_eq!(cancelled.state, InquiryState::Cancelled);

    let page = asks.list().as_buyer().about(pump).limit(1).await.unwrap();
    let rest = asks.list().as_buyer().about(pump).limit(1).cursor(&page.next_cursor.unwrap()).await.unwrap();
    assert_ne!(rest.items[0].id, page.items[0].id);
    let sold = sells.list().as_seller().state(InquiryState::Completed).await.unwrap();
    assert_eq!(sold.items.len(), 1);
    let page = asks.entries(inquiry.id).limit(1).await.unwrap();
    assert_eq!(page.items[0].message.as_ref().unwrap().as_str(), "Is it there?");
    let rest = asks.entries(inquiry.id).limit(5).await.unwrap();
    assert_eq!(rest.items.len(), 4);
    let behind = page.next_cursor.unwrap();
    let next = asks.entries(inquiry.id).limit(1).cursor(&behind).await.unwrap();
    assert_eq!(next.items[0], rest.items[1]);

    assert!(asks.own_review(inquiry.id).await.unwrap_err().is_not_found());
    let five = ListingReviewInput { stars: 5, text: Some("It runs.".into()) };
    let review = asks.review(inquiry.id, &five).await.unwrap();
    assert_eq!(asks.own_review(inquiry.id).await.unwrap(), review);
    sells.review(inquiry.id, &ListingReviewInput { stars: 4, text: None }).await.unwrap();
    let reviews = asks.reviews_of(of).limit(1).await.unwrap();
    assert_eq!(reviews.items, [review]);
    let elsewhere = asks.reviews_of(of).limit(1).cursor(&behind).await.unwrap_err();
    assert_eq!(elsewhere.code(), Some("invalid_cursor"));
    let stats = asks.seller_stats(of).await.unwrap();
    assert_eq!((stats.completed, stats.rating), (1, Some(5.0)));
}
