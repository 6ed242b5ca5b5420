//! Academic researchers.

use smilefactory_core::profile::{AcademicResearcherInput, PublicationInput};
use sqlx::PgConnection;

use super::Owner;
use crate::error::Result;

pub(super) async fn save(
    conn: &mut PgConnection,
    owner: Owner,
    details: &AcademicResearcherInput,
) -> Result<()> {
    sqlx::query!(
        r#"
        insert into identity.academic_researcher_profiles (tenant_id, account_id, institution, discipline,
          research_areas, orcid, grants_sought, transfer_interests)
        values ($1, $2, $3, $4, $5, $6, $7, $8)
        on conflict (tenant_id, account_id) do update
        set institution = excluded.institution, discipline = excluded.discipline,
          research_areas = excluded.research_areas, orcid = excluded.orcid,
          grants_sought = excluded.grants_sought, transfer_interests = excluded.transfer_interests
        "#,
        owner.tenant,
        owner.account,
        details.institution.as_deref(),
        details.discipline.as_deref(),
        &details.research_areas,
        details.orcid.as_deref(),
        &details.grants_sought,
        &details.transfer_interests,
    )
    .execute(&mut *conn)
    .await?;
    save_publications(conn, owner, &details.publications).await
}

/// Puts the publications in the place of what is there. Rows that stay as they are are not touched, so
/// that the trail of changes says what changed.
async fn save_publications(
    conn: &mut PgConnection,
    owner: Owner,
    entries: &[PublicationInput],
) -> Result<()> {
    let titles: Vec<_> = entries.iter().map(|entry| entry.title.as_str()).collect();
    let years: Vec<_> = entries.iter().map(|entry| entry.year).collect();
    let venues: Vec<_> = entries.iter().map(|entry| entry.venue.as_deref()).collect();
    let dois: Vec<_> = entries.iter().map(|entry| entry.doi.as_deref()).collect();
    sqlx::query!(
        r#"
        delete from identity.publications there
        where tenant_id = $1
          and account_id = $2
          and not exists (
            select from unnest($3::text[], $4::bigint[], $5::text[], $6::text[])
              with ordinality as entry (title, year, venue, doi, place)
            where entry.place = there.position + 1
              and (entry.title, entry.year, entry.venue, entry.doi)
                is not distinct from (there.title, there.year, there.venue, there.doi)
          )
        "#,
        owner.tenant,
        owner.account,
        &titles as _,
        &years as _,
        &venues as _,
        &dois as _,
    )
    .execute(&mut *conn)
    .await?;
    if entries.is_empty() {
        return Ok(());
    }
    sqlx::query!(
        r#"
        insert into identity.publications
          (tenant_id, account_id, position, title, year, venue, doi)
        select $1, $2, entry.place - 1, entry.title, entry.year, entry.venue, entry.doi
        from unnest($3::text[], $4::bigint[], $5::text[], $6::text[])
          with ordinality as entry (title, year, venue, doi, place)
        on conflict (tenant_id, account_id, position) do nothing
        "#,
        owner.tenant,
        owner.account,
        &titles as _,
        &years as _,
        &venues as _,
        &dois as _,
    )
    .execute(conn)
    .await?;
    Ok(())
}
