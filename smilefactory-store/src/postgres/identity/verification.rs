//! Proofs of email addresses.

use smilefactory_core::id::{AccountId, Id, VerificationId};
use smilefactory_core::identity::{Account, TokenDigest, VerificationToken};

use super::super::repository;
use super::super::row::RowOf;
use super::account::{AccountRow, into_accounts};
use crate::error::Result;
use crate::repo::identity::WriteVerifications;
use crate::tx::ReadWrite;

repository! {
    /// Tokens on their way to an email address.
    Verifications = verifications
}

impl WriteVerifications for Verifications<'_, ReadWrite> {
    async fn insert(&mut self, verification: &VerificationToken, token: &TokenDigest) -> Result<()> {
        let now = self.0.now();
        sqlx::query!(
            r#"
            insert into identity.email_verifications (tenant_id, id, account_id, email, token_digest, created_at,
              expires_at)
            values ($1, $2, $3, $4::text, $5, $6, $7)
            "#,
            self.0.scope().tenant.uuid(),
            verification.id.uuid(),
            verification.account.uuid(),
            verification.email.as_str(),
            token.0.as_slice(),
            now,
            verification.expires_at,
        )
        .execute(self.0.conn()?)
        .await?;
        Ok(())
    }

    async fn redeem(&mut self, token: &TokenDigest) -> Result<Option<(VerificationToken, Account)>> {
        let now = self.0.now();
        let tenant = self.0.scope().tenant.uuid();
        let redeemed = sqlx::query!(
            r#"
            delete from identity.email_verifications
            where tenant_id = $1 and token_digest = $2
            returning id, account_id, email as "email!", expires_at
            "#,
            tenant,
            token.0.as_slice(),
        )
        .fetch_optional(self.0.conn()?)
        .await?;
        let Some(row) = redeemed.filter(|row| row.expires_at > now) else { return Ok(None) };
        let account = sqlx::query_as!(
            AccountRow,
            r#"
            select id, email as "email!", email_verified_at, first_name, last_name, phone, gender, bio, role,
              profile_kind, profile_state, visibility, completion as "completion!", verified_at, last_login_at,
              version, created_at, updated_at
            from identity.personal_details
            where tenant_id = $1 and id = $2
            for update
            "#,
            tenant,
            row.account_id,
        )
        .fetch_all(self.0.conn()?)
        .await?;
        let of = RowOf { table: "identity.email_verifications", id: row.id };
        let verification = VerificationToken {
            id: VerificationId::from_uuid(row.id),
            account: AccountId::from_uuid(row.account_id),
            email: of.parse("email", &row.email)?,
            expires_at: row.expires_at,
        };
        Ok(into_accounts(self.0, account).await?.pop().map(|account| (verification, account)))
    }
}
