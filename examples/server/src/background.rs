//! What the server does besides answering: it reads the outbox, keeps counts, and forgets what need not be kept.

mod assessment;
mod counts;
mod janitor;
mod maintenance;
mod moderation;
mod notification_mails;
mod outbox;
mod partitions;
mod verification;

use std::sync::Arc;
use std::time::Duration;

use smilefactory_ai::pipeline::{self, Indexer};
use smilefactory_store::network::{self, Strengths};
use smilefactory_store::notify::{self, Notifier};
use smilefactory_store::outbox::{Handler, Relay};
use tokio::sync::{Notify, watch};
use tokio::task::JoinSet;

pub use self::assessment::{ASSESSMENT_READER, Assessment};
pub use self::counts::keep_up;
pub use self::janitor::forget_old_keys;
pub use self::moderation::tend_moderation;
pub use self::notification_mails::NotificationMails;
pub use self::outbox::tell_readers;
pub use self::verification::VerificationMails;
use crate::mail::Mailer;
use crate::state::AppState;

/// The reader of the outbox that sends verification mails.
pub const MAIL_READER: &str = "verification_mail";
/// How long a worker waits before it looks again, when nobody wakes it.
const IDLE: Duration = Duration::from_millis(500);
/// How long it waits after it could not look.
const TROUBLE: Duration = Duration::from_secs(2);

/// The workers of a server; they end when they are told to, or with this value.
#[derive(Debug)]
pub struct Background {
    stop: watch::Sender<bool>,
    workers: JoinSet<()>,
}

impl Background {
    /// Starts the workers.
    pub fn start(state: &AppState, mailer: Arc<dyn Mailer>) -> Self {
        let (stop, stopped) = watch::channel(false);
        let mut workers = JoinSet::new();
        let mails = VerificationMails::new(Arc::clone(&mailer), state.options.public_url.clone());
        let relay = Relay::new(state.store.clone(), MAIL_READER, mails);
        workers.spawn(work(relay, Arc::clone(&state.told), stopped.clone()));
        let relay = Relay::new(state.store.clone(), ASSESSMENT_READER, Assessment);
        workers.spawn(work(relay, Arc::clone(&state.told), stopped.clone()));
        let relay =
            Relay::new(state.store.clone(), pipeline::READER, Indexer::new(Arc::clone(&state.embedder)));
        workers.spawn(work(relay, Arc::clone(&state.told), stopped.clone()));
        let relay = Relay::new(state.store.clone(), notify::READER, Notifier);
        workers.spawn(work(relay, Arc::clone(&state.told), stopped.clone()));
        let mails = NotificationMails::new(state.store.clone(), mailer, state.options.public_url.clone());
        workers.spawn(notification_mails::work(mails, stopped.clone()));
        let relay = Relay::new(state.store.clone(), network::READER, Strengths);
        workers.spawn(work(relay, Arc::clone(&state.told), stopped.clone()));
        workers.spawn(moderation::work(state.store.clone(), stopped.clone()));
        workers.spawn(janitor::work(state.store.clone(), stopped.clone()));
        workers.spawn(counts::work(state.store.clone(), stopped.clone()));
        workers.spawn(outbox::work(state.store.clone(), stopped.clone()));
        workers.spawn(partitions::work(state.partitions.clone(), state.store.clone(), stopped.clone()));
        workers.spawn(crate::live::work(state.clone(), stopped.clone()));
        workers.spawn(maintenance::work(state.clone(), stopped));
        Self { stop, workers }
    }

    /// Lets every worker finish what it is at, and ends it.
    pub async fn stop(mut self) {
        // Nobody listens when all of them have ended already.
        _ = self.stop.send(true);
        while let Some(ended) = self.workers.join_next().await {
            if let Err(error) = ended {
                tracing::error!(%error, "a worker ended badly");
            }
        }
    }
}

/// Reads the outbox until it is told to stop: at once when somebody told something, else every now and then.
async fn work<H: Handler>(relay: Relay<H>, told: Arc<Notify>, mut stopped: watch::Receiver<bool>) {
    loop {
        // Asked for before looking, so that what is told meanwhile is not missed.
        let woken = told.notified();
        let pause = match relay.turn().await {
            Ok(progress) if !progress.is_idle() => Duration::ZERO,
            Ok(_) => IDLE,
            Err(error) => {
                tracing::warn!(%error, relay = ?relay, "the outbox cannot be read; trying again");
                TROUBLE
            }
        };
        tokio::select! {
            biased;
            () = until(&mut stopped) => return,
            () = woken, if pause == IDLE => {}
            () = tokio::time::sleep(pause) => {}
        }
    }
}

/// Waits until the workers are told to stop, or there is nobody left to tell them.
pub(crate) async fn until(stopped: &mut watch::Receiver<bool>) {
    _ = stopped.wait_for(|stopped| *stopped).await;
}
