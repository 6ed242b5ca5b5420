//! The list of profiles.

use std::collections::HashMap;

use axum::extract::State;
use serde::Serialize;
use smilefactory_core::id::AccountId;
use smilefactory_core::page::CursorPage;
use smilefactory_core::profile::{Label, ProfileFacets, ProfileKind, ProfileView};
use smilefactory_core::text::{Country, LanguageTag, Line};
use smilefactory_store::prelude::*;
use smilefactory_store::repo::profile::ProfileFilter;
use utoipa::openapi::path::{Parameter, ParameterIn};
use utoipa::openapi::schema::{ObjectBuilder, Type};
use utoipa::{IntoParams, PartialSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::extract::{Filter, Listing, Params, Query, Reader, optional};
use crate::problem::Code;
use crate::reply::{Outcome, Reply};
use crate::state::AppState;

pub(super) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::default().routes(routes!(list_profiles)).routes(routes!(count_profiles))
}

/// Which profiles.
#[derive(Debug, Serialize)]
pub(crate) struct Shown {
    kind: Option<ProfileKind>,
    country: Option<Country>,
    city: Option<Line<1, 80>>,
    skill: Option<Label>,
    interest: Option<Label>,
    language: Option<LanguageTag>,
    verified: Option<bool>,
}

impl Filter for Shown {
    fn read(params: &mut Params) -> Self {
        Self {
            kind: params.field("kind"),
            country: params.field("country"),
            city: params.field("city"),
            skill: params.field("skill"),
            interest: params.field("interest"),
            language: params.field("language"),
            verified: params.truth("verified"),
        }
    }
}

impl IntoParams for Shown {
    fn into_params(_: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        let truth = ObjectBuilder::new().schema_type(Type::Boolean);
        vec![
            optional("kind", "Only those of this kind.", ProfileKind::schema()),
            optional("country", "Only those in this country.", Country::schema()),
            optional("city", "Only those in this city, spelled like this.", Line::<1, 80>::schema()),
            optional("skill", "Only those with this skill, spelled like this.", Label::schema()),
            optional("interest", "Only those with this interest, spelled like this.", Label::schema()),
            optional("language", "Only those whose owners speak this language.", LanguageTag::schema()),
            optional("verified", "Only those whose owners staff verified, or did not.", truth),
        ]
    }
}

impl Shown {
    fn filter(&self) -> ProfileFilter {
        let mut filter = ProfileFilter::new();
        if let Some(kind) = self.kind {
            filter = filter.of_kind(kind);
        }
        if let Some(country) = &self.country {
            filter = filter.in_country(country.clone());
        }
        if let Some(city) = &self.city {
            filter = filter.in_city(city.as_str());
        }
        if let Some(skill) = &self.skill {
            filter = filter.with_skill(skill.as_str());
        }
        if let Some(interest) = &self.interest {
            filter = filter.with_interest(interest.as_str());
        }
        if let Some(language) = &self.language {
            filter = filter.speaking(language.clone());
        }
        if let Some(verified) = self.verified {
            filter = filter.verified(verified);
        }
        filter
    }
}

/// List profiles
///
/// Those that are shown, as the caller may see them; whoever signed up last first. Who asks for a kind or a place is given
/// those of whom they may know it.
#[utoipa::path(
    get, path = "/v1/profiles", operation_id = "listProfiles", tag = "profiles",
    params(Listing<Shown>),
    responses((status = 200, body = CursorPage<ProfileView>, description = "A page of profiles.")),
)]
async fn list_profiles(State(state): State<AppState>, mut reader: Reader, list: Listing<Shown>) -> Outcome {
    let request = list.page::<AccountId>(&state.store, &reader.viewer)?;
    let page = reader.tx.profiles().list(&list.filter.filter(), &request).await?;
    let ids: Vec<AccountId> = page.items.iter().map(|profile| profile.account).collect();
    let owners: HashMap<_, _> =
        reader.tx.accounts().get_many(&ids).await?.into_iter().map(|owner| (owner.id, owner)).collect();
    let classes = reader.viewer.classes_for(&mut reader.tx, &ids).await?;
    // All of them are seen, unless somebody went, hid or blocked since they were read.
    let views = page.map(|profile| {
        profile.seen_by(owners.get(&profile.account)?, *classes.get(&profile.account)?)
    });
    let views = smilefactory_core::page::Page {
        items: views.items.into_iter().flatten().collect(),
        next: views.next,
    };
    list.reply::<ProfileView, AccountId>(views, &state.store, &reader.viewer)
}

/// Count profiles by what they are
///
/// How many there are of each kind, country, skill and interest, of those that the list with the same parameters would
/// have for the caller, and by what the caller sees of them. The most frequent first, at most 50 of each.
#[utoipa::path(
    get, path = "/v1/profiles/facets", operation_id = "countProfiles", tag = "profiles",
    params(Shown),
    responses((status = 200, body = ProfileFacets, description = "The counts.")),
    extensions(("x-problem-codes" = json!([Code::InvalidInput]))),
)]
async fn count_profiles(mut reader: Reader, Query(shown): Query<Shown>) -> Outcome {
    Reply::ok(&reader.tx.profiles().count_facets(&shown.filter()).await?)
}
