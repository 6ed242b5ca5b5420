//! How many listings there are of what.

use smilefactory_core::id::Id;
use smilefactory_core::marketplace::{Availability, ListingCount, ListingFacets};

use super::list::{Wanted, query_shown};
use crate::error::Result;
use crate::repo::marketplace::ListingFilter;
use crate::tx::Tx;

struct Counted {
    facet: String,
    value: String,
    listings: i64,
}

/// Counts in one statement, whatever there is: first what is shown, then what each of it is.
pub(super) async fn count<Mode>(tx: &mut Tx<Mode>, filter: &ListingFilter) -> Result<ListingFacets> {
    let wanted = Wanted::of(tx, filter).await?;
    let counted = query_shown!(
        Counted,
        tx,
        wanted,
        [r#"
        with seen as materialized (
          select l.kind, l.category_id::text as category, l.country::text as country,
            lower(l.city) as city, l.state
          from marketplace.listings l
        "#],
        [r#"
          order by l.published_at desc, l.id desc
          limit $18
        ), counted as (
          select 'all' as facet, '' as value, count(*) as listings from seen
          union all
          select 'kind', kind, count(*) from seen group by kind
          union all
          select 'category', category, count(*) from seen where category is not null group by category
          union all
          select 'country', country, count(*) from seen where country is not null group by country
          union all
          select 'city', city, count(*) from seen where city is not null group by city
          union all
          select 'availability', state, count(*) from seen group by state
        ), placed as (
          select facet, value, listings,
            row_number() over (partition by facet order by listings desc, value collate "C") as place
          from counted
        )
        select facet as "facet!", value as "value!", listings as "listings!"
        from placed
        where place <= $19
        order by facet, place
        "#],
        i64::from(ListingFacets::LISTINGS) + 1,
        i64::from(ListingFacets::VALUES),
    )
    .fetch_all(tx.conn()?)
    .await?;
    let mut facets = ListingFacets::default();
    for one in counted {
        let listings = u32::try_from(one.listings).unwrap_or(u32::MAX);
        let count = ListingCount { value: one.value, listings };
        match one.facet.as_str() {
            "kind" => facets.kinds.push(count),
            "category" => facets.categories.push(count),
            "country" => facets.countries.push(count),
            "city" => facets.cities.push(count),
            "availability" => facets.availability.push(as_availability(count)),
            _ => facets.counted = listings,
        }
    }
    facets.more = facets.counted > u32::from(ListingFacets::LISTINGS);
    facets.counted = facets.counted.min(u32::from(ListingFacets::LISTINGS));
    Ok(facets)
}

/// What is published is available.
fn as_availability(count: ListingCount) -> ListingCount {
    if count.value == "published" {
        ListingCount { value: Availability::Available.as_str().to_owned(), ..count }
    } else {
        count
    }
}
