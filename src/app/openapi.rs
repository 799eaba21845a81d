//! The OpenAPI 3.1 document, made from the handlers themselves.

use std::sync::LazyLock;

use axum::{Json, extract::State, http::Method, response::Response};
use utoipa::{
    OpenApi,
    openapi::{
        Content, OpenApi as Document, Ref, RefOr, ResponseBuilder,
        path::{Operation, PathItem},
        security::{Http, HttpAuthScheme, SecurityRequirement, SecurityScheme},
        server::Server,
    },
};

use super::feature_routes;
use crate::{
    domain::access::KeyScope,
    features::{self, service::help},
    state::AppState,
    web::{
        caller::Caller,
        problem::Problem,
        routes::{Asks, Routes},
        shell,
    },
};

#[derive(OpenApi)]
#[openapi(
    info(
        title = "Headroom",
        description = "Contacts against the safe limit, the record of collective action, and protected releases.\n\n\
            Sign in with `POST /api/v1/session` and send the token as `Authorization: Bearer …`; it lives ten minutes. \
            A program sends its key there instead. Writes take an id made by the client: sent again, they change nothing. Refusals are problem details \
            (RFC 9457) whose `type` is one of a closed set: `/problems/` and `not-found`, `sign-in-first`, `not-yours`, \
            `cross-site`, `invalid-fields`, `malformed`, `id-reused`, `corrected-before`, `conflict`, `too-many-tries`, `unavailable`, \
            `provider-away`, `no-space`, `storage` or `fault`. What is not yours is not found.",
    ),
    tags(
        (name = "session", description = "Signing in and out"),
        (name = "people", description = "Clinicians of a practice"),
        (name = "contacts", description = "Contacts, days and capacity"),
        (name = "imports", description = "Appointment extracts: sending, matching, looking at what was found, letting it count"),
        (name = "history", description = "A clinician's own weeks, their data, and erasing it"),
        (name = "divert", description = "Diverts of a practice, and where patients were sent"),
        (name = "actions", description = "The action register of a practice"),
        (name = "letters", description = "Letters of a practice, their wording, and what came back"),
        (name = "outcomes", description = "What came of a practice's actions"),
        (name = "transfers", description = "Work that hospitals and other providers pass on to a practice"),
        (name = "questions", description = "Questions that an LMC puts to a week's return, and a practice's answers"),
        (name = "areas", description = "LMC areas live; other areas from the latest release"),
        (name = "releases", description = "Protected figures"),
    ),
    components(schemas(Problem))
)]
struct Frame;

/// What features say of their own paths.
const PARTS: [fn() -> Document; 23] = [
    features::service::sign_in::json::Documentation::openapi,
    features::service::keys::json::Documentation::openapi,
    features::lmc::transfers::json::Documentation::openapi,
    features::practice::people::json::Documentation::openapi,
    features::clinician::my_day::json::Documentation::openapi,
    features::practice::capacity::json::Documentation::openapi,
    features::clinician::day::json::Documentation::openapi,
    features::practice::imports::json::Documentation::openapi,
    features::clinician::weeks::json::Documentation::openapi,
    features::practice::divert::json::Documentation::openapi,
    features::practice::register::json::Documentation::openapi,
    features::practice::network::json::Documentation::openapi,
    features::practice::notices::json::Documentation::openapi,
    features::practice::letters::json::Documentation::openapi,
    features::practice::outcomes::json::Documentation::openapi,
    features::practice::transfers::json::Documentation::openapi,
    features::practice::transfers::sheets_json::Documentation::openapi,
    features::lmc::questions::json::Documentation::openapi,
    features::practice::week::json::Documentation::openapi,
    features::lmc::area::json::Documentation::openapi,
    features::lmc::local_items::json::Documentation::openapi,
    features::lmc::practices::json::Documentation::openapi,
    features::releases::release::json::Documentation::openapi,
];

/// The whole document.
pub fn document() -> Document {
    let mut document = Frame::openapi();
    for part in PARTS {
        document.merge(part());
    }
    document.merge(feature_routes::add_to(Routes::default()).document());
    document.servers = Some(vec![Server::new("/")]);
    if let Some(components) = document.components.as_mut() {
        let bearer = SecurityScheme::Http(Http::new(HttpAuthScheme::Bearer));
        components.add_security_scheme("bearer", bearer);
        let mut key = Http::new(HttpAuthScheme::Bearer);
        key.description = Some(KEY.to_owned());
        components.add_security_scheme(KEY_SCHEME, SecurityScheme::Http(key));
    }
    document.security = Some(vec![SecurityRequirement::new("bearer", Vec::<String>::new())]);
    for row in feature_routes::add_to(Routes::default()).into_parts().1 {
        let item = document.paths.paths.get_mut(row.path);
        if let Some(operation) = item.and_then(|item| of_method(item, &row.method)) {
            takes(operation, row.asks);
            operation.operation_id = Some(name(&row.method, row.path));
            describe(operation);
        }
    }
    for item in document.paths.paths.values_mut() {
        let writes = [&mut item.post, &mut item.put, &mut item.delete];
        for operation in writes.into_iter().flatten() {
            may_answer(operation, &[FULL]);
        }
        let all = [&mut item.get, &mut item.post, &mut item.put, &mut item.delete];
        for operation in all.into_iter().flatten() {
            may_answer(operation, &ANY);
            if operation.request_body.is_some() {
                may_answer(operation, &BODIES);
            }
        }
    }
    document
}

/// The name of the scheme of keys.
const KEY_SCHEME: &str = "key";
const KEY: &str = "A program's key, `hr_…`, made on the page *Keys for programs* of a practice, an LMC or an ICB. It goes as far as \
    its scopes say and never beyond the role of whoever makes one: `imports` sends appointments, `read` reads, `record` records \
    contacts, day sheets, diverted patients and transferred work. 600 requests a minute; `RateLimit-Remaining` says what is left.";

fn of_method<'a>(item: &'a mut PathItem, method: &Method) -> Option<&'a mut Operation> {
    match *method {
        Method::GET => item.get.as_mut(),
        Method::POST => item.post.as_mut(),
        Method::PUT => item.put.as_mut(),
        Method::DELETE => item.delete.as_mut(),
        _ => None,
    }
}

/// The name of an operation, from which programs make the names of their functions: what is done, and where. Handlers are
/// called alike in many files.
fn name(method: &Method, path: &str) -> String {
    let word = |part: &str| part.trim_matches(['{', '}']).replace('-', "_");
    let parts = path.trim_start_matches("/api/v1").split('/').filter(|part| !part.is_empty());
    parts.fold(method.as_str().to_lowercase(), |name, part| format!("{name}_{}", word(part)))
}

/// Says what an answer is where its handler says no more than its shape.
fn describe(operation: &mut Operation) {
    for (status, answer) in &mut operation.responses.responses {
        if let RefOr::T(answer) = answer
            && answer.description.is_empty()
        {
            let says = match status.as_str() {
                "401" => "Nobody is signed in",
                "403" => "Not for whoever asks",
                "404" => "There is no such thing, or it is not yours",
                "409" => "It stands otherwise by now",
                "422" => "What cannot be taken, field by field",
                _ => "As asked",
            };
            says.clone_into(&mut answer.description);
        }
    }
}

/// Says with which scope a key is taken; nothing where none is.
fn takes(operation: &mut Operation, asks: Asks) {
    let Asks::Permission(action) = asks else { return };
    if let Some(scope) = KeyScope::of(action) {
        let session = SecurityRequirement::new("bearer", Vec::<String>::new());
        let key = SecurityRequirement::new(KEY_SCHEME, [scope.code()]);
        operation.security = Some(vec![session, key]);
    }
}

type Answer = (&'static str, &'static str);

/// What any operation may answer: nothing was done, and `Retry-After` says when to ask again where that helps.
const ANY: [Answer; 6] = [
    ("400", "Not a request that can be read: two Host headers, say"),
    ("401", "Nobody is signed in, or the token or the key does not work"),
    ("403", "Not for whoever asks: the role, the device or the scope of the key"),
    ("404", "There is no such thing, or it is not yours"),
    ("429", "Too many requests or tries; Retry-After says when to ask again"),
    ("503", "Busy, or the database cannot be used just now; Retry-After says when to ask again"),
];

/// What an operation that takes a body may answer besides.
const BODIES: [Answer; 3] = [
    ("413", "The body is larger than this operation takes"),
    ("415", "The body is of a kind that this operation does not take"),
    ("422", "What cannot be taken, field by field"),
];

/// What an operation that writes may answer besides.
const FULL: Answer = ("507", "No room left to store it; Retry-After says when to ask again");

fn may_answer(operation: &mut Operation, answers: &[Answer]) {
    for (status, description) in answers {
        let answer = ResponseBuilder::new()
            .description(*description)
            .content("application/problem+json", Content::new(Some(Ref::from_schema_name("Problem"))))
            .build();
        operation.responses.responses.entry((*status).to_owned()).or_insert(RefOr::T(answer));
    }
}

/// Made once: it is the same for everybody.
static DOCUMENT: LazyLock<Document> = LazyLock::new(document);

/// The document as JSON.
pub(super) async fn serve() -> Json<&'static Document> {
    Json(&DOCUMENT)
}

/// The document for people.
pub(super) async fn page(State(app): State<AppState>, caller: Caller) -> Response {
    let site = app.settings.public_url.trim_end_matches('/');
    shell::outside(&app, &caller, help::reference::reference(&DOCUMENT, site))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::AppError;

    #[test]
    fn the_document_names_every_kind_of_problem_and_what_trouble_looks_like() {
        let document = document();
        let said = document.info.description.unwrap();
        let mut names = std::collections::BTreeSet::new();
        for reference in AppError::REFERENCES {
            assert!(said.contains(&format!("`{reference}`")), "{reference}");
        }
        for (path, item) in document.paths.paths {
            for operation in [item.get, item.post, item.put, item.delete].into_iter().flatten() {
                for (status, _) in ANY {
                    let answers = &operation.responses.responses;
                    assert!(answers.contains_key(status), "{path}: {status}");
                }
                let name = operation.operation_id.unwrap();
                assert!(names.insert(name.clone()), "{path}: {name} is the name of another");
            }
        }
    }
}
