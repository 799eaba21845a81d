//! The whole service on a database of its own: a small invented world, and people who own a session in it.

use std::time::Duration;

use axum::{
    Router,
    body::Body,
    http::{HeaderMap, Method, Request, StatusCode, header},
};
use chrono::{DateTime, Utc};
use entity::ids::{
    ApiKeyId, ClinicianId, DeviceId, DisplayId, LocalDate, OdsCode, OrgCode, PersonId, SessionId, TapAddressId,
};
use headroom::{
    app,
    clock::Clock,
    config::{Database, Keys, Options, Settings},
    domain::{
        access::{KeyScope, Role},
        organisation::{Dated, Fact, OrganisationKind as Organisation},
    },
    state::{AppState, StateConfig},
    store::{
        admin,
        api_keys::{self, ApiKeyRow},
        displays::{self, DisplayRow},
        organisations::{self, Import},
        people::{self, ClinicianRow, DeviceRow, SessionRow},
        tap_addresses::{self, TapAddressRow},
    },
    web::{passwords, programs, secrets, tokens},
};
use serde_json::Value;
use tokio::sync::OnceCell;
use tower::ServiceExt;
use uuid::Uuid;

use super::databases::{Place, TestDb};

/// What everybody with a password has.
pub(crate) const PASSWORD: &str = "three quiet green chairs";

/// Practices of each of the two LMCs.
const PRACTICES: u32 = 24;

/// Friday 20 November 2026, noon in London.
pub(crate) fn now() -> DateTime<Utc> {
    "2026-11-20T12:00:00Z".parse().unwrap()
}

/// A practice of LMC `east`, ICB `XDA`; from `Z90025` on of LMC `west`, ICB `XDB`.
pub(crate) fn ods(text: &str) -> OdsCode {
    text.parse().unwrap()
}

/// The service.
pub(crate) struct TestApp {
    pub(crate) state: AppState,
    pub(crate) router: Router,
    pub(crate) clock: Clock,
    pub(crate) test: TestDb,
    _folder: tempfile::TempDir,
}

impl TestApp {
    /// Starts it at noon.
    pub(crate) async fn start(test: TestDb) -> Self {
        Self::start_with(test, Options::default()).await
    }

    /// The same, with these settings beside the folder and the database of the test.
    pub(crate) async fn start_with(test: TestDb, options: Options) -> Self {
        // Faults are seen beside the test that met them.
        let log = tracing_subscriber::fmt().with_env_filter("headroom=error").with_test_writer();
        drop(log.try_init());
        let folder = tempfile::tempdir().unwrap();
        let options = Options { data: Some(folder.path().to_owned()), ..options };
        let mut settings = Settings::resolve(options).unwrap();
        if let Place::Sqlite(file) = &test.place {
            settings.database = Database::Sqlite(file.clone());
        }
        let clock = Clock::fixed(now());
        let state = AppState::new(StateConfig {
            db: test.db.clone(),
            clock: clock.clone(),
            settings,
            keys: Keys::new(&[3; 32], &[]),
            demo: false,
        })
        .unwrap();
        organisations(&test).await;
        Self { router: app::router(&state), state, clock, test, _folder: folder }
    }

    /// The router of another state on the same database, asked by somebody who is not signed in.
    pub(crate) fn stranger_at(state: &AppState) -> Client {
        Client { router: app::router(state), cookie: None, token: None }
    }

    /// Somebody who is not signed in.
    pub(crate) fn stranger(&self) -> Client {
        Client { router: self.router.clone(), cookie: None, token: None }
    }

    /// A browser with these cookies.
    pub(crate) fn browser(&self, cookies: String) -> Client {
        Client { cookie: Some(cookies), ..self.stranger() }
    }

    /// A program with this token.
    pub(crate) fn program(&self, token: String) -> Client {
        Client { token: Some(token), ..self.stranger() }
    }

    /// A person with one role, signed in with a cookie.
    pub(crate) async fn person(&self, role: Role, organisation: &str) -> Client {
        let person = self.add_person(role, organisation).await;
        self.browser_of(person).await
    }

    /// The same, with an API token instead.
    pub(crate) async fn token(&self, role: Role, organisation: &str) -> Client {
        let person = self.add_person(role, organisation).await;
        self.program_of(person).await
    }

    /// A browser in which this person is signed in from now on.
    pub(crate) async fn browser_of(&self, person: PersonId) -> Client {
        let secret = secrets::fresh();
        self.add_session(person, &secret).await;
        self.browser(format!("headroom=s.{secret}"))
    }

    /// A program that holds a fresh token of this person.
    pub(crate) async fn program_of(&self, person: PersonId) -> Client {
        let session = self.add_session(person, &secrets::fresh()).await;
        let now = self.clock.now();
        self.program(tokens::sign(&self.state.keys, person, session, now).unwrap())
    }

    /// A practice manager with an API token.
    pub(crate) async fn manager(&self, practice: &str) -> Client {
        self.token(Role::PracticeManager, practice).await
    }

    /// Adds a person with one role.
    pub(crate) async fn add_person(&self, role: Role, organisation: &str) -> PersonId {
        let (conn, id) = (self.test.db.schema(), PersonId(Uuid::now_v7()));
        let email = format!("{id}@example.invalid");
        people::add_person(conn, id, &email, "Somebody", None, now()).await.unwrap();
        let organisation: OrgCode = organisation.parse().unwrap();
        people::add_grant(conn, id, role, &organisation, now()).await.unwrap();
        id
    }

    /// A person with a password and one role, and the address they sign in with. Hashing is slow on purpose: it is done
    /// once.
    pub(crate) async fn with_password(&self, role: Role, organisation: &str) -> (PersonId, String) {
        static HASH: OnceCell<String> = OnceCell::const_new();
        let hash = HASH.get_or_init(|| async { passwords::hash(&self.state, PASSWORD.to_owned()).await.unwrap() });
        let person = self.add_person(role, organisation).await;
        admin::set_password(self.test.db.schema(), person, hash.await.clone()).await.unwrap();
        (person, format!("{person}@example.invalid"))
    }

    async fn add_session(&self, person: PersonId, secret: &str) -> SessionId {
        let id = SessionId(Uuid::now_v7());
        let row = SessionRow {
            id,
            secret_hash: secrets::hash(secret),
            kind: "browser".to_owned(),
            person,
            created_at: self.clock.now(),
            last_seen_at: self.clock.now(),
            expires_at: self.clock.now() + chrono::Duration::hours(12),
            revoked_at: None,
            second_factor_at: Some(self.clock.now()),
        };
        people::add_session(self.test.db.schema(), row).await.unwrap();
        id
    }

    /// Adds a clinician.
    pub(crate) async fn clinician(&self, practice: &str, label: &str) -> ClinicianId {
        let id = ClinicianId(Uuid::now_v7());
        let row = ClinicianRow {
            practice: ods(practice),
            id,
            label: label.to_owned(),
            staff_group: "gp-partner".to_owned(),
            added_at: now(),
            left_on: None,
            erased_at: None,
        };
        people::add_clinician(self.test.db.schema(), row).await.unwrap();
        id
    }

    /// A device enrolled for a clinician.
    pub(crate) async fn device(&self, practice: &str, clinician: ClinicianId) -> Client {
        let secret = secrets::fresh();
        let row = DeviceRow {
            practice: ods(practice),
            id: DeviceId(Uuid::now_v7()),
            clinician,
            secret_hash: secrets::hash(&secret),
            enrolled_at: now(),
            expires_at: now() + chrono::Duration::days(90),
            last_seen_at: now(),
            pin_hash: None,
            revoked_at: None,
        };
        people::add_device(self.test.db.schema(), row).await.unwrap();
        self.browser(format!("headroom=d.{secret}"))
    }
}

impl TestApp {
    /// A program with a key.
    pub(crate) async fn key(&self, role: Role, organisation: &str, scopes: &[KeyScope]) -> Client {
        let id = ApiKeyId(Uuid::now_v7());
        let new = programs::make(id);
        let row = ApiKeyRow {
            organisation: organisation.parse().unwrap(),
            id,
            role: role.code().to_owned(),
            name: "Appointments every night".to_owned(),
            scopes: scopes.iter().map(|scope| scope.code()).collect::<Vec<_>>().join(" "),
            secret_hash: new.secret_hash,
            created_at: now(),
            created_by: Uuid::now_v7(),
            expires_at: now() + chrono::Duration::days(90),
            last_used_at: None,
            last_files_at: None,
            revoked_at: None,
        };
        assert!(api_keys::add(self.test.db.schema(), row).await.unwrap());
        self.program(new.key)
    }

    /// A secret address that counts for a clinician.
    pub(crate) async fn tap_address(&self, practice: &str, clinician: ClinicianId) {
        let row = TapAddressRow {
            practice: ods(practice),
            id: TapAddressId(Uuid::now_v7()),
            clinician,
            device: DeviceId(Uuid::nil()),
            name: "Stream Deck".to_owned(),
            secret_hash: secrets::hash(&secrets::fresh()),
            created_at: now(),
            last_used_at: Some(now()),
            revoked_at: None,
        };
        assert!(tap_addresses::add(self.test.db.schema(), row).await.unwrap());
    }

    /// A screen with an opened display link: on a wall, or at the desk.
    pub(crate) async fn display(&self, practice: &str, desk: bool) -> Client {
        let secret = secrets::fresh();
        let row = DisplayRow {
            practice: ods(practice),
            id: DisplayId(Uuid::now_v7()),
            label: "Reception".to_owned(),
            may_count: desk,
            secret_hash: secrets::hash(&secret),
            created_at: now(),
            created_by: Uuid::nil(),
            opened_at: Some(now()),
            expires_at: now() + chrono::Duration::days(90),
            revoked_at: None,
        };
        assert!(displays::add(self.test.db.schema(), row).await.unwrap());
        self.browser(format!("headroom=w.{secret}"))
    }
}

/// Forty more practices of LMC `east`, from `Z90049` on: 64 with those that every world has.
pub(crate) async fn forty_more(test: &TestDb) {
    let more = 2 * PRACTICES + 1..=2 * PRACTICES + 40;
    write(test, &more.flat_map(|n| practice(n, "XDA", "east")).collect::<Vec<_>>()).await;
}

/// Two practices of LMC `east` that lie in ICB `XDB`: `Z90101` and `Z90102`.
pub(crate) async fn across_the_border(test: &TestDb) {
    let more = 101..=102;
    write(test, &more.flat_map(|n| practice(n, "XDB", "east")).collect::<Vec<_>>()).await;
}

async fn organisations(test: &TestDb) {
    let mut facts = Vec::new();
    for (code, kind, name) in [
        ("Y9D", Organisation::Region, "Invented region"),
        ("XDA", Organisation::Icb, "Wyre and Calder"),
        ("XDB", Organisation::Icb, "Holme and Rise"),
        ("east", Organisation::Lmc, "East LMC"),
        ("west", Organisation::Lmc, "West LMC"),
        ("UX001", Organisation::Pcn, "Brackenshaw PCN"),
    ] {
        facts.push(dated(code, kind, Fact::Opened));
        facts.push(dated(code, kind, Fact::Name(name.to_owned())));
    }
    for n in 1..=2 * PRACTICES {
        let (icb, lmc) = if n <= PRACTICES { ("XDA", "east") } else { ("XDB", "west") };
        facts.extend(practice(n, icb, lmc));
    }
    write(test, &facts).await;
}

/// So many practices more, in an ICB of their own.
pub(crate) async fn opened(test: &TestDb, practices: u32, icb: &str) {
    let mut facts = vec![
        dated(icb, Organisation::Icb, Fact::Opened),
        dated(icb, Organisation::Icb, Fact::Name("A small board".to_owned())),
    ];
    facts.extend((101..101 + practices).flat_map(|n| practice(n, icb, "east")));
    write(test, &facts).await;
}

/// A practice is in another ICB from a day on.
pub(crate) async fn moved(test: &TestDb, practice: &str, icb: &str, on: &str) {
    let fact = Fact::Parent { kind: Organisation::Icb, code: Some(icb.parse().unwrap()) };
    let dated = Dated { effective_on: on.parse().unwrap(), ..dated(practice, Organisation::Practice, fact) };
    write(test, &[dated]).await;
}

fn start() -> LocalDate {
    "2020-01-01".parse().unwrap()
}

fn dated(code: &str, kind: Organisation, fact: Fact) -> Dated {
    Dated {
        code: code.parse().unwrap(),
        kind,
        effective_on: start(),
        recorded_at: now() - chrono::Duration::days(300),
        fact,
    }
}

fn practice(n: u32, icb: &str, lmc: &str) -> Vec<Dated> {
    let code = format!("Z{:05}", 90_000 + n);
    let parent = |kind, code: &str| Fact::Parent { kind, code: Some(code.parse().unwrap()) };
    [
        Fact::Opened,
        Fact::Name(format!("Invented Surgery {n}")),
        Fact::ListSize(10_000),
        parent(Organisation::Icb, icb),
        parent(Organisation::Lmc, lmc),
        parent(Organisation::Region, "Y9D"),
        parent(Organisation::Pcn, "UX001"),
    ]
    .into_iter()
    .map(|fact| dated(&code, Organisation::Practice, fact))
    .collect()
}

async fn write(test: &TestDb, facts: &[Dated]) {
    let import = Import { source: "test", effective_on: start(), file_sha256: String::new() };
    organisations::append(test.db.schema(), &import, facts, now()).await.unwrap();
}

/// Somebody's browser or program.
#[derive(Clone)]
pub(crate) struct Client {
    router: Router,
    pub(crate) cookie: Option<String>,
    pub(crate) token: Option<String>,
}

/// What came back.
#[derive(Debug)]
pub(crate) struct Reply {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: String,
    /// The body as it came: a file is no text.
    pub(crate) bytes: Vec<u8>,
}

impl Client {
    /// Sends anything.
    pub(crate) async fn send(&self, method: Method, path: &str, kind: Option<&str>, body: impl Into<Body>) -> Reply {
        self.sent(method, path, [(header::CONTENT_TYPE, kind)], body.into()).await
    }

    /// Reads an address as something else than JSON.
    pub(crate) async fn accepting(&self, path: &str, kind: &str) -> Reply {
        self.sent(Method::GET, path, [(header::ACCEPT, Some(kind))], Body::empty()).await
    }

    async fn sent<const N: usize>(
        &self,
        method: Method,
        path: &str,
        headers: [(header::HeaderName, Option<&str>); N],
        body: Body,
    ) -> Reply {
        let mut request = Request::builder().method(method).uri(path).header(header::HOST, "localhost:8025");
        if let Some(cookie) = &self.cookie {
            request = request.header(header::COOKIE, cookie).header("sec-fetch-site", "same-origin");
        }
        if let Some(token) = &self.token {
            request = request.header(header::AUTHORIZATION, format!("Bearer {token}"));
        }
        for (name, text) in headers {
            if let Some(text) = text {
                request = request.header(name, text);
            }
        }
        let response = self.router.clone().oneshot(request.body(body).unwrap()).await.unwrap();
        let (parts, body) = response.into_parts();
        // A stream never ends: its answer is in its headers.
        let stream = parts.headers.get(header::CONTENT_TYPE).is_some_and(|kind| kind == "text/event-stream");
        let bytes =
            if stream { Vec::new() } else { axum::body::to_bytes(body, 64 * 1024 * 1024).await.unwrap().to_vec() };
        Reply {
            status: parts.status,
            headers: parts.headers,
            body: String::from_utf8_lossy(&bytes).into_owned(),
            bytes,
        }
    }

    pub(crate) async fn get(&self, path: &str) -> Reply {
        self.send(Method::GET, path, None, String::new()).await
    }

    pub(crate) async fn delete(&self, path: &str) -> Reply {
        self.send(Method::DELETE, path, None, String::new()).await
    }

    pub(crate) async fn post(&self, path: &str, body: Value) -> Reply {
        self.send(Method::POST, path, Some("application/json"), body.to_string()).await
    }

    pub(crate) async fn put(&self, path: &str, body: Value) -> Reply {
        self.send(Method::PUT, path, Some("application/json"), body.to_string()).await
    }

    /// Chooses a file in a form of a page and sends it.
    pub(crate) async fn upload(&self, path: &str, name: &str, file: &[u8]) -> Reply {
        let mut body = format!(
            "--edge\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{name}\"\r\n\
             Content-Type: application/octet-stream\r\n\r\n"
        )
        .into_bytes();
        body.extend(file);
        body.extend(b"\r\n--edge--\r\n");
        self.send(Method::POST, path, Some("multipart/form-data; boundary=edge"), body).await
    }

    /// Sends a form of a page.
    pub(crate) async fn form(&self, path: &str, fields: &[(&str, &str)]) -> Reply {
        let body = fields
            .iter()
            .map(|(name, value)| format!("{}={}", encode(name), encode(value)))
            .collect::<Vec<_>>()
            .join("&");
        self.send(Method::POST, path, Some("application/x-www-form-urlencoded"), body).await
    }
}

/// Asks again and again until it is so, for what is noted aside while the answer is on its way.
pub(crate) async fn eventually<F: Future<Output = bool>>(what: &str, is_so: impl Fn() -> F) {
    for _ in 0..250 {
        if is_so().await {
            return;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    panic!("{what}: not within five seconds");
}

/// Percent-encoded, for a form or a query.
pub(crate) fn encode(text: &str) -> String {
    text.bytes()
        .map(|byte| {
            if byte.is_ascii_alphanumeric() || b"-_.".contains(&byte) {
                char::from(byte).to_string()
            } else {
                format!("%{byte:02X}")
            }
        })
        .collect()
}

impl Reply {
    /// The status is `status`; says what came otherwise.
    #[track_caller]
    pub(crate) fn is(&self, status: u16) -> &Self {
        assert_eq!(self.status.as_u16(), status, "{}", self.body);
        self
    }

    /// The cookies it sets, as a browser sends them back; those it removes are left out.
    pub(crate) fn cookies(&self) -> String {
        self.headers
            .get_all(header::SET_COOKIE)
            .iter()
            .map(|value| value.to_str().unwrap())
            .filter(|value| !value.contains("Max-Age=0"))
            .filter_map(|value| value.split(';').next())
            .collect::<Vec<_>>()
            .join("; ")
    }

    /// The body as JSON.
    #[track_caller]
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|error| panic!("{error}: {}", self.body))
    }

    /// Where it leads on to.
    #[track_caller]
    pub(crate) fn location(&self) -> String {
        self.headers.get(header::LOCATION).unwrap().to_str().unwrap().to_owned()
    }
}
