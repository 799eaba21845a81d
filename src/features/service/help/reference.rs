//! The API for whoever writes a program: how to begin, every operation by subject, refusals, and what changed.

use maud::{Markup, html};
use utoipa::openapi::{OpenApi, path::Operation, security::SecurityRequirement};

use super::view::PROBLEMS;
use crate::{
    domain::webhook::WebhookEvent,
    href,
    ui::{
        form::{self, Button},
        parts,
        sheet::Sheet,
        table,
    },
};

/// An operation and where it is.
struct Listed<'a> {
    method: &'static str,
    path: &'a str,
    operation: &'a Operation,
}

/// What changed for programs, the newest first. Each is told at length in the list of changes that comes with Headroom.
const CHANGES: [&str; 8] = [
    "Every list is “items” and “next”, a page at a time; many are sheets for Accept: text/csv.",
    "Webhooks: a practice's program is told of its limit, of diverts and of what is recorded.",
    "Keys for programs, with scopes and an end; 600 requests a minute, told by RateLimit headers.",
    "Each operation has a name of its own in the document, other than before; what could be answered everywhere is named there.",
    "Signing in takes “code” where a person has an authenticator app.",
    "Imports: “same_days” says whether a second file of one day comes on top or in place; an import can be taken back; “names” of its columns.",
    "Transferred work: sheets of before at “…/transfers/imports”; correcting an entry that was corrected answers “corrected-before”.",
    "Capacity: “over” and “state” of a practice and of an LMC's area.",
];

fn curl(site: &str) -> String {
    format!(
        r#"curl {site}/api/v1/practices/Z90001/capacity \
  -H "Authorization: Bearer $HEADROOM_KEY""#
    )
}

fn python(site: &str) -> String {
    format!(
        r#"import json, os, urllib.request

ask = urllib.request.Request(
    "{site}/api/v1/practices/Z90001/capacity",
    headers={{"Authorization": "Bearer " + os.environ["HEADROOM_KEY"]}},
)
print(json.load(urllib.request.urlopen(ask)))"#
    )
}

fn javascript(site: &str) -> String {
    format!(
        r#"const answer = await fetch("{site}/api/v1/practices/Z90001/capacity", {{
  headers: {{ Authorization: "Bearer " + process.env.HEADROOM_KEY }},
}});
if (!answer.ok) throw new Error((await answer.json()).title);
console.log(await answer.json());"#
    )
}

const CHECK_PYTHON: &str = r#"import base64, hashlib, hmac, json, os, sys, time

def check(secret, headers, body):
    """What a message says, where it is Headroom's and of now."""
    key = base64.b64decode(secret.removeprefix("whsec_"))
    if abs(time.time() - int(headers["webhook-timestamp"])) > 300:
        raise ValueError("too old, or from the future")
    signed = b".".join([headers["webhook-id"].encode(), headers["webhook-timestamp"].encode(), body])
    own = "v1," + base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
    if not any(hmac.compare_digest(own, one) for one in headers["webhook-signature"].split()):
        raise ValueError("not Headroom's")
    return json.loads(body)

message = json.load(sys.stdin)
print(check(os.environ["HEADROOM_SECRET"], message["headers"], message["body"].encode()))"#;

const CHECK_JAVASCRIPT: &str = r#"import { createHmac, timingSafeEqual } from "node:crypto";
import { readFileSync } from "node:fs";

// What a message says, where it is Headroom's and of now.
function check(secret, headers, body) {
  const key = Buffer.from(secret.replace("whsec_", ""), "base64");
  const sent = headers["webhook-timestamp"];
  if (!(Math.abs(Date.now() / 1000 - sent) < 300)) throw new Error("too old, or from the future");
  const own = createHmac("sha256", key).update(`${headers["webhook-id"]}.${sent}.${body}`).digest();
  const is = (one) => one.length === own.length && timingSafeEqual(one, own);
  const all = headers["webhook-signature"].split(" ").map((one) => Buffer.from(one.slice(3), "base64"));
  if (!all.some(is)) throw new Error("not Headroom's");
  return JSON.parse(body);
}

const message = JSON.parse(readFileSync(0));
console.log(check(process.env.HEADROOM_SECRET, message.headers, message.body));"#;

/// The page, from the document that programs read. `site` is the address of the service.
pub fn reference(document: &OpenApi, site: &str) -> Sheet {
    let tags = document.tags.as_deref().unwrap_or_default();
    Sheet::outside("The API").content(html! {
        (parts::lede(&html! { "Most of what people do on Headroom's pages, a program can do: JSON under " code .hr-code { (site) "/api/v1" } "." }))
        (parts::two_columns(
            &html! {
                (parts::panel("How to begin", &begin(site)))
                (parts::panel("What can be asked", &html! {
                    @for tag in tags {
                        @let listed = of_tag(document, &tag.name);
                        @if !listed.is_empty() {
                            (parts::details(tag.description.as_deref().unwrap_or(&tag.name), &operations(&tag.name, &listed)))
                        }
                    }
                }))
            },
            &html! {
                (parts::panel("The document", &html! {
                    p { "OpenAPI 3.1, from which programs make a client: every field, unit and answer." }
                    (form::button_link(Button::Secondary, "openapi.json", &href!("/api").seg("openapi.json")))
                }))
                (parts::panel("Rules", &rules()))
                (parts::panel("What changed", &html! {
                    ul .nhsuk-list.nhsuk-list--bullet { @for change in CHANGES { li { (change) } } }
                }))
            },
        ))
        (parts::panel("Webhooks", &webhooks()))
        (parts::panel("Refusals", &refusals()))
    })
}

fn begin(site: &str) -> Markup {
    html! {
        ol .nhsuk-list.nhsuk-list--number {
            li { "A practice manager, an LMC officer or an ICB analyst makes a key under “Keys for programs” and gives it to you once. It does what they chose for it, until the day they chose." }
            li { "Ask for something. Z90001 stands for the practice's own code." }
        }
        h3 { "curl" }
        (sample("by-curl", &curl(site)))
        h3 { "Python" }
        (sample("by-python", &python(site)))
        h3 { "JavaScript" }
        (sample("by-javascript", &javascript(site)))
    }
}

fn sample(id: &str, text: &str) -> Markup {
    html! {
        pre #(id) .hr-code tabindex="0" { (text) }
        (parts::copy_button(id, "Copy"))
    }
}

fn webhooks() -> Markup {
    let told = |event: WebhookEvent| html! { li { code .hr-code { (event.code()) } " – " (event.title()) } };
    html! {
        p #webhooks {
            "Instead of asking, a program of a practice can be told. Its manager names an address on the page “Webhooks”, and "
            "gets a secret with which the program checks that a message is Headroom’s (Standard Webhooks)."
        }
        ul .nhsuk-list.nhsuk-list--bullet { @for event in WebhookEvent::CHOICES { (told(event)) } (told(WebhookEvent::Test)) }
        p { "Each is JSON with type, occurred_at, practice and data, sent by POST. Answer with 2xx within ten seconds. Otherwise it comes again, for a day, under the same webhook-id." }
        h3 { "Checking a message in Python" }
        (sample("check-by-python", CHECK_PYTHON))
        h3 { "Checking a message in JavaScript" }
        (sample("check-by-javascript", CHECK_JAVASCRIPT))
    }
}

fn rules() -> Markup {
    html! {
        ul .nhsuk-list.nhsuk-list--bullet {
            li { "What you write has an id that you make, a UUIDv7. Sent again, it counts once and answers 200 instead of 201: after a lost answer, send it again." }
            li { "A day is a day in London, 2026-11-20. An instant is UTC and ends in Z." }
            li { "A list is “items” and “next”: send “next” as “after” for the next page. “limit” is 1 to 200, or 100. Accept: text/csv answers many lists as a sheet." }
            li { "What is not yours is 404, as if it were not there." }
            li { "503 and 429 say in Retry-After when to ask again. Nothing was written." }
            li { "No field takes anything about a patient. What looks like it is refused." }
        }
    }
}

fn refusals() -> Markup {
    html! {
        p { "Every refusal is application/problem+json. Its type is one of these." }
        dl .nhsuk-summary-list {
            @for (reference, what, then) in &PROBLEMS {
                div .nhsuk-summary-list__row {
                    dt .nhsuk-summary-list__key { a href=(href!("/problems").seg(*reference)) { (reference) } }
                    dd .nhsuk-summary-list__value { (what) br; (parts::small(then)) }
                }
            }
        }
    }
}

fn of_tag<'a>(document: &'a OpenApi, tag: &str) -> Vec<Listed<'a>> {
    let has = |operation: &Operation| operation.tags.iter().flatten().any(|one| one == tag);
    let mut listed = Vec::new();
    for (path, item) in &document.paths.paths {
        for (method, operation) in
            [("GET", &item.get), ("POST", &item.post), ("PUT", &item.put), ("DELETE", &item.delete)]
        {
            if let Some(operation) = operation.as_ref().filter(|operation| has(operation)) {
                listed.push(Listed { method, path, operation });
            }
        }
    }
    listed
}

fn operations(tag: &str, listed: &[Listed<'_>]) -> Markup {
    let rows: Vec<Vec<Markup>> = listed
        .iter()
        .map(|one| {
            let summary = one.operation.summary.as_deref().unwrap_or_default().trim_end_matches('.');
            let scope = scope(one.operation.security.as_deref().unwrap_or_default());
            vec![
                html! { (summary) br; code .hr-code { (one.method) " " (one.path.trim_start_matches("/api/v1")) } },
                html! { (scope.as_deref().unwrap_or("people only")) },
            ]
        })
        .collect();
    table::table(&format!("Operations: {tag}"), &[table::words("What"), table::words("Scope of a key")], &rows)
}

/// The scope that a key needs; nothing where only people may. As the document has it, read back: its own type keeps it shut.
fn scope(security: &[SecurityRequirement]) -> Option<String> {
    let said = serde_json::to_value(security).ok()?;
    said.as_array()?.iter().find_map(|one| Some(one.get("key")?.get(0)?.as_str()?.to_owned()))
}
