//! Words that are no part of a name, or not the telling part of it.

use std::sync::LazyLock;

/// Words of one sort, sorted for look-ups.
pub(super) struct Sort(LazyLock<Vec<&'static str>>);

impl Sort {
    pub(super) fn has(&self, word: &str) -> bool {
        self.0.binary_search(&word).is_ok()
    }
}

macro_rules! sort {
    ($words:literal) => {
        Sort(LazyLock::new(|| {
            let mut words: Vec<_> = $words.split_ascii_whitespace().collect();
            words.sort_unstable();
            words
        }))
    };
}

/// Words that writers add and leave out at will. One-letter ones only count between other words.
pub(super) static PARTICLES: Sort = sort!(
    "\
    DE DEL DELA DELOS DELAS LA LAS LOS LE DA DAS DO DOS DI DU Y E VAN VON DER DEN AL EL UL BIN IBN BEN \
    BINT OULD WALAD VDA VIUDA"
);

/// Titles and ranks, which are no part of the name.
pub(super) static TITLES: Sort = sort!(
    "\
    DR DRA ING LIC MR MRS MS PROF SHEIKH SHAYKH SHEIK CHEIKH SHAIKH MULLAH MULLA MAULAVI MAWLAWI MAWLAVI \
    MAULANA HAJI HAJJI HADJI HAJ ALHAJ USTAZ GENERAL COLONEL CAPTAIN BRIGADIER COMMANDER HAFIZ QARI \
    MOLVI MAULVI MOULAVI SAHEB SAHIB AKHUND CHIEF SRA SRTA SRITA DON DONA SENOR SENORA ARQ ABOG GRAL CNEL \
    SEYYED SEYED SAYYED SYED SAYYID SAYED ALHAJI MUFTI USTADH HAJJ"
);

/// Words between those that name an organisation.
pub(super) static CONNECTORS: Sort = sort!(
    "\
    DE DEL LA LAS LOS EL Y E EN DA DO AND THE OF FOR AL UND ET DES DI A PARA WA VA UL PER POR ZA \
    IN TO NA ON WAL"
);

/// Legal forms of one word.
pub(super) static LEGAL_FORMS: Sort = sort!(
    "\
    SA SAS SAC SAA SRL SARL SL SC SCA SPA SAPI SAB LTDA LIMITADA LTD LIMITED LLC LLP LP INC INCORPORATED \
    CORP CORPORATION CO COMPANY CIA COMPANIA COMPANHIA EU EIRL EPP ME MEI EIRELI PLC PTY GMBH AG BV NV \
    OOO OAO ZAO PAO AO JSC PJSC OJSC CJSC FZE FZC FZCO FZ DOO AS OY AB KG PT CV RL COMPANIES SOCIEDAD \
    PJS SAL TOV SHERKAT SHERKATE SIRKETI SPRL SPR SNC EURL PTE PVT KFT UAB SAE WLL SUCESORES SUC \
    OOD EOOD AD EAD DD KOMPANIYA GONGSI"
);

/// Legal forms as they are left when connectors are gone (`S. de R.L. de C.V.` is `S RL CV`), longest first.
pub(super) const LONG_LEGAL_FORMS: &[&[&str]] = &[
    &["OBSHCHESTVO", "S", "OGRANICHENNOI", "OTVETSTVENNOSTYU"],
    &["OBSHCHESTVO", "S", "OGRANICHENNOY", "OTVETSTVENNOSTYU"],
    &["OBSCHESTVO", "S", "OGRANICHENNOI", "OTVETSTVENNOSTYU"],
    &["OBSCHESTVO", "S", "OGRANICHENNOY", "OTVETSTVENNOSTYU"],
    &["PUBLICHNOE", "AKTSIONERNOE", "OBSHCHESTVO"],
    &["OTKRYTOE", "AKTSIONERNOE", "OBSHCHESTVO"],
    &["ZAKRYTOE", "AKTSIONERNOE", "OBSHCHESTVO"],
    &["AKTSIONERNOE", "OBSHCHESTVO", "OTKRYTOGO", "TIPA"],
    &["AKTSIONERNOE", "OBSHCHESTVO"],
    &["AKTSIONERNOE", "OBSCHESTVO"],
    &["AKTSIONERNOYE", "OBSHCHESTVO"],
    &["OPEN", "END", "JOINT", "STOCK", "COMPANY"],
    &["PUBLICHNOYE", "JOINT", "STOCK", "COMPANY"],
    &["JOINT", "STOCK"],
    &["OPEN", "JOINT", "STOCK", "COMPANY"],
    &["CLOSED", "JOINT", "STOCK", "COMPANY"],
    &["SOCIEDAD", "POR", "ACCIONES", "SIMPLIFICADA"],
    &["SOCIEDAD", "RESPONSABILIDAD", "LIMITADA"],
    &["LIMITED", "LIABILITY", "COMPANY"],
    &["PRIVATE", "JOINT", "STOCK", "COMPANY"],
    &["PUBLIC", "JOINT", "STOCK", "COMPANY"],
    &["JOINT", "STOCK", "COMPANY"],
    &["S", "RL", "CV"],
    &["PVT", "LTD"],
    &["PTE", "LTD"],
    &["PRIVATE", "LIMITED"],
    &["SDN", "BHD"],
    &["SA", "CV"],
    &["SAPI", "CV"],
    &["SAB", "CV"],
    &["S", "RL"],
    &["S", "C"],
    &["S", "CS"],
    &["SOCIEDAD", "ANONIMA"],
    &["SOCIEDADE", "ANONIMA"],
    &["AKTSIONERNE", "TOVARYSTVO"],
    &["OTKRYTOGO", "TIPA"],
    &["ZAKRYTOGO", "TIPA"],
    &["SAHAMI", "KHASS"],
    &["SAHAMI", "KHAS"],
    &["S", "R", "L"],
    &["YOUXIAN", "GONGSI"],
    &["JV", "COMPANY"],
    &["SOCIEDAD", "LIMITADA"],
];

/// Marks of a kind of ship before its name.
pub(super) static SHIP_MARKS: Sort = sort!(
    "\
    MV MT MN MS SS FV BM MY LPG LNG"
);
