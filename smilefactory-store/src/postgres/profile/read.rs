//! Reading profiles.

use std::collections::HashMap;

use serde_json::{Map, Value};
use smilefactory_core::id::{AccountId, Id};
use smilefactory_core::page::{Page, PageRequest};
use smilefactory_core::profile::{DetailsInput, Profile, ProfileKind, Visibility};
use sqlx::types::Json;
use uuid::Uuid;

use super::super::row::{RowOf, page};
use super::Profiles;
use super::row::{ProfileRow, select_profiles};
use crate::error::Result;
use crate::repo::profile::{Candidate, ProfileFilter, ReadProfiles};

/// The key before the first page: no account has it.
fn before<K: Id>(request: &PageRequest<K>) -> Uuid {
    request.after.map_or(Uuid::max(), Id::uuid)
}

fn words(visibilities: &[Visibility]) -> Vec<String> {
    visibilities.iter().map(ToString::to_string).collect()
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
        // One statement a way into the table: each has the index that its rows come from in order.
        let rows = match (labels.next(), filter.kind) {
            (Some(label), _) => self.rows_with(label, labels.unzip(), filter, request).await?,
            (None, Some(kind)) => self.rows_of_kind(kind, filter, request).await?,
            (None, None) => self.rows(filter, request).await?,
        };
        page(rows, request.size, Profile::try_from, |profile| profile.account)
    }

    async fn list_candidates(
        &mut self,
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
            order by p.account_id desc
            limit $4
            "#,
            self.0.scope().tenant.uuid(),
            before(request),
            &kinds,
            request.size.with_one_more(),
        )
        .fetch_all(self.0.conn()?)
        .await?;
        let profiles = page(rows, request.size, Profile::try_from, |profile| profile.account)?;
        Ok(Page { items: self.candidates(profiles.items).await?, next: profiles.next })
    }

    async fn get_candidates(&mut self, accounts: &[AccountId]) -> Result<Vec<Candidate>> {
        let accounts: Vec<Uuid> = accounts.iter().map(|account| account.uuid()).collect();
        let rows = select_profiles!(
            r#"
            from identity.whole_profiles p
            where p.tenant_id = $1
              and p.account_id = any($2)
              and p.state in ('incomplete', 'complete')
              and p.visibility = 'public'
            limit 100
            "#,
            self.0.scope().tenant.uuid(),
            &accounts,
        )
        .fetch_all(self.0.conn()?)
        .await?;
        let profiles = rows.into_iter().map(Profile::try_from).collect::<Result<_>>()?;
        self.candidates(profiles).await
    }
}

impl<Mode> Profiles<'_, Mode> {
    /// Shown profiles of any kind.
    async fn rows(
        &mut self,
        filter: &ProfileFilter,
        request: &PageRequest<AccountId>,
    ) -> Result<Vec<ProfileRow>> {
        Ok(select_profiles!(
            r#"
            from identity.whole_profiles p
            where p.tenant_id = $1
              and p.state in ('incomplete', 'complete')
              and p.visibility = any($2)
              and p.account_id < $3
              and ($4::text is null or p.country = $4::text)
              and ($5::text is null or p.city = $5)
              and ($6::boolean is null or $6 = (
                select a.verified_at is not null
                from identity.personal_details a
                where a.tenant_id = p.tenant_id and a.id = p.account_id
              ))
            order by p.account_id desc
            limit $7
            "#,
            self.0.scope().tenant.uuid(),
            &words(filter.visibilities),
            before(request),
            filter.country.as_deref(),
            filter.city.as_deref(),
            filter.verified,
            request.size.with_one_more(),
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
        Ok(select_profiles!(
            r#"
            from identity.whole_profiles p
            where p.tenant_id = $1
              and p.kind = $8
              and p.state in ('incomplete', 'complete')
              and p.visibility = any($2)
              and p.account_id < $3
              and ($4::text is null or p.country = $4::text)
              and ($5::text is null or p.city = $5)
              and ($6::boolean is null or $6 = (
                select a.verified_at is not null
                from identity.personal_details a
                where a.tenant_id = p.tenant_id and a.id = p.account_id
              ))
            order by p.account_id desc
            limit $7
            "#,
            self.0.scope().tenant.uuid(),
            &words(filter.visibilities),
            before(request),
            filter.country.as_deref(),
            filter.city.as_deref(),
            filter.verified,
            request.size.with_one_more(),
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
        Ok(select_profiles!(
            r#"
            from identity.profile_labels l
            join identity.whole_profiles p on p.tenant_id = l.tenant_id and p.account_id = l.account_id
            where l.tenant_id = $1
              and l.list = $8
              and l.label = $9
              and l.account_id < $3
              and not exists (
                select from unnest($10::text[], $11::text[]) as further (list, label)
                where not exists (
                  select from identity.profile_labels o
                  where o.tenant_id = l.tenant_id
                    and o.account_id = l.account_id
                    and o.list = further.list
                    and o.label = further.label
                )
              )
              and p.state in ('incomplete', 'complete')
              and p.visibility = any($2)
              and ($12::text is null or p.kind = $12)
              and ($4::text is null or p.country = $4::text)
              and ($5::text is null or p.city = $5)
              and ($6::boolean is null or $6 = (
                select a.verified_at is not null
                from identity.personal_details a
                where a.tenant_id = p.tenant_id and a.id = p.account_id
              ))
            order by l.account_id desc
            limit $7
            "#,
            self.0.scope().tenant.uuid(),
            &words(filter.visibilities),
            before(request),
            filter.country.as_deref(),
            filter.city.as_deref(),
            filter.verified,
            request.size.with_one_more(),
            list,
            label,
            &further_lists as _,
            &further_labels as _,
            filter.kind.map(ProfileKind::as_str),
        )
        .fetch_all(self.0.conn()?)
        .await?)
    }

    /// The profiles with what their accounts say of their owners, in the same order; without those whose accounts
    /// are gone since the profiles were read.
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
            .map(|(profile, owner)| {
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
