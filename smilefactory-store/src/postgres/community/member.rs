//! Who belongs to groups.

use chrono::{DateTime, Utc};
use smilefactory_core::community::{GroupMembership, GroupPermission, GroupRole};
use smilefactory_core::id::{AccountId, GroupId, Id};
use smilefactory_core::page::{Page, PageRequest};
use uuid::Uuid;

use super::super::repository;
use super::super::row::{RowOf, page};
use crate::error::Result;
use crate::repo::community::{GroupMemberFilter, GroupMemberKey, ReadGroupMembers, WriteGroupMembers};
use crate::tx::ReadWrite;

repository! {
    /// Who belongs to groups.
    GroupMembers = group_members
}

struct MemberRow {
    group_id: Uuid,
    account_id: Uuid,
    state: String,
    role: String,
    by_id: Option<Uuid>,
    note: Option<String>,
    joined_at: Option<DateTime<Utc>>,
    since: DateTime<Utc>,
}

impl TryFrom<MemberRow> for GroupMembership {
    type Error = crate::StoreError;
    fn try_from(row: MemberRow) -> Result<Self> {
        let of = RowOf { table: "community.members", id: row.account_id };
        Ok(Self {
            group: GroupId::from_uuid(row.group_id),
            account: AccountId::from_uuid(row.account_id),
            state: of.parse("state", &row.state)?,
            role: of.parse("role", &row.role)?,
            by: row.by_id.map(AccountId::from_uuid),
            note: of.parse_opt("note", row.note.as_deref())?,
            joined_at: row.joined_at,
            since: row.since,
        })
    }
}

/// The place of a role, as the database counts it.
const fn rank(role: GroupRole) -> i16 {
    match role {
        GroupRole::Owner => 0,
        GroupRole::Admin => 1,
        GroupRole::Moderator => 2,
        GroupRole::Member => 3,
    }
}

impl<Mode> ReadGroupMembers for GroupMembers<'_, Mode> {
    async fn get(&mut self, group: GroupId, account: AccountId) -> Result<Option<GroupMembership>> {
        sqlx::query_as!(
            MemberRow,
            r#"
            select group_id, account_id, state, role, by_id, note, joined_at, since
            from community.members
            where tenant_id = $1 and group_id = $2 and account_id = $3
            "#,
            self.0.scope().tenant.uuid(),
            group.uuid(),
            account.uuid(),
        )
        .fetch_optional(self.0.conn()?)
        .await?
        .map(GroupMembership::try_from)
        .transpose()
    }

    async fn list(
        &mut self,
        group: GroupId,
        filter: GroupMemberFilter,
        request: &PageRequest<GroupMemberKey>,
    ) -> Result<Page<GroupMembership, GroupMemberKey>> {
        let (after_rank, after) =
            request.after.map_or((-1, Uuid::nil()), |key| (rank(key.role), key.account.uuid()));
        let (lowest, highest) = filter.role.map_or((0, 3), |role| (rank(role), rank(role)));
        let rows = sqlx::query_as!(
            MemberRow,
            r#"
            select m.group_id, m.account_id, m.state, m.role, m.note, m.joined_at, m.since,
              case
                when not exists (
                  select
                  from social.barriers b
                  where b.tenant_id = $1 and b.viewer_id = $8 and b.other_id = m.by_id and b.blocked
                ) then m.by_id
              end as by_id
            from community.members m
            where m.tenant_id = $1
              and m.group_id = $2
              and m.state = $3
              and m.rank between $4 and $5
              and (m.rank, m.account_id) > ($6, $7)
              and not exists (
                select
                from social.barriers b
                where b.tenant_id = $1 and b.viewer_id = $8 and b.other_id = m.account_id and b.blocked
              )
              and ($9 or m.account_id = $10 or exists (
                select
                from identity.profiles p
                where p.tenant_id = $1
                  and p.account_id = m.account_id
                  and p.state in ('incomplete', 'complete')
                  and (
                    $11
                    or p.visibility = 'public'
                    or p.visibility = 'connections_only' and exists (
                      select
                      from social.ties t
                      where t.tenant_id = $1 and t.account_id = $8 and t.other_id = m.account_id
                    )
                  )
              ))
            order by m.rank, m.account_id
            limit $12
            "#,
            self.0.scope().tenant.uuid(),
            group.uuid(),
            filter.state.as_str(),
            lowest,
            highest,
            after_rank,
            after,
            self.0.viewer(),
            filter.among,
            self.0.looker(),
            self.0.sees_all(),
            request.size.with_one_more(),
        )
        .fetch_all(self.0.conn()?)
        .await?;
        page(rows, request.size, GroupMembership::try_from, |member: &GroupMembership| member.into())
    }

    async fn list_of_account(
        &mut self,
        account: AccountId,
        request: &PageRequest<GroupId>,
    ) -> Result<Page<GroupMembership, GroupId>> {
        let rows = sqlx::query_as!(
            MemberRow,
            r#"
            select m.group_id, m.account_id, m.state, m.role, m.note, m.joined_at, m.since,
              case
                when not exists (
                  select
                  from social.barriers b
                  where b.tenant_id = $1 and b.viewer_id = $2 and b.other_id = m.by_id and b.blocked
                ) then m.by_id
              end as by_id
            from community.members m
            where m.tenant_id = $1 and m.account_id = $2 and m.group_id > $3
            order by m.group_id
            limit $4
            "#,
            self.0.scope().tenant.uuid(),
            account.uuid(),
            request.after.map_or(Uuid::nil(), Uuid::from),
            request.size.with_one_more(),
        )
        .fetch_all(self.0.conn()?)
        .await?;
        page(
            rows,
            request.size,
            |row| Ok(GroupMembership::try_from(row)?.own()),
            |member: &GroupMembership| member.group,
        )
    }

    async fn list_permitted(
        &mut self,
        group: GroupId,
        permission: GroupPermission,
    ) -> Result<Vec<AccountId>> {
        let permitted = sqlx::query_scalar!(
            r#"
            select m.account_id
            from community.members m
            where m.tenant_id = $1
              and m.group_id = $2
              and m.state = 'member'
              and m.rank < 3
              and exists (
                select from community.role_permissions p where p.role = m.role and p.permission = $3
              )
            order by m.rank, m.account_id
            limit 100
            "#,
            self.0.scope().tenant.uuid(),
            group.uuid(),
            permission.as_str(),
        )
        .fetch_all(self.0.conn()?)
        .await?;
        Ok(permitted.into_iter().map(AccountId::from_uuid).collect())
    }

    async fn list_accounts(&mut self, group: GroupId, after: Option<AccountId>) -> Result<Vec<AccountId>> {
        let accounts = sqlx::query_scalar!(
            r#"
            select m.account_id
            from community.members m
            where m.tenant_id = $1 and m.group_id = $2 and m.state = 'member' and m.account_id > $3
            order by m.account_id
            limit 1000
            "#,
            self.0.scope().tenant.uuid(),
            group.uuid(),
            after.map_or(uuid::Uuid::nil(), Id::uuid),
        )
        .fetch_all(self.0.conn()?)
        .await?;
        Ok(accounts.into_iter().map(AccountId::from_uuid).collect())
    }

    async fn reaches(&mut self, from: AccountId, to: AccountId) -> Result<bool> {
        let reached = sqlx::query_scalar!(
            r#"
            select true as "reached!"
            from identity.personal_details a
            left join identity.profiles p on p.tenant_id = a.tenant_id and p.account_id = a.id
            where a.tenant_id = $1
              and a.id = $3
              and a.erased_at is null
              and not exists (
                select
                from social.barriers b
                where b.tenant_id = $1 and b.viewer_id = $2 and b.other_id = $3 and b.blocked
              )
              and (
                (p.state in ('incomplete', 'complete') and p.visibility = 'public')
                or exists (
                  select
                  from social.ties t
                  where t.tenant_id = $1 and t.account_id = $2 and t.other_id = $3
                )
              )
            "#,
            self.0.scope().tenant.uuid(),
            from.uuid(),
            to.uuid(),
        )
        .fetch_optional(self.0.conn()?)
        .await?;
        Ok(reached.unwrap_or_default())
    }

    async fn heir(&mut self, group: GroupId, owner: AccountId) -> Result<Option<GroupMembership>> {
        sqlx::query_as!(
            MemberRow,
            r#"
            select group_id, account_id, state, role, by_id, note, joined_at, since
            from community.members
            where tenant_id = $1 and group_id = $2 and account_id <> $3 and state = 'member'
            order by rank, joined_at, account_id
            limit 1
            "#,
            self.0.scope().tenant.uuid(),
            group.uuid(),
            owner.uuid(),
        )
        .fetch_optional(self.0.conn()?)
        .await?
        .map(GroupMembership::try_from)
        .transpose()
    }
}

impl WriteGroupMembers for GroupMembers<'_, ReadWrite> {
    async fn save(&mut self, member: &GroupMembership) -> Result<()> {
        sqlx::query!(
            r#"
            insert into community.members (tenant_id, group_id, account_id, state, role, by_id, note, joined_at, since)
            values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
            on conflict (tenant_id, group_id, account_id) do update
            set state = excluded.state, role = excluded.role, by_id = excluded.by_id, note = excluded.note,
              joined_at = excluded.joined_at, since = excluded.since
            "#,
            self.0.scope().tenant.uuid(),
            member.group.uuid(),
            member.account.uuid(),
            member.state.as_str(),
            member.role.as_str(),
            member.by.map(Uuid::from),
            member.note.as_ref().map(AsRef::as_ref),
            member.joined_at,
            member.since,
        )
        .execute(self.0.conn()?)
        .await?;
        Ok(())
    }

    async fn delete(&mut self, group: GroupId, account: AccountId) -> Result<bool> {
        let gone = sqlx::query!(
            "delete from community.members where tenant_id = $1 and group_id = $2 and account_id = $3",
            self.0.scope().tenant.uuid(),
            group.uuid(),
            account.uuid(),
        )
        .execute(self.0.conn()?)
        .await?;
        Ok(gone.rows_affected() > 0)
    }
}
