import Testing

@testable import Recipes

/// How near an unknown word is to a known one.
@Suite struct EditDistanceTests {
  @Test(arguments: [
    ("", "", 0), ("", "abc", 3), ("abc", "", 3), ("width", "width", 0), ("widht", "width", 1),
    ("steps", "step", 1), ("kitten", "sitting", 3), ("ca", "abc", 3),
  ])
  func editsAreCounted(first: String, second: String, distance: Int) {
    #expect(editDistance(first, second) == distance)
    #expect(editDistance(second, first) == distance)
  }

  @Test func whatIsTooFarIsNotSuggested() {
    #expect(nearest(to: "colour", among: ["width", "layers"]) == nil)
    #expect(nearest(to: "", among: ["width"]) == nil)
    #expect(nearest(to: "layer", among: ["width", "layers"]) == "layers")
  }
}
