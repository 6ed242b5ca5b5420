//! Vectors: kept for the newest text, found by their direction, in one tenant only.

mod dismissal;
mod embedding;
mod model;
mod nearest;

use smilefactory_core::id::{AccountId, Id};
use smilefactory_core::version::Version;
use smilefactory_store::repo::ai::{Target, TargetVectors, TextVersion};
use uuid::Uuid;

/// The model that every database begins with.
const MODEL: &str = "hashed-1/384";
const DIMENSIONS: usize = 384;

/// Numbers that look random and are the same in every run.
struct Numbers(u64);

impl Numbers {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    fn id(&mut self) -> Uuid {
        Uuid::from_u64_pair(self.next(), self.next())
    }

    /// A direction among `varied` of the dimensions: the fewer they are, the nearer the neighbours.
    fn direction(&mut self, varied: usize) -> Vec<f32> {
        let mut vector = vec![0.0_f64; DIMENSIONS];
        for component in vector.iter_mut().take(varied) {
            *component = f64::from(u32::try_from(self.next() >> 32).unwrap()) / f64::from(u32::MAX) - 0.5;
        }
        unit(&vector)
    }
}

fn unit(vector: &[f64]) -> Vec<f32> {
    let length = vector.iter().map(|c| c * c).sum::<f64>().sqrt();
    vector.iter().map(|c| (c / length).to_string().parse().unwrap()).collect()
}

/// The direction of one axis.
fn axis(n: usize) -> Vec<f32> {
    let mut vector = vec![0.0; DIMENSIONS];
    vector[n] = 1.0;
    vector
}

fn cosine(a: &[f32], b: &[f32]) -> f64 {
    a.iter().zip(b).map(|(a, b)| f64::from(*a) * f64::from(*b)).sum()
}

fn profile(id: Uuid) -> Target {
    Target::Profile(AccountId::from_uuid(id))
}

fn text(digest: u8, source: i64) -> TextVersion {
    TextVersion { digest: [digest; 32], rules: 1, source: Version::new(source) }
}

fn vectors(target: Target, facet: &str, text: TextVersion, vectors: Vec<Vec<f32>>) -> TargetVectors {
    TargetVectors { target, model: MODEL.to_owned(), facet: facet.to_owned(), text, vectors }
}
