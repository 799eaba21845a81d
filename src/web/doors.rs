//! The two doors of an operation: the form of a page, and the API. The permission is in the operation's type, so a door
//! cannot forget it or ask for another.

use std::future::Future;

use axum::{
    Json as Body,
    extract::{RawPathParams, State},
    http::{Method, StatusCode},
    response::{IntoResponse, Redirect, Response},
};
use serde::Serialize;
use utoipa::{
    ToSchema,
    openapi::{
        ContentBuilder, Ref, RefOr, Required, ResponseBuilder,
        path::{HttpMethod, OperationBuilder, ParameterBuilder, ParameterIn, PathItem},
        request_body::RequestBodyBuilder,
        schema::{Object as JsonType, Schema, Type},
    },
};
use uuid::Uuid;

use super::{
    caller::Caller,
    forms::{Form, Json},
    routes::{MOST_BYTES, Routes},
    shell::{self, Placed},
    written,
};
use crate::{
    domain::access::{By, Permit, Scope, TargetKind},
    error::AppError,
    operations::{self, Object, Operation, ScopeOf, Sent},
    state::AppState,
    ui::{filled::Filled, href::Href, sheet::Sheet},
};

/// The page that holds an operation's form. The same function draws it at first and with what was typed.
pub trait FormPage<O: Operation>: 'static {
    /// Draws it.
    ///
    /// # Errors
    /// [`AppError::NotFound`] where the address names nothing; where the database cannot be read.
    fn page(
        app: &AppState,
        scope: &ScopeOf<O>,
        filled: &Filled,
    ) -> impl Future<Output = Result<Sheet, AppError>> + Send;

    /// Where it leads.
    fn after(scope: &ScopeOf<O>, done: &O::Done) -> Href;
}

/// What the API answers: what was written, and how things stand now.
pub trait Answer<O: Operation>: Serialize + ToSchema + Sized + Send + 'static {
    /// Reads it.
    ///
    /// # Errors
    /// Where the database cannot be read.
    fn read(app: &AppState, scope: &ScopeOf<O>, done: &O::Done) -> impl Future<Output = Result<Self, AppError>> + Send;
}

impl Routes {
    /// The door of a form: 303 to where it leads, or the page again with what was typed, 422.
    #[must_use]
    pub fn form<O: Operation, P: FormPage<O>>(self, path: &'static str) -> Self
    where
        ScopeOf<O>: Placed,
    {
        self.guarded::<O::Permission, _, _>(Method::POST, path, form::<O, P>, MOST_BYTES)
    }

    /// The door of the API: 201 or 200 with the answer, or 404, 409, 422. In the document as well.
    #[must_use]
    pub fn api<O: Operation, A: Answer<O>>(mut self, path: &'static str) -> Self {
        self.document.paths.paths.insert(path.to_owned(), PathItem::new(HttpMethod::Post, described::<O, A>(path)));
        let mut schemas = vec![(O::name().into_owned(), O::schema()), (A::name().into_owned(), A::schema())];
        O::schemas(&mut schemas);
        A::schemas(&mut schemas);
        let components = self.document.components.get_or_insert_default();
        components.schemas.extend(schemas);
        self.guarded::<O::Permission, _, _>(Method::POST, path, api::<O, A>, MOST_BYTES)
    }
}

/// What the address names besides the scope, put in the place of the body's own.
fn with_address<S: Scope>(mut sent: Sent, params: &RawPathParams) -> (Sent, Vec<String>) {
    let of_scope: &[&str] = match S::KIND {
        TargetKind::Practice => &["ods"],
        TargetKind::Clinician => &["ods", "clinician"],
        TargetKind::Lmc => &["lmc"],
        TargetKind::Organisation => &["organisation"],
        TargetKind::Releases | TargetKind::Account | TargetKind::Service => &[],
    };
    let mut names = Vec::new();
    for (name, text) in params {
        if !of_scope.contains(&name) {
            sent.put(name, text);
            names.push(name.to_owned());
        }
    }
    (sent, names)
}

async fn form<O: Operation, P: FormPage<O>>(
    permit: Permit<O::Permission>,
    caller: Caller,
    State(app): State<AppState>,
    params: RawPathParams,
    Form(pairs): Form<Vec<(String, String)>>,
) -> Result<Response, AppError>
where
    ScopeOf<O>: Placed,
{
    let by = By::from(&permit);
    let (sent, in_path) = with_address::<ScopeOf<O>>(Sent::form(pairs), &params);
    match operations::take::<O>(&app, &by, &sent, &in_path).await {
        Ok((_, done)) => {
            let next = P::after(by.scope(), &done);
            Ok(Redirect::to(next.as_str()).into_response())
        }
        Err(AppError::Invalid(errors)) => {
            let filled = Filled { sent, errors };
            let sheet = P::page(&app, by.scope(), &filled).await?;
            shell::show(&app, &caller, by.scope(), sheet).await
        }
        Err(error) => Err(error),
    }
}

async fn api<O: Operation, A: Answer<O>>(
    permit: Permit<O::Permission>,
    State(app): State<AppState>,
    params: RawPathParams,
    Json(object): Json<Object>,
) -> Result<(StatusCode, Body<A>), AppError> {
    let by = By::from(&permit);
    let mut sent = Sent::json(object);
    if !sent.has("id") {
        sent.put("id", Uuid::now_v7().to_string());
    }
    let (sent, in_path) = with_address::<ScopeOf<O>>(sent, &params);
    let (written, done) = operations::take::<O>(&app, &by, &sent, &in_path).await?;
    Ok((written::status(written), Body(A::read(&app, by.scope(), &done).await?)))
}

fn described<O: Operation, A: ToSchema>(path: &str) -> utoipa::openapi::path::Operation {
    let summary = match O::schema() {
        RefOr::T(Schema::Object(object)) => object.description,
        _ => None,
    };
    let answer = |schema: &str, kind: &str, says: &str| {
        let content = ContentBuilder::new().schema(Some(Ref::from_schema_name(schema)));
        ResponseBuilder::new().description(says).content(kind, content.build()).build()
    };
    let fine = |says: &str| answer(&A::name(), "application/json", says);
    let problem = |says: &str| answer("Problem", "application/problem+json", says);
    let example = serde_json::from_str(O::EXAMPLE).unwrap_or(serde_json::Value::Null);
    let body = ContentBuilder::new().schema(Some(Ref::from_schema_name(O::name()))).example(Some(example));
    let body = RequestBodyBuilder::new().content("application/json", body.build()).required(Some(Required::True));
    let mut operation = OperationBuilder::new()
        .tag(O::TAG)
        .operation_id(Some(path_name(path)))
        .summary(summary)
        .request_body(Some(body.build()))
        .response("201", fine("Recorded"))
        .response("200", fine("Recorded before; the state as it stands now"))
        .response("401", problem("Sign in first"))
        .response("404", problem("Not there, or not yours"))
        .response("409", problem("The id stands for something else"))
        .response("422", problem("Fields that cannot be taken"));
    for name in parameters(path) {
        let example = if name == "ods" { "Z90001" } else { name };
        let text = JsonType::with_type(Type::String);
        let parameter = ParameterBuilder::new()
            .name(name)
            .parameter_in(ParameterIn::Path)
            .required(Required::True)
            .example(Some(example.into()))
            .schema(Some(text));
        operation = operation.parameter(parameter);
    }
    operation.build()
}

/// The names between braces of a path.
fn parameters(path: &str) -> impl Iterator<Item = &str> {
    let parts = path.split('{').skip(1);
    parts.filter_map(|part| part.split('}').next())
}

/// One operation may stand at several paths: the id of each is its path in words.
fn path_name(path: &str) -> String {
    let words = path.trim_start_matches("/api/v1/");
    let words = words.split(|c: char| !c.is_ascii_alphanumeric());
    let words: Vec<&str> = words.filter(|word| !word.is_empty()).collect();
    format!("post_{}", words.join("_"))
}
