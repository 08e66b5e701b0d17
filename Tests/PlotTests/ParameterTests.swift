import Foundation
import Plot
import Testing

/// What a reader moves. The steps that are asked for belong to the whole program: one test after the other.
@Suite(.serialized) struct ParameterTests {
  private func values<T>(_ steps: Range<Int>, _ value: () -> T) -> [T] {
    defer { Parameters.begin(asked: []) }
    return steps.map { step in
      Parameters.begin(asked: [step])
      return value()
    }
  }

  @Test func aStepIsTheDecimalThatItIsWrittenAs() {
    Parameters.begin(asked: [])
    #expect(parameter("得点", 2, in: -2...4, step: 0.1) == 2)
    #expect(Parameters.declared.map(\.steps) == [61])
    #expect(Parameters.declared.map(\.printed) == [40])
    let tenths = values(0..<61) { parameter("得点", 2, in: -2...4, step: 0.1) }
    #expect(tenths == (-20...40).map { Double("\($0)e-1")! })
    let thousandths = values(0..<101) { parameter("率", 0.05, in: 0...0.1, step: 0.001) }
    #expect(thousandths == (0...100).map { Double("\($0)e-3")! })
    #expect(values(0..<4) { parameter("歩", 0, in: -3...6, step: 3) } == [-3, 0, 3, 6])
  }

  @Test func aDoublingIsExactAndItsStepsAreEven() {
    let scales = values(0..<33) { parameter("倍率", 8, in: 0.5...128, perDoubling: 4) }
    for (step, scale) in scales.enumerated() {
      let exact = 0.5 * pow(2, Double(step) / 4)
      #expect(abs(scale / exact - 1) < 1e-15)
      if step % 4 == 0 { #expect(scale == exact) }
    }
    Parameters.begin(asked: [])
    #expect(parameter("倍率", 8, in: 0.5...128, perDoubling: 4) == 8)
    #expect(Parameters.declared[0].printed == 16 && Parameters.declared[0].steps == 33)
  }

  @Test func otherKindsTakeTheirSteps() {
    #expect(values(0..<4) { parameter("層", 2, in: 1...4) } == [1, 2, 3, 4])
    #expect(values(0..<2) { parameter("割る", true) } == [false, true])
    #expect(values(0..<2) { parameter("近さ", 0, of: ["内積", "コサイン"]) } == [0, 1])
  }

  @Test func valuesAreToldInWords() {
    defer { Parameters.begin(asked: []) }
    Parameters.begin(asked: [13, 5, 3, 1])
    _ = parameter("得点", 2, in: -2...4, step: 0.1)
    _ = parameter("倍率", 8, in: 0.5...128, perDoubling: 4)
    _ = parameter("層", 2, in: 1...4)
    _ = parameter("近さ", 0, of: ["内積", "コサイン"])
    #expect(Parameters.declared.map(\.text) == ["−0.7", "1.19", "4", "コサイン"])
  }

  @Test func whatIsNoStepIsRefused() async throws {
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = parameter("得点", 5, in: -2...4, step: 0.1)
    }
    #expect(
      String(decoding: try #require(result).standardErrorContent, as: UTF8.self).contains(
        "parameter “得点”: 5 is not on the way from −2 to 4 by 0.1"))
    await #expect(processExitsWith: .failure) { _ = parameter("得点", 2.05, in: -2...4, step: 0.1) }
    await #expect(processExitsWith: .failure) { _ = parameter("得点", 2, in: -2...4.05, step: 0.1) }
    await #expect(processExitsWith: .failure) { _ = parameter("得点", .nan, in: -2...4, step: 0.1) }
    await #expect(processExitsWith: .failure) { _ = parameter("得点", 0, in: 0...1, step: 0) }
    await #expect(processExitsWith: .failure) { _ = parameter("得点", 0, in: 0...1, step: 1e-5) }
    await #expect(processExitsWith: .failure) { _ = parameter("倍率", 3, in: 0.5...128, perDoubling: 4) }
    await #expect(processExitsWith: .failure) { _ = parameter("倍率", 1, in: 0...128, perDoubling: 4) }
    await #expect(processExitsWith: .failure) { _ = parameter("倍率", 1, in: 0.5...128, perDoubling: 3) }
    await #expect(processExitsWith: .failure) { _ = parameter("層", 9, in: 1...8) }
    await #expect(processExitsWith: .failure) { _ = parameter("近さ", 2, of: ["内積", "コサイン"]) }
    await #expect(processExitsWith: .failure) { _ = parameter("近さ", 0, of: ["内積"]) }
  }
}
