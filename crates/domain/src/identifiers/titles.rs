//! What people call the kinds.

use super::Kind;

impl Kind {
    /// Country and name of the number, the latter as its own country has it.
    pub const fn title(self) -> &'static str {
        match self {
            Self::ArCbu => "Argentina: CBU, bank account",
            Self::ArCuit => "Argentina: CUIT or CUIL, taxpayer",
            Self::ArDni => "Argentina: DNI, identity card",
            Self::ArPlate => "Argentina: plate",
            Self::BrCnh => "Brazil: CNH, driver's licence",
            Self::BrCnpj => "Brazil: CNPJ, company",
            Self::BrCpf => "Brazil: CPF, taxpayer and new identity card",
            Self::BrPis => "Brazil: PIS, PASEP, NIS or NIT, social integration",
            Self::BrPlate => "Brazil: plate",
            Self::BrRenavam => "Brazil: RENAVAM, registration of a vehicle",
            Self::BrRg => "Brazil: RG, a state's identity card",
            Self::BrRnm => "Brazil: RNM or RNE, foreigner's registration",
            Self::BrTitulo => "Brazil: título de eleitor, voter",
            Self::ClIssueNumber => "Chile: número de documento of an identity card",
            Self::ClPlate => "Chile: plate",
            Self::ClRut => "Chile: RUN or RUT, person or taxpayer",
            Self::CoCc => "Colombia: cédula de ciudadanía, citizen",
            Self::CoCe => "Colombia: cédula de extranjería, foreigner",
            Self::CoNit => "Colombia: NIT, taxpayer",
            Self::CoPep => "Colombia: PEP, special permit of stay",
            Self::CoPlate => "Colombia: plate",
            Self::CoPpt => "Colombia: PPT, temporary protection permit",
            Self::CoTi => "Colombia: tarjeta de identidad, minor",
            Self::CrDimex => "Costa Rica: DIMEX, foreigner",
            Self::CrFisica => "Costa Rica: cédula física, person",
            Self::CrJuridica => "Costa Rica: cédula jurídica, company or body",
            Self::CrNite => "Costa Rica: NITE, taxpayer without another number",
            Self::CrPlate => "Costa Rica: plate",
            Self::EcCi => "Ecuador: cédula de identidad",
            Self::EcPlate => "Ecuador: plate",
            Self::EcRuc => "Ecuador: RUC, taxpayer",
            Self::Imei => "IMEI, mobile device",
            Self::MxCic => "Mexico: CIC of a voter's card",
            Self::MxClaveElector => "Mexico: clave de elector, voter",
            Self::MxCurp => "Mexico: CURP, population register",
            Self::MxNss => "Mexico: NSS, social security",
            Self::MxOcr => "Mexico: OCR number of a voter's card",
            Self::MxPlate => "Mexico: plate",
            Self::MxRfc => "Mexico: RFC, taxpayer",
            Self::Passport => "Passport of any country",
            Self::PeCe => "Peru: carné de extranjería, foreigner",
            Self::PeDni => "Peru: DNI, identity card",
            Self::PePlate => "Peru: plate",
            Self::PeRuc => "Peru: RUC, taxpayer",
            Self::VeCi => "Venezuela: cédula de identidad",
            Self::VePlate => "Venezuela: plate",
            Self::VeRif => "Venezuela: RIF, taxpayer",
            Self::Vin => "VIN, vehicle",
        }
    }
}
