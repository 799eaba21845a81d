//! Whom somebody tells who found a weakness.

use super::bad_setting::BadSetting;

/// As RFC 9116 wants it: `mailto:` before an address, or a page under https.
///
/// # Errors
/// [`BadSetting`] where it is neither.
pub(super) fn read(said: Option<String>) -> Result<Option<String>, BadSetting> {
    let Some(said) = said else { return Ok(None) };
    let plain = !said.contains(|sign: char| sign.is_whitespace() || sign.is_control());
    let host = |rest: &str| rest.contains('.') && !rest.starts_with('.') && !rest.ends_with('.');
    let address = said.trim_start_matches("mailto:");
    let is_address =
        address.split_once('@').is_some_and(|(name, at)| !name.is_empty() && !at.contains('@') && host(at));
    let is_page = said.strip_prefix("https://").is_some_and(host);
    match (plain, is_page, is_address) {
        (true, true, _) => Ok(Some(said)),
        (true, _, true) => Ok(Some(format!("mailto:{address}"))),
        _ => Err(BadSetting::Value {
            name: "--security-contact",
            value: said,
            why: "write a mail address such as security@example.org, or a page that begins with https://",
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_or_a_page_is_taken_and_nothing_else() {
        let taken = |said: &str| read(Some(said.to_owned())).unwrap().unwrap();
        assert_eq!(taken("security@example.org"), "mailto:security@example.org");
        assert_eq!(taken("mailto:security@example.org"), "mailto:security@example.org");
        assert_eq!(taken("https://example.org/security"), "https://example.org/security");
        assert_eq!(read(None).unwrap(), None);
        for wrong in
            ["security", "@example.org", "a@b@example.org", "http://example.org", "a@example.org\nContact: x", ""]
        {
            let refused = read(Some(wrong.to_owned())).unwrap_err().to_string();
            assert!(refused.starts_with("--security-contact is") && refused.contains("mail address"), "{refused}");
        }
    }
}
