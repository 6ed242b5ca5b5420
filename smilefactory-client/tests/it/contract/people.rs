//! Accounts and log-ins.

use std::time::Duration;

use secrecy::ExposeSecret;
use smilefactory_client::LogIn;
use smilefactory_core::identity::{AccountPatch, Erasure, Role, SignUpInput};
use smilefactory_core::patch::Patch;
use smilefactory_store::time::Clock;

use super::world::World;

fn rudo() -> SignUpInput {
    SignUpInput {
        email: "rudo@example.org".into(),
        password: "correct horse battery".into(),
        first_name: "Rudo".into(),
        last_name: "Moyo".into(),
    }
}

pub(crate) async fn walk(world: &World) {
    sign_up(world).await;
    sessions(world).await;
    erasure(world).await;
    settings(world).await;
}

async fn erasure(world: &World) {
    let leaver = world.member("leaver").await.client;
    let accounts = leaver.accounts();
    assert!(accounts.erasure().await.unwrap_err().is_not_found());
    let asked = accounts.ask_erasure().await.unwrap();
    assert_eq!(accounts.ask_erasure().await.unwrap(), asked);
    assert_eq!(accounts.erasure().await.unwrap(), asked);
    accounts.withdraw_erasure().await.unwrap();
    accounts.withdraw_erasure().await.unwrap();
    assert!(accounts.erasure().await.unwrap_err().is_not_found());
    assert_eq!(asked.due_at, world.db.clock.now() + Erasure::AFTER);
}

async fn settings(world: &World) {
    world.db.one.staff("admin", Role::Admin).await;
    let admin = world.nobody().sessions().log_in("admin@example.org", "admin-password").await.unwrap().client;
    let moderator = world.moderator("no-admin").await.client;
    assert!(moderator.settings().get().await.unwrap_err().is_forbidden());
    let read = admin.settings().get().await.unwrap();
    assert_eq!(admin.settings().get().newer_than(read.version).await.unwrap(), None);
    let mut settings = read.settings.clone();
    settings.screening.max_links = 7;
    let saved = admin.settings().change(&read, &settings).await.unwrap();
    assert_eq!((&saved.settings, saved.version), (&settings, read.version.next()));
    assert!(admin.settings().change(&read, &settings).await.unwrap_err().is_stale());
    settings.max_media_bytes = 0;
    let wrong = admin.settings().change(&saved, &settings).await.unwrap_err();
    assert_eq!(wrong.violations().unwrap().iter().next().unwrap().pointer, "/max_media_bytes");
}

async fn sign_up(world: &World) {
    let nobody = world.nobody();
    let accounts = nobody.accounts();

    let wrong =
        SignUpInput { email: "rudo".into(), password: "short".into(), first_name: "R".into(), ..rudo() };
    let error = accounts.sign_up(&wrong).await.unwrap_err();
    let found: Vec<_> = error
        .violations()
        .unwrap()
        .iter()
        .map(|v| (v.pointer.clone(), v.code.clone().into_owned()))
        .collect();
    let expected = [("/email", "malformed"), ("/password", "too_short"), ("/first_name", "too_short")];
    assert_eq!(found, expected.map(|(pointer, code)| (pointer.to_owned(), code.to_owned())));

    let account = accounts.sign_up(&rudo()).idempotency_key("a-form-sent-twice").await.unwrap();
    let again = accounts.sign_up(&rudo()).idempotency_key("a-form-sent-twice").await.unwrap();
    assert_eq!(account, again);
    let refused = accounts.sign_up(&rudo()).await.unwrap_err();
    assert!(refused.is_conflict(), "{refused}");
    assert_eq!(refused.problem().unwrap().field.as_deref(), Some("email"));
    let mismatch = accounts.sign_up(&SignUpInput { first_name: "Ruth".into(), ..rudo() });
    let mismatch = mismatch.idempotency_key("a-form-sent-twice").await.unwrap_err();
    assert_eq!(mismatch.code(), Some("idempotency_mismatch"));

    let token = world.mailed_token("rudo@example.org").await;
    // The mail goes out before the transaction that keeps the token commits: it may be read that early.
    let mut tries = 0;
    let verified = loop {
        match accounts.verify_email(&token).await {
            Err(refused) if refused.violations().is_some() && tries < 100 => tries += 1,
            answer => break answer.unwrap(),
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    };
    assert!(verified.email_verified_at.is_some() && verified.id == account.id);
    let used = accounts.verify_email(&token).await.unwrap_err();
    assert_eq!(used.violations().unwrap().iter().next().unwrap().pointer, "/token");

    let wrong = nobody.sessions().log_in("rudo@example.org", "correct horse bakery").await.unwrap_err();
    assert_eq!((wrong.status(), wrong.code()), (Some(401), Some("wrong_credentials")));
    let elsewhere =
        world.nobody_in("two").sessions().log_in("rudo@example.org", "correct horse battery").await;
    assert!(elsewhere.unwrap_err().is_unauthenticated());
    let nowhere =
        world.nobody_in("three").sessions().log_in("rudo@example.org", "correct horse battery").await;
    assert!(nowhere.unwrap_err().is_not_found());

    let LogIn { client, .. } =
        nobody.sessions().log_in("rudo@example.org", "correct horse battery").await.unwrap();
    let me = client.accounts().me().await.unwrap();
    let patch = AccountPatch {
        bio: "Irrigation engineer".to_owned().into(),
        phone: "+263 77 212 3456".to_owned().into(),
        ..AccountPatch::default()
    };
    let changed = client.accounts().change_me(me.version, &patch).await.unwrap();
    assert_eq!(changed.settings.bio.as_ref().unwrap().as_str(), "Irrigation engineer");
    assert_eq!(client.accounts().me().await.unwrap(), changed);
    let stale = client.accounts().change_me(me.version, &patch).await.unwrap_err();
    assert!(stale.is_stale() && !stale.may_have_taken_effect(), "{stale}");
    let cleared = AccountPatch { phone: Patch::Clear, ..AccountPatch::default() };
    let cleared = client.accounts().change_me(changed.version, &cleared).await.unwrap();
    assert_eq!((cleared.settings.phone, cleared.settings.bio), (None, changed.settings.bio));
}

async fn sessions(world: &World) {
    let nobody = world.nobody();
    assert!(nobody.sessions().list().await.unwrap_err().is_unauthenticated());

    let phone = world.member("tariro").await;
    let log_in = || nobody.sessions().log_in("tariro@example.org", "tariro-password");
    let (laptop, tablet) = (log_in().await.unwrap(), log_in().await.unwrap());
    assert!(phone.token.expose_secret().starts_with("sf_"));

    let first = laptop.client.sessions().list().limit(2).await.unwrap();
    let second = laptop.client.sessions().list().limit(2).cursor(&first.next_cursor.unwrap()).await.unwrap();
    let mut open: Vec<_> = first.items.iter().chain(&second.items).map(|session| session.id).collect();
    let mut expected = [&phone, &laptop, &tablet].map(|log_in| log_in.session.id).to_vec();
    open.sort();
    expected.sort();
    assert_eq!((open, second.next_cursor), (expected, None));

    laptop.client.sessions().end(phone.session.id).await.unwrap();
    assert!(phone.client.accounts().me().await.unwrap_err().is_unauthenticated());
    assert!(laptop.client.sessions().end(phone.session.id).await.unwrap_err().is_not_found());
    laptop.client.sessions().log_out().await.unwrap();
    assert!(laptop.client.accounts().me().await.unwrap_err().is_unauthenticated());
    assert_eq!(tablet.client.accounts().me().await.unwrap().id, tablet.account.id);
}
