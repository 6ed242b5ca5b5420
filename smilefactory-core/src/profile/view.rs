//! What somebody else sees of a profile.

use chrono::{DateTime, Utc};

use super::{
    CommunityMember, Details, Labels, Location, LookingFor, Participation, Profile, ProfileContent, ProfileState,
    ViewerClass,
};
use crate::answer::answer;
use crate::collection::{List, Set};
use crate::id::AccountId;
use crate::identity::Account;
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
    /// The content without what is not for this viewer: what may be told them, or concluded for them, of its owner.
    #[must_use]
    pub fn seen_by(self, viewer: ViewerClass) -> Self {
        let shown = self.field_visibility.location.shows_to(viewer);
        Self { location: self.location.filter(|_| shown), details: self.details.seen_by(viewer), ..self }
    }
}

impl Profile {
    /// Whether somebody sees the profile at all: a draft is its owner's, what is suspended is for staff, and of
    /// the rest staff see everything. Of two who are blocked from each other neither sees anything.
    pub const fn is_seen_by(&self, viewer: ViewerClass) -> bool {
        match self.state {
            ProfileState::Draft => matches!(viewer, ViewerClass::Owner),
            ProfileState::Suspended => matches!(viewer, ViewerClass::Staff),
            ProfileState::Incomplete | ProfileState::Complete => {
                matches!(viewer, ViewerClass::Staff) || self.content.visibility.shows_to(viewer)
            }
        }
    }

    /// What somebody sees of the profile, whose owner's account is `owner`; `None` when it is not for them.
    ///
    /// Until staff verified a government official, others see them as a community member.
    pub fn seen_by(&self, owner: &Account, viewer: ViewerClass) -> Option<ProfileView> {
        if !self.is_seen_by(viewer) {
            return None;
        }
        let (content, fields) = (&self.content, &self.content.field_visibility);
        let verified = owner.verified_at.is_some();
        let details = match content.details.seen_by(viewer) {
            Details::GovernmentOfficial(_)
                if !verified && !matches!(viewer, ViewerClass::Owner | ViewerClass::Staff) =>
            {
                Details::CommunityMember(CommunityMember { goals: Set::default() })
            }
            details => details,
        };
        Some(ProfileView {
            account: self.account,
            first_name: owner.settings.first_name.clone(),
            last_name: owner.settings.last_name.clone(),
            verified,
            headline: content.headline.clone(),
            photo: content.photo.clone(),
            bio: owner.settings.bio.clone(),
            email: fields.email.shows_to(viewer).then(|| owner.email.clone()),
            phone: owner.settings.phone.clone().filter(|_| fields.phone.shows_to(viewer)),
            location: content.location.clone().filter(|_| fields.location.shows_to(viewer)),
            languages: content.languages.clone(),
            skills: content.skills.clone(),
            interests: content.interests.clone(),
            links: content.links.clone(),
            availability: content.availability.clone(),
            looking_for: content.looking_for.clone(),
            offering: content.offering.clone(),
            details,
            participation: self.participation,
            connections_shown: fields.connections.shows_to(viewer),
            state: self.state,
            created_at: self.created_at,
            updated_at: self.updated_at,
        })
    }
}
