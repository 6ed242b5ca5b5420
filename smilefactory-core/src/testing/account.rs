//! Sign-ups and accounts.

use proptest::prelude::*;

use super::text::{email, line, maybe, phone, prose};
use super::{id, instant};
use crate::identity::{Account, AccountSettings, AccountSettingsInput, SignUp, SignUpInput};
use crate::validation::Field;

/// A valid sign-up.
pub fn sign_up() -> impl Strategy<Value = SignUpInput> {
    (email(), "[ -~]{10,72}", line::<2, 50>(), line::<2, 50>()).prop_map(
        |(email, password, first_name, last_name)| SignUpInput { email, password, first_name, last_name },
    )
}

/// An account with more or less filled in, verified or not.
pub fn account() -> impl Strategy<Value = Account> {
    let settings = (maybe(phone()), maybe(line::<1, 40>()), maybe(prose::<1, 500>()));
    (sign_up(), settings, id(), instant(), any::<bool>()).prop_filter_map(
        "a valid account",
        |(sign_up, (phone, gender, bio), id, now, verified)| {
            let settings = AccountSettingsInput {
                first_name: sign_up.first_name.clone(),
                last_name: sign_up.last_name.clone(),
                phone,
                gender,
                bio,
            };
            let (account, ..) = SignUp::from_raw(sign_up).ok()?.open(id, now);
            let (account, _) = account.change(AccountSettings::from_raw(settings).ok()?, now);
            Some(Account { verified_at: verified.then_some(now), ..account })
        },
    )
}
