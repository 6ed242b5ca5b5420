//! Profiles: what people tell about themselves, in one of eight kinds.

use smilefactory_core::id::AccountId;
use smilefactory_core::profile::{
    Completion, Profile, ProfileFacets, ProfileInput, ProfileKind, ProfilePatch, ProfileSort, ProfileView,
    ProfileViews,
};
use smilefactory_core::version::Version;

use crate::call::{Call, Keyed, Versioned};
use crate::operation as op;
use crate::page::List;
use crate::request::Transport;

/// What people tell about themselves; from [`Client::profiles`](crate::Client::profiles).
#[derive(Clone, Copy, Debug)]
pub struct Profiles<'a>(pub(crate) &'a Transport);

/// Marks the list of the profiles that are shown to the caller.
#[derive(Debug)]
pub enum Shown {}

impl Profiles<'_> {
    /// Begins the own profile; nothing but its kind must be given.
    ///
    /// ```no_run
    /// # async fn example(client: smilefactory_client::Client) -> Result<(), smilefactory_client::Error> {
    /// use smilefactory_core::profile::{InnovatorInput, ProfileInput};
    ///
    /// let profile = client
    ///     .profiles()
    ///     .create(&ProfileInput {
    ///         headline: Some("Solar pumps for small farms".into()),
    ///         details: InnovatorInput { stage: Some("mvp".into()), ..InnovatorInput::default() }.into(),
    ///         ..ProfileInput::default()
    ///     })
    ///     .await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn create(&self, input: &ProfileInput) -> Call<Profile, Keyed> {
        Call::new(self.0, &op::CREATE_PROFILE).json(input)
    }

    /// The profiles that are shown to the caller, newest first unless [`sort`](List::sort) says otherwise.
    ///
    /// ```no_run
    /// # async fn example(client: smilefactory_client::Client) -> Result<(), smilefactory_client::Error> {
    /// use futures::TryStreamExt;
    /// use smilefactory_core::profile::ProfileKind;
    ///
    /// let mut mentors = client.profiles().list().kind(ProfileKind::Mentor).country("ZW").into_stream();
    /// while let Some(mentor) = mentors.try_next().await? {
    ///     println!("{} {}", mentor.first_name, mentor.last_name);
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn list(&self) -> List<ProfileView, Shown> {
        List::new(self.0, &op::LIST_PROFILES)
    }

    /// How many of the profiles that [`list`](Self::list) would give are of which kind, country, skill and interest.
    pub fn facets(&self) -> Call<ProfileFacets, Shown> {
        Call::new(self.0, &op::COUNT_PROFILES)
    }

    /// Somebody's profile, as the caller may see it; what they may not see at all is [not
    /// found](crate::Error::is_not_found).
    pub fn get(&self, account: AccountId) -> Call<ProfileView> {
        Call::new(self.0, &op::GET_PROFILE).id(account)
    }

    /// The own profile, with all that is in it.
    pub fn mine(&self) -> Call<Profile, Versioned> {
        Call::new(self.0, &op::MY_PROFILE)
    }

    /// Changes the own profile; what the patch leaves out stays. `version` is that of the profile the change was made
    /// from: when it was saved since, the error [is stale](crate::Error::is_stale).
    pub fn change(&self, version: Version, patch: &ProfilePatch) -> Call<Profile> {
        Call::new(self.0, &op::CHANGE_PROFILE).if_match(version).json(patch)
    }

    /// How complete the own profile is and what is missing, worth most first.
    pub fn completion(&self) -> Call<Completion> {
        Call::new(self.0, &op::MY_COMPLETION)
    }

    /// Tells that one looked at somebody's profile; a person counts once a day, and the owner does not.
    pub fn view(&self, account: AccountId) -> Call<(), Keyed> {
        Call::without_answer(self.0, &op::VIEW_PROFILE).id(account)
    }

    /// How often others looked at the own profile.
    pub fn views(&self) -> Call<ProfileViews> {
        Call::new(self.0, &op::MY_PROFILE_VIEWS)
    }
}

impl List<ProfileView, Shown> {
    /// In this order. By [`Match`](ProfileSort::Match) it takes a profile of one's own.
    pub fn sort(self, sort: ProfileSort) -> Self {
        self.filter("sort", sort.as_str())
    }
}

/// The same narrows down the list and the counts.
macro_rules! narrowed {
    ($on:ty, $filter:ident) => {
        impl $on {
            /// Only this kind.
            pub fn kind(self, kind: ProfileKind) -> Self {
                self.$filter("kind", kind.as_str())
            }

            /// Only people in this country, by its two-letter code: `ZW`.
            pub fn country(self, country: impl AsRef<str>) -> Self {
                self.$filter("country", country.as_ref())
            }

            /// Only people in this town or city.
            pub fn city(self, city: impl AsRef<str>) -> Self {
                self.$filter("city", city.as_ref())
            }

            /// Only people with this skill.
            pub fn skill(self, skill: impl AsRef<str>) -> Self {
                self.$filter("skill", skill.as_ref())
            }

            /// Only people with this interest.
            pub fn interest(self, interest: impl AsRef<str>) -> Self {
                self.$filter("interest", interest.as_ref())
            }

            /// Only people who speak this language: `sn`, `en-GB`.
            pub fn language(self, language: impl AsRef<str>) -> Self {
                self.$filter("language", language.as_ref())
            }

            /// Only people staff verified, or only others.
            pub fn verified(self, verified: bool) -> Self {
                self.$filter("verified", verified.to_string())
            }
        }
    };
}
narrowed!(List<ProfileView, Shown>, filter);
narrowed!(Call<ProfileFacets, Shown>, query);
