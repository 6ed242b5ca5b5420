//! Groups: people who gather around something, who belongs to them, and who has a say there.
//!
//! Whether a group is [seen](GroupVisibility), how it is [joined](JoinPolicy) and who posts in it are three things, set
//! each for itself. What somebody may do in a group follows from their [role](GroupRole), whose permissions are data;
//! whoever acts on somebody else must stand above them.

mod code;
mod facets;
mod group;
mod managing;
mod membership;
mod posting;
mod recommending;
mod refused;
mod role;
#[cfg(test)]
mod tests;

pub use self::code::{GroupCode, GroupCodeDraft, GroupCodeInput, GroupCodePatch, MadeGroupCode};
pub use self::facets::{GroupCount, GroupFacets};
pub use self::group::{
    Group, GroupDraft, GroupInput, GroupPatch, GroupSort, GroupView, GroupVisibility, JoinPolicy, PostingRule,
};
pub use self::managing::{Entered, Invited};
pub use self::membership::{
    GroupBanDraft, GroupBanInput, GroupBanPatch, GroupMember, GroupMemberState, GroupMembership,
    GroupRequestDraft, GroupRequestInput, GroupRequestPatch,
};
pub use self::posting::GroupFile;
pub use self::recommending::{GroupCandidate, RecommendedGroup, recommend};
pub use self::refused::GroupRefused;
pub use self::role::{
    GroupPermission, GroupRole, GroupRoleChange, GroupRoleChangeInput, GroupRoleChangePatch,
    GroupRolePermissions,
};
use crate::fact::facts;
use crate::id::{AccountId, GroupId, PostId};

facts! {
    /// Somebody made a group.
    GroupFounded = "community.group.founded" v 1 of group: GroupId {
        /// Who.
        by: AccountId,
    }

    /// A group has another name, or other rules.
    GroupChanged = "community.group.changed" v 1 of group: GroupId {
        /// Who changed it.
        by: AccountId,
    }

    /// A group was put away: it can be read, and nobody joins it any more.
    GroupArchived = "community.group.archived" v 1 of group: GroupId {
        /// Who did it.
        by: AccountId,
    }

    /// A group that was put away is open again.
    GroupReopened = "community.group.reopened" v 1 of group: GroupId {
        /// Who did it.
        by: AccountId,
    }

    /// Somebody belongs to a group from now on.
    GroupMemberJoined = "community.member.joined" v 1 of group: GroupId {
        /// Who.
        account: AccountId,
        /// Who let them in: themselves, where nobody had to.
        by: AccountId,
    }

    /// Somebody left a group.
    GroupMemberLeft = "community.member.left" v 1 of group: GroupId {
        /// Who.
        account: AccountId,
        /// The same.
        by: AccountId,
    }

    /// Somebody was taken out of a group.
    GroupMemberRemoved = "community.member.removed" v 1 of group: GroupId {
        /// Who.
        account: AccountId,
        /// Who did it.
        by: AccountId,
    }

    /// Somebody has another role in a group.
    GroupMemberChanged = "community.member.changed" v 1 of group: GroupId {
        /// Who.
        account: AccountId,
        /// The role they have now.
        role: GroupRole,
        /// Who gave it to them.
        by: AccountId,
    }

    /// Somebody is asked to join a group.
    GroupMemberInvited = "community.member.invited" v 1 of group: GroupId {
        /// Who.
        account: AccountId,
        /// Who asks.
        by: AccountId,
    }

    /// An invitation was declined or taken back.
    GroupInvitationEnded = "community.invitation.ended" v 1 of group: GroupId {
        /// Who was invited.
        account: AccountId,
        /// Who ended it.
        by: AccountId,
    }

    /// Somebody asks to be let into a group.
    GroupMemberRequested = "community.member.requested" v 1 of group: GroupId {
        /// Who.
        account: AccountId,
        /// The same.
        by: AccountId,
    }

    /// A request to be let in was declined or withdrawn.
    GroupRequestEnded = "community.request.ended" v 1 of group: GroupId {
        /// Who asked.
        account: AccountId,
        /// Who ended it.
        by: AccountId,
    }

    /// Somebody may not come to a group any more.
    GroupMemberBanned = "community.member.banned" v 1 of group: GroupId {
        /// Who.
        account: AccountId,
        /// Who did it.
        by: AccountId,
    }

    /// A post was taken off a group by who looks after it.
    GroupPostTakenOff = "community.post.taken_off" v 1 of post: PostId {
        /// Which group.
        group: GroupId,
        /// Who did it.
        by: AccountId,
    }

    /// Somebody may come to a group again.
    GroupMemberUnbanned = "community.member.unbanned" v 1 of group: GroupId {
        /// Who.
        account: AccountId,
        /// Who did it.
        by: AccountId,
    }
}
