//! What leaves: the protected figures of ICBs, regions and England.

pub mod release;
