package import TuttiCore
import TuttiDocuments

/// What the file of a panel looks like: for editors, and for the reader, which knows no key that does not stand here.
package enum PanelSchema {
    /// The whole file.
    package static var file: JSONSchema {
        var schema = JSONSchema.object(
            [
                .optional("description", .string().describing("What the panel is good for.")),
                .optional(
                    "kind",
                    .values(DocumentKind.allCases.map { .string($0.rawValue) })
                        .describing("What sort of document it is for; detected without it.")),
                .optional("goal", .string().describing("What the document is to achieve.")),
                .optional("moderator_focus", .string().describing("What the moderator looks to.")),
                .required(
                    "participants",
                    .array(of: participant).describing(
                        "Who reads the document: \(PanelLimits.participants.lowerBound) to "
                            + "\(PanelLimits.participants.upperBound), in the order of reports.")),
            ], others: .refused)
        schema.title = "A panel of Tutti"
        return schema
    }

    static let participant = JSONSchema.object(
        [
            .required(
                "name", .string().describing("A lower-case letter, then lower-case letters, digits and hyphens.")),
            .required("role", .string().describing("What it is, such as Security engineer.")),
            .optional("model", model),
            .optional(
                "style",
                .values(ParticipantStyle.allCases.map { .string($0.rawValue) })
                    .describing("How it argues; as the roundtable says without it.")),
            .required("expertise", .string().describing("What it knows from experience.")),
            .required("perspective", .string().describing("From where it looks at a document.")),
            .required("focus", .array(of: .string()).describing("What it looks at, point by point.")),
            .optional(
                "leaves", .array(of: .string()).describing("What it must leave to the others, point by point.")),
            .required("instructions", .string().describing("How it is to work.")),
        ], others: .refused)

    private static var model: JSONSchema {
        var schema = JSONSchema.string().describing(
            "Who speaks for it, as provider/name or by the name of a route; the strategy says without it.")
        schema.examples = ["ollama/qwen3:8b", "openrouter/vendor/small"]
        return schema
    }
}
