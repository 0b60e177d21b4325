//! Companies.

use std::borrow::Cow;

use chrono::NaiveDate;
use cotejo_domain::{
    checks::{
        InputField, Inputs,
        facts::{CompanyFacts, CompanyStatus},
    },
    country::Country,
};

use super::{
    seed::{Seed, Stream},
    words::{
        Language, Phrase,
        business::{LINES, ROOTS, legal_form},
        phrases,
    },
};

/// A company as the registries know it.
#[derive(Debug)]
pub(super) struct Company<'a> {
    pub(super) seed: Seed,
    pub(super) name: Cow<'a, str>,
    pub(super) status: CompanyStatus,
    pub(super) activity: Phrase,
    pub(super) founded: NaiveDate,
}

impl<'a> Company<'a> {
    /// The company of this seed, of the given name if there is one.
    pub(super) fn of(seed: Seed, country: Country, inputs: &'a Inputs, status: CompanyStatus) -> Self {
        let mut draw = seed.draw(Stream::Company);
        let founded = draw.day(1985, 2021);
        let (line, activity) = draw
            .pick(LINES)
            .copied()
            .unwrap_or((phrases::COMPANY_NAME, phrases::ACTIVITY));
        let root = draw.word(ROOTS);
        let name = inputs.get(InputField::CompanyName).map_or_else(
            || {
                Cow::Owned(format!(
                    "{} {root} {}",
                    line.text(Language::of(country)),
                    legal_form(country)
                ))
            },
            Cow::Borrowed,
        );
        Self {
            seed,
            name,
            status,
            activity,
            founded,
        }
    }

    /// What a company registry says.
    pub(super) fn facts(&self, inputs: &Inputs) -> CompanyFacts {
        CompanyFacts {
            name: self.name.clone().into_owned(),
            status: self.status,
            tax_id: inputs.get(InputField::TaxId).map(str::to_owned),
        }
    }

    /// The standing as a registry prints it.
    pub(super) const fn standing(&self) -> Phrase {
        match self.status {
            CompanyStatus::Active | CompanyStatus::Found | CompanyStatus::NotFound => phrases::ACTIVE,
            CompanyStatus::Cancelled => phrases::CANCELLED,
            CompanyStatus::NotReinscribed => phrases::NOT_RENEWED,
            CompanyStatus::Suspended => phrases::SUSPENDED,
            CompanyStatus::Incapable => phrases::INCAPABLE,
        }
    }
}
