//! What others do with a profile, and how much its owner does: looks, and the level of taking part.

use super::{Participation, ParticipationChanged, Profile, ProfileKind, ProfileViewed};
use crate::answer::answer;
use crate::id::AccountId;

answer! {
    /// How often others looked at a profile.
    pub struct ProfileViews: Copy, Eq {
        /// Whose profile.
        account: AccountId,
        /// How many people looked.
        viewers: u32,
        /// How often; a person counts once a day.
        views: u32,
    }
}

impl Participation {
    /// How many days back counts what somebody did, the present one included.
    pub const DAYS: u16 = 30;
}

impl Profile {
    /// Somebody looked at the profile; `None` when it was its owner. Who may see it is not decided here.
    ///
    /// ```
    /// # use chrono::DateTime;
    /// # use smilefactory_core::id::{AccountId, Id};
    /// # use smilefactory_core::profile::{DetailsInput, ProfileContent, ProfileInput, ProfileKind};
    /// # use smilefactory_core::validation::Field;
    /// # let input = ProfileInput { details: DetailsInput::empty(ProfileKind::Mentor), ..ProfileInput::default() };
    /// # let owner = AccountId::from_uuid(uuid::Uuid::from_u128(1));
    /// # let (profile, _) = ProfileContent::from_raw(input)?.begin(owner, DateTime::UNIX_EPOCH);
    /// let somebody = AccountId::from_uuid(uuid::Uuid::from_u128(2));
    /// assert_eq!(profile.viewed_by(somebody).map(|viewed| viewed.by), Some(somebody));
    /// assert_eq!(profile.viewed_by(owner), None);
    /// # Ok::<(), smilefactory_core::validation::Violations>(())
    /// ```
    pub fn viewed_by(&self, by: AccountId) -> Option<ProfileViewed> {
        (by != self.account).then_some(ProfileViewed { account: self.account, by })
    }

    /// The platform counted what its owner did in the last [`Participation::DAYS`] days. No fact when the level stays,
    /// or for another kind than a community member.
    #[must_use]
    pub fn count_actions(self, actions: u32) -> (Self, Option<ParticipationChanged>) {
        let level = Participation::of(actions);
        if self.kind() != ProfileKind::CommunityMember || self.participation == Some(level) {
            return (self, None);
        }
        let fact = ParticipationChanged { account: self.account, participation: level };
        (Self { participation: Some(level), ..self }, Some(fact))
    }
}
