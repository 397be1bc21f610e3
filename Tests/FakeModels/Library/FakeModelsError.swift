/// Why a fake server cannot be what it is asked to be.
package struct FakeModelsError: Error, Equatable, CustomStringConvertible {
    package let description: String

    package init(description: String) { self.description = description }
}
