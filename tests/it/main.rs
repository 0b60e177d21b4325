//! Tests of the whole.

mod checks;
mod common;
mod support;
