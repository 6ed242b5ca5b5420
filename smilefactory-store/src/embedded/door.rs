//! The door to the engine: lets one connection in at a time, and keeps from the engine what would kill it.
//!
//! The engine serves one connection and leaves a second one without an answer; and it dies when its client goes
//! away with an answer under way, as every cancelled query makes its client do. So clients talk to the door,
//! which takes the engine's answer to its end whatever the client does, and has a dead engine replaced.

use std::io::{self, Read, Write};
use std::net::Shutdown;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

use super::engine::Engine;
use super::socket::{Address, Listener, Stream};
use crate::error::{Result, StoreError};

/// How long a second guest waits for the first to be gone. A pool opens its next connection at the moment it
/// closes the last.
const GUEST_PATIENCE: Duration = Duration::from_secs(2);
/// How long closing the door waits for the engine to stop.
const STOP_PATIENCE: Duration = Duration::from_secs(10);
/// How long a guest that is turned away may take to say what it wanted.
const REFUSAL_PATIENCE: Duration = Duration::from_millis(500);
/// How long to wait when the system has no socket to give, before it is asked again.
const PAUSE: Duration = Duration::from_millis(50);

/// The door, which is open until it is [closed](Self::close) or dropped.
#[derive(Debug)]
pub(super) struct Door {
    address: Address,
    state: Arc<State>,
    /// Disconnected when the engine has stopped.
    stopped: Mutex<Receiver<()>>,
}

#[derive(Debug, Default)]
struct State {
    closing: AtomicBool,
    /// Who is in, so that he can be thrown out.
    guest: Mutex<Option<Stream>>,
    left: Condvar,
}

impl Door {
    /// Opens the door to the engine.
    pub(super) fn open(engine: Engine) -> Result<Self> {
        let cannot = |error: io::Error| {
            StoreError::refused(
                format!("the embedded database cannot be connected to ({error})"),
                "look for a limit on open files or threads",
            )
        };
        let (address, listener) = Address::new(engine.place().runtime(), 1).listen().map_err(cannot)?;
        let state = Arc::new(State::default());
        let (stopping, stopped) = channel();
        let theirs = Arc::clone(&state);
        thread::Builder::new()
            .name("embedded-door".to_owned())
            .spawn(move || {
                keep(&listener, &theirs, engine);
                drop(stopping);
            })
            .map_err(cannot)?;
        Ok(Self { address, state, stopped: Mutex::new(stopped) })
    }

    /// Where to knock.
    pub(super) const fn address(&self) -> &Address {
        &self.address
    }

    /// Closes the door, throws out who is in, and stops the engine. Whether it stopped soon; if not, it will when
    /// the statement that keeps it is done.
    pub(super) fn close(&self) -> bool {
        if !self.state.closing.swap(true, Ordering::SeqCst) {
            if let Some(guest) = &*lock(&self.state.guest) {
                // He may be gone already.
                _ = guest.shutdown(Shutdown::Both);
            }
            // Wakes the keeper; if it cannot be reached it is gone.
            _ = self.address.connect();
        }
        lock(&self.stopped).recv_timeout(STOP_PATIENCE) == Err(RecvTimeoutError::Disconnected)
    }
}

impl Drop for Door {
    fn drop(&mut self) {
        self.close();
    }
}

impl State {
    /// Waits until nobody is in, or for so long.
    fn wait_until_empty(&self, patience: Duration) -> bool {
        let waited = self.left.wait_timeout_while(lock(&self.guest), patience, |guest| guest.is_some());
        waited.unwrap_or_else(PoisonError::into_inner).0.is_none()
    }

    fn enter(&self, guest: Stream) {
        *lock(&self.guest) = Some(guest);
    }

    fn leave(&self) {
        *lock(&self.guest) = None;
        self.left.notify_all();
    }
}

/// A panic while one of these is held leaves nothing half done.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

fn keep(listener: &Listener, state: &Arc<State>, mut engine: Engine) {
    for guest in listener.incoming() {
        if state.closing.load(Ordering::SeqCst) {
            break;
        }
        let Ok(guest) = guest else {
            thread::sleep(PAUSE);
            continue;
        };
        if !state.wait_until_empty(GUEST_PATIENCE) {
            turn_away(guest, "53300", "the embedded database has one connection, and it is taken");
            continue;
        }
        match engine.connect() {
            Ok(engine) => let_in(guest, engine, state),
            Err(error) => {
                turn_away(guest, "58000", &format!("the embedded database does not answer: {error}"));
            }
        }
    }
    // The guest was thrown out, but a statement of his may still be running, and cannot be stopped.
    while !state.wait_until_empty(GUEST_PATIENCE) {}
    engine.stop();
}

fn let_in(guest: Stream, engine: Stream, state: &Arc<State>) {
    let Ok(badge) = guest.try_clone() else { return };
    state.enter(badge);
    if state.closing.load(Ordering::SeqCst) {
        // The door was closed a moment ago and saw nobody.
        _ = guest.shutdown(Shutdown::Both);
    }
    let theirs = Arc::clone(state);
    let serving = thread::Builder::new().name("embedded-guest".to_owned()).spawn(move || {
        // Leaves also when it panics: or nobody would ever be let in again.
        struct Leave(Arc<State>);
        impl Drop for Leave {
            fn drop(&mut self) {
                self.0.leave();
            }
        }
        let _leave = Leave(theirs);
        serve(&guest, &engine);
    });
    if serving.is_err() {
        state.leave();
    }
}

/// Carries questions one way and answers the other, until both are at their end.
fn serve(guest: &Stream, engine: &Stream) {
    thread::scope(|scope| {
        let answering =
            thread::Builder::new().name("embedded-answers".to_owned()).spawn_scoped(scope, || {
                carry(engine, guest);
                // Nothing more will be answered.
                _ = guest.shutdown(Shutdown::Both);
            });
        if answering.is_ok() {
            carry(guest, engine);
        }
        // In whatever way the guest went, to the engine it is the orderly end: it rolls back.
        _ = engine.shutdown(Shutdown::Write);
    });
}

/// Carries bytes to the end of `from`, also when nobody takes them any more.
fn carry(mut from: &Stream, mut to: &Stream) {
    let mut buffer = vec![0; 64 * 1024];
    let mut taken = true;
    loop {
        match from.read(&mut buffer) {
            Ok(0) => return,
            Ok(length) => {
                taken = taken && to.write_all(buffer.get(..length).unwrap_or_default()).is_ok();
            }
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(_) => return,
        }
    }
}

/// Says no in PostgreSQL's words.
fn turn_away(mut guest: Stream, code: &str, message: &str) {
    // What is sent to a socket that closes with something unread in it may be lost on the way.
    _ = guest.set_read_timeout(Some(REFUSAL_PATIENCE));
    _ = guest.read(&mut [0; 4096]);
    let mut fields = Vec::new();
    for (field, value) in [(b'S', "FATAL"), (b'V', "FATAL"), (b'C', code), (b'M', message)] {
        fields.push(field);
        fields.extend_from_slice(value.as_bytes());
        fields.push(0);
    }
    fields.push(0);
    let Ok(length) = u32::try_from(fields.len().saturating_add(4)) else { return };
    let answer = [b"E", length.to_be_bytes().as_slice(), &fields].concat();
    _ = guest.write_all(&answer);
    _ = guest.shutdown(Shutdown::Both);
}
