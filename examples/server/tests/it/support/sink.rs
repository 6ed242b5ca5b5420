//! A mail server that a test starts by itself.

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use serde_json::Value;
use tempfile::TempDir;

/// The release of the Python package that it is made of.
const RECIPE: &str = "aiosmtpd==1.4.6";

/// A mail server on a free port of this machine, which keeps what it is sent. It ends with this value.
#[derive(Debug)]
pub(crate) struct Sink {
    port: u16,
    folder: TempDir,
    server: Child,
}

impl Drop for Sink {
    fn drop(&mut self) {
        // It ends by itself once nobody holds its input; so nothing is left if this fails.
        _ = self.server.kill().and_then(|()| self.server.wait());
    }
}

impl Sink {
    pub(crate) async fn start() -> Self {
        tokio::task::spawn_blocking(Self::start_now).await.unwrap()
    }

    fn start_now() -> Self {
        let library = library();
        let folder = tempfile::tempdir().unwrap();
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/support/sink.py");
        let mut server = Command::new("python3")
            .arg(script)
            .arg(folder.path())
            .env("PYTHONPATH", library)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut port = String::new();
        BufReader::new(server.stdout.take().unwrap()).read_line(&mut port).unwrap();
        let port = port.trim().parse().expect("the mail server says its port");
        Self { port, folder, server }
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

    /// Whom it was to take something for, each as often as it was asked.
    pub(crate) fn asked(&self) -> Vec<String> {
        let asked = std::fs::read_to_string(self.folder.path().join("asked")).unwrap();
        asked.lines().map(str::to_owned).collect()
    }
}

/// The folder of the package, which is fetched once.
fn library() -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(RECIPE);
    if !folder.exists() {
        let part =
            folder.with_extension(format!("{}-{:?}.part", std::process::id(), std::thread::current().id()));
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
            .unwrap();
        assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
        // Somebody else may have been faster.
        if std::fs::rename(&part, &folder).is_err() {
            std::fs::remove_dir_all(&part).unwrap();
        }
    }
    folder
}
