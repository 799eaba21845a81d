//! What is kept of an account.

use sea_orm::Value;

use super::tables;
use crate::domain::access::AccountScope;

tables! {
    "Every table with rows about a person, found by the person."
    ACCOUNT of_account AccountScope;
    account_mail Person
    known_place Person
    mail_choice Person
    outside_identity Person
    person Id
    reminder Person
    role_grant Person
    second_factor Person
    session Person
}

/// Nobody's id for whoever is no person.
fn owner_of(scope: &AccountScope) -> Value {
    scope.person().map_or(uuid::Uuid::nil(), |person| person.0).into()
}
