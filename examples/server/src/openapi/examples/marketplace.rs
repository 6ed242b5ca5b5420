//! Examples of the marketplace.

use serde_json::{Value, json};
use smilefactory_core::id::{AccountId, Id, InquiryId, ListingId};
use smilefactory_core::marketplace::{
    Inquiry, InquiryDraft, InquiryInput, ListedListing, Listing, ListingCount, ListingDraft, ListingFacets,
    ListingInput, ListingReview, ListingReviewDraft, ListingStats, ListingView, MarketplaceSettings,
    SavedListing, SellerStats, StepOfInquiry,
};
use smilefactory_core::validation::Field;
use smilefactory_core::version::Version;

use super::{now, value};

pub(super) fn of(schema: &str) -> Option<Value> {
    match schema {
        "AgreementInput" => Some(json!({"price": {"amount": "230", "currency": "USD"}})),
        "InquiryCancellationInput" => Some(json!({"reason": "I found one nearer by."})),
        "Inquiry" => value(asked()?.inquiry),
        "InquiryEntry" => value(asked()?.entry),
        "InquiryInput" => value(inquiry()?),
        "ListedListing" => {
            let listing = listing()?;
            let availability = listing.availability(now());
            value(ListedListing { availability, stats: stats(), listing })
        }
        "Listing" => value(listing()?),
        "ListingFacets" => value(ListingFacets {
            counted: 41,
            more: false,
            kinds: vec![count("product", 30), count("service", 11)],
            categories: vec![count(super::ID, 12)],
            countries: vec![count("ZW", 35)],
            cities: vec![count("harare", 20)],
            availability: vec![count("available", 40), count("reserved", 1)],
        }),
        "ListingInput" => Some(listing_input()),
        "ListingPatch" => Some(json!({"price": {"amount": "230"}, "pictures": [super::ID]})),
        "ListingReview" => value(review()?),
        "ListingReviewInput" => Some(json!({"stars": 5, "text": "It runs as was said."})),
        "ListingStats" => value(stats()),
        "ListingView" => {
            let listing = listing()?;
            let html = smilefactory_store::render::markdown(listing.draft.description.as_str()).html;
            value(ListingView { html, availability: listing.availability(now()), stats: stats(), listing })
        }
        "RemarkInput" => Some(json!({
            "message": "For a little more it is yours.",
            "offer": {"amount": "230", "currency": "USD"},
        })),
        "SavedListing" => {
            let listing = listing()?;
            let availability = listing.availability(now());
            value(SavedListing { saved_at: now(), availability, stats: stats(), listing })
        }
        "SellerStats" => value(SellerStats {
            completed: 12,
            reviews: 9,
            rating: Some(4.5),
            answered: 20,
            answer_seconds: Some(5_400),
        }),
        "TakingOffInput" => Some(json!({"reason": "It is not theirs to sell."})),
        _ => None,
    }
}

fn count(value: &str, listings: u32) -> ListingCount {
    ListingCount { value: value.to_owned(), listings }
}

fn stats() -> ListingStats {
    ListingStats { views: 31, saves: 4, inquiries: 2, saved_at: Some(now()) }
}

fn listing_input() -> Value {
    json!({
        "kind": "product",
        "title": "A solar pump",
        "description": "It runs on **200 W** and waters a hectare.",
        "price": {"amount": "250", "currency": "USD"},
        "negotiable": true,
        "remote": false,
        "condition": "good",
        "city": "Harare",
        "country": "ZW",
    })
}

fn listing() -> Option<Listing> {
    let input: ListingInput = serde_json::from_value(listing_input()).ok()?;
    let (draft, _) = ListingDraft::from_raw(input).ok()?.begin(
        ListingId::at(now(), [6; 10]),
        AccountId::at(now(), [1; 10]),
        now(),
    );
    Some(draft.publish(&MarketplaceSettings::default(), now()).ok()?.0)
}

fn inquiry() -> Option<InquiryInput> {
    serde_json::from_value(json!({
        "message": "Is it still there?",
        "offer": {"amount": "200", "currency": "USD"},
    }))
    .ok()
}

fn asked() -> Option<StepOfInquiry> {
    let draft = InquiryDraft::from_raw(inquiry()?).ok()?;
    draft.ask(InquiryId::at(now(), [7; 10]), AccountId::at(now(), [2; 10]), &listing()?, now()).ok()
}

fn review() -> Option<ListingReview> {
    let (seller, buyer) = (AccountId::at(now(), [1; 10]), AccountId::at(now(), [2; 10]));
    let (inquiry, kept) = (asked()?.inquiry, listing()?.reserve(now()).ok()?.0);
    let agreed = Inquiry {
        state: smilefactory_core::marketplace::InquiryState::Agreed,
        version: Version::new(3),
        ..inquiry
    };
    let done = agreed.complete(seller, kept, now()).ok()?.inquiry;
    let input = serde_json::from_value(json!({"stars": 5, "text": "It runs as was said."})).ok()?;
    let draft = ListingReviewDraft::from_raw(input).ok()?;
    Some(ListingReview::write(draft, buyer, &done, None, now()).ok()?.0)
}
