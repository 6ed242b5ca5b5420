//! What an app must know of a tab to draw it.

use super::Tab;
use crate::answer::answer;

answer! {
    /// Something that a list is narrowed down by.
    pub struct TabFilter: Eq {
        /// The name of the parameter.
        name: String,
        /// What it does, in words.
        about: String,
        /// What is written there: `string`, `boolean`, `integer`, `uuid` or `date-time`.
        format: String,
        /// All that it can be, where there are few: words or `true` and `false`. None, where it is free.
        values: Vec<String>,
    }
}

answer! {
    /// A tab: where its list is, and what may be asked of it.
    pub struct CommunityTab: Eq {
        /// Which.
        tab: Tab,
        /// The address of its list; parameters are added to those that stand in it.
        list: String,
        /// The address that says how many there are of what, with the same filters, if there is one.
        facets: Option<String>,
        /// The orders it can be in, as `sort` takes them: the first unless something else is said. None, where it has
        /// one.
        sorts: Vec<String>,
        /// What it is narrowed down by.
        filters: Vec<TabFilter>,
    }
}
