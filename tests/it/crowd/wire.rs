//! Real connections, byte by byte, from as many addresses of the loopback as somebody asks for.

use std::{
    net::{Ipv4Addr, SocketAddr},
    time::Duration,
};

use headroom::web::listen::{self, Limits};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpSocket, TcpStream},
    time::timeout,
};
use tokio_util::sync::CancellationToken;

use crate::support::app::TestApp;

/// The service behind its own listener.
pub(super) struct Served {
    pub(super) address: SocketAddr,
    stopping: CancellationToken,
}

impl Served {
    pub(super) async fn start(app: &TestApp, limits: Limits) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let stopping = app.state.stopping.clone();
        app.state.streams.at_most(limits.streams());
        let (router, trusts) = (app.router.clone(), listen::trusts_nobody());
        tokio::spawn(listen::serve(listener, router, limits, trusts, stopping.clone()));
        Self { address, stopping }
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        self.stopping.cancel();
    }
}

/// A connection from 127.0.`net`.`host`.
pub(super) async fn connect(to: SocketAddr, net: u8, host: u8) -> TcpStream {
    let socket = TcpSocket::new_v4().unwrap();
    let from = SocketAddr::from((Ipv4Addr::new(127, 0, net, host), 0));
    socket.bind(from).unwrap();
    socket.connect(to).await.unwrap()
}

/// An answer as far as these tests look at it.
#[derive(Debug)]
pub(super) struct Answer {
    pub(super) status: u16,
    pub(super) head: String,
}

/// Sends a request and reads the head of the answer; nothing where the connection ends instead.
pub(super) async fn ask(stream: &mut TcpStream, request: &str) -> Option<Answer> {
    stream.write_all(request.as_bytes()).await.ok()?;
    head(stream).await
}

pub(super) async fn head(stream: &mut TcpStream) -> Option<Answer> {
    let mut read = Vec::new();
    let mut some = [0; 4096];
    while !read.windows(4).any(|end| end == b"\r\n\r\n") {
        match stream.read(&mut some).await {
            Ok(0) | Err(_) => return None,
            Ok(n) => read.extend_from_slice(&some[..n]),
        }
    }
    let head = String::from_utf8_lossy(&read).into_owned();
    let status = head.split(' ').nth(1)?.parse().ok()?;
    Some(Answer { status, head })
}

/// Whether the other side ends the connection in this time.
pub(super) async fn ends_within(stream: &mut TcpStream, time: Duration) -> bool {
    let mut some = [0; 4096];
    let end = async {
        loop {
            match stream.read(&mut some).await {
                Ok(0) | Err(_) => return,
                Ok(_) => {}
            }
        }
    };
    timeout(time, end).await.is_ok()
}

/// A request with a cookie, or with `Bearer …`.
pub(super) fn request(line: &str, who: &str, body: Option<&str>) -> String {
    let who = if who.is_empty() {
        String::new()
    } else if who.starts_with("Bearer ") {
        format!("Authorization: {who}\r\n")
    } else {
        format!("Cookie: {who}\r\nSec-Fetch-Site: same-origin\r\n")
    };
    let head = format!("{line} HTTP/1.1\r\nHost: localhost:8025\r\n{who}");
    match body {
        None => format!("{head}\r\n"),
        Some(body) => format!("{head}Content-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}", body.len()),
    }
}
