import FoundationEssentials
import TestServer
import Testing
import TuttiCore
import TuttiHTTP
import TuttiHTTPClient
import TuttiModels

@testable import TuttiProviders

/// Where credentials for Amazon come from.
@Suite struct AmazonCredentialTests {
    private static let secret = "planted/secret+key"
    private static let later = "2026-01-02T09:00:00Z"
    private static let answer =
        #"{"Code":"Success","AccessKeyId":"ASIA1","SecretAccessKey":"\#(secret)","Token":"planted-token","#
        + #""Expiration":"\#(later)"}"#
    private static let roleXML = """
        <AssumeRoleResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><AssumeRoleResult><Credentials>
        <AccessKeyId>ASIA1</AccessKeyId><SecretAccessKey>\(secret)</SecretAccessKey>
        <SessionToken>planted-token</SessionToken><Expiration>\(later)</Expiration>
        </Credentials></AssumeRoleResult></AssumeRoleResponse>
        """

    /// What every source here gives.
    private static let given = AmazonCredential(
        keyID: "ASIA1", secret: SecretText(secret), token: SecretText("planted-token"))

    private func chain(_ variables: [String: String], profile: String? = nil) -> AmazonCredentialChain {
        let off = variables["AWS_EC2_METADATA_SERVICE_ENDPOINT"] == nil ? ["AWS_EC2_METADATA_DISABLED": "true"] : [:]
        return AmazonCredentialChain(
            cloud: CloudEnvironment(off.merging(variables) { $1 }), chosenProfile: profile, region: "eu-west-1",
            calls: CredentialCalls(outward: HTTPClient(), straight: HTTPClient()), clock: TestClock())
    }

    private func failure(_ variables: [String: String], profile: String? = nil) async -> ModelError? {
        let error = await #expect(throws: ModelError.self) {
            try await chain(variables, profile: profile).fetch()
        }
        let shown = "\(String(describing: error)) \(String(reflecting: error))"
        #expect(!shown.contains("planted"), "\(shown)")
        return error
    }

    private func expectGiven(_ issued: IssuedCredential<AmazonCredential>) {
        #expect(issued.value == Self.given)
        #expect(issued.expires == Timestamp(rfc3339: Self.later) && !issued.isFixed)
    }

    // MARK: Variables and files

    @Test func variablesCountFirst() async throws {
        let folder = try TestFolder([
            ".aws/credentials": "[default]\naws_access_key_id=F\naws_secret_access_key=f\n"
        ])
        let variables = ["HOME": folder.path, "AWS_ACCESS_KEY_ID": "V", "AWS_SECRET_ACCESS_KEY": " v\n"]
        let issued = try await chain(variables).fetch()
        #expect(issued.value == AmazonCredential(keyID: "V", secret: SecretText("v")) && issued.isFixed)
        // A profile that was asked for counts before them.
        let chosen = try await chain(variables, profile: "default").fetch()
        #expect(chosen.value == AmazonCredential(keyID: "F", secret: SecretText("f")) && !chosen.isFixed)
        let half = await failure(["AWS_ACCESS_KEY_ID": "V"])
        #expect(half?.message.contains("AWS_SECRET_ACCESS_KEY is not") == true)
    }

    @Test(arguments: ["a b", "a\nb", "ä"])
    func aSecretThatNoKeyHasIsRefused(secret: String) async {
        let error = await failure(["AWS_ACCESS_KEY_ID": "V", "AWS_SECRET_ACCESS_KEY": "planted" + secret])
        #expect(error?.kind == .unauthenticated)
    }

    @Test func filesAreReadAnew() async throws {
        let folder = try TestFolder([
            ".aws/credentials": "[default]\naws_access_key_id=F\naws_secret_access_key=f\naws_session_token=t\n"
        ])
        let chain = chain(["HOME": folder.path])
        let first = try await chain.fetch().value
        #expect(first == AmazonCredential(keyID: "F", secret: SecretText("f"), token: SecretText("t")))
        try folder.write(".aws/credentials", "[default]\naws_access_key_id=G\naws_secret_access_key=g\n")
        #expect(try await chain.fetch().value.keyID == "G")
    }

    @Test func withoutAnyTheWaysOutAreTold() async {
        let error = await failure([:])
        #expect(error?.kind == .unauthenticated && error?.classification == .never)
        for way in ["AWS_BEARER_TOKEN_BEDROCK", "providers.bedrock.key", "AWS_ACCESS_KEY_ID", "AWS_PROFILE"] {
            #expect(error?.message.contains(way) == true)
        }
    }

    @Test func profilesThatHoldNothing() async throws {
        let folder = try TestFolder([
            ".aws/config": """
            [profile empty]
            region = r
            [profile half]
            aws_access_key_id = A
            [profile login]
            login_session = x
            [profile mfa]
            role_arn = r
            mfa_serial = m
            source_profile = empty
            [profile lost]
            role_arn = r
            source_profile = nowhere
            [profile lone]
            role_arn = r
            [profile odd]
            role_arn = r
            credential_source = Elsewhere
            [profile one]
            role_arn = r
            source_profile = two
            [profile two]
            role_arn = r
            source_profile = one
            """
        ])
        let expected = [
            "none": "there is no profile 'none'", "empty": "holds no credential", "half": "no aws_secret_access_key",
            "login": "aws configure export-credentials", "mfa": "second factor", "lost": "'nowhere'",
            "lone": "needs one of source_profile", "odd": "needs one of source_profile", "one": "from itself",
        ]
        for (name, part) in expected {
            let error = await failure(["HOME": folder.path, "AWS_PROFILE": name])
            #expect(error?.message.contains(part) == true, "\(name): \(error?.message ?? "")")
        }
    }

    // MARK: Roles

    @Test func aRoleIsAssumedByTheKeyOfAnotherProfile() async throws {
        let host = ModelHost { _, connection in connection.answer(Self.roleXML, type: "text/xml") }
        let folder = try TestFolder([
            ".aws/config": """
            [profile work]
            role_arn = arn:aws:iam::1:role/x
            source_profile = base
            external_id = e d
            duration_seconds = 1800
            role_session_name = me
            """,
            ".aws/credentials": "[base]\naws_access_key_id=AKIDB\naws_secret_access_key=planted-base\n",
        ])
        let issued = try await chain([
            "HOME": folder.path, "AWS_PROFILE": "work", "AWS_ENDPOINT_URL_STS": host.url,
        ]).fetch()
        expectGiven(issued)
        let asked = try #require(host.asked.first)
        #expect(
            asked.bodyText
                == "Action=AssumeRole&Version=2011-06-15&RoleArn=arn%3Aaws%3Aiam%3A%3A1%3Arole%2Fx&RoleSessionName=me"
                + "&ExternalId=e%20d&DurationSeconds=1800")
        let start = "AWS4-HMAC-SHA256 Credential=AKIDB/20260102/eu-west-1/sts/aws4_request, SignedHeaders="
        #expect(asked.headers["authorization"]?.hasPrefix(start + "content-type;host;x-amz-date, ") == true)
    }

    @Test func aRoleOfARole() async throws {
        let host = ModelHost { _, connection in connection.answer(Self.roleXML, type: "text/xml") }
        let folder = try TestFolder([
            ".aws/config": """
            [profile outer]
            role_arn = outer
            source_profile = inner
            [profile inner]
            role_arn = inner
            source_profile = inner
            aws_access_key_id = AKIDI
            aws_secret_access_key = planted-inner
            """
        ])
        let variables = ["HOME": folder.path, "AWS_PROFILE": "outer", "AWS_ENDPOINT_URL_STS": host.url + "/"]
        expectGiven(try await chain(variables).fetch())
        let signers = host.asked.map { $0.headers["authorization"]?.contains("Credential=AKIDI/") }
        #expect(signers == [true, false])
        #expect(host.asked.last?.headers["x-amz-security-token"] == "planted-token")
    }

    @Test func theTokenServiceMayRefuseOrBeAway() async throws {
        let host = ModelHost { asked, connection in
            let isAway = asked.bodyText.contains("RoleArn=away")
            let code = isAway ? "InternalFailure" : "AccessDenied"
            connection.answer(
                "<ErrorResponse><Error><Code>\(code)</Code><Message>planted</Message></Error></ErrorResponse>",
                status: isAway ? 500 : 403)
        }
        let folder = try TestFolder(["token": "planted-jwt\n"])
        func error(_ role: String) async -> ModelError? {
            await failure([
                "AWS_ROLE_ARN": role, "AWS_WEB_IDENTITY_TOKEN_FILE": "\(folder.path)/token",
                "AWS_ENDPOINT_URL_STS": host.url,
            ])
        }
        let refused = await error("r")
        #expect(refused?.kind == .unauthenticated && refused?.message.contains("403 (AccessDenied)") == true)
        let away = await error("away")
        #expect(away?.kind == .unreachable && away?.classification == .retry)
    }

    @Test func aWebIdentityIsReadAnew() async throws {
        let host = ModelHost { _, connection in connection.answer(Self.roleXML, type: "text/xml") }
        let folder = try TestFolder(["token": "one\n"])
        let chain = chain([
            "AWS_ROLE_ARN": "arn:r", "AWS_WEB_IDENTITY_TOKEN_FILE": "\(folder.path)/token",
            "AWS_ROLE_SESSION_NAME": "s", "AWS_ENDPOINT_URL_STS": host.url,
        ])
        expectGiven(try await chain.fetch())
        try folder.write("token", "two")
        _ = try await chain.fetch()
        let start = "Action=AssumeRoleWithWebIdentity&Version=2011-06-15&RoleArn=arn%3Ar&RoleSessionName=s"
        #expect(host.asked.map(\.bodyText) == ["one", "two"].map { "\(start)&WebIdentityToken=\($0)" })
        #expect(host.asked.first?.headers["authorization"] == nil)
        let lost = await failure(["AWS_ROLE_ARN": "r", "AWS_WEB_IDENTITY_TOKEN_FILE": "\(folder.path)/none"])
        #expect(lost?.message.contains("AWS_WEB_IDENTITY_TOKEN_FILE") == true)
        let half = await failure(["AWS_WEB_IDENTITY_TOKEN_FILE": "\(folder.path)/token"])
        #expect(half?.message.contains("AWS_ROLE_ARN is not") == true)
    }

    // MARK: Logins and programs

    @Test func aLoginInTheBrowser() async throws {
        let host = ModelHost { _, connection in
            connection.answer(
                #"{"roleCredentials":{"accessKeyId":"ASIA1","secretAccessKey":"\#(Self.secret)","#
                    + #""sessionToken":"planted-token","expiration":1767344400000}}"#)
        }
        let config = """
            [profile corp]
            sso_session = home
            sso_account_id = 123456789012
            sso_role_name = Dev Ops
            [sso-session home]
            sso_region = eu-west-1
            sso_start_url = https://example.awsapps.com/start
            """
        let folder = try TestFolder([".aws/config": config])
        let variables = ["HOME": folder.path, "AWS_PROFILE": "corp", "AWS_ENDPOINT_URL_SSO": host.url]
        let missing = await failure(variables)
        #expect(missing?.message.contains("aws sso login --profile corp") == true)
        // The file is named by the SHA-1 of the session's name.
        #expect(Digest.sha1Hex("abc") == "a9993e364706816aba3e25717850c26c9cd0d89d")
        let named = ".aws/sso/cache/\(Digest.sha1Hex("home")).json"
        try folder.write(named, #"{"accessToken":"planted-access","expiresAt":"2026-01-02T03:04:05Z"}"#)
        #expect(await failure(variables)?.message.contains("has run out") == true)
        try folder.write(named, #"{"accessToken":"planted-access","expiresAt":"2026-01-02T03:04:06Z"}"#)
        expectGiven(try await chain(variables).fetch())
        #expect(
            host.asked.first?.line
                == "GET /federation/credentials?role_name=Dev%20Ops&account_id=123456789012 HTTP/1.1")
        #expect(host.asked.first?.headers["x-amz-sso_bearer_token"] == "planted-access")
        try folder.write(".aws/config", config.replacing("sso_role_name", with: "x"))
        #expect(await failure(variables)?.message.contains("aws configure sso") == true)
    }

    @Test func aProgramThatGivesACredential() async throws {
        let script = """
            #!/bin/sh
            echo "planted on standard error" >&2
            case "$1" in
            good) echo '{"Version":1,"AccessKeyId":"ASIA1","SecretAccessKey":"\(Self.secret)",\
            "SessionToken":"planted-token","Expiration":"\(Self.later)"}' ;;
            old) echo '{"Version":2,"AccessKeyId":"planted"}' ;;
            text) echo planted ;;
            *) exit 3 ;;
            esac
            """
        let folder = try TestFolder(["give": script])
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: "\(folder.path)/give")
        func variables(_ command: String) throws -> [String: String] {
            try folder.write(".aws/config", "[profile p]\ncredential_process = \(command)\n")
            return ["HOME": folder.path, "AWS_PROFILE": "p", "PATH": "/usr/bin:/bin"]
        }
        let program = "\"\(folder.path)/give\""
        expectGiven(try await chain(try variables("\(program) good planted")).fetch())
        for (command, part) in [
            ("\(program) old", "\"Version\": 1"), ("\(program) text", "\"Version\": 1"),
            ("\(program) planted", "failed"),
            ("/nowhere/planted", "program_not_found"), ("'", "quote"),
        ] {
            let error = await failure(try variables(command))
            #expect(error?.message.contains(part) == true, "\(command): \(error?.message ?? "")")
        }
    }

    // MARK: Containers and machines

    @Test func aContainer() async throws {
        let host = ModelHost { _, connection in connection.answer(Self.answer) }
        let folder = try TestFolder(["token": "from-file\n"])
        var variables = [
            "AWS_CONTAINER_CREDENTIALS_FULL_URI": "\(host.url)/get?a=b", "AWS_CONTAINER_AUTHORIZATION_TOKEN": "plain",
        ]
        expectGiven(try await chain(variables).fetch())
        variables["AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE"] = "\(folder.path)/token"
        expectGiven(try await chain(variables).fetch())
        #expect(host.asked.map { $0.headers["authorization"] } == ["plain", "from-file"])
        #expect(host.asked.first?.line == "GET /get?a=b HTTP/1.1")
        try folder.write("token", "planted\r\nx: y")
        #expect(await failure(variables)?.message.contains("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE") == true)
    }

    @Test(arguments: [
        "http://example.org/x", "http://169.254.169.254/x", "http://planted@169.254.170.2/", "ftp://localhost/",
    ])
    func aContainersTokenGoesNowhereElse(url: String) async {
        let error = await failure(["AWS_CONTAINER_CREDENTIALS_FULL_URI": url])
        #expect(error?.message.hasPrefix("AWS_CONTAINER_CREDENTIALS_FULL_URI must begin with https://") == true)
    }

    /// A machine's metadata server.
    private func machine(_ answers: [String: (Int, String)]) -> ModelHost {
        ModelHost { asked, connection in
            let path = asked.line.split(separator: " ").prefix(2).joined(separator: " ")
            let (status, body) = answers[path] ?? (404, "")
            connection.answer(body, status: status, type: "text/plain")
        }
    }

    private static let tokenPath = "PUT /latest/api/token"
    private static let rolePath = "GET /latest/meta-data/iam/security-credentials/"

    @Test func aMachine() async throws {
        let host = machine([
            Self.tokenPath: (200, "imds-token"), Self.rolePath: (200, "my-role\n"),
            Self.rolePath + "my-role": (200, Self.answer),
            "GET /latest/meta-data/placement/region": (200, "eu-north-1"),
        ])
        let variables = ["AWS_EC2_METADATA_SERVICE_ENDPOINT": host.url + "/"]
        expectGiven(try await chain(variables).fetch())
        #expect(host.asked.first?.headers["x-aws-ec2-metadata-token-ttl-seconds"] == "21600")
        #expect(host.asked.dropFirst().map { $0.headers["x-aws-ec2-metadata-token"] } == ["imds-token", "imds-token"])
        let machine = try #require(AmazonInstance(CloudEnvironment(variables)))
        let calls = CredentialCalls(outward: HTTPClient(), straight: HTTPClient())
        #expect(try await machine.region(calls, else: AmazonCredentialChain.nothing) == "eu-north-1")
    }

    @Test func aMachineThatGivesNone() async {
        func error(_ answers: [String: (Int, String)]) async -> ModelError? {
            let host = machine(answers)
            return await failure(["AWS_EC2_METADATA_SERVICE_ENDPOINT": host.url])
        }
        for status in [403, 404, 405] {
            let error = await error([Self.tokenPath: (status, "planted")])
            #expect(error?.message.contains("IMDSv2") == true && error?.kind == .unauthenticated)
        }
        let busy = await error([Self.tokenPath: (503, "planted")])
        #expect(busy?.kind == .unreachable && busy?.classification == .retry)
        let roleless = await error([Self.tokenPath: (200, "t")])
        #expect(roleless == AmazonCredentialChain.nothing)
        let failed = await error([
            Self.tokenPath: (200, "t"), Self.rolePath: (200, "r"),
            Self.rolePath + "r": (200, #"{"Code":"AssumeRoleUnauthorizedAccess","Message":"planted"}"#),
        ])
        #expect(failed?.message.contains("no good credential") == true)
        let broken = await error([
            Self.tokenPath: (200, "t"), Self.rolePath: (200, "r"), Self.rolePath + "r": (200, #"{"Code":"Success"}"#),
        ])
        #expect(broken?.message.contains("'AccessKeyId'") == true)
        let timeless = await error([
            Self.tokenPath: (200, "t"), Self.rolePath: (200, "r"),
            Self.rolePath + "r": (200, Self.answer.replacing(Self.later, with: "planted")),
        ])
        #expect(timeless?.message.contains("'Expiration'") == true)
    }

    @Test func nobodyIsThere() async {
        let host = ModelHost { _, connection in connection.reset() }
        let error = await failure(["AWS_EC2_METADATA_SERVICE_ENDPOINT": host.url])
        #expect(error == AmazonCredentialChain.nothing)
    }
}
