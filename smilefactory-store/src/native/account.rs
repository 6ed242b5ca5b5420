use std::fs;
use std::io;
use std::os::unix::fs::MetadataExt;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::Command;

use super::NativeError;
use super::error::io_error;

/// An account without privileges: PostgreSQL refuses to run as root, so root runs it as this one.
#[derive(Debug, Clone, Copy)]
pub(super) struct Account {
    pub(super) uid: u32,
    pub(super) gid: u32,
}

impl Account {
    /// `postgres` or `nobody` when the owner of what this process made is root; none when it need not change.
    pub(super) fn for_owner_of(made_by_us: &Path) -> Result<Option<Self>, NativeError> {
        let owner = fs::metadata(made_by_us).map_err(io_error("look at", made_by_us))?.uid();
        if owner != 0 {
            return Ok(None);
        }
        let users = fs::read_to_string("/etc/passwd").map_err(io_error("read", Path::new("/etc/passwd")))?;
        ["postgres", "nobody"]
            .into_iter()
            .find_map(|name| Self::named(name, &users))
            .map(Some)
            .ok_or(NativeError::NoAccount)
    }

    fn named(name: &str, users: &str) -> Option<Self> {
        users.lines().find_map(|line| {
            let mut fields = line.split(':');
            if fields.next() != Some(name) {
                return None;
            }
            let uid = fields.nth(1)?.parse().ok().filter(|&uid| uid != 0)?;
            Some(Self { uid, gid: fields.next()?.parse().ok()? })
        })
    }

    /// Makes the command run as this account.
    pub(super) fn runs(self, command: &mut Command) {
        command.uid(self.uid).gid(self.gid);
    }

    /// Whether this account may enter every folder on the way to `path`, and `path` itself.
    pub(super) fn reaches(self, path: &Path) -> io::Result<bool> {
        for step in fs::canonicalize(path)?.ancestors() {
            let step = fs::metadata(step)?;
            let bit = if step.uid() == self.uid {
                0o100
            } else if step.gid() == self.gid {
                0o010
            } else {
                0o001
            };
            if step.mode() & bit == 0 {
                return Ok(false);
            }
        }
        Ok(true)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const USERS: &str = "root:x:0:0:root:/root:/bin/bash\nnobody:x:65534:65533:nobody:/:/sbin/nologin\n\
                         postgres:x:0:0:another root:/:/bin/sh\n";

    #[test]
    fn an_account_is_found_by_its_name_and_is_never_root() {
        let nobody = Account::named("nobody", USERS).unwrap();
        assert_eq!((nobody.uid, nobody.gid), (65534, 65533));
        assert!(Account::named("postgres", USERS).is_none());
        assert!(Account::named("body", USERS).is_none());
    }

    #[test]
    fn a_private_folder_hides_what_is_below_it() {
        use std::os::unix::fs::PermissionsExt;
        let stranger = Account { uid: 4_000_000, gid: 4_000_000 };
        let outer = std::env::temp_dir().join(format!("smilefactory-account-{}", std::process::id()));
        let inner = outer.join("inner");
        fs::create_dir_all(&inner).unwrap();
        fs::set_permissions(&outer, fs::Permissions::from_mode(0o755)).unwrap();
        fs::set_permissions(&inner, fs::Permissions::from_mode(0o755)).unwrap();
        assert!(stranger.reaches(&inner).unwrap());
        fs::set_permissions(&outer, fs::Permissions::from_mode(0o700)).unwrap();
        assert!(!stranger.reaches(&inner).unwrap());
        fs::remove_dir_all(&outer).unwrap();
    }
}
