package import TuttiCore
import TuttiDocuments

/// What a workflow file looks like: for editors, and for the reader, which knows no key that does not stand here.
package enum DefinitionSchema {
    /// The whole file.
    package static var file: JSONSchema {
        var schema = JSONSchema.object(
            [
                .required("name", name.describing("What the workflow is called.")),
                .optional("description", .string().describing("What it is for.")),
                .optional(
                    "input",
                    .object([], others: .each(.anyOf([inputKind, inputField])))
                        .describing("What a run is started with, by name: a type, or a mapping.")),
                .required(
                    "steps",
                    .array(of: .anyOf([roundtableStep, commandStep, waitStep, approvalStep]))
                        .describing("One after the other; or, when any step has needs, each as soon as it can.")),
                .optional(
                    "output",
                    .any.describing(
                        "What the run results in. Without it, the outputs of the steps that no other needs, by name.")),
            ], others: .refused)
        schema.title = "A workflow of Tutti"
        return schema
    }

    // MARK: The input

    static let inputKind = JSONSchema.values(
        WorkflowDefinition.InputField.Kind.allCases.map { .string($0.rawValue) })

    static let inputField = JSONSchema.object(
        [
            .optional("type", inputKind.describing("What it takes; any without it.")),
            .optional("description", .string().describing("What it is for.")),
            .optional(
                "required",
                .boolean.describing("Whether a start without it is refused; true, unless there is a default.")),
            .optional("default", .any.describing("What stands for it when it is not given.")),
        ], others: .refused)

    // MARK: The steps

    static let roundtableStep = step([
        .required("roundtable", roundtable.describing("Has a document reviewed and refined."))
    ])

    static let commandStep = step([
        .required(
            "command",
            .array(of: scalar).describing(
                "A program and its arguments. It gets the input and earlier outputs as JSON on standard input, and "
                    + "puts its own out as JSON on standard output.")),
        .optional(
            "environment",
            .array(of: .string()).describing("Names of variables that it gets from the environment.")),
        .optional("timeout", duration.describing("How long it may take; 1h without it.")),
        .optional("retry", retry.describing("How often it is tried; once without it.")),
        .optional(
            "at_most_once", .boolean.describing("Whether it must never be started again, not even after a crash.")),
    ])

    static let waitStep = step([.required("wait", wait.describing("Waits for a time or a signal."))])

    static let approvalStep = step([.required("approval", approval.describing("Asks a person."))])

    static let roundtable = JSONSchema.object(
        [
            .optional("file", .string().describing("The document: a file, read when the run starts.")),
            .optional("document", .string().describing("The document: a text, usually ${{ steps.NAME.FIELD }}.")),
            .optional("title", .string().describing("What reports call it; its first heading without it.")),
            .optional("kind", .values(DocumentKind.allCases.map { .string($0.rawValue) })),
            .optional("critics", .array(of: .string()).describing("Who reads it; all without it.")),
            .optional("max_iterations", .integer(minimum: 1, maximum: 10).describing("Rounds at most.")),
            .optional(
                "threshold_percent",
                .integer(minimum: 0, maximum: 100)
                    .describing("A round that changes less of the text than this ends it as stable.")),
            .optional(
                "fail_on", Severity.jsonSchema.describing("The bar: it converges when nothing open is this severe.")),
        ], others: .refused)

    static let retry = JSONSchema.object(
        [
            .required(
                "attempts",
                .integer(
                    minimum: Double(DefinitionLimits.attempts.lowerBound),
                    maximum: Double(DefinitionLimits.attempts.upperBound)
                ).describing("How often in all.")),
            .optional("delay", duration.describing("The longest first wait; 200ms without it.")),
            .optional("delay_max", duration.describing("The longest wait of all; 1m without it.")),
        ], others: .refused)

    static let wait = JSONSchema.object(
        [
            .optional("for", duration.describing("How long.")),
            .optional("signal", name.describing("The name of a signal.")),
            .optional("timeout", duration.describing("How long for the signal; for ever without it.")),
        ], others: .refused)

    static let approval = JSONSchema.object(
        [
            .required("show", scalar.describing("What the person is shown.")),
            .optional("expires", duration.describing("How long the question stays open; for ever without it.")),
        ], others: .refused)

    private static func step(_ own: [JSONSchema.Property]) -> JSONSchema {
        .object(
            [
                .required("name", name.describing("What references and needs call the step.")),
                .optional("needs", .array(of: .string()).describing("The steps that come before this one.")),
            ] + own, others: .refused)
    }

    // MARK: Values

    private static let scalar = JSONSchema.anyOf([.string(), .number(), .boolean])
    private static let name = JSONSchema.string()
    private static var duration: JSONSchema {
        var schema = JSONSchema.string()
        schema.examples = ["30s", "5m", "2h", "1d"]
        return schema
    }
}

extension JSONSchema {
    /// The names that an object has a place for, in their order.
    package var memberNames: [String] {
        if case .object(let properties, _) = shape { properties.map(\.name) } else { [] }
    }
}
