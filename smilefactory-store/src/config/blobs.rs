//! Where uploaded files lie.

use std::path::PathBuf;

use secrecy::SecretString;

/// Where uploaded files lie.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub enum Blobs {
    /// In a folder beside an embedded database, as long-lived as that is. A database on a server has no such place.
    #[default]
    BesideData,
    /// In a folder.
    Folder(PathBuf),
    /// In a bucket of S3, or of a server that speaks its protocol.
    Bucket(Bucket),
}

/// A bucket. `Debug` shows no secret.
#[derive(Clone, Debug)]
pub struct Bucket {
    /// Its name.
    pub name: String,
    /// Its server; `None` is Amazon's.
    pub endpoint: Option<String>,
    /// Its region.
    pub region: String,
    /// Who reads and writes it.
    pub access_key: SecretString,
    /// Their secret.
    pub secret_key: SecretString,
    /// Whether uploads go straight to the bucket. It then takes more than was declared, until the file is finalised or
    /// a day has passed; what goes through the server is stopped at the declared size.
    pub direct: bool,
}
