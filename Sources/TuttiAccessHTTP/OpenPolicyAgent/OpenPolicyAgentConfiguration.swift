package import TuttiCore
import TuttiHTTPClient

/// Where an OPA server is and how it is asked.
package struct OpenPolicyAgentConfiguration: Sendable {
    /// The server's address, such as `http://127.0.0.1:8181`; a path before `/v1` may follow.
    package var url: String
    /// Sent as a bearer token, for servers that want one.
    package var token: SecretText?
    /// How long a question may take, everything included. While it waits, somebody waits for their page.
    package var timeout = Duration.seconds(1)
    /// How long a decision is kept; nothing is kept for zero.
    package var keepsDecisions = Duration.seconds(5)
    /// The most decisions that are kept; the oldest make room.
    package var decisionsMax = 10_000
    /// The most different questions at one time; more are denied.
    package var requestsMax = 256

    /// The longest question in bytes of JSON.
    package static let questionBytesMax = 64 << 10
    /// The longest question whose decision is kept.
    package static let keptQuestionBytesMax = 4 << 10
    /// The longest answer.
    package static let answerBytesMax = 64 << 10
    /// The shortest and the longest time that a question may take.
    package static let timeoutRange = Duration.milliseconds(10)...Duration.seconds(30)
    /// The longest time that a decision may be kept.
    package static let keepsDecisionsMax = Duration.seconds(60)

    package init(url: String, token: SecretText? = nil) {
        self.url = url
        self.token = token
    }

    var timeouts: HTTPTimeouts {
        HTTPTimeouts(connect: timeout, firstByte: timeout, idle: timeout, total: timeout)
    }

    /// The address that is asked.
    func decisionAddress() throws(OpenPolicyAgentError) -> String {
        guard let scheme = ["http://", "https://"].first(where: url.lowercased().hasPrefix) else {
            throw OpenPolicyAgentError("the OPA server's URL has to begin with http:// or https://")
        }
        let rest = url.dropFirst(scheme.count)
        guard let first = rest.utf8.first, first != UInt8(ascii: "/"), rest.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F })
        else { throw OpenPolicyAgentError("the OPA server's URL names no host, or holds a character that no URL has") }
        guard !rest.utf8.contains(where: { "?#@".utf8.contains($0) }) else {
            throw OpenPolicyAgentError(
                "the OPA server's URL has a name, a query or a fragment; leave it out, and give a token as such")
        }
        guard Self.timeoutRange.contains(timeout) else {
            throw OpenPolicyAgentError("the time for an OPA server's answer has to be from 10ms to 30s")
        }
        guard (.zero...Self.keepsDecisionsMax).contains(keepsDecisions) else {
            throw OpenPolicyAgentError("an OPA server's decisions may be kept for 60s at most")
        }
        guard decisionsMax > 0, requestsMax > 0 else {
            throw OpenPolicyAgentError("the limits of an OPA server's decisions and questions have to be 1 or more")
        }
        let isClosed = url.utf8.last == UInt8(ascii: "/")
        return (isClosed ? String(url.dropLast()) : url) + "/v1/data/tutti/decision"
    }
}

/// A configuration of an OPA server that cannot work.
package struct OpenPolicyAgentError: Error, Hashable, CustomStringConvertible {
    /// What is wrong and what to do; without the URL, which may hold what nobody should see.
    package let message: String
    package var description: String { message }

    init(_ message: String) { self.message = message }
}
