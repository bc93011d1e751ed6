import CKernels
import COpenBLAS

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// Why the kernels asked for cannot be used.
public enum KernelError: Error, Hashable, CustomStringConvertible {
  case unknown(String)
  case unsupported(String, available: [String])

  public var description: String {
    switch self {
    case .unknown(let name):
      "SELFPLAY_KERNELS=\(name.filter { !$0.isNewline }) names no kernels; use scalar, avx2, avx512 or amx, or "
        + "leave it unset"
    case .unsupported(let name, let available):
      "SELFPLAY_KERNELS=\(name): this processor lacks these instructions; "
        + "use one of \(available.joined(separator: ", ")), or leave it unset"
    }
  }
}

/// The instruction set that all tensor work uses, chosen once when the program starts.
///
/// The best one that the processor has, unless the environment variable SELFPLAY_KERNELS names one. There
/// `amx-emulated` carries out AMX in plain C: slow, but with the same roundings on every processor.
// @unchecked: the table is a constant of the C module.
public struct Kernels: @unchecked Sendable {
  /// `scalar`, `avx2`, `avx512` or `amx`.
  public let name: String
  package let table: kernel_table

  /// What the environment asks for. Call it at the start of a program, to report a wrong SELFPLAY_KERNELS
  /// as an error instead of a trap.
  public static func select(
    environment: String? = getenv("SELFPLAY_KERNELS").map { String(cString: $0) }
  ) throws(KernelError) -> Kernels {
    guard let environment, !environment.isEmpty else { return available[available.count - 1] }
    if environment == emulatedTiles.name { return emulatedTiles }
    guard names.contains(environment) else { throw .unknown(environment) }
    guard let kernels = available.first(where: { $0.name == environment }) else {
      throw .unsupported(environment, available: available.map(\.name))
    }
    return kernels
  }

  /// All kernels that this processor can run, the slowest first.
  public static let available: [Kernels] = [
    kernel_table_scalar(), kernel_table_avx2(), kernel_table_avx512(), kernel_table_amx(),
  ]
  .compactMap { table in table.map { Kernels(name: String(cString: $0.pointee.name), table: $0.pointee) } }

  /// The scalar kernels with AMX's matrix tiles emulated, for tests on processors without them.
  package static let emulatedTiles = Kernels(
    name: "amx-emulated", table: kernel_table_emulated_amx().pointee)

  /// Whether there are matrix tiles, which make bf16 faster than f32.
  package var hasTiles: Bool { table.flat_convolution != nil }

  /// The kernels in use. Traps with the error of `select()` if SELFPLAY_KERNELS is wrong.
  public static let selected: Kernels = {
    // OpenBLAS must not start threads of its own beside those of the workers.
    openblas_set_num_threads(1)
    do throws(KernelError) { return try select() } catch { fatalError(error.description) }
  }()

  /// How the linked OpenBLAS describes itself: version, options and detected core.
  public static var openBLASConfiguration: String { String(cString: openblas_get_config()) }

  private static let names = ["scalar", "avx2", "avx512", "amx"]
}

/// The kernels in use, as every operation of the module sees them.
var kernels: kernel_table { Kernels.selected.table }
