import ArgumentParser

@main
struct SelfPlay: ParsableCommand {
  static let configuration = CommandConfiguration(commandName: "selfplay")
}
