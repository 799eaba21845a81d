//! A register that is closed to its LMC stays closed whatever an officer does: two worlds are alike but for what one
//! practice recorded, which does not share. The same officer does the same in both, every write that the route table knows,
//! and every byte of every answer and of everything that is read afterwards is the same.

use std::{
    collections::{BTreeSet, VecDeque},
    time::Duration as Seconds,
};

use axum::{
    body::{Body, BodyDataStream},
    http::{Method, Request, header},
};
use entity::ids::{ClinicianId, OrgCode, PersonId};
use futures::StreamExt;
use headroom::{
    app,
    domain::{
        access::{Actor, Facts, Grant, Role, Target, decide},
        catalogue::{Catalogue, Item},
    },
    web::routes::{Asks, Row},
};
use serde_json::{Value, json};
use tower::ServiceExt;
use uuid::Uuid;

use crate::{
    side_channels::{self, OWN, Reader, Seen, World, differences, links, look},
    support::{
        app::{Client, encode, now},
        databases::{TestDb, both_databases},
    },
};

/// A practice that shares, so that an officer's pages are full.
const SHARES: &str = "Z90002";
/// What the officer publishes before anybody records.
const QUESTION: u32 = 1;
const TEMPLATE: u32 = 2;
const LETTER: u32 = 30;
/// From here on ids that the practice used, and that the officer sends too.
const SAME: u32 = 1_000;

/// The same in both worlds.
fn id(n: u32) -> String {
    let millis = u64::try_from(now().timestamp_millis()).unwrap();
    let mut bytes = [0; 16];
    bytes[..6].copy_from_slice(&millis.to_be_bytes()[2..]);
    bytes[6] = 0x70;
    bytes[8] = 0x80;
    bytes[12..].copy_from_slice(&n.to_be_bytes());
    Uuid::from_bytes(bytes).to_string()
}

/// One act: where, and the form or the JSON that is sent.
#[derive(Debug, Clone)]
struct Act {
    method: Method,
    path: String,
    kind: &'static str,
    body: String,
}

fn form(path: &str, fields: &[(&str, &str)]) -> Act {
    let pairs = fields.iter();
    let pairs = pairs.map(|(name, value)| format!("{}={}", encode(name), encode(value)));
    Act {
        method: Method::POST,
        path: path.to_owned(),
        kind: "application/x-www-form-urlencoded",
        body: pairs.collect::<Vec<_>>().join("&"),
    }
}

fn json_of(path: &str, body: &Value) -> Act {
    Act { method: Method::POST, path: path.to_owned(), kind: "application/json", body: body.to_string() }
}

fn items() -> Vec<&'static Item> {
    let today = "2026-11-20".parse().unwrap();
    Catalogue::built_in().unwrap().items_on(today).collect()
}

/// What the practice of one world has: every subject the catalogue suggests, in its own spelling, thought about, planned
/// and paused; and everything else it can record.
async fn record(world: &World, round: u32) {
    let app = &world.app;
    let manager = app.manager(OWN).await;
    let api = format!("/api/v1/practices/{OWN}");
    let mut n = SAME + round * 100;
    for item in items() {
        let names = if item.takes_subject() { subjects(item).into_iter().map(Some).collect() } else { vec![None] };
        for name in names {
            n += 1;
            let (status, day) = match n % 3 {
                0 => ("thinking", "2026-11-16"),
                1 => ("pausing-from", "2027-02-01"),
                _ => ("paused-since", "2026-11-02"),
            };
            let mut body = json!({ "id": id(n), "item": item.code, "status": status, "effective_on": day,
                "exclusively_secondary": true });
            if let Some(name) = name {
                body["subject_name"] = json!(name);
            }
            let done = manager.post(&format!("{api}/actions"), body).await;
            assert_eq!(done.status, 201, "{}: {}", item.code, done.body);
        }
    }
    pass_on(&manager, &api).await;
    let note = json!({ "id": id(n + 5), "leaning": "leaving", "note": "Partners talk in January" });
    manager.post(&format!("{api}/network"), note).await.is(201);
    let notice = json!({ "id": id(n + 1), "service": "Ring pessaries", "served_on": "2026-11-02", "period": 3,
        "period_unit": "months", "commissioner": "NHS Example ICB", "contract": "unsigned", "funded": false,
        "reply_due_on": "2026-11-10", "template": id(TEMPLATE), "template_version": 1 });
    manager.post(&format!("{api}/notices"), notice).await.is(201);
    let answer = json!({ "id": id(n + 2), "answer": if round == 0 { json!(null) } else { json!("1") } });
    let path = format!("{api}/questions/{}/answers", id(QUESTION));
    manager.post(&path, answer).await.is(201);
    for label in ["Dr A", "Dr B", "Dr C"] {
        let clinician = app.clinician(OWN, label).await;
        let path = format!("{api}/clinicians/{clinician}/days/2026-11-20");
        manager.put(&path, json!({ "n": 31 })).await.is(200);
    }
    let week = [("week", "2026-11-20")];
    let page = format!("/practices/{OWN}/week");
    manager.form(&page, &week).await.is(303);
    let divert = json!({ "id": id(n + 3), "guard_rail": "2026-04" });
    manager.post(&format!("{api}/divert"), divert).await.is(201);
    let end = json!({ "id": id(n + 4), "divert": id(n + 3) });
    manager.post(&format!("{api}/divert/end"), end).await.is(201);
}

/// Two items of one kind, and a request that was returned late.
async fn pass_on(manager: &Client, api: &str) {
    for outcome in ["returned", "done-urgent"] {
        let passed_on = json!({ "provider_name": "Wyrevale Infirmary", "department": "653", "category": "fit-note",
            "outcome": outcome });
        manager.post(&format!("{api}/transfers"), passed_on).await.is(201);
    }
    let late = json!({ "provider_name": "Wyrevale Infirmary", "department": "320", "category": "advice-and-guidance",
        "reason": "late", "outcome": "returned" });
    manager.post(&format!("{api}/transfers"), late).await.is(201);
}

/// As a practice would spell them.
fn subjects(item: &Item) -> Vec<String> {
    let mut names: Vec<String> = item.suggestions.iter().take(4).cloned().collect();
    names.push("Spirometry".to_owned());
    names.dedup();
    names
}

/// As somebody types who wants to find out what is there.
fn guesses(name: &str) -> Vec<String> {
    let swapped = name
        .chars()
        .map(|c| if c.is_lowercase() { c.to_uppercase().to_string() } else { c.to_lowercase().to_string() });
    vec![swapped.collect(), name.to_lowercase(), format!("  {name} "), name.to_owned()]
}

fn ask(path: &str, id: &str, wording: &str) -> Act {
    let days = [("week_ending", "2026-11-27"), ("opens_on", "2026-11-20"), ("closes_on", "2026-11-27")];
    form(path, &[&[("id", id), ("kind", "yes-no"), ("wording", wording)], &days[..]].concat())
}

/// What an officer does on a route: with fresh ids, with ids that the practice used, and what is refused.
fn acts(row: &Row, path: &str) -> Option<Vec<Act>> {
    let question = |id: &str, wording: &str| {
        json!({ "id": id, "week_ending": "2026-11-27", "opens_on": "2026-11-20", "closes_on": "2026-11-27",
            "kind": "yes-no", "wording": wording })
    };
    let letter = |id: &str| form(path, &[("id", id), ("step", "write"), ("text", "To the practice manager")]);
    Some(match row.path {
        "/lmc/{lmc}/practices/{ods}/telephone" => by_telephone(path),
        "/lmc/{lmc}/practices/file" => vec![
            form(path, &[("as", "csv")]),
            form(path, &[("as", "csv"), ("item", "dsa-freeze"), ("stands", "unknown")]),
            form(path, &[("answers", "not-sharing"), ("ending", "Spirometry")]),
        ],
        "/lmc/{lmc}/meeting" => vec![
            form(path, &[("id", &id(10)), ("met_on", "2026-11-06")]),
            form(path, &[("id", &id(SAME + 1)), ("met_on", "2026-11-13")]),
            form(path, &[("id", &id(10)), ("met_on", "soon")]),
        ],
        "/lmc/{lmc}/office" => vec![
            form(path, &[("id", &id(11)), ("email", ""), ("telephone", "01632 960001"), ("web", "")]),
            form(path, &[("id", &id(SAME + 2)), ("telephone", "01632 960002")]),
        ],
        joining if joining.starts_with("/lmc/{lmc}/joining") => return joining_acts(joining, path),
        "/lmc/{lmc}/letters/{kind}" => vec![letter(&id(12)), letter(&id(SAME + 3)), letter("x")],
        "/lmc/{lmc}/templates" => vec![
            template(path, &id(13), 0, "sPIROMETRY"),
            template(path, &id(SAME + 4), 0, "Spirometry"),
            template(path, &id(13), 0, ""),
        ],
        "/lmc/{lmc}/templates/{template}" => {
            vec![template(path, &id(14), 1, "rING PESSARIES"), template(path, &id(15), 1, "Ring pessaries")]
        }
        "/lmc/{lmc}/templates/{template}/withdraw" => {
            vec![form(path, &[("id", &id(16)), ("after", "2")])]
        }
        local if local.contains("/local-items") => return Some(local_item_acts(local, path)),
        "/lmc/{lmc}/questions" => {
            vec![ask(path, &id(17), "Is a post vacant?"), form(path, &[("id", &id(18)), ("wording", "")])]
        }
        "/lmc/{lmc}/questions/network" => {
            vec![ask_set(path, &id(57)), ask_set(path, &id(SAME + 105)), ask_set(path, "x")]
        }
        "/api/v1/areas/lmc/{lmc}/questions" => vec![
            json_of(path, &question(&id(19), "Is a room empty?")),
            json_of(path, &question(&id(SAME + 5), "Is a room too small?")),
            json_of(path, &question(&id(19), "Is another room empty?")),
            json_of(path, &question(&id(QUESTION), "Is another room empty?")),
        ],
        desk if desk.contains("transfers/") || desk.contains("/joint-letters") || ON_THE_DESK.contains(&desk) => {
            return desk_acts(desk, path);
        }
        "/reminders" => vec![form(path, &[("wanted", "yes")]), form(path, &[("wanted", "no")])],
        own if own.starts_with("/account/") => return account_acts(own, path),
        // A key that was made is shown, and is another in each world.
        "/organisations/{organisation}/keys" => vec![form(path, &[("id", "x"), ("name", "Nightly"), ("days", "30")])],
        // The first two end the session: each is done in one of its own.
        "/device/leave" | "/sign-out" | "/organisations/{organisation}/keys/{key}/revoke" => vec![form(path, &[])],
        "/api/v1/session" if row.method == Method::DELETE => vec![Act { method: Method::DELETE, ..form(path, &[]) }],
        _ => return None,
    })
}

/// What an officer does to bring a practice in.
fn joining_acts(route: &str, path: &str) -> Option<Vec<Act>> {
    let held = "reception@practice.test";
    let propose = |id: &str, held: &str| {
        let typed = [("name", "Sam Example"), ("email", "sam@practice.test"), ("held_address", held)];
        form(path, &[&[("id", id), ("practice", OWN)], &typed[..]].concat())
    };
    Some(match route {
        "/lmc/{lmc}/joining" => {
            vec![propose(&id(21), held), propose(&id(SAME + 6), held), propose(&id(21), held), propose(&id(22), "x")]
        }
        "/lmc/{lmc}/joining/{joining}/send" => vec![form(path, &[("held_address", held)])],
        "/lmc/{lmc}/joining/{joining}/decline" => {
            vec![form(path, &[]), form(&path.replace(&Uuid::from_u128(7).to_string(), &id(21)), &[])]
        }
        _ => return None,
    })
}

/// Items that an officer adds, and changes of one that is not there.
fn local_item_acts(route: &str, path: &str) -> Vec<Act> {
    let fields = |id: String, title: &str| {
        [
            ("id", id),
            ("title", title.to_owned()),
            ("plain", "Taking blood for the eye clinic.".to_owned()),
            ("subject", "practice".to_owned()),
            ("position", "permitted".to_owned()),
            ("guard_rail", "Its own tests stay the practice's.".to_owned()),
            ("source", "Board papers".to_owned()),
            ("valid_from", "2026-11-01".to_owned()),
        ]
    };
    let act = |n: u32, title: &str| {
        let all = fields(id(n), title);
        let all: Vec<(&str, &str)> = all.iter().map(|(name, text)| (*name, text.as_str())).collect();
        if route.starts_with("/api/") {
            json_of(path, &json!(all.into_iter().collect::<std::collections::BTreeMap<_, _>>()))
        } else {
            form(path, &all)
        }
    };
    vec![act(61, "Bloods"), act(SAME + 107, "Eye drops"), act(61, ""), act(62, "Bloods")]
}

/// What an officer does about their own account.
fn account_acts(route: &str, path: &str) -> Option<Vec<Act>> {
    Some(match route {
        // A form that can be read is answered with the officer's own address, which is another in each world.
        "/account/name" => vec![form(path, &[("name", "Olu"), ("old", "x")])],
        "/account/password" => vec![form(path, &[("current", "x"), ("old", "x")])],
        "/account/passkeys" | "/account/passkeys/new" | "/account/passkeys/remove" | "/account/prove" => {
            let unknown = id(21);
            let typed = [("state", "x"), ("name", ""), ("passkey", unknown.as_str()), ("to", "x")];
            typed.iter().map(|field| form(path, &[*field])).collect()
        }
        "/account/desk" => vec![form(path, &[("keys", "yes")]), form(path, &[])],
        // The same: the file holds the officer's own account.
        "/account/data.json" => vec![form(path, &[("old", "x")])],
        // There is none here.
        "/account/organisation" | "/account/organisation/remove" => {
            vec![form(path, &[("current", "x"), ("identity", &id(21))]), form(path, &[("old", "x")])]
        }
        "/account/second-factor" => {
            vec![form(path, &[("id", &id(21)), ("old", "x")]), form(path, &[("id", "x")])]
        }
        "/account/sessions/end" => vec![form(path, &[("session", &id(21))]), form(path, &[("session", "x")])],
        _ => return None,
    })
}

/// Questions about a draft, for a week that has room for them.
fn ask_set(path: &str, id: &str) -> Act {
    let days = [("week_ending", "2026-12-04"), ("opens_on", "2026-11-30"), ("closes_on", "2026-12-11")];
    form(path, &[[("id", id), ("draft", "Draft of 2027/28")].as_slice(), &days].concat())
}

/// What the LMC says of its area, over the API.
const ON_THE_DESK: [&str; 3] = [
    "/api/v1/areas/lmc/{lmc}/transfer-routes",
    "/api/v1/areas/lmc/{lmc}/local-duties",
    "/api/v1/areas/lmc/{lmc}/good-examples",
];

/// What an officer does about transferred work: each over its page and over the API, under an id of its own and under one
/// that the practice used.
fn desk_acts(route: &str, path: &str) -> Option<Vec<Act>> {
    let on_page = route.starts_with("/lmc/{lmc}/");
    let fields: &[(&str, &str)] = match route {
        "/lmc/{lmc}/transfers/letters" | "/api/v1/areas/lmc/{lmc}/joint-letters" => &[
            ("kind", "transfer-chief-executive"),
            ("provider", "own:wyrevale infirmary"),
            ("from", "2026-11-01"),
            ("to", "2026-11-20"),
            ("recipient", "Medical director of Wyrevale Infirmary"),
            ("text", "Work that passes\n\nDear colleague,\n\nwe would be glad to meet."),
            ("sent_on", "2026-11-20"),
            ("how", "email"),
        ],
        "/lmc/{lmc}/transfers/letters/{letter}" | "/api/v1/areas/lmc/{lmc}/joint-letters/{letter}/events" => {
            &[("event", "agreed"), ("note", "They take it back.")]
        }
        "/lmc/{lmc}/transfers/rules/route" | "/api/v1/areas/lmc/{lmc}/transfer-routes" => {
            &[("provider", "Wyrevale Infirmary"), ("recipient", "Interface team")]
        }
        "/lmc/{lmc}/transfers/rules/duty" | "/api/v1/areas/lmc/{lmc}/local-duties" => &[
            ("category", "fit-note"),
            ("instrument", "Interface agreement"),
            ("text", "The team that treats issues the fit note."),
            ("source", "Board papers"),
            ("valid_from", "2026-10-01"),
        ],
        "/lmc/{lmc}/transfers/rules/example" | "/api/v1/areas/lmc/{lmc}/good-examples" => {
            &[("place", "Alderbrook Hospital"), ("what", "Wards issue them"), ("source", "Board papers")]
        }
        _ => return None,
    };
    // The letter that is followed was kept under this id.
    let n = if route.ends_with("/letters") || route.ends_with("/joint-letters") {
        LETTER
    } else {
        31 + u32::try_from(route.len()).unwrap()
    };
    let act = |id: String, fields: &[(&str, &str)]| {
        let all: Vec<(&str, &str)> = [("id", id.as_str())].into_iter().chain(fields.iter().copied()).collect();
        if on_page {
            form(path, &all)
        } else {
            let all = all.into_iter().map(|(name, text)| (name.to_owned(), Value::from(text)));
            json_of(path, &Value::Object(all.collect()))
        }
    };
    Some(vec![act(id(n), fields), act(id(SAME + 1), fields), act(id(n), &[])])
}

fn template(path: &str, id: &str, after: i32, service: &str) -> Act {
    form(
        path,
        &[
            ("id", id),
            ("after", &after.to_string()),
            ("item", "voluntary-services"),
            ("title", "Notice of a service"),
            ("service", service),
            ("explanation", "No practice is paid for it."),
            ("period_n", "3"),
            ("period_unit", "months"),
            ("common", "none"),
            ("common_on", ""),
        ],
    )
}

fn by_telephone(path: &str) -> Vec<Act> {
    let entry = |id: &str, item: &str, subject: &str, (status, day): (&str, &str)| {
        form(
            path,
            &[
                ("id", id),
                ("item", item),
                ("subject", subject),
                ("status", status),
                ("effective_on", day),
                ("exclusively_secondary", "yes"),
            ],
        )
    };
    let mut acts = Vec::new();
    let mut n = 100;
    for item in items() {
        let names = if item.takes_subject() {
            subjects(item).iter().flat_map(|name| guesses(name)).collect()
        } else {
            vec![String::new()]
        };
        for name in names {
            n += 1;
            let said = match n % 3 {
                0 => ("restarted", "2026-11-18"),
                1 => ("pausing-from", "2027-03-01"),
                _ => ("paused-since", "2026-11-12"),
            };
            acts.push(entry(&id(n), item.code.as_str(), &name, said));
        }
    }
    // Under ids that the practice used for the same and for something else, and again under its own.
    for n in [SAME + 1, SAME + 2, SAME + 3, SAME + 9, 101, 102] {
        let said = ("paused-since", "2026-11-02");
        acts.push(entry(&id(n), "voluntary-services", "Spirometry", said));
        acts.push(entry(&id(n), "dsa-freeze", "", said));
    }
    // First an id that leads to one of the practice's, were ids moved by a bit; then that one itself.
    for n in [SAME + 1, SAME + 2, SAME + 3, SAME + 9] {
        let sent = id(n).parse::<Uuid>().unwrap().as_u128();
        for bits in [0x55, 1, 0] {
            let said = ("paused-since", &*format!("2026-11-{:02}", 1 + bits % 7));
            let sent = Uuid::from_u128(sent ^ bits).to_string();
            acts.push(entry(&sent, "voluntary-services", "Spirometry", said));
        }
    }
    acts.push(entry(&id(99), "voluntary-services", "", ("thinking", "2026-11-02")));
    acts.push(entry("x", "no-such-item", "Spirometry", ("paused-since", "")));
    acts
}

/// Whether an officer of the LMC may do it where nothing is agreed.
fn is_an_officers(row: &Row) -> bool {
    let Asks::Permission(action) = row.asks else {
        return row.path == "/sign-out" || (row.path == "/api/v1/session" && row.method == Method::DELETE);
    };
    let officer = Actor::Person {
        id: PersonId(Uuid::nil()),
        grants: vec![Grant { role: Role::LmcOfficer, organisation: "east".parse().unwrap() }],
    };
    let facts = Facts { exists: true, represented: true, represented_then: true, ..Facts::default() };
    let lmc: OrgCode = "east".parse().unwrap();
    let targets = [
        Target::Practice(OWN.parse().unwrap()),
        Target::Clinician(OWN.parse().unwrap(), ClinicianId(Uuid::nil())),
        Target::Lmc(lmc),
        Target::Account,
        Target::Service,
        Target::Releases,
    ];
    let mut targets = targets.iter();
    targets.any(|target| decide(&officer, action, target, facts).is_ok())
}

/// Every write of the route table that is an officer's, and all others tried on the practice.
fn every_act() -> Vec<Act> {
    let mut all = Vec::new();
    for row in app::table() {
        if row.method == Method::GET {
            continue;
        }
        let path = row
            .path
            .replace("{lmc}", "east")
            .replace("{ods}", OWN)
            .replace("{template}", &id(TEMPLATE))
            .replace("{question}", &id(QUESTION))
            .replace("{letter}", &id(LETTER))
            .replace("{kind}", "survey-reply")
            .replace("{date}", "2026-11-20")
            .replace("{item}", "dsa-freeze");
        let path = side_channels::any(&path);
        if let Some(acts) = acts(&row, &path) {
            all.extend(acts);
        } else {
            let what = format!("{} {}", row.method, row.path);
            assert!(!is_an_officers(&row), "{what}: say what an officer does there");
            for act in [form(&path, &[("id", &id(20))]), json_of(&path, &json!({ "id": id(20) }))] {
                all.push(Act { method: row.method.clone(), ..act });
            }
        }
    }
    all
}

/// One of the two worlds and its officer.
struct Side {
    world: World,
    officer: PersonId,
}

impl Side {
    /// With what the officer's open page hears.
    async fn new(test: TestDb) -> (Self, BodyDataStream) {
        let world = World::new(test).await;
        let app = &world.app;
        let manager = app.manager(SHARES).await;
        let page = format!("/practices/{SHARES}/sharing");
        manager.form(&page, &[("share", "yes")]).await.is(303);
        let officer = app.add_person(Role::LmcOfficer, "east").await;
        let browser = app.browser_of(officer).await;
        let question = json!({ "id": id(QUESTION), "week_ending": "2026-11-20", "opens_on": "2026-11-20",
            "closes_on": "2026-11-27", "kind": "choice", "wording": "How many posts are vacant?",
            "options": ["None", "One"] });
        let questions = "/api/v1/areas/lmc/east/questions";
        browser.post(questions, question).await.is(201);
        let notice = template("/lmc/east/templates", &id(TEMPLATE), 0, "Ring pessaries");
        let sent = browser.send(Method::POST, &notice.path, Some(notice.kind), notice.body);
        sent.await.is(303);
        let stream = listen(&world, &browser).await;
        (Self { world, officer }, stream)
    }

    /// In a session of its own: some acts end it.
    async fn reader(&self) -> Reader {
        Reader {
            name: "officer",
            router: self.world.app.router.clone(),
            client: self.world.app.browser_of(self.officer).await,
        }
    }

    /// The answer to an act.
    async fn act(&self, act: &Act) -> side_channels::Answer {
        let reader = self.reader().await;
        let more = [("content-type", act.kind), ("sec-fetch-site", "same-origin")];
        let answer = reader.send(&act.method, &act.path, &more, act.body.clone());
        fresh_ids_apart(answer.await)
    }

    /// Every page that an officer is led to, and every address of the table.
    async fn addresses(&self) -> Vec<String> {
        let reader = self.reader().await;
        let table = side_channels::table(ClinicianId(Uuid::from_u128(7)));
        let own = ["telephone?item=voluntary-services", "telephone?item=dsa-withdraw", "?on=2026-11-16"];
        let own = own.map(|more| format!("/lmc/east/practices/{OWN}/{more}").replace("/?", "?"));
        let days = ["", "/status", "/practices"].map(|page| format!("/lmc/east{page}?on=2026-11-16"));
        let mut known: BTreeSet<String> = table.into_iter().chain(own).chain(days).collect();
        let mut next: VecDeque<String> = known.iter().cloned().collect();
        while let Some(path) = next.pop_front() {
            assert!(known.len() < 5_000, "the pages have no end");
            if path.starts_with("/live/") || path.starts_with("/assets/") {
                continue;
            }
            let answer = reader.ask(&Method::GET, &path, &[]).await;
            if answer.status == 200 {
                for link in links(&answer.body) {
                    if known.insert(link.clone()) {
                        next.push_back(link);
                    }
                }
            }
        }
        known.retain(|path| !path.starts_with("/live/"));
        known.into_iter().collect()
    }

    async fn look(&self, paths: &[String]) -> Seen {
        let program = Reader {
            name: "program",
            router: self.world.app.router.clone(),
            client: self.world.app.program_of(self.officer).await,
        };
        let readers = [self.reader().await, program];
        let seen = look(&readers, paths).await;
        seen.into_iter().map(|(key, answer)| (key, fresh_ids_apart(answer))).collect()
    }
}

/// What an open stream has told within some seconds.
async fn heard(stream: &mut BodyDataStream) -> Vec<String> {
    let mut heard = Vec::new();
    let pause = Seconds::from_millis(1_500);
    while let Ok(Some(Ok(bytes))) = tokio::time::timeout(pause, stream.next()).await {
        let told = String::from_utf8_lossy(&bytes).into_owned();
        // Not the comments that keep a quiet stream alive.
        heard.extend(told.starts_with("event").then_some(told));
    }
    heard
}

async fn listen(world: &World, officer: &Client) -> BodyDataStream {
    let request = Request::get("/live/lmc/east")
        .header(header::HOST, "localhost:8025")
        .header(header::COOKIE, officer.cookie.clone().unwrap())
        .body(Body::empty())
        .unwrap();
    let answer = world.app.router.clone().oneshot(request).await.unwrap();
    assert_eq!(answer.status(), 200);
    answer.into_body().into_data_stream()
}

/// A form has an id made with the page, and no two are alike.
fn fresh_ids_apart(mut answer: side_channels::Answer) -> side_channels::Answer {
    let mark = "name=\"id\" value=\"";
    if let Ok(text) = std::str::from_utf8(&answer.body)
        && text.contains(mark)
    {
        let mut parts = text.split(mark);
        let mut whole = parts.next().unwrap_or_default().to_owned();
        for part in parts {
            let (_, rest) = part.split_once('"').unwrap();
            whole.push_str(mark);
            whole.push('"');
            whole.push_str(rest);
        }
        answer.body = whole.into_bytes();
    }
    answer
}

fn text(seen: &Seen) -> String {
    let all = seen.values().map(|answer| String::from_utf8_lossy(&answer.body).into_owned());
    all.collect::<Vec<_>>().join("\n")
}

both_databases!(an_officer_who_posts_reads_the_same_of_two_closed_practices, |test: TestDb| async move {
    let kind = test.kind();
    let (quiet, mut quiet_stream) = Side::new(test).await;
    let other = TestDb::migrated(kind).await;
    let place = other.place.clone();
    let (busy, mut busy_stream) = Side::new(other).await;
    record(&busy.world, 0).await;
    let acts = every_act();
    let mut answers = 0;
    for act in &acts {
        let (one, two) = (quiet.act(act).await, busy.act(act).await);
        let body = String::from_utf8_lossy(&two.body).into_owned();
        assert_eq!(one, two, "{act:?}\n{body}");
        answers += usize::from(one.status < 400);
    }
    assert!(answers > 40, "{answers} of {} acts were taken", acts.len());
    record(&busy.world, 1).await;
    let paths = quiet.addresses().await;
    assert_eq!(paths, busy.addresses().await);
    let (one, two) = (quiet.look(&paths).await, busy.look(&paths).await);
    assert_eq!(differences(&one, &two), Vec::<String>::new());
    assert_eq!(heard(&mut quiet_stream).await, heard(&mut busy_stream).await);
    let read = one.values().filter(|answer| answer.status == 200).count();
    println!(
        "{} acts, {answers} of them taken; {} addresses, {} answers, {read} of them 200, {} bytes, 0 differ",
        acts.len(),
        paths.len(),
        one.len(),
        side_channels::bytes(&one)
    );
    assert!(read > 200, "{read}");
    // The officer does read what they typed, to the letter.
    let said = text(&two);
    for typed in ["sPIROMETRY", "spirometry", "rING PESSARIES"] {
        assert!(said.contains(typed), "{typed}");
    }
    // And the comparison is not blind: shared, the register is another.
    for side in [&quiet, &busy] {
        let manager = side.world.app.manager(OWN).await;
        let page = format!("/practices/{OWN}/sharing");
        manager.form(&page, &[("share", "yes")]).await.is(303);
    }
    let differs = differences(&quiet.look(&paths).await, &busy.look(&paths).await);
    assert!(differs.len() > 5, "{differs:?}");
    place.remove().await;
});
