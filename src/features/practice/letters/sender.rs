//! In whose name a letter goes out: the practice's own, or that of its network, which it then represents.

use super::write_view::Typed;
use crate::{
    domain::{identifier::RefusedText, letter::book::LetterKind, name::NetworkName},
    error::FieldError,
};

/// The network that was named; nothing where the practice writes for itself.
///
/// # Errors
/// What is wrong with the name, or that this letter is not written for a network.
pub(super) fn network(kind: &LetterKind, typed: &Typed) -> Result<Option<NetworkName>, FieldError> {
    match typed.get("network").trim() {
        "" => Ok(None),
        _ if !kind.may_be_for_network() => Err(FieldError::new("network", "This letter is not written for a network")),
        name => name.parse().map(Some).map_err(|refused: RefusedText| FieldError::new("network", refused.to_string())),
    }
}

/// "Wyre Valley Primary Care Network, represented by Alder Lane Surgery".
pub(super) fn represented(network: &NetworkName, practice: &str) -> String {
    let name = network.as_str();
    let lower = name.to_lowercase();
    let said = lower.contains("primary care network") || lower.split_whitespace().any(|word| word == "pcn");
    let kind = if said { "" } else { " Primary Care Network" };
    format!("{name}{kind}, represented by {practice}")
}

/// Figures of a practice in a letter for its network: no other practice's log is read.
pub(super) fn own_alone(figures: &str, practice: &str) -> String {
    format!(
        "{figures} These figures are those of {practice} alone; no other practice of the network is counted in them."
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_network_is_named_once_as_what_it_is() {
        let of = |name: &str| represented(&name.parse().unwrap(), "Alder Lane Surgery");
        assert_eq!(of("Wyre Valley"), "Wyre Valley Primary Care Network, represented by Alder Lane Surgery");
        assert_eq!(of("Wyre Valley PCN"), "Wyre Valley PCN, represented by Alder Lane Surgery");
        let whole = "Wyre Valley Primary care network";
        assert_eq!(of(whole), format!("{whole}, represented by Alder Lane Surgery"));
    }
}
