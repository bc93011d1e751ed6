extension ScreenArcade {
  public func observe(_ state: State, into planes: inout MutableSpan<Float>) {
    switch options.observation {
    case .screen: observePictures(of: state, into: &planes)
    case .features:
      let features = features(of: state)
      for index in 0..<features.count { planes[index] = features[index] }
    }
  }

  /// What the features of the newest frame are, whatever `observe` writes.
  public func features(of state: State) -> ScreenFeatures {
    var features = ScreenFeatures()
    rules.writeFeatures(of: state.moments[0].board, tally: state.tally, to: &features)
    return features
  }

  /// The newest frame in colour.
  public func canvas(of state: State) -> ScreenCanvas {
    canvas(of: state.moments[0])
  }

  private func observePictures(of state: State, into planes: inout MutableSpan<Float>) {
    var picture = ScreenPicture()
    for step in 0..<4 {
      // Drawn anew: a fresh canvas is cleared in one go.
      let frame = canvas(of: state.moments[2 * step])
      let frameBefore = canvas(of: state.moments[2 * step + 1])
      picture.show(frame, frameBefore, tables)
      picture.write(plane: step, hasPrevious: step > 0, tables, into: &planes)
    }
  }

  private func canvas(of moment: Moment) -> ScreenCanvas {
    var canvas = ScreenCanvas()
    rules.draw(moment.board, tally: moment.tally, onto: &canvas)
    return canvas
  }
}
