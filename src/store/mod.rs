//! Every query, one file a subject. The only place of SQL. Reads take a scope, writes an open transaction.

pub mod actions;
pub mod contacts;
pub mod days;
pub mod demo;
pub mod live;
pub mod organisations;
pub mod people;
pub mod sharing;
