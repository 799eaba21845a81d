//! What a practice does in a morning, and the client's own ledger of what it was told.

use std::{
    collections::HashSet,
    time::{Duration, Instant},
};

use chrono::{Days, NaiveDate, Utc};
use reqwest::{Method, Response};
use serde_json::json;
use uuid::Uuid;

use crate::service::{PRACTICE, Place, Service, World};

/// What is recorded. Each is sent under an id, so that it can be sent again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Act {
    /// By the phone's own door.
    Tap,
    /// By the API.
    Contact,
    /// Of a contact that was sent before.
    Void,
    TallyMarks,
    Sheet,
    Status,
    Clinician,
    Enrolment,
}

impl Act {
    const ALL: [Self; 8] = [
        Self::Tap,
        Self::Contact,
        Self::Void,
        Self::TallyMarks,
        Self::Sheet,
        Self::Status,
        Self::Clinician,
        Self::Enrolment,
    ];

    fn column(self) -> (&'static str, &'static str) {
        match self {
            Self::Tap | Self::Contact => ("contact", "id"),
            Self::Void => ("contact_void", "contact"),
            Self::TallyMarks => ("tick", "id"),
            Self::Sheet => ("day_sheet", "id"),
            Self::Status => ("action_status", "id"),
            Self::Clinician => ("clinician", "id"),
            Self::Enrolment => ("device", "id"),
        }
    }
}

/// A client with a memory.
pub(crate) struct Morning {
    world: World,
    /// Sent, in order.
    asked: Vec<(Act, Uuid)>,
    /// Sent and answered with 200, 201 or a page to go on to.
    told: HashSet<(Act, Uuid)>,
    /// Answers with 503 or 507.
    pub(crate) refused: usize,
    /// Answers that must not be.
    pub(crate) wrong: Vec<String>,
    /// The longest answer that refused.
    pub(crate) slowest: Duration,
}

impl Morning {
    pub(crate) fn new(world: &World) -> Self {
        Self {
            world: world.clone(),
            asked: Vec::new(),
            told: HashSet::new(),
            refused: 0,
            wrong: Vec::new(),
            slowest: Duration::ZERO,
        }
    }

    pub(crate) fn told(&self) -> usize {
        self.told.len()
    }

    /// The script: some two dozen acts, and the pages between them.
    pub(crate) async fn play(&mut self, service: &Service) {
        // The link works once.
        if self.asked.iter().all(|(act, _)| *act != Act::Enrolment) {
            self.new_act(service, Act::Enrolment).await;
        }
        for round in 0..4 {
            let mut last = Uuid::now_v7();
            for _ in 0..4 {
                last = self.new_act(service, Act::Tap).await;
            }
            self.act(service, Act::Void, last).await;
            self.new_act(service, Act::Contact).await;
            self.new_act(service, Act::TallyMarks).await;
            let act = [Act::Sheet, Act::Status, Act::Clinician, Act::Sheet][round];
            self.new_act(service, act).await;
            self.read(service).await;
        }
    }

    /// One act under a fresh id.
    pub(crate) async fn new_act(&mut self, service: &Service, act: Act) -> Uuid {
        let id = Uuid::now_v7();
        self.act(service, act, id).await;
        id
    }

    /// Sends one act, new or again. True where it was acknowledged.
    pub(crate) async fn act(&mut self, service: &Service, act: Act, id: Uuid) -> bool {
        if !self.asked.contains(&(act, id)) {
            self.asked.push((act, id));
        }
        let begun = Instant::now();
        let answer = self.send(service, act, id).await;
        let Ok(answer) = answer else {
            // The service is gone, or went while it was asked.
            return false;
        };
        let done = self.judge(&format!("{act:?}"), answer, begun).await;
        if done {
            self.told.insert((act, id));
        }
        done
    }

    /// Sends again what was never acknowledged. True where all of it is now.
    pub(crate) async fn again(&mut self, service: &Service) -> bool {
        let mut all = true;
        for (act, id) in self.asked.clone() {
            if !self.told.contains(&(act, id)) {
                all &= self.act(service, act, id).await;
            }
        }
        all
    }

    async fn send(&self, service: &Service, act: Act, id: Uuid) -> reqwest::Result<Response> {
        let [own, other] = self.world.clinicians;
        let at = format!("/api/v1/practices/{PRACTICE}");
        let of = format!("{at}/clinicians/{own}");
        let (manager, phone) = (&self.world.manager, &self.world.phone);
        let today = today();
        let json = |method, path: String, body| async move { service.json(method, &path, manager, &body).await };
        match act {
            Act::Tap => {
                let path = format!("/practices/{PRACTICE}/clinicians/{own}/contacts");
                let body = json!({ "operations": [{ "id": id }] });
                service.json(Method::POST, &path, phone, &body).await
            }
            Act::Contact => {
                let path = format!("{at}/clinicians/{other}/contacts");
                json(Method::POST, path, json!({ "id": id })).await
            }
            Act::Void => json(Method::DELETE, format!("{of}/contacts/{id}"), json!(null)).await,
            Act::TallyMarks => {
                let body = json!({ "id": id, "kind": "letters", "n": 3 });
                json(Method::POST, format!("{of}/days/{today}/work"), body).await
            }
            Act::Sheet => {
                let day = today.checked_sub_days(Days::new(1)).unwrap();
                let body = json!({ "id": id, "n": 21 });
                json(Method::PUT, format!("{of}/days/{day}"), body).await
            }
            Act::Status => {
                let body = json!({
                    "id": id, "item": "dsa-freeze", "status": "paused-since", "effective_on": today,
                });
                json(Method::POST, format!("{at}/actions"), body).await
            }
            Act::Clinician => {
                // No two of a practice have one label.
                let last = id.as_bytes()[10..].iter();
                let letters: String = last.map(|byte| char::from(b'a' + byte % 26)).collect();
                let label = format!("Locum {letters}");
                let body = json!({ "id": id, "label": label, "staff_group": "locum" });
                json(Method::POST, format!("{at}/clinicians"), body).await
            }
            Act::Enrolment => service.enrol(&self.world.invitation, id).await,
        }
    }

    /// Pages that are read between two patients.
    async fn read(&mut self, service: &Service) {
        let own = self.world.clinicians[0];
        let pages = [
            (format!("/practices/{PRACTICE}/clinicians/{own}"), self.world.phone.clone()),
            (format!("/practices/{PRACTICE}/capacity"), self.world.manager.clone()),
        ];
        for (path, cookie) in pages {
            let begun = Instant::now();
            if let Ok(answer) = service.get(&path, &cookie).await {
                self.judge(&path, answer, begun).await;
            }
        }
    }

    /// 200, 201 and 303 are promises; 503 and 507 say when to come back; nothing else is right.
    async fn judge(&mut self, what: &str, answer: Response, begun: Instant) -> bool {
        let status = answer.status().as_u16();
        match status {
            200 | 201 | 303 => true,
            503 | 507 if answer.headers().contains_key("retry-after") => {
                self.refused += 1;
                self.slowest = self.slowest.max(begun.elapsed());
                false
            }
            _ => {
                let body = answer.text().await.unwrap_or_default();
                let body = body.lines().last().unwrap_or_default();
                self.wrong.push(format!("{what}: {status} {body}"));
                false
            }
        }
    }

    /// Acknowledged, and not found by another connection.
    pub(crate) async fn missing(&self, place: &Place) -> Vec<(Act, Uuid)> {
        let mut missing = Vec::new();
        for act in Act::ALL {
            let (table, column) = act.column();
            let found: HashSet<Uuid> = place.ids(table, column).await.into_iter().collect();
            let told = self.told.iter().filter(|(of, _)| *of == act);
            missing.extend(told.filter(|(_, id)| !found.contains(id)));
        }
        missing
    }
}

/// Today in London, near enough: within an hour of midnight the two may differ, and yesterday is a day that is over on
/// both.
fn today() -> NaiveDate {
    #[expect(clippy::disallowed_methods, reason = "the service's clock is the real one here")]
    let now = Utc::now();
    now.date_naive()
}
