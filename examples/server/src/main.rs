//! The hosted instance as a program: `server --help` says what it can do.

use std::io::IsTerminal;
use std::process::ExitCode;
use std::sync::Arc;

use clap::Parser;
use server::config::{
    Cli, Command, DeadFact, ExportFile, ImportFile, LogFormat, MailTo, OutboxCommand, Place, Serve,
    TenantCommand,
};
use server::setup::{self, Error};
use server::{AppState, Options, Server, bulk, openapi};
use smilefactory_core::identity::Role;
use smilefactory_core::text::{Email, Slug};
use smilefactory_store::Store;
use tokio::net::TcpListener;
use tracing_subscriber::EnvFilter;

/// How an import ends that skipped rows.
const SOME_SKIPPED: u8 = 3;

#[tokio::main]
async fn main() -> ExitCode {
    let Cli { command, serve } = Cli::parse();
    let done = match command.unwrap_or(Command::Serve(serve)) {
        Command::Serve(options) => run(options).await,
        Command::Import(file) => match import(&file).await {
            Ok(0) => Ok(()),
            Ok(_) => return ExitCode::from(SOME_SKIPPED),
            Err(error) => Err(error),
        },
        Command::Export(file) => export(&file).await,
        Command::Migrate(place) => migrate(&place).await,
        Command::Openapi => {
            say(openapi::text().trim_end());
            Ok(())
        }
        Command::Tenant(TenantCommand::Add { slug, name, place }) => add_tenant(&slug, &name, &place).await,
        Command::Tenant(TenantCommand::Set { slug, settings, place }) => {
            set_tenant(&slug, &settings, &place).await
        }
        Command::Tenant(TenantCommand::Appoint { slug, email, role, place }) => {
            appoint(&slug, &email, role, &place).await
        }
        Command::Outbox(command) => outbox(&command).await,
        _ => Err("this command is not carried out yet".into()),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            complain(&error.to_string());
            ExitCode::FAILURE
        }
    }
}

/// Serves until it is told to stop.
async fn run(options: Serve) -> Result<(), Error> {
    log(options.log);
    let data = options.place.data.as_deref();
    let config = setup::store_config(data)?;
    let files = setup::files(&config)?;
    let store = Store::open(&config).await?;
    let (tenant, meant) = setup::tenant(&store, options.tenant.as_ref()).await?;
    let listener = TcpListener::bind(options.bind)
        .await
        .map_err(|error| format!("cannot listen on {}: {error}; choose another with --bind", options.bind))?;
    let public_url = match options.public_url {
        Some(url) => url.trim_end_matches('/').to_owned(),
        None => format!("http://{}", listener.local_addr()?),
    };
    let mail = options.mail.unwrap_or_else(|| MailTo::Folder(setup::default_mail_folder(data)));
    let (mailer, mail_goes) = setup::mailer(&mail, options.mail_from.as_deref())?;

    let mut server_options = Options::default();
    server_options.default_tenant = options.tenant.clone();
    server_options.request_timeout = options.request_timeout;
    server_options.public_url = public_url.clone();
    let state = AppState::new(store, server_options).with_blobs(Arc::clone(&files.blobs));
    let server = Server::start(listener, state, mailer)?;

    let header = if meant { String::new() } else { format!(" -H 'Smilefactory-Tenant: {}'", tenant.slug) };
    say(&format!(
        "listening on http://{address}\n\
         document:  {public_url}/docs (for programs /openapi.json)\n\
         mail goes  {mail_goes}\n\
         files go   {files_go}\n\
         community  {slug}\n\
         sign up:   curl {public_url}/v1/accounts -H 'Content-Type: application/json'{header} -d \
         '{{\"email\": \"tariro@example.org\", \"password\": \"correct horse battery\", \
         \"first_name\": \"Tariro\", \"last_name\": \"Moyo\"}}'",
        address = server.address(),
        files_go = files.place,
        slug = tenant.slug,
    ));
    told_to_stop().await?;
    tracing::info!("stopping");
    server.stop().await?;
    files.close()?;
    Ok(())
}

/// Imports a file, and says how many of its rows were skipped.
async fn import(file: &ImportFile) -> Result<u64, Error> {
    let store = Store::open(&setup::store_config(file.place.data.as_deref())?).await?;
    let bar = bulk::bar();
    let imported = bulk::import(&store, file, &mut |import| bulk::advance(&bar, import)).await;
    bar.finish_and_clear();
    store.close().await;
    let (said, skipped) = imported?;
    say(&said);
    Ok(skipped)
}

async fn export(file: &ExportFile) -> Result<(), Error> {
    let store = Store::open(&setup::store_config(file.place.data.as_deref())?).await?;
    let exported = bulk::export(&store, file).await;
    store.close().await;
    let lines = exported?;
    if let Some(path) = &file.out {
        say(&format!("{lines} {} in {}", file.kind, path.display()));
    }
    Ok(())
}

async fn migrate(place: &Place) -> Result<(), Error> {
    let version = smilefactory_store::migrate::run(&setup::store_config(place.data.as_deref())?).await?;
    say(&format!("the database has schema {version}"));
    Ok(())
}

async fn add_tenant(slug: &str, name: &str, place: &Place) -> Result<(), Error> {
    let store = Store::open(&setup::store_config(place.data.as_deref())?).await?;
    let tenant = setup::add_tenant(&store, slug, name).await?;
    store.close().await;
    say(&format!("{} joined as {} ({})", tenant.name, tenant.slug, tenant.id));
    Ok(())
}

async fn set_tenant(slug: &Slug, settings: &str, place: &Place) -> Result<(), Error> {
    let store = Store::open(&setup::store_config(place.data.as_deref())?).await?;
    let tenant = setup::set_tenant(&store, slug, settings).await?;
    store.close().await;
    say(&serde_json::to_string_pretty(&tenant.settings)?);
    Ok(())
}

async fn appoint(slug: &Slug, email: &Email, role: Role, place: &Place) -> Result<(), Error> {
    let store = Store::open(&setup::store_config(place.data.as_deref())?).await?;
    let appointed = setup::appoint(&store, slug, email, role).await;
    store.close().await;
    let account = appointed?;
    say(&format!("{} ({}) is {} of {slug}", account.name(), account.email, account.role));
    Ok(())
}

async fn outbox(command: &OutboxCommand) -> Result<(), Error> {
    let (OutboxCommand::List { place, .. }
    | OutboxCommand::Retry(DeadFact { place, .. })
    | OutboxCommand::Drop(DeadFact { place, .. })) = command
    else {
        return Err("this command is not carried out yet".into());
    };
    let store = Store::open(&setup::store_config(place.data.as_deref())?).await?;
    let said = match command {
        OutboxCommand::List { reader, .. } => {
            server::outbox::list(&store, reader.as_deref()).await.map(|lines| lines.join("\n"))
        }
        OutboxCommand::Retry(dead) => {
            server::outbox::retry(&store, &dead.reader, dead.tenant, dead.fact).await
        }
        OutboxCommand::Drop(dead) => {
            server::outbox::discard(&store, &dead.reader, dead.tenant, dead.fact).await
        }
        _ => Err("this command is not carried out yet".into()),
    };
    store.close().await;
    say(&said?);
    Ok(())
}

/// Waits for SIGTERM or Ctrl-C.
async fn told_to_stop() -> std::io::Result<()> {
    #[cfg(unix)]
    {
        let mut terminated = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate())?;
        tokio::select! {
            interrupted = tokio::signal::ctrl_c() => interrupted,
            _ = terminated.recv() => Ok(()),
        }
    }
    #[cfg(not(unix))]
    tokio::signal::ctrl_c().await
}

/// Begins to log, to standard error.
fn log(format: LogFormat) {
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("info,sqlx=warn"));
    let log = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .with_ansi(std::io::stderr().is_terminal());
    match format {
        LogFormat::Text => log.init(),
        LogFormat::Json => log.json().init(),
    }
}

#[expect(clippy::print_stdout, reason = "this is a program")]
fn say(text: &str) {
    println!("{text}");
}

#[expect(clippy::print_stderr, reason = "this is a program")]
fn complain(text: &str) {
    eprintln!("error: {text}");
}
