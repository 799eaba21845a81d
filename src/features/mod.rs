//! A wing for each kind of reader, a folder for each subject in it. A subject never imports another: shared rules are in
//! `domain`, shared queries in `store`, shared views in `ui`.

pub mod clinician;
pub mod lmc;
pub mod practice;
pub mod releases;
pub mod service;
