//! One client cannot starve the others: connections, streams, imports, sign-ins, contacts.

mod day;
mod listener;
mod show;
mod streams;
mod wire;
