/// What a word or phrase of the vocabulary speaks about. Rules ask for topics, never for words.
enum Topic: UInt8, CaseIterable, Sendable {
    // How requirements speak.
    case obligation, strongObligation, vagueAlways, vagueQuality, vaguePerformance, openEnd, limitWord, improvement
    case subjective, placeholder, contrast
    // Whom and what a process needs.
    case someone, humanProcess, actor
    // Dependencies and their failure.
    case externalCall, queue, failure
    // Quantities that need a bound.
    case upload, bulk, publicInterface, load
    // Release.
    case production, rollout, rollback, dataChange, irreversible, backup
    // Data about people.
    case personalData, sensitiveData, credential, handling, retention, deletion, protection, secretProtection
    // Models.
    case model, modelHint, modelAction, autonomy, consequence, evaluation, modelFallback, oversight, untrustedInput,
        injection
    case provider, dataSharing, costLimit
    // Evidence that a section would have given.
    case verification, escalation, problem, persona, decision, symptom, prerequisite, scopeLimit
    // Language.
    case english, foreign
}

/// A set of topics in one machine word.
struct TopicSet: OptionSet, Sendable {
    let rawValue: UInt64

    init(rawValue: UInt64) { self.rawValue = rawValue }
    init(_ topic: Topic) { rawValue = 1 << UInt64(topic.rawValue) }

    func has(_ topic: Topic) -> Bool { contains(TopicSet(topic)) }
}
