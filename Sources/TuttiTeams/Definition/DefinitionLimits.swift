/// The bounds of what a workflow file may hold. The whole file is bounded by the YAML reader before.
package enum DefinitionLimits {
    /// Steps of a definition.
    package static let stepsMax = 200
    /// Fields of its input.
    package static let inputFieldsMax = 64
    /// The most bytes of a name.
    package static let nameLengthMax = 64
    /// The most bytes of a description or a title.
    package static let descriptionLengthMax = 4096
    /// The most bytes of a text that may hold references.
    package static let textLengthMax = 64 << 10
    /// Arguments of a command.
    package static let argumentsMax = 128
    /// Variables that a command gets from the environment.
    package static let environmentMax = 64
    /// References in one text.
    package static let referencesMax = 64
    /// Names in one reference.
    package static let referenceDepthMax = 16
    /// How often a command may be tried.
    package static let attempts = 1...20
    /// How long a command may take unless it says so.
    package static let commandTimeout: Duration = .seconds(3600)
}
