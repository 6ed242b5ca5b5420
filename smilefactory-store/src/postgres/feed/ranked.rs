//! What may matter most to somebody: candidates from several lists, all that is known of them, and the order that core
//! puts them in.

use std::collections::{HashMap, HashSet};

use chrono::{DateTime, Utc};
use smilefactory_core::feed::{FeedItem, FeedMode, FeedReason, FeedWeights, Signals, rank};
use smilefactory_core::id::{AccountId, Id, PostId};
use smilefactory_core::page::{Page, PageRequest};
use uuid::Uuid;

use super::{Wanted, following, recent, shown, signals, trending};
use crate::error::Result;
use crate::repo::ai::{NearestFilter, ReadEmbeddings, Target, TargetKind};
use crate::repo::feed::FeedKey;
use crate::tx::Tx;

/// How many candidates there are of the newest.
const NEWEST: i64 = 400;
/// Of those that are followed: from how many sources, how many of each, how many in all.
const FOLLOWED: (i64, i64, i64) = (256, 20, 400);
/// Of the hottest.
const HOTTEST: i64 = 200;
/// Of the nearest.
const NEAREST: usize = 200;

pub(super) async fn list<Mode>(
    tx: &mut Tx<Mode>,
    wanted: &Wanted,
    weights: &FeedWeights,
    page: &PageRequest<FeedKey>,
) -> Result<Page<FeedItem, FeedKey>> {
    let (as_of, after) = match page.after {
        Some(FeedKey::Score(as_of, bits, id)) => (as_of, Some((bits, id))),
        _ => (tx.now(), None),
    };
    let reader = AccountId::from_uuid(wanted.reader);
    let ranked = rank(candidates(tx, wanted, as_of).await?, weights, as_of);
    let rest = ranked.into_iter().filter_map(|one| {
        let place = (one.score.total.get().to_bits(), one.signals.post);
        after.is_none_or(|after| place < after).then_some((place, one))
    });
    let found: Vec<_> = rest.take(page.size.get().saturating_add(1)).collect();
    let key = |((bits, id), _): &((u64, PostId), _)| FeedKey::Score(as_of, *bits, *id);
    let Page { items, next } = Page::from_one_more(found, page.size, key);
    let explained = items.into_iter().map(|(_, one)| {
        let reasons = FeedReason::of(FeedMode::Ranked, &one.signals, weights, as_of);
        (one.signals.post, reasons, Some(one.score))
    });
    let items = shown(tx, reader, explained.collect()).await?;
    Ok(Page { items, next })
}

/// What was published by then, with all that is known of it.
async fn candidates<Mode>(tx: &mut Tx<Mode>, wanted: &Wanted, as_of: DateTime<Utc>) -> Result<Vec<Signals>> {
    let newest = recent::list(tx, wanted, (as_of, Uuid::max()), NEWEST).await?;
    let followed = following::sample(tx, wanted, (as_of, Uuid::max()), FOLLOWED).await?;
    let hottest = trending::list(tx, wanted, (f64::INFINITY, Uuid::max()), HOTTEST).await?;
    let near = Near::of(tx, wanted).await?;
    let ids: HashSet<Uuid> = newest
        .into_iter()
        .chain(followed)
        .map(|timed| timed.id)
        .chain(hottest.into_iter().map(|(id, _)| id))
        .chain(near.iter().flat_map(|near| near.ids.iter().copied()))
        .collect();
    let ids: Vec<Uuid> = ids.into_iter().collect();
    let mut signals = signals::read(tx, wanted.reader, &ids).await?;
    signals.retain(|_, one| {
        one.author.uuid() != wanted.reader
            && one.published_at <= as_of
            // The nearest are not narrowed down before.
            && wanted.kind.is_none_or(|kind| one.kind.as_str() == kind)
    });
    if let Some(near) = near {
        let close = near.closeness(tx, &signals).await?;
        for (id, one) in &mut signals {
            one.closeness = close.get(id).copied();
        }
    }
    Ok(signals.into_values().collect())
}

/// What the reader tells about themselves, and the posts that are nearest to it.
struct Near {
    model: String,
    vector: Vec<f32>,
    ids: Vec<Uuid>,
}

impl Near {
    /// Nothing, when the reader has no vector.
    async fn of<Mode>(tx: &mut Tx<Mode>, wanted: &Wanted) -> Result<Option<Self>> {
        let Some(model) = tx.embeddings().current_model().await? else { return Ok(None) };
        let target = Target::Profile(AccountId::from_uuid(wanted.reader));
        let Some(own) = tx.embeddings().get(target, &model.id).await? else { return Ok(None) };
        let Some(vector) = own.vectors.into_iter().next() else { return Ok(None) };
        // What has the tag is found by it: the nearest of all need not have it.
        let ids = if wanted.tag.is_some() {
            Vec::new()
        } else {
            let filter = match wanted.kind {
                Some(kind) => NearestFilter::new().of_facets([kind]),
                None => NearestFilter::new(),
            };
            let near =
                tx.embeddings().nearest(TargetKind::Post, &model.id, &vector, NEAREST, &filter).await?;
            near.items.into_iter().map(|(id, _)| id).collect()
        };
        Ok(Some(Self { model: model.id, vector, ids }))
    }

    /// How close each of these is.
    async fn closeness<Mode>(
        &self,
        tx: &mut Tx<Mode>,
        signals: &HashMap<Uuid, Signals>,
    ) -> Result<HashMap<Uuid, f32>> {
        let ids: Vec<Uuid> = signals.keys().copied().collect();
        let close = tx.embeddings().similarities(TargetKind::Post, &self.model, &self.vector, &ids).await?;
        Ok(close.into_iter().collect())
    }
}
