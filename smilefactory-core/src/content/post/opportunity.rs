//! What a post of kind `opportunity` says besides its text.

use chrono::{DateTime, Utc};

use crate::choice::choices;
use crate::money::Money;
use crate::record::record;
use crate::text::Link;

choices! {
    /// What there is to apply for.
    OpportunityType {
        /// Money for a share.
        Funding = "funding",
        /// Money that is not paid back.
        Grant = "grant",
        /// Work.
        Job = "job",
        /// Work to learn by.
        Internship = "internship",
        /// Doing something together.
        Partnership = "partnership",
        /// A problem to solve, for a prize or an order.
        Challenge = "challenge",
        /// A course or an accelerator.
        Training = "training",
        /// Something else.
        Other = "other",
    }
}

record! {
    /// Something to apply for or take part in.
    pub struct Opportunity / OpportunityInput / OpportunityPatch {
        /// What there is to apply for.
        of: OpportunityType,
        /// Until when.
        deadline: Option<DateTime<Utc>>,
        /// Where to apply.
        apply_at: Option<Link>,
        /// What it brings, if that is a sum.
        award: Option<Money>,
    }
}
