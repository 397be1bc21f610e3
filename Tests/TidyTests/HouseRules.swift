/// The rules that every file of the repository is held to. Each is in a file of its own, with its test.
enum HouseRules {
    static let all = [
        Rule("lines are at most 120 columns", longLines),
        Rule("functions are at most 70 lines", longFunctions),
        Rule("files are at most 600 lines", longFiles),
        Rule("every file has its place", strayFiles),
        Rule("nothing built is tracked", buildProducts),
        Rule("no machine's paths", machinePaths),
        Rule("no unfinished work", unfinishedWork),
        Rule("public declarations are documented", undocumentedDeclarations),
        Rule("no full Foundation", fullFoundation),
        Rule("no traps by habit", habitualTraps),
        Rule("relaxed checks say why", unexplainedRelaxations),
        Rule("test files expect something", testsWithoutExpectation),
        Rule("tests do not sleep", sleepingTests),
        Rule("no trailing white space", trailingWhiteSpace),
        Rule("files end with a newline", missingLastNewline),
        Rule("links lead somewhere", inTree: brokenLinks),
        Rule("the dashboard is embedded whole", inTree: forgottenWebFiles),
        Rule("the code of articles is built", inTree: uncompiledCode),
    ]
}
