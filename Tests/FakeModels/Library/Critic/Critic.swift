import TuttiCore

/// Answers whatever asks for JSON by a schema: mostly as it should.
package struct Critic: Sendable {
    /// The share of answers that nobody can use, from 0 to 1. Which calls get one depends on what they say only, so
    /// that a call that is repeated gets the same answer again, and one that shows a mistake gets another chance.
    package var invalidShare: Double
    /// What texts are answered with, how fast, and with which usage.
    package var otherwise: Answer

    package init(otherwise: Answer, invalidShare: Double = 0) {
        self.otherwise = otherwise
        self.invalidShare = invalidShare
    }

    package var script: Script { Script { call in answer(call) } }

    package func answer(_ call: ModelCall) -> Answer {
        var answer = otherwise
        guard let schema = call.forcedTool?.schema ?? call.schema else { return answer }
        let valid = SchemaAnswer.value(for: schema)
        let hash = Self.hash(call.prompt)
        let isInvalid = Double(hash >> 11) / Double(1 << 53) < invalidShare
        if let tool = call.forcedTool {
            let arguments = isInvalid ? JSONText.write(["unexpected": valid]) : JSONText.write(valid)
            answer.parts = [.tool(name: tool.name, arguments: arguments)]
        } else if isInvalid {
            let invalid = InvalidAnswer.allCases[Int(hash % UInt64(InvalidAnswer.allCases.count))]
            answer.parts = [.text(invalid.text(insteadOf: valid))]
        } else {
            answer.parts = [.text(JSONText.write(valid))]
        }
        return answer
    }

    /// FNV-1a, with its bits mixed once more: equal texts have equal numbers in every process.
    private static func hash(_ text: String) -> UInt64 {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        for byte in text.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
        hash = (hash ^ (hash >> 33)) &* 0xff51_afd7_ed55_8ccd
        return hash ^ (hash >> 33)
    }
}

/// How an answer fails its schema.
enum InvalidAnswer: CaseIterable {
    case sentence
    case otherShape
    case otherLanguage
    case cutInTheMiddle
    case nothing

    func text(insteadOf valid: JSONValue) -> String {
        switch self {
        case .sentence: return "I have read it and think that it is fine."
        case .otherShape: return JSONText.write(["unexpected": valid])
        case .otherLanguage: return "Das Dokument ist gut, mehr sage ich nicht."
        case .cutInTheMiddle:
            let text = JSONText.write(valid)
            return String(text.prefix(text.count / 2))
        case .nothing: return ""
        }
    }
}
