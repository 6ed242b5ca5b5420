//! A picture for the guest's post.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use smilefactory_client::Client;
use smilefactory_core::content::{MediaType, MediaVariant, Post, PostPatch};

use super::refusal;
use crate::tour::{Stopped, Told, Tour};

/// A picture of one pixel.
const PICTURE: &[u8] = b"GIF89a\x01\0\x01\0\x80\0\0\0\0\0\xff\xff\xff,\0\0\0\0\x01\0\x01\0\0\x02\x02D\x01\0;";

/// Hangs a picture on a draft, and gives the draft back as it is then.
pub(super) async fn hang(tour: &mut Tour, client: &Client, draft: Post) -> Result<Post, Stopped> {
    let work = async {
        let media = client.media();
        // The content decides what a file is, not its name.
        let refused = refusal(media.upload("pump.png", MediaType::Png, PICTURE).await)?;
        let sent = Arc::new(AtomicU64::new(0));
        let told = Arc::clone(&sent);
        let upload = media.upload("pump.gif", MediaType::Gif, PICTURE);
        let picture = upload.on_progress(move |sent, _| told.store(sent, Ordering::Relaxed)).await?;
        let patch = PostPatch { attachments: vec![picture.id.to_string()].into(), ..PostPatch::default() };
        let post = client.posts().edit(&draft, &patch).await?;
        let address = media.url_on(post.id, picture.id, MediaVariant::Original).await?;
        if media.fetch(&address).await? != PICTURE {
            return Err("the picture came back as another".into());
        }
        let outcome = format!(
            "{} bytes sent; {} is on the post and came back by a signed address",
            sent.load(Ordering::Relaxed),
            picture.upload.file_name
        );
        Ok(Told::new(post, outcome).showing(format!("   said to be a PNG: {refused}")))
    };
    let code = "let picture = client.media().upload(name, media_type, content).on_progress(tell).await?;\n\
                client.media().url_on(post.id, picture.id, MediaVariant::Original).await?";
    tour.step("Hang a picture on it", code, work).await
}
