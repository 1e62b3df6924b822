import Arrays
import Corpus
import Randomness

extension TrainingJob {
  /// The batch of a step: the arrays that its program takes between the state and the learning rate.
  ///
  /// It depends on the recipe and the step's number alone. What an objective draws for a row goes by the
  /// number of rows before it, so a sequence is not corrupted alike in two epochs.
  ///
  /// - Parameter step: The step, counted from 0.
  /// - Returns: One array for each type of the training step's ``TrainingStep/batchTypes``.
  /// - Throws: `TokenFileError`.
  public func batch(ofStep step: Int) throws(TokenFileError) -> [HostArray] {
    let first = step * recipe.training.batchSize
    return try trainingBatches.arrays(
      sampler.indices(ofBatch: step),
      numbers: (0..<recipe.training.batchSize).map { first + $0 }
    )
  }

  /// Makes the batches of training.
  private var trainingBatches: BatchMaker {
    batches(of: trainingSequences, stream: RandomStream(seed: recipe.seed).named("objective"))
  }

  /// Makes the batches that the model is measured on; runs with other seeds draw the same for them.
  var validationBatches: BatchMaker {
    batches(
      of: MixedSequences([validationSequences]),
      stream: RandomStream(seed: 0).named("validation objective")
    )
  }

  private func batches(of sequences: MixedSequences, stream: RandomStream) -> BatchMaker {
    BatchMaker(
      sequences: sequences,
      objective: objective,
      vocabularySize: corpus.vocabularySize,
      separatesDocuments: recipe.corpus.separateDocuments,
      stream: stream
    )
  }
}
