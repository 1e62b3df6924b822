import Runs

extension ReportPage {
  /// What was run, on what machine, with which versions; what all runs share is said once.
  var provenance: Markup? {
    let facts = runs.map { Self.facts(about: $0) }
    guard let labels = facts.first?.map(\.label) else { return nil }
    let rows = labels.indices.map { index -> Markup in
      let values = facts.map { $0[index].value }
      let cells: Markup =
        Set(values).count == 1
        ? "<td colspan=\"\(runs.count)\">\(values[0])</td>"
        : "\(zip(runs, values).map { "<td data-run=\"\($0.name)\">\($1)</td>" }, separator: "")"
      return "<tr><th scope=\"row\">\(labels[index])</th>\(cells)</tr>"
    }
    let heads = runs.map { run -> Markup in
      "<th scope=\"col\"><span class=\"run-name\">\(run.name)</span></th>"
    }
    return """
      <section aria-labelledby="provenance">
      <h2 id="provenance">What was run</h2>
      <div class="scroll" role="region" aria-labelledby="provenance" tabindex="0">
      <table class="facts">
      <caption>\(runs.count > 1 ? "From run.json. What all runs share is said once." : "From run.json.")</caption>
      <thead><tr><td></td>\(heads, separator: "")</tr></thead>
      <tbody>
      \(rows)
      </tbody>
      </table>
      </div>
      </section>
      """
  }

  /// The facts about a run; each run has the same labels in the same order.
  private static func facts(about run: LoadedRun) -> [(label: String, value: String)] {
    let record = run.record
    let (model, corpus, machine) = (record.model, record.corpus, record.machine)
    let (versions, outcome) = (record.versions, record.outcome)
    let memory = NumberText.bytes(machine.memoryBytes)
    return [
      (
        "Outcome",
        [outcome.status.rawValue, outcome.message].compactMap(\.self).joined(separator: ": ")
      ),
      ("Started", moment(record.startedAt)),
      ("Finished", record.finishedAt.map(moment) ?? NumberText.unknown),
      ("Command", record.arguments.joined(separator: " ")),
      ("Folder", run.folder.path),
      (
        "Model",
        "\(model.layers) layers of width \(model.width), \(model.headCount) heads "
          + "(\(model.keyValueHeadCount) for keys and values), feed-forward \(model.feedForwardWidth), "
          + "vocabulary \(NumberText.count(model.vocabularySize)), context \(model.contextLength), "
          + "\(model.tiedEmbedding ? "tied" : "untied") embedding"
          + (record.objective.map { ", objective \($0.kind)" } ?? "")
      ),
      (
        "Corpus",
        "\(corpus.tokens): \(NumberText.amount(Double(corpus.trainingTokens))) tokens to train on, "
          + "\(NumberText.amount(Double(corpus.validationTokens))) held out in "
          + "\(NumberText.count(corpus.validationDocuments)) documents; checksum \(corpus.checksum.prefix(16))"
      ),
      ("Machine", "\(machine.processor), \(machine.coreCount) cores, \(memory) of memory"),
      ("System", "\(machine.operatingSystem), \(machine.kernel), \(machine.architecture)"),
      ("Processor features", machine.features.joined(separator: ", ")),
      ("Espalier", versions.espalier),
      ("Swift", versions.swift),
      ("Plugin", "\(versions.platform), PJRT \(versions.pluginInterface), \(versions.plugin)"),
      ("Devices", versions.devices.joined(separator: ", ")),
      ("Kernels", versions.kernels ?? NumberText.unknown),
      (
        "Git",
        record.git.map { "\($0.commit.prefix(12))\($0.isDirty ? " with changes" : "")" }
          ?? NumberText.unknown
      ),
    ]
  }
}
