//! The parts that all kinds of profile share.

use super::ProfileKind;
use crate::collection::Set;
use crate::record::record;
use crate::text::{Country, Line};

/// A word or two: an industry, a skill, an area of interest.
pub type Label = Line<1, 60>;

/// Some labels, none twice.
pub type Labels = Set<Label, 30>;

record! {
    /// Where somebody is.
    pub struct Location / LocationInput / LocationPatch {
        /// The town or city.
        city: Option<Line<1, 80>>,
        /// The country.
        country: Country,
    }
}

record! {
    /// Whom somebody looks for, and why.
    pub struct LookingFor / LookingForInput / LookingForPatch {
        /// Which kind of people.
        kind: ProfileKind,
        /// What for.
        why: Option<Line<1, 300>>,
    }
}
