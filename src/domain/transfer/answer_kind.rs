//! Kinds of answers on a pathway, as the book of transferred work has them.

use entity::ids::ItemCode;
use serde::Deserialize;

/// A kind of answer.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AnswerKind {
    /// Stable.
    pub code: String,
    /// A few words: "The reply is late".
    pub label: String,
    /// Items of the menu whose pathways such an answer may be about.
    pub items: Vec<ItemCode>,
    /// What is logged of this kind.
    pub of: Vec<AnswerOf>,
}

/// Logged work that is an answer.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AnswerOf {
    /// Code of the category.
    pub category: String,
    /// Its reasons; none stands for whatever no other kind names, and for work without a reason.
    pub reasons: Vec<String>,
}
