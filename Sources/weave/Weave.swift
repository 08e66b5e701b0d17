import ArgumentParser
import WeaveCore
@main struct Weave: AsyncParsableCommand { func run() async throws { _ = Diagnostic.Severity.error } }
