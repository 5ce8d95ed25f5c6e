//! The component's heap. It only ever gives: the next block is what lies behind the last one, and no block is taken back by itself, but for the
//! end of the last one where it is made shorter. All are, behind each command, or behind a portion of one (`flows/portion.rs`).
//!
//! So most of what the compiler writes for the end of values falls away, a sixth of the code
//! (`docs/decisions/0013-the-heap-begins-anew.md`).

use core::alloc::{GlobalAlloc, Layout};
use core::arch::wasm32::{memory_grow, memory_size, unreachable};
use core::cell::Cell;
use core::ptr::with_exposed_provenance_mut;

/// Bytes of the heap in initial memory: enough for nearly all commands, so that a fresh instance need not grow any, which costs
/// as much as a third of a command. What of it is not written to costs nothing.
const FIRST: usize = 112 * 1024;

/// Blocks begin and end at multiples of it, unless they ask for more.
const STEP: usize = 8;

/// Bytes of a page of linear memory.
const PAGE: usize = 65_536;

/// Memory that is aligned as any block may have to be.
#[repr(align(16))]
struct Arena<const BYTES: usize>([u8; BYTES]);

static mut ARENA: Arena<FIRST> = Arena([0; FIRST]);

/// Addresses; 0 before the first block, and behind each command.
struct Heap {
    /// Where the next block may begin.
    next: Cell<usize>,
    /// Where memory ends that blocks may lie in.
    end: Cell<usize>,
    /// Where the memory begins that was grown.
    grown: Cell<usize>,
}

/// Up to where the heap was used.
#[derive(Clone, Copy)]
pub(crate) struct Mark {
    next: usize,
    end: usize,
}

// SAFETY: a component has one thread.
#[expect(unsafe_code, reason = "an allocator is a static")]
unsafe impl Sync for Heap {}

impl Heap {
    /// The part in initial memory comes first.
    fn begin(&self) {
        let first = (&raw mut ARENA).expose_provenance();
        self.next.set(first);
        self.end.set(first.wrapping_add(FIRST));
    }

    /// A block in memory that was grown, now or by an earlier command. Where there is no more, the command traps: whoever asked for
    /// the block could do nothing else, and need not look.
    #[cold]
    #[inline(never)]
    fn beyond(&self, layout: Layout) -> *mut u8 {
        let all = || memory_size::<0>().wrapping_mul(PAGE);
        if self.grown.get() == 0 {
            self.grown.set(all());
        }
        let from = self.next.get().max(self.grown.get());
        let begin = from.next_multiple_of(layout.align());
        let Some(next) = begin.checked_add(layout.size()) else {
            unreachable()
        };
        let missing = next.saturating_sub(all()).div_ceil(PAGE);
        if missing > 0 && memory_grow::<0>(missing) == usize::MAX {
            unreachable();
        }
        self.end.set(all());
        self.next.set(next.next_multiple_of(STEP));
        with_exposed_provenance_mut(begin.max(STEP))
    }
}

// SAFETY: each block lies behind all others that are in use, within memory that nobody else uses.
#[expect(unsafe_code, reason = "an allocator hands out raw memory")]
unsafe impl GlobalAlloc for Heap {
    #[inline(never)]
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        if self.next.get() == 0 {
            self.begin();
        }
        let begin = self.next.get().next_multiple_of(layout.align());
        let next = begin.wrapping_add(layout.size().next_multiple_of(STEP));
        if next > self.end.get() {
            return self.beyond(layout);
        }
        self.next.set(next);
        // Which no block begins below; by it the compiler knows that there is one, and leaves some thousand bytes of checks out.
        with_exposed_provenance_mut(begin.max(STEP))
    }

    #[inline]
    unsafe fn dealloc(&self, _: *mut u8, _: Layout) {}

    #[inline(never)]
    unsafe fn realloc(&self, block: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        let held = layout.size().next_multiple_of(STEP);
        let begin = block.addr();
        // The last block grows and shrinks where it is.
        if begin.wrapping_add(held) == self.next.get() {
            let next = begin.wrapping_add(size.next_multiple_of(STEP));
            if next <= self.end.get() {
                self.next.set(next);
                return block;
            }
        }
        if size <= held {
            return block;
        }
        // SAFETY: the caller's contract: the size is within bounds and the alignment is the old one; the two blocks are apart,
        // each at least as long as what is copied.
        unsafe {
            let new = self.alloc(Layout::from_size_align_unchecked(size, layout.align()));
            core::ptr::copy_nonoverlapping(block, new, layout.size());
            new
        }
    }
}

#[global_allocator]
static HEAP: Heap = Heap {
    next: Cell::new(0),
    end: Cell::new(0),
    grown: Cell::new(0),
};

/// Up to where the heap is used.
pub(crate) fn mark() -> Mark {
    Mark {
        next: HEAP.next.get(),
        end: HEAP.end.get(),
    }
}

/// Takes back all blocks that were given since.
///
/// # Safety
/// None of them is used from here on.
#[expect(unsafe_code, reason = "blocks are taken back")]
pub(crate) unsafe fn take_back(since: Mark) {
    HEAP.next.set(since.next);
    HEAP.end.set(since.end);
}

/// A function's answer is written, and nothing else of the command is needed any more: the heap begins anew with the next block, which
/// is one of the next command's. Until then the host reads the answer where it is. So no function need be called behind it, of
/// which an instance would look up one for each function of the interface.
///
/// No static of this crate holds a block of the heap across commands.
pub(crate) fn begin_anew() {
    HEAP.next.set(0);
}
