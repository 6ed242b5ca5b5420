//! Mail into a folder.

use std::path::{Path, PathBuf};

use async_trait::async_trait;

use super::{Mail, MailError, Mailer};

/// Writes each mail as a file `<id>.eml` (RFC 5322) that mail programs open: for trying things out, and for
/// programs that carry mail on. A file is there whole or not at all; the folder is for its owner alone.
#[derive(Clone, Debug)]
pub struct MailFolder(PathBuf);

impl MailFolder {
    /// Mail into this folder; it is made when it is not there.
    pub fn new(folder: impl Into<PathBuf>) -> std::io::Result<Self> {
        let folder = folder.into();
        let mut make = std::fs::DirBuilder::new();
        make.recursive(true);
        #[cfg(unix)]
        std::os::unix::fs::DirBuilderExt::mode(&mut make, 0o700);
        make.create(&folder)?;
        Ok(Self(folder))
    }

    /// The folder.
    pub fn path(&self) -> &Path {
        &self.0
    }
}

/// The mail as a message.
fn message(mail: &Mail) -> String {
    let text = mail.text.replace('\n', "\r\n");
    let unsubscribe = mail.unsubscribe.as_ref().map(|url| {
        format!("List-Unsubscribe: <{url}>\r\nList-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n")
    });
    format!(
        "Message-ID: <{id}@smilefactory>\r\n\
         Date: {date}\r\n\
         From: SmileFactory <no-reply@smilefactory>\r\n\
         To: <{to}>\r\n\
         Subject: {subject}\r\n\
         {unsubscribe}\
         MIME-Version: 1.0\r\n\
         Content-Type: text/plain; charset=utf-8\r\n\
         Content-Transfer-Encoding: 8bit\r\n\
         \r\n\
         {text}",
        id = mail.id,
        date = mail.at.to_rfc2822(),
        to = mail.to,
        subject = mail.subject,
        unsubscribe = unsubscribe.unwrap_or_default(),
    )
}

#[async_trait]
impl Mailer for MailFolder {
    async fn send(&self, mail: &Mail) -> Result<(), MailError> {
        let file = self.0.join(format!("{}.eml", mail.id));
        let half = self.0.join(format!("{}.half", mail.id));
        let write = async {
            tokio::fs::write(&half, message(mail)).await?;
            tokio::fs::rename(&half, &file).await
        };
        write.await.map_err(|error| MailError::away(format!("{}: {error}", file.display())))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_mail_is_one_file_however_often_it_is_sent() {
        let folder = tempfile::tempdir().unwrap();
        let mailer = MailFolder::new(folder.path().join("new")).unwrap();
        let mail = Mail {
            id: uuid::Uuid::nil(),
            to: "tariro@example.org".parse().unwrap(),
            subject: "Hello".to_owned(),
            text: "One\nTwo\n".to_owned(),
            at: "2026-03-01T09:30:00Z".parse().unwrap(),
            unsubscribe: Some("https://example.org/stop".to_owned()),
        };
        mailer.send(&mail).await.unwrap();
        mailer.send(&mail).await.unwrap();
        let files: Vec<_> =
            std::fs::read_dir(mailer.path()).unwrap().map(|file| file.unwrap().path()).collect();
        assert_eq!(files, [mailer.path().join("00000000-0000-0000-0000-000000000000.eml")]);
        let text = std::fs::read_to_string(&files[0]).unwrap();
        assert!(text.contains("\r\nTo: <tariro@example.org>\r\nSubject: Hello\r\n"), "{text}");
        assert!(text.contains("\r\nDate: Sun, 1 Mar 2026 09:30:00 +0000\r\n"), "{text}");
        assert!(text.contains("\r\nList-Unsubscribe: <https://example.org/stop>\r\n"), "{text}");
        assert!(text.contains("\r\nList-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n"), "{text}");
        assert!(text.ends_with("\r\n\r\nOne\r\nTwo\r\n"), "{text}");
    }
}
