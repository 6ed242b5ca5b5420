//! Organisations.

use proptest::prelude::*;

use super::text::{line, slug};
use super::{Flaw, Spoiled, word};
use crate::tenancy::{NewTenantInput, Plan};
use crate::validation::code;

/// A valid organisation that joins.
pub fn new_tenant() -> impl Strategy<Value = NewTenantInput> {
    (slug(), line::<2, 120>(), word(Plan::WORDS)).prop_map(|(slug, name, plan)| NewTenantInput {
        slug,
        name,
        plan,
    })
}

/// The input with one rule broken, for each rule in turn.
pub fn spoiled_tenants(input: &NewTenantInput) -> impl Iterator<Item = Spoiled<NewTenantInput>> {
    const FLAWS: &[Flaw<NewTenantInput>] = &[
        Flaw::new("/slug", code::REQUIRED, |raw| raw.slug.clear()),
        Flaw::new("/slug", code::TOO_LONG, |raw| raw.slug = "x".repeat(64)),
        Flaw::new("/slug", code::MALFORMED, |raw| raw.slug = "The-Hub".into()),
        Flaw::new("/slug", code::MALFORMED, |raw| raw.slug = "the--hub".into()),
        Flaw::new("/slug", code::MALFORMED, |raw| raw.slug = "hub-".into()),
        Flaw::new("/slug", code::MALFORMED, |raw| raw.slug = "häb".into()),
        Flaw::new("/name", code::REQUIRED, |raw| raw.name = "\u{a0}".into()),
        Flaw::new("/name", code::TOO_SHORT, |raw| raw.name = "x".into()),
        Flaw::new("/name", code::TOO_LONG, |raw| raw.name = "é".repeat(121)),
        Flaw::new("/name", code::MALFORMED, |raw| raw.name = "The\nHub".into()),
        Flaw::new("/plan", code::REQUIRED, |raw| raw.plan.clear()),
        Flaw::new("/plan", code::UNKNOWN_VALUE, |raw| raw.plan = "platinum".into()),
    ];
    FLAWS.iter().map(|flaw| flaw.on(input.clone()))
}
