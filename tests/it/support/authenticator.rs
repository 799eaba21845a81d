//! An authenticator of software: makes passkeys and signs with them as `WebAuthn` has it, and lies where a test wants it to.

use aws_lc_rs::{
    rand::SystemRandom,
    signature::{ECDSA_P256_SHA256_ASN1_SIGNING, EcdsaKeyPair, KeyPair},
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

const PRESENT: u8 = 0x01;
const VERIFIED: u8 = 0x04;
const WITH_KEY: u8 = 0x40;

/// One passkey in its authenticator.
pub(crate) struct Authenticator {
    pub(crate) key: EcdsaKeyPair,
    pub(crate) id: [u8; 16],
    /// Counts up by itself where it is not nought.
    pub(crate) counter: u32,
    /// The page that it believes to be on.
    pub(crate) origin: &'static str,
    /// Whether it asks for a finger or a PIN.
    pub(crate) verifies: bool,
}

impl Authenticator {
    pub(crate) fn new() -> Self {
        Self {
            key: EcdsaKeyPair::generate(&ECDSA_P256_SHA256_ASN1_SIGNING).unwrap(),
            id: rand::random(),
            counter: 1,
            origin: "http://localhost:8025",
            verifies: true,
        }
    }

    /// Makes the passkey that a page asks for.
    pub(crate) fn make(&mut self, options: &Value) -> String {
        assert_eq!(options["authenticatorSelection"]["userVerification"], "required");
        let client = self.client("webauthn.create", options);
        let data = self.data(options["rp"]["id"].as_str().unwrap(), WITH_KEY);
        let point = self.key.public_key().as_ref();
        assert_eq!(point.len(), 65);
        // COSE: {1: 2, 3: -7, -1: 1, -2: x, -3: y}
        let mut key = vec![0xa5, 0x01, 0x02, 0x03, 0x26, 0x20, 0x01, 0x21, 0x58, 32];
        key.extend_from_slice(&point[1..33]);
        key.extend_from_slice(&[0x22, 0x58, 32]);
        key.extend_from_slice(&point[33..]);
        let data = [&data[..], &[0; 16], &[0, 16], &self.id, &key].concat();
        // CBOR: {"fmt": "none", "attStmt": {}, "authData": data}
        let mut attested = b"\xa3\x63fmt\x64none\x67attStmt\xa0\x68authData\x59".to_vec();
        attested.extend_from_slice(&u16::try_from(data.len()).unwrap().to_be_bytes());
        attested.extend_from_slice(&data);
        self.answer(&json!({
            "attestationObject": URL_SAFE_NO_PAD.encode(attested),
            "clientDataJSON": URL_SAFE_NO_PAD.encode(client),
        }))
    }

    /// Signs what a page asks for.
    pub(crate) fn show(&mut self, options: &Value) -> String {
        let client = self.client("webauthn.get", options);
        let data = self.data(options["rpId"].as_str().unwrap(), 0);
        let signed = [&data[..], &Sha256::digest(&client)].concat();
        let signature = self.key.sign(&SystemRandom::new(), &signed).unwrap();
        self.answer(&json!({
            "authenticatorData": URL_SAFE_NO_PAD.encode(&data),
            "clientDataJSON": URL_SAFE_NO_PAD.encode(client),
            "signature": URL_SAFE_NO_PAD.encode(signature.as_ref()),
            "userHandle": null,
        }))
    }

    fn client(&self, what: &str, options: &Value) -> String {
        json!({ "type": what, "challenge": options["challenge"], "origin": self.origin, "crossOrigin": false })
            .to_string()
    }

    fn data(&mut self, site: &str, more: u8) -> Vec<u8> {
        let verified = if self.verifies { VERIFIED } else { 0 };
        let data = [&Sha256::digest(site)[..], &[PRESENT | verified | more], &self.counter.to_be_bytes()].concat();
        if self.counter > 0 {
            self.counter += 1;
        }
        data
    }

    fn answer(&self, response: &Value) -> String {
        let id = URL_SAFE_NO_PAD.encode(self.id);
        json!({ "id": id, "rawId": id, "type": "public-key", "response": response, "extensions": {} }).to_string()
    }
}
