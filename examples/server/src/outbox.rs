//! The commands about facts that readers of the outbox gave up.

use smilefactory_core::id::{FactId, TenantId};
use smilefactory_core::page::{PageRequest, PageSize};
use smilefactory_store::Store;
use smilefactory_store::outbox::DeadFact;

use crate::setup::Error;

/// A line for each reader, and one for each fact that it gave up: what the other commands are told.
pub async fn list(store: &Store, reader: Option<&str>) -> Result<Vec<String>, Error> {
    let mut lines = Vec::new();
    let outbox = store.outbox();
    let readers = outbox.readers().await?;
    if let Some(reader) = reader.filter(|name| readers.iter().all(|reader| reader.name != *name)) {
        return Err(format!("there is no reader {reader}").into());
    }
    for of in readers.iter().filter(|of| reader.is_none_or(|name| of.name == name)) {
        let status = of.status;
        lines.push(format!(
            "{}: {} waiting, {} to be tried again, {} given up",
            of.name, status.waiting, status.parked, status.dead
        ));
        let mut page = PageRequest::first(PageSize::MAX);
        loop {
            let dead = outbox.list_dead(&of.name, &page).await?;
            lines.extend(dead.items.iter().map(line));
            let Some(key) = dead.next else { break };
            page = PageRequest::after(PageSize::MAX, key);
        }
    }
    Ok(lines)
}

fn line(dead: &DeadFact) -> String {
    let DeadFact { recorded, attempts, error } = dead;
    format!(
        "  --tenant {} --fact {}  {} v{} of {}, {}, {attempts} tries: {}",
        recorded.tenant,
        recorded.id,
        recorded.fact.name,
        recorded.fact.version,
        recorded.fact.subject,
        recorded.at.to_rfc3339(),
        error.as_deref().unwrap_or("no error was kept"),
    )
}

/// Lets a reader try a fact again.
pub async fn retry(store: &Store, reader: &str, tenant: TenantId, fact: FactId) -> Result<String, Error> {
    if store.outbox().retry(reader, tenant, fact).await? {
        Ok(format!("{reader} tries {fact} again with its next turn"))
    } else {
        Err(not_dead(reader, fact))
    }
}

/// Drops a fact for a reader.
pub async fn discard(store: &Store, reader: &str, tenant: TenantId, fact: FactId) -> Result<String, Error> {
    if store.outbox().discard(reader, tenant, fact).await? {
        Ok(format!("{reader} is done with {fact}"))
    } else {
        Err(not_dead(reader, fact))
    }
}

fn not_dead(reader: &str, fact: FactId) -> Error {
    format!("{reader} did not give {fact} up in this community; `outbox list` says what it did").into()
}
