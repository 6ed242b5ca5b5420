use std::fs::DirBuilder;
use std::net::{Ipv4Addr, TcpListener};
use std::os::unix::fs::DirBuilderExt;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use super::account::Account;
use super::error::io_error;
use super::instance::Instance;
use super::probe::{Answer, ask};
use super::{Binaries, NativeError, Options};

const PATIENCE: Duration = Duration::from_mins(1);
const PAUSE: Duration = Duration::from_millis(10);

/// A data folder with all that is needed to run a server on it, running or not.
#[derive(Debug)]
pub(super) struct Cluster {
    pub(super) instance: Instance,
    binaries: Binaries,
    options: Options,
    account: Option<Account>,
}

/// How one attempt to start came out.
enum Outcome {
    Ready,
    Ended,
    TooLate,
}

impl Cluster {
    /// What is needed to put data into the folder of this instance, which a watchdog already stands beside.
    pub(super) fn new(
        (instance, account): (Instance, Option<Account>),
        binaries: &Binaries,
        options: &Options,
    ) -> Result<Self, NativeError> {
        let reachable = match account {
            Some(account) => {
                let postgres = binaries.programs().join("postgres");
                account.reaches(&postgres).map_err(io_error("look at", &postgres))?
            }
            None => true,
        };
        // A checkout in root's home is closed to the account the server runs as.
        let binaries = if reachable {
            binaries.clone()
        } else {
            binaries.copy_into(&instance.folder().join("postgres"))?
        };
        Ok(Self { instance, binaries, options: options.clone(), account })
    }

    pub(super) fn initialise(&self) -> Result<(), NativeError> {
        let data = self.instance.data();
        DirBuilder::new().mode(0o700).create(&data).map_err(io_error("make", &data))?;
        if let Some(Account { uid, gid }) = self.account {
            std::os::unix::fs::chown(&data, Some(uid), Some(gid)).map_err(io_error("hand over", &data))?;
        }
        let mut initdb = self.command("initdb");
        initdb.args(self.options.initdb_arguments(self.binaries.release())).arg("--pgdata").arg(&data);
        // Were this process killed, initdb would go on, and make the folder anew that the watchdog removed.
        let lease = self.instance.lease_for_child()?;
        let status =
            self.logged(&mut initdb, lease)?.wait().map_err(io_error("wait for", Path::new("initdb")))?;
        if status.success() {
            return Ok(());
        }
        let output = self.instance.log_tail(0);
        Err(NativeError::Command { command: "initdb".to_owned(), status: status.to_string(), output })
    }

    /// Starts the server at this port, or at a free one, and waits until it takes queries.
    pub(super) fn launch(&self, port: Option<u16>) -> Result<(Child, u16), NativeError> {
        let deadline = Instant::now() + PATIENCE;
        loop {
            let port = port.map_or_else(free_port, Ok)?;
            let before = self.instance.log_length();
            let mut postgres = self.command("postgres");
            postgres.arg("-D").arg(self.instance.data()).args(self.options.server_arguments(port));
            let mut process = self.logged(&mut postgres, Stdio::null())?;
            match self.wait_until_ready(&mut process, port, deadline)? {
                Outcome::Ready => return Ok((process, port)),
                Outcome::Ended => {
                    let log = self.instance.log_tail(before);
                    if !passes(&log) || Instant::now() > deadline {
                        return Err(NativeError::DidNotStart { log });
                    }
                    sleep(10 * PAUSE);
                }
                Outcome::TooLate => {
                    process
                        .kill()
                        .and_then(|()| process.wait())
                        .map_err(io_error("end", Path::new("postgres")))?;
                    let log = self.instance.log_tail(before);
                    return Err(NativeError::DidNotAnswer { port, seconds: PATIENCE.as_secs(), log });
                }
            }
        }
    }

    /// Another server may have taken the port meanwhile and answer in place of ours, hence the data folder.
    fn wait_until_ready(
        &self,
        process: &mut Child,
        port: u16,
        deadline: Instant,
    ) -> Result<Outcome, NativeError> {
        let data = self.instance.data();
        loop {
            if process.try_wait().map_err(io_error("wait for", Path::new("postgres")))?.is_some() {
                return Ok(Outcome::Ended);
            }
            if is_server_of(&ask(port), &data) {
                return Ok(Outcome::Ready);
            }
            if Instant::now() > deadline {
                return Ok(Outcome::TooLate);
            }
            sleep(PAUSE);
        }
    }

    /// Ends the server as its administrator would, without waiting for its clients.
    pub(super) fn stop(&self, process: &mut Child) -> Result<(), NativeError> {
        let postgres = Path::new("postgres");
        let deadline = Instant::now() + PATIENCE;
        // The shell's own `kill`: the program of that name is not on every machine.
        let shell = Path::new("/bin/sh");
        let signal = Command::new(shell).args(["-c", "kill -INT \"$0\"", &process.id().to_string()]).status();
        signal.map_err(io_error("run", shell))?;
        while process.try_wait().map_err(io_error("wait for", postgres))?.is_none() {
            if Instant::now() > deadline {
                let log = self.instance.log_tail(0);
                return Err(NativeError::DidNotStop {
                    process: process.id(),
                    seconds: PATIENCE.as_secs(),
                    log,
                });
            }
            sleep(PAUSE);
        }
        Ok(())
    }

    fn command(&self, program: &str) -> Command {
        let mut command = self.binaries.command(program);
        if let Some(account) = self.account {
            account.runs(&mut command);
        }
        command
    }

    /// Runs in the background with its output in the log, in a process group of its own, out of a Ctrl-C's
    /// reach.
    fn logged(&self, command: &mut Command, input: Stdio) -> Result<Child, NativeError> {
        let log = self.instance.log()?;
        let errors = log.try_clone().map_err(io_error("open", self.instance.folder()))?;
        let program = command.get_program().to_owned();
        command
            .env("LC_ALL", "C")
            .current_dir("/")
            .process_group(0)
            .stdin(input)
            .stdout(log)
            .stderr(errors)
            .spawn()
            .map_err(io_error("run", Path::new(&program)))
    }
}

/// Whether the answer is from the server of this data folder.
pub(super) fn is_server_of(answer: &Answer, data: &Path) -> bool {
    matches!(answer, Answer::Ready { data_folder } if Path::new(data_folder) == data)
}

/// Whether what kept the server from starting goes by itself: a port taken in the last moment, or the
/// processes of a killed server that have not all noticed yet.
fn passes(log: &str) -> bool {
    [
        "Address already in use",
        "pre-existing shared memory block",
        "lock file \"postmaster.pid\" already exists",
    ]
    .iter()
    .any(|reason| log.contains(reason))
}

fn free_port() -> Result<u16, NativeError> {
    let address = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).and_then(|listener| listener.local_addr());
    Ok(address.map_err(io_error("listen on", Path::new("127.0.0.1")))?.port())
}
