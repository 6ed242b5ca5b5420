//! What somebody else sees of a profile.

use chrono::{DateTime, Utc};

use super::{
    CommunityMember, Details, Extra, Labels, Location, LookingFor, Participation, Profile, ProfileContent,
    ProfileState, ViewerClass,
};
use crate::answer::answer;
use crate::collection::{List, Set};
use crate::id::AccountId;
use crate::identity::{Account, AccountStanding};
use crate::text::{Email, LanguageTag, Line, Link, PersonName, Phone, Prose};

answer! {
    /// A profile as one viewer sees it: what they may not see is `null`, as if it had not been given.
    pub struct ProfileView {
        /// Whose it is.
        account: AccountId,
        /// First name.
        first_name: PersonName,
        /// Last name.
        last_name: PersonName,
        /// Whether staff verified who they are.
        verified: bool,
        /// Who they are, in a line.
        headline: Option<Line<2, 120>>,
        /// A picture of them.
        photo: Option<Link>,
        /// A few sentences about them.
        bio: Option<Prose<1, 500>>,
        /// Where they are reached.
        email: Option<Email>,
        /// Their telephone number.
        phone: Option<Phone>,
        /// Where they are.
        location: Option<Location>,
        /// The languages they speak.
        languages: Set<LanguageTag, 20>,
        /// What they can do.
        skills: Labels,
        /// What they care for.
        interests: Labels,
        /// Where else they are found.
        links: Set<Link, 10>,
        /// When they have time for others.
        availability: Option<Line<1, 120>>,
        /// Whom they look for.
        looking_for: List<LookingFor, 8>,
        /// What they have to give.
        offering: Option<Prose<1, 1_000>>,
        /// What only their kind tells.
        details: Details,
        /// How much a community member takes part.
        participation: Option<Participation>,
        /// Whether the viewer may see whom they are connected with.
        connections_shown: bool,
        /// How far the profile is.
        state: ProfileState,
        /// When the profile was begun.
        created_at: DateTime<Utc>,
        /// When it was last changed.
        updated_at: DateTime<Utc>,
    }
}

impl ProfileContent {
    /// What somebody sees of the content: what they may not see is left out, as if it had not been given. Whether they
    /// see the profile at all is [`Profile::is_seen_by`]'s to say.
    ///
    /// `verified` says whether staff verified who the owner is: until then, others see a government official as a
    /// community member.
    ///
    /// ```
    /// use smilefactory_core::profile::{ProfileContent, ProfileInput, ViewerClass};
    /// use smilefactory_core::validation::Field;
    ///
    /// let input: ProfileInput = serde_json::from_str(
    ///     r#"{"location": {"country": "ZW"}, "field_visibility": {"location": "private"}, "details": {"kind": "mentor"}}"#,
    /// )?;
    /// let content = ProfileContent::from_raw(input)?;
    /// assert!(content.seen_by(ViewerClass::Owner, false).location.is_some());
    /// assert!(content.seen_by(ViewerClass::Member, false).location.is_none());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn seen_by(&self, viewer: ViewerClass, verified: bool) -> Self {
        let details = match self.details.seen_by(viewer) {
            Details::GovernmentOfficial(_)
                if !verified && !matches!(viewer, ViewerClass::Owner | ViewerClass::Staff) =>
            {
                Details::CommunityMember(CommunityMember { goals: Set::default() })
            }
            details => details,
        };
        Self {
            location: self.location.clone().filter(|_| self.field_visibility.location.shows_to(viewer)),
            details,
            // No view of a profile has it.
            extra: if viewer == ViewerClass::Owner { self.extra.clone() } else { Extra::default() },
            ..self.clone()
        }
    }
}

impl AccountStanding {
    /// Whether somebody sees the profile that belongs to it, as [`Profile::is_seen_by`] says.
    pub const fn is_seen_by(&self, viewer: ViewerClass) -> bool {
        match self.state {
            ProfileState::Draft => matches!(viewer, ViewerClass::Owner),
            ProfileState::Suspended => matches!(viewer, ViewerClass::Staff),
            ProfileState::Incomplete | ProfileState::Complete => {
                matches!(viewer, ViewerClass::Staff) || self.visibility.shows_to(viewer)
            }
        }
    }
}

impl Profile {
    /// Whether somebody sees the profile at all: a draft is its owner's, what is suspended is for staff, and of
    /// the rest staff see everything. Of two who are blocked from each other neither sees anything.
    pub const fn is_seen_by(&self, viewer: ViewerClass) -> bool {
        self.standing().is_seen_by(viewer)
    }

    /// What somebody sees of the profile, whose owner's account is `owner`; `None` when it is not for them.
    ///
    /// Until staff verified a government official, others see them as a community member.
    pub fn seen_by(&self, owner: &Account, viewer: ViewerClass) -> Option<ProfileView> {
        if !self.is_seen_by(viewer) {
            return None;
        }
        let verified = owner.verified_at.is_some();
        let content = self.content.seen_by(viewer, verified);
        let fields = &content.field_visibility;
        Some(ProfileView {
            account: self.account,
            first_name: owner.settings.first_name.clone(),
            last_name: owner.settings.last_name.clone(),
            verified,
            headline: content.headline,
            photo: content.photo,
            bio: owner.settings.bio.clone(),
            email: fields.email.shows_to(viewer).then(|| owner.email.clone()),
            phone: owner.settings.phone.clone().filter(|_| fields.phone.shows_to(viewer)),
            location: content.location,
            languages: content.languages,
            skills: content.skills,
            interests: content.interests,
            links: content.links,
            availability: content.availability,
            looking_for: content.looking_for,
            offering: content.offering,
            details: content.details,
            participation: self.participation,
            connections_shown: fields.connections.shows_to(viewer),
            state: self.state,
            created_at: self.created_at,
            updated_at: self.updated_at,
        })
    }
}
