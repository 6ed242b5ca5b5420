//! Work that is done behind, again and again, in every tenant: whoever runs an instance calls it from time to time,
//! from as many processes as they like.

mod counting;
mod erasing;
mod events;
mod files;
mod marketplace;
mod messages;
mod participation;
mod publishing;
mod reminding;
mod rendering;
mod requests;
mod strength;
mod tagging;
mod timelines;

use smilefactory_core::id::TenantId;
use smilefactory_core::page::{PageRequest, PageSize};
use smilefactory_core::scope::Scope;

pub use self::counting::{fold_counts, mend_counts};
pub use self::erasing::erase_due;
pub use self::events::{make_events, tend_events};
pub use self::files::collect_files;
pub use self::marketplace::{expire_listings, lapse_reservations};
pub use self::messages::forget_message_counts;
pub use self::participation::{assess_participation, counts_from};
pub use self::publishing::publish_due;
pub use self::reminding::{forget_told, remind_due};
pub use self::rendering::render_anew;
pub use self::requests::expire_connection_requests;
pub use self::strength::{forget_interactions, recount_strengths};
pub use self::tagging::merge_tags;
pub use self::timelines::{drop_timelines, fill_timelines, keep_timelines};
use crate::error::Result;
use crate::store::Store;

/// The tenants, one after the other, each as the scope of the platform's own work in it.
pub(crate) struct Scopes<'s> {
    store: &'s Store,
    ids: std::vec::IntoIter<TenantId>,
    next: Option<PageRequest<TenantId>>,
}

impl<'s> Scopes<'s> {
    pub(crate) fn of(store: &'s Store) -> Self {
        Self { store, ids: Vec::new().into_iter(), next: Some(PageRequest::first(PageSize::MAX)) }
    }

    pub(crate) async fn next(&mut self) -> Result<Option<Scope>> {
        loop {
            if let Some(tenant) = self.ids.next() {
                return Ok(Some(Scope::system(tenant, self.store.new_id()?)));
            }
            let Some(request) = self.next.take() else { return Ok(None) };
            let page = self.store.operator().list(&request).await?;
            self.ids = page.items.into_iter().map(|tenant| tenant.id).collect::<Vec<_>>().into_iter();
            self.next = page.next.map(|key| PageRequest::after(request.size, key));
        }
    }
}
