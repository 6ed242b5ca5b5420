use std::fs::{File, OpenOptions, TryLockError};
use std::path::Path;
use std::process::Stdio;

use super::NativeError;
use super::error::io_error;

/// A lock between processes and between the threads of one, held until it is dropped.
///
/// It is an advisory lock on a file: the system frees it when the process ends in whatever way, so a `kill
/// -9` leaves none behind. Taking the same lock twice in one thread waits for ever.
#[derive(Debug)]
#[must_use = "the lock is free again as soon as this is dropped"]
pub struct FileLock {
    file: File,
}

impl FileLock {
    /// Waits until nobody else has the lock on this file, which is made when it is not there.
    pub fn acquire(path: &Path) -> Result<Self, NativeError> {
        let file = open(path)?;
        file.lock().map_err(io_error("lock", path))?;
        Ok(Self { file })
    }

    /// Waits until nobody has the lock for himself alone; many may share it.
    pub fn acquire_shared(path: &Path) -> Result<Self, NativeError> {
        let file = open(path)?;
        file.lock_shared().map_err(io_error("lock", path))?;
        Ok(Self { file })
    }

    /// The lock if it is free at this moment.
    pub fn try_acquire(path: &Path) -> Result<Option<Self>, NativeError> {
        let file = open(path)?;
        match file.try_lock() {
            Ok(()) => Ok(Some(Self { file })),
            Err(TryLockError::WouldBlock) => Ok(None),
            Err(TryLockError::Error(source)) => Err(io_error("lock", path)(source)),
        }
    }

    /// The lock as the standard input of a program, which holds it too until it ends.
    pub(super) fn for_child(&self) -> Result<Stdio, NativeError> {
        Ok(self.file.try_clone().map_err(io_error("share", Path::new("a lock")))?.into())
    }
}

fn open(path: &Path) -> Result<File, NativeError> {
    OpenOptions::new().create(true).truncate(false).write(true).open(path).map_err(io_error("open", path))
}

#[cfg(test)]
mod tests {
    use std::process::Command;
    use std::thread::sleep;
    use std::time::Duration;

    use super::*;

    #[test]
    fn a_lock_given_to_a_child_is_held_until_the_child_ends() {
        let path = std::env::temp_dir().join(format!("smilefactory-child-lock-{}", std::process::id()));
        let lock = FileLock::acquire_shared(&path).unwrap();
        let mut child = Command::new("sleep").arg("600").stdin(lock.for_child().unwrap()).spawn().unwrap();
        drop(lock);
        assert!(FileLock::try_acquire(&path).unwrap().is_none());
        child.kill().unwrap();
        child.wait().unwrap();
        // A program that another test is starting at this moment has all our files open until it runs.
        let freed = (0..600).any(|_| {
            let free = FileLock::try_acquire(&path).unwrap().is_some();
            if !free {
                sleep(Duration::from_millis(100));
            }
            free
        });
        assert!(freed);
        std::fs::remove_file(&path).unwrap();
    }
}
