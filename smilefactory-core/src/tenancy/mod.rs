//! Organisations that run a community.

mod settings;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::answer::answer;
use crate::choice::choices;
use crate::content::moderation::ScreeningRules;
use crate::fact::facts;
use crate::feed::FeedWeights;
use crate::id::TenantId;
use crate::marketplace::MarketplaceSettings;
use crate::profile::{CompletionBands, Opens};
use crate::record::record;
use crate::social::{InteractionWeights, RequestQuota};
use crate::text::{Line, Slug};
use crate::version::Version;

choices! {
    /// What an organisation has ordered.
    Plan {
        /// For trying things out.
        Free = "free",
        /// For a community.
        Community = "community",
        /// For many.
        Enterprise = "enterprise",
    }
}

record! {
    /// What an organisation chooses when it joins.
    pub struct NewTenant / NewTenantInput / NewTenantPatch {
        /// Its name in addresses; unique in the installation.
        slug: Slug,
        /// Its name for people.
        name: Line<2, 120>,
        /// What it has ordered.
        plan: Plan,
    }
}

/// What an organisation may set for its community.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(default)]
#[non_exhaustive]
pub struct TenantSettings {
    /// Whether a member's post must be approved before it is published.
    pub posts_need_review: bool,
    /// What completion of the own profile opens.
    pub completion_bands: CompletionBands,
    /// The largest file that may be uploaded, in bytes; more than 100 MiB are never allowed.
    pub max_media_bytes: u32,
    /// What is refused or held back before anybody reads it.
    pub screening: ScreeningRules,
    /// How many people of one kind somebody may ask to connect within a week before they answer; how many in all
    /// within a month, the [completion bands](Self::completion_bands) say.
    pub unanswered_requests_of_a_kind: u16,
    /// How many messages a day somebody sends to people they are not connected with.
    pub stranger_messages_a_day: u32,
    /// How many members a group may have at most; each group may set less.
    pub group_member_limit: u32,
    /// What each kind of interaction is worth for how strong a connection is.
    pub interaction_weights: InteractionWeights,
    /// How long things are offered and kept for somebody, and how much may be asked.
    pub marketplace: MarketplaceSettings,
    /// What counts how much for the order of the feed.
    pub feed: FeedWeights,
}

impl Default for TenantSettings {
    fn default() -> Self {
        Self {
            posts_need_review: false,
            completion_bands: CompletionBands::default(),
            max_media_bytes: 10 * 1024 * 1024,
            screening: ScreeningRules::default(),
            unanswered_requests_of_a_kind: 10,
            stranger_messages_a_day: 100,
            group_member_limit: 1_000,
            interaction_weights: InteractionWeights::default(),
            marketplace: MarketplaceSettings::default(),
            feed: FeedWeights::default(),
        }
    }
}

impl TenantSettings {
    /// How many people somebody may ask to connect whose profile is complete to this percentage.
    pub const fn request_quota(&self, completion: u8) -> RequestQuota {
        RequestQuota {
            a_month: Opens::at(completion, &self.completion_bands).connection_requests_a_month,
            unanswered_of_a_kind: self.unanswered_requests_of_a_kind,
        }
    }
}

#[cfg(feature = "openapi")]
crate::schema::by_utoipa!(TenantSettings);

answer! {
    /// An organisation that runs a community; nobody in it sees another's rows.
    pub struct Tenant {
        /// Its id.
        id: TenantId,
        /// Its name in addresses.
        slug: Slug,
        /// Its name for people.
        name: Line<2, 120>,
        /// What it has ordered.
        plan: Plan,
        /// What it has set for its community.
        settings: TenantSettings,
        /// How often it was saved.
        version: Version,
        /// When it joined.
        created_at: DateTime<Utc>,
        /// When it was last changed.
        updated_at: DateTime<Utc>,
    }
}

answer! {
    /// What an organisation has set for its community.
    pub struct CommunitySettings {
        /// How often the organisation was saved.
        version: Version,
        /// When it was last changed.
        updated_at: DateTime<Utc>,
        /// What it has set.
        settings: TenantSettings,
    }
}

impl NewTenant {
    /// The organisation joins.
    ///
    /// ```
    /// # use chrono::DateTime;
    /// # use smilefactory_core::id::{Id, TenantId};
    /// use smilefactory_core::tenancy::{NewTenant, NewTenantInput};
    /// use smilefactory_core::validation::Field;
    ///
    /// let hub = NewTenantInput { slug: "hub".into(), name: "The Hub".into(), plan: "community".into() };
    /// let (hub, joined) = NewTenant::from_raw(hub)?.join(TenantId::at(DateTime::UNIX_EPOCH, [1; 10]), DateTime::UNIX_EPOCH);
    /// assert_eq!((joined.tenant, hub.settings.posts_need_review), (hub.id, false));
    /// # Ok::<(), smilefactory_core::validation::Violations>(())
    /// ```
    pub fn join(self, id: TenantId, now: DateTime<Utc>) -> (Tenant, TenantJoined) {
        let tenant = Tenant {
            id,
            slug: self.slug,
            name: self.name,
            plan: self.plan,
            settings: TenantSettings::default(),
            version: Version::FIRST,
            created_at: now,
            updated_at: now,
        };
        (tenant, TenantJoined { tenant: id })
    }
}

facts! {
    /// An organisation joined.
    TenantJoined = "tenancy.tenant.joined" v 1 of tenant: TenantId {}

    /// An organisation set something else for its community.
    TenantChanged = "tenancy.tenant.changed" v 1 of tenant: TenantId {}
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::testing::{new_tenant, spoiled_tenants};
    use crate::validation::Field;

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(16))]

        #[test]
        fn every_broken_rule_is_told_with_its_place(input in new_tenant()) {
            prop_assert!(NewTenant::from_raw(input.clone()).is_ok());
            for spoiled in spoiled_tenants(&input) {
                let violations = NewTenant::from_raw(spoiled.input).unwrap_err();
                let found: Vec<_> = violations.iter().map(|v| (v.pointer.as_str(), v.code.as_ref())).collect();
                prop_assert_eq!(found, [(spoiled.pointer.as_str(), spoiled.code)]);
            }
        }
    }
}
