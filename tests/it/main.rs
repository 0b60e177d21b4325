//! Tests of the whole.
//!
//! The modules are marked as tests, because lints are kinder to those than to the helpers of a test binary.

#[cfg(test)]
mod account;
#[cfg(test)]
mod audit_program;
#[cfg(test)]
mod batches_survive;
#[cfg(test)]
mod checks;
#[cfg(test)]
mod common;
#[cfg(test)]
mod deliveries_survive;
#[cfg(test)]
mod engine;
#[cfg(test)]
mod functions;
#[cfg(test)]
mod identity;
#[cfg(test)]
mod openapi;
#[cfg(test)]
mod overrides_survive;
#[cfg(test)]
mod processes;
#[cfg(test)]
mod screening;
#[cfg(test)]
mod support;
#[cfg(test)]
mod transactions;
#[cfg(test)]
mod validations;
#[cfg(test)]
mod validations_survive;
