//! Ports to the outside world and their implementations.
//!
//! A sandbox source is a product feature that stands behind the same port as a real one.

pub mod engines;
pub mod functions;
pub mod http;
pub mod identifier;
pub mod mail;
pub mod outbound;
pub mod phone;
pub mod port;
pub mod sandbox;
pub mod screening;
pub mod watchlist;
