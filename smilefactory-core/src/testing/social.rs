//! Requests to connect.

use proptest::prelude::*;

use super::text::prose;
use super::{Flaw, Spoiled, id, word};
use crate::id::{AccountId, Id};
use crate::social::{ConnectionKind, ConnectionRequestInput};
use crate::validation::code;

/// A valid request.
pub fn connection_request_input() -> impl Strategy<Value = ConnectionRequestInput> {
    (id::<AccountId>(), word(ConnectionKind::WORDS), prose::<20, 1_000>())
        .prop_map(|(to, kind, message)| ConnectionRequestInput { to: to.uuid().to_string(), kind, message })
}

/// The input with one rule broken, for each rule in turn.
pub fn spoiled_connection_requests(
    input: &ConnectionRequestInput,
) -> impl Iterator<Item = Spoiled<ConnectionRequestInput>> {
    FLAWS.iter().map(|flaw| flaw.on(input.clone()))
}

const FLAWS: &[Flaw<ConnectionRequestInput>] = &[
    Flaw::new("/to", code::REQUIRED, |request| request.to = String::new()),
    Flaw::new("/to", code::MALFORMED, |request| request.to = "Rudo".into()),
    Flaw::new("/kind", code::REQUIRED, |request| request.kind = String::new()),
    Flaw::new("/kind", code::UNKNOWN_VALUE, |request| request.kind = "rivalry".into()),
    Flaw::new("/message", code::REQUIRED, |request| request.message = " \n ".into()),
    Flaw::new("/message", code::TOO_SHORT, |request| request.message = "x".repeat(19)),
    Flaw::new("/message", code::TOO_LONG, |request| request.message = "x".repeat(1_001)),
    Flaw::new("/message", code::MALFORMED, |request| request.message = format!("{}\u{0}", "x".repeat(20))),
];
