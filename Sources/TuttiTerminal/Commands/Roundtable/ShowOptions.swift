import TuttiEngine

/// How much of a result is shown, and in which form.
struct ShowOptions: Sendable {
    var isJSON = false
    var showsAll = false
    var isVerbose = false
    /// The refined document goes to standard output, and everything for people to standard error.
    var documentToOutput = false
    var isColourDeclined = false

    init(_ arguments: Arguments, _ context: CommandContext) {
        isJSON = arguments[Flags.json]
        showsAll = arguments[Flags.all]
        isVerbose = arguments[Flags.verbose]
        documentToOutput = arguments[Flags.output] == "-"
        isColourDeclined = arguments[Flags.noColor]
    }

    /// For a run that is taken up again.
    init(isJSON: Bool, isColourDeclined: Bool) {
        self.isJSON = isJSON
        self.isColourDeclined = isColourDeclined
    }
}
