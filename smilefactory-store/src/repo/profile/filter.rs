//! Which profiles a list has.

use serde::Serialize;
use smilefactory_core::profile::{ProfileKind, ViewerClass, Visibility};
use smilefactory_core::text::{Country, LanguageTag};

/// Which profiles a list has; all that everybody may see unless narrowed down or widened.
///
/// ```
/// use smilefactory_core::profile::{ProfileKind, ViewerClass};
/// use smilefactory_store::repo::profile::ProfileFilter;
///
/// let pump_builders = ProfileFilter::new()
///     .of_kind(ProfileKind::Innovator)
///     .in_country("ZW".parse()?)
///     .with_skill("solar pumps");
/// let all_of_them = pump_builders.seen_by(ViewerClass::Staff);
/// # Ok::<(), smilefactory_core::validation::Violations>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ProfileFilter {
    pub(crate) visibilities: &'static [Visibility],
    pub(crate) kind: Option<ProfileKind>,
    pub(crate) country: Option<String>,
    pub(crate) city: Option<String>,
    pub(crate) skill: Option<String>,
    pub(crate) interest: Option<String>,
    pub(crate) language: Option<String>,
    pub(crate) verified: Option<bool>,
}

impl Default for ProfileFilter {
    fn default() -> Self {
        Self {
            visibilities: visibilities(ViewerClass::Public),
            kind: None,
            country: None,
            city: None,
            skill: None,
            interest: None,
            language: None,
            verified: None,
        }
    }
}

/// Of which visibility the profiles are that somebody sees of others.
const fn visibilities(viewer: ViewerClass) -> &'static [Visibility] {
    match viewer {
        ViewerClass::Staff => Visibility::ALL,
        ViewerClass::Connection => &[Visibility::Public, Visibility::ConnectionsOnly],
        ViewerClass::Owner | ViewerClass::Member | ViewerClass::Public => &[Visibility::Public],
    }
}

impl ProfileFilter {
    /// All that everybody may see.
    pub fn new() -> Self {
        Self::default()
    }

    /// All that somebody may see who is this to every owner: a connection sees what is for connections too,
    /// staff see everything but drafts and what is suspended.
    #[must_use]
    pub const fn seen_by(mut self, viewer: ViewerClass) -> Self {
        self.visibilities = visibilities(viewer);
        self
    }

    /// Only those of this kind.
    #[must_use]
    pub const fn of_kind(mut self, kind: ProfileKind) -> Self {
        self.kind = Some(kind);
        self
    }

    /// Only those in this country.
    #[must_use]
    pub fn in_country(mut self, country: Country) -> Self {
        self.country = Some(country.into());
        self
    }

    /// Only those in this city, spelled like this.
    #[must_use]
    pub fn in_city(mut self, city: impl Into<String>) -> Self {
        self.city = Some(city.into());
        self
    }

    /// Only those with this skill, spelled like this.
    #[must_use]
    pub fn with_skill(mut self, skill: impl Into<String>) -> Self {
        self.skill = Some(skill.into());
        self
    }

    /// Only those with this interest, spelled like this.
    #[must_use]
    pub fn with_interest(mut self, interest: impl Into<String>) -> Self {
        self.interest = Some(interest.into());
        self
    }

    /// Only those whose owners speak this language.
    #[must_use]
    pub fn speaking(mut self, language: LanguageTag) -> Self {
        self.language = Some(language.into());
        self
    }

    /// Only those whose owners staff verified, or did not.
    #[must_use]
    pub const fn verified(mut self, verified: bool) -> Self {
        self.verified = Some(verified);
        self
    }
}
