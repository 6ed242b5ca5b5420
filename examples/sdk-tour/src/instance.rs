//! The server the tour goes to.

use std::sync::Arc;

use indicatif::ProgressBar;
use server::{AppState, Options as ServerOptions, Server, setup};
use smilefactory_client::Client;
use smilefactory_core::identity::Role;
use smilefactory_store::{Config, Store};
use tokio::net::TcpListener;

use crate::Error;
use crate::cli::Options;
use crate::mail::{Kept, Letterbox};
use crate::tour::say;

/// The server the tour goes to, and how to look into the mail it sends.
pub(crate) struct Instance {
    /// Nobody in particular, on that server.
    pub(crate) client: Client,
    /// Where its mail goes.
    pub(crate) letterbox: Letterbox,
    /// Who runs the community.
    pub(crate) staff: Staff,
    own: Option<Server>,
}

/// How the tour comes by somebody of the staff.
pub(crate) enum Staff {
    /// The server is the tour's own: it appoints somebody.
    Appointed(Store),
    /// An admin who was named.
    Named {
        /// Their address.
        email: String,
        /// What they log in with.
        password: String,
    },
    /// In no way.
    Nobody,
}

impl Staff {
    /// Makes somebody who signed up an admin.
    pub(crate) async fn appoint(&self, email: &str) -> Result<(), Error> {
        let Self::Appointed(store) = self else { return Err("the server is somebody else's".into()) };
        let (tenant, _) = setup::tenant(store, None).await?;
        setup::appoint(store, &tenant.slug, &email.parse()?, Role::Admin).await?;
        Ok(())
    }
}

impl Instance {
    /// The server that was named, or one of its own.
    pub(crate) async fn of(options: &Options) -> Result<Self, Error> {
        let Some(url) = &options.url else { return Self::own().await };
        let builder = Client::builder(url);
        let builder = match &options.tenant {
            Some(slug) => builder.tenant(slug),
            None => builder,
        };
        let letterbox = options.mail.clone().map_or(Letterbox::Elsewhere, Letterbox::Folder);
        say(&format!("The tour goes to {url}."));
        let staff = match (&options.staff, &options.staff_password) {
            (Some(email), Some(password)) => {
                Staff::Named { email: email.clone(), password: password.clone() }
            }
            _ => Staff::Nobody,
        };
        Ok(Self { client: builder.build()?, letterbox, staff, own: None })
    }

    async fn own() -> Result<Self, Error> {
        if !cfg!(feature = "embedded") {
            return Err("this build has no database of its own: name a server with --url".into());
        }
        let waiting =
            ProgressBar::new_spinner().with_message("starting a server, on a database inside this process");
        waiting.enable_steady_tick(std::time::Duration::from_millis(100));
        // Not as the environment says: what it names may be somebody's real data.
        let store = Store::open(&Config::builder().build()?).await?;
        let (tenant, _) = setup::tenant(&store, None).await?;
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let url = format!("http://{}", listener.local_addr()?);
        let mut options = ServerOptions::default();
        options.public_url.clone_from(&url);
        let kept = Kept::default();
        let server = Server::start(listener, AppState::new(store.clone(), options), Arc::new(kept.clone()))?;
        waiting.finish_and_clear();
        say(&format!(
            "A server listens on {url}, with the community {:?} in a database inside this process.",
            tenant.slug.as_str()
        ));
        Ok(Self {
            client: Client::builder(url).build()?,
            letterbox: Letterbox::Here(kept),
            staff: Staff::Appointed(store),
            own: Some(server),
        })
    }

    /// Ends the server, if it is the tour's own.
    pub(crate) async fn stop(self) -> Result<(), Error> {
        match self.own {
            Some(server) => Ok(server.stop().await?),
            None => Ok(()),
        }
    }
}
