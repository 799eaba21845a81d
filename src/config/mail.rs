//! How reminders are mailed: which server, as whom, and that nobody can read along.

use std::{fmt, path::PathBuf};

use super::bad_setting::BadSetting;

/// A mail server. Its address may hold a password, so it is never printed.
#[derive(Clone, PartialEq, Eq)]
pub struct Mail {
    /// As lettre reads it: `smtps://`, or `smtp://` with `tls=required`; without TLS only on this machine.
    pub url: String,
    /// Name of the server, which its certificate must bear.
    pub host: String,
    /// TLS from the first byte, instead of begun by a command.
    pub wrapped: bool,
    /// Sender.
    pub from: String,
    /// An authority beside the public ones.
    pub certificate: Option<PathBuf>,
}

impl fmt::Debug for Mail {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Mail").field("host", &self.host).field("from", &self.from).finish_non_exhaustive()
    }
}

impl Mail {
    /// Whether what is said to the server is encrypted.
    pub fn is_encrypted(&self) -> bool {
        self.wrapped || self.url.ends_with("tls=required")
    }
}

/// Puts the three settings together.
///
/// # Errors
/// [`BadSetting`] without the password.
pub(super) fn read(
    smtp: Option<String>,
    from: Option<String>,
    certificate: Option<PathBuf>,
) -> Result<Option<Mail>, BadSetting> {
    let Some(smtp) = smtp.filter(|url| !url.is_empty()) else {
        return match from {
            Some(from) => Err(BadSetting::Value {
                name: "--mail-from",
                value: from,
                why: "name the mail server too, with --smtp",
            }),
            None => Ok(None),
        };
    };
    let bad = |why| BadSetting::Value {
        name: "--smtp",
        // Whatever stands before an @ may be a password.
        value: smtp.rsplit('@').next().unwrap_or_default().to_owned(),
        why,
    };
    let (scheme, rest) = smtp.split_once("://").ok_or_else(|| bad("it must begin with smtp:// or smtps://"))?;
    let (place, plain) = match rest.split_once('?') {
        None => (rest, false),
        Some((place, "tls=none")) => (place, true),
        Some(_) => return Err(bad("after ? only tls=none can stand")),
    };
    let host = host(place).ok_or_else(|| bad("write a host name, and a port after a colon"))?;
    let url = match (scheme, plain) {
        ("smtps", false) => format!("smtps://{place}"),
        ("smtp", false) => format!("smtp://{place}?tls=required"),
        ("smtp", true) if is_here(&host) => format!("smtp://{place}"),
        ("smtp", true) => return Err(bad("without TLS only a server on this machine can be used")),
        _ => return Err(bad("it must begin with smtp:// or smtps://")),
    };
    Ok(Some(Mail {
        url,
        wrapped: scheme == "smtps",
        from: from.ok_or_else(|| bad("say who sends, with --mail-from"))?,
        certificate,
        host,
    }))
}

/// The host of `user:password@host:port`, if it is one.
fn host(place: &str) -> Option<String> {
    let place = place.rsplit('@').next()?.trim_end_matches('/');
    let (host, port) = match place.strip_prefix('[') {
        Some(six) => six.split_once(']')?,
        None => place.split_at(place.find(':').unwrap_or(place.len())),
    };
    let port_is_right = port.is_empty() || port.strip_prefix(':')?.parse::<u16>().is_ok_and(|n| n > 0);
    let named = !host.is_empty() && !host.contains(['/', ' ']);
    (named && port_is_right).then(|| host.to_owned())
}

fn is_here(host: &str) -> bool {
    matches!(host, "localhost" | "127.0.0.1" | "::1")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn from(url: &str) -> Result<Option<Mail>, String> {
        let from = Some("Headroom <headroom@example.org>".to_owned());
        read(Some(url.to_owned()), from, None).map_err(|bad| bad.to_string())
    }

    #[test]
    fn a_server_is_spoken_to_over_tls_unless_it_is_on_this_machine() {
        let mail = from("smtp://me:secret@relay.example.org:587").unwrap().unwrap();
        assert!(mail.is_encrypted() && mail.url.ends_with("?tls=required"));
        assert_eq!(mail.host, "relay.example.org");
        let mail = from("smtps://relay.example.org").unwrap().unwrap();
        assert!(mail.is_encrypted() && mail.wrapped);
        let mail = from("smtp://127.0.0.1:2525?tls=none").unwrap().unwrap();
        assert!(!mail.is_encrypted());
        assert!(!format!("{mail:?}").contains("2525"));
        assert!(from("smtp://relay.example.org?tls=none").unwrap_err().contains("this machine"));
    }

    #[test]
    fn what_cannot_be_used_is_named_without_the_password() {
        for bad in [
            "relay.example.org",
            "http://relay.example.org",
            "smtp://me:secret@:25",
            "smtp://me:secret@relay.example.org:port",
            "smtp://me:secret@relay.example.org?tls=maybe",
            "smtps://me:secret@relay.example.org?tls=none",
        ] {
            let says = from(bad).unwrap_err();
            assert!(says.contains("--smtp") && !says.contains("secret"), "{says}");
        }
        let no_sender = read(Some("smtps://relay.example.org".to_owned()), None, None);
        assert!(no_sender.unwrap_err().to_string().contains("--mail-from"));
        let no_server = read(None, Some("me@example.org".to_owned()), None);
        assert!(no_server.unwrap_err().to_string().contains("--smtp"));
        assert_eq!(read(None, None, None).unwrap(), None);
    }
}
