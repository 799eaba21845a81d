//! Transferred work of an area: the desk with what repeats, a provider's page, joint letters and what came of them, and what
//! the LMC says of its area. Of practices that opened it; never by a person of the provider.

use crate::{
    domain::access::{RunTransferDesk, SeeAreaTransfers},
    operations::{
        add_good_example::AddGoodExample, add_local_duty::AddLocalDuty, follow_joint_letter::FollowJointLetter,
        send_joint_letter::SendJointLetter, set_transfer_route::SetTransferRoute,
    },
    web::routes::Routes,
};

mod answers_view;
mod desk_view;
pub mod json;
mod letter_view;
mod letters;
mod page;
mod provider_view;
mod read;
mod rules;
mod rules_view;

/// The routes.
pub fn routes(routes: Routes) -> Routes {
    let routes = routes
        .get("/lmc/{lmc}/transfers", SeeAreaTransfers, page::desk)
        .get("/lmc/{lmc}/transfers/provider", SeeAreaTransfers, page::provider)
        .get("/lmc/{lmc}/transfers/letters/new", RunTransferDesk, letters::fresh)
        .form::<SendJointLetter, letters::LetterForm>("/lmc/{lmc}/transfers/letters")
        .get("/lmc/{lmc}/transfers/letters/{letter}", SeeAreaTransfers, letters::one)
        .form::<FollowJointLetter, letters::Came>("/lmc/{lmc}/transfers/letters/{letter}")
        .get("/lmc/{lmc}/transfers/rules", RunTransferDesk, rules::show)
        .form::<SetTransferRoute, rules::RouteForm>("/lmc/{lmc}/transfers/rules/route")
        .form::<AddLocalDuty, rules::DutyForm>("/lmc/{lmc}/transfers/rules/duty")
        .form::<AddGoodExample, rules::ExampleForm>("/lmc/{lmc}/transfers/rules/example");
    routes
        .get("/api/v1/areas/lmc/{lmc}/transfers", SeeAreaTransfers, json::desk)
        .api::<SendJointLetter, json::JointLetterOut>("/api/v1/areas/lmc/{lmc}/joint-letters")
        .api::<FollowJointLetter, json::JointLetterOut>("/api/v1/areas/lmc/{lmc}/joint-letters/{letter}/events")
        .api::<SetTransferRoute, json::RulesOut>("/api/v1/areas/lmc/{lmc}/transfer-routes")
        .api::<AddLocalDuty, json::RulesOut>("/api/v1/areas/lmc/{lmc}/local-duties")
        .api::<AddGoodExample, json::RulesOut>("/api/v1/areas/lmc/{lmc}/good-examples")
}
