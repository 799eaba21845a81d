//! Headroom: what a clinician has left today before the safe limit, and what practices have paused.
//!
//! # The map
//! Each room uses only the rooms to its right; `tests/it/architecture` reads every path and enforces it:
//! ```text
//! main → cli → app → features → jobs → web → ui → operations → exchange → state → writer → audit → store → live → db
//!      → config → error → clock → domain → entity::ids
//! ```
//! `domain` holds the rules and touches nothing: no database, no clock, no randomness. Queries are written in `store`, and a
//! transaction that writes begins in `writer` alone; `web` knows no feature, a subject of a feature knows no other. `docs/ARCHITECTURE.md`
//! follows a tap, a status and a release through the rooms; `docs/decisions` has the reasons, each with its tests.
//!
//! # Invariants
//! 1. History is append-only: triggers refuse UPDATE and DELETE on both databases.
//! 2. A write takes a `Permit`, `CliAuthority` or `JobAuthority`; a read of practice rows takes a scope made from one.
//! 3. Nothing about more than one practice reaches an ICB, a region or the public but through `domain::disclosure`.
//! 4. A clinician's row is readable by that clinician and by the practice only.
//! 5. No transaction runs in a request future; a write is acknowledged after COMMIT returned.
//! 6. Every write is idempotent by a client-made id.
//! 7. Contact 26 is always recorded.
//! 8. No patient data is stored: free text is short and checked by `domain::identifier`.

pub mod app;
pub mod audit;
pub mod cli;
pub mod clock;
pub mod config;
pub mod db;
pub mod domain;
pub mod error;
pub mod exchange;
pub mod features;
pub mod jobs;
pub mod live;
pub mod operations;
pub mod state;
pub mod store;
pub mod ui;
pub mod web;
pub mod writer;
