import Environments

extension AnyGame {
  /// Keys: `map`, `step_limit`.
  static func taxi(from section: ConfigurationSection) throws -> Taxi {
    let drawing = try section.text("map", default: TaxiMap.standardDrawing)
    let map = try explain(section, "map") { try TaxiMap(drawing) }
    let limit = try section.integer("step_limit", default: 200, in: 0...Int(UInt32.max))
    return try Taxi(map: map, stepLimit: limit == 0 ? nil : limit)
  }
}
