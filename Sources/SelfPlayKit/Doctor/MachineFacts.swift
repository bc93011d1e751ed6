import CZstd
import Foundation
import TensorCore

/// What the program runs on: one text a fact.
public struct MachineFacts: Sendable {
  public let rows: [(key: String, value: String)]

  public init() {
    let home = try? Home.find()
    rows = [
      ("version", SelfPlayVersion.text),
      ("processor", Self.processor),
      ("cores", "\(ProcessInfo.processInfo.activeProcessorCount)"),
      ("memory", Self.size(ProcessInfo.processInfo.physicalMemory)),
      ("instruction_sets", Self.instructionSets),
      ("kernels", Self.kernels),
      ("openblas", Kernels.openBLASConfiguration),
      ("zstd", String(cString: ZSTD_versionString())),
      ("system", ProcessInfo.processInfo.operatingSystemVersionString),
      ("home", home?.path ?? "not found"),
      ("free_disk", Self.freeDisk(at: home?.path ?? ".")),
    ]
  }

  private static var processor: String { field("model name") ?? "unknown" }

  /// Those that kernels exist for.
  private static var instructionSets: String {
    let flags = Set((field("flags") ?? "").split(separator: " ").map(String.init))
    let wanted = ["avx2", "fma", "avx512f", "avx512_bf16", "amx_tile", "amx_bf16"]
    let present = wanted.filter(flags.contains)
    return present.isEmpty ? "none" : present.joined(separator: " ")
  }

  /// The kernels in use, and what else there would be.
  private static var kernels: String {
    let others = Kernels.available.map(\.name).filter { $0 != Kernels.selected.name }
    return Kernels.selected.name + " (SELFPLAY_KERNELS also takes \(others.joined(separator: ", ")))"
  }

  private static func field(_ name: String) -> String? {
    guard let text = try? String(contentsOfFile: "/proc/cpuinfo", encoding: .utf8) else { return nil }
    let line = text.split(separator: "\n").first { $0.hasPrefix(name) }
    return line?.split(separator: ":", maxSplits: 1).last.map { $0.trimmingCharacters(in: .whitespaces) }
  }

  private static func freeDisk(at path: String) -> String {
    let attributes = try? FileManager.default.attributesOfFileSystem(forPath: path)
    guard let bytes = attributes?[.systemFreeSize] as? NSNumber else { return "unknown" }
    return size(bytes.uint64Value)
  }

  private static func size(_ bytes: UInt64) -> String { String(format: "%.1f GB", Double(bytes) / 1e9) }
}
