//! Who is named, and who is asked.

use chrono::TimeDelta;
use smilefactory_core::id::{AccountId, Id};
use smilefactory_core::page::PageRequest;
use smilefactory_core::profile::Visibility;
use smilefactory_core::social::{
    Introduction, IntroductionConsent, IntroductionDraft, IntroductionInput, IntroductionPaths,
    IntroductionRefused, Naming,
};
use smilefactory_core::validation::Field;
use smilefactory_store::network::{self, NetworkError};
use smilefactory_store::prelude::*;
use smilefactory_store::testing::TestDb;

use super::{connect, open, shown};

struct Chain {
    db: TestDb,
    seeker: AccountId,
    first: AccountId,
    second: AccountId,
    target: AccountId,
}

/// The seeker knows the first, the first the second, the second the target.
async fn chain() -> Chain {
    let db = TestDb::new().await;
    let (seeker, first) = (open(&db, "seeker").await, open(&db, "first").await);
    let (second, target) = (open(&db, "second").await, open(&db, "target").await);
    connect(&db, seeker, first).await;
    connect(&db, first, second).await;
    connect(&db, second, target).await;
    Chain { db, seeker, first, second, target }
}

fn draft() -> IntroductionDraft {
    IntroductionDraft::from_raw(IntroductionInput { message: "We build the same kind of pump.".into() })
        .unwrap()
}

impl Chain {
    async fn paths(&self) -> IntroductionPaths {
        let mut tx = self.db.store.read(&self.db.one.scope_of(self.seeker)).await.unwrap();
        network::paths(&mut tx, self.seeker, self.target).await.unwrap()
    }

    async fn naming(&self) -> Vec<Naming> {
        let paths = self.paths().await;
        assert_eq!(paths.paths.len(), 1);
        for stop in &paths.paths[0].through {
            let named = stop.naming == Naming::Named;
            assert_eq!(
                (stop.account.is_some(), stop.first_name.is_some(), stop.last_name.is_some()),
                (named, named, named)
            );
        }
        paths.paths[0].through.iter().map(|stop| stop.naming).collect()
    }

    async fn choose(&self, who: AccountId, consent: IntroductionConsent) -> bool {
        let mut tx = self.db.store.write(&self.db.one.scope_of(who)).await.unwrap();
        let changed = tx.network().choose_consent(who, consent).await.unwrap();
        assert_eq!(tx.network().consent(who).await.unwrap(), consent);
        tx.commit().await.unwrap();
        changed
    }

    async fn ask(&self) -> Result<u32, NetworkError> {
        let mut tx = self.db.store.write(&self.db.one.scope_of(self.seeker)).await.unwrap();
        let asked = network::ask(&mut tx, draft(), self.seeker, self.target).await?;
        tx.commit().await.unwrap();
        Ok(asked.asked)
    }

    async fn asked(&self, who: AccountId) -> Vec<Introduction> {
        let mut tx = self.db.store.read(&self.db.one.scope_of(who)).await.unwrap();
        tx.network().list_introductions(who, &PageRequest::default()).await.unwrap().items
    }

    async fn grant(&self, who: AccountId, introduction: &Introduction) -> Result<Introduction, NetworkError> {
        let mut tx = self.db.store.write(&self.db.one.scope_of(who)).await.unwrap();
        let granted = network::grant(&mut tx, introduction.id, who).await?;
        tx.commit().await.unwrap();
        Ok(granted)
    }

    async fn decline(
        &self,
        who: AccountId,
        introduction: &Introduction,
    ) -> Result<Introduction, NetworkError> {
        let mut tx = self.db.store.write(&self.db.one.scope_of(who)).await.unwrap();
        let declined = network::decline(&mut tx, introduction.id, who).await?;
        tx.commit().await.unwrap();
        Ok(declined)
    }

    async fn facts(&self, name: &str) -> i64 {
        sqlx::query_scalar("select count(*) from platform.outbox where name = $1")
            .bind(name)
            .fetch_one(&mut self.db.superuser().await)
            .await
            .unwrap()
    }
}

#[tokio::test]
async fn nobody_is_named_until_they_agree() {
    let chain = chain().await;
    assert_eq!(chain.naming().await, [Naming::MayBeAsked; 2]);
    assert_eq!(chain.paths().await.paths[0].hops, 3);
    assert!(chain.choose(chain.first, IntroductionConsent::Always).await);
    assert!(!chain.choose(chain.first, IntroductionConsent::Always).await);
    assert_eq!(chain.naming().await, [Naming::Named, Naming::MayBeAsked]);
    assert_eq!(chain.ask().await.unwrap(), 1);
    assert_eq!(chain.naming().await, [Naming::Named, Naming::Asked]);
    assert!(chain.asked(chain.first).await.is_empty());
    let asked = chain.asked(chain.second).await.remove(0);
    assert_eq!((asked.asker, asked.target), (chain.seeker, chain.target));
    let granted = chain.grant(chain.second, &asked).await.unwrap();
    assert_eq!(chain.naming().await, [Naming::Named; 2]);
    assert!(matches!(chain.grant(chain.second, &granted).await, Err(NetworkError::State(_))));
    assert_eq!(
        (chain.facts("social.introduction.asked").await, chain.facts("social.introduction.granted").await),
        (1, 1)
    );

    // They change their mind, and whoever asked sees no more than that they were asked.
    chain.decline(chain.second, &granted).await.unwrap();
    assert_eq!(chain.naming().await, [Naming::Named, Naming::Asked]);
    chain.choose(chain.second, IntroductionConsent::Never).await;
    assert_eq!(chain.naming().await, [Naming::Named, Naming::Unnamed]);
    let nobody = chain.ask().await;
    assert!(matches!(nobody, Err(NetworkError::Refused(IntroductionRefused::NobodyToAsk))), "{nobody:?}");
}

#[tokio::test]
async fn the_same_is_not_asked_again_for_a_while() {
    let chain = chain().await;
    assert_eq!(chain.ask().await.unwrap(), 2);
    assert!(matches!(chain.ask().await, Err(NetworkError::Refused(IntroductionRefused::NobodyToAsk))));
    let asked = chain.asked(chain.first).await.remove(0);
    chain.decline(chain.first, &asked).await.unwrap();
    assert!(chain.ask().await.is_err(), "declined");
    chain.db.clock.advance(Introduction::LASTS);
    assert!(chain.asked(chain.second).await.is_empty(), "it lapsed");
    assert_eq!(chain.ask().await.unwrap(), 2);
    let again = chain.asked(chain.first).await.remove(0);
    assert_eq!((again.id, again.answered_at), (asked.id, None));
    assert!(again.version > asked.version);
    assert_eq!(chain.facts("social.introduction.asked").await, 4);
}

#[tokio::test]
async fn of_two_answers_one_is_stale_and_strangers_have_none() {
    let chain = chain().await;
    chain.ask().await.unwrap();
    let asked = chain.asked(chain.second).await.remove(0);
    for stranger in [chain.first, chain.seeker, chain.target] {
        let refused = chain.grant(stranger, &asked).await;
        assert!(matches!(refused, Err(NetworkError::NotThere("introduction"))), "{refused:?}");
    }
    let mut tx = chain.db.store.write(&chain.db.one.scope).await.unwrap();
    let (granted, _) = asked.clone().grant(tx.now()).unwrap();
    tx.network().answer(&granted).await.unwrap();
    let late = tx.network().answer(&granted).await.unwrap_err();
    assert!(late.is_stale(), "{late:?}");
    drop(tx);
    // What was dropped was never done.
    assert_eq!(chain.asked(chain.second).await[0].state, asked.state);

    let mut tx = chain.db.store.write(&chain.db.two.scope).await.unwrap();
    assert!(tx.network().introduction(asked.id).await.unwrap().is_none());
    drop(tx);

    let mut tx = chain.db.store.write(&chain.db.one.scope).await.unwrap();
    tx.blocks().insert(chain.second, chain.seeker).await.unwrap();
    tx.commit().await.unwrap();
    assert!(chain.asked(chain.second).await.is_empty());
    assert!(matches!(chain.grant(chain.second, &asked).await, Err(NetworkError::NotThere(_))));
}

#[tokio::test]
async fn twenty_may_be_waited_for_and_no_more_who_ask_at_once() {
    let chain = chain().await;
    let mut targets = Vec::new();
    for n in 0..24 {
        let target = open(&chain.db, &format!("target-{n}")).await;
        connect(&chain.db, chain.first, target).await;
        targets.push(target);
    }
    let ask = |target: AccountId| {
        let chain = &chain;
        async move {
            let mut tx = chain.db.store.write(&chain.db.one.scope_of(chain.seeker)).await.unwrap();
            let asked = network::ask(&mut tx, draft(), chain.seeker, target).await;
            tx.commit().await.unwrap();
            asked
        }
    };
    let most = usize::from(Introduction::MAX_WAITING);
    for target in &targets[..most - 2] {
        assert!(ask(*target).await.is_ok());
    }
    let asked = futures::future::join_all(targets[most - 2..].iter().map(|target| ask(*target))).await;
    assert_eq!(asked.iter().filter(|asked| asked.is_ok()).count(), 2);
    let refused = asked.into_iter().filter_map(Result::err);
    assert!(
        refused.into_iter().all(|why| matches!(why, NetworkError::Refused(IntroductionRefused::TooMany)))
    );
    chain.db.clock.advance(Introduction::LASTS);
    assert!(ask(targets[23]).await.is_ok());
}

#[tokio::test]
async fn whom_one_does_not_see_is_not_reached() {
    let chain = chain().await;
    let hidden = shown(&chain.db, "hidden", Visibility::ConnectionsOnly, Visibility::Public).await;
    connect(&chain.db, chain.first, hidden).await;
    let mut tx = chain.db.store.read(&chain.db.one.scope_of(chain.seeker)).await.unwrap();
    for target in [hidden, chain.seeker, AccountId::at(chain.db.store.now(), [9; 10])] {
        let refused = network::paths(&mut tx, chain.seeker, target).await;
        assert!(matches!(refused, Err(NetworkError::NotThere("profile"))), "{refused:?}");
    }
    let connected = network::paths(&mut tx, chain.seeker, chain.first).await.unwrap();
    assert!(connected.connected && connected.paths.is_empty());
}

#[tokio::test]
async fn pages_of_questions_hold_together() {
    let chain = chain().await;
    let size = smilefactory_core::page::PageSize::new(2).unwrap();
    for n in 0..5 {
        let asker = open(&chain.db, &format!("asker-{n}")).await;
        connect(&chain.db, asker, chain.second).await;
        let mut tx = chain.db.store.write(&chain.db.one.scope_of(asker)).await.unwrap();
        network::ask(&mut tx, draft(), asker, chain.target).await.unwrap();
        tx.commit().await.unwrap();
        chain.db.clock.advance(TimeDelta::minutes(i64::from(n) % 2));
    }
    let (mut seen, mut request) = (Vec::new(), PageRequest::first(size));
    loop {
        let mut tx = chain.db.store.read(&chain.db.one.scope).await.unwrap();
        let page = tx.network().list_introductions(chain.second, &request).await.unwrap();
        seen.extend(page.items.into_iter().map(|asked| (asked.asked_at, asked.id)));
        let Some(next) = page.next else { break };
        request = PageRequest::after(size, next);
    }
    assert_eq!(seen.len(), 5);
    assert!(seen.is_sorted_by(|a, b| a > b));
}
