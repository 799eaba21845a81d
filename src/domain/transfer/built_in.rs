//! The lists that come with the product, all at once.

use super::{book::TransferBook, department, provider};

/// The files that come with this version: the book of kinds and duties, the providers and the departments.
///
/// # Errors
/// What is wrong with one of them, which its tests exclude: nothing is served with a list that is not whole.
pub fn built_in() -> Result<(), String> {
    TransferBook::built_in().map_err(|broken| format!("duties: {}", broken.join("; ")))?;
    provider::built_in().map_err(|broken| format!("providers: {broken}"))?;
    department::built_in().map_err(|broken| format!("departments: {broken}"))?;
    Ok(())
}
