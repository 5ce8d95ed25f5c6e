//! A draw that anybody can repeat.
//!
//! Before the campaign ends, the merchant publishes the SHA-256 of a seed of 32 bytes. Afterwards it publishes the seed
//! and the list of participants. Then
//!
//! 1. each participant, once however often it is listed, gets the SHA-256 of the seed followed by the participant's id
//!    in UTF-8;
//! 2. participants are ordered by these 32 bytes, the smallest first, and by the ids' bytes where they are equal;
//! 3. the first n have won, in this order; the next m are reserves, who follow in this order where a winner drops out.
//!
//! The list's own order has no say, and nobody's place depends on who else is on it but by being pushed back.

use sha2::{Digest, Sha256};
use std::collections::BinaryHeap;

/// What a draw depends on besides the list.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Seed([u8; 32]);

/// What is published of a seed in advance: its SHA-256.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Commitment(pub [u8; 32]);

/// Those who were drawn, by their places in the list; the first of those that are equal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Drawn {
    /// Winners, the first prize first.
    pub winners: Vec<usize>,
    /// Reserves, in the order in which they follow.
    pub reserves: Vec<usize>,
}

impl Seed {
    /// Takes 32 bytes that nobody can guess.
    #[must_use]
    pub fn new(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// Takes 64 hexadecimal digits of either case.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        bytes(text).map(Self)
    }

    /// What is published in advance.
    #[must_use]
    pub fn commitment(&self) -> Commitment {
        Commitment(Sha256::digest(self.0).into())
    }
}

impl std::fmt::Debug for Seed {
    /// A seed is secret until the campaign has ended.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Seed(…)")
    }
}

impl Commitment {
    /// Takes 64 hexadecimal digits of either case.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        bytes(text).map(Self)
    }

    /// 64 hexadecimal digits, small letters.
    #[must_use]
    pub fn text(&self) -> String {
        let mut text = String::with_capacity(64);
        for byte in self.0 {
            for digit in [byte >> 4, byte & 15] {
                text.extend(char::from_digit(u32::from(digit), 16));
            }
        }
        text
    }

    /// Whether it is this seed's.
    #[must_use]
    pub fn is_of(&self, seed: &Seed) -> bool {
        seed.commitment() == *self
    }
}

/// Draws winners and reserves; fewer where the list is shorter. A participant who is listed twice is drawn once.
#[must_use]
pub fn draw(seed: &Seed, participants: &[&str], winners: usize, reserves: usize) -> Drawn {
    let tickets: Vec<([u8; 32], &str, usize)> = participants
        .iter()
        .enumerate()
        .map(|(place, id)| {
            let ticket = Sha256::new_with_prefix(seed.0).chain_update(id.as_bytes());
            (ticket.finalize().into(), *id, place)
        })
        .collect();
    // A heap sorts as well as anything, in a fraction of the code.
    let mut order = BinaryHeap::from(tickets).into_sorted_vec();
    order.dedup_by_key(|(_, id, _)| *id);
    let mut places = order.into_iter().map(|(_, _, place)| place);
    Drawn {
        winners: places.by_ref().take(winners).collect(),
        reserves: places.take(reserves).collect(),
    }
}

fn bytes(text: &str) -> Option<[u8; 32]> {
    let mut bytes = [0; 32];
    if text.len() != 64 {
        return None;
    }
    for (byte, digits) in bytes.iter_mut().zip(text.as_bytes().chunks_exact(2)) {
        for digit in digits {
            let digit = u8::try_from(char::from(*digit).to_digit(16)?).ok()?;
            *byte = *byte << 4 | digit;
        }
    }
    Some(bytes)
}
