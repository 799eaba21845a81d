//! A person's own total across the places that their phone counts for: theirs, and nobody else's.

use chrono::Duration;
use entity::ids::{ClinicianId, DeviceId};
use headroom::{
    domain::access::Role,
    store::people::{self, DeviceRow},
    web::{passwords, secrets},
};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::support::{
    app::{Client, Reply, TestApp, eventually, now, ods},
    databases::{TestDb, both_databases},
};

const HERE: &str = "Z90001";
const THERE: &str = "Z90025";

fn home(practice: &str, clinician: ClinicianId) -> String {
    format!("/practices/{practice}/clinicians/{clinician}")
}

/// A clinician of a practice, with an enrolment link of its manager.
async fn invited(app: &TestApp, practice: &str, label: &str) -> (ClinicianId, String) {
    let id = app.clinician(practice, label).await;
    (id, link(app, practice, id).await)
}

async fn link(app: &TestApp, practice: &str, clinician: ClinicianId) -> String {
    let manager = app.person(Role::PracticeManager, practice).await;
    let make = format!("/practices/{practice}/people/{clinician}/link");
    let id = Uuid::now_v7().to_string();
    let page = manager.form(&make, &[("id", &id)]).await;
    let (_, rest) = page.is(200).body.split_once("/enrol/").unwrap();
    format!("/enrol/{}", rest.split_once('<').unwrap().0)
}

async fn try_to_enrol(phone: &Client, link: &str, more: &[(&str, &str)]) -> Reply {
    let id = Uuid::now_v7().to_string();
    phone.form(link, &[&[("device", &*id)], more].concat()).await
}

/// The phone after it was enrolled: its cookies are those of the answer.
async fn enrol(app: &TestApp, phone: &Client, link: &str, more: &[(&str, &str)]) -> Client {
    let reply = try_to_enrol(phone, link, more).await;
    app.browser(reply.is(303).cookies())
}

const KEEP: [(&str, &str); 1] = [("others", "keep")];

struct World {
    app: TestApp,
    phone: Client,
    here: ClinicianId,
    there: ClinicianId,
}

impl World {
    /// One phone, enrolled at two practices of two areas.
    async fn new(test: TestDb) -> Self {
        let app = TestApp::start(test).await;
        let (here, first) = invited(&app, HERE, "Dr A").await;
        let (there, second) = invited(&app, THERE, "Dr Ann").await;
        let phone = enrol(&app, &app.stranger(), &first, &[]).await;
        let phone = enrol(&app, &phone, &second, &KEEP).await;
        Self { app, phone, here, there }
    }

    async fn tap(&self, practice: &str, clinician: ClinicianId, times: usize) {
        for _ in 0..times {
            let path = format!("/api/v1{}/contacts", home(practice, clinician));
            let tap = json!({ "id": Uuid::now_v7(), "occurred_at": "2026-11-20T09:00:00Z" });
            self.phone.post(&path, tap).await.is(201);
        }
    }

    async fn me(&self) -> Value {
        self.phone.get("/api/v1/me/day").await.is(200).json()
    }

    async fn page(&self) -> String {
        self.phone.get(&home(HERE, self.here)).await.is(200).body.clone()
    }

    /// Revokes every device of a practice's clinician, as its manager does.
    async fn revoke(&self, practice: &str, clinician: ClinicianId) {
        let manager = self.app.person(Role::PracticeManager, practice).await;
        let page = format!("/practices/{practice}/people/{clinician}");
        let listed = manager.get(&page).await.is(200).body.clone();
        for part in listed.split("/devices/").skip(1) {
            let (id, _) = part.split_once("/revoke").unwrap();
            let path = format!("{page}/devices/{id}/revoke");
            manager.form(&path, &[]).await.is(303);
        }
    }
}

fn text(html: &str) -> String {
    let page = scraper::Html::parse_document(html);
    let words: Vec<&str> = page.root_element().text().collect();
    words.concat().split_whitespace().collect::<Vec<_>>().join(" ")
}

both_databases!(two_places_count_apart_and_the_person_sees_the_sum, |test: TestDb| async move {
    let world = World::new(test).await;
    world.tap(HERE, world.here, 12).await;
    world.tap(THERE, world.there, 7).await;
    let me = world.me().await;
    assert_eq!(
        (&me["counted"], &me["limit"], &me["left"], &me["state"]),
        (&json!(19), &json!(25), &json!(6), &json!("available"))
    );
    let places: Vec<(&Value, &Value)> =
        me["places"].as_array().unwrap().iter().map(|place| (&place["practice"], &place["counted"])).collect();
    let (one, other) = ((&json!(HERE), &json!(12)), (&json!(THERE), &json!(7)));
    assert!(places == [one, other] || places == [other, one], "{me}");
    let said = "Today across your practices: 19 of 25 contacts (12 here, 7 at Invented Surgery 25). Only you see \
                    this total.";
    let page = world.page().await;
    assert!(text(&page).contains(said), "{}", text(&page));
    assert!(page.contains(&format!("href=\"{}\"", home(THERE, world.there))));
    // The other way round, and in what a tap answers.
    let there = world.phone.get(&home(THERE, world.there)).await;
    assert!(text(&there.is(200).body).contains("(7 here, 12 at Invented Surgery 1)"));
    let fragment = world.phone.get(&format!("{}/day", home(HERE, world.here))).await;
    assert!(text(&fragment.is(200).body).contains(said));
    world.tap(HERE, world.here, 8).await;
    assert!(text(&world.page().await).contains("27 contacts, 2 over 25 (20 here, 7 at"));
    assert_eq!(world.me().await["state"], "over");
    // What each practice counts is its own.
    for (practice, clinician, n) in [(HERE, world.here, 20), (THERE, world.there, 7)] {
        let path = format!("/api/v1{}/days/2026-11-20", home(practice, clinician));
        assert_eq!(world.phone.get(&path).await.is(200).json()["counted"], n);
    }
});

both_databases!(sessions_at_two_practices_are_one_day, |test: TestDb| async move {
    let world = World::new(test).await;
    for (practice, clinician) in [(HERE, world.here), (THERE, world.there)] {
        let set = [("id", &*Uuid::now_v7().to_string()), ("n", "10"), ("half_sessions", "2")];
        let path = format!("{}/set", home(practice, clinician));
        world.phone.form(&path, &set).await.is(303);
    }
    let me = world.me().await;
    assert_eq!(me["places"][0]["limit"], 13, "one session");
    assert_eq!((&me["counted"], &me["limit"]), (&json!(20), &json!(25)));
});

both_databases!(neither_practice_sees_the_total_or_the_other_practice, |test: TestDb| async move {
    let world = World::new(test).await;
    world.tap(HERE, world.here, 12).await;
    world.tap(THERE, world.there, 7).await;
    let all =
        [(HERE, world.here, "12", THERE, world.there, "Dr Ann"), (THERE, world.there, "7", HERE, world.here, "Dr A")];
    for (own, mine, n, other, theirs, label) in all {
        let page = world.app.person(Role::PracticeManager, own).await;
        let program = world.app.manager(own).await;
        for path in [
            home(own, mine),
            format!("{}/day", home(own, mine)),
            format!("{}/days/2026-11-20", home(own, mine)),
            format!("/practices/{own}/capacity"),
            format!("/practices/{own}/today"),
            format!("/practices/{own}/people/{mine}"),
            format!("/api/v1/practices/{own}/capacity"),
            format!("/api/v1{}/days/2026-11-20", home(own, mine)),
        ] {
            let reader = if path.starts_with("/api") { &program } else { &page };
            let reply = reader.get(&path).await;
            let body = &reply.is(200).body;
            for hidden in [
                other.to_owned(),
                theirs.to_string(),
                format!("{label}<"),
                "across your practices".to_owned(),
                "19 of".to_owned(),
            ] {
                assert!(!body.contains(&hidden), "{hidden} on {path}");
            }
        }
        let capacity = program.get(&format!("/api/v1/practices/{own}/capacity")).await;
        assert_eq!(capacity.json()["counted"].to_string(), n);
        for foreign in [home(other, theirs), format!("/practices/{other}/capacity")] {
            page.get(&foreign).await.is(404);
            program.get(&format!("/api/v1{foreign}")).await.is(404);
        }
        for reader in [&page, &program] {
            reader.get("/api/v1/me/day").await.is(403);
        }
        page.get("/device").await.is(403);
    }
    for outsider in [
        world.app.token(Role::LmcOfficer, "east").await,
        world.app.token(Role::IcbAnalyst, "XDA").await,
        world.app.token(Role::Administrator, "england").await,
        world.app.display(HERE, true).await,
    ] {
        outsider.get("/api/v1/me/day").await.is(403);
    }
    world.app.stranger().get("/api/v1/me/day").await.is(401);
});

both_databases!(a_phone_of_two_practices_opens_nobody_elses_day, |test: TestDb| async move {
    let world = World::new(test).await;
    let mut closed = Vec::new();
    for practice in [HERE, THERE] {
        let colleague = world.app.clinician(practice, "Dr B").await;
        closed.push((practice, colleague));
    }
    // Each row under the other practice's path, and a practice where they do not work.
    closed.push((HERE, world.there));
    closed.push((THERE, world.here));
    closed.push(("Z90002", world.here));
    for (practice, clinician) in closed {
        let path = home(practice, clinician);
        world.phone.get(&path).await.is(404);
        let contacts = format!("/api/v1{path}/contacts");
        let tap = json!({ "id": Uuid::now_v7() });
        world.phone.post(&contacts, tap).await.is(404);
    }
    for practice in [HERE, THERE] {
        let today = format!("/practices/{practice}/today");
        world.phone.get(&today).await.is(200);
        world.phone.get(&format!("/live/practices/{practice}")).await.is(200);
        world.phone.get(&format!("/practices/{practice}/capacity")).await.is(403);
    }
    world.phone.get("/practices/Z90002/today").await.is(404);
    // A colleague's phone at one of the practices learns nothing of the other place.
    let colleague = world.app.clinician(HERE, "Dr C").await;
    let theirs = world.app.device(HERE, colleague).await;
    theirs.get(&home(HERE, world.here)).await.is(404);
    let day = theirs.get("/api/v1/me/day").await.is(200).json();
    assert_eq!(day["places"].as_array().unwrap().len(), 1);
    let page = theirs.get(&home(HERE, colleague)).await;
    assert!(!page.is(200).body.contains("across your practices"));
});

both_databases!(a_revoked_place_is_gone_at_once_and_the_other_counts_on, |test: TestDb| async move {
    let world = World::new(test).await;
    world.tap(HERE, world.here, 3).await;
    world.tap(THERE, world.there, 2).await;
    world.revoke(THERE, world.there).await;
    let page = world.page().await;
    assert!(!page.contains("across your practices"));
    assert!(!page.contains(THERE), "its taps go nowhere from here");
    let me = world.me().await;
    assert_eq!((&me["counted"], &me["places"][0]["practice"]), (&json!(3), &json!(HERE)));
    world.phone.get(&home(THERE, world.there)).await.is(404);
    let contacts = format!("/api/v1{}/contacts", home(THERE, world.there));
    let tap = json!({ "id": Uuid::now_v7() });
    world.phone.post(&contacts, tap).await.is(404);
    world.tap(HERE, world.here, 1).await;
    assert_eq!(world.me().await["counted"], 4);
    // The secret that opens nothing leaves the cookie with the next enrolment.
    let (_, third) = invited(&world.app, "Z90003", "Dr A3").await;
    let phone = enrol(&world.app, &world.phone, &third, &KEEP).await;
    let cookie = phone.cookie.clone().unwrap();
    assert_eq!(cookie.matches('.').count(), 2, "{cookie}");
    let me = phone.get("/api/v1/me/day").await.is(200).json();
    assert_eq!(me["places"].as_array().unwrap().len(), 2);
    // All revoked: nobody asks.
    world.revoke(HERE, world.here).await;
    world.phone.get("/api/v1/me/day").await.is(401);
});

both_databases!(a_secret_that_opens_nothing_does_no_harm, |test: TestDb| async move {
    let world = World::new(test).await;
    world.tap(HERE, world.here, 3).await;
    let cookie = world.phone.cookie.clone().unwrap();
    let secrets = cookie.strip_prefix("headroom=d.").unwrap();
    let (first, second) = secrets.split_once('.').unwrap();
    for (stale, places) in [
        (format!("nothing.{first}"), 1),
        (format!("{first}.nothing.{second}"), 2),
        (format!("{first}..{second}.."), 2),
        (format!("{first}.{first}.{second}"), 2),
        // No more than three are looked at.
        (format!("a.b.c.{first}"), 0),
    ] {
        let phone = world.app.browser(format!("headroom=d.{stale}"));
        let reply = phone.get("/api/v1/me/day").await;
        if places == 0 {
            reply.is(401);
            continue;
        }
        let me = reply.is(200).json();
        assert_eq!(me["places"].as_array().unwrap().len(), places, "{stale}");
        assert_eq!(me["counted"], 3, "{stale}");
    }
    // One that has expired: the other goes on.
    world.app.clock.set(now() + Duration::days(91));
    world.phone.get("/api/v1/me/day").await.is(401);
});

both_databases!(a_phone_that_counts_already_is_asked_whose_it_is, |test: TestDb| async move {
    let app = TestApp::start(test).await;
    let (here, first) = invited(&app, HERE, "Dr A").await;
    let (there, second) = invited(&app, THERE, "Dr Ann").await;
    let phone = enrol(&app, &app.stranger(), &first, &[]).await;
    let page = phone.get(&second).await;
    assert!(text(&page.is(200).body).contains("Dr A · Invented Surgery 1"));
    let page = app.stranger().get(&second).await;
    assert!(!page.is(200).body.contains("name=\"others\""), "a phone that counts for nobody is not asked");
    // Not answered, or with another error: nothing is written, and what was chosen is kept.
    let asked = try_to_enrol(&phone, &second, &[]).await;
    assert!(asked.is(422).body.contains("Choose whether"));
    let wrong = [("others", "keep"), ("pin", "1"), ("pin_again", "1")];
    let asked = try_to_enrol(&phone, &second, &wrong).await;
    assert!(asked.is(422).body.contains("value=\"keep\" checked"));
    assert_eq!(app.test.number("SELECT count(*) FROM device").await, 1);
    // Somebody else's: their enrolment ends, and so does what this browser saw of it.
    let other = enrol(&app, &phone, &second, &[("others", "end")]).await;
    other.get(&home(THERE, there)).await.is(200);
    other.get(&home(HERE, here)).await.is(404);
    phone.get(&home(HERE, here)).await.is(303);
    let ended = "SELECT count(*) FROM audit_event WHERE event = 'device.signed-out'";
    assert_eq!(app.test.number(ended).await, 1);
});

both_databases!(the_same_place_again_replaces_and_a_fourth_is_refused, |test: TestDb| async move {
    let world = World::new(test).await;
    let app = &world.app;
    // The same row again: still two places, and the old enrolment is over.
    let again = link(app, THERE, world.there).await;
    let phone = enrol(app, &world.phone, &again, &KEEP).await;
    let me = phone.get("/api/v1/me/day").await.is(200).json();
    assert_eq!(me["places"].as_array().unwrap().len(), 2);
    let old = app.browser(world.phone.cookie.clone().unwrap());
    old.get(&home(THERE, world.there)).await.is(404);
    let live = "SELECT count(*) FROM device WHERE revoked_at IS NULL";
    assert_eq!(app.test.number(live).await, 2);
    // The answer was lost: the same browser asks again, with the cookies it had.
    let (_, third) = invited(app, "Z90003", "Dr A3").await;
    let id = Uuid::now_v7().to_string();
    let fields = [("device", &*id), ("others", "keep")];
    let first = phone.form(&third, &fields).await;
    let second = phone.form(&third, &fields).await;
    assert_eq!(first.is(303).cookies(), second.is(303).cookies());
    let phone = app.browser(first.cookies());
    // And once more with those of the answer.
    let third_time = phone.form(&third, &fields).await;
    let me = app.browser(third_time.is(303).cookies()).get("/api/v1/me/day").await;
    assert_eq!(me.is(200).json()["places"].as_array().unwrap().len(), 3);
    assert_eq!(app.test.number(live).await, 3);
    // A fourth is refused, on the page and in the form, and its link is not used up.
    let (fourth, link) = invited(app, "Z90004", "Dr A4").await;
    for reply in [phone.get(&link).await, try_to_enrol(&phone, &link, &KEEP).await] {
        assert!(reply.is(422).body.contains("This device counts for three already"));
    }
    assert_eq!(app.test.number(live).await, 3);
    let own = enrol(app, &app.stranger(), &link, &[]).await;
    own.get(&home("Z90004", fourth)).await.is(200);
});

both_databases!(one_place_is_given_up_and_signing_out_ends_all, |test: TestDb| async move {
    let world = World::new(test).await;
    let app = &world.app;
    let page = world.phone.get("/device").await;
    let said = text(&page.is(200).body);
    assert!(said.contains("Dr A · Invented Surgery 1"), "{said}");
    assert!(said.contains("Dr Ann · Invented Surgery 25"), "{said}");
    let (_, rest) = page.body.split_once("Dr Ann").unwrap();
    let (_, rest) = rest.split_once("name=\"device\" value=\"").unwrap();
    let fields = [("device", &rest[..36])];
    let reply = world.phone.form("/device/leave", &fields).await;
    assert_eq!(reply.is(303).location(), "/device");
    let phone = app.browser(reply.cookies());
    phone.get(&home(HERE, world.here)).await.is(200);
    phone.get(&home(THERE, world.there)).await.is(404);
    let live = "SELECT count(*) FROM device WHERE revoked_at IS NULL";
    assert_eq!(app.test.number(live).await, 1);
    // Again, and what is not this phone's: nothing happens.
    assert_eq!(phone.form("/device/leave", &fields).await.is(303).location(), home(HERE, world.here));
    let manager = app.person(Role::PracticeManager, HERE).await;
    let reply = manager.form("/device/leave", &fields).await;
    assert!(reply.is(303).headers.get("set-cookie").is_none());
    let stranger = app.stranger().form("/device/leave", &fields).await;
    stranger.is(401);
    assert_eq!(app.test.number(live).await, 1);

    let more = link(app, THERE, world.there).await;
    let phone = enrol(app, &phone, &more, &KEEP).await;
    let out = phone.form("/sign-out", &[]).await;
    assert_eq!(out.is(303).location(), "/");
    assert_eq!(out.cookies(), "");
    assert_eq!(app.test.number(live).await, 0);
    phone.get("/api/v1/me/day").await.is(401);
});

/// Another place for a phone, with a PIN.
async fn with_pin(app: &TestApp, phone: &Client, practice: &str, pin: &str) -> (ClinicianId, Client) {
    let clinician = app.clinician(practice, "Dr P").await;
    let secret = secrets::fresh();
    let row = DeviceRow {
        practice: ods(practice),
        id: DeviceId(Uuid::now_v7()),
        clinician,
        secret_hash: secrets::hash(&secret),
        enrolled_at: now(),
        expires_at: now() + Duration::days(90),
        last_seen_at: now(),
        pin_hash: Some(passwords::hash(&app.state, pin.to_owned()).await.unwrap()),
        revoked_at: None,
    };
    people::add_device(app.test.db.schema(), row).await.unwrap();
    let cookie = phone.cookie.clone().unwrap();
    (clinician, app.browser(format!("{cookie}.{secret}")))
}

both_databases!(a_pin_opens_its_own_place, |test: TestDb| async move {
    let app = TestApp::start(test).await;
    let me = app.clinician(HERE, "Dr A").await;
    let phone = app.device(HERE, me).await;
    let (second, phone) = with_pin(&app, &phone, THERE, "4711").await;
    let (third, phone) = with_pin(&app, &phone, "Z90003", "2222").await;
    let (mine, second, third) = (home(HERE, me), home(THERE, second), home("Z90003", third));
    // The place without a PIN is open; the others are asked for theirs, each by name.
    let page = phone.get(&mine).await.is(200).body.clone();
    assert!(text(&page).contains("Invented Surgery 25 is left out: give its PIN"), "{}", text(&page));
    assert!(!page.contains("across your practices"), "one place alone is no sum");
    assert!(!page.contains("Dr P"), "nothing behind a PIN is read");
    assert_eq!(phone.get("/api/v1/me/day").await.is(200).json()["locked"], 2);
    let ask = phone.get(&second).await.is(303).location();
    assert!(text(&phone.get(&ask).await.is(200).body).contains("Invented Surgery 25"));
    phone.get(&format!("/api/v1{second}/days/2026-11-20")).await.is(401);
    // The PIN of one opens no other.
    let give = |pin: &'static str, next: &str| {
        let (phone, next) = (phone.clone(), next.to_owned());
        async move { phone.form("/unlock", &[("pin", pin), ("next", &next)]).await }
    };
    give("2222", &second).await.is(422);
    let opened = give("4711", &second).await;
    assert_eq!(opened.is(303).location(), second);
    let held = phone.cookie.clone().unwrap();
    let phone = app.browser(format!("{held}; {}", opened.cookies()));
    phone.get(&second).await.is(200);
    phone.get(&third).await.is(303);
    assert_eq!(phone.get("/api/v1/me/day").await.json()["locked"], 1);
    // The next one, and the first stays open.
    let fields = [("pin", "2222"), ("next", &*third)];
    let opened = phone.form("/unlock", &fields).await.is(303).cookies();
    let phone = app.browser(format!("{held}; {opened}"));
    phone.get(&third).await.is(200);
    phone.get(&second).await.is(200);
    assert_eq!(phone.get("/api/v1/me/day").await.json()["locked"], 0);
    app.clock.set(now() + Duration::hours(12));
    phone.get(&second).await.is(303);
    phone.get(&mine).await.is(200);
});

both_databases!(the_first_page_is_that_of_the_practice_used_last, |test: TestDb| async move {
    let world = World::new(test).await;
    for (practice, clinician) in [(HERE, world.here), (THERE, world.there), (HERE, world.here)] {
        world.app.clock.set(world.app.clock.now() + Duration::minutes(1));
        let path = home(practice, clinician);
        world.phone.get(&path).await.is(200);
        eventually("the practice in use is noted", || async { world.phone.get("/").await.location() == path }).await;
    }
    // Being at one practice says nothing to the other about when the phone was used.
    let seen = format!("SELECT CAST(last_seen_at AS text) FROM device WHERE practice = '{THERE}'");
    let before = world.app.test.column(&seen).await;
    world.app.clock.set(now() + Duration::hours(3));
    world.page().await;
    world.me().await;
    eventually("noted here", || async {
        let here = format!("SELECT CAST(last_seen_at AS text) FROM device WHERE practice = '{HERE}'");
        world.app.test.column(&here).await[0].contains("15:00")
    })
    .await;
    assert_eq!(world.app.test.column(&seen).await, before);
});
