//! HTTP plumbing: who asks, what they may, what a refusal looks like. Knows no feature.

pub mod address;
pub mod assets;
pub mod browser;
pub mod caller;
pub mod cookies;
pub mod cross_site;
pub mod day;
pub mod doors;
pub mod download;
pub mod enrolments;
mod facts;
pub mod feeds;
pub mod forms;
pub mod headers;
pub mod home;
pub mod listen;
pub mod live;
pub mod outside;
pub mod passwords;
pub mod problem;
pub mod receipts;
pub mod refusal;
pub mod reminders;
pub mod routes;
pub mod secrets;
mod sections;
pub mod sessions;
pub mod shell;
pub mod tokens;
pub mod tries;
pub mod wordings;
pub mod written;

#[cfg(test)]
pub(crate) mod tests;
