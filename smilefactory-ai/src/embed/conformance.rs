//! What every [`Embedder`] must do, as one function: run it in the tests of each implementation.

use super::{EmbedError, Embedder};
use crate::vector::Embedding;

/// Which promise of [`Embedder`] was broken.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Broken {
    /// A call that must succeed failed.
    #[error("{what}")]
    Failed {
        /// What was tried.
        what: &'static str,
        /// How it failed.
        #[source]
        source: EmbedError,
    },
    /// A call succeeded with the wrong answer.
    #[error("{0}")]
    Promise(&'static str),
}

/// Cosine above which two vectors count as the same direction: remote models round differently by batch.
const SAME: f32 = 0.999;

/// Tries the promises of [`Embedder`] one after the other and stops at the first that is broken.
///
/// The embedder must know some English: a text has to be nearer to itself with one word changed than to a
/// text about something else.
///
/// ```
/// use smilefactory_ai::embed::{conformance, hashed::HashedEmbedder};
///
/// # tokio::runtime::Builder::new_current_thread().build()?.block_on(async {
/// conformance::check(&HashedEmbedder::default()).await?;
/// # Ok::<(), Box<dyn std::error::Error>>(()) })?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub async fn check(embedder: &dyn Embedder) -> Result<(), Broken> {
    const TEXTS: [&str; 4] = [
        "solar panels for small farms in Zimbabwe",
        "solar panels for small farms in Zambia",
        "contract law advice for publishing houses",
        "Käufer — 买家 — покупатель 🙂",
    ];
    let all = embed(embedder, &TEXTS, "texts in several scripts must embed").await?;
    promise(all.len() == TEXTS.len(), "there must be one vector a text")?;
    promise(
        all.iter().all(|v| v.dimensions() == embedder.dimensions()),
        "every vector must have the dimensions the embedder names",
    )?;
    if let [near, nearer, far, _] = all.as_slice() {
        promise(
            similarity(near, nearer)? > similarity(near, far)?,
            "texts that share all but a word must be nearer than texts that share none",
        )?;
    }

    for (text, in_batch) in TEXTS.iter().zip(&all) {
        let alone = embed(embedder, &[text], "a single text must embed").await?;
        let same = match alone.first() {
            Some(alone) => similarity(alone, in_batch)? > SAME,
            None => false,
        };
        promise(same, "a text must get the same vector alone and in a batch, in its own place")?;
    }

    let many: Vec<String> = (0..70).map(|n| format!("number {n} of many texts about topic {n}")).collect();
    let many: Vec<&str> = many.iter().map(String::as_str).collect();
    let vectors = embed(embedder, &many, "seventy texts at once must embed").await?;
    promise(vectors.len() == many.len(), "a call of many texts must answer all of them")?;

    let none = embed(embedder, &[], "no texts must give no vectors, not an error").await?;
    promise(none.is_empty(), "no texts must give no vectors")?;
    for blank in ["", " \n\t"] {
        let refused = embedder.embed(&["something", blank]).await;
        promise(
            matches!(refused, Err(EmbedError::Blank { index: 1 })),
            "a blank text must be refused, with its position",
        )?;
    }
    Ok(())
}

async fn embed(
    embedder: &dyn Embedder,
    texts: &[&str],
    what: &'static str,
) -> Result<Vec<Embedding>, Broken> {
    embedder.embed(texts).await.map_err(|source| Broken::Failed { what, source })
}

fn similarity(a: &Embedding, b: &Embedding) -> Result<f32, Broken> {
    a.cosine(b).map_err(|_| Broken::Promise("vectors of one embedder must be comparable"))
}

fn promise(kept: bool, what: &'static str) -> Result<(), Broken> {
    if kept { Ok(()) } else { Err(Broken::Promise(what)) }
}
