//! The models whose vectors are kept. All tenants share them; whoever runs the installation adds one
//! ([`Operator::register_model`](crate::Operator::register_model)) and chooses the one in use.

/// A model that turns texts into vectors.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Model {
    /// Its name with its version: vectors can be compared only when it is equal.
    pub id: String,
    /// How many numbers each of its vectors has.
    pub dimensions: usize,
    /// Whether searches use it now; there is at most one such model.
    pub current: bool,
}
