import CArgon2

/// What hashing a password costs (RFC 9106, section 3.1).
package struct PasswordParameters: Sendable, Hashable {
    /// Times that the memory is gone through.
    package let passes: Int
    /// KiB
    package let memory: Int
    /// Parts of the memory that could be worked on at once; here one thread does them all.
    package let lanes: Int

    /// 19 MiB, twice: the first choice of OWASP's Password Storage Cheat Sheet.
    package static let usual = PasswordParameters(passes: 2, memory: 19 * 1024, lanes: 1)

    package init(passes: Int, memory: Int, lanes: Int) {
        self.passes = passes
        self.memory = memory
        self.lanes = lanes
    }
}

/// A hash by Argon2id in the PHC form: `$argon2id$v=19$m=…,t=…,p=…$salt$hash`.
struct Argon2Hash: Sendable, Hashable {
    let parameters: PasswordParameters
    let salt: [UInt8]
    let hash: [UInt8]

    /// Bytes of what we make (RFC 9106, section 4).
    static let saltBytes = 16
    /// Bytes of what we make.
    static let hashBytes = 32

    /// KiB of a hash that is taken: as much as all logins together may use.
    static let memoryMax = 256 * 1024
    /// KiB times passes, which is the time that it takes: about a second.
    static let workMax = 1024 * 1024
    static let lanesMax = 16
    private static let form = "$argon2id$v=19$m=…,t=…,p=…$salt$hash"

    init(parameters: PasswordParameters, salt: [UInt8], hash: [UInt8]) {
        self.parameters = parameters
        self.salt = salt
        self.hash = hash
    }

    /// A new hash; `nil` without memory for it.
    init?(of password: WipedBytes, salt: [UInt8], parameters: PasswordParameters) {
        guard let hash = Self.compute(password, salt: salt, length: Self.hashBytes, parameters) else { return nil }
        self.init(parameters: parameters, salt: salt, hash: hash)
    }

    init(_ text: String) throws(PasswordHashError) {
        let parts = text.split(separator: "$", omittingEmptySubsequences: false)
        guard parts.count == 6, parts[0].isEmpty, parts[1] == "argon2id", parts[2] == "v=19",
            let parameters = Self.parameters(parts[3]), let salt = StrictBase64.unpadded.decode(parts[4]),
            let hash = StrictBase64.unpadded.decode(parts[5])
        else { throw .malformed(Self.form) }
        guard (8...64).contains(salt.count), (16...64).contains(hash.count) else {
            throw PasswordHashError(.tooWeak, "the salt has to have 8 to 64 bytes and the hash 16 to 64")
        }
        guard parameters.lanes >= 1, parameters.passes >= 1, parameters.memory >= 8 * parameters.lanes else {
            throw .malformed(Self.form + " with p and t of at least 1 and m of at least 8 p")
        }
        guard parameters.memory <= Self.memoryMax, parameters.lanes <= Self.lanesMax,
            parameters.passes <= Self.workMax / parameters.memory
        else {
            throw PasswordHashError(
                .tooCostly,
                "the hash may ask for m = \(Self.memoryMax) KiB, p = \(Self.lanesMax) and m t = \(Self.workMax) at most"
            )
        }
        self.init(parameters: parameters, salt: salt, hash: hash)
    }

    private static func parameters(_ text: Substring) -> PasswordParameters? {
        let parts = text.split(separator: ",", omittingEmptySubsequences: false)
        guard parts.count == 3, parts[0].hasPrefix("m="), parts[1].hasPrefix("t="), parts[2].hasPrefix("p=") else {
            return nil
        }
        let numbers = parts.compactMap { PlainNumber.read($0.dropFirst(2)) }
        guard numbers.count == 3 else { return nil }
        return PasswordParameters(passes: numbers[1], memory: numbers[0], lanes: numbers[2])
    }

    var text: String {
        let costs = "m=\(parameters.memory),t=\(parameters.passes),p=\(parameters.lanes)"
        let base64 = StrictBase64.unpadded
        return "$argon2id$v=19$\(costs)$\(base64.encode(salt))$\(base64.encode(hash))"
    }

    /// Whether it is cheaper to attack than what we would make.
    func isWeaker(than ours: PasswordParameters) -> Bool {
        parameters.memory < ours.memory || parameters.passes < ours.passes || salt.count < Self.saltBytes
            || hash.count < Self.hashBytes
    }

    /// The hash of a password with this one's salt and parameters; `nil` without memory for it.
    func recomputed(_ password: WipedBytes) -> [UInt8]? {
        Self.compute(password, salt: salt, length: hash.count, parameters)
    }

    private static func compute(
        _ password: WipedBytes, salt: [UInt8], length: Int, _ parameters: PasswordParameters
    ) -> [UInt8]? {
        var hash = [UInt8](repeating: 0, count: length)
        var salt = salt
        let status = unsafe password.withBytes { bytes in
            unsafe salt.withUnsafeMutableBufferPointer { salt in
                unsafe hash.withUnsafeMutableBufferPointer { hash in
                    var context = unsafe argon2_context()
                    unsafe context.out = hash.baseAddress
                    unsafe context.outlen = UInt32(hash.count)
                    unsafe context.pwd = UnsafeMutablePointer(mutating: bytes.baseAddress)  // is only read
                    unsafe context.pwdlen = UInt32(bytes.count)
                    unsafe context.salt = salt.baseAddress
                    unsafe context.saltlen = UInt32(salt.count)
                    unsafe context.t_cost = UInt32(parameters.passes)
                    unsafe context.m_cost = UInt32(parameters.memory)
                    unsafe context.lanes = UInt32(parameters.lanes)
                    unsafe context.threads = 1
                    unsafe context.version = UInt32(ARGON2_VERSION_13.rawValue)
                    return unsafe argon2id_ctx(&context)
                }
            }
        }
        return status == ARGON2_OK.rawValue ? hash : nil
    }
}
