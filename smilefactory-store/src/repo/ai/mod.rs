//! Vectors of profiles and posts, the models they are of, and whom people do not want to be shown again.

mod dismissal;
mod embedding;
mod model;

pub use self::dismissal::{ReadDismissals, WriteDismissals};
pub use self::embedding::{
    Nearest, NearestFilter, Precision, ReadEmbeddings, Target, TargetKind, TargetVectors, TextVersion,
    WriteEmbeddings,
};
pub use self::model::Model;
