//! What people do with groups in whole steps: each function does, in one unit of work, everything that belongs to what
//! happened, and tells it.
//!
//! Each locks the group before it looks who belongs to it, so that of two who act at once the second sees what the
//! first did: no group has one member too many or no owner, and who is banned is not let in a moment later. What two
//! people are to each other is held before the group is.

mod belonging;
mod code;
mod erasure;
mod gathering;
mod managing;
mod posting;

use smilefactory_core::community::{Group, GroupDraft, GroupMembership, GroupPermission, GroupRefused};
use smilefactory_core::error::InvalidTransition;
use smilefactory_core::id::{AccountId, GroupId};
use smilefactory_core::validation::{Violation, Violations};
use smilefactory_core::version::Version;

pub use self::belonging::{accept, decline, enter, leave, withdraw};
pub use self::code::{enter_with_code, make_code, revoke_code};
pub(crate) use self::erasure::erase;
pub use self::gathering::make_event;
pub use self::managing::{approve, ban, change_role, invite, refuse, remove, unban, uninvite};
pub use self::posting::{is_in_audience, post, require_posting, take_off};
use crate::error::StoreError;
use crate::repo::community::{ReadGroupMembers, ReadGroups, WriteGroupMembers, WriteGroups};
use crate::repo::tenancy::ReadTenants;
use crate::tx::WriteTx;

/// Why a step was not taken.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum GroupError {
    /// The rules refuse it.
    #[error(transparent)]
    Refused(#[from] GroupRefused),
    /// What was sent does not fit this community.
    #[error("the input is not valid")]
    Invalid(#[from] Violations),
    /// There is no such thing for this one: a group, a member, a code, an account.
    #[error("there is no such {0}")]
    NotThere(&'static str),
    /// The store did not do it.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<InvalidTransition> for GroupError {
    fn from(refused: InvalidTransition) -> Self {
        Self::Refused(refused.into())
    }
}

/// What a step gives back.
pub type Result<T> = std::result::Result<T, GroupError>;

const NO_GROUP: GroupError = GroupError::NotThere("group");

/// A group that is there for somebody, locked, and how they belong to it.
async fn locked(tx: &mut WriteTx, id: GroupId, who: AccountId) -> Result<(Group, Option<GroupMembership>)> {
    let Some(group) = tx.groups().lock(id).await? else { return Err(NO_GROUP) };
    // Read only now: nobody changes it any more. An invitation by somebody who is blocked since is none.
    let own = match tx.groups().view(id, who).await? {
        Some(_) => tx.group_members().get(id, who).await?,
        None => return Err(NO_GROUP),
    };
    Ok((group, own))
}

/// The same for somebody who belongs to it, and may do this.
async fn managed(
    tx: &mut WriteTx,
    id: GroupId,
    by: AccountId,
    permission: GroupPermission,
) -> Result<(Group, GroupMembership)> {
    let (group, own) = locked(tx, id, by).await?;
    let own = own.ok_or(GroupRefused::Permission(permission))?;
    own.require(permission)?;
    Ok((group, own))
}

/// How many members every group may have.
async fn most_members(tx: &mut WriteTx) -> Result<u32> {
    let id = tx.scope().tenant;
    let tenant = tx.tenants().get(id).await?.ok_or_else(|| StoreError::internal("the tenant is gone"))?;
    Ok(tenant.settings.group_member_limit)
}

/// Refuses a limit above that of all groups.
async fn check_limit(tx: &mut WriteTx, draft: &GroupDraft) -> Result<()> {
    let most = most_members(tx).await?;
    match draft.member_limit {
        Some(limit) if limit.get() > most => {
            Err(Violations::one("/member_limit", Violation::out_of_range(2, most)).into())
        }
        _ => Ok(()),
    }
}

/// Somebody makes a group, and owns it.
pub async fn found(tx: &mut WriteTx, draft: GroupDraft, by: AccountId) -> Result<Group> {
    check_limit(tx, &draft).await?;
    let (group, owner, founded) = draft.found(tx.new_id()?, by, tx.now());
    tx.groups().insert(&group).await?;
    tx.group_members().save(&owner).await?;
    tx.tell(founded)?;
    tx.groups().get(group.id).await?.ok_or(NO_GROUP)
}

/// Somebody who may changes what is set for a group; `read_at` is the version they had seen.
pub async fn change(
    tx: &mut WriteTx,
    id: GroupId,
    by: AccountId,
    draft: GroupDraft,
    read_at: Version,
) -> Result<Group> {
    let (group, own) = managed(tx, id, by, GroupPermission::ChangeGroup).await?;
    // What was above the limit of all groups before may stay so.
    if draft.member_limit != group.draft.member_limit {
        check_limit(tx, &draft).await?;
    }
    let (group, changed) = group.change(draft, &own, tx.now())?;
    let group = tx.groups().update(&Group { version: read_at, ..group }).await?;
    tx.tell(changed)?;
    Ok(group)
}

/// An owner puts a group away.
pub async fn archive(tx: &mut WriteTx, id: GroupId, by: AccountId, read_at: Version) -> Result<Group> {
    let (group, own) = managed(tx, id, by, GroupPermission::ArchiveGroup).await?;
    let (group, archived) = group.archive(&own, tx.now())?;
    let group = tx.groups().update(&Group { version: read_at, ..group }).await?;
    tx.tell(archived)?;
    Ok(group)
}

/// An owner opens a group again that was put away.
pub async fn reopen(tx: &mut WriteTx, id: GroupId, by: AccountId, read_at: Version) -> Result<Group> {
    let (group, own) = managed(tx, id, by, GroupPermission::ArchiveGroup).await?;
    let (group, reopened) = group.reopen(&own, tx.now())?;
    let group = tx.groups().update(&Group { version: read_at, ..group }).await?;
    tx.tell(reopened)?;
    Ok(group)
}
