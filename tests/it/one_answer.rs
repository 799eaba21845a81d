//! Where a day stands is one answer: every page, answer, draft, screen and document of a practice says the same state of the
//! same counts, with figures that add up; and what the phone repaints between two answers is what the server prints.

use std::{env, fmt::Write as _, fs, io::Write as _, path::Path, process::Command};

use axum::http::Method;
use entity::ids::ClinicianId;
use headroom::{
    domain::{
        access::Role,
        limit::{Headroom, Limit},
    },
    href,
    ui::day,
};
use scraper::{ElementRef, Html, Selector};
use serde_json::{Value, json};
use tower::ServiceExt;
use uuid::Uuid;

use crate::support::{
    app::{Client, TestApp},
    databases::{TestDb, both_databases},
};

const TODAY: &str = "2026-11-20";
const PRACTICE: &str = "/practices/Z90001";
const LIMIT: u32 = 25;

/// What must be said of counts against one limit of 25 each, worked out here a second time.
#[derive(Debug, Clone, Copy)]
struct Said {
    left: u32,
    counted: u32,
    over: u32,
    limit: u32,
    /// As in the API and the stylesheet, in words, in two words, in the draft return.
    state: [&'static str; 3],
}

impl Said {
    fn of(counts: &[u32]) -> Self {
        let left: u32 = counts.iter().map(|n| 25 - (*n).min(LIMIT)).sum();
        let counted: u32 = counts.iter().sum();
        let limit = 25 * u32::try_from(counts.len()).unwrap();
        let over = left + counted - limit;
        let state = if left == 0 && over > 0 {
            ["over", "Over the limit", "Black"]
        } else if left == 0 {
            ["at-limit", "At the limit", "Red"]
        } else if (limit - left) * 100 >= limit * 85 {
            ["nearing", "Nearing the limit", "Amber"]
        } else {
            ["available", "Available", "Green"]
        };
        Self { left, counted, over, limit, state }
    }

    /// "160 counted (1 over) of 175".
    fn counted_of(&self) -> String {
        let over = match self.over {
            0 => String::new(),
            n => format!(" ({n} over)"),
        };
        format!("{} counted{over} of {}", self.counted, self.limit)
    }

    fn on_one_line(&self) -> String {
        format!("{} left · {}", self.left, self.counted_of())
    }

    fn is_near(&self) -> bool {
        self.state[0] != "available"
    }

    /// An answer of the API with the four figures and the state.
    fn is_answered(&self, answer: &Value, place: &str) {
        let n = |name: &str| answer[name].as_u64().unwrap_or_else(|| panic!("{place}: no {name}"));
        assert_eq!(n("left") + n("counted") - n("over"), n("limit"), "{place}");
        let figures = ["left", "counted", "over", "limit"].map(n);
        let expected = [self.left, self.counted, self.over, self.limit].map(u64::from);
        assert_eq!((figures, &answer["state"]), (expected, &json!(self.state[0])), "{place}");
    }

    /// A part of a page with the practice's figures, its state in words, and the bar in the colour of the state.
    fn is_shown(&self, part: &Part, place: &str) {
        for words in [&format!("{} left", self.left), &self.counted_of(), self.state[1]] {
            assert!(part.text.contains(words), "{place}: {words}: {}", part.text);
        }
        assert_eq!(part.bars, [self.state[0]], "{place}");
    }
}

/// A part of a page: its words with single spaces, and the classes of its bars.
struct Part {
    text: String,
    bars: Vec<String>,
}

fn words(element: ElementRef<'_>) -> String {
    let text: String = element.text().collect::<Vec<_>>().join(" ");
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn select(css: &str) -> Selector {
    Selector::parse(css).unwrap()
}

/// Everything of a page that is chosen, as words.
fn all(page: &str, css: &str) -> Vec<String> {
    let page = Html::parse_document(page);
    page.select(&select(css)).map(words).collect()
}

async fn part(reader: &Client, path: &str, css: &str) -> Part {
    let page = Html::parse_document(&reader.get(path).await.is(200).body);
    let element = page.select(&select(css)).next();
    let element = element.unwrap_or_else(|| panic!("{path}: no {css}"));
    let bar = select("[data-meter]");
    let bars = element.select(&bar).filter_map(|bar| bar.attr("class"));
    Part { bars: bars.map(str::to_owned).collect(), text: words(element) }
}

/// The panel of a clinician's day says it, in words and in what the script goes by.
fn is_painted(page: &str, said: &Said, place: &str) {
    let page = Html::parse_document(page);
    let day = page.select(&select("#day")).next().unwrap();
    let of = |name: &str| day.attr(name).unwrap().to_owned();
    let attributes = ["data-state", "data-base", "data-limit", "data-nearing"].map(of);
    let counted = said.counted.to_string();
    assert_eq!(attributes, [said.state[0], &counted, "25", "22"], "{place}");
    let left = words(day.select(&select("[data-left]")).next().unwrap());
    assert_eq!(left, (said.left + said.over).to_string(), "{place}");
}

/// A practice that shares, its three clinicians with their devices, and whoever reads the day.
struct World {
    app: TestApp,
    clinicians: [(ClinicianId, Client); 3],
    manager: Client,
    person: Client,
    wall: Client,
    desk: Client,
    officer: Client,
}

impl World {
    async fn start(test: TestDb) -> Self {
        let app = TestApp::start(test).await;
        let manager = app.manager("Z90001").await;
        let mut clinicians = Vec::new();
        for label in ["Dr A", "Dr B", "Dr C"] {
            let id = app.clinician("Z90001", label).await;
            clinicians.push((id, app.device("Z90001", id).await));
        }
        let sharing = format!("{PRACTICE}/sharing");
        manager.form(&sharing, &[("share", "yes")]).await.is(303);
        // Heard from: an area of which nothing is known has another page.
        let paused = json!({ "id": Uuid::now_v7(), "item": "dsa-freeze", "status": "paused-since", "effective_on": "2026-11-16" });
        let actions = format!("/api/v1{PRACTICE}/actions");
        manager.post(&actions, paused).await.is(201);
        let Ok(clinicians) = clinicians.try_into() else {
            panic!("three");
        };
        Self {
            person: app.person(Role::PracticeManager, "Z90001").await,
            wall: app.display("Z90001", false).await,
            desk: app.display("Z90001", true).await,
            officer: app.token(Role::LmcOfficer, "east").await,
            app,
            clinicians,
            manager,
        }
    }

    /// Taps, or one tap and its undo; the answer is the panel of the day.
    async fn tap(&self, at: usize, n: u32) -> String {
        let (id, device) = &self.clinicians[at];
        let op = |id: Uuid| json!({ "id": id, "occurred_at": "2026-11-20T11:00:00Z" });
        let mut ops: Vec<Value> = (0..n).map(|_| op(Uuid::now_v7())).collect();
        if n == 0 {
            let tap = Uuid::now_v7();
            let void = json!({ "id": Uuid::now_v7(), "occurred_at": "2026-11-20T11:00:01Z", "void": tap });
            ops = vec![op(tap), void];
        }
        let path = format!("{PRACTICE}/clinicians/{id}/contacts");
        let body = json!({ "sent_at": "2026-11-20T12:00:00Z", "operations": ops });
        device.post(&path, body).await.is(200).body.clone()
    }

    async fn json(&self, reader: &Client, path: &str) -> Value {
        reader.get(&format!("/api/v1{path}")).await.is(200).json()
    }

    /// The words of the practice's record of the day.
    async fn record(&self) -> String {
        let request = axum::http::Request::builder()
            .method(Method::GET)
            .uri(format!("{PRACTICE}/divert/record"))
            .header("host", "localhost:8025")
            .header("cookie", self.person.cookie.clone().unwrap());
        let request = request.body(axum::body::Body::empty()).unwrap();
        let answer = self.app.router.clone().oneshot(request).await.unwrap();
        let bytes = axum::body::to_bytes(answer.into_body(), 1 << 24).await;
        let mut file = tempfile::NamedTempFile::new().unwrap();
        file.write_all(&bytes.unwrap()).unwrap();
        let (from, to) = (file.path().as_os_str(), "-".as_ref());
        // Of poppler-utils.
        let read = Command::new("pdftotext").args([from, to]).output().unwrap();
        let text = String::from_utf8(read.stdout).unwrap();
        text.split_whitespace().collect::<Vec<_>>().join(" ")
    }

    /// Where each clinician stands, wherever that is said.
    async fn clinicians_stand(&self, counts: &[u32; 3], panels: &[String; 3]) {
        let capacity = self.json(&self.manager, &format!("{PRACTICE}/capacity")).await;
        let table = part(&self.manager, &format!("{PRACTICE}/capacity"), "table").await;
        let board = self.wall.get(&format!("{PRACTICE}/display/now")).await;
        let desk = part(&self.desk, &format!("{PRACTICE}/desk/now"), ".hr-lefts").await;
        for (at, (id, device)) in self.clinicians.iter().enumerate() {
            let (said, label) = (Said::of(&[counts[at]]), ["Dr A", "Dr B", "Dr C"][at]);
            let home = format!("{PRACTICE}/clinicians/{id}");
            is_painted(&device.get(&home).await.is(200).body, &said, "My day");
            is_painted(&panels[at], &said, "taps");
            let day = self.json(device, &format!("{home}/days/{TODAY}")).await;
            said.is_answered(&day, "day");
            let mut rows = capacity["clinicians"].as_array().unwrap().iter();
            said.is_answered(rows.find(|row| row["label"] == label).unwrap(), "capacity");
            let row = format!("{label} GP partner {}", said.state[1]);
            assert!(table.text.contains(&row), "{row}: {}", table.text);
            let tile = format!("li.hr-wall__c--{}", said.state[0]);
            let tiles = all(&board.is(200).body, &tile);
            assert!(tiles.iter().any(|tile| tile.contains(label)), "{label}: {said:?}");
            let short = Headroom::of(counts[at], Limit::RECOMMENDED).short();
            assert!(desk.text.contains(&format!("{label} {short}")), "{}", desk.text);
        }
    }

    /// Where the practice stands, on its pages and screens and in its answers.
    async fn practice_stands(&self, said: &Said) {
        for (reader, path, css) in [
            (&self.manager, "/today", "#total"),
            (&self.clinicians[0].1, "/today/total", "#total"),
            (&self.manager, "/capacity", "#capacity .hr-panel"),
            (&self.manager, "", "#capacity"),
            (&self.manager, "/week/capacity", "#capacity"),
            (&self.person, "/divert", "#divert-now"),
            (&self.desk, "/desk", "#desk-now"),
        ] {
            let part = part(reader, &format!("{PRACTICE}{path}"), css).await;
            said.is_shown(&part, path);
        }
        let wall = part(&self.wall, &format!("{PRACTICE}/display"), "#board").await;
        for words in
            [format!("{} left today", said.left), format!("{}: {}", said.counted_of(), said.state[1].to_lowercase())]
        {
            assert!(wall.text.contains(&words), "{words}: {}", wall.text);
        }
        let capacity = self.json(&self.manager, &format!("{PRACTICE}/capacity")).await;
        said.is_answered(&capacity, "capacity");
        let divert = self.json(&self.manager, &format!("{PRACTICE}/divert")).await;
        assert_eq!(divert["suggested"], json!(said.is_near()), "the divert rule");
    }

    /// Where it stands in what is typed or kept elsewhere: the draft return, its file, the record of the day.
    async fn papers_stand(&self, said: &Said) {
        let draft = part(&self.manager, &format!("{PRACTICE}/drafts"), "textarea#week").await;
        let line = format!("Fri 20 Nov: {} so far, 3 clinicians, {};", said.on_one_line(), said.state[2]);
        assert!(draft.text.contains(&line), "{line}: {}", draft.text);
        let week = format!("as measured: {} ", said.state[2]);
        assert!(draft.text.contains(&week), "{week}: {}", draft.text);
        let file = self.manager.get(&format!("{PRACTICE}/drafts/week.csv")).await;
        let row = [said.counted, said.over, said.limit, said.left].map(|n| n.to_string());
        let row = format!("{TODAY},{},3,{},", row.join(","), said.state[2]);
        assert!(file.is(200).body.contains(&row), "{row}: {}", file.body);
        let record = self.record().await;
        let line = format!("{} {}. Counted by 3 clinicians", said.on_one_line(), said.state[1]);
        assert!(record.contains(&line), "{line}: {record}");
    }

    /// Where the area stands: its LMC sums days of at least three clinicians, and this is the only one.
    async fn area_stands(&self, said: &Said) {
        let area = self.json(&self.officer, "/areas/lmc/east/status").await;
        said.is_answered(&area["capacity"], "area");
        let page = self.officer.get("/lmc/east").await;
        let mut panels = all(&page.is(200).body, ".hr-panel").into_iter();
        let today = panels.find(|text| text.contains("Left today")).unwrap();
        let line = format!("{} left {} {}", said.left, said.counted_of(), said.state[1]);
        assert!(today.contains(&line), "{line}: {today}");
        // Of one practice an LMC sees what is left and counted, and no more.
        let one = part(&self.officer, "/lmc/east/practices/Z90001", "main").await;
        let line = format!("{} left · {} counted", said.left, said.counted);
        assert!(one.text.contains(&line), "{line}: {}", one.text);
    }

    /// Taps until these are the counts, and then asks everybody.
    async fn counts(&self, before: [u32; 3], now: [u32; 3]) {
        let mut panels: [String; 3] = [const { String::new() }; 3];
        for at in 0..3 {
            panels[at] = self.tap(at, now[at] - before[at]).await;
        }
        let said = Said::of(&now);
        self.clinicians_stand(&now, &panels).await;
        self.practice_stands(&said).await;
        self.papers_stand(&said).await;
        self.area_stands(&said).await;
    }
}

both_databases!(one_practice_six_counts_every_surface_one_state, |test: TestDb| async move {
    let world = World::start(test).await;
    let mut before = [0; 3];
    for (n, state) in
        [(0, "available"), (21, "available"), (22, "nearing"), (24, "nearing"), (25, "at-limit"), (27, "over")]
    {
        let now = [n; 3];
        assert_eq!(Said::of(&now).state[0], state);
        world.counts(before, now).await;
        before = now;
    }
});

both_databases!(one_clinicians_excess_takes_no_room_from_another_on_any_surface, |test: TestDb| async move {
    let world = World::start(test).await;
    let mut before = [0; 3];
    // As many contacts as the limits allow, and a third of the room is left; nearly full; and full, with one over.
    for (now, state, line) in [
        ([50, 20, 5], "available", "25 left · 75 counted (25 over) of 75"),
        ([50, 24, 24], "nearing", "2 left · 98 counted (25 over) of 75"),
        ([50, 25, 25], "over", "0 left · 100 counted (25 over) of 75"),
    ] {
        let said = Said::of(&now);
        assert_eq!((said.state[0], said.on_one_line().as_str()), (state, line));
        world.counts(before, now).await;
        before = now;
    }
});

/// The day of so many contacts as the server prints it: state, figure, words, class and width of the bar, whether a reason
/// is asked for, and whether the practice can be told.
fn printed(counted: u32, limit: Limit) -> Value {
    let contacts = href!("/contacts");
    let panel = day::Day {
        contacts: &contacts,
        date: TODAY,
        heading: "Today",
        counted,
        limit,
        taps: counted,
        instead: None,
        says: "",
    };
    let after = day::After {
        home: &contacts,
        id: "",
        last: None,
        kinds: &[],
        state: Headroom::of(counted, limit),
        reasons: &[],
        reason: None,
        told: None,
        also: "",
        across: None,
        date: TODAY,
    };
    let page = maud::html! { (day::panel(&panel, None)) (day::after(&after, false)) };
    let page = Html::parse_fragment(&page.into_string());
    let one = |css: &str| page.select(&select(css)).next().unwrap();
    let bar = one("[data-meter]");
    json!([
        counted,
        one("#day").attr("data-state"),
        words(one("[data-left]")),
        words(one("[data-left-words]")),
        bar.attr("class"),
        bar.attr("width"),
        one("[data-why]").attr("hidden").is_none(),
        page.select(&select("[data-tell] button")).next().is_some(),
    ])
}

/// The table that `tests/browser/headroom.test.mjs` repaints; `INSTA_UPDATE=always` writes it anew.
#[test]
fn the_table_that_the_browser_repaints_is_what_the_server_prints() {
    let mut text = String::from(
        "{\"columns\": [\"counted\", \"state\", \"figure\", \"words\", \"bar\", \"width\", \"asks why\", \"can tell\"],\n\"limits\": [\n",
    );
    let limits = [(25, 85), (13, 85), (7, 85), (1, 85), (28, 70), (10, 100)];
    for (at, (contacts, nearing_percent)) in limits.into_iter().enumerate() {
        let limit = Limit { contacts, nearing_percent, ..Limit::RECOMMENDED };
        let rows = (0..contacts + 3).map(|counted| printed(counted, limit).to_string());
        let rows: Vec<String> = rows.collect();
        text += if at == 0 { "" } else { "," };
        let (nearing, rows) = (limit.nearing_from(), rows.join(",\n"));
        let head = format!("\"limit\": {contacts}, \"nearing\": {nearing}");
        writeln!(text, "{{{head}, \"rows\": [\n{rows}\n]}}").unwrap();
    }
    text += "]}\n";
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/browser/headroom-table.json");
    if env::var_os("INSTA_UPDATE").is_some_and(|how| how == "always") {
        fs::write(&path, &text).unwrap();
    }
    let stored = fs::read_to_string(&path).unwrap_or_default();
    assert_eq!(stored, text, "print it anew with INSTA_UPDATE=always");
}
