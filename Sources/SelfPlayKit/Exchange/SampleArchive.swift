import Environments
import Foundation
import Replay

/// Recorded games as a NumPy archive (.npz): every position with what was observed, done, found and gained.
///
/// Arrays of N positions, game after game, in the order they were played:
///
/// | name | type and shape | meaning |
/// |---|---|---|
/// | `observations` | float32 [N, planes, rows, columns] | the position as the player to move sees it |
/// | `legal` | bool [N, actions] | the legal actions |
/// | `actions` | int32 [N] | the action taken |
/// | `rewards` | float32 [N] | what it brought the player who took it |
/// | `players` | int8 [N] | who took it: 0 the first player, 1 the second |
/// | `terminated`, `truncated` | bool [N] | whether the episode ended there, or was cut off |
/// | `policies` | float32 [N, actions] | what the search found, adding up to 1; 0 without a search |
/// | `full` | bool [N] | whether the search had its whole budget, so that its policy is a target |
/// | `values` | float32 [N] | the search's value for the player to move; NaN without a search |
/// | `returns` | float32 [N] | the discounted return for the player to move; NaN where the end is not known |
/// | `games`, `plies` | int32 [N] | the number of the game, and of the position in it, both from 0 |
///
/// and of G games:
///
/// | name | type and shape | meaning |
/// |---|---|---|
/// | `starts` | int64 [G + 1] | where each game begins in the arrays above; the last one is N |
/// | `final_observations` | float32 [G, planes, rows, columns] | the position after the last action |
/// | `final_values` | float32 [G] | its value for the player to move; NaN where it was not judged |
/// | `names` | text [G, players] | who played |
/// | `game` | text [] | the game's id |
public enum SampleArchive {
  /// Writes the archive. Reads the games several times, and keeps only a few numbers of each position in memory.
  ///
  /// Throws what reading throws, `ReplayError` for a game that does not follow from its rules, and `ExchangeError`
  /// for games of different kinds.
  static func write(_ source: GameSource, to file: FileHandle) throws -> ExchangeSummary {
    var source = source
    let layout = try SampleLayout(&source)
    var archive = ZipWriter(file)
    for column in SampleColumn.allCases {
      try archive.begin(column.rawValue + ".npy")
      try archive.append(NumPyArray.header(column.type, shape: column.shape(in: layout)))
      try source.forEach { _, record, definition in
        let values = try definition.game.visit(SampleReplayer(record, rules: definition, column: column))
        try archive.append(values)
      }
    }
    var table = SampleTable()
    try source.forEach { _, record, definition in try table.append(record, definition) }
    try table.write(to: &archive)
    try archive.finish()
    return ExchangeSummary(games: layout.games, positions: layout.positions)
  }
}
