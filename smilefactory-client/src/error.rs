//! Why a call failed.

use std::borrow::Cow;
use std::error::Error as StdError;
use std::fmt;
use std::time::Duration;

use smilefactory_core::validation::Violations;

use crate::operation::{Operation, Repeat};
use crate::page::Unreadable;
use crate::problem::Problem;

/// Why a call failed.
///
/// Its message names method, path template, status, code, request id and the number of attempts, and never a token,
/// an id or what was sent. What to do about it is asked by predicate:
///
/// ```no_run
/// # async fn example(client: smilefactory_client::Client) -> Result<(), smilefactory_client::Error> {
/// use smilefactory_core::profile::ProfileInput;
///
/// match client.profiles().create(&ProfileInput::default()).await {
///     Ok(profile) => println!("{} % complete", profile.completion),
///     Err(error) if error.is_unauthenticated() => println!("log in first"),
///     Err(error) => match error.violations() {
///         Some(violations) => violations.iter().for_each(|violation| println!("{violation}")),
///         None => return Err(error),
///     },
/// }
/// # Ok(())
/// # }
/// ```
#[non_exhaustive]
pub struct Error(Box<Inner>);

#[derive(Debug)]
struct Inner {
    kind: ErrorKind,
    words: Cow<'static, str>,
    operation: Option<&'static Operation>,
    status: Option<u16>,
    problem: Option<Problem>,
    retry_after: Option<Duration>,
    request_id: Option<String>,
    attempts: u32,
    may_have_taken_effect: bool,
    unreadable: Option<Unreadable>,
    source: Option<Box<dyn StdError + Send + Sync>>,
}

/// What sort of failure an [`Error`] is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The SDK was given something it cannot use: a URL, a token, a key, an input without a JSON form.
    Usage,
    /// No connection came about; the server did not see the request.
    Unreachable,
    /// The time of the attempt or of the whole operation was up before the answer was there.
    TimedOut,
    /// The connection broke before the answer was there.
    Interrupted,
    /// The server answered that it does not do it; [`Error::status`] and [`Error::code`] say why.
    Refused,
    /// The server answered, but not as its interface promises: other JSON, too much of it, a redirect.
    Unreadable,
}

impl Error {
    pub(crate) fn new(kind: ErrorKind, words: impl Into<Cow<'static, str>>) -> Self {
        Self(Box::new(Inner {
            kind,
            words: words.into(),
            operation: None,
            status: None,
            problem: None,
            retry_after: None,
            request_id: None,
            attempts: 0,
            may_have_taken_effect: false,
            unreadable: None,
            source: None,
        }))
    }

    pub(crate) fn caused_by(mut self, source: impl StdError + Send + Sync + 'static) -> Self {
        self.0.source = Some(Box::new(source));
        self
    }

    pub(crate) fn with_status(mut self, status: u16) -> Self {
        self.0.status = Some(status);
        self
    }

    pub(crate) fn with_retry_after(mut self, pause: Option<Duration>) -> Self {
        self.0.retry_after = pause;
        self
    }

    pub(crate) fn with_problem(mut self, problem: Option<Problem>) -> Self {
        self.0.problem = problem;
        self
    }

    pub(crate) fn with_unreadable(mut self, entry: Unreadable) -> Self {
        self.0.unreadable = Some(entry);
        self
    }

    /// What was tried, under which id, how often; and whether one of the attempts before this failure may have
    /// taken effect without telling.
    pub(crate) fn of(
        mut self,
        operation: &'static Operation,
        request_id: &str,
        attempts: u32,
        unsure_before: bool,
    ) -> Self {
        let settled = operation.repeat() == Repeat::Keyed && self.is_definite();
        self.0.may_have_taken_effect = operation.repeat() != Repeat::Read
            && (self.may_have_taken_effect_itself() || (unsure_before && !settled));
        self.0.operation = Some(operation);
        self.0.request_id.get_or_insert_with(|| request_id.to_owned());
        self.0.attempts = attempts;
        self
    }

    /// The request id the server answered with.
    pub(crate) fn with_request_id(mut self, id: Option<String>) -> Self {
        self.0.request_id = id;
        self
    }

    /// Whether the request may have taken effect although it failed like this.
    pub(crate) fn may_have_taken_effect_itself(&self) -> bool {
        match self.0.kind {
            ErrorKind::Usage | ErrorKind::Unreachable => false,
            ErrorKind::TimedOut | ErrorKind::Interrupted | ErrorKind::Unreadable => true,
            ErrorKind::Refused => matches!(self.0.status, Some(500 | 502 | 504)),
        }
    }

    /// Whether the server surely did not see the request.
    pub(crate) fn did_not_arrive(&self) -> bool {
        self.0.kind == ErrorKind::Unreachable
    }

    /// Whether the server has made up its mind: it would say the same to the same key.
    fn is_definite(&self) -> bool {
        self.0.kind == ErrorKind::Refused && matches!(self.0.status, Some(400..=499)) && !self.is_retryable()
    }

    /// What sort of failure it is.
    pub fn kind(&self) -> ErrorKind {
        self.0.kind
    }

    /// The operation that failed, when it came to that.
    pub fn operation(&self) -> Option<&'static Operation> {
        self.0.operation
    }

    /// The HTTP status of the last answer.
    pub fn status(&self) -> Option<u16> {
        self.0.status
    }

    /// The stable code of the last answer: `not_found`, `stale`, `rate_limited`. `None` when there was no answer, or
    /// one that is not of the platform (of a proxy, say).
    pub fn code(&self) -> Option<&str> {
        self.problem().map(|problem| problem.code.as_str()).filter(|code| !code.is_empty())
    }

    /// The whole answer of the server to what it refused.
    pub fn problem(&self) -> Option<&Problem> {
        self.0.problem.as_ref()
    }

    /// Under which id the server has the request in its logs; the one the SDK sent when no answer came. All attempts
    /// of one call have the same.
    pub fn request_id(&self) -> Option<&str> {
        self.0.request_id.as_deref()
    }

    /// What is wrong with the input, each with its JSON pointer and stable code.
    pub fn violations(&self) -> Option<&Violations> {
        self.problem()?.errors.as_ref().filter(|violations| violations.iter().next().is_some())
    }

    /// How long the server asks to wait before the next try.
    pub fn retry_after(&self) -> Option<Duration> {
        self.0.retry_after
    }

    /// How many attempts were made.
    pub fn attempts(&self) -> u32 {
        self.0.attempts
    }

    /// The entry of a list that this SDK could not read. The stream it came from goes on behind it; any other error
    /// ends the stream.
    pub fn unreadable(&self) -> Option<&Unreadable> {
        self.0.unreadable.as_ref()
    }

    /// Whether the write may have been done all the same: an attempt got no answer, or none that tells. Read what was
    /// to be changed before deciding. With it, a stale version or something not found may be the work of an earlier
    /// attempt of this very call.
    pub fn may_have_taken_effect(&self) -> bool {
        self.0.may_have_taken_effect
    }

    /// Whether there is no such thing, or none this caller may see.
    pub fn is_not_found(&self) -> bool {
        self.0.status == Some(404)
    }

    /// Whether a unique value is taken; [`Problem::field`] says which.
    pub fn is_conflict(&self) -> bool {
        self.0.status == Some(409) && self.code().is_none_or(|code| code == "conflict")
    }

    /// Whether somebody saved first: read again, decide again, send again.
    pub fn is_stale(&self) -> bool {
        self.0.status == Some(412)
    }

    /// Whether somebody else must do this, or the caller must do something else first: [`code`](Self::code) says
    /// which.
    pub fn is_forbidden(&self) -> bool {
        self.0.status == Some(403)
    }

    /// Whether the state of the thing does not allow the step.
    pub fn is_step_refused(&self) -> bool {
        self.code() == Some("step_refused")
    }

    /// Whether the token is missing, wrong or expired, or the credentials are.
    pub fn is_unauthenticated(&self) -> bool {
        self.0.status == Some(401)
    }

    /// Whether the same call may well succeed later.
    pub fn is_retryable(&self) -> bool {
        match self.0.kind {
            ErrorKind::Usage | ErrorKind::Unreadable => false,
            ErrorKind::Unreachable | ErrorKind::TimedOut | ErrorKind::Interrupted => true,
            ErrorKind::Refused => {
                matches!(self.0.status, Some(408 | 425 | 429 | 500..=599))
                    || self.code() == Some("idempotency_in_flight")
            }
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(operation) = self.0.operation {
            write!(f, "{} {}: ", operation.method(), operation.path())?;
        }
        if let Some(status) = self.0.status {
            write!(f, "{status} ")?;
        }
        match self.problem() {
            Some(problem) => write!(f, "{problem}")?,
            None => f.write_str(&self.0.words)?,
        }
        if let Some(id) = self.request_id() {
            let plural = if self.0.attempts == 1 { "" } else { "s" };
            write!(f, " (request {id}, {} attempt{plural}", self.0.attempts)?;
            if self.0.may_have_taken_effect {
                f.write_str(", it may have taken effect")?;
            }
            f.write_str(")")?;
        }
        Ok(())
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Error")
            .field("kind", &self.0.kind)
            .field("message", &self.to_string())
            .field("source", &self.0.source)
            .finish()
    }
}

impl StdError for Error {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        match &self.0.source {
            Some(source) => Some(&**source),
            None => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::operation::{EDIT_POST, GET_POST, PUBLISH_POST};

    const TIMED_OUT: fn() -> Error = || Error::new(ErrorKind::TimedOut, "no answer in time");

    fn refused(status: u16, code: &str) -> Error {
        let problem = Problem { status, code: code.to_owned(), ..Problem::default() };
        Error::new(ErrorKind::Refused, "refused").with_status(status).with_problem(Some(problem))
    }

    #[test]
    fn reads_never_take_effect() {
        assert!(!TIMED_OUT().of(&GET_POST, "r", 3, true).may_have_taken_effect());
    }

    #[test]
    fn a_definite_answer_to_the_same_key_settles_earlier_attempts() {
        assert!(!refused(412, "stale").of(&PUBLISH_POST, "r", 2, true).may_have_taken_effect());
        assert!(
            refused(409, "idempotency_in_flight").of(&PUBLISH_POST, "r", 2, true).may_have_taken_effect()
        );
        assert!(refused(503, "unavailable").of(&PUBLISH_POST, "r", 2, true).may_have_taken_effect());
        assert!(!refused(503, "unavailable").of(&PUBLISH_POST, "r", 2, false).may_have_taken_effect());
        assert!(refused(500, "internal").of(&PUBLISH_POST, "r", 1, false).may_have_taken_effect());
    }

    #[test]
    fn without_a_key_an_unsure_attempt_stays_unsure() {
        let stale = refused(412, "stale").of(&EDIT_POST, "0190", 2, true);
        assert!(stale.is_stale() && stale.may_have_taken_effect());
        assert_eq!(
            stale.to_string(),
            "PATCH /v1/posts/{post_id}: 412 stale (request 0190, 2 attempts, it may have taken effect)"
        );
        assert!(!refused(412, "stale").of(&EDIT_POST, "0190", 1, false).may_have_taken_effect());
    }

    #[test]
    fn a_conflict_is_a_taken_value_and_nothing_else() {
        assert!(refused(409, "conflict").is_conflict());
        assert!(!refused(409, "step_refused").is_conflict());
        assert!(refused(409, "step_refused").is_step_refused());
    }
}
