import Testing
import TuttiCore

@testable import TuttiHTTP

/// Signatures that botocore makes of the same requests at the same moment.
@Suite struct AmazonSignatureTests {
    struct Sample: Sendable {
        var method = HTTPMethod.post
        let url: String
        var headers: HTTPHeaders = [:]
        var body = ""
        var token: String?
        var region = "us-east-1"
        var service = "bedrock"
        var pathForm = AmazonSignature.PathForm.encodedAgain
        let signed: String
        let signature: String
    }

    static let moment = Timestamp("2026-01-02T03:04:05.000Z") ?? Timestamp(milliseconds: 0)
    static let secret = SecretText("wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY")
    static let converse =
        "https://bedrock-runtime.us-east-1.amazonaws.com/model/us.amazon.nova-lite-v1%3A0/converse"

    static let samples = [
        Sample(
            url: converse, headers: ["Content-Type": "application/json"], body: #"{"messages":[]}"#,
            signed: "content-type;host;x-amz-date",
            signature: "d06a48713869ec2a704f34d186e85c0842d69340bf6e655cf1875f6f7d60489c"),
        Sample(
            url: converse, headers: ["Content-Type": "application/json", "accept": "x", "idempotency-key": "y"],
            body: #"{"messages":[]}"#, token: "TOKEN", signed: "content-type;host;x-amz-date;x-amz-security-token",
            signature: "f24acc0d897030550ba59507b399a8dce0bf0a263fd2784a42a927c4b66957fc"),
        Sample(
            method: .get,
            url: "http://127.0.0.1:8123/inference-profiles?maxResults=1000&nextToken=a%2Bb%2F%3D&A=&b=%C3%A4",
            region: "eu-central-1", signed: "host;x-amz-date",
            signature: "3b7655a39e26c8db086e78f4f74df6178f6a272b9c734e6cb5ae286444415d4c"),
        Sample(
            url: "https://sts.eu-west-1.amazonaws.com/",
            headers: ["content-type": "application/x-www-form-urlencoded"],
            body: "Action=AssumeRole&Version=2011-06-15", region: "eu-west-1", service: "sts",
            signed: "content-type;host;x-amz-date",
            signature: "fae3d05b0db17d655fbcc38000aca405e462fd9491a2ab95ab674c53b4f6312a"),
        Sample(
            url: "https://bedrock-runtime.eu-central-1.amazonaws.com/model/arn%3Aaws%3Abedrock%3Aeu-central-1"
                + "%3A123456789012%3Ainference-profile%2Feu.x-v1%3A0/converse-stream",
            headers: ["Content-Type": "application/json", "X-Amz-Meta-B": "  a   b  c ", "X-Amz-Meta-A": "1"],
            body: #"{"ä":1}"#, token: "T/O+K=N", region: "eu-central-1",
            signed: "content-type;host;x-amz-date;x-amz-meta-a;x-amz-meta-b;x-amz-security-token",
            signature: "31dd32bdac9487ab5723050595ffd594f96df3d5037e9b9c590eda42ed4beecf"),
        Sample(
            method: .get, url: "https://bucket.s3.us-east-1.amazonaws.com:443/a%20b/c%3Ad?list-type=2&prefix=x%2Fy",
            headers: ["x-amz-content-sha256": Digest.sha256Hex("")], service: "s3", pathForm: .asSent,
            signed: "host;x-amz-content-sha256;x-amz-date",
            signature: "5641b076ffe3ab502fb0fc5255fb3e43f3f56615b08dd80fa607796321b6df64"),
    ]

    @Test(arguments: samples.indices)
    func areThoseOfBotocore(_ index: Int) {
        let sample = Self.samples[index]
        let signer = AmazonSignature.Signer(
            keyID: "AKIDEXAMPLE", secret: Self.secret, token: sample.token.map { SecretText($0) })
        let signature = AmazonSignature(
            by: signer, region: sample.region, service: sample.service, pathForm: sample.pathForm)
        let fields = signature.headers(
            for: .init(sample.method, sample.url, headers: sample.headers, body: Array(sample.body.utf8)),
            at: Self.moment)
        let scope = "20260102/\(sample.region)/\(sample.service)/aws4_request"
        var expected = [HTTPHeaders.Field(name: "x-amz-date", value: "20260102T030405Z")]
        if let token = sample.token { expected.append(.init(name: "x-amz-security-token", value: token)) }
        expected.append(
            .init(
                name: "authorization",
                value: "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/\(scope), SignedHeaders=\(sample.signed), "
                    + "Signature=\(sample.signature)"))
        #expect(fields == expected)
    }

    @Test func theStepsAreThoseOfTheManual() {
        let signer = AmazonSignature.Signer(keyID: "AKIDEXAMPLE", secret: Self.secret)
        let signature = AmazonSignature(by: signer, region: "us-east-1", service: "bedrock")
        let fields: [HTTPHeaders.Field] = [
            .init(name: "content-type", value: "application/json"),
            .init(name: "host", value: "bedrock-runtime.us-east-1.amazonaws.com"),
            .init(name: "x-amz-date", value: "20260102T030405Z"),
        ]
        let request = AmazonSignature.Request(
            .post, Self.converse, headers: [:], body: Array(#"{"messages":[]}"#.utf8))
        let canonical = signature.canonical(request, fields)
        #expect(
            canonical == """
                POST
                /model/us.amazon.nova-lite-v1%253A0/converse

                content-type:application/json
                host:bedrock-runtime.us-east-1.amazonaws.com
                x-amz-date:20260102T030405Z

                content-type;host;x-amz-date
                5e4ce7b36ba37b78a5d5f9fd08e6b7b54ba6879d651aa46ec9e1d6fa24ebe30a
                """)
        #expect(
            signature.textToSign(canonical, "20260102T030405Z") == """
                AWS4-HMAC-SHA256
                20260102T030405Z
                20260102/us-east-1/bedrock/aws4_request
                2dc6c9724c7a3b9cd0c124eff5333a3059d70dc0dcc1061a6bbcc2d764dfa1d4
                """)
    }

    @Test func theSecretIsNotShown() {
        let signer = AmazonSignature.Signer(keyID: "AKIDEXAMPLE", secret: Self.secret, token: SecretText("planted"))
        var text = "\(signer)"
        dump(AmazonSignature(by: signer, region: "r", service: "s"), to: &text)
        #expect(!text.contains("wJalr") && !text.contains("planted"))
    }
}
