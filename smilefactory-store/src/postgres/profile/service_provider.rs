//! Service providers: people who sell work that others need.

use smilefactory_core::profile::{ServiceInput, ServiceProviderInput};
use sqlx::PgConnection;

use super::Owner;
use crate::error::Result;

pub(super) async fn save(
    conn: &mut PgConnection,
    owner: Owner,
    details: &ServiceProviderInput,
) -> Result<()> {
    sqlx::query!(
        r#"
        insert into identity.service_provider_profiles (tenant_id, account_id, expertise, certifications,
          clients_served, turnaround_days, availability)
        values ($1, $2, $3, $4, $5::bigint, $6::bigint, $7)
        on conflict (tenant_id, account_id) do update
        set expertise = excluded.expertise, certifications = excluded.certifications,
          clients_served = excluded.clients_served, turnaround_days = excluded.turnaround_days,
          availability = excluded.availability
        "#,
        owner.tenant,
        owner.account,
        &details.expertise,
        &details.certifications,
        details.clients_served,
        details.turnaround_days,
        details.availability.as_deref(),
    )
    .execute(&mut *conn)
    .await?;
    save_services(conn, owner, &details.services).await
}

/// Puts the services in the place of what is there. Rows that stay as they are are not touched, so
/// that the trail of changes says what changed.
async fn save_services(conn: &mut PgConnection, owner: Owner, entries: &[ServiceInput]) -> Result<()> {
    let titles: Vec<_> = entries.iter().map(|entry| entry.title.as_str()).collect();
    let categories: Vec<_> = entries.iter().map(|entry| entry.category.as_deref()).collect();
    let models: Vec<_> = entries.iter().map(|entry| entry.price_model.as_str()).collect();
    let amounts: Vec<_> = entries.iter().map(|entry| entry.price.as_ref().map(|sum| sum.amount)).collect();
    let currencies: Vec<_> =
        entries.iter().map(|entry| entry.price.as_ref().map(|sum| sum.currency.as_str())).collect();
    sqlx::query!(
        r#"
        delete from identity.services there
        where tenant_id = $1
          and account_id = $2
          and not exists (
            select from unnest($3::text[], $4::text[], $5::text[], $6::numeric[], $7::text[])
              with ordinality as entry (title, category, price_model, price_amount, price_currency, place)
            where entry.place = there.position + 1
              and (entry.title, entry.category, entry.price_model, entry.price_amount, entry.price_currency)
                is not distinct from (there.title, there.category, there.price_model, there.price_amount,
                  there.price_currency)
          )
        "#,
        owner.tenant,
        owner.account,
        &titles as _,
        &categories as _,
        &models as _,
        &amounts as _,
        &currencies as _,
    )
    .execute(&mut *conn)
    .await?;
    if entries.is_empty() {
        return Ok(());
    }
    sqlx::query!(
        r#"
        insert into identity.services
          (tenant_id, account_id, position, title, category, price_model, price_amount, price_currency)
        select $1, $2, entry.place - 1, entry.title, entry.category, entry.price_model, entry.price_amount,
          entry.price_currency
        from unnest($3::text[], $4::text[], $5::text[], $6::numeric[], $7::text[])
          with ordinality as entry (title, category, price_model, price_amount, price_currency, place)
        on conflict (tenant_id, account_id, position) do nothing
        "#,
        owner.tenant,
        owner.account,
        &titles as _,
        &categories as _,
        &models as _,
        &amounts as _,
        &currencies as _,
    )
    .execute(conn)
    .await?;
    Ok(())
}
