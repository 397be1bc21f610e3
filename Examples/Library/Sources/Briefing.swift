import Tutti

/// A workflow of one's own: plain Swift, and every line of it survives a crash.
struct Briefing: Workflow {
    func run(_ topic: String, _ ctx: Context) async throws -> String {
        let notes = try await ctx.all("angles", ["history", "market", "risks"], key: \.self) { angle, ctx in
            try await ctx.step("research") { "- the \(angle) of \(topic)" }
        }
        return try await ctx.step("write", notes) { notes in
            (["# On \(topic)"] + notes).joined(separator: "\n")
        }
    }
}
