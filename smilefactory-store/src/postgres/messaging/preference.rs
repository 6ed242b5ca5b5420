//! How people want to be told.

use smilefactory_core::id::{AccountId, Id};
use smilefactory_core::messaging::notification::{NotificationPreference, NotificationPreferences};

use super::super::repository;
use super::super::row::RowOf;
use crate::error::Result;
use crate::repo::messaging::{ReadNotificationPreferences, WriteNotificationPreferences};
use crate::tx::ReadWrite;

repository! {
    /// How people want to be told.
    NotificationPreferencesOf = notification_preferences
}

impl<Mode> ReadNotificationPreferences for NotificationPreferencesOf<'_, Mode> {
    async fn get(&mut self, account: AccountId) -> Result<NotificationPreferences> {
        let rows = sqlx::query!(
            r#"
            select kind, in_app, mail
            from messaging.notification_preferences
            where tenant_id = $1 and account_id = $2
            "#,
            self.0.scope().tenant.uuid(),
            account.uuid(),
        )
        .fetch_all(self.0.conn()?)
        .await?;
        let of = RowOf { table: "messaging.notification_preferences", id: account.uuid() };
        let said = rows.into_iter().map(|row| {
            Ok(NotificationPreference {
                kind: of.parse("kind", &row.kind)?,
                in_app: row.in_app,
                mail: of.parse("mail", &row.mail)?,
            })
        });
        Ok(NotificationPreferences::from_stored(&said.collect::<Result<Vec<_>>>()?))
    }
}

impl WriteNotificationPreferences for NotificationPreferencesOf<'_, ReadWrite> {
    async fn set(&mut self, account: AccountId, preferences: &NotificationPreferences) -> Result<()> {
        let (mut kinds, mut in_app, mut mail) = (Vec::new(), Vec::new(), Vec::new());
        for unusual in preferences.unusual() {
            kinds.push(unusual.kind.as_str().to_owned());
            in_app.push(unusual.in_app);
            mail.push(unusual.mail.as_str().to_owned());
        }
        sqlx::query!(
            r#"
            delete from messaging.notification_preferences
            where tenant_id = $1 and account_id = $2 and kind <> all($3)
            "#,
            self.0.scope().tenant.uuid(),
            account.uuid(),
            &kinds,
        )
        .execute(self.0.conn()?)
        .await?;
        sqlx::query!(
            r#"
            insert into messaging.notification_preferences as p (tenant_id, account_id, kind, in_app, mail)
            select $1, $2, said.kind, said.in_app, said.mail
            from unnest($3::text[], $4::boolean[], $5::text[]) as said (kind, in_app, mail)
            on conflict (tenant_id, account_id, kind) do update
            set in_app = excluded.in_app, mail = excluded.mail
            where (p.in_app, p.mail) <> (excluded.in_app, excluded.mail)
            "#,
            self.0.scope().tenant.uuid(),
            account.uuid(),
            &kinds,
            &in_app,
            &mail,
        )
        .execute(self.0.conn()?)
        .await?;
        Ok(())
    }
}
