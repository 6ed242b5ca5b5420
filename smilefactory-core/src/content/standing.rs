//! What moderation thinks of something people wrote.

use crate::choice::choices;

choices! {
    /// What moderation thinks of a post or a comment.
    Standing {
        /// Nothing speaks against it.
        Visible = "visible",
        /// It waits for a moderator's decision; its author and staff see it.
        Held = "held",
        /// A moderator took it off; its author and staff see it.
        Removed = "removed",
    }
}
