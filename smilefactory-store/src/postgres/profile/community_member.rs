//! Community members: people who take part.

use smilefactory_core::profile::CommunityMemberInput;
use sqlx::PgConnection;

use super::Owner;
use crate::error::Result;

pub(super) async fn save(
    conn: &mut PgConnection,
    owner: Owner,
    details: &CommunityMemberInput,
    participation: Option<&str>,
) -> Result<()> {
    sqlx::query!(
        r#"
        insert into identity.community_member_profiles (tenant_id, account_id, goals, participation)
        values ($1, $2, $3, $4)
        on conflict (tenant_id, account_id) do update
        set goals = excluded.goals, participation = excluded.participation
        "#,
        owner.tenant,
        owner.account,
        &details.goals,
        participation,
    )
    .execute(conn)
    .await?;
    Ok(())
}
