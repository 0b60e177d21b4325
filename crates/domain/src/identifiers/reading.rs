//! What a country's rule says about a number that it does not refuse.

use std::collections::BTreeMap;

use super::{IdError, Verdict};

pub(super) type Outcome = Result<Reading, IdError>;

#[derive(Debug)]
pub(super) struct Reading {
    pub verdict: Verdict,
    pub canonical: String,
    pub formatted: String,
    pub facts: BTreeMap<&'static str, String>,
    pub warnings: Vec<&'static str>,
}

impl Reading {
    fn new(verdict: Verdict, canonical: impl Into<String>) -> Self {
        let canonical = canonical.into();
        Self {
            verdict,
            formatted: canonical.clone(),
            canonical,
            facts: BTreeMap::new(),
            warnings: Vec::new(),
        }
    }

    /// A check digit agreed.
    pub fn valid(canonical: impl Into<String>) -> Self {
        Self::new(Verdict::Valid, canonical)
    }

    /// The form is right.
    pub fn structure(canonical: impl Into<String>) -> Self {
        Self::new(Verdict::Structure, canonical)
    }

    /// A check digit that decides.
    pub fn proved(agrees: bool, canonical: impl Into<String>) -> Outcome {
        if agrees {
            Ok(Self::valid(canonical))
        } else {
            Err(IdError::BAD_CHECK_DIGIT)
        }
    }

    /// A check digit that only advises.
    pub fn advised(agrees: bool, canonical: impl Into<String>) -> Self {
        if agrees {
            Self::valid(canonical)
        } else {
            Self::structure(canonical).warn(super::warnings::CHECK_DIGIT_MISMATCH)
        }
    }

    pub fn printed(mut self, formatted: String) -> Self {
        self.formatted = formatted;
        self
    }

    pub fn fact(mut self, key: &'static str, value: impl Into<String>) -> Self {
        self.facts.insert(key, value.into());
        self
    }

    pub fn warn(mut self, warning: &'static str) -> Self {
        self.warnings.push(warning);
        self
    }

    pub fn warn_if(self, odd: bool, warning: &'static str) -> Self {
        if odd { self.warn(warning) } else { self }
    }
}
