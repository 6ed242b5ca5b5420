//! Listings.

use proptest::prelude::*;
use proptest::sample::select;

use super::text::{country, line, maybe, money, money_range, prose};
use super::{Flaw, Spoiled, word};
use crate::marketplace::{InquiryInput, ItemCondition, ListingInput, ListingReviewInput, ListingType};
use crate::money::MoneyInput;
use crate::validation::code;

/// A valid listing of any kind, without category and pictures, which must be there before it.
pub fn listing_input() -> impl Strategy<Value = ListingInput> {
    let text = (select(ListingType::ALL), line::<1, 200>(), prose::<1, 10_000>());
    let price = (money(), any::<bool>(), any::<bool>(), maybe(money_range()));
    let thing = (word(ItemCondition::WORDS), maybe(1_i64..=10_000), maybe(1_i64..=365));
    let place = (maybe(line::<1, 80>()), country(), any::<bool>(), any::<bool>());
    (text, price, thing, place).prop_map(
        |(
            (kind, title, description),
            (price, priced, negotiable, salary),
            (condition, quantity, days),
            (city, country, placed, remote),
        )| {
            let must = matches!(kind, ListingType::Product | ListingType::Service) && !negotiable;
            ListingInput {
                kind: kind.as_str().to_owned(),
                title,
                description,
                price: (kind != ListingType::Job && (priced || must)).then_some(price),
                salary: salary.filter(|_| kind == ListingType::Job),
                negotiable,
                condition: (kind == ListingType::Product).then_some(condition),
                quantity: quantity.filter(|_| kind.is_counted()),
                city: city.filter(|_| placed),
                country: placed.then_some(country),
                remote,
                days,
                ..ListingInput::default()
            }
        },
    )
}

/// The input with one rule broken, for each rule in turn.
pub fn spoiled_listings(input: &ListingInput) -> impl Iterator<Item = Spoiled<ListingInput>> {
    FLAWS.iter().map(|flaw| flaw.on(input.clone()))
}

fn price() -> MoneyInput {
    MoneyInput { amount: 5.into(), currency: "USD".into() }
}

/// The listing as one of another kind, with what that needs.
fn turn(listing: &mut ListingInput, kind: ListingType) {
    *listing = ListingInput {
        kind: kind.as_str().to_owned(),
        price: (kind != ListingType::Job).then(price),
        salary: None,
        condition: (kind == ListingType::Product).then(|| "good".to_owned()),
        quantity: None,
        ..std::mem::take(listing)
    };
}

const FLAWS: &[Flaw<ListingInput>] = &[
    Flaw::new("/title", code::REQUIRED, |listing| listing.title = String::new()),
    Flaw::new("/title", code::TOO_LONG, |listing| listing.title = "x".repeat(201)),
    Flaw::new("/description", code::REQUIRED, |listing| listing.description = " ".into()),
    Flaw::new("/description", code::TOO_LONG, |listing| listing.description = "x".repeat(10_001)),
    Flaw::new("/days", code::OUT_OF_RANGE, |listing| listing.days = Some(366)),
    Flaw::new("/country", code::REQUIRED, |listing| {
        listing.city = Some("Harare".into());
        listing.country = None;
    }),
    Flaw::new("/condition", code::REQUIRED, |listing| {
        turn(listing, ListingType::Product);
        listing.condition = None;
    }),
    Flaw::new("/condition", code::NOT_ALLOWED, |listing| {
        turn(listing, ListingType::Service);
        listing.condition = Some("new".into());
    }),
    Flaw::new("/price", code::REQUIRED, |listing| {
        turn(listing, ListingType::Service);
        listing.price = None;
        listing.negotiable = false;
    }),
    Flaw::new("/price", code::NOT_ALLOWED, |listing| {
        turn(listing, ListingType::Job);
        listing.price = Some(price());
    }),
    Flaw::new("/quantity", code::NOT_ALLOWED, |listing| {
        turn(listing, ListingType::Partnership);
        listing.quantity = Some(2);
    }),
    Flaw::new("/quantity", code::OUT_OF_RANGE, |listing| {
        turn(listing, ListingType::Product);
        listing.quantity = Some(0);
    }),
];

/// A valid inquiry, without an offer.
pub fn inquiry_input() -> impl Strategy<Value = InquiryInput> {
    prose::<1, 2_000>().prop_map(|message| InquiryInput { message, offer: None })
}

/// A valid review.
pub fn listing_review_input() -> impl Strategy<Value = ListingReviewInput> {
    (1_i64..=5, maybe(prose::<1, 2_000>())).prop_map(|(stars, text)| ListingReviewInput { stars, text })
}
