//! Investors: people with money for ideas.

use smilefactory_core::profile::{BusinessInvestorInput, PortfolioEntryInput};
use sqlx::PgConnection;

use super::Owner;
use crate::error::Result;

pub(super) async fn save(
    conn: &mut PgConnection,
    owner: Owner,
    details: &BusinessInvestorInput,
) -> Result<()> {
    sqlx::query!(
        r#"
        insert into identity.business_investor_profiles (tenant_id, account_id, industries, stage_from,
          stage_to, ticket_min, ticket_max, ticket_currency, geographies, investor_type, criteria,
          exit_preference)
        values ($1, $2, $3, $4, $5, $6::numeric, $7::numeric, $8::text, $9, $10, $11, $12)
        on conflict (tenant_id, account_id) do update
        set industries = excluded.industries, stage_from = excluded.stage_from, stage_to = excluded.stage_to,
          ticket_min = excluded.ticket_min, ticket_max = excluded.ticket_max,
          ticket_currency = excluded.ticket_currency, geographies = excluded.geographies,
          investor_type = excluded.investor_type, criteria = excluded.criteria,
          exit_preference = excluded.exit_preference
        "#,
        owner.tenant,
        owner.account,
        &details.industries,
        details.stages.as_ref().map(|range| range.from.as_str()),
        details.stages.as_ref().map(|range| range.to.as_str()),
        details.ticket.as_ref().map(|range| range.min),
        details.ticket.as_ref().map(|range| range.max),
        details.ticket.as_ref().map(|range| range.currency.as_str()),
        &details.geographies,
        details.investor_type.as_deref(),
        details.criteria.as_deref(),
        details.exit_preference.as_deref(),
    )
    .execute(&mut *conn)
    .await?;
    save_portfolio(conn, owner, &details.portfolio).await
}

/// Puts the portfolio in the place of what is there. Rows that stay as they are are not touched, so
/// that the trail of changes says what changed.
async fn save_portfolio(
    conn: &mut PgConnection,
    owner: Owner,
    entries: &[PortfolioEntryInput],
) -> Result<()> {
    let companies: Vec<_> = entries.iter().map(|entry| entry.company.as_str()).collect();
    let years: Vec<_> = entries.iter().map(|entry| entry.year).collect();
    let stages: Vec<_> = entries.iter().map(|entry| entry.stage.as_deref()).collect();
    let visibilities: Vec<_> = entries.iter().map(|entry| entry.visibility.as_deref()).collect();
    sqlx::query!(
        r#"
        delete from identity.portfolio_entries there
        where tenant_id = $1
          and account_id = $2
          and not exists (
            select from unnest($3::text[], $4::bigint[], $5::text[], $6::text[])
              with ordinality as entry (company, year, stage, visibility, place)
            where entry.place = there.position + 1
              and (entry.company, entry.year, entry.stage, entry.visibility)
                is not distinct from (there.company, there.year, there.stage, there.visibility)
          )
        "#,
        owner.tenant,
        owner.account,
        &companies as _,
        &years as _,
        &stages as _,
        &visibilities as _,
    )
    .execute(&mut *conn)
    .await?;
    if entries.is_empty() {
        return Ok(());
    }
    sqlx::query!(
        r#"
        insert into identity.portfolio_entries
          (tenant_id, account_id, position, company, year, stage, visibility)
        select $1, $2, entry.place - 1, entry.company, entry.year, entry.stage, entry.visibility
        from unnest($3::text[], $4::bigint[], $5::text[], $6::text[])
          with ordinality as entry (company, year, stage, visibility, place)
        on conflict (tenant_id, account_id, position) do nothing
        "#,
        owner.tenant,
        owner.account,
        &companies as _,
        &years as _,
        &stages as _,
        &visibilities as _,
    )
    .execute(conn)
    .await?;
    Ok(())
}
