public import TuttiCore
public import TuttiDocuments

/// One step of a definition.
public struct StepDefinition: Sendable, Hashable {
    /// What references and other steps call it; unique in its definition.
    public var name: String
    /// The steps whose outputs have to be there before it begins.
    public var needs: [String]
    /// What it does.
    public var action: Action

    /// What a step can do.
    public enum Action: Sendable, Hashable {
        /// Has a document reviewed and refined.
        case roundtable(RoundtableAction)
        /// Runs a program.
        case command(CommandAction)
        /// Waits for a time or a signal.
        case wait(WaitAction)
        /// Asks a person.
        case approval(ApprovalAction)
    }
}

/// A step that has a document reviewed and refined; its output is the roundtable's result.
public struct RoundtableAction: Codable, Sendable, Hashable {
    /// The document.
    public var source: Source
    /// What reports call it; else its first heading.
    public var title: Template?
    /// What sort of document it is; else it is detected.
    public var kind: DocumentKind?
    /// The ids of the critics; else all of them.
    public var critics: [String]?
    /// Rounds at most; else the usual number.
    public var maxIterations: Int?
    /// A refinement that changes less of the text than this, in percent, ends the loop; else the usual number.
    public var thresholdPercent: Int?
    /// The bar; else the usual one.
    public var bar: Severity?

    /// Where the document comes from.
    public enum Source: Sendable, Hashable {
        /// A file, which is read when a run starts; from then on the run holds its text.
        case file(Template)
        /// A text, usually the output of another step.
        case text(Template)
    }
}

/// A step that runs a program of the author's own.
///
/// The program gets the input of the run and the outputs of the steps before it as JSON on standard input; what it
/// writes as JSON to standard output is the step's output. Any end but an exit with 0 is a failure.
public struct CommandAction: Codable, Sendable, Hashable {
    /// A path, or a name that is looked up in `PATH`. Never made of a reference: which program runs is the author's
    /// choice, not that of some output.
    public var program: String
    /// What it is called with.
    public var arguments: [Template]
    /// The names of variables that it gets from the environment of whoever carries out the run. Their values are never
    /// stored, so this is the place for keys.
    public var environment: [String]
    /// How long it may take.
    public var timeout: WrittenDuration
    /// How often it is tried, and when again.
    public var retry: RetryPolicy
    /// Whether it must not be started a second time, not even after a crash.
    public var isAtMostOnce: Bool

    private enum CodingKeys: String, CodingKey {
        case program, arguments, environment, timeout, retry
        case isAtMostOnce = "atMostOnce"
    }
}

/// A step that waits.
public enum WaitAction: Sendable, Hashable {
    /// For a time.
    case time(WrittenDuration)
    /// For a signal of this name, whose payload is the output; and at most for a time, after which the step fails.
    case signal(String, timeout: WrittenDuration?)
}

/// A step that asks a person for a decision.
public struct ApprovalAction: Codable, Sendable, Hashable {
    /// What the person is shown.
    public var show: Template
    /// How long the question stays open; `nil` for ever. After that the step fails.
    public var expires: WrittenDuration?
}

/// A time that is stored as people write it, such as `10m`; whole milliseconds.
public struct WrittenDuration: Codable, Sendable, Hashable {
    /// The time.
    public var duration: Duration

    /// A time; what is less than a millisecond is cut off when it is stored.
    public init(_ duration: Duration) { self.duration = duration }

    /// Reads a whole number and a unit.
    ///
    /// - Throws: `DecodingError.dataCorrupted` for anything else.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        let text = try container.decode(String.self)
        guard let duration = DurationText.read(text) else {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "'\(text)' is no time such as 10m")
        }
        self.duration = duration
    }

    /// Writes a whole number and a unit.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(DurationText.write(duration))
    }
}
