/// The torso of AlphaGo Zero (Silver et al. 2017), or a part of it: a 3x3 convolution with batch norm and a ReLU, or
/// nothing, and residual blocks that do not pool.
public struct Tower: PlannedLayer {
  private let layers: [TowerLayer]

  public init(stem: (Convolution2D, BatchNorm)?, blocks: [ResidualBlock]) {
    let first = stem.map { [TowerLayer(convolution: $0, norm: $1, adds: false)] } ?? []
    layers = blocks.reduce(into: first) { layers, block in
      precondition(block.pooling == nil, "a tower's blocks do not pool")
      layers.append(TowerLayer(convolution: block.conv1, norm: block.norm1, adds: false))
      layers.append(TowerLayer(convolution: block.conv2, norm: block.norm2, adds: true))
    }
  }

  public func initialise(_ parameters: Parameters, using generator: inout some RandomNumberGenerator) {
    for layer in layers {
      layer.convolution.initialise(parameters, using: &generator)
      layer.norm.initialise(parameters, using: &generator)
    }
  }

  public func forward(_ input: Variable, on tape: Tape) -> Variable { tape.tower(input, layers) }

  public func compile(_ input: PlanVariable, into plan: inout InferencePlan) -> PlanVariable {
    var (before, value) = (input, input)
    for layer in layers {
      let sums = layer.norm.compile(layer.convolution.compile(value, into: &plan), into: &plan)
      let all = layer.adds ? plan.add(before, to: sums) : sums
      (before, value) = (value, plan.activate(all, with: .relu))
    }
    return value
  }
}
