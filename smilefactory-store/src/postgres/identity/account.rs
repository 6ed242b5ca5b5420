//! Accounts.

use chrono::{DateTime, Utc};
use smilefactory_core::id::{AccountId, Id};
use smilefactory_core::identity::{Account, AccountSettings, AccountStanding, Role};
use smilefactory_core::profile::ProfileKind;
use smilefactory_core::text::{Email, Phone};
use smilefactory_core::version::Version;
use uuid::Uuid;

use super::super::repository;
use super::super::row::RowOf;
use crate::crypto::{Cipher, FieldPlace};
use crate::error::{Result, StoreError};
use crate::repo::identity::{ReadAccounts, StoredCredentials, WriteAccounts};
use crate::tx::{ReadWrite, Tx};

repository! {
    /// Accounts: who may log in.
    Accounts = accounts
}

const TABLE: &str = "identity.personal_details";

pub(super) struct AccountRow {
    pub(super) id: Uuid,
    pub(super) email: String,
    pub(super) email_verified_at: Option<DateTime<Utc>>,
    pub(super) first_name: String,
    pub(super) last_name: String,
    pub(super) phone: Option<Vec<u8>>,
    pub(super) gender: Option<String>,
    pub(super) bio: Option<String>,
    pub(super) role: String,
    pub(super) profile_kind: Option<String>,
    pub(super) profile_state: String,
    pub(super) visibility: String,
    pub(super) completion: i16,
    pub(super) verified_at: Option<DateTime<Utc>>,
    pub(super) last_login_at: Option<DateTime<Utc>>,
    pub(super) version: i64,
    pub(super) created_at: DateTime<Utc>,
    pub(super) updated_at: DateTime<Utc>,
}

/// Where a telephone number is kept; the ciphertext opens nowhere else.
const fn phone_of(id: Uuid) -> FieldPlace {
    FieldPlace { table: TABLE, column: "phone", row: id }
}

impl AccountRow {
    fn into_account(self, cipher: Option<&Cipher>) -> Result<Account> {
        let of = RowOf { table: TABLE, id: self.id };
        let phone = match (self.phone, cipher) {
            (Some(sealed), Some(cipher)) => {
                Some(of.parse::<Phone>("phone", &cipher.decrypt(phone_of(self.id), &sealed)?)?)
            }
            (Some(_), None) => return Err(StoreError::internal("an encrypted field was read without a key")),
            (None, _) => None,
        };
        Ok(Account {
            id: AccountId::from_uuid(self.id),
            email: of.parse("email", &self.email)?,
            email_verified_at: self.email_verified_at,
            settings: AccountSettings {
                first_name: of.parse("first_name", &self.first_name)?,
                last_name: of.parse("last_name", &self.last_name)?,
                phone,
                gender: of.parse_opt("gender", self.gender.as_deref())?,
                bio: of.parse_opt("bio", self.bio.as_deref())?,
            },
            role: of.parse("role", &self.role)?,
            standing: AccountStanding {
                kind: of.parse_opt("profile_kind", self.profile_kind.as_deref())?,
                state: of.parse("profile_state", &self.profile_state)?,
                visibility: of.parse("visibility", &self.visibility)?,
                completion: u8::try_from(self.completion)
                    .map_err(|error| StoreError::corrupt(TABLE, "completion", self.id)(Box::new(error)))?,
            },
            verified_at: self.verified_at,
            last_login_at: self.last_login_at,
            version: Version::new(self.version),
            created_at: self.created_at,
            updated_at: self.updated_at,
        })
    }
}

/// Rows into accounts; the tenant's key is fetched only when a row has something encrypted.
pub(super) async fn into_accounts<Mode>(tx: &mut Tx<Mode>, rows: Vec<AccountRow>) -> Result<Vec<Account>> {
    let cipher = if rows.iter().any(|row| row.phone.is_some()) { Some(tx.cipher().await?) } else { None };
    rows.into_iter().map(|row| row.into_account(cipher.as_ref())).collect()
}

async fn seal_phone<Mode>(tx: &mut Tx<Mode>, account: &Account) -> Result<Option<Vec<u8>>> {
    let Some(phone) = &account.settings.phone else { return Ok(None) };
    let nonce = tx.random()?;
    let cipher = tx.cipher().await?;
    Ok(Some(cipher.encrypt(phone_of(account.id.uuid()), phone.as_str(), nonce)?))
}

impl<Mode> ReadAccounts for Accounts<'_, Mode> {
    async fn get(&mut self, id: AccountId) -> Result<Option<Account>> {
        Ok(self.get_many(&[id]).await?.pop())
    }

    async fn get_many(&mut self, ids: &[AccountId]) -> Result<Vec<Account>> {
        let ids: Vec<Uuid> = ids.iter().map(|id| id.uuid()).collect();
        let rows = sqlx::query_as!(
            AccountRow,
            r#"
            select id, email as "email!", email_verified_at, first_name, last_name, phone, gender, bio, role,
              profile_kind, profile_state, visibility, completion as "completion!", verified_at, last_login_at,
              version, created_at, updated_at
            from identity.personal_details
            where tenant_id = $1 and id = any($2)
            limit 100
            "#,
            self.0.scope().tenant.uuid(),
            &ids,
        )
        .fetch_all(self.0.conn()?)
        .await?;
        into_accounts(self.0, rows).await
    }

    async fn find_by_email(&mut self, email: &Email) -> Result<Option<Account>> {
        let row = sqlx::query_as!(
            AccountRow,
            r#"
            select id, email as "email!", email_verified_at, first_name, last_name, phone, gender, bio, role,
              profile_kind, profile_state, visibility, completion as "completion!", verified_at, last_login_at,
              version, created_at, updated_at
            from identity.personal_details
            where tenant_id = $1 and email = $2::text
            "#,
            self.0.scope().tenant.uuid(),
            email.as_str(),
        )
        .fetch_optional(self.0.conn()?)
        .await?;
        Ok(into_accounts(self.0, row.into_iter().collect()).await?.pop())
    }

    async fn credentials(&mut self, email: &Email) -> Result<Option<StoredCredentials>> {
        let row = sqlx::query!(
            "select id, password_hash from identity.personal_details where tenant_id = $1 and email = $2::text",
            self.0.scope().tenant.uuid(),
            email.as_str(),
        )
        .fetch_optional(self.0.conn()?)
        .await?;
        Ok(row.map(|row| StoredCredentials {
            account: AccountId::from_uuid(row.id),
            password_hash: row.password_hash,
        }))
    }
}

impl WriteAccounts for Accounts<'_, ReadWrite> {
    async fn insert(&mut self, account: &Account, password_hash: &str) -> Result<()> {
        let phone = seal_phone(self.0, account).await?;
        let (settings, standing) = (&account.settings, &account.standing);
        sqlx::query!(
            r#"
            insert into identity.personal_details (tenant_id, id, email, email_verified_at, password_hash,
              first_name, last_name, phone, gender, bio, role, profile_kind, profile_state, visibility, completion,
              verified_at, last_login_at, version, created_at, updated_at)
            values ($1, $2, $3::text, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15::smallint, $16, $17, $18,
              $19, $20)
            "#,
            self.0.scope().tenant.uuid(),
            account.id.uuid(),
            account.email.as_str(),
            account.email_verified_at,
            password_hash,
            settings.first_name.as_str(),
            settings.last_name.as_str(),
            phone,
            settings.gender.as_ref().map(AsRef::as_ref),
            settings.bio.as_ref().map(AsRef::as_ref),
            account.role.as_str(),
            standing.kind.map(ProfileKind::as_str),
            standing.state.as_str(),
            standing.visibility.as_str(),
            i16::from(standing.completion),
            account.verified_at,
            account.last_login_at,
            account.version.get(),
            account.created_at,
            account.updated_at,
        )
        .execute(self.0.conn()?)
        .await?;
        Ok(())
    }

    async fn update(&mut self, account: &Account) -> Result<Account> {
        let phone = seal_phone(self.0, account).await?;
        let next = account.version.next();
        let settings = &account.settings;
        let saved = sqlx::query!(
            r#"
            update identity.personal_details
            set email_verified_at = $4, first_name = $5, last_name = $6, phone = $7, gender = $8, bio = $9,
              verified_at = $10, last_login_at = $11, version = $12, updated_at = $13
            where tenant_id = $1 and id = $2 and version = $3
            "#,
            self.0.scope().tenant.uuid(),
            account.id.uuid(),
            account.version.get(),
            account.email_verified_at,
            settings.first_name.as_str(),
            settings.last_name.as_str(),
            phone,
            settings.gender.as_ref().map(AsRef::as_ref),
            settings.bio.as_ref().map(AsRef::as_ref),
            account.verified_at,
            account.last_login_at,
            next.get(),
            account.updated_at,
        )
        .execute(self.0.conn()?)
        .await?;
        match saved.rows_affected() {
            0 => Err(StoreError::Stale { entity: AccountId::ENTITY, id: account.id.uuid() }),
            _ => Ok(Account { version: next, ..account.clone() }),
        }
    }

    async fn rehash_password(&mut self, id: AccountId, old: &str, new: &str) -> Result<bool> {
        let saved = sqlx::query!(
            r#"
            update identity.personal_details
            set password_hash = $4
            where tenant_id = $1 and id = $2 and password_hash = $3
            "#,
            self.0.scope().tenant.uuid(),
            id.uuid(),
            old,
            new,
        )
        .execute(self.0.conn()?)
        .await?;
        Ok(saved.rows_affected() > 0)
    }

    async fn set_role(&mut self, id: AccountId, role: Role) -> Result<bool> {
        let now = self.0.now();
        let saved = sqlx::query!(
            r#"
            update identity.personal_details
            set role = $3, version = version + 1, updated_at = $4
            where tenant_id = $1 and id = $2
            "#,
            self.0.scope().tenant.uuid(),
            id.uuid(),
            role.as_str(),
            now,
        )
        .execute(self.0.conn()?)
        .await?;
        Ok(saved.rows_affected() > 0)
    }

    async fn set_suspended(&mut self, id: AccountId, suspended: bool) -> Result<()> {
        sqlx::query!(
            r#"
            update identity.personal_details
            set profile_state = case when $3 then 'suspended' else 'draft' end
            where tenant_id = $1 and id = $2 and profile_kind is null
            "#,
            self.0.scope().tenant.uuid(),
            id.uuid(),
            suspended,
        )
        .execute(self.0.conn()?)
        .await?;
        Ok(())
    }

    async fn note_log_in(&mut self, id: AccountId) -> Result<()> {
        let now = self.0.now();
        sqlx::query!(
            "update identity.personal_details set last_login_at = $3 where tenant_id = $1 and id = $2",
            self.0.scope().tenant.uuid(),
            id.uuid(),
            now,
        )
        .execute(self.0.conn()?)
        .await?;
        Ok(())
    }
}
