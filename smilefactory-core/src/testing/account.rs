//! Sign-ups and accounts.

use proptest::prelude::*;

use super::text::{email, line, maybe, phone, prose};
use super::{Flaw, Spoiled, id, instant};
use crate::identity::{Account, AccountSettings, AccountSettingsInput, SignUp, SignUpInput};
use crate::validation::{Field, code};

/// A valid sign-up.
pub fn sign_up() -> impl Strategy<Value = SignUpInput> {
    (email(), "[ -~]{10,72}", line::<2, 50>(), line::<2, 50>()).prop_map(
        |(email, password, first_name, last_name)| SignUpInput { email, password, first_name, last_name },
    )
}

/// Valid settings of an account.
pub fn account_settings() -> impl Strategy<Value = AccountSettingsInput> {
    (line::<2, 50>(), line::<2, 50>(), maybe(phone()), maybe(line::<1, 40>()), maybe(prose::<1, 500>()))
        .prop_map(|(first_name, last_name, phone, gender, bio)| AccountSettingsInput {
            first_name,
            last_name,
            phone,
            gender,
            bio,
        })
}

/// An account with more or less filled in, verified or not.
pub fn account() -> impl Strategy<Value = Account> {
    (sign_up(), account_settings(), id(), instant(), any::<bool>()).prop_filter_map(
        "a valid account",
        |(sign_up, settings, id, now, verified)| {
            let (account, ..) = SignUp::from_raw(sign_up).ok()?.open(id, now);
            let (account, _) = account.change(AccountSettings::from_raw(settings).ok()?, now);
            Some(Account { verified_at: verified.then_some(now), ..account })
        },
    )
}

/// The input with one rule broken, for each rule in turn.
pub fn spoiled_sign_ups(input: &SignUpInput) -> impl Iterator<Item = Spoiled<SignUpInput>> {
    const FLAWS: &[Flaw<SignUpInput>] = &[
        Flaw::new("/email", code::REQUIRED, |raw| raw.email.clear()),
        Flaw::new("/email", code::MALFORMED, |raw| raw.email = "tariro@localhost".into()),
        Flaw::new("/email", code::MALFORMED, |raw| raw.email = "two words@example.org".into()),
        Flaw::new("/email", code::MALFORMED, |raw| raw.email = format!("{}@example.org", "x".repeat(65))),
        Flaw::new("/email", code::TOO_LONG, |raw| {
            raw.email = format!("{0}.{0}.{0}.{0}.{0}@example.org", "x".repeat(50));
        }),
        Flaw::new("/password", code::REQUIRED, |raw| raw.password.clear()),
        Flaw::new("/password", code::TOO_SHORT, |raw| raw.password = "x".repeat(9)),
        Flaw::new("/password", code::TOO_LONG, |raw| raw.password = "é".repeat(37)),
        Flaw::new("/password", code::MALFORMED, |raw| raw.password = "long enough\0".into()),
        Flaw::new("/first_name", code::REQUIRED, |raw| raw.first_name = " ".into()),
        Flaw::new("/first_name", code::TOO_SHORT, |raw| raw.first_name = "x".into()),
        Flaw::new("/first_name", code::TOO_LONG, |raw| raw.first_name = "é".repeat(51)),
        Flaw::new("/last_name", code::MALFORMED, |raw| raw.last_name = "Mo\u{7}yo".into()),
        Flaw::new("/last_name", code::TOO_SHORT, |raw| raw.last_name = "漢".into()),
        Flaw::new("/last_name", code::TOO_LONG, |raw| raw.last_name = "x".repeat(51)),
    ];
    FLAWS.iter().map(|flaw| flaw.on(input.clone()))
}

/// The input with one rule broken, for each rule in turn.
pub fn spoiled_account_settings(
    input: &AccountSettingsInput,
) -> impl Iterator<Item = Spoiled<AccountSettingsInput>> {
    const FLAWS: &[Flaw<AccountSettingsInput>] = &[
        Flaw::new("/first_name", code::TOO_SHORT, |raw| raw.first_name = "x".into()),
        Flaw::new("/first_name", code::MALFORMED, |raw| raw.first_name = "two\nlines".into()),
        Flaw::new("/last_name", code::REQUIRED, |raw| raw.last_name.clear()),
        Flaw::new("/last_name", code::TOO_LONG, |raw| raw.last_name = "x".repeat(51)),
        Flaw::new("/phone", code::MALFORMED, |raw| raw.phone = Some("0772 123 456".into())),
        Flaw::new("/phone", code::TOO_LONG, |raw| raw.phone = Some(format!("+{}", "2".repeat(16)))),
        Flaw::new("/gender", code::TOO_LONG, |raw| raw.gender = Some("x".repeat(41))),
        Flaw::new("/gender", code::MALFORMED, |raw| raw.gender = Some("a\tb".into())),
        Flaw::new("/bio", code::TOO_LONG, |raw| raw.bio = Some("漢".repeat(501))),
        Flaw::new("/bio", code::MALFORMED, |raw| raw.bio = Some("a\u{7f}b".into())),
    ];
    FLAWS.iter().map(|flaw| flaw.on(input.clone()))
}
