import LanguageModels
import Runs

/// `README.md` of an exported model: what it is and where it comes from, from the run's record.
struct ModelCard {
  private let export: ModelExport
  private let name: String

  init(_ export: ModelExport, name: String) {
    self.export = export
    self.name = name
  }

  var text: String {
    let configuration = export.model.configuration
    var text = """
      ---
      library_name: transformers
      pipeline_tag: text-generation
      tags:
      - espalier
      ---

      # \(export.run?.name ?? name)

      A language model of the Llama architecture, trained with Espalier and exported at step \
      \(export.model.step).

      | | |
      |---|---|
      | layers | \(configuration.appliedLayerCount) |
      | width | \(configuration.width) |
      | heads | \(configuration.headCount), of them for keys and values \(configuration.keyValueHeadCount) |
      | feed-forward width | \(configuration.feedForwardWidth) |
      | parameters | \(configuration.parameterCount) |
      | vocabulary | \(configuration.vocabularySize) |
      | context | \(configuration.contextLength) tokens |

      """
    if let run = export.run { text += training(run) }
    text += """

      ## Use

      ```python
      from transformers import AutoModelForCausalLM, AutoTokenizer

      tokenizer = AutoTokenizer.from_pretrained("\(name)")
      model = AutoModelForCausalLM.from_pretrained("\(name)")
      ```

      No token stands in front of a document; one, the tokenizer's end token, stands behind it, and so before the next. \
      Text that begins a document is best given behind it.
      """
    return text + "\n"
  }

  private func training(_ run: RunRecord) -> String {
    let outcome = run.outcome
    var lines = [
      "", "## Training", "",
      "- \(outcome.finalStep) of \(run.plan.totalSteps) steps, \(outcome.tokens) tokens, seed \(run.seed)",
      "- training text of \(run.corpus.trainingTokens) tokens in \(run.corpus.trainingDocuments) documents, "
        + "checksum `\(run.corpus.checksum)`",
    ]
    if run.plan.growths.isEmpty {
      lines.append("- at full size from the start")
    } else {
      let depths = run.plan.stages.map { "\($0.layers) layers for \($0.stepCount) steps" }
      lines.append("- grown by `\(run.method)`: \(depths.joined(separator: ", "))")
    }
    if let loss = outcome.finalValidationLoss {
      lines.append("- validation loss \(loss) nats a token on held-out text of the same sources")
    }
    return lines.map { $0 + "\n" }.joined()
  }
}
