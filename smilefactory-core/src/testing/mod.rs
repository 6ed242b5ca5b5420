//! Generators of inputs for property tests: valid ones of every shape, and spoiled ones that name their flaw.
//!
//! What is generated as valid is parsed by core without a violation and comes back equal (it is in normal form
//! already), at the edges of the rules as often as between them. What is spoiled breaks exactly one rule, and says
//! which and where, so that another reader of the same rule, such as a database, can be held to it.

mod account;
mod category;
mod comment;
mod community;
mod event;
mod marketplace;
mod media;
mod messaging;
mod moderation;
mod network;
mod notification;
mod organisation;
mod post;
mod profile;
mod profile_flaw;
mod social;
mod tenant;
mod text;

pub use self::account::{account, account_settings, sign_up, spoiled_account_settings, spoiled_sign_ups};
pub use self::category::{category_input, spoiled_categories};
pub use self::comment::{comment_input, spoiled_comments};
pub use self::community::{community_group_input, spoiled_community_groups};
pub use self::event::{event_input, event_of_tomorrow, registration_in, spoiled_events};
pub use self::marketplace::{inquiry_input, listing_input, listing_review_input, spoiled_listings};
pub use self::media::{media_input, spoiled_media};
pub use self::messaging::{group_input, message_input, spoiled_groups, spoiled_messages};
pub use self::moderation::{report_input, report_subject, spoiled_reports};
pub use self::network::interactions;
pub use self::notification::{notification_preferences_input, spoiled_notification_preferences};
pub use self::organisation::{
    funding_round_input, organisation_input, spoiled_funding_rounds, spoiled_organisations,
};
pub use self::post::{post_input, spoiled_posts, spoiled_posts_on_the_wire};
pub use self::profile::{details_input, profile_content, profile_input, profile_input_of};
pub use self::profile_flaw::spoiled_profiles;
pub use self::social::{connection_request_input, spoiled_connection_requests};
pub use self::tenant::{new_tenant, spoiled_tenants};
pub use self::text::{
    country, currency, doi, email, email_or_not, language, line, link, money, money_range, orcid, phone,
    prose, slug, slug_or_not,
};

use chrono::{DateTime, TimeZone, Utc};
use proptest::prelude::*;

use crate::id::Id;

/// An input that breaks one rule.
#[derive(Clone, Debug)]
pub struct Spoiled<T> {
    /// The input.
    pub input: T,
    /// Where it breaks the rule, as a JSON pointer.
    pub pointer: String,
    /// Which rule, one of [`code`](crate::validation::code).
    pub code: &'static str,
}

/// What turns a valid input into a spoiled one.
pub(crate) struct Flaw<T> {
    pub(crate) pointer: &'static str,
    pub(crate) code: &'static str,
    pub(crate) spoil: fn(&mut T),
}

impl<T> Flaw<T> {
    pub(crate) const fn new(pointer: &'static str, code: &'static str, spoil: fn(&mut T)) -> Self {
        Self { pointer, code, spoil }
    }

    pub(crate) fn on(&self, mut input: T) -> Spoiled<T> {
        (self.spoil)(&mut input);
        Spoiled { input, pointer: self.pointer.to_owned(), code: self.code }
    }
}

/// An id made at any time.
pub fn id<I: Id>() -> impl Strategy<Value = I> {
    (instant(), any::<[u8; 10]>()).prop_map(|(when, random)| I::at(when, random))
}

/// A time between 2001 and 2096, to the microsecond, as PostgreSQL keeps it.
pub fn instant() -> impl Strategy<Value = DateTime<Utc>> {
    (1_000_000_000_000_000_i64..4_000_000_000_000_000)
        .prop_map(|micros| Utc.timestamp_micros(micros).single().unwrap_or(DateTime::UNIX_EPOCH))
}

/// Up to `max` different values.
pub fn several<S: Strategy>(value: S, max: usize) -> impl Strategy<Value = Vec<S::Value>>
where
    S::Value: PartialEq,
{
    proptest::collection::vec(value, 0..=max).prop_map(|values| {
        let mut different = Vec::new();
        for value in values {
            if !different.contains(&value) {
                different.push(value);
            }
        }
        different
    })
}

/// One of the words of a choice.
pub(crate) fn word(words: &'static [&'static str]) -> impl Strategy<Value = String> {
    proptest::sample::select(words).prop_map(str::to_owned)
}
