//! Conversations: who reaches whom, who reads what, what is found, what nobody learns, and what holds when two do
//! something at once.

mod direct;
mod erasure;
mod files;
mod group;
mod history;
mod inbox;
mod races;
mod receipts;
mod rules;
mod search;
mod secrecy;

use smilefactory_core::id::{AccountId, ConversationId};
use smilefactory_core::messaging::{
    Conversation, InboxEntry, Message, MessageDraft, MessageInput, NewGroup, NewGroupInput,
};
use smilefactory_core::profile::{
    DetailsInput, Profile, ProfileContent, ProfileInput, ProfileKind, ProfileState,
};
use smilefactory_core::validation::Field;
use smilefactory_store::messaging::{self, MessagingError};
use smilefactory_store::prelude::*;
use smilefactory_store::testing::TestDb;

/// Somebody whom strangers may write to: their profile is shown.
async fn person(db: &TestDb, name: &str) -> AccountId {
    let account = db.one.person(name).await.id;
    let mut tx = db.store.write(&db.one.scope_of(account)).await.unwrap();
    let input = ProfileInput {
        details: DetailsInput::empty(ProfileKind::CommunityMember),
        ..ProfileInput::default()
    };
    let profile = ProfileContent::from_raw(input).unwrap().begin(account, tx.now()).0;
    let profile = Profile { state: ProfileState::Complete, completion: 90, ..profile };
    tx.profiles().insert(&profile).await.unwrap();
    tx.commit().await.unwrap();
    account
}

async fn people<const N: usize>(db: &TestDb) -> [AccountId; N] {
    let mut all = Vec::new();
    for n in 0..N {
        all.push(person(db, &format!("person-{n}")).await);
    }
    all.try_into().unwrap()
}

async fn connect(db: &TestDb, one: AccountId, other: AccountId) {
    db.one.connect(one, other).await;
}

async fn block(db: &TestDb, by: AccountId, other: AccountId) {
    db.one.block(by, other).await;
}

async fn unblock(db: &TestDb, by: AccountId, other: AccountId) {
    db.one.unblock(by, other).await;
}

/// A superuser in the tenant, for whom the triggers of other contexts work.
async fn as_tenant(db: &TestDb) -> sqlx::PgConnection {
    let mut conn = db.superuser().await;
    sqlx::query("select set_config('smile.tenant', $1, false)")
        .bind(db.one.tenant.id.to_string())
        .execute(&mut conn)
        .await
        .unwrap();
    conn
}

fn draft(body: &str) -> MessageDraft {
    MessageDraft::from_raw(MessageInput { body: Some(body.to_owned()), ..MessageInput::default() }).unwrap()
}

/// One unit of work of somebody's, kept if it succeeds.
macro_rules! doing {
    ($db:expr, $who:expr, |$tx:ident| $step:expr) => {
        async {
            let mut $tx = $db.store.write(&$db.one.scope_of($who)).await.unwrap();
            let done = $step.await?;
            $tx.commit().await?;
            Ok::<_, smilefactory_store::messaging::MessagingError>(done)
        }
        .await
    };
}
use doing;

async fn write_to(
    db: &TestDb,
    from: AccountId,
    to: AccountId,
    body: &str,
) -> Result<Message, MessagingError> {
    doing!(db, from, |tx| messaging::write_to(&mut tx, from, to, draft(body)))
}

async fn say(
    db: &TestDb,
    from: AccountId,
    conversation: ConversationId,
    body: &str,
) -> Result<Message, MessagingError> {
    doing!(db, from, |tx| messaging::reply(&mut tx, conversation, from, draft(body)))
}

fn group_input(title: &str) -> NewGroupInput {
    NewGroupInput { title: title.to_owned(), history: Some("start".into()), ..NewGroupInput::default() }
}

/// A group of people who are connected with whoever makes it.
async fn group(db: &TestDb, by: AccountId, others: &[AccountId]) -> Conversation {
    group_of(db, by, others, group_input("Pumps")).await
}

async fn group_of(db: &TestDb, by: AccountId, others: &[AccountId], input: NewGroupInput) -> Conversation {
    for other in others {
        connect(db, by, *other).await;
    }
    let input = NewGroupInput { members: others.iter().map(ToString::to_string).collect(), ..input };
    let new = NewGroup::from_raw(input).unwrap();
    doing!(db, by, |tx| messaging::begin(&mut tx, new, by)).unwrap()
}

async fn entry(db: &TestDb, who: AccountId, conversation: ConversationId) -> Option<InboxEntry> {
    let mut tx = db.store.read(&db.one.scope_of(who)).await.unwrap();
    tx.conversations().entry(conversation, who).await.unwrap()
}

/// What somebody reads of a conversation, the first message first.
async fn reads(db: &TestDb, who: AccountId, conversation: ConversationId) -> Vec<(u64, Option<String>)> {
    use smilefactory_core::messaging::MessageOrder;
    use smilefactory_core::page::PageRequest;
    let mut tx = db.store.read(&db.one.scope_of(who)).await.unwrap();
    let Some(member) = tx.members().belonging(conversation, who).await.unwrap() else { return Vec::new() };
    let page =
        tx.messages().list(&member, MessageOrder::Oldest, None, &PageRequest::default()).await.unwrap();
    page.items.into_iter().map(|message| (message.seq, message.body.map(String::from))).collect()
}

fn nobody(error: &MessagingError) -> bool {
    matches!(error, MessagingError::Nobody)
}

fn not_there(error: &MessagingError) -> bool {
    matches!(error, MessagingError::NotThere(_))
}
