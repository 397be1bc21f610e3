import Testing

@testable import TuttiReadings
@testable import TuttiTerminal

@Suite("The Markdown report")
struct MarkdownReportTests {
    @Test func isReadableAsText() {
        #expect(
            MarkdownReport.text(.sample).hasPrefix(
                """
                # A plan for the tea shop

                **◆ stable** · 1 high, 1 medium, 1 low

                Two rounds changed 3 % of the text; 3 questions are left for its author.

                ## Rounds

                | Round | critical | high | medium | low | What it came to |
                | ---: | ---: | ---: | ---: | ---: | --- |
                | 1 | 1 | 2 | 4 | 1 | the bar is high |
                | 2 | 0 | 1 | 1 | 1 | the text changed by 3 % |

                ## Open findings (3)

                - **high** · line 3 · Goals · REQ-01 · engineering · seen before\("  ")
                  "Fast" cannot be measured.
                  > The shop must be fast.

                  → Say how many milliseconds, at which percentile.

                """))
    }

    static let texts: [(String, String)] = [
        ("plain words, 5 % (five).", "plain words, 5 % (five)."), ("a*b_c`d", "a\\*b\\_c\\`d"), ("- item", "\\- item"),
        ("1. item", "1\\. item"), ("12) item", "12\\) item"), ("3.5 s", "3\\.5 s"), ("   # head", "\\# head"),
        ("<b>&amp;", "\\<b\\>\\&amp;"), ("a | b", "a \\| b"), ("[x](y)", "\\[x\\](y)"), ("a\nb", "a b"), ("", ""),
    ]

    @Test(arguments: texts) func nothingInATextIsAMark(text: String, expected: String) {
        #expect(MarkdownText.escaped(text) == expected)
    }

    @Test func fencesAreLongerThanWhatTheyHold() {
        #expect(MarkdownText.fenced("a", language: "x") == "```x\na\n```\n")
        #expect(MarkdownText.fenced("````\n", language: "") == "`````\n````\n`````\n")
    }

    @Test func hostileTextsStayInTheirPlace() {
        let text = MarkdownReport.text(.hostile)
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        #expect(lines.count { $0.hasPrefix("#") } == 6)
        #expect(lines.contains("``````markdown"))
        #expect(!lines.prefix { !$0.hasPrefix("`") }.contains { $0.contains("<script") && !$0.contains("\\<script") })
    }
}
