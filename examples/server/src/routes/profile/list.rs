//! The list of profiles.

use std::collections::HashMap;

use axum::extract::State;
use serde::Serialize;
use smilefactory_ai::matching::Options;
use smilefactory_core::id::AccountId;
use smilefactory_core::page::{CursorPage, Page};
use smilefactory_core::profile::{Label, Profile, ProfileFacets, ProfileKind, ProfileSort, ProfileView};
use smilefactory_core::text::{Country, LanguageTag, Line};
use smilefactory_store::prelude::*;
use smilefactory_store::repo::profile::{Candidate, ProfileFilter, ProfileKey, ProfileOrder};
use utoipa::openapi::path::{Parameter, ParameterIn};
use utoipa::openapi::schema::{ObjectBuilder, Type};
use utoipa::{IntoParams, PartialSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::extract::{Filter, Listing, Params, Query, Reader, optional};
use crate::problem::{ApiError, Code};
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
    /// Whether somebody is as it asks, by what strangers may see of them. What they must be of is asked for elsewhere.
    fn has(&self, candidate: &Candidate) -> bool {
        let content = &candidate.profile.content;
        let location = content.location.as_ref();
        let city = location.and_then(|location| location.city.as_ref());
        self.country.as_ref().is_none_or(|country| location.is_some_and(|there| there.country == *country))
            && self.city.as_ref().is_none_or(|wanted| city == Some(wanted))
            && self.skill.as_ref().is_none_or(|skill| content.skills.contains(skill))
            && self.interest.as_ref().is_none_or(|interest| content.interests.contains(interest))
            && self.language.as_ref().is_none_or(|language| content.languages.contains(language))
            && self.verified.is_none_or(|verified| candidate.verified == verified)
    }

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

/// Which profiles, in which order.
#[derive(Debug, Serialize)]
pub(crate) struct Sorted {
    shown: Shown,
    sort: ProfileSort,
}

impl Filter for Sorted {
    fn read(params: &mut Params) -> Self {
        Self { shown: Shown::read(params), sort: params.field("sort").unwrap_or(ProfileSort::Joined) }
    }
}

impl IntoParams for Sorted {
    fn into_params(provider: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        let mut params = Shown::into_params(provider);
        params.push(optional("sort", "In which order; `joined` unless said.", ProfileSort::schema()));
        params
    }
}

/// Of how many people an order by match is made, the best of those whom matching looks at.
const MATCHED: usize = 200;

/// List profiles
///
/// Those that are shown, as the caller may see them; whoever signed up last first, unless `sort` says otherwise. Who
/// asks for a kind or a place is given those of whom they may know it, and nobody is placed by what the caller may
/// not know.
///
/// Sorted by `match` it has the 200 best matches, of those whom `GET /v1/matches` looks at, as strangers see them; the
/// ranking is made anew for each page, and takes a profile of one's own.
#[utoipa::path(
    get, path = "/v1/profiles", operation_id = "listProfiles", tag = "profiles",
    params(Listing<Sorted>),
    responses((status = 200, body = CursorPage<ProfileView>, description = "A page of profiles.")),
    extensions(("x-problem-codes" = json!([Code::NotFound]))),
)]
async fn list_profiles(State(state): State<AppState>, mut reader: Reader, list: Listing<Sorted>) -> Outcome {
    let order = match list.filter.sort {
        ProfileSort::Joined => ProfileOrder::Joined,
        ProfileSort::Name => ProfileOrder::Name,
        ProfileSort::Activity => ProfileOrder::Activity,
        ProfileSort::Connections => ProfileOrder::Connections,
        ProfileSort::Match => {
            let page = matched(&state, &mut reader, &list).await?;
            let page = views(&mut reader, page).await?;
            return list.reply::<ProfileView, usize>(page, &state.store, &reader.viewer);
        }
    };
    let request = list.page::<ProfileKey>(&state.store, &reader.viewer)?;
    let page = reader.tx.profiles().list_in(order, &list.filter.shown.filter(), &request).await?;
    let page = views(&mut reader, page).await?;
    list.reply::<ProfileView, ProfileKey>(page, &state.store, &reader.viewer)
}

/// The matches of the caller that are as the filter asks, by how far down the ranking they are.
async fn matched(
    state: &AppState,
    reader: &mut Reader,
    list: &Listing<Sorted>,
) -> Result<Page<Profile, usize>, ApiError> {
    let request = list.page::<usize>(&state.store, &reader.viewer)?;
    let shown = &list.filter.shown;
    let options = Options::default().limit(MATCHED);
    let options = shown.kind.map_or(options.clone(), |kind| options.of_kind(kind));
    let found = state.matchmaker.matches(&mut reader.tx, reader.viewer.account, &options).await?;
    let found = found
        .ok_or_else(|| ApiError::new(Code::NotFound, "matches take a profile, and you have none yet"))?;
    let from = request.after.unwrap_or_default();
    let ids = found.iter().filter(|found| shown.has(&found.candidate)).map(|found| found.found.candidate);
    let ids: Vec<(usize, AccountId)> = (1..).zip(ids).skip(from).take(request.size.get() + 1).collect();
    let Page { items: ids, next } = Page::from_one_more(ids, request.size, |(place, _)| *place);
    let ids: Vec<AccountId> = ids.into_iter().map(|(_, id)| id).collect();
    let mut items = reader.tx.profiles().get_many(&ids).await?;
    items.sort_by_key(|profile| ids.iter().position(|id| *id == profile.account));
    Ok(Page { items, next })
}

/// The profiles of a page as the caller sees them.
async fn views<K>(reader: &mut Reader, page: Page<Profile, K>) -> Result<Page<ProfileView, K>, ApiError> {
    let ids: Vec<AccountId> = page.items.iter().map(|profile| profile.account).collect();
    let owners: HashMap<_, _> =
        reader.tx.accounts().get_many(&ids).await?.into_iter().map(|owner| (owner.id, owner)).collect();
    let classes = reader.viewer.classes_for(&mut reader.tx, &ids).await?;
    // All of them are seen, unless somebody went, hid or blocked since they were read.
    let views =
        page.map(|profile| profile.seen_by(owners.get(&profile.account)?, *classes.get(&profile.account)?));
    Ok(Page { items: views.items.into_iter().flatten().collect(), next: views.next })
}

/// Count profiles by what they are
///
/// How many there are of each kind, country, skill and interest, of the 10,000 that joined last of those that the list with
/// the same parameters would have for the caller, and by what the caller sees of them. The most frequent first, at most 50 of each.
#[utoipa::path(
    get, path = "/v1/profiles/facets", operation_id = "countProfiles", tag = "profiles",
    params(Shown),
    responses((status = 200, body = ProfileFacets, description = "The counts.")),
    extensions(("x-problem-codes" = json!([Code::InvalidInput]))),
)]
async fn count_profiles(mut reader: Reader, Query(shown): Query<Shown>) -> Outcome {
    Reply::ok(&reader.tx.profiles().count_facets(&shown.filter()).await?)
}
