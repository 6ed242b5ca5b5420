//! Government officials: people who make or carry out policy.

use smilefactory_core::profile::GovernmentOfficialInput;
use sqlx::PgConnection;

use super::Owner;
use crate::error::Result;

pub(super) async fn save(
    conn: &mut PgConnection,
    owner: Owner,
    details: &GovernmentOfficialInput,
) -> Result<()> {
    sqlx::query!(
        r#"
        insert into identity.government_official_profiles (tenant_id, account_id, department, role,
          jurisdiction, policy_areas, programmes, mandates)
        values ($1, $2, $3, $4, $5, $6, $7, $8)
        on conflict (tenant_id, account_id) do update
        set department = excluded.department, role = excluded.role, jurisdiction = excluded.jurisdiction,
          policy_areas = excluded.policy_areas, programmes = excluded.programmes, mandates = excluded.mandates
        "#,
        owner.tenant,
        owner.account,
        details.department.as_deref(),
        details.role.as_deref(),
        details.jurisdiction.as_deref(),
        &details.policy_areas,
        &details.programmes,
        &details.mandates,
    )
    .execute(conn)
    .await?;
    Ok(())
}
