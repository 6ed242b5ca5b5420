//! The content of a file on its way out.

use std::fmt;
use std::sync::Arc;

use bytes::Bytes;

/// What is told how far an upload is: bytes sent, and bytes in all.
pub(crate) type Progress = Arc<dyn Fn(u64, u64) + Send + Sync>;

/// How many bytes go out before the next is told.
const PIECE: usize = 64 * 1024;

/// The content of a file. Cheap to clone: each attempt sends all of it.
#[derive(Clone)]
pub(crate) struct Content {
    pub(crate) media_type: &'static str,
    pub(crate) bytes: Bytes,
    pub(crate) progress: Option<Progress>,
}

impl Content {
    /// The content in pieces; each that is asked for tells how far the upload is.
    pub(crate) fn pieces(self) -> impl Iterator<Item = Bytes> + Send {
        let Self { bytes, progress, .. } = self;
        let total = count(bytes.len());
        let mut rest = bytes;
        std::iter::from_fn(move || {
            if rest.is_empty() {
                return None;
            }
            let piece = rest.split_to(rest.len().min(PIECE));
            if let Some(progress) = &progress {
                progress(total - count(rest.len()), total);
            }
            Some(piece)
        })
    }
}

fn count(bytes: usize) -> u64 {
    u64::try_from(bytes).unwrap_or(u64::MAX)
}

impl fmt::Debug for Content {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Content")
            .field("media_type", &self.media_type)
            .field("size", &self.bytes.len())
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use super::*;

    #[test]
    fn pieces_are_the_content_and_tell_how_far_it_is() {
        let told = Arc::new(Mutex::new(Vec::new()));
        let kept = Arc::clone(&told);
        let progress: Progress = Arc::new(move |sent, total| kept.lock().unwrap().push((sent, total)));
        let bytes = Bytes::from(vec![7; PIECE + 5]);
        let content = Content { media_type: "image/png", bytes: bytes.clone(), progress: Some(progress) };
        assert_eq!(content.pieces().collect::<Vec<_>>().concat(), bytes);
        assert_eq!(*told.lock().unwrap(), [(65_536, 65_541), (65_541, 65_541)]);
    }
}
