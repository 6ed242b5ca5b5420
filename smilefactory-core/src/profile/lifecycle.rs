//! The profile and the steps of its life: what its owner wrote, and what the platform makes of it.

use chrono::{DateTime, Utc};

use super::{
    Completion, Participation, ProfileAssessed, ProfileContent, ProfileKind, ProfileReinstated,
    ProfileRevised, ProfileState, ProfileSuspended,
};
use crate::answer::answer;
use crate::error::InvalidTransition;
use crate::id::AccountId;
use crate::identity::AccountStanding;
use crate::text::Reason;
use crate::version::Version;

answer! {
    /// The profile of an account.
    ///
    /// ```
    /// use chrono::DateTime;
    /// use smilefactory_core::id::{AccountId, Id};
    /// use smilefactory_core::profile::{Completion, DetailsInput, ProfileContent, ProfileInput, ProfileKind, ProfileState};
    /// use smilefactory_core::validation::Field;
    ///
    /// let input = ProfileInput { details: DetailsInput::empty(ProfileKind::Mentor), ..ProfileInput::default() };
    /// let owner = AccountId::from_uuid(uuid::Uuid::nil());
    /// let (profile, begun) = ProfileContent::from_raw(input)?.begin(owner, DateTime::UNIX_EPOCH);
    /// assert_eq!((profile.state, begun.kind), (ProfileState::Draft, ProfileKind::Mentor));
    ///
    /// let (profile, assessed) = profile.assess(&Completion { percent: 45, missing: vec![] });
    /// assert_eq!(profile.state, ProfileState::Incomplete);
    /// assert!(assessed.is_some());
    /// # Ok::<(), smilefactory_core::validation::Violations>(())
    /// ```
    pub struct Profile {
        /// Whose it is; also its key.
        account: AccountId,
        /// How much a community member takes part, computed from what they do; `None` for the other kinds.
        participation: Option<Participation>,
        /// How far it is.
        state: ProfileState,
        /// How complete it is, 0–100; computed.
        completion: u8,
        /// How often it was saved.
        version: Version,
        /// When it was begun.
        created_at: DateTime<Utc>,
        /// When its owner or staff last changed it.
        updated_at: DateTime<Utc>,
        ..
        /// What its owner wrote.
        content: ProfileContent,
    }
}

impl Profile {
    /// Which of the eight kinds.
    pub const fn kind(&self) -> ProfileKind {
        self.content.kind()
    }

    /// Where the profile stands, as its account says it.
    pub const fn standing(&self) -> AccountStanding {
        AccountStanding {
            kind: Some(self.kind()),
            state: self.state,
            visibility: self.content.visibility,
            completion: self.completion,
        }
    }

    /// The owner changes what they wrote; they may become another kind. Completion is to be
    /// [assessed](Self::assess) anew. What is suspended is not changed.
    pub fn revise(
        self,
        content: ProfileContent,
        now: DateTime<Utc>,
    ) -> Result<(Self, ProfileRevised), InvalidTransition> {
        if self.state == ProfileState::Suspended {
            return Err(self.not_from_here("revise"));
        }
        let fact = ProfileRevised { account: self.account, kind: content.kind(), kind_before: self.kind() };
        let participation = (content.kind() == ProfileKind::CommunityMember)
            .then(|| self.participation.unwrap_or(Participation::Observer));
        Ok((Self { content, participation, updated_at: now, ..self }, fact))
    }

    /// The platform computed how complete it is.
    ///
    /// A draft is shown from [`Completion::SHOWN_FROM`] on, and never becomes a draft again; from
    /// [`Completion::COMPLETE_FROM`] on it is complete. What is suspended stays so. No fact when nothing
    /// changed.
    #[must_use]
    pub fn assess(self, completion: &Completion) -> (Self, Option<ProfileAssessed>) {
        let percent = completion.percent;
        let state = match self.state {
            ProfileState::Suspended => ProfileState::Suspended,
            state => match completion.state() {
                ProfileState::Draft if state != ProfileState::Draft => ProfileState::Incomplete,
                reached => reached,
            },
        };
        if (state, percent) == (self.state, self.completion) {
            return (self, None);
        }
        let fact = ProfileAssessed { account: self.account, completion: percent, state };
        (Self { state, completion: percent, ..self }, Some(fact))
    }

    /// Staff take it off, and say why.
    pub fn suspend(
        self,
        reason: &Reason,
        now: DateTime<Utc>,
    ) -> Result<(Self, ProfileSuspended), InvalidTransition> {
        if self.state == ProfileState::Suspended {
            return Err(self.not_from_here("suspend"));
        }
        let fact = ProfileSuspended { account: self.account, reason: reason.to_string() };
        Ok((Self { state: ProfileState::Suspended, updated_at: now, ..self }, fact))
    }

    /// Staff bring it back, as far as its completion says.
    pub fn reinstate(self, now: DateTime<Utc>) -> Result<(Self, ProfileReinstated), InvalidTransition> {
        if self.state != ProfileState::Suspended {
            return Err(self.not_from_here("reinstate"));
        }
        let state = Completion::state_at(self.completion);
        let fact = ProfileReinstated { account: self.account, state };
        Ok((Self { state, updated_at: now, ..self }, fact))
    }

    fn not_from_here(&self, step: &'static str) -> InvalidTransition {
        InvalidTransition::new("profile", self.state.as_str(), step)
    }
}
