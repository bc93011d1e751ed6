// swift-tools-version:6.2
import PackageDescription

/// Generic code is specialised across modules in release builds, so hot loops need no annotations.
let settings: [SwiftSetting] = [
  .swiftLanguageMode(.v6),
  .treatAllWarnings(as: .error),
  .unsafeFlags(["-cross-module-optimization"], .when(configuration: .release)),
]

/// For what has no inner loops of its own and calls those of the libraries, which are compiled for every game there:
/// compiling them anew would take minutes.
let settingsOfPrograms =
  settings
  + [.unsafeFlags(["-Xllvm", "-sil-disable-pass=generic-specializer"], .when(configuration: .release))]

let package = Package(
  name: "selfplay",
  products: [
    .executable(name: "selfplay", targets: ["selfplay"]),
    .library(name: "SelfPlayKit", targets: ["SelfPlayKit"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.0"),
    .package(url: "https://github.com/apple/swift-log", from: "1.16.0"),
    .package(url: "https://github.com/LebJe/TOMLKit", from: "0.6.0"),
  ],
  targets: [
    .target(name: "CKernels", cSettings: [.unsafeFlags(["-O3", "-ffp-contract=off"])]),
    .systemLibrary(name: "COpenBLAS", pkgConfig: "openblas", providers: [.apt(["libopenblas-dev"])]),
    .systemLibrary(name: "CZstd", pkgConfig: "libzstd", providers: [.apt(["libzstd-dev"])]),
    .target(
      name: "TensorCore", dependencies: ["CKernels", "COpenBLAS"], swiftSettings: settings,
      linkerSettings: [.linkedLibrary("m")]),
    .target(
      name: "Environments", exclude: ["README.md"], swiftSettings: settings,
      linkerSettings: [.linkedLibrary("m")]),
    .target(
      name: "Search", dependencies: ["Environments"], swiftSettings: settings,
      linkerSettings: [.linkedLibrary("m")]),
    .target(name: "Replay", dependencies: ["Environments", "CZstd"], swiftSettings: settings),
    .target(
      name: "Learning", dependencies: ["TensorCore", "Environments", "Search", "Replay"],
      swiftSettings: settings),
    .target(
      name: "SelfPlayKit",
      dependencies: [
        "Learning", "TOMLKit", .product(name: "Logging", package: "swift-log"),
      ], swiftSettings: settings),
    .executableTarget(
      name: "selfplay",
      dependencies: [
        "SelfPlayKit", .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ], swiftSettings: settingsOfPrograms),

    .target(name: "AllocationCounter", path: "Tests/AllocationCounter"),
    .target(
      name: "GameLaws", dependencies: ["Environments", "AllocationCounter"],
      path: "Tests/GameLaws", swiftSettings: settings),
    .testTarget(
      name: "TensorCoreTests", dependencies: ["TensorCore", "CKernels", "AllocationCounter"],
      swiftSettings: settings),
    .testTarget(
      name: "EnvironmentsTests", dependencies: ["Environments", "GameLaws"],
      swiftSettings: settings),
    .testTarget(
      name: "SearchTests", dependencies: ["Search", "GameLaws"], swiftSettings: settings),
    .testTarget(
      name: "ReplayTests", dependencies: ["Replay", "Environments", "GameLaws"], swiftSettings: settings),
    .testTarget(
      name: "LearningTests", dependencies: ["Learning", "GameLaws"],
      swiftSettings: settingsOfPrograms),
    .testTarget(
      name: "SelfPlayKitTests", dependencies: ["SelfPlayKit"], exclude: ["signature.txt"],
      swiftSettings: settingsOfPrograms),
    .testTarget(
      name: "CommandLineTests", dependencies: ["SelfPlayKit", "selfplay"], exclude: ["Golden"],
      swiftSettings: settingsOfPrograms),
  ]
)
