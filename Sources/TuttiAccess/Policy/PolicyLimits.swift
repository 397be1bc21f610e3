import TuttiCore

/// What a policy document may have at most. A larger one is refused as a whole.
package enum PolicyLimits {
    /// Roles, those it builds on included.
    package static let rolesMax = 64
    /// Groups, those it builds on included.
    package static let groupsMax = 64
    /// Rules, those it builds on included.
    package static let rulesMax = 1000
    /// Different environments that a document names.
    package static let environmentsMax = 8
    /// Entries of one list: permissions, roles, categories and such.
    package static let entriesMax = 200
    /// Bytes of a name or an id.
    package static let nameLengthMax = NamePattern.lengthMax
    /// Bytes of a reason or a summary.
    package static let textLengthMax = 300
    /// Cases of one file.
    package static let casesMax = 1000
}
