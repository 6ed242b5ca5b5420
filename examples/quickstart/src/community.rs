//! A community in the store: it joins, its people sign up, some of them post.

use futures::future::try_join_all;
use smilefactory_core::content::{PostDraft, PublishingRights};
use smilefactory_core::id::AccountId;
use smilefactory_core::identity::Password;
use smilefactory_core::profile::{Completion, Engagement, Profile, ProfileKind, ViewerClass};
use smilefactory_core::scope::Scope;
use smilefactory_core::social::{Connection, ConnectionKind, ConnectionMade, Pair};
use smilefactory_core::tenancy::{NewTenant, NewTenantInput, Plan};
use smilefactory_core::validation::Field;
use smilefactory_store::prelude::*;

use crate::Error;
use crate::person::Newcomer;
use crate::steps::Step;

/// The name of the community in addresses.
pub(crate) const SLUG: &str = "quickstart";
/// How many people join in one unit of work. The embedded database has one connection, so that several units of
/// work at once would only wait for each other; one for many people saves the round trips instead.
const AT_ONCE: usize = 25;

/// Somebody who joined.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Joined {
    pub(crate) account: AccountId,
    pub(crate) kind: ProfileKind,
    /// Whether enough is told for others to see the profile.
    pub(crate) shown: bool,
    pub(crate) posted: bool,
    /// How many facts were told of them.
    pub(crate) facts: usize,
}

/// An account that somebody can log in with.
#[derive(Clone, Debug)]
pub(crate) struct Login {
    pub(crate) email: String,
    pub(crate) password: String,
}

/// A password for each of so many accounts to log in with, and one that nobody knows for all others.
///
/// A bcrypt hash takes a quarter of a second of a core on purpose, and sixty people would take fifteen. So only a
/// few get a password of their own. The hash of all others is that of one password that is thrown away here:
/// nobody can log in with it, as with people who were imported from elsewhere and have to reset it first.
#[derive(Debug)]
pub(crate) struct Passwords {
    own: Vec<String>,
    hashes: Vec<String>,
    unusable: String,
}

impl Passwords {
    pub(crate) async fn hash(store: &Store, accounts: usize) -> Result<Self, Error> {
        let passwords: Vec<String> =
            (0..accounts).map(|_| random_password(store)).collect::<Result<_, _>>()?;
        let thrown_away = random_password(store)?;
        let hash_one = async |password: &String| -> Result<String, Error> {
            let salt = store.random()?;
            Ok(store.passwords().hash(Password::from_raw(password.clone())?, salt).await?)
        };
        let mut hashes = try_join_all(passwords.iter().chain([&thrown_away]).map(hash_one)).await?;
        let unusable = hashes.pop().ok_or("no password was hashed")?;
        Ok(Self { own: passwords, hashes, unusable })
    }
}

fn random_password(store: &Store) -> Result<String, Error> {
    use base64::Engine as _;
    let random: [u8; 12] = store.random()?;
    Ok(base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(random))
}

/// The community joins; the scope is that of the platform's own work in it.
pub(crate) async fn join(store: &Store, name: &str) -> Result<Scope, Error> {
    let new =
        NewTenantInput { slug: SLUG.to_owned(), name: name.to_owned(), plan: Plan::Community.to_string() };
    let tenant = store.operator().join(NewTenant::from_raw(new)?).await.map_err(|error| -> Error {
        if error.is_conflict() {
            "this folder holds a community from an earlier run: take another one with --keep, or serve this one \
             with `cargo run -p server -- --data <folder>`"
                .into()
        } else {
            error.into()
        }
    })?;
    Ok(Scope::system(tenant.id, store.new_id()?))
}

/// Everybody signs up, fills in their profile, and posts, in the order they are given.
///
/// `log_in` says who gets a password of their own, by their places in the list.
pub(crate) async fn welcome(
    store: &Store,
    scope: &Scope,
    newcomers: Vec<Newcomer>,
    (log_in, passwords): (&[usize], &Passwords),
    step: &Step,
) -> Result<(Vec<Joined>, Vec<Login>), Error> {
    let (mut joined, mut logins) = (Vec::with_capacity(newcomers.len()), Vec::new());
    let mut newcomers = newcomers.into_iter().enumerate().peekable();
    while newcomers.peek().is_some() {
        let mut tx = store.write(scope).await?;
        let mut count = 0;
        for (place, newcomer) in newcomers.by_ref().take(AT_ONCE) {
            let own = log_in.iter().position(|who| *who == place);
            let own = own.and_then(|n| Some((passwords.own.get(n)?, passwords.hashes.get(n)?)));
            if let Some((password, _)) = own {
                let email = newcomer.sign_up.email.to_string();
                logins.push(Login { email, password: password.clone() });
            }
            let hash = own.map_or(&passwords.unusable, |(_, hash)| hash);
            joined.push(welcome_one(&mut tx, newcomer, hash).await?);
            count += 1;
        }
        tx.commit().await?;
        step.advance(count);
    }
    Ok((joined, logins))
}

async fn welcome_one(tx: &mut WriteTx, newcomer: Newcomer, hash: &str) -> Result<Joined, Error> {
    let now = tx.now();
    let Newcomer { sign_up, settings, content, post } = newcomer;
    let (mut account, _, opened) = sign_up.open(tx.new_id()?, now);
    account.settings = settings;
    // Staff look at who says to speak for the state.
    account.verified_at = (content.kind() == ProfileKind::GovernmentOfficial).then_some(now);
    let email = account.email.clone();
    let (account, verified) = account.verify_email(&email, now);
    tx.accounts().insert(&account, hash).await?;
    tx.tell(opened)?;
    let mut facts = 2;
    if let Some(verified) = verified {
        tx.tell(verified)?;
        facts += 1;
    }

    let (profile, begun) = content.begin(account.id, now);
    let engagement = Engagement { posted: post.is_some(), ..Engagement::default() };
    let completion = Completion::of(&account, &profile.content, engagement);
    let (profile, assessed) = profile.assess(&completion);
    tx.profiles().insert(&profile).await?;
    tx.tell(begun)?;
    if let Some(assessed) = assessed {
        tx.tell(assessed)?;
        facts += 1;
    }
    let posted = post.is_some();
    if let Some(post) = post {
        facts += publish(tx, &profile, post).await?;
    }
    let shown = profile.is_seen_by(ViewerClass::Public);
    Ok(Joined { account: account.id, kind: profile.kind(), shown, posted, facts })
}

/// Says how many facts it told.
async fn publish(tx: &mut WriteTx, author: &Profile, post: PostDraft) -> Result<usize, Error> {
    let now = tx.now();
    let (post, drafted) = post.begin(tx.new_id()?, author.account, now);
    tx.posts().insert(&post).await?;
    tx.tell(drafted)?;
    let (post, moved) =
        post.publish(PublishingRights { author: true, ..PublishingRights::default() }, now)?;
    tx.posts().take_step(&post, &moved).await?;
    tx.tell(moved)?;
    Ok(2)
}

/// How far apart in the list those stand who know each other: a few in reach of everybody, and whom these know, too.
const ACQUAINTED: [usize; 3] = [3, 10, 17];

/// Some of those who are shown know each other: they are connected, as if they had asked and answered before. Says how
/// many connections there are.
pub(crate) async fn connect(store: &Store, scope: &Scope, joined: &[Joined]) -> Result<usize, Error> {
    let shown: Vec<AccountId> =
        joined.iter().filter(|joined| joined.shown).map(|joined| joined.account).collect();
    let mut tx = store.write(scope).await?;
    let mut count = 0;
    for (place, one) in shown.iter().enumerate() {
        for (other, kind) in ACQUAINTED.iter().zip(ConnectionKind::ALL) {
            let Some(pair) = shown.get(place + other).and_then(|other| Pair::new(*one, *other)) else { continue };
            let connection = Connection { pair, kind: *kind, requested_by: *one, since: tx.now() };
            tx.connections().insert(&connection).await?;
            tx.tell(ConnectionMade { connection: pair.low(), other: pair.high(), kind: *kind })?;
            count += 1;
        }
    }
    tx.commit().await?;
    Ok(count)
}
