//! The programs of the machine that fetching needs: found, installed or asked for.

use std::io;
use std::os::unix::fs::MetadataExt;
use std::path::Path;
use std::process::{Command, Stdio};

use crate::native::NativeError;
use crate::native::error::io_error;

/// Runs a program to its end and gives what it wrote to its standard output.
pub(super) fn run(command: &mut Command) -> Result<String, NativeError> {
    let program = command.get_program().to_string_lossy().into_owned();
    // Messages of these programs are read (`not found`), and a job server of Cargo's is none of theirs.
    command.env("LC_ALL", "C").env_remove("MAKEFLAGS").env_remove("MFLAGS").stdin(Stdio::null());
    let output = command.output().map_err(|source| match source.kind() {
        io::ErrorKind::NotFound => {
            NativeError::MissingTool { tool: program.clone(), remedy: "install it".to_owned() }
        }
        _ => io_error("run", Path::new(&program))(source),
    })?;
    if output.status.success() {
        return Ok(String::from_utf8_lossy(&output.stdout).into_owned());
    }
    let written = [output.stdout, output.stderr].concat();
    Err(NativeError::Command {
        command: spelled(command),
        status: output.status.to_string(),
        output: last_lines(&String::from_utf8_lossy(&written), 30),
    })
}

/// Whether the program is there and answers to these arguments.
pub(super) fn answers(program: &str, arguments: &[&str]) -> bool {
    Command::new(program)
        .args(arguments)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .is_ok_and(|status| status.success())
}

/// Makes sure of a program: root on a Debian machine installs what is missing, everybody else is told what to
/// do.
///
/// `folder` is one that this process made, so that its owner tells who we are.
pub(super) fn require(
    program: &str,
    arguments: &[&str],
    packages: &[&str],
    folder: &Path,
) -> Result<(), NativeError> {
    if answers(program, arguments) {
        return Ok(());
    }
    let packages = packages.join(" ");
    let root = folder.metadata().is_ok_and(|made_by_us| made_by_us.uid() == 0);
    if root && answers("apt-get", &["--version"]) {
        tracing::warn!(program, packages, "installing what is missing");
        let installed = install(&packages).or_else(|_| {
            run(Command::new("apt-get").args(["--quiet", "update"])).and_then(|_| install(&packages))
        });
        installed?;
    }
    if answers(program, arguments) {
        return Ok(());
    }
    Err(NativeError::MissingTool {
        tool: [&[program], arguments].concat().join(" "),
        remedy: format!("install {packages}, on Debian by `apt-get install {packages}`"),
    })
}

fn install(packages: &str) -> Result<String, NativeError> {
    let arguments =
        ["--quiet", "--yes", "--no-install-recommends", "-o", "DPkg::Lock::Timeout=300", "install"];
    run(Command::new("apt-get")
        .args(arguments)
        .args(packages.split(' '))
        .env("DEBIAN_FRONTEND", "noninteractive"))
}

fn spelled(command: &Command) -> String {
    let words = std::iter::once(command.get_program()).chain(command.get_args());
    words.map(|word| word.to_string_lossy()).collect::<Vec<_>>().join(" ")
}

fn last_lines(text: &str, count: usize) -> String {
    let lines: Vec<&str> = text.lines().collect();
    lines.iter().skip(lines.len().saturating_sub(count)).copied().collect::<Vec<_>>().join("\n")
}
