//! The first quarter of an hour of a newcomer, with the program itself: a folder, a link, a port that is taken, a restart.

use std::{
    fs,
    io::{BufRead, BufReader},
    net::TcpListener,
    path::{Path, PathBuf},
    process::{Child, ChildStdout, Command, Stdio},
};

/// A folder in which somebody types commands.
struct Newcomer {
    folder: tempfile::TempDir,
}

struct Said {
    code: Option<i32>,
    out: String,
    err: String,
}

impl Newcomer {
    fn new() -> Self {
        Self { folder: tempfile::tempdir().unwrap() }
    }

    fn command(&self, words: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_headroom"));
        command
            .args(words)
            .current_dir(self.folder.path())
            .env_clear()
            .env("HEADROOM_LOG", "warn")
            .stdin(Stdio::null());
        command
    }

    fn types(&self, words: &[&str]) -> Said {
        let done = self.command(words).output().unwrap();
        Said {
            code: done.status.code(),
            out: String::from_utf8_lossy(&done.stdout).into_owned(),
            err: String::from_utf8_lossy(&done.stderr).into_owned(),
        }
    }

    /// Serves until it is dropped.
    fn serves(&self, port: u16) -> Serving {
        self.serves_and_logs(port, "warn", Stdio::inherit())
    }

    fn serves_and_logs(&self, port: u16, level: &str, log: impl Into<Stdio>) -> Serving {
        let listen = format!("127.0.0.1:{port}");
        let mut child = self
            .command(&["serve", "--listen", &listen])
            .env("HEADROOM_LOG", level)
            .stdout(Stdio::piped())
            .stderr(log)
            .spawn()
            .unwrap();
        let mut out = BufReader::new(child.stdout.take().unwrap());
        let mut said = String::new();
        while !said.contains("Headroom is ready") {
            assert!(out.read_line(&mut said).unwrap() > 0, "{said}");
        }
        Serving { child, said, _out: out }
    }
}

struct Serving {
    child: Child,
    said: String,
    _out: BufReader<ChildStdout>,
}

impl Drop for Serving {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

impl Serving {
    fn link(&self) -> String {
        let (_, rest) =
            self.said.split_once("Set up the first administrator: ").unwrap_or_else(|| panic!("{}", self.said));
        rest.lines().next().unwrap().to_owned()
    }
}

fn free_port() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    listener.local_addr().unwrap().port()
}

/// Everything below a folder, by name.
fn files(folder: &Path) -> Vec<PathBuf> {
    let found = fs::read_dir(folder).unwrap();
    found.map(|entry| entry.unwrap().path()).collect()
}

async fn get(link: &str) -> (u16, String) {
    let answer = reqwest::get(link).await.unwrap();
    (answer.status().as_u16(), answer.text().await.unwrap())
}

fn browser() -> reqwest::Client {
    reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).build().unwrap()
}

async fn sent(link: &str, email: &str) -> reqwest::Response {
    let (origin, _) = link.split_once("/setup/").unwrap();
    let form = [("email", email), ("name", "Root"), ("password", "three quiet green chairs")];
    browser().post(link).header("origin", origin).form(&form).send().await.unwrap()
}

async fn set_up(link: &str, email: &str) -> (u16, String) {
    let answer = sent(link, email).await;
    (answer.status().as_u16(), answer.text().await.unwrap())
}

#[test]
fn no_command_makes_a_database_by_accident() {
    let newcomer = Newcomer::new();
    for words in [
        &["user", "add", "--email", "a@example.org", "--role", "administrator"][..],
        &["release", "list"],
        &["release", "make"],
        &["verify"],
        &["fold"],
        &["catalogue", "export"],
        &["organisations", "find", "newham"],
    ] {
        let said = newcomer.types(words);
        assert_eq!((said.code, said.out.as_str()), (Some(1), ""), "{words:?}");
        assert!(
            said.err.contains("there is no Headroom database in ./headroom-data")
                && said.err.contains("headroom serve"),
            "{words:?}: {}",
            said.err
        );
        assert_eq!(files(newcomer.folder.path()).len(), 0, "{words:?}");
    }
    assert_eq!(newcomer.types(&["migrate"]).code, Some(0));
    assert_eq!(newcomer.types(&["verify"]).code, Some(0));
}

/// The header and every fortieth row of the mapping of practices; and the real LMCs.
fn organisations(newcomer: &Newcomer) {
    let data = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/organisations");
    let text = fs::read_to_string(data.join("gp-reg-pat-prac-map_2026-08.csv")).unwrap();
    let some: String = text.lines().step_by(40).flat_map(|line| [line, "\n"]).collect();
    let file = newcomer.folder.path().join("map.csv");
    fs::write(&file, some).unwrap();
    let lmcs = data.join("lmcs_england.csv");
    let words = ["import", "organisations", "--effective", "2026-08-01"];
    let words = [&words[..], &[file.to_str().unwrap(), lmcs.to_str().unwrap()]].concat();
    let said = newcomer.types(&words);
    assert_eq!(said.code, Some(0), "{}", said.err);
}

/// Somebody else is added first, at the address that is served.
fn others_are_added(newcomer: &Newcomer, here: &str) {
    let add = |more: &[&str]| {
        let words = [&["user", "add", "--email"][..], more].concat();
        newcomer.types(&words)
    };
    let lmc = add(&["lmc@example.org", "--role", "lmc-officer", "--organisation", "newham"]);
    assert!(lmc.out.contains(&format!("{here}/password/")), "{} {}", lmc.out, lmc.err);
    let elsewhere = add(&[
        "lmc@example.org",
        "--role",
        "lmc-officer",
        "--organisation",
        "Avon LMC",
        "--public-url",
        "https://headroom.example.org",
    ]);
    assert!(elsewhere.out.contains("https://headroom.example.org/password/"), "{} {}", elsewhere.out, elsewhere.err);
    let near = add(&["x@example.org", "--role", "lmc-officer", "--organisation", "hackney"]);
    assert!(near.err.contains("Did you mean") && near.err.contains("Hackney"), "{}", near.err);
    let found = newcomer.types(&["organisations", "find", "newham"]);
    assert!(found.out.lines().any(|line| line.starts_with("lmc ") && line.contains(" newham ")), "{}", found.out);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_newcomer_meets_no_dead_link() {
    let newcomer = Newcomer::new();
    let port = free_port();
    let here = format!("http://localhost:{port}");
    let first = newcomer.serves(port);
    let link = first.link();
    assert!(link.starts_with(&format!("{here}/setup/")), "{link}");
    assert!(first.said.contains("headroom user add --role administrator"), "{}", first.said);
    organisations(&newcomer);

    others_are_added(&newcomer, &here);
    assert_eq!(get(&link).await.0, 200);

    // A second one cannot listen there: it prints no link and ends none.
    let second = newcomer.types(&["serve", "--listen", &format!("127.0.0.1:{port}")]);
    assert_eq!((second.code, second.out.as_str()), (Some(1), ""));
    assert!(second.err.contains("--listen"), "{}", second.err);
    assert_eq!(get(&link).await.0, 200);

    // A restart prints one that works; the one in the browser works still.
    drop(first);
    let again = newcomer.serves(port);
    let newer = again.link();
    assert_ne!(link, newer);
    assert_eq!((get(&link).await.0, get(&newer).await.0), (200, 200));
    let (status, page) = set_up(&link, "lmc@example.org").await;
    assert_eq!(status, 422, "{page}");
    assert!(page.contains("has this address already"), "{page}");
    assert_eq!(set_up(&link, "root@example.org").await.0, 303);
    for dead in [&link, &newer] {
        let (status, page) = get(dead).await;
        assert_eq!(status, 410);
        assert!(page.contains("headroom user add --role administrator --email"), "{page}");
        assert_eq!(set_up(dead, "other@example.org").await.0, 410);
    }
    drop(again);
    let last = newcomer.serves(port);
    assert!(!last.said.contains("Set up"), "{}", last.said);
}

/// What an intruder tries first leaves a trace where the service runs as it is shipped: who it was, and not what they are
/// called or which practice they named.
#[tokio::test(flavor = "multi_thread")]
async fn a_door_that_stays_shut_leaves_a_line_in_the_log() {
    let newcomer = Newcomer::new();
    let (port, log) = (free_port(), newcomer.folder.path().join("log"));
    let serving = newcomer.serves_and_logs(port, "info", fs::File::create(&log).unwrap());
    let answer = sent(&serving.link(), "root@example.org").await;
    let set = answer.headers().get_all("set-cookie").iter();
    let pairs = set.map(|set| set.to_str().unwrap().split(';').next().unwrap());
    let cookie = pairs.collect::<Vec<_>>().join("; ");
    let here = format!("http://localhost:{port}");
    let shut = browser().get(format!("{here}/practices/A81001/people")).header("cookie", &cookie).send().await.unwrap();
    assert!([403, 404].contains(&shut.status().as_u16()), "{}", shut.status());
    let said = fs::read_to_string(&log).unwrap();
    let line = said.lines().find(|line| line.contains("access was refused")).unwrap_or_else(|| panic!("{said}"));
    assert!(line.contains("person ") && line.contains("/practices/{ods}/people"), "{line}");
    assert!(!said.contains("A81001") && !said.contains("root@example.org"), "{said}");
}

#[test]
fn a_reader_who_has_seen_enough_ends_a_command_quietly_and_a_full_disk_does_not() {
    let newcomer = Newcomer::new();
    let mut child = newcomer.command(&["openapi"]).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    // As `headroom openapi | head -1` does: more follows than a pipe holds.
    let mut first = String::new();
    let mut out = BufReader::with_capacity(64, child.stdout.take().unwrap());
    out.read_line(&mut first).unwrap();
    drop(out);
    let done = child.wait_with_output().unwrap();
    let said = String::from_utf8_lossy(&done.stderr);
    assert_eq!((first.trim(), done.status.code(), &*said), ("{", Some(0), ""));

    let full = fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
    let done = newcomer.command(&["openapi"]).stdout(full).stderr(Stdio::piped()).output().unwrap();
    let said = String::from_utf8_lossy(&done.stderr);
    assert_eq!(done.status.code(), Some(1));
    assert!(said.contains("could not be written") && said.contains("No space left"), "{said}");
}
