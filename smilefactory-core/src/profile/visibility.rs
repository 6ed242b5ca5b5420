//! Who sees what of a profile.

use crate::choice::choices;
use crate::record::record;

choices! {
    /// Who sees a profile, or one field of it.
    Visibility {
        /// Everybody.
        Public = "public",
        /// The people its owner is connected with, and staff.
        ConnectionsOnly = "connections_only",
        /// Its owner; a whole profile is seen by staff too.
        Private = "private",
    }
}

choices! {
    /// What a viewer is to the owner of a profile, or of anything else.
    ViewerClass {
        /// The owner.
        Owner = "owner",
        /// Somebody who moderates or runs the community.
        Staff = "staff",
        /// Somebody the owner is connected with.
        Connection = "connection",
        /// Somebody in a group that the owner is in: sees what a member sees, and what is for the group.
        Group = "group",
        /// Somebody else in the same community.
        Member = "member",
        /// Somebody who is not logged in.
        Public = "public",
        /// Somebody the owner blocked, or who blocked the owner: sees nothing, not even what is for everybody.
        Blocked = "blocked",
    }
}

impl Visibility {
    /// Whether somebody sees a field of this visibility.
    ///
    /// ```
    /// use smilefactory_core::profile::{ViewerClass, Visibility};
    /// assert!(Visibility::ConnectionsOnly.shows_to(ViewerClass::Connection));
    /// assert!(!Visibility::ConnectionsOnly.shows_to(ViewerClass::Member));
    /// assert!(!Visibility::Private.shows_to(ViewerClass::Staff));
    /// assert!(!Visibility::Public.shows_to(ViewerClass::Blocked));
    /// ```
    pub const fn shows_to(self, viewer: ViewerClass) -> bool {
        match self {
            Self::Public => !matches!(viewer, ViewerClass::Blocked),
            Self::ConnectionsOnly => {
                matches!(viewer, ViewerClass::Owner | ViewerClass::Staff | ViewerClass::Connection)
            }
            Self::Private => matches!(viewer, ViewerClass::Owner),
        }
    }
}

record! {
    /// Who sees the fields that are not for everybody, of those who see the profile.
    pub struct FieldVisibility / FieldVisibilityInput / FieldVisibilityPatch {
        /// The email address.
        email: Visibility = Visibility::Private,
        /// The telephone number.
        phone: Visibility = Visibility::Private,
        /// Where the owner is.
        location: Visibility = Visibility::Public,
        /// Whom the owner is connected with.
        connections: Visibility = Visibility::Public,
    }
}

impl Default for FieldVisibility {
    fn default() -> Self {
        Self {
            email: Visibility::Private,
            phone: Visibility::Private,
            location: Visibility::Public,
            connections: Visibility::Public,
        }
    }
}
