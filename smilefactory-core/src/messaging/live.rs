//! What happens while somebody listens.
//!
//! An event says what to look at, by ids and small words, and nothing that the routes would not show to whoever gets it.
//! [`concerns`] says for whom what happened is an event; whether somebody is among them is for the store to find out.

mod audience;
mod event;
mod presence;
#[cfg(feature = "openapi")]
mod schema;
#[cfg(test)]
mod tests;

pub use self::audience::{Audience, Concern, FACT_NAMES, Tie, concerns};
pub use self::event::{EndReason, LiveEvent, MemberChange, RequestChange, ResetReason};
pub use self::presence::{
    PresencePreferences, PresencePreferencesInput, PresencePreferencesPatch, Present, TYPING_LASTS,
};
