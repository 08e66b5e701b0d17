/// The environment, not the book, stops the work: a missing program, a folder that cannot be written.
package struct EnvironmentError: Error, Sendable, CustomStringConvertible {
  package let description: String
  package init(_ description: String) { self.description = description }
}
