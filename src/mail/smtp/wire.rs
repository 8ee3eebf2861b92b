//! The two ends of a session's line: commands go out, replies come in, each within its limit.
//!
//! Nothing here is logged, ever: what goes out may be a password, what comes in may hold a person's address.

use super::refusal::RefusalKind;
use super::reply::{self, Heard, Lines};
use std::fmt;
use std::future::poll_fn;
use std::io;
use std::pin::Pin;
use std::task::Poll;
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, ReadBuf};
use tokio::time::timeout;

/// Anything bytes flow through both ways: a socket, or TLS over one.
pub(super) trait Stream: AsyncRead + AsyncWrite + Send + Sync + Unpin {}

impl<T: AsyncRead + AsyncWrite + Send + Sync + Unpin> Stream for T {}

/// A stream, and what came in on it but was not read yet.
pub(super) struct Wire {
    stream: Box<dyn Stream>,
    unread: Vec<u8>,
}

impl fmt::Debug for Wire {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Wire").finish_non_exhaustive()
    }
}

/// What a server that was not asked anything is doing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Silence {
    /// Nothing, as it should.
    Kept,
    /// It said something.
    Spoken,
    /// It closed the connection.
    Closed,
}

impl Wire {
    pub(super) fn new(stream: Box<dyn Stream>) -> Self {
        Self {
            stream,
            unread: Vec::new(),
        }
    }

    /// Gives the stream back for a TLS handshake; nothing when the server said something ahead of it, which an
    /// intruder may have put there to be taken for a part of the protected session (RFC 3207, section 6).
    pub(super) fn into_stream(self) -> Option<Box<dyn Stream>> {
        self.unread.is_empty().then_some(self.stream)
    }

    /// Writes all of `bytes` and flushes them.
    pub(super) async fn say(&mut self, bytes: &[u8], limit: Duration) -> Result<(), RefusalKind> {
        let writing = async {
            self.stream.write_all(bytes).await?;
            self.stream.flush().await
        };
        match timeout(limit, writing).await {
            Ok(written) => written.map_err(|error| broken(&error)),
            Err(_) => Err(RefusalKind::TimedOut(limit)),
        }
    }

    /// Reads one whole reply.
    pub(super) async fn hear(&mut self, limit: Duration) -> Result<Lines, RefusalKind> {
        timeout(limit, self.hear_unlimited())
            .await
            .unwrap_or(Err(RefusalKind::TimedOut(limit)))
    }

    async fn hear_unlimited(&mut self) -> Result<Lines, RefusalKind> {
        loop {
            match reply::take(&mut self.unread) {
                Heard::Whole(lines) => return Ok(lines),
                Heard::Garbage(glimpse) => return Err(RefusalKind::Garbage(glimpse)),
                Heard::Part => {}
            }
            match self.stream.read_buf(&mut self.unread).await {
                Ok(0) if self.unread.is_empty() => return Err(RefusalKind::Broken("the server closed the connection".to_owned())),
                Ok(0) => {
                    let half = reply::glimpse(&self.unread);
                    return Err(RefusalKind::Broken(format!(
                        "the server closed the connection in the middle of its reply: {half}"
                    )));
                }
                Ok(_) => {}
                Err(error) => return Err(broken(&error)),
            }
        }
    }

    /// Looks, without waiting, whether the server said or did something nobody asked for.
    pub(super) async fn silence(&mut self) -> Silence {
        if !self.unread.is_empty() {
            return Silence::Spoken;
        }
        let mut space = [0_u8; 512];
        let mut space = ReadBuf::new(&mut space);
        let looked = poll_fn(|context| Poll::Ready(Pin::new(&mut *self.stream).poll_read(context, &mut space))).await;
        self.unread.extend_from_slice(space.filled());
        match looked {
            Poll::Pending => Silence::Kept,
            Poll::Ready(Ok(())) if !self.unread.is_empty() => Silence::Spoken,
            Poll::Ready(_) => Silence::Closed,
        }
    }

    /// Ends the stream in order (TLS says good-bye), as far as the other side lets it.
    pub(super) async fn close(mut self, limit: Duration) {
        // Nothing depends on it: every mail is settled by its reply before.
        let _ = timeout(limit, self.stream.shutdown()).await;
    }
}

/// What the system said, as text.
pub(super) fn broken(error: &io::Error) -> RefusalKind {
    RefusalKind::Broken(error.to_string())
}
