//! Headroom as a program with a key sees it.

use std::{collections::BTreeMap, error::Error, fs::File, path::PathBuf, time::Duration};

use chrono::{DateTime, Utc};
use entity::ids::OdsCode;
use reqwest::{Client, RequestBuilder, Response, StatusCode, header, redirect::Policy};
use serde::{Deserialize, de::DeserializeOwned};
use uuid::Uuid;

use super::super::failure::Failure;
use crate::domain::appointment::Matching;

/// How long a connection may take to stand.
const CONNECT: Duration = Duration::from_secs(10);
/// How long the service may be silent: it reads a large file before it answers.
const SILENT: Duration = Duration::from_mins(5);
/// The longest wait that the service may ask for.
const LONGEST_ASKED: Duration = Duration::from_hours(1);
/// Mistakes of a file that are told.
const TOLD: usize = 20;

/// What is said of files that are wrong; any other refusal is of the key, the address or a proxy.
const OF_FILES: [StatusCode; 5] = [
    StatusCode::BAD_REQUEST,
    StatusCode::CONFLICT,
    StatusCode::PAYLOAD_TOO_LARGE,
    StatusCode::UNSUPPORTED_MEDIA_TYPE,
    StatusCode::UNPROCESSABLE_ENTITY,
];

/// Why nothing could be sent, apart from what the files are.
#[derive(Debug)]
pub(super) enum Trouble {
    /// It passes: try again.
    Later {
        /// What it is.
        why: String,
        /// When, where the service said so.
        after: Option<Duration>,
        /// Whether other files may have better luck.
        is_of_one: bool,
    },
    /// Somebody has to look after it: the key, the address.
    Stop(String),
}

impl Trouble {
    pub(super) fn later(why: impl Into<String>) -> Self {
        Self::Later { why: why.into(), after: None, is_of_one: false }
    }

    /// Something of this computer, such as a full disk.
    pub(super) fn here(why: &std::io::Error) -> Self {
        Self::later(why.to_string())
    }
}

/// The practice of the key, and what it said of its columns.
#[derive(Debug)]
pub(super) struct Practice {
    pub(super) code: OdsCode,
    pub(super) matching: Matching,
}

/// What the service answers to files.
#[derive(Debug)]
pub(super) enum Answer {
    /// Somebody should look at it and let it count.
    Staged { import: Uuid, found: String },
    /// It is there already.
    NoChange,
    /// A person has to say something first; nothing was kept.
    Asks(&'static str),
    /// The files are wrong.
    Refused(String),
}

/// The service.
#[derive(Debug)]
pub(super) struct Service {
    client: Client,
    to: String,
    key_file: PathBuf,
}

#[derive(Debug, Deserialize)]
struct Key {
    organisation: String,
    role: String,
    scopes: Vec<String>,
    expires_at: DateTime<Utc>,
}

#[derive(Debug, Deserialize)]
struct Matchings {
    systems: Vec<OfSystem>,
}

#[derive(Debug, Deserialize)]
struct OfSystem {
    system: String,
    #[serde(default)]
    names: BTreeMap<String, Uuid>,
}

#[derive(Debug, Deserialize)]
struct Uploaded {
    result: String,
    import: Option<Uuid>,
    report: Option<Report>,
    to_match: Option<serde_json::Value>,
}

#[derive(Debug, Deserialize)]
struct Report {
    rows: u64,
    #[serde(default)]
    refused: BTreeMap<String, u64>,
    #[serde(default)]
    warnings: Vec<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Problem {
    title: String,
    detail: Option<String>,
    errors: Vec<Wrong>,
}

#[derive(Debug, Deserialize)]
struct Wrong {
    field: String,
    message: String,
}

impl Service {
    pub(super) fn new(to: &str, key_file: PathBuf) -> Result<Self, Failure> {
        let to = to.trim_end_matches('/').to_owned();
        let is_here = ["http://localhost", "http://127.0.0.1", "http://[::1]"]
            .iter()
            .any(|here| to.strip_prefix(here).is_some_and(|rest| rest.is_empty() || rest.starts_with(':')));
        if !to.starts_with("https://") && !is_here {
            let why = "--to begins with https://, so that nobody on the way reads the key";
            return Err(Failure::Said(why.to_owned()));
        }
        let client = Client::builder()
            .user_agent(concat!("headroom-send/", env!("CARGO_PKG_VERSION")))
            .connect_timeout(CONNECT)
            .read_timeout(SILENT)
            // A key goes to nobody but whom it was made for.
            .redirect(Policy::none())
            .build();
        let client = client.map_err(|why| Failure::Said(format!("cannot start: {}", causes(&why))))?;
        let service = Self { client, to, key_file };
        service.key().map_err(Failure::Said)?;
        Ok(service)
    }

    /// The page of a practice's imports.
    pub(super) fn page(&self, practice: &OdsCode) -> String {
        format!("{}/practices/{practice}/imports", self.to)
    }

    /// Read each time: a new key is used at once.
    fn key(&self) -> Result<String, String> {
        let file = self.key_file.display();
        let text = std::fs::read_to_string(&self.key_file).map_err(|why| format!("the key file {file}: {why}"))?;
        let key = text.trim();
        let is_plain = key.starts_with("hr_") && key.bytes().all(|byte| byte.is_ascii_graphic());
        is_plain
            .then(|| key.to_owned())
            .ok_or_else(|| format!("the key file {file} holds no key: a key begins with hr_"))
    }

    async fn ask(&self, request: RequestBuilder) -> Result<Response, Trouble> {
        let key = self.key().map_err(Trouble::Stop)?;
        let response = request.bearer_auth(key).send().await.map_err(|why| Trouble::later(causes(&why)))?;
        let status = response.status();
        let after = response.headers().get(header::RETRY_AFTER).and_then(|after| after.to_str().ok()?.parse().ok());
        let after = after.map(|seconds| Duration::from_secs(seconds).min(LONGEST_ASKED));
        if status == StatusCode::TOO_MANY_REQUESTS || status == StatusCode::REQUEST_TIMEOUT || status.is_server_error()
        {
            let why = format!("the service answers {status}");
            return Err(Trouble::Later { why, after, is_of_one: status == StatusCode::INTERNAL_SERVER_ERROR });
        }
        if status == StatusCode::UNAUTHORIZED {
            return Err(Trouble::Stop("the key does not work, or no more: make a new one".to_owned()));
        }
        if status == StatusCode::FORBIDDEN {
            return Err(Trouble::Stop("the key may not send appointments: make one that may".to_owned()));
        }
        if !status.is_success() && !OF_FILES.contains(&status) {
            return Err(Trouble::Stop(format!("{} answers {status}: is it the address of Headroom?", self.to)));
        }
        Ok(response)
    }

    async fn get<T: DeserializeOwned>(&self, path: &str) -> Result<T, Trouble> {
        let response = self.ask(self.client.get(format!("{}{path}", self.to))).await?;
        let status = response.status();
        let bytes = response.bytes().await.map_err(|why| Trouble::later(causes(&why)))?;
        serde_json::from_slice(&bytes)
            .map_err(|_| Trouble::Stop(format!("{} answers {status} and no Headroom: is the address right?", self.to)))
    }

    /// Whose key it is, and what its practice said of its columns.
    pub(super) async fn practice(&self) -> Result<Practice, Trouble> {
        let key: Key = self.get("/api/v1/key").await?;
        if key.role != "practice-manager" || !key.scopes.iter().any(|scope| scope == "imports") {
            return Err(Trouble::Stop("the key may not send appointments: make one that may".to_owned()));
        }
        let code: OdsCode = key
            .organisation
            .parse()
            .map_err(|_| Trouble::Stop(format!("{} answers with no practice: is the address right?", self.to)))?;
        tracing::debug!("the key works until {}", key.expires_at);
        let known: Matchings = self.get(&format!("/api/v1/practices/{code}/imports/matching")).await?;
        let columns = known.systems.into_iter().find(|system| system.system == "report");
        let columns = columns.map(|system| system.names).unwrap_or_default();
        Ok(Practice { code, matching: Matching { columns, ..Matching::default() } })
    }

    /// Sends files.
    pub(super) async fn send(
        &self,
        practice: &OdsCode,
        (body, bytes, boundary): (File, u64, &str),
    ) -> Result<Answer, Trouble> {
        let to = format!("{}/api/v1/practices/{practice}/imports", self.to);
        let request = self
            .client
            .post(to)
            .header(header::CONTENT_TYPE, format!("multipart/form-data; boundary={boundary}"))
            .header(header::CONTENT_LENGTH, bytes)
            .body(tokio::fs::File::from_std(body));
        let response = self.ask(request).await?;
        let is_taken = response.status().is_success();
        let bytes = response.bytes().await.map_err(|why| Trouble::later(causes(&why)))?;
        if is_taken {
            let uploaded: Uploaded = serde_json::from_slice(&bytes)
                .map_err(|_| Trouble::Stop(format!("{} answers something else than Headroom", self.to)))?;
            return uploaded.answer().ok_or_else(|| Trouble::Stop("the service is newer than this program".to_owned()));
        }
        let problem: Problem = serde_json::from_slice(&bytes).unwrap_or_default();
        Ok(Answer::Refused(problem.says()))
    }
}

impl Uploaded {
    fn answer(self) -> Option<Answer> {
        Some(match (self.result.as_str(), self.import) {
            ("staged", Some(import)) => {
                let words = self.to_match.map(|_| "some words of it are not known".to_owned());
                let report = self.report.map(Report::says);
                let found: Vec<String> = report.into_iter().chain(words).collect();
                Answer::Staged { import, found: found.join("; ") }
            }
            ("no-change", _) => Answer::NoChange,
            ("to-match", _) => Answer::Asks("somebody has to say whose sessions these are"),
            ("to-choose", _) => Answer::Asks(
                "its days were taken in before, and somebody has to say whether it adds to them or replaces them",
            ),
            _ => return None,
        })
    }
}

impl Report {
    fn says(self) -> String {
        let refused: u64 = self.refused.values().sum();
        let refused = if refused > 0 { format!(", {refused} of them refused") } else { String::new() };
        let warnings = if self.warnings.is_empty() { "" } else { ", with warnings" };
        format!("{} rows{refused}{warnings}", self.rows)
    }
}

impl Problem {
    fn says(self) -> String {
        let mut lines: Vec<String> = self
            .errors
            .iter()
            .map(|wrong| match wrong.field.as_str() {
                "file" => wrong.message.clone(),
                field => format!("{field}: {}", wrong.message),
            })
            .collect();
        let more = lines.len().saturating_sub(TOLD);
        lines.truncate(TOLD);
        if more > 0 {
            lines.push(format!("and {more} more"));
        }
        if lines.is_empty() {
            let title = if self.title.is_empty() { "no reason was given".to_owned() } else { self.title };
            lines.push(self.detail.map_or(title.clone(), |detail| format!("{title}: {detail}")));
        }
        lines.join("\n")
    }
}

/// An error with what caused it; never the address with what stands in it, which says nothing more.
fn causes(error: &reqwest::Error) -> String {
    let mut says = if error.is_timeout() {
        "the service does not answer in time".to_owned()
    } else if error.is_connect() {
        "the service cannot be reached".to_owned()
    } else {
        "the connection broke".to_owned()
    };
    let mut cause = error.source();
    while let Some(why) = cause {
        if why.source().is_none() {
            says = format!("{says} ({why})");
        }
        cause = why.source();
    }
    says
}
