import Testing

@testable import TuttiProviders

/// The files of the AWS tools.
@Suite struct AmazonProfilesTests {
    private let profiles = AmazonProfiles(
        config: """
            # a comment
            [default]
            region = eu-central-1
            s3 =
              max_concurrent_requests = 20
              region = nested
            output=json
            [profile work]
            Region=us-west-2
            role_arn = arn:aws:iam::1:role/a=b
            source_profile = default
            [profile "with blank"]
            region = us-east-2
            [preview]
            region = none
            [sso-session corp]
            sso_region = eu-west-1
            """,
        credentials: """
            [default]
            aws_access_key_id = AKIA1
            aws_secret_access_key = a/b+c==
            ; another comment
            [work]
            region = ap-south-1
            [broken
            line without a value
            """)

    @Test func areMergedWithTheCredentialsFirst() {
        #expect(
            profiles.profile("default") == [
                "region": "eu-central-1", "s3": "", "output": "json", "aws_access_key_id": "AKIA1",
                "aws_secret_access_key": "a/b+c==",
            ])
        #expect(
            profiles.profile("work") == [
                "region": "ap-south-1", "role_arn": "arn:aws:iam::1:role/a=b", "source_profile": "default",
            ])
        #expect(profiles.profile("with blank")?["region"] == "us-east-2")
        #expect(profiles.sessions == ["corp": ["sso_region": "eu-west-1"]])
        for name in ["preview", "corp", "other", ""] { #expect(profiles.profile(name) == nil) }
    }

    @Test func areReadFromWhereTheVariablesSay() throws {
        let folder = try TestFolder([
            ".aws/config": "[profile a]\nregion=r1\n", ".aws/credentials": "[b]\naws_access_key_id=k\n",
            "elsewhere": "[profile c]\nregion=r2\n",
        ])
        let usual = AmazonProfiles(CloudEnvironment(["HOME": folder.path]))
        #expect(usual.profile("a") == ["region": "r1"] && usual.profile("b") == ["aws_access_key_id": "k"])
        let other = AmazonProfiles(CloudEnvironment(["HOME": folder.path, "AWS_CONFIG_FILE": "~/elsewhere"]))
        #expect(other.profile("a") == nil && other.profile("c") == ["region": "r2"])
        #expect(AmazonProfiles(CloudEnvironment()).profile("default") == nil)
    }

    @Test(arguments: [
        ("/bin/echo a  b", ["/bin/echo", "a", "b"]), (#"p "a b" 'c "d"' e\ f"#, ["p", "a b", #"c "d""#, "e f"]),
        (#"p "a\"b\c" ''"#, ["p", #"a"b\c"#, ""]), ("p a'b'c", ["p", "abc"]), ("  ", []), ("", []),
    ])
    func commandsAreSplitAsAShellDoes(line: String, words: [String]) {
        #expect(CommandWords.split(line) == words)
    }

    @Test(arguments: ["p 'a", "p \"a", "p \\"])
    func commandsWithoutAnEndAreNone(line: String) {
        #expect(CommandWords.split(line) == nil)
    }
}
