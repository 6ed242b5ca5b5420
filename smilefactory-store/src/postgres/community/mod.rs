//! Groups, who belongs to them, and the codes that they are joined with.

mod code;
mod facets;
mod file;
mod group;
mod listing;
mod member;
mod recommending;

pub use self::code::GroupCodes;
pub use self::group::Groups;
pub use self::member::GroupMembers;

/// Numbers of people have a sign in the database and nowhere else.
fn to_count(count: i32) -> u32 {
    u32::try_from(count).unwrap_or_default()
}

fn from_count(count: u32) -> i32 {
    i32::try_from(count).unwrap_or(i32::MAX)
}
