//! Vectors of profiles and posts, the models they are of, and whom people do not want to be shown again.

mod dismissal;
mod embedding;
mod model;
mod nearest;

pub use self::dismissal::Dismissals;
pub use self::embedding::Embeddings;
