//! Groups, who belongs to them, and the codes that they are joined with.
//!
//! Whoever changes a group, or who belongs to it, [locks](WriteGroups::lock) it first: all of that is done one after
//! the other, in the order in which it is committed.

mod code;
mod group;
mod member;

pub use self::code::{ReadGroupCodes, WriteGroupCodes};
pub use self::group::{GroupFileKey, GroupFilter, GroupKey, ReadGroups, WriteGroups};
pub use self::member::{GroupMemberFilter, GroupMemberKey, ReadGroupMembers, WriteGroupMembers};
