//! What an outside reader can fetch does not tell what one practice does: T3, T5 and T7 of the disclosure method, over
//! HTTP. Every address that an ICB's analyst or a stranger can reach is compared byte for byte: status, headers in their
//! order, and body. Only `Date`, the id of a request and cookies are excepted.

use std::{
    collections::{BTreeMap, BTreeSet, VecDeque},
    sync::{Arc, Mutex},
};

use axum::{
    Router,
    body::Body,
    http::{Method, Request, header},
};
use chrono::{DateTime, Duration, Utc};
use entity::ids::{ClinicianId, PersonId, StatusId};
use headroom::{
    app,
    db::{Db, Scoped},
    domain::{
        access::{self, Actor, Facts, Grant, RecordStatus, Role, Target},
        action::StatusChange,
        catalogue::Status,
        disclosure::Period,
    },
    error::AppError,
    jobs,
    state::{AppState, StateConfig},
    store::actions::{self, NewStatus},
};
use sea_orm::ConnectionTrait;
use serde_json::{Value, json};
use tower::ServiceExt;
use uuid::Uuid;

use crate::support::{
    app::{Client, TestApp, now, ods},
    databases::{Kind, Place, TestDb, both_databases, run},
};

/// The practice whose data change.
pub(crate) const OWN: &str = "Z90005";
/// What may differ between two answers.
const EXCEPTED: [&str; 3] = ["date", "x-request-id", "set-cookie"];

/// An answer, byte for byte.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    headers: Vec<(String, Vec<u8>)>,
    pub(crate) body: Vec<u8>,
}

impl Answer {
    /// Without its body, for people.
    fn told(&self) -> (u16, Vec<String>) {
        let headers = self.headers.iter().map(|(name, value)| format!("{name}: {}", String::from_utf8_lossy(value)));
        (self.status, headers.collect())
    }

    fn header(&self, name: &str) -> Option<&str> {
        let found = self.headers.iter().find(|(known, _)| known == name)?;
        std::str::from_utf8(&found.1).ok()
    }
}

/// Somebody outside, at one node.
pub(crate) struct Reader {
    pub(crate) name: &'static str,
    pub(crate) router: Router,
    pub(crate) client: Client,
}

impl Reader {
    pub(crate) async fn ask(&self, method: &Method, path: &str, more: &[(&str, &str)]) -> Answer {
        self.send(method, path, more, String::new()).await
    }

    /// Sends something too.
    pub(crate) async fn send(&self, method: &Method, path: &str, more: &[(&str, &str)], body: String) -> Answer {
        let mut request = Request::builder().method(method).uri(path).header(header::HOST, "localhost:8025");
        if let Some(cookie) = &self.client.cookie {
            request = request.header(header::COOKIE, cookie);
        }
        if let Some(token) = &self.client.token {
            request = request.header(header::AUTHORIZATION, format!("Bearer {token}"));
        }
        for (name, value) in more {
            request = request.header(*name, *value);
        }
        let request = request.body(Body::from(body)).unwrap();
        let (parts, body) = self.router.clone().oneshot(request).await.unwrap().into_parts();
        let kind = parts.headers.get(header::CONTENT_TYPE);
        let stream = kind.is_some_and(|kind| kind == "text/event-stream");
        assert!(!stream, "{} is given a stream at {path}", self.name);
        let body = axum::body::to_bytes(body, 64 * 1024 * 1024).await.unwrap();
        Answer {
            status: parts.status.as_u16(),
            headers: parts
                .headers
                .iter()
                .filter(|(name, _)| !EXCEPTED.contains(&name.as_str()))
                .map(|(name, value)| (name.to_string(), value.as_bytes().to_vec()))
                .collect(),
            body: body.to_vec(),
        }
    }
}

/// The reader's own address and when they signed in, and the form that makes a key: each is another in each world, and here
/// they sign in again and again.
const OWN_PAGES: [&str; 2] = ["/account", "/organisations/"];

fn is_own(path: &str) -> bool {
    OWN_PAGES.iter().any(|own| path.starts_with(own))
}

/// Every address of the route table that can be read, with its parameters filled in every way that matters here.
pub(crate) fn table(clinician: ClinicianId) -> BTreeSet<String> {
    let mut releases: Vec<String> = ["7", "8", "9", "10", "latest"]
        .iter()
        .flat_map(|number| ["", ".csv", ".json", ".xlsx", ".pdf", ".sha256"].map(|form| format!("{number}{form}")))
        .collect();
    releases.extend(["nine", "all.csv", "all.xlsx", "all.pdf"].map(str::to_owned));
    let clinician = clinician.to_string();
    let values: [(&str, Vec<&str>); 9] = [
        ("{ods}", vec![OWN, "Z90030", "Z99999"]),
        ("{lmc}", vec!["east", "west", "north"]),
        ("{release}", releases.iter().map(String::as_str).collect()),
        ("{code}", vec!["XDA", "XDB", "XDZ", "Y9D", "east"]),
        ("{clinician}", vec![clinician.as_str()]),
        ("{date}", vec!["2026-11-20"]),
        ("{item}", vec!["dsa-freeze"]),
        ("{kind}", vec!["survey-reply"]),
        ("{file}", vec!["letter.pdf"]),
    ];
    let mut all = BTreeSet::new();
    for row in app::table().into_iter().filter(|row| !is_own(row.path)) {
        if row.method != Method::GET {
            continue;
        }
        let mut paths = vec![row.path.to_owned()];
        for (part, values) in &values {
            paths = paths.iter().flat_map(|path| values.iter().map(move |value| path.replace(part, value))).collect();
        }
        all.extend(paths.iter().map(|path| any(path)));
    }
    let about: Vec<String> = all
        .iter()
        .filter(|path| path.contains("/releases") || path.contains("/areas/"))
        .map(|path| format!("{path}?on=2026-11-20&icb=XDB&practice={OWN}&lmc=east"))
        .collect();
    all.extend(about);
    all
}

/// Parameters that name nothing here.
pub(crate) fn any(path: &str) -> String {
    let mut filled = path.to_owned();
    while let (Some(from), Some(to)) = (filled.find('{'), filled.find('}')) {
        filled.replace_range(from..=to, &Uuid::from_u128(7).to_string());
    }
    filled
}

/// Where a page leads on this host.
pub(crate) fn links(page: &[u8]) -> Vec<String> {
    let text = String::from_utf8_lossy(page);
    let mut found = Vec::new();
    for mark in ["href=\"/", "src=\"/"] {
        for part in text.split(mark).skip(1) {
            let path = part.split('"').next().unwrap_or_default();
            let path = path.split('#').next().unwrap_or_default();
            if is_own(&format!("/{path}")) {
                continue;
            }
            found.push(format!("/{}", path.replace("&amp;", "&")));
        }
    }
    found
}

/// Every address that is in the table or that a page of these readers leads to.
async fn addresses(readers: &[Reader], clinician: ClinicianId) -> Vec<String> {
    let mut known = table(clinician);
    let mut next: VecDeque<String> = known.iter().cloned().collect();
    while let Some(path) = next.pop_front() {
        assert!(known.len() < 5_000, "the pages have no end");
        for reader in readers {
            let answer = reader.ask(&Method::GET, &path, &[]).await;
            if answer.status != 200 || path.starts_with("/assets/") {
                continue;
            }
            for link in links(&answer.body) {
                if known.insert(link.clone()) {
                    next.push_back(link);
                }
            }
        }
    }
    known.into_iter().collect()
}

pub(crate) type Seen = BTreeMap<(&'static str, String, String), Answer>;

/// Everything there is to see: with GET, with HEAD, and asked whether it has changed.
pub(crate) async fn look(readers: &[Reader], paths: &[String]) -> Seen {
    let mut seen = Seen::new();
    for reader in readers {
        for path in paths {
            let get = reader.ask(&Method::GET, path, &[]).await;
            let mut more = vec![("if-modified-since", "Fri, 20 Nov 2026 00:00:00 GMT".to_owned())];
            if let Some(tag) = get.header("etag") {
                more.push(("if-none-match", tag.to_owned()));
            }
            let conditions: Vec<(&str, &str)> = more.iter().map(|(name, value)| (*name, value.as_str())).collect();
            if get.status == 200 {
                let head = reader.ask(&Method::HEAD, path, &[]).await;
                seen.insert((reader.name, "HEAD".to_owned(), path.clone()), head);
                let again = reader.ask(&Method::GET, path, &conditions).await;
                seen.insert((reader.name, "GET if changed".to_owned(), path.clone()), again);
            }
            seen.insert((reader.name, "GET".to_owned(), path.clone()), get);
        }
    }
    seen
}

/// What differs, in words.
pub(crate) fn differences(before: &Seen, after: &Seen) -> Vec<String> {
    let keys: BTreeSet<_> = before.keys().chain(after.keys()).collect();
    keys.into_iter()
        .filter(|key| before.get(*key) != after.get(*key))
        .map(|key| {
            let told = |seen: &Seen| seen.get(key).map(Answer::told);
            format!("{} {} {}: {:?} and {:?}", key.0, key.1, key.2, told(before), told(after))
        })
        .collect()
}

pub(crate) fn bytes(seen: &Seen) -> usize {
    seen.values().map(|answer| answer.body.len()).sum()
}

/// One world: every practice has recorded something, and three releases are out.
pub(crate) struct World {
    pub(crate) app: TestApp,
    analyst: PersonId,
    pub(crate) clinician: ClinicianId,
}

impl World {
    pub(crate) async fn new(test: TestDb) -> Self {
        let app = TestApp::start(test).await;
        std::fs::write(&app.state.settings.noise_key, [7; 32]).unwrap();
        let items = ["dsa-freeze", "safe-contact-limit", "referral-rationing"];
        let before = Period::new(2026, 6).unwrap().due_at();
        for n in 1..=48_usize {
            let practice = format!("Z{:05}", 90_000 + n);
            for item in items.iter().take(n % 4) {
                write(&app, &practice, (item, Status::PausedSince), before).await;
            }
        }
        for number in 7..=9 {
            app.clock.set(Period::new(2026, number).unwrap().due_at());
            assert_eq!(jobs::releases::make_due(&app.state).await.unwrap(), [number]);
        }
        app.clock.set(now());
        Self {
            analyst: app.add_person(Role::IcbAnalyst, "XDA").await,
            clinician: app.clinician(OWN, "Dr A").await,
            app,
        }
    }

    /// An analyst with a program and with a browser, signed in anew, and somebody who is not.
    async fn readers(&self, router: &Router) -> Vec<Reader> {
        let reader = |name, client| Reader { name, router: router.clone(), client };
        vec![
            reader("program", self.app.program_of(self.analyst).await),
            reader("browser", self.app.browser_of(self.analyst).await),
            reader("stranger", self.app.stranger()),
        ]
    }

    async fn look(&self, paths: &[String]) -> Seen {
        look(&self.readers(&self.app.router).await, paths).await
    }

    /// Another node, or the same one started again, on a database that is open, for the same readers.
    fn node(&self, db: Db, same: &[Reader]) -> Vec<Reader> {
        let state = AppState::new(StateConfig {
            db,
            clock: self.app.clock.clone(),
            settings: self.app.state.settings.clone(),
            keys: self.app.state.keys.clone(),
            demo: false,
        })
        .unwrap();
        let router = app::router(&state);
        same.iter()
            .map(|reader| Reader { name: reader.name, router: router.clone(), client: reader.client.clone() })
            .collect()
    }
}

/// A row of the register, as if the practice had recorded it at that moment.
pub(crate) async fn write(app: &TestApp, practice: &str, (item, status): (&str, Status), at: DateTime<Utc>) {
    let manager = Actor::Person {
        id: PersonId(Uuid::nil()),
        grants: vec![Grant { role: Role::PracticeManager, organisation: practice.parse().unwrap() }],
    };
    let facts = Facts { exists: true, ..Facts::default() };
    let target = Target::Practice(ods(practice));
    let permit = access::permit::<RecordStatus>(&manager, &target, facts).unwrap();
    let (id, day) = (StatusId(Uuid::now_v7()), "2026-06-01".parse().unwrap());
    let new = NewStatus {
        change: StatusChange::of(id, &item.parse().unwrap(), status, day),
        edition: "2026-05".to_owned(),
        position: "permitted".to_owned(),
        guard_rail: String::new(),
        recorded_by: Uuid::nil(),
    };
    let conn = app.test.db.schema();
    actions::add_status(Scoped::new(conn, permit.scope()), &new, at).await.unwrap();
}

/// One practice that changes its mind, through the pages and the API that practices use.
struct Flips<'a> {
    world: &'a World,
    manager: Client,
    divert: Option<Uuid>,
}

impl<'a> Flips<'a> {
    async fn new(world: &'a World) -> Self {
        Self { world, manager: world.app.manager(OWN).await, divert: None }
    }

    async fn flip(&mut self, n: u32) {
        let on = (n / 8).is_multiple_of(2);
        let api = format!("/api/v1/practices/{OWN}");
        let clinician = format!("{api}/clinicians/{}", self.world.clinician);
        let id = Uuid::now_v7();
        let status = if on { "paused-since" } else { "restarted" };
        let reply = match n % 8 {
            0 | 1 => {
                let item = if n.is_multiple_of(8) { "dsa-freeze" } else { "referral-rationing" };
                let body = json!({ "id": id, "item": item, "status": status, "effective_on": "2026-11-20" });
                self.manager.post(&format!("{api}/actions"), body).await
            }
            2 => {
                let answer = if on { "yes" } else { "no" };
                let page = format!("/practices/{OWN}/sharing");
                self.manager.form(&page, &[("share", answer)]).await
            }
            3 => {
                let path = format!("{clinician}/contacts");
                self.manager.post(&path, json!({ "id": id })).await
            }
            4 => {
                let path = format!("{clinician}/days/2026-11-20");
                let n = if on { 61 } else { 0 };
                self.manager.put(&path, json!({ "n": n })).await
            }
            5 => self.divert(&api, id).await,
            6 => {
                let body = json!({
                    "id": id, "service": format!("Service {n}"), "served_on": "2026-11-20", "period": 2,
                    "period_unit": "months", "commissioner": "NHS Example ICB", "contract": "unsigned",
                    "funded": false, "patients": 35, "reply_due_on": "2026-12-18",
                });
                self.manager.post(&format!("{api}/notices"), body).await
            }
            _ => {
                let page = format!("/practices/{OWN}/week");
                self.manager.form(&page, &[("week", "2026-11-20")]).await
            }
        };
        assert!(matches!(reply.status.as_u16(), 200 | 201 | 303), "flip {n}: {} {}", reply.status, reply.body);
    }

    async fn divert(&mut self, api: &str, id: Uuid) -> crate::support::app::Reply {
        if let Some(divert) = self.divert.take() {
            let body = json!({ "id": id, "divert": divert });
            self.manager.post(&format!("{api}/divert/end"), body).await
        } else {
            self.divert = Some(id);
            let body = json!({ "id": id, "guard_rail": "2026-04" });
            self.manager.post(&format!("{api}/divert"), body).await
        }
    }
}

both_databases!(a_thousand_flips_of_one_practice_change_no_byte_outside, |test: TestDb| async move {
    let world = World::new(test).await;
    let app = &world.app;
    let paths = addresses(&world.readers(&app.router).await, world.clinician).await;
    let lmc = |client| Reader { name: "officer", router: app.router.clone(), client };
    let officer = app.add_person(Role::LmcOfficer, "east").await;
    let inside = [lmc(app.program_of(officer).await)];
    // Streams are for them, and have no end.
    let pages: Vec<String> = paths.iter().filter(|path| !path.starts_with("/live/")).cloned().collect();
    let before = world.look(&paths).await;
    let inside_before = look(&inside, &pages).await;
    let mut flips = Flips::new(&world).await;
    for n in 0..1_000 {
        flips.flip(n).await;
        if [249, 499].contains(&n) {
            app.clock.set(app.clock.now() + Duration::minutes(5));
            // A program's sign-in is short.
            flips.manager = app.manager(OWN).await;
            let mut browser = world.readers(&app.router).await;
            browser.retain(|reader| reader.name == "browser");
            let mut same = before.clone();
            same.retain(|(name, ..), _| *name == "browser");
            let differs = differences(&same, &look(&browser, &paths).await);
            assert_eq!(differs, Vec::<String>::new(), "after {} flips", n + 1);
        }
    }
    assert!(jobs::releases::make_due(&app.state).await.unwrap().is_empty());
    let after = world.look(&paths).await;
    assert_eq!(differences(&before, &after), Vec::<String>::new());
    let read =
        before.iter().filter(|((name, how, _), answer)| *name == "browser" && how == "GET" && answer.status == 200);
    let read = read.count();
    println!(
        "1,000 flips, {} addresses ({read} of them readable by an analyst), {} answers of 3 readers, {} bytes, 0 differ",
        paths.len(),
        before.len(),
        bytes(&before)
    );
    assert!(read > 60, "{read} addresses");
    // The comparison is not blind: the practice's own LMC does see it change.
    let inside = [lmc(app.program_of(officer).await)];
    let changed = differences(&inside_before, &look(&inside, &pages).await);
    assert!(changed.len() >= 3, "{changed:?}");
});

/// Releases and what is made of them, without the pages of everybody else.
fn about_releases(seen: &Seen) -> BTreeMap<String, Answer> {
    seen.iter()
        .filter(|((name, how, path), _)| {
            *name == "browser"
                && how == "GET"
                && (path.starts_with("/releases")
                    || path.starts_with("/api/v1/releases")
                    || path.starts_with("/api/v1/areas/"))
        })
        .map(|((_, _, path), answer)| (path.clone(), answer.clone()))
        .collect()
}

both_databases!(restart_second_node_and_restore_answer_the_same_bytes, |test: TestDb| async move {
    let world = World::new(test.clone()).await;
    let paths = addresses(&world.readers(&world.app.router).await, world.clinician).await;
    let same = world.readers(&world.app.router).await;
    let before = look(&same, &paths).await;
    let restarted = world.node(test.db.clone(), &same);
    let after = look(&restarted, &paths).await;
    assert_eq!(differences(&before, &after), Vec::<String>::new(), "restart");
    let second = world.node(test.place.open().await, &same);
    let after = look(&second, &paths).await;
    assert_eq!(differences(&before, &after), Vec::<String>::new(), "second node");
    for path in ["/releases/latest", "/api/v1/areas/icb/XDA/status"] {
        let first = second[0].ask(&Method::GET, path, &[]).await;
        for n in 0..500 {
            let again = [&restarted, &second][n % 2][0].ask(&Method::GET, path, &[]);
            assert_eq!(again.await, first, "{path}");
        }
    }
    if let Place::Sqlite(file) = &test.place {
        let copy = file.with_file_name("restored.sqlite");
        let vacuum = format!("VACUUM INTO '{}'", copy.display());
        test.outside().await.execute_unprepared(&vacuum).await.unwrap();
        let restored = world.node(Place::Sqlite(copy).open().await, &same);
        let after = look(&restored, &paths).await;
        assert_eq!(differences(&before, &after), Vec::<String>::new(), "restore");
    }
});

#[test]
fn both_databases_answer_the_same_bytes_about_releases() {
    let seen = Arc::new(Mutex::new(Vec::new()));
    for kind in [Kind::Sqlite, Kind::Postgres] {
        let seen = Arc::clone(&seen);
        run(kind, |test: TestDb| async move {
            let world = World::new(test).await;
            let readers = world.readers(&world.app.router).await;
            let clinician = ClinicianId(Uuid::from_u128(7));
            let paths = addresses(&readers, clinician).await;
            let found = about_releases(&world.look(&paths).await);
            seen.lock().unwrap().push(found);
        });
    }
    let seen = seen.lock().unwrap();
    assert!(seen[0].len() > 60, "{}", seen[0].len());
    assert_eq!(seen[0], seen[1]);
}

/// Five practices of the western LMC toggle hourly for the five days before the cut-off; `last` is where they end.
async fn sybils(app: &TestApp, last: Option<Status>) {
    // Each of them had paused it before.
    let five = ["Z90029", "Z90030", "Z90031", "Z90033", "Z90034"];
    let end = Period::new(2026, 10).unwrap().cut_off();
    let mut at = end - Duration::hours(120);
    while at < end - Duration::hours(1) {
        let status = match at.timestamp() / 3600 % 2 {
            0 => Status::PausedSince,
            _ => Status::Restarted,
        };
        for practice in five {
            write(app, practice, ("dsa-freeze", status), at).await;
        }
        at += Duration::hours(1);
        if at.timestamp() / 3600 % 24 == 0 {
            app.clock.set(at);
            assert!(jobs::releases::make_due(&app.state).await.unwrap().is_empty());
            let early = jobs::releases::make(&app.state, &[Period::new(2026, 10).unwrap()]).await;
            assert!(matches!(early, Err(AppError::Conflict(_))), "{early:?}");
        }
    }
    // Where nothing else is said they end as they began.
    let status = last.unwrap_or(Status::PausedSince);
    for practice in five {
        write(app, practice, ("dsa-freeze", status), end - Duration::minutes(5)).await;
    }
}

/// What the five do between two releases.
#[derive(Clone, Copy)]
enum Toggling {
    No,
    AndBack,
    EndingWith(Status),
}

/// The releases of a world in which the five did this, and when there were how many.
async fn with_sybils(test: TestDb, what: Toggling) -> (Vec<Value>, TestApp) {
    let world = World::new(test).await;
    let app = world.app;
    match what {
        Toggling::No => {}
        Toggling::AndBack => sybils(&app, None).await,
        Toggling::EndingWith(status) => sybils(&app, Some(status)).await,
    }
    let due = Period::new(2026, 10).unwrap().due_at();
    app.clock.set(due - Duration::seconds(1));
    assert!(jobs::releases::make_due(&app.state).await.unwrap().is_empty());
    app.clock.set(due);
    assert_eq!(jobs::releases::make_due(&app.state).await.unwrap(), [10]);
    let analyst = app.token(Role::IcbAnalyst, "XDA").await;
    let mut all = Vec::new();
    for number in 7..=10 {
        let path = format!("/api/v1/releases/{number}");
        all.push(analyst.get(&path).await.is(200).json());
    }
    analyst.get("/api/v1/releases/11").await.is(404);
    (all, app)
}

fn without(release: &Value, areas: &[&str]) -> Value {
    let mut release = release.clone();
    release["sha256"] = Value::Null;
    let kept = release["areas"].as_array().unwrap().iter();
    let kept = kept.filter(|area| !areas.contains(&area["code"].as_str().unwrap()));
    release["areas"] = kept.cloned().collect();
    release
}

both_databases!(five_that_collude_and_toggle_change_nothing_of_others, |test: TestDb| async move {
    let kind = test.kind();
    let (quiet, _) = with_sybils(test, Toggling::No).await;
    let other = TestDb::migrated(kind).await;
    let place = other.place.clone();
    let (back, _) = with_sybils(other, Toggling::AndBack).await;
    place.remove().await;
    assert_eq!(quiet, back, "toggling in between leaves no trace");
    let other = TestDb::migrated(kind).await;
    let place = other.place.clone();
    let (moved, _) = with_sybils(other, Toggling::EndingWith(Status::Restarted)).await;
    place.remove().await;
    assert_eq!(quiet[..3], moved[..3], "what is out stands");
    let theirs = ["XDB", "Y9D", "england"];
    let kept = without(&quiet[3], &theirs);
    assert_eq!(kept["areas"].as_array().unwrap().len(), 1, "{kept}");
    assert_eq!(kept, without(&moved[3], &theirs), "others' areas");
});
