//! Uploads to a bucket that go wrong: each gets the right answer, and nothing is left of any.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use futures::stream;
use reqwest::Body;
use reqwest::header::{CONTENT_LENGTH, CONTENT_TYPE};
use smilefactory_client::Error;
use smilefactory_core::content::MediaType;

use super::hasty::Hasty;
use super::s3::S3;
use super::{A_GIF, World, declared};

/// The MD5 of the picture, as S3 takes it.
const MD5: &str = "q1be+2UZx2QEXr+UvDSCIw==";

/// What is wrong: where, and under which code.
fn told(refused: &Error) -> Vec<(&str, &str)> {
    let violations = refused.violations().unwrap().iter();
    violations.map(|violation| (violation.pointer.as_str(), violation.code.as_ref())).collect()
}

#[tokio::test]
async fn what_is_cut_on_its_way_is_not_there() {
    let world = World::start().await;
    let owner = world.member("farai").await;
    let file = declared(&owner, MediaType::Gif, A_GIF.len()).await;
    let half =
        stream::iter([Ok(Bytes::from_static(&A_GIF[..20])), Err(std::io::Error::other("the line broke"))]);
    let cut = world.put(&file, Body::wrap_stream(half)).header(CONTENT_LENGTH, A_GIF.len());
    cut.send().await.unwrap_err();
    world.nothing_in_the_bucket().await;
    let refused = owner.media().finalise(file.media.id).await.unwrap_err();
    assert!(refused.is_step_refused(), "{refused:?}");
    // It is sent again, whole.
    owner.media().send_content(&file, A_GIF).await.unwrap();
    owner.media().finalise(file.media.id).await.unwrap();
    owner.media().delete(file.media.id).await.unwrap();
    world.nothing_is_left(&owner).await;
}

#[tokio::test]
async fn what_is_longer_or_shorter_than_declared_is_refused_and_gone() {
    let world = World::start().await;
    let owner = world.member("farai").await;
    // The bucket takes any length; nothing of a wrong one is read, however long it is.
    for content in [[A_GIF, b"!"].concat(), A_GIF[1..].to_vec(), vec![0; 20 * 1024 * 1024]] {
        let file = declared(&owner, MediaType::Gif, A_GIF.len()).await;
        owner.media().send_content(&file, content).await.unwrap();
        let refused = owner.media().finalise(file.media.id).await.unwrap_err();
        assert_eq!(told(&refused), [("/content", "out_of_range")]);
        assert!(owner.media().get(file.media.id).await.unwrap_err().is_not_found());
        world.nothing_in_the_bucket().await;
    }
    world.nothing_is_left(&owner).await;
}

#[tokio::test]
async fn what_has_another_digest_than_its_sender_says_is_refused_and_gone() {
    let world = World::start().await;
    let owner = world.member("farai").await;
    let file = declared(&owner, MediaType::Gif, A_GIF.len()).await;
    let mut spoiled = A_GIF.to_vec();
    spoiled[30] = b'?';
    spoiled[32..].fill(b'?');
    let put = world.put(&file, spoiled).header("content-md5", MD5).send().await.unwrap();
    assert_eq!(put.status(), 400, "{put:?}");
    // S3 keeps nothing of it. The server here keeps what it refused, which is looked into like anything else.
    let refused = owner.media().finalise(file.media.id).await.unwrap_err();
    assert!(refused.is_step_refused() || told(&refused) == [("/content", "malformed")], "{refused:?}");
    world.nothing_is_left(&owner).await;
    // Said right, it is taken.
    let file = declared(&owner, MediaType::Gif, A_GIF.len()).await;
    let put = world.put(&file, A_GIF).header("content-md5", MD5).send().await.unwrap();
    assert_eq!(put.status(), 200, "{put:?}");
    owner.media().finalise(file.media.id).await.unwrap();
}

#[tokio::test]
async fn what_is_something_else_than_declared_is_refused_and_gone() {
    let world = World::start().await;
    let owner = world.member("farai").await;
    // The bucket takes what is said to be of the declared type, and no other.
    let file = declared(&owner, MediaType::Png, A_GIF.len()).await;
    let target = &file.upload.url;
    let as_html = world.http.put(target).header(CONTENT_TYPE, "text/html").body(A_GIF).send().await.unwrap();
    assert_eq!(as_html.status(), 403);
    let without = world.http.put(target).body(A_GIF).send().await.unwrap();
    assert_eq!(without.status(), 403);
    world.nothing_in_the_bucket().await;
    // What it really is shows when it is looked into.
    let broken = [&A_GIF[..30], b"<br>1"].concat();
    for (media_type, content) in [(MediaType::Png, A_GIF), (MediaType::Gif, &broken)] {
        let file = declared(&owner, media_type, content.len()).await;
        owner.media().send_content(&file, content.to_vec()).await.unwrap();
        let refused = owner.media().finalise(file.media.id).await.unwrap_err();
        assert_eq!(told(&refused), [("/content", "malformed")]);
        assert!(owner.media().get(file.media.id).await.unwrap_err().is_not_found());
        world.nothing_in_the_bucket().await;
    }
    world.nothing_is_left(&owner).await;
}

#[tokio::test]
async fn an_address_that_is_too_old_takes_nothing() {
    let s3 = S3::start().await;
    let blobs = Arc::new(Hasty(s3.blobs(true)));
    let world = World::over(s3, blobs).await;
    let owner = world.member("farai").await;
    let file = declared(&owner, MediaType::Gif, A_GIF.len()).await;
    tokio::time::sleep(Duration::from_millis(2_500)).await;
    let refused = owner.media().send_content(&file, A_GIF).await.unwrap_err();
    assert_eq!(refused.status(), Some(403), "{refused:?}");
    world.nothing_in_the_bucket().await;
    assert!(owner.media().finalise(file.media.id).await.unwrap_err().is_step_refused());
    world.nothing_is_left(&owner).await;
}

#[tokio::test]
async fn what_is_sent_after_the_end_changes_nothing_and_is_collected() {
    let world = World::start().await;
    let owner = world.member("farai").await;
    let file = declared(&owner, MediaType::Gif, A_GIF.len()).await;
    owner.media().send_content(&file, A_GIF).await.unwrap();
    let ready = owner.media().finalise(file.media.id).await.unwrap();
    let other = vec![b'x'; A_GIF.len()];
    assert_eq!(world.put(&file, other).send().await.unwrap().status(), 200);
    assert_eq!(owner.media().get(ready.id).await.unwrap(), ready);
    assert!(owner.media().finalise(ready.id).await.unwrap_err().is_step_refused());
    owner.media().delete(ready.id).await.unwrap();
    world.nothing_is_left(&owner).await;
}
