//! Files: uploaded, and fetched again.

use std::fmt;
use std::future::IntoFuture;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use futures::future::{BoxFuture, FutureExt};
use smilefactory_core::content::{
    DeclaredMedia, Media as File, MediaInput, MediaType, MediaUrl, MediaVariant,
};
use smilefactory_core::id::{MediaId, PostId};

use crate::call::{Call, Keyed};
use crate::content::{Content, Progress};
use crate::error::Error;
use crate::operation as op;
use crate::page::List;
use crate::request::Transport;

/// How long the content of a file may take on its way.
const PATIENCE: Duration = Duration::from_secs(600);
/// Where the server gives files by ticket.
const BLOBS: &str = "/v1/blobs/";

/// Files that people upload, and hang on their posts; from [`Client::media`](crate::Client::media).
#[derive(Clone, Copy, Debug)]
pub struct Media<'a>(pub(crate) &'a Transport);

/// Marks the list of the caller's own files.
#[derive(Debug)]
pub enum MyFiles {}

impl Media<'_> {
    /// Uploads a file whole: declares it, sends its content and finalises it. What the server finds in the content is
    /// something else, broken or incomplete is [told as a violation](Error::violations) of `/content`.
    ///
    /// ```no_run
    /// # async fn example(client: smilefactory_client::Client) -> Result<(), smilefactory_client::Error> {
    /// use smilefactory_core::content::MediaType;
    ///
    /// # let picture = Vec::new();
    /// let media = client
    ///     .media()
    ///     .upload("pump.jpg", MediaType::Jpeg, picture)
    ///     .on_progress(|sent, total| println!("{sent} of {total} bytes"))
    ///     .await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn upload(
        &self,
        file_name: impl Into<String>,
        media_type: MediaType,
        content: impl Into<Bytes>,
    ) -> Upload {
        Upload {
            transport: self.0.clone(),
            file_name: file_name.into(),
            media_type,
            content: content.into(),
            progress: None,
        }
    }

    /// Declares a file. The answer says where its content is sent; [`send_content`](Self::send_content) does so.
    pub fn declare(&self, input: &MediaInput) -> Call<DeclaredMedia, Keyed> {
        Call::new(self.0, &op::DECLARE_MEDIA).json(input)
    }

    /// Sends the content of a declared file to where the server wants it. It may be sent again until the file is
    /// finalised.
    pub async fn send_content(
        &self,
        declared: &DeclaredMedia,
        content: impl Into<Bytes> + Send,
    ) -> Result<(), Error> {
        send(self.0, declared, content.into(), None).await
    }

    /// Finalises a file whose content was sent.
    pub fn finalise(&self, media: MediaId) -> Call<File, Keyed> {
        Call::new(self.0, &op::FINALISE_MEDIA)
            .id(media)
            .timeout(PATIENCE)
            .attempt_timeout(Duration::from_secs(60))
    }

    /// What is known of a file: of one's own, or of one that hangs on a post that the caller sees.
    pub fn get(&self, media: MediaId) -> Call<File> {
        Call::new(self.0, &op::GET_MEDIA).id(media)
    }

    /// The caller's own files, the last declared first.
    pub fn list_mine(&self) -> List<File, MyFiles> {
        List::new(self.0, &op::LIST_MY_MEDIA)
    }

    /// Deletes a file of one's own, for good; while it hangs on a post, it [is
    /// refused](crate::Error::is_step_refused).
    pub fn delete(&self, media: MediaId) -> Call<()> {
        Call::without_answer(self.0, &op::DELETE_MEDIA).id(media)
    }

    /// An address that gives a file of one's own to whoever has it, for some minutes.
    pub fn url(&self, media: MediaId, variant: MediaVariant) -> Call<MediaUrl> {
        Call::new(self.0, &op::MEDIA_URL).id(media).query("variant", variant.as_str())
    }

    /// An address of a file that hangs on a post, for whoever sees the post.
    pub fn url_on(&self, post: PostId, media: MediaId, variant: MediaVariant) -> Call<MediaUrl> {
        Call::new(self.0, &op::POST_MEDIA_URL).id(post).id(media).query("variant", variant.as_str())
    }

    /// Fetches a file by an address that was given for it. The token does not go with it.
    pub async fn fetch(&self, address: &MediaUrl) -> Result<Vec<u8>, Error> {
        match address.url.rsplit_once(BLOBS).map(|(_, ticket)| ticket) {
            // The server's own, wherever this client reaches it.
            Some(ticket) if !ticket.contains(['/', '?', '.', '%']) => {
                let call = Call::reading(self.0, &op::GET_BLOB, |answer| Ok(answer.body));
                let call: Call<Vec<u8>> = call.key(ticket).timeout(PATIENCE).attempt_timeout(PATIENCE);
                call.await
            }
            _ => self.0.elsewhere(&op::GET_BLOB, "GET", &address.url, &[], None, PATIENCE).await,
        }
    }
}

/// An upload to be made: by [`send`](Self::send), or by `.await` itself.
#[must_use = "an upload is made when it is sent or awaited"]
pub struct Upload {
    transport: Transport,
    file_name: String,
    media_type: MediaType,
    content: Bytes,
    progress: Option<Progress>,
}

impl Upload {
    /// Is told how far the content is: bytes sent, and bytes in all. When an attempt fails and is made again, it begins
    /// anew.
    pub fn on_progress(mut self, tell: impl Fn(u64, u64) + Send + Sync + 'static) -> Self {
        self.progress = Some(Arc::new(tell));
        self
    }

    /// Makes the upload. Dropped in between, it leaves a file that is only declared; the server forgets it after a day.
    pub async fn send(self) -> Result<File, Error> {
        let media = Media(&self.transport);
        let input = MediaInput {
            file_name: self.file_name,
            media_type: self.media_type.as_str().to_owned(),
            size: i64::try_from(self.content.len()).unwrap_or(i64::MAX),
        };
        let declared = media.declare(&input).await?;
        send(&self.transport, &declared, self.content, self.progress).await?;
        media.finalise(declared.media.id).await
    }
}

async fn send(
    transport: &Transport,
    declared: &DeclaredMedia,
    bytes: Bytes,
    progress: Option<Progress>,
) -> Result<(), Error> {
    let content = Content { media_type: declared.media.upload.media_type.as_str(), bytes, progress };
    let target = &declared.upload;
    if target.direct {
        let answer = transport.elsewhere(
            &op::UPLOAD_MEDIA,
            &target.method,
            &target.url,
            &target.headers,
            Some(content),
            PATIENCE,
        );
        return answer.await.map(|_| ());
    }
    let call: Call<()> = Call::without_answer(transport, &op::UPLOAD_MEDIA).id(declared.media.id);
    call.content(content).timeout(PATIENCE).attempt_timeout(PATIENCE).await
}

impl IntoFuture for Upload {
    type Output = Result<File, Error>;
    type IntoFuture = BoxFuture<'static, Self::Output>;
    fn into_future(self) -> Self::IntoFuture {
        self.send().boxed()
    }
}

impl fmt::Debug for Upload {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Upload")
            .field("media_type", &self.media_type)
            .field("size", &self.content.len())
            .finish_non_exhaustive()
    }
}
