//! Profiles of all eight kinds.

use std::collections::BTreeSet;

use futures::TryStreamExt;
use smilefactory_core::id::AccountId;
use smilefactory_core::profile::{
    BusinessInvestorInput, DetailsInput, DetailsPatch, InnovatorPatch, LocationInput, MentorInput,
    ProfileInput, ProfileKind, ProfilePatch, ServiceInput, ServiceProviderInput,
};

use super::world::World;

/// A profile that is complete enough to be shown.
pub(crate) fn filled_in(kind: ProfileKind) -> ProfileInput {
    ProfileInput {
        headline: Some(format!("A {kind} of Mutare")),
        photo: Some("https://example.org/photo.jpg".into()),
        location: Some(LocationInput { city: Some("Mutare".into()), country: "ZW".into() }),
        languages: vec!["sn".into(), "en".into()],
        skills: vec!["bookkeeping".into()],
        interests: vec!["irrigation".into()],
        links: vec!["https://example.org/".into()],
        availability: Some("on Fridays".into()),
        offering: Some("coffee".into()),
        details: details(kind),
        ..ProfileInput::default()
    }
}

fn details(kind: ProfileKind) -> DetailsInput {
    match kind {
        ProfileKind::BusinessInvestor => BusinessInvestorInput {
            industries: vec!["agriculture".into()],
            investor_type: Some("angel".into()),
            ..BusinessInvestorInput::default()
        }
        .into(),
        ProfileKind::Mentor => {
            MentorInput { expertise: vec!["irrigation".into()], ..MentorInput::default() }.into()
        }
        ProfileKind::ServiceProvider => ServiceProviderInput {
            services: vec![ServiceInput {
                title: "Bookkeeping".into(),
                price_model: "quote".into(),
                ..ServiceInput::default()
            }],
            ..ServiceProviderInput::default()
        }
        .into(),
        kind => DetailsInput::empty(kind),
    }
}

pub(crate) async fn walk(world: &World) {
    let mut owners: Vec<(ProfileKind, AccountId)> = Vec::new();
    for kind in ProfileKind::ALL {
        // The government official would be shown as a community member until staff verified them.
        let log_in = world.member(&format!("p-{}", kind.as_str().replace('_', "-"))).await;
        let profiles = log_in.client.profiles();
        assert!(profiles.mine().await.unwrap_err().is_not_found());
        let profile = profiles.create(&filled_in(*kind)).await.unwrap();
        assert_eq!((profile.kind(), profile.account), (*kind, log_in.account.id));
        assert!(profiles.create(&filled_in(*kind)).await.unwrap_err().is_conflict());
        assert_eq!(profiles.mine().await.unwrap(), profile);
        owners.push((*kind, log_in.account.id));
    }
    own(world).await;
    others(world, &owners).await;
}

async fn own(world: &World) {
    let client = world.member("chipo").await.client;
    let profiles = client.profiles();
    let wrong = ProfileInput {
        headline: Some("?".into()),
        details: DetailsInput::default(),
        ..ProfileInput::default()
    };
    let error = profiles.create(&wrong).await.unwrap_err();
    let pointers: Vec<_> = error.violations().unwrap().iter().map(|v| v.pointer.as_str()).collect();
    assert_eq!(pointers, ["/headline", "/details/kind"]);

    let profile = profiles
        .create(&ProfileInput {
            details: DetailsInput::empty(ProfileKind::Innovator),
            ..ProfileInput::default()
        })
        .await
        .unwrap();
    let before = profiles.completion().await.unwrap();
    assert_eq!(before.percent, profile.completion);
    let patch = ProfilePatch {
        headline: "Solar pumps for small farms".to_owned().into(),
        skills: vec!["welding".to_owned()].into(),
        details: DetailsPatch::from(InnovatorPatch {
            stage: "mvp".to_owned().into(),
            ..InnovatorPatch::default()
        })
        .into(),
        ..ProfilePatch::default()
    };
    let changed = profiles.change(profile.version, &patch).await.unwrap();
    assert_eq!(changed.content.headline.as_ref().unwrap().as_str(), "Solar pumps for small farms");
    assert!(changed.completion > profile.completion);
    let after = profiles.completion().await.unwrap();
    assert!(after.missing.len() < before.missing.len());
    assert!(after.missing.windows(2).all(|pair| pair[0].points >= pair[1].points));
    assert!(profiles.change(profile.version, &patch).await.unwrap_err().is_stale());
    assert_eq!(profiles.mine().newer_than(changed.version).await.unwrap(), None);
    assert!(profiles.mine().newer_than(profile.version).await.unwrap().is_some());
}

async fn others(world: &World, owners: &[(ProfileKind, AccountId)]) {
    let viewer = world.member("viola").await.client;
    let list = || viewer.profiles().list();
    let read: Vec<_> = list().limit(3).into_stream().try_collect().await.unwrap();
    let found: BTreeSet<_> = read.iter().map(|view| view.account).collect();
    assert_eq!(found.len(), read.len());
    assert!(owners.iter().all(|(_, owner)| found.contains(owner)), "{found:?}");

    let narrow = list().country("ZW").city("Mutare").skill("bookkeeping").interest("irrigation");
    let mentors = narrow.language("sn").verified(false).kind(ProfileKind::Mentor).await.unwrap();
    let [mentor] = mentors.items.as_slice() else { panic!("{mentors:?}") };
    assert_eq!(mentor.details.kind(), ProfileKind::Mentor);
    assert_eq!(&viewer.profiles().get(mentor.account).await.unwrap(), mentor);
    let facets = viewer.profiles().facets().country("ZW").city("Mutare").skill("bookkeeping");
    let facets = facets.interest("irrigation").language("sn").verified(false).kind(ProfileKind::Mentor);
    let facets = facets.await.unwrap();
    assert_eq!((facets.counted, facets.more), (1, false));
    assert_eq!((facets.kinds[0].value.as_str(), facets.kinds[0].profiles), ("mentor", 1));
    assert_eq!(facets.countries[0].value, "ZW");
    for nobody in [list().country("ZA"), list().city("Harare"), list().skill("x"), list().verified(true)] {
        assert!(nobody.await.unwrap().items.is_empty());
    }

    let stranger = world.stranger("sheila").await.client;
    assert!(stranger.profiles().list().await.unwrap().items.is_empty());
    assert!(stranger.profiles().get(mentor.account).await.unwrap_err().is_not_found());
}
