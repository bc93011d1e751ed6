import CKernels
import TensorCore
import Testing

@Suite("Matrix products that skip zeros")
struct SparseProductTests {
  /// Floats of which a share differs from zero.
  private func sparse(_ count: Int, share: Float, using generator: inout TestGenerator) -> [Float] {
    (0..<count).map { _ in
      Float.random(in: 0..<1, using: &generator) < share ? Float.random(in: -1...1, using: &generator) : 0
    }
  }

  @Test(
    "give the bits of products that do not, and agree with the scalar twin",
    arguments: Kernels.available.indices)
  func bits(index: Int) {
    let (kernels, scalar) = (Kernels.available[index].table, Kernels.available[0].table)
    var generator = TestGenerator(state: 43)
    let sizes = [
      (1, 1, 1), (3, 17, 5), (2, 400, 70), (7, 128, 200), (5, 300, 260), (40, 31, 130), (70, 16, 64),
    ]
    for (m, n, k) in sizes {
      for (isTurned, share) in [(false, Float(0.2)), (true, 0.2), (false, 0), (false, 1)] {
        let padded = (n + 15) / 16 * 16
        let product = ProductCase(
          m: m, n: n, k: k, isTurned: isTurned, a: sparse(m * k, share: share, using: &generator),
          b: generator.floats(padded * k), bias: generator.floats(padded), residual: generator.floats(m * n))
        for isFull in [false, true] {
          func run(_ multiply: ProductCase.Multiply) -> [Float] {
            product.run(hasBias: true, hasResidual: isFull, relu: isFull, multiply)
          }
          let result = run { kernels.sparse_gemm($0) }
          #expect(result == run { kernels.gemm($0) }, "\(m) x \(n) x \(k)")
          let expected = run { scalar.sparse_gemm($0) }
          #expect(largestDifference(result, expected) < 1e-5)
        }
      }
    }
  }

  @Test("give a dense layer the values and gradients it has without zeros", arguments: [128, 70])
  func layer(outputs: Int) {
    let (batch, inputs) = (24, 90)
    var layout = ParameterLayout()
    let weight = layout.addParameter("weight", shape: [outputs, inputs], decays: true)
    let bias = layout.addParameter("bias", shape: [outputs], decays: false)
    let parameters = Parameters(layout: layout)
    var generator = TestGenerator(state: 44)
    for i in parameters.trained.indices { parameters.trained[i] = .random(in: -1...1, using: &generator) }
    let x = sparse(batch * inputs, share: 0.2, using: &generator)
    let cotangent = sparse(batch * outputs, share: 0.1, using: &generator)
    let tape = Tape(parameters: parameters)
    tape.reset()
    let input = tape.vectors(x, batch: batch, wantsGradient: true)
    let y = tape.dense(input, weight: tape.parameter(weight), bias: tape.parameter(bias), outputs: outputs)
    tape.backward(from: y, cotangent: cotangent)
    var (value, slope) = ([Double](), [Double](repeating: 0, count: batch * inputs))
    var weightSlope = [Double](repeating: 0, count: outputs * inputs)
    for row in 0..<batch {
      for output in 0..<outputs {
        var sum = Double(parameters[bias][output])
        let dy = Double(cotangent[row * outputs + output])
        for i in 0..<inputs {
          let (w, element) = (Double(parameters[weight][output * inputs + i]), Double(x[row * inputs + i]))
          sum += w * element
          slope[row * inputs + i] += dy * w
          weightSlope[output * inputs + i] += dy * element
        }
        value.append(sum)
      }
    }
    withExtendedLifetime(tape) {
      #expect(largestDifference(Array(tape.values(of: y)), value.map { Float($0) }) < 1e-4)
      #expect(
        largestDifference(tape.gradient(of: input).map { Array($0) } ?? [], slope.map { Float($0) }) < 1e-4)
      let gradient = Array(tape.gradientValues().prefix(outputs * inputs))
      #expect(largestDifference(gradient, weightSlope.map { Float($0) }) < 1e-4)
    }
  }
}
