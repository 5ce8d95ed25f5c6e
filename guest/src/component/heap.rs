//! The component's heap. Small blocks, which is nearly all of them, come from lists by size in a few steps: in the
//! sandbox each call and each loop is metered, and a general allocator has many. Larger blocks come from one.

use core::alloc::{GlobalAlloc, Layout};
use core::cell::{Cell, UnsafeCell};
use core::ptr::{NonNull, null_mut};
use talc::source::Source;

/// Bytes of the first parts of the heap, for small blocks and for large ones: enough for nearly all commands. They lie in
/// initial memory, so that a fresh instance need not grow any, which costs as much as a third of a command. What of them
/// is not written to costs nothing.
const FIRST_SMALL: usize = 64 * 1024;
const FIRST_LARGE: usize = 48 * 1024;

/// Bytes of the part for large blocks that are given at first: as many as usual commands need, since the allocator writes to
/// the end of what it gets.
const GIVEN_FIRST: usize = 24 * 1024;

/// Bytes by which small blocks differ, and their alignment.
const STEP: usize = 16;

/// Bytes of the largest small block.
const SMALL_MAX: usize = 512;

/// Bytes that are taken from the general allocator to be cut into small blocks when the first part is used up.
const CHUNK: usize = 4 * 1024;

/// Memory that is aligned as small blocks are.
#[repr(align(16))]
struct Arena<const BYTES: usize>([u8; BYTES]);

static mut FOR_SMALL: Arena<FIRST_SMALL> = Arena([0; FIRST_SMALL]);
static mut FOR_LARGE: Arena<FIRST_LARGE> = Arena([0; FIRST_LARGE]);

/// Gives its arena first, and grows memory when that is used up.
#[derive(Debug)]
struct ArenaThenGrow {
    /// Bytes of the arena that it has given.
    given: usize,
}

// SAFETY: it allocates nothing itself; the arena is handed over once and named nowhere else.
#[expect(unsafe_code, reason = "an allocator hands out raw memory")]
unsafe impl Source for ArenaThenGrow {
    fn acquire<B: talc::base::binning::Binning>(
        talc: &mut talc::base::Talc<Self, B>,
        layout: Layout,
    ) -> Result<(), ()> {
        let given = talc.source.given;
        let (base, size) = if given < FIRST_LARGE {
            let end = if given == 0 { GIVEN_FIRST } else { FIRST_LARGE };
            talc.source.given = end;
            let arena = (&raw mut FOR_LARGE).cast::<u8>();
            (arena.wrapping_add(given), end - given)
        } else {
            let wanted = layout
                .size()
                .saturating_add(layout.align())
                .saturating_add(4_096);
            HEAP.grown.take(wanted).ok_or(())?
        };
        // SAFETY: the arena is given once, and grown memory is taken once; nobody else uses either.
        unsafe { talc.claim(base, size) }.map(|_| ()).ok_or(())
    }
}

/// Bytes of a page of linear memory.
const PAGE: usize = 65_536;

/// The memory beyond the initial one. It stays when the heap begins anew, and is taken again.
struct Grown {
    /// Where it begins; 0 before the first growth.
    begin: Cell<usize>,
    /// Up to where it has been taken since the heap began.
    taken: Cell<usize>,
}

impl Grown {
    /// At least so many bytes that nobody has, all that there are; none if there is no memory.
    fn take(&self, wanted: usize) -> Option<(*mut u8, usize)> {
        let end = || core::arch::wasm32::memory_size::<0>().wrapping_mul(PAGE);
        if self.begin.get() == 0 {
            self.begin.set(end());
            self.taken.set(end());
        }
        let missing = wanted.saturating_sub(end().wrapping_sub(self.taken.get()));
        if missing > 0 && core::arch::wasm32::memory_grow::<0>(missing.div_ceil(PAGE)) == usize::MAX
        {
            return None;
        }
        let base = self.taken.replace(end());
        let block = core::ptr::with_exposed_provenance_mut(base);
        Some((block, end().wrapping_sub(base)))
    }
}

/// A free small block; it begins with the next one of its size.
struct Free {
    next: Option<NonNull<Free>>,
}

/// The free small blocks.
struct Small {
    /// By size in steps, from 0.
    lists: [Option<NonNull<Free>>; SMALL_MAX / STEP + 1],
    /// The chunk that is being cut, from its end down; the first one is an arena.
    chunk: *mut u8,
    left: usize,
}

impl Small {
    /// Nothing is cut yet.
    const fn begin() -> Self {
        Self {
            lists: [None; SMALL_MAX / STEP + 1],
            chunk: (&raw mut FOR_SMALL).cast(),
            left: FIRST_SMALL,
        }
    }
}

type Large = talc::cell::TalcSyncCell<ArenaThenGrow, talc::wasm::WasmBinning>;

/// A general allocator that has taken nothing yet.
const fn large() -> Large {
    Large::new_wasm(ArenaThenGrow { given: 0 })
}

struct Heap {
    small: UnsafeCell<Small>,
    large: UnsafeCell<Large>,
    grown: Grown,
}

// SAFETY: a component has one thread.
#[expect(unsafe_code, reason = "an allocator is a static")]
unsafe impl Sync for Heap {}

/// Whether blocks of this layout are small.
fn is_small(layout: Layout) -> bool {
    layout.size() <= SMALL_MAX && layout.align() <= STEP
}

/// Which list blocks of so many bytes are in.
fn list_of(size: usize) -> usize {
    size.div_ceil(STEP)
}

impl Heap {
    /// The allocator of large blocks.
    #[expect(unsafe_code, reason = "the heap can begin anew")]
    fn large(&self) -> &Large {
        // SAFETY: there is one thread, and the heap begins anew while nothing of it is in use.
        unsafe { &*self.large.get() }
    }

    /// Begins anew: every block is free again, whoever had it.
    ///
    /// # Safety
    /// No block is used from here on that was allocated before.
    #[expect(unsafe_code, reason = "all blocks are taken back")]
    unsafe fn begin_anew(&self) {
        // SAFETY: there is one thread, and no reference to either is alive.
        unsafe {
            *self.small.get() = Small::begin();
            *self.large.get() = large();
        }
        self.grown.taken.set(self.grown.begin.get());
    }

    /// Cuts a block for a list that has none.
    #[inline]
    #[expect(unsafe_code, reason = "an allocator hands out raw memory")]
    fn cut(&self, list: usize) -> *mut u8 {
        let size = list.wrapping_mul(STEP);
        // SAFETY: there is one thread, and no other reference to the lists is alive in this function.
        let small = unsafe { &mut *self.small.get() };
        if small.left < size && !self.refill(small) {
            return null_mut();
        }
        small.left -= size;
        small.chunk.wrapping_add(small.left)
    }

    /// Takes another chunk to cut; false if there is no memory.
    #[cold]
    #[inline(never)]
    #[expect(unsafe_code, reason = "an allocator hands out raw memory")]
    fn refill(&self, small: &mut Small) -> bool {
        // What is left becomes a block of its own size; it is a multiple of the step.
        if let Some(block) = NonNull::new(small.chunk.cast::<Free>())
            && let Some(head) = small.lists.get_mut(small.left / STEP)
            && small.left > 0
        {
            // SAFETY: the rest of a chunk is at least one step long, aligned to it, and in no list.
            unsafe { block.write(Free { next: *head }) };
            *head = Some(block);
        }
        // SAFETY: the layout isn't empty.
        small.chunk = unsafe {
            let layout = Layout::from_size_align_unchecked(CHUNK, STEP);
            self.large().alloc(layout)
        };
        small.left = if small.chunk.is_null() { 0 } else { CHUNK };
        small.left > 0
    }
}

// SAFETY: a small block is cut once and is in a list or in use, never both; all others are the general allocator's.
// Which of the two a block is from follows from its layout.
#[expect(unsafe_code, reason = "an allocator hands out raw memory")]
unsafe impl GlobalAlloc for Heap {
    #[inline(never)]
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        if !is_small(layout) {
            // SAFETY: the caller's contract.
            return unsafe { self.large().alloc(layout) };
        }
        let list = list_of(layout.size());
        // SAFETY: there is one thread, and the reference ends here.
        let head = unsafe { (*self.small.get()).lists.get_mut(list) };
        match head {
            Some(head @ Some(_)) => {
                let block = head.map_or(null_mut(), NonNull::as_ptr);
                // SAFETY: a block in a list is free and begins with the next.
                *head = unsafe { (*block).next };
                block.cast()
            }
            _ => self.cut(list),
        }
    }

    #[inline(never)]
    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        if !is_small(layout) {
            // SAFETY: the caller's contract.
            return unsafe { self.large().dealloc(block, layout) };
        }
        // SAFETY: there is one thread, and the reference ends here.
        let head = unsafe { (*self.small.get()).lists.get_mut(list_of(layout.size())) };
        if let (Some(head), Some(block)) = (head, NonNull::new(block.cast::<Free>())) {
            // SAFETY: the block is the caller's to give, at least one step long and aligned to it.
            unsafe { block.write(Free { next: *head }) };
            *head = Some(block);
        }
    }

    #[inline(never)]
    unsafe fn realloc(&self, block: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        // SAFETY: the caller's contract: the size is within bounds and the alignment is the old one.
        let wanted = unsafe { Layout::from_size_align_unchecked(size, layout.align()) };
        match (is_small(layout), is_small(wanted)) {
            (true, true) if list_of(layout.size()) == list_of(size) => block,
            // SAFETY: the caller's contract.
            (false, false) => unsafe { self.large().realloc(block, layout, size) },
            // SAFETY: the two blocks are apart, each at least as long as what is copied; the old one is the caller's to give.
            _ => unsafe {
                let new = self.alloc(wanted);
                if !new.is_null() {
                    core::ptr::copy_nonoverlapping(block, new, layout.size().min(size));
                    self.dealloc(block, layout);
                }
                new
            },
        }
    }
}

#[global_allocator]
static HEAP: Heap = Heap {
    small: UnsafeCell::new(Small::begin()),
    large: UnsafeCell::new(large()),
    grown: Grown {
        begin: Cell::new(0),
        taken: Cell::new(0),
    },
};

/// What the host calls when it has read a function's answer, whichever function it was: nothing of the command is needed
/// any more, so the heap begins anew. The build puts it in the place of the functions that would free one answer each
/// (`host-runner/build/module.rs`).
///
/// No static of this crate holds a block of the heap across commands.
#[expect(unsafe_code, reason = "an export by name; all blocks are taken back")]
#[unsafe(export_name = "after_any_answer")]
extern "C" fn after_any_answer(_answer: *mut u8) {
    // SAFETY: the host calls it last of all in a command.
    unsafe { HEAP.begin_anew() };
}
