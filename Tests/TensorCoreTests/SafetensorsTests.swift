import Foundation
import TensorCore
import Testing

/// A file with a header of text and `data` bytes of zeros.
private func file(_ header: String, data: Int = 0, claimed: Int? = nil) -> [UInt8] {
  withUnsafeBytes(of: UInt64(truncatingIfNeeded: claimed ?? header.utf8.count).littleEndian) { Array($0) }
    + Array(header.utf8)
    + [UInt8](repeating: 0, count: data)
}

@Suite("Safetensors files")
struct SafetensorsTests {
  private let folder = FileManager.default.temporaryDirectory.appending(path: "tensors-\(UUID().uuidString)")
    .path

  @Test("what is written is read back, and equal contents give equal bytes")
  func roundTrip() throws {
    let contents = Safetensors(
      tensors: [
        NamedTensor(
          name: "a \"quoted\\\" name\u{1}",
          tensor: Tensor(shape: [2, 3], values: [1, -2, 3, .infinity, 0, Float.leastNonzeroMagnitude])),
        NamedTensor(name: "scalar", tensor: Tensor(shape: [], values: [7])),
        NamedTensor(name: "empty", tensor: Tensor(shape: [0, 4], values: [])),
      ], metadata: ["key": "täxt\n", "other": "{}"])
    let bytes = contents.bytes()
    let read = try Safetensors(bytes: bytes, file: "memory")
    #expect(read.metadata == contents.metadata)
    for item in contents.tensors { #expect(read[item.name] == item.tensor) }
    #expect(contents.bytes() == bytes)
    #expect((bytes.count - 7 * 4) % 8 == 0)
  }

  @Test("halves are the nearest, ties to even, and all of them are read back")
  func halves() throws {
    func written(_ values: [Float]) throws -> [Float] {
      let contents = Safetensors(tensors: [
        NamedTensor(name: "x", tensor: Tensor(shape: [values.count], values: values))
      ])
      return try #require(try Safetensors(bytes: contents.bytes(halves: true), file: "memory")["x"]).values
    }
    // By the definition of the format (IEEE 754, 2008): multiples of 2^-24, then ten bits behind the point.
    let positive = (0..<0x7C00).map { bits in
      bits < 0x400
        ? Float(bits) * 0x1p-24
        : Float(0x400 + bits % 0x400) * Float(sign: .plus, exponent: bits / 0x400 - 25, significand: 1)
    }
    #expect(positive.last == 65504)
    #expect(try written(positive) == positive && written(positive.map { -$0 }) == positive.map { -$0 })
    let middles = zip(positive, positive.dropFirst()).map { ($0 + $1) / 2 }
    let even = (1..<0x7C00).map { positive[$0 % 2 == 0 ? $0 : $0 - 1] }
    #expect(try written(middles) == even)
    #expect(try written(middles.map(\.nextUp)) == Array(positive.dropFirst()))
    #expect(try written(middles.map(\.nextDown)) == Array(positive.dropLast()))
    #expect(try written([65519, 65520, -.infinity]) == [65504, .infinity, -.infinity])
    #expect(try written([.nan])[0].isNaN)
  }

  @Test("every number type becomes floats")
  func types() throws {
    let header =
      #"{"h":{"dtype":"F16","shape":[4],"data_offsets":[0,8]},"b":{"dtype":"BF16","shape":[1],"data_offsets":[8,10]},"i":{"dtype":"I32","shape":[1],"data_offsets":[10,14]},"l":{"dtype":"I64","shape":[1],"data_offsets":[14,22]},"u":{"dtype":"U8","shape":[2],"data_offsets":[22,24]}}"#
    let data: [UInt8] =
      [0x00, 0x3C, 0x00, 0xC1, 0x01, 0x00, 0x00, 0x7C] + [0x80, 0x3F] + [0xFE, 0xFF, 0xFF, 0xFF]
      + [0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF] + [0, 255]
    let read = try Safetensors(bytes: file(header) + data, file: "memory")
    #expect(read["h"]?.values == [1, -2.5, 0x1p-24, .infinity])
    #expect(read["b"]?.values == [1])
    #expect(read["i"]?.values == [-2])
    #expect(read["l"]?.values == [-1])
    #expect(read["u"]?.values == [0, 255])
  }

  @Test(
    "malformed files are refused",
    arguments: [
      ([], "8"), ([1, 2, 3], "8"),
      (file("{}", claimed: 100), "claims 100"), (file("{}", claimed: 1 << 40), "at most"),
      (file("{}", claimed: -1), "at most"), (file("not json"), "JSON"), (file("[]"), "JSON"),
      (file("{\"__metadata__\":{\"a\":1}}"), "JSON"), (file("{}", data: 3), "belong to no tensor"),
      (file(#"{"a":{"dtype":"F32","shape":[1]}}"#, data: 4), "JSON"),
      (file(#"{"a":{"dtype":"F99","shape":[1],"data_offsets":[0,4]}}"#, data: 4), "F99"),
      (file(#"{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,4]}}"#, data: 4), "larger"),
      (file(#"{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,8]}}"#, data: 8), "needs 4"),
      (file(#"{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,8]}}"#, data: 4), "ends at"),
      (file(#"{"a":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}"#, data: 8), "begins at"),
      (file(#"{"a":{"dtype":"F32","shape":[1],"data_offsets":[-4,0]}}"#, data: 4), "begins at"),
      (file(#"{"a":{"dtype":"F32","shape":[0],"data_offsets":[0,-4]}}"#, data: 4), "offsets are 0 and -4"),
      (
        file(
          #"{"a":{"dtype":"U8","shape":[4],"data_offsets":[0,4]},"b":{"dtype":"U8","shape":[1],"data_offsets":[4,-9223372036854775808]}}"#,
          data: 4), "offsets are 4"
      ),
      (file(#"{"a":{"dtype":"F32","shape":[-1],"data_offsets":[0,4]}}"#, data: 4), "impossible"),
      (file(#"{"a":{"dtype":"F32","shape":[4294967296,4294967296],"data_offsets":[0,0]}}"#), "larger"),
      (file(#"{"a":{"dtype":"F32","shape":[1],"data_offsets":[0]}}"#, data: 4), "expected 2"),
      (
        file(
          #"{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"b":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}"#,
          data: 8), "begins at"
      ),
      (
        file(
          #"{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"a":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}"#,
          data: 8), ""
      ),
    ] as [([UInt8], String)])
  func malformed(bytes: [UInt8], text: String) {
    let error = #expect(throws: TensorFileError.self) {
      try Safetensors(bytes: bytes, file: "bad.safetensors")
    }
    #expect(error?.description.hasPrefix("bad.safetensors: ") == true)
    #expect(text.isEmpty || error?.description.contains(text) == true, "\(error?.description ?? "")")
  }

  @Test("a file cut anywhere, or with any byte of its header changed, is refused or read, never a trap")
  func damage() throws {
    let whole = Safetensors(
      tensors: [NamedTensor(name: "w", tensor: Tensor(shape: [3], values: [1, 2, 3]))], metadata: ["a": "b"]
    ).bytes()
    for count in whole.indices {
      #expect(throws: TensorFileError.self) {
        try Safetensors(bytes: Array(whole.prefix(count)), file: "cut")
      }
    }
    for i in 0..<(whole.count - 12) {
      for value: UInt8 in [0, 34, 45, 57, 91, 123, 255] {
        var bytes = whole
        bytes[i] = value
        _ = try? Safetensors(bytes: bytes, file: "changed")
      }
    }
  }

  @Test("a network survives its file; foreign files are refused by name of tensor")
  func networks() throws {
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let network = try seasoned(smallNetworks[3], seed: 30)
    let path = "\(folder)/net.safetensors"
    try network.save(to: path, metadata: ["note": "x"])
    let read = try Network.load(from: path)
    #expect(read.description == network.description)
    #expect(read.parameters.tensors() == network.parameters.tensors())
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == ["net.safetensors"])

    var contents = try Safetensors(contentsOf: path)
    let removed = contents.tensors.removeLast()
    #expect(throws: TensorFileError.missing(file: "f", tensor: removed.name, expected: removed.tensor.shape))
    {
      try read.parameters.restore(from: contents.tensors, file: "f")
    }
    contents.tensors.append(NamedTensor(name: removed.name, tensor: Tensor(shape: [1, 1], values: [0])))
    #expect(
      throws: TensorFileError.mismatch(
        file: "f", tensor: removed.name, expected: removed.tensor.shape, found: [1, 1])
    ) { try read.parameters.restore(from: contents.tensors, file: "f") }
    for odd in [Float.nan, .infinity] {
      contents.tensors[contents.tensors.count - 1] = NamedTensor(
        name: removed.name,
        tensor: Tensor(
          shape: removed.tensor.shape, values: removed.tensor.values.map { _ in odd }))
      #expect(throws: TensorFileError.notFinite(file: "f", tensor: removed.name)) {
        try read.parameters.restore(from: contents.tensors, file: "f")
      }
    }
    let variance = NamedTensor(
      name: "norm.running_var", tensor: Tensor(shape: [2], values: [1, -0.5]))
    var layout = ParameterLayout()
    _ = layout.addBuffer(variance.name, shape: [2])
    let normalised = Parameters(layout: layout)
    #expect(throws: TensorFileError.negativeVariance(file: "f", tensor: variance.name)) {
      try normalised.restore(from: [variance], file: "f")
    }
    #expect(read.parameters.tensors() == network.parameters.tensors())
    #expect(throws: TensorFileError.self) { try Network.load(from: "\(folder)/nothing.safetensors") }
    #expect(throws: TensorFileError.self) { try network.save(to: "\(folder)/no/such/folder") }
    try Safetensors(tensors: []).write(to: "\(folder)/empty.safetensors")
    #expect(throws: TensorFileError.description(file: "\(folder)/empty.safetensors", problem: "is missing")) {
      try Network.load(from: "\(folder)/empty.safetensors")
    }
  }

  @Test("a network adopts what fits of another board's: all but the layers of heads that see every point")
  func adoption() throws {
    func network(side: Int, blocks: Int = 1, seed: UInt64) throws -> Network {
      let description = NetworkDescription(
        planes: 2, rows: side, columns: side, torso: .residual(blocks: blocks, channels: 4),
        heads: .policyValue(actions: side * side + 1, valueRange: .tanh))
      return try seasoned(description, seed: seed)
    }
    let (other, adopting) = (try network(side: 3, seed: 1), try network(side: 5, blocks: 2, seed: 2))
    let (theirs, before) = (other.parameters.tensors(), adopting.parameters.tensors())
    let count = try adopting.parameters.adopt(from: theirs, file: "f")
    var adopted = 0
    for (old, new) in zip(before, adopting.parameters.tensors()) {
      let fitting = theirs.first { $0.name == old.name && $0.tensor.shape == old.tensor.shape }
      #expect(new == fitting ?? old)
      adopted += fitting == nil ? 0 : 1
      let isOther = ["block2", "policy.out", "value.dense1.weight"].contains { old.name.contains($0) }
      #expect((fitting == nil) == isOther, "\(old.name)")
    }
    #expect(count == adopted && count > 15)

    let after = adopting.parameters.tensors()
    let heads = theirs.filter { !$0.name.hasPrefix("torso") }
    let all = adopting.parameters.layout.tensorCount
    #expect(throws: TensorFileError.otherNetwork(file: "f", fitting: heads.count - 3, count: all)) {
      try adopting.parameters.adopt(from: heads, file: "f")
    }
    let odd = theirs.map { item in
      NamedTensor(
        name: item.name,
        tensor: Tensor(shape: item.tensor.shape, values: item.tensor.values.map { _ in .nan }))
    }
    #expect(throws: TensorFileError.notFinite(file: "f", tensor: theirs[0].name)) {
      try adopting.parameters.adopt(from: odd, file: "f")
    }
    #expect(adopting.parameters.tensors() == after)
  }
}
