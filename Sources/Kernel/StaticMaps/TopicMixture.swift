/// Documents as mixtures of fixed topics, the static counterpart of attention: p(w) = Σₖ θₖ·topic_k(w).
///
/// Source: Blei, Ng and Jordan, "Latent Dirichlet allocation" (2003); the mixture is fitted by expectation–maximisation
/// with the topics held fixed (Hofmann's folding-in, 1999).
public struct TopicMixture<T: Real>: Sendable {
  /// One row a topic, a distribution over words: K×V.
  public let topics: Matrix<T>

  /// Shape: K×V.
  /// Refused: a row that has a negative element or does not sum to one within 10⁻⁴.
  public init(topics: Matrix<T>) {
    for row in topics.rowVectors {
      require(
        row.allSatisfy { $0 >= 0 } && (sum(row) - 1).magnitude < 1e-4, "TopicMixture: a topic is no distribution")
    }
    self.topics = topics
  }

  /// The words' distribution in a document. Shape: K → V. Refused: another number of weights.
  @specialized(where T == Double)
  @specialized(where T == Float)
  public func words(_ mixture: [T]) -> [T] {
    require(mixture.count == topics.rows, "TopicMixture: \(mixture.count) weights for topics \(topics.shape)")
    return matmul(topics.transposed(), mixture)
  }

  /// The mixture that explains word counts best, after a number of EM steps from the uniform one. Shape: V → K.
  /// Refused: another number of words, no word at all, steps < 0. Cost: 4KV FLOP a step.
  @specialized(where T == Double)
  @specialized(where T == Float)
  public func mixture(counts: [T], steps: Int = 100) -> [T] {
    require(counts.count == topics.columns, "TopicMixture: \(counts.count) counts for topics \(topics.shape)")
    require(steps >= 0, "TopicMixture: \(steps) steps")
    require(sum(counts) > 0, "TopicMixture: a document without words")
    var mixture = [T](repeating: 1 / T(topics.rows), count: topics.rows)
    for _ in 0..<steps {
      let expected = words(mixture)
      let ratios = counts.indices.map { counts[$0] > 0 ? counts[$0] / expected[$0] : 0 }
      let updated = (0..<topics.rows).map { mixture[$0] * dot(topics.row($0), ratios) }
      let total = sum(updated)
      mixture = updated.map { $0 / total }
    }
    return mixture
  }
}
