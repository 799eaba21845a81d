//! What stands behind a number of the LMC's area: a list with as many lines as the number says, and a file that is the list.

use std::io::Cursor;

use calamine::{Data, Reader, Xlsx};
use headroom::domain::access::Role;
use scraper::{ElementRef, Html, Selector};
use serde_json::json;
use uuid::Uuid;

use crate::{
    areas::{count, record, share},
    support::{
        app::{Client, TestApp, eventually},
        databases::{TestDb, both_databases},
    },
};

const LIST: &str = "/lmc/east/practices";

/// Practices that share and act in different ways, one that shares and says nothing, one that acts and does not share.
async fn area(test: TestDb) -> TestApp {
    let app = TestApp::start(test).await;
    for practice in ["Z90001", "Z90002", "Z90003"] {
        let paused = json!({ "item": "dsa-freeze", "status": "paused-since", "effective_on": "2026-11-16" });
        record(&app, practice, paused).await;
    }
    for practice in ["Z90001", "Z90004"] {
        let notice = json!({ "id": Uuid::now_v7(), "service": "Ring pessaries", "served_on": "2026-10-26", "period": 3,
            "period_unit": "months", "commissioner": "NHS Example ICB", "contract": "unsigned", "funded": false,
            "reply_due_on": "2026-11-10" });
        app.manager(practice).await.post(&format!("/api/v1/practices/{practice}/notices"), notice).await.is(201);
    }
    for label in ["Dr A", "Dr B", "Dr C"] {
        count(&app, "Z90002", label, "2026-11-20", 20).await;
    }
    // The third does not share, whatever it recorded.
    for practice in ["Z90001", "Z90002", "Z90004", "Z90005"] {
        share(&app, practice, "yes").await;
    }
    app
}

fn select<'a>(page: &'a Html, what: &str) -> Vec<ElementRef<'a>> {
    page.select(&Selector::parse(what).unwrap()).collect()
}

fn text(of: ElementRef<'_>) -> String {
    of.text().collect::<String>().trim().to_owned()
}

/// The table of a page: the names of its columns and its lines; the link to the telephone is no word of the list.
fn table(page: &str) -> Vec<Vec<String>> {
    let page = Html::parse_document(page);
    let rows = select(&page, ".hr-matrix tr");
    let cells = Selector::parse("th, td").unwrap();
    let mut rows: Vec<Vec<String>> = rows.into_iter().map(|row| row.select(&cells).map(text).collect()).collect();
    let telephone = rows.first().and_then(|head| head.iter().position(|name| name == "By telephone"));
    if let Some(at) = telephone {
        for row in &mut rows {
            row.truncate(at);
        }
    }
    rows
}

fn first_number(text: &str) -> Option<usize> {
    let digits = text.replace(',', "");
    let found = digits.split(|c: char| !c.is_ascii_digit()).find(|part| !part.is_empty())?;
    found.parse().ok()
}

async fn lines(officer: &Client, path: &str) -> usize {
    table(&officer.get(path).await.is(200).body).len().saturating_sub(1)
}

both_databases!(every_number_of_the_area_opens_as_many_practices_as_it_says, |test: TestDb| async move {
    let app = area(test).await;
    let officer = app.token(Role::LmcOfficer, "east").await;
    let mut kinds = std::collections::BTreeSet::new();
    for page in ["/lmc/east", "/lmc/east?on=2026-11-20&by=icb", "/lmc/east?measure=dsa-freeze"] {
        let body = officer.get(page).await.is(200).body.clone();
        let links: Vec<(String, String)> = {
            let page = Html::parse_document(&body);
            let found = select(&page, "main a[href*='/practices?']").into_iter();
            found.map(|link| (link.value().attr("href").unwrap().to_owned(), text(link))).collect()
        };
        assert!(links.len() > 30, "{links:?}");
        for (href, says) in links {
            let of_a_place =
                !["answers=", "stands=", "ending=", "overdue=", "counted="].iter().any(|one| href.contains(one));
            // A place is known by its name, and a percentage stands beside its count.
            if of_a_place && !says.starts_with("of all") || says.ends_with('%') {
                continue;
            }
            let query = href.split_once('?').unwrap().1;
            kinds.extend(query.split('&').map(|pair| pair.split('=').next().unwrap().to_owned()));
            let n = first_number(&says).unwrap_or_else(|| panic!("{href}: {says}"));
            assert_eq!(lines(&officer, &href).await, n, "{href}: {says}");
        }
    }
    for kind in ["answers", "item", "stands", "network", "ending", "overdue", "counted"] {
        assert!(kinds.contains(kind), "no number opens a list by {kind}: {kinds:?}");
    }
    // Which three? One touch, and the neighbour that does not share is not among them.
    let which = officer.get(&format!("{LIST}?item=dsa-freeze&stands=acts")).await;
    let rows = table(&which.is(200).body);
    let codes: Vec<&str> = rows.iter().skip(1).map(|row| row[1].as_str()).collect();
    assert_eq!(codes, ["Z90001", "Z90002"]);
    assert!(rows[1].last().unwrap().contains("since 16 Nov 2026"), "{rows:?}");
});

both_databases!(a_list_is_narrowed_and_put_in_order, |test: TestDb| async move {
    let app = area(test).await;
    let officer = app.token(Role::LmcOfficer, "east").await;
    for (query, n) in [
        ("", 24),
        ("?q=z90003", 1),
        ("?q=no%20such", 0),
        ("?answers=sharing", 4),
        ("?answers=nothing", 1),
        ("?answers=not-sharing", 20),
        ("?stands=acts", 3),
        ("?stands=not", 0),
        ("?item=dsa-freeze&stands=not", 1),
        ("?item=dsa-freeze&stands=unknown", 21),
        ("?ending=ring%20PESSARIES", 2),
        ("?overdue=Ring%20pessaries", 2),
        ("?counted=yes", 1),
        // What names nothing finds nothing.
        ("?item=no-such-item", 0),
        ("?answers=x", 0),
        ("?stands=x", 0),
        ("?network=x", 0),
        ("?icb=x", 0),
    ] {
        assert_eq!(lines(&officer, &format!("{LIST}{query}")).await, n, "{query}");
    }
    let first = |rows: &[Vec<String>]| rows[1][1].clone();
    let rows = table(&officer.get(&format!("{LIST}?sort=acts")).await.is(200).body);
    assert_eq!(first(&rows), "Z90001", "the freeze and a service");
    let rows = table(&officer.get(&format!("{LIST}?sort=silent")).await.is(200).body);
    assert_eq!(first(&rows), "Z90005", "it shares and never answered");
    officer.get(&format!("{LIST}?on=tomorrow")).await.is(422);
    // What is typed is shown as it was typed and does nothing.
    let typed = officer.get(&format!("{LIST}?q=%22%3E%3Cb%3E")).await;
    assert!(!typed.is(200).body.contains("\"><b>"), "{}", typed.body);
});

both_databases!(a_file_of_the_list_is_the_list_and_is_kept_in_the_trail, |test: TestDb| async move {
    let app = area(test).await;
    let officer = app.person(Role::LmcOfficer, "east").await;
    let path = format!("{LIST}/file");
    let queries: [&[(&str, &str)]; 5] = [
        &[],
        &[("item", "dsa-freeze"), ("stands", "acts")],
        &[("answers", "sharing"), ("sort", "acts")],
        &[("ending", "Ring pessaries")],
        &[("q", "no such")],
    ];
    for (made, query) in (1..).zip(queries) {
        let address = query
            .iter()
            .fold(format!("{LIST}?"), |to, (name, value)| format!("{to}{name}={}&", value.replace(' ', "%20")));
        let page = table(&officer.get(&address).await.is(200).body);
        let csv = officer.form(&path, &[query, &[("as", "csv")]].concat()).await;
        assert_eq!(csv.is(200).headers["content-type"], "text/csv; charset=utf-8");
        assert!(
            csv.headers["content-disposition"]
                .to_str()
                .unwrap()
                .contains("for-the-lmc-only-east-practices-2026-11-20.csv")
        );
        let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(csv.bytes.as_slice());
        let sheet: Vec<Vec<String>> =
            reader.records().map(|row| row.unwrap().iter().map(str::to_owned).collect()).collect();
        if page.is_empty() {
            assert_eq!(sheet.len(), 1, "a file of nothing has its columns");
        } else {
            assert_eq!(sheet, page, "{query:?}");
        }
        let xlsx = officer.form(&path, &[query, &[("as", "xlsx")]].concat()).await;
        let mut book: Xlsx<_> = calamine::open_workbook_from_rs(Cursor::new(xlsx.is(200).bytes.clone())).unwrap();
        let cells = |row: &[Data]| row.iter().map(ToString::to_string).collect::<Vec<String>>();
        let of_book: Vec<Vec<String>> = book.worksheet_range("Practices").unwrap().rows().map(cells).collect();
        assert_eq!(of_book, sheet, "{query:?}");
        let about: Vec<Vec<String>> = book.worksheet_range("About").unwrap().rows().map(cells).collect();
        assert!(about[0][1].contains("only"), "{about:?}");
        let kept = "SELECT count(*) FROM audit_event WHERE event = 'list.exported'";
        assert_eq!(app.test.number(kept).await, 2 * made);
    }
    // Who shares knows that somebody looked; nobody else has a receipt.
    eventually("receipts", || async { app.test.number("SELECT count(*) FROM access_receipt").await >= 4 }).await;
    let noted = app.test.column("SELECT DISTINCT practice FROM access_receipt ORDER BY practice").await;
    assert_eq!(noted, ["Z90001", "Z90002", "Z90004", "Z90005"]);
    // The stranger, the neighbour, a practice and an analyst get nothing, and nothing is kept of it.
    for (role, organisation) in
        [(Role::LmcOfficer, "west"), (Role::PracticeManager, "Z90001"), (Role::IcbAnalyst, "XDA")]
    {
        app.person(role, organisation).await.form(&path, &[("as", "csv")]).await.is(404);
    }
    app.stranger().form(&path, &[("as", "csv")]).await.is(401);
    assert_eq!(app.test.number("SELECT count(*) FROM audit_event WHERE event = 'list.exported'").await, 10);
    let trail = officer.get("/organisations/east/happened").await;
    assert!(
        trail.is(200).body.contains("Downloaded the list of practices, narrowed down: 2 practice(s)"),
        "{}",
        trail.body
    );
});

both_databases!(files_of_the_list_have_a_measure, |test: TestDb| async move {
    let app = area(test).await;
    let officer = app.person(Role::LmcOfficer, "east").await;
    for _ in 0..60 {
        officer.form(&format!("{LIST}/file"), &[]).await.is(200);
    }
    officer.form(&format!("{LIST}/file"), &[]).await.is(429);
});
