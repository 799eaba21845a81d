//! Pure rules: no async, no I/O, no clock, no randomness, no framework. Values in, values out.
#![warn(missing_docs)]
// Tests may add and index: a wrong one fails there.
#![cfg_attr(not(test), warn(clippy::arithmetic_side_effects, clippy::indexing_slicing))]

pub mod access;
pub mod action;
pub mod appointment;
pub mod area;
pub mod calendar;
pub mod catalogue;
mod codes;
pub mod consent;
pub mod contact;
pub mod coverage;
pub mod diary;
pub mod digest;
pub mod disclosure;
pub mod divert;
pub mod draft;
pub mod drawable;
pub mod find;
pub mod grant;
pub mod guessing;
pub mod history;
pub mod id_token;
pub mod identifier;
pub mod impact;
pub mod instant;
pub mod joining;
pub mod letter;
pub mod limit;
pub mod name;
pub mod network;
pub mod notice;
pub mod ons;
pub mod organisation;
pub mod outcome;
pub mod pace;
pub mod passkey;
pub mod password;
pub mod push;
pub mod question;
pub mod readers;
pub mod record;
pub mod register;
pub mod reminder;
pub mod second_factor;
pub mod staff;
pub mod standing;
pub mod trail;
pub mod transfer;
pub mod webhook;
pub mod work;
pub mod working_day;
pub mod written;
