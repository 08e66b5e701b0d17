public func kernelAnchor() {}
