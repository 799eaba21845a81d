//! Where the newest event of every audit chain goes once a day: to a folder, to somebody by mail, or both.

use std::path::PathBuf;

use super::{bad_setting::BadSetting, mail::Mail};

/// Flags of the daily anchor.
#[derive(Debug, Clone, Default, clap::Args)]
pub struct AnchorOptions {
    /// Folder in which, once a day, a file with the newest event of every audit chain is put; keep it where whoever runs
    /// Headroom cannot change it
    #[arg(long, env = "HEADROOM_ANCHOR_FOLDER", value_name = "FOLDER", global = true)]
    pub anchor_folder: Option<PathBuf>,
    /// Mail address to which the same is sent once a day; needs --smtp
    #[arg(long, env = "HEADROOM_ANCHOR_MAIL", value_name = "ADDRESS", global = true)]
    pub anchor_mail: Option<String>,
}

impl AnchorOptions {
    /// What flags and the environment leave open is taken from the file.
    pub(super) fn or(self, file: Self) -> Self {
        Self {
            anchor_folder: self.anchor_folder.or(file.anchor_folder),
            anchor_mail: self.anchor_mail.or(file.anchor_mail),
        }
    }
}

/// Where the daily anchor goes.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AnchorSettings {
    /// To a folder.
    pub folder: Option<PathBuf>,
    /// To somebody by mail.
    pub mail: Option<String>,
}

/// Checks them.
///
/// # Errors
/// [`BadSetting`] where the address is none, or no mail can be sent.
pub(super) fn read(said: AnchorOptions, server: Option<&Mail>) -> Result<AnchorSettings, BadSetting> {
    let AnchorOptions { anchor_folder: folder, anchor_mail: mail } = said;
    let mail = mail.filter(|address| !address.is_empty());
    if let Some(address) = &mail {
        let bad = |why| Err(BadSetting::Value { name: "--anchor-mail", value: address.clone(), why });
        let is_one = address.split_once('@').is_some_and(|(name, at)| !name.is_empty() && at.contains('.'))
            && !address.contains(|sign: char| sign.is_whitespace() || sign.is_control() || sign == ',');
        if !is_one {
            return bad("write one mail address, such as anchors@example.org");
        }
        if server.is_none() {
            return bad("name the mail server too, with --smtp");
        }
    }
    Ok(AnchorSettings { folder, mail })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_needs_a_server_and_is_one() {
        let server = Mail {
            url: String::new(),
            host: "localhost".to_owned(),
            wrapped: false,
            from: "a@example.org".to_owned(),
            certificate: None,
        };
        let to = |address: &str, server| {
            let said = AnchorOptions { anchor_mail: Some(address.to_owned()), ..AnchorOptions::default() };
            read(said, server).map_err(|bad| bad.to_string())
        };
        assert_eq!(to("anchors@example.org", Some(&server)).unwrap().mail.as_deref(), Some("anchors@example.org"));
        assert!(to("anchors@example.org", None).unwrap_err().contains("--smtp"));
        for wrong in ["anchors", "@example.org", "a@example.org, b@example.org", "a@example.org\nBcc: x@example.org"] {
            assert!(to(wrong, Some(&server)).is_err(), "{wrong}");
        }
        assert_eq!(to("", None).unwrap(), AnchorSettings::default());
    }
}
