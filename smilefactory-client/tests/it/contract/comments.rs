//! Comments: written, read as threads to their end, edited and deleted.

use std::collections::BTreeSet;

use futures::TryStreamExt;
use smilefactory_client::Client;
use smilefactory_core::content::{
    Comment, CommentInput, CommentPatch, CommentSort, CommentThread, Post, PostInput,
};
use smilefactory_core::id::CommentId;
use smilefactory_core::profile::{CommunityMemberInput, LocationInput, ProfileInput};

use super::world::World;

fn says(body: &str, parent: Option<&Comment>) -> CommentInput {
    CommentInput { body: body.into(), parent: parent.map(|parent| parent.id.to_string()) }
}

pub(crate) async fn walk(world: &World) {
    let author = world.member("commentator").await.client;
    let reader = world.member("commentator-too").await.client;
    let moderator = world.moderator("keeper-of-comments").await.client;
    let stranger = world.stranger("stranger-to-comments").await.client;
    let input = PostInput { kind: "post".into(), body: "It rains.".into(), ..PostInput::default() };
    let draft = author.posts().draft(&input).await.unwrap();
    let post = author.posts().publish(&draft).await.unwrap();

    let refused = reader.comments().write(post.id, &says("Here too.", None)).await.unwrap_err();
    assert!(refused.is_forbidden(), "{refused:?}");
    for client in [&author, &reader] {
        client.profiles().create(&profile()).await.unwrap();
    }
    let root = written_once(&reader, &post).await;
    edited(&reader, &author, &stranger, &root).await;
    read_to_the_end(&reader, &post, &root).await;
    deleted(&author, &reader, &moderator, &post).await;
}

/// Complete enough to comment.
fn profile() -> ProfileInput {
    ProfileInput {
        headline: Some("I watch the sky".into()),
        location: Some(LocationInput { city: Some("Mutare".into()), country: "ZW".into() }),
        languages: vec!["sn".into()],
        skills: vec!["meteorology".into()],
        interests: vec!["rain".into()],
        links: vec!["https://example.org/rain".into()],
        availability: Some("Mondays".into()),
        details: CommunityMemberInput { goals: vec!["rain".into()] }.into(),
        ..ProfileInput::default()
    }
}

async fn written_once(reader: &Client, post: &Post) -> Comment {
    let error = reader.comments().write(post.id, &says("", None)).await.unwrap_err();
    assert_eq!(error.violations().unwrap().iter().next().unwrap().pointer, "/body");
    let send = || reader.comments().write(post.id, &says("Here *too*.", None)).idempotency_key("rain");
    let root = send().await.unwrap();
    assert_eq!(send().await.unwrap(), root);
    assert_eq!((root.html.as_deref(), root.post), (Some("<p>Here <em>too</em>.</p>\n"), post.id));
    root
}

async fn edited(reader: &Client, author: &Client, stranger: &Client, root: &Comment) {
    let patch = CommentPatch { body: "Here as well.".to_owned().into(), ..CommentPatch::default() };
    assert!(author.comments().edit(root, &patch).await.unwrap_err().is_forbidden());
    assert!(stranger.comments().edit(root, &patch).await.unwrap_err().is_not_found());
    let edited = reader.comments().edit(root, &patch).await.unwrap();
    assert!(edited.edited_at.is_some() && edited.version == root.version.next());
    assert!(reader.comments().edit(root, &patch).await.unwrap_err().is_stale());
    assert_eq!(author.comments().get(root.id).await.unwrap(), edited);
    assert!(stranger.comments().get(root.id).await.unwrap_err().is_not_found());
}

/// All comments that are here or are reached from here.
async fn all(client: &Client, thread: CommentThread, sort: CommentSort, found: &mut Vec<CommentId>) {
    let mut waiting = vec![thread];
    while let Some(CommentThread { comment, replies, more }) = waiting.pop() {
        found.push(comment.id);
        waiting.extend(replies);
        if let Some(more) = &more {
            let rest = client.comments().list_replies(comment.id).sort(sort).limit(2).cursor(more);
            waiting.extend(rest.into_stream().try_collect::<Vec<_>>().await.unwrap());
        }
    }
}

async fn read_to_the_end(reader: &Client, post: &Post, root: &Comment) {
    let mut written = vec![root.id];
    let mut parent = root.clone();
    for _ in 0..10 {
        parent = reader.comments().write(post.id, &says("Deeper.", Some(&parent))).await.unwrap();
        written.push(parent.id);
    }
    for _ in 0..6 {
        written.push(reader.comments().write(post.id, &says("Beside.", Some(root))).await.unwrap().id);
        written.push(reader.comments().write(post.id, &says("Above.", None)).await.unwrap().id);
    }
    let written: BTreeSet<_> = written.into_iter().collect();
    for sort in CommentSort::ALL {
        let mut found = Vec::new();
        let mut threads = reader.comments().list(post.id).sort(*sort).limit(2).into_stream();
        while let Some(thread) = threads.try_next().await.unwrap() {
            all(reader, thread, *sort, &mut found).await;
        }
        assert_eq!(found.len(), written.len(), "{sort}");
        assert_eq!(found.into_iter().collect::<BTreeSet<_>>(), written, "{sort}");
    }
    // A cursor goes on in the order it came from, and nowhere else.
    let page = reader.comments().list(post.id).sort(CommentSort::Oldest).await.unwrap();
    let more = page.items.into_iter().find(|thread| thread.comment.id == root.id).unwrap().more.unwrap();
    let wrong = reader.comments().list_replies(root.id).sort(CommentSort::Newest).cursor(&more).await;
    assert_eq!(wrong.unwrap_err().code(), Some("invalid_cursor"));
}

async fn deleted(author: &Client, reader: &Client, moderator: &Client, post: &Post) {
    let root = reader.comments().write(post.id, &says("Mine.", None)).await.unwrap();
    let reply = author.comments().write(post.id, &says("And mine.", Some(&root))).await.unwrap();
    assert!(author.comments().delete(&root).await.unwrap_err().is_forbidden());
    reader.comments().delete(&root).await.unwrap();
    let gone = author.comments().get(root.id).await.unwrap();
    assert_eq!((gone.author, gone.body, gone.replies), (None, None, 1));
    let refused = author.comments().write(post.id, &says("Late.", Some(&root))).await.unwrap_err();
    assert!(refused.is_step_refused());
    moderator.comments().delete((reply.id, reply.version)).await.unwrap();
    for id in [root.id, reply.id] {
        assert!(author.comments().get(id).await.unwrap_err().is_not_found());
    }
}
