extension ScreenArcade: Pictured {
  /// The screen as a console shows it, 160 x 210 pixels.
  public func picture(of state: State) -> Picture {
    let canvas = canvas(of: state)
    return Picture(
      width: ScreenCanvas.width, height: ScreenCanvas.height,
      palette: (0..<ScreenPalette.count).map { rules.palette[$0] },
      pixels: canvas.pixels.indices.map { canvas.pixels[$0] })
  }

  /// A step's frames at 60 a second.
  public var secondsPerPicture: Double { Double(options.actionRepeat) / 60 }
}
