//! Markup components: values in, markup out. Knows no axum and no sea-orm, reads nothing and decides nothing.
//!
//! What a page is made of: a [`sheet`] in the frame of [`layout::page`], of parts ([`parts`], [`figures`], [`table`]), forms ([`form`]),
//! pictures ([`chart`], [`map`]), the clinician's day ([`day`]) and live regions ([`live`]). Every address goes
//! through [`href::Href`], every file through [`assets`].
#![warn(missing_docs)]

pub mod answers;
pub mod area;
pub mod as_of;
pub mod assets;
pub mod chart;
pub mod cited;
pub mod day;
pub mod desk;
pub mod figures;
pub mod filled;
pub mod form;
pub mod given_back;
pub mod happened_link;
pub mod href;
pub mod invitation;
pub mod key_link;
pub mod layout;
pub mod live;
pub mod map;
pub mod number;
pub mod offline;
pub mod organisation_sign_in;
pub mod outbox;
pub mod outcome;
pub mod parts;
pub mod passkey;
pub mod push;
pub mod qr;
pub mod readers;
pub mod register;
pub mod reply;
pub mod sections;
pub mod seen_by_lmc;
pub mod sheet;
pub mod table;
pub mod template;
pub mod wording;

#[cfg(test)]
mod tests;
