import TuttiCore
import TuttiHTTP
import TuttiModels

/// What requests to Amazon are signed by.
typealias AmazonCredential = AmazonSignature.Signer

extension IssuedCredential<AmazonCredential> {
    /// The credential of an answer in JSON, whose members all sources name alike but for the token.
    ///
    /// - Throws: ``ModelError`` `unauthenticated` when something is missing.
    init(_ answer: JSONValue, token: String, from source: String) throws(ModelError) {
        func text(_ name: String) -> String? { answer[name]?.stringValue.flatMap { $0.isEmpty ? nil : $0 } }
        guard let id = text("AccessKeyId"), let secret = text("SecretAccessKey") else {
            throw .noCredential("\(source) gave no 'AccessKeyId' and 'SecretAccessKey'; check what it is set up for")
        }
        let end = text("Expiration")
        let expires = end.flatMap { Timestamp(rfc3339: $0) }
        guard end == nil || expires != nil else {
            throw .noCredential("the 'Expiration' that \(source) gave is no moment; check what it is set up for")
        }
        let signer = AmazonCredential(
            keyID: id, secret: SecretText(secret), token: text(token).map { SecretText($0) })
        try self.init(checking: signer, expires: expires, from: source)
    }

    /// - Throws: ``ModelError`` `unauthenticated` for parts that no header can hold.
    init(
        checking signer: AmazonCredential, expires: Timestamp? = nil, isFixed: Bool = false, from source: String
    ) throws(ModelError) {
        func fits(_ text: String, _ count: Int) -> Bool {
            (1...count).contains(text.utf8.count) && text.utf8.allSatisfy { (0x21...0x7E).contains($0) }
        }
        guard fits(signer.keyID, 128), signer.keyID.utf8.allSatisfy({ !"/,=".utf8.contains($0) }),
            fits(signer.secret.revealed, 1024), signer.token.map({ fits($0.revealed, 16 << 10) }) ?? true
        else {
            throw .noCredential(
                "the credential of \(source) is empty or holds a blank, a line end or another character that none has; "
                    + "set it anew")
        }
        self.init(value: signer, expires: expires, isFixed: isFixed)
    }
}
