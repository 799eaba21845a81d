//! Every query, one file a subject. The only place of SQL. Reads take a scope, writes an open transaction.

pub mod actions;
pub mod admin;
pub mod anchors;
pub mod appointments;
pub mod area_days;
pub mod areas;
pub mod contacts;
pub mod days;
pub mod demo;
pub mod displays;
pub mod divert;
pub mod enrolment;
mod facts;
mod gather;
pub mod history;
pub mod keys;
pub mod leases;
pub mod limits;
pub mod live;
pub mod often;
pub mod organisations;
pub mod people;
mod recount;
pub mod releases;
pub mod retention;
pub mod right_now;
pub mod sharing;
