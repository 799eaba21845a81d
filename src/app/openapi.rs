//! The OpenAPI 3.1 document, made from the handlers themselves.

use axum::Json;
use utoipa::{
    OpenApi,
    openapi::{
        OpenApi as Document,
        security::{Http, HttpAuthScheme, SecurityRequirement, SecurityScheme},
    },
};

use crate::{features, web::problem::Problem};

#[derive(OpenApi)]
#[openapi(
    info(
        title = "Headroom",
        description = "Contacts against the safe limit, the record of collective action, and protected releases.\n\n\
            Sign in with `POST /api/v1/session` and send the token as `Authorization: Bearer …`; it lives ten minutes. \
            Writes take an id made by the client: sent again, they change nothing. Refusals are problem details \
            (RFC 9457) whose `type` is one of a closed set. What is not yours is not found.",
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
        (name = "questions", description = "Questions that an LMC puts to a week's return, and a practice's answers"),
        (name = "areas", description = "LMC areas live; other areas from the latest release"),
        (name = "releases", description = "Protected figures"),
    ),
    components(schemas(Problem))
)]
struct Frame;

/// The whole document.
pub fn document() -> Document {
    let mut document = Frame::openapi();
    let parts: &[fn() -> Document] = &[
        features::account::api::Documentation::openapi,
        features::people::api::Documentation::openapi,
        features::contacts::api::Documentation::openapi,
        features::contacts::work_api::Documentation::openapi,
        features::imports::Documentation::openapi,
        features::history::api::Documentation::openapi,
        features::divert::api::Documentation::openapi,
        features::actions::Documentation::openapi,
        features::notices::Documentation::openapi,
        features::letters::api::Documentation::openapi,
        features::outcomes::Documentation::openapi,
        features::questions::Documentation::openapi,
        features::returns::api::Documentation::openapi,
        features::areas::api::Documentation::openapi,
        features::releases::api::Documentation::openapi,
    ];
    for part in parts {
        document.merge(part());
    }
    if let Some(components) = document.components.as_mut() {
        let bearer = SecurityScheme::Http(Http::new(HttpAuthScheme::Bearer));
        components.add_security_scheme("bearer", bearer);
    }
    document.security = Some(vec![SecurityRequirement::new(
        "bearer",
        Vec::<String>::new(),
    )]);
    document
}

/// The document as JSON.
pub(super) async fn serve() -> Json<Document> {
    Json(document())
}
