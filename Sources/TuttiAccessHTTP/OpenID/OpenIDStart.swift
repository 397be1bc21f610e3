import FoundationEssentials
package import TuttiCore

/// A login that has begun: where to send the browser, and what its answer has to fit.
///
/// ``kept`` belongs into a sealed cookie of the same browser, for ``OpenIDLimits/loginTime`` at most; it is used once.
package struct OpenIDStart: Sendable, Hashable {
    /// Where to send the browser.
    package let url: String
    let issuer: String
    let redirect: String
    let state: SecretText
    let nonce: SecretText
    /// What shows that whoever brings the code is who began (RFC 7636).
    let verifier: SecretText
    let begun: Timestamp

    init(
        url: String, issuer: String, redirect: String, state: SecretText, nonce: SecretText, verifier: SecretText,
        begun: Timestamp
    ) {
        self.url = url
        self.issuer = issuer
        self.redirect = redirect
        self.state = state
        self.nonce = nonce
        self.verifier = verifier
        self.begun = begun
    }

    /// All but the URL, as one text of JSON.
    package var kept: SecretText {
        let json: JSONValue = [
            "issuer": .string(issuer), "redirect": .string(redirect), "state": .string(state.revealed),
            "nonce": .string(nonce.revealed), "verifier": .string(verifier.revealed),
            "begun": .int(begun.milliseconds),
        ]
        return SecretText(String(decoding: json.bytes, as: UTF8.self))
    }

    /// Reads what ``kept`` has written; `nil` for anything else. The URL is not part of it.
    package init?(kept: SecretText) {
        guard let json = try? WireJSON.read(Data(kept.revealed.utf8)), let issuer = json["issuer"]?.stringValue,
            let redirect = json["redirect"]?.stringValue, let state = json["state"]?.stringValue,
            let nonce = json["nonce"]?.stringValue, let verifier = json["verifier"]?.stringValue,
            let begun = json["begun"]?.intValue, begun >= 0
        else { return nil }
        self.init(
            url: "", issuer: issuer, redirect: redirect, state: SecretText(state), nonce: SecretText(nonce),
            verifier: SecretText(verifier), begun: Timestamp(milliseconds: begun))
    }

    /// Whether what a browser has brought answers this.
    ///
    /// - Parameters:
    ///   - state: as it was returned.
    ///   - named: the parameter `iss`.
    ///   - own: the issuer that the path of the answer belongs to.
    /// - Throws: ``OpenIDError`` `.wrongState`, `.wrongIssuer`, `.tooLate`.
    func check(state: String, named: String?, own: String, at moment: Timestamp) throws(OpenIDError) {
        guard Self.areEqual(state, self.state.revealed) else {
            throw OpenIDError(
                .wrongState, "this login was not begun by this browser, or it is over; begin again on the login page")
        }
        guard issuer == own, named ?? issuer == issuer else {
            throw OpenIDError(
                .wrongIssuer, "the answer is of another issuer than the one that was asked; begin again")
        }
        guard moment < begun + OpenIDLimits.loginTime, begun < moment + OpenIDLimits.loginTime else {
            throw OpenIDError(.tooLate, "this login took too long; begin again on the login page")
        }
    }

    /// In a time that does not tell where they differ.
    private static func areEqual(_ one: String, _ other: String) -> Bool {
        guard one.utf8.count == other.utf8.count else { return false }
        return zip(one.utf8, other.utf8).reduce(0) { $0 | ($1.0 ^ $1.1) } == 0
    }
}

extension OpenIDStart: CustomStringConvertible, CustomReflectable {
    /// Without what only this browser may know, which is part of the URL too.
    package var description: String { "a login by \(issuer)" }
    /// Nothing inside.
    package var customMirror: Mirror { Mirror(self, children: EmptyCollection<Mirror.Child>()) }
}
