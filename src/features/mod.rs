//! One folder per subject: routes and handlers in `mod.rs`, JSON shapes in `api.rs`, markup in `pages.rs`. A feature never
//! imports another: shared rules are in `domain`, shared queries in `store`, shared views in `ui`.

pub mod account;
pub mod actions;
pub mod areas;
pub mod clock;
pub mod contacts;
pub mod divert;
pub mod drafts;
pub mod evidence;
pub mod health;
pub mod history;
pub mod impact;
pub mod imports;
pub mod letters;
pub mod meeting;
pub mod notices;
pub mod office;
pub mod outcomes;
pub mod people;
pub mod practices;
pub mod questions;
pub mod releases;
pub mod returns;
pub mod templates;
