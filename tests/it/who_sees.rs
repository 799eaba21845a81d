//! Who can see what: one table in code. Every page that tells it tells what the table does, and the routes do what it says.

use std::collections::BTreeSet;

use axum::http::Method;
use chrono::Duration;
use headroom::{
    app,
    domain::{
        access::Role,
        consent,
        readers::{READERS, Readable, ReadersRow, SeenWhen, TABLE},
    },
};
use scraper::{Html, Selector};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use crate::support::{
    app::{Client, TestApp, now},
    databases::{TestDb, both_databases},
};

const DOCUMENT: &str = include_str!("../../docs/PRIVACY.md");
/// It shares.
const OPEN: &str = "Z90001";
/// It does not, and has recorded the same.
const CLOSED: &str = "Z90002";
/// It shares, and skipped the question.
const SKIPPED: &str = "Z90003";
const AREA: &str = "/api/v1/areas/lmc/east/status";

async fn share(app: &TestApp, practice: &str, fields: &[(&str, &str)]) {
    let manager = app.manager(practice).await;
    let path = format!("/practices/{practice}/sharing");
    manager.form(&path, fields).await.is(303);
}

fn select(page: &str, css: &str) -> Vec<String> {
    let selector = Selector::parse(css).unwrap();
    let page = Html::parse_document(page);
    let found = page.select(&selector).map(|element| {
        let text: String = element.text().collect();
        text.split_whitespace().collect::<Vec<_>>().join(" ")
    });
    found.collect()
}

/// What an LMC page or the consent says of a row.
fn told(row: &ReadersRow) -> String {
    format!("{}. {}.", row.words, row.lmc.says)
}

fn kept(row: &ReadersRow) -> String {
    let but = row.lmc.says.strip_prefix("No, ");
    but.map_or_else(|| format!("{}.", row.words), |but| format!("{} ({but}).", row.words))
}

/// Both lists of the table, as text.
fn lists() -> (Vec<String>, Vec<String>) {
    let of_practice = |row: &&ReadersRow| !matches!(row.lmc.when, SeenWhen::Never | SeenWhen::Always);
    let never = |row: &&ReadersRow| {
        row.lmc.when == SeenWhen::Never
            && (row.manager.when == SeenWhen::Always || row.clinician.when == SeenWhen::Always)
    };
    (TABLE.iter().filter(of_practice).map(told).collect(), TABLE.iter().filter(never).map(kept).collect())
}

both_databases!(every_page_that_tells_it_tells_what_the_table_does, |test: TestDb| async move {
    let app = TestApp::start(test).await;
    // The page of that name.
    let page = app.stranger().get("/who-sees-what").await;
    let cells = select(&page.is(200).body, "tbody tr > *");
    let expected: Vec<String> = TABLE
        .iter()
        .flat_map(|row| {
            let cells = row.cells().map(|cell| cell.says.to_owned());
            [row.words.to_owned()].into_iter().chain(cells)
        })
        .collect();
    assert_eq!(cells, expected);
    // The document.
    let mut lines = DOCUMENT.lines();
    let head = format!("| | {} |", READERS.join(" | "));
    assert!(lines.any(|line| line == head), "{head}");
    let rows: Vec<&str> = lines.skip(1).take_while(|line| line.starts_with('|')).collect();
    let expected: Vec<String> = TABLE
        .iter()
        .map(|row| {
            let cells = row.cells().map(|cell| cell.says);
            format!("| {} | {} |", row.words, cells.join(" | "))
        })
        .collect();
    assert_eq!(rows, expected);
    // What is agreed to, what the practice is shown, and what the LMC's own pages say.
    let (seen, never) = lists();
    assert!(seen.len() > 5 && never.len() > 5);
    let manager = app.manager(OPEN).await;
    let officer = app.token(Role::LmcOfficer, "east").await;
    let sharing = format!("/practices/{OPEN}/sharing");
    for (reader, path, part) in [
        (&manager, sharing.as_str(), ".hr-agreement "),
        (&manager, sharing.as_str(), "#exactly "),
        (&officer, "/lmc/east", ""),
        (&officer, "/lmc/east/practices", ""),
        (&officer, "/lmc/east/practices/Z90001", ""),
    ] {
        if path.ends_with(OPEN) {
            share(&app, OPEN, &[("share", "yes")]).await;
        }
        let page = reader.get(path).await;
        let of = |list: &str| select(&page.is(200).body, &format!("{part}.{list} > li"));
        assert_eq!(of("hr-reads"), seen, "{path} {part}");
        assert_eq!(of("hr-reads-not"), never, "{path} {part}");
    }
});

/// The texts that were ever agreed to. A changed text is a new version: add a line, and leave those before as they are.
const AGREED: [(&str, &str); 5] = [
    ("2026-11-28", "a8dcba7b2225df6c9974c99423ac92007ab79db96300cdcec55570e6c873805d"),
    ("2026-11-29", "7d042faacfb46f71da1dc7caea4561c4e6f0d7564973b8f9f61f8d7021c7c7c6"),
    ("2026-11-30", "50b2c5bc6f1ef1bddb4c0c268e0295f886aaea283423c8f21b865bdce95b12e3"),
    ("2026-12-01", "25fd977405f68d9d487c3e17cf2da80eace08700512afe9015b40606ae1d0c54"),
    ("2026-12-02", "00a7d1ff3f462e88e4efc531ca3850ee9a718eb1684bc19ca722c9e92bdc2b05"),
];

both_databases!(a_changed_text_of_consent_is_a_new_version, |test: TestDb| async move {
    let app = TestApp::start(test).await;
    let manager = app.manager(OPEN).await;
    let page = manager.get(&format!("/practices/{OPEN}/sharing")).await;
    let text = select(&page.is(200).body, ".hr-agreement").join("\n");
    assert!(text.contains("From 20 November 2026 on."), "{text}");
    let digest = Sha256::digest(text.as_bytes());
    let digest = hex(&digest);
    assert!(AGREED.contains(&(consent::VERSION, digest.as_str())), "{} {digest}\n{text}", consent::VERSION);
});

async fn record(app: &TestApp, practice: &str, question: &str, template: &str) {
    let manager = app.manager(practice).await;
    let api = format!("/api/v1/practices/{practice}");
    for (name, status, day) in [
        ("Zebra service", "paused-since", "2026-11-16"),
        ("Zebra thought", "thinking", "2026-11-16"),
        ("Zebra plan", "pausing-from", "2027-02-01"),
    ] {
        let body = json!({ "id": Uuid::now_v7(), "item": "voluntary-services", "subject_name": format!("{name} {practice}"),
            "status": status, "effective_on": day, "decided_on": "2026-11-03" });
        manager.post(&format!("{api}/actions"), body).await.is(201);
    }
    for (label, n) in [("Zebra Dr A", 31), ("Zebra Dr B", 17), ("Zebra Dr C", 11)] {
        let clinician = app.clinician(practice, label).await;
        let path = format!("{api}/clinicians/{clinician}/days/2026-11-20");
        manager.put(&path, json!({ "n": n })).await.is(200);
    }
    let notice = json!({ "id": Uuid::now_v7(), "service": "Ring pessaries", "served_on": "2026-10-01", "period": 3,
        "period_unit": "months", "commissioner": "NHS Example ICB", "contract": "unsigned", "funded": false,
        "reply_due_on": "2026-10-29", "template": template, "template_version": 1 });
    manager.post(&format!("{api}/notices"), notice).await.is(201);
    let answer = json!({ "id": Uuid::now_v7(), "answer": "yes" });
    let path = format!("{api}/questions/{question}/answers");
    manager.post(&path, answer).await.is(201);
    let week = [("week", "2026-11-20")];
    let path = format!("/practices/{practice}/week");
    manager.form(&path, &week).await.is(303);
    let divert = json!({ "id": Uuid::now_v7(), "guard_rail": "2026-04" });
    manager.post(&format!("{api}/divert"), divert).await.is(201);
    let letter = json!({ "id": Uuid::now_v7(), "kind": "notice-on-service", "sent_on": "2026-11-20", "how": "email",
        "reply_due_on": "2026-11-27", "fields": {
            "service": format!("zebra letters of {practice}"), "basis": "a local enhanced service agreement",
            "served_on": "2026-11-20", "period": "three months", "last_day": "2027-02-20",
            "hand_back": "We send you a list.", "signed": "The partners" } });
    let note = json!({ "id": Uuid::now_v7(), "leaning": "leaving", "note": format!("Zebra thought {practice}") });
    manager.post(&format!("{api}/network"), note).await.is(201);
    let passed_on = json!({ "provider_name": format!("zebra clinic of {practice}"), "category": "fit-note", "outcome": "returned" });
    manager.post(&format!("{api}/transfers"), passed_on).await.is(201);
    let sent = manager.post(&format!("{api}/letters"), letter).await;
    assert!(sent.status.is_success(), "{}", sent.body);
}

/// A world in which there is something of every row.
struct World {
    app: TestApp,
    officer: Client,
    question: String,
    template: String,
}

impl World {
    async fn new(test: TestDb) -> Self {
        let app = TestApp::start(test).await;
        let officer = app.person(Role::LmcOfficer, "east").await;
        let (question, template) = (Uuid::now_v7().to_string(), Uuid::now_v7().to_string());
        let asked = json!({ "id": question, "week_ending": "2026-11-20", "opens_on": "2026-11-20",
            "closes_on": "2026-11-27", "kind": "yes-no", "wording": "Is a post vacant?" });
        let questions = "/api/v1/areas/lmc/east/questions";
        officer.post(questions, asked).await.is(201);
        let fields = [
            ("id", template.as_str()),
            ("item", "voluntary-services"),
            ("title", "Notice of pessaries"),
            ("service", "Ring pessaries"),
            ("explanation", "No practice is paid for it."),
            ("period_n", "3"),
            ("period_unit", "months"),
            ("common", "none"),
        ];
        officer.form("/lmc/east/templates", &fields).await.is(303);
        for practice in [OPEN, CLOSED] {
            record(&app, practice, &question, &template).await;
        }
        let manager = app.manager(SKIPPED).await;
        let skip = json!({ "id": Uuid::now_v7(), "answer": null });
        let path = format!("/api/v1/practices/{SKIPPED}/questions/{question}/answers");
        manager.post(&path, skip).await.is(201);
        for practice in [OPEN, SKIPPED] {
            share(&app, practice, &[("share", "yes")]).await;
        }
        for practice in [OPEN, CLOSED] {
            let id = Uuid::now_v7().to_string();
            let said = format!("zEBRA told {practice}");
            let fields = [
                ("id", id.as_str()),
                ("item", "voluntary-services"),
                ("subject", said.as_str()),
                ("status", "paused-since"),
                ("effective_on", "2026-11-16"),
            ];
            let path = format!("/lmc/east/practices/{practice}/telephone");
            officer.form(&path, &fields).await.is(303);
        }
        Self { app, officer, question, template }
    }

    /// Everything a reader can fetch, pages and API, without the words that are the table's own.
    async fn everything(&self, reader: &Client) -> String {
        let mut all = String::new();
        for row in app::table() {
            if row.method != Method::GET || row.path.starts_with("/live") {
                continue;
            }
            for practice in [OPEN, CLOSED, SKIPPED] {
                let path = row
                    .path
                    .replace("{lmc}", "east")
                    .replace("{ods}", practice)
                    .replace("{question}", &self.question)
                    .replace("{template}", &self.template);
                if path.contains('{') || (!row.path.contains("{ods}") && practice != OPEN) {
                    continue;
                }
                let reply = reader.get(&path).await;
                if reply.status == 200 {
                    all.push_str(&reply.body);
                }
            }
        }
        all
    }

    async fn page(&self, path: &str) -> String {
        let body = self.officer.get(path).await.is(200).body.clone();
        // The table's own words are folded away below.
        let end = body.find("hr-reads").unwrap_or(body.len());
        body[..end].to_owned()
    }

    async fn json(&self, path: &str) -> Value {
        self.officer.get(path).await.is(200).json()
    }

    /// Whether the officer opens a page of the practice that shares, and of the one that does not.
    async fn opened(&self, page: &str) -> (bool, bool) {
        let (open, closed) = (page.replace("PRACTICE", OPEN), page.replace("PRACTICE", CLOSED));
        (self.officer.get(&open).await.status == 200, self.officer.get(&closed).await.status == 200)
    }

    /// Which of the practices' rows is there for the LMC: of the one that shares, and of the one that does not.
    #[expect(clippy::too_many_lines, clippy::cognitive_complexity, reason = "one row of the table after the other")]
    async fn probe(&self, what: Readable, all: &str) -> (bool, bool) {
        let both = |mark: &str| {
            let of = |practice: &str| all.contains(&format!("{mark} {practice}"));
            (of(OPEN), of(CLOSED))
        };
        let one = format!("/lmc/east/practices/{OPEN}");
        let named = |found: &Value, key: &str| {
            let codes: BTreeSet<&str> = found.as_array().unwrap().iter().filter_map(|one| one[key].as_str()).collect();
            (codes.contains(OPEN), codes.contains(CLOSED))
        };
        match what {
            Readable::ClinicianCount | Readable::OwnTotal | Readable::Beside => {
                (all.contains("Zebra Dr"), all.contains("Zebra Dr"))
            }
            Readable::DayLeft => {
                let shown = self.page(&one).await;
                let there = shown.contains("22 left") && shown.contains("59 counted");
                let closed = format!("/lmc/east/practices/{CLOSED}");
                (there, self.officer.get(&closed).await.status != 404)
            }
            Readable::DayMore => {
                let shown = self.page(&one).await;
                let more = ["3 clinicians", "of 75", "over the limit", "at the limit"];
                (more.iter().any(|more| shown.contains(more)), false)
            }
            Readable::Register => both("Zebra service"),
            Readable::Thoughts => {
                let (thought, plan) = (both("Zebra thought"), both("Zebra plan"));
                let decided = all.contains(" 3 Nov") || all.contains(">3 Nov");
                (thought.0 || plan.0 || decided, thought.1 || plan.1)
            }
            Readable::Week => {
                let list = self.page("/lmc/east/practices").await;
                let rows = select(&list, "tr");
                let row = |code: &str| {
                    let mut rows = rows.iter();
                    rows.any(|row| row.contains(code) && row.contains("20 Nov 2026"))
                };
                (row(OPEN), row(CLOSED))
            }
            Readable::Overdue => named(&self.json(AREA).await["overdue"], "practice"),
            Readable::FromTemplate => {
                let page = self.page(&format!("/lmc/east/templates/{}", self.template)).await;
                (page.contains("Invented Surgery 1<"), page.contains("Invented Surgery 2<"))
            }
            Readable::Answers => {
                let path = format!("/api/v1/areas/lmc/east/questions/{}", self.question);
                named(&self.json(&path).await["given"], "practice")
            }
            Readable::Skips => {
                let path = format!("/api/v1/areas/lmc/east/questions/{}", self.question);
                let results = self.json(&path).await;
                assert_eq!(results["skipped"], 1);
                let page = self.page(&format!("/lmc/east/questions/{}", self.question)).await;
                let there = results.to_string().contains(SKIPPED) || page.contains("Invented Surgery 3");
                (there, false)
            }
            Readable::Looked => {
                let path = format!("/lmc/east/templates/{}", self.template);
                let before = self.page(&path).await;
                for practice in [OPEN, CLOSED, SKIPPED] {
                    let page = format!("/practices/{practice}/notices/templates/{}", self.template);
                    self.app.manager(practice).await.get(&page).await.is(200);
                }
                let shown = |page: &str| select(page, "main td").join(" ");
                let differs = shown(&before) != shown(&self.page(&path).await);
                (differs, differs)
            }
            Readable::Telephone => both("zEBRA told"),
            Readable::Papers => both("zebra letters of"),
            Readable::Transfers => both("zebra clinic of"),
            Readable::Divert => {
                let shown = self.page(&one).await.to_lowercase();
                (shown.contains("divert"), false)
            }
            Readable::Happened => {
                let trail = self.opened("/organisations/PRACTICE/happened").await;
                let file = self.opened("/practices/PRACTICE/everything").await;
                (trail.0 || file.0, trail.1 || file.1)
            }
            Readable::Managers => self.opened("/practices/PRACTICE/managers").await,
            Readable::Area => {
                let found = self.json(AREA).await["capacity"]["practices"] == 1;
                (found, found)
            }
            Readable::Releases => {
                let found = self.officer.get("/releases").await.status == 200;
                (found, found)
            }
        }
    }
}

both_databases!(the_routes_do_what_each_row_says_of_an_lmc, |test: TestDb| async move {
    let world = World::new(test).await;
    let all = world.everything(&world.officer).await;
    for row in TABLE {
        let expected = match row.lmc.when {
            SeenWhen::Never => (false, false),
            SeenWhen::Shares | SeenWhen::SharesFromThree => (true, false),
            SeenWhen::Always | SeenWhen::OwnEntry => (true, true),
        };
        let found = world.probe(row.what, &all).await;
        assert_eq!(found, expected, "{}: {}", row.words, row.lmc.says);
    }
    // The practice itself reads all of it, and no other reader anything.
    let manager = world.app.manager(CLOSED).await;
    let own = world.everything(&manager).await;
    for mark in ["Zebra service", "Zebra thought", "zEBRA told", "zebra letters of", "zebra clinic of"] {
        assert!(own.contains(&format!("{mark} {CLOSED}")), "{mark}");
        assert!(!own.contains(&format!("{mark} {OPEN}")), "{mark}");
    }
    assert!(own.contains("Zebra Dr A"));
    let west = world.app.token(Role::LmcOfficer, "west").await;
    let icb = world.app.token(Role::IcbAnalyst, "XDA").await;
    let elsewhere = world.app.clinician("Z90030", "Dr X").await;
    let device = world.app.device("Z90030", elsewhere).await;
    for reader in [west, icb, device] {
        let read = world.everything(&reader).await.to_lowercase();
        assert!(!read.contains("zebra"));
    }
    // From three counted clinicians on, and not before.
    let day = format!("/lmc/east/practices/{OPEN}?on=2026-11-19");
    let page = world.page(&day).await;
    assert!(page.contains("Shown when three or more clinicians have counted"), "{page}");
});

both_databases!(days_before_consent_are_shown_only_where_that_was_agreed, |test: TestDb| async move {
    let app = TestApp::start(test.clone()).await;
    let back = |days| now() - Duration::days(days);
    // Recorded, counted and answered two weeks ago by both; each shares since a week.
    for practice in [OPEN, CLOSED] {
        app.clock.set(back(14));
        let manager = app.manager(practice).await;
        let body = json!({ "id": Uuid::now_v7(), "item": "dsa-freeze", "status": "paused-since", "effective_on": "2026-11-05" });
        let path = format!("/api/v1/practices/{practice}/actions");
        manager.post(&path, body).await.is(201);
        for label in ["Dr A", "Dr B", "Dr C"] {
            let clinician = app.clinician(practice, label).await;
            let path = format!("/api/v1/practices/{practice}/clinicians/{clinician}/days/2026-11-06");
            manager.put(&path, json!({ "n": 30 })).await.is(200);
        }
        let week = [("week", "2026-11-06")];
        let path = format!("/practices/{practice}/week");
        manager.form(&path, &week).await.is(303);
    }
    app.clock.set(back(7));
    share(&app, OPEN, &[("share", "yes"), ("days", "all")]).await;
    share(&app, CLOSED, &[("share", "yes"), ("days", "from-today")]).await;
    app.clock.set(now());
    let officer = app.person(Role::LmcOfficer, "east").await;
    let area = async |on: &str| {
        let since = on.min("2026-11-06");
        let since = if since == on { "2026-11-02" } else { since };
        officer.get(&format!("{AREA}?on={on}&since={since}")).await.is(200).json()
    };
    let freeze = |area: &Value| {
        let mut items = area["items"].as_array().unwrap().iter();
        items.find(|item| item["code"] == "dsa-freeze").unwrap().clone()
    };
    // On the day itself both are told of, with the day since when.
    let today = area("2026-11-20").await;
    assert_eq!(today["heard"]["sharing"], 2);
    assert_eq!(today["heard"]["practices"], 2, "what stood when it agreed was heard then");
    assert_eq!(freeze(&today)["acting"], 2);
    assert_eq!(freeze(&today)["change"], 0, "nobody began since");
    // Earlier days know only of the one that opened them: states, trend, weeks, counted days.
    let trend: Vec<u64> =
        freeze(&today)["trend"].as_array().unwrap().iter().map(|one| one["acting"].as_u64().unwrap()).collect();
    assert_eq!(trend, [0, 0, 0, 1, 2, 2]);
    assert_eq!(today["clinician_days"]["counted"], 3);
    let then = area("2026-11-06").await;
    assert_eq!((&then["heard"]["sharing"], &freeze(&then)["acting"]), (&json!(1), &json!(1)));
    let impact = officer.get("/lmc/east/impact?date=2026-11-13").await;
    impact.is(200);
    for (practice, status) in [(OPEN, 200), (CLOSED, 404)] {
        let page = officer.get(&format!("/lmc/east/practices/{practice}?on=2026-11-06")).await;
        page.is(status);
        let page = officer.get(&format!("/lmc/east/practices/{practice}?on=2026-11-13")).await;
        assert!(page.is(200).body.contains("since 5 Nov 2026"), "{practice}");
        let list = officer.get("/lmc/east/practices?on=2026-11-06").await;
        let link = format!("/lmc/east/practices/{practice}?on=");
        assert_eq!(list.is(200).body.contains(&link), status == 200, "{practice}");
    }
    // The practice is told the same.
    let manager = app.manager(CLOSED).await;
    let sharing = format!("/practices/{CLOSED}/sharing");
    let page = manager.get(&sharing).await;
    assert!(page.is(200).body.contains("No day before 13 November 2026 is shown."));
    let seen = manager.get(&format!("/practices/{CLOSED}/seen-by/lmc?on=2026-11-06")).await;
    assert!(seen.is(200).body.contains("You do not show this day"));
    // Said again it is nothing new; opened, the past is there; what was agreed to is kept with its text and its days.
    share(&app, CLOSED, &[("share", "yes"), ("days", "from-today")]).await;
    share(&app, CLOSED, &[("share", "yes"), ("days", "all")]).await;
    assert_eq!(freeze(&area("2026-11-06").await)["acting"], 2);
    share(&app, CLOSED, &[("share", "no")]).await;
    assert_eq!(freeze(&area("2026-11-06").await)["acting"], 1);
    let page = manager.get(&sharing).await;
    let list = select(&page.is(200).body, "details li").join("\n");
    assert!(list.contains("13 November 2026 to 20 November 2026: shared, no day before 13 November 2026"), "{list}");
    let kept = test.column("SELECT version FROM consent WHERE practice = 'Z90002'").await;
    assert_eq!(kept, [consent::VERSION; 3]);
    let wrong = [("share", "yes"), ("days", "some")];
    manager.form(&sharing, &wrong).await.is(422);
    // Consent of before this text opened every day, and still does.
    let old = "INSERT INTO consent (practice, id, purpose, version, given, recorded_at, recorded_by) \
                   SELECT 'Z90004', id, purpose, '2026-11', given, recorded_at, recorded_by FROM consent WHERE practice = 'Z90001'";
    test.transaction(&[old]).await.unwrap();
    officer.get("/lmc/east/practices/Z90004?on=2026-11-06").await.is(200);
    let page = app.manager("Z90004").await.get("/practices/Z90004/sharing").await;
    assert!(page.is(200).body.contains("You agreed to the text of 2026-11."));
});

/// The number before a word.
fn number_before(text: &str, word: &str) -> usize {
    let before = text.split(word).next().unwrap();
    let number = before.split_whitespace().next_back().unwrap();
    number.replace(',', "").parse().unwrap_or_else(|_| panic!("{word}: {text}"))
}

both_databases!(heard_from_has_one_meaning_and_its_numbers_add_up, |test: TestDb| async move {
    let app = TestApp::start(test).await;
    let mut expected = (0, 0_usize);
    // Of 24 practices 16 share; of these some answered, some recorded long ago, and some never said anything.
    for n in 1..=24_u32 {
        let practice = format!("Z{:05}", 90_000 + n);
        let manager = app.manager(&practice).await;
        if n % 3 != 0 {
            share(&app, &practice, &[("share", "yes")]).await;
            expected.0 += 1;
        }
        if n % 2 == 0 {
            let week = [("week", "2026-11-20")];
            let path = format!("/practices/{practice}/week");
            manager.form(&path, &week).await.is(303);
            expected.1 += usize::from(n % 3 != 0);
        }
    }
    let officer = app.token(Role::LmcOfficer, "east").await;
    let (sharing, answered) = expected;
    for (page, api) in [("/lmc/east", AREA.to_owned()), ("/lmc/east?on=2026-11-20", format!("{AREA}?on=2026-11-20"))] {
        let body = officer.get(page).await.is(200).body.clone();
        let says = select(&body, "#heard").join(" ");
        let all = 24;
        let shares = number_before(&says, " of 24 share");
        let week = number_before(&says, " of them answered");
        let not = number_before(&says, " have not");
        let closed = number_before(&says, " do not share");
        assert_eq!((shares, week), (sharing, answered), "{says}");
        assert_eq!(week + not, shares, "{says}");
        assert_eq!(shares + closed, all, "{says}");
        let heading = select(&body, "h2").into_iter().find(|h| h.starts_with("Heard from")).unwrap();
        let heard = number_before(&heading, " of 24 practices");
        let json = officer.get(&api).await.is(200).json();
        let figures = &json["heard"];
        assert_eq!(figures["practices"], heard);
        assert_eq!(figures["sharing"], shares);
        assert_eq!(figures["this_week"], week);
        assert_eq!(figures["not_this_week"], not);
        assert_eq!(figures["not_sharing"], closed);
        assert_eq!(json["waiting"].as_array().unwrap().len(), not);
        // Every card counts those heard from, the list is as long as its number, and so are those it links to.
        for card in select(&body, ".hr-card") {
            assert_eq!(number_before(&card, " heard from"), heard, "{card}");
        }
        assert_eq!(select(&body, "#waiting tbody tr").len(), not);
        for (answers, n) in
            [("sharing", shares), ("not-sharing", closed), ("nothing", shares - heard), ("heard", heard)]
        {
            let list = officer.get(&format!("/lmc/east/practices?answers={answers}")).await.is(200).body.clone();
            assert_eq!(select(&list, ".hr-matrix tbody tr").len(), n, "{answers}");
        }
    }
});

fn hex(bytes: &[u8]) -> String {
    let two = |byte: &u8| [byte >> 4, byte & 15].map(|half| char::from(b"0123456789abcdef"[usize::from(half)]));
    bytes.iter().flat_map(two).collect()
}
