//! Pages read by a real parser.

use uuid::Uuid;

use super::second_factor_view::{self as view, Offer};
use crate::{
    error::FieldError,
    ui::sheet::tests::{holds, read, texts},
};

#[test]
fn an_app_is_offered_as_a_picture_and_as_a_key_and_codes_are_shown_whole() {
    let errors = [FieldError::new("code", "Not now")];
    let offer = Offer {
        id: Uuid::nil(),
        address: "otpauth://totp/Headroom:a%40b.uk?secret=ABCD&issuer=Headroom",
        typed: "ABCD EFGH",
        has_one: true,
        is_needed: true,
        has_password: true,
        errors: &errors,
    };
    let sheet = view::offer(&offer);
    holds(&sheet);
    let page = read(&sheet);
    assert_eq!(texts(&page, "#authenticator-key"), ["ABCD EFGH"]);
    assert_eq!(texts(&page, "svg.hr-qr").len(), 1);
    let page = read(&view::confirmed(&["AAAA-BBBB".to_owned(), "CCCC-DDDD".to_owned()]));
    assert_eq!(texts(&page, "#recovery-codes"), ["AAAA-BBBB\nCCCC-DDDD"]);
}
