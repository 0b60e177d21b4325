//! Why a validation ended as it did, in the vendor's words (`contract/identity-wire.md` §4.1).

crate::text_enum! {
    /// How a validation failed (`failure_status`).
    pub enum FailureStatus {
        /// It was carried out, and the person did not pass it.
        Declined = "declined",
        /// Its time was over before it had a result.
        Expired = "expired",
        /// Something here went wrong.
        SystemError = "system_error",
    }
}

crate::text_enum! {
    /// What was missing when the time was over (`expired_reason`).
    pub enum ExpiredReason {
        /// A picture or video was not uploaded.
        InputFileNotUploaded = "input_file_not_uploaded",
        /// Nobody reviewed it in time.
        ManualReviewExpired = "manual_review_expired",
        /// A method of it did not answer in time.
        PendingValidationMethods = "pending_validation_methods",
        /// The document's files are there, and its work did not begin.
        DocumentValidationNotStarted = "document_validation_not_started",
        /// The same of an invoice.
        InvoiceValidationNotStarted = "invoice_validation_not_started",
        /// The same of a face.
        FaceValidationNotStarted = "face_validation_not_started",
        /// No code was entered.
        ValidationNotPerformed = "validation_not_performed",
        /// The code was not sent by mail.
        EmailValidationNotStarted = "email_validation_not_started",
        /// The code was not sent to the phone.
        PhoneValidationNotStarted = "phone_validation_not_started",
    }
}

crate::text_enum! {
    /// Why a person did not pass (`declined_reason`).
    pub enum DeclinedReason {
        /// Older than a person gets: above 100 years.
        AgeAboveThreshold = "age_above_threshold",
        /// Older than the client admits.
        AgeAboveLimit = "age_above_limit",
        /// A minor.
        Underage = "underage",
        /// The picture is not sharp.
        BlurryImage = "blurry_image",
        /// The document is damaged.
        DamagedDocument = "damaged_document",
        /// A part of the document is not in the picture.
        IncompleteDocument = "incomplete_document",
        /// The file has no bytes.
        EmptyInputFile = "empty_input_file",
        /// The file is no picture.
        InvalidImageFormat = "invalid_image_format",
        /// The picture cannot be read to its end.
        InvalidOrCorruptedImageFile = "invalid_or_corrupted_image_file",
        /// The portrait in the picture is not good enough.
        ImageFaceValidationNotPassed = "image_face_validation_not_passed",
        /// The text in the picture is not good enough.
        ImageTextValidationNotPassed = "image_text_validation_not_passed",
        /// The picture was altered.
        ImageAnalysisNotPassed = "image_analysis_not_passed",
        /// The portrait is not sharp.
        FaceNotClear = "face_not_clear",
        /// There is no portrait.
        FaceNotDetected = "face_not_detected",
        /// There is no portrait on the document.
        FaceNotFoundInDocument = "face_not_found_in_document",
        /// The front of the document is not in the picture.
        FrontDocumentNotFound = "front_document_not_found",
        /// The back of the document is not in the picture.
        ReverseDocumentNotFound = "reverse_document_not_found",
        /// It is not the document that was asked for.
        DocumentNotRecognized = "document_not_recognized",
        /// A picture of a picture or screen.
        DocumentIsAPhotoOfPhoto = "document_is_a_photo_of_photo",
        /// A photocopy.
        DocumentIsAPhotocopy = "document_is_a_photocopy",
        /// Its front is a photocopy.
        FrontSideDocumentIsAPhotocopy = "front_side_document_is_a_photocopy",
        /// Signs of fraud.
        PossibleFraud = "possible_fraud",
        /// Traces of tampering.
        TracesOfTampering = "traces_of_tampering",
        /// The portrait was put there.
        PortraitPhotoIsFake = "portrait_photo_is_fake",
        /// Its lines do not stand as they should.
        IrregularAlignments = "irregular_alignments",
        /// Its letters are not the right ones.
        IrregularFonts = "irregular_fonts",
        /// Accents are missing.
        MissingAccents = "missing_accents",
        /// Security elements are missing.
        MissingSecurityElements = "missing_security_elements",
        /// Its perforations cannot be read.
        PerforationsIllegible = "perforations_illegible",
        /// The portrait cannot be made out.
        PortraitPhotoIllegible = "portrait_photo_illegible",
        /// Its parts contradict each other.
        DataInconsistency = "data_inconsistency",
        /// The portrait is not of that age.
        DateOfBirthDoesNotMatchWithPhoto = "date_of_birth_does_not_match_with_photo",
        /// It has expired.
        DocumentHasExpired = "document_has_expired",
        /// Its number is not the account's.
        DocumentDoesNotMatchAccountId = "document_does_not_match_account_id",
        /// The delegate's signature is not the right one.
        InconsistentDelegateSignature = "inconsistent_delegate_signature",
        /// The parents' names are not the right ones.
        InconsistentParentNames = "inconsistent_parent_names",
        /// The CURP is none.
        InvalidCurp = "invalid_curp",
        /// The number is none.
        InvalidDocumentNumber = "invalid_document_number",
        /// The registry says that it is not in force.
        InvalidDocumentStatus = "invalid_document_status",
        /// It cannot have been issued then.
        InvalidIssueDate = "invalid_issue_date",
        /// The check digits of the machine-readable zone are wrong.
        InvalidMrz = "invalid_mrz",
        /// The machine-readable zone is not in its form.
        InvalidMrzFormat = "invalid_mrz_format",
        /// The postal code is none.
        InvalidPostalCode = "invalid_postal_code",
        /// The QR code is not the document's.
        InvalidQrContent = "invalid_qr_content",
        /// Text is missing.
        MissingText = "missing_text",
        /// The text could not be read.
        OcrFailed = "ocr_failed",
        /// There is no text in the picture.
        OcrNoTextDetected = "ocr_no_text_detected",
        /// It says of its production what cannot be.
        ProductionDataInconsistency = "production_data_inconsistency",
        /// The registry does not confirm it.
        GovernmentDatabaseCheckFailed = "government_database_check_failed",
        /// The registry says something else.
        DataNotMatchWithGovernmentDatabase = "data_not_match_with_government_database",
        /// The registry does not answer.
        GovernmentDatabaseUnavailable = "government_database_unavailable",
        /// The registry does not know it.
        DocumentUnregistered = "document_unregistered",
        /// The registry says that the person is dead.
        IdentityBelongsToDeadPerson = "identity_belongs_to_dead_person",
        /// The national registrar says something else.
        NationalRegistrarInconsistency = "national_registrar_inconsistency",
        /// The date of birth is missing.
        MissingDateOfBirth = "missing_date_of_birth",
        /// The number is missing.
        MissingDocumentNumber = "missing_document_number",
        /// The date of expiry is missing.
        MissingExpirationDate = "missing_expiration_date",
        /// The sex is missing.
        MissingGender = "missing_gender",
        /// The machine-readable zone is missing.
        MissingMrz = "missing_mrz",
        /// The names are missing.
        MissingNames = "missing_names",
        /// The nationality is missing.
        MissingNationality = "missing_nationality",
        /// The postal code is missing.
        MissingPostalCode = "missing_postal_code",
        /// The number of issue is missing.
        MissingIssueNumber = "missing_issue_number",
        /// The state of issue is missing.
        MissingIssueState = "missing_issue_state",
        /// The agency of issue is missing.
        MissingIssueAgency = "missing_issue_agency",
        /// The coat of arms is missing.
        MissingCoatOfArms = "missing_coat_of_arms",
        /// The number of registration is missing.
        MissingRegistrationNumber = "missing_registration_number",
        /// The CPF is missing.
        MissingCpf = "missing_cpf",
        /// The document that it was made from is not named.
        MissingOriginDocument = "missing_origin_document",
        /// The perforation of the institute is missing.
        MissingLegalInstitutePerforation = "missing_legal_institute_perforation",
        /// No attempt is left.
        MaxRetriesReached = "max_retries_reached",
        /// There is no face.
        NoFaceDetected = "no_face_detected",
        /// The faces are not alike enough.
        SimilarityThresholdNotPassed = "similarity_threshold_not_passed",
        /// The challenge was not carried out by a living person.
        LivenessVerificationNotPassed = "liveness_verification_not_passed",
        /// The picture is not of a living person.
        PassiveLivenessVerificationNotPassed = "passive_liveness_verification_not_passed",
        /// The face is among the reported ones.
        FaceInBlocklist = "face_in_blocklist",
        /// The face belongs to somebody who is known for fraud.
        RiskyFaceDetected = "risky_face_detected",
        /// A sign of risk.
        RiskSignalDetected = "risk_signal_detected",
        /// A picture of a picture.
        PhotoOfPhoto = "photo_of_photo",
        /// The face is one that the client reported.
        FraudsterFaceMatchInClientCollection = "fraudster_face_match_in_client_collection",
        /// The face is another user's of the client.
        UserFaceMatchInClientCollection = "user_face_match_in_client_collection",
        /// The face is one that was reported by somebody.
        UserFaceMatchInFraudCollection = "user_face_match_in_fraud_collection",
        /// The face could not be validated.
        FaceValidationFailed = "face_validation_failed",
        /// The file is not of a kind that is read.
        FileFormatNotSupported = "file_format_not_supported",
        /// The file is not what it should be.
        InvalidFileFormat = "invalid_file_format",
        /// The video cannot be read.
        InvalidVideoFile = "invalid_video_file",
        /// The mail server says that there is no such address.
        EmailNotValidVerdict = "email_not_valid_verdict",
        /// The code was wrong.
        WrongVerificationCode = "wrong_verification_code",
        /// The gateway does not reach the number.
        PhoneNumberOutOfCoverage = "phone_number_out_of_coverage",
    }
}
