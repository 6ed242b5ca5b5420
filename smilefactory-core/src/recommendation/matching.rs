//! A match: two people who have something for each other.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::answer::answer;
use crate::choice::choices;
use crate::id::AccountId;

/// How good something is, from 0 to 1.
///
/// ```
/// use smilefactory_core::recommendation::Score;
/// assert_eq!(Score::clamped(1.7), Score::ONE);
/// assert_eq!(Score::clamped(f64::NAN), Score::ZERO);
/// assert_eq!(Score::clamped(0.734).to_string(), "0.73");
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, PartialOrd, Serialize, Deserialize)]
#[serde(from = "f64", into = "f64")]
pub struct Score(f64);

#[cfg(feature = "openapi")]
crate::schema::leaf::leaf!(
    [] Score, "Score",
    utoipa::openapi::ObjectBuilder::new()
        .schema_type(utoipa::openapi::schema::Type::Number)
        .minimum(Some(0.0))
        .maximum(Some(1.0))
);

impl Score {
    /// The best.
    pub const ONE: Self = Self(1.0);
    /// The worst.
    pub const ZERO: Self = Self(0.0);

    /// The nearest score; what is not a number is 0.
    pub fn clamped(value: f64) -> Self {
        if value.is_nan() { Self::ZERO } else { Self(value.clamp(0.0, 1.0)) }
    }

    /// The number.
    pub const fn get(self) -> f64 {
        self.0
    }
}

impl From<f64> for Score {
    fn from(value: f64) -> Self {
        Self::clamped(value)
    }
}

impl From<Score> for f64 {
    fn from(score: Score) -> Self {
        score.0
    }
}

impl fmt::Display for Score {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:.2}", self.0)
    }
}

choices! {
    /// What a part of a score was measured by.
    Signal {
        /// What both say they do and look for, field by field.
        Structured = "structured",
        /// How alike their texts are.
        Semantic = "semantic",
        /// Who acted on what, and what people like them acted on.
        Interaction = "interaction",
        /// Whom they know in common.
        Graph = "graph",
    }

    /// What to do about a match.
    NextStep {
        /// Ask to be connected, and say why.
        Connect = "connect",
        /// Send the pitch.
        Pitch = "pitch",
        /// Ask for a first conversation with the mentor.
        AskForMentoring = "ask_for_mentoring",
        /// Propose a pilot.
        ProposePilot = "propose_pilot",
        /// Propose to do research together.
        ProposeResearch = "propose_research",
        /// Ask for an offer.
        RequestOffer = "request_offer",
        /// Fill in the own profile first: too little is known for a better match.
        CompleteProfile = "complete_profile",
    }
}

answer! {
    /// One part of a score: the parts' contributions add up to it.
    pub struct Part {
        /// What it was measured by.
        signal: Signal,
        /// How good the match is in this respect.
        value: Score,
        /// How much the respect counts here; the weights of all parts add up to 1.
        weight: f64,
        /// What it adds to the score.
        contribution: f64,
    }
}

/// Why somebody is a match, in a form programs can use and in words.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Reason {
    /// Which reason: `stage_in_range`, `shared_industries`. Stable.
    #[cfg_attr(feature = "openapi", schema(value_type = String, example = "shared_industries"))]
    pub code: Cow<'static, str>,
    /// Its numbers and names.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    #[cfg_attr(feature = "openapi", schema(value_type = Object))]
    pub params: BTreeMap<Cow<'static, str>, Value>,
    /// The same in words; may change.
    #[cfg_attr(feature = "openapi", schema(example = "You both work on agriculture."))]
    pub text: String,
}

#[cfg(feature = "openapi")]
crate::schema::by_utoipa!(Reason);

answer! {
    /// Somebody the seeker should meet. It is good for both sides: a match with a low value for one of them has a
    /// low score.
    pub struct Match {
        /// For whom it was made.
        seeker: AccountId,
        /// Whom they should meet.
        candidate: AccountId,
        /// How good it is for both.
        score: Score,
        /// What the score is made of.
        parts: Vec<Part>,
        /// Why, most important first.
        reasons: Vec<Reason>,
        /// What to do about it.
        next_step: NextStep,
    }
}
