//! The words with which an LMC invites a practice, to be pasted into its own mail.

/// What an office can send.
pub fn text(lmc: &str) -> String {
    format!(
        "{lmc} uses Headroom to see across its area what practices have paused and how much safe capacity is left. Your \
         practice can record this for itself, and decides on the page “Who sees this” whether {lmc} sees it. We see nothing \
         of a practice that does not share, and never a clinician’s figures; you can stop sharing at any time."
    )
}
