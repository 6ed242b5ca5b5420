//! The application on a socket.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinHandle;

use crate::background::Background;
use crate::mail::Mailer;
use crate::state::AppState;

/// How long requests that are under way may still take when the server stops.
const PATIENCE: Duration = Duration::from_secs(30);

/// A running server.
#[derive(Debug)]
pub struct Server {
    address: SocketAddr,
    state: AppState,
    background: Background,
    stop: watch::Sender<bool>,
    serving: JoinHandle<std::io::Result<()>>,
}

impl Server {
    /// Answers on `listener`, and works in the background.
    pub fn start(listener: TcpListener, state: AppState, mailer: Arc<dyn Mailer>) -> std::io::Result<Self> {
        let address = listener.local_addr()?;
        let (stop, mut stopped) = watch::channel(false);
        let background = Background::start(&state, mailer);
        let app = crate::app(state.clone());
        let serving = tokio::spawn(async move {
            axum::serve(listener, app)
                .with_graceful_shutdown(async move {
                    _ = stopped.wait_for(|stopped| *stopped).await;
                })
                .await
        });
        Ok(Self { address, state, background, stop, serving })
    }

    /// Where it answers.
    pub const fn address(&self) -> SocketAddr {
        self.address
    }

    /// Takes no more requests, ends live streams, finishes what else is under way, ends the work in the background, and
    /// closes the store. What takes too long is cut off; the database undoes it.
    pub async fn stop(mut self) -> std::io::Result<()> {
        _ = self.stop.send(true);
        self.state.live.close();
        let served = match tokio::time::timeout(PATIENCE, &mut self.serving).await {
            Ok(Ok(served)) => served,
            Ok(Err(error)) => Err(std::io::Error::other(error)),
            Err(_) => {
                tracing::warn!("requests under way were cut off");
                self.serving.abort();
                Ok(())
            }
        };
        self.background.stop().await;
        // Waits for every connection that is still at work.
        if tokio::time::timeout(PATIENCE, self.state.store.close()).await.is_err() {
            tracing::warn!("the store was not closed in time");
        }
        served
    }
}
