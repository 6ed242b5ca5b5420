//! The server itself.

use smilefactory_client::{Client, OPERATIONS, Operation};

use crate::tour::{Stopped, Told, Tour};

pub(super) async fn ready(tour: &mut Tour, nobody: &Client) -> Result<(), Stopped> {
    let work = async {
        let ready = nobody.platform().ready().await?;
        let document = nobody.platform().open_api().await?;
        let known = |operation: &&Operation| {
            let described = document.get("paths").and_then(|paths| paths.get(operation.path()));
            let described = described.and_then(|path| path.get(operation.method().to_lowercase()));
            described
                .and_then(|described| described.get("operationId"))
                .is_some_and(|id| id == operation.id())
        };
        let offered = OPERATIONS.iter().filter(known).count();
        if !ready.ready || offered < OPERATIONS.len() {
            return Err(format!(
                "the server is not ready, or offers {offered} of {} operations",
                OPERATIONS.len()
            )
            .into());
        }
        Ok(Told::new((), format!("ready; its OpenAPI document has all {offered} operations of the SDK")))
    };
    tour.step("Ask whether the server is ready", "client.platform().ready().await?", work).await
}
