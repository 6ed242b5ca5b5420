//! Which profiles a list has.

use serde::Serialize;
use smilefactory_core::profile::ProfileKind;
use smilefactory_core::text::{Country, LanguageTag};

/// Which profiles a list has; all that the [sight](crate::Sight) of the unit of work may see unless narrowed down. Who asks
/// for a kind, a place or a country is given those of whom they may know it.
///
/// ```
/// use smilefactory_core::profile::ProfileKind;
/// use smilefactory_store::repo::profile::ProfileFilter;
///
/// let pump_builders = ProfileFilter::new()
///     .of_kind(ProfileKind::Innovator)
///     .in_country("ZW".parse()?)
///     .with_skill("solar pumps");
/// # Ok::<(), smilefactory_core::validation::Violations>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct ProfileFilter {
    pub(crate) kind: Option<ProfileKind>,
    pub(crate) country: Option<String>,
    pub(crate) city: Option<String>,
    pub(crate) skill: Option<String>,
    pub(crate) interest: Option<String>,
    pub(crate) language: Option<String>,
    pub(crate) verified: Option<bool>,
}

impl ProfileFilter {
    /// All that may be seen.
    pub fn new() -> Self {
        Self::default()
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
