//! Lists of the API: a page at a time behind a cursor, and as a sheet for whoever asks for `text/csv`.
//!
//! A cursor is the key of the last row that was given, in the order of the list. So a walk gives each row once, whatever is
//! recorded meanwhile. It is signed for its list, what the list was narrowed to included: of another list, or changed, it is
//! refused.

use std::collections::BTreeMap;

use axum::{
    Json,
    extract::FromRequestParts,
    http::{HeaderMap, HeaderValue, header, request::Parts},
    response::{IntoResponse, Response},
};
use axum_extra::extract::Query;
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use chrono::{DateTime, SecondsFormat, Utc};
use serde::Serialize;
use serde_json::Value;
use utoipa::{IntoParams, ToSchema};

use super::{download, secrets};
use crate::{config::Purpose, error::AppError, exchange::plain_csv, href, state::AppState, ui::href::Href};

/// Rows of a page where nothing is said.
const USUAL: usize = 100;
/// The most that a page has.
const MOST: usize = 200;
/// Longest cursor that is looked at.
const LONGEST: usize = 1_000;
const BAD_CURSOR: &str = "Send “next” of the page before, to the same address; or leave it out and begin anew";

/// What every list is asked for.
#[derive(Debug, IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "for the document: the query is read by hand, so that each mistake has its name")]
pub struct ListAsked {
    /// Rows of a page; 100 where it is left out. A sheet (`Accept: text/csv`) is whole where it is left out.
    #[param(minimum = 1, maximum = 200, example = 50)]
    limit: Option<u32>,
    /// `next` of the page before.
    after: Option<String>,
}

/// A page of a list.
#[derive(Debug, Serialize, ToSchema)]
pub struct ListOut<T> {
    /// Rows, in the order of the list.
    pub items: Vec<T>,
    /// What to send as `after` for the next page; null where there is none.
    pub next: Option<String>,
}

impl<T> ListOut<T> {
    /// The same page of something else.
    pub fn map<U>(self, of: impl FnMut(T) -> U) -> ListOut<U> {
        ListOut { items: self.items.into_iter().map(of).collect(), next: self.next }
    }
}

/// Which way a list runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Order {
    /// From the smallest key.
    Up,
    /// From the largest.
    Down,
}

/// Which page of a list somebody asks for, and as what.
#[derive(Debug)]
pub struct Pages {
    app: AppState,
    /// The address, and what it narrows the list to.
    path: String,
    narrowed: BTreeMap<String, String>,
    limit: Option<usize>,
    after: Option<String>,
    sheet: bool,
}

impl FromRequestParts<AppState> for Pages {
    type Rejection = AppError;

    async fn from_request_parts(parts: &mut Parts, app: &AppState) -> Result<Self, AppError> {
        let query = Query::<Vec<(String, String)>>::from_request_parts(parts, app).await;
        let Query(query) = query.map_err(|_| AppError::Malformed("the query cannot be read".into()))?;
        let mut narrowed: BTreeMap<String, String> = query.into_iter().filter(|(_, text)| !text.is_empty()).collect();
        let limit = narrowed.remove("limit").map(|text| limit(&text)).transpose()?;
        let after = narrowed.remove("after");
        let mut pages = Self {
            app: app.clone(),
            path: parts.uri.path().to_owned(),
            narrowed,
            limit,
            after: None,
            sheet: wants_sheet(&parts.headers),
        };
        pages.after = after.map(|cursor| pages.key(&cursor)).transpose()?;
        Ok(pages)
    }
}

fn limit(text: &str) -> Result<usize, AppError> {
    let limit = text.parse::<usize>().ok().filter(|limit| (1..=MOST).contains(limit));
    limit.ok_or_else(|| AppError::field("limit", format!("Send a whole number from 1 to {MOST}")))
}

/// Whether CSV is wanted rather than JSON: named, and no later nor less than JSON.
fn wants_sheet(headers: &HeaderMap) -> bool {
    let accepted = headers.get_all(header::ACCEPT).iter().filter_map(|value| value.to_str().ok());
    let mut best: Option<(f32, bool)> = None;
    for part in accepted.flat_map(|line| line.split(',')) {
        let mut words = part.split(';').map(str::trim);
        let is_sheet = match words.next().unwrap_or_default().to_ascii_lowercase().as_str() {
            "text/csv" => true,
            "application/json" | "application/*" | "*/*" => false,
            _ => continue,
        };
        let weight = words.find_map(|word| word.strip_prefix("q=")?.parse::<f32>().ok()).unwrap_or(1.0);
        if weight > 0.0 && best.is_none_or(|(most, _)| weight > most) {
            best = Some((weight, is_sheet));
        }
    }
    best.is_some_and(|(_, is_sheet)| is_sheet)
}

impl Pages {
    /// Whether a sheet is asked for.
    pub fn wants_sheet(&self) -> bool {
        self.sheet
    }

    /// Behind which key the page begins; from the first where it is nothing.
    pub fn after(&self) -> Option<&str> {
        self.after.as_deref()
    }

    /// Rows that are wanted at most; nothing where all are.
    pub fn most(&self) -> Option<usize> {
        self.limit.or((!self.sheet).then_some(USUAL))
    }

    /// The page of a list. What is given may be the whole list, or a part of it that begins no later than the page and goes
    /// one row further.
    ///
    /// # Errors
    /// A fault of the hashing library.
    pub fn cut<T>(
        &self,
        all: impl IntoIterator<Item = T>,
        order: Order,
        key: impl Fn(&T) -> String,
    ) -> Result<ListOut<T>, AppError> {
        let mut keyed: Vec<(String, T)> = all.into_iter().map(|row| (key(&row), row)).collect();
        keyed.sort_by(|(one, _), (other, _)| match order {
            Order::Up => one.cmp(other),
            Order::Down => other.cmp(one),
        });
        if let Some(after) = &self.after {
            keyed.retain(|(key, _)| if order == Order::Up { key > after } else { key < after });
        }
        let most = self.most().unwrap_or(usize::MAX);
        let more = keyed.len() > most;
        keyed.truncate(most);
        let last = keyed.last().filter(|_| more).map(|(key, _)| self.cursor(key)).transpose()?;
        Ok(ListOut { items: keyed.into_iter().map(|(_, row)| row).collect(), next: last })
    }

    /// What a cursor is signed for.
    fn list(&self) -> String {
        let narrowed = self.narrowed.iter().map(|(name, text)| format!("{name}={text}\n"));
        format!("{}\n{}", self.path, narrowed.collect::<String>())
    }

    fn cursor(&self, key: &str) -> Result<String, AppError> {
        let signed = secrets::derived(&self.app.keys, Purpose::Cursor, &[&self.list(), key])?;
        Ok(format!("{}.{signed}", URL_SAFE_NO_PAD.encode(key)))
    }

    fn key(&self, cursor: &str) -> Result<String, AppError> {
        let read = || {
            let (key, signed) = cursor.split_once('.').filter(|_| cursor.len() <= LONGEST)?;
            let key = String::from_utf8(URL_SAFE_NO_PAD.decode(key).ok()?).ok()?;
            let is_ours = secrets::is_derived(&self.app.keys, Purpose::Cursor, &[&self.list(), &key], signed);
            is_ours.then_some(key)
        };
        read().ok_or_else(|| AppError::field("after", BAD_CURSOR))
    }

    /// The page as JSON, with the way to the next one.
    pub fn json<T: Serialize>(&self, body: &T, next: Option<&str>) -> Response {
        self.linked(Json(body).into_response(), next)
    }

    /// The page as it was asked for: as JSON, or as a sheet of the same rows.
    ///
    /// # Errors
    /// A fault of the serialiser.
    pub fn answer<B: Serialize, R: Serialize>(
        &self,
        body: &B,
        next: Option<&str>,
        sheet: (&str, &[&str], &[R]),
    ) -> Result<Response, AppError> {
        if !self.sheet {
            return Ok(self.json(body, next));
        }
        let (name, columns, rows) = sheet;
        let mut lines = vec![columns.iter().map(|column| (*column).to_owned()).collect::<Vec<String>>()];
        for row in rows {
            let row = serde_json::to_value(row).map_err(|error| AppError::Fault(error.to_string()))?;
            lines.push(columns.iter().map(|column| cell(&row, column)).collect());
        }
        let file = download::file(download::CSV, &format!("{name}.csv"), plain_csv::lines(lines));
        Ok(self.linked(file, next))
    }

    fn linked(&self, mut answer: Response, next: Option<&str>) -> Response {
        answer.headers_mut().insert(header::VARY, HeaderValue::from_static("accept"));
        let link = next.and_then(|cursor| {
            let base = Href::new(self.path.clone()).unwrap_or(href!("/"));
            let narrowed = self.narrowed.iter().fold(base, |href, (name, text)| href.query(name, text));
            let limited = self.limit.iter().fold(narrowed, |href, limit| href.query("limit", limit));
            HeaderValue::from_str(&format!("<{}>; rel=\"next\"", limited.query("after", cursor).as_str())).ok()
        });
        if let Some(link) = link {
            answer.headers_mut().insert(header::LINK, link);
        }
        answer
    }
}

/// A cell of a sheet: what stands in the JSON of a row under this name, which may lie deeper (`minutes.gp`).
fn cell(row: &Value, column: &str) -> String {
    let found = column.split('.').try_fold(row, |value, name| value.get(name));
    text(found.unwrap_or(&Value::Null))
}

fn text(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        Value::Array(list) => list.iter().map(text).collect::<Vec<_>>().join("; "),
        other => other.to_string(),
    }
}

/// An instant as part of a key: in the order of time, to the microsecond that the databases keep.
pub fn instant(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::Micros, true)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_sheet_is_for_whoever_names_it_first() {
        let wants = |accept: &str| {
            let mut headers = HeaderMap::new();
            headers.insert(header::ACCEPT, HeaderValue::from_str(accept).unwrap());
            wants_sheet(&headers)
        };
        for sheet in ["text/csv", "TEXT/CSV; charset=utf-8", "text/csv, */*", "application/json;q=0.5, text/csv;q=0.9"]
        {
            assert!(wants(sheet), "{sheet}");
        }
        for json in ["*/*", "application/json", "application/json, text/csv", "text/csv;q=0", "text/html", ""] {
            assert!(!wants(json), "{json}");
        }
        assert!(!wants_sheet(&HeaderMap::new()));
    }

    #[test]
    fn a_cell_is_what_the_json_says() {
        let row = json!({ "a": null, "b": { "c": 7 }, "d": ["x", "y"], "e": true, "f": "=1" });
        let cells = ["a", "b.c", "d", "e", "f", "g.h"].map(|column| cell(&row, column));
        assert_eq!(cells, ["", "7", "x; y", "true", "=1", ""]);
    }
}
