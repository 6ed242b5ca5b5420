//! From facts to vectors, and from vectors to matches: matching on the store.
//!
//! A relay hands every fact to an [`Indexer`]; what a fact says of a profile or a post, the indexer reads anew, so
//! that a fact that comes twice or late does no harm. A text that did not change is not embedded again.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use async_trait::async_trait;
use sha2::{Digest, Sha256};
use smilefactory_core::content::moderation::PostStandingChanged;
use smilefactory_core::content::{PostDrafted, PostEdited, PostMoved};
use smilefactory_core::id::{AccountId, Id, PostId};
use smilefactory_core::page::{PageRequest, PageSize};
use smilefactory_core::profile::{
    ProfileAssessed, ProfileBegun, ProfileKind, ProfileReinstated, ProfileRevised, ProfileSuspended, ViewerClass,
};
use smilefactory_core::recommendation::{Match, Score};
use smilefactory_core::version::Version;
use smilefactory_store::outbox::{Handler, HandlerError, RecordedFact};
use smilefactory_store::prelude::*;
use smilefactory_store::repo::ai::{NearestFilter, Target, TargetKind, TargetVectors, TextVersion};
use smilefactory_store::repo::profile::Candidate;
use smilefactory_store::{Result, Tx};
use uuid::Uuid;

use crate::embed::Embedder;
use crate::matching::{self, Member, Options, Surroundings};
use crate::text;
use crate::vector::Embedding;

/// The name under which the indexer reads the outbox.
pub const READER: &str = "embeddings";

/// At most this many of those who signed up last are looked at for one seeker, whatever their texts say.
const NEWEST: usize = 300;
/// At most this many of those whose texts are nearest, and of those whom the seeker most likely acts on, are looked
/// at for one seeker.
const NEAREST: usize = 200;

/// Keeps the vectors of profiles and published posts as new as the facts.
#[derive(Clone, Debug)]
pub struct Indexer {
    embedder: Arc<dyn Embedder>,
}

impl Indexer {
    /// An indexer that embeds with `embedder`, whose model the database must know.
    pub fn new(embedder: Arc<dyn Embedder>) -> Self {
        Self { embedder }
    }

    async fn profile(&self, tx: &mut WriteTx, account: AccountId) -> std::result::Result<(), HandlerError> {
        let target = Target::Profile(account);
        let Some(profile) = tx.profiles().get(account).await? else {
            tx.embeddings().delete_target(target).await?;
            return Ok(());
        };
        let text = text::of_profile(&profile.content);
        self.index(tx, target, profile.kind().as_str(), &text, profile.version).await
    }

    async fn post(&self, tx: &mut WriteTx, id: PostId) -> std::result::Result<(), HandlerError> {
        let target = Target::Post(id);
        match tx.posts().get(id).await? {
            Some(post) if post.is_shown() => {
                let text = text::of_post(&post.draft);
                self.index(tx, target, post.draft.kind.as_str(), &text, post.version).await
            }
            // What is not published is not found either.
            _ => {
                tx.embeddings().delete_target(target).await?;
                Ok(())
            }
        }
    }

    async fn index(
        &self,
        tx: &mut WriteTx,
        target: Target,
        facet: &str,
        text: &str,
        source: Version,
    ) -> std::result::Result<(), HandlerError> {
        if text.trim().is_empty() {
            tx.embeddings().delete_target(target).await?;
            return Ok(());
        }
        let model = self.embedder.model().as_str().to_owned();
        let text_version = TextVersion { digest: Sha256::digest(text).into(), rules: text::RULES, source };
        if tx.embeddings().confirm(target, &model, &text_version).await? {
            return Ok(());
        }
        let vectors = self.embedder.embed(&[text]).await?.into_iter().map(Embedding::into_vec).collect();
        let vectors = TargetVectors { target, model, facet: facet.to_owned(), text: text_version, vectors };
        tx.embeddings().upsert(&vectors).await?;
        Ok(())
    }
}

#[async_trait]
impl Handler for Indexer {
    async fn handle(
        &self,
        tx: &mut WriteTx,
        recorded: &RecordedFact,
    ) -> std::result::Result<(), HandlerError> {
        let fact = &recorded.fact;
        let of_profile = fact.read::<ProfileBegun>()?.is_some()
            || fact.read::<ProfileRevised>()?.is_some()
            || fact.read::<ProfileAssessed>()?.is_some()
            || fact.read::<ProfileSuspended>()?.is_some()
            || fact.read::<ProfileReinstated>()?.is_some();
        let of_post = fact.read::<PostDrafted>()?.is_some()
            || fact.read::<PostEdited>()?.is_some()
            || fact.read::<PostMoved>()?.is_some()
            || fact.read::<PostStandingChanged>()?.is_some();
        if of_profile {
            self.profile(tx, AccountId::from_uuid(fact.subject)).await
        } else if of_post {
            self.post(tx, PostId::from_uuid(fact.subject)).await
        } else {
            Ok(())
        }
    }
}

/// A match with what is shown of the candidate.
#[derive(Clone, Debug)]
pub struct Found {
    /// The match.
    pub found: Match,
    /// The candidate; what strangers may see of them, their profile says.
    pub candidate: Candidate,
}

/// Finds matches for people of a tenant.
#[derive(Clone, Debug)]
pub struct Matchmaker {
    model: String,
}

impl Matchmaker {
    /// A matchmaker that compares the vectors of `embedder`'s model.
    pub fn new(embedder: &dyn Embedder) -> Self {
        Self { model: embedder.model().as_str().to_owned() }
    }

    /// The matches of `seeker`, best first; `None` when the seeker has no profile.
    ///
    /// Looked at are the people who signed up last and those whose texts are nearest, of whom strangers may see
    /// the profile; never oneself, nor whom the seeker dismissed, is connected with, blocked or muted, nor who blocked the
    /// seeker. What a candidate hides from strangers is not concluded from either, nor whom they know when they hide that.
    pub async fn matches<Mode>(
        &self,
        tx: &mut Tx<Mode>,
        seeker: AccountId,
        options: &Options,
    ) -> Result<Option<Vec<Found>>> {
        self.matches_amid(tx, seeker, Surroundings::default(), options).await
    }

    /// The same where more is known around the seeker than the store tells.
    ///
    /// Those whom the seeker most likely acts on are looked at too, whenever they signed up and whatever they
    /// write. Whom the seeker dismissed or is connected with is excluded besides those whom `around` excludes, and how
    /// closely somebody is tied to the seeker is read from the store where `around` does not say.
    pub async fn matches_amid<Mode>(
        &self,
        tx: &mut Tx<Mode>,
        seeker: AccountId,
        mut around: Surroundings,
        options: &Options,
    ) -> Result<Option<Vec<Found>>> {
        let Some(profile) = tx.profiles().get(seeker).await? else { return Ok(None) };
        let own = tx.embeddings().get(Target::Profile(seeker), &self.model).await?;
        let own = own.and_then(|own| own.vectors.into_iter().next());

        let kinds = options.kind.map_or_else(|| ProfileKind::ALL.to_vec(), |kind| vec![kind]);
        let mut candidates = self.newest(tx, seeker, &kinds).await?;
        if let Some(vector) = own.as_deref().filter(|_| candidates.len() >= NEWEST) {
            self.add_nearest(tx, seeker, &kinds, vector, &mut candidates).await?;
        }
        self.add(tx, seeker, &most_likely(&around), &mut candidates).await?;
        candidates.remove(&seeker);
        // An official is one only once staff verified it; until then nobody is sent to one in that role.
        candidates.retain(|_, candidate| {
            candidate.verified || candidate.profile.kind() != ProfileKind::GovernmentOfficial
        });

        let ids: Vec<AccountId> = candidates.keys().copied().collect();
        let mut vectors = HashMap::new();
        for hundred in ids.chunks(HUNDRED) {
            around.excluded.extend(tx.dismissals().among(seeker, hundred).await?);
            around.excluded.extend(tx.connections().among(seeker, hundred).await?);
            let uuids: Vec<Uuid> = hundred.iter().map(|id| id.uuid()).collect();
            for found in tx.embeddings().get_many(TargetKind::Profile, &self.model, &uuids).await? {
                let first = found.vectors.into_iter().next().and_then(|vector| Embedding::new(vector).ok());
                vectors.extend(first.map(|vector| (found.target.uuid(), vector)));
            }
        }
        tie(tx, seeker, &ids, &mut around).await?;
        let seeker = Member {
            account: seeker,
            profile: profile.content,
            embedding: own.and_then(|vector| Embedding::new(vector).ok()),
        };
        let members: Vec<Member> = candidates
            .iter()
            .map(|(id, candidate)| Member {
                account: *id,
                profile: candidate.profile.content.clone().seen_by(ViewerClass::Member),
                embedding: vectors.remove(&id.uuid()),
            })
            .collect();
        let matches = matching::rank(&seeker, &members, &around, options);
        Ok(Some(
            matches
                .into_iter()
                .filter_map(|found| {
                    let candidate = candidates.remove(&found.candidate)?;
                    Some(Found { found, candidate })
                })
                .collect(),
        ))
    }

    async fn newest<Mode>(
        &self,
        tx: &mut Tx<Mode>,
        seeker: AccountId,
        kinds: &[ProfileKind],
    ) -> Result<BTreeMap<AccountId, Candidate>> {
        let mut candidates = BTreeMap::new();
        let mut request = PageRequest::first(PageSize::MAX);
        while candidates.len() < NEWEST {
            let page = tx.profiles().list_candidates(seeker, kinds, &request).await?;
            candidates.extend(page.items.into_iter().map(|candidate| (candidate.profile.account, candidate)));
            match page.next {
                Some(key) => request = PageRequest::after(PageSize::MAX, key),
                None => break,
            }
        }
        Ok(candidates)
    }

    async fn add_nearest<Mode>(
        &self,
        tx: &mut Tx<Mode>,
        seeker: AccountId,
        kinds: &[ProfileKind],
        vector: &[f32],
        candidates: &mut BTreeMap<AccountId, Candidate>,
    ) -> Result<()> {
        let filter = NearestFilter::new().of_facets(kinds.iter().map(|kind| kind.as_str()));
        let nearest =
            tx.embeddings().nearest(TargetKind::Profile, &self.model, vector, NEAREST, &filter).await?;
        let nearest: Vec<AccountId> =
            nearest.items.into_iter().map(|(id, _)| AccountId::from_uuid(id)).collect();
        self.add(tx, seeker, &nearest, candidates).await
    }

    /// Reads those of these people who may be proposed and were not read yet.
    async fn add<Mode>(
        &self,
        tx: &mut Tx<Mode>,
        seeker: AccountId,
        people: &[AccountId],
        candidates: &mut BTreeMap<AccountId, Candidate>,
    ) -> Result<()> {
        let unseen: Vec<AccountId> =
            people.iter().copied().filter(|id| !candidates.contains_key(id)).collect();
        for hundred in unseen.chunks(HUNDRED) {
            let read = tx.profiles().get_candidates(seeker, hundred).await?;
            candidates.extend(read.into_iter().map(|candidate| (candidate.profile.account, candidate)));
        }
        Ok(())
    }
}

/// Those whom the seeker most likely acts on, of whom something speaks for it.
fn most_likely(around: &Surroundings) -> Vec<AccountId> {
    let known = around.interaction.iter().filter(|(_, score)| score.get() > 0.0);
    let mut known: Vec<(AccountId, f64)> = known.map(|(id, score)| (*id, score.get())).collect();
    known.sort_by(|(a, one), (b, other)| other.total_cmp(one).then_with(|| a.cmp(b)));
    known.into_iter().take(NEAREST).map(|(id, _)| id).collect()
}

/// How closely the candidates are tied to the seeker through people both know, as far as the seeker may know that. Of a
/// seeker who is connected with nobody nothing is known.
async fn tie<Mode>(
    tx: &mut Tx<Mode>,
    seeker: AccountId,
    candidates: &[AccountId],
    around: &mut Surroundings,
) -> Result<()> {
    if !tx.connections().any(seeker).await? {
        return Ok(());
    }
    let mutual: HashMap<AccountId, u64> =
        tx.connections().count_mutual(seeker, candidates).await?.into_iter().collect();
    for candidate in candidates {
        let common = mutual.get(candidate).map_or(0, |count| u32::try_from(*count).unwrap_or(u32::MAX));
        // One acquaintance in common is worth a quarter, three a half, nine three quarters.
        let closeness = f64::from(common) / (f64::from(common) + 3.0);
        around.graph.entry(*candidate).or_insert_with(|| Score::clamped(closeness));
    }
    Ok(())
}

/// How many are read at once.
const HUNDRED: usize = 100;
