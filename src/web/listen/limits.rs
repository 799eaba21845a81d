//! How much the listener takes on: of connections, of time, of open files.

use std::{net::IpAddr, sync::Arc, time::Duration};

/// Every number of the listener, in one place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// From a connection's opening, or a request's first byte, to the end of its header. A phone on a bad network needs
    /// one or two seconds.
    pub header: Duration,
    /// How long a body may stand still. There is no limit on the whole: a large extract takes its time.
    pub body: Duration,
    /// How long an answer may wait for a reader who takes nothing of it.
    pub answer: Duration,
    /// How long an idle connection is kept for the next request: longer than the minute after which pages ask again.
    pub idle: Duration,
    /// Connections in all.
    pub connections: usize,
    /// Connections of one address (of IPv6, one /64). A surgery of 40 people with three tabs each, and browsers with six
    /// connections a tab, stays under it.
    pub per_address: usize,
}

impl Limits {
    /// Most connections of a node: each costs some 20 kB.
    const MOST: usize = 8_192;
    /// Most of one address.
    const MOST_OF_ADDRESS: usize = 512;
    /// Descriptors that are kept from connections: databases, files on their way in, the listener itself.
    const KEPT: u64 = 96;
    /// Fewest connections, whatever the limit of descriptors says.
    const FEWEST: usize = 16;
    /// Header that is taken; the cookies of a phone with three places take 1 kB.
    pub(super) const MOST_HEADER: usize = 64 * 1024;

    /// What fits into a number of open files: the limit is shared so that connections never take the last one.
    pub fn within(open_files: u64) -> Self {
        let room = usize::try_from(open_files.saturating_sub(Self::KEPT)).unwrap_or(Self::MOST);
        let connections = room.clamp(Self::FEWEST, Self::MOST);
        Self {
            header: Duration::from_secs(10),
            body: Duration::from_secs(30),
            answer: Duration::from_secs(30),
            idle: Duration::from_secs(75),
            connections,
            per_address: Self::MOST_OF_ADDRESS.min(connections.div_ceil(2)),
        }
    }

    /// How many of the connections may be streams: the others stay free for taps and pages.
    pub fn streams(&self) -> usize {
        self.connections / 2
    }
}

/// Whether an address is a proxy that speaks for many: it has no limit of its own.
pub type Trusts = Arc<dyn Fn(IpAddr) -> bool + Send + Sync>;

/// Nobody speaks for others.
pub fn trusts_nobody() -> Trusts {
    Arc::new(|_| false)
}

/// Raises the limit of open files as far as the system lets, and says what it is then.
pub fn raise_open_files() -> u64 {
    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
    let limit = getrlimit(Resource::Nofile);
    let raised = Rlimit { current: limit.maximum, maximum: limit.maximum };
    if limit.current != limit.maximum
        && let Err(error) = setrlimit(Resource::Nofile, raised)
    {
        tracing::warn!(%error, "the limit of open files could not be raised");
    }
    // None is no limit at all.
    getrlimit(Resource::Nofile).current.unwrap_or(u64::MAX)
}
