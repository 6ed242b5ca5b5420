//! The blog: articles by category and time, what is featured, and how many there are of what.

use std::collections::BTreeSet;

use chrono::TimeDelta;
use smilefactory_core::content::{FeatureRefused, FeaturedPost, Post, PostFacets, Standing, Tab};
use smilefactory_core::id::{AccountId, CategoryId, PostId};
use smilefactory_core::page::{PageRequest, PageSize};
use smilefactory_store::Sight;
use smilefactory_store::prelude::*;
use smilefactory_store::repo::content::PostFilter;
use smilefactory_store::testing::TestDb;

use crate::post::{draft, input, publish};
use crate::taxonomy::{made, made_in};

/// An article in these categories, published an hour after the one before.
async fn article(db: &TestDb, author: AccountId, tags: &[&str], categories: &[CategoryId]) -> Post {
    db.clock.advance(TimeDelta::hours(1));
    let categories = categories.iter().map(ToString::to_string).collect();
    let input = smilefactory_core::content::PostInput { categories, ..input("article", tags) };
    publish(db, draft(db, author, input).await).await
}

/// All pages of a list put together, of this size.
async fn listed(db: &TestDb, sight: Sight, filter: &PostFilter, size: u32) -> Vec<PostId> {
    let mut tx = db.store.read(&db.one.scope).await.unwrap();
    tx.look_as(sight);
    let (mut found, mut page) = (Vec::new(), PageRequest::first(PageSize::new(size).unwrap()));
    loop {
        let read = tx.posts().list(filter, &page).await.unwrap();
        found.extend(read.items.iter().map(|post| post.id));
        let Some(next) = read.next else { return found };
        page = PageRequest::after(page.size, next);
    }
}

async fn facets(db: &TestDb, sight: Sight, filter: &PostFilter) -> PostFacets {
    let mut tx = db.store.read(&db.one.scope).await.unwrap();
    tx.look_as(sight);
    tx.posts().count_facets(filter).await.unwrap()
}

async fn feature(db: &TestDb, by: AccountId, post: PostId) -> Result<FeaturedPost, FeatureRefused> {
    let mut tx = db.store.write(&db.one.scope_of(by)).await.unwrap();
    let before = tx.posts().lock_featured().await.unwrap();
    let post = tx.posts().get(post).await.unwrap().unwrap();
    let (featured, fact) = post.feature(by, &before, tx.now())?;
    if let Some(fact) = fact {
        tx.posts().feature(&featured).await.unwrap();
        tx.tell(fact).unwrap();
    }
    tx.commit().await.unwrap();
    Ok(featured)
}

#[tokio::test]
async fn articles_are_found_by_a_category_with_what_is_under_it_and_by_time() {
    let db = TestDb::new().await;
    let (tariro, rudo) = (db.one.person("tariro").await.id, db.one.person("rudo").await.id);
    let water = made_in(&db, Tab::Blog, "water").await;
    let wells = made(&db, "wells", Some(water)).await.unwrap().id;
    let pumps = made(&db, "pumps", Some(wells)).await.unwrap().id;
    let rain = made_in(&db, Tab::Blog, "rain").await;
    let first = article(&db, tariro, &["solar"], &[water, pumps]).await;
    let second = article(&db, rudo, &["solar"], &[wells]).await;
    let third = article(&db, tariro, &[], &[pumps, wells]).await;
    let fourth = article(&db, tariro, &["solar"], &[rain]).await;
    let all = PostFilter::new;
    let at = |post: &Post| post.published_at.unwrap();
    let (first, second, third, fourth) =
        ((first.id, at(&first)), (second.id, at(&second)), (third.id, at(&third)), (fourth.id, at(&fourth)));
    let cases = [
        (all().in_category(water), vec![first.0]),
        (all().in_tree(water), vec![third.0, second.0, first.0]),
        (all().in_tree(pumps), vec![third.0, first.0]),
        (all().in_tree(water).by(tariro), vec![third.0, first.0]),
        (all().in_tree(water).tagged("solar"), vec![second.0, first.0]),
        (all().in_tree(water).published_from(second.1), vec![third.0, second.0]),
        (all().published_from(second.1), vec![fourth.0, third.0, second.0]),
        (all().published_before(second.1), vec![first.0]),
        (all().published_from(second.1).published_before(fourth.1), vec![third.0, second.0]),
        (all().tagged("solar").published_from(second.1), vec![fourth.0, second.0]),
        (all().by(tariro).published_before(fourth.1), vec![third.0, first.0]),
        (all().in_category(rain).published_before(fourth.1), vec![]),
    ];
    for (filter, expected) in cases {
        for kind in [filter.clone(), filter.clone().of_kind(smilefactory_core::content::PostKind::Article)] {
            for size in [1, 2, 100] {
                assert_eq!(listed(&db, Sight::Stranger, &kind, size).await, expected, "{kind:?} by {size}");
            }
            let counted = facets(&db, Sight::Stranger, &kind).await.counted;
            assert_eq!(usize::try_from(counted).unwrap(), expected.len(), "{kind:?}");
        }
    }
    let counts = facets(&db, Sight::Stranger, &all().in_tree(water)).await;
    let told = |counts: &[smilefactory_core::content::PostCount]| {
        counts.iter().map(|count| (count.value.clone(), count.posts)).collect::<BTreeSet<_>>()
    };
    assert_eq!(told(&counts.kinds), [("article".to_owned(), 3)].into());
    assert_eq!(told(&counts.tags), [("solar".to_owned(), 2)].into());
    assert_eq!(told(&counts.authors), [(tariro.to_string(), 2), (rudo.to_string(), 1)].into());
    let categories = [(water.to_string(), 1), (wells.to_string(), 2), (pumps.to_string(), 2)];
    assert_eq!(told(&counts.categories), categories.into());
    db.one.block(rudo, tariro).await;
    assert_eq!(facets(&db, Sight::Person(rudo), &all()).await.counted, 1);
    assert_eq!(listed(&db, Sight::Person(rudo), &all().in_tree(water), 1).await, [second.0]);
}

#[tokio::test]
async fn what_is_featured_is_there_until_it_is_let_go_or_not_for_everybody_any_more() {
    let db = TestDb::new().await;
    let (tariro, rudo) = (db.one.person("tariro").await.id, db.one.person("rudo").await.id);
    let (a, b) = (article(&db, tariro, &[], &[]).await, article(&db, rudo, &[], &[]).await);
    let begun = draft(&db, tariro, input("article", &[])).await;
    assert_eq!(feature(&db, tariro, begun.id).await.unwrap_err(), FeatureRefused::NotShown);
    let since = feature(&db, rudo, b.id).await.unwrap();
    db.clock.advance(TimeDelta::hours(1));
    feature(&db, rudo, a.id).await.unwrap();
    assert_eq!(feature(&db, tariro, b.id).await.unwrap(), since, "it stays where it is");
    let featured = PostFilter::new().featured();
    for size in [1, 100] {
        assert_eq!(listed(&db, Sight::Stranger, &featured, size).await, [a.id, b.id], "the last first");
    }
    assert_eq!(listed(&db, Sight::Stranger, &featured.clone().by(rudo), 1).await, [b.id]);
    assert_eq!(facets(&db, Sight::Stranger, &featured).await.counted, 2);
    db.one.block(rudo, tariro).await;
    assert_eq!(listed(&db, Sight::Person(rudo), &featured, 1).await, [b.id]);

    let mut tx = db.store.write(&db.one.scope).await.unwrap();
    assert!(tx.posts().unfeature(b.id).await.unwrap());
    assert!(!tx.posts().unfeature(b.id).await.unwrap());
    tx.commit().await.unwrap();
    // Whoever takes it off, and however.
    sqlx::query("update content.posts set standing = $2 where id = $1")
        .bind(uuid::Uuid::from(a.id))
        .bind(Standing::Removed.as_str())
        .execute(&mut db.superuser().await)
        .await
        .unwrap();
    let mut tx = db.store.write(&db.one.scope).await.unwrap();
    assert_eq!(tx.posts().lock_featured().await.unwrap(), [], "nothing keeps a place");
}

#[tokio::test]
async fn many_who_feature_at_once_do_not_feature_too_much() {
    let db = TestDb::new().await;
    let author = db.one.person("tariro").await.id;
    let mut posts = Vec::new();
    for _ in 0..30 {
        posts.push(article(&db, author, &[], &[]).await.id);
    }
    let tries = posts.iter().map(|post| feature(&db, author, *post));
    let done = futures::future::join_all(tries).await;
    assert_eq!(done.iter().filter(|done| done.is_ok()).count(), FeaturedPost::MOST);
    assert!(done.iter().all(|done| done.is_ok() || *done == Err(FeatureRefused::Full)));
    assert_eq!(
        listed(&db, Sight::Stranger, &PostFilter::new().featured(), 7).await.len(),
        FeaturedPost::MOST
    );
    // The database has no more places, whoever writes.
    let one_more = "insert into content.featured_posts (tenant_id, post_id, place, featured_by, featured_at)
        select tenant_id, id, 21, author_id, now() from content.posts
        where id not in (select post_id from content.featured_posts) limit 1";
    assert!(sqlx::raw_sql(one_more).execute(&mut db.superuser().await).await.is_err());
}
