//! How far an innovation is.

use crate::choice::choices;
use crate::record::record;
use crate::validation::{Report, Violation};

choices! {
    /// How far an innovation is; later stages are greater.
    InnovationStage {
        /// Thought of.
        Idea = "idea",
        /// Something that can be shown works.
        Prototype = "prototype",
        /// The smallest product somebody can use.
        Mvp = "mvp",
        /// On the market.
        Launched = "launched",
        /// Growing.
        Scaling = "scaling",
        /// Established.
        Mature = "mature",
    }
}

record! {
    /// From one stage to another, both included.
    ///
    /// ```
    /// use smilefactory_core::profile::{InnovationStage, StageRange};
    ///
    /// let early = StageRange { from: InnovationStage::Idea, to: InnovationStage::Mvp };
    /// assert!(early.contains(InnovationStage::Prototype));
    /// assert!(!early.contains(InnovationStage::Scaling));
    /// ```
    pub struct StageRange / StageRangeInput / StageRangePatch {
        /// The earliest.
        from: InnovationStage,
        /// The latest.
        to: InnovationStage,
    }
    check(from, to) |report| StageRange::check(*from, *to, report);
}

impl StageRange {
    /// Whether a stage lies in the range.
    pub fn contains(&self, stage: InnovationStage) -> bool {
        (self.from..=self.to).contains(&stage)
    }

    fn check(from: InnovationStage, to: InnovationStage, report: &mut Report) {
        if from > to {
            report.field("to", |report| report.add(Violation::range_order()));
        }
    }
}
