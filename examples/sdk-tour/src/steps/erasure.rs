//! Leaving for good.

use smilefactory_client::Client;

use super::refusal;
use crate::tour::{Stopped, Told, Tour};

pub(super) async fn think_again(tour: &mut Tour, client: &Client) -> Result<(), Stopped> {
    let work = async {
        let asked = client.accounts().ask_erasure().await?;
        client.accounts().withdraw_erasure().await?;
        let gone = refusal(client.accounts().erasure().await)?;
        if !gone.is_not_found() {
            return Err(gone.into());
        }
        let outcome = format!(
            "could be taken back for {} days, and was; after {} nothing would be kept",
            (asked.revocable_until - asked.asked_at).num_days(),
            (asked.due_at - asked.asked_at).num_days()
        );
        Ok(Told::new((), outcome))
    };
    let code = "client.accounts().ask_erasure().await?;\nclient.accounts().withdraw_erasure().await?";
    tour.step("Ask to be erased, and think again", code, work).await
}
