import EspalierTestSupport
import Foundation
import Testing

@testable import Corpus

/// What a message says is there where a line has ended.
private let lineEnd = "the end of the line; `jq -c .` writes records in one line each"

/// What JSON allows, what other readers make of it, and where and why a line is refused.
@Suite struct JSONRecordTests {
  private func record(
    _ line: some Sequence<UInt8>,
    textField: String = "text"
  ) throws(TextError) -> Document {
    var options = TextOptions()
    options.textField = textField
    let file = TextFile(named: "a.jsonl")
    return try Document(record: Array(line)[...], of: file, line: 3, options: options)
  }

  private func message(_ line: String) -> String? {
    #expect(throws: TextError.self) { try record(line.utf8) }?.description
  }

  /// As Python's json module reads them, but for the last three, which it takes as well.
  @Test(arguments: [
    (#"{"text":"plain"}"#, "plain"),
    ("\t {\t\"text\" :\r \"spaced\" } \r", "spaced"),
    (#"{"a":[1,[2,{"b":[]}],{}],"text":"nested","c":{"text":"other"}}"#, "nested"),
    (
      #"{"n":[0,-0,1.5,1e400,-2E-3,10e+7,123456789012345678901234567890],"text":"numbers"}"#,
      "numbers"
    ),
    (#"{"t":true,"f":false,"n":null,"text":"words"}"#, "words"),
    (#"{"te\u0078t":"a name with an escape"}"#, "a name with an escape"),
    (
      #"{"text":"\"\\\/\b\f\n\r\t\u00e9\uD83D\uDE00\u0000\u001f"}"#,
      "\"\\/\u{8}\u{C}\n\r\té😀\0\u{1F}"
    ),
    ("{\"text\":\"raw é 😀 \u{2028}\u{7F}\u{FEFF}\"}", "raw é 😀 \u{2028}\u{7F}\u{FEFF}"),
    (#"{"text":"first","text":"the last counts"}"#, "the last counts"),
    (#"{"text":1,"text":"whatever came before"}"#, "whatever came before"),
    (#"{"x":"\ud83d","\udc00":1,"text":"half a pair elsewhere"}"#, "half a pair elsewhere"),
    (#"{"score":NaN,"low":-Infinity,"high":Infinity,"text":"no numbers"}"#, "no numbers"),
  ])
  func whatJSONAllowsIsRead(line: String, text: String) throws {
    #expect(Array(try record(line.utf8).text.utf8) == Array(text.utf8))
  }

  /// Depth costs no stack.
  @Test func deepValuesArePassedOver() throws {
    let deep = String(repeating: "[", count: 200_000) + String(repeating: "]", count: 200_000)
    #expect(try record("{\"deep\":\(deep),\"text\":\"below\"}".utf8).text == "below")
    let objects = String(repeating: "{\"a\":", count: 50_000) + "1"
    #expect(message("{\"deep\":\(objects)")?.hasSuffix("got \(lineEnd)") == true)
  }

  static let refused: [(String, String)] =
    [
      (
        "{",
        "3:2: is not JSON for a record: needs a name in quotation marks; got \(lineEnd)"
      ),
      (
        "[1]",
        "3:1: is not JSON for a record: needs an object, one a line; got a list, whose elements "
          + "`jq -c '.[]'` writes so"
      ),
      ("\"text\"", "3:1: is not JSON for a record: needs an object; got \"\"\""),
      ("nul", "3:1: is not JSON for a record: needs an object; got \"n\""),
      ("\u{FEFF}{}", "3:1: is not JSON for a record: needs an object; got \"\u{FEFF}\""),
      ("{text}", "3:2: is not JSON for a record: needs a name in quotation marks; got \"t\""),
      (
        "{'text': 'a'}", "3:2: is not JSON for a record: needs a name in quotation marks; got \"'\""
      ),
      ("{\"text\" \"a\"}", "3:9: is not JSON for a record: needs \":\"; got \"\"\""),
      (
        "{\"text\": \"a\"",
        "3:13: is not JSON for a record: needs \",\" or \"}\"; got \(lineEnd)"
      ),
      (
        "{\"text\": \"a\",}",
        "3:14: is not JSON for a record: needs a name in quotation marks; got \"}\""
      ),
      (
        "{\"text\": \"a\"} {}",
        "3:15: is not JSON for a record: needs the end of the line behind the "
          + "object; got \"{\""
      ),
      (
        "{\"é\": [1, 2,], \"text\": \"a\"}",
        "3:13: is not JSON for a record: needs a value; got \"]\""
      ),
      ("{\"a\": [1 2]}", "3:10: is not JSON for a record: needs \",\" or \"]\"; got \"2\""),
      ("{\"a\": \u{A0}1}", "3:7: is not JSON for a record: needs a value; got \"\u{A0}\""),
      ("{\"a\": 01}", "3:8: is not JSON for a record: needs \",\" or \"}\"; got \"1\""),
      ("{\"a\": 1.}", "3:9: is not JSON for a record: needs a digit; got \"}\""),
      ("{\"a\": .5}", "3:7: is not JSON for a record: needs a value; got \".\""),
      ("{\"a\": +1}", "3:7: is not JSON for a record: needs a value; got \"+\""),
      ("{\"a\": -x}", "3:8: is not JSON for a record: needs a digit; got \"x\""),
      ("{\"a\": 1e}", "3:9: is not JSON for a record: needs a digit; got \"}\""),
      ("{\"a\": True}", "3:7: is not JSON for a record: needs a value; got \"T\""),
      ("{\"a\": 1 // no\n}", "3:9: is not JSON for a record: needs \",\" or \"}\"; got \"/\""),
      (
        "{\"text\": \"a\tb\"}",
        "3:12: is not JSON for a record: needs an escape in a string for a control "
          + "character; got \"\t\""
      ),
      (
        "{\"text\": \"a}",
        "3:10: is not JSON for a record: the string that begins here does not end in "
          + "this line"
      ),
      ("{\"text\": \"\\x41\"}", "3:11: is not JSON for a record: JSON has no such escape"),
      (
        "{\"text\": \"\\u12g4\"}",
        "3:11: is not JSON for a record: needs four hexadecimal digits behind \\u"
      ),
      (
        "{\"text\": \"\\u12",
        "3:11: is not JSON for a record: needs four hexadecimal digits behind \\u"
      ),
      ("{\"text\": \"\\", "3:11: is not JSON for a record: JSON has no such escape"),
      ("{\"text\": 1}", "3:10: the field \"text\" needs to hold a string; got a number"),
      ("{\"text\": null}", "3:10: the field \"text\" needs to hold a string; got null"),
      ("{\"text\":\t[\"a\"]}", "3:10: the field \"text\" needs to hold a string; got a list"),
      (
        "{\"text\": {\"text\": \"a\"}}",
        "3:10: the field \"text\" needs to hold a string; got an object"
      ),
      ("{\"text\": true}", "3:10: the field \"text\" needs to hold a string; got true or false"),
      ("{\"text\": NaN}", "3:10: the field \"text\" needs to hold a string; got a number"),
      (
        "{\"text\": \"a\", \"source\": 1}",
        "3:25: the field \"source\" needs to hold a string; got a number"
      ),
      (
        "{}",
        "3: the record has no field \"text\"; name the field that holds the text with --text-field"
      ),
      (
        "{\"id\": 1, \"body\": \"a\"}",
        "3: the record has no field \"text\"; it has \"id\", \"body\"; name the "
          + "field that holds the text with --text-field"
      ),
    ]
    + [
      "a\\ud83d", "a\\uDE00 \\ud83d\\ude00", "a\\ud83d\\ud83d\\ude00", "a\\ud83d\\u0041",
      "a\\ud83dx",
    ].map {
      (
        "{\"text\": \"\($0)\"}",
        "3:12: the field \"text\" holds half of a surrogate pair, which is no "
          + "character; write the whole pair or \\ufffd instead"
      )
    }

  @Test(arguments: refused) func aRefusalSaysLineColumnAndReason(line: String, text: String) {
    #expect(message(line) == "a.jsonl:\(text)")
  }

  /// Names are compared as they are written: é in one character and in two are two names.
  @Test func namesAreComparedByTheirCharacters() throws {
    let line = "{\"e\u{301}\":\"two\",\"\u{E9}\":\"one\"}"
    #expect(try record(line.utf8, textField: "\u{E9}").text == "one")
    #expect(try record(line.utf8, textField: "e\u{301}").text == "two")
  }

  /// Every line short of the whole is refused, and no byte too many read.
  @Test func aLineThatIsCutAnywhereIsRefused() {
    let line = Array(#"{"a":[1,{"b":-1.5e+3}],"text":"é\u00e9\ud83d\ude00","c":null}"#.utf8)
    for length in 0..<line.count {
      #expect(throws: TextError.self, "\(length)") { try record(line[..<length]) }
    }
  }
}
