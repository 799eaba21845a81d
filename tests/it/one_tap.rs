//! Secret addresses that count one contact a request: made and shown once, what counts and what only looks, and when they
//! open nothing any more.

use axum::{
    body::Body,
    http::{Method, Request, header},
};
use entity::ids::{ClinicianId, TapAddressId};
use futures::future::join_all;
use headroom::{domain::access::Role, state::MOST_PRESSES};
use scraper::{Html, Selector};
use tower::ServiceExt;
use uuid::Uuid;

use crate::support::{
    app::{Client, Reply, TestApp, eventually, now},
    databases::{TestDb, both_databases},
};

/// A clinician of a practice with a device.
struct Own {
    id: ClinicianId,
    practice: &'static str,
    device: Client,
}

impl Own {
    async fn new(app: &TestApp, practice: &'static str, label: &str) -> Self {
        let id = app.clinician(practice, label).await;
        Self { id, practice, device: app.device(practice, id).await }
    }

    fn page(&self) -> String {
        format!("/practices/{}/clinicians/{}/addresses", self.practice, self.id)
    }

    /// Makes an address; answers its path.
    async fn make(&self, name: &str) -> String {
        let id = Uuid::now_v7().to_string();
        let reply = self.device.form(&self.page(), &[("id", &id), ("name", name)]).await;
        shown(reply.is(200)).unwrap()
    }

    /// How many contacts of a day count.
    async fn counted(&self, app: &TestApp, day: &str) -> u64 {
        let path = format!("/api/v1/practices/{}/clinicians/{}/days/{day}", self.practice, self.id);
        app.manager(self.practice).await.get(&path).await.is(200).json()["counted"].as_u64().unwrap()
    }
}

/// The address that a page shows, as a path.
fn shown(reply: &Reply) -> Option<String> {
    let page = Html::parse_document(&reply.body);
    let address = page.select(&Selector::parse("#new-address").unwrap()).next()?;
    let address: String = address.text().collect();
    Some(address.strip_prefix("http://localhost:8025").unwrap().to_owned())
}

/// Somebody or something that has no cookie.
async fn send(app: &TestApp, method: Method, path: &str, lines: &[(&str, &str)]) -> Reply {
    let mut request = Request::builder().method(method).uri(path).header(header::HOST, "localhost:8025");
    for (name, value) in lines {
        request = request.header(*name, *value);
    }
    let response = app.router.clone().oneshot(request.body(Body::empty()).unwrap()).await.unwrap();
    let (parts, body) = response.into_parts();
    let bytes = axum::body::to_bytes(body, 1024 * 1024).await.unwrap().to_vec();
    let body = String::from_utf8(bytes.clone()).unwrap();
    Reply { status: parts.status, headers: parts.headers, body, bytes }
}

async fn press(app: &TestApp, address: &str) -> Reply {
    send(app, Method::POST, address, &[]).await
}

const TODAY: &str = "2026-11-20";

both_databases!(an_address_is_shown_once_kept_as_a_hash_and_counts, |test: TestDb| async move {
    let app = TestApp::start(test).await;
    let me = Own::new(&app, "Z90001", "Dr A").await;
    let id = Uuid::now_v7().to_string();
    let fields = [("id", id.as_str()), ("name", "Stream Deck")];
    let first = me.device.form(&me.page(), &fields).await;
    let address = shown(first.is(200)).unwrap();
    let secret = address.strip_prefix("/tap/").unwrap();
    assert_eq!(secret.len(), 43);
    let again = me.device.form(&me.page(), &fields).await;
    assert_eq!(shown(again.is(200)), None);
    assert!(again.body.contains("cannot be shown again"));
    me.device.form(&me.page(), &[("id", &id), ("name", "Watch")]).await.is(409);
    let unnamed = me.device.form(&me.page(), &[("id", &Uuid::now_v7().to_string()), ("name", " ")]).await;
    assert!(unnamed.is(422).body.contains("Say what it is for"));
    let page = me.device.get(&me.page()).await;
    assert!(page.is(200).body.contains("Stream Deck") && page.body.contains("Never"));
    let all = app.test.content_without(&[]).await.join("\n");
    for text in [&again.body, &page.body, &all] {
        assert!(!text.contains(secret));
    }
    let said = press(&app, &address).await;
    assert_eq!(said.is(201).body, "24 left of 25\n");
    let json = send(&app, Method::POST, &format!("{address}?kind=telephone"), &[("accept", "application/json")]).await;
    let json = json.is(201).json();
    assert_eq!(
        (json["counted"].as_u64(), json["left"].as_u64(), json["day"].as_str()),
        (Some(2), Some(23), Some(TODAY))
    );
    let kinds = app.test.column("SELECT kind FROM contact ORDER BY kind").await;
    assert_eq!(kinds, ["in-person", "telephone"]);
    let same = "SELECT count(*) FROM contact c JOIN tap_address a ON a.id = c.recorded_by";
    assert_eq!(app.test.number(same).await, 2, "what it counts stands under its id");
    let page = async || me.device.get(&me.page()).await.body;
    eventually("last used", || async { !page().await.contains("Never") }).await;
    let events = app.test.column("SELECT event FROM audit_event WHERE organisation = 'Z90001'").await;
    assert_eq!(events, ["tap-address.made"]);
    let trail = app.person(Role::PracticeManager, "Z90001").await.get("/organisations/Z90001/happened").await;
    assert!(trail.is(200).body.contains("Made the one-tap address Stream Deck of Dr A"), "{}", trail.body);
});

both_databases!(ten_presses_in_two_seconds_count_ten, |test: TestDb| async move {
    let app = TestApp::start(test).await;
    let me = Own::new(&app, "Z90001", "Dr A").await;
    let address = me.make("Stream Deck").await;
    let replies = join_all((0..10).map(|_| press(&app, &address))).await;
    for reply in &replies {
        reply.is(201);
    }
    assert_eq!(me.counted(&app, TODAY).await, 10);
    // A key that is held down is told to wait, and nothing of it counts.
    for _ in 10..MOST_PRESSES {
        press(&app, &address).await.is(201);
    }
    let most = u64::from(MOST_PRESSES);
    for _ in 0..3 {
        let refused = press(&app, &address).await;
        assert!(refused.is(429).headers.contains_key("retry-after") && refused.body.starts_with("Not counted"));
    }
    assert_eq!(me.counted(&app, TODAY).await, most);
    // Another's address is not slowed down, nor this one in the next minute.
    let other = Own::new(&app, "Z90001", "Dr B").await;
    press(&app, &other.make("Watch").await).await.is(201);
    app.clock.set(now() + chrono::Duration::minutes(1));
    press(&app, &address).await.is(201);
    assert_eq!(me.counted(&app, TODAY).await, most + 1);
});

both_databases!(looking_counts_nothing_and_says_nothing, |test: TestDb| async move {
    let app = TestApp::start(test).await;
    let me = Own::new(&app, "Z90001", "Dr Aster").await;
    let address = me.make("Tag at the door").await;
    press(&app, &address).await.is(201);
    let html = ("accept", "text/html,application/xhtml+xml");
    for lines in [
        &[html][..],
        &[],
        &[html, ("sec-purpose", "prefetch")],
        &[html, ("purpose", "prefetch")],
        &[html, ("sec-fetch-dest", "document"), ("sec-fetch-mode", "navigate")],
    ] {
        let page = send(&app, Method::GET, &address, lines).await;
        assert!(page.is(200).body.contains("Nothing is counted yet."));
        for word in ["Dr Aster", "Invented Surgery", "left of", "counted today"] {
            assert!(!page.body.contains(word), "{word}");
        }
        let line = |name: &str| page.headers[name].to_str().unwrap().to_owned();
        assert_eq!((line("cache-control"), line("referrer-policy")), ("no-store".to_owned(), "no-referrer".to_owned()));
        assert!(line("x-robots-tag").starts_with("noindex"));
    }
    assert_eq!(send(&app, Method::HEAD, &address, &[]).await.is(200).body, "");
    for method in [Method::PUT, Method::DELETE, Method::PATCH, Method::OPTIONS] {
        send(&app, method, &address, &[]).await.is(405);
    }
    send(&app, Method::GET, &format!("{address}/undo"), &[]).await.is(405);
    let wrong = send(&app, Method::POST, &format!("{address}?kind=nonsense"), &[]).await;
    assert_eq!(wrong.is(422).body, "Choose one of the kinds of contact\n");
    let long = "x".repeat(201);
    send(&app, Method::POST, &address, &[("idempotency-key", &long)]).await.is(422);
    assert_eq!(me.counted(&app, TODAY).await, 1);
});

both_databases!(a_key_or_a_page_that_is_sent_again_counts_once, |test: TestDb| async move {
    let app = TestApp::start(test).await;
    let me = Own::new(&app, "Z90001", "Dr A").await;
    let address = me.make("Shortcut").await;
    let keyed = |key: &'static str, path: String| {
        let app = &app;
        async move { send(app, Method::POST, &path, &[("idempotency-key", key)]).await }
    };
    keyed("press 1", address.clone()).await.is(201);
    app.clock.set(now() + chrono::Duration::minutes(3));
    keyed("press 1", address.clone()).await.is(200);
    let other = keyed("press 1", format!("{address}?kind=visit")).await;
    assert!(other.is(409).body.starts_with("Not counted"));
    let both = join_all((0..4).map(|_| keyed("press 2", address.clone()))).await;
    assert_eq!(both.iter().filter(|reply| reply.status == 201).count(), 1);
    assert!(both.iter().all(|reply| reply.status.is_success()));
    assert_eq!(me.counted(&app, TODAY).await, 2);
    // The page has a fresh key each time; sent twice by an impatient finger it counts once.
    let browser = app.stranger();
    for _ in 0..2 {
        let page = browser.form(&address, &[("key", "of the page"), ("kind", "online")]).await;
        page.is(if page.status == 201 { 201 } else { 200 });
    }
    assert_eq!(me.counted(&app, TODAY).await, 3);
});

both_databases!(the_page_takes_back_what_its_address_counted_and_nothing_else, |test: TestDb| async move {
    let app = TestApp::start(test).await;
    let me = Own::new(&app, "Z90001", "Dr A").await;
    let address = me.make("Tag").await;
    let undo = format!("{address}/undo");
    // Tapped on the phone, and by another of one's addresses.
    let tapped = Uuid::now_v7().to_string();
    let home = format!("/practices/Z90001/clinicians/{}", me.id);
    let at = [("id", tapped.as_str()), ("occurred_at", "2026-11-20T11:00:00Z")];
    me.device.form(&format!("{home}/contacts"), &at).await.is(303);
    let other = me.make("Watch").await;
    let json = [("accept", "application/json")];
    let of_other = send(&app, Method::POST, &other, &json).await.json()["contact"].as_str().unwrap().to_owned();
    let own = send(&app, Method::POST, &address, &json).await.json()["contact"].as_str().unwrap().to_owned();
    let browser = app.stranger();
    for contact in [tapped.as_str(), &of_other, &Uuid::nil().to_string(), "x"] {
        browser.form(&undo, &[("contact", contact)]).await.is(404);
    }
    assert_eq!(me.counted(&app, TODAY).await, 3);
    for _ in 0..2 {
        let taken = browser.form(&undo, &[("contact", &own)]).await;
        assert_eq!(taken.is(200).body, "23 left of 25\n");
    }
    // As a browser sees it: what is left, and the way back.
    let html = [("accept", "text/html")];
    let page = send(&app, Method::POST, &address, &html).await;
    assert!(page.is(200).body.contains("Counted.") && page.body.contains("22 left of 25"));
    assert!(page.body.contains(&format!("action=\"{undo}\"")));
    assert_eq!(page.headers["referrer-policy"], "no-referrer");
});

both_databases!(it_needs_no_cookie_and_no_origin_and_takes_none_into_account, |test: TestDb| async move {
    let app = TestApp::start(test).await;
    let me = Own::new(&app, "Z90001", "Dr A").await;
    let address = me.make("Stream Deck").await;
    let cookie = me.device.cookie.clone().unwrap();
    for lines in [
        &[("origin", "null"), ("cookie", cookie.as_str())][..],
        &[("sec-fetch-site", "cross-site"), ("origin", "https://companion.example")],
        &[("authorization", "Basic eDp4")],
    ] {
        let reply = send(&app, Method::POST, &address, lines).await;
        // An authorisation that is not ours is somebody's mistake, and said.
        let wrong = lines[0].0 == "authorization";
        reply.is(if wrong { 401 } else { 201 });
    }
    // Whoever may read the clinician's page gains nothing by a wrong secret.
    let mut wrong = address.clone();
    wrong.replace_range(5..6, if &address[5..6] == "A" { "B" } else { "A" });
    for path in [wrong.as_str(), "/tap/x", "/tap/", &format!("{address}x")] {
        let reply = send(&app, Method::POST, path, &[("cookie", &cookie), ("sec-fetch-site", "same-origin")]).await;
        reply.is(404);
    }
    assert_eq!(me.counted(&app, TODAY).await, 2);
});

both_databases!(nobody_else_makes_sees_or_ends_an_address, |test: TestDb| async move {
    let app = TestApp::start(test).await;
    let me = Own::new(&app, "Z90001", "Dr A").await;
    let address = me.make("Stream Deck").await;
    let id = app.test.column(&hex(&app.test, "SELECT id FROM tap_address")).await.remove(0);
    let id = TapAddressId(Uuid::parse_str(&id).unwrap()).0;
    let colleague = Own::new(&app, "Z90001", "Dr B").await;
    let neighbour = Own::new(&app, "Z90002", "Dr Z").await;
    let fields = [("id", "019a9f6e-7c00-7000-8000-000000000001"), ("name", "Mine")];
    let wall = app.display("Z90001", true).await;
    for (who, status) in [
        (app.stranger(), 303),
        (colleague.device.clone(), 404),
        (neighbour.device.clone(), 404),
        (wall, 404),
        (app.person(Role::PracticeManager, "Z90002").await, 404),
        (app.person(Role::LmcOfficer, "east").await, 404),
        // They may end it, on the page of people; what it counts by is the clinician's own to make.
        (app.person(Role::PracticeManager, "Z90001").await, 403),
    ] {
        who.get(&me.page()).await.is(status);
        let refused = if status == 303 { 401 } else { status };
        who.form(&me.page(), &fields).await.is(refused);
        who.form(&format!("{}/{id}/end", me.page()), &[]).await.is(refused);
    }
    // Under their own name they cannot reach it either.
    colleague.device.form(&format!("{}/{id}/end", colleague.page()), &[]).await.is(404);
    neighbour.device.form(&format!("{}/{id}/end", neighbour.page()), &[]).await.is(404);
    let manager = app.person(Role::PracticeManager, "Z90002").await;
    let end = |practice: &str, clinician| format!("/practices/{practice}/people/{clinician}/addresses/{id}/end");
    manager.form(&end("Z90001", me.id), &[]).await.is(404);
    manager.form(&end("Z90002", neighbour.id), &[]).await.is(404);
    press(&app, &address).await.is(201);
    assert_eq!(app.test.number("SELECT count(*) FROM tap_address").await, 1);
});

/// Ids, as people write them, which is not how each database keeps them.
fn hex(test: &TestDb, sql: &str) -> String {
    match test.kind() {
        crate::support::databases::Kind::Sqlite => sql.replacen("id", "lower(hex(id))", 1),
        crate::support::databases::Kind::Postgres => sql.replacen("id", "CAST(id AS text)", 1),
    }
}

both_databases!(an_address_ends_when_it_is_ended_and_with_its_device, |test: TestDb| async move {
    let app = TestApp::start(test).await;
    let me = Own::new(&app, "Z90001", "Dr A").await;
    let manager = app.person(Role::PracticeManager, "Z90001").await;
    let newest = async || {
        let rows =
            app.test.column(&hex(&app.test, "SELECT id FROM tap_address ORDER BY created_at DESC, 1 DESC")).await;
        Uuid::parse_str(&rows[0]).unwrap()
    };
    let (first, id) = (me.make("Stream Deck").await, newest().await);
    for _ in 0..2 {
        me.device.form(&format!("{}/{id}/end", me.page()), &[]).await.is(303);
        let gone = press(&app, &first).await;
        assert_eq!(gone.is(404).body, "This address does not work any more\n");
        send(&app, Method::GET, &first, &[]).await.is(404);
    }
    app.clock.set(now() + chrono::Duration::seconds(1));
    let (second, id) = (me.make("Watch").await, newest().await);
    let people = format!("/practices/Z90001/people/{}", me.id);
    assert!(manager.get(&people).await.is(200).body.contains("Watch"));
    manager.form(&format!("{people}/addresses/{id}/end"), &[]).await.is(303);
    press(&app, &second).await.is(404);
    let third = me.make("Tag").await;
    press(&app, &third).await.is(201);
    // The device on which it was made signs out.
    me.device.form("/sign-out", &[]).await.is(303);
    press(&app, &third).await.is(404);
    assert_eq!(me.counted(&app, TODAY).await, 1);
    let events = app.test.column("SELECT event FROM audit_event WHERE organisation = 'Z90001' ORDER BY seq").await;
    let told: Vec<&str> = events.iter().map(String::as_str).filter(|name| name.starts_with("tap")).collect();
    let (made, ended) = ("tap-address.made", "tap-address.revoked");
    assert_eq!(told, [made, ended, made, ended, made]);
});

both_databases!(an_address_ends_when_its_clinician_leaves_and_when_the_device_is_revoked, |test: TestDb| async move {
    let app = TestApp::start(test).await;
    let manager = app.person(Role::PracticeManager, "Z90001").await;
    let (leaves, loses, stays) = (
        Own::new(&app, "Z90001", "Dr A").await,
        Own::new(&app, "Z90001", "Dr B").await,
        Own::new(&app, "Z90001", "Dr C").await,
    );
    let (left, lost, kept) = (leaves.make("Key").await, loses.make("Key").await, stays.make("Key").await);
    let people = |own: &Own| format!("/practices/Z90001/people/{}", own.id);
    manager.form(&format!("{}/left", people(&leaves)), &[("last_day", "2026-11-20")]).await.is(303);
    let page = manager.get(&people(&loses)).await.body;
    let revoke = page.split('"').find(|text| text.ends_with("/revoke")).unwrap().to_owned();
    manager.form(&revoke, &[]).await.is(303);
    press(&app, &lost).await.is(404);
    press(&app, &left).await.is(201);
    app.clock.set("2026-11-21T00:00:00Z".parse().unwrap());
    press(&app, &left).await.is(404);
    press(&app, &kept).await.is(201);
    app.clock.set(now() + chrono::Duration::days(90) - chrono::Duration::seconds(1));
    press(&app, &kept).await.is(201);
    app.clock.set(now() + chrono::Duration::days(90));
    press(&app, &kept).await.is(404);
});

both_databases!(a_press_counts_for_the_london_day_of_its_moment, |test: TestDb| async move {
    let app = TestApp::start(test).await;
    // Summer: midnight is at eleven in the evening of Greenwich.
    app.clock.set("2026-06-30T22:59:59Z".parse().unwrap());
    let me = Own::new(&app, "Z90001", "Dr A").await;
    let address = me.make("Stream Deck").await;
    press(&app, &address).await.is(201);
    app.clock.set("2026-06-30T23:00:00Z".parse().unwrap());
    // What is left is that of the new day.
    assert_eq!(press(&app, &address).await.is(201).body, "24 left of 25\n");
    let days = app.test.column("SELECT CAST(day AS text) FROM contact ORDER BY 1").await;
    assert_eq!(days, ["2026-06-30", "2026-07-01"]);
    // A key of yesterday stands for yesterday's contact.
    let keyed = async || send(&app, Method::POST, &address, &[("idempotency-key", "k")]).await;
    keyed().await.is(201);
    app.clock.set("2026-07-01T23:00:00Z".parse().unwrap());
    assert_eq!(keyed().await.is(200).body, "23 left of 25\n");
    assert_eq!(me.counted(&app, "2026-07-02").await, 0);
});

both_databases!(a_clinician_has_five_addresses_that_work, |test: TestDb| async move {
    let app = TestApp::start(test).await;
    let me = Own::new(&app, "Z90001", "Dr A").await;
    for n in 0..5 {
        me.make(&format!("Key {n}")).await;
    }
    let id = Uuid::now_v7().to_string();
    let full = me.device.form(&me.page(), &[("id", &id), ("name", "One more")]).await;
    assert!(full.is(422).body.contains("5 addresses, which is the most") && full.body.contains("One more"));
    // A colleague has their own five; of one that ended there is room for another.
    Own::new(&app, "Z90001", "Dr B").await.make("Key").await;
    let page = me.device.get(&me.page()).await.body;
    let end = page.split('"').find(|text| text.ends_with("/end")).unwrap().to_owned();
    me.device.form(&end, &[]).await.is(303);
    let at_once = join_all((0..3).map(|_| async {
        let id = Uuid::now_v7().to_string();
        me.device.form(&me.page(), &[("id", id.as_str()), ("name", "At once")]).await.status.as_u16()
    }));
    let mut answers = at_once.await;
    answers.sort_unstable();
    assert_eq!(answers, [200, 422, 422]);
});

both_databases!(the_page_without_a_script_stays_small, |test: TestDb| async move {
    let app = TestApp::start(test).await;
    let me = Own::new(&app, "Z90001", "Dr A").await;
    let home = format!("/practices/Z90001/clinicians/{}", me.id);
    let page = me.device.get(&format!("{home}/small")).await;
    assert!(page.is(200).body.contains("hr-mini") && !page.body.contains("hr-nav"));
    let policy = |reply: &Reply| reply.headers["content-security-policy"].to_str().unwrap().to_owned();
    assert!(policy(&page).contains("frame-ancestors 'self'"));
    let whole = me.device.get(&home).await;
    assert!(policy(&whole).contains("frame-src 'self'") && policy(&whole).contains("frame-ancestors 'none'"));
    let form = |from: String| {
        let body = format!("id={}&occurred_at=2026-11-20T11%3A00%3A00Z", Uuid::now_v7());
        let request = Request::builder().method(Method::POST).uri(format!("{home}/contacts"));
        request
            .header(header::HOST, "localhost:8025")
            .header(header::COOKIE, me.device.cookie.clone().unwrap())
            .header("sec-fetch-site", "same-origin")
            .header(header::REFERER, format!("http://localhost:8025{from}"))
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .body(Body::from(body))
            .unwrap()
    };
    for from in [format!("{home}/small"), home.clone()] {
        let reply = app.router.clone().oneshot(form(from.clone())).await.unwrap();
        assert_eq!(reply.headers()[header::LOCATION], from);
    }
    assert_eq!(me.counted(&app, TODAY).await, 2);
    // Another's is not shown.
    Own::new(&app, "Z90001", "Dr B").await.device.get(&format!("{home}/small")).await.is(404);
});

both_databases!(keys_and_signals_are_switched_off_in_one_browser_and_remembered, |test: TestDb| async move {
    let app = TestApp::start(test).await;
    let me = Own::new(&app, "Z90001", "Dr A").await;
    let page = me.device.get("/account/desk").await;
    assert_eq!(page.is(200).body.matches("checked").count(), 2, "everything is on where nothing was chosen");
    let saved = me.device.form("/account/desk", &[("signals", "yes")]).await;
    assert_eq!(saved.is(303).location(), "/account/desk?done=saved");
    let cookie = saved.cookies();
    assert_eq!(cookie, "headroom-desk=keys");
    let line = saved.headers[header::SET_COOKIE].to_str().unwrap();
    assert!(!line.contains("HttpOnly") && line.contains("Max-Age=34560000"), "the script reads it: {line}");
    let own = me.device.cookie.clone().unwrap();
    let page = app.browser(format!("{own}; {cookie}")).get("/account/desk?done=saved").await;
    assert_eq!(page.is(200).body.matches("checked").count(), 1);
    assert!(page.body.contains("Saved in this browser."));
    let back = me.device.form("/account/desk", &[("signals", "yes"), ("keys", "yes")]).await;
    assert_eq!(back.is(303).cookies(), "", "with everything on there is nothing to remember");
    app.stranger().get("/account/desk").await.is(303);
    app.person(Role::PracticeManager, "Z90001").await.get("/account/desk").await.is(200);
});
