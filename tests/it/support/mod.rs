//! What every subject needs: databases, and clinicians who count.

pub(crate) mod app;
pub(crate) mod authenticator;
pub(crate) mod counting;
pub(crate) mod databases;
pub(crate) mod extracts;
pub(crate) mod paper;
pub(crate) mod process;
pub(crate) mod provider;
pub(crate) mod push_service;
pub(crate) mod receiver;
pub(crate) mod smtp;
