//! Innovators: people with an idea who make something of it.

use smilefactory_core::profile::InnovatorInput;
use sqlx::PgConnection;

use super::Owner;
use crate::error::Result;

pub(super) async fn save(conn: &mut PgConnection, owner: Owner, details: &InnovatorInput) -> Result<()> {
    sqlx::query!(
        r#"
        insert into identity.innovator_profiles (tenant_id, account_id, industries, stage, startup_name,
          startup_description, funding_sought_amount, funding_sought_currency, funding_raised_amount,
          funding_raised_currency, team_size, open_roles, business_model, target_market, competitive_advantage,
          intellectual_property, challenges, achievements)
        values ($1, $2, $3, $4, $5, $6, $7::numeric, $8::text, $9::numeric, $10::text, $11::bigint, $12, $13,
          $14, $15, $16, $17, $18)
        on conflict (tenant_id, account_id) do update
        set industries = excluded.industries, stage = excluded.stage, startup_name = excluded.startup_name,
          startup_description = excluded.startup_description,
          funding_sought_amount = excluded.funding_sought_amount,
          funding_sought_currency = excluded.funding_sought_currency,
          funding_raised_amount = excluded.funding_raised_amount,
          funding_raised_currency = excluded.funding_raised_currency, team_size = excluded.team_size,
          open_roles = excluded.open_roles, business_model = excluded.business_model,
          target_market = excluded.target_market, competitive_advantage = excluded.competitive_advantage,
          intellectual_property = excluded.intellectual_property, challenges = excluded.challenges,
          achievements = excluded.achievements
        "#,
        owner.tenant,
        owner.account,
        &details.industries,
        details.stage.as_deref(),
        details.startup_name.as_deref(),
        details.startup_description.as_deref(),
        details.funding_sought.as_ref().map(|sum| sum.amount),
        details.funding_sought.as_ref().map(|sum| sum.currency.as_str()),
        details.funding_raised.as_ref().map(|sum| sum.amount),
        details.funding_raised.as_ref().map(|sum| sum.currency.as_str()),
        details.team_size,
        &details.open_roles,
        details.business_model.as_deref(),
        details.target_market.as_deref(),
        details.competitive_advantage.as_deref(),
        details.intellectual_property.as_deref(),
        &details.challenges,
        &details.achievements,
    )
    .execute(conn)
    .await?;
    Ok(())
}
