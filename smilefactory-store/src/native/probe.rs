//! Asks a server who it is, in as much of PostgreSQL's protocol as that takes.

use std::io::{self, Read, Write};
use std::net::{Ipv4Addr, TcpStream};
use std::time::Duration;

/// What is found behind a port.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Answer {
    /// A server that takes queries, and the folder its data is in.
    Ready {
        /// As the server was told it.
        data_folder: String,
    },
    /// Something that is busy starting, stopping or recovering, or that answers otherwise.
    NotReady,
    /// Nobody listens.
    Nobody,
}

/// The longest message worth reading: what is asked for is a path.
const LONGEST_MESSAGE: u32 = 64 * 1024;

pub(super) fn ask(port: u16) -> Answer {
    match talk(port) {
        Ok(Some(data_folder)) => Answer::Ready { data_folder },
        Err(error) if error.kind() == io::ErrorKind::ConnectionRefused => Answer::Nobody,
        Ok(None) | Err(_) => Answer::NotReady,
    }
}

fn talk(port: u16) -> io::Result<Option<String>> {
    let mut stream = TcpStream::connect((Ipv4Addr::LOCALHOST, port))?;
    let patience = Some(Duration::from_secs(5));
    stream.set_read_timeout(patience)?;
    stream.set_write_timeout(patience)?;
    // Protocol 3.0, then names and values, each ended by a zero, and one more zero.
    stream.write_all(&message(None, b"\0\x03\0\0user\0postgres\0database\0postgres\0\0")?)?;
    if last_row(&mut stream)?.is_err() {
        return Ok(None);
    }
    stream.write_all(&message(Some(b'Q'), b"show data_directory\0")?)?;
    let row = last_row(&mut stream)?;
    stream.write_all(&message(Some(b'X'), b"")?)?;
    Ok(row.ok().flatten().and_then(|row| first_column(&row)))
}

/// The refusal of a server, in its own words or none.
struct Refused;

/// Reads until the server waits for a query, and gives the last row on the way.
fn last_row(stream: &mut TcpStream) -> io::Result<Result<Option<Vec<u8>>, Refused>> {
    let mut row = None;
    loop {
        let mut kind = [0];
        let mut length = [0; 4];
        stream.read_exact(&mut kind)?;
        stream.read_exact(&mut length)?;
        // The length counts itself.
        let length = u32::from_be_bytes(length).checked_sub(4).filter(|&length| length <= LONGEST_MESSAGE);
        let Some(length) = length.and_then(|length| usize::try_from(length).ok()) else {
            return Ok(Err(Refused));
        };
        let mut body = vec![0; length];
        stream.read_exact(&mut body)?;
        match kind {
            [b'E'] => return Ok(Err(Refused)),
            // Zero is "come in", everything else asks for a password.
            [b'R'] if body != [0; 4] => return Ok(Err(Refused)),
            [b'D'] => row = Some(body),
            [b'Z'] => return Ok(Ok(row)),
            _ => {}
        }
    }
}

/// A row is the number of its columns (2 bytes), then the length (4 bytes) and the bytes of each.
fn first_column(row: &[u8]) -> Option<String> {
    let (length, rest) = row.get(2..)?.split_first_chunk::<4>()?;
    let length = usize::try_from(u32::from_be_bytes(*length)).ok()?;
    String::from_utf8(rest.get(..length)?.to_vec()).ok()
}

fn message(kind: Option<u8>, body: &[u8]) -> io::Result<Vec<u8>> {
    let length = u32::try_from(body.len() + 4).map_err(io::Error::other)?;
    Ok(kind.into_iter().chain(length.to_be_bytes()).chain(body.iter().copied()).collect())
}
