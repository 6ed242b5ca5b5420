//! What concerns people in what they offer and ask about.

use smilefactory_core::id::{AccountId, Id};
use smilefactory_core::marketplace::{InquiryMoved, InquiryState, InquiryStep, ReviewWritten};
use smilefactory_core::messaging::notification::{NotificationKind, Raise};
use uuid::Uuid;

use super::{Effect, Effects};
use crate::outbox::RecordedFact;

/// What a fact about the marketplace brings about: each of two is told what the other did, and both what time did.
pub(super) fn effects(recorded: &RecordedFact) -> Effects {
    let fact = &recorded.fact;
    if let Some(moved) = fact.read::<InquiryMoved>()? {
        let kind = match (moved.step, moved.to) {
            (InquiryStep::Ask, _) => NotificationKind::InquiryReceived,
            (InquiryStep::Agree, InquiryState::Agreed) => NotificationKind::InquiryAgreed,
            (InquiryStep::Say | InquiryStep::Offer | InquiryStep::Agree, _) => {
                NotificationKind::InquiryReplied
            }
            (InquiryStep::Complete, _) => NotificationKind::InquiryCompleted,
            (InquiryStep::Cancel | InquiryStep::Lapse, _) => NotificationKind::InquiryCancelled,
        };
        let both = [moved.seller, moved.buyer];
        let to: Vec<AccountId> = both.into_iter().filter(|account| moved.by != Some(*account)).collect();
        return Ok(vec![Effect::tell(Raise::inquiry(kind, moved.inquiry, moved.by), to)]);
    }
    if let Some(written) = fact.read::<ReviewWritten>()? {
        let raise = Raise::inquiry(NotificationKind::ListingReviewed, written.inquiry, Some(written.by));
        // Whoever changes what they said is not told of again.
        let once = written.inquiry.uuid().as_u128() ^ written.by.uuid().as_u128();
        return Ok(vec![Effect { key: Some(Uuid::from_u128(once)), ..Effect::tell(raise, [written.of]) }]);
    }
    Ok(Vec::new())
}
