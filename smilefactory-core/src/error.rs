//! What a transition refuses.

/// A step that the entity's state does not allow.
///
/// ```
/// use smilefactory_core::error::InvalidTransition;
/// let refused = InvalidTransition::new("post", "archived", "publish");
/// assert_eq!(refused.to_string(), "cannot publish a post that is archived");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("cannot {step} {} {entity} that is {state}", article(entity))]
pub struct InvalidTransition {
    /// What the step was tried on.
    pub entity: &'static str,
    /// The state it is in.
    pub state: &'static str,
    /// The step, as a verb.
    pub step: &'static str,
}

impl InvalidTransition {
    /// `step` is not possible for an `entity` in `state`.
    pub const fn new(entity: &'static str, state: &'static str, step: &'static str) -> Self {
        Self { entity, state, step }
    }
}

fn article(entity: &str) -> &'static str {
    if entity.starts_with(['a', 'e', 'i', 'o', 'u']) { "an" } else { "a" }
}
