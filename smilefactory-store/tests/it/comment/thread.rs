//! Pages: put together, they are the visible tree, whatever their size and whatever is written meanwhile.

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;
use smilefactory_core::content::{Comment, CommentSort, Post};
use smilefactory_core::id::{AccountId, CommentId, Id};
use smilefactory_core::page::{PageRequest, PageSize};
use smilefactory_store::prelude::*;
use smilefactory_store::repo::content::{CommentKey, Thread};
use smilefactory_store::testing::TestDb;

use super::{comment, delete, post, wrong};

/// What is done to a thread: something is written below, or at, the comment with this number, or it is deleted.
#[derive(Clone, Copy, Debug)]
enum Deed {
    Root,
    Reply(usize),
    Delete(usize),
}

fn deed() -> impl Strategy<Value = Deed> {
    prop_oneof![
        2 => Just(Deed::Root),
        6 => any::<usize>().prop_map(Deed::Reply),
        // Mostly the newest: long branches, and tombstones in the middle of them.
        4 => (0..3_usize).prop_map(|n| Deed::Reply(usize::MAX - n)),
        3 => any::<usize>().prop_map(Deed::Delete),
    ]
}

/// A thread, and what is known of it.
struct Model<'a> {
    db: &'a TestDb,
    author: AccountId,
    post: Post,
    comments: Vec<Comment>,
    scores: BTreeMap<CommentId, i64>,
}

impl Model<'_> {
    async fn carry_out(&mut self, deed: Deed) {
        let alive: Vec<_> = (0..self.comments.len()).filter(|n| self.comments[*n].is_shown()).collect();
        let pick = |n: usize| {
            let at = if n > usize::MAX - 3 { alive.len().checked_sub(usize::MAX - n + 1)? } else { n };
            alive.get(at.checked_rem(alive.len())?).copied()
        };
        match deed {
            Deed::Root => self.comments.push(comment(self.db, &self.post, None, self.author).await),
            Deed::Reply(n) => {
                let parent = pick(n).map(|n| self.comments[n].clone());
                self.comments.push(comment(self.db, &self.post, parent.as_ref(), self.author).await);
            }
            Deed::Delete(n) => {
                let Some(n) = pick(n) else { return };
                self.comments[n] = delete(self.db, self.comments[n].id).await.unwrap();
            }
        }
    }

    /// Every comment that is shown, and what it hangs under.
    fn shown(&self) -> BTreeMap<CommentId, Option<CommentId>> {
        let mut shown = BTreeMap::new();
        // What answers another was written after it.
        for comment in self.comments.iter().rev() {
            let holds_up = shown.values().any(|parent| *parent == Some(comment.id));
            if comment.is_shown() || holds_up {
                shown.insert(comment.id, comment.parent);
            }
        }
        shown
    }

    async fn judge(&mut self, scores: &[i64]) {
        let mut conn = self.db.superuser().await;
        for (comment, score) in self.comments.iter().zip(scores.iter().cycle()) {
            sqlx::query("update content.comment_nodes set likes = $2 where id = $1")
                .bind(comment.id.uuid())
                .bind(*score)
                .execute(&mut conn)
                .await
                .unwrap();
            self.scores.insert(comment.id, *score);
        }
    }

    /// Walks all pages, with a deed before each but the first; gives every comment in the order it came, by what it
    /// hangs under.
    async fn walk(
        &mut self,
        sort: CommentSort,
        size: u32,
        deeds: &[Deed],
    ) -> BTreeMap<Option<CommentId>, Vec<Comment>> {
        let size = PageSize::new(size).unwrap();
        let (mut found, mut deeds) = (BTreeMap::<_, Vec<_>>::new(), deeds.iter());
        let mut waiting: Vec<(Option<CommentId>, Option<CommentKey>)> = vec![(None, None)];
        while let Some((under, after)) = waiting.pop() {
            let mut tx = self.db.store.read(&self.db.one.scope).await.unwrap();
            let request = PageRequest { size, after };
            let page = match under {
                None => tx.comments().list(self.post.id, sort, &request).await.unwrap(),
                Some(comment) => tx.comments().list_replies(comment, sort, &request).await.unwrap(),
            };
            drop(tx);
            assert!(page.items.len() == size.get() || page.next.is_none(), "a page is full or the last");
            assert!(page.items.iter().map(count).sum::<usize>() <= CommentSort::COMMENTS);
            assert!(page.items.iter().all(|thread| depth(thread) <= CommentSort::DEPTH));
            if page.next.is_some() {
                waiting.push((under, page.next));
            }
            let mut threads: Vec<_> = page.items.into_iter().map(|thread| (under, thread)).rev().collect();
            while let Some((under, thread)) = threads.pop() {
                let id = thread.comment.id;
                if thread.more.is_some() {
                    waiting.push((Some(id), thread.more));
                }
                threads.extend(thread.replies.into_iter().map(|reply| (Some(id), reply)).rev());
                found.entry(under).or_default().push(thread.comment);
            }
            if let Some(deed) = deeds.next() {
                self.carry_out(*deed).await;
            }
        }
        found
    }
}

fn count(thread: &Thread) -> usize {
    thread.replies.iter().map(count).sum::<usize>() + 1
}

fn depth(thread: &Thread) -> usize {
    thread.replies.iter().map(depth).max().unwrap_or(0) + 1
}

#[tokio::test]
async fn pages_of_any_size_put_together_are_the_visible_tree_while_comments_arrive() {
    let db = TestDb::new().await;
    let author = db.one.person("tariro").await.id;
    let mut runner = TestRunner::deterministic();
    let cases = (
        prop::collection::vec(deed(), 0..60),
        prop::collection::vec(0..3_i64, 1..9),
        prop::collection::vec(deed(), 0..25),
    );
    let (mut pages_with_more, mut tombstones, mut arrived_between) = (0, 0, 0);
    for case in 0..14 {
        let (deeds, scores, meanwhile) = cases.new_tree(&mut runner).unwrap().current();
        let mut model = Model {
            db: &db,
            author,
            post: post(&db, author).await,
            comments: Vec::new(),
            scores: BTreeMap::new(),
        };
        for deed in deeds {
            model.carry_out(deed).await;
        }
        model.judge(&scores).await;
        for (n, sort) in CommentSort::ALL.iter().enumerate() {
            let size = [1, 2, 7, 20, 100][(case + n) % 5];
            let quiet = n != case % 3;
            let before = model.shown();
            let found = model.walk(*sort, size, if quiet { &[] } else { &meanwhile }).await;
            let after = model.shown();
            let place = format!("case {case}, {sort} in pages of {size}");

            let all: Vec<_> = found.values().flatten().map(|comment| comment.id).collect();
            let seen: BTreeSet<_> = all.iter().copied().collect();
            assert_eq!(all.len(), seen.len(), "one came twice: {place}");
            for (id, parent) in &before {
                assert!(seen.contains(id) || !after.contains_key(id), "{id} was left out: {place}");
                if let Some(seen) = found.get(parent).and_then(|all| all.iter().find(|c| c.id == *id)) {
                    assert_eq!(seen.parent, *parent, "{place}");
                }
            }
            for id in &seen {
                let known = before.contains_key(id) || model.comments.iter().any(|c| c.id == *id);
                assert!(known, "{id} is not to be seen: {place}");
            }
            if quiet {
                assert_eq!(seen, before.keys().copied().collect::<BTreeSet<_>>(), "{place}");
            }
            for siblings in found.values() {
                let key = |comment: &Comment| model.scores.get(&comment.id).copied().unwrap_or(0);
                let mut sorted = siblings.clone();
                match sort {
                    CommentSort::Best => sorted.sort_by_key(|c| std::cmp::Reverse((key(c), c.id))),
                    CommentSort::Newest => sorted.sort_by_key(|c| std::cmp::Reverse(c.id)),
                    CommentSort::Oldest => sorted.sort_by_key(|c| c.id),
                }
                assert_eq!(*siblings, sorted, "{place}");
            }
            pages_with_more += usize::from(found.len() > 5);
            tombstones += found.values().flatten().filter(|comment| !comment.is_shown()).count();
            arrived_between += after.keys().filter(|id| !before.contains_key(id)).count();
        }
        // The scores were made up; all else is what counting gives.
        sqlx::raw_sql("update content.comment_nodes set likes = 0")
            .execute(&mut db.superuser().await)
            .await
            .unwrap();
        assert_eq!(wrong(&db, &model.post).await, 0);
    }
    assert!(pages_with_more > 10 && tombstones > 20 && arrived_between > 20, "the cases say little");
}

/// Best replies come with their comment; what lies deeper than an answer goes is reached from where it ends.
#[tokio::test]
async fn a_deep_thread_is_reached_to_its_end() {
    let db = TestDb::new().await;
    let author = db.one.person("tariro").await.id;
    let post = post(&db, author).await;
    let mut chain: Vec<Comment> = Vec::new();
    for _ in 0..20 {
        chain.push(comment(&db, &post, chain.last(), author).await);
    }
    let (mut seen, mut next) = (Vec::new(), None::<CommentId>);
    loop {
        let mut tx = db.store.read(&db.one.scope).await.unwrap();
        let first = PageRequest::default();
        let page = match next {
            None => tx.comments().list(post.id, CommentSort::Best, &first).await.unwrap(),
            Some(id) => tx.comments().list_replies(id, CommentSort::Best, &first).await.unwrap(),
        };
        let mut thread = page.items.into_iter().next().unwrap();
        let mut deep = 1;
        loop {
            seen.push(thread.comment.id);
            let Some(reply) = thread.replies.pop() else { break };
            (thread, deep) = (reply, deep + 1);
        }
        let Some(more) = thread.more else { break };
        assert_eq!((deep, more), (CommentSort::DEPTH, CommentKey::before_all(CommentSort::Best)));
        next = Some(thread.comment.id);
    }
    assert_eq!(seen, chain.iter().map(|comment| comment.id).collect::<Vec<_>>());
}
