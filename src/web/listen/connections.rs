//! The open connections: what each is doing and since when, and which gives way where there is no room.

use std::{
    collections::{BTreeMap, HashMap},
    net::{IpAddr, Ipv6Addr},
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU8, AtomicU64, Ordering::Relaxed},
    },
    time::Duration,
};

use tokio::{sync::Notify, time::Instant};
use tokio_util::sync::CancellationToken;

use super::limits::{Limits, Trusts};

/// How often connections are looked through.
const SWEEP: Duration = Duration::from_secs(1);
/// How often at most a full house is told.
const TELL: Duration = Duration::from_mins(1);
/// A body that stood still for so long gives way where there is no room, and ends when the server stops.
const SLOW: Duration = Duration::from_secs(2);

/// What a connection is doing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
enum Doing {
    /// A header is to come, or half there.
    Header,
    /// A body is coming in.
    Body,
    /// A request is being answered.
    Answering,
    /// The next request is waited for.
    Idle,
}

/// How a connection is to end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum How {
    /// At once.
    Now,
    /// Where no request is being answered.
    WhenIdle,
}

/// What one connection is doing. Written on every request, so without a lock.
#[derive(Debug)]
pub(super) struct State {
    doing: AtomicU8,
    /// Since when, and since when its reader takes nothing (0 where it does): milliseconds from `opened`.
    since: AtomicU64,
    stalled: AtomicU64,
    opened: Instant,
    gently: AtomicU8,
    close: Notify,
}

impl State {
    fn new() -> Self {
        Self {
            doing: AtomicU8::new(Doing::Header as u8),
            since: AtomicU64::new(0),
            stalled: AtomicU64::new(0),
            opened: Instant::now(),
            gently: AtomicU8::new(0),
            close: Notify::new(),
        }
    }

    fn now(&self) -> u64 {
        u64::try_from(self.opened.elapsed().as_millis()).unwrap_or(u64::MAX)
    }

    fn does(&self, doing: Doing) {
        self.since.store(self.now(), Relaxed);
        self.doing.store(doing as u8, Relaxed);
    }

    fn is(&self, doing: Doing) -> bool {
        self.doing.load(Relaxed) == doing as u8
    }

    fn for_how_long(&self) -> Duration {
        Duration::from_millis(self.now().saturating_sub(self.since.load(Relaxed)))
    }

    fn stalled_for(&self) -> Duration {
        match self.stalled.load(Relaxed) {
            0 => Duration::ZERO,
            since => Duration::from_millis(self.now().saturating_sub(since)),
        }
    }

    /// Bytes came in.
    pub(super) fn hears(&self) {
        if self.is(Doing::Idle) {
            self.does(Doing::Header);
        }
    }

    /// A header is complete.
    pub(super) fn begins_request(&self) {
        self.does(Doing::Answering);
    }

    /// Some of a body came in.
    pub(super) fn receives(&self) {
        self.does(Doing::Body);
    }

    /// A body is there, or nobody wants the rest.
    pub(super) fn received(&self) {
        if self.is(Doing::Body) {
            self.does(Doing::Answering);
        }
    }

    /// An answer went out.
    pub(super) fn rests(&self) {
        self.does(Doing::Idle);
    }

    /// Its reader takes nothing for now.
    pub(super) fn stalls(&self) {
        let _ = self.stalled.compare_exchange(0, self.now().max(1), Relaxed, Relaxed);
    }

    /// Its reader takes what is sent.
    pub(super) fn flows(&self) {
        self.stalled.store(0, Relaxed);
    }

    fn end(&self, how: How) {
        self.gently.store(u8::from(how == How::WhenIdle), Relaxed);
        self.close.notify_one();
    }

    /// Waits until it is to end.
    pub(super) async fn is_closed(&self) -> How {
        self.close.notified().await;
        if self.gently.load(Relaxed) == 1 { How::WhenIdle } else { How::Now }
    }
}

#[derive(Debug)]
struct Open {
    /// Whose; nothing for a proxy that speaks for many.
    of: Option<IpAddr>,
    state: Arc<State>,
}

#[derive(Debug, Default)]
struct Book {
    /// In the order in which they were opened.
    open: BTreeMap<u64, Open>,
    by_address: HashMap<IpAddr, usize>,
    next: u64,
    told: Told,
}

/// What became of connections since it was last told.
#[derive(Debug, Default)]
struct Told {
    at: Option<Instant>,
    gave_way: u64,
    refused: u64,
    late: u64,
    not_accepted: u64,
}

struct Shared {
    limits: Limits,
    trusts: Trusts,
    book: Mutex<Book>,
}

/// A handle on the open connections of a listener.
#[derive(Clone)]
pub(super) struct Connections(Arc<Shared>);

impl Connections {
    pub(super) fn new(limits: Limits, trusts: Trusts) -> Self {
        Self(Arc::new(Shared { limits, trusts, book: Mutex::default() }))
    }

    fn book(&self) -> MutexGuard<'_, Book> {
        self.0.book.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes a connection in. Nothing where there is no room and nobody who could give way.
    pub(super) fn admit(&self, address: IpAddr) -> Option<Seat> {
        let limits = &self.0.limits;
        let of = (!(self.0.trusts)(address)).then(|| neighbourhood(address));
        let mut book = self.book();
        let held = of.and_then(|of| book.by_address.get(&of)).copied();
        let has_room = match of {
            Some(of) if held.unwrap_or(0) >= limits.per_address => book.make_room(Some(of)),
            _ => true,
        };
        if !has_room || (book.open.len() >= limits.connections && !book.make_room(None)) {
            book.told.refused = book.told.refused.saturating_add(1);
            return None;
        }
        let id = book.next;
        book.next = id.wrapping_add(1);
        if let Some(of) = of {
            *book.by_address.entry(of).or_default() += 1;
        }
        let state = Arc::new(State::new());
        let open = Open { of, state: Arc::clone(&state) };
        book.open.insert(id, open);
        drop(book);
        Some(Seat { id, state, all: self.clone() })
    }

    /// No connection could be accepted: the one that keeps others waiting longest gives way.
    pub(super) fn could_not_accept(&self, error: &std::io::Error) {
        tracing::debug!(%error, "a connection could not be accepted");
        let mut book = self.book();
        book.told.not_accepted = book.told.not_accepted.saturating_add(1);
        book.make_room(None);
    }

    /// Ends those that took too long, and tells what was refused.
    fn look_through(&self, stopping: bool) {
        let limits = self.0.limits;
        let mut book = self.book();
        let mut late = 0_u64;
        for open in book.open.values() {
            let (state, waited) = (&open.state, open.state.for_how_long());
            let half_sent = state.is(Doing::Header) && (stopping || waited >= limits.header);
            let hangs = stopping && state.is(Doing::Body) && waited >= SLOW;
            if half_sent || hangs || state.stalled_for() >= limits.answer {
                late = late.saturating_add(1);
                state.end(How::Now);
            } else if state.is(Doing::Idle) && waited >= limits.idle {
                state.end(How::WhenIdle);
            }
        }
        book.told.late = book.told.late.saturating_add(late);
        book.told.tell();
    }
}

impl Book {
    /// Closes one connection that keeps others waiting: the first with a header that is not there, then one whose body
    /// stands still, then the one that was idle longest. False where all are being answered.
    fn make_room(&mut self, of: Option<IpAddr>) -> bool {
        let theirs = |open: &&Open| of.is_none() || open.of == of;
        let is = |doing| move |(_, open): &(&u64, &Open)| open.state.is(doing) && theirs(open);
        let half_sent = || self.open.iter().find(is(Doing::Header));
        let hanging = || {
            let slow = |(_, open): &(&u64, &Open)| open.state.for_how_long() >= SLOW;
            self.open.iter().filter(slow).find(is(Doing::Body))
        };
        let idle = || {
            let idle = self.open.iter().filter(is(Doing::Idle));
            idle.max_by_key(|(_, open)| open.state.for_how_long())
        };
        let found = half_sent().or_else(hanging).or_else(idle);
        let Some(id) = found.map(|(id, _)| *id) else {
            return false;
        };
        if let Some(open) = self.remove(id) {
            open.state.end(How::Now);
        }
        self.told.gave_way = self.told.gave_way.saturating_add(1);
        true
    }

    fn remove(&mut self, id: u64) -> Option<Open> {
        let open = self.open.remove(&id)?;
        if let Some(of) = open.of
            && let Some(n) = self.by_address.get_mut(&of)
        {
            *n = n.saturating_sub(1);
            if *n == 0 {
                self.by_address.remove(&of);
            }
        }
        Some(open)
    }
}

impl Told {
    /// One line a minute, without whose they were.
    fn tell(&mut self) {
        let &mut Self { at, gave_way, refused, late, not_accepted } = self;
        let quiet = gave_way == 0 && refused == 0 && late == 0 && not_accepted == 0;
        if quiet || at.is_some_and(|at| at.elapsed() < TELL) {
            return;
        }
        tracing::warn!(
            refused,
            gave_way,
            late,
            not_accepted,
            "connections were refused, or closed because they kept others waiting"
        );
        *self = Self { at: Some(Instant::now()), ..Self::default() };
    }
}

/// An IPv6 host has a /64 to itself and may take any address of it.
fn neighbourhood(address: IpAddr) -> IpAddr {
    match address {
        IpAddr::V4(_) => address,
        IpAddr::V6(six) => match six.to_ipv4_mapped() {
            Some(four) => IpAddr::V4(four),
            None => IpAddr::V6(Ipv6Addr::from_bits(six.to_bits() & (u128::MAX << 64))),
        },
    }
}

/// One connection's place; given back when it is dropped.
pub(super) struct Seat {
    id: u64,
    state: Arc<State>,
    all: Connections,
}

impl Seat {
    pub(super) fn state(&self) -> &Arc<State> {
        &self.state
    }

    pub(super) fn limits(&self) -> &Limits {
        &self.all.0.limits
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        self.all.book().remove(self.id);
    }
}

/// Looks through the connections every second, for as long as the listener lives.
pub(super) async fn sweep(connections: Connections, stopping: CancellationToken) {
    loop {
        tokio::time::sleep(SWEEP).await;
        connections.look_through(stopping.is_cancelled());
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::web::listen::trusts_nobody;

    fn limits() -> Limits {
        Limits { connections: 4, per_address: 2, ..Limits::within(1_000) }
    }

    fn address(n: u8) -> IpAddr {
        IpAddr::from([10, 0, 0, n])
    }

    #[tokio::test]
    async fn a_half_sent_header_gives_way_before_an_idle_connection_and_an_answer_never() {
        let all = Connections::new(limits(), trusts_nobody());
        let one = all.admit(address(1)).unwrap();
        let two = all.admit(address(1)).unwrap();
        one.state.rests();
        // The second of the same address is half-sent: it makes room for a third.
        let three = all.admit(address(1)).unwrap();
        assert_eq!(two.state.is_closed().await, How::Now);
        three.state.begins_request();
        // Now the idle one does.
        let four = all.admit(address(1)).unwrap();
        assert_eq!(one.state.is_closed().await, How::Now);
        four.state.begins_request();
        assert!(all.admit(address(1)).is_none());
        // Others have their own room, until all of it is taken by answers.
        let rest = [2, 3].map(|n| all.admit(address(n)).unwrap());
        assert_eq!(all.book().open.len(), 4);
        for seat in &rest {
            seat.state.begins_request();
        }
        assert!(all.admit(address(4)).is_none());
        drop(rest);
        assert!(all.admit(address(4)).is_some());
    }

    #[tokio::test]
    async fn a_proxy_that_is_trusted_speaks_for_many() {
        let all = Connections::new(limits(), Arc::new(|who| who == address(9)));
        let seats: Vec<Seat> = (0..4).map(|_| all.admit(address(9)).unwrap()).collect();
        for seat in &seats {
            seat.state.begins_request();
        }
        assert!(all.admit(address(9)).is_none());
        drop(seats);
        assert!(all.book().open.is_empty() && all.book().by_address.is_empty());
    }

    #[test]
    fn an_ipv6_host_is_its_64() {
        let at = |text: &str| neighbourhood(text.parse().unwrap());
        assert_eq!(at("2001:db8::1"), at("2001:db8::ffff:1"));
        assert_ne!(at("2001:db8::1"), at("2001:db8:0:1::1"));
        assert_eq!(at("::ffff:10.0.0.1"), address(1));
    }
}
