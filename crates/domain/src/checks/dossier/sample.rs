//! A made-up check for the tests of those who tell of checks.

use chrono::NaiveDate;
use uuid::Uuid;

use super::{Dossier, Told};
use crate::{
    checks::{
        Basis, Check, CheckStatus, CheckType, CustomType, DataSet, Facts, Finding, InputField, Inputs, Mark,
        Priority, ResultKind, Run, RunStatus, Severity, Table, Weights,
        facts::{CompanyFacts, CompanyStatus, PersonFacts, VehicleFacts},
        scoring::{self, Scores},
    },
    country::Country,
    ids::{CheckId, ClientId},
    sources::Catalogue,
    time::Timestamp,
};

/// 2 January 2026, 03:04:05 UTC.
pub(crate) const NOW: Timestamp = Timestamp::from_nanos(1_767_323_045_000_000_000);

/// A check whose runs and findings are added one by one.
pub(crate) struct Sample {
    pub(crate) check: Check,
    runs: Vec<Run>,
    told: Vec<Told>,
    scores: Scores,
}

impl Sample {
    /// A finished check of nothing yet.
    pub(crate) fn new(check_type: CheckType, country: Country, inputs: &[(InputField, &str)]) -> Self {
        let inputs: Inputs = inputs
            .iter()
            .map(|(field, value)| (*field, (*value).to_owned()))
            .collect();
        let check = Check {
            client: ClientId(Uuid::nil()),
            id: CheckId(Uuid::from_u128(7)),
            check_type,
            custom: None,
            country,
            status: CheckStatus::Completed,
            priority: Priority::Medium,
            inputs,
            billing_hub: None,
            report: None,
            previous: None,
            created: NOW,
            updated: NOW.plus_seconds(60),
            started: Some(NOW),
            delayed_since: None,
            delayed_total_ns: 0,
            version: 3,
        };
        let scores = scoring::score(check_type, &[], &Weights::new());
        Self {
            check,
            runs: Vec::new(),
            told: Vec::new(),
            scores,
        }
    }

    /// A check of a Colombian whom the identity register knows.
    pub(crate) fn colombian() -> Self {
        let inputs = [(InputField::NationalId, "1000000001")];
        Self::new(CheckType::Person, Country::Co, &inputs)
            .finding(
                "co-registraduria-ani",
                DataSet::PersonalIdentity,
                Basis::Id,
                Severity::None,
                "Registro de identidad",
            )
            .person(None)
    }

    /// The same check where it stands now.
    pub(crate) fn status(mut self, status: CheckStatus) -> Self {
        self.check.status = status;
        self
    }

    /// The same check of a client's own type.
    pub(crate) fn of_type(mut self, name: &str, weights: Weights) -> Self {
        let name = name.to_owned();
        self.check.custom = Some(CustomType { name, weights });
        self
    }

    /// A run without findings.
    pub(crate) fn run(mut self, source: &str, data_set: DataSet, status: RunStatus) -> Self {
        let seq = i16::try_from(self.runs.len()).unwrap();
        let mut run = Run::open(seq, source, data_set, &[Basis::Id], NOW);
        run.set_status(status, NOW);
        self.runs.push(run);
        self
    }

    /// A source that could not be asked.
    pub(crate) fn skipped(mut self, source: &str, invalid: &[InputField]) -> Self {
        let seq = i16::try_from(self.runs.len()).unwrap();
        self.runs
            .push(Run::skipped(seq, source, None, invalid.to_vec(), NOW));
        self
    }

    /// A run with one finding, which has a table of this title.
    pub(crate) fn finding(
        self,
        source: &str,
        data_set: DataSet,
        basis: Basis,
        severity: Severity,
        title: &str,
    ) -> Self {
        let tables = vec![Table::one_row(title, [("Resultado", "x".to_owned())])];
        self.says(source, data_set, basis, severity, tables)
    }

    /// A run with one finding, which shows these tables.
    pub(crate) fn says(
        self,
        source: &str,
        data_set: DataSet,
        basis: Basis,
        severity: Severity,
        tables: Vec<Table>,
    ) -> Self {
        let mut sample = self.run(source, data_set, RunStatus::Completed);
        let finding = Finding {
            data_set,
            basis,
            result: ResultKind::Found,
            severity,
            first_name: String::new(),
            last_name: String::new(),
            company_name: String::new(),
            tables,
            evidence: None,
        };
        if let Some(run) = sample.runs.last_mut() {
            let side = |of: Basis| (of == basis).then_some(Mark::IGNORED);
            (run.by_id, run.by_name) = (side(Basis::Id), side(Basis::Name));
            run.complete(std::slice::from_ref(&finding), NOW);
            sample.told.push(Told {
                run: run.seq,
                finding,
            });
        }
        sample
    }

    /// The last run knows this person.
    pub(crate) fn person(mut self, death_date: Option<NaiveDate>) -> Self {
        let person = PersonFacts {
            first_name: "ANA".to_owned(),
            last_name: "PRUEBA".to_owned(),
            gender: Some("female".to_owned()),
            date_of_birth: NaiveDate::from_ymd_opt(1990, 5, 3),
            death_date,
            ..PersonFacts::default()
        };
        self.know(|facts| facts.person = Some(person));
        self
    }

    /// The last run knows this company.
    pub(crate) fn company(mut self, status: CompanyStatus) -> Self {
        let company = CompanyFacts {
            name: "ANDINA S.A.S.".to_owned(),
            status,
            tax_id: None,
        };
        self.know(|facts| facts.company = Some(company));
        self
    }

    /// The last run knows this vehicle.
    pub(crate) fn vehicle(mut self) -> Self {
        let vehicle = VehicleFacts {
            manufacturer: Some("CHEVROLET".to_owned()),
            model: Some("ONIX".to_owned()),
            year: Some(2019),
            ..VehicleFacts::default()
        };
        self.know(|facts| facts.vehicle = Some(vehicle));
        self
    }

    fn know(&mut self, tell: impl FnOnce(&mut Facts)) {
        if let Some(run) = self.runs.last_mut() {
            tell(&mut run.facts);
        }
    }

    /// The whole, scored by the default weights.
    pub(crate) fn dossier(&mut self) -> Dossier<'_> {
        self.scores = scoring::score(self.check.check_type, &self.runs, self.check.weights());
        Dossier {
            check: &self.check,
            runs: &self.runs,
            told: &self.told,
            scores: &self.scores,
            catalogue: Catalogue::builtin(),
        }
    }
}
