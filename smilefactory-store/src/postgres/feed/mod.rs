//! What is new for somebody: which posts, found by each mode's own statement; what is known of them, in one more; and
//! what core makes of it.

mod facets;
mod following;
mod heat;
mod ranked;
mod recent;
mod signals;
mod trending;

use chrono::{DateTime, Utc};
use smilefactory_core::content::{ListedPost, PostKind};
use smilefactory_core::feed::{FeedFacets, FeedItem, FeedMode, FeedReason, FeedScore};
use smilefactory_core::id::{AccountId, Id, PostId};
use smilefactory_core::page::{Page, PageRequest};
use uuid::Uuid;

pub(super) use self::following::timeline;
use super::repository;
use crate::error::Result;
use crate::repo::content::{ReadEngagement, ReadPosts, ReadTags};
use crate::repo::feed::{FeedFilter, FeedKey, ReadFeed, WriteFeed};
use crate::repo::tenancy::ReadTenants;
use crate::tx::{ReadWrite, Tx};

repository! {
    /// What is new for somebody.
    Feed = feed
}

/// What is asked for, as the database has it.
struct Wanted {
    reader: Uuid,
    kind: Option<&'static str>,
    tag: Option<Uuid>,
    /// How many posts have the tag; none, when there is none.
    tagged: u64,
}

/// A post that was found, and when it was published.
struct Timed {
    id: Uuid,
    at: DateTime<Utc>,
}

impl Wanted {
    /// Nothing, when there is no such tag.
    async fn of<Mode>(tx: &mut Tx<Mode>, reader: AccountId, filter: &FeedFilter) -> Result<Option<Self>> {
        let tag = match &filter.tag {
            None => None,
            Some(name) => match tx.tags().find_by_name(name).await? {
                Some(tag) => Some(tag),
                None => return Ok(None),
            },
        };
        Ok(Some(Self {
            reader: reader.uuid(),
            kind: filter.kind.map(PostKind::as_str),
            tagged: tag.as_ref().map_or(0, |tag| tag.posts.into()),
            tag: tag.map(|tag| tag.id.uuid()),
        }))
    }
}

impl<Mode> ReadFeed for Feed<'_, Mode> {
    async fn list(
        &mut self,
        reader: AccountId,
        mode: FeedMode,
        filter: &FeedFilter,
        page: &PageRequest<FeedKey>,
    ) -> Result<Page<FeedItem, FeedKey>> {
        let tx = &mut *self.0;
        let Some(wanted) = Wanted::of(tx, reader, filter).await? else {
            return Ok(Page { items: Vec::new(), next: None });
        };
        let tenant = tx.scope().tenant;
        let tenant = tx.tenants().get(tenant).await?;
        let weights = tenant.map(|tenant| tenant.settings.feed).unwrap_or_default();
        let limit = page.size.with_one_more();
        let (found, next) = match mode {
            FeedMode::Ranked => return ranked::list(tx, &wanted, &weights, page).await,
            FeedMode::Recent | FeedMode::Following => {
                let before = before(tx.now(), page.after);
                let found = match mode {
                    FeedMode::Recent => recent::list(tx, &wanted, before, limit).await?,
                    _ => following::list(tx, &wanted, before, limit).await?,
                };
                let key = |last: &Timed| FeedKey::Time(last.at, PostId::from_uuid(last.id));
                let page = Page::from_one_more(found, page.size, key);
                (page.items.into_iter().map(|found| found.id).collect(), page.next)
            }
            FeedMode::Trending => {
                let before = match page.after {
                    Some(FeedKey::Heat(bits, id)) => (f64::from_bits(bits), id.uuid()),
                    _ => (f64::INFINITY, Uuid::max()),
                };
                let found = trending::list(tx, &wanted, before, limit).await?;
                let key = |(id, heat): &(Uuid, f64)| FeedKey::Heat(heat.to_bits(), PostId::from_uuid(*id));
                let page = Page::from_one_more(found, page.size, key);
                (page.items.into_iter().map(|(id, _)| id).collect::<Vec<_>>(), page.next)
            }
        };
        let now = tx.now();
        let signals = signals::read(tx, wanted.reader, &found).await?;
        let explained = found.iter().filter_map(|id| {
            let signals = signals.get(id)?;
            Some((signals.post, FeedReason::of(mode, signals, &weights, now), None))
        });
        let items = shown(tx, reader, explained.collect()).await?;
        Ok(Page { items, next })
    }

    async fn count_facets(&mut self, reader: AccountId, filter: &FeedFilter) -> Result<FeedFacets> {
        match Wanted::of(self.0, reader, filter).await? {
            Some(wanted) => facets::count(self.0, &wanted).await,
            None => Ok(FeedFacets::default()),
        }
    }

    async fn drift(&mut self, after: Option<PostId>, limit: u16) -> Result<(Vec<PostId>, Option<PostId>)> {
        heat::drift(self.0, after, limit).await
    }
}

impl WriteFeed for Feed<'_, ReadWrite> {
    async fn fold_heat(&mut self, limit: u16) -> Result<u64> {
        heat::fold(self.0, limit).await
    }

    async fn keep_timeline(&mut self, reader: AccountId) -> Result<()> {
        timeline::begin_for(self.0, reader).await
    }

    async fn keep_timelines(
        &mut self,
        after: Option<AccountId>,
        limit: u16,
    ) -> Result<(u64, Option<AccountId>)> {
        timeline::begin(self.0, after, limit).await
    }

    async fn fill_timeline(&mut self) -> Result<bool> {
        timeline::fill(self.0).await
    }

    async fn fold_timelines(&mut self, limit: u16) -> Result<u64> {
        timeline::fold(self.0, limit).await
    }

    async fn trim_timelines(
        &mut self,
        after: Option<AccountId>,
        limit: u16,
    ) -> Result<(u64, Option<AccountId>)> {
        timeline::trim(self.0, after, limit).await
    }

    async fn drop_timelines(&mut self, limit: u16) -> Result<u64> {
        timeline::end_some(self.0, limit).await
    }

    async fn repair(&mut self, posts: &[PostId]) -> Result<u64> {
        heat::repair(self.0, posts).await
    }
}

/// Behind which post the page begins. Nothing is shown before its time.
fn before(now: DateTime<Utc>, after: Option<FeedKey>) -> (DateTime<Utc>, Uuid) {
    match after {
        Some(FeedKey::Time(at, id)) => (at, id.uuid()),
        _ => (now, Uuid::max()),
    }
}

/// Why a post is there, and what put it where it is.
type Explained = (PostId, Vec<FeedReason>, Option<FeedScore>);

/// The posts of a page as they are shown, in its order.
async fn shown<Mode>(
    tx: &mut Tx<Mode>,
    reader: AccountId,
    explained: Vec<Explained>,
) -> Result<Vec<FeedItem>> {
    let ids: Vec<PostId> = explained.iter().map(|(id, ..)| *id).collect();
    let posts = tx.posts().get_many(&ids).await?;
    let mut listed: Vec<ListedPost> = tx.engagement().of_listed(posts, reader).await?;
    let item = |(id, reasons, score): Explained| {
        let place = listed.iter().position(|listed| listed.post.id == id)?;
        Some(FeedItem { reasons, score, listed: listed.swap_remove(place) })
    };
    Ok(explained.into_iter().filter_map(item).collect())
}
