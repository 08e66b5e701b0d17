public func plotAnchor() {}
