//! Data sets: the groups of sources that a score is made of.

crate::text_enum! {
    /// The data sets of the reference, with the two that clients know besides (`contract/checks-wire.md` §4.4).
    pub enum DataSet {
        /// Health, pension and labour affiliations.
        AffiliationsAndInsurances = "affiliations_and_insurances",
        /// News that tie the subject to a crime.
        AlertInMedia = "alert_in_media",
        /// Conduct reported by other clients.
        Behavior = "behavior",
        /// Company registries.
        BusinessBackground = "business_background",
        /// Debts and credit bureaus.
        CreditHistory = "credit_history",
        /// Police, prosecutors, prisons, wanted lists.
        CriminalRecord = "criminal_record",
        /// The document itself: structure, check digits, validity.
        DocumentValidation = "document_validation",
        /// Driving licences.
        DrivingLicenses = "driving_licenses",
        /// Sanctions and wanted lists of other countries.
        InternationalBackground = "international_background",
        /// Courts and disciplinary bodies.
        LegalBackground = "legal_background",
        /// Identity registries.
        PersonalIdentity = "personal_identity",
        /// Professional registries.
        ProfessionalBackground = "professional_background",
        /// Tax registries and debts to the state.
        TaxesAndFinances = "taxes_and_finances",
        /// Traffic fines.
        TrafficFines = "traffic_fines",
        /// Vehicle registries.
        VehicleInformation = "vehicle_information",
        /// Inspections, insurances and permits of vehicles.
        VehiclePermits = "vehicle_permits",
    }
}
