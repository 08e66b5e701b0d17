// What the parts of a block may be. Each has a case for a map that the caller writes.

extension TransformerBlock {
  /// What mixes tokens.
  public enum Mixer {
    /// Attention, with a cache where one is given.
    case attention(GroupedQueryAttention<T>)
    /// Any map of tokens to tokens: it holds its weights to itself.
    case map(Part)

    var parameterCount: Int {
      switch self {
      case .attention(let attention): attention.parameterCount
      case .map: 0
      }
    }
  }

  /// What normalises tokens.
  public enum Norm {
    /// With mean and variance.
    case layer(LayerNorm<T>)
    /// With the root mean square.
    case rms(RMSNorm<T>)
    /// Any map of tokens to tokens.
    case map(Part)

    /// Shape: n×d → n×d. Refused: as the norm.
    @specialized(where T == Double)
    @specialized(where T == Float)
    public func callAsFunction(_ x: Matrix<T>) -> Matrix<T> {
      switch self {
      case .layer(let norm): norm(x)
      case .rms(let norm): norm(x)
      case .map(let part): part(x)
      }
    }

    var parameterCount: Int {
      switch self {
      case .layer(let norm): norm.gain.count + norm.bias.count
      case .rms(let norm): norm.gain.count
      case .map: 0
      }
    }
  }

  /// What works on each token by itself.
  public enum PerToken {
    /// Two matrices with an activation between.
    case dense(FeedForward<T>)
    /// Three matrices, one of them a gate.
    case gated(SwiGLU<T>)
    /// A router and gated experts, as in Mixtral.
    case experts(MixtureOfExperts<SwiGLU<T>>)
    /// Any map of tokens to tokens.
    case map(Part)

    /// Shape: n×d → n×d. Refused: as the layer.
    @specialized(where T == Double)
    @specialized(where T == Float)
    public func callAsFunction(_ x: Matrix<T>) -> Matrix<T> {
      switch self {
      case .dense(let layer): layer(x)
      case .gated(let layer): layer(x)
      case .experts(let layer): layer(x)
      case .map(let part): part(x)
      }
    }

    var parameterCount: Int {
      switch self {
      case .dense(let layer): layer.parameterCount
      case .gated(let layer): layer.parameterCount
      case .experts(let layer): layer.parameterCount
      case .map: 0
      }
    }
  }

  /// The mixer where it is attention. What is set replaces the mixer; nil changes nothing.
  public var attention: GroupedQueryAttention<T>? {
    get { if case .attention(let attention) = mixer { attention } else { nil } }
    set { if let newValue { mixer = .attention(newValue) } }
  }

  /// The per-token layer where it is a dense one. What is set replaces the layer; nil changes nothing.
  public var dense: FeedForward<T>? {
    get { if case .dense(let layer) = feedForward { layer } else { nil } }
    set { if let newValue { feedForward = .dense(newValue) } }
  }

  /// The per-token layer where it is SwiGLU. What is set replaces the layer; nil changes nothing.
  public var swiGLU: SwiGLU<T>? {
    get { if case .gated(let layer) = feedForward { layer } else { nil } }
    set { if let newValue { feedForward = .gated(newValue) } }
  }

  /// The per-token layer where it is a mixture of experts. What is set replaces the layer; nil changes nothing.
  public var experts: MixtureOfExperts<SwiGLU<T>>? {
    get { if case .experts(let layer) = feedForward { layer } else { nil } }
    set { if let newValue { feedForward = .experts(newValue) } }
  }
}
