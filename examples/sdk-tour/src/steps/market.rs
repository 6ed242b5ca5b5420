//! What the guest offers, and who gets it.

use smilefactory_client::Client;
use smilefactory_core::marketplace::{
    InquiryInput, InquiryState, ListingInput, ListingReviewInput, RemarkInput,
};
use smilefactory_core::money::{Money, MoneyInput};

use crate::Error;
use crate::tour::{Stopped, Told, Tour};

fn dollars(amount: u32) -> MoneyInput {
    MoneyInput { amount: amount.into(), currency: "USD".to_owned() }
}

/// The guest offers a pump; one of the others bargains for it, gets it, and says how it was.
pub(super) async fn trade(
    tour: &mut Tour,
    client: &Client,
    [buyer, other]: &[Client; 2],
) -> Result<(), Stopped> {
    let work = async {
        let pump = ListingInput {
            kind: "product".to_owned(),
            title: "A solar pump".to_owned(),
            description: "It runs on **200 W** and waters a hectare.".to_owned(),
            price: Some(dollars(250)),
            negotiable: true,
            condition: Some("good".to_owned()),
            country: Some("ZW".to_owned()),
            ..ListingInput::default()
        };
        let draft = client.listings().draft(&pump).await?;
        let listing = client.listings().publish(draft.id).await?;
        let found = buyer.listings().list().words("solar pump").seller(listing.seller).await?;
        let found = found.items.first().ok_or("the pump is not found")?.listing.id;
        buyer.listings().save(found).await?;

        let low = InquiryInput { message: "Is it still there?".to_owned(), offer: Some(dollars(200)) };
        let inquiry = buyer.inquiries().ask(found, &low).await?;
        let counter = RemarkInput { message: None, offer: Some(dollars(230)) };
        let countered = client.inquiries().say(inquiry.id, &counter).await?;
        let agreed = buyer.inquiries().agree(inquiry.id, countered.price).await?;
        if agreed.state != InquiryState::Agreed {
            return Err("two agreed, and it is not agreed".into());
        }
        // It is kept for whom it was agreed with: nobody else gets it meanwhile.
        let late = InquiryInput { message: "I would take it, too.".to_owned(), offer: None };
        let late = other.inquiries().ask(found, &late).await?;
        other.inquiries().agree(late.id, late.price.clone()).await?;
        if client.inquiries().agree(late.id, late.price).await.is_ok() {
            return Err("one pump is kept for two".into());
        }
        client.inquiries().complete(inquiry.id).await?;
        let five = ListingReviewInput { stars: 5, text: Some("It runs as was said.".to_owned()) };
        buyer.inquiries().review(inquiry.id, &five).await?;
        let stats = client.inquiries().seller_stats(listing.seller).await?;
        let price = agreed.price.as_ref().map(Money::to_string).unwrap_or_default();
        let rating = stats.rating.ok_or("nobody reviewed the guest")?;
        Ok::<_, Error>(Told::new(
            (),
            format!("sold for {price}; {rating} stars from {} buyer", stats.reviews),
        ))
    };
    let code = "client.listings().publish(pump).await?;\nbuyer.inquiries().agree(inquiry, price).await?";
    tour.step("Offer something, bargain about it, and sell it once", code, work).await
}
