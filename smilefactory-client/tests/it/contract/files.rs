//! Files: uploaded, hung on posts, fetched.

use std::sync::{Arc, Mutex};

use futures::TryStreamExt;
use smilefactory_client::Client;
use smilefactory_core::content::{MediaInput, MediaState, MediaType, MediaVariant, PostInput, PostPatch};

use super::world::World;

/// A picture of one pixel.
pub(super) const A_GIF: &[u8] =
    b"GIF89a\x01\0\x01\0\x80\0\0\0\0\0\xff\xff\xff,\0\0\0\0\x01\0\x01\0\0\x02\x02D\x01\0;";

pub(crate) async fn walk(world: &World) {
    let owner = world.member("farai").await.client;
    let reader = world.member("fungai").await.client;
    step_by_step(&owner).await;
    at_once(&owner, &reader).await;
}

async fn step_by_step(owner: &Client) {
    let media = owner.media();
    let wrong = MediaInput { file_name: "a/b.gif".into(), media_type: "image/gif".into(), size: 1 };
    let error = media.declare(&wrong).await.unwrap_err();
    assert_eq!(error.violations().unwrap().iter().next().unwrap().pointer, "/file_name");
    let size = i64::try_from(A_GIF.len()).unwrap();
    let input = MediaInput { file_name: "pixel.gif".into(), media_type: "image/gif".into(), size };
    let declare = || media.declare(&input).idempotency_key("once");
    let declared = declare().await.unwrap();
    assert_eq!(declared, declare().await.unwrap());
    let id = declared.media.id;
    assert!(media.finalise(id).await.unwrap_err().is_step_refused());
    let too_large = media.send_content(&declared, [A_GIF, b"!"].concat()).await.unwrap_err();
    assert_eq!(too_large.code(), Some("too_large"));
    media.send_content(&declared, A_GIF).await.unwrap();
    let ready = media.finalise(id).await.unwrap();
    assert_eq!((ready.state, ready.width), (MediaState::Ready, Some(1)));
    assert_eq!(media.get(id).await.unwrap(), ready);
    media.delete(id).await.unwrap();
    assert!(media.get(id).await.unwrap_err().is_not_found());
}

async fn at_once(owner: &Client, reader: &Client) {
    let media = owner.media();
    let told = Arc::new(Mutex::new(Vec::new()));
    let tell = Arc::clone(&told);
    let ready = media
        .upload("pixel.gif", MediaType::Gif, A_GIF)
        .on_progress(move |sent, total| tell.lock().unwrap().push((sent, total)))
        .await
        .unwrap();
    let all = u64::try_from(A_GIF.len()).unwrap();
    assert_eq!(*told.lock().unwrap(), [(all, all)]);
    let other = media.upload("drawing.png", MediaType::Png, A_GIF).await.unwrap_err();
    assert_eq!(other.violations().unwrap().iter().next().unwrap().pointer, "/content");
    let again = media.upload("pixel.gif", MediaType::Gif, A_GIF).await.unwrap();
    assert_eq!(again.digest, ready.digest);
    let mut mine: Vec<_> =
        media.list_mine().limit(1).into_stream().map_ok(|file| file.id).try_collect().await.unwrap();
    // At one instant, their ids say nothing of which came first.
    mine.sort();
    let mut both = [again.id, ready.id];
    both.sort();
    assert_eq!(mine, both);

    let own = media.url(ready.id, MediaVariant::Original).await.unwrap();
    assert_eq!(media.fetch(&own).await.unwrap(), A_GIF);
    let input = PostInput {
        kind: "post".into(),
        body: "A pixel.".into(),
        attachments: vec![ready.id.to_string()],
        ..PostInput::default()
    };
    let draft = owner.posts().draft(&input).await.unwrap();
    let url = || reader.media().url_on(draft.id, ready.id, MediaVariant::Thumbnail);
    assert!(url().await.unwrap_err().is_not_found());
    assert!(reader.media().get(ready.id).await.unwrap_err().is_not_found());
    let post = owner.posts().publish(&draft).await.unwrap();
    let thumbnail = reader.media().fetch(&url().await.unwrap()).await.unwrap();
    assert!(thumbnail.starts_with(b"\x89PNG"));
    assert_eq!(reader.media().get(ready.id).await.unwrap(), ready);
    assert!(media.delete(ready.id).await.unwrap_err().is_step_refused());
    let patch = PostPatch { attachments: Vec::new().into(), ..PostPatch::default() };
    owner.posts().edit(&post, &patch).await.unwrap();
    // The version before names it, until nobody is to read that any more.
    assert!(media.delete(ready.id).await.unwrap_err().is_step_refused());
    let earlier = owner.versions().list(post.id).await.unwrap().items.remove(0);
    owner.versions().redact(post.id, earlier.number, "It shows a face.").await.unwrap();
    media.delete(ready.id).await.unwrap();
    let mut elsewhere = own.clone();
    elsewhere.url.push('A');
    assert!(media.fetch(&elsewhere).await.unwrap_err().is_not_found());
}
