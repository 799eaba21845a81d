//! `headroom openapi`: prints the OpenAPI document.

use super::{failure::Failure, spoken::say};
use crate::app::openapi;

pub(super) fn run() -> Result<(), Failure> {
    let text = openapi::document().to_pretty_json().map_err(|error| Failure::Said(error.to_string()))?;
    say(&text);
    Ok(())
}
