//! The way to somebody over others, and whether those are named.

use smilefactory_core::id::{AccountId, IntroductionId};
use smilefactory_core::profile::ViewerClass;
use smilefactory_core::recommendation::Score;
use smilefactory_core::social::{
    Introducer, Introduction, IntroductionDraft, IntroductionPath, IntroductionPaths, IntroductionRefused,
    IntroductionsAsked, Naming,
};

use super::{NetworkError, Result};
use crate::repo::profile::ReadProfiles;
use crate::repo::social::{ReadNetwork, ReadRelations, Stop, Way, WriteNetwork};
use crate::tx::{Tx, WriteTx};

/// The ways to somebody whom `seeker` sees, as they may be told: who stands on them is named with their consent only.
pub async fn paths<Mode: Send>(
    tx: &mut Tx<Mode>,
    seeker: AccountId,
    target: AccountId,
) -> Result<IntroductionPaths> {
    let connected = seen(tx, seeker, target).await? == ViewerClass::Connection;
    let ways = if connected { Vec::new() } else { tx.network().ways(seeker, target).await? };
    let now = tx.now();
    let told = |stop: Stop| {
        let naming = Naming::of(stop.consent, stop.asked, now);
        let named = naming == Naming::Named;
        Introducer {
            naming,
            account: named.then_some(stop.account),
            first_name: Some(stop.first_name).filter(|_| named),
            last_name: Some(stop.last_name).filter(|_| named),
        }
    };
    let path = |way: Way| IntroductionPath {
        hops: u8::try_from(way.through.len() + 1).unwrap_or(u8::MAX),
        strength: Score::clamped((way.strength.get() * 10.0).floor() / 10.0),
        through: way.through.into_iter().map(told).collect(),
    };
    Ok(IntroductionPaths { target, connected, paths: ways.into_iter().map(path).collect() })
}

/// `asker` asks those on the strongest way to `target` on which somebody may be asked and nobody is not to be.
pub async fn ask(
    tx: &mut WriteTx,
    draft: IntroductionDraft,
    asker: AccountId,
    target: AccountId,
) -> Result<IntroductionsAsked> {
    // So that nobody waits for more than they may, who asks twice at once.
    tx.network().lock_asker(asker).await?;
    if seen(tx, asker, target).await? == ViewerClass::Connection {
        return Err(IntroductionRefused::NobodyToAsk.into());
    }
    let now = tx.now();
    let naming = |stop: &Stop| Naming::of(stop.consent, stop.asked, now);
    let ways = tx.network().ways(asker, target).await?;
    let way = ways.into_iter().find(|way| {
        way.through.iter().any(|stop| naming(stop) == Naming::MayBeAsked)
            && way.through.iter().all(|stop| naming(stop) != Naming::Unnamed)
    });
    let way = way.ok_or(IntroductionRefused::NobodyToAsk)?;
    let whom: Vec<_> = way.through.iter().filter(|stop| naming(stop) == Naming::MayBeAsked).collect();
    let waiting = tx.network().waiting(asker).await?;
    let questions = u32::try_from(whom.len()).unwrap_or(u32::MAX);
    if waiting.saturating_add(questions) > u32::from(Introduction::MAX_WAITING) {
        return Err(IntroductionRefused::TooMany.into());
    }
    for stop in whom {
        let (introduction, mut fact) = draft.clone().ask(tx.new_id()?, asker, stop.account, target, now);
        if let Some(kept) = tx.network().ask(&introduction).await? {
            fact.introduction = kept.id;
            tx.tell(fact)?;
        }
    }
    Ok(IntroductionsAsked { target, asked: questions })
}

/// Who was asked does it: they are named to whoever asked.
pub async fn grant(tx: &mut WriteTx, id: IntroductionId, by: AccountId) -> Result<Introduction> {
    let (introduction, fact) = asked(tx, id, by).await?.grant(tx.now())?;
    let introduction = tx.network().answer(&introduction).await?;
    tx.tell(fact)?;
    Ok(introduction)
}

/// Who was asked does not, or does no longer.
pub async fn decline(tx: &mut WriteTx, id: IntroductionId, by: AccountId) -> Result<Introduction> {
    let (introduction, fact) = asked(tx, id, by).await?.decline(tx.now())?;
    let introduction = tx.network().answer(&introduction).await?;
    tx.tell(fact)?;
    Ok(introduction)
}

/// The question that `by` was asked, unless they and one of the other two are kept from each other since.
async fn asked(tx: &mut WriteTx, id: IntroductionId, by: AccountId) -> Result<Introduction> {
    let nothing = || NetworkError::NotThere("introduction");
    let introduction = tx.network().introduction(id).await?.filter(|asked| asked.introducer == by);
    let introduction = introduction.ok_or_else(nothing)?;
    for other in [introduction.asker, introduction.target] {
        if tx.relations().is_barred(by, other).await? {
            return Err(nothing());
        }
    }
    Ok(introduction)
}

/// What `viewer` is to somebody whom they see; everybody else is not there.
async fn seen<Mode: Send>(tx: &mut Tx<Mode>, viewer: AccountId, owner: AccountId) -> Result<ViewerClass> {
    let class = tx.relations().class_of(viewer, owner).await?;
    let profile = tx.profiles().get(owner).await?;
    if class == ViewerClass::Owner || !profile.is_some_and(|profile| profile.is_seen_by(class)) {
        return Err(NetworkError::NotThere("profile"));
    }
    Ok(class)
}
