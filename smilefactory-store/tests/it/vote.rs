//! Votes in polls.

use smilefactory_core::content::{Vote, VoteInput};
use smilefactory_core::validation::Field;
use smilefactory_store::prelude::*;
use smilefactory_store::testing::TestDb;

use crate::post::{draft, input, publish};

#[tokio::test]
async fn everybody_votes_once_and_may_change_their_mind() {
    let db = TestDb::new().await;
    let author = db.one.person("tariro").await.id;
    let post = draft(&db, author, input("poll", &[])).await;
    let post = publish(&db, post).await;
    let mut people = vec![author];
    for n in 0..5 {
        people.push(db.one.person(&format!("voter-{n}")).await.id);
    }
    let vote = async |voter, place| {
        let mut tx = db.store.write(&db.one.scope_of(voter)).await.unwrap();
        let vote = Vote::from_raw(VoteInput { choices: vec![place] }).unwrap();
        let cast = post.vote(&vote, voter, tx.now()).unwrap();
        tx.votes().cast(post.id, voter, &vote).await.unwrap();
        tx.tell(cast).unwrap();
        tx.commit().await.unwrap();
    };
    // Everybody at once, and the first of them twice at once.
    futures::future::join_all(people.iter().chain(&people[..1]).map(|voter| vote(*voter, 0))).await;
    vote(people[1], 1).await;
    let mut tx = db.store.write(&db.one.scope).await.unwrap();
    let result = tx.votes().result(&post, people[1]).await.unwrap();
    assert_eq!((result.votes, result.voters, result.own), (vec![5, 1], 6, Some(vec![1])));
    assert!(tx.votes().withdraw(post.id, people[1]).await.unwrap());
    assert!(!tx.votes().withdraw(post.id, people[1]).await.unwrap());
    let view = tx.posts().view(post.id, people[1]).await.unwrap().unwrap();
    let votes = view.votes.unwrap();
    assert_eq!((votes.votes, votes.voters, votes.own), (vec![5, 0], 5, None));
}
