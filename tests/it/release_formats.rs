//! One figure is the same in the page, CSV, XLSX, PDF, JSON and on the map; and where nobody recorded anything, every page
//! says so in words.

use std::{collections::BTreeMap, io::Cursor};

use calamine::{Data, Reader, Xlsx};
use headroom::{
    domain::{access::Role, catalogue::Status, disclosure::PROMISE, disclosure::Period},
    jobs,
};
use scraper::{ElementRef, Html, Selector};
use serde_json::Value;

use crate::{
    side_channels,
    support::{
        app::TestApp,
        databases::{TestDb, both_databases},
        paper,
    },
};

fn select<'a>(page: &'a Html, css: &str) -> Vec<ElementRef<'a>> {
    page.select(&Selector::parse(css).unwrap()).collect()
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn words(element: &ElementRef<'_>) -> String {
    one_line(&element.text().collect::<Vec<_>>().join(" "))
}

/// Every practice has recorded something, most of them two things; releases 7 to 9 are out with their files.
pub(crate) async fn recorded(app: &TestApp) {
    std::fs::write(&app.state.settings.noise_key, [7; 32]).unwrap();
    let before = Period::new(2026, 6).unwrap().due_at();
    for n in 1..=48_usize {
        let practice = format!("Z{:05}", 90_000 + n);
        let items = ["dsa-freeze", "safe-contact-limit"];
        for item in items.iter().take(if n % 4 == 0 { 1 } else { 2 }) {
            side_channels::write(app, &practice, (item, Status::PausedSince), before).await;
        }
    }
    for number in 7..=9 {
        app.clock.set(Period::new(2026, number).unwrap().due_at());
        jobs::releases::make_due(&app.state).await.unwrap();
    }
    jobs::releases::keep_files(&app.state).await.unwrap();
}

/// Kind, code and series; what stands there in words.
type Figures = BTreeMap<(String, String, String), String>;

fn of_json(release: &Value) -> Figures {
    let mut found = Figures::new();
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    for area in release["areas"].as_array().unwrap() {
        for figure in area["figures"].as_array().unwrap() {
            let key = (text(&area["kind"]), text(&area["code"]), text(&figure["series"]));
            found.insert(key, text(&figure["words"]));
        }
    }
    found
}

/// Rows whose first is the names of columns, of one release.
fn of_rows(rows: &[Vec<String>], release: &str) -> Figures {
    let at = |name: &str| rows[0].iter().position(|head| head == name).unwrap();
    let columns = ["area_kind", "area_code", "series", "figure"].map(at);
    let of = at("release");
    let rows = rows.iter().skip(1).filter(|row| row[of] == release);
    rows.map(|row| {
        let [kind, code, series, figure] = columns.map(|column| row[column].clone());
        ((kind, code, series), figure)
    })
    .collect()
}

fn of_csv(file: &[u8]) -> Vec<Vec<String>> {
    let text = file.strip_prefix("\u{feff}".as_bytes()).unwrap();
    let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(text);
    let rows = reader.records().map(Result::unwrap);
    rows.map(|row| row.iter().map(str::to_owned).collect()).collect()
}

fn of_xlsx(file: Vec<u8>) -> Vec<Vec<String>> {
    let mut book: Xlsx<_> = calamine::open_workbook_from_rs(Cursor::new(file)).unwrap();
    let sheet = book.worksheet_range("Figures").unwrap();
    let text = |cell: &Data| match cell {
        Data::Float(number) => number.to_string(),
        cell => cell.to_string(),
    };
    let rows = sheet.rows();
    rows.map(|row| row.iter().map(text).collect()).collect()
}

/// The words of a PDF in the order in which they are set.
fn of_pdf(file: &[u8]) -> String {
    paper::words(file, &["-raw"])
}

/// The rows of the first table of a page: its first and second cell.
fn of_page(page: &str) -> BTreeMap<String, String> {
    let page = Html::parse_document(page);
    let mut found = BTreeMap::new();
    for row in select(&page, ".hr-blocks table[role=table] tbody tr") {
        let cell = |css: &str| {
            let css = Selector::parse(css).unwrap();
            row.select(&css).next().map(|cell| words(&cell))
        };
        if let (Some(name), Some(figure)) = (cell("th"), cell("td")) {
            found.entry(name).or_insert(figure);
        }
    }
    found
}

both_databases!(page_csv_xlsx_pdf_json_and_map_hold_the_same_figure, |test: TestDb| async move {
    let app = TestApp::start(test).await;
    recorded(&app).await;
    let analyst = app.token(Role::IcbAnalyst, "XDA").await;
    let release = analyst.get("/api/v1/releases/9").await.is(200).json();
    let json = of_json(&release);
    let numbers = json.values().filter(|words| words.starts_with("about "));
    assert!(numbers.count() > 3, "{json:?}");
    let csv = of_csv(&analyst.get("/releases/9.csv").await.bytes);
    assert_eq!(of_rows(&csv, "9"), json, "CSV");
    let xlsx = of_xlsx(analyst.get("/releases/9.xlsx").await.bytes);
    assert_eq!(of_rows(&xlsx, "9"), json, "XLSX");
    let pdf = of_pdf(&analyst.get("/releases/9.pdf").await.bytes);
    let titles: BTreeMap<String, String> = release["areas"][0]["figures"]
        .as_array()
        .unwrap()
        .iter()
        .map(|figure| {
            let text = |name: &str| figure[name].as_str().unwrap().to_owned();
            (text("series"), text("title"))
        })
        .collect();
    for area in release["areas"].as_array().unwrap() {
        let text = |name: &str| area[name].as_str().unwrap();
        let (kind, code, name) = (text("kind"), text("code"), text("name"));
        let query = match kind {
            "region" => format!("region={code}"),
            _ => format!("icb={code}"),
        };
        let body = analyst.get(&format!("/releases/9?{query}")).await.body;
        let page = of_page(&body);
        assert!(one_line(&body).contains(text("paragraph")), "{code}");
        let paper = pdf.split_once(text("paragraph"));
        let paper = paper.unwrap_or_else(|| panic!("{code} in {pdf}")).1;
        for ((of, at, series), words) in &json {
            if (of.as_str(), at.as_str()) != (kind, code) {
                continue;
            }
            let title = &titles[series];
            match page.get(title) {
                Some(shown) => assert!(shown.starts_with(words), "{title}: {shown}"),
                None => assert!(words.starts_with("too few"), "{title}: {words}"),
            }
            let line = format!("{title} {words} ");
            assert!(paper.contains(&line), "{code}: {line} in {paper}");
            if kind == "icb" {
                let england = format!("/releases/england?series={series}");
                let england = analyst.get(&england).await.body;
                let shape = format!("aria-label=\"{name}: {words}\"");
                assert!(england.contains(&shape), "{shape}");
            }
        }
    }
});

both_databases!(one_file_holds_every_release_with_the_codes_of_the_country, |test: TestDb| async move {
    let app = TestApp::start(test).await;
    recorded(&app).await;
    let analyst = app.token(Role::IcbAnalyst, "XDA").await;
    let csv = of_csv(&analyst.get("/releases/all.csv").await.bytes);
    let xlsx = of_xlsx(analyst.get("/releases/all.xlsx").await.bytes);
    for number in 7..=9 {
        let path = format!("/api/v1/releases/{number}");
        let json = of_json(&analyst.get(&path).await.is(200).json());
        for rows in [&csv, &xlsx] {
            assert_eq!(of_rows(rows, &number.to_string()), json, "{number}");
        }
    }
    let same = analyst.get("/api/v1/releases/all.csv").await.bytes;
    assert_eq!(of_csv(&same), csv);
    let ons = csv[0].iter().position(|head| head == "area_ons_code");
    assert_eq!(csv[1][ons.unwrap()], "E92000001");
    let page = analyst.get("/releases").await.body;
    for form in ["csv", "xlsx"] {
        assert!(page.contains(&format!("href=\"/releases/all.{form}\"")));
    }
});

/// Where an outside reader can go.
const PAGES: [&str; 9] = [
    "/releases",
    "/releases/latest",
    "/releases/latest?icb=XDA",
    "/releases/latest?icb=england",
    "/releases/latest?region=Y9D",
    "/releases/england",
    "/releases/england?view=tiles",
    "/releases/england?series=over-limit&order=share",
    "/releases/how-to-read",
];

both_databases!(where_there_is_no_release_every_page_says_that_nothing_is_known, |test: TestDb| async move {
    let app = TestApp::start(test).await;
    let analyst = app.token(Role::IcbAnalyst, "XDA").await;
    for path in PAGES {
        let page = analyst.get(path).await;
        let said = page.is(200).body.to_lowercase();
        assert!(said.contains("nothing is known here"), "{path}");
    }
    for file in ["latest.csv", "latest.pdf", "latest.json", "all.csv", "all.xlsx"] {
        let page = analyst.get(&format!("/releases/{file}")).await;
        let said = &page.is(404).body;
        assert!(said.contains("Nothing is known here"), "{file}");
    }
    let officer = app.person(Role::LmcOfficer, "east").await;
    let sheet = officer.get("/lmc/east/meeting").await;
    assert!(sheet.is(200).body.contains("There is no release yet"));
});

both_databases!(where_nobody_recorded_anything_every_page_says_so_in_words, |test: TestDb| async move {
    let app = TestApp::start(test).await;
    std::fs::write(&app.state.settings.noise_key, [7; 32]).unwrap();
    jobs::releases::make_due(&app.state).await.unwrap();
    jobs::releases::keep_files(&app.state).await.unwrap();
    let analyst = app.token(Role::IcbAnalyst, "XDA").await;
    for path in PAGES {
        if ["/releases", "/releases/how-to-read"].contains(&path) {
            continue;
        }
        let body = analyst.get(path).await.is(200).body.clone();
        assert!(body.to_lowercase().contains("too few have recorded to say"), "{path}");
        let page = Html::parse_document(&body);
        for cell in select(&page, "td, .hr-tiles li, .hr-map title, #paste") {
            let said = words(&cell);
            let number = said.contains("about ") && !said.contains("about 0 to");
            let about = said.contains("or more of") || number;
            assert!(!about || said.contains("shown once about 20"), "{path}: {said}");
        }
    }
    let release = analyst.get("/api/v1/releases/9").await.is(200).json();
    for ((_, code, series), words) in of_json(&release) {
        if series == "has-recorded" {
            let nothing = words.starts_with("fewer than 10") || words.starts_with("about 0 to");
            assert!(nothing, "{code}: {words}");
        } else {
            assert_eq!(words, "too few have recorded to say", "{code} {series}");
        }
    }
    let pdf = of_pdf(&analyst.get("/releases/9.pdf").await.bytes);
    assert!(pdf.contains("too few have recorded to say"));
    let officer = app.person(Role::LmcOfficer, "east").await;
    let sheet = officer.get("/lmc/east/meeting").await;
    let said = "too few have recorded to say";
    assert!(sheet.is(200).body.contains(said));
});

both_databases!(the_promise_is_the_same_wherever_it_stands, |test: TestDb| async move {
    let document = include_str!("../../docs/PRIVACY.md").replace("\n>", "\n");
    let document = one_line(&document);
    let app = TestApp::start(test).await;
    let analyst = app.token(Role::IcbAnalyst, "XDA").await;
    let method = analyst.get("/releases/how-to-read").await.body;
    let manager = app.manager("Z90001").await;
    let sharing = manager.get("/practices/Z90001/sharing").await.is(200).body.clone();
    for part in PROMISE.lines() {
        assert!(document.contains(part), "docs/PRIVACY.md: {part}");
        let written = maud::html! { p { (part) } }.into_string();
        assert!(method.contains(&written), "method: {part}");
        assert!(sharing.contains(&written), "sharing: {part}");
    }
    assert!(PROMISE.contains("it helps to guess"));
});
