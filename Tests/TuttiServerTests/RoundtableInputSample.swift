import TuttiTeams

/// A document with something to find in it.
enum RoundtableInputSample {
    static let document = """
        # Photo sharing

        Travellers share photos of their trips. Uploads should be fast and easy to use.

        ## Requirements

        - The gallery should load quickly.
        - Sharing must be secure.
        """

    static var input: RoundtableInput { RoundtableInput(document: document) }
}
