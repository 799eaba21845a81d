//! The attacker that must fail: T1 to T9 of the disclosure method (method 2).
//!
//! A program of its own: what is public of the method (the factors of the noise's memory, its spread, the top-code, the
//! display) is written here a second time, in floating point, from the method's description; nothing of it comes from the
//! release code, which is only the thing under attack. Everything is deterministic. Figures are printed beside their targets:
//! `cargo test --test it attack:: -- --nocapture`. `HEADROOM_ATTACKS=500` asks for more hierarchies than 25.
//!
//! | target | where |
//! |---|---|
//! | T1 bounds by linear programs | `bounds` |
//! | T2 rank: what combinations of areas isolate | `rank` |
//! | T3 repeat | `served`, `side_channels` |
//! | T5 sybils, T7 side channels | `side_channels`, `closed_registers` |
//! | T4 an insider, all series together | `insider`, `displayed` |
//! | T6 homogeneous ICBs, T8 honesty of ranges and words, and what they cost a reader | `honesty` |
//! | T9 the same attacks on methods that must not hold | `controls`, and beside each |

mod bounds;
mod controls;
mod dice;
mod displayed;
mod honesty;
mod insider;
mod method;
mod rank;
mod served;
mod simplex;
mod world;

/// Hierarchies of the short form.
const HIERARCHIES: u32 = 25;

/// How many hierarchies to invent.
fn hierarchies() -> u32 {
    std::env::var_os("HEADROOM_ATTACKS").map_or(HIERARCHIES, |text| text.into_string().unwrap().parse().unwrap())
}
