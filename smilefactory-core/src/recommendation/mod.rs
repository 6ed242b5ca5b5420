//! Who needs whom, and why.

mod matching;

pub use self::matching::{Match, NextStep, Part, Reason, Score, Signal};
