//! Behind a real proxy: nginx in front of the service, one node on SQLite and two on PostgreSQL. A stranger guesses through
//! it from one address while the owner signs in from another.

use std::{
    fs,
    net::{IpAddr, Ipv4Addr, SocketAddr, TcpListener},
    path::Path,
    process::{Child, Command, Stdio},
    time::Duration,
};

use headroom::{
    app,
    config::{Options, Settings},
    domain::access::Role,
    state::{AppState, StateConfig},
};
use reqwest::redirect::Policy;

use crate::support::{
    app::{PASSWORD, TestApp},
    databases::{Kind, TestDb, both_databases},
};

/// Serves a node on loopback until the test ends; it trusts the proxies that are named.
async fn node(app: &TestApp, proxies: Option<&str>) -> SocketAddr {
    let options = Options {
        data: Some(app.state.settings.data.clone()),
        trusted_proxies: proxies.map(str::to_owned),
        ..Options::default()
    };
    let state = AppState::new(StateConfig {
        db: app.test.other_node().await,
        clock: app.clock.clone(),
        settings: Settings::resolve(options).unwrap(),
        keys: app.state.keys.clone(),
        demo: false,
    });
    let router = app::router(&state.unwrap());
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let service = router.into_make_service_with_connect_info::<SocketAddr>();
    tokio::spawn(async move { axum::serve(listener, service).await });
    address
}

/// nginx, ended with the test.
struct Nginx {
    child: Child,
    port: u16,
    _folder: tempfile::TempDir,
}

impl Drop for Nginx {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

impl Nginx {
    async fn start(nodes: &[SocketAddr]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let servers: Vec<String> = nodes.iter().map(|node| format!("server {node};")).collect();
        let servers = servers.concat();
        let here = folder.path().display();
        let config = format!(
            "worker_processes 1; daemon off; master_process off; pid {here}/nginx.pid; error_log {here}/error.log;
             events {{ worker_connections 256; }}
             http {{
                 access_log off;
                 client_body_temp_path {here}/body; proxy_temp_path {here}/proxy; fastcgi_temp_path {here}/fastcgi;
                 uwsgi_temp_path {here}/uwsgi; scgi_temp_path {here}/scgi;
                 upstream headroom {{ {servers} }}
                 server {{
                     listen 0.0.0.0:{port};
                     location / {{
                         proxy_pass http://headroom;
                         proxy_set_header Host $http_host;
                         proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
                     }}
                 }}
             }}"
        );
        let file = folder.path().join("nginx.conf");
        fs::write(&file, config).unwrap();
        let program = ["/usr/sbin/nginx", "/usr/local/sbin/nginx", "/usr/bin/nginx"]
            .into_iter()
            .find(|path| Path::new(path).exists());
        let Some(program) = program else {
            panic!("nginx is missing: install the package nginx-light");
        };
        let child = Command::new(program)
            .arg("-p")
            .arg(folder.path())
            .arg("-c")
            .arg(&file)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let nginx = Self { child, port, _folder: folder };
        for _ in 0..200 {
            if tokio::net::TcpStream::connect(("127.0.0.1", port)).await.is_ok() {
                return nginx;
            }
            tokio::time::sleep(Duration::from_millis(25)).await;
        }
        panic!("nginx does not answer");
    }

    /// A browser at an address of its own, which the proxy sees.
    fn browser(&self, last: u8) -> Browser {
        Browser {
            client: reqwest::Client::builder()
                .local_address(IpAddr::V4(Ipv4Addr::new(127, 0, 0, last)))
                .redirect(Policy::none())
                .cookie_store(true)
                .build()
                .unwrap(),
            to: format!("http://127.0.0.1:{}/sign-in", self.port),
        }
    }
}

struct Browser {
    client: reqwest::Client,
    to: String,
}

impl Browser {
    async fn sign_in(&self, email: &str, password: &str, lines: &[(&str, &str)]) -> u16 {
        let mut request = self.client.post(&self.to).form(&[("email", email), ("password", password)]);
        request = request.header("sec-fetch-site", "same-origin");
        for (name, value) in lines {
            request = request.header(*name, *value);
        }
        request.send().await.unwrap().status().as_u16()
    }
}

both_databases!(a_stranger_guesses_through_the_proxy_while_the_owner_signs_in, |test: TestDb| async move {
    let app = TestApp::start(test.clone()).await;
    let (_, mine) = app.with_password(Role::PracticeManager, "Z90001").await;
    let (_, other) = app.with_password(Role::PracticeManager, "Z90002").await;
    let mut nodes = vec![node(&app, Some("127.0.0.1/32")).await];
    if test.kind() == Kind::Postgres {
        nodes.push(node(&app, Some("127.0.0.1/32")).await);
    }
    let nginx = Nginx::start(&nodes).await;
    let (stranger, owner, colleague) = (nginx.browser(66), nginx.browser(2), nginx.browser(3));
    // Thirty guesses at invented accounts and the owner's, each with an invented header: ten are looked at.
    let mut looked_at = 0;
    for n in 0..30 {
        let invented = format!("w{n}@example.invalid");
        let email = if n % 2 == 0 { &mine } else { &invented };
        let forged = format!("198.51.100.{n}");
        let lines = [("x-forwarded-for", &*forged), ("forwarded", "for=198.51.100.1"), ("x-real-ip", "198.51.100.1")];
        match stranger.sign_in(email, "three quiet red chairs", &lines).await {
            422 => looked_at += 1,
            status => assert_eq!(status, 429),
        }
        if n % 10 == 9 {
            // Meanwhile, from elsewhere through the same proxy.
            assert_eq!(owner.sign_in(&mine, PASSWORD, &[]).await, 303);
        }
    }
    assert_eq!(looked_at, 10);
    assert_eq!(colleague.sign_in(&other, PASSWORD, &[]).await, 303);
    // The stranger waits, with the right password too.
    assert_eq!(stranger.sign_in(&other, PASSWORD, &[]).await, 429);
    // Without the proxy anybody could write the header: a node that trusts none takes none.
    let plain = Nginx::start(&[node(&app, None).await]).await;
    let (one, another) = (plain.browser(66), plain.browser(2));
    for n in 0..10 {
        let email = format!("v{n}@example.invalid");
        let status = one.sign_in(&email, "three quiet red chairs", &[]).await;
        assert_eq!(status, 422);
    }
    let status = another.sign_in("v@example.invalid", "three quiet red chairs", &[]).await;
    assert_eq!(status, 429);
});

/// What `serve` logs until it answers, and then once more after some requests with the header of a proxy.
fn said_at_start(test: &TestDb, flags: &[&str]) -> String {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("token.key"), [3; 32]).unwrap();
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let log = folder.path().join("log");
    let listen = format!("127.0.0.1:{port}");
    let mut child = Command::new(env!("CARGO_BIN_EXE_headroom"))
        .arg("serve")
        .arg("--data")
        .arg(folder.path())
        .args(["--listen", &listen])
        .args(flags)
        .env("DATABASE_URL", test.place.describe())
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(fs::File::create(&log).unwrap())
        .spawn()
        .unwrap();
    let asked = (0..3).all(|_| asks_through_a_proxy(port));
    let said = fs::read_to_string(&log).unwrap();
    child.kill().unwrap();
    child.wait().unwrap();
    assert!(asked, "{said}");
    said
}

fn asks_through_a_proxy(port: u16) -> bool {
    use std::io::{Read, Write};
    for _ in 0..400 {
        if let Ok(mut stream) = std::net::TcpStream::connect(("127.0.0.1", port)) {
            let request = "GET /health/live HTTP/1.1\r\nHost: localhost\r\nX-Forwarded-For: 203.0.113.9\r\n\
                           Connection: close\r\n\r\n";
            stream.write_all(request.as_bytes()).unwrap();
            let mut answer = String::new();
            stream.read_to_string(&mut answer).unwrap();
            return answer.starts_with("HTTP/1.1 204");
        }
        std::thread::sleep(Duration::from_millis(25));
    }
    false
}

both_databases!(a_proxy_that_nobody_named_is_spoken_of, |test: TestDb| async move {
    let https = ["--public-url", "https://headroom.example"];
    let said = said_at_start(&test, &https);
    assert!(said.contains("no proxy is named"), "{said}");
    assert_eq!(said.matches("X-Forwarded-For, and no proxy is named").count(), 1, "{said}");
    let named = [&https[..], &["--trusted-proxies", "127.0.0.1"]].concat();
    let said = said_at_start(&test, &named);
    assert!(!said.contains("no proxy is named"), "{said}");
    let said = said_at_start(&test, &[]);
    assert!(!said.contains("is reached over https"), "{said}");
});
