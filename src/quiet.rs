//! Runs code that may panic on damaged input, without a word on stderr.

use std::cell::Cell;
use std::panic::{self, AssertUnwindSafe};
use std::sync::Once;

thread_local! {
    static QUIET: Cell<bool> = const { Cell::new(false) };
}

static HOOK: Once = Once::new();

/// What `work` returns, or `None` where it panics.
///
/// The panic hook belongs to the whole process, so it is never swapped around the call: one hook is put in front of
/// the present one, once, and is silent only on a thread that is inside this function.
pub(crate) fn catch<T>(work: impl FnOnce() -> T) -> Option<T> {
    HOOK.call_once(|| {
        let present = panic::take_hook();
        panic::set_hook(Box::new(move |info| {
            if !QUIET.get() {
                present(info);
            }
        }));
    });
    let outer = QUIET.replace(true);
    let outcome = panic::catch_unwind(AssertUnwindSafe(work));
    QUIET.set(outer);
    outcome.ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_becomes_none_and_the_thread_speaks_again_afterwards() {
        assert_eq!(catch(|| 7), Some(7));
        assert_eq!(catch(|| -> u8 { panic!("damaged") }), None);
        assert!(!QUIET.get());
    }
}
