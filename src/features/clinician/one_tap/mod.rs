//! Secret addresses that count one contact a request: a clinician makes and ends their own, and what is sent to one.

use axum::http::Method;

use crate::{domain::access::KeepTapAddresses, web::routes::Routes};

mod page;
mod press;
mod press_view;
mod view;

pub fn routes(routes: Routes) -> Routes {
    routes
        .get("/practices/{ods}/clinicians/{clinician}/addresses", KeepTapAddresses, page::show)
        .post("/practices/{ods}/clinicians/{clinician}/addresses", KeepTapAddresses, page::make)
        .post("/practices/{ods}/clinicians/{clinician}/addresses/{address}/end", KeepTapAddresses, page::end)
        .public(Method::GET, "/tap/{secret}", press::show)
        .public(Method::POST, "/tap/{secret}", press::press)
        .public(Method::POST, "/tap/{secret}/undo", press::undo)
}
