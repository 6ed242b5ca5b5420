//! An export: lines that an import reads back to the same rows.

use std::io::Write;

use serde::Serialize;
use smilefactory_core::bulk::ImportKind;
use smilefactory_core::id::TenantId;
use smilefactory_core::scope::Scope;
use smilefactory_core::text::Slug;

use super::BulkError;
use crate::postgres::bulk as sql;
use crate::store::Store;

/// Writes what a community has from a source, an object a line in the order of the source's keys, and says how many lines
/// there are. The same rows are the same bytes, in whichever community.
///
/// It reads page after page: what is imported meanwhile may be in it or not.
pub async fn export(
    store: &Store,
    tenant: TenantId,
    kind: ImportKind,
    source: &Slug,
    out: &mut (dyn Write + Send),
) -> Result<u64, BulkError> {
    let mut after = String::new();
    let mut lines = 0;
    loop {
        let mut tx = store.read(&Scope::system(tenant, store.new_id()?)).await?;
        let written = match kind {
            ImportKind::Organisations => {
                let page = sql::export_organisations(&mut tx, source, &after).await?;
                let Some(last) = page.last() else { break };
                after.clone_from(&last.external_id);
                write(out, &page)
            }
            ImportKind::FundingRounds => {
                let Some((page, last)) = sql::export_funding_rounds(&mut tx, source, &after).await? else {
                    break;
                };
                after = last;
                write(out, &page)
            }
            ImportKind::Innovators => {
                let page = sql::export_innovators(&mut tx, source, &after).await?;
                let Some(last) = page.last() else { break };
                after.clone_from(&last.external_id);
                write(out, &page)
            }
            ImportKind::Events => {
                let page = sql::export_events(&mut tx, source, &after).await?;
                let Some(last) = page.last() else { break };
                after.clone_from(&last.external_id);
                write(out, &page)
            }
        };
        lines += written.map_err(|source| BulkError::Io { path: "the export".into(), source })?;
    }
    Ok(lines)
}

fn write<T: Serialize>(out: &mut (dyn Write + Send), rows: &[T]) -> std::io::Result<u64> {
    for row in rows {
        serde_json::to_writer(&mut *out, row)?;
        out.write_all(b"\n")?;
    }
    Ok(u64::try_from(rows.len()).unwrap_or(u64::MAX))
}
