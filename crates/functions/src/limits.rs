//! What this process may take of the machine. The kernel enforces it, whatever the script makes of the interpreter.

use nix::{
    errno::Errno,
    sys::resource::{Resource, setrlimit},
};

/// Memory, in bytes of address space; the program itself is a tenth of it.
pub const MEMORY: u64 = 256 * 1024 * 1024;

/// Time of a processor, in seconds.
pub const SECONDS: u64 = 2;

/// Sets all limits, for good: what is set hard cannot be raised again.
///
/// # Errors
/// If the system refuses one; the script must not be run then.
pub fn set() -> Result<(), Errno> {
    // The signal that says why comes at the soft limit; at the hard one the process would just be killed.
    setrlimit(Resource::RLIMIT_CPU, SECONDS, SECONDS + 1)?;
    for (resource, most) in [
        (Resource::RLIMIT_AS, MEMORY),
        // The three that are open.
        (Resource::RLIMIT_NOFILE, 3),
        (Resource::RLIMIT_FSIZE, 0),
        // A picture of its memory would hold what it was given about a person.
        (Resource::RLIMIT_CORE, 0),
        // Neither threads nor processes.
        (Resource::RLIMIT_NPROC, 0),
    ] {
        setrlimit(resource, most, most)?;
    }
    Ok(())
}
