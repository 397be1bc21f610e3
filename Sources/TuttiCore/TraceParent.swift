/// Who asks for what is being done, as W3C Trace Context writes it (https://www.w3.org/TR/trace-context/).
///
/// Whatever starts something on behalf of a caller stores it, and whatever calls out tells it on.
package enum TraceParent {
    /// The header of the same name, of the span that is open at the moment; `nil` outside of any.
    @TaskLocal package static var current: String?
}
