import FoundationEssentials
import TuttiCore

/// A piece of work that survives crashes: an ordinary async function whose effects are steps.
///
/// The author's one rule: given the same step results, ask for the same step keys. What the code between two steps
/// does must therefore depend on nothing but its input and earlier results; time, random numbers and the world come
/// from the ``Context``.
public protocol Workflow: Sendable {
    /// What a run is started with; it is stored with the run.
    associatedtype Input: Codable & Sendable
    /// What a run results in; it is stored with the run.
    associatedtype Output: Codable & Sendable

    /// Names the workflow in the journal: a run is taken up again by the workflow of the same name.
    static var name: String { get }

    /// How effects of its steps are taken back, found by their names; none unless the workflow says so.
    var undos: [Undo] { get }

    /// What people call a run with this input, in a few words; `nil` unless the workflow says so.
    func title(of input: Input) -> String?

    /// The work itself. It may be carried out from its beginning at any time, also without a crash: a run that only
    /// waits leaves memory, and is replayed when it is woken.
    ///
    /// - Throws: whatever ends the run as failed. A `CancellationError` from the context must be let through: it says
    ///   that the run has been cancelled, parked or taken over, or leaves memory, and every later call throws it again.
    func run(_ input: Input, _ ctx: Context) async throws -> Output
}

extension Workflow {
    /// The name of the type.
    public static var name: String { String(describing: Self.self) }

    /// None.
    public var undos: [Undo] { [] }

    /// None.
    public func title(of input: Input) -> String? { nil }

    /// The title as it is stored: one line of bounded length.
    func checkedTitle(of input: Input) -> String? {
        let line = title(of: input).map { CleanText.line($0, bytesMax: EngineLimits.titleSizeMax) }
        return line?.isEmpty == true ? nil : line
    }

    /// Runs on stored bytes and gives bytes to store.
    func run(encoded input: Data, _ ctx: Context) async throws -> Data {
        let decoded: Input
        do {
            decoded = try CanonicalJSON.decode(Input.self, from: input)
        } catch {
            throw StepError(
                code: StepError.inputUnreadable, message: "the stored input does not fit this release: \(error)",
                origin: "")
        }
        let output = try await run(decoded, ctx)
        do {
            return try CanonicalJSON.encode(output)
        } catch {
            throw StepError.notEncodable(error, at: "output")
        }
    }
}

extension StepError {
    /// What a run was started with is no input of the present code.
    static let inputUnreadable = "input_unreadable"
}
