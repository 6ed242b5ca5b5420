//! Matches, once the server has read the profiles.

use std::time::Duration;

use smilefactory_client::Client;
use smilefactory_core::profile::{InnovatorInput, LookingForInput, ProfileInput, ProfileKind};
use smilefactory_core::recommendation::Match;

use super::world::World;

pub(crate) async fn walk(world: &World) {
    let log_in = world.member("matilda").await;
    let client = log_in.client;
    assert!(client.matches().list().await.unwrap_err().is_not_found());
    let profile = ProfileInput {
        headline: Some("Drip irrigation from old hoses".into()),
        languages: vec!["sn".into()],
        looking_for: vec![LookingForInput { kind: "mentor".into(), why: Some("irrigation".into()) }],
        details: InnovatorInput {
            industries: vec!["agriculture".into()],
            challenges: vec!["irrigation".into()],
            stage: Some("mvp".into()),
            ..InnovatorInput::default()
        }
        .into(),
        ..ProfileInput::default()
    };
    client.profiles().create(&profile).await.unwrap();

    let best = best_mentor(&client).await;
    assert_eq!(best.seeker, log_in.account.id);
    assert!(!best.reasons.is_empty() && !best.parts.is_empty(), "{best:?}");
    assert_eq!(client.matches().list().limit(1).await.unwrap().items.len(), 1);

    client.matches().dismiss(best.candidate).await.unwrap();
    client.matches().dismiss(best.candidate).await.unwrap();
    let left = client.matches().list().limit(100).await.unwrap();
    assert!(left.unreadable.is_empty() && left.items.iter().all(|found| found.candidate != best.candidate));
    assert!(client.matches().dismiss(log_in.account.id).await.unwrap_err().is_not_found());
    let stranger = world.stranger("simba").await.client;
    assert!(stranger.matches().dismiss(best.candidate).await.unwrap_err().is_not_found());
}

/// The server reads profiles a moment after they were written.
async fn best_mentor(client: &Client) -> Match {
    for _ in 0..600 {
        let found = client.matches().list().kind(ProfileKind::Mentor).limit(5).await.unwrap();
        assert!(found.unreadable.is_empty(), "{found:?}");
        if let Some(best) = found.items.into_iter().next() {
            return best;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("no match came");
}
