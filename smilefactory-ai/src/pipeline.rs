//! From facts to vectors, and from vectors to matches: matching on the store.
//!
//! A relay hands every fact to an [`Indexer`]; what a fact says of a profile or a post, the indexer reads anew, so
//! that a fact that comes twice or late does no harm. A [`Matchmaker`] finds whom somebody should meet.

mod indexer;

use std::collections::{BTreeMap, HashMap};

use smilefactory_core::id::{AccountId, Id};
use smilefactory_core::page::{PageRequest, PageSize};
use smilefactory_core::profile::{ProfileKind, ViewerClass};
use smilefactory_core::recommendation::{Match, Score};
use smilefactory_store::prelude::*;
use smilefactory_store::repo::ai::{NearestFilter, Target, TargetKind};
use smilefactory_store::repo::profile::Candidate;
use smilefactory_store::{Result, Tx};
use uuid::Uuid;

pub use self::indexer::{Indexer, READER};
use crate::embed::Embedder;
use crate::matching::{self, Member, Options, Surroundings};
use crate::vector::Embedding;

/// At most this many of those who signed up last are looked at for one seeker, whatever their texts say.
const NEWEST: usize = 300;
/// At most this many of those whose texts are nearest, and of those whom the seeker most likely acts on, are looked
/// at for one seeker.
const NEAREST: usize = 200;

/// A match with what is shown of the candidate.
#[derive(Clone, Debug)]
pub struct Found {
    /// The match.
    pub found: Match,
    /// The candidate, as a stranger may see them.
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
            // As the candidates are: what is hidden takes part on neither side, so that a pair has one score.
            profile: profile.content.seen_by(ViewerClass::Member, true),
            embedding: own.and_then(|vector| Embedding::new(vector).ok()),
        };
        let members: Vec<Member> = candidates
            .iter()
            .map(|(id, candidate)| Member {
                account: *id,
                profile: candidate.profile.content.clone(),
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
