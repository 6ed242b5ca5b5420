//! A mail server that a test starts by itself.

use std::path::{Path, PathBuf};
use std::process::Stdio;

use serde_json::Value;
use tempfile::TempDir;
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::{Child, Command};

/// The release of the Python package that it is made of.
const RECIPE: &str = "aiosmtpd==1.4.6";

/// A mail server on a free port of this machine, which keeps what it is sent. It ends with this value.
#[derive(Debug)]
pub(crate) struct Sink {
    port: u16,
    folder: TempDir,
    _server: Child,
}

impl Sink {
    pub(crate) async fn start() -> Self {
        let library = library().await;
        let folder = tempfile::tempdir().unwrap();
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/support/sink.py");
        let mut server = Command::new("python3")
            .arg(script)
            .arg(folder.path())
            .env("PYTHONPATH", library)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(server.stdout.take().unwrap()).lines();
        let port = lines.next_line().await.unwrap().expect("the mail server says its port").parse().unwrap();
        Self { port, folder, _server: server }
    }

    /// Where it is.
    pub(crate) fn url(&self) -> String {
        format!("smtp://127.0.0.1:{}", self.port)
    }

    /// What it took, in the order in which it did.
    pub(crate) fn mails(&self) -> Vec<Value> {
        let mut files: Vec<PathBuf> = std::fs::read_dir(self.folder.path())
            .unwrap()
            .map(|file| file.unwrap().path())
            .filter(|path| path.extension().is_some_and(|extension| extension == "json"))
            .collect();
        files.sort();
        files.iter().map(|file| serde_json::from_slice(&std::fs::read(file).unwrap()).unwrap()).collect()
    }
}

/// The folder of the package, which is fetched once.
async fn library() -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(RECIPE);
    if !folder.exists() {
        let part = folder.with_extension(format!("{}.part", uuid::Uuid::new_v4()));
        let done = Command::new("python3")
            .args([
                "-m",
                "pip",
                "install",
                "--quiet",
                "--no-input",
                "--disable-pip-version-check",
                "--target",
            ])
            .arg(&part)
            .arg(RECIPE)
            .output()
            .await
            .unwrap();
        assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
        // Somebody else may have been faster.
        if std::fs::rename(&part, &folder).is_err() {
            std::fs::remove_dir_all(&part).unwrap();
        }
    }
    folder
}
