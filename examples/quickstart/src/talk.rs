//! What people say to one of the posts, and how posts are found.

use smilefactory_core::content::{
    Comment, CommentDraft, CommentInput, CommentSort, Engaging, ListedPost, Post, PostHit, PostSearch,
    Reaction,
};
use smilefactory_core::feed::{FeedItem, FeedMode};
use smilefactory_core::id::{AccountId, PostId};
use smilefactory_core::page::{PageRequest, PageSize};
use smilefactory_core::profile::ProfileKind;
use smilefactory_core::scope::Scope;
use smilefactory_core::validation::Field;
use smilefactory_store::prelude::*;
use smilefactory_store::repo::content::Thread;
use smilefactory_store::repo::feed::FeedFilter;
use smilefactory_store::search::{PostgresSearch, SearchIndex};
use smilefactory_store::{Sight, maintenance};

use crate::Error;
use crate::community::Joined;

/// What is searched for.
pub(crate) const WORDS: &str = "first customers";
/// How many hits are shown.
const HITS: u32 = 3;
/// How many people react to the post.
const CROWD: usize = 12;

/// What is said: by somebody of a kind, about what was said before, by its place; to the post, if there is none.
const SAID: [(ProfileKind, Option<usize>, &str); 5] = [
    (ProfileKind::Innovator, None, "We asked for half, and nobody took us seriously until we doubled it."),
    (ProfileKind::Mentor, Some(0), "That is the usual story. What do your first ten pay today?"),
    (ProfileKind::Innovator, Some(1), "The old price. They still bring the others."),
    (ProfileKind::BusinessInvestor, None, "I never saw a start-up fail because it asked for too much."),
    (ProfileKind::ServiceProvider, Some(3), "I did: it asked people who had nothing."),
];

/// A post with what is said to it.
#[derive(Debug)]
pub(crate) struct Talk {
    pub(crate) post: ListedPost,
    pub(crate) threads: Vec<Thread>,
}

/// People comment on the first discussion and react to it, and to each other. Where there is none, nobody says anything.
pub(crate) async fn talk(store: &Store, scope: &Scope, joined: &[Joined]) -> Result<Option<Talk>, Error> {
    let mentor = joined.iter().find(|joined| joined.kind == ProfileKind::Mentor && joined.post.is_some());
    let Some((author, Some(id))) = mentor.map(|mentor| (mentor.account, mentor.post)) else {
        return Ok(None);
    };
    let mut tx = store.write(scope).await?;
    let Some(post) = tx.posts().get(id).await? else { return Ok(None) };
    let mut said: Vec<Option<Comment>> = Vec::new();
    for (kind, answers, body) in SAID {
        // The author answers below their own post.
        let somebody = || joined.iter().find(|joined| joined.kind == kind && joined.shown);
        let by = if kind == ProfileKind::Mentor { Some(author) } else { somebody().map(|by| by.account) };
        let parent = answers.and_then(|place| said.get(place)?.as_ref());
        // Whoever is to speak, or to be answered, may not be there.
        said.push(match by.filter(|_| parent.is_some() || answers.is_none()) {
            Some(by) => Some(say(&mut tx, &post, parent, by, body).await?),
            None => None,
        });
    }
    let said: Vec<_> = said.into_iter().flatten().collect();
    react(&mut tx, &post, &said, joined).await?;
    tx.commit().await?;
    // What a server does all the time: which comments are the best is counted a moment later.
    maintenance::fold_counts(store).await?;
    read(store, scope, id, author).await.map(Some)
}

async fn say(
    tx: &mut WriteTx,
    post: &Post,
    parent: Option<&Comment>,
    by: AccountId,
    body: &str,
) -> Result<Comment, Error> {
    let input = CommentInput { body: body.to_owned(), parent: parent.map(|parent| parent.id.to_string()) };
    let draft = CommentDraft::from_raw(input)?;
    let (comment, written) = draft.write(tx.new_id()?, post, parent, by, tx.now())?;
    let comment = tx.comments().insert(&comment).await?;
    tx.tell(written)?;
    Ok(comment)
}

async fn react(tx: &mut WriteTx, post: &Post, said: &[Comment], joined: &[Joined]) -> Result<(), Error> {
    let crowd = joined.iter().filter(|joined| joined.shown && joined.account != post.author).take(CROWD);
    for ((person, reaction), place) in crowd.zip(Reaction::ALL.iter().cycle()).zip(0..) {
        let by = Engaging { by: person.account };
        if tx.engagement().react(post.id, person.account, *reaction).await? {
            tx.tell(by.react(post, *reaction)?)?;
        }
        // The first comments please most.
        for comment in said.iter().take(place % (said.len() + 1)) {
            if tx.engagement().react_to_comment(comment.id, person.account, Reaction::Like).await? {
                tx.tell(by.react_to_comment(comment.id, post.id, Reaction::Like))?;
            }
        }
    }
    Ok(())
}

async fn read(store: &Store, scope: &Scope, post: PostId, reader: AccountId) -> Result<Talk, Error> {
    let mut tx = store.read(scope).await?;
    let found = tx.posts().get_many(&[post]).await?;
    let listed = tx.engagement().of_listed(found, reader).await?.pop().ok_or("the post is gone")?;
    let sort = CommentSort::Best;
    let threads = tx.comments().list(post, sort, &PageRequest::default()).await?.items;
    Ok(Talk { post: listed, threads })
}

/// The posts with the words, the best first.
pub(crate) async fn search(store: &Store, scope: &Scope) -> Result<Vec<PostHit>, Error> {
    let search = PostSearch::new(WORDS.parse()?);
    let first = PageRequest::first(PageSize::new(HITS)?);
    let mut tx = store.read(scope).await?;
    Ok(PostgresSearch.posts(&mut tx, &search, &first).await?.items)
}

/// What may matter most to somebody, of what the others wrote.
pub(crate) async fn news(store: &Store, scope: &Scope, reader: AccountId) -> Result<Vec<FeedItem>, Error> {
    let first = PageRequest::first(PageSize::new(HITS)?);
    let mut tx = store.read(scope).await?;
    tx.look_as(Sight::Person(reader));
    Ok(tx.feed().list(reader, FeedMode::Ranked, &FeedFilter::new(), &first).await?.items)
}
