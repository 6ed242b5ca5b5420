//! How complete a profile is, what is missing, and what completion opens.

mod items;
mod opens;

use std::borrow::Cow;

use self::items::items;
pub use self::opens::{CompletionBands, Opens};
use super::{ProfileContent, ProfileState};
use crate::answer::answer;
use crate::choice::choices;
use crate::identity::Account;

/// What somebody has done in the community so far.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Engagement {
    /// They published something.
    pub posted: bool,
    /// They are connected with somebody.
    pub connected: bool,
    /// Somebody looked at their profile.
    pub viewed: bool,
}

choices! {
    /// Where something is missing.
    MissingOn {
        /// On the account: a field of the account's settings.
        Account = "account",
        /// On the profile: a field of its content.
        Profile = "profile",
        /// In what its owner does in the community.
        Engagement = "engagement",
    }
}

answer! {
    /// Something that would make a profile more complete.
    pub struct MissingItem: Eq {
        /// What the pointer points into.
        on: MissingOn,
        /// Where it is to be filled in, as a JSON pointer: `/details/industries`.
        pointer: Cow<'static, str>,
        /// How many points it is worth.
        points: u8,
        /// What to do, in words; may change.
        hint: Cow<'static, str>,
    }
}

answer! {
    /// How complete a profile is.
    pub struct Completion: Eq {
        /// 0–100.
        percent: u8,
        /// What is missing, worth most first; what is worth the same stands in the order of the form.
        missing: Vec<MissingItem>,
    }
}

impl Completion {
    /// From how many percent on a profile is shown to others.
    pub const SHOWN_FROM: u8 = 31;
    /// From how many percent on a profile is complete.
    pub const COMPLETE_FROM: u8 = 81;

    /// How complete the profile with this content is, on this account.
    ///
    /// Basic things make 20 points, what its kind is about 40, social things 25, what its owner did 15.
    ///
    /// ```
    /// use chrono::DateTime;
    /// use smilefactory_core::id::{AccountId, Id};
    /// use smilefactory_core::identity::{SignUp, SignUpInput};
    /// use smilefactory_core::profile::{Completion, DetailsInput, Engagement, ProfileContent, ProfileInput, ProfileKind};
    /// use smilefactory_core::validation::Field;
    ///
    /// let sign_up = SignUp::from_raw(SignUpInput {
    ///     email: "rudo@example.org".into(),
    ///     password: "correct horse".into(),
    ///     first_name: "Rudo".into(),
    ///     last_name: "Moyo".into(),
    /// })?;
    /// let (account, ..) = sign_up.open(AccountId::from_uuid(uuid::Uuid::nil()), DateTime::UNIX_EPOCH);
    /// let content = ProfileContent::from_raw(ProfileInput {
    ///     skills: vec!["bookkeeping".into()],
    ///     details: DetailsInput::empty(ProfileKind::CommunityMember),
    ///     ..ProfileInput::default()
    /// })?;
    ///
    /// let completion = Completion::of(&account, &content, Engagement::default());
    /// assert_eq!(completion.percent, 5 + 5 + 10); // name, email, skills
    /// assert_eq!(completion.missing[0].pointer, "/interests");
    /// # Ok::<(), smilefactory_core::validation::Violations>(())
    /// ```
    pub fn of(account: &Account, content: &ProfileContent, engagement: Engagement) -> Self {
        let (mut percent, mut missing) = (0, Vec::new());
        for item in items(account, content, engagement) {
            if item.there {
                percent += item.points;
            } else {
                missing.push(MissingItem {
                    on: item.on,
                    pointer: item.pointer.into(),
                    points: item.points,
                    hint: item.hint.into(),
                });
            }
        }
        missing.sort_by_key(|item| std::cmp::Reverse(item.points));
        Self { percent, missing }
    }

    /// How far a profile is that is so complete, unless it is suspended.
    pub const fn state(&self) -> ProfileState {
        Self::state_at(self.percent)
    }

    /// How far a profile is that is complete to this percentage, unless it is suspended.
    pub const fn state_at(percent: u8) -> ProfileState {
        match percent {
            Self::COMPLETE_FROM.. => ProfileState::Complete,
            Self::SHOWN_FROM.. => ProfileState::Incomplete,
            _ => ProfileState::Draft,
        }
    }
}
