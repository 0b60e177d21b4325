//! What screening found, what of it operators set aside, and the lists it rests on.

mod exceptions;
mod hits;
mod lists;

pub use cotejo_providers::screening::Hit;
pub use exceptions::ExceptionBody;
pub use hits::HitBody;
pub use lists::ListBody;
