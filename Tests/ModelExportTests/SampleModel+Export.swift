import EspalierTestSupport
import ModelExport

extension SampleModel {
  var export: ModelExport {
    get throws { try ModelExport(saved, tokenizer: tokenizer) }
  }
}
