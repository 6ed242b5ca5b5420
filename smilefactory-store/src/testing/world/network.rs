//! What people did with each other in a community made at random, and what of each other's networks they may know.

use std::collections::{BTreeMap, BTreeSet};

use chrono::TimeDelta;
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use smilefactory_core::id::{AccountId, Id, IntroductionId};
use smilefactory_core::profile::Visibility;
use smilefactory_core::social::{
    InteractionKind, InteractionWeights, Introduction, IntroductionConsent, IntroductionDraft,
};

use super::World;
use crate::prelude::*;
use crate::repo::social::Interaction;

/// Somebody was asked to introduce one person to another.
#[derive(Clone, Debug)]
pub struct WorldIntroduction {
    /// Which question.
    pub id: IntroductionId,
    /// Who asked.
    pub asker: AccountId,
    /// Who was asked.
    pub introducer: AccountId,
    /// Whom it is about.
    pub target: AccountId,
    /// Whether they agreed.
    pub granted: bool,
}

/// Who did something with each other, and whether they are named to others for it.
#[derive(Clone, Debug, Default)]
pub struct WorldNetwork {
    /// What it is worth by now that one did something with another.
    pub done: BTreeMap<(AccountId, AccountId), f64>,
    /// What people chose about being named.
    pub consents: BTreeMap<AccountId, IntroductionConsent>,
    /// Who was asked to introduce whom.
    pub introductions: Vec<WorldIntroduction>,
}

impl World {
    /// Whether somebody who does not moderate sees what is for so many.
    fn lets_in(&self, visibility: Visibility, viewer: AccountId, owner: AccountId) -> bool {
        match visibility {
            Visibility::Public => true,
            Visibility::ConnectionsOnly => self.tied(viewer, owner),
            Visibility::Private => false,
        }
    }

    /// Whether somebody sees a person, whether they moderate or not.
    pub fn meets(&self, viewer: AccountId, owner: AccountId) -> bool {
        let lets = self.lets_in(self.person(owner).profile, viewer, owner);
        viewer != owner && self.shown(owner) && lets && !self.blocked(viewer, owner)
    }

    /// How many people both of a connection know that either may know of from the other: nobody, where one of the two
    /// hides whom they know.
    fn both_know(&self, a: AccountId, b: AccountId) -> usize {
        let hides = |id: &AccountId| self.person(*id).connections == Visibility::Private;
        if hides(&a) || hides(&b) {
            return 0;
        }
        let told =
            |id: &AccountId| self.shown(*id) && self.person(*id).profile != Visibility::Private && !hides(id);
        self.ties_of(a).intersection(&self.ties_of(b)).filter(|id| told(id)).count()
    }

    /// How strong a connection is: what either did with the other, that of it which is answered four times as much, and up
    /// to half as much again for whom both know.
    pub fn strength(&self, a: AccountId, b: AccountId) -> Option<f64> {
        if !self.tied(a, b) {
            return None;
        }
        let done = |from, to| self.network.done.get(&(from, to)).copied().unwrap_or(0.0);
        let (there, back) = (done(a, b), done(b, a));
        let known = u32::try_from(self.both_know(a, b)).map_or(f64::INFINITY, f64::from);
        let answered = 0.25 * (there + back) + 1.5 * f64::min(there, back);
        let worth = answered * (1.0 + 0.5 * known / (4.0 + known));
        Some(worth / (worth + 10.0))
    }

    /// Of whom somebody's own network is made: those whom they are connected with and still see.
    pub fn network_of(&self, of: AccountId) -> BTreeSet<AccountId> {
        let seen = |id: &AccountId| self.meets(of, *id) && !self.barred(of, *id);
        self.ties_of(of).into_iter().filter(seen).collect()
    }

    /// Whether `seeker` sees somebody and whom they know.
    fn is_open_to(&self, seeker: AccountId, whom: AccountId) -> bool {
        self.meets(seeker, whom) && self.lets_in(self.person(whom).connections, seeker, whom)
    }

    /// All ways over one or two people that `seeker` may know of, the strongest first: of each, whoever stands on it and the
    /// target show the seeker whom they know, the first alone is known to the seeker, and nobody on it is muted.
    pub fn ways(&self, seeker: AccountId, target: AccountId) -> Vec<(f64, Vec<AccountId>)> {
        let mut ways = Vec::new();
        if self.tied(seeker, target) || !self.is_open_to(seeker, target) {
            return ways;
        }
        let usable =
            |id: &AccountId| *id != target && self.is_open_to(seeker, *id) && !self.barred(seeker, *id);
        let stops: Vec<_> = self.people.iter().map(|person| person.id).filter(usable).collect();
        for first in &stops {
            let Some(begin) = self.strength(seeker, *first) else { continue };
            if let Some(end) = self.strength(*first, target) {
                ways.push((begin * end, vec![*first]));
            }
            for second in stops.iter().filter(|second| !self.tied(seeker, **second)) {
                if let (Some(between), Some(end)) =
                    (self.strength(*first, *second), self.strength(*second, target))
                {
                    ways.push((begin * between * end, vec![*first, *second]));
                }
            }
        }
        ways.sort_by(|a, b| b.0.total_cmp(&a.0));
        ways
    }

    /// Whether `introducer` is named to `asker` on the way to `target`: they always are, or agreed to it and did not choose
    /// otherwise since.
    pub fn is_named(&self, introducer: AccountId, asker: AccountId, target: AccountId) -> bool {
        let granted = |asked: &WorldIntroduction| {
            asked.granted && (asked.introducer, asked.asker, asked.target) == (introducer, asker, target)
        };
        match self.network.consents.get(&introducer) {
            Some(IntroductionConsent::Always) => true,
            Some(IntroductionConsent::Never) => false,
            Some(IntroductionConsent::Ask) | None => self.network.introductions.iter().any(granted),
        }
    }

    /// The questions that somebody was asked, by people who are not kept from them, about people whom they see.
    pub fn asked_of(&self, introducer: AccountId) -> BTreeSet<IntroductionId> {
        let seen = |asked: &&WorldIntroduction| {
            let suspended = smilefactory_core::profile::ProfileState::Suspended;
            asked.introducer == introducer
                && !self.barred(introducer, asked.asker)
                && !self.barred(introducer, asked.target)
                && self.person(asked.asker).state != suspended
                && self.meets(introducer, asked.target)
        };
        self.network.introductions.iter().filter(seen).map(|asked| asked.id).collect()
    }

    /// People do things with each other, connected or not, choose whether they are named, and ask each other for
    /// introductions.
    pub(super) async fn interact(&mut self, tx: &mut WriteTx, seed: u64) {
        // Randomness of its own: all else in the community is as it would be without.
        let mut random = StdRng::seed_from_u64(seed ^ 0xfeed);
        let weights = InteractionWeights::default();
        for (from, to) in self.pairs() {
            for _ in 0..random.random_range(0..6) {
                let kind = InteractionKind::ALL.get(random.random_range(0..6)).copied();
                let kind = kind.unwrap_or(InteractionKind::Message);
                let days: i32 = random.random_range(0..300);
                let subject = tx.new_id::<IntroductionId>().expect("seeded").uuid();
                let done =
                    Interaction { from, to, kind, subject, at: tx.now() - TimeDelta::days(days.into()) };
                assert!(tx.network().interact(&done, &weights).await.expect("an interaction"));
                let worth = weights.of(kind) * 0.5_f64.powf(f64::from(days) / 90.0);
                *self.network.done.entry((from, to)).or_default() += worth;
            }
        }
        let people: Vec<AccountId> = self.people.iter().map(|person| person.id).collect();
        for who in &people {
            let choice = random.random_range(0..=IntroductionConsent::ALL.len());
            if let Some(consent) = IntroductionConsent::ALL.get(choice) {
                tx.network().choose_consent(*who, *consent).await.expect("a choice");
                self.network.consents.insert(*who, *consent);
            }
        }
        for asker in &people {
            for introducer in self.ties_of(*asker) {
                for target in people.iter().filter(|target| *target != asker && **target != introducer) {
                    if random.random_bool(0.3) {
                        let granted = random.random_bool(0.5);
                        let asked = question(tx, *asker, introducer, *target, granted).await;
                        self.network.introductions.push(asked);
                    }
                }
            }
        }
    }
}

async fn question(
    tx: &mut WriteTx,
    asker: AccountId,
    introducer: AccountId,
    target: AccountId,
    granted: bool,
) -> WorldIntroduction {
    let message = "We build the same kind of pump.".parse().expect("long enough");
    let id = tx.new_id().expect("seeded");
    let (question, _) = IntroductionDraft { message }.ask(id, asker, introducer, target, tx.now());
    let question = tx.network().ask(&question).await.expect("a question").expect("a new one");
    if granted {
        let now = tx.now();
        let (granted, _) = Introduction::grant(question, now).expect("an open question");
        tx.network().answer(&granted).await.expect("an answer");
    }
    WorldIntroduction { id, asker, introducer, target, granted }
}
