//! The service itself: signing in, its clock, its health, its people.

pub mod account;
pub mod clock;
pub mod health;
pub mod people;
