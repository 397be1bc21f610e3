import TuttiCore

/// A real key in the document.
struct SecretInTextCheck: Check {
    let rule = Rule(
        "secret-in-text", "Secret written in the document", .critical, .aiRisk,
        reason: "Documents are copied, mailed and indexed; a key that stands in one is public.",
        bad: "export TOKEN=ghp_…36 characters…", good: "export TOKEN=$(vault read -field=token ci/github)")
    let knowsAnyLanguage = true

    /// A beginning, and how many characters of a key follow at least.
    private static let forms: [(prefix: [UInt8], least: Int, name: String)] = [
        ("AKIA", 16, "AWS access key"), ("ASIA", 16, "AWS access key"), ("ghp_", 36, "GitHub token"),
        ("github_pat_", 40, "GitHub token"), ("glpat-", 20, "GitLab token"), ("sk_live_", 20, "Stripe key"),
        ("rk_live_", 20, "Stripe key"), ("xoxb-", 30, "Slack token"), ("xoxp-", 30, "Slack token"),
        ("sk-ant-", 40, "Anthropic key"), ("sk-proj-", 40, "OpenAI key"), ("AIza", 35, "Google API key"),
    ].map { (Array($0.0.utf8), $0.1, $0.2) }
    private static let keyBlock = Array("PRIVATE KEY-----".utf8)

    func findings(in context: ReviewContext) -> [Finding] {
        let document = context.document
        let bytes = document.source
        var findings: [Finding] = []
        var lastLine = -1
        for (index, line) in document.lines.enumerated() where line.end - line.start >= 16 {
            var at = line.start
            while at < line.end {
                if let name = secret(at, line, bytes), index != lastLine {
                    lastLine = index
                    findings.append(make(name, index, context))
                    break
                }
                at += 1
            }
        }
        return findings
    }

    private func secret(_ at: Int, _ line: Line, _ bytes: [UInt8]) -> String? {
        switch bytes[at] {
        case UInt8(ascii: "A"), UInt8(ascii: "g"), UInt8(ascii: "s"), UInt8(ascii: "r"), UInt8(ascii: "x"):
            guard at == 0 || !bytes[at - 1].isASCIIAlphanumeric else { return nil }
            for form in Self.forms where isKey(form.prefix, form.least, at, line, bytes) { return form.name }
        case UInt8(ascii: "P") where at >= 11 && matches(Self.keyBlock, at, line.end, bytes):
            return bytes[line.start..<at].starts(with: Array("-----BEGIN".utf8)) ? "private key" : nil
        default: break
        }
        return nil
    }

    private func matches(_ text: [UInt8], _ at: Int, _ end: Int, _ bytes: [UInt8]) -> Bool {
        at + text.count <= end && bytes[at..<at + text.count].elementsEqual(text)
    }

    /// Enough characters of a key follow, and they vary: `sk_live_xxxxxxxx` and `AKIA…EXAMPLE` are examples.
    private func isKey(_ prefix: [UInt8], _ least: Int, _ at: Int, _ line: Line, _ bytes: [UInt8]) -> Bool {
        guard matches(prefix, at, line.end, bytes) else { return false }
        let rest = bytes[(at + prefix.count)..<line.end].prefix(200)
            .prefix { $0.isASCIIAlphanumeric || $0 == ASCII.underscore || $0 == ASCII.dash }
        let text = String(decoding: rest, as: UTF8.self).lowercased()
        return rest.count >= least && Set(rest).count >= 8 && !text.contains("example") && !text.contains("xxxx")
    }

    private func make(_ name: String, _ index: Int, _ context: ReviewContext) -> Finding {
        let section = context.document.sections.last { $0.line <= index + 1 && $0.headingBlock != nil }
        return Finding(
            rule: rule, subject: "\(name) \(section?.path ?? "")", message: "This line holds what looks like a \(name)",
            suggestion: "Revoke it now, then take it out of the document and of its history.",
            section: section?.path ?? "", line: index + 1,
            questions: [
                "Has the \(name) under \"\(section?.title ?? "the beginning")\" been revoked, by whom and when?"
            ])
    }
}
