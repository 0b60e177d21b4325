//! The language of the business rules engine: which events a rule is about, and what its actions say of them.
//!
//! The subject is an event exactly as it is sent, so that whoever has received one can tell what a rule would
//! have done. A [`Path`] reaches values of the event, a [`Condition`] decides about them, a [`Template`] puts
//! them into a text. All three come from a client and are judged by us, unattended: what is too long, too
//! deep or too many is refused when it is read, so that holding, explaining and rendering never fail and end
//! soon whatever the event is.

mod action;
mod compare;
mod condition;
mod explain;
mod operator;
mod path;
mod rule;
mod template;

pub use action::{Action, ActionKind};
pub use condition::Condition;
pub use explain::Explanation;
pub use operator::Operator;
pub use path::{Path, PathError};
pub use rule::{Activator, Definition, Rule};
pub use template::{Template, TemplateError};

#[cfg(test)]
mod tests;
