import Glibc
import Testing
import TuttiCore

@testable import TuttiReadings
@testable import TuttiTerminal

@Suite("The HTML report")
struct HTMLReportTests {
    static let pages: [ReportPage] = [.sample, .hostile, .empty]

    /// The tags of a page in their order, checked for balance and quoting on the way.
    static func tags(of html: String) throws -> [String] {
        var open: [String] = []
        var all: [String] = []
        var rest = Substring(html)
        while let start = rest.firstIndex(of: "<") {
            #expect(!rest[..<start].contains(">") || open.last == "style")
            let end = try #require(rest[start...].firstIndex(of: ">"))
            let tag = rest[rest.index(after: start)..<end]
            rest = rest[rest.index(after: end)...]
            let name = String(tag.prefix { $0.isLetter || $0.isNumber || $0 == "/" || $0 == "!" })
            all.append(name)
            if name.hasPrefix("/") {
                try #require(open.popLast() == String(name.dropFirst()))
            } else if name != "meta" && name != "!DOCTYPE" {
                open.append(name)
            }
            #expect(tag.count { $0 == "\"" }.isMultiple(of: 2))
        }
        #expect(open == [])
        return all
    }

    @Test(arguments: pages) func isWellFormed(page: ReportPage) throws {
        let allowed: Set<String> = [
            "html", "head", "meta", "title", "style", "body", "main", "header", "section", "details", "summary", "h1",
            "h2", "p", "ul", "ol", "li", "b", "i", "a", "span", "div", "code", "blockquote", "table", "thead", "tbody",
            "tr", "th", "td", "footer", "dl", "dt", "dd",
        ]
        let tags = Set(try Self.tags(of: HTMLReport.text(page)).filter { !$0.hasPrefix("/") && $0 != "!DOCTYPE" })
        #expect(tags.isSubset(of: allowed))
    }

    @Test(arguments: pages) func needsNothingElse(page: ReportPage) {
        let html = HTMLReport.text(page)
        for word in ["<script", "src=", "url(", "@import", "http:", "https:", "<link", "<img", " onload=x>"] {
            #expect(!html.contains(word))
        }
        #expect(html.contains("default-src 'none'"))
    }

    @Test(arguments: pages) func holdsNothingThatHTMLForbids(page: ReportPage) {
        let scalars = HTMLReport.text(page).unicodeScalars
        #expect(!scalars.contains { $0.properties.generalCategory == .control && $0 != "\n" && $0 != "\t" })
        #expect(!scalars.contains("\u{202E}"))
    }

    @Test(arguments: pages) func linksOnlyToLinesThatAreThere(page: ReportPage) {
        let html = HTMLReport.text(page)
        for match in html.matches(of: /href="#(L\d+)"/) { #expect(html.contains("id=\"\(match.1)\"")) }
    }

    @Test func equalPagesGiveEqualBytes() {
        #expect(HTMLReport.text(.sample) == HTMLReport.text(.sample))
        #expect(MarkdownReport.text(.sample) == MarkdownReport.text(.sample))
    }

    @Test func showsWhatThePageHolds() {
        let html = HTMLReport.text(.sample)
        for text in [
            "<title>A plan for the tea shop</title>", "<p class=\"outcome cue\">", "Open findings (3)", "1 finding<",
            "<a href=\"#L3\">line 3</a>", "&quot;Fast&quot; cannot be measured.", "seen before", "+2 −1 lines",
            "<span class=\"ins\">+The shop opens on Monday.</span>", "<span class=\"name\">--- plan.md</span>",
            "<li id=\"L1\" class=\"heading\"># Plan</li>", "<dd>run_01k9a3</dd>",
        ] {
            #expect(html.contains(text), "\(text)")
        }
    }

    @Test func theWorstOpenFindingComesFirst() {
        #expect(ReportPage.sample.openFindings.map(\.severity) == [.high, .medium, .low])
        #expect(ReportPage.sample.fixedFindings.map(\.severity) == [.critical])
        #expect(ReportPage.sample.openCounts == SeverityCounts(critical: 0, high: 1, medium: 1, low: 1))
    }

    @Test func saysThatNothingIsOpen() {
        #expect(HTMLReport.text(.empty).contains("Nothing is open."))
        #expect(MarkdownReport.text(.empty).contains("Nothing is open."))
    }

    @Test func longDiffsAreCutAndSaySo() {
        var page = ReportPage.sample
        page.diff = "--- a\n+++ b\n@@ -0,0 +1,9000 @@\n" + String(repeating: "+x\n", count: 9000)
        let html = HTMLReport.text(page)
        #expect(html.contains("+9000 −0 lines"))
        #expect(html.contains("Left out here: 4003 lines."))
    }

    @Test func aDeletedLineOfDashesIsNoName() {
        let diff = DiffText("--- a\n+++ b\n@@ -1 +1 @@\n--- old\n+++ new\n same\n")
        #expect(diff.lines.map(\.kind) == [.name, .name, .hunk, .deletion, .insertion, .context])
    }
}

@Suite("The colours of the report")
struct HTMLStyleTests {
    /// The custom properties of the light or the dark half of the style sheet.
    static func colours(dark: Bool) -> [String: [Double]] {
        let halves = HTMLStyle.text.split(separator: "@media (prefers-color-scheme: dark)", maxSplits: 1)
        var colours: [String: [Double]] = [:]
        for match in halves[dark ? 1 : 0].matches(of: /--([a-z-]+): #([0-9a-f]{6})/) {
            guard let value = UInt32(match.2, radix: 16) else { continue }
            colours[String(match.1)] = [16, 8, 0].map { Double(value >> $0 & 0xFF) / 255 }
        }
        return colours
    }

    /// Contrast after WCAG 2.2.
    static func contrast(_ one: [Double], _ other: [Double]) -> Double {
        func luminance(_ colour: [Double]) -> Double {
            let linear = colour.map { $0 <= 0.04045 ? $0 / 12.92 : pow(($0 + 0.055) / 1.055, 2.4) }
            return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
        }
        let (bright, dim) = (max(luminance(one), luminance(other)), min(luminance(one), luminance(other)))
        return (bright + 0.05) / (dim + 0.05)
    }

    static let pairs = [
        ("ink", "paper"), ("ink", "surface"), ("ink", "sunk"), ("ink", "ins"), ("ink", "del"), ("soft", "surface"),
        ("soft", "paper"), ("muted", "paper"), ("muted", "surface"), ("muted", "sunk"), ("act", "surface"),
        ("ok", "paper"), ("cue", "cue-fill"), ("bad", "surface"), ("surface", "bad"),
    ]

    @Test(arguments: pairs, [false, true]) func textCanBeRead(pair: (String, String), dark: Bool) throws {
        let colours = Self.colours(dark: dark)
        #expect(Self.contrast(try #require(colours[pair.0]), try #require(colours[pair.1])) >= 4.5)
    }

    @Test func bothHalvesHaveTheSameNames() {
        #expect(Set(Self.colours(dark: false).keys) == Set(Self.colours(dark: true).keys))
    }
}
