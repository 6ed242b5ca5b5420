//! Whom to ask for an introduction: the way to somebody over those whom one is connected with.
//!
//! Who stands on the way is named only with their consent. Without it the answer says how far it is and how strong, and
//! nobody's id or name.

use chrono::{DateTime, TimeDelta, Utc};

use super::{IntroductionAsked, IntroductionDeclined, IntroductionGranted};
use crate::answer::answer;
use crate::choice::choices;
use crate::error::InvalidTransition;
use crate::id::{AccountId, IntroductionId};
use crate::recommendation::Score;
use crate::record::record;
use crate::text::{PersonName, Prose};
use crate::version::Version;

choices! {
    /// Whether somebody is named to those whom they could introduce to another.
    IntroductionConsent {
        /// Without being asked.
        Always = "always",
        /// When they said so, each time for one person and another.
        Ask = "ask",
        /// Not at all, and they are not asked either.
        Never = "never",
    }

    /// What became of the question whether somebody introduces one person to another.
    IntroductionState {
        /// It waits for an answer.
        Asked = "asked",
        /// They do, and are named to whoever asked.
        Granted = "granted",
        /// They do not.
        Declined = "declined",
    }

    /// How somebody stands on the way to another, as whoever looks for it is told.
    Naming {
        /// They are named.
        Named = "named",
        /// They are not, but may be asked.
        MayBeAsked = "may_be_asked",
        /// They were asked, and have not said that they may be named.
        Asked = "asked",
        /// They are not, and are not to be asked.
        Unnamed = "unnamed",
    }
}

record! {
    /// Whether somebody is named to those whom they could introduce.
    pub struct ConsentChoice / ConsentChoiceInput / ConsentChoicePatch {
        /// Whether.
        consent: IntroductionConsent,
    }
}

record! {
    /// What somebody says who asks for an introduction.
    pub struct IntroductionDraft / IntroductionInput / IntroductionPatch {
        /// Why, for those who are asked.
        message: Prose<20, 1_000>,
    }
}

answer! {
    /// The question whether somebody introduces one person to another.
    pub struct Introduction {
        /// Which one.
        id: IntroductionId,
        /// Who asks.
        asker: AccountId,
        /// Who is asked.
        introducer: AccountId,
        /// Whom the asker would like to meet.
        target: AccountId,
        /// Why.
        message: Prose<20, 1_000>,
        /// What became of it.
        state: IntroductionState,
        /// When it was asked.
        asked_at: DateTime<Utc>,
        /// When it was last answered.
        answered_at: Option<DateTime<Utc>>,
        /// How often it was saved.
        version: Version,
    }
}

answer! {
    /// Somebody on the way to another.
    pub struct Introducer {
        /// How they stand there.
        naming: Naming,
        /// Who they are; with a name only.
        account: Option<AccountId>,
        /// First name.
        first_name: Option<PersonName>,
        /// Last name.
        last_name: Option<PersonName>,
    }
}

answer! {
    /// A way to somebody.
    pub struct IntroductionPath {
        /// How many connections it has: one more than there are people on it.
        hops: u8,
        /// How strong it is: all its connections' strengths multiplied, rounded down to tenths, so that it does not tell
        /// what others do with each other.
        strength: Score,
        /// Who stands on the way, the caller's own connection first.
        through: Vec<Introducer>,
    }
}

answer! {
    /// The ways to somebody, the strongest first.
    pub struct IntroductionPaths {
        /// To whom.
        target: AccountId,
        /// Whether the caller is connected with them, so that it takes no introduction.
        connected: bool,
        /// The ways.
        paths: Vec<IntroductionPath>,
    }
}

answer! {
    /// What was asked for.
    pub struct IntroductionsAsked: Copy, Eq {
        /// To whom.
        target: AccountId,
        /// How many people were asked.
        asked: u32,
    }
}

/// Why nobody is asked for an introduction.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum IntroductionRefused {
    /// There is no way on which somebody may be asked, or was not asked already.
    #[error("there is nobody to ask: no way, or all on it are named, were asked or are not to be")]
    NobodyToAsk,
    /// Too many wait for an answer.
    #[error("{} people are asked already and have not answered", Introduction::MAX_WAITING)]
    TooMany,
}

impl Introduction {
    /// How long an answer is waited for, and how long nobody is asked again for the same.
    pub const LASTS: TimeDelta = TimeDelta::days(30);
    /// How many people one person may wait for at a time.
    pub const MAX_WAITING: u16 = 20;

    /// Whether it still can be answered.
    pub fn is_open(&self, now: DateTime<Utc>) -> bool {
        self.state != IntroductionState::Asked || now < self.asked_at + Self::LASTS
    }

    fn answer(
        mut self,
        state: IntroductionState,
        step: &'static str,
        now: DateTime<Utc>,
    ) -> Result<Self, InvalidTransition> {
        if self.state == state {
            return Err(InvalidTransition::new("introduction", state.as_str(), step));
        }
        if !self.is_open(now) {
            return Err(InvalidTransition::new("introduction", "lapsed", step));
        }
        self.state = state;
        self.answered_at = Some(now);
        Ok(self)
    }

    /// Who was asked does it: whoever asked is told their name.
    pub fn grant(self, now: DateTime<Utc>) -> Result<(Self, IntroductionGranted), InvalidTransition> {
        let granted = self.answer(IntroductionState::Granted, "grant", now)?;
        let Self { id, asker, introducer, target, .. } = granted;
        Ok((granted, IntroductionGranted { introduction: id, asker, introducer, target }))
    }

    /// Who was asked does not, or does no longer. Whoever asked is not told.
    pub fn decline(self, now: DateTime<Utc>) -> Result<(Self, IntroductionDeclined), InvalidTransition> {
        let declined = self.answer(IntroductionState::Declined, "decline", now)?;
        let Self { id, asker, introducer, target, .. } = declined;
        Ok((declined, IntroductionDeclined { introduction: id, asker, introducer, target }))
    }
}

impl IntroductionDraft {
    /// Somebody asks another to introduce them to a third.
    pub fn ask(
        self,
        id: IntroductionId,
        asker: AccountId,
        introducer: AccountId,
        target: AccountId,
        now: DateTime<Utc>,
    ) -> (Introduction, IntroductionAsked) {
        let introduction = Introduction {
            id,
            asker,
            introducer,
            target,
            message: self.message,
            state: IntroductionState::Asked,
            asked_at: now,
            answered_at: None,
            version: Version::FIRST,
        };
        (introduction, IntroductionAsked { introduction: id, asker, introducer, target })
    }
}

impl Naming {
    /// How somebody stands on a way, by what they chose and by what became of the question, if they were asked, and when
    /// that was.
    ///
    /// ```
    /// use chrono::{DateTime, TimeDelta};
    /// use smilefactory_core::social::{IntroductionConsent, IntroductionState, Naming};
    ///
    /// let (then, now) = (DateTime::UNIX_EPOCH, DateTime::UNIX_EPOCH + TimeDelta::days(3));
    /// let declined = Some((IntroductionState::Declined, then));
    /// // Whoever asked does not learn that it was declined.
    /// assert_eq!(Naming::of(IntroductionConsent::Ask, declined, now), Naming::Asked);
    /// assert_eq!(Naming::of(IntroductionConsent::Never, None, now), Naming::Unnamed);
    /// ```
    pub fn of(
        consent: IntroductionConsent,
        asked: Option<(IntroductionState, DateTime<Utc>)>,
        now: DateTime<Utc>,
    ) -> Self {
        match (consent, asked) {
            (IntroductionConsent::Never, _) => Self::Unnamed,
            (IntroductionConsent::Always, _) | (_, Some((IntroductionState::Granted, _))) => Self::Named,
            (_, Some((_, at))) if now < at + Introduction::LASTS => Self::Asked,
            (IntroductionConsent::Ask, _) => Self::MayBeAsked,
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::id::Id;
    use crate::validation::Field;

    fn asked() -> Introduction {
        let input = IntroductionInput { message: "We build the same pump.".into() };
        let person = |n| AccountId::at(DateTime::UNIX_EPOCH, [n; 10]);
        let draft = IntroductionDraft::from_raw(input).unwrap();
        let id = IntroductionId::at(DateTime::UNIX_EPOCH, [0; 10]);
        draft.ask(id, person(1), person(2), person(3), DateTime::UNIX_EPOCH).0
    }

    #[test]
    fn an_answer_is_changed_but_not_given_twice() {
        let soon = DateTime::UNIX_EPOCH + TimeDelta::days(29);
        let (granted, fact) = asked().grant(soon).unwrap();
        assert_eq!((granted.state, granted.answered_at), (IntroductionState::Granted, Some(soon)));
        assert_eq!((fact.asker, fact.target), (granted.asker, granted.target));
        assert_eq!(
            granted.clone().grant(soon).unwrap_err().to_string(),
            "cannot grant an introduction that is granted"
        );
        let late = soon + TimeDelta::days(1_000);
        let (declined, _) = granted.decline(late).unwrap();
        assert!(declined.clone().decline(late).is_err() && declined.grant(late).is_ok());
    }

    #[test]
    fn what_was_asked_too_long_ago_lapses() {
        let late = DateTime::UNIX_EPOCH + Introduction::LASTS;
        let refused = asked().grant(late).unwrap_err();
        assert_eq!(refused.to_string(), "cannot grant an introduction that is lapsed");
        assert!(asked().decline(late).is_err());
    }

    proptest! {
        #[test]
        fn nobody_is_named_against_their_will(
            consent in proptest::sample::select(IntroductionConsent::ALL),
            state in proptest::option::of(proptest::sample::select(IntroductionState::ALL)),
            days in 0_i64..100,
        ) {
            let now = DateTime::UNIX_EPOCH + TimeDelta::days(days);
            let naming = Naming::of(consent, state.map(|state| (state, DateTime::UNIX_EPOCH)), now);
            let agreed = consent == IntroductionConsent::Always
                || (consent == IntroductionConsent::Ask && state == Some(IntroductionState::Granted));
            prop_assert_eq!(naming == Naming::Named, agreed);
            prop_assert!(consent != IntroductionConsent::Never || naming == Naming::Unnamed);
        }
    }
}
