//! A lexical embedder that needs nothing: words and letter groups hashed into a vector.

use std::collections::BTreeMap;

use async_trait::async_trait;
use unicode_normalization::UnicodeNormalization;

use super::{EmbedError, Embedder, ModelId, refuse_blank};
use crate::num::narrow;
use crate::vector::Embedding;

/// Changes whenever the same text would give another vector.
const VERSION: u32 = 1;

/// Letter groups of these lengths, word borders included.
const GRAM_LENGTHS: std::ops::RangeInclusive<usize> = 3..=5;

/// Embeds a text by the words, neighbouring word pairs and letter groups it is made of. Deterministic, offline,
/// the same on every machine.
///
/// **It is lexical.** It sees that "agri-tech" and "agritech", "Montréal" and "montreal", "invest" and "investors"
/// have much in common. It does not know that "physician" means "doctor", has no idea of languages, and a vector
/// of a long text about much is near to many. Use it when nothing else is there, and as the base line that a real
/// model has to beat.
///
/// How: compatibility-decomposed, accents dropped, lower case; each feature weighs `1 + ln(count)`, short words less
/// than long ones (they are mostly grammar, in many languages); features are hashed to signed buckets and the sum is
/// scaled to length 1.
///
/// ```
/// use smilefactory_ai::embed::{Embedder, hashed::HashedEmbedder};
///
/// let embedder = HashedEmbedder::default();
/// let farm = embedder.embed_one("Solar irrigation for small farms")?;
/// let farmer = embedder.embed_one("irrigation by solar power for farmers")?;
/// let lawyer = embedder.embed_one("Legal advice on publishing contracts")?;
/// assert!(farm.cosine(&farmer)? > farm.cosine(&lawyer)?);
/// assert_eq!(embedder.model().as_str(), "hashed-1/384");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct HashedEmbedder {
    model: ModelId,
    dimensions: usize,
}

/// The dimensions asked for are not between 16 and 16,384.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a hashed embedding has 16 to 16384 dimensions, not {0}")]
pub struct InvalidDimensions(pub usize);

impl HashedEmbedder {
    /// Dimensions of [`HashedEmbedder::default`].
    pub const DEFAULT_DIMENSIONS: usize = 384;

    /// An embedder of this many dimensions: more of them, fewer features that fall together.
    pub fn new(dimensions: usize) -> Result<Self, InvalidDimensions> {
        if !(16..=16_384).contains(&dimensions) {
            return Err(InvalidDimensions(dimensions));
        }
        let model = ModelId::new(format!("hashed-{VERSION}/{dimensions}"));
        Ok(Self { model: model.map_err(|_| InvalidDimensions(dimensions))?, dimensions })
    }

    /// Embeds one text without a runtime, because nothing here waits.
    pub fn embed_one(&self, text: &str) -> Result<Embedding, EmbedError> {
        refuse_blank(&[text])?;
        self.vector(text, 0)
    }

    fn vector(&self, text: &str, index: usize) -> Result<Embedding, EmbedError> {
        let mut sum = vec![0.0; self.dimensions];
        for (hash, weight) in features(text) {
            add(&mut sum, hash, weight);
        }
        if sum.iter().all(|c| *c == 0.0) {
            // Symbols only, or two features that cancelled out: the text as a whole still has its own direction.
            add(&mut sum, hash(Feature::Whole, text), 1.0);
        }
        Embedding::new(sum.into_iter().map(narrow).collect())
            .map_err(|source| EmbedError::Vector { index, source })
    }
}

impl Default for HashedEmbedder {
    fn default() -> Self {
        let dimensions = Self::DEFAULT_DIMENSIONS;
        Self { model: ModelId(format!("hashed-{VERSION}/{dimensions}")), dimensions }
    }
}

#[async_trait]
impl Embedder for HashedEmbedder {
    fn model(&self) -> &ModelId {
        &self.model
    }

    fn dimensions(&self) -> usize {
        self.dimensions
    }

    async fn embed(&self, texts: &[&str]) -> Result<Vec<Embedding>, EmbedError> {
        refuse_blank(texts)?;
        texts.iter().enumerate().map(|(index, text)| self.vector(text, index)).collect()
    }
}

/// What a hash stands for; part of the hash, so that a word and an equal letter group differ.
#[derive(Clone, Copy)]
enum Feature {
    Word,
    Pair,
    Gram,
    Whole,
}

/// Hashes of all features with their weights, in an order that does not depend on the machine.
fn features(text: &str) -> BTreeMap<u64, f64> {
    let words = words(text);
    let mut counts: BTreeMap<u64, (u32, f64)> = BTreeMap::new();
    let mut count = |hash: u64, weight: f64| {
        counts.entry(hash).or_insert((0, weight)).0 += 1;
    };
    for word in &words {
        let (weight, grams) = (word_weight(word), grams(word));
        count(hash(Feature::Word, word), weight);
        // Together twice the word, in length of vector, however long it is: on the Cranfield collection better than once.
        let share = 2.0 * weight / f64::from(u32::try_from(grams.len()).unwrap_or(u32::MAX)).max(1.0).sqrt();
        for gram in grams {
            count(hash(Feature::Gram, &gram), share);
        }
    }
    for pair in words.windows(2) {
        let weight = pair.iter().map(|word| word_weight(word)).product::<f64>() / 2.0;
        count(hash(Feature::Pair, &pair.join(" ")), weight);
    }
    counts.into_iter().map(|(hash, (n, weight))| (hash, weight * (1.0 + f64::from(n).ln()))).collect()
}

/// Lower-case words without accents.
fn words(text: &str) -> Vec<String> {
    let plain: String =
        text.nfkd().filter(|c| !('\u{300}'..='\u{36f}').contains(c)).flat_map(char::to_lowercase).collect();
    plain.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).map(str::to_owned).collect()
}

/// Longer words say more; from seven letters on they say all they can.
fn word_weight(word: &str) -> f64 {
    let letters = word.chars().take(7).count();
    f64::from(u32::try_from(letters).unwrap_or(7)) / 7.0
}

/// The letter groups of a word with its borders marked; none when the word itself is as short.
fn grams(word: &str) -> Vec<String> {
    let marked: Vec<char> = std::iter::once('<').chain(word.chars()).chain(std::iter::once('>')).collect();
    GRAM_LENGTHS
        .filter(|length| *length < marked.len())
        .flat_map(|length| marked.windows(length).map(|gram| gram.iter().collect()))
        .collect()
}

/// Adds a feature to its bucket, with the sign the hash gives it, so that collisions cancel out on average.
fn add(sum: &mut [f64], hash: u64, weight: f64) {
    let signed = if hash >> 63 == 0 { weight } else { -weight };
    let buckets = u64::try_from(sum.len()).unwrap_or(u64::MAX).max(1);
    if let Some(bucket) =
        usize::try_from((hash & (u64::MAX >> 1)) % buckets).ok().and_then(|b| sum.get_mut(b))
    {
        *bucket += signed;
    }
}

/// 64-bit FNV-1a over the feature's kind and UTF-8 bytes, finished with the mixer of `MurmurHash3`, because FNV alone
/// spreads short inputs badly over the high bits. Written out: a stored vector must never depend on a library's
/// idea of a hash.
fn hash(feature: Feature, text: &str) -> u64 {
    const OFFSET_BASIS: u64 = 0xcbf2_9ce4_8422_2325;
    const PRIME: u64 = 0x0000_0100_0000_01b3;
    let kind: u8 = match feature {
        Feature::Word => 1,
        Feature::Pair => 2,
        Feature::Gram => 3,
        Feature::Whole => 4,
    };
    let fnv = std::iter::once(kind)
        .chain(text.bytes())
        .fold(OFFSET_BASIS, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(PRIME));
    let mixed = (fnv ^ (fnv >> 33)).wrapping_mul(0xff51_afd7_ed55_8ccd);
    let mixed = (mixed ^ (mixed >> 33)).wrapping_mul(0xc4ce_b9fe_1a85_ec53);
    mixed ^ (mixed >> 33)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Stored vectors outlive this code: when this fails, either undo the change or raise `VERSION`.
    #[test]
    fn the_vector_of_a_text_is_pinned() {
        let embedder = HashedEmbedder::new(16).unwrap();
        let vector = embedder.embed_one("Montréal’s Solar farms — ソーラー").unwrap();
        let rounded: Vec<String> = vector.as_slice().iter().map(|c| format!("{c:.4}")).collect();
        assert_eq!(
            rounded.join(" "),
            "-0.3249 0.0078 -0.1136 0.0078 -0.3739 -0.4176 -0.1442 0.2680 -0.5516 -0.2476 0.0953 -0.1262 0.2442 -0.1496 -0.0126 -0.0423"
        );
        assert_eq!(hash(Feature::Word, "solar"), 0xab3f_ebf1_e942_0f14);
    }

    #[test]
    fn symbols_alone_have_a_direction() {
        let embedder = HashedEmbedder::default();
        let (a, b) = (embedder.embed_one("!?").unwrap(), embedder.embed_one("🙂").unwrap());
        assert!((a.cosine(&a).unwrap() - 1.0).abs() < 1e-6);
        assert!(a.cosine(&b).unwrap() < 0.5);
    }

    #[test]
    fn case_accents_and_compatibility_forms_do_not_matter() {
        let embedder = HashedEmbedder::default();
        assert_eq!(
            embedder.embed_one("CAFÉ ﬁnance").unwrap(),
            embedder.embed_one("cafe\u{301} finance").unwrap()
        );
    }

    #[test]
    fn dimensions_are_checked() {
        assert_eq!(HashedEmbedder::new(15).unwrap_err(), InvalidDimensions(15));
        assert_eq!(HashedEmbedder::new(512).unwrap().model().as_str(), "hashed-1/512");
    }
}
