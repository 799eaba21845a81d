//! The service itself: signing in, its clock, its health, its people.

pub mod clock;
pub mod enrolment;
pub mod front;
pub mod health;
pub mod people;
pub mod setup;
pub mod sign_in;
