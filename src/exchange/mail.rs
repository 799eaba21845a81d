//! Mail over SMTP.
//!
//! A reminder says who is reminded of what by when, and never of which service or agreement: mail is read on shared screens
//! and kept by others.

use std::{error::Error, fs, time::Duration};

use chrono::{DateTime, Utc};
use lettre::{
    AsyncSmtpTransport, AsyncTransport, Message, Tokio1Executor,
    message::{
        Mailbox,
        header::{ContentType, Header, HeaderName, HeaderValue},
    },
    transport::smtp::client::{Certificate, Tls, TlsParameters},
};
use uuid::Uuid;

use crate::config::{BadSetting, Mail as Server};

/// How long a server may take for one command.
const PATIENCE: Duration = Duration::from_secs(20);

/// A mail server that is spoken to.
#[derive(Clone, Debug)]
pub struct Post {
    transport: AsyncSmtpTransport<Tokio1Executor>,
    from: Mailbox,
}

/// One mail.
#[derive(Debug, Clone)]
pub struct Mail<'a> {
    /// The same when it is sent again after a crash, so that a mail program can show it once.
    pub id: Uuid,
    /// Address of one person.
    pub to: &'a str,
    /// When it is sent.
    pub at: DateTime<Utc>,
    /// What it is called.
    pub subject: &'static str,
    /// What it says.
    pub text: String,
    /// The address that stops further mail, by a press there or by the mail program itself (RFC 8058); none where it is
    /// about somebody's account, which they cannot want to hear nothing of.
    pub stop: Option<&'a str>,
}

/// Why a mail was not taken.
#[derive(Debug, thiserror::Error)]
pub enum NotSent {
    /// This address cannot get mail; trying again is of no use.
    #[error("the mail server refuses the address")]
    Refused,
    /// The server cannot be reached, or does not want mail now.
    #[error("the mail server did not take it now: {0}")]
    Later(String),
}

/// Unsubscribing as mail programs offer it.
#[derive(Clone)]
struct Unsubscribe(String);
/// That a POST to that address is enough.
#[derive(Clone)]
struct UnsubscribePost(String);
/// That no person wrote it, so that no absence note answers.
#[derive(Clone)]
struct AutoSubmitted(String);

macro_rules! plain_header {
    ($type:ident, $name:literal) => {
        impl Header for $type {
            fn name() -> HeaderName {
                HeaderName::new_from_ascii_str($name)
            }
            fn parse(text: &str) -> Result<Self, Box<dyn Error + Send + Sync>> {
                Ok(Self(text.to_owned()))
            }
            fn display(&self) -> HeaderValue {
                HeaderValue::new(Self::name(), self.0.clone())
            }
        }
    };
}
plain_header!(Unsubscribe, "List-Unsubscribe");
plain_header!(UnsubscribePost, "List-Unsubscribe-Post");
plain_header!(AutoSubmitted, "Auto-Submitted");

impl Post {
    /// Prepares to speak to a server; speaks to nobody yet.
    ///
    /// # Errors
    /// [`BadSetting`] names what cannot be used.
    pub fn new(server: &Server) -> Result<Self, BadSetting> {
        let bad = |name, value: &str, why| BadSetting::Value { name, value: value.to_owned(), why };
        let from = server.from.parse().map_err(|_| {
            let why = "write an address, such as Headroom <headroom@example.org>";
            bad("--mail-from", &server.from, why)
        })?;
        let unusable = |_| bad("--smtp", &server.host, "the address cannot be used");
        let mut transport =
            AsyncSmtpTransport::<Tokio1Executor>::from_url(&server.url).map_err(unusable)?.timeout(Some(PATIENCE));
        if server.is_encrypted() {
            let tls = tls(server)?;
            transport = transport.tls(if server.wrapped { Tls::Wrapper(tls) } else { Tls::Required(tls) });
        }
        Ok(Self { transport: transport.build(), from })
    }

    /// Sends one mail; done when the server has taken it.
    ///
    /// # Errors
    /// [`NotSent`] says whether to try again.
    pub async fn send(&self, mail: &Mail<'_>) -> Result<(), NotSent> {
        let message = self.message(mail)?;
        match self.transport.send(message).await {
            Ok(_) => Ok(()),
            Err(error) => Err(match error.status() {
                // 55x is about this address or this mail; any other refusal, such as of our password, is about us.
                Some(code) if error.is_permanent() && code.to_string().starts_with("55") => NotSent::Refused,
                Some(code) => NotSent::Later(format!("it answered {code}")),
                None => NotSent::Later(error.to_string()),
            }),
        }
    }

    fn message(&self, mail: &Mail<'_>) -> Result<Message, NotSent> {
        let to: Mailbox = mail.to.parse().map_err(|_| NotSent::Refused)?;
        let mut message = Message::builder()
            .from(self.from.clone())
            .to(to)
            .subject(mail.subject)
            .date(mail.at.into())
            .message_id(Some(format!("<{}@headroom>", mail.id)));
        if let Some(stop) = mail.stop {
            message = message
                .header(Unsubscribe(format!("<{stop}>")))
                .header(UnsubscribePost("List-Unsubscribe=One-Click".to_owned()));
        }
        message
            .header(AutoSubmitted("auto-generated".to_owned()))
            .header(ContentType::TEXT_PLAIN)
            .body(mail.text.clone())
            .map_err(|error| NotSent::Later(error.to_string()))
    }
}

fn tls(server: &Server) -> Result<TlsParameters, BadSetting> {
    let mut tls = TlsParameters::builder(server.host.clone());
    if let Some(file) = &server.certificate {
        let bad = |why: String| BadSetting::File { file: file.display().to_string(), why };
        let pem = fs::read(file).map_err(|error| bad(error.to_string()))?;
        let certificate = Certificate::from_pem(&pem).map_err(|error| bad(error.to_string()))?;
        tls = tls.add_root_certificate(certificate);
    }
    tls.build().map_err(|_| BadSetting::Value {
        name: "--smtp",
        value: server.host.clone(),
        why: "no TLS connection can be prepared",
    })
}
