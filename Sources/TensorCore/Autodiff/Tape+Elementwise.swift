import CKernels

extension Tape {
  /// A function of every element.
  public func apply(_ function: ElementFunction, to input: Variable) -> Variable {
    let source = node(input)
    let value = arena.floats(source.shape.count)
    let (a, b) = function.arguments
    kernels.apply(function.kernel, a, b, source.value, source.shape.count, value)
    return record(
      .function(input, function), shape: source.shape, value: value, needsGradient: source.needsGradient)
  }

  /// max(x, 0); the gradient at 0 is 0.
  public func relu(_ input: Variable) -> Variable { apply(.relu, to: input) }
  public func tanh(_ input: Variable) -> Variable { apply(.tanh, to: input) }
  public func sigmoid(_ input: Variable) -> Variable { apply(.sigmoid, to: input) }
  /// factor * x + shift.
  public func scale(_ input: Variable, by factor: Float, shift: Float = 0) -> Variable {
    apply(.linear(scale: factor, shift: shift), to: input)
  }

  /// The sum of two values. Here and in the other combinations an axis of length one is repeated to the
  /// length of the other operand's.
  public func add(_ first: Variable, _ second: Variable) -> Variable {
    combine(first, second, kernel_combination_add)
  }
  /// first - second.
  public func subtract(_ first: Variable, _ second: Variable) -> Variable {
    combine(first, second, kernel_combination_subtract)
  }
  /// The product of each two elements.
  public func multiply(_ first: Variable, _ second: Variable) -> Variable {
    combine(first, second, kernel_combination_multiply)
  }
  /// first / second.
  public func divide(_ first: Variable, by second: Variable) -> Variable {
    multiply(first, apply(.reciprocal, to: second))
  }
  /// The larger of each two elements; of equal ones the first has the gradient.
  public func larger(_ first: Variable, _ second: Variable) -> Variable {
    combine(first, second, kernel_combination_larger)
  }
  /// The smaller of each two elements; of equal ones the first has the gradient.
  public func smaller(_ first: Variable, _ second: Variable) -> Variable {
    combine(first, second, kernel_combination_smaller)
  }

  private func combine(_ first: Variable, _ second: Variable, _ kind: kernel_combination) -> Variable {
    let (a, b) = (node(first), node(second))
    let shape = Broadcast.shape(a.shape, b.shape)
    let value = arena.floats(shape.count)
    let broadcast = Broadcast(a.shape, b.shape, to: shape)
    broadcast.forEachRun { run in
      kernels.combine(
        kind, a.value + run.first, broadcast.firstStride, b.value + run.second, broadcast.secondStride,
        run.count, value + run.result)
    }
    return record(
      .combination(first, second, kind), shape: shape, value: value,
      needsGradient: a.needsGradient || b.needsGradient)
  }

  func combinationGradient(
    _ result: Node, _ gradient: UnsafePointer<Float>, _ first: Variable, _ second: Variable,
    _ kind: kernel_combination
  ) {
    let (a, b) = (node(first), node(second))
    if kind == kernel_combination_add && a.shape == b.shape {
      passGradient(gradient, count: result.shape.count, to: first)
      return passGradient(gradient, count: result.shape.count, to: second)
    }
    let broadcast = Broadcast(a.shape, b.shape, to: result.shape)
    let (firstTarget, secondTarget) = (gradientPointer(first), gradientPointer(second))
    broadcast.forEachRun { run in
      kernels.combine_gradient(
        kind, a.value + run.first, broadcast.firstStride, b.value + run.second, broadcast.secondStride,
        gradient + run.result, run.count, firstTarget.map { $0 + run.first },
        secondTarget.map { $0 + run.second })
    }
  }

  /// firstScale * first + secondScale * second, for losses or any values of one shape.
  public func weightedSum(
    _ first: Variable, times firstScale: Float, _ second: Variable, times secondScale: Float
  ) -> Variable {
    let (a, b) = (node(first), node(second))
    precondition(a.shape == b.shape, "cannot add \(a.shape) and \(b.shape)")
    let value = arena.floats(a.shape.count)
    for i in 0..<a.shape.count { value[i] = firstScale * a.value[i] + secondScale * b.value[i] }
    return record(
      .weightedSum(first, firstScale, second, secondScale), shape: a.shape, value: value,
      needsGradient: a.needsGradient || b.needsGradient)
  }
}
