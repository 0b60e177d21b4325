//! Countries and regions in which checks are made.

crate::text_enum! {
    /// The countries of a check; `ALL` is the international one.
    pub enum Country {
        /// International lists only.
        All = "ALL",
        /// Brazil.
        Br = "BR",
        /// Colombia.
        Co = "CO",
        /// Chile.
        Cl = "CL",
        /// Mexico.
        Mx = "MX",
        /// Peru.
        Pe = "PE",
        /// Costa Rica.
        Cr = "CR",
    }
}

/// Brazilian states, and `ALL` for a nation-wide search (`region` of the reference).
pub const BRAZIL_REGIONS: &[&str] = &[
    "DF", "AC", "AL", "AP", "AM", "BA", "CE", "ES", "GO", "MA", "MT", "MS", "MG", "PA", "PB", "PR", "PE",
    "PI", "RJ", "RN", "RS", "RO", "RR", "SC", "SP", "SE", "TO", "ALL",
];

/// Countries of birth that the reference allows on input.
pub const NATIVE_COUNTRIES: &[&str] = &["CO", "MX", "PE", "BR", "EC", "CL", "VE"];
