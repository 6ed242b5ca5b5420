//! Examples of what is told live.

use serde_json::{Value, json};
use smilefactory_core::id::Id;
use smilefactory_core::messaging::live::{LiveEvent, PresencePreferences, Present};

use super::{account_id, now, value};

/// The example of a schema with this name.
pub(super) fn of(schema: &str) -> Option<Value> {
    match schema {
        "LiveEvent" => value(LiveEvent::MessageSent {
            conversation: Id::at(now(), [6; 10]),
            message: Id::at(now(), [7; 10]),
            seq: 12,
            sender: account_id(),
            reply_to: None,
        }),
        "PresencePreferences" => value(PresencePreferences { shown: true }),
        "PresencePreferencesInput" => Some(json!({"shown": false})),
        "Present" => value(Present { account: account_id(), since: now() }),
        _ => None,
    }
}
