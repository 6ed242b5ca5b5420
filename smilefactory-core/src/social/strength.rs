//! How strong a connection is: what two people did with each other, the older the less.
//!
//! Of each direction there is the sum of its interactions, each with a weight that is half as much every 90 days. All of
//! it decays alike, so what is kept is the logarithm of the sum as of one fixed instant: it changes when something
//! happens and never because time passes, and of two connections the stronger one stays it until something happens. A
//! list in this order is a range of an index that needs no refresh.
//!
//! ```
//! use chrono::{TimeDelta, TimeZone, Utc};
//! use smilefactory_core::social::PairStrength;
//!
//! let now = Utc.with_ymd_and_hms(2026, 3, 1, 9, 30, 0).unwrap();
//! let asked = PairStrength::default().interact(true, 1.0, now);
//! let (again, answered) = (asked.interact(true, 1.0, now), asked.interact(false, 1.0, now));
//! assert!(answered.key() > again.key(), "an answer is worth more than to ask once more");
//! assert!(answered.key().at(now + TimeDelta::days(90)) < answered.key().at(now));
//! ```

use std::f64::consts::LN_2;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::choice::choices;
use crate::decay::{NEGLIGIBLE, days, log_add};
use crate::recommendation::Score;

choices! {
    /// What one person does with another that makes their connection stronger. The one list of it: what is added here
    /// needs a weight, a word in the database, and a fact that is folded into it. Events that both took part in and groups
    /// that both are in come with their contexts.
    InteractionKind {
        /// They became connected.
        Connection = "connection",
        /// One wrote to the other, or answered them in a group.
        Message = "message",
        /// One commented on what the other wrote.
        Comment = "comment",
        /// One reacted to what the other wrote or said.
        Reaction = "reaction",
        /// They were at the same event.
        Event = "event",
        /// They belong to the same group.
        Group = "group",
    }
}

/// What each kind of interaction is worth, in hundredths; a setting of the tenant. What is worth nothing does not count.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[non_exhaustive]
pub struct InteractionWeights {
    /// That they became connected, for either direction.
    pub connection: u16,
    /// A message.
    pub message: u16,
    /// A comment.
    pub comment: u16,
    /// A reaction; counted once for each thing that is reacted to.
    pub reaction: u16,
    /// An event that they were both at, for either direction.
    pub event: u16,
    /// A group that both belong to, for either direction.
    pub group: u16,
}

#[cfg(feature = "openapi")]
crate::schema::by_utoipa!(InteractionWeights);

impl Default for InteractionWeights {
    fn default() -> Self {
        Self { connection: 200, message: 100, comment: 150, reaction: 30, event: 150, group: 50 }
    }
}

impl InteractionWeights {
    /// What an interaction of this kind is worth.
    pub fn of(&self, kind: InteractionKind) -> f64 {
        let hundredths = match kind {
            InteractionKind::Connection => self.connection,
            InteractionKind::Message => self.message,
            InteractionKind::Comment => self.comment,
            InteractionKind::Reaction => self.reaction,
            InteractionKind::Event => self.event,
            InteractionKind::Group => self.group,
        };
        f64::from(hundredths) / 100.0
    }
}

/// After so many days an interaction is worth half.
pub const HALF_LIFE_DAYS: f64 = 90.0;
/// After so many days an interaction is forgotten: by then it is worth less than four thousandths.
pub const FORGOTTEN_AFTER_DAYS: i64 = 730;
/// The sum at which a connection has half of all strength.
const HALF_STRENGTH: f64 = 10.0;
/// What a sum is worth of which nothing was answered; one of which all was, is worth all of it.
const UNANSWERED: f64 = 0.25;
/// How much more a sum is worth, at most, for those whom both are connected with.
const MUTUAL: f64 = 0.5;
/// So many of them are worth half of that.
const HALF_MUTUAL: f64 = 4.0;
/// How fast it decays, a day.
const fn rate() -> f64 {
    LN_2 / HALF_LIFE_DAYS
}

/// What two people did with each other, as logarithms of sums; who is the lower one is told by their ids.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PairStrength {
    /// What the lower one did with the higher one; `-∞` for nothing.
    pub low_to_high: f64,
    /// The other direction.
    pub high_to_low: f64,
    /// How many people both are connected with, of those whom either may know of from the other. It is as it was when it was
    /// last looked at.
    pub mutual: u32,
}

impl Default for PairStrength {
    fn default() -> Self {
        Self { low_to_high: f64::NEG_INFINITY, high_to_low: f64::NEG_INFINITY, mutual: 0 }
    }
}

impl PairStrength {
    /// The same after one did something with the other; from the lower one to the higher one when `upwards`. What is worth
    /// nothing changes nothing.
    #[must_use]
    pub fn interact(mut self, upwards: bool, weight: f64, at: DateTime<Utc>) -> Self {
        if weight > 0.0 {
            let direction = if upwards { &mut self.low_to_high } else { &mut self.high_to_low };
            *direction = log_add(*direction, weight.ln() + rate() * days(at));
        }
        self
    }

    /// How much of it is answered, 0 to 1: the lesser direction as a part of the greater. Both decay alike, so time does
    /// not change it.
    pub fn reciprocity(&self) -> Score {
        let apart = (self.low_to_high - self.high_to_low).abs();
        // Of nothing, nothing is answered; the difference of two infinities is no number.
        if apart <= NEGLIGIBLE { Score::clamped((-apart).exp()) } else { Score::ZERO }
    }

    /// What connections are put in order by.
    pub fn key(&self) -> StrengthKey {
        let both = log_add(self.low_to_high, self.high_to_low);
        // Twice the lesser direction, as a part of both: so one more interaction makes no connection weaker.
        let answered = 2.0 * self.reciprocity().get() / (1.0 + self.reciprocity().get());
        let answered = UNANSWERED + (1.0 - UNANSWERED) * answered;
        let mutual = f64::from(self.mutual);
        let known = 1.0 + MUTUAL * mutual / (HALF_MUTUAL + mutual);
        StrengthKey(both + answered.ln() + known.ln())
    }
}

/// Puts connections in order by their strength, for good: the order of two keys does not change as time passes.
#[derive(Clone, Copy, Debug, PartialEq, PartialOrd)]
pub struct StrengthKey(f64);

impl StrengthKey {
    /// Of those who did nothing with each other.
    pub const NOTHING: Self = Self(f64::NEG_INFINITY);

    /// The key as a number, which sorts like it.
    pub const fn get(self) -> f64 {
        self.0
    }

    /// How strong it is at this time, 0 to 1.
    pub fn at(self, now: DateTime<Utc>) -> Score {
        let above_half = self.0 - rate() * days(now) - HALF_STRENGTH.ln();
        Score::clamped(1.0 / (1.0 + (-above_half).exp()))
    }

    /// The key of a connection that is so strong at this time: those that are stronger have a greater one.
    pub fn of(strength: Score, now: DateTime<Utc>) -> Self {
        let strength = strength.get();
        Self((strength / (1.0 - strength)).ln() + rate() * days(now) + HALF_STRENGTH.ln())
    }
}

/// As it is stored; what is no number is nothing.
impl From<f64> for StrengthKey {
    fn from(key: f64) -> Self {
        if key.is_nan() { Self::NOTHING } else { Self(key) }
    }
}

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;
    use proptest::prelude::*;

    use super::*;
    use crate::testing::{instant, interactions};

    fn folded(interactions: &[(bool, f64, DateTime<Utc>)], mutual: u32) -> PairStrength {
        let nothing = PairStrength { mutual, ..PairStrength::default() };
        interactions.iter().fold(nothing, |pair, (upwards, weight, at)| pair.interact(*upwards, *weight, *at))
    }

    /// The same without logarithms: each interaction by itself, as it is worth now.
    fn plainly(interactions: &[(bool, f64, DateTime<Utc>)], mutual: u32, now: DateTime<Utc>) -> f64 {
        let mutual = f64::from(mutual);
        let sum = |wanted: bool| -> f64 {
            let of_direction = interactions.iter().filter(|(upwards, ..)| *upwards == wanted);
            of_direction
                .map(|(_, weight, at)| weight * (0.5_f64).powf((days(now) - days(*at)) / HALF_LIFE_DAYS))
                .sum()
        };
        let (up, down) = (sum(true), sum(false));
        let worth = (0.25 * (up + down) + 0.75 * 2.0 * up.min(down)) * (1.0 + 0.5 * mutual / (4.0 + mutual));
        worth / (worth + 10.0)
    }

    #[test]
    fn nothing_is_nothing() {
        let now = DateTime::UNIX_EPOCH;
        let nothing = PairStrength::default();
        assert_eq!((nothing.key(), nothing.key().at(now)), (StrengthKey::NOTHING, Score::ZERO));
        assert_eq!(nothing.interact(true, 0.0, now), nothing);
        assert_eq!(nothing.reciprocity(), Score::ZERO);
        assert_eq!(StrengthKey::from(f64::NAN), StrengthKey::NOTHING);
        assert!(StrengthKey::NOTHING < nothing.interact(true, 0.01, now).key());
    }

    #[test]
    fn ten_answered_by_ten_are_worth_more_than_fifty_unanswered() {
        let now = DateTime::UNIX_EPOCH + TimeDelta::days(20_000);
        let times =
            |pair: PairStrength, upwards, n| (0..n).fold(pair, |pair, _| pair.interact(upwards, 1.0, now));
        let asked = times(PairStrength::default(), true, 50);
        let both = times(times(PairStrength::default(), true, 10), false, 10);
        assert!(both.key() > asked.key());
        assert!((both.key().at(now).get() - 20.0 / 30.0).abs() < 1e-9);
    }

    proptest! {
        #[test]
        fn it_lies_between_0_and_1_whatever_happened(
            done in interactions(), mutual: u32, now in instant()
        ) {
            let pair = folded(&done, mutual);
            prop_assert!((0.0..=1.0).contains(&pair.key().at(now).get()));
            prop_assert!((0.0..=1.0).contains(&pair.reciprocity().get()));
            prop_assert!(!pair.key().get().is_nan());
        }

        #[test]
        fn it_is_what_counting_each_interaction_gives(done in interactions(), mutual in 0_u32..200, later in 0_i64..3_000) {
            let last = done.iter().map(|(.., at)| *at).max().unwrap_or(DateTime::UNIX_EPOCH);
            let now = last + TimeDelta::days(later);
            let strength = folded(&done, mutual).key().at(now).get();
            prop_assert!((strength - plainly(&done, mutual, now)).abs() < 1e-9);
        }

        #[test]
        fn the_order_never_changes_as_time_passes(
            one in interactions(), other in interactions(), early in instant(), late in instant()
        ) {
            let (one, other) = (folded(&one, 0).key(), folded(&other, 3).key());
            let (stronger, weaker) = if one >= other { (one, other) } else { (other, one) };
            for now in [early, late] {
                prop_assert!(stronger.at(now) >= weaker.at(now));
            }
        }

        #[test]
        fn it_decays(done in interactions(), now in instant(), days in 0_i64..1_000) {
            let key = folded(&done, 0).key();
            prop_assert!(key.at(now + TimeDelta::days(days)) <= key.at(now));
        }

        #[test]
        fn it_is_the_same_from_both_ends(done in interactions(), mutual in 0_u32..200) {
            let turned: Vec<_> = done.iter().map(|(upwards, weight, at)| (!upwards, *weight, *at)).collect();
            let (pair, turned) = (folded(&done, mutual), folded(&turned, mutual));
            prop_assert_eq!(pair.key(), turned.key());
            prop_assert_eq!(pair.reciprocity(), turned.reciprocity());
        }

        #[test]
        fn in_which_order_it_is_told_makes_no_difference(done in interactions()) {
            let backwards: Vec<_> = done.iter().rev().copied().collect();
            let (told, backwards) = (folded(&done, 0), folded(&backwards, 0));
            let close = |a: f64, b: f64| a == b || (a - b).abs() < 1e-9;
            prop_assert!(close(told.low_to_high, backwards.low_to_high));
            prop_assert!(close(told.high_to_low, backwards.high_to_low));
        }

        #[test]
        fn more_never_makes_it_weaker(
            done in interactions(), upwards: bool, weight in 0.01..100.0, at in instant()
        ) {
            let pair = folded(&done, 0);
            prop_assert!(pair.interact(upwards, weight, at).key().get() >= pair.key().get() - 1e-9);
        }

        #[test]
        fn a_strength_has_its_key(strength in 0.001..0.999, now in instant()) {
            let strength = Score::clamped(strength);
            prop_assert!((StrengthKey::of(strength, now).at(now).get() - strength.get()).abs() < 1e-9);
        }
    }
}
