import CKernels

/// Windows over the rows and columns of an image.
public struct Window: Hashable, Sendable {
  /// A pair for rows and columns.
  public struct Pair: Hashable, Sendable {
    public let rows: Int
    public let columns: Int

    public init(rows: Int, columns: Int) {
      self.rows = rows
      self.columns = columns
    }

    /// The same number for both.
    public init(_ both: Int) { self.init(rows: both, columns: both) }
  }

  public let kernel: Pair
  public let stride: Pair
  public let padding: Pair
  public let dilation: Pair

  public init(
    kernel: Pair, stride: Pair = Pair(1), padding: Pair = Pair(0), dilation: Pair = Pair(1)
  ) {
    precondition(kernel.rows > 0 && kernel.columns > 0, "a kernel has at least one tap")
    precondition(stride.rows > 0 && stride.columns > 0, "a stride is at least 1")
    precondition(dilation.rows > 0 && dilation.columns > 0, "a dilation is at least 1")
    precondition(padding.rows >= 0 && padding.columns >= 0, "padding cannot be negative")
    self.kernel = kernel
    self.stride = stride
    self.padding = padding
    self.dilation = dilation
  }

  /// A square of an odd number of rows around every point of an image; points outside are zeros.
  static func around(_ side: Int) -> Window {
    Window(kernel: Pair(side), padding: Pair((side - 1) / 2))
  }

  /// Whether this is a square around every point.
  var keepsSize: Bool { kernel.rows % 2 == 1 && self == .around(kernel.rows) }

  /// Whether windows lie at every place, with the same padding on all sides and no gaps.
  var isPlain: Bool { stride == Pair(1) && dilation == Pair(1) && padding.rows == padding.columns }

  /// The number of points a window looks at.
  public var taps: Int { kernel.rows * kernel.columns }

  /// The windows on an image.
  func patches(of shape: VariableShape) -> kernel_patches {
    func places(_ size: Int, _ kernel: Int, _ stride: Int, _ padding: Int, _ dilation: Int) -> Int {
      let room = size + 2 * padding - dilation * (kernel - 1) - 1
      precondition(room >= 0, "the kernel is larger than the image")
      return room / stride + 1
    }
    return kernel_patches(
      boards: shape.batch, rows: shape.rows, columns: shape.columns, channels: shape.channels,
      out_rows: places(shape.rows, kernel.rows, stride.rows, padding.rows, dilation.rows),
      out_columns: places(shape.columns, kernel.columns, stride.columns, padding.columns, dilation.columns),
      kernel_rows: kernel.rows, kernel_columns: kernel.columns, stride_rows: stride.rows,
      stride_columns: stride.columns, padding_rows: padding.rows, padding_columns: padding.columns,
      dilation_rows: dilation.rows, dilation_columns: dilation.columns)
  }
}

/// Windows without gaps that treat rows and columns alike: the side of the kernel, how far windows are apart, and
/// the zeros around the image.
struct SquareWindow {
  let kernel: Int
  var stride = 1
  let padding: Int
}

extension SquareWindow {
  /// nil if the window is not one of these.
  init?(_ window: Window) {
    let (kernel, stride, padding) = (window.kernel, window.stride, window.padding)
    guard kernel.rows == kernel.columns, stride.rows == stride.columns, padding.rows == padding.columns,
      window.dilation == Window.Pair(1)
    else { return nil }
    self.init(kernel: kernel.rows, stride: stride.rows, padding: padding.rows)
  }
}

extension Tape {
  /// The points under every window, [windows, 1, taps, channels] with the windows of an image row after row,
  /// and the shape [batch, rows, columns, channels] that one value a window and channel has. Points outside
  /// the image are `fill`.
  public func patches(_ input: Variable, _ window: Window, fill: Float = 0)
    -> (patches: Variable, shape: VariableShape)
  {
    let source = node(input)
    var geometry = window.patches(of: source.shape)
    let places = VariableShape(
      batch: source.shape.batch, rows: geometry.out_rows, columns: geometry.out_columns,
      channels: source.shape.channels)
    let shape = VariableShape(batch: places.vectors, columns: window.taps, channels: places.channels)
    let value = arena.floats(shape.count)
    kernels.gather_patches(source.value, &geometry, fill, value)
    let patches = record(
      .patches(input, geometry, fill: fill), shape: shape, value: value, needsGradient: source.needsGradient)
    return (patches, places)
  }

  /// The adjoint of `patches`: adds every window's points up in an image [batch, rows, columns, channels].
  public func overlap(_ patches: Variable, _ window: Window, shape: VariableShape) -> Variable {
    let source = node(patches)
    var geometry = window.patches(of: shape)
    precondition(
      source.shape.count == shape.batch * geometry.out_rows * geometry.out_columns * window.taps
        * shape.channels,
      "the patches do not cover the image \(shape)")
    let value = arena.zeros(shape.count)
    kernels.scatter_patches(source.value, &geometry, value)
    return record(
      .overlap(patches, geometry), shape: shape, value: value, needsGradient: source.needsGradient)
  }

  func patchesGradient(_ gradient: UnsafePointer<Float>, _ input: Variable, _ geometry: kernel_patches) {
    guard let target = gradientPointer(input) else { return }
    var geometry = geometry
    kernels.scatter_patches(gradient, &geometry, target)
  }

  func overlapGradient(_ gradient: UnsafePointer<Float>, _ patches: Variable, _ geometry: kernel_patches) {
    guard let target = gradientPointer(patches) else { return }
    var geometry = geometry
    let count = node(patches).shape.count
    let gathered = arena.floats(count)
    kernels.gather_patches(gradient, &geometry, 0, gathered)
    kernels.add_scaled(gathered, 1, count, target)
  }
}
