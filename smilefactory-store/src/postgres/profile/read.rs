//! Reading profiles.

use std::collections::HashMap;

use serde_json::{Map, Value};
use smilefactory_core::id::{AccountId, Id};
use smilefactory_core::page::{Page, PageRequest};
use smilefactory_core::profile::{DetailsInput, Profile, ProfileFacets, ProfileKind, ViewerClass};
use sqlx::types::Json;
use uuid::Uuid;

use super::super::row::{RowOf, page};
use super::row::{ProfileRow, select_profiles};
use super::{Profiles, facets, order};
use crate::error::Result;
use crate::repo::profile::{Candidate, ProfileFilter, ProfileKey, ProfileOrder, ReadProfiles};

/// What somebody is to the people who are proposed to them.
const STRANGER: ViewerClass = ViewerClass::Member;

/// The key before the first page: no account has it.
fn before<K: Id>(request: &PageRequest<K>) -> Uuid {
    request.after.map_or(Uuid::max(), Id::uuid)
}

/// Profiles that may be seen by whoever looks (`$2`: everything, `$8`: as whom, `$9`: who they are), after `$3`, as a filter of the first
/// six parameters asks: where they come from, and what else holds. Whether a kind is asked for, and which way, is for
/// the caller; as what they see somebody is `v.kind`.
macro_rules! select_seen {
    ($from:literal, $rest:literal, $repository:ident, $filter:ident, $request:ident $(, $argument:expr)* $(,)?) => {
        select_profiles!(
            $from + r#"
            cross join lateral (
              select exists (
                select from social.ties t where t.tenant_id = $1 and t.account_id = $8 and t.other_id = p.account_id
              ) as known
            ) k
            cross join lateral (
              select
                case
                  when p.kind <> 'government_official' or $2 or p.account_id = $9 then p.kind
                  when (
                    select a.verified_at from identity.personal_details a where a.tenant_id = $1 and a.id = p.account_id
                  ) is not null then p.kind
                  else 'community_member'
                end as kind,
                (
                  p.location_visibility = 'public'
                  or p.location_visibility = 'connections_only' and ($2 or k.known)
                  or coalesce(p.account_id = $9, false)
                ) as placed
            ) v
            where p.tenant_id = $1
              and p.account_id < $3
              and p.state in ('incomplete', 'complete')
              and ($2 or p.visibility = 'public' or p.visibility = 'connections_only' and k.known)
              and not exists (
                select from social.barriers b where b.tenant_id = $1 and b.viewer_id = $8 and b.other_id = p.account_id
              )
              and ($4::text is null or p.country = $4::text and v.placed)
              and ($5::text is null or p.city = $5 and v.placed)
              and ($6::boolean is null or $6 = (
                select a.verified_at is not null
                from identity.personal_details a
                where a.tenant_id = p.tenant_id and a.id = p.account_id
              ))
            "# + $rest,
            $repository.0.scope().tenant.uuid(),
            $repository.0.sees_all(),
            before($request),
            $filter.country.as_deref(),
            $filter.city.as_deref(),
            $filter.verified,
            $request.size.with_one_more(),
            $repository.0.viewer(),
            $repository.0.looker(),
            $($argument),*
        )
    };
}

impl<Mode> ReadProfiles for Profiles<'_, Mode> {
    async fn get(&mut self, account: AccountId) -> Result<Option<Profile>> {
        Ok(self.get_many(&[account]).await?.pop())
    }

    async fn get_many(&mut self, accounts: &[AccountId]) -> Result<Vec<Profile>> {
        let accounts: Vec<Uuid> = accounts.iter().map(|account| account.uuid()).collect();
        select_profiles!(
            r#"
            from identity.whole_profiles p
            where p.tenant_id = $1 and p.account_id = any($2)
            limit 100
            "#,
            self.0.scope().tenant.uuid(),
            &accounts,
        )
        .fetch_all(self.0.conn()?)
        .await?
        .into_iter()
        .map(Profile::try_from)
        .collect()
    }

    async fn list(
        &mut self,
        filter: &ProfileFilter,
        request: &PageRequest<AccountId>,
    ) -> Result<Page<Profile, AccountId>> {
        let labels =
            [("skill", &filter.skill), ("interest", &filter.interest), ("language", &filter.language)];
        let mut labels = labels.into_iter().filter_map(|(list, label)| Some((list, label.as_deref()?)));
        // One statement a way into the table: each has the index that its rows come from in order. Who is seen as a
        // community member may be something else, which no index knows.
        let kind = filter.kind.filter(|kind| *kind != ProfileKind::CommunityMember);
        let rows = match (labels.next(), kind) {
            (Some(label), _) => self.rows_with(label, labels.unzip(), filter, request).await?,
            (None, Some(kind)) => self.rows_of_kind(kind, filter, request).await?,
            (None, None) => self.rows(filter, request).await?,
        };
        page(rows, request.size, Profile::try_from, |profile| profile.account)
    }

    async fn list_in(
        &mut self,
        order: ProfileOrder,
        filter: &ProfileFilter,
        request: &PageRequest<ProfileKey>,
    ) -> Result<Page<Profile, ProfileKey>> {
        if order == ProfileOrder::Joined {
            let after = match &request.after {
                Some(ProfileKey::Joined(account)) => Some(*account),
                _ => None,
            };
            let joined = self.list(filter, &PageRequest { size: request.size, after }).await?;
            return Ok(Page { items: joined.items, next: joined.next.map(ProfileKey::Joined) });
        }
        order::list(self.0, order, filter, request).await
    }

    async fn count_facets(&mut self, filter: &ProfileFilter) -> Result<ProfileFacets> {
        facets::count(self, filter).await
    }

    async fn list_candidates(
        &mut self,
        seeker: AccountId,
        kinds: &[ProfileKind],
        request: &PageRequest<AccountId>,
    ) -> Result<Page<Candidate, AccountId>> {
        let kinds: Vec<String> = kinds.iter().map(ToString::to_string).collect();
        let rows = select_profiles!(
            r#"
            from identity.whole_profiles p
            where p.tenant_id = $1
              and p.state in ('incomplete', 'complete')
              and p.visibility = 'public'
              and p.account_id < $2
              and p.kind = any($3)
              and (p.kind <> 'government_official' or (
                select a.verified_at is not null
                from identity.personal_details a
                where a.tenant_id = p.tenant_id and a.id = p.account_id
              ))
              and not exists (
                select from social.barriers b where b.tenant_id = $1 and b.viewer_id = $5 and b.other_id = p.account_id
              )
            order by p.account_id desc
            limit $4
            "#,
            self.0.scope().tenant.uuid(),
            before(request),
            &kinds,
            request.size.with_one_more(),
            seeker.uuid(),
        )
        .fetch_all(self.0.conn()?)
        .await?;
        let profiles = page(rows, request.size, Profile::try_from, |profile| profile.account)?;
        Ok(Page { items: self.candidates(profiles.items).await?, next: profiles.next })
    }

    async fn get_candidates(&mut self, seeker: AccountId, accounts: &[AccountId]) -> Result<Vec<Candidate>> {
        let accounts: Vec<Uuid> = accounts.iter().map(|account| account.uuid()).collect();
        let rows = select_profiles!(
            r#"
            from identity.whole_profiles p
            where p.tenant_id = $1
              and p.account_id = any($2)
              and p.state in ('incomplete', 'complete')
              and p.visibility = 'public'
              and (p.kind <> 'government_official' or (
                select a.verified_at is not null
                from identity.personal_details a
                where a.tenant_id = p.tenant_id and a.id = p.account_id
              ))
              and not exists (
                select from social.barriers b where b.tenant_id = $1 and b.viewer_id = $3 and b.other_id = p.account_id
              )
            limit 100
            "#,
            self.0.scope().tenant.uuid(),
            &accounts,
            seeker.uuid(),
        )
        .fetch_all(self.0.conn()?)
        .await?;
        let profiles = rows.into_iter().map(Profile::try_from).collect::<Result<_>>()?;
        self.candidates(profiles).await
    }
}

impl<Mode> Profiles<'_, Mode> {
    /// Shown profiles of any kind, or of one that no index knows.
    async fn rows(
        &mut self,
        filter: &ProfileFilter,
        request: &PageRequest<AccountId>,
    ) -> Result<Vec<ProfileRow>> {
        Ok(select_seen!(
            "from identity.whole_profiles p",
            r#"
              and ($10::text is null or v.kind = $10)
            order by p.account_id desc
            limit $7
            "#,
            self,
            filter,
            request,
            filter.kind.map(ProfileKind::as_str),
        )
        .fetch_all(self.0.conn()?)
        .await?)
    }

    /// Shown profiles of one kind.
    async fn rows_of_kind(
        &mut self,
        kind: ProfileKind,
        filter: &ProfileFilter,
        request: &PageRequest<AccountId>,
    ) -> Result<Vec<ProfileRow>> {
        Ok(select_seen!(
            "from identity.whole_profiles p",
            r#"
              and p.kind = $10
              and v.kind = $10
            order by p.account_id desc
            limit $7
            "#,
            self,
            filter,
            request,
            kind.as_str(),
        )
        .fetch_all(self.0.conn()?)
        .await?)
    }

    /// Shown profiles with a label (the name of a list and a word in it), and with the further labels too.
    async fn rows_with(
        &mut self,
        (list, label): (&str, &str),
        (further_lists, further_labels): (Vec<&str>, Vec<&str>),
        filter: &ProfileFilter,
        request: &PageRequest<AccountId>,
    ) -> Result<Vec<ProfileRow>> {
        Ok(select_seen!(
            r#"
            from identity.profile_labels l
            join identity.whole_profiles p on p.tenant_id = l.tenant_id and p.account_id = l.account_id
            "#,
            r#"
              and l.tenant_id = $1
              and l.list = $10
              and l.label = $11
              and l.account_id < $3
              and not exists (
                select from unnest($12::text[], $13::text[]) as further (list, label)
                where not exists (
                  select from identity.profile_labels o
                  where o.tenant_id = l.tenant_id
                    and o.account_id = l.account_id
                    and o.list = further.list
                    and o.label = further.label
                )
              )
              and ($14::text is null or v.kind = $14)
            order by l.account_id desc
            limit $7
            "#,
            self,
            filter,
            request,
            list,
            label,
            &further_lists as _,
            &further_labels as _,
            filter.kind.map(ProfileKind::as_str),
        )
        .fetch_all(self.0.conn()?)
        .await?)
    }

    /// The profiles with what their accounts say of their owners, as a stranger sees both, in the same order; without
    /// those whose accounts are gone since the profiles were read.
    async fn candidates(&mut self, profiles: Vec<Profile>) -> Result<Vec<Candidate>> {
        let accounts: Vec<Uuid> = profiles.iter().map(|profile| profile.account.uuid()).collect();
        let rows = sqlx::query!(
            r#"
            select id, first_name, last_name, bio, verified_at is not null as "verified!"
            from identity.personal_details
            where tenant_id = $1 and id = any($2)
            "#,
            self.0.scope().tenant.uuid(),
            &accounts,
        )
        .fetch_all(self.0.conn()?)
        .await?;
        let mut owners: HashMap<Uuid, _> = rows.into_iter().map(|row| (row.id, row)).collect();
        let with_owner = |profile: Profile| {
            let owner = owners.remove(&profile.account.uuid())?;
            Some((profile, owner))
        };
        profiles
            .into_iter()
            .filter_map(with_owner)
            .map(|(mut profile, owner)| {
                profile.content = profile.content.seen_by(STRANGER, owner.verified);
                let of = RowOf { table: "identity.personal_details", id: owner.id };
                Ok(Candidate {
                    profile,
                    first_name: of.parse("first_name", &owner.first_name)?,
                    last_name: of.parse("last_name", &owner.last_name)?,
                    bio: of.parse_opt("bio", owner.bio.as_deref())?,
                    verified: owner.verified,
                })
            })
            .collect()
    }
}
