//! What the owner of a profile writes.

use chrono::{DateTime, Utc};

use super::{
    Details, Extra, FieldVisibility, Labels, Location, LookingFor, Participation, Profile, ProfileBegun,
    ProfileKind, ProfileState, Visibility,
};
use crate::collection::{List, Set, repeated};
use crate::id::AccountId;
use crate::record::record;
use crate::text::{LanguageTag, Line, Link, Prose};
use crate::validation::{Report, Violation};
use crate::version::Version;

record! {
    /// What the owner of a profile writes: the parts all kinds share, and those of the kind.
    ///
    /// Nothing but the kind is mandatory, so that a profile can be saved as soon as it is begun.
    pub struct ProfileContent / ProfileInput / ProfilePatch {
        /// Who they are, in a line.
        headline: Option<Line<2, 120>>,
        /// A picture of them.
        photo: Option<Link>,
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
        /// Whom they look for; no kind twice.
        looking_for: List<LookingFor, 8>,
        /// What they have to give.
        offering: Option<Prose<1, 1_000>>,
        /// What only their kind tells. To become another kind, send the whole content with the new kind's
        /// details; a partial update changes the details of the present kind only.
        details: Details,
        /// Who sees the profile.
        visibility: Visibility = Visibility::Public,
        /// Who sees the fields that are not for everybody.
        field_visibility: FieldVisibility = FieldVisibility::default(),
        /// What no field is made for yet.
        extra: Extra,
    }
    check(looking_for) |report| ProfileContent::check_kinds(looking_for, report);
}

impl ProfileContent {
    /// Which of the eight kinds.
    pub const fn kind(&self) -> ProfileKind {
        self.details.kind()
    }

    /// The owner begins their profile. It is a draft until its completion is [assessed](Profile::assess).
    pub fn begin(self, account: AccountId, now: DateTime<Utc>) -> (Profile, ProfileBegun) {
        let kind = self.kind();
        let profile = Profile {
            account,
            content: self,
            participation: (kind == ProfileKind::CommunityMember).then_some(Participation::Observer),
            state: ProfileState::Draft,
            completion: 0,
            version: Version::FIRST,
            created_at: now,
            updated_at: now,
        };
        (profile, ProfileBegun { account, kind })
    }

    fn check_kinds(looking_for: &List<LookingFor, 8>, report: &mut Report) {
        let kinds: Vec<ProfileKind> = looking_for.iter().map(|wish| wish.kind).collect();
        for index in repeated(&kinds) {
            report.field("looking_for", |report| {
                report
                    .entry(index, |report| report.field("kind", |report| report.add(Violation::duplicate())));
            });
        }
    }
}
