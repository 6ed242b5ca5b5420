//! Where the mail goes that the tour's people get.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use server::mail::{Mail, MailError, Mailer};

/// How often the mail is looked for, and how long is waited in between: half a minute in all.
const LOOKS: u32 = 300;
const PAUSE: Duration = Duration::from_millis(100);

/// Where the mail goes.
#[derive(Clone, Debug)]
pub(crate) enum Letterbox {
    /// It stays in this process.
    Here(Kept),
    /// The server writes it to a folder.
    Folder(PathBuf),
    /// Somewhere the tour cannot look.
    Elsewhere,
}

/// Mail that was sent and stays here.
#[derive(Clone, Debug, Default)]
pub(crate) struct Kept(Arc<Mutex<Vec<Mail>>>);

#[async_trait]
impl Mailer for Kept {
    async fn send(&self, mail: &Mail) -> Result<(), MailError> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push(mail.clone());
        Ok(())
    }
}

impl Letterbox {
    /// The token in the mail to this address, as soon as it is there; `None` when the tour cannot look or nothing comes.
    pub(crate) async fn token_for(&self, address: &str) -> Option<String> {
        for _ in 0..LOOKS {
            let text = match self {
                Self::Elsewhere => return None,
                Self::Here(kept) => kept.text_for(address),
                Self::Folder(folder) => text_in(folder, address).await,
            };
            if let Some(token) = text.as_deref().and_then(token_in) {
                return Some(token);
            }
            tokio::time::sleep(PAUSE).await;
        }
        None
    }
}

impl Kept {
    fn text_for(&self, address: &str) -> Option<String> {
        let mails = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        mails.iter().find(|mail| mail.to.as_str() == address).map(|mail| mail.text.clone())
    }
}

async fn text_in(folder: &Path, address: &str) -> Option<String> {
    let mut files = tokio::fs::read_dir(folder).await.ok()?;
    while let Ok(Some(file)) = files.next_entry().await {
        if file.path().extension().is_some_and(|extension| extension == "eml")
            && let Ok(text) = tokio::fs::read_to_string(file.path()).await
            && text.contains(&format!("To: <{address}>"))
        {
            return Some(text);
        }
    }
    None
}

fn token_in(text: &str) -> Option<String> {
    text.split_whitespace().find(|word| word.starts_with("sf_")).map(str::to_owned)
}
