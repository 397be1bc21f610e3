/// The one list of checks; a rule that is not here does not exist.
enum Catalogue {
    static let checks: [any Check] = product + engineering + risk

    /// Every code, for the check of silencing comments.
    static let codes: Set<String> = Set(checks.map(\.rule.code))

    private static let product: [any Check] = [
        MissingSectionCheck(), EmptySectionCheck(), VagueRequirementCheck(), UntestableAcceptanceCheck(),
        UnmeasuredMetricCheck(), PlaceholderCheck(), UndefinedAcronymCheck(), InconsistentTermCheck(),
        LongSentenceCheck(), BadSilenceCheck(), NotEnglishCheck(), UnsupportedClaimCheck(),
    ]

    private static let engineering: [any Check] = [
        MissingTechnicalSectionCheck(), MissingFailureModeCheck(), MissingLimitCheck(), MissingRolloutCheck(),
        MissingRollbackCheck(), IrreversibleStepCheck(), MissingOwnerCheck(), InconsistentNumberCheck(),
        DanglingReferenceCheck(), DuplicateIDCheck(), ContradictingStatusCheck(),
    ]

    private static let risk: [any Check] =
        [PersonalDataCheck(), CredentialCheck(), SecretInTextCheck(), OpenDoorCheck()] + ModelRisk.all
}
