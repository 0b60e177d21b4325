//! The override of a process's status (seed 000; rulings on override).

use crate::fields::{FieldErrors, Fields};

use super::ending::ProcessStatus;

crate::text_enum! {
    /// Why a status is overridden.
    pub enum OverrideReason {
        /// The person is known to the client.
        RegularClient = "regular_client",
        /// The person is there, and it can be corroborated who it is.
        InPersonCustomer = "in_person_customer",
        /// The person has everything that is required.
        MeetsAllRequirements = "meets_all_requirements",
        /// The document is manipulated.
        ManipulatedDocument = "manipulated_document",
        /// The photo is manipulated.
        ManipulatedPhoto = "manipulated_photo",
        /// Reasons of the company's own.
        InternalReasons = "internal_reasons",
        /// Another one.
        Other = "Other",
    }
}

/// Longest description, in characters.
pub const LONGEST_DESCRIPTION: usize = 1000;

/// An override that is asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Override {
    /// What the status is to be; the opposite of what it is where it is not said.
    pub status: Option<ProcessStatus>,
    /// Why.
    pub reason: OverrideReason,
    /// Why, in words.
    pub description: String,
}

impl Override {
    /// Reads an override. `described` is whether the client wants it described.
    ///
    /// # Errors
    /// Every field that is missing or wrong; among them terms that are not accepted.
    pub fn parse(fields: &Fields, described: bool) -> Result<Self, FieldErrors> {
        let mut errors = FieldErrors::default();
        let known = [ProcessStatus::Success, ProcessStatus::Failure];
        let status = fields.one_of("status", &known, &mut errors);
        let reason = fields.required_one_of("reason", OverrideReason::ALL, &mut errors);
        let description = match fields.get("description").map(str::trim) {
            None | Some("") => {
                if described {
                    errors.push("description", "is required");
                }
                String::new()
            }
            Some(text) if text.chars().count() > LONGEST_DESCRIPTION => {
                errors.push(
                    "description",
                    format!("must have at most {LONGEST_DESCRIPTION} characters"),
                );
                String::new()
            }
            Some(text) => text.to_owned(),
        };
        let before = errors.0.len();
        if fields.boolean("accept_terms", &mut errors) != Some(true) && errors.0.len() == before {
            errors.push("accept_terms", "must be true: whoever overrides answers for it");
        }
        errors.into_result()?;
        Ok(Self {
            status,
            // It was there: nothing was wrong.
            reason: reason.unwrap_or(OverrideReason::Other),
            description,
        })
    }

    /// What the status becomes.
    ///
    /// # Errors
    /// If it is that already, or the process has not finished.
    pub fn becomes(&self, effective: ProcessStatus) -> Result<ProcessStatus, NotOverridden> {
        let opposite = effective.opposite().ok_or(NotOverridden::Pending)?;
        match self.status {
            Some(wanted) if wanted != opposite => Err(NotOverridden::Same),
            _ => Ok(opposite),
        }
    }
}

/// Why a status is not overridden.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NotOverridden {
    /// It has not finished.
    #[error("the process has not finished")]
    Pending,
    /// It is that already.
    #[error("must be the opposite of the current one")]
    Same,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(form: &[(&str, &str)], described: bool) -> Result<Override, Vec<String>> {
        let mut fields = Fields::default();
        for (name, value) in form {
            fields.add(name, (*value).to_owned());
        }
        Override::parse(&fields, described)
            .map_err(|errors| errors.0.into_iter().map(|error| error.field).collect())
    }

    #[test]
    fn an_override_has_a_reason_and_accepted_terms() {
        let good = parse(
            &[
                ("reason", "other"),
                ("accept_terms", "true"),
                ("status", "SUCCESS"),
            ],
            false,
        );
        let good = good.unwrap();
        assert_eq!(
            (good.reason, good.status),
            (OverrideReason::Other, Some(ProcessStatus::Success))
        );
        let long = "x".repeat(1001);
        for (form, described, wrong) in [
            (&[][..], false, &["reason", "accept_terms"][..]),
            (
                &[("reason", "because"), ("accept_terms", "true")],
                false,
                &["reason"],
            ),
            (
                &[("reason", "Other"), ("accept_terms", "false")],
                false,
                &["accept_terms"],
            ),
            (
                &[("reason", "Other"), ("accept_terms", "yes")],
                false,
                &["accept_terms"],
            ),
            (
                &[("reason", "Other"), ("accept_terms", "1")],
                true,
                &["description"],
            ),
            (
                &[
                    ("reason", "Other"),
                    ("accept_terms", "1"),
                    ("description", &long),
                    ("status", "pending"),
                ],
                false,
                &["status", "description"],
            ),
        ] {
            assert_eq!(parse(form, described).unwrap_err(), wrong, "{form:?}");
        }
    }

    #[test]
    fn a_status_becomes_its_opposite_and_nothing_else() {
        use ProcessStatus::{Failure, Pending, Success};
        for (wanted, effective, becomes) in [
            (None, Failure, Ok(Success)),
            (None, Success, Ok(Failure)),
            (Some(Success), Failure, Ok(Success)),
            (Some(Failure), Failure, Err(NotOverridden::Same)),
            (None, Pending, Err(NotOverridden::Pending)),
            (Some(Success), Pending, Err(NotOverridden::Pending)),
        ] {
            let asked = Override {
                status: wanted,
                reason: OverrideReason::RegularClient,
                description: String::new(),
            };
            assert_eq!(asked.becomes(effective), becomes, "{wanted:?} {effective}");
        }
    }
}
