import CSentencePiece

/// A failed call of the library, in its own words.
struct SentencePieceFailure: Error {
  let message: String
}

/// Turns the status of a library call into a thrown failure and releases the message.
///
/// Every call of the library goes through here.
func check(_ status: espalier_sentencepiece_status) throws(SentencePieceFailure) {
  guard status.code != 0 else { return }
  defer { espalier_sentencepiece_free(status.message) }
  guard let message = status.message else {
    throw SentencePieceFailure(message: "status \(status.code) without a message")
  }
  throw SentencePieceFailure(message: withoutSourceLocation(String(cString: message)))
}

/// Drops the `./src/file.cc(660) [condition] ` in front of a message, where a message follows it.
private func withoutSourceLocation(_ message: String) -> String {
  guard message.hasPrefix("./src/") || message.hasPrefix("src/") || message.contains(".cc(") else {
    return message
  }
  guard let end = message.firstRange(of: "] ")?.upperBound, end < message.endIndex else {
    return message
  }
  return String(message[end...])
}
