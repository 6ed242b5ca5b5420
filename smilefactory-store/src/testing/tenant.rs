//! A tenant of a test, and the people in it.

use smilefactory_core::id::{AccountId, Id, RequestId};
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

    /// Two people are connected, however that came about.
    pub async fn connect(&self, one: AccountId, other: AccountId) {
        self.run(
            "insert into social.connections (tenant_id, low_id, high_id, type, requested_by, since)
             values (tenancy.current_tenant(), least($1, $2), greatest($1, $2), 'professional', $1, now())",
            [one, other],
        )
        .await;
    }

    /// Somebody blocks somebody else.
    pub async fn block(&self, by: AccountId, other: AccountId) {
        self.run(
            "insert into social.blocks (tenant_id, account_id, other_id, at)
             values (tenancy.current_tenant(), $1, $2, now())",
            [by, other],
        )
        .await;
    }

    /// Somebody blocks somebody else no more.
    pub async fn unblock(&self, by: AccountId, other: AccountId) {
        self.run("delete from social.blocks where account_id = $1 and other_id = $2", [by, other]).await;
    }

    async fn run(&self, statement: &'static str, [one, other]: [AccountId; 2]) {
        let mut tx = self.store.write(&self.scope).await.expect("the test database is there");
        sqlx::query(statement)
            .bind(one.uuid())
            .bind(other.uuid())
            .execute(tx.conn().expect("the transaction is open"))
            .await
            .expect("the people are there");
        tx.commit().await.expect("the test database is there");
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
