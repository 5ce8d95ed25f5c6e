//! Packs a text for `src/packed.rs`, which says what the bytes mean.

use std::collections::BTreeMap;

/// The fewest bytes that are worth a copy.
const FEWEST: usize = 4;

/// The most that one copy has.
const MOST: usize = 127 + FEWEST;

/// Places that are tried for a copy, at most.
const TRIES: usize = 500;

/// The packed text.
pub(crate) fn pack(text: &[u8]) -> Vec<u8> {
    let mut packed = Vec::new();
    let mut literals: Vec<u8> = Vec::new();
    let mut seen: BTreeMap<&[u8], Vec<usize>> = BTreeMap::new();
    let mut place = 0;
    while let Some(rest) = text.get(place..).filter(|rest| !rest.is_empty()) {
        let known = rest.get(..FEWEST).and_then(|head| seen.get(head));
        let tries = known.into_iter().flatten().rev().take(TRIES);
        let found = tries
            .filter(|start| place - **start <= usize::from(u16::MAX))
            .map(|start| (common(text.get(*start..).unwrap_or_default(), rest), *start))
            .max_by_key(|(length, start)| (*length, *start));
        let length = match found {
            Some((length, start)) => {
                write(&mut packed, &mut literals);
                let back = u16::try_from(place - start).unwrap_or(0);
                packed.push(u8::try_from(length - FEWEST + 128).unwrap_or(128));
                packed.extend(back.to_le_bytes());
                length
            }
            None => {
                literals.extend(rest.first());
                1
            }
        };
        for at in place..place + length {
            if let Some(head) = text.get(at..at + FEWEST) {
                seen.entry(head).or_default().push(at);
            }
        }
        place += length;
    }
    write(&mut packed, &mut literals);
    packed
}

/// How many bytes two texts have in common at their beginning, as far as a copy goes.
fn common(a: &[u8], b: &[u8]) -> usize {
    let same = a.iter().zip(b).take(MOST).take_while(|(a, b)| a == b);
    same.count()
}

fn write(packed: &mut Vec<u8>, literals: &mut Vec<u8>) {
    for run in literals.chunks(128) {
        packed.push(u8::try_from(run.len() - 1).unwrap_or(0));
        packed.extend(run);
    }
    literals.clear();
}
