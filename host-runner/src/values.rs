//! JSON in and out of a component's own types, by the mapping that [`call`](crate::call) describes.
//!
//! Reading is strict, because a request is somebody's order: an unknown field, a missing one, a wrong
//! type or a number out of range is refused by its JSON pointer, with what may stand there.

mod length;
mod read;
mod shape;
mod write;

pub(crate) use length::length;
pub use read::read;
pub use shape::Shape;
pub use write::write;
pub(crate) use write::write_payload;

/// JSON that doesn't fit a type, or a value that JSON can't hold.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{path}: {problem}")]
pub struct Mismatch {
    /// JSON pointer from the value that was given; empty for the whole of it.
    pub path: String,
    /// What is wrong there and what may stand there.
    pub problem: String,
}

/// Where a reader or writer stands, as a chain of the callers' frames: a pointer is only made when
/// something is wrong.
#[derive(Clone, Copy)]
enum Place<'a> {
    Whole,
    Field(&'a Place<'a>, &'a str),
    Item(&'a Place<'a>, usize),
}

impl Place<'_> {
    fn mismatch(&self, problem: String) -> Mismatch {
        let mut path = String::new();
        self.pointer(&mut path);
        Mismatch { path, problem }
    }

    fn pointer(&self, path: &mut String) {
        match self {
            Place::Whole => {}
            Place::Field(outer, name) => {
                outer.pointer(path);
                path.push('/');
                path.push_str(&name.replace('~', "~0").replace('/', "~1"));
            }
            Place::Item(outer, index) => {
                outer.pointer(path);
                path.push('/');
                path.push_str(&index.to_string());
            }
        }
    }
}
