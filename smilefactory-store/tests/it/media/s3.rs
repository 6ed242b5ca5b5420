//! A server that speaks S3's protocol, in this process, over a folder.

use std::path::Path;

use axum::body::Body;
use axum::extract::Request;
use s3s::auth::SimpleAuth;
use s3s::service::S3ServiceBuilder;
use smilefactory_store::blob::Objects;
use smilefactory_store::config::Bucket;
use tempfile::TempDir;
use tokio::net::TcpListener;

const BUCKET: &str = "files";
const KEY: &str = "somebody";
const SECRET: &str = "a secret of forty characters or so, yes!";

pub(crate) struct S3 {
    folder: TempDir,
    endpoint: String,
}

impl S3 {
    pub(crate) async fn start() -> Self {
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir(folder.path().join(BUCKET)).unwrap();
        let mut service = S3ServiceBuilder::new(s3s_fs::FileSystem::new(folder.path()).unwrap());
        service.set_auth(SimpleAuth::from_single(KEY, SECRET));
        let service = service.build();
        let app = axum::Router::new().fallback(move |request: Request| {
            let service = service.clone();
            async move {
                let answer = service.call(request.map(s3s::Body::http_body_unsync)).await;
                answer.map_or_else(|error| panic!("{error:?}"), |answer| answer.map(Body::new))
            }
        });
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let endpoint = format!("http://{}", listener.local_addr().unwrap());
        tokio::spawn(async move { axum::serve(listener, app).await });
        Self { folder, endpoint }
    }

    /// Where the server keeps its files.
    pub(crate) fn folder(&self) -> &Path {
        self.folder.path()
    }

    pub(crate) fn blobs(&self, direct: bool) -> Objects {
        self.bucket(SECRET, direct)
    }

    pub(crate) fn with_secret(&self, secret: &str) -> Objects {
        self.bucket(secret, false)
    }

    fn bucket(&self, secret: &str, direct: bool) -> Objects {
        Objects::bucket(&Bucket {
            name: BUCKET.to_owned(),
            endpoint: Some(self.endpoint.clone()),
            region: "us-east-1".to_owned(),
            access_key: KEY.into(),
            secret_key: secret.into(),
            direct,
        })
        .unwrap()
    }
}
