//! What a listing and its inquiries may become, whatever people do in whatever order.

use chrono::{DateTime, TimeDelta, Utc};
use proptest::prelude::*;

use super::*;
use crate::id::Id;
use crate::money::{Money, MoneyInput};
use crate::testing::{inquiry_input, listing_input, listing_review_input, spoiled_listings};
use crate::validation::Field;
use crate::version::Version;

fn now() -> DateTime<Utc> {
    DateTime::UNIX_EPOCH + TimeDelta::days(20_000)
}

fn some<I: Id>(n: u8) -> I {
    I::at(now(), [n; 10])
}

fn money(amount: u32) -> Money {
    Money::new(amount.into(), "USD").unwrap()
}

fn input(quantity: i64) -> ListingInput {
    ListingInput {
        kind: "product".into(),
        title: "A solar pump".into(),
        description: "Hardly used.".into(),
        price: Some(MoneyInput { amount: 250.into(), currency: "USD".into() }),
        negotiable: true,
        condition: Some("good".into()),
        quantity: Some(quantity),
        ..ListingInput::default()
    }
}

fn published(quantity: i64) -> Listing {
    let draft = ListingDraft::from_raw(input(quantity)).unwrap();
    draft.begin(some(1), some(1), now()).0.publish(&MarketplaceSettings::default(), now()).unwrap().0
}

fn asked(listing: &Listing, n: u8, offer: Option<u32>) -> Inquiry {
    let draft = InquiryDraft { message: "Is it there?".parse().unwrap(), offer: offer.map(money) };
    draft.ask(some(n), some(n), listing, now()).unwrap().inquiry
}

fn agreeing(price: u32) -> AgreementDraft {
    AgreementDraft { price: Some(money(price)) }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    #[test]
    fn a_valid_listing_is_read_and_written_back(input in listing_input()) {
        let draft = ListingDraft::from_raw(input.clone()).unwrap();
        prop_assert_eq!(draft.into_raw(), input);
    }

    #[test]
    fn every_broken_rule_is_told_with_its_place(input in listing_input()) {
        for spoiled in spoiled_listings(&input) {
            let violations = ListingDraft::from_raw(spoiled.input).unwrap_err();
            let found: Vec<_> = violations.iter().map(|v| (v.pointer.as_str(), v.code.as_ref())).collect();
            prop_assert_eq!(found, [(spoiled.pointer.as_str(), spoiled.code)]);
        }
    }

    #[test]
    fn what_is_asked_and_said_of_it_is_read_and_written_back(
        inquiry in inquiry_input(), review in listing_review_input(),
    ) {
        prop_assert_eq!(InquiryDraft::from_raw(inquiry.clone()).unwrap().into_raw(), inquiry);
        prop_assert_eq!(ListingReviewDraft::from_raw(review.clone()).unwrap().into_raw(), review);
    }

    /// Whatever three buyers, the seller, staff and the clock do: what is kept and sold is what is agreed and completed, and
    /// never more than there is.
    #[test]
    fn what_is_kept_and_sold_is_what_was_agreed(
        quantity in 1_i64..4, steps in proptest::collection::vec((0_u8..10, 0_usize..3, any::<bool>()), 1..60),
    ) {
        let settings = MarketplaceSettings::default();
        let mut listing = published(quantity);
        let mut inquiries: Vec<Inquiry> = (2..5).map(|n| asked(&listing, n, None)).collect();
        let mut clock = now();
        for (step, which, first) in steps {
            clock += TimeDelta::days(1);
            let inquiry = inquiries[which].clone();
            let by = if first { inquiry.seller } else { inquiry.buyer };
            let moved = match step {
                0..=2 => inquiry.agree(agreeing(250), by, listing.clone(), &settings, clock),
                3 => inquiry.complete(by, listing.clone(), clock),
                4 => inquiry.cancel(None, by, listing.clone(), clock),
                5 => inquiry.lapse(listing.clone(), clock),
                6 => {
                    if let Ok(step) = inquiry_anew(&listing, which, clock) { inquiries.push(step) }
                    continue;
                }
                other => {
                    let stepped = match other {
                        7 => listing.clone().expire(clock),
                        8 => listing.clone().withdraw(clock),
                        _ if first => listing.clone().take_off("Spam.".parse().unwrap(), clock),
                        _ => listing.clone().publish(&settings, clock),
                    };
                    if let Ok((next, fact)) = stepped {
                        prop_assert!(ListingState::STEPS.contains(&(fact.from, fact.step, fact.to)));
                        listing = next;
                    }
                    check(&listing, &inquiries)?;
                    continue;
                }
            };
            if let Ok(taken) = moved {
                let before = &inquiries[which];
                prop_assert_eq!(taken.entry.number, before.version.next());
                prop_assert!(is_a_step(before.state, taken.inquiry.state), "{:?}", taken);
                if let Some((next, fact)) = taken.listing {
                    prop_assert!(ListingState::STEPS.contains(&(fact.from, fact.step, fact.to)));
                    listing = next;
                }
                inquiries[which] = Inquiry { version: before.version.next(), ..taken.inquiry };
            }
            check(&listing, &inquiries)?;
        }
    }
}

fn inquiry_anew(listing: &Listing, which: usize, at: DateTime<Utc>) -> Result<Inquiry, MarketplaceRefused> {
    let draft = InquiryDraft { message: "Once more?".parse().unwrap(), offer: None };
    let n = u8::try_from(which).unwrap() + 20;
    draft.ask(some(n), some(n), listing, at).map(|step| step.inquiry)
}

/// The order of the states of an inquiry.
fn is_a_step(from: InquiryState, to: InquiryState) -> bool {
    use InquiryState::{Agreed, Cancelled, Completed, Initiated, Negotiating};
    match from {
        Initiated => to != Completed,
        Negotiating => matches!(to, Negotiating | Agreed | Cancelled),
        Agreed => matches!(to, Agreed | Completed | Cancelled),
        Completed | Cancelled => false,
    }
}

fn check(listing: &Listing, inquiries: &[Inquiry]) -> Result<(), TestCaseError> {
    let count = |state| u32::try_from(inquiries.iter().filter(|i| i.state == state).count()).unwrap();
    prop_assert_eq!(listing.reserved, count(InquiryState::Agreed));
    prop_assert_eq!(listing.sold, count(InquiryState::Completed));
    let stock = listing.draft.stock().unwrap();
    prop_assert!(listing.reserved + listing.sold <= stock);
    let state = listing.state;
    prop_assert!(state != ListingState::Sold || listing.sold == stock);
    prop_assert!(state != ListingState::Published || listing.reserved + listing.sold < stock);
    prop_assert!(
        state != ListingState::Reserved || listing.reserved > 0 && listing.reserved + listing.sold == stock
    );
    prop_assert!(state.is_shown() || listing.reserved == 0 || listing.taken_off.is_some());
    Ok(())
}

#[test]
fn two_bargain_until_both_agree_to_the_same() {
    let settings = MarketplaceSettings::default();
    let listing = published(1);
    let inquiry = asked(&listing, 2, Some(200));
    assert_eq!((inquiry.seller_agrees, inquiry.buyer_agrees), (false, true));
    let refused = inquiry.clone().agree(agreeing(250), some(1), listing.clone(), &settings, now());
    assert_eq!(refused.unwrap_err(), MarketplaceRefused::OtherPrice);
    let counter = RemarkDraft { message: None, offer: Some(money(230)) };
    let countered = inquiry.say(counter, some(1), &listing, now()).unwrap().inquiry;
    assert_eq!((countered.state, countered.seller_agrees), (InquiryState::Negotiating, true));
    assert!(!countered.buyer_agrees && countered.answered_at.is_some());
    let again = countered.clone().agree(agreeing(230), some(1), listing.clone(), &settings, now());
    assert_eq!(again.unwrap_err(), MarketplaceRefused::AgreedAlready);
    let step = countered.agree(agreeing(230), some(2), listing, &settings, now()).unwrap();
    let (kept, _) = step.listing.unwrap();
    assert_eq!((step.inquiry.state, kept.state), (InquiryState::Agreed, ListingState::Reserved));

    let next = published(1);
    let other = RemarkDraft { message: None, offer: Some(Money::new(5.into(), "ZAR").unwrap()) };
    let refused = asked(&next, 2, None).say(other, some(2), &next, now()).unwrap_err();
    assert_eq!(refused, MarketplaceRefused::OtherCurrency);
    let stranger = asked(&next, 2, None).complete(some(9), next, now()).unwrap_err();
    assert!(matches!(stranger, MarketplaceRefused::NotYours(_)));
}

#[test]
fn a_fixed_price_is_not_bargained_about_and_nobody_asks_themselves() {
    let mut fixed = published(1);
    fixed.draft.negotiable = false;
    let ask = |offer| InquiryDraft { message: "Mine?".parse().unwrap(), offer: Some(money(offer)) };
    assert_eq!(ask(240).ask(some(2), some(2), &fixed, now()).unwrap_err(), MarketplaceRefused::PriceIsFixed);
    assert!(ask(250).ask(some(2), some(2), &fixed, now()).is_ok());
    assert_eq!(ask(250).ask(some(2), some(1), &fixed, now()).unwrap_err(), MarketplaceRefused::Oneself);
}

#[test]
fn what_was_published_stays_what_it_is_and_keeps_something_left() {
    let listing = published(3).reserve(now()).unwrap().0;
    let other = ListingDraft { kind: ListingType::Job, ..listing.draft.clone() };
    assert_eq!(listing.clone().edit(other, now()).unwrap_err(), MarketplaceRefused::KindStays);
    let fewer = ListingDraft::from_raw(input(1)).unwrap();
    assert_eq!(listing.clone().edit(fewer, now()).unwrap_err(), MarketplaceRefused::NothingLeft);
    assert_eq!(listing.clone().withdraw(now()).unwrap_err(), MarketplaceRefused::KeptForSomebody);
    let off = listing.take_off("A fake.".parse().unwrap(), now()).unwrap().0;
    let anew = off.publish(&MarketplaceSettings::default(), now());
    assert_eq!(anew.unwrap_err(), MarketplaceRefused::TakenOff);
}

#[test]
fn a_listing_whose_time_is_over_is_not_shown_and_not_kept() {
    let listing = published(1);
    let later = now() + TimeDelta::days(30);
    assert!(listing.is_shown(later - TimeDelta::seconds(1)) && !listing.is_shown(later));
    assert_eq!(listing.clone().reserve(later).unwrap_err(), MarketplaceRefused::Expired);
    assert_eq!(listing.clone().expire(now()).unwrap_err(), MarketplaceRefused::TooEarly);
    assert_eq!(listing.expire(later).unwrap().0.state, ListingState::Expired);
}

#[test]
fn a_review_is_written_after_it_is_done_and_changed_for_a_week() {
    let listing = published(1).reserve(now()).unwrap().0;
    let agreed = Inquiry { state: InquiryState::Agreed, ..asked(&published(1), 2, None) };
    let draft = || ListingReviewDraft::from_raw(ListingReviewInput { stars: 4, text: None }).unwrap();
    assert!(ListingReview::write(draft(), some(2), &agreed, None, now()).is_err());
    let done = agreed.complete(some(1), listing, now()).unwrap().inquiry;
    assert_eq!(done.version, Version::FIRST);
    let (review, fact) = ListingReview::write(draft(), some(2), &done, None, now()).unwrap();
    assert_eq!((review.of, review.of_seller, fact.of), (some(1), true, some(1)));
    let later = now() + TimeDelta::days(7);
    let refused = ListingReview::write(draft(), some(2), &done, Some(review), later).unwrap_err();
    assert_eq!(refused, MarketplaceRefused::TooLate);
    let late = ListingReview::write(draft(), some(1), &done, None, now() + TimeDelta::days(60));
    assert_eq!(late.unwrap_err(), MarketplaceRefused::TooLate);
}
