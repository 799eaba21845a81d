//! The practice's capacity: today beside the week, who is silent and who is off; and taps where another source counts.

use headroom::domain::access::Role;
use scraper::{Html, Selector};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::support::{
    app::{Client, TestApp},
    databases::{TestDb, both_databases},
};

const FRIDAY: &str = "2026-11-20";

fn fresh() -> String {
    Uuid::now_v7().to_string()
}

fn home(clinician: impl std::fmt::Display) -> String {
    format!("/practices/Z90001/clinicians/{clinician}")
}

/// Enters one number of the appointment book.
async fn sheet(manager: &Client, clinician: impl std::fmt::Display, day: &str, n: u32) {
    let path = format!("/api/v1{}/days/{day}", home(clinician));
    manager.put(&path, json!({ "n": n })).await.is(200);
}

/// Friday is what the rota says: no half session is a day off.
async fn fridays(manager: &Client, clinician: impl std::fmt::Display, halves: &str) {
    let (id, friday) = (fresh(), format!("day-{clinician}-5"));
    let rota = [("id", id.as_str()), (friday.as_str(), halves), ("rota_from", "2026-11-01")];
    manager.form("/practices/Z90001/rota", &rota).await.is(303);
}

async fn capacity(manager: &Client) -> Value {
    let reply = manager.get("/api/v1/practices/Z90001/capacity").await;
    reply.is(200).json()
}

fn standing<'a>(capacity: &'a Value, label: &str) -> &'a str {
    let mut all = capacity["clinicians"].as_array().unwrap().iter();
    let row = all.find(|row| row["label"] == label).unwrap();
    row["standing"].as_str().unwrap()
}

/// Labels under a heading of the page.
fn under(page: &str, heading: &str) -> Vec<String> {
    let html = Html::parse_document(page);
    let select = |css: &str| Selector::parse(css).unwrap();
    let title = select("h3");
    let group = html.select(&select(".hr-silent")).find(|group| {
        let mut titles = group.select(&title);
        titles.any(|title| title.text().collect::<String>() == heading)
    });
    let items = |group: scraper::ElementRef<'_>| {
        let item = select("li");
        let labels = group.select(&item);
        labels.map(|item| item.text().next().unwrap().trim().to_owned()).collect()
    };
    group.map(items).unwrap_or_default()
}

both_databases!(who_is_silent_and_who_is_off_are_two_groups_and_a_count_is_in_neither, |test: TestDb| async move {
    let app = TestApp::start(test).await;
    let manager = app.manager("Z90001").await;
    for label in ["Dr A", "Dr B", "Dr C", "Dr D"] {
        app.clinician("Z90001", label).await;
    }
    let all = capacity(&manager).await;
    let id = |label: &str| {
        let mut rows = all["clinicians"].as_array().unwrap().iter();
        let row = rows.find(|row| row["label"] == label).unwrap();
        row["id"].as_str().unwrap().to_owned()
    };
    // A counts on a day off; B is off; C works by the rota and D by nobody's word: both are silent.
    fridays(&manager, id("Dr A"), "0").await;
    fridays(&manager, id("Dr B"), "0").await;
    fridays(&manager, id("Dr C"), "4").await;
    sheet(&manager, id("Dr A"), FRIDAY, 12).await;
    let now = capacity(&manager).await;
    for (label, expected) in [("Dr A", "counted"), ("Dr B", "off"), ("Dr C", "no-count"), ("Dr D", "no-count")] {
        assert_eq!(standing(&now, label), expected, "{label}");
    }
    for page in ["capacity", "capacity/now"] {
        let page = manager.get(&format!("/practices/Z90001/{page}")).await;
        let page = &page.is(200).body;
        assert_eq!(under(page, "No count yet"), ["Dr C", "Dr D"]);
        assert_eq!(under(page, "Off today by the rota"), ["Dr B"]);
        assert!(page.contains("12 of 25"));
    }
    // Thursday has no rota: nobody was off, and nothing is still to come.
    let page = manager.get("/practices/Z90001/capacity?day=2026-11-19").await;
    assert_eq!(under(&page.is(200).body, "No count").len(), 4);
    assert!(!page.body.contains("Off by the rota"));
    // What was said of the day itself goes before the rota.
    let (sent, b) = (fresh(), home(id("Dr B")));
    let works = [("id", sent.as_str()), ("n", "0"), ("half_sessions", "2")];
    manager.form(&format!("{b}/set"), &works).await.is(303);
    assert_eq!(standing(&capacity(&manager).await, "Dr B"), "no-count");
});

both_databases!(the_week_adds_clinician_days_from_monday_to_the_day_shown, |test: TestDb| async move {
    let app = TestApp::start(test).await;
    let manager = app.manager("Z90001").await;
    let (a, b) = (app.clinician("Z90001", "Dr A").await, app.clinician("Z90001", "Dr B").await);
    let none = capacity(&manager).await;
    assert_eq!(none["week"]["clinician_days"], 0);
    for (who, day, n) in [
        (a, "2026-11-15", 40), // Sunday: of the week before
        (a, "2026-11-16", 25),
        (a, "2026-11-18", 10),
        (b, "2026-11-18", 26),
        (b, FRIDAY, 5),
    ] {
        sheet(&manager, who, day, n).await;
    }
    let elsewhere = app.clinician("Z90002", "Dr E").await;
    let neighbour = app.manager("Z90002").await;
    let path = format!("/api/v1/practices/Z90002/clinicians/{elsewhere}/days/{FRIDAY}");
    neighbour.put(&path, json!({ "n": 9 })).await.is(200);
    let now = capacity(&manager).await;
    assert_eq!(
        now["week"],
        json!({ "from": "2026-11-16", "to": FRIDAY, "counted": 66, "clinician_days": 4, "at_limit_or_over": 2 })
    );
    assert_eq!((&now["counted"], &now["left"]), (&json!(5), &json!(20)));
    let page = manager.get("/practices/Z90001/capacity").await;
    for words in [
        "66 contacts",
        "4 clinician-days",
        "2 of them are at the limit or over it",
        "Monday 16 November to Friday 20 November",
    ] {
        assert!(page.is(200).body.contains(words), "{words}");
    }
    let page = manager.get("/practices/Z90001/capacity?day=2026-11-16").await;
    assert!(page.is(200).body.contains("on 1 clinician-day with a count"));
    assert!(page.body.contains("25 contacts"));
});

both_databases!(capacity_is_the_practice_s_own, |test: TestDb| async move {
    let app = TestApp::start(test).await;
    let me = app.clinician("Z90001", "Dr A").await;
    for (other, answer) in [
        (app.manager("Z90002").await, 404),
        (app.person(Role::LmcOfficer, "east").await, 404),
        (app.device("Z90001", me).await, 403),
    ] {
        for path in
            ["/practices/Z90001/capacity", "/practices/Z90001/capacity/now", "/api/v1/practices/Z90001/capacity"]
        {
            other.get(path).await.is(answer);
        }
    }
    app.stranger().get("/practices/Z90001/capacity").await.is(303);
});

/// Chooses which source counts for one clinician from today on.
async fn choose(manager: &Client, clinician: impl std::fmt::Display, source: &str) {
    let (id, field) = (fresh(), format!("source-{clinician}"));
    let sent = [("id", id.as_str()), (field.as_str(), source), ("effective_on", FRIDAY)];
    manager.form("/practices/Z90001/sources", &sent).await.is(303);
}

/// What the script reads from the panel, and what it says.
async fn panel(who: &Client, home: &str) -> (String, String, Option<String>, String) {
    let page = who.get(home).await;
    let html = Html::parse_document(&page.is(200).body);
    let one = |css: &str| html.select(&Selector::parse(css).unwrap()).next().unwrap();
    let day = one("#day");
    let of = |name: &str| day.attr(name).map(str::to_owned);
    (of("data-base").unwrap(), of("data-taps").unwrap(), of("data-instead"), one("[data-say]").text().collect())
}

both_databases!(taps_are_kept_and_said_where_the_practice_chose_the_day_sheet, |test: TestDb| async move {
    let app = TestApp::start(test).await;
    let me = app.clinician("Z90001", "Dr A").await;
    let (device, manager) = (app.device("Z90001", me).await, app.manager("Z90001").await);
    let home = home(me);
    let tap = || async {
        let id = fresh();
        let path = format!("{home}/contacts");
        device.form(&path, &[("id", &id)]).await.is(303);
    };
    choose(&manager, me, "sheet").await;
    // It says nothing yet, so taps count.
    tap().await;
    let (base, taps, instead, _) = panel(&device, &home).await;
    assert_eq!((base.as_str(), taps.as_str(), instead), ("1", "1", None));
    sheet(&manager, me, FRIDAY, 12).await;
    tap().await;
    let (base, taps, instead, says) = panel(&device, &home).await;
    assert_eq!((base.as_str(), taps.as_str()), ("12", "2"));
    assert_eq!(instead.as_deref(), Some("the day sheet"));
    assert_eq!(says, "2 taps kept; today’s figure comes from the day sheet.");
    let day = manager.get(&format!("/api/v1{home}/days/{FRIDAY}")).await;
    let day = day.is(200).json();
    assert_eq!(
        (&day["counted"], &day["source"], &day["taps"], &day["taps_count"]),
        (&json!(12), &json!("sheet"), &json!(2), &json!(false))
    );
    let set = device.get(&format!("{home}/set")).await;
    assert!(set.is(200).body.contains("is kept, but it does not change that figure"));
    assert!(set.body.contains("value=\"2\""));
    choose(&manager, me, "default").await;
    let (base, taps, instead, _) = panel(&device, &home).await;
    assert_eq!((base.as_str(), taps.as_str(), instead), ("2", "2", None));
});
