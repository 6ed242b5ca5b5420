//! A tenant of a test, and the people in it.

use smilefactory_core::id::{AccountId, RequestId};
use smilefactory_core::identity::{Account, Role, SignUp, SignUpInput};
use smilefactory_core::scope::Scope;
use smilefactory_core::tenancy::Tenant;
use smilefactory_core::validation::Field;

use crate::repo::identity::WriteAccounts;
use crate::store::Store;

/// A tenant, and the scope of the platform's own work in it.
#[derive(Clone, Debug)]
pub struct TestTenant {
    /// The tenant.
    pub tenant: Tenant,
    /// The platform's own work in it.
    pub scope: Scope,
    pub(super) store: Store,
}

impl TestTenant {
    /// The scope of a person who is logged in.
    pub fn scope_of(&self, account: AccountId) -> Scope {
        Scope::account(self.tenant.id, account, self.request())
    }

    /// The scope of somebody nobody knows yet.
    pub fn anonymous(&self) -> Scope {
        Scope::anonymous(self.tenant.id, self.request())
    }

    fn request(&self) -> RequestId {
        self.store.new_id().expect("a seeded store always has ids")
    }

    /// A member named `name`, reached at `name@example.org`, whose password is `name` and `-password`.
    pub async fn person(&self, name: &str) -> Account {
        let sign_up = SignUp::from_raw(SignUpInput {
            email: format!("{name}@example.org"),
            password: format!("{name}-password"),
            first_name: name.to_owned(),
            last_name: "Example".to_owned(),
        })
        .expect("a test's name makes a valid sign-up");
        let mut tx = self.store.write(&self.anonymous()).await.expect("the test database is there");
        let id = tx.new_id().expect("a seeded store always has ids");
        let (account, password, opened) = sign_up.open(id, tx.now());
        let hash = self.store.passwords().hash(password, tx.random().expect("seeded")).await.expect("hashes");
        tx.accounts().insert(&account, &hash).await.expect("nobody else has this name");
        tx.tell(opened).expect("a seeded store always has ids");
        tx.commit().await.expect("the test database is there");
        account
    }

    /// The same with a role.
    pub async fn staff(&self, name: &str, role: Role) -> Account {
        let account = self.person(name).await;
        let mut tx = self.store.write(&self.scope).await.expect("the test database is there");
        assert!(tx.accounts().set_role(account.id, role).await.expect("the account is there"));
        tx.commit().await.expect("the test database is there");
        Account { role, version: account.version.next(), ..account }
    }
}
