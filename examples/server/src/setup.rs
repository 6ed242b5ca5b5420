//! What must be there before the first request: a store, a tenant, a way for mail.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use smilefactory_core::identity::{Account, Role};
use smilefactory_core::page::{PageRequest, PageSize};
use smilefactory_core::scope::Scope;
use smilefactory_core::tenancy::{NewTenant, NewTenantInput, Tenant};
use smilefactory_core::text::{Email, Slug};
use smilefactory_core::validation::Field;
use smilefactory_store::blob::{BlobStore, Objects};
use smilefactory_store::config::{Blobs, Database};
use smilefactory_store::prelude::*;
use tempfile::TempDir;

use crate::config::MailTo;
use crate::mail::{MailFolder, MailLog, MailSmtp, Mailer};

/// Why the server does not start.
pub type Error = Box<dyn std::error::Error + Send + Sync>;

/// How the store is configured: by the environment, and by `data` when it is given.
pub fn store_config(data: Option<&Path>) -> Result<Config, Error> {
    let builder = Config::builder().env();
    Ok(match data {
        Some(folder) => builder.data(folder),
        None => builder,
    }
    .build()?)
}

/// A community joins.
pub async fn add_tenant(store: &Store, slug: &str, name: &str) -> Result<Tenant, Error> {
    let new = NewTenant::from_raw(NewTenantInput {
        slug: slug.to_owned(),
        name: name.to_owned(),
        plan: "community".to_owned(),
    })?;
    Ok(store.operator().join(new).await?)
}

/// Sets something for a community, by a merge patch of its settings.
pub async fn set_tenant(store: &Store, slug: &Slug, patch: &str) -> Result<Tenant, Error> {
    let patch = serde_json::from_str(patch).map_err(|error| format!("the settings are no JSON: {error}"))?;
    let id = known(store, slug).await?.id;
    let mut tx = store.write(&Scope::system(id, store.new_id()?)).await?;
    let tenant = tx.tenants().get(id).await?.ok_or_else(|| unknown(slug))?;
    let settings = tenant.settings.changed_by(&patch)?;
    let now = tx.now();
    let (changed, fact) = tenant.set(settings, now);
    let saved = tx.tenants().update(&changed).await?;
    tx.tell(fact)?;
    tx.commit().await?;
    Ok(saved)
}

/// Gives somebody of a community a role. The audit trail keeps that it was done, and when.
pub async fn appoint(store: &Store, slug: &Slug, email: &Email, role: Role) -> Result<Account, Error> {
    let nobody = || format!("nobody in {slug} has the address {email}; they sign up first");
    let tenant = known(store, slug).await?.id;
    let mut tx = store.write(&Scope::system(tenant, store.new_id()?)).await?;
    let account = tx.accounts().find_by_email(email).await?.ok_or_else(nobody)?;
    if !tx.accounts().set_role(account.id, role).await? {
        return Err(nobody().into());
    }
    let appointed = tx.accounts().get(account.id).await?.ok_or_else(nobody)?;
    tx.commit().await?;
    Ok(appointed)
}

/// The community of this name.
pub async fn known(store: &Store, slug: &Slug) -> Result<Tenant, Error> {
    Ok(store.operator().find_by_slug(slug).await?.ok_or_else(|| unknown(slug))?)
}

fn unknown(slug: &Slug) -> String {
    format!("there is no community {slug}")
}

/// The community of this name, or any when none is named, and whether callers who name none can mean no other. When
/// there is none at all, one joins: the one that is named, or `demo`.
pub async fn tenant(store: &Store, wanted: Option<&Slug>) -> Result<(Tenant, bool), Error> {
    let mut tenants = store.operator().list(&PageRequest::first(PageSize::default())).await?.items;
    let Some(any) = tenants.pop() else {
        let new = match wanted {
            Some(slug) => add_tenant(store, slug.as_str(), slug.as_str()).await?,
            None => add_tenant(store, "demo", "Demo").await?,
        };
        return Ok((new, true));
    };
    let Some(slug) = wanted else { return Ok((any, tenants.is_empty())) };
    match store.operator().find_by_slug(slug).await? {
        Some(tenant) => Ok((tenant, true)),
        None => {
            Err(format!("there is no community {slug}; it joins by `tenant add --slug {slug} --name …`")
                .into())
        }
    }
}

/// Who takes the mail, and where it goes, for people.
pub fn mailer(to: &MailTo, from: Option<&str>) -> Result<(Arc<dyn Mailer>, String), Error> {
    match to {
        MailTo::Smtp(url) => {
            let from =
                from.ok_or("mail that goes to a server comes from somebody: say who by --mail-from")?;
            Ok((Arc::new(MailSmtp::new(url, from)?), format!("to {url}")))
        }
        MailTo::Log => Ok((Arc::new(MailLog), "into the log".to_owned())),
        MailTo::Folder(folder) => {
            let mailer = MailFolder::new(std::path::absolute(folder)?)?;
            let place = format!("into {}", mailer.path().display());
            Ok((Arc::new(mailer), place))
        }
    }
}

/// Where mail goes when nobody says: beside the data that stays, else into a folder for temporary things.
pub fn default_mail_folder(data: Option<&Path>) -> PathBuf {
    match data {
        Some(data) => data.with_extension("mail"),
        None => std::env::temp_dir().join(format!("smilefactory-mail-{}", std::process::id())),
    }
}

/// Where uploaded files are kept; a temporary folder goes with this value.
#[derive(Debug)]
pub struct Files {
    /// Where they are kept.
    pub blobs: Arc<dyn BlobStore>,
    /// The same, for people.
    pub place: String,
    temporary: Option<TempDir>,
}

/// Where uploaded files are kept: where the configuration says, else beside the data and as long as that.
pub fn files(config: &Config) -> Result<Files, Error> {
    let folder = |path: &Path, temporary| -> Result<Files, Error> {
        let path = std::path::absolute(path)?;
        let place = format!("into {}", path.display());
        Ok(Files { blobs: Arc::new(Objects::folder(path)?), place, temporary })
    };
    match (&config.blobs, &config.database) {
        (Blobs::Folder(path), _) => folder(path, None),
        (Blobs::Bucket(bucket), _) => {
            let place = format!("into the bucket {}", bucket.name);
            Ok(Files { blobs: Arc::new(Objects::bucket(bucket)?), place, temporary: None })
        }
        (_, Database::EmbeddedFolder(data)) => folder(&data.with_extension("files"), None),
        (_, Database::EmbeddedTemporary) => {
            let temporary = tempfile::Builder::new().prefix("smilefactory-files-").tempdir()?;
            let path = temporary.path().to_path_buf();
            folder(&path, Some(temporary))
        }
        _ => {
            Err("a database on a server has no place for files beside it: set SMILEFACTORY_BLOB_FOLDER, or \
                  SMILEFACTORY_BLOB_BUCKET with its keys"
                .into())
        }
    }
}

impl Files {
    /// Deletes what was to be kept only for a while.
    pub fn close(self) -> std::io::Result<()> {
        self.temporary.map_or(Ok(()), TempDir::close)
    }
}
