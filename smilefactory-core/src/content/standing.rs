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
        /// Its author was erased, and nothing of it is left. A post that was shown keeps its place, so that what others
        /// said about it is still found; it stands in no list.
        Erased = "erased",
    }
}
