//! How bytes are compared: every key of a map that is text asks for it. The compiler's own for this target takes one byte a
//! turn, and keys of one kind begin alike.

/// As C's `memcmp`, which the compiler calls for slices and texts.
///
/// # Safety
/// Both blocks have `count` bytes.
#[expect(
    unsafe_code,
    reason = "the compiler calls it with raw pointers by this name"
)]
#[inline(never)]
#[unsafe(no_mangle)]
unsafe extern "C" fn memcmp(a: *const u8, b: *const u8, count: usize) -> i32 {
    // SAFETY: by the contract both blocks have `count` bytes, and each step looks at places before that.
    unsafe {
        let word = |block: *const u8, place: usize| block.add(place).cast::<u64>().read_unaligned();
        if count >= 8 {
            let mut place = 0;
            let last = count - 8;
            loop {
                let (x, y) = (word(a, place), word(b, place));
                if x != y {
                    return order(x, y);
                }
                if place == last {
                    return 0;
                }
                // The last word may cover bytes that were found equal, which changes nothing.
                place = (place + 8).min(last);
            }
        }
        let mut place = 0;
        while place < count {
            let (x, y) = (a.add(place).read(), b.add(place).read());
            if x != y {
                return i32::from(x) - i32::from(y);
            }
            place += 1;
        }
        0
    }
}

/// As C's `bcmp`, which the compiler calls where it only matters whether they differ.
///
/// # Safety
/// As of [`memcmp`].
#[expect(
    unsafe_code,
    reason = "the compiler calls it with raw pointers by this name"
)]
#[unsafe(no_mangle)]
unsafe extern "C" fn bcmp(a: *const u8, b: *const u8, count: usize) -> i32 {
    // SAFETY: the same contract.
    unsafe { memcmp(a, b, count) }
}

/// Which of two different words, as they lie in memory, has the smaller byte where they differ first.
fn order(x: u64, y: u64) -> i32 {
    let place = (x ^ y).trailing_zeros() & 56;
    let byte = |word: u64| {
        let [byte, ..] = (word >> place).to_le_bytes();
        i32::from(byte)
    };
    byte(x) - byte(y)
}
