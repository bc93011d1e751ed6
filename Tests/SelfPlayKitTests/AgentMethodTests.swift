import Learning
import SelfPlayKit
import Testing

@Suite("the methods of learners that have several")
struct AgentMethodTests {
  private static let table = """
    kind = "tabular"
    game = "frozenlake8"
    method = "dyna"
    budget.steps = 1
    [learning]
    discount = 0.9
    learning_rate = 0.5
    final_learning_rate = 0.1
    initial_value = 1.0
    lanes = 2
    steps_per_iteration = 10
    planning_updates = 3
    [exploration]
    start = 0.5
    """

  private static let policy = """
    kind = "policy_gradient"
    game = "minatar-asterix"
    method = "ppo"
    budget.steps = 1
    network.torso = "mlp"
    [learning]
    horizon = 16
    epochs = 3
    minibatch_size = 32
    clip = 0.1
    """

  private func definition(_ text: String, setting settings: [String] = []) throws -> AgentDefinition {
    var document = try ConfigurationDocument(text: text, origin: .file("agent.toml"))
    for setting in settings { try document.set(setting) }
    return try AgentDefinition(from: document.root)
  }

  private func message(_ text: String, _ settings: String...) -> String {
    do { _ = try definition(text, setting: settings) } catch { return "\(error)" }
    return "no error"
  }

  @Test("a table's method can be set alone", arguments: TabularParameters.Method.allCases)
  func tables(method: TabularParameters.Method) throws {
    let found = try definition(Self.table, setting: ["method=\(method.rawValue)"])
    guard case .tabular(let parameters) = found.learner else {
      Issue.record("not a table")
      return
    }
    #expect(parameters.method == method && parameters.discount == 0.9)
  }

  @Test("a policy gradient's method can be set alone, and does not take up what is for others")
  func policyGradients() throws {
    for (method, horizon, epochs, minibatch) in [
      ("ppo", 16, 3, 32), ("a2c", 16, 1, 0), ("reinforce", 1, 1, 0),
    ] {
      let found = try definition(Self.policy, setting: ["method=\(method)"])
      guard case .policyGradient(let parameters) = found.learner else {
        Issue.record("not a policy gradient")
        continue
      }
      #expect(parameters.method.rawValue == method)
      #expect(parameters.horizon == horizon && parameters.epochs == epochs, "\(method)")
      #expect(parameters.minibatchSize == minibatch, "\(method)")
    }
  }

  @Test("keys that are for another method are checked all the same")
  func unusedKeys() {
    #expect(
      message(Self.table, "method=value_iteration", "exploration.start=2")
        == "--set exploration.start=2: exploration.start: 2.0 is out of range; choose a value from 0.0 to 1.0"
    )
    #expect(
      message(Self.table, "method=q_learning", "learning.planning_updates=many")
        .contains("learning.planning_updates: expected an integer"))
    #expect(
      message(Self.policy, "method=a2c", "learning.clip=2").contains("learning.clip: 2.0 is out of range"))
    #expect(message(Self.policy, "method=reinforce", "learning.horizon=0").contains("0 is out of range"))
  }

  @Test("keys of no method are refused, with the argument that wrote them")
  func unknownKeys() {
    let value = "method=value_iteration"
    #expect(
      message(Self.table, value, "exploration.stat=1")
        == "--set exploration.stat=1: exploration.stat: unknown key; did you mean 'start'?")
    #expect(
      message(Self.table, value, "explorations.start=1")
        == "--set explorations.start=1: explorations: unknown key; did you mean 'exploration'?")
    #expect(
      message(Self.policy, "method=a2c", "learning.epoch=1").hasPrefix(
        "--set learning.epoch=1: learning.epoch: "))
    #expect(
      message(Self.table + "\nstop = 1\n", value).hasPrefix("agent.toml: exploration.stop: unknown key"))
  }

  @Test("a perceptron without layers is refused by its key")
  func noLayers() {
    #expect(
      message(Self.policy, "network.hidden=[]")
        == "--set network.hidden=[]: network.hidden: there is no layer; write the units of one or more, "
        + "such as [64, 64]")
  }
}
