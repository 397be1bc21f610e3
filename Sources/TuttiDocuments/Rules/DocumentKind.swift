/// What sort of document it is; it decides which sections and answers the rulebook expects.
public enum DocumentKind: String, Codable, Sendable, CaseIterable {
    /// A product requirements document.
    case prd
    /// A proposal that asks for comments and a decision.
    case rfc
    /// A description of how a system is built.
    case architecture
    /// Steps for people who operate a system.
    case runbook
    /// What a system is and how it is used, told to those who meet it: a README, a description.
    case readme
    /// Anything else: an essay, notes, a plan in a few lines. No sections are asked for; what is said of a thing to be
    /// built or run is.
    case generic = "document"

    /// The kinds that propose to build or change something.
    static let proposals: [DocumentKind] = [.prd, .rfc, .architecture]
    static let specific: [DocumentKind] = [.prd, .rfc, .architecture, .runbook]
    /// Whatever has statements on work to be done; a README has a rule for what it says.
    static let plans: [DocumentKind] = [.prd, .rfc, .architecture, .runbook, .generic]
    /// The kinds that tell what a system does, so that one may ask what happens when it fails or is abused.
    static let systems: [DocumentKind] = [.prd, .rfc, .architecture, .readme, .generic]

    /// Reads a kind by its name, whatever the case; `generic` is understood for `document`.
    ///
    /// - Throws: ``UnknownDocumentKind``, which lists the kinds.
    public init(named name: String) throws(UnknownDocumentKind) {
        let folded = name.lowercased()
        guard let kind = DocumentKind(rawValue: folded == "generic" ? "document" : folded) else {
            throw UnknownDocumentKind(name: name)
        }
        self = kind
    }
}

/// A kind was named that the rulebook does not know.
public struct UnknownDocumentKind: Error, Hashable, Sendable, CustomStringConvertible {
    /// What was given.
    public var name: String

    /// The name, and the kinds that there are.
    public var description: String {
        let kinds = DocumentKind.allCases.map(\.rawValue).joined(separator: ", ")
        return "'\(name)' is not a kind of document; use one of \(kinds), or leave it out to have it detected"
    }
}
