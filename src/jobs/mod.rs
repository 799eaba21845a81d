//! Scheduled work. Each job runs on every node; what it does is made to happen once by a unique key in the database.

pub mod account_mail;
pub mod anchors;
pub mod change_listener;
mod changed_days;
pub mod clock;
pub mod history;
mod leases;
pub mod outside;
pub mod push;
pub mod releases;
pub mod reminders;
pub mod tries;
pub mod webhooks;
