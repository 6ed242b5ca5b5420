//! Corporate partners: people who speak for a company that wants to work with others.

use smilefactory_core::profile::CorporatePartnerInput;
use sqlx::PgConnection;

use super::Owner;
use crate::error::Result;

pub(super) async fn save(
    conn: &mut PgConnection,
    owner: Owner,
    details: &CorporatePartnerInput,
) -> Result<()> {
    sqlx::query!(
        r#"
        insert into identity.corporate_partner_profiles (tenant_id, account_id, organisation, sector, size_band,
          partnership_interests, procurement_needs, budget_min, budget_max, budget_currency, challenges_hosted)
        values ($1, $2, $3, $4, $5, $6, $7, $8::numeric, $9::numeric, $10::text, $11)
        on conflict (tenant_id, account_id) do update
        set organisation = excluded.organisation, sector = excluded.sector, size_band = excluded.size_band,
          partnership_interests = excluded.partnership_interests,
          procurement_needs = excluded.procurement_needs, budget_min = excluded.budget_min,
          budget_max = excluded.budget_max, budget_currency = excluded.budget_currency,
          challenges_hosted = excluded.challenges_hosted
        "#,
        owner.tenant,
        owner.account,
        details.organisation.as_deref(),
        details.sector.as_deref(),
        details.size_band.as_deref(),
        &details.partnership_interests,
        &details.procurement_needs,
        details.budget.as_ref().map(|range| range.min),
        details.budget.as_ref().map(|range| range.max),
        details.budget.as_ref().map(|range| range.currency.as_str()),
        &details.challenges_hosted,
    )
    .execute(conn)
    .await?;
    Ok(())
}
