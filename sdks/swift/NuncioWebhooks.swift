// Verifies webhook requests. How a sender's requests look is data, a dialect, embedded at the end of this file; the code
// above knows no vendor's name. Copy the file into your target: on Apple's systems it needs nothing, elsewhere
// swift-crypto (product `Crypto`). Swift 5.7 or newer. Licence: Apache-2.0.

import Foundation

#if canImport(CryptoKit)
import CryptoKit
#else
import Crypto
#endif

// MARK: - What callers see

/// The receiver cannot work as it was set up; the message says what to change and never holds a secret.
public struct NuncioConfigurationError: Error, CustomStringConvertible, Sendable {
    public let description: String
}

/// A request that must not be acted upon. The description is for logs and never holds a secret or a payload.
public struct NuncioVerificationError: Error, CustomStringConvertible, Sendable {
    /// The stable names of the kinds, the same in every Nuncio library.
    public enum Code: String, Sendable {
        case missingHeader = "missing_header"
        case malformedHeader = "malformed_header"
        case badSignature = "bad_signature"
        case tooOld = "too_old"
        case tooNew = "too_new"
        case malformedBody = "malformed_body"
    }

    public let code: Code
    /// The header at fault, if one is.
    public let header: String?
    /// The HTTP status that the dialect's vendor publishes as the answer.
    public let status: Int
    /// The text that goes with it.
    public let text: String
    public let description: String
}

/// A request as it arrived, whatever server received it.
public struct NuncioRequest: Sendable {
    public let method: String
    /// The URL exactly as it was entered with the sender, never parsed and written again; only some dialects sign it.
    public let url: String?
    /// Names in any case, and values; a name may be there twice.
    public let headers: [(name: String, value: String)]
    /// The raw bytes, exactly as they arrived: parsed and written again they are others.
    public let body: Data

    public init(body: Data, headers: [(name: String, value: String)], method: String = "POST", url: String? = nil) {
        self.body = body
        self.headers = headers
        self.method = method
        self.url = url
    }

    fileprivate func values(_ name: String) -> [String] {
        let wanted = name.lowercased()
        return headers.filter { $0.name.lowercased() == wanted }
            .map { $0.value.trimmingCharacters(in: CharacterSet(charactersIn: " \t")) }
    }
}

/// What a genuine request says about itself.
public struct NuncioVerified: Sendable, Equatable {
    /// Which of the secrets had signed, counted from 0.
    public let key: Int
    /// The version of the signature that fitted, where the dialect has versions.
    public let version: String?
    /// The signed time in Unix milliseconds, where the dialect signs one.
    public let timestampMs: Int64?
}

/// One event. What the dialect does not carry is `nil`.
public struct NuncioEvent: Sendable {
    /// The name of the dialect that it came in.
    public let dialect: String
    public let id: String?
    public let type: String?
    /// When it occurred; the same on every attempt.
    public let time: Date?
    public let tenant: String?
    /// Stable over all attempts of one delivery, where a header carries it.
    public let deliveryID: String?
    /// The publisher's data as JSON, as Foundation reads and writes it; of a form, an object of texts.
    public let data: Data?
    /// The whole body, byte for byte.
    public let payload: Data
    public let verified: NuncioVerified

    /// Reads the publisher's data.
    public func decode<Value: Decodable>(_ type: Value.Type, with decoder: JSONDecoder = JSONDecoder()) throws -> Value {
        try decoder.decode(type, from: data ?? Data("null".utf8))
    }

    /// What tells deliveries apart: the delivery's id, else the event's; `nil` where the dialect carries neither.
    public var deduplicationKey: String? {
        if let deliveryID = deliveryID {
            return "\(dialect):delivery:\(deliveryID)"
        }
        return id.map { "\(dialect):event:\($0)" }
    }
}

/// An HTTP answer: what a new endpoint gives back before it gets events.
public struct NuncioAnswer: Sendable {
    public let status: Int
    public let headers: [(name: String, value: String)]
    public let body: Data
}

/// What a request turned out to be.
public enum NuncioOpened: Sendable {
    /// To be handled.
    case event(NuncioEvent)
    /// To be given at once: the request was a challenge.
    case answer(NuncioAnswer)
}

/// Verifies the requests of one endpoint. Immutable, and safe to share between tasks.
public struct NuncioWebhook: Sendable {
    private let dialect: NuncioDialect
    private let keys: [NuncioKey]
    private let toleranceS: Int64?

    /// Verifies with a built-in dialect.
    ///
    /// - Parameters:
    ///   - secrets: the endpoint's secret, or several while one replaces another; the first that fits wins.
    ///   - toleranceS: how many seconds the signed time may be off, either way; left out, as the dialect says.
    /// - Throws: `NuncioConfigurationError` without a usable secret, or for an unknown dialect.
    public init(secrets: [String], dialect: String = "standard", toleranceS: Int64? = nil) throws {
        try self.init(secrets: secrets, dialect: NuncioDialect.builtin(dialect), toleranceS: toleranceS)
    }

    /// Verifies with a dialect of your own: the data of its file as a JSON object.
    public init(secrets: [String], dialectData: Data, toleranceS: Int64? = nil) throws {
        guard let object = try? JSONSerialization.jsonObject(with: dialectData) as? [String: Any] else {
            throw NuncioConfigurationError(description: "the dialect's data is no JSON object")
        }
        try self.init(secrets: secrets, dialect: NuncioDialect(object), toleranceS: toleranceS)
    }

    private init(secrets: [String], dialect: NuncioDialect, toleranceS: Int64?) throws {
        if secrets.isEmpty || secrets.contains("") {
            throw NuncioConfigurationError(description:
                "the endpoint's secret is missing: give the one that was shown when the endpoint was created")
        }
        if toleranceS != nil && !dialect.signsTime {
            throw NuncioConfigurationError(description:
                "the dialect `\(dialect.name)` signs no time: leave `toleranceS` out")
        }
        if let seconds = toleranceS, seconds < 0 {
            throw NuncioConfigurationError(description: "`toleranceS` is \(seconds): give 0 or more")
        }
        self.dialect = dialect
        self.keys = try secrets.map(dialect.secret.verifyingKey)
        self.toleranceS = toleranceS ?? dialect.toleranceS
    }

    /// The event of a genuine, recent request.
    ///
    /// - Parameter now: the clock; left out, the system's.
    /// - Throws: `NuncioVerificationError` for any other request.
    public func verify(_ request: NuncioRequest, now: Date = Date()) throws -> NuncioEvent {
        let verified = try verifySignature(request, now: now)
        return try dialect.event(request, payload: dialect.parse(request.body), verified: verified)
    }

    /// As `verify`, but the body is not read: for receivers that store or forward it as it is.
    public func verifySignature(_ request: NuncioRequest, now: Date = Date()) throws -> NuncioVerified {
        let nowMs = Int64((now.timeIntervalSince1970 * 1000).rounded())
        return try NuncioVerification.run(dialect, request, keys: keys, nowMs: nowMs, toleranceS: toleranceS)
    }

    /// The event of a request or, if it holds a challenge that the dialect asks of a new endpoint, the answer to give instead.
    public func open(_ request: NuncioRequest, now: Date = Date()) throws -> NuncioOpened {
        let verified = try verifySignature(request, now: now)
        let payload = try dialect.parse(request.body)
        if let answer = dialect.answerChallenge(payload, key: keys[verified.key]) {
            return .answer(answer)
        }
        return .event(try dialect.event(request, payload: payload, verified: verified))
    }

    /// The answer to an `OPTIONS` request that names its sender (CloudEvents 1.0, HTTP web hooks, 4); `nil` where the dialect
    /// asks nothing like it. `allowedOrigins` may send; `nil` allows anyone.
    public func answerOptions(_ request: NuncioRequest, allowedOrigins: [String]? = nil) -> NuncioAnswer? {
        guard request.method.uppercased() == "OPTIONS",
            let asked = dialect.handshake["request_header"], let answered = dialect.handshake["answer_header"]
        else {
            return nil
        }
        let origins = request.values(asked)
        guard origins.count == 1, allowedOrigins.map({ $0.contains(origins[0]) }) ?? true else {
            return NuncioAnswer(status: 403, headers: [], body: Data("Unknown sender".utf8))
        }
        return NuncioAnswer(status: 204, headers: [(answered, origins[0]), ("Allow", "POST, OPTIONS")], body: Data())
    }
}

// MARK: - Each delivery once

/// What a store answers for a delivery.
public enum NuncioClaim: Sendable {
    /// It was not seen before, or was released: handle it.
    case first
    /// Another handler has it.
    case running
    /// It was handled within the window.
    case done
}

/// Where deliveries are remembered; several processes share one by sharing a database.
public protocol NuncioDeliveryStore: Sendable {
    /// Asks and takes in one atomic step: of several callers at once, one gets `first`.
    func claim(_ key: String, leaseS: Double) async throws -> NuncioClaim
    /// Remembers the delivery as done.
    func complete(_ key: String, windowS: Double) async throws
    /// Forgets it, since its handler has failed.
    func release(_ key: String) async throws
}

/// Remembers within this process; the oldest goes first when the capacity is reached.
public actor NuncioMemoryStore: NuncioDeliveryStore {
    private let capacity: Int
    private let clock: @Sendable () -> Double
    private var entries: [String: (claim: NuncioClaim, ends: Double, number: UInt64)] = [:]
    private var order: [(key: String, number: UInt64)] = []
    private var oldest = 0
    private var number: UInt64 = 0

    /// `clock` gives seconds; the default counts about 20 MB at most.
    public init(
        capacity: Int = 100_000, clock: @escaping @Sendable () -> Double = { ProcessInfo.processInfo.systemUptime }
    ) {
        self.capacity = capacity
        self.clock = clock
    }

    public func claim(_ key: String, leaseS: Double) -> NuncioClaim {
        if let entry = entries[key], entry.ends > clock() {
            return entry.claim
        }
        put(key, .running, leaseS)
        return .first
    }

    public func complete(_ key: String, windowS: Double) {
        put(key, .done, windowS)
    }

    public func release(_ key: String) {
        entries[key] = nil
    }

    private func put(_ key: String, _ claim: NuncioClaim, _ seconds: Double) {
        number += 1
        entries[key] = (claim, clock() + seconds, number)
        order.append((key, number))
        while entries.count > capacity || order.count - oldest > 2 * capacity {
            let candidate = order[oldest]
            oldest += 1
            // An entry that was put again stands further back.
            if entries[candidate.key]?.number == candidate.number {
                entries[candidate.key] = nil
            }
        }
        if oldest > capacity {
            order.removeFirst(oldest)
            oldest = 0
        }
    }
}

/// Runs `handle` unless the delivery was handled before, and releases it if `handle` throws, so that its retry is handled.
///
/// - Returns: `first` after `handle`; `running` (answer 503) or `done` (answer 204) without it.
public func nuncioOnce(
    _ event: NuncioEvent, in store: NuncioDeliveryStore, windowS: Double = 86_400, leaseS: Double = 300,
    handle: () async throws -> Void
) async throws -> NuncioClaim {
    guard let key = event.deduplicationKey else {
        try await handle()
        return .first
    }
    let claim = try await store.claim(key, leaseS: leaseS)
    guard case .first = claim else {
        return claim
    }
    do {
        try await handle()
    } catch {
        try await store.release(key)
        throw error
    }
    try await store.complete(key, windowS: windowS)
    return .first
}

// MARK: - The dialect's data

/// One piece of a value: a field (in whatever words), a literal text, another header, or an entry of the tenant's metadata.
private struct NuncioPiece: Equatable, Sendable {
    enum Kind: Sendable { case field, text, header, metadata }
    let kind: Kind
    let text: String
    /// What stands in the place of metadata that the tenant does not have.
    var instead: [NuncioPiece] = []
    /// Whether it is percent-encoded, as a part of a URI.
    var isEncoded = false
}

/// A sender lists one signature per key in force; checking more of a key pair's would let anyone occupy the processor.
private let nuncioPairChecksMax = 8

private struct NuncioScheme: Sendable {
    let version: String
    let algorithm: String
    let output: String
    let prefix: String
    let user: String

    /// The text of what a shared key signs, without its prefix.
    func sign(_ key: Data, _ content: Data) -> String {
        let symmetric = SymmetricKey(data: key)
        switch algorithm {
        case "token": return String(decoding: key, as: UTF8.self)
        case "basic": return (Data((user + ":").utf8) + key).base64EncodedString()
        case "hmac-sha1":
            return encode(Data(HMAC<Insecure.SHA1>.authenticationCode(for: content, using: symmetric)))
        case "hmac-sha512": return encode(Data(HMAC<SHA512>.authenticationCode(for: content, using: symmetric)))
        default: return encode(Data(HMAC<SHA256>.authenticationCode(for: content, using: symmetric)))
        }
    }

    /// Whether one of `found` is the signature of `content`. However many they are, a shared key signs once; each comparison
    /// takes the same time wherever the first difference is.
    func fitsOne(_ key: NuncioKey, _ content: Data, _ found: [String]) -> Bool {
        let texts = found.filter { $0.hasPrefix(prefix) }.map { String($0.dropFirst(prefix.count)) }
        switch key {
        case .shared(let bytes):
            guard algorithm != "ed25519", !texts.isEmpty else {
                return false
            }
            let expected = Array(sign(bytes, content).utf8)
            return texts.contains { isSame(expected, Array($0.utf8)) }
        case .pair(let raw):
            guard algorithm == "ed25519", let key = try? Curve25519.Signing.PublicKey(rawRepresentation: raw) else {
                return false
            }
            return texts.prefix(nuncioPairChecksMax).contains { text in
                guard let signature = decode(text), signature.count == 64 else {
                    return false
                }
                return key.isValidSignature(signature, for: content)
            }
        }
    }

    private func encode(_ bytes: Data) -> String {
        switch output {
        case "hex": return bytes.map { String(format: "%02x", Int($0)) }.joined()
        case "base64url":
            return bytes.base64EncodedString().replacingOccurrences(of: "+", with: "-")
                .replacingOccurrences(of: "/", with: "_").replacingOccurrences(of: "=", with: "")
        default: return bytes.base64EncodedString()
        }
    }

    /// The bytes that `text` spells, exactly as `encode` would.
    private func decode(_ text: String) -> Data? {
        let bytes: Data?
        switch output {
        case "hex": bytes = nuncioHex(text)
        case "base64url":
            bytes = nuncioBase64(
                text.replacingOccurrences(of: "-", with: "+").replacingOccurrences(of: "_", with: "/"))
        default: bytes = nuncioBase64(text)
        }
        guard let found = bytes, encode(found) == text else {
            return nil
        }
        return found
    }

    /// Takes the same time wherever the first difference is.
    private func isSame(_ left: [UInt8], _ right: [UInt8]) -> Bool {
        guard left.count == right.count else {
            return false
        }
        var difference: UInt8 = 0
        for at in 0..<left.count {
            difference |= left[at] ^ right[at]
        }
        return difference == 0
    }
}

/// Base64 whose padding may be missing, since secrets are copied by hand.
private func nuncioBase64(_ text: String) -> Data? {
    let padded = text + String(repeating: "=", count: (4 - text.utf8.count % 4) % 4)
    guard let bytes = Data(base64Encoded: padded), bytes.base64EncodedString() == padded else {
        return nil
    }
    return bytes
}

private func nuncioHex(_ text: String) -> Data? {
    let digits = text.utf8.compactMap { Character(UnicodeScalar($0)).hexDigitValue }
    guard digits.count == text.utf8.count, digits.count % 2 == 0 else {
        return nil
    }
    return Data(stride(from: 0, to: digits.count, by: 2).map { UInt8(digits[$0] * 16 + digits[$0 + 1]) })
}

private enum NuncioKey: Sendable {
    /// The bytes of an HMAC key, or of a static token.
    case shared(Data)
    /// The 32 bytes of an ed25519 public key.
    case pair(Data)
}

private struct NuncioSecretRules: Sendable {
    let key: String
    let prefix: String
    let keyBytes: ClosedRange<Int>
    let privatePrefix: String?
    let publicPrefix: String?
    let takesShared: Bool
    let isToken: Bool

    /// The key that `given` stands for; where it is decoded, blanks around are no part of it. Errors never repeat it.
    func verifyingKey(_ given: String) throws -> NuncioKey {
        let secret = key == "utf8" ? given : try pasted(given)
        if isToken && secret.contains(" ") {
            throw fault("the secret holds a space, which a token cannot hold: give it without")
        }
        if let prefix = publicPrefix, secret.hasPrefix(prefix) {
            return .pair(try publicKey(String(secret.dropFirst(prefix.count)), prefix))
        }
        if let prefix = privatePrefix, secret.hasPrefix(prefix) {
            return .pair(try publicHalf(String(secret.dropFirst(prefix.count)), prefix))
        }
        if !takesShared {
            throw fault("the secret must be a public key, which starts with `\(publicPrefix ?? "")`")
        }
        if key == "utf8" {
            return .shared(try own(secret))
        }
        guard secret.hasPrefix(prefix) else {
            // Receivers of other makes decode what has no prefix, too; what does not decode is keyed as its text.
            let text = try own(secret)
            return .shared(decoded(secret) ?? text)
        }
        if let bytes = decoded(String(secret.dropFirst(prefix.count))), keyBytes.contains(bytes.count) {
            return .shared(bytes)
        }
        // Without a prefix nothing tells the dialect's own format from a secret that a customer brought.
        if prefix.isEmpty {
            return .shared(try own(secret))
        }
        throw fault(
            "after `\(prefix)` the secret must hold \(keyBytes.lowerBound) to \(keyBytes.upperBound) bytes in \(key):"
                + " copy it whole, as it was shown")
    }

    private func decoded(_ text: String) -> Data? {
        key == "hex" ? nuncioHex(text) : nuncioBase64(text)
    }

    /// The secret without blanks around. Refuses what was copied with something else around or in it: another key.
    private func pasted(_ given: String) throws -> String {
        let blanks = CharacterSet(charactersIn: " \t\r\n")
        let secret = given.trimmingCharacters(in: blanks)
        guard let first = secret.first, let last = secret.last else {
            throw fault("the endpoint's secret is missing: give the one that was shown when the endpoint was created")
        }
        let quotes: Set<Character> = ["\"", "'", "`"]
        if quotes.contains(first) || quotes.contains(last) {
            throw fault("the secret is in quotes: give it without them")
        }
        let prefixes = [prefix, privatePrefix ?? "", publicPrefix ?? ""].filter { !$0.isEmpty }
        let isPhrase = !prefixes.contains(where: { secret.hasPrefix($0) }) && !looksEncoded(secret)
        if secret.rangeOfCharacter(from: isPhrase ? CharacterSet(charactersIn: "\t\r\n") : blanks) != nil {
            throw fault("a blank or line break is in the secret: copy it in one piece, as it was shown")
        }
        for one in prefixes where prefixes.contains(where: { secret.hasPrefix(one + $0) }) {
            throw fault("the secret's prefix `\(one)` is there twice, or before another: copy it as it was shown")
        }
        try checkPrintable(secret)
        return secret
    }

    /// Base64 of random bytes has digits and letters of both cases; a phrase with blanks of its own does not.
    private func looksEncoded(_ secret: String) -> Bool {
        let patterns = ["^[A-Za-z0-9+/ ]+=*$", "[a-z]", "[A-Z]", "[0-9]"]
        return patterns.allSatisfy { secret.range(of: $0, options: .regularExpression) != nil }
    }

    private func checkPrintable(_ secret: String) throws {
        if !secret.utf8.allSatisfy({ $0 >= 0x20 && $0 < 0x7f }) {
            throw fault("the secret is not printable ASCII: was a line break copied with it?")
        }
    }

    private func own(_ secret: String) throws -> Data {
        let bytes = Data(secret.utf8)
        if !(8...256).contains(bytes.count) {
            throw fault("a secret of \(bytes.count) bytes: it must have 8 to 256; is the setting that holds it empty?")
        }
        try checkPrintable(secret)
        return bytes
    }

    private func publicKey(_ text: String, _ prefix: String) throws -> Data {
        guard let bytes = nuncioBase64(text), bytes.count == 32, !isSmallOrder(bytes),
            (try? Curve25519.Signing.PublicKey(rawRepresentation: bytes)) != nil
        else {
            throw noKey(prefix)
        }
        return bytes
    }

    private func publicHalf(_ text: String, _ prefix: String) throws -> Data {
        guard let bytes = nuncioBase64(text), bytes.count == 32 || bytes.count == 64,
            let key = try? Curve25519.Signing.PrivateKey(rawRepresentation: Data(bytes.prefix(32)))
        else {
            throw noKey(prefix)
        }
        let half = key.publicKey.rawRepresentation
        if bytes.count == 64 && Data(bytes.suffix(32)) != half {
            throw noKey(prefix)
        }
        return half
    }

    /// Under a point of small order, the sign bit cleared, anyone can make signatures.
    private func isSmallOrder(_ point: Data) -> Bool {
        var cleared = Array(point)
        cleared[31] &= 0x7f
        return nuncioSmallOrder.contains(cleared.map { String(format: "%02x", Int($0)) }.joined())
    }

    private func noKey(_ prefix: String) -> NuncioConfigurationError {
        fault("after `\(prefix)` the secret holds no valid ed25519 key: copy it whole, as it was shown")
    }

    private func fault(_ message: String) -> NuncioConfigurationError {
        NuncioConfigurationError(description: message)
    }
}

private let nuncioSmallOrder: Set<String> = [
    "0000000000000000000000000000000000000000000000000000000000000000",
    "0100000000000000000000000000000000000000000000000000000000000000",
    "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
    "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
    "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
]

/// Foundation's JSON numbers are `NSNumber` on Apple's systems, and may be `Int` elsewhere.
private func nuncioInt(_ value: Any?) -> Int? {
    (value as? NSNumber)?.intValue ?? value as? Int
}

private struct NuncioDialect: Sendable {
    struct SignedTime: Sendable {
        let field: String
        let header: String?
        let pair: String?
    }

    struct HeaderRule: Sendable {
        let name: String
        let value: [NuncioPiece]
    }

    struct MemberRule: Sendable {
        let path: [String]
        let value: [NuncioPiece]
    }

    /// What is signed, and how the header spells it.
    struct Signature: Sendable {
        let header: String
        let grammar: String
        let separator: String
        let content: [NuncioPiece]
        let schemes: [NuncioScheme]
        let time: SignedTime?
    }

    let name: String
    let secret: NuncioSecretRules
    let headers: [HeaderRule]
    /// Those that must all fit; the first is the one whose key and scheme count.
    let signatures: [Signature]
    /// Whether values of headers are percent-encoded (CloudEvents 1.0, HTTP binding, 3.1.3.2).
    let isEscaped: Bool
    let isForm: Bool
    let members: [MemberRule]
    let toleranceS: Int64?
    let versions: [String]
    let missingStatus: Int
    let invalidStatus: Int
    let refusalText: String
    let handshake: [String: String]

    static func builtin(_ name: String) throws -> NuncioDialect {
        let all = try JSONSerialization.jsonObject(with: Data(nuncioDialects.utf8)) as? [[String: Any]] ?? []
        if let data = all.first(where: { $0["name"] as? String == name }) {
            return try NuncioDialect(data)
        }
        let known = all.compactMap { $0["name"] as? String }.joined(separator: ", ")
        throw NuncioConfigurationError(description: "there is no built-in dialect `\(name)`: give one of \(known)")
    }

    init(_ data: [String: Any]) throws {
        let incomplete = NuncioConfigurationError(description: "the dialect's data is incomplete: check its file first")
        let tables = data["signature"] as? [[String: Any]] ?? [data["signature"] as? [String: Any] ?? [:]]
        guard let name = data["name"] as? String, let rules = data["secret"] as? [String: Any],
            let key = rules["key"] as? String, let body = data["body"] as? [String: Any]
        else {
            throw incomplete
        }
        let headers = (data["header"] as? [[String: Any]] ?? []).map {
            HeaderRule(name: $0["name"] as? String ?? "", value: NuncioDialect.pieces($0["value"]))
        }
        self.name = name
        self.headers = headers
        self.signatures = try tables.filter { $0["receivers"] as? String != "ignore" }.map { table -> Signature in
            guard let signature = NuncioDialect.signature(table, headers) else {
                throw incomplete
            }
            return signature
        }
        if signatures.isEmpty {
            throw incomplete
        }
        self.isEscaped = (data["request"] as? [String: Any])?["values"] as? String == "cloudevents"
        self.isForm = body["format"] as? String == "form"
        self.members = NuncioDialect.members(body["members"] as? [[String: Any]] ?? [], [])
        let receiver = data["receiver"] as? [String: Any] ?? [:]
        let answers = receiver["answers"] as? [String: Any] ?? [:]
        self.toleranceS = nuncioInt(receiver["tolerance_s"]).map { Int64($0) }
        let schemes = tables.flatMap { $0["scheme"] as? [[String: Any]] ?? [] }
        let compiled = schemes.map(NuncioDialect.scheme)
        self.versions = receiver["versions"] as? [String] ?? compiled.map { $0.version }
        self.missingStatus = nuncioInt(answers["missing"]) ?? 401
        self.invalidStatus = nuncioInt(answers["invalid"]) ?? 401
        self.refusalText = answers["text"] as? String ?? "Invalid signature"
        self.handshake = data["handshake"] as? [String: String] ?? [:]
        let pair = schemes.first { $0["algorithm"] as? String == "ed25519" } ?? [:]
        let generated = nuncioInt(rules["bytes"]) ?? 0
        let range = (rules["key_bytes"] as? [Any] ?? []).compactMap(nuncioInt)
        let least = range.first ?? generated
        self.secret = NuncioSecretRules(
            key: key, prefix: rules["prefix"] as? String ?? "",
            keyBytes: least...max(least, range.last ?? generated),
            privatePrefix: pair["private_prefix"] as? String, publicPrefix: pair["public_prefix"] as? String,
            takesShared: compiled.contains { $0.algorithm != "ed25519" },
            isToken: compiled.contains { $0.algorithm == "token" })
    }

    /// Whether a signed time tells how old a request is.
    var signsTime: Bool {
        signatures.contains { $0.time != nil }
    }

    private static func signature(_ data: [String: Any], _ headers: [HeaderRule]) -> Signature? {
        guard let header = data["header"] as? String, let grammar = data["grammar"] as? String,
            let schemes = data["scheme"] as? [[String: Any]], !schemes.isEmpty
        else {
            return nil
        }
        let content = pieces(data["content"])
        return Signature(
            header: header, grammar: grammar,
            separator: data["separator"] as? String ?? (grammar == "versions" ? " " : ","), content: content,
            schemes: schemes.map(scheme), time: signedTime(content, data["timestamp_key"] as? String, headers))
    }

    private static func scheme(_ data: [String: Any]) -> NuncioScheme {
        NuncioScheme(
            version: data["version"] as? String ?? "", algorithm: data["algorithm"] as? String ?? "",
            output: data["output"] as? String ?? "base64", prefix: data["prefix"] as? String ?? "",
            user: data["user"] as? String ?? "")
    }

    private static func pieces(_ value: Any?) -> [NuncioPiece] {
        if let field = value as? String {
            return [NuncioPiece(kind: .field, text: field)]
        }
        if let list = value as? [Any] {
            return list.flatMap { pieces($0) }
        }
        let table = value as? [String: Any] ?? [:]
        let kinds: [(String, NuncioPiece.Kind)] = [
            ("text", .text), ("header", .header), ("field", .field), ("metadata", .metadata),
        ]
        for (name, kind) in kinds {
            if let text = table[name] as? String {
                let instead = pieces(table["default"])
                return [NuncioPiece(kind: kind, text: text, instead: instead, isEncoded: table["uri"] != nil)]
            }
        }
        return []
    }

    private static func signedTime(_ content: [NuncioPiece], _ pair: String?, _ headers: [HeaderRule]) -> SignedTime? {
        guard let piece = content.first(where: { $0.kind == .field && $0.text.hasPrefix("timestamp_") }) else {
            return nil
        }
        return SignedTime(field: piece.text, header: pair == nil ? carrier(piece.text, headers) : nil, pair: pair)
    }

    private static func members(_ members: [[String: Any]], _ above: [String]) -> [MemberRule] {
        members.flatMap { member -> [MemberRule] in
            let path = above + [member["name"] as? String ?? ""]
            if let inner = member["members"] as? [[String: Any]] {
                return NuncioDialect.members(inner, path)
            }
            return member["value"].map { [MemberRule(path: path, value: pieces($0))] } ?? []
        }
    }

    /// The header whose whole value is that field.
    static func carrier(_ field: String, _ headers: [HeaderRule]) -> String? {
        headers.first { $0.value == [NuncioPiece(kind: .field, text: field)] }?.name
    }
}

// MARK: - Is this request genuine, and recent?

private struct NuncioVerification {
    let dialect: NuncioDialect
    let signature: NuncioDialect.Signature
    let request: NuncioRequest

    /// Every signature that receivers require must fit.
    static func run(
        _ dialect: NuncioDialect, _ request: NuncioRequest, keys: [NuncioKey], nowMs: Int64, toleranceS: Int64?
    ) throws -> NuncioVerified {
        let all = try dialect.signatures.map {
            try NuncioVerification(dialect: dialect, signature: $0, request: request)
                .run(keys: keys, nowMs: nowMs, toleranceS: toleranceS)
        }
        return NuncioVerified(
            key: all[0].key, version: all.compactMap { $0.version }.first,
            timestampMs: all.compactMap { $0.timestampMs }.first)
    }

    func run(keys: [NuncioKey], nowMs: Int64, toleranceS: Int64?) throws -> NuncioVerified {
        let value = try header(signature.header)
        var timestampMs: Int64?
        if let time = signature.time {
            let (text, name) = try signedTime(time, value)
            guard let signedMs = nuncioTimeMs(time.field, text) else {
                throw malformed(name, "its time is not a number in the right format")
            }
            try checkAge(time.field, signedMs, nowMs, toleranceS)
            timestampMs = signedMs
        }
        let parts = try signature.content.indices.map { try part($0, value) }
        let contents = try urls().map { url in Data(parts.flatMap { $0 ?? url }) }
        let (key, version) = try find(keys, value, contents)
        return NuncioVerified(key: key, version: version, timestampMs: timestampMs)
    }

    /// The one header of that name. A second one is refused: two readers could each take another.
    private func header(_ name: String) throws -> String {
        let values = request.values(name)
        guard let value = values.first else {
            throw refusal(.missingHeader, name, dialect.missingStatus, "the header `\(name)` is missing")
        }
        guard values.count == 1 else {
            throw malformed(name, "it is there twice")
        }
        return value
    }

    private func items(_ value: String) -> [(version: String, text: String)] {
        if signature.grammar == "bare" {
            return [("", value)]
        }
        let between: Character = signature.grammar == "pairs" ? "=" : ","
        return value.components(separatedBy: signature.separator).compactMap { entry -> (version: String, text: String)? in
            let item = entry.trimmingCharacters(in: .whitespaces)
            guard let end = item.firstIndex(of: between) else {
                return nil
            }
            return (String(item[..<end]), String(item[item.index(after: end)...]))
        }
    }

    private func signedTime(_ time: NuncioDialect.SignedTime, _ value: String) throws -> (String, String) {
        guard let pair = time.pair else {
            guard let name = time.header else {
                throw malformed(signature.header, "a signed value was not sent")
            }
            return (try header(name), name)
        }
        let times = items(value).filter { $0.version == pair }
        guard times.count == 1 else {
            throw malformed(signature.header, times.isEmpty ? "it holds no time" : "it holds two times")
        }
        return (times[0].text, signature.header)
    }

    private func checkAge(_ field: String, _ signedMs: Int64, _ nowMs: Int64, _ toleranceS: Int64?) throws {
        guard let tolerance = toleranceS else {
            return
        }
        let wholeMs = nowMs - ((nowMs % 1000) + 1000) % 1000
        let ageMs = (field == "timestamp_ms" ? nowMs : wholeMs) - signedMs
        // Seconds are rounded away from zero: 300,001 ms is "301 s", never "300 s, more than 300 s".
        let seconds = (abs(ageMs) + 999) / 1000
        if ageMs > tolerance * 1000 {
            throw refusal(.tooOld, nil, dialect.invalidStatus,
                "the request was signed \(seconds) s ago, more than the \(tolerance) s that are allowed")
        }
        if ageMs < -tolerance * 1000 {
            throw refusal(.tooNew, nil, dialect.invalidStatus,
                "the request was signed \(seconds) s in the future, more than the \(tolerance) s that are allowed")
        }
    }

    /// The URLs to try: one, empty, where the dialect does not sign it.
    private func urls() throws -> [Data] {
        guard signature.content.contains(NuncioPiece(kind: .field, text: "url")) else {
            return [Data()]
        }
        guard let url = request.url else {
            throw NuncioConfigurationError(description: "the dialect `\(dialect.name)` signs the URL: give `url`")
        }
        return nuncioSignedURLs(url).map { Data($0.utf8) }
    }

    /// The bytes of one piece of the signed content; `nil` stands for the URL, of which there may be two to try.
    private func part(_ at: Int, _ value: String) throws -> Data? {
        let piece = signature.content[at]
        switch (piece.kind, piece.text) {
        case (.text, let text): return Data(text.utf8)
        case (.field, "body"): return request.body
        case (.field, "sorted_form"): return NuncioForm.sorted(request.body)
        case (.field, "method"): return Data(request.method.utf8)
        case (.field, "url"): return nil
        default:
            let (text, name) = try carried(piece, value)
            let next = at + 1 < signature.content.count ? signature.content[at + 1] : nil
            // A value that holds the text which ends it could be cut elsewhere and still be signed the same.
            if let next = next, next.kind == .text, text.contains(next.text) {
                throw malformed(name, "it holds the separator of the signed content")
            }
            return Data(text.utf8)
        }
    }

    private func carried(_ piece: NuncioPiece, _ value: String) throws -> (String, String) {
        if piece.kind == .header {
            return (try header(piece.text), piece.text)
        }
        if let time = signature.time, time.field == piece.text {
            return try signedTime(time, value)
        }
        guard let name = NuncioDialect.carrier(piece.text, dialect.headers) else {
            throw malformed(signature.header, "a signed value was not sent")
        }
        return (try header(name), name)
    }

    /// The first key that fits a signature of an accepted version under one of `contents`, and that version.
    private func find(_ keys: [NuncioKey], _ value: String, _ contents: [Data]) throws -> (Int, String?) {
        let found = items(value)
        if signature.grammar != "bare" && !found.contains(where: { !$0.version.isEmpty }) {
            throw malformed(signature.header, "it lists no signature")
        }
        for (index, key) in keys.enumerated() {
            for scheme in signature.schemes
            where scheme.version.isEmpty || dialect.versions.contains(scheme.version) {
                let texts = found.filter { $0.version == scheme.version }.map { $0.text }
                if contents.contains(where: { scheme.fitsOne(key, $0, texts) }) {
                    return (index, scheme.version.isEmpty ? nil : scheme.version)
                }
            }
        }
        throw refusal(.badSignature, signature.header, dialect.invalidStatus,
            "no signature in `\(signature.header)` matches the request")
    }

    private func malformed(_ name: String, _ reason: String) -> NuncioVerificationError {
        refusal(.malformedHeader, name, dialect.missingStatus, "the header `\(name)` is malformed: \(reason)")
    }

    private func refusal(
        _ code: NuncioVerificationError.Code, _ header: String?, _ status: Int, _ message: String
    ) -> NuncioVerificationError {
        NuncioVerificationError(
            code: code, header: header, status: status, text: dialect.refusalText, description: message)
    }
}

/// The texts that a sender may have signed for `url`: itself, and with its scheme's default port left out or added, since both
/// name one endpoint and frameworks differ in which they show. Nothing else is changed.
private func nuncioSignedURLs(_ url: String) -> [String] {
    let scheme = url.lowercased().hasPrefix("https://") ? "https://" : "http://"
    guard url.lowercased().hasPrefix(scheme) else {
        return [url]
    }
    let defaultPort = scheme == "https://" ? ":443" : ":80"
    let afterScheme = url.dropFirst(scheme.count)
    let authority = afterScheme.prefix { !"/?#".contains($0) }
    let rest = afterScheme.dropFirst(authority.count)
    // Within brackets the colons are an IPv6 address's.
    let hostEnd = authority.lastIndex(of: "]").map { authority.index(after: $0) } ?? authority.startIndex
    let portStart = authority[hostEnd...].firstIndex(of: ":")
    let host = authority[..<(portStart ?? authority.endIndex)]
    let port = authority[(portStart ?? authority.endIndex)...]
    if port.isEmpty || port == defaultPort {
        return [url, "\(url.prefix(scheme.count))\(host)\(port.isEmpty ? defaultPort : "")\(rest)"]
    }
    return [url]
}

/// Form bodies, read as the URL standard says.
private enum NuncioForm {
    static func parameters(_ body: Data) -> [(name: [UInt8], value: [UInt8])] {
        body.split(separator: UInt8(ascii: "&")).map { pair -> (name: [UInt8], value: [UInt8]) in
            let halves = pair.split(separator: UInt8(ascii: "="), maxSplits: 1, omittingEmptySubsequences: false)
            return (decode(Array(halves[0])), halves.count > 1 ? decode(Array(halves[1])) : [])
        }
    }

    /// Name and value of every parameter, sorted by name (then value), with nothing between them.
    static func sorted(_ body: Data) -> Data {
        let ordered = parameters(body).sorted { left, right in
            left.name == right.name
                ? left.value.lexicographicallyPrecedes(right.value)
                : left.name.lexicographicallyPrecedes(right.name)
        }
        return Data(ordered.flatMap { $0.name + $0.value })
    }

    static func flat(_ body: Data) -> [String: String]? {
        var flat: [String: String] = [:]
        for parameter in parameters(body) {
            guard let name = String(bytes: parameter.name, encoding: .utf8),
                let value = String(bytes: parameter.value, encoding: .utf8)
            else {
                return nil
            }
            flat[name] = value
        }
        return flat
    }

    private static func decode(_ text: [UInt8]) -> [UInt8] {
        var decoded: [UInt8] = []
        var at = 0
        while at < text.count {
            let byte = text[at]
            at += 1
            if byte == UInt8(ascii: "%"), at + 1 < text.count,
                let high = Character(UnicodeScalar(text[at])).hexDigitValue,
                let low = Character(UnicodeScalar(text[at + 1])).hexDigitValue
            {
                decoded.append(UInt8(high * 16 + low))
                at += 2
            } else {
                decoded.append(byte == UInt8(ascii: "+") ? UInt8(ascii: " ") : byte)
            }
        }
        return decoded
    }
}

/// Unix milliseconds of a time in the form of `field` (`…_s`, `…_ms`, `…_rfc3339`). Spaces, a plus and more than 15 digits
/// are no number of seconds or milliseconds that anyone sends; only events may lie before 1970.
private func nuncioTimeMs(_ field: String, _ text: String) -> Int64? {
    if field.contains("rfc3339") {
        return nuncioRFC3339Ms(Array(text.utf8))
    }
    var digits = Array(text.utf8)
    let isNegative = field.hasPrefix("event_") && digits.first == UInt8(ascii: "-")
    if isNegative {
        digits.removeFirst()
    }
    guard (1...15).contains(digits.count), let count = nuncioNumber(digits[...]) else {
        return nil
    }
    return (isNegative ? -count : count) * (field.hasSuffix("_ms") ? 1 : 1000)
}

/// The number that ASCII digits spell; `nil` for any other text.
private func nuncioNumber(_ digits: ArraySlice<UInt8>) -> Int64? {
    digits.allSatisfy { (0x30...0x39).contains($0) } ? Int64(String(decoding: digits, as: UTF8.self)) : nil
}

/// Every form that RFC 3339 allows; what is finer than a millisecond is cut off.
private func nuncioRFC3339Ms(_ bytes: [UInt8]) -> Int64? {
    // `2026-04-26T12:34:56`: every place but the digits' is fixed.
    let shape = bytes.prefix(19).map { (0x30...0x39).contains($0) ? UInt8(ascii: "0") : $0 }
    guard shape == Array("0000-00-00T00:00:00".utf8) || shape == Array("0000-00-00t00:00:00".utf8),
        let year = nuncioNumber(bytes[0..<4]), let month = nuncioNumber(bytes[5..<7]),
        let day = nuncioNumber(bytes[8..<10]), let hour = nuncioNumber(bytes[11..<13]),
        let minute = nuncioNumber(bytes[14..<16]), let second = nuncioNumber(bytes[17..<19]),
        (1...12).contains(month), hour < 24, minute < 60, second <= 60
    else {
        return nil
    }
    let isLeapYear = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
    let lengths: [Int64] = [31, isLeapYear ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
    guard (1...lengths[Int(month) - 1]).contains(day) else {
        return nil
    }
    var rest = bytes[19...]
    var ms: Int64 = 0
    if rest.first == UInt8(ascii: ".") {
        let fraction = rest.dropFirst().prefix { (0x30...0x39).contains($0) }
        let padded = Array(fraction.prefix(3)) + Array(repeating: UInt8(ascii: "0"), count: max(0, 3 - fraction.count))
        guard !fraction.isEmpty, let parsed = nuncioNumber(padded[...]) else {
            return nil
        }
        ms = parsed
        rest = rest.dropFirst(fraction.count + 1)
    }
    guard let offset = nuncioOffsetMinutes(Array(rest)) else {
        return nil
    }
    // Days of whole years since the year 0, then of whole months; 719,528 is 1970-01-01.
    let past = year - 1
    let leaps = year == 0 ? 0 : past / 4 - past / 100 + past / 400 + 1
    let days = year * 365 + leaps + lengths.prefix(Int(month) - 1).reduce(0, +) + day - 1 - 719_528
    let unixS = ((days * 24 + hour) * 60 + minute - offset) * 60 + second
    // Leap seconds end a day of UTC. Unix time has no number for one: it counts as the second after it.
    if second == 60 && unixS % 86_400 != 0 {
        return nil
    }
    return unixS * 1000 + ms
}

/// How many minutes ahead of UTC `Z`, `z` or `+02:00` is; `nil` for any other text.
private func nuncioOffsetMinutes(_ text: [UInt8]) -> Int64? {
    if text == [UInt8(ascii: "Z")] || text == [UInt8(ascii: "z")] {
        return 0
    }
    guard text.count == 6, text[0] == UInt8(ascii: "+") || text[0] == UInt8(ascii: "-"), text[3] == UInt8(ascii: ":"),
        let hour = nuncioNumber(text[1..<3]), let minute = nuncioNumber(text[4..<6]), hour < 24, minute < 60
    else {
        return nil
    }
    let minutes = hour * 60 + minute
    return text[0] == UInt8(ascii: "-") ? -minutes : minutes
}

// MARK: - Where the dialect puts the event

extension NuncioDialect {
    func parse(_ body: Data) throws -> Any {
        if isForm {
            guard let flat = NuncioForm.flat(body) else {
                throw malformedBody("it is no UTF-8 form")
            }
            return flat
        }
        guard let payload = try? JSONSerialization.jsonObject(with: body, options: [.fragmentsAllowed]) else {
            throw malformedBody("it is no JSON")
        }
        return payload
    }

    func event(_ request: NuncioRequest, payload: Any, verified: NuncioVerified) throws -> NuncioEvent {
        var fields: [String: Any] = [:]
        for header in headers {
            let values = request.values(header.name)
            if values.count == 1 {
                // What is no UTF-8 without its escapes stays as it is.
                let text = isEscaped ? values[0].removingPercentEncoding ?? values[0] : values[0]
                take(header.value, text, into: &fields)
            }
        }
        if !members.isEmpty && !(payload is [String: Any]) {
            throw malformedBody("its envelope is no object")
        }
        for member in members {
            if let found = NuncioDialect.lookup(payload, member.path) {
                take(member.value, found, into: &fields)
            }
        }
        let data: Any? = members.isEmpty ? payload : fields["data"]
        let id = try text(fields, "event_id")
        let delivery = try text(fields, "delivery_id")
        return NuncioEvent(
            dialect: name, id: try id ?? text(fields, "message_id"), type: try text(fields, "event_type"), time: try occurred(fields),
            tenant: try text(fields, "tenant"), deliveryID: try delivery ?? text(fields, "delivery_uuid"),
            data: data.flatMap { try? JSONSerialization.data(withJSONObject: $0, options: [.fragmentsAllowed]) },
            payload: request.body, verified: verified)
    }

    static func lookup(_ payload: Any, _ path: [String]) -> Any? {
        var found: Any? = payload
        for name in path {
            found = (found as? [String: Any])?[name]
        }
        return found is NSNull ? nil : found
    }

    /// The fields that `found` was put together from; none where it does not have that form.
    private func take(_ pieces: [NuncioPiece], _ found: Any, into fields: inout [String: Any]) {
        if pieces.count == 1 && pieces[0].kind == .field {
            fields[pieces[0].text] = decoded(pieces[0], found)
            return
        }
        if pieces.count == 1 && !pieces[0].instead.isEmpty {
            // Without metadata of the tenant's own, this is what stands in its place.
            take(pieces[0].instead, found, into: &fields)
            return
        }
        guard let text = found as? String else {
            return
        }
        let pattern = pieces.map { piece -> String in
            switch piece.kind {
            case .field: return "(.*?)"
            case .metadata: return ".*?"
            case .text, .header: return NSRegularExpression.escapedPattern(for: piece.text)
            }
        }
        guard
            let expression = try? NSRegularExpression(
                pattern: "^\(pattern.joined())$", options: [.dotMatchesLineSeparators]),
            let match = expression.firstMatch(in: text, options: [], range: NSRange(text.startIndex..., in: text))
        else {
            return
        }
        for (at, piece) in pieces.filter({ $0.kind == .field }).enumerated() {
            if let range = Range(match.range(at: at + 1), in: text) {
                fields[piece.text] = decoded(piece, String(text[range]))
            }
        }
    }

    /// What a field was before it became a part of a URI; what is no UTF-8 without its escapes stays as it is.
    private func decoded(_ piece: NuncioPiece, _ value: Any) -> Any {
        guard piece.isEncoded, let text = value as? String else {
            return value
        }
        return text.removingPercentEncoding ?? text
    }

    private func text(_ fields: [String: Any], _ name: String) throws -> String? {
        guard let value = fields[name] else {
            return nil
        }
        guard let text = value as? String else {
            throw malformedBody("its \(name) is no text")
        }
        return text
    }

    private func occurred(_ fields: [String: Any]) throws -> Date? {
        guard let field = fields.first(where: { $0.key.hasPrefix("event_time") }) else {
            return nil
        }
        let written = field.value as? String ?? String(describing: field.value)
        guard let unixMs = nuncioTimeMs(field.key, written) else {
            throw malformedBody("its \(field.key) is no time")
        }
        return Date(timeIntervalSince1970: Double(unixMs) / 1000)
    }

    private func malformedBody(_ reason: String) -> NuncioVerificationError {
        NuncioVerificationError(
            code: .malformedBody, header: nil, status: 400, text: "Invalid body",
            description: "the body is malformed: \(reason)")
    }

    // MARK: Challenges

    /// The answer to a verified request that is a challenge, signed with `key` where the dialect wants that.
    func answerChallenge(_ payload: Any, key: NuncioKey) -> NuncioAnswer? {
        guard let place = handshake["challenge"], let answerPlace = handshake["answer"],
            let challenge = NuncioDialect.lookup(payload, NuncioDialect.names(place)) as? String,
            let template = try? JSONSerialization.jsonObject(with: Data((handshake["request"] ?? "").utf8)),
            holds(payload, template, NuncioDialect.names(place))
        else {
            return nil
        }
        var answer: [String: Any] = [:]
        put(challenge, at: NuncioDialect.names(answerPlace)[...], in: &answer)
        if let digestPlace = handshake["digest"], case .shared(let bytes) = key {
            let digest = signatures[0].schemes[0].sign(bytes, Data(challenge.utf8))
            put(digest, at: NuncioDialect.names(digestPlace)[...], in: &answer)
        }
        guard let body = try? JSONSerialization.data(withJSONObject: answer) else {
            return nil
        }
        return NuncioAnswer(status: 200, headers: [("Content-Type", "application/json")], body: body)
    }

    /// The names of a JSON pointer (RFC 6901).
    private static func names(_ pointer: String) -> [String] {
        pointer.components(separatedBy: "/").dropFirst().map {
            $0.replacingOccurrences(of: "~1", with: "/").replacingOccurrences(of: "~0", with: "~")
        }
    }

    /// Whether `payload` is the template with a challenge in it; vendors add members of their own.
    private func holds(_ payload: Any, _ template: Any, _ challenge: [String]) -> Bool {
        guard let head = challenge.first else {
            return true
        }
        guard let expected = template as? [String: Any], let found = payload as? [String: Any] else {
            return false
        }
        return expected.allSatisfy { name, value in
            guard let given = found[name] else {
                return false
            }
            if name == head {
                return holds(given, value, Array(challenge.dropFirst()))
            }
            // The values beside a challenge are scalars, which are described alike if they are alike.
            return String(describing: given) == String(describing: value)
        }
    }

    private func put(_ value: String, at path: ArraySlice<String>, in answer: inout [String: Any]) {
        guard let head = path.first else {
            return
        }
        if path.count == 1 {
            answer[head] = value
            return
        }
        var inner = answer[head] as? [String: Any] ?? [:]
        put(value, at: path.dropFirst(), in: &inner)
        answer[head] = inner
    }
}

// MARK: - Checking a build

/// Requests with known verdicts, from the project's conformance vectors. Call it in one test of yours:
/// `XCTAssertEqual(NuncioSelfTest.failures(), [])`.
public enum NuncioSelfTest {
    /// What is judged otherwise than it should be; empty if all is well.
    public static func failures() -> [String] {
        guard let vectors = try? JSONSerialization.jsonObject(with: Data(nuncioVectors.utf8)) as? [[String: Any]] else {
            return ["the vectors cannot be read"]
        }
        return vectors.compactMap { vector -> String? in
            let name = "\(vector["dialect"] ?? ""): \(vector["case"] ?? ""), \(vector["name"] ?? "")"
            let expected = vector["verdict"] as? String ?? ""
            let found = verdict(vector)
            return found == expected ? nil : "\(name): \(found) instead of \(expected)"
        }
    }

    /// `accept` and the number of the key, or the code of the refusal.
    private static func verdict(_ vector: [String: Any]) -> String {
        let headers = (vector["headers"] as? [[String]] ?? []).map { (name: $0[0], value: $0[1]) }
        let request = NuncioRequest(
            body: Data((vector["body"] as? String ?? "").utf8), headers: headers,
            method: vector["method"] as? String ?? "POST", url: vector["url"] as? String)
        let nowMs = (vector["now_ms"] as? NSNumber)?.doubleValue ?? Double(nuncioInt(vector["now_ms"]) ?? 0)
        do {
            let webhook = try NuncioWebhook(
                secrets: vector["secrets"] as? [String] ?? [], dialect: vector["dialect"] as? String ?? "")
            let verified = try webhook.verifySignature(request, now: Date(timeIntervalSince1970: nowMs / 1000))
            return "accept \(verified.key)"
        } catch let refusal as NuncioVerificationError {
            return refusal.code.rawValue
        } catch {
            return "\(error)"
        }
    }
}

// MARK: - Data: written by `ruby sdks/swift/check.rb --write`

private let nuncioDialects = #"""
[
  {
    "name": "standard",
    "title": "Standard Webhooks 1.0.0",
    "secret": {
      "chosen_by": "server",
      "key": "base64",
      "prefix": "whsec_",
      "key_bytes": [
        24,
        64
      ],
      "format": "base64",
      "bytes": 24
    },
    "header": [
      {
        "name": "webhook-id",
        "value": "event_id"
      },
      {
        "name": "webhook-timestamp",
        "value": "timestamp_s"
      }
    ],
    "signature": {
      "header": "webhook-signature",
      "grammar": "versions",
      "rotation": "all",
      "content": [
        "event_id",
        {
          "text": "."
        },
        "timestamp_s",
        {
          "text": "."
        },
        "body"
      ],
      "scheme": [
        {
          "version": "v1",
          "algorithm": "hmac-sha256",
          "output": "base64"
        },
        {
          "version": "v1a",
          "algorithm": "ed25519",
          "output": "base64",
          "private_prefix": "whsk_",
          "public_prefix": "whpk_"
        }
      ]
    },
    "body": {
      "format": "json",
      "members": [
        {
          "name": "type",
          "value": "event_type"
        },
        {
          "name": "timestamp",
          "value": "event_time_rfc3339_ms"
        },
        {
          "name": "data",
          "value": "data"
        }
      ]
    },
    "receiver": {
      "tolerance_s": 300
    }
  },
  {
    "name": "inviolet",
    "title": "Inviolet",
    "secret": {
      "chosen_by": "server",
      "key": "utf8",
      "prefix": "whsec_",
      "format": "base64",
      "bytes": 24
    },
    "header": [
      {
        "name": "inviolet-event",
        "value": "event_type"
      },
      {
        "name": "inviolet-delivery-id",
        "value": "delivery_uuid"
      },
      {
        "name": "inviolet-timestamp",
        "value": "timestamp_ms"
      }
    ],
    "signature": {
      "header": "inviolet-signature",
      "grammar": "bare",
      "rotation": "one",
      "content": [
        "timestamp_ms",
        {
          "text": "."
        },
        "body"
      ],
      "scheme": [
        {
          "algorithm": "hmac-sha256",
          "output": "hex",
          "prefix": "sha256="
        }
      ]
    },
    "body": {
      "format": "json",
      "members": [
        {
          "name": "event",
          "value": "event_type"
        },
        {
          "name": "organization_id",
          "value": "tenant"
        },
        {
          "name": "created_at",
          "value": "event_time_rfc3339"
        },
        {
          "name": "data",
          "value": "data"
        }
      ]
    },
    "receiver": {
      "tolerance_s": 300,
      "answers": {
        "missing": 401,
        "invalid": 401
      }
    }
  },
  {
    "name": "deiterate",
    "title": "Deiterate",
    "secret": {
      "chosen_by": "customer",
      "key": "utf8",
      "prefix": "whsec_",
      "format": "base64",
      "bytes": 24
    },
    "signature": {
      "header": "X-Deiterate-Signature",
      "grammar": "bare",
      "rotation": "one",
      "content": "body",
      "scheme": [
        {
          "algorithm": "hmac-sha256",
          "output": "hex"
        }
      ]
    },
    "body": {
      "format": "json",
      "members": [
        {
          "name": "id",
          "value": "event_id"
        },
        {
          "name": "type",
          "value": "event_type"
        },
        {
          "name": "createdAt",
          "value": "event_time_rfc3339_ms"
        },
        {
          "name": "data",
          "value": "data"
        }
      ]
    }
  },
  {
    "name": "ventryx",
    "title": "Ventryx",
    "secret": {
      "chosen_by": "server",
      "key": "utf8",
      "prefix": "whsec_",
      "format": "base64",
      "bytes": 24
    },
    "header": [
      {
        "name": "Ventryx-Event",
        "value": "event_type"
      },
      {
        "name": "Ventryx-Delivery",
        "value": "delivery_id"
      }
    ],
    "signature": {
      "header": "Ventryx-Signature",
      "grammar": "bare",
      "rotation": "one",
      "content": "body",
      "scheme": [
        {
          "algorithm": "hmac-sha256",
          "output": "hex",
          "prefix": "sha256="
        }
      ]
    },
    "body": {
      "format": "json",
      "members": [
        {
          "name": "id",
          "value": "event_id"
        },
        {
          "name": "type",
          "value": "event_type"
        },
        {
          "name": "created_at",
          "value": "event_time_rfc3339_ms"
        },
        {
          "name": "data",
          "value": "data"
        }
      ]
    },
    "receiver": {
      "answers": {
        "missing": 401,
        "invalid": 401,
        "text": "Invalid signature"
      }
    }
  },
  {
    "name": "yativo",
    "title": "Yativo",
    "secret": {
      "chosen_by": "server",
      "key": "utf8",
      "prefix": "whsec_",
      "format": "base64",
      "bytes": 24
    },
    "signature": {
      "header": "X-Webhook-Signature",
      "grammar": "bare",
      "rotation": "one",
      "content": "body",
      "scheme": [
        {
          "algorithm": "hmac-sha256",
          "output": "hex"
        }
      ]
    },
    "body": {
      "format": "json",
      "members": [
        {
          "name": "id",
          "value": "event_id"
        },
        {
          "name": "type",
          "value": "event_type"
        },
        {
          "name": "created_at",
          "value": "event_time_rfc3339_ms"
        },
        {
          "name": "data",
          "value": "data"
        }
      ]
    },
    "receiver": {
      "answers": {
        "missing": 400,
        "invalid": 401
      }
    }
  },
  {
    "name": "grantiva",
    "title": "Grantiva",
    "secret": {
      "chosen_by": "server",
      "key": "utf8",
      "prefix": "whsec_",
      "format": "base64",
      "bytes": 24
    },
    "signature": {
      "header": "X-Grantiva-Signature",
      "grammar": "bare",
      "rotation": "one",
      "content": "body",
      "scheme": [
        {
          "algorithm": "hmac-sha256",
          "output": "hex",
          "prefix": "sha256="
        }
      ]
    },
    "body": {
      "format": "ecmascript",
      "members": [
        {
          "name": "event",
          "value": "event_type"
        },
        {
          "name": "data",
          "value": "data"
        }
      ]
    },
    "receiver": {
      "answers": {
        "missing": 401,
        "invalid": 401
      }
    }
  },
  {
    "name": "svix",
    "title": "Svix-style",
    "secret": {
      "chosen_by": "server",
      "key": "base64",
      "prefix": "whsec_",
      "key_bytes": [
        24,
        75
      ],
      "format": "base64",
      "bytes": 24
    },
    "request": {
      "user_agent": "Svix-Webhooks/1.100.0",
      "names": "lower"
    },
    "header": [
      {
        "name": "svix-id",
        "value": "message_id"
      },
      {
        "name": "svix-timestamp",
        "value": "timestamp_s"
      }
    ],
    "signature": {
      "header": "svix-signature",
      "grammar": "versions",
      "rotation": "all",
      "content": [
        "message_id",
        {
          "text": "."
        },
        "timestamp_s",
        {
          "text": "."
        },
        "body"
      ],
      "scheme": [
        {
          "version": "v1",
          "algorithm": "hmac-sha256",
          "output": "base64"
        },
        {
          "version": "v1a",
          "algorithm": "ed25519",
          "output": "base64",
          "private_prefix": "whsk_",
          "public_prefix": "whpk_"
        }
      ]
    },
    "body": {
      "format": "json"
    },
    "receiver": {
      "tolerance_s": 300
    }
  },
  {
    "name": "svix-whitelabel",
    "title": "Svix-style, Standard Webhooks headers",
    "secret": {
      "chosen_by": "server",
      "key": "base64",
      "prefix": "whsec_",
      "key_bytes": [
        24,
        75
      ],
      "format": "base64",
      "bytes": 24
    },
    "request": {
      "user_agent": "Svix-Webhooks/1.100.0",
      "names": "lower"
    },
    "header": [
      {
        "name": "webhook-id",
        "value": "message_id"
      },
      {
        "name": "webhook-timestamp",
        "value": "timestamp_s"
      }
    ],
    "signature": {
      "header": "webhook-signature",
      "grammar": "versions",
      "rotation": "all",
      "content": [
        "message_id",
        {
          "text": "."
        },
        "timestamp_s",
        {
          "text": "."
        },
        "body"
      ],
      "scheme": [
        {
          "version": "v1",
          "algorithm": "hmac-sha256",
          "output": "base64"
        },
        {
          "version": "v1a",
          "algorithm": "ed25519",
          "output": "base64",
          "private_prefix": "whsk_",
          "public_prefix": "whpk_"
        }
      ]
    },
    "body": {
      "format": "json"
    },
    "receiver": {
      "tolerance_s": 300
    }
  },
  {
    "name": "stripe",
    "title": "Stripe-style",
    "secret": {
      "chosen_by": "server",
      "key": "utf8",
      "prefix": "whsec_",
      "format": "hex",
      "bytes": 32
    },
    "request": {
      "user_agent": "Stripe/1.0 (+https://stripe.com/docs/webhooks)"
    },
    "signature": {
      "header": "Stripe-Signature",
      "grammar": "pairs",
      "timestamp_key": "t",
      "rotation": "all",
      "content": [
        "timestamp_s",
        {
          "text": "."
        },
        "body"
      ],
      "scheme": [
        {
          "version": "v1",
          "algorithm": "hmac-sha256",
          "output": "hex"
        }
      ]
    },
    "body": {
      "format": "json",
      "members": [
        {
          "name": "id",
          "value": "event_id"
        },
        {
          "name": "object",
          "value": {
            "text": "event"
          }
        },
        {
          "name": "account",
          "value": {
            "metadata": "account"
          }
        },
        {
          "name": "api_version",
          "value": {
            "metadata": "api_version",
            "default": {
              "text": "2025-08-27.basil"
            }
          }
        },
        {
          "name": "created",
          "value": "event_time_s"
        },
        {
          "name": "data",
          "value": "data"
        },
        {
          "name": "livemode",
          "value": {
            "metadata": "livemode",
            "default": true
          }
        },
        {
          "name": "pending_webhooks",
          "json": "1"
        },
        {
          "name": "request",
          "json": "{\"id\":null,\"idempotency_key\":null}"
        },
        {
          "name": "type",
          "value": "event_type"
        }
      ]
    },
    "receiver": {
      "tolerance_s": 300,
      "answers": {
        "missing": 400,
        "invalid": 400
      }
    }
  },
  {
    "name": "github",
    "title": "GitHub-style",
    "secret": {
      "chosen_by": "customer",
      "key": "utf8",
      "format": "hex",
      "bytes": 32
    },
    "request": {
      "user_agent": "GitHub-Hookshot/nuncio"
    },
    "header": [
      {
        "name": "X-GitHub-Event",
        "value": "event_type"
      },
      {
        "name": "X-GitHub-Delivery",
        "value": "delivery_uuid"
      },
      {
        "name": "X-GitHub-Hook-ID",
        "value": "endpoint_id"
      },
      {
        "name": "X-GitHub-Hook-Installation-Target-Type",
        "value": {
          "metadata": "hook_installation_target_type"
        }
      },
      {
        "name": "X-GitHub-Hook-Installation-Target-ID",
        "value": {
          "metadata": "hook_installation_target_id"
        }
      }
    ],
    "signature": {
      "header": "X-Hub-Signature-256",
      "grammar": "bare",
      "rotation": "one",
      "content": "body",
      "scheme": [
        {
          "algorithm": "hmac-sha256",
          "output": "hex",
          "prefix": "sha256="
        }
      ]
    },
    "body": {
      "format": "json"
    }
  },
  {
    "name": "shopify",
    "title": "Shopify-style",
    "secret": {
      "chosen_by": "server",
      "key": "utf8",
      "format": "hex",
      "bytes": 32
    },
    "request": {
      "user_agent": "Shopify-Captain-Hook"
    },
    "header": [
      {
        "name": "X-Shopify-Topic",
        "value": "event_type"
      },
      {
        "name": "X-Shopify-Shop-Domain",
        "value": {
          "metadata": "shop_domain",
          "default": "tenant"
        }
      },
      {
        "name": "X-Shopify-API-Version",
        "value": {
          "metadata": "api_version",
          "default": {
            "text": "2026-01"
          }
        }
      },
      {
        "name": "X-Shopify-Webhook-Id",
        "value": "delivery_uuid"
      },
      {
        "name": "X-Shopify-Event-Id",
        "value": "event_id"
      },
      {
        "name": "X-Shopify-Triggered-At",
        "value": "event_time_rfc3339_ms"
      }
    ],
    "signature": {
      "header": "X-Shopify-Hmac-Sha256",
      "grammar": "bare",
      "rotation": "one",
      "content": "body",
      "scheme": [
        {
          "algorithm": "hmac-sha256",
          "output": "base64"
        }
      ]
    },
    "body": {
      "format": "json"
    }
  },
  {
    "name": "slack",
    "title": "Slack-style",
    "secret": {
      "chosen_by": "server",
      "key": "utf8",
      "format": "hex",
      "bytes": 16
    },
    "request": {
      "user_agent": "Slackbot 1.0 (+https://api.slack.com/robots)"
    },
    "header": [
      {
        "name": "X-Slack-Request-Timestamp",
        "value": "timestamp_s"
      },
      {
        "name": "X-Slack-Retry-Num",
        "value": "retry_number"
      },
      {
        "name": "X-Slack-Retry-Reason",
        "value": {
          "field": "retry_reason",
          "other": "unknown_error",
          "words": {
            "status": "http_error",
            "timeout": "http_timeout",
            "connect_timeout": "http_timeout",
            "dns": "connection_failed",
            "connect_refused": "connection_failed",
            "unreachable": "connection_failed",
            "reset": "connection_failed",
            "closed_early": "connection_failed",
            "tls_certificate_expired": "ssl_error",
            "tls_certificate_name": "ssl_error",
            "tls_certificate_untrusted": "ssl_error",
            "tls_protocol": "ssl_error"
          }
        }
      }
    ],
    "signature": {
      "header": "X-Slack-Signature",
      "grammar": "bare",
      "rotation": "one",
      "content": [
        {
          "text": "v0:"
        },
        "timestamp_s",
        {
          "text": ":"
        },
        "body"
      ],
      "scheme": [
        {
          "algorithm": "hmac-sha256",
          "output": "hex",
          "prefix": "v0="
        }
      ]
    },
    "body": {
      "format": "json",
      "members": [
        {
          "name": "type",
          "json": "\"event_callback\""
        },
        {
          "name": "team_id",
          "value": "tenant"
        },
        {
          "name": "api_app_id",
          "value": {
            "metadata": "api_app_id"
          }
        },
        {
          "name": "event_id",
          "value": "event_id"
        },
        {
          "name": "event_time",
          "value": "event_time_s"
        },
        {
          "name": "event_type",
          "value": "event_type"
        },
        {
          "name": "event",
          "value": "data"
        }
      ]
    },
    "receiver": {
      "tolerance_s": 300
    },
    "handshake": {
      "request": "{\"type\":\"url_verification\",\"challenge\":\"\"}",
      "challenge": "/challenge",
      "answer": "/challenge"
    }
  },
  {
    "name": "square",
    "title": "Square-style",
    "secret": {
      "chosen_by": "server",
      "key": "utf8",
      "format": "base64url",
      "bytes": 16
    },
    "request": {
      "user_agent": "Square Connect v2"
    },
    "header": [
      {
        "name": "square-environment",
        "value": {
          "metadata": "square_environment",
          "default": {
            "text": "Production"
          }
        }
      },
      {
        "name": "square-retry-number",
        "value": "retry_number"
      },
      {
        "name": "square-retry-reason",
        "value": {
          "field": "retry_reason",
          "words": {
            "timeout": "http_timeout",
            "status": "http_error",
            "tls_certificate_expired": "ssl_error",
            "tls_certificate_name": "ssl_error",
            "tls_certificate_untrusted": "ssl_error",
            "tls_protocol": "ssl_error"
          },
          "other": "other_error"
        }
      }
    ],
    "signature": {
      "header": "x-square-hmacsha256-signature",
      "grammar": "bare",
      "rotation": "one",
      "content": [
        "url",
        "body"
      ],
      "scheme": [
        {
          "algorithm": "hmac-sha256",
          "output": "base64"
        }
      ]
    },
    "body": {
      "format": "json",
      "members": [
        {
          "name": "merchant_id",
          "value": {
            "metadata": "merchant_id",
            "default": "tenant"
          }
        },
        {
          "name": "type",
          "value": "event_type"
        },
        {
          "name": "event_id",
          "value": "event_id"
        },
        {
          "name": "created_at",
          "value": "event_time_rfc3339_ms"
        },
        {
          "name": "data",
          "value": "data"
        }
      ]
    }
  },
  {
    "name": "twilio",
    "title": "Twilio-style",
    "secret": {
      "chosen_by": "server",
      "key": "utf8",
      "format": "hex",
      "bytes": 16
    },
    "request": {
      "user_agent": "TwilioProxy/1.1"
    },
    "header": [
      {
        "name": "I-Twilio-Idempotency-Token",
        "value": "delivery_uuid"
      }
    ],
    "signature": {
      "header": "X-Twilio-Signature",
      "grammar": "bare",
      "rotation": "one",
      "content": [
        "url",
        "sorted_form"
      ],
      "scheme": [
        {
          "algorithm": "hmac-sha1",
          "output": "base64"
        }
      ]
    },
    "body": {
      "format": "form"
    }
  },
  {
    "name": "zoom",
    "title": "Zoom-style",
    "secret": {
      "chosen_by": "server",
      "key": "utf8",
      "format": "base64url",
      "bytes": 16
    },
    "request": {
      "user_agent": "Zoom Marketplace/1.0a"
    },
    "header": [
      {
        "name": "x-zm-request-timestamp",
        "value": "timestamp_s"
      }
    ],
    "signature": {
      "header": "x-zm-signature",
      "grammar": "bare",
      "rotation": "one",
      "content": [
        {
          "text": "v0:"
        },
        "timestamp_s",
        {
          "text": ":"
        },
        "body"
      ],
      "scheme": [
        {
          "algorithm": "hmac-sha256",
          "output": "hex",
          "prefix": "v0="
        }
      ]
    },
    "body": {
      "format": "ecmascript",
      "members": [
        {
          "name": "event",
          "value": "event_type"
        },
        {
          "name": "event_ts",
          "value": "event_time_ms"
        },
        {
          "name": "payload",
          "value": "data"
        }
      ]
    },
    "receiver": {
      "tolerance_s": 300
    },
    "handshake": {
      "request": "{\"event\":\"endpoint.url_validation\",\"payload\":{\"plainToken\":\"\"}}",
      "challenge": "/payload/plainToken",
      "answer": "/plainToken",
      "digest": "/encryptedToken"
    }
  },
  {
    "name": "pagerduty",
    "title": "PagerDuty-style",
    "secret": {
      "chosen_by": "server",
      "key": "utf8",
      "format": "hex",
      "bytes": 32
    },
    "request": {
      "user_agent": "PagerDuty-Webhook/V3.0"
    },
    "header": [
      {
        "name": "X-Webhook-Id",
        "value": "delivery_uuid"
      }
    ],
    "signature": {
      "header": "X-PagerDuty-Signature",
      "grammar": "pairs",
      "rotation": "all",
      "content": "body",
      "scheme": [
        {
          "version": "v1",
          "algorithm": "hmac-sha256",
          "output": "hex"
        }
      ]
    },
    "body": {
      "format": "json",
      "members": [
        {
          "name": "event",
          "members": [
            {
              "name": "id",
              "value": "event_id"
            },
            {
              "name": "event_type",
              "value": "event_type"
            },
            {
              "name": "occurred_at",
              "value": "event_time_rfc3339_ms"
            },
            {
              "name": "data",
              "value": "data"
            }
          ]
        }
      ]
    }
  },
  {
    "name": "cloudevents",
    "title": "CloudEvents 1.0, structured",
    "secret": {
      "chosen_by": "server",
      "key": "utf8",
      "format": "base64url",
      "bytes": 32
    },
    "signature": {
      "header": "Authorization",
      "grammar": "bare",
      "rotation": "one",
      "scheme": [
        {
          "algorithm": "token",
          "prefix": "Bearer "
        }
      ]
    },
    "body": {
      "format": "json",
      "content_type": "application/cloudevents+json",
      "members": [
        {
          "name": "specversion",
          "json": "\"1.0\""
        },
        {
          "name": "id",
          "value": "event_id"
        },
        {
          "name": "source",
          "value": {
            "metadata": "source",
            "uri": "reference",
            "default": [
              {
                "text": "/tenants/"
              },
              {
                "field": "tenant",
                "uri": "segment"
              }
            ]
          }
        },
        {
          "name": "subject",
          "value": {
            "metadata": "subject"
          }
        },
        {
          "name": "type",
          "value": "event_type"
        },
        {
          "name": "time",
          "value": "event_time_rfc3339_ms"
        },
        {
          "name": "datacontenttype",
          "json": "\"application/json\""
        },
        {
          "name": "data",
          "value": "data"
        }
      ]
    },
    "handshake": {
      "request_header": "WebHook-Request-Origin",
      "answer_header": "WebHook-Allowed-Origin",
      "rate_request_header": "WebHook-Request-Rate",
      "rate_answer_header": "WebHook-Allowed-Rate"
    }
  },
  {
    "name": "cloudevents-binary",
    "title": "CloudEvents 1.0, binary",
    "secret": {
      "chosen_by": "server",
      "key": "utf8",
      "format": "base64url",
      "bytes": 32
    },
    "request": {
      "values": "cloudevents"
    },
    "header": [
      {
        "name": "ce-specversion",
        "value": {
          "text": "1.0"
        }
      },
      {
        "name": "ce-id",
        "value": "event_id"
      },
      {
        "name": "ce-source",
        "value": {
          "metadata": "source",
          "uri": "reference",
          "default": [
            {
              "text": "/tenants/"
            },
            {
              "field": "tenant",
              "uri": "segment"
            }
          ]
        }
      },
      {
        "name": "ce-type",
        "value": "event_type"
      },
      {
        "name": "ce-time",
        "value": "event_time_rfc3339_ms"
      },
      {
        "name": "ce-subject",
        "value": {
          "metadata": "subject"
        }
      }
    ],
    "signature": {
      "header": "Authorization",
      "grammar": "bare",
      "rotation": "one",
      "scheme": [
        {
          "algorithm": "token",
          "prefix": "Bearer "
        }
      ]
    },
    "body": {
      "format": "json"
    },
    "handshake": {
      "request_header": "WebHook-Request-Origin",
      "answer_header": "WebHook-Allowed-Origin",
      "rate_request_header": "WebHook-Request-Rate",
      "rate_answer_header": "WebHook-Allowed-Rate"
    }
  }
]
"""#

private let nuncioVectors = #"""
[
  {"dialect":"cloudevents-binary","name":"a request as it is sent","case":"good","secrets":["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"],"now_ms":1777206896123,"method":"POST","url":"https://hooks.example.com/in?a=1&b=2","headers":[["ce-specversion","1.0"],["ce-id","evt_01HXYZ"],["ce-source","/tenants/org_2pX9"],["ce-type","event.kind"],["ce-time","2026-04-03T09:15:00.000Z"],["Authorization","Bearer whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"]],"body":"{\"a\":1}","verdict":"accept 0"},
  {"dialect":"cloudevents-binary","name":"header names in upper case","case":"upper_case","secrets":["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"],"now_ms":1777206896123,"method":"POST","url":"https://hooks.example.com/in?a=1&b=2","headers":[["CE-SPECVERSION","1.0"],["CE-ID","evt_01HXYZ"],["CE-SOURCE","/tenants/org_2pX9"],["CE-TYPE","event.kind"],["CE-TIME","2026-04-03T09:15:00.000Z"],["AUTHORIZATION","Bearer whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"]],"body":"{\"a\":1}","verdict":"accept 0"},
  {"dialect":"cloudevents-binary","name":"unrelated headers","case":"good","secrets":["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"],"now_ms":1777206896123,"method":"POST","url":"https://hooks.example.com/in?a=1&b=2","headers":[["Host","hooks.example.com"],["X-Unrelated","1"],["ce-specversion","1.0"],["ce-id","evt_01HXYZ"],["ce-source","/tenants/org_2pX9"],["ce-type","event.kind"],["ce-time","2026-04-03T09:15:00.000Z"],["Authorization","Bearer whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"]],"body":"{\"a\":1}","verdict":"accept 0"},
  {"dialect":"cloudevents-binary","name":"another secret","case":"wrong_secret","secrets":["whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"],"now_ms":1777206896123,"method":"POST","url":"https://hooks.example.com/in?a=1&b=2","headers":[["ce-specversion","1.0"],["ce-id","evt_01HXYZ"],["ce-source","/tenants/org_2pX9"],["ce-type","event.kind"],["ce-time","2026-04-03T09:15:00.000Z"],["Authorization","Bearer whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"]],"body":"{\"a\":1}","verdict":"bad_signature"},
  {"dialect":"cloudevents-binary","name":"the last four characters are missing","case":"truncated","secrets":["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"],"now_ms":1777206896123,"method":"POST","url":"https://hooks.example.com/in?a=1&b=2","headers":[["ce-specversion","1.0"],["ce-id","evt_01HXYZ"],["ce-source","/tenants/org_2pX9"],["ce-type","event.kind"],["ce-time","2026-04-03T09:15:00.000Z"],["Authorization","Bearer whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2La"]],"body":"{\"a\":1}","verdict":"bad_signature"},
  {"dialect":"cloudevents-binary","name":"another prefix","case":"wrong_version","secrets":["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"],"now_ms":1777206896123,"method":"POST","url":"https://hooks.example.com/in?a=1&b=2","headers":[["ce-specversion","1.0"],["ce-id","evt_01HXYZ"],["ce-source","/tenants/org_2pX9"],["ce-type","event.kind"],["ce-time","2026-04-03T09:15:00.000Z"],["Authorization","Basic whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"]],"body":"{\"a\":1}","verdict":"bad_signature"},
  {"dialect":"cloudevents-binary","name":"without Authorization","case":"missing_header","secrets":["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"],"now_ms":1777206896123,"method":"POST","url":"https://hooks.example.com/in?a=1&b=2","headers":[["ce-specversion","1.0"],["ce-id","evt_01HXYZ"],["ce-source","/tenants/org_2pX9"],["ce-type","event.kind"],["ce-time","2026-04-03T09:15:00.000Z"]],"body":"{\"a\":1}","verdict":"missing_header"},
  {"dialect":"cloudevents-binary","name":"the old key signs, the receiver has both","case":"rotated","secrets":["whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD","whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"],"now_ms":1777206896123,"method":"POST","url":"https://hooks.example.com/in?a=1&b=2","headers":[["ce-specversion","1.0"],["ce-id","evt_01HXYZ"],["ce-source","/tenants/org_2pX9"],["ce-type","event.kind"],["ce-time","2026-04-03T09:15:00.000Z"],["Authorization","Bearer whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"]],"body":"{\"a\":1}","verdict":"accept 1"},
  {"dialect":"cloudevents","name":"a request as it is sent","case":"good","secrets":["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"],"now_ms":1777206896123,"method":"POST","url":"https://hooks.example.com/in?a=1&b=2","headers":[["Authorization","Bearer whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"]],"body":"{\"a\":1}","verdict":"accept 0"},
  {"dialect":"cloudevents","name":"header names in upper case","case":"upper_case","secrets":["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"],"now_ms":1777206896123,"method":"POST","url":"https://hooks.example.com/in?a=1&b=2","headers":[["AUTHORIZATION","Bearer whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"]],"body":"{\"a\":1}","verdict":"accept 0"},
  {"dialect":"cloudevents","name":"unrelated headers","case":"good","secrets":["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"],"now_ms":1777206896123,"method":"POST","url":"https://hooks.example.com/in?a=1&b=2","headers":[["Host","hooks.example.com"],["X-Unrelated","1"],["Authorization","Bearer whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"]],"body":"{\"a\":1}","verdict":"accept 0"},
  {"dialect":"cloudevents","name":"another secret","case":"wrong_secret","secrets":["whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"],"now_ms":1777206896123,"method":"POST","url":"https://hooks.example.com/in?a=1&b=2","headers":[["Authorization","Bearer whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"]],"body":"{\"a\":1}","verdict":"bad_signature"},
  {"dialect":"cloudevents","name":"the last four characters are missing","case":"truncated","secrets":["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"],"now_ms":1777206896123,"method":"POST","url":"https://hooks.example.com/in?a=1&b=2","headers":[["Authorization","Bearer whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2La"]],"body":"{\"a\":1}","verdict":"bad_signature"},
  {"dialect":"cloudevents","name":"another prefix","case":"wrong_version","secrets":["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"],"now_ms":1777206896123,"method":"POST","url":"https://hooks.example.com/in?a=1&b=2","headers":[["Authorization","Basic whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"]],"body":"{\"a\":1}","verdict":"bad_signature"},
  {"dialect":"cloudevents","name":"without Authorization","case":"missing_header","secrets":["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"],"now_ms":1777206896123,"method":"POST","url":"https://hooks.example.com/in?a=1&b=2","headers":[],"body":"{\"a\":1}","verdict":"missing_header"},
  {"dialect":"cloudevents","name":"the old key signs, the receiver has both","case":"rotated","secrets":["whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD","whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"],"now_ms":1777206896123,"method":"POST","url":"https://hooks.example.com/in?a=1&b=2","headers":[["Authorization","Bearer whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"]],"body":"{\"a\":1}","verdict":"accept 1"},
  {"dialect":"deiterate","name":"a request as it is sent","case":"good","secrets":["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"],"now_ms":1777206896123,"method":"POST","url":"https://hooks.example.com/in?a=1&b=2","headers":[["X-Deiterate-Signature","45ec03b2b33403c8043a90de06bedad0827183927115fd7e448ef97eeb13c5be"]],"body":"{\"a\":1}","verdict":"accept 0"},
  {"dialect":"deiterate","name":"header names in upper case","case":"upper_case","secrets":["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"],"now_ms":1777206896123,"method":"POST","url":"https://hooks.example.com/in?a=1&b=2","headers":[["X-DEITERATE-SIGNATURE","45ec03b2b33403c8043a90de06bedad0827183927115fd7e448ef97eeb13c5be"]],"body":"{\"a\":1}","verdict":"accept 0"},
  {"dialect":"deiterate","name":"unrelated headers","case":"good","secrets":["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"],"now_ms":1777206896123,"method":"POST","url":"https://hooks.example.com/in?a=1&b=2","headers":[["Host","hooks.example.com"],["X-Unrelated","1"],["X-Deiterate-Signature","45ec03b2b33403c8043a90de06bedad0827183927115fd7e448ef97eeb13c5be"]],"body":"{\"a\":1}","verdict":"accept 0"},
  {"dialect":"deiterate","name":"one byte more","case":"tampered_body","secrets":["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"],"now_ms":1777206896123,"method":"POST","url":"https://hooks.example.com/in?a=1&b=2","headers":[["X-Deiterate-Signature","45ec03b2b33403c8043a90de06bedad0827183927115fd7e448ef97eeb13c5be"]],"body":"{\"a\":1} ","verdict":"bad_signature"},
  {"dialect":"deiterate","name":"another secret","case":"wrong_secret","secrets":["whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"],"now_ms":1777206896123,"method":"POST","url":"https://hooks.example.com/in?a=1&b=2","headers":[["X-Deiterate-Signature","45ec03b2b33403c8043a90de06bedad0827183927115fd7e448ef97eeb13c5be"]],"body":"{\"a\":1}","verdict":"bad_signature"},
  {"dialect":"deiterate","name":"the last four characters are missing","case":"truncated","secrets":["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"],"now_ms":1777206896123,"method":"POST","url":"https://hooks.example.com/in?a=1&b=2","headers":[["X-Deiterate-Signature","45ec03b2b33403c8043a90de06bedad0827183927115fd7e448ef97eeb13"]],"body":"{\"a\":1}","verdict":"bad_signature"},
  {"dialect":"deiterate","name":"without X-Deiterate-Signature","case":"missing_header","secrets":["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"],"now_ms":1777206896123,"method":"POST","url":"https://hooks.example.com/in?a=1&b=2","headers":[],"body":"{\"a\":1}","verdict":"missing_header"},
  {"dialect":"deiterate","name":"the old key signs, the receiver has both","case":"rotated","secrets":["whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD","whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"],"now_ms":1777206896123,"method":"POST","url":"https://hooks.example.com/in?a=1&b=2","headers":[["X-Deiterate-Signature","45ec03b2b33403c8043a90de06bedad0827183927115fd7e448ef97eeb13c5be"]],"body":"{\"a\":1}","verdict":"accept 1"},
  {"dialect":"github","name":"a request as it is sent","case":"good","secrets":["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"],"now_ms":1777206896123,"method":"POST","url":"https://hooks.example.com/in?a=1&b=2","headers":[["X-GitHub-Event","event.kind"],["X-GitHub-Delivery","019dca1c-5c7b-8000-8000-0000000000aa"],["X-GitHub-Hook-ID","ep_01KENDP01NT000000000000000"],["X-Hub-Signature","sha1=f791dbd23d1470df0b3b4a22f6eceb4ba67792d0"],["X-Hub-Signature-256","sha256=45ec03b2b33403c8043a90de06bedad0827183927115fd7e448ef97eeb13c5be"]],"body":"{\"a\":1}","verdict":"accept 0"},
  {"dialect":"github","name":"header names in upper case","case":"upper_case","secrets":["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"],"now_ms":1777206896123,"method":"POST","url":"https://hooks.example.com/in?a=1&b=2","headers":[["X-GITHUB-EVENT","event.kind"],["X-GITHUB-DELIVERY","019dca1c-5c7b-8000-8000-0000000000aa"],["X-GITHUB-HOOK-ID","ep_01KENDP01NT000000000000000"],["X-HUB-SIGNATURE","sha1=f791dbd23d1470df0b3b4a22f6eceb4ba67792d0"],["X-HUB-SIGNATURE-256","sha256=45ec03b2b33403c8043a90de06bedad0827183927115fd7e448ef97eeb13c5be"]],"body":"{\"a\":1}","verdict":"accept 0"},
  {"dialect":"github","name":"unrelated headers","case":"good","secrets":["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"],"now_ms":1777206896123,"method":"POST","url":"https://hooks.example.com/in?a=1&b=2","headers":[["Host","hooks.example.com"],["X-Unrelated","1"],["X-GitHub-Event","event.kind"],["X-GitHub-Delivery","019dca1c-5c7b-8000-8000-0000000000aa"],["X-GitHub-Hook-ID","ep_01KENDP01NT000000000000000"],["X-Hub-Signature","sha1=f791dbd23d1470df0b3b4a22f6eceb4ba67792d0"],["X-Hub-Signature-256","sha256=45ec03b2b33403c8043a90de06bedad0827183927115fd7e448ef97eeb13c5be"]],"body":"{\"a\":1}","verdict":"accept 0"},
  {"dialect":"github","name":"one byte more","case":"tampered_body","secrets":["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"],"now_ms":1777206896123,"method":"POST","url":"https://hooks.example.com/in?a=1&b=2","headers":[["X-GitHub-Event","event.kind"],["X-GitHub-Delivery","019dca1c-5c7b-8000-8000-0000000000aa"],["X-GitHub-Hook-ID","ep_01KENDP01NT000000000000000"],["X-Hub-Signature","sha1=f791dbd23d1470df0b3b4a22f6eceb4ba67792d0"],["X-Hub-Signature-256","sha256=45ec03b2b33403c8043a90de06bedad0827183927115fd7e448ef97eeb13c5be"]],"body":"{\"a\":1} ","verdict":"bad_signature"},
  {"dialect":"github","name":"another secret","case":"wrong_secret","secrets":["whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"],"now_ms":1777206896123,"method":"POST","url":"https://hooks.example.com/in?a=1&b=2","headers":[["X-GitHub-Event","event.kind"],["X-GitHub-Delivery","019dca1c-5c7b-8000-8000-0000000000aa"],["X-GitHub-Hook-ID","ep_01KENDP01NT000000000000000"],["X-Hub-Signature","sha1=f791dbd23d1470df0b3b4a22f6eceb4ba67792d0"],["X-Hub-Signature-256","sha256=45ec03b2b33403c8043a90de06bedad0827183927115fd7e448ef97eeb13c5be"]],"body":"{\"a\":1}","verdict":"bad_signature"},
  {"dialect":"github","name":"the last four characters are missing","case":"truncated","secrets":["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"],"now_ms":1777206896123,"method":"POST","url":"https://hooks.example.com/in?a=1&b=2","headers":[["X-GitHub-Event","event.kind"],["X-GitHub-Delivery","019dca1c-5c7b-8000-8000-0000000000aa"],["X-GitHub-Hook-ID","ep_01KENDP01NT000000000000000"],["X-Hub-Signature","sha1=f791dbd23d1470df0b3b4a22f6eceb4ba67792d0"],["X-Hub-Signature-256","sha256=45ec03b2b33403c8043a90de06bedad0827183927115fd7e448ef97eeb13"]],"body":"{\"a\":1}","verdict":"bad_signature"},
  {"dialect":"github","name":"another prefix","case":"wrong_version","secrets":["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"],"now_ms":1777206896123,"method":"POST","url":"https://hooks.example.com/in?a=1&b=2","headers":[["X-GitHub-Event","event.kind"],["X-GitHub-Delivery","019dca1c-5c7b-8000-8000-0000000000aa"],["X-GitHub-Hook-ID","ep_01KENDP01NT000000000000000"],["X-Hub-Signature","sha1=f791dbd23d1470df0b3b4a22f6eceb4ba67792d0"],["X-Hub-Signature-256","sha1=45ec03b2b33403c8043a90de06bedad0827183927115fd7e448ef97eeb13c5be"]],"body":"{\"a\":1}","verdict":"bad_signature"},
  {"dialect":"github","name":"without X-Hub-Signature-256","case":"missing_header","secrets":["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"],"now_ms":1777206896123,"method":"POST","url":"https://hooks.example.com/in?a=1&b=2","headers":[["X-GitHub-Event","event.kind"],["X-GitHub-Delivery","019dca1c-5c7b-8000-8000-0000000000aa"],["X-GitHub-Hook-ID","ep_01KENDP01NT000000000000000"],["X-Hub-Signature","sha1=f791dbd23d1470df0b3b4a22f6eceb4ba67792d0"]],"body":"{\"a\":1}","verdict":"missing_header"},
  {"dialect":"github","name":"the old key signs, the receiver has both","case":"rotated","secrets":["whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD","whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"],"now_ms":1777206896123,"method":"POST","url":"https://hooks.example.com/in?a=1&b=2","headers":[["X-GitHub-Event","event.kind"],["X-GitHub-Delivery","019dca1c-5c7b-8000-8000-0000000000aa"],["X-GitHub-Hook-ID","ep_01KENDP01NT000000000000000"],["X-Hub-Signature","sha1=f791dbd23d1470df0b3b4a22f6eceb4ba67792d0"],["X-Hub-Signature-256","sha256=45ec03b2b33403c8043a90de06bedad0827183927115fd7e448ef97eeb13c5be"]],"body":"{\"a\":1}","verdict":"accept 1"},
  {"dialect":"grantiva","name":"a request as it is sent","case":"good","secrets":["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"],"now_ms":1777206896123,"method":"POST","url":"https://hooks.example.com/in?a=1&b=2","headers":[["X-Grantiva-Signature","sha256=45ec03b2b33403c8043a90de06bedad0827183927115fd7e448ef97eeb13c5be"]],"body":"{\"a\":1}","verdict":"accept 0"},
  {"dialect":"grantiva","name":"header names in upper case","case":"upper_case","secrets":["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"],"now_ms":1777206896123,"method":"POST","url":"https://hooks.example.com/in?a=1&b=2","headers":[["X-GRANTIVA-SIGNATURE","sha256=45ec03b2b33403c8043a90de06bedad0827183927115fd7e448ef97eeb13c5be"]],"body":"{\"a\":1}","verdict":"accept 0"},
  {"dialect":"grantiva","name":"unrelated headers","case":"good","secrets":["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"],"now_ms":1777206896123,"method":"POST","url":"https://hooks.example.com/in?a=1&b=2","headers":[["Host","hooks.example.com"],["X-Unrelated","1"],["X-Grantiva-Signature","sha256=45ec03b2b33403c8043a90de06bedad0827183927115fd7e448ef97eeb13c5be"]],"body":"{\"a\":1}","verdict":"accept 0"},
  {"dialect":"grantiva","name":"one byte more","case":"tampered_body","secrets":["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"],"now_ms":1777206896123,"method":"POST","url":"https://hooks.example.com/in?a=1&b=2","headers":[["X-Grantiva-Signature","sha256=45ec03b2b33403c8043a90de06bedad0827183927115fd7e448ef97eeb13c5be"]],"body":"{\"a\":1} ","verdict":"bad_signature"},
  {"dialect":"grantiva","name":"another secret","case":"wrong_secret","secrets":["whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"],"now_ms":1777206896123,"method":"POST","url":"https://hooks.example.com/in?a=1&b=2","headers":[["X-Grantiva-Signature","sha256=45ec03b2b33403c8043a90de06bedad0827183927115fd7e448ef97eeb13c5be"]],"body":"{\"a\":1}","verdict":"bad_signature"},
  {"dialect":"grantiva","name":"the last four characters are missing","case":"truncated","secrets":["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"],"now_ms":1777206896123,"method":"POST","url":"https://hooks.example.com/in?a=1&b=2","headers":[["X-Grantiva-Signature","sha256=45ec03b2b33403c8043a90de06bedad0827183927115fd7e448ef97eeb13"]],"body":"{\"a\":1}","verdict":"bad_signature"},
  {"dialect":"grantiva","name":"another prefix","case":"wrong_version","secrets":["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"],"now_ms":1777206896123,"method":"POST","url":"https://hooks.example.com/in?a=1&b=2","headers":[["X-Grantiva-Signature","sha1=45ec03b2b33403c8043a90de06bedad0827183927115fd7e448ef97eeb13c5be"]],"body":"{\"a\":1}","verdict":"bad_signature"},
  {"dialect":"grantiva","name":"without X-Grantiva-Signature","case":"missing_header","secrets":["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"],"now_ms":1777206896123,"method":"POST","url":"https://hooks.example.com/in?a=1&b=2","headers":[],"body":"{\"a\":1}","verdict":"missing_header"},
  {"dialect":"grantiva","name":"the old key signs, the receiver has both","case":"rotated","secrets":["whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD","whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"],"now_ms":1777206896123,"method":"POST","url":"https://hooks.example.com/in?a=1&b=2","headers":[["X-Grantiva-Signature","sha256=45ec03b2b33403c8043a90de06bedad0827183927115fd7e448ef97eeb13c5be"]],"body":"{\"a\":1}","verdict":"accept 1"},
  {"dialect":"inviolet","name":"a request as it is sent","case":"good","secrets":["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"],"now_ms":1777206896123,"method":"POST","url":"https://hooks.example.com/in?a=1&b=2","headers":[["inviolet-event","event.kind"],["inviolet-delivery-id","019dca1c-5c7b-8000-8000-0000000000aa"],["inviolet-timestamp","1777206896123"],["inviolet-signature","sha256=ee9e4afe28523d24e1eeaddef754135833e45e60b1d51081f791f45a4b53d0b1"]],"body":"{\"a\":1}","verdict":"accept 0"},
  {"dialect":"inviolet","name":"header names in upper case","case":"upper_case","secrets":["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"],"now_ms":1777206896123,"method":"POST","url":"https://hooks.example.com/in?a=1&b=2","headers":[["INVIOLET-EVENT","event.kind"],["INVIOLET-DELIVERY-ID","019dca1c-5c7b-8000-8000-0000000000aa"],["INVIOLET-TIMESTAMP","1777206896123"],["INVIOLET-SIGNATURE","sha256=ee9e4afe28523d24e1eeaddef754135833e45e60b1d51081f791f45a4b53d0b1"]],"body":"{\"a\":1}","verdict":"accept 0"},
  {"dialect":"inviolet","name":"unrelated headers","case":"good","secrets":["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"],"now_ms":1777206896123,"method":"POST","url":"https://hooks.example.com/in?a=1&b=2","headers":[["Host","hooks.example.com"],["X-Unrelated","1"],["inviolet-event","event.kind"],["inviolet-delivery-id","019dca1c-5c7b-8000-8000-0000000000aa"],["inviolet-timestamp","1777206896123"],["inviolet-signature","sha256=ee9e4afe28523d24e1eeaddef754135833e45e60b1d51081f791f45a4b53d0b1"]],"body":"{\"a\":1}","verdict":"accept 0"},
  {"dialect":"inviolet","name":"one byte more","case":"tampered_body","secrets":["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"],"now_ms":1777206896123,"method":"POST","url":"https://hooks.example.com/in?a=1&b=2","headers":[["inviolet-event","event.kind"],["inviolet-delivery-id","019dca1c-5c7b-8000-8000-0000000000aa"],["inviolet-timestamp","1777206896123"],["inviolet-signature","sha256=ee9e4afe28523d24e1eeaddef754135833e45e60b1d51081f791f45a4b53d0b1"]],"body":"{\"a\":1} ","verdict":"bad_signature"},
  {"dialect":"inviolet","name":"another secret","case":"wrong_secret","secrets":["whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"],"now_ms":1777206896123,"method":"POST","url":"https://hooks.example.com/in?a=1&b=2","headers":[["inviolet-event","event.kind"],["inviolet-delivery-id","019dca1c-5c7b-8000-8000-0000000000aa"],["inviolet-timestamp","1777206896123"],["inviolet-signature","sha256=ee9e4afe28523d24e1eeaddef754135833e45e60b1d51081f791f45a4b53d0b1"]],"body":"{\"a\":1}","verdict":"bad_signature"},
  {"dialect":"inviolet","name":"the last four characters are missing","case":"truncated","secrets":["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"],"now_ms":1777206896123,"method":"POST","url":"https://hooks.example.com/in?a=1&b=2","headers":[["inviolet-event","event.kind"],["inviolet-delivery-id","019dca1c-5c7b-8000-8000-0000000000aa"],["inviolet-timestamp","1777206896123"],["inviolet-signature","sha256=ee9e4afe28523d24e1eeaddef754135833e45e60b1d51081f791f45a4b53"]],"body":"{\"a\":1}","verdict":"bad_signature"},
  {"dialect":"inviolet","name":"another prefix","case":"wrong_version","secrets":["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"],"now_ms":1777206896123,"method":"POST","url":"https://hooks.example.com/in?a=1&b=2","headers":[["inviolet-event","event.kind"],["inviolet-delivery-id","019dca1c-5c7b-8000-8000-0000000000aa"],["inviolet-timestamp","1777206896123"],["inviolet-signature","sha1=ee9e4afe28523d24e1eeaddef754135833e45e60b1d51081f791f45a4b53d0b1"]],"body":"{\"a\":1}","verdict":"bad_signature"},
  {"dialect":"inviolet","name":"without inviolet-signature","case":"missing_header","secrets":["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"],"now_ms":1777206896123,"method":"POST","url":"https://hooks.example.com/in?a=1&b=2","headers":[["inviolet-event","event.kind"],["inviolet-delivery-id","019dca1c-5c7b-8000-8000-0000000000aa"],["inviolet-timestamp","1777206896123"]],"body":"{\"a\":1}","verdict":"missing_header"},
  {"dialect":"inviolet","name":"the old key signs, the receiver has both","case":"rotated","secrets":["whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD","whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"],"now_ms":1777206896123,"method":"POST","url":"https://hooks.example.com/in?a=1&b=2","headers":[["inviolet-event","event.kind"],["inviolet-delivery-id","019dca1c-5c7b-8000-8000-0000000000aa"],["inviolet-timestamp","1777206896123"],["inviolet-signature","sha256=ee9e4afe28523d24e1eeaddef754135833e45e60b1d51081f791f45a4b53d0b1"]],"body":"{\"a\":1}","verdict":"accept 1"},
  {"dialect":"inviolet","name":"exactly as old as allowed","case":"stale","secrets":["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"],"now_ms":1777207196123,"method":"POST","url":"https://hooks.example.com/in?a=1&b=2","headers":[["inviolet-event","event.kind"],["inviolet-delivery-id","019dca1c-5c7b-8000-8000-0000000000aa"],["inviolet-timestamp","1777206896123"],["inviolet-signature","sha256=ee9e4afe28523d24e1eeaddef754135833e45e60b1d51081f791f45a4b53d0b1"]],"body":"{\"a\":1}","verdict":"accept 0"},
  {"dialect":"inviolet","name":"exactly as far ahead as allowed","case":"future","secrets":["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"],"now_ms":1777206596123,"method":"POST","url":"https://hooks.example.com/in?a=1&b=2","headers":[["inviolet-event","event.kind"],["inviolet-delivery-id","019dca1c-5c7b-8000-8000-0000000000aa"],["inviolet-timestamp","1777206896123"],["inviolet-signature","sha256=ee9e4afe28523d24e1eeaddef754135833e45e60b1d51081f791f45a4b53d0b1"]],"body":"{\"a\":1}","verdict":"accept 0"},
  {"dialect":"inviolet","name":"the time is ''","case":"malformed_time","secrets":["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"],"now_ms":1777206896123,"method":"POST","url":"https://hooks.example.com/in?a=1&b=2","headers":[["inviolet-event","event.kind"],["inviolet-delivery-id","019dca1c-5c7b-8000-8000-0000000000aa"],["inviolet-timestamp",""],["inviolet-signature","sha256=ee9e4afe28523d24e1eeaddef754135833e45e60b1d51081f791f45a4b53d0b1"]],"body":"{\"a\":1}","verdict":"malformed_header"},
  {"dialect":"inviolet","name":"another time than was signed","case":"tampered_time","secrets":["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"],"now_ms":1777206896123,"method":"POST","url":"https://hooks.example.com/in?a=1&b=2","headers":[["inviolet-event","event.kind"],["inviolet-delivery-id","019dca1c-5c7b-8000-8000-0000000000aa"],["inviolet-timestamp","1777206896124"],["inviolet-signature","sha256=ee9e4afe28523d24e1eeaddef754135833e45e60b1d51081f791f45a4b53d0b1"]],"body":"{\"a\":1}","verdict":"bad_signature"},
  {"dialect":"pagerduty","name":"a request as it is sent","case":"good","secrets":["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"],"now_ms":1777206896123,"method":"POST","url":"https://hooks.example.com/in?a=1&b=2","headers":[["X-Webhook-Id","019dca1c-5c7b-8000-8000-0000000000aa"],["X-PagerDuty-Signature","v1=45ec03b2b33403c8043a90de06bedad0827183927115fd7e448ef97eeb13c5be"]],"body":"{\"a\":1}","verdict":"accept 0"},
  {"dialect":"pagerduty","name":"header names in upper case","case":"upper_case","secrets":["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"],"now_ms":1777206896123,"method":"POST","url":"https://hooks.example.com/in?a=1&b=2","headers":[["X-WEBHOOK-ID","019dca1c-5c7b-8000-8000-0000000000aa"],["X-PAGERDUTY-SIGNATURE","v1=45ec03b2b33403c8043a90de06bedad0827183927115fd7e448ef97eeb13c5be"]],"body":"{\"a\":1}","verdict":"accept 0"},
  {"dialect":"pagerduty","name":"unrelated headers","case":"good","secrets":["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"],"now_ms":1777206896123,"method":"POST","url":"https://hooks.example.com/in?a=1&b=2","headers":[["Host","hooks.example.com"],["X-Unrelated","1"],["X-Webhook-Id","019dca1c-5c7b-8000-8000-0000000000aa"],["X-PagerDuty-Signature","v1=45ec03b2b33403c8043a90de06bedad0827183927115fd7e448ef97eeb13c5be"]],"body":"{\"a\":1}","verdict":"accept 0"},
  {"dialect":"pagerduty","name":"one byte more","case":"tampered_body","secrets":["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"],"now_ms":1777206896123,"method":"POST","url":"https://hooks.example.com/in?a=1&b=2","headers":[["X-Webhook-Id","019dca1c-5c7b-8000-8000-0000000000aa"],["X-PagerDuty-Signature","v1=45ec03b2b33403c8043a90de06bedad0827183927115fd7e448ef97eeb13c5be"]],"body":"{\"a\":1} ","verdict":"bad_signature"},
  {"dialect":"pagerduty","name":"another secret","case":"wrong_secret","secrets":["whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"],"now_ms":1777206896123,"method":"POST","url":"https://hooks.example.com/in?a=1&b=2","headers":[["X-Webhook-Id","019dca1c-5c7b-8000-8000-0000000000aa"],["X-PagerDuty-Signature","v1=45ec03b2b33403c8043a90de06bedad0827183927115fd7e448ef97eeb13c5be"]],"body":"{\"a\":1}","verdict":"bad_signature"},
  {"dialect":"pagerduty","name":"the last four characters are missing","case":"truncated","secrets":["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"],"now_ms":1777206896123,"method":"POST","url":"https://hooks.example.com/in?a=1&b=2","headers":[["X-Webhook-Id","019dca1c-5c7b-8000-8000-0000000000aa"],["X-PagerDuty-Signature","v1=45ec03b2b33403c8043a90de06bedad0827183927115fd7e448ef97eeb13"]],"body":"{\"a\":1}","verdict":"bad_signature"},
  {"dialect":"pagerduty","name":"another prefix","case":"wrong_version","secrets":["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"],"now_ms":1777206896123,"method":"POST","url":"https://hooks.example.com/in?a=1&b=2","headers":[["X-Webhook-Id","019dca1c-5c7b-8000-8000-0000000000aa"],["X-PagerDuty-Signature","v2=45ec03b2b33403c8043a90de06bedad0827183927115fd7e448ef97eeb13c5be"]],"body":"{\"a\":1}","verdict":"bad_signature"},
  {"dialect":"pagerduty","name":"without X-PagerDuty-Signature","case":"missing_header","secrets":["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"],"now_ms":1777206896123,"method":"POST","url":"https://hooks.example.com/in?a=1&b=2","headers":[["X-Webhook-Id","019dca1c-5c7b-8000-8000-0000000000aa"]],"body":"{\"a\":1}","verdict":"missing_header"},
  {"dialect":"pagerduty","name":"both keys sign, the receiver has the old one","case":"rotated","secrets":["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"],"now_ms":1777206896123,"method":"POST","url":"https://hooks.example.com/in?a=1&b=2","headers":[["X-Webhook-Id","019dca1c-5c7b-8000-8000-0000000000aa"],["X-PagerDuty-Signature","v1=03048224d6df6ae681e2c17f2cbc069167fbe9f7d79b487d5a213faad40300a2,v1=45ec03b2b33403c8043a90de06bedad0827183927115fd7e448ef97eeb13c5be"]],"body":"{\"a\":1}","verdict":"accept 0"},
  {"dialect":"pagerduty","name":"a good signature in the middle","case":"list","secrets":["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"],"now_ms":1777206896123,"method":"POST","url":"https://hooks.example.com/in?a=1&b=2","headers":[["X-Webhook-Id","019dca1c-5c7b-8000-8000-0000000000aa"],["X-PagerDuty-Signature","v1=0000000000000000000000000000000000000000000000000000000000000000,v9=zzz,v1=45ec03b2b33403c8043a90de06bedad0827183927115fd7e448ef97eeb13c5be,v1=0000000000000000000000000000000000000000000000000000000000000000"]],"body":"{\"a\":1}","verdict":"accept 0"},
  {"dialect":"pagerduty","name":"a good signature at the end","case":"list","secrets":["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"],"now_ms":1777206896123,"method":"POST","url":"https://hooks.example.com/in?a=1&b=2","headers":[["X-Webhook-Id","019dca1c-5c7b-8000-8000-0000000000aa"],["X-PagerDuty-Signature","v1=0000000000000000000000000000000000000000000000000000000000000000,v1=45ec03b2b33403c8043a90de06bedad0827183927115fd7e448ef97eeb13c5be"]],"body":"{\"a\":1}","verdict":"accept 0"},
  {"dialect":"pagerduty","name":"wrong signatures only","case":"list","secrets":["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"],"now_ms":1777206896123,"method":"POST","url":"https://hooks.example.com/in?a=1&b=2","headers":[["X-Webhook-Id","019dca1c-5c7b-8000-8000-0000000000aa"],["X-PagerDuty-Signature","v1=0000000000000000000000000000000000000000000000000000000000000000,v1=0000000000000000000000000000000000000000000000000000000000000000"]],"body":"{\"a\":1}","verdict":"bad_signature"},
  {"dialect":"pagerduty","name":"a version without a signature","case":"list","secrets":["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"],"now_ms":1777206896123,"method":"POST","url":"https://hooks.example.com/in?a=1&b=2","headers":[["X-Webhook-Id","019dca1c-5c7b-8000-8000-0000000000aa"],["X-PagerDuty-Signature","v1="]],"body":"{\"a\":1}","verdict":"bad_signature"},
  {"dialect":"pagerduty","name":"a good signature under another version","case":"list","secrets":["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"],"now_ms":1777206896123,"method":"POST","url":"https://hooks.example.com/in?a=1&b=2","headers":[["X-Webhook-Id","019dca1c-5c7b-8000-8000-0000000000aa"],["X-PagerDuty-Signature","v2=45ec03b2b33403c8043a90de06bedad0827183927115fd7e448ef97eeb13c5be"]],"body":"{\"a\":1}","verdict":"bad_signature"},
  {"dialect":"pagerduty","name":"no item at all","case":"list","secrets":["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"],"now_ms":1777206896123,"method":"POST","url":"https://hooks.example.com/in?a=1&b=2","headers":[["X-Webhook-Id","019dca1c-5c7b-8000-8000-0000000000aa"],["X-PagerDuty-Signature","garbage"]],"body":"{\"a\":1}","verdict":"malformed_header"},
  {"dialect":"shopify","name":"a request as it is sent","case":"good","secrets":["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"],"now_ms":1777206896123,"method":"POST","url":"https://hooks.example.com/in?a=1&b=2","headers":[["X-Shopify-Topic","event.kind"],["X-Shopify-Shop-Domain","org_2pX9"],["X-Shopify-API-Version","2026-01"],["X-Shopify-Webhook-Id","019dca1c-5c7b-8000-8000-0000000000aa"],["X-Shopify-Event-Id","evt_01HXYZ"],["X-Shopify-Triggered-At","2026-04-03T09:15:00.000Z"],["X-Shopify-Hmac-Sha256","RewDsrM0A8gEOpDeBr7a0IJxg5JxFf1+RI75fusTxb4="]],"body":"{\"a\":1}","verdict":"accept 0"},
  {"dialect":"shopify","name":"header names in upper case","case":"upper_case","secrets":["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"],"now_ms":1777206896123,"method":"POST","url":"https://hooks.example.com/in?a=1&b=2","headers":[["X-SHOPIFY-TOPIC","event.kind"],["X-SHOPIFY-SHOP-DOMAIN","org_2pX9"],["X-SHOPIFY-API-VERSION","2026-01"],["X-SHOPIFY-WEBHOOK-ID","019dca1c-5c7b-8000-8000-0000000000aa"],["X-SHOPIFY-EVENT-ID","evt_01HXYZ"],["X-SHOPIFY-TRIGGERED-AT","2026-04-03T09:15:00.000Z"],["X-SHOPIFY-HMAC-SHA256","RewDsrM0A8gEOpDeBr7a0IJxg5JxFf1+RI75fusTxb4="]],"body":"{\"a\":1}","verdict":"accept 0"},
  {"dialect":"shopify","name":"unrelated headers","case":"good","secrets":["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"],"now_ms":1777206896123,"method":"POST","url":"https://hooks.example.com/in?a=1&b=2","headers":[["Host","hooks.example.com"],["X-Unrelated","1"],["X-Shopify-Topic","event.kind"],["X-Shopify-Shop-Domain","org_2pX9"],["X-Shopify-API-Version","2026-01"],["X-Shopify-Webhook-Id","019dca1c-5c7b-8000-8000-0000000000aa"],["X-Shopify-Event-Id","evt_01HXYZ"],["X-Shopify-Triggered-At","2026-04-03T09:15:00.000Z"],["X-Shopify-Hmac-Sha256","RewDsrM0A8gEOpDeBr7a0IJxg5JxFf1+RI75fusTxb4="]],"body":"{\"a\":1}","verdict":"accept 0"},
  {"dialect":"shopify","name":"one byte more","case":"tampered_body","secrets":["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"],"now_ms":1777206896123,"method":"POST","url":"https://hooks.example.com/in?a=1&b=2","headers":[["X-Shopify-Topic","event.kind"],["X-Shopify-Shop-Domain","org_2pX9"],["X-Shopify-API-Version","2026-01"],["X-Shopify-Webhook-Id","019dca1c-5c7b-8000-8000-0000000000aa"],["X-Shopify-Event-Id","evt_01HXYZ"],["X-Shopify-Triggered-At","2026-04-03T09:15:00.000Z"],["X-Shopify-Hmac-Sha256","RewDsrM0A8gEOpDeBr7a0IJxg5JxFf1+RI75fusTxb4="]],"body":"{\"a\":1} ","verdict":"bad_signature"},
  {"dialect":"shopify","name":"another secret","case":"wrong_secret","secrets":["whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"],"now_ms":1777206896123,"method":"POST","url":"https://hooks.example.com/in?a=1&b=2","headers":[["X-Shopify-Topic","event.kind"],["X-Shopify-Shop-Domain","org_2pX9"],["X-Shopify-API-Version","2026-01"],["X-Shopify-Webhook-Id","019dca1c-5c7b-8000-8000-0000000000aa"],["X-Shopify-Event-Id","evt_01HXYZ"],["X-Shopify-Triggered-At","2026-04-03T09:15:00.000Z"],["X-Shopify-Hmac-Sha256","RewDsrM0A8gEOpDeBr7a0IJxg5JxFf1+RI75fusTxb4="]],"body":"{\"a\":1}","verdict":"bad_signature"},
  {"dialect":"shopify","name":"the last four characters are missing","case":"truncated","secrets":["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"],"now_ms":1777206896123,"method":"POST","url":"https://hooks.example.com/in?a=1&b=2","headers":[["X-Shopify-Topic","event.kind"],["X-Shopify-Shop-Domain","org_2pX9"],["X-Shopify-API-Version","2026-01"],["X-Shopify-Webhook-Id","019dca1c-5c7b-8000-8000-0000000000aa"],["X-Shopify-Event-Id","evt_01HXYZ"],["X-Shopify-Triggered-At","2026-04-03T09:15:00.000Z"],["X-Shopify-Hmac-Sha256","RewDsrM0A8gEOpDeBr7a0IJxg5JxFf1+RI75fusT"]],"body":"{\"a\":1}","verdict":"bad_signature"},
  {"dialect":"shopify","name":"without X-Shopify-Hmac-Sha256","case":"missing_header","secrets":["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"],"now_ms":1777206896123,"method":"POST","url":"https://hooks.example.com/in?a=1&b=2","headers":[["X-Shopify-Topic","event.kind"],["X-Shopify-Shop-Domain","org_2pX9"],["X-Shopify-API-Version","2026-01"],["X-Shopify-Webhook-Id","019dca1c-5c7b-8000-8000-0000000000aa"],["X-Shopify-Event-Id","evt_01HXYZ"],["X-Shopify-Triggered-At","2026-04-03T09:15:00.000Z"]],"body":"{\"a\":1}","verdict":"missing_header"},
  {"dialect":"shopify","name":"the old key signs, the receiver has both","case":"rotated","secrets":["whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD","whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"],"now_ms":1777206896123,"method":"POST","url":"https://hooks.example.com/in?a=1&b=2","headers":[["X-Shopify-Topic","event.kind"],["X-Shopify-Shop-Domain","org_2pX9"],["X-Shopify-API-Version","2026-01"],["X-Shopify-Webhook-Id","019dca1c-5c7b-8000-8000-0000000000aa"],["X-Shopify-Event-Id","evt_01HXYZ"],["X-Shopify-Triggered-At","2026-04-03T09:15:00.000Z"],["X-Shopify-Hmac-Sha256","RewDsrM0A8gEOpDeBr7a0IJxg5JxFf1+RI75fusTxb4="]],"body":"{\"a\":1}","verdict":"accept 1"},
  {"dialect":"slack","name":"a request as it is sent","case":"good","secrets":["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"],"now_ms":1777206896123,"method":"POST","url":"https://hooks.example.com/in?a=1&b=2","headers":[["X-Slack-Request-Timestamp","1777206896"],["X-Slack-Signature","v0=602d464120d493d1daa710ace74c7ede5cf6b52438791829f5ea77955761a1b7"]],"body":"{\"a\":1}","verdict":"accept 0"},
  {"dialect":"slack","name":"header names in upper case","case":"upper_case","secrets":["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"],"now_ms":1777206896123,"method":"POST","url":"https://hooks.example.com/in?a=1&b=2","headers":[["X-SLACK-REQUEST-TIMESTAMP","1777206896"],["X-SLACK-SIGNATURE","v0=602d464120d493d1daa710ace74c7ede5cf6b52438791829f5ea77955761a1b7"]],"body":"{\"a\":1}","verdict":"accept 0"},
  {"dialect":"slack","name":"unrelated headers","case":"good","secrets":["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"],"now_ms":1777206896123,"method":"POST","url":"https://hooks.example.com/in?a=1&b=2","headers":[["Host","hooks.example.com"],["X-Unrelated","1"],["X-Slack-Request-Timestamp","1777206896"],["X-Slack-Signature","v0=602d464120d493d1daa710ace74c7ede5cf6b52438791829f5ea77955761a1b7"]],"body":"{\"a\":1}","verdict":"accept 0"},
  {"dialect":"slack","name":"one byte more","case":"tampered_body","secrets":["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"],"now_ms":1777206896123,"method":"POST","url":"https://hooks.example.com/in?a=1&b=2","headers":[["X-Slack-Request-Timestamp","1777206896"],["X-Slack-Signature","v0=602d464120d493d1daa710ace74c7ede5cf6b52438791829f5ea77955761a1b7"]],"body":"{\"a\":1} ","verdict":"bad_signature"},
  {"dialect":"slack","name":"another secret","case":"wrong_secret","secrets":["whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"],"now_ms":1777206896123,"method":"POST","url":"https://hooks.example.com/in?a=1&b=2","headers":[["X-Slack-Request-Timestamp","1777206896"],["X-Slack-Signature","v0=602d464120d493d1daa710ace74c7ede5cf6b52438791829f5ea77955761a1b7"]],"body":"{\"a\":1}","verdict":"bad_signature"},
  {"dialect":"slack","name":"the last four characters are missing","case":"truncated","secrets":["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"],"now_ms":1777206896123,"method":"POST","url":"https://hooks.example.com/in?a=1&b=2","headers":[["X-Slack-Request-Timestamp","1777206896"],["X-Slack-Signature","v0=602d464120d493d1daa710ace74c7ede5cf6b52438791829f5ea77955761"]],"body":"{\"a\":1}","verdict":"bad_signature"},
  {"dialect":"slack","name":"another prefix","case":"wrong_version","secrets":["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"],"now_ms":1777206896123,"method":"POST","url":"https://hooks.example.com/in?a=1&b=2","headers":[["X-Slack-Request-Timestamp","1777206896"],["X-Slack-Signature","v9=602d464120d493d1daa710ace74c7ede5cf6b52438791829f5ea77955761a1b7"]],"body":"{\"a\":1}","verdict":"bad_signature"},
  {"dialect":"slack","name":"without X-Slack-Signature","case":"missing_header","secrets":["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"],"now_ms":1777206896123,"method":"POST","url":"https://hooks.example.com/in?a=1&b=2","headers":[["X-Slack-Request-Timestamp","1777206896"]],"body":"{\"a\":1}","verdict":"missing_header"},
  {"dialect":"slack","name":"the old key signs, the receiver has both","case":"rotated","secrets":["whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD","whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"],"now_ms":1777206896123,"method":"POST","url":"https://hooks.example.com/in?a=1&b=2","headers":[["X-Slack-Request-Timestamp","1777206896"],["X-Slack-Signature","v0=602d464120d493d1daa710ace74c7ede5cf6b52438791829f5ea77955761a1b7"]],"body":"{\"a\":1}","verdict":"accept 1"},
  {"dialect":"slack","name":"exactly as old as allowed","case":"stale","secrets":["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"],"now_ms":1777207196123,"method":"POST","url":"https://hooks.example.com/in?a=1&b=2","headers":[["X-Slack-Request-Timestamp","1777206896"],["X-Slack-Signature","v0=602d464120d493d1daa710ace74c7ede5cf6b52438791829f5ea77955761a1b7"]],"body":"{\"a\":1}","verdict":"accept 0"},
  {"dialect":"slack","name":"exactly as far ahead as allowed","case":"future","secrets":["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"],"now_ms":1777206596123,"method":"POST","url":"https://hooks.example.com/in?a=1&b=2","headers":[["X-Slack-Request-Timestamp","1777206896"],["X-Slack-Signature","v0=602d464120d493d1daa710ace74c7ede5cf6b52438791829f5ea77955761a1b7"]],"body":"{\"a\":1}","verdict":"accept 0"},
  {"dialect":"slack","name":"the time is ''","case":"malformed_time","secrets":["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"],"now_ms":1777206896123,"method":"POST","url":"https://hooks.example.com/in?a=1&b=2","headers":[["X-Slack-Request-Timestamp",""],["X-Slack-Signature","v0=602d464120d493d1daa710ace74c7ede5cf6b52438791829f5ea77955761a1b7"]],"body":"{\"a\":1}","verdict":"malformed_header"},
  {"dialect":"slack","name":"another time than was signed","case":"tampered_time","secrets":["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"],"now_ms":1777206896123,"method":"POST","url":"https://hooks.example.com/in?a=1&b=2","headers":[["X-Slack-Request-Timestamp","1777206897"],["X-Slack-Signature","v0=602d464120d493d1daa710ace74c7ede5cf6b52438791829f5ea77955761a1b7"]],"body":"{\"a\":1}","verdict":"bad_signature"},
  {"dialect":"square","name":"a request as it is sent","case":"good","secrets":["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"],"now_ms":1777206896123,"method":"POST","url":"https://hooks.example.com/in?a=1&b=2","headers":[["square-environment","Production"],["x-square-hmacsha256-signature","4EmtyIsSkN6jSj8tv8BGGxyRgeClDhZuUFB7Z1w8Koc="]],"body":"{\"a\":1}","verdict":"accept 0"},
  {"dialect":"square","name":"header names in upper case","case":"upper_case","secrets":["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"],"now_ms":1777206896123,"method":"POST","url":"https://hooks.example.com/in?a=1&b=2","headers":[["SQUARE-ENVIRONMENT","Production"],["X-SQUARE-HMACSHA256-SIGNATURE","4EmtyIsSkN6jSj8tv8BGGxyRgeClDhZuUFB7Z1w8Koc="]],"body":"{\"a\":1}","verdict":"accept 0"},
  {"dialect":"square","name":"unrelated headers","case":"good","secrets":["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"],"now_ms":1777206896123,"method":"POST","url":"https://hooks.example.com/in?a=1&b=2","headers":[["Host","hooks.example.com"],["X-Unrelated","1"],["square-environment","Production"],["x-square-hmacsha256-signature","4EmtyIsSkN6jSj8tv8BGGxyRgeClDhZuUFB7Z1w8Koc="]],"body":"{\"a\":1}","verdict":"accept 0"},
  {"dialect":"square","name":"one byte more","case":"tampered_body","secrets":["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"],"now_ms":1777206896123,"method":"POST","url":"https://hooks.example.com/in?a=1&b=2","headers":[["square-environment","Production"],["x-square-hmacsha256-signature","4EmtyIsSkN6jSj8tv8BGGxyRgeClDhZuUFB7Z1w8Koc="]],"body":"{\"a\":1} ","verdict":"bad_signature"},
  {"dialect":"square","name":"another URL","case":"tampered_url","secrets":["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"],"now_ms":1777206896123,"method":"POST","url":"https://hooks.example.com/in?a=1&b=2&c=3","headers":[["square-environment","Production"],["x-square-hmacsha256-signature","4EmtyIsSkN6jSj8tv8BGGxyRgeClDhZuUFB7Z1w8Koc="]],"body":"{\"a\":1}","verdict":"bad_signature"},
  {"dialect":"square","name":"another secret","case":"wrong_secret","secrets":["whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"],"now_ms":1777206896123,"method":"POST","url":"https://hooks.example.com/in?a=1&b=2","headers":[["square-environment","Production"],["x-square-hmacsha256-signature","4EmtyIsSkN6jSj8tv8BGGxyRgeClDhZuUFB7Z1w8Koc="]],"body":"{\"a\":1}","verdict":"bad_signature"},
  {"dialect":"square","name":"the last four characters are missing","case":"truncated","secrets":["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"],"now_ms":1777206896123,"method":"POST","url":"https://hooks.example.com/in?a=1&b=2","headers":[["square-environment","Production"],["x-square-hmacsha256-signature","4EmtyIsSkN6jSj8tv8BGGxyRgeClDhZuUFB7Z1w8"]],"body":"{\"a\":1}","verdict":"bad_signature"},
  {"dialect":"square","name":"without x-square-hmacsha256-signature","case":"missing_header","secrets":["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"],"now_ms":1777206896123,"method":"POST","url":"https://hooks.example.com/in?a=1&b=2","headers":[["square-environment","Production"]],"body":"{\"a\":1}","verdict":"missing_header"},
  {"dialect":"square","name":"the old key signs, the receiver has both","case":"rotated","secrets":["whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD","whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"],"now_ms":1777206896123,"method":"POST","url":"https://hooks.example.com/in?a=1&b=2","headers":[["square-environment","Production"],["x-square-hmacsha256-signature","4EmtyIsSkN6jSj8tv8BGGxyRgeClDhZuUFB7Z1w8Koc="]],"body":"{\"a\":1}","verdict":"accept 1"},
  {"dialect":"standard","name":"a request as it is sent","case":"good","secrets":["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"],"now_ms":1777206896123,"method":"POST","url":"https://hooks.example.com/in?a=1&b=2","headers":[["webhook-id","evt_01HXYZ"],["webhook-timestamp","1777206896"],["webhook-signature","v1,CDB3eV4WdpDu+hRB16n3UUlTxQse/a+583YShl09418="]],"body":"{\"a\":1}","verdict":"accept 0"},
  {"dialect":"standard","name":"header names in upper case","case":"upper_case","secrets":["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"],"now_ms":1777206896123,"method":"POST","url":"https://hooks.example.com/in?a=1&b=2","headers":[["WEBHOOK-ID","evt_01HXYZ"],["WEBHOOK-TIMESTAMP","1777206896"],["WEBHOOK-SIGNATURE","v1,CDB3eV4WdpDu+hRB16n3UUlTxQse/a+583YShl09418="]],"body":"{\"a\":1}","verdict":"accept 0"},
  {"dialect":"standard","name":"unrelated headers","case":"good","secrets":["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"],"now_ms":1777206896123,"method":"POST","url":"https://hooks.example.com/in?a=1&b=2","headers":[["Host","hooks.example.com"],["X-Unrelated","1"],["webhook-id","evt_01HXYZ"],["webhook-timestamp","1777206896"],["webhook-signature","v1,CDB3eV4WdpDu+hRB16n3UUlTxQse/a+583YShl09418="]],"body":"{\"a\":1}","verdict":"accept 0"},
  {"dialect":"standard","name":"one byte more","case":"tampered_body","secrets":["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"],"now_ms":1777206896123,"method":"POST","url":"https://hooks.example.com/in?a=1&b=2","headers":[["webhook-id","evt_01HXYZ"],["webhook-timestamp","1777206896"],["webhook-signature","v1,CDB3eV4WdpDu+hRB16n3UUlTxQse/a+583YShl09418="]],"body":"{\"a\":1} ","verdict":"bad_signature"},
  {"dialect":"standard","name":"another secret","case":"wrong_secret","secrets":["whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"],"now_ms":1777206896123,"method":"POST","url":"https://hooks.example.com/in?a=1&b=2","headers":[["webhook-id","evt_01HXYZ"],["webhook-timestamp","1777206896"],["webhook-signature","v1,CDB3eV4WdpDu+hRB16n3UUlTxQse/a+583YShl09418="]],"body":"{\"a\":1}","verdict":"bad_signature"},
  {"dialect":"standard","name":"the last four characters are missing","case":"truncated","secrets":["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"],"now_ms":1777206896123,"method":"POST","url":"https://hooks.example.com/in?a=1&b=2","headers":[["webhook-id","evt_01HXYZ"],["webhook-timestamp","1777206896"],["webhook-signature","v1,CDB3eV4WdpDu+hRB16n3UUlTxQse/a+583YShl09"]],"body":"{\"a\":1}","verdict":"bad_signature"},
  {"dialect":"standard","name":"another prefix","case":"wrong_version","secrets":["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"],"now_ms":1777206896123,"method":"POST","url":"https://hooks.example.com/in?a=1&b=2","headers":[["webhook-id","evt_01HXYZ"],["webhook-timestamp","1777206896"],["webhook-signature","v2,CDB3eV4WdpDu+hRB16n3UUlTxQse/a+583YShl09418="]],"body":"{\"a\":1}","verdict":"bad_signature"},
  {"dialect":"standard","name":"without webhook-signature","case":"missing_header","secrets":["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"],"now_ms":1777206896123,"method":"POST","url":"https://hooks.example.com/in?a=1&b=2","headers":[["webhook-id","evt_01HXYZ"],["webhook-timestamp","1777206896"]],"body":"{\"a\":1}","verdict":"missing_header"},
  {"dialect":"standard","name":"both keys sign, the receiver has the old one","case":"rotated","secrets":["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"],"now_ms":1777206896123,"method":"POST","url":"https://hooks.example.com/in?a=1&b=2","headers":[["webhook-id","evt_01HXYZ"],["webhook-timestamp","1777206896"],["webhook-signature","v1,HboWmedrRqIrSXWhXMGgHMQZH4YtQrtj3e1PUtnMxTY= v1,CDB3eV4WdpDu+hRB16n3UUlTxQse/a+583YShl09418="]],"body":"{\"a\":1}","verdict":"accept 0"},
  {"dialect":"standard","name":"a good signature in the middle","case":"list","secrets":["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"],"now_ms":1777206896123,"method":"POST","url":"https://hooks.example.com/in?a=1&b=2","headers":[["webhook-id","evt_01HXYZ"],["webhook-timestamp","1777206896"],["webhook-signature","v1,AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA= v9,zzz v1,CDB3eV4WdpDu+hRB16n3UUlTxQse/a+583YShl09418= v1,AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="]],"body":"{\"a\":1}","verdict":"accept 0"},
  {"dialect":"standard","name":"a good signature at the end","case":"list","secrets":["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"],"now_ms":1777206896123,"method":"POST","url":"https://hooks.example.com/in?a=1&b=2","headers":[["webhook-id","evt_01HXYZ"],["webhook-timestamp","1777206896"],["webhook-signature","v1,AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA= v1,CDB3eV4WdpDu+hRB16n3UUlTxQse/a+583YShl09418="]],"body":"{\"a\":1}","verdict":"accept 0"},
  {"dialect":"standard","name":"wrong signatures only","case":"list","secrets":["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"],"now_ms":1777206896123,"method":"POST","url":"https://hooks.example.com/in?a=1&b=2","headers":[["webhook-id","evt_01HXYZ"],["webhook-timestamp","1777206896"],["webhook-signature","v1,AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA= v1,AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="]],"body":"{\"a\":1}","verdict":"bad_signature"},
  {"dialect":"standard","name":"a version without a signature","case":"list","secrets":["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"],"now_ms":1777206896123,"method":"POST","url":"https://hooks.example.com/in?a=1&b=2","headers":[["webhook-id","evt_01HXYZ"],["webhook-timestamp","1777206896"],["webhook-signature","v1,"]],"body":"{\"a\":1}","verdict":"bad_signature"},
  {"dialect":"standard","name":"a good signature under another version","case":"list","secrets":["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"],"now_ms":1777206896123,"method":"POST","url":"https://hooks.example.com/in?a=1&b=2","headers":[["webhook-id","evt_01HXYZ"],["webhook-timestamp","1777206896"],["webhook-signature","v2,CDB3eV4WdpDu+hRB16n3UUlTxQse/a+583YShl09418="]],"body":"{\"a\":1}","verdict":"bad_signature"},
  {"dialect":"standard","name":"no item at all","case":"list","secrets":["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"],"now_ms":1777206896123,"method":"POST","url":"https://hooks.example.com/in?a=1&b=2","headers":[["webhook-id","evt_01HXYZ"],["webhook-timestamp","1777206896"],["webhook-signature","garbage"]],"body":"{\"a\":1}","verdict":"malformed_header"},
  {"dialect":"standard","name":"exactly as old as allowed","case":"stale","secrets":["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"],"now_ms":1777207196123,"method":"POST","url":"https://hooks.example.com/in?a=1&b=2","headers":[["webhook-id","evt_01HXYZ"],["webhook-timestamp","1777206896"],["webhook-signature","v1,CDB3eV4WdpDu+hRB16n3UUlTxQse/a+583YShl09418="]],"body":"{\"a\":1}","verdict":"accept 0"},
  {"dialect":"standard","name":"exactly as far ahead as allowed","case":"future","secrets":["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"],"now_ms":1777206596123,"method":"POST","url":"https://hooks.example.com/in?a=1&b=2","headers":[["webhook-id","evt_01HXYZ"],["webhook-timestamp","1777206896"],["webhook-signature","v1,CDB3eV4WdpDu+hRB16n3UUlTxQse/a+583YShl09418="]],"body":"{\"a\":1}","verdict":"accept 0"},
  {"dialect":"standard","name":"the time is ''","case":"malformed_time","secrets":["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"],"now_ms":1777206896123,"method":"POST","url":"https://hooks.example.com/in?a=1&b=2","headers":[["webhook-id","evt_01HXYZ"],["webhook-timestamp",""],["webhook-signature","v1,CDB3eV4WdpDu+hRB16n3UUlTxQse/a+583YShl09418="]],"body":"{\"a\":1}","verdict":"malformed_header"},
  {"dialect":"standard","name":"another time than was signed","case":"tampered_time","secrets":["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"],"now_ms":1777206896123,"method":"POST","url":"https://hooks.example.com/in?a=1&b=2","headers":[["webhook-id","evt_01HXYZ"],["webhook-timestamp","1777206897"],["webhook-signature","v1,CDB3eV4WdpDu+hRB16n3UUlTxQse/a+583YShl09418="]],"body":"{\"a\":1}","verdict":"bad_signature"},
  {"dialect":"standard","name":"the id is 'evt.1'","case":"malformed_id","secrets":["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"],"now_ms":1777206896123,"method":"POST","url":"https://hooks.example.com/in?a=1&b=2","headers":[["webhook-id","evt.1"],["webhook-timestamp","1777206896"],["webhook-signature","v1,yFneZCDiRxJj4harphtQR1yjaLuO95CQg8Mnu296etY="]],"body":"{\"a\":1}","verdict":"malformed_header"},
  {"dialect":"standard","name":"v1a with the public key","case":"good","secrets":["whpk_1SiA4o9hyqTCpIqC5V9HUakiiaeACeqfZTInDBbOir4="],"now_ms":1614265330000,"method":"POST","url":"https://hooks.example.com/in?a=1&b=2","headers":[["webhook-id","msg_p5jXN8AQM9LWM0D4loKWxJek"],["webhook-timestamp","1614265330"],["webhook-signature","v1a,hnO3f9T8Ytu9HwrXslvumlUpqtNVqkhqw/enGzPCXe5BdqzCInXqYXFymVJaA7AZdpXwVLPo3mNl8EM+m7TBAg=="]],"body":"{\"test\": 2432232314}","verdict":"accept 0"},
  {"dialect":"standard","name":"v1a with the private key","case":"good","secrets":["whsk_6Xb/dCcHpPea21PS1N9VY/NZW723CEc77N4rJCubMbfVKIDij2HKpMKkioLlX0dRqSKJp4AJ6p9lMicMFs6Kvg=="],"now_ms":1614265330000,"method":"POST","url":"https://hooks.example.com/in?a=1&b=2","headers":[["webhook-id","msg_p5jXN8AQM9LWM0D4loKWxJek"],["webhook-timestamp","1614265330"],["webhook-signature","v1a,hnO3f9T8Ytu9HwrXslvumlUpqtNVqkhqw/enGzPCXe5BdqzCInXqYXFymVJaA7AZdpXwVLPo3mNl8EM+m7TBAg=="]],"body":"{\"test\": 2432232314}","verdict":"accept 0"},
  {"dialect":"standard","name":"v1 and v1a, the receiver has the public key","case":"list","secrets":["whpk_1SiA4o9hyqTCpIqC5V9HUakiiaeACeqfZTInDBbOir4="],"now_ms":1614265330000,"method":"POST","url":"https://hooks.example.com/in?a=1&b=2","headers":[["webhook-id","msg_p5jXN8AQM9LWM0D4loKWxJek"],["webhook-timestamp","1614265330"],["webhook-signature","v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE= v1a,hnO3f9T8Ytu9HwrXslvumlUpqtNVqkhqw/enGzPCXe5BdqzCInXqYXFymVJaA7AZdpXwVLPo3mNl8EM+m7TBAg=="]],"body":"{\"test\": 2432232314}","verdict":"accept 0"},
  {"dialect":"standard","name":"v1 and v1a, the receiver has the secret","case":"list","secrets":["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"],"now_ms":1614265330000,"method":"POST","url":"https://hooks.example.com/in?a=1&b=2","headers":[["webhook-id","msg_p5jXN8AQM9LWM0D4loKWxJek"],["webhook-timestamp","1614265330"],["webhook-signature","v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE= v1a,hnO3f9T8Ytu9HwrXslvumlUpqtNVqkhqw/enGzPCXe5BdqzCInXqYXFymVJaA7AZdpXwVLPo3mNl8EM+m7TBAg=="]],"body":"{\"test\": 2432232314}","verdict":"accept 0"},
  {"dialect":"stripe","name":"a request as it is sent","case":"good","secrets":["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"],"now_ms":1777206896123,"method":"POST","url":"https://hooks.example.com/in?a=1&b=2","headers":[["Stripe-Signature","t=1777206896,v1=e12562211711afd67eaf83ae6eeabe59399cf8808e2f469a20dd60cd8e9d6fd3"]],"body":"{\"a\":1}","verdict":"accept 0"},
  {"dialect":"stripe","name":"header names in upper case","case":"upper_case","secrets":["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"],"now_ms":1777206896123,"method":"POST","url":"https://hooks.example.com/in?a=1&b=2","headers":[["STRIPE-SIGNATURE","t=1777206896,v1=e12562211711afd67eaf83ae6eeabe59399cf8808e2f469a20dd60cd8e9d6fd3"]],"body":"{\"a\":1}","verdict":"accept 0"},
  {"dialect":"stripe","name":"unrelated headers","case":"good","secrets":["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"],"now_ms":1777206896123,"method":"POST","url":"https://hooks.example.com/in?a=1&b=2","headers":[["Host","hooks.example.com"],["X-Unrelated","1"],["Stripe-Signature","t=1777206896,v1=e12562211711afd67eaf83ae6eeabe59399cf8808e2f469a20dd60cd8e9d6fd3"]],"body":"{\"a\":1}","verdict":"accept 0"},
  {"dialect":"stripe","name":"one byte more","case":"tampered_body","secrets":["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"],"now_ms":1777206896123,"method":"POST","url":"https://hooks.example.com/in?a=1&b=2","headers":[["Stripe-Signature","t=1777206896,v1=e12562211711afd67eaf83ae6eeabe59399cf8808e2f469a20dd60cd8e9d6fd3"]],"body":"{\"a\":1} ","verdict":"bad_signature"},
  {"dialect":"stripe","name":"another secret","case":"wrong_secret","secrets":["whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"],"now_ms":1777206896123,"method":"POST","url":"https://hooks.example.com/in?a=1&b=2","headers":[["Stripe-Signature","t=1777206896,v1=e12562211711afd67eaf83ae6eeabe59399cf8808e2f469a20dd60cd8e9d6fd3"]],"body":"{\"a\":1}","verdict":"bad_signature"},
  {"dialect":"stripe","name":"the last four characters are missing","case":"truncated","secrets":["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"],"now_ms":1777206896123,"method":"POST","url":"https://hooks.example.com/in?a=1&b=2","headers":[["Stripe-Signature","t=1777206896,v1=e12562211711afd67eaf83ae6eeabe59399cf8808e2f469a20dd60cd8e9d"]],"body":"{\"a\":1}","verdict":"bad_signature"},
  {"dialect":"stripe","name":"another prefix","case":"wrong_version","secrets":["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"],"now_ms":1777206896123,"method":"POST","url":"https://hooks.example.com/in?a=1&b=2","headers":[["Stripe-Signature","t=1777206896,v2=e12562211711afd67eaf83ae6eeabe59399cf8808e2f469a20dd60cd8e9d6fd3"]],"body":"{\"a\":1}","verdict":"bad_signature"},
  {"dialect":"stripe","name":"without Stripe-Signature","case":"missing_header","secrets":["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"],"now_ms":1777206896123,"method":"POST","url":"https://hooks.example.com/in?a=1&b=2","headers":[],"body":"{\"a\":1}","verdict":"missing_header"},
  {"dialect":"stripe","name":"both keys sign, the receiver has the old one","case":"rotated","secrets":["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"],"now_ms":1777206896123,"method":"POST","url":"https://hooks.example.com/in?a=1&b=2","headers":[["Stripe-Signature","t=1777206896,v1=29367d360968db67061b257cd29ea372fafdf553e52ce2e766c7419725bd30ca,v1=e12562211711afd67eaf83ae6eeabe59399cf8808e2f469a20dd60cd8e9d6fd3"]],"body":"{\"a\":1}","verdict":"accept 0"},
  {"dialect":"stripe","name":"a good signature in the middle","case":"list","secrets":["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"],"now_ms":1777206896123,"method":"POST","url":"https://hooks.example.com/in?a=1&b=2","headers":[["Stripe-Signature","t=1777206896,v1=0000000000000000000000000000000000000000000000000000000000000000,v9=zzz,v1=e12562211711afd67eaf83ae6eeabe59399cf8808e2f469a20dd60cd8e9d6fd3,v1=0000000000000000000000000000000000000000000000000000000000000000"]],"body":"{\"a\":1}","verdict":"accept 0"},
  {"dialect":"stripe","name":"a good signature at the end","case":"list","secrets":["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"],"now_ms":1777206896123,"method":"POST","url":"https://hooks.example.com/in?a=1&b=2","headers":[["Stripe-Signature","t=1777206896,v1=0000000000000000000000000000000000000000000000000000000000000000,v1=e12562211711afd67eaf83ae6eeabe59399cf8808e2f469a20dd60cd8e9d6fd3"]],"body":"{\"a\":1}","verdict":"accept 0"},
  {"dialect":"stripe","name":"wrong signatures only","case":"list","secrets":["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"],"now_ms":1777206896123,"method":"POST","url":"https://hooks.example.com/in?a=1&b=2","headers":[["Stripe-Signature","t=1777206896,v1=0000000000000000000000000000000000000000000000000000000000000000,v1=0000000000000000000000000000000000000000000000000000000000000000"]],"body":"{\"a\":1}","verdict":"bad_signature"},
  {"dialect":"stripe","name":"a version without a signature","case":"list","secrets":["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"],"now_ms":1777206896123,"method":"POST","url":"https://hooks.example.com/in?a=1&b=2","headers":[["Stripe-Signature","t=1777206896,v1="]],"body":"{\"a\":1}","verdict":"bad_signature"},
  {"dialect":"stripe","name":"a good signature under another version","case":"list","secrets":["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"],"now_ms":1777206896123,"method":"POST","url":"https://hooks.example.com/in?a=1&b=2","headers":[["Stripe-Signature","t=1777206896,v2=e12562211711afd67eaf83ae6eeabe59399cf8808e2f469a20dd60cd8e9d6fd3"]],"body":"{\"a\":1}","verdict":"bad_signature"},
  {"dialect":"stripe","name":"no item at all","case":"list","secrets":["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"],"now_ms":1777206896123,"method":"POST","url":"https://hooks.example.com/in?a=1&b=2","headers":[["Stripe-Signature","garbage"]],"body":"{\"a\":1}","verdict":"malformed_header"},
  {"dialect":"stripe","name":"exactly as old as allowed","case":"stale","secrets":["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"],"now_ms":1777207196123,"method":"POST","url":"https://hooks.example.com/in?a=1&b=2","headers":[["Stripe-Signature","t=1777206896,v1=e12562211711afd67eaf83ae6eeabe59399cf8808e2f469a20dd60cd8e9d6fd3"]],"body":"{\"a\":1}","verdict":"accept 0"},
  {"dialect":"stripe","name":"exactly as far ahead as allowed","case":"future","secrets":["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"],"now_ms":1777206596123,"method":"POST","url":"https://hooks.example.com/in?a=1&b=2","headers":[["Stripe-Signature","t=1777206896,v1=e12562211711afd67eaf83ae6eeabe59399cf8808e2f469a20dd60cd8e9d6fd3"]],"body":"{\"a\":1}","verdict":"accept 0"},
  {"dialect":"stripe","name":"the time is ''","case":"malformed_time","secrets":["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"],"now_ms":1777206896123,"method":"POST","url":"https://hooks.example.com/in?a=1&b=2","headers":[["Stripe-Signature","t=,v1=e12562211711afd67eaf83ae6eeabe59399cf8808e2f469a20dd60cd8e9d6fd3"]],"body":"{\"a\":1}","verdict":"malformed_header"},
  {"dialect":"stripe","name":"another time than was signed","case":"tampered_time","secrets":["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"],"now_ms":1777206896123,"method":"POST","url":"https://hooks.example.com/in?a=1&b=2","headers":[["Stripe-Signature","t=1777206897,v1=e12562211711afd67eaf83ae6eeabe59399cf8808e2f469a20dd60cd8e9d6fd3"]],"body":"{\"a\":1}","verdict":"bad_signature"},
  {"dialect":"svix-whitelabel","name":"a request as it is sent","case":"good","secrets":["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"],"now_ms":1777206896123,"method":"POST","url":"https://hooks.example.com/in?a=1&b=2","headers":[["webhook-id","msg_01KEVENT0000000000000000A"],["webhook-timestamp","1777206896"],["webhook-signature","v1,Maz+j4BADM+iSw56l0BiPHupf0dSBYr3A+BK5SgMyqw="]],"body":"{\"a\":1}","verdict":"accept 0"},
  {"dialect":"svix-whitelabel","name":"header names in upper case","case":"upper_case","secrets":["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"],"now_ms":1777206896123,"method":"POST","url":"https://hooks.example.com/in?a=1&b=2","headers":[["WEBHOOK-ID","msg_01KEVENT0000000000000000A"],["WEBHOOK-TIMESTAMP","1777206896"],["WEBHOOK-SIGNATURE","v1,Maz+j4BADM+iSw56l0BiPHupf0dSBYr3A+BK5SgMyqw="]],"body":"{\"a\":1}","verdict":"accept 0"},
  {"dialect":"svix-whitelabel","name":"unrelated headers","case":"good","secrets":["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"],"now_ms":1777206896123,"method":"POST","url":"https://hooks.example.com/in?a=1&b=2","headers":[["Host","hooks.example.com"],["X-Unrelated","1"],["webhook-id","msg_01KEVENT0000000000000000A"],["webhook-timestamp","1777206896"],["webhook-signature","v1,Maz+j4BADM+iSw56l0BiPHupf0dSBYr3A+BK5SgMyqw="]],"body":"{\"a\":1}","verdict":"accept 0"},
  {"dialect":"svix-whitelabel","name":"one byte more","case":"tampered_body","secrets":["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"],"now_ms":1777206896123,"method":"POST","url":"https://hooks.example.com/in?a=1&b=2","headers":[["webhook-id","msg_01KEVENT0000000000000000A"],["webhook-timestamp","1777206896"],["webhook-signature","v1,Maz+j4BADM+iSw56l0BiPHupf0dSBYr3A+BK5SgMyqw="]],"body":"{\"a\":1} ","verdict":"bad_signature"},
  {"dialect":"svix-whitelabel","name":"another secret","case":"wrong_secret","secrets":["whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"],"now_ms":1777206896123,"method":"POST","url":"https://hooks.example.com/in?a=1&b=2","headers":[["webhook-id","msg_01KEVENT0000000000000000A"],["webhook-timestamp","1777206896"],["webhook-signature","v1,Maz+j4BADM+iSw56l0BiPHupf0dSBYr3A+BK5SgMyqw="]],"body":"{\"a\":1}","verdict":"bad_signature"},
  {"dialect":"svix-whitelabel","name":"the last four characters are missing","case":"truncated","secrets":["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"],"now_ms":1777206896123,"method":"POST","url":"https://hooks.example.com/in?a=1&b=2","headers":[["webhook-id","msg_01KEVENT0000000000000000A"],["webhook-timestamp","1777206896"],["webhook-signature","v1,Maz+j4BADM+iSw56l0BiPHupf0dSBYr3A+BK5SgM"]],"body":"{\"a\":1}","verdict":"bad_signature"},
  {"dialect":"svix-whitelabel","name":"another prefix","case":"wrong_version","secrets":["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"],"now_ms":1777206896123,"method":"POST","url":"https://hooks.example.com/in?a=1&b=2","headers":[["webhook-id","msg_01KEVENT0000000000000000A"],["webhook-timestamp","1777206896"],["webhook-signature","v2,Maz+j4BADM+iSw56l0BiPHupf0dSBYr3A+BK5SgMyqw="]],"body":"{\"a\":1}","verdict":"bad_signature"},
  {"dialect":"svix-whitelabel","name":"without webhook-signature","case":"missing_header","secrets":["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"],"now_ms":1777206896123,"method":"POST","url":"https://hooks.example.com/in?a=1&b=2","headers":[["webhook-id","msg_01KEVENT0000000000000000A"],["webhook-timestamp","1777206896"]],"body":"{\"a\":1}","verdict":"missing_header"},
  {"dialect":"svix-whitelabel","name":"both keys sign, the receiver has the old one","case":"rotated","secrets":["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"],"now_ms":1777206896123,"method":"POST","url":"https://hooks.example.com/in?a=1&b=2","headers":[["webhook-id","msg_01KEVENT0000000000000000A"],["webhook-timestamp","1777206896"],["webhook-signature","v1,2jPYymva0FiVJUGif/K5O+X7WsjX/50hlwIsUFykPXY= v1,Maz+j4BADM+iSw56l0BiPHupf0dSBYr3A+BK5SgMyqw="]],"body":"{\"a\":1}","verdict":"accept 0"},
  {"dialect":"svix-whitelabel","name":"a good signature in the middle","case":"list","secrets":["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"],"now_ms":1777206896123,"method":"POST","url":"https://hooks.example.com/in?a=1&b=2","headers":[["webhook-id","msg_01KEVENT0000000000000000A"],["webhook-timestamp","1777206896"],["webhook-signature","v1,AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA= v9,zzz v1,Maz+j4BADM+iSw56l0BiPHupf0dSBYr3A+BK5SgMyqw= v1,AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="]],"body":"{\"a\":1}","verdict":"accept 0"},
  {"dialect":"svix-whitelabel","name":"a good signature at the end","case":"list","secrets":["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"],"now_ms":1777206896123,"method":"POST","url":"https://hooks.example.com/in?a=1&b=2","headers":[["webhook-id","msg_01KEVENT0000000000000000A"],["webhook-timestamp","1777206896"],["webhook-signature","v1,AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA= v1,Maz+j4BADM+iSw56l0BiPHupf0dSBYr3A+BK5SgMyqw="]],"body":"{\"a\":1}","verdict":"accept 0"},
  {"dialect":"svix-whitelabel","name":"wrong signatures only","case":"list","secrets":["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"],"now_ms":1777206896123,"method":"POST","url":"https://hooks.example.com/in?a=1&b=2","headers":[["webhook-id","msg_01KEVENT0000000000000000A"],["webhook-timestamp","1777206896"],["webhook-signature","v1,AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA= v1,AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="]],"body":"{\"a\":1}","verdict":"bad_signature"},
  {"dialect":"svix-whitelabel","name":"a version without a signature","case":"list","secrets":["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"],"now_ms":1777206896123,"method":"POST","url":"https://hooks.example.com/in?a=1&b=2","headers":[["webhook-id","msg_01KEVENT0000000000000000A"],["webhook-timestamp","1777206896"],["webhook-signature","v1,"]],"body":"{\"a\":1}","verdict":"bad_signature"},
  {"dialect":"svix-whitelabel","name":"a good signature under another version","case":"list","secrets":["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"],"now_ms":1777206896123,"method":"POST","url":"https://hooks.example.com/in?a=1&b=2","headers":[["webhook-id","msg_01KEVENT0000000000000000A"],["webhook-timestamp","1777206896"],["webhook-signature","v2,Maz+j4BADM+iSw56l0BiPHupf0dSBYr3A+BK5SgMyqw="]],"body":"{\"a\":1}","verdict":"bad_signature"},
  {"dialect":"svix-whitelabel","name":"no item at all","case":"list","secrets":["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"],"now_ms":1777206896123,"method":"POST","url":"https://hooks.example.com/in?a=1&b=2","headers":[["webhook-id","msg_01KEVENT0000000000000000A"],["webhook-timestamp","1777206896"],["webhook-signature","garbage"]],"body":"{\"a\":1}","verdict":"malformed_header"},
  {"dialect":"svix-whitelabel","name":"exactly as old as allowed","case":"stale","secrets":["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"],"now_ms":1777207196123,"method":"POST","url":"https://hooks.example.com/in?a=1&b=2","headers":[["webhook-id","msg_01KEVENT0000000000000000A"],["webhook-timestamp","1777206896"],["webhook-signature","v1,Maz+j4BADM+iSw56l0BiPHupf0dSBYr3A+BK5SgMyqw="]],"body":"{\"a\":1}","verdict":"accept 0"},
  {"dialect":"svix-whitelabel","name":"exactly as far ahead as allowed","case":"future","secrets":["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"],"now_ms":1777206596123,"method":"POST","url":"https://hooks.example.com/in?a=1&b=2","headers":[["webhook-id","msg_01KEVENT0000000000000000A"],["webhook-timestamp","1777206896"],["webhook-signature","v1,Maz+j4BADM+iSw56l0BiPHupf0dSBYr3A+BK5SgMyqw="]],"body":"{\"a\":1}","verdict":"accept 0"},
  {"dialect":"svix-whitelabel","name":"the time is ''","case":"malformed_time","secrets":["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"],"now_ms":1777206896123,"method":"POST","url":"https://hooks.example.com/in?a=1&b=2","headers":[["webhook-id","msg_01KEVENT0000000000000000A"],["webhook-timestamp",""],["webhook-signature","v1,Maz+j4BADM+iSw56l0BiPHupf0dSBYr3A+BK5SgMyqw="]],"body":"{\"a\":1}","verdict":"malformed_header"},
  {"dialect":"svix-whitelabel","name":"another time than was signed","case":"tampered_time","secrets":["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"],"now_ms":1777206896123,"method":"POST","url":"https://hooks.example.com/in?a=1&b=2","headers":[["webhook-id","msg_01KEVENT0000000000000000A"],["webhook-timestamp","1777206897"],["webhook-signature","v1,Maz+j4BADM+iSw56l0BiPHupf0dSBYr3A+BK5SgMyqw="]],"body":"{\"a\":1}","verdict":"bad_signature"},
  {"dialect":"svix","name":"a request as it is sent","case":"good","secrets":["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"],"now_ms":1777206896123,"method":"POST","url":"https://hooks.example.com/in?a=1&b=2","headers":[["svix-id","msg_01KEVENT0000000000000000A"],["svix-timestamp","1777206896"],["svix-signature","v1,Maz+j4BADM+iSw56l0BiPHupf0dSBYr3A+BK5SgMyqw="]],"body":"{\"a\":1}","verdict":"accept 0"},
  {"dialect":"svix","name":"header names in upper case","case":"upper_case","secrets":["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"],"now_ms":1777206896123,"method":"POST","url":"https://hooks.example.com/in?a=1&b=2","headers":[["SVIX-ID","msg_01KEVENT0000000000000000A"],["SVIX-TIMESTAMP","1777206896"],["SVIX-SIGNATURE","v1,Maz+j4BADM+iSw56l0BiPHupf0dSBYr3A+BK5SgMyqw="]],"body":"{\"a\":1}","verdict":"accept 0"},
  {"dialect":"svix","name":"unrelated headers","case":"good","secrets":["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"],"now_ms":1777206896123,"method":"POST","url":"https://hooks.example.com/in?a=1&b=2","headers":[["Host","hooks.example.com"],["X-Unrelated","1"],["svix-id","msg_01KEVENT0000000000000000A"],["svix-timestamp","1777206896"],["svix-signature","v1,Maz+j4BADM+iSw56l0BiPHupf0dSBYr3A+BK5SgMyqw="]],"body":"{\"a\":1}","verdict":"accept 0"},
  {"dialect":"svix","name":"one byte more","case":"tampered_body","secrets":["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"],"now_ms":1777206896123,"method":"POST","url":"https://hooks.example.com/in?a=1&b=2","headers":[["svix-id","msg_01KEVENT0000000000000000A"],["svix-timestamp","1777206896"],["svix-signature","v1,Maz+j4BADM+iSw56l0BiPHupf0dSBYr3A+BK5SgMyqw="]],"body":"{\"a\":1} ","verdict":"bad_signature"},
  {"dialect":"svix","name":"another secret","case":"wrong_secret","secrets":["whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"],"now_ms":1777206896123,"method":"POST","url":"https://hooks.example.com/in?a=1&b=2","headers":[["svix-id","msg_01KEVENT0000000000000000A"],["svix-timestamp","1777206896"],["svix-signature","v1,Maz+j4BADM+iSw56l0BiPHupf0dSBYr3A+BK5SgMyqw="]],"body":"{\"a\":1}","verdict":"bad_signature"},
  {"dialect":"svix","name":"the last four characters are missing","case":"truncated","secrets":["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"],"now_ms":1777206896123,"method":"POST","url":"https://hooks.example.com/in?a=1&b=2","headers":[["svix-id","msg_01KEVENT0000000000000000A"],["svix-timestamp","1777206896"],["svix-signature","v1,Maz+j4BADM+iSw56l0BiPHupf0dSBYr3A+BK5SgM"]],"body":"{\"a\":1}","verdict":"bad_signature"},
  {"dialect":"svix","name":"another prefix","case":"wrong_version","secrets":["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"],"now_ms":1777206896123,"method":"POST","url":"https://hooks.example.com/in?a=1&b=2","headers":[["svix-id","msg_01KEVENT0000000000000000A"],["svix-timestamp","1777206896"],["svix-signature","v2,Maz+j4BADM+iSw56l0BiPHupf0dSBYr3A+BK5SgMyqw="]],"body":"{\"a\":1}","verdict":"bad_signature"},
  {"dialect":"svix","name":"without svix-signature","case":"missing_header","secrets":["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"],"now_ms":1777206896123,"method":"POST","url":"https://hooks.example.com/in?a=1&b=2","headers":[["svix-id","msg_01KEVENT0000000000000000A"],["svix-timestamp","1777206896"]],"body":"{\"a\":1}","verdict":"missing_header"},
  {"dialect":"svix","name":"both keys sign, the receiver has the old one","case":"rotated","secrets":["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"],"now_ms":1777206896123,"method":"POST","url":"https://hooks.example.com/in?a=1&b=2","headers":[["svix-id","msg_01KEVENT0000000000000000A"],["svix-timestamp","1777206896"],["svix-signature","v1,2jPYymva0FiVJUGif/K5O+X7WsjX/50hlwIsUFykPXY= v1,Maz+j4BADM+iSw56l0BiPHupf0dSBYr3A+BK5SgMyqw="]],"body":"{\"a\":1}","verdict":"accept 0"},
  {"dialect":"svix","name":"a good signature in the middle","case":"list","secrets":["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"],"now_ms":1777206896123,"method":"POST","url":"https://hooks.example.com/in?a=1&b=2","headers":[["svix-id","msg_01KEVENT0000000000000000A"],["svix-timestamp","1777206896"],["svix-signature","v1,AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA= v9,zzz v1,Maz+j4BADM+iSw56l0BiPHupf0dSBYr3A+BK5SgMyqw= v1,AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="]],"body":"{\"a\":1}","verdict":"accept 0"},
  {"dialect":"svix","name":"a good signature at the end","case":"list","secrets":["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"],"now_ms":1777206896123,"method":"POST","url":"https://hooks.example.com/in?a=1&b=2","headers":[["svix-id","msg_01KEVENT0000000000000000A"],["svix-timestamp","1777206896"],["svix-signature","v1,AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA= v1,Maz+j4BADM+iSw56l0BiPHupf0dSBYr3A+BK5SgMyqw="]],"body":"{\"a\":1}","verdict":"accept 0"},
  {"dialect":"svix","name":"wrong signatures only","case":"list","secrets":["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"],"now_ms":1777206896123,"method":"POST","url":"https://hooks.example.com/in?a=1&b=2","headers":[["svix-id","msg_01KEVENT0000000000000000A"],["svix-timestamp","1777206896"],["svix-signature","v1,AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA= v1,AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="]],"body":"{\"a\":1}","verdict":"bad_signature"},
  {"dialect":"svix","name":"a version without a signature","case":"list","secrets":["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"],"now_ms":1777206896123,"method":"POST","url":"https://hooks.example.com/in?a=1&b=2","headers":[["svix-id","msg_01KEVENT0000000000000000A"],["svix-timestamp","1777206896"],["svix-signature","v1,"]],"body":"{\"a\":1}","verdict":"bad_signature"},
  {"dialect":"svix","name":"a good signature under another version","case":"list","secrets":["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"],"now_ms":1777206896123,"method":"POST","url":"https://hooks.example.com/in?a=1&b=2","headers":[["svix-id","msg_01KEVENT0000000000000000A"],["svix-timestamp","1777206896"],["svix-signature","v2,Maz+j4BADM+iSw56l0BiPHupf0dSBYr3A+BK5SgMyqw="]],"body":"{\"a\":1}","verdict":"bad_signature"},
  {"dialect":"svix","name":"no item at all","case":"list","secrets":["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"],"now_ms":1777206896123,"method":"POST","url":"https://hooks.example.com/in?a=1&b=2","headers":[["svix-id","msg_01KEVENT0000000000000000A"],["svix-timestamp","1777206896"],["svix-signature","garbage"]],"body":"{\"a\":1}","verdict":"malformed_header"},
  {"dialect":"svix","name":"exactly as old as allowed","case":"stale","secrets":["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"],"now_ms":1777207196123,"method":"POST","url":"https://hooks.example.com/in?a=1&b=2","headers":[["svix-id","msg_01KEVENT0000000000000000A"],["svix-timestamp","1777206896"],["svix-signature","v1,Maz+j4BADM+iSw56l0BiPHupf0dSBYr3A+BK5SgMyqw="]],"body":"{\"a\":1}","verdict":"accept 0"},
  {"dialect":"svix","name":"exactly as far ahead as allowed","case":"future","secrets":["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"],"now_ms":1777206596123,"method":"POST","url":"https://hooks.example.com/in?a=1&b=2","headers":[["svix-id","msg_01KEVENT0000000000000000A"],["svix-timestamp","1777206896"],["svix-signature","v1,Maz+j4BADM+iSw56l0BiPHupf0dSBYr3A+BK5SgMyqw="]],"body":"{\"a\":1}","verdict":"accept 0"},
  {"dialect":"svix","name":"the time is ''","case":"malformed_time","secrets":["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"],"now_ms":1777206896123,"method":"POST","url":"https://hooks.example.com/in?a=1&b=2","headers":[["svix-id","msg_01KEVENT0000000000000000A"],["svix-timestamp",""],["svix-signature","v1,Maz+j4BADM+iSw56l0BiPHupf0dSBYr3A+BK5SgMyqw="]],"body":"{\"a\":1}","verdict":"malformed_header"},
  {"dialect":"svix","name":"another time than was signed","case":"tampered_time","secrets":["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"],"now_ms":1777206896123,"method":"POST","url":"https://hooks.example.com/in?a=1&b=2","headers":[["svix-id","msg_01KEVENT0000000000000000A"],["svix-timestamp","1777206897"],["svix-signature","v1,Maz+j4BADM+iSw56l0BiPHupf0dSBYr3A+BK5SgMyqw="]],"body":"{\"a\":1}","verdict":"bad_signature"},
  {"dialect":"twilio","name":"a request as it is sent","case":"good","secrets":["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"],"now_ms":1777206896123,"method":"POST","url":"https://hooks.example.com/in?a=1&b=2","headers":[["I-Twilio-Idempotency-Token","019dca1c-5c7b-8000-8000-0000000000aa"],["X-Twilio-Signature","Qq+sdYaQcwIN5LW6BArAnsUsaCE="]],"body":"a=1&b=two+words","verdict":"accept 0"},
  {"dialect":"twilio","name":"header names in upper case","case":"upper_case","secrets":["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"],"now_ms":1777206896123,"method":"POST","url":"https://hooks.example.com/in?a=1&b=2","headers":[["I-TWILIO-IDEMPOTENCY-TOKEN","019dca1c-5c7b-8000-8000-0000000000aa"],["X-TWILIO-SIGNATURE","Qq+sdYaQcwIN5LW6BArAnsUsaCE="]],"body":"a=1&b=two+words","verdict":"accept 0"},
  {"dialect":"twilio","name":"unrelated headers","case":"good","secrets":["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"],"now_ms":1777206896123,"method":"POST","url":"https://hooks.example.com/in?a=1&b=2","headers":[["Host","hooks.example.com"],["X-Unrelated","1"],["I-Twilio-Idempotency-Token","019dca1c-5c7b-8000-8000-0000000000aa"],["X-Twilio-Signature","Qq+sdYaQcwIN5LW6BArAnsUsaCE="]],"body":"a=1&b=two+words","verdict":"accept 0"},
  {"dialect":"twilio","name":"one byte more","case":"tampered_body","secrets":["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"],"now_ms":1777206896123,"method":"POST","url":"https://hooks.example.com/in?a=1&b=2","headers":[["I-Twilio-Idempotency-Token","019dca1c-5c7b-8000-8000-0000000000aa"],["X-Twilio-Signature","Qq+sdYaQcwIN5LW6BArAnsUsaCE="]],"body":"a=1&b=two+words ","verdict":"bad_signature"},
  {"dialect":"twilio","name":"another URL","case":"tampered_url","secrets":["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"],"now_ms":1777206896123,"method":"POST","url":"https://hooks.example.com/in?a=1&b=2&c=3","headers":[["I-Twilio-Idempotency-Token","019dca1c-5c7b-8000-8000-0000000000aa"],["X-Twilio-Signature","Qq+sdYaQcwIN5LW6BArAnsUsaCE="]],"body":"a=1&b=two+words","verdict":"bad_signature"},
  {"dialect":"twilio","name":"another secret","case":"wrong_secret","secrets":["whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"],"now_ms":1777206896123,"method":"POST","url":"https://hooks.example.com/in?a=1&b=2","headers":[["I-Twilio-Idempotency-Token","019dca1c-5c7b-8000-8000-0000000000aa"],["X-Twilio-Signature","Qq+sdYaQcwIN5LW6BArAnsUsaCE="]],"body":"a=1&b=two+words","verdict":"bad_signature"},
  {"dialect":"twilio","name":"the last four characters are missing","case":"truncated","secrets":["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"],"now_ms":1777206896123,"method":"POST","url":"https://hooks.example.com/in?a=1&b=2","headers":[["I-Twilio-Idempotency-Token","019dca1c-5c7b-8000-8000-0000000000aa"],["X-Twilio-Signature","Qq+sdYaQcwIN5LW6BArAnsUs"]],"body":"a=1&b=two+words","verdict":"bad_signature"},
  {"dialect":"twilio","name":"without X-Twilio-Signature","case":"missing_header","secrets":["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"],"now_ms":1777206896123,"method":"POST","url":"https://hooks.example.com/in?a=1&b=2","headers":[["I-Twilio-Idempotency-Token","019dca1c-5c7b-8000-8000-0000000000aa"]],"body":"a=1&b=two+words","verdict":"missing_header"},
  {"dialect":"twilio","name":"the old key signs, the receiver has both","case":"rotated","secrets":["whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD","whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"],"now_ms":1777206896123,"method":"POST","url":"https://hooks.example.com/in?a=1&b=2","headers":[["I-Twilio-Idempotency-Token","019dca1c-5c7b-8000-8000-0000000000aa"],["X-Twilio-Signature","Qq+sdYaQcwIN5LW6BArAnsUsaCE="]],"body":"a=1&b=two+words","verdict":"accept 1"},
  {"dialect":"ventryx","name":"a request as it is sent","case":"good","secrets":["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"],"now_ms":1777206896123,"method":"POST","url":"https://hooks.example.com/in?a=1&b=2","headers":[["Ventryx-Event","event.kind"],["Ventryx-Delivery","del_01KDEVERY0000000000000000A"],["Ventryx-Signature","sha256=45ec03b2b33403c8043a90de06bedad0827183927115fd7e448ef97eeb13c5be"]],"body":"{\"a\":1}","verdict":"accept 0"},
  {"dialect":"ventryx","name":"header names in upper case","case":"upper_case","secrets":["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"],"now_ms":1777206896123,"method":"POST","url":"https://hooks.example.com/in?a=1&b=2","headers":[["VENTRYX-EVENT","event.kind"],["VENTRYX-DELIVERY","del_01KDEVERY0000000000000000A"],["VENTRYX-SIGNATURE","sha256=45ec03b2b33403c8043a90de06bedad0827183927115fd7e448ef97eeb13c5be"]],"body":"{\"a\":1}","verdict":"accept 0"},
  {"dialect":"ventryx","name":"unrelated headers","case":"good","secrets":["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"],"now_ms":1777206896123,"method":"POST","url":"https://hooks.example.com/in?a=1&b=2","headers":[["Host","hooks.example.com"],["X-Unrelated","1"],["Ventryx-Event","event.kind"],["Ventryx-Delivery","del_01KDEVERY0000000000000000A"],["Ventryx-Signature","sha256=45ec03b2b33403c8043a90de06bedad0827183927115fd7e448ef97eeb13c5be"]],"body":"{\"a\":1}","verdict":"accept 0"},
  {"dialect":"ventryx","name":"one byte more","case":"tampered_body","secrets":["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"],"now_ms":1777206896123,"method":"POST","url":"https://hooks.example.com/in?a=1&b=2","headers":[["Ventryx-Event","event.kind"],["Ventryx-Delivery","del_01KDEVERY0000000000000000A"],["Ventryx-Signature","sha256=45ec03b2b33403c8043a90de06bedad0827183927115fd7e448ef97eeb13c5be"]],"body":"{\"a\":1} ","verdict":"bad_signature"},
  {"dialect":"ventryx","name":"another secret","case":"wrong_secret","secrets":["whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"],"now_ms":1777206896123,"method":"POST","url":"https://hooks.example.com/in?a=1&b=2","headers":[["Ventryx-Event","event.kind"],["Ventryx-Delivery","del_01KDEVERY0000000000000000A"],["Ventryx-Signature","sha256=45ec03b2b33403c8043a90de06bedad0827183927115fd7e448ef97eeb13c5be"]],"body":"{\"a\":1}","verdict":"bad_signature"},
  {"dialect":"ventryx","name":"the last four characters are missing","case":"truncated","secrets":["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"],"now_ms":1777206896123,"method":"POST","url":"https://hooks.example.com/in?a=1&b=2","headers":[["Ventryx-Event","event.kind"],["Ventryx-Delivery","del_01KDEVERY0000000000000000A"],["Ventryx-Signature","sha256=45ec03b2b33403c8043a90de06bedad0827183927115fd7e448ef97eeb13"]],"body":"{\"a\":1}","verdict":"bad_signature"},
  {"dialect":"ventryx","name":"another prefix","case":"wrong_version","secrets":["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"],"now_ms":1777206896123,"method":"POST","url":"https://hooks.example.com/in?a=1&b=2","headers":[["Ventryx-Event","event.kind"],["Ventryx-Delivery","del_01KDEVERY0000000000000000A"],["Ventryx-Signature","sha1=45ec03b2b33403c8043a90de06bedad0827183927115fd7e448ef97eeb13c5be"]],"body":"{\"a\":1}","verdict":"bad_signature"},
  {"dialect":"ventryx","name":"without Ventryx-Signature","case":"missing_header","secrets":["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"],"now_ms":1777206896123,"method":"POST","url":"https://hooks.example.com/in?a=1&b=2","headers":[["Ventryx-Event","event.kind"],["Ventryx-Delivery","del_01KDEVERY0000000000000000A"]],"body":"{\"a\":1}","verdict":"missing_header"},
  {"dialect":"ventryx","name":"the old key signs, the receiver has both","case":"rotated","secrets":["whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD","whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"],"now_ms":1777206896123,"method":"POST","url":"https://hooks.example.com/in?a=1&b=2","headers":[["Ventryx-Event","event.kind"],["Ventryx-Delivery","del_01KDEVERY0000000000000000A"],["Ventryx-Signature","sha256=45ec03b2b33403c8043a90de06bedad0827183927115fd7e448ef97eeb13c5be"]],"body":"{\"a\":1}","verdict":"accept 1"},
  {"dialect":"yativo","name":"a request as it is sent","case":"good","secrets":["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"],"now_ms":1777206896123,"method":"POST","url":"https://hooks.example.com/in?a=1&b=2","headers":[["X-Webhook-Signature","45ec03b2b33403c8043a90de06bedad0827183927115fd7e448ef97eeb13c5be"]],"body":"{\"a\":1}","verdict":"accept 0"},
  {"dialect":"yativo","name":"header names in upper case","case":"upper_case","secrets":["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"],"now_ms":1777206896123,"method":"POST","url":"https://hooks.example.com/in?a=1&b=2","headers":[["X-WEBHOOK-SIGNATURE","45ec03b2b33403c8043a90de06bedad0827183927115fd7e448ef97eeb13c5be"]],"body":"{\"a\":1}","verdict":"accept 0"},
  {"dialect":"yativo","name":"unrelated headers","case":"good","secrets":["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"],"now_ms":1777206896123,"method":"POST","url":"https://hooks.example.com/in?a=1&b=2","headers":[["Host","hooks.example.com"],["X-Unrelated","1"],["X-Webhook-Signature","45ec03b2b33403c8043a90de06bedad0827183927115fd7e448ef97eeb13c5be"]],"body":"{\"a\":1}","verdict":"accept 0"},
  {"dialect":"yativo","name":"one byte more","case":"tampered_body","secrets":["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"],"now_ms":1777206896123,"method":"POST","url":"https://hooks.example.com/in?a=1&b=2","headers":[["X-Webhook-Signature","45ec03b2b33403c8043a90de06bedad0827183927115fd7e448ef97eeb13c5be"]],"body":"{\"a\":1} ","verdict":"bad_signature"},
  {"dialect":"yativo","name":"another secret","case":"wrong_secret","secrets":["whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"],"now_ms":1777206896123,"method":"POST","url":"https://hooks.example.com/in?a=1&b=2","headers":[["X-Webhook-Signature","45ec03b2b33403c8043a90de06bedad0827183927115fd7e448ef97eeb13c5be"]],"body":"{\"a\":1}","verdict":"bad_signature"},
  {"dialect":"yativo","name":"the last four characters are missing","case":"truncated","secrets":["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"],"now_ms":1777206896123,"method":"POST","url":"https://hooks.example.com/in?a=1&b=2","headers":[["X-Webhook-Signature","45ec03b2b33403c8043a90de06bedad0827183927115fd7e448ef97eeb13"]],"body":"{\"a\":1}","verdict":"bad_signature"},
  {"dialect":"yativo","name":"without X-Webhook-Signature","case":"missing_header","secrets":["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"],"now_ms":1777206896123,"method":"POST","url":"https://hooks.example.com/in?a=1&b=2","headers":[],"body":"{\"a\":1}","verdict":"missing_header"},
  {"dialect":"yativo","name":"the old key signs, the receiver has both","case":"rotated","secrets":["whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD","whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"],"now_ms":1777206896123,"method":"POST","url":"https://hooks.example.com/in?a=1&b=2","headers":[["X-Webhook-Signature","45ec03b2b33403c8043a90de06bedad0827183927115fd7e448ef97eeb13c5be"]],"body":"{\"a\":1}","verdict":"accept 1"},
  {"dialect":"zoom","name":"a request as it is sent","case":"good","secrets":["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"],"now_ms":1777206896123,"method":"POST","url":"https://hooks.example.com/in?a=1&b=2","headers":[["x-zm-request-timestamp","1777206896"],["x-zm-signature","v0=602d464120d493d1daa710ace74c7ede5cf6b52438791829f5ea77955761a1b7"]],"body":"{\"a\":1}","verdict":"accept 0"},
  {"dialect":"zoom","name":"header names in upper case","case":"upper_case","secrets":["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"],"now_ms":1777206896123,"method":"POST","url":"https://hooks.example.com/in?a=1&b=2","headers":[["X-ZM-REQUEST-TIMESTAMP","1777206896"],["X-ZM-SIGNATURE","v0=602d464120d493d1daa710ace74c7ede5cf6b52438791829f5ea77955761a1b7"]],"body":"{\"a\":1}","verdict":"accept 0"},
  {"dialect":"zoom","name":"unrelated headers","case":"good","secrets":["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"],"now_ms":1777206896123,"method":"POST","url":"https://hooks.example.com/in?a=1&b=2","headers":[["Host","hooks.example.com"],["X-Unrelated","1"],["x-zm-request-timestamp","1777206896"],["x-zm-signature","v0=602d464120d493d1daa710ace74c7ede5cf6b52438791829f5ea77955761a1b7"]],"body":"{\"a\":1}","verdict":"accept 0"},
  {"dialect":"zoom","name":"one byte more","case":"tampered_body","secrets":["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"],"now_ms":1777206896123,"method":"POST","url":"https://hooks.example.com/in?a=1&b=2","headers":[["x-zm-request-timestamp","1777206896"],["x-zm-signature","v0=602d464120d493d1daa710ace74c7ede5cf6b52438791829f5ea77955761a1b7"]],"body":"{\"a\":1} ","verdict":"bad_signature"},
  {"dialect":"zoom","name":"another secret","case":"wrong_secret","secrets":["whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"],"now_ms":1777206896123,"method":"POST","url":"https://hooks.example.com/in?a=1&b=2","headers":[["x-zm-request-timestamp","1777206896"],["x-zm-signature","v0=602d464120d493d1daa710ace74c7ede5cf6b52438791829f5ea77955761a1b7"]],"body":"{\"a\":1}","verdict":"bad_signature"},
  {"dialect":"zoom","name":"the last four characters are missing","case":"truncated","secrets":["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"],"now_ms":1777206896123,"method":"POST","url":"https://hooks.example.com/in?a=1&b=2","headers":[["x-zm-request-timestamp","1777206896"],["x-zm-signature","v0=602d464120d493d1daa710ace74c7ede5cf6b52438791829f5ea77955761"]],"body":"{\"a\":1}","verdict":"bad_signature"},
  {"dialect":"zoom","name":"another prefix","case":"wrong_version","secrets":["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"],"now_ms":1777206896123,"method":"POST","url":"https://hooks.example.com/in?a=1&b=2","headers":[["x-zm-request-timestamp","1777206896"],["x-zm-signature","v9=602d464120d493d1daa710ace74c7ede5cf6b52438791829f5ea77955761a1b7"]],"body":"{\"a\":1}","verdict":"bad_signature"},
  {"dialect":"zoom","name":"without x-zm-signature","case":"missing_header","secrets":["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"],"now_ms":1777206896123,"method":"POST","url":"https://hooks.example.com/in?a=1&b=2","headers":[["x-zm-request-timestamp","1777206896"]],"body":"{\"a\":1}","verdict":"missing_header"},
  {"dialect":"zoom","name":"the old key signs, the receiver has both","case":"rotated","secrets":["whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD","whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"],"now_ms":1777206896123,"method":"POST","url":"https://hooks.example.com/in?a=1&b=2","headers":[["x-zm-request-timestamp","1777206896"],["x-zm-signature","v0=602d464120d493d1daa710ace74c7ede5cf6b52438791829f5ea77955761a1b7"]],"body":"{\"a\":1}","verdict":"accept 1"},
  {"dialect":"zoom","name":"exactly as old as allowed","case":"stale","secrets":["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"],"now_ms":1777207196123,"method":"POST","url":"https://hooks.example.com/in?a=1&b=2","headers":[["x-zm-request-timestamp","1777206896"],["x-zm-signature","v0=602d464120d493d1daa710ace74c7ede5cf6b52438791829f5ea77955761a1b7"]],"body":"{\"a\":1}","verdict":"accept 0"},
  {"dialect":"zoom","name":"exactly as far ahead as allowed","case":"future","secrets":["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"],"now_ms":1777206596123,"method":"POST","url":"https://hooks.example.com/in?a=1&b=2","headers":[["x-zm-request-timestamp","1777206896"],["x-zm-signature","v0=602d464120d493d1daa710ace74c7ede5cf6b52438791829f5ea77955761a1b7"]],"body":"{\"a\":1}","verdict":"accept 0"},
  {"dialect":"zoom","name":"the time is ''","case":"malformed_time","secrets":["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"],"now_ms":1777206896123,"method":"POST","url":"https://hooks.example.com/in?a=1&b=2","headers":[["x-zm-request-timestamp",""],["x-zm-signature","v0=602d464120d493d1daa710ace74c7ede5cf6b52438791829f5ea77955761a1b7"]],"body":"{\"a\":1}","verdict":"malformed_header"},
  {"dialect":"zoom","name":"another time than was signed","case":"tampered_time","secrets":["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"],"now_ms":1777206896123,"method":"POST","url":"https://hooks.example.com/in?a=1&b=2","headers":[["x-zm-request-timestamp","1777206897"],["x-zm-signature","v0=602d464120d493d1daa710ace74c7ede5cf6b52438791829f5ea77955761a1b7"]],"body":"{\"a\":1}","verdict":"bad_signature"}
]
"""#
