import TuttiCore

/// The rules for what an input says of models and people.
extension RoundtableInput {
    /// - Throws: `StepError` `bad_input` that names the field, the rule and the way out.
    func checkPanel() throws(StepError) {
        if panel != nil, models == nil {
            throw .badInput("models", "is missing; a panel of participants needs a model that speaks for them")
        }
        if let panel {
            do {
                try panel.check()
            } catch {
                throw .badInput("panel", "\(error)")
            }
            if let name = panel.participants.map(\.name).first(where: { critics.contains($0) }) {
                throw .badInput(
                    "panel", "has a participant '\(name)', which is a critic's name, too; rename one of them")
            }
            if panel.participants.contains(where: { $0.name == Roundtable.commentsID }) {
                throw .badInput(
                    "panel", "has a participant '\(Roundtable.commentsID)', which is the name for comments; rename it")
            }
        }
        if let comments, comments.count > RoundtableComment.countMax {
            throw .badInput("comments", "are \(comments.count); the limit is \(RoundtableComment.countMax)")
        }
        for comment in comments ?? [] {
            if let problem = comment.problem { throw .badInput("comments", problem) }
        }
        if let problem = memory.flatMap(TableMemory.problem(ofName:)) { throw .badInput("memory", problem) }
        if let tokens = partTokensMax, !Self.partTokens.contains(tokens) {
            throw .badInput(
                "partTokensMax",
                "is \(tokens); use \(Self.partTokens.lowerBound) to \(Self.partTokens.upperBound)")
        }
    }
}
