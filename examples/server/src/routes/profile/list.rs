//! The list of profiles.

use std::collections::HashMap;

use axum::extract::State;
use serde::Serialize;
use smilefactory_core::id::AccountId;
use smilefactory_core::page::CursorPage;
use smilefactory_core::profile::{Label, ProfileKind, ProfileView};
use smilefactory_core::text::{Country, LanguageTag, Line};
use smilefactory_store::prelude::*;
use smilefactory_store::repo::profile::ProfileFilter;
use utoipa::openapi::path::{Parameter, ParameterIn};
use utoipa::openapi::schema::{ObjectBuilder, Type};
use utoipa::{IntoParams, PartialSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::extract::{Filter, Listing, Params, Reader, Viewer, optional};
use crate::reply::Outcome;
use crate::state::AppState;

pub(super) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::default().routes(routes!(list_profiles))
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
    fn filter(&self, viewer: &Viewer) -> ProfileFilter {
        let mut filter = ProfileFilter::new().seen_by(viewer.class_for_others());
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

    /// Whether a view fits the filter by what is seen of it: a place or kind that the viewer may not see is not
    /// given away by being asked for.
    fn fits(&self, view: &ProfileView) -> bool {
        let asks_for_place = self.country.is_some() || self.city.is_some();
        (view.location.is_some() || !asks_for_place)
            && self.kind.is_none_or(|kind| view.details.kind() == kind)
    }
}

/// List profiles
///
/// Those that are shown, as the caller may see them; whoever signed up last first. A page may have fewer entries than
/// was asked for though there is a next one.
#[utoipa::path(
    get, path = "/v1/profiles", operation_id = "listProfiles", tag = "profiles",
    params(Listing<Shown>),
    responses((status = 200, body = CursorPage<ProfileView>, description = "A page of profiles.")),
)]
async fn list_profiles(State(state): State<AppState>, mut reader: Reader, list: Listing<Shown>) -> Outcome {
    let request = list.page::<AccountId>(&state.store, &reader.viewer)?;
    let page = reader.tx.profiles().list(&list.filter.filter(&reader.viewer), &request).await?;
    let ids: Vec<AccountId> = page.items.iter().map(|profile| profile.account).collect();
    let owners: HashMap<_, _> =
        reader.tx.accounts().get_many(&ids).await?.into_iter().map(|owner| (owner.id, owner)).collect();
    let views = page.map(|profile| {
        let owner = owners.get(&profile.account)?;
        let view = profile.seen_by(owner, reader.viewer.class_for(profile.account))?;
        list.filter.fits(&view).then_some(view)
    });
    let views = smilefactory_core::page::Page {
        items: views.items.into_iter().flatten().collect(),
        next: views.next,
    };
    list.reply::<ProfileView, AccountId>(views, &state.store, &reader.viewer)
}
