//! From facts to vectors.

use std::collections::{BTreeSet, HashMap};
use std::sync::{Arc, Mutex, PoisonError};

use async_trait::async_trait;
use sha2::{Digest, Sha256};
use smilefactory_core::community::GroupPostTakenOff;
use smilefactory_core::content::moderation::PostStandingChanged;
use smilefactory_core::content::{PostDrafted, PostEdited, PostMoved};
use smilefactory_core::fact::Fact;
use smilefactory_core::id::{AccountId, Id, PostId};
use smilefactory_core::profile::{
    ProfileAssessed, ProfileBegun, ProfileReinstated, ProfileRevised, ProfileSuspended,
};
use smilefactory_core::version::Version;
use smilefactory_store::outbox::{Handler, HandlerError, RecordedFact};
use smilefactory_store::prelude::*;
use smilefactory_store::repo::ai::{Target, TargetKind, TargetVectors, TextVersion};
use uuid::Uuid;

use super::HUNDRED;
use crate::embed::Embedder;
use crate::text;
use crate::vector::Embedding;

/// The name under which the indexer reads the outbox.
pub const READER: &str = "embeddings";

/// SHA-256 of a text.
type TextDigest = [u8; 32];

/// Keeps the vectors of profiles and published posts as new as the facts.
///
/// A text that did not change is not embedded again. Of facts that come together, the texts are embedded together: what
/// is slow about an endpoint is the way there.
#[derive(Clone, Debug)]
pub struct Indexer {
    embedder: Arc<dyn Embedder>,
    /// Vectors of texts that were looked at ahead, until their facts are handled.
    ahead: Arc<Mutex<HashMap<TextDigest, Embedding>>>,
}

/// What is to be embedded of a target, if anything.
struct Due {
    facet: &'static str,
    text: String,
    source: Version,
}

impl Due {
    fn digest(&self) -> TextDigest {
        Sha256::digest(&self.text).into()
    }
}

impl Indexer {
    /// An indexer that embeds with `embedder`, whose model the database must know.
    pub fn new(embedder: Arc<dyn Embedder>) -> Self {
        Self { embedder, ahead: Arc::default() }
    }

    /// The profiles among these accounts with their texts.
    async fn profiles(tx: &mut WriteTx, accounts: &[AccountId]) -> Result<Vec<(Uuid, Due)>, StoreError> {
        let profiles = tx.profiles().get_many(accounts).await?;
        let due = profiles.into_iter().map(|profile| {
            let (text, source) = (text::of_profile(&profile.content), profile.version);
            (profile.account.uuid(), Due { facet: profile.kind().as_str(), text, source })
        });
        Ok(due.collect())
    }

    /// The posts among these that are shown, with their texts: what is not published is not found either.
    async fn posts(tx: &mut WriteTx, ids: &[PostId]) -> Result<Vec<(Uuid, Due)>, StoreError> {
        let posts = tx.posts().get_many(ids).await?;
        let due = posts.into_iter().filter(smilefactory_core::content::Post::is_for_everybody).map(|post| {
            let (text, source) = (text::of_post(&post.draft), post.version);
            (post.id.uuid(), Due { facet: post.draft.kind.as_str(), text, source })
        });
        Ok(due.collect())
    }

    /// The texts among these that have no vector yet, and are not blank.
    async fn without_vector(
        &self,
        tx: &mut WriteTx,
        kind: TargetKind,
        found: Vec<(Uuid, Due)>,
    ) -> Result<Vec<(TextDigest, String)>, StoreError> {
        let ids: Vec<Uuid> = found.iter().map(|(id, _)| *id).collect();
        let known = tx.embeddings().get_many(kind, self.embedder.model().as_str(), &ids).await?;
        let known: HashMap<Uuid, TextVersion> =
            known.into_iter().map(|known| (known.target.uuid(), known.text)).collect();
        let is_known = |id: &Uuid, digest: &TextDigest| {
            known.get(id).is_some_and(|known| known.digest == *digest && known.rules == text::RULES)
        };
        let due = found.into_iter().filter(|(_, due)| !due.text.trim().is_empty());
        let due = due.map(|(id, due)| (id, due.digest(), due.text));
        Ok(due
            .filter(|(id, digest, _)| !is_known(id, digest))
            .map(|(_, digest, text)| (digest, text))
            .collect())
    }

    async fn index(&self, tx: &mut WriteTx, target: Target, due: Option<Due>) -> Result<(), HandlerError> {
        let Some(due) = due.filter(|due| !due.text.trim().is_empty()) else {
            tx.embeddings().delete_target(target).await?;
            return Ok(());
        };
        let model = self.embedder.model().as_str().to_owned();
        let text_version = TextVersion { digest: due.digest(), rules: text::RULES, source: due.source };
        if tx.embeddings().confirm(target, &model, &text_version).await? {
            return Ok(());
        }
        let ahead = self.ahead().get(&text_version.digest).cloned();
        let embeddings = match ahead {
            Some(embedding) => vec![embedding],
            None => self.embedder.embed(&[&due.text]).await?,
        };
        let vectors = embeddings.into_iter().map(Embedding::into_vec).collect();
        let facet = due.facet.to_owned();
        tx.embeddings().upsert(&TargetVectors { target, model, facet, text: text_version, vectors }).await?;
        Ok(())
    }

    fn ahead(&self) -> std::sync::MutexGuard<'_, HashMap<TextDigest, Embedding>> {
        self.ahead.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Whose vectors a fact bears on.
fn target(fact: &Fact) -> Result<Option<Target>, HandlerError> {
    let of_profile = fact.read::<ProfileBegun>()?.is_some()
        || fact.read::<ProfileRevised>()?.is_some()
        || fact.read::<ProfileAssessed>()?.is_some()
        || fact.read::<ProfileSuspended>()?.is_some()
        || fact.read::<ProfileReinstated>()?.is_some();
    if of_profile {
        return Ok(Some(Target::Profile(AccountId::from_uuid(fact.subject))));
    }
    let of_post = fact.read::<PostDrafted>()?.is_some()
        || fact.read::<PostEdited>()?.is_some()
        || fact.read::<PostMoved>()?.is_some()
        || fact.read::<PostStandingChanged>()?.is_some()
        || fact.read::<GroupPostTakenOff>()?.is_some();
    Ok(of_post.then(|| Target::Post(PostId::from_uuid(fact.subject))))
}

#[async_trait]
impl Handler for Indexer {
    async fn handle(&self, tx: &mut WriteTx, recorded: &RecordedFact) -> Result<(), HandlerError> {
        let Some(target) = target(&recorded.fact)? else { return Ok(()) };
        let due = match target {
            Target::Profile(account) => Self::profiles(tx, &[account]).await?.pop(),
            Target::Post(post) => Self::posts(tx, &[post]).await?.pop(),
        };
        self.index(tx, target, due.map(|(_, due)| due)).await
    }

    fn looks_ahead(&self) -> bool {
        true
    }

    async fn look_ahead(&self, tx: &mut WriteTx, facts: &[RecordedFact]) -> Result<(), HandlerError> {
        self.ahead().clear();
        let (mut accounts, mut posts) = (BTreeSet::new(), BTreeSet::new());
        for recorded in facts {
            match target(&recorded.fact) {
                Ok(Some(Target::Profile(account))) => _ = accounts.insert(account),
                Ok(Some(Target::Post(post))) => _ = posts.insert(post),
                // What cannot be read is told when its turn comes.
                Ok(None) | Err(_) => {}
            }
        }
        let (accounts, posts): (Vec<_>, Vec<_>) =
            (accounts.into_iter().collect(), posts.into_iter().collect());
        let mut due = HashMap::new();
        for accounts in accounts.chunks(HUNDRED) {
            let found = Self::profiles(tx, accounts).await?;
            due.extend(self.without_vector(tx, TargetKind::Profile, found).await?);
        }
        for posts in posts.chunks(HUNDRED) {
            let found = Self::posts(tx, posts).await?;
            due.extend(self.without_vector(tx, TargetKind::Post, found).await?);
        }
        // One alone is embedded when its turn comes.
        if due.len() < 2 {
            return Ok(());
        }
        let (digests, texts): (Vec<TextDigest>, Vec<String>) = due.into_iter().unzip();
        let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
        let embeddings = self.embedder.embed(&texts).await?;
        self.ahead().extend(digests.into_iter().zip(embeddings));
        Ok(())
    }
}
