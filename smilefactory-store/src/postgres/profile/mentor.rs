//! Mentors: people with experience to pass on.

use smilefactory_core::profile::MentorInput;
use sqlx::PgConnection;

use super::Owner;
use crate::error::Result;

pub(super) async fn save(conn: &mut PgConnection, owner: Owner, details: &MentorInput) -> Result<()> {
    sqlx::query!(
        r#"
        insert into identity.mentor_profiles (tenant_id, account_id, expertise, industries, years_of_experience,
          approach, hours_a_month, languages, format, capacity, open_slots)
        values ($1, $2, $3, $4, $5::bigint, $6, $7::bigint, $8, $9, $10::bigint, $11::bigint)
        on conflict (tenant_id, account_id) do update
        set expertise = excluded.expertise, industries = excluded.industries,
          years_of_experience = excluded.years_of_experience, approach = excluded.approach,
          hours_a_month = excluded.hours_a_month, languages = excluded.languages, format = excluded.format,
          capacity = excluded.capacity, open_slots = excluded.open_slots
        "#,
        owner.tenant,
        owner.account,
        &details.expertise,
        &details.industries,
        details.years_of_experience,
        details.approach.as_deref(),
        details.hours_a_month,
        &details.languages,
        details.format.as_deref(),
        details.capacity,
        details.open_slots,
    )
    .execute(conn)
    .await?;
    Ok(())
}
