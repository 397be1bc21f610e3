import Testing
import TuttiAccess
import TuttiCore

struct PasswordRuleTests {
    private func refusal(_ password: String) -> PasswordError.Code? {
        do throws(PasswordError) {
            try PasswordRule.check(SecretText(password))
            return nil
        } catch {
            return error.code
        }
    }

    @Test func aPasswordHasEightToOneThousandAndTwentyFourCharacters() {
        #expect(refusal("") == .tooShort)
        #expect(refusal("1234567") == .tooShort)
        #expect(refusal("12345678") == nil)
        #expect(refusal(String(repeating: "x", count: 1024)) == nil)
        #expect(refusal(String(repeating: "x", count: 1025)) == .tooLong)
    }

    @Test func charactersAreCountedNotBytes() {
        #expect(refusal("äöüäöüä") == .tooShort)
        #expect(refusal("äöüäöüäö") == nil)
        #expect(refusal(String(repeating: "🔑", count: 1024)) == nil)
        #expect(String(repeating: "🔑", count: 1024).utf8.count == PasswordRule.bytesMax)
        #expect(refusal(String(repeating: "🔑", count: 1025)) == .tooLong)
        #expect(refusal(String(repeating: "x", count: 5_000_000)) == .tooLong)
    }

    @Test(arguments: ["aaaaaaaa", "        ", "12345678", "passwort", "\u{0}\u{0}\u{0}\u{0}\u{0}\u{0}\u{0}\u{0}"])
    func thereIsNoRuleOfComposition(_ password: String) { #expect(refusal(password) == nil) }

    @Test func messagesNameTheRuleAndTheWayOut() {
        let error = #expect(throws: PasswordError.self) { try PasswordRule.check(SecretText("hunter2")) }
        #expect(error?.message == "a password has at least 8 characters, of whatever kind; take a longer one")
        #expect(error?.code.rawValue == "password_too_short")
    }
}
