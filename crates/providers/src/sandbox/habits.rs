//! What the sources of each data set show, when nothing is wrong and when something is.

use cotejo_domain::checks::{CheckType, DataSet};

use super::{
    sheets::{Clean, Habit, Sheet, Value as V},
    words::{Phrase, phrases as p},
};

const fn habit(clean: Clean, record: &'static Sheet) -> Habit {
    Habit { clean, record }
}

/// What the sources of a data set show in a check of this type.
pub(super) const fn of(data_set: DataSet, check_type: CheckType) -> &'static Habit {
    match (data_set, check_type) {
        (DataSet::PersonalIdentity, _) => &IDENTITIES,
        (DataSet::CriminalRecord, _) => &CRIMINAL,
        (DataSet::LegalBackground, _) => &LEGAL,
        (DataSet::InternationalBackground, _) => &INTERNATIONAL,
        (DataSet::AlertInMedia, _) => &MEDIA,
        (DataSet::Behavior, _) => &BEHAVIOR,
        (DataSet::TrafficFines, _) => &FINES,
        (DataSet::DrivingLicenses, _) => &LICENCES,
        (DataSet::AffiliationsAndInsurances, _) => &AFFILIATIONS,
        (DataSet::TaxesAndFinances, _) => &TAXES,
        (DataSet::CreditHistory, _) => &CREDIT,
        (DataSet::DocumentValidation, _) => &DOCUMENTS,
        (DataSet::ProfessionalBackground, _) => &PROFESSIONS,
        (DataSet::BusinessBackground, CheckType::Company) => &COMPANIES,
        (DataSet::BusinessBackground, _) => &NO_COMPANIES,
        (DataSet::VehicleInformation, _) => &VEHICLES,
        (DataSet::VehiclePermits, _) => &PERMITS,
    }
}

const IDENTITY: Sheet = Sheet {
    title: p::T_IDENTITY,
    columns: &[
        (p::DOCUMENT, V::Document),
        (p::FIRST_NAME, V::FirstName),
        (p::LAST_NAME, V::LastName),
        (p::BIRTH_DATE, V::BirthDate),
        (p::GENDER, V::Gender),
        (p::ISSUE_DATE, V::IssueDate),
        (p::STATE, V::Says(p::IN_FORCE)),
    ],
};

/// The identity of somebody who has died.
pub(super) const DEAD: Sheet = Sheet {
    title: p::T_IDENTITY,
    columns: &[
        (p::DOCUMENT, V::Document),
        (p::FIRST_NAME, V::FirstName),
        (p::LAST_NAME, V::LastName),
        (p::BIRTH_DATE, V::BirthDate),
        (p::DEATH_DATE, V::DeathDate),
        (p::STATE, V::Says(p::CANCELLED_BY_DEATH)),
    ],
};

/// A theft.
pub(super) const STOLEN: Sheet = Sheet {
    title: p::T_STOLEN,
    columns: &[
        (p::PLATE, V::Plate),
        (p::REPORT_NUMBER, V::Number(9)),
        (p::AUTHORITY, V::Prosecutor),
        (p::DATE, V::PastDate),
        (p::STATE, V::Says(p::STOLEN)),
    ],
};

const fn statement(title: Phrase, says: &'static [(Phrase, V)]) -> Sheet {
    Sheet { title, columns: says }
}

/// What a criminal source that is asked by plate shows.
pub(super) const THEFTS: Habit = habit(
    Clean::Statement(&statement(p::T_STOLEN, &[(p::RESULT, V::Says(p::NOT_STOLEN))])),
    &STOLEN,
);

const IDENTITIES: Habit = habit(Clean::State(&IDENTITY), &IDENTITY);

const CRIMINAL: Habit = habit(
    Clean::Statement(&statement(p::T_CRIMINAL, &[(p::RESULT, V::Says(p::NO_MATTERS))])),
    &Sheet {
        title: p::T_CRIMINAL,
        columns: &[
            (p::CASE_NUMBER, V::CaseNumber),
            (p::COURT, V::CriminalCourt),
            (p::OFFENCE, V::Offence),
            (p::DATE, V::PastDate),
            (p::STATE, V::CaseState),
        ],
    },
);

const LEGAL: Habit = habit(
    Clean::Statement(&statement(p::T_LEGAL, &[(p::RESULT, V::Says(p::NO_SANCTIONS))])),
    &Sheet {
        title: p::T_LEGAL,
        columns: &[
            (p::CASE_NUMBER, V::CaseNumber),
            (p::COURT, V::CivilCourt),
            (p::MATTER, V::Matter),
            (p::DATE, V::PastDate),
        ],
    },
);

const INTERNATIONAL: Habit = habit(
    Clean::Nothing,
    &Sheet {
        title: p::T_SANCTIONS,
        columns: &[
            (p::BIRTH_DATE, V::BirthDate),
            (p::PROGRAMME, V::Programme),
            (p::REASON, V::Reason),
            (p::LISTED_SINCE, V::PastDate),
        ],
    },
);

const MEDIA: Habit = habit(
    Clean::Nothing,
    &Sheet {
        title: p::T_MEDIA,
        columns: &[
            (p::HEADLINE, V::Headline),
            (p::NEWSPAPER, V::Newspaper),
            (p::DATE, V::PastDate),
            (p::LINK, V::Link),
        ],
    },
);

const BEHAVIOR: Habit = habit(
    Clean::Nothing,
    &statement(
        p::T_BEHAVIOR,
        &[(p::RESULT, V::Says(p::CONDUCT)), (p::DATE, V::PastDate)],
    ),
);

const FINES: Habit = habit(
    Clean::Nothing,
    &Sheet {
        title: p::T_FINES,
        columns: &[
            (p::FINE_NUMBER, V::Number(14)),
            (p::INFRACTION, V::Infraction),
            (p::DATE, V::PastDate),
            (p::AMOUNT, V::Amount),
            (p::STATE, V::Says(p::UNPAID)),
        ],
    },
);

const LICENCES: Habit = habit(
    Clean::State(&Sheet {
        title: p::T_LICENCE,
        columns: &[
            (p::FULL_NAME, V::FullName),
            (p::LICENCE_NUMBER, V::Document),
            (p::CATEGORIES, V::Categories),
            (p::VALID_UNTIL, V::ValidUntil),
            (p::STATE, V::Says(p::IN_FORCE)),
        ],
    }),
    &Sheet {
        title: p::T_LICENCE,
        columns: &[
            (p::FULL_NAME, V::FullName),
            (p::LICENCE_NUMBER, V::Document),
            (p::CATEGORIES, V::Categories),
            (p::VALID_UNTIL, V::PastDate),
            (p::STATE, V::Says(p::EXPIRED)),
        ],
    },
);

const AFFILIATIONS: Habit = habit(Clean::Entry(&AFFILIATION), &AFFILIATION);

const AFFILIATION: Sheet = Sheet {
    title: p::T_AFFILIATION,
    columns: &[
        (p::FULL_NAME, V::FullName),
        (p::INSURER, V::Insurer),
        (p::DATE, V::PastDate),
        (p::STATE, V::Says(p::ACTIVE)),
    ],
};

const TAXES: Habit = habit(
    Clean::Entry(&Sheet {
        title: p::T_TAXPAYER,
        columns: &[
            (p::FULL_NAME, V::Taxpayer),
            (p::TAX_NUMBER, V::TaxNumber),
            (p::STATE, V::Standing),
        ],
    }),
    &Sheet {
        title: p::T_TAX_DEBT,
        columns: &[
            (p::TAX, V::Tax),
            (p::AMOUNT, V::Amount),
            (p::DATE, V::PastDate),
            (p::STATE, V::Says(p::UNPAID)),
        ],
    },
);

const CREDIT: Habit = habit(
    Clean::State(&Sheet {
        title: p::T_CREDIT,
        columns: &[
            (p::FULL_NAME, V::FullName),
            (p::DOCUMENT, V::Document),
            (p::RESULT, V::Says(p::NO_DEBTS)),
        ],
    }),
    &Sheet {
        title: p::T_CREDIT,
        columns: &[
            (p::FULL_NAME, V::FullName),
            (p::DOCUMENT, V::Document),
            (p::CREDITOR, V::Creditor),
            (p::AMOUNT, V::Amount),
            (p::DAYS_LATE, V::DaysLate),
        ],
    },
);

const DOCUMENTS: Habit = habit(Clean::State(&DOCUMENT), &DOCUMENT);

const DOCUMENT: Sheet = Sheet {
    title: p::T_DOCUMENT,
    columns: &[(p::DOCUMENT, V::Document), (p::STATE, V::Says(p::IN_FORCE))],
};

const PROFESSIONS: Habit = habit(Clean::Entry(&PROFESSION), &PROFESSION);

const PROFESSION: Sheet = Sheet {
    title: p::T_PROFESSION,
    columns: &[
        (p::FULL_NAME, V::FullName),
        (p::PROFESSION, V::Profession),
        (p::CARD, V::Number(6)),
        (p::STATE, V::Says(p::IN_FORCE)),
    ],
};

const COMPANIES: Habit = habit(Clean::Entry(&COMPANY), &COMPANY);

const NO_COMPANIES: Habit = habit(Clean::Nothing, &COMPANY);

const COMPANY: Sheet = Sheet {
    title: p::T_COMPANY,
    columns: &[
        (p::COMPANY_NAME, V::FullName),
        (p::TAX_NUMBER, V::TaxNumber),
        (p::ACTIVITY, V::Activity),
        (p::FOUNDED, V::Founded),
        (p::STATE, V::Standing),
    ],
};

const VEHICLES: Habit = habit(
    Clean::Entry(&Sheet {
        title: p::T_VEHICLE,
        columns: &[
            (p::PLATE, V::Plate),
            (p::MAKE, V::Make),
            (p::MODEL, V::Model),
            (p::YEAR, V::Year),
            (p::COLOUR, V::Colour),
            (p::KIND, V::Kind),
            (p::SERVICE, V::Service),
            (p::VIN, V::VehicleNumber),
        ],
    }),
    &STOLEN,
);

const PERMITS: Habit = habit(Clean::State(&PERMIT), &PERMIT);

const PERMIT: Sheet = Sheet {
    title: p::T_PERMITS,
    columns: &[
        (p::PLATE, V::Plate),
        (p::POLICY, V::Number(10)),
        (p::INSURED_UNTIL, V::InsuredUntil),
        (p::STATE, V::Insured),
    ],
};
