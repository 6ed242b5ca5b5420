//! That a list is read whole, in order, with nothing twice, whatever happens on the way.

use futures::{StreamExt, TryStreamExt};
use serde_json::{Value, json};
use smilefactory_client::{Error, ErrorKind, Page};
use smilefactory_core::content::{ListedPost, PostKind};
use smilefactory_core::page::Cursor;

use crate::script::{Asked, Script, Step, listed};

/// A page of the list of posts 0 to `total`, as the platform would give it.
fn page(asked: &Asked, total: u32) -> Step {
    let from: u32 =
        asked.query("cursor").map_or(0, |cursor| cursor.strip_prefix("after-").unwrap().parse().unwrap());
    let limit: u32 = asked.query("limit").map_or(20, |limit| limit.parse().unwrap());
    let to = total.min(from + limit);
    let next = (to < total).then(|| format!("after-{to}"));
    let items: Vec<ListedPost> = (from..to).map(listed).collect();
    Step::json(200, &json!({"items": items, "next_cursor": next, "has_more": next.is_some()}))
}

fn numbers(posts: &[ListedPost]) -> Vec<String> {
    posts.iter().map(|listed| listed.post.draft.body.to_string()).collect()
}

fn expected(range: std::ops::Range<u32>) -> Vec<String> {
    range.map(|number| format!("post {number}")).collect()
}

#[tokio::test]
async fn a_stream_over_a_failing_server_is_the_list() {
    let mut n = 0;
    let script = Script::by(move |asked| {
        n += 1;
        // Of each three requests two fail.
        match n % 3 {
            0 => page(asked, 95),
            1 => Step::problem(503, "unavailable"),
            _ => Step::Cut { status: 200 },
        }
    })
    .await;
    let list = script.client().posts().list().kind(PostKind::Post).tag("maize & beans").limit(20);
    let posts: Vec<ListedPost> = list.into_stream().try_collect().await.unwrap();
    assert_eq!(numbers(&posts), expected(0..95));
    assert!(script.asked().iter().all(|asked| {
        asked.query("kind").as_deref() == Some("post")
            && asked.query("tag").as_deref() == Some("maize & beans")
    }));
}

#[tokio::test]
async fn lists_of_any_length_end_where_they_end() {
    for total in [0, 1, 9, 10, 11, 20, 21] {
        let script = Script::by(move |asked| page(asked, total)).await;
        let posts: Vec<ListedPost> =
            script.client().posts().list().limit(10).into_stream().try_collect().await.unwrap();
        assert_eq!(numbers(&posts), expected(0..total));
        assert_eq!(script.asked().len(), usize::try_from(total.div_ceil(10).max(1)).unwrap());
    }
}

#[tokio::test]
async fn a_page_is_asked_for_when_it_is_needed() {
    let script = Script::by(|asked| page(asked, 95)).await;
    let stream = script.client().posts().list().into_stream();
    assert!(script.asked().is_empty());
    let first: Vec<_> = stream.take(20).try_collect().await.unwrap();
    assert_eq!((first.len(), script.asked().len()), (20, 1));
}

#[tokio::test]
async fn pages_can_be_left_and_taken_up_again() {
    let script = Script::by(|asked| page(asked, 50)).await;
    let client = script.client();
    let list = client.posts().list().limit(20);
    let first: Page<ListedPost> = list.clone().await.unwrap();
    assert_eq!(numbers(&first.items), expected(0..20));
    let rest = list.cursor(&first.next_cursor.unwrap()).pages().try_collect::<Vec<_>>().await.unwrap();
    let sizes: Vec<_> = rest.iter().map(|page| page.items.len()).collect();
    assert_eq!(sizes, [20, 10]);
    let rest: Vec<_> = rest.into_iter().flatten().collect();
    assert_eq!(numbers(&rest), expected(20..50));
}

#[tokio::test]
async fn an_error_ends_the_stream_and_what_came_before_it_is_there() {
    let script = Script::by(|asked| match asked.query("cursor") {
        Some(_) => Step::problem(400, "invalid_cursor"),
        None => page(asked, 50),
    })
    .await;
    let read: Vec<Result<ListedPost, Error>> =
        script.client().posts().list().limit(2).into_stream().collect().await;
    let [Ok(_), Ok(_), Err(error)] = read.as_slice() else { panic!("{read:?}") };
    assert_eq!(error.code(), Some("invalid_cursor"));
}

#[tokio::test]
async fn a_list_that_runs_in_a_circle_is_an_error_and_not_for_ever() {
    // The second page leads to itself, or back to the first.
    for back_to in ["b", "a"] {
        let script = Script::by(move |asked| {
            let (number, next) = match asked.query("cursor").as_deref() {
                None => (0, "a"),
                Some("a") => (1, "b"),
                _ => (2, back_to),
            };
            Step::json(200, &json!({"items": [listed(number)], "next_cursor": next, "has_more": true}))
        })
        .await;
        let read: Vec<_> = script.client().posts().list().into_stream().collect().await;
        let [Ok(one), Ok(two), Err(error)] = read.as_slice() else { panic!("{read:?}") };
        assert_eq!(numbers(&[one.clone(), two.clone()]), expected(0..2));
        assert_eq!((error.kind(), error.status()), (ErrorKind::Unreadable, Some(200)));
        assert!(error.to_string().contains("circle") && error.unreadable().is_none(), "{error}");
    }
    let script = Script::by(|_| Step::json(200, &json!({"items": [], "next_cursor": "a"}))).await;
    let from_there = script.client().posts().list().cursor(&Cursor::from("a".to_owned()));
    assert_eq!(from_there.pages().collect::<Vec<_>>().await.len(), 1);
}

fn one_of_a_later_kind() -> Step {
    let mut items: Vec<Value> = (0..3).map(|n| serde_json::to_value(listed(n)).unwrap()).collect();
    items[1]["kind"] = json!("hologram");
    Step::json(200, &json!({"items": items, "next_cursor": null, "has_more": false}))
}

#[tokio::test]
async fn an_entry_of_a_newer_server_costs_itself_only() {
    let script = Script::by(|_| one_of_a_later_kind()).await;
    let page = script.client().posts().list().await.unwrap();
    assert_eq!(numbers(&page.items), ["post 0", "post 2"]);
    assert_eq!((page.unreadable[0].index, &page.unreadable[0].json["kind"]), (1, &json!("hologram")));

    let read: Vec<_> = script.client().posts().list().into_stream().collect().await;
    let [Ok(_), Err(error), Ok(last)] = read.as_slice() else { panic!("{read:?}") };
    assert_eq!(last, &listed(2));
    assert_eq!(error.unreadable().unwrap().index, 1);
    assert!(error.to_string().contains("hologram"), "{error}");
    assert!(!error.may_have_taken_effect());
}

#[tokio::test]
async fn matches_have_one_page() {
    let script = Script::of([Step::json(200, &json!({"items": []}))]).await;
    assert!(script.client().matches().list().limit(3).await.unwrap().items.is_empty());
    assert_eq!(script.asked()[0].target, "/v1/matches?limit=3");
}
