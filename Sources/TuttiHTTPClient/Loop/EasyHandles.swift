import CCurl
import CTuttiCurl

/// Easy handles of libcurl that are not in use: one that is set anew costs less than one that is made, and less than
/// to free it among the memory of others.
///
/// Not `Sendable`: made and used on the loop's thread.
@safe
final class EasyHandles {
    private var idle: [UnsafeMutableRawPointer] = unsafe []

    /// How many are kept; each holds some 15 KiB.
    static let idleMax = 64

    deinit {
        while let handle = unsafe idle.popLast() { unsafe curl_easy_cleanup(handle) }
    }

    /// A handle on which nothing is set; `nil` when no memory is left.
    func take() -> UnsafeMutableRawPointer? { unsafe idle.popLast() ?? curl_easy_init() }

    /// Takes back a handle that is in no transfer.
    func giveBack(_ handle: UnsafeMutableRawPointer) {
        guard unsafe idle.count < Self.idleMax else { return unsafe curl_easy_cleanup(handle) }
        unsafe curl_easy_reset(handle)
        // What is shared stays otherwise, and could not be freed before the handle.
        _ = unsafe CTuttiCurl_setPointer(handle, CURLOPT_SHARE.rawValue, nil)
        unsafe idle.append(handle)
    }
}
