//! Profiles of all eight kinds: written and read, found, changed by one writer at a time, refused by the database
//! where core refuses them.

mod listing;
mod ordering;
mod rules;
mod writing;

use proptest::strategy::{Strategy, ValueTree};
use proptest::test_runner::TestRunner;
use smilefactory_core::id::AccountId;
use smilefactory_core::profile::{DetailsInput, Profile, ProfileContent, ProfileInput, ProfileKind};
use smilefactory_core::validation::Field;
use smilefactory_store::testing::TestTenant;

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
async fn shown(tenant: &TestTenant, name: &str, input: ProfileInput) -> Profile {
    let account = tenant.person(name).await.id;
    tenant.profile(account, ProfileKind::Mentor).with(|profile| *profile = input).shown().await
}
