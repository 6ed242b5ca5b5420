//! Unit vectors: what embedders produce and similarity compares.

use serde::{Deserialize, Serialize};

use crate::num::narrow;

/// How far from 1 a squared length may be for a vector to count as unit already.
const UNIT_TOLERANCE: f64 = 1e-5;

/// A direction in a model's space: finite, of length 1, never empty.
///
/// Because the length is 1, the dot product *is* the cosine. Only vectors of one model may be compared; the
/// type knows the dimension, its owner knows the model ([`ModelId`](crate::embed::ModelId)).
///
/// ```
/// use smilefactory_ai::vector::Embedding;
///
/// let a = Embedding::new(vec![3.0, 4.0])?;
/// let b = Embedding::new(vec![4.0, 3.0])?;
/// assert_eq!(a.as_slice(), [0.6, 0.8]);
/// assert!((a.cosine(&b)? - 0.96).abs() < 1e-6);
/// # Ok::<(), smilefactory_ai::vector::VectorError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "Vec<f32>", into = "Vec<f32>")]
pub struct Embedding(Vec<f32>);

/// Why numbers are not an [`Embedding`], or two of them cannot be compared.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum VectorError {
    /// No dimension at all.
    #[error("a vector needs at least one dimension")]
    Empty,
    /// NaN or infinite.
    #[error("component {index} of the vector is not a finite number")]
    NotFinite {
        /// Position of the first such component.
        index: usize,
    },
    /// All components are zero, so it points nowhere.
    #[error("a vector of zeros has no direction")]
    Zero,
    /// Vectors of different models, or a model that changed its dimension.
    #[error("expected {expected} dimensions, found {found}")]
    Dimensions {
        /// What the other side has.
        expected: usize,
        /// What this one has.
        found: usize,
    },
}

impl Embedding {
    /// Scales the components to length 1. A vector that is of length 1 already is kept bit for bit, so that
    /// what was stored and read back stays equal.
    pub fn new(mut components: Vec<f32>) -> Result<Self, VectorError> {
        if components.is_empty() {
            return Err(VectorError::Empty);
        }
        if let Some(index) = components.iter().position(|c| !c.is_finite()) {
            return Err(VectorError::NotFinite { index });
        }
        let squared: f64 = components.iter().map(|c| f64::from(*c).powi(2)).sum();
        if squared == 0.0 {
            return Err(VectorError::Zero);
        }
        if (squared - 1.0).abs() > UNIT_TOLERANCE {
            let length = squared.sqrt();
            for c in &mut components {
                *c = narrow(f64::from(*c) / length);
            }
        }
        Ok(Self(components))
    }

    /// The direction of the weighted sum: a centroid. `None` when there is nothing to sum or it cancels out.
    ///
    /// Parts with a weight that is not positive are ignored.
    ///
    /// ```
    /// use smilefactory_ai::vector::Embedding;
    ///
    /// let (east, north) = (Embedding::new(vec![1.0, 0.0])?, Embedding::new(vec![0.0, 1.0])?);
    /// let centre = Embedding::centroid([(&east, 4.0), (&north, 3.0)])?;
    /// assert_eq!(centre.map(|c| c.as_slice().to_vec()), Some(vec![0.8, 0.6]));
    /// # Ok::<(), smilefactory_ai::vector::VectorError>(())
    /// ```
    pub fn centroid<'a>(
        parts: impl IntoIterator<Item = (&'a Self, f32)>,
    ) -> Result<Option<Self>, VectorError> {
        let mut sum: Vec<f64> = Vec::new();
        for (part, weight) in parts {
            if weight.is_nan() || weight <= 0.0 {
                continue;
            }
            if sum.is_empty() {
                sum = vec![0.0; part.dimensions()];
            }
            part.expect_dimensions(sum.len())?;
            for (total, c) in sum.iter_mut().zip(&part.0) {
                *total += f64::from(weight) * f64::from(*c);
            }
        }
        match Self::new(sum.into_iter().map(narrow).collect()) {
            Ok(centre) => Ok(Some(centre)),
            Err(VectorError::Empty | VectorError::Zero) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// How many components it has.
    pub fn dimensions(&self) -> usize {
        self.0.len()
    }

    /// The components, of length 1 together.
    pub fn as_slice(&self) -> &[f32] {
        &self.0
    }

    /// The components, owned.
    pub fn into_vec(self) -> Vec<f32> {
        self.0
    }

    /// Cosine of the angle between both: −1 opposite, 0 unrelated, 1 the same.
    pub fn cosine(&self, other: &Self) -> Result<f32, VectorError> {
        other.expect_dimensions(self.dimensions())?;
        let dot: f32 = self.0.iter().zip(&other.0).map(|(a, b)| a * b).sum();
        Ok(dot.clamp(-1.0, 1.0))
    }

    /// Fails unless it has this many dimensions.
    pub fn expect_dimensions(&self, expected: usize) -> Result<(), VectorError> {
        let found = self.dimensions();
        if found == expected { Ok(()) } else { Err(VectorError::Dimensions { expected, found }) }
    }
}

impl TryFrom<Vec<f32>> for Embedding {
    type Error = VectorError;

    fn try_from(components: Vec<f32>) -> Result<Self, VectorError> {
        Self::new(components)
    }
}

impl From<Embedding> for Vec<f32> {
    fn from(embedding: Embedding) -> Self {
        embedding.0
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn refuses_what_has_no_direction() {
        assert_eq!(Embedding::new(vec![]), Err(VectorError::Empty));
        assert_eq!(Embedding::new(vec![0.0, -0.0]), Err(VectorError::Zero));
        assert_eq!(Embedding::new(vec![1.0, f32::NAN]), Err(VectorError::NotFinite { index: 1 }));
        assert_eq!(Embedding::new(vec![f32::INFINITY]), Err(VectorError::NotFinite { index: 0 }));
    }

    #[test]
    fn refuses_to_compare_dimensions() {
        let (a, b) = (Embedding::new(vec![1.0]).unwrap(), Embedding::new(vec![1.0, 1.0]).unwrap());
        assert_eq!(a.cosine(&b), Err(VectorError::Dimensions { expected: 1, found: 2 }));
    }

    #[test]
    fn a_centroid_of_opposites_is_none() {
        let (a, b) = (Embedding::new(vec![1.0]).unwrap(), Embedding::new(vec![-1.0]).unwrap());
        assert_eq!(Embedding::centroid([(&a, 1.0), (&b, 1.0)]), Ok(None));
        assert_eq!(Embedding::centroid([(&a, 0.0)]), Ok(None));
        assert_eq!(Embedding::centroid([(&a, f32::NAN)]), Ok(None));
    }

    proptest! {
        #[test]
        fn is_unit_and_survives_a_round_trip(components in prop::collection::vec(-1e3f32..1e3, 1..64)) {
            prop_assume!(components.iter().any(|c| c.abs() > 1e-3));
            let embedding = Embedding::new(components).unwrap();
            let squared: f64 = embedding.as_slice().iter().map(|c| f64::from(*c).powi(2)).sum();
            prop_assert!((squared - 1.0).abs() < 1e-5);
            prop_assert!((embedding.cosine(&embedding).unwrap() - 1.0).abs() < 1e-5);
            let json = serde_json::to_string(&embedding).unwrap();
            prop_assert_eq!(serde_json::from_str::<Embedding>(&json).unwrap(), embedding);
        }
    }
}
