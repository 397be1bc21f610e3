import Tutti

/// A workflow of one's own: plain Swift, and every line of it survives a crash.
public struct Briefing: Workflow {
    let model: Model

    /// A briefing that this model writes.
    public init(model: Model) { self.model = model }

    /// Asks for three notes side by side, and then for a text of them.
    public func run(_ topic: String, _ ctx: Context) async throws -> String {
        let model = model
        let notes = try await ctx.all("angles", ["history", "market", "risks"], key: \.self) { angle, ctx in
            try await ctx.ask(model, "The \(angle) of \(topic), in one sentence.")
        }
        let task = "Write a briefing of these notes:\n" + notes.joined(separator: "\n")
        return try await ctx.ask(model, task, as: "write")
    }
}
