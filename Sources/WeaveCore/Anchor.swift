import CCMarkGFM
public func coreAnchor() -> Int32 { cmark_version() }
