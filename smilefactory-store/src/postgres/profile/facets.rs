//! How many profiles there are of what.

use smilefactory_core::id::Id;
use smilefactory_core::profile::{FacetCount, ProfileFacets, ProfileKind};

use super::Profiles;
use crate::error::Result;
use crate::repo::profile::ProfileFilter;

struct Counted {
    facet: String,
    value: String,
    profiles: i64,
}

/// Counts in one statement, whatever there is: first who is counted, then what each of them has, as far as it is seen.
pub(super) async fn count<Mode>(
    profiles: &mut Profiles<'_, Mode>,
    filter: &ProfileFilter,
) -> Result<ProfileFacets> {
    let wanted = [("skill", &filter.skill), ("interest", &filter.interest), ("language", &filter.language)];
    let (lists, labels): (Vec<&str>, Vec<&str>) =
        wanted.iter().filter_map(|(list, label)| Some((*list, label.as_deref()?))).unzip();
    let tx = &mut *profiles.0;
    let counted = sqlx::query_as!(
        Counted,
        r#"
        with seen as materialized (
          select p.account_id, v.kind, case when v.placed then p.country::text end as country,
            case when v.placed then p.city end as city
          from identity.profiles p
          cross join lateral (
            select exists (
              select from social.ties t where t.tenant_id = $1 and t.account_id = $8 and t.other_id = p.account_id
            ) as known
          ) k
          cross join lateral (
            select
              case
                when p.kind <> 'government_official' or $2 or p.account_id = $12 then p.kind
                when (
                  select a.verified_at from identity.personal_details a where a.tenant_id = $1 and a.id = p.account_id
                ) is not null then p.kind
                else 'community_member'
              end as kind,
              (
                p.location_visibility = 'public'
                or p.location_visibility = 'connections_only' and ($2 or k.known)
                or coalesce(p.account_id = $12, false)
              ) as placed
          ) v
          where p.tenant_id = $1
            and p.state in ('incomplete', 'complete')
            and ($2 or p.visibility = 'public' or p.visibility = 'connections_only' and k.known)
            and not exists (
              select from social.barriers b where b.tenant_id = $1 and b.viewer_id = $8 and b.other_id = p.account_id
            )
            and ($3::text is null or v.kind = $3)
            and ($4::text is null or p.country = $4::text and v.placed)
            and ($5::text is null or p.city = $5 and v.placed)
            and ($6::boolean is null or $6 = (
              select a.verified_at is not null
              from identity.personal_details a
              where a.tenant_id = p.tenant_id and a.id = p.account_id
            ))
            and not exists (
              select from unnest($9::text[], $10::text[]) as wanted (list, label)
              where not exists (
                select from identity.profile_labels o
                where o.tenant_id = $1
                  and o.list = wanted.list
                  and o.label = wanted.label
                  and o.account_id = p.account_id
              )
            )
          order by p.account_id desc
          limit $7
        ), counted as (
          select 'all' as facet, '' as value, count(*) as profiles from seen
          union all
          select 'kind', kind, count(*) from seen group by kind
          union all
          select 'country', country, count(*) from seen where country is not null group by country
          union all
          select 'city', city, count(*) from seen where city is not null group by city
          union all
          select l.list, l.label, count(*)
          from seen
          join identity.profile_labels l on l.tenant_id = $1 and l.account_id = seen.account_id
          where l.list in ('skill', 'interest')
          group by l.list, l.label
        ), placed as (
          select facet, value, profiles,
            row_number() over (partition by facet order by profiles desc, value collate "C") as place
          from counted
        )
        select facet as "facet!", value as "value!", profiles as "profiles!"
        from placed
        where place <= $11
        order by facet, place
        "#,
        tx.scope().tenant.uuid(),
        tx.sees_all(),
        filter.kind.map(ProfileKind::as_str),
        filter.country.as_deref(),
        filter.city.as_deref(),
        filter.verified,
        i64::from(ProfileFacets::PROFILES) + 1,
        tx.viewer(),
        &lists as _,
        &labels as _,
        i64::from(ProfileFacets::VALUES),
        tx.looker(),
    )
    .fetch_all(tx.conn()?)
    .await?;
    Ok(facets(counted))
}

/// Each count under its facet.
fn facets(counted: Vec<Counted>) -> ProfileFacets {
    let mut facets = ProfileFacets {
        counted: 0,
        more: false,
        kinds: Vec::new(),
        countries: Vec::new(),
        cities: Vec::new(),
        skills: Vec::new(),
        interests: Vec::new(),
    };
    for one in counted {
        let profiles = u32::try_from(one.profiles).unwrap_or(u32::MAX);
        let value = FacetCount { value: one.value, profiles };
        match one.facet.as_str() {
            "kind" => facets.kinds.push(value),
            "country" => facets.countries.push(value),
            "city" => facets.cities.push(value),
            "skill" => facets.skills.push(value),
            "interest" => facets.interests.push(value),
            _ => facets.counted = profiles,
        }
    }
    facets.more = facets.counted > u32::from(ProfileFacets::PROFILES);
    facets.counted = facets.counted.min(u32::from(ProfileFacets::PROFILES));
    facets
}
