//! The file itself: which one it is, and reading it from some place on.

use std::fs::File;
use std::io::{self, BufReader, Read as _, Seek as _, SeekFrom};
use std::path::Path;

use sha2::{Digest as _, Sha256};

/// How much is read at once.
const CHUNK: usize = 256 * 1024;

/// The SHA-256 of a file, and how many bytes it has.
pub(super) fn digest(path: &Path) -> io::Result<([u8; 32], u64)> {
    let mut file = File::open(path)?;
    let (mut hash, mut bytes) = (Sha256::new(), 0);
    let mut chunk = vec![0; CHUNK];
    loop {
        let read = file.read(&mut chunk)?;
        if read == 0 {
            return Ok((hash.finalize().into(), bytes));
        }
        hash.update(chunk.get(..read).unwrap_or_default());
        bytes += u64::try_from(read).unwrap_or(u64::MAX);
    }
}

/// The file from `place` on.
pub(super) fn open_at(path: &Path, place: u64) -> io::Result<BufReader<File>> {
    let mut file = File::open(path)?;
    file.seek(SeekFrom::Start(place))?;
    Ok(BufReader::with_capacity(CHUNK, file))
}
