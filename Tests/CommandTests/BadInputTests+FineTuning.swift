import EspalierTestSupport
import Foundation

extension BadInputTests {
  /// Examples that are none, and models that cannot be fine-tuned.
  static let badExamples: [BadInput] = [
    examples("examples that are not there", nil, ["data.jsonl: cannot be read: …"]),
    examples(
      "no examples",
      "\n \n",
      ["data.jsonl: holds no example; write one JSON object with …"]
    ),
    examples(
      "an example without answer",
      "{\"prompt\": \"a\", \"answer\": \"b\"}\n{\"prompt\": \"a\", \"text\": \"b\"}\n",
      [
        "data.jsonl:2: the record has no field \"answer\"; it has \"prompt\", \"text\"; an example needs "
          + "\"prompt\" and \"answer\""
      ]
    ),
    examples(
      "an example longer than the context",
      FineTuneTests.examples
        + "{\"prompt\": \"\(String(repeating: "God ", count: 20))\", \"answer\": \"b\"}\n",
      [
        "data.jsonl:25: prompt and answer have …"
      ]
    ),
    BadInput(
      name: "examples that are not UTF-8",
      arguments: fineTuning,
      needsRun: true,
      messages: [
        "data.jsonl: byte 11: not UTF-8 text; convert the file first, for example with iconv"
      ]
    ) {
      try $0.write(Data("{\"prompt\":\"".utf8) + [0xE9], to: "data.jsonl")
    },
    BadInput(
      name: "a checkpoint without tokenizer, to be fine-tuned",
      arguments: ["finetune", "lost/step-00000018", "data.jsonl", "--run", "tuned"],
      needsRun: true,
      messages: [
        "lost/step-00000018: does not lie in a run's folder that has its tokenizer; name the file "
          + "with --tokenizer"
      ]
    ) {
      try $0.write(FineTuneTests.examples, to: "data.jsonl")
      try FileManager.default.copyItem(atPath: $0 / "reference/checkpoints", toPath: $0 / "lost")
    },
    BadInput(
      name: "additions of no rank",
      arguments: fineTuning + ["--lora", "none"],
      needsRun: true,
      code: 2,
      messages: [
        "--lora none: training.optimizer.lora.rank: needs a positive whole number; got \"none\""
      ]
    ) {
      try $0.write(FineTuneTests.examples, to: "data.jsonl")
    },
    BadInput(
      name: "additions to what is no matrix",
      arguments: fineTuning + ["--lora", "4", "--lora-matrices", "query,keys"],
      needsRun: true,
      code: 2,
      messages: [
        "--lora-matrices query,keys: training.optimizer.lora.matrices: needs all, or matrices of a "
          + "layer with commas between them, each once: query,key,value,output,gate,up,down; got "
          + "\"query,keys\""
      ]
    ) {
      try $0.write(FineTuneTests.examples, to: "data.jsonl")
    },
    BadInput(
      name: "additions without a rank",
      arguments: fineTuning + ["--lora-alpha", "4"],
      code: 2,
      messages: ["--lora-alpha: needs --lora, the rank of what it is about"]
    ),
    BadInput(
      name: "an objective of answers for a text",
      arguments: [
        "train", "tiny.yaml", "--set", "training.objective.kind=answers", "--set",
        "corpus.separateDocuments=true",
      ],
      messages: [
        "book.tokens: does not say which tokens are answers; make it with `espalier finetune`, or "
          + "train with training.objective.kind causal"
      ]
    ),
    BadInput(
      name: "answers that see each other",
      arguments: ["train", "tiny.yaml", "--set", "training.objective.kind=answers"],
      code: 2,
      messages: [
        "--set training.objective.kind=answers: corpus.separateDocuments: needs true for training.objective.kind answers, or "
          + "examples would see each other; got false"
      ]
    ),
    BadInput(
      name: "additions that are to grow",
      arguments: ["train", "tiny.yaml", "--set", "training.optimizer.kind=lora"],
      code: 2,
      messages: [
        "--set training.optimizer.kind=lora: growth.method: needs none for training.optimizer.kind lora, whose matrices of "
          + "low rank do not grow; got midas"
      ]
    ),
  ]

  private static let fineTuning = ["finetune", "reference", "data.jsonl", "--run", "tuned"]

  private static func examples(_ name: String, _ text: String?, _ messages: [String]) -> BadInput {
    BadInput(name: name, arguments: fineTuning, needsRun: true, messages: messages) {
      if let text { try $0.write(text, to: "data.jsonl") }
    }
  }
}
