//! The account of a person in a tenant.

use chrono::{DateTime, Utc};

use super::{AccountChanged, AccountOpened, EmailVerified, Password};
use crate::answer::answer;
use crate::choice::choices;
use crate::id::AccountId;
use crate::profile::{ProfileKind, ProfileState, Visibility};
use crate::record::record;
use crate::text::{Email, Line, PersonName, Phone, Prose};
use crate::version::Version;

choices! {
    /// What an account may do beyond its own things.
    Role {
        /// Nothing.
        Member = "member",
        /// Reviews and moderates what others post.
        Moderator = "moderator",
        /// Runs the community.
        Admin = "admin",
    }
}

impl Role {
    /// Whether this role reviews, moderates and sees what is suspended.
    pub const fn is_staff(self) -> bool {
        matches!(self, Self::Moderator | Self::Admin)
    }
}

record! {
    /// What somebody signs up with.
    pub struct SignUp / SignUpInput / SignUpPatch {
        /// Where they are reached; unique in the tenant.
        email: Email,
        /// What they will log in with.
        password: Password,
        /// First name.
        first_name: PersonName,
        /// Last name.
        last_name: PersonName,
    }
}

record! {
    /// What people tell about themselves whatever their kind.
    pub struct AccountSettings / AccountSettingsInput / AccountSettingsPatch {
        /// First name.
        first_name: PersonName,
        /// Last name.
        last_name: PersonName,
        /// Telephone number; encrypted at rest.
        phone: Option<Phone>,
        /// Gender, in their own word.
        gender: Option<Line<1, 40>>,
        /// A few sentences about themselves.
        bio: Option<Prose<1, 500>>,
    }
}

/// The name under which settings are changed.
pub type AccountPatch = AccountSettingsPatch;

answer! {
    /// Where the account's profile stands.
    pub struct AccountStanding: Copy, Eq {
        /// Which of the eight kinds, once there is a profile.
        kind: Option<ProfileKind>,
        /// How far the profile is.
        state: ProfileState,
        /// Who sees the profile.
        visibility: Visibility,
        /// How complete the profile is, 0–100; computed.
        completion: u8,
    }
}

impl Default for AccountStanding {
    fn default() -> Self {
        Self { kind: None, state: ProfileState::Draft, visibility: Visibility::Public, completion: 0 }
    }
}

answer! {
    /// A person's account in one tenant.
    pub struct Account {
        /// Its id, which is the key of its profile too.
        id: AccountId,
        /// Where its owner is reached.
        email: Email,
        /// When the address was proven to be the owner's.
        email_verified_at: Option<DateTime<Utc>>,
        /// What it may do.
        role: Role,
        /// Where its profile stands.
        standing: AccountStanding,
        /// When staff verified who its owner is.
        verified_at: Option<DateTime<Utc>>,
        /// When its owner last logged in.
        last_login_at: Option<DateTime<Utc>>,
        /// How often it was saved.
        version: Version,
        /// When its owner signed up.
        created_at: DateTime<Utc>,
        /// When it was last changed.
        updated_at: DateTime<Utc>,
        ..
        /// What people tell about themselves.
        settings: AccountSettings,
    }
}

impl SignUp {
    /// The account opens; its password is hashed by whoever stores it.
    pub fn open(self, id: AccountId, now: DateTime<Utc>) -> (Account, Password, AccountOpened) {
        let account = Account {
            id,
            email: self.email,
            email_verified_at: None,
            settings: AccountSettings {
                first_name: self.first_name,
                last_name: self.last_name,
                phone: None,
                gender: None,
                bio: None,
            },
            role: Role::Member,
            standing: AccountStanding::default(),
            verified_at: None,
            last_login_at: None,
            version: Version::FIRST,
            created_at: now,
            updated_at: now,
        };
        (account, self.password, AccountOpened { account: id })
    }
}

impl Account {
    /// First and last name.
    pub fn name(&self) -> String {
        format!("{} {}", self.settings.first_name, self.settings.last_name)
    }

    /// The owner changes what they tell about themselves.
    #[must_use]
    pub fn change(self, settings: AccountSettings, now: DateTime<Utc>) -> (Self, AccountChanged) {
        let fact = AccountChanged { account: self.id };
        (Self { settings, updated_at: now, ..self }, fact)
    }

    /// The owner proved that `email` is theirs. Nothing happens when it is not the account's address any
    /// more, or was proven before.
    #[must_use]
    pub fn verify_email(self, email: &Email, now: DateTime<Utc>) -> (Self, Option<EmailVerified>) {
        if self.email != *email || self.email_verified_at.is_some() {
            return (self, None);
        }
        let fact = EmailVerified { account: self.id };
        (Self { email_verified_at: Some(now), updated_at: now, ..self }, Some(fact))
    }

    /// The owner logged in.
    #[must_use]
    pub fn log_in(self, now: DateTime<Utc>) -> Self {
        Self { last_login_at: Some(now), ..self }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::testing;
    use crate::validation::{Field, code};

    proptest! {
        #[test]
        fn an_account_survives_the_wire(account in testing::account()) {
            let json = serde_json::to_string(&account).unwrap();
            prop_assert_eq!(serde_json::from_str::<Account>(&json).unwrap(), account);
        }

        #[test]
        fn an_address_is_proven_once_and_only_while_it_is_the_account_s(
            account in testing::account(), now in testing::instant(), other in testing::email(),
        ) {
            let other: Email = other.parse().unwrap();
            prop_assume!(account.email != other);
            let (account, fact) = account.verify_email(&other, now);
            prop_assert_eq!((account.email_verified_at, fact), (None, None));
            let own = account.email.clone();
            let (account, fact) = account.verify_email(&own, now);
            prop_assert_eq!((account.email_verified_at, fact.is_some()), (Some(now), true));
            let (again, fact) = account.clone().verify_email(&own, now + chrono::TimeDelta::days(1));
            prop_assert_eq!((again, fact), (account, None));
        }
    }

    #[test]
    fn all_that_is_wrong_with_a_sign_up_is_told_at_once() {
        let raw = SignUpInput {
            email: "me".into(),
            password: "short".into(),
            first_name: "A".into(),
            ..SignUpInput::default()
        };
        let violations = SignUp::from_raw(raw).unwrap_err();
        let found: Vec<_> = violations.iter().map(|v| (v.pointer.as_str(), v.code.as_ref())).collect();
        assert_eq!(
            found,
            [
                ("/email", code::MALFORMED),
                ("/password", code::TOO_SHORT),
                ("/first_name", code::TOO_SHORT),
                ("/last_name", code::REQUIRED),
            ]
        );
    }

    #[test]
    fn a_telephone_number_can_be_set_kept_and_cleared() {
        let mut raw = AccountSettingsInput::default();
        let patch = |json: &str| serde_json::from_str::<AccountPatch>(json).unwrap();
        patch(r#"{"phone": "+263772123456"}"#).apply(&mut raw);
        patch("{}").apply(&mut raw);
        assert_eq!(raw.phone.as_deref(), Some("+263772123456"));
        patch(r#"{"phone": null}"#).apply(&mut raw);
        assert_eq!(raw.phone, None);
    }
}
