//! What the LMC says of transferred work in its area: whom to write to, what holds, where it was solved. One page, three forms.

use axum::{extract::State, response::Response};
use axum_extra::extract::Query;
use entity::ids::RowId;
use uuid::Uuid;

use super::{
    desk_view::base,
    rules_view::{self, RulesView, Which},
};
use crate::{
    domain::access::{LmcScope, Permit, RunTransferDesk},
    error::AppError,
    operations::{
        add_good_example::AddGoodExample, add_local_duty::AddLocalDuty, set_transfer_route::SetTransferRoute,
    },
    state::AppState,
    store::transfer_desk,
    ui::{filled::Filled, href::Href, sheet::Sheet},
    web::{caller::Caller, doors::FormPage, forms::SavedQuery, shell},
};

pub(super) async fn show(
    permit: Permit<RunTransferDesk>,
    caller: Caller,
    State(app): State<AppState>,
    Query(query): Query<SavedQuery>,
) -> Result<Response, AppError> {
    let filled = Filled::fresh([("valid_from", app.clock.today().to_string())]);
    let sheet = drawn(&app, permit.scope(), (None, &filled), query.saved.is_some()).await?;
    shell::show(&app, &caller, permit.scope(), sheet).await
}

async fn drawn(
    app: &AppState,
    scope: &LmcScope,
    (sent, filled): (Option<Which>, &Filled),
    saved: bool,
) -> Result<Sheet, AppError> {
    let at = app.db.read(scope);
    Ok(rules_view::page(&RulesView {
        lmc: scope.lmc(),
        book: &app.transfer_book_of_lmc(scope).await?,
        routes: &transfer_desk::routes(at).await?,
        duties: &transfer_desk::duties(at).await?,
        examples: &transfer_desk::examples(at).await?,
        today: app.clock.today(),
        sent,
        filled,
        fresh: [Uuid::now_v7(), Uuid::now_v7(), Uuid::now_v7()].map(|id| id.to_string()),
        saved,
    }))
}

fn after(scope: &LmcScope) -> Href {
    base(scope.lmc()).seg("rules").query("saved", 1)
}

macro_rules! form {
    ($name:ident, $operation:ident, $which:ident, $doc:literal) => {
        #[doc = $doc]
        #[derive(Debug)]
        pub(super) struct $name;

        impl FormPage<$operation> for $name {
            async fn page(app: &AppState, scope: &LmcScope, filled: &Filled) -> Result<Sheet, AppError> {
                drawn(app, scope, (Some(Which::$which), filled), false).await
            }

            fn after(scope: &LmcScope, _: &RowId) -> Href {
                after(scope)
            }
        }
    };
}

form!(RouteForm, SetTransferRoute, Route, "The page, when whom to write to cannot be taken.");
form!(DutyForm, AddLocalDuty, Duty, "The page, when a duty cannot be taken.");
form!(ExampleForm, AddGoodExample, Example, "The page, when an example cannot be taken.");
