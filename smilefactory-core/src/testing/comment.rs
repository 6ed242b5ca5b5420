//! Comments.

use proptest::prelude::*;

use super::text::{maybe, prose};
use super::{Flaw, Spoiled, id};
use crate::content::CommentInput;
use crate::id::{CommentId, Id};
use crate::validation::code;

/// A valid comment.
pub fn comment_input() -> impl Strategy<Value = CommentInput> {
    (prose::<1, 10_000>(), maybe(id::<CommentId>()))
        .prop_map(|(body, parent)| CommentInput { body, parent: parent.map(|id| id.uuid().to_string()) })
}

/// The input with one rule broken, for each rule in turn.
pub fn spoiled_comments(input: &CommentInput) -> impl Iterator<Item = Spoiled<CommentInput>> {
    FLAWS.iter().map(|flaw| flaw.on(input.clone()))
}

const FLAWS: &[Flaw<CommentInput>] = &[
    Flaw::new("/body", code::REQUIRED, |comment| comment.body = " \n ".into()),
    Flaw::new("/body", code::TOO_LONG, |comment| comment.body = "x".repeat(10_001)),
    Flaw::new("/body", code::MALFORMED, |comment| comment.body = "a\u{0}b".into()),
    Flaw::new("/parent", code::MALFORMED, |comment| comment.parent = Some("the first".into())),
];
