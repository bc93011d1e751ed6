/// The version of the program.
public enum SelfPlayVersion {
  public static let text = "0.1.0"
}
