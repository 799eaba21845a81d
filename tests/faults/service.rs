//! The program itself, on a small world of its own: one practice, a manager who is signed in, a phone that is enrolled.

use std::{
    fs,
    io::{BufRead, BufReader, Write},
    path::{Path, PathBuf},
    process::{Child, Command, ExitStatus, Stdio},
    time::{Duration, Instant},
};

use reqwest::{
    Client, Method, Response,
    header::{COOKIE, SET_COOKIE},
    redirect::Policy,
};
use sea_orm::{ConnectOptions, ConnectionTrait, Database, DatabaseConnection, Statement};
use tempfile::TempDir;
use tokio::sync::OnceCell;
use uuid::Uuid;

use crate::control::{Control, Fault};

/// A practice of the first lines of NHS England's file.
pub(crate) const PRACTICE: &str = "A81001";
const PASSWORD: &str = "three quiet green chairs by a pond";

/// Where the database of one service is.
#[derive(Debug, Clone)]
pub(crate) struct Place {
    /// Data folder.
    pub(crate) folder: PathBuf,
    /// PostgreSQL, where it is not the file in the folder.
    pub(crate) server: Option<String>,
}

impl Place {
    pub(crate) fn file(&self) -> PathBuf {
        self.folder.join("headroom.sqlite")
    }

    /// As whoever opens the database beside the service names it.
    pub(crate) fn url(&self) -> String {
        self.server.clone().unwrap_or_else(|| format!("sqlite://{}?mode=ro", self.file().display()))
    }

    /// One command on this database.
    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        // A signal that is ignored stays ignored in the program that takes the shell's place: a file that may not grow
        // is an error then, and not the end.
        let mut command = Command::new("sh");
        command
            .args(["-c", "trap '' XFSZ; exec \"$@\"", "sh"])
            .arg(env!("CARGO_BIN_EXE_headroom"))
            .args(arguments)
            .args(["--log", "info", "--data"])
            .arg(&self.folder)
            .env_remove("DATABASE_URL")
            .stdin(Stdio::null());
        if let Some(url) = &self.server {
            command.env("DATABASE_URL", url);
        }
        command
    }

    fn run(&self, arguments: &[&str], input: &str) {
        let mut child =
            self.command(arguments).stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap();
        child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
        let done = child.wait_with_output().unwrap();
        let said = String::from_utf8_lossy(&done.stderr);
        assert!(done.status.success(), "{arguments:?}: {said}");
    }

    /// What `headroom verify` finds wrong; nothing where it agrees.
    pub(crate) fn verify(&self) -> Option<String> {
        let done = self.command(&["verify"]).output().unwrap();
        let said = [done.stdout, done.stderr].concat();
        (!done.status.success()).then(|| String::from_utf8_lossy(&said).into_owned())
    }

    /// The ids in a column, by a connection that is nobody's.
    pub(crate) async fn ids(&self, table: &str, column: &str) -> Vec<Uuid> {
        let db = connect(&self.url()).await;
        let sql = format!("SELECT {column} FROM {table}");
        let statement = Statement::from_string(db.get_database_backend(), sql);
        let rows = db.query_all_raw(statement).await.unwrap();
        db.close().await.unwrap();
        rows.iter().map(|row| row.try_get_by_index(0).unwrap()).collect()
    }
}

/// Opens a plain connection, beside the product.
#[expect(clippy::disallowed_methods, reason = "tests look at the database from outside")]
pub(crate) async fn connect(url: &str) -> DatabaseConnection {
    let mut options = ConnectOptions::new(url);
    options.max_connections(1).sqlx_logging(false);
    Database::connect(options).await.unwrap()
}

/// The world that every test begins with.
#[derive(Debug, Clone)]
pub(crate) struct World {
    pub(crate) place: Place,
    pub(crate) manager: String,
    pub(crate) phone: String,
    /// The owner of the phone, and another clinician.
    pub(crate) clinicians: [Uuid; 2],
    /// The secret of a link by which the other one enrols a phone.
    pub(crate) invitation: String,
}

/// A world and the folder it lies in, which goes with it.
pub(crate) struct Copy {
    pub(crate) world: World,
    _folder: TempDir,
}

pub(crate) fn folder() -> TempDir {
    let memory = Path::new("/dev/shm");
    let mut builder = tempfile::Builder::new();
    builder.prefix("headroom-faults-");
    let folder = if memory.is_dir() { builder.tempdir_in(memory) } else { builder.tempdir() };
    folder.unwrap()
}

impl World {
    /// A copy of the SQLite world: the file alone and its keys, as an administrator would copy them.
    pub(crate) async fn copy() -> Copy {
        static FIRST: OnceCell<World> = OnceCell::const_new();
        let first = FIRST
            .get_or_init(async || {
                let kept = Path::new(env!("CARGO_TARGET_TMPDIR")).join("faults-world");
                drop(fs::remove_dir_all(&kept));
                fs::create_dir(&kept).unwrap();
                Self::begin(Place { folder: kept, server: None }).await
            })
            .await;
        let folder = folder();
        let data = folder.path().join("data");
        fs::create_dir(&data).unwrap();
        for name in ["headroom.sqlite", "token.key"] {
            fs::copy(first.place.folder.join(name), data.join(name)).unwrap();
        }
        let mut world = first.clone();
        world.place.folder = data;
        Copy { world, _folder: folder }
    }

    /// Imports, adds people, enrols a phone, and stops the service again.
    pub(crate) async fn begin(place: Place) -> Self {
        let root = Path::new(env!("CARGO_MANIFEST_DIR"));
        let map = root.join("tests/data/organisations/gp-reg-pat-prac-map_2026-08.csv");
        let lines: Vec<String> =
            fs::read_to_string(map).unwrap().lines().take(13).map(|line| format!("{line}\n")).collect();
        let few = place.folder.with_extension("csv");
        fs::write(&few, lines.concat()).unwrap();
        if place.server.is_some() {
            let key: [u8; 32] = rand::random();
            fs::write(place.folder.join("token.key"), key).unwrap();
            place.run(&["migrate"], "");
        }
        place.run(&["import", "organisations", few.to_str().unwrap()], "");
        let add = ["user", "add", "--password-stdin", "--email"];
        let root = ["root@example.invalid", "--role", "administrator"];
        place.run(&[&add[..], &root].concat(), PASSWORD);
        let of = ["--role", "practice-manager", "--organisation", PRACTICE];
        let manager = [&add[..], &["manager@example.invalid"], &of].concat();
        place.run(&manager, PASSWORD);
        let service = Service::start(&place);
        let world = enrolled(&service, place).await;
        assert!(service.stop().success());
        world
    }
}

async fn enrolled(service: &Service, place: Place) -> World {
    let form = [("email", "manager@example.invalid"), ("password", PASSWORD)];
    let manager = cookie(&service.form("/sign-in", "", &form).await.unwrap());
    let clinicians = [Uuid::now_v7(), Uuid::now_v7()];
    let mut secrets = Vec::new();
    for (n, id) in clinicians.iter().enumerate() {
        let body = serde_json::json!({
            "id": id, "label": format!("Dr {n}"), "staff_group": "gp-partner",
        });
        let path = format!("/api/v1/practices/{PRACTICE}/clinicians");
        let added = service.json(Method::POST, &path, &manager, &body).await;
        assert_eq!(added.unwrap().status(), 201);
        let path = format!("/practices/{PRACTICE}/people/{id}/link");
        let link = [("id", &*Uuid::now_v7().to_string())];
        let page = service.form(&path, &manager, &link).await.unwrap();
        let page = page.text().await.unwrap();
        let (_, rest) = page.split_once("/enrol/").expect("a link to enrol by");
        let end = rest.find(|sign: char| !sign.is_ascii_alphanumeric() && !"-_".contains(sign));
        secrets.push(rest[..end.unwrap()].to_owned());
    }
    let phone = service.enrol(&secrets[0], Uuid::now_v7()).await.unwrap();
    World { place, manager, phone: cookie(&phone), clinicians, invitation: secrets[1].clone() }
}

/// What a browser sends back.
pub(crate) fn cookie(answer: &Response) -> String {
    let set = answer.headers().get_all(SET_COOKIE).iter();
    let pairs = set.filter_map(|set| set.to_str().unwrap().split(';').next());
    let cookie = pairs.collect::<Vec<_>>().join("; ");
    assert!(cookie.contains("headroom="), "{}: {cookie}", answer.status());
    cookie
}

/// A running service. Killed when it is dropped.
pub(crate) struct Service {
    child: Child,
    url: String,
    client: Client,
    said: PathBuf,
    pub(crate) control: Control,
}

impl Service {
    /// Starts it and waits until it says that it is ready.
    pub(crate) fn start(place: &Place) -> Self {
        Self::start_under(place, None)
    }

    /// The same under a fault that is there from the start.
    pub(crate) fn start_under(place: &Place, fault: Option<Fault>) -> Self {
        let control = Control::beside(&place.folder);
        if let Some(fault) = fault {
            control.set(fault);
        }
        let said = place.folder.with_extension("log");
        let client = Client::builder().redirect(Policy::none()).timeout(Duration::from_secs(10)).build().unwrap();
        // Another program may take the port that was just free.
        for _ in 0..20 {
            let port = rand::random_range(20_000..30_000_u16);
            let address = format!("127.0.0.1:{port}");
            let mut command = place.command(&["serve", "--listen", &address]);
            control.under(&mut command, &place.folder);
            let mut child = command.stdout(Stdio::piped()).stderr(fs::File::create(&said).unwrap()).spawn().unwrap();
            let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
            if lines.any(|line| line.unwrap().starts_with("Headroom is ready")) {
                return Self { child, url: format!("http://{address}"), client, said, control };
            }
            child.wait().unwrap();
            let why = fs::read_to_string(&said).unwrap();
            assert!(why.contains("cannot listen"), "{why}");
        }
        panic!("no port is free");
    }

    /// Lets files grow to so many bytes, or to `unlimited`.
    pub(crate) fn limit(&self, bytes: &str) {
        let set = Command::new("prlimit")
            .arg(format!("--fsize={bytes}:unlimited"))
            .args(["--pid", &self.child.id().to_string()])
            .status();
        assert!(set.expect("prlimit, of util-linux").success());
    }

    async fn send(&self, request: reqwest::RequestBuilder) -> reqwest::Result<Response> {
        request.header("sec-fetch-site", "same-origin").send().await
    }

    pub(crate) async fn get(&self, path: &str, cookie: &str) -> reqwest::Result<Response> {
        let request = self.client.get(format!("{}{path}", self.url));
        self.send(request.header(COOKIE, cookie)).await
    }

    pub(crate) async fn json(
        &self,
        method: Method,
        path: &str,
        cookie: &str,
        body: &serde_json::Value,
    ) -> reqwest::Result<Response> {
        let request = self.client.request(method, format!("{}{path}", self.url));
        self.send(request.header(COOKIE, cookie).json(body)).await
    }

    pub(crate) async fn form(&self, path: &str, cookie: &str, fields: &[(&str, &str)]) -> reqwest::Result<Response> {
        let request = self.client.post(format!("{}{path}", self.url));
        self.send(request.header(COOKIE, cookie).form(fields)).await
    }

    /// Enrols a phone by the secret of a link.
    pub(crate) async fn enrol(&self, secret: &str, device: Uuid) -> reqwest::Result<Response> {
        let device = device.to_string();
        let fields = [("device", &*device), ("pin", ""), ("pin_again", "")];
        self.form(&format!("/enrol/{secret}"), "", &fields).await
    }

    /// What `/health/ready` says, and whether it names a time to come back.
    pub(crate) async fn ready(&self) -> Option<(u16, bool)> {
        let answer = self.get("/health/ready", "").await.ok()?;
        let again = answer.headers().contains_key("retry-after");
        Some((answer.status().as_u16(), again))
    }

    /// How it ended, if it did.
    pub(crate) fn ended(&mut self) -> Option<ExitStatus> {
        self.child.try_wait().unwrap()
    }

    /// The address it listens at.
    pub(crate) fn address(&self) -> &str {
        self.url.trim_start_matches("http://")
    }

    /// Waits for it to end by itself.
    pub(crate) async fn end(&mut self, within: Duration) -> Option<ExitStatus> {
        let begun = Instant::now();
        while begun.elapsed() < within {
            if let Some(status) = self.ended() {
                return Some(status);
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        None
    }

    /// What it wrote into its log.
    pub(crate) fn said(&self) -> String {
        fs::read_to_string(&self.said).unwrap()
    }

    /// The plain line with which it ended. Requests that were still open may have been logged after it.
    pub(crate) fn last_words(&self) -> String {
        let said = self.said();
        let mut lines = said.lines().rev();
        let words = lines.find(|line| line.starts_with("headroom: "));
        words.unwrap_or(&said).to_owned()
    }

    /// Asks it to end and waits until it has.
    pub(crate) fn stop(mut self) -> ExitStatus {
        self.terminate();
        self.child.wait().unwrap()
    }

    pub(crate) fn terminate(&self) {
        let kill = format!("kill -TERM {}", self.child.id());
        let sent = Command::new("sh").args(["-c", &kill]).status().unwrap();
        assert!(sent.success());
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}
