//! Putting a list in order.

use std::cmp::Ordering;
use std::collections::BTreeSet;

/// Sorts in place; equal items come in any order. A heap sort: the standard library's sorts are quicker on long lists
/// and take 10 to 30 KB of code for each type, and the lists here are short, many of them in order already.
pub fn sort_by<T>(items: &mut [T], order: impl Fn(&T, &T) -> Ordering) {
    if items.is_sorted_by(|a, b| order(a, b) != Ordering::Greater) {
        return;
    }
    let length = items.len();
    for root in (0..length / 2).rev() {
        sift(items, root, length, &order);
    }
    for end in (1..length).rev() {
        items.swap(0, end);
        sift(items, 0, end, &order);
    }
}

/// The items, each once. Collecting them would sort them first; see [`sort_by`].
pub fn set<T: Ord>(items: impl IntoIterator<Item = T>) -> BTreeSet<T> {
    let mut set = BTreeSet::new();
    set.extend(items);
    set
}

/// Moves the item at `root` down until none of the two below it is greater.
fn sift<T>(items: &mut [T], mut root: usize, end: usize, order: &impl Fn(&T, &T) -> Ordering) {
    let below = |items: &[T], a: usize, b: usize| match (items.get(a), items.get(b)) {
        (Some(a), Some(b)) => order(a, b) == Ordering::Less,
        _ => false,
    };
    loop {
        let left = root.saturating_mul(2).saturating_add(1);
        let right = left.saturating_add(1);
        if left >= end {
            return;
        }
        let greater = if right < end && below(items, left, right) {
            right
        } else {
            left
        };
        if !below(items, root, greater) {
            return;
        }
        items.swap(root, greater);
        root = greater;
    }
}

#[cfg(test)]
mod tests {
    use super::sort_by;

    #[test]
    fn sorts_lists_of_every_length() {
        for length in 0..200_u64 {
            let mut items: Vec<u64> = (0..length).map(|n| n * 7919 % 211).collect();
            sort_by(&mut items, u64::cmp);
            assert!(items.is_sorted(), "{items:?}");
        }
        let mut items = vec!["b", "c", "a"];
        sort_by(&mut items, |a, b| b.cmp(a));
        assert_eq!(items, ["c", "b", "a"]);
    }
}
