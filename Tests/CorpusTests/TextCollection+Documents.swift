@testable import Corpus

/// All documents of text files, in order.
func documents(_ paths: [String], options: TextOptions = TextOptions()) throws -> [Document] {
  let reader = try TextCollection(paths: paths, options: options).makeReader()
  var documents: [Document] = []
  while let document = try reader.next() { documents.append(document) }
  return documents
}
