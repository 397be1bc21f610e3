/// What a word or phrase of the vocabulary speaks about. Rules ask for topics, never for words.
enum Topic: UInt8, CaseIterable, Sendable {
    // How requirements speak.
    case obligation, strongObligation, vagueAlways, vagueQuality, vaguePerformance, openEnd, limitWord, improvement
    case subjective, placeholder, contrast
    // Whom and what a process needs.
    case someone, humanProcess, actor, nobody
    // Dependencies and their failure.
    case externalCall, queue, failure, call, retry
    // Quantities that need a bound.
    case upload, bulk, publicInterface, load, anonymousUse, wholePayload
    // Release.
    case production, rollout, rollback, dataChange, irreversible, backup
    // Data about people.
    case personalData, sensitiveData, credential, handling, retention, deletion, protection, secretProtection
    case personAttribute, keeping, exposure
    // Doors that stand open, and what shuts them.
    case openAccess, signIn, knownSecret, outsideAddress, addressGuard, remoteControl, containment, access
    // Models.
    case model, modelHint, modelAction, autonomy, consequence, evaluation, modelFallback, oversight, untrustedInput,
        injection, modelReach, modelPower, measured, judging
    case provider, dataSharing, costLimit
    // Evidence that a section would have given.
    case verification, escalation, problem, persona, decision, symptom, prerequisite, scopeLimit
    // What is said of a product without being shown.
    case claim, legacy, current
    // Language.
    case english, foreign
}

/// A set of topics in two machine words.
struct TopicSet: OptionSet, Sendable {
    let rawValue: UInt128

    init(rawValue: UInt128) { self.rawValue = rawValue }
    init(_ topic: Topic) { rawValue = 1 << UInt128(topic.rawValue) }

    func has(_ topic: Topic) -> Bool { contains(TopicSet(topic)) }
}
