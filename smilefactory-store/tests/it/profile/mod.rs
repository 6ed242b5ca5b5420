//! Profiles of all eight kinds: written and read, found, changed by one writer at a time, refused by the database
//! where core refuses them.

mod listing;
mod rules;
mod writing;

use proptest::strategy::{Strategy, ValueTree};
use proptest::test_runner::TestRunner;
use smilefactory_core::id::AccountId;
use smilefactory_core::profile::{
    DetailsInput, Profile, ProfileContent, ProfileInput, ProfileKind, ProfileState,
};
use smilefactory_core::validation::Field;
use smilefactory_store::prelude::*;
use smilefactory_store::testing::{TestDb, TestTenant};

/// The same `count` values in every run.
fn samples<S: Strategy>(strategy: &S, count: usize) -> Vec<S::Value> {
    let mut runner = TestRunner::deterministic();
    (0..count).map(|_| strategy.new_tree(&mut runner).unwrap().current()).collect()
}

/// What somebody of this kind may have written.
fn content(kind: ProfileKind) -> ProfileContent {
    let input = samples(&smilefactory_core::testing::profile_input_of(kind), 1).remove(0);
    ProfileContent::from_raw(input).unwrap()
}

/// Next to nothing, of this kind.
fn bare(kind: ProfileKind) -> ProfileInput {
    ProfileInput { details: DetailsInput::empty(kind), ..ProfileInput::default() }
}

fn begun(account: AccountId, content: ProfileContent, now: chrono::DateTime<chrono::Utc>) -> Profile {
    content.begin(account, now).0
}

/// A person with a profile that is complete.
async fn shown(db: &TestDb, tenant: &TestTenant, name: &str, input: ProfileInput) -> Profile {
    let account = tenant.person(name).await.id;
    let mut tx = db.store.write(&tenant.scope_of(account)).await.unwrap();
    let profile = begun(account, ProfileContent::from_raw(input).unwrap(), tx.now());
    let profile = Profile { state: ProfileState::Complete, completion: 90, ..profile };
    tx.profiles().insert(&profile).await.unwrap();
    tx.commit().await.unwrap();
    profile
}
