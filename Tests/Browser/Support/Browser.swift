import Foundation

/// A Chromium without a window, driven through its WebDriver.
struct Browser: Sendable {
  struct Fault: Error, CustomStringConvertible {
    var description: String
  }

  private let session: URL

  /// A browser of its own for `work`; at most two run at once. `requests()` answers only where they are recorded, which
  /// slows a page down.
  static func with<T: Sendable>(recordingRequests: Bool = false, _ work: @Sendable (Browser) async throws -> T)
    async throws -> T
  {
    await Turnstile.shared.enter()
    defer { Task { await Turnstile.shared.leave() } }
    let driver = try await Driver.start()
    defer { driver.stop() }
    let browser = try await Browser(driver, recordingRequests)
    do {
      let result = try await work(browser)
      try await browser.close()
      return result
    } catch {
      try? await browser.close()
      throw error
    }
  }

  private init(_ driver: Driver, _ recordingRequests: Bool) async throws {
    // As root Chromium refuses to start with its sandbox.
    let arguments = ["--headless=new", "--disable-gpu", "--hide-scrollbars"] + (getuid() == 0 ? ["--no-sandbox"] : [])
    let wishes: [String: Any] = [
      "goog:chromeOptions": ["args": arguments],
      "goog:loggingPrefs": ["browser": "ALL", "performance": recordingRequests ? "ALL" : "OFF"],
      "timeouts": ["script": 600_000, "pageLoad": 600_000],
    ]
    let body = try JSONSerialization.data(withJSONObject: ["capabilities": ["alwaysMatch": wishes]])
    struct Session: Decodable { var sessionId: String }
    let made: Session = try await Self.send("POST", driver.address.appending(path: "session"), body)
    session = driver.address.appending(path: "session/\(made.sessionId)")
  }

  // MARK: What a reader does

  func open(_ address: String) async throws {
    let _: Nothing = try await post("url", ["url": address])
  }

  func open(_ page: Book.Page, fragment: String = "") async throws {
    try await open(page.address + (fragment.isEmpty ? "" : "#" + fragment))
  }

  /// A window of this size; a phone's has touch and no mouse.
  func resize(_ width: Int, _ height: Int, phone: Bool = false) async throws {
    try await tool(
      "Emulation.setDeviceMetricsOverride", ["width": width, "height": height, "deviceScaleFactor": 1, "mobile": phone])
    try await tool("Emulation.setTouchEmulationEnabled", ["enabled": phone])
  }

  func prefer(dark: Bool) async throws {
    try await tool(
      "Emulation.setEmulatedMedia", ["features": [["name": "prefers-color-scheme", "value": dark ? "dark" : "light"]]])
  }

  func disableScripts(_ disabled: Bool) async throws {
    try await tool("Emulation.setScriptExecutionDisabled", ["value": disabled])
  }

  /// One key by its name in the DOM.
  func press(_ key: String) async throws {
    let codes = ["Tab": 9, "Enter": 13, "Escape": 27, "ArrowLeft": 37, "ArrowRight": 39, "ArrowDown": 40, "/": 191]
    let text = key == "Enter" ? "\r" : key.count == 1 ? key : ""
    var event: [String: Any] = [
      "type": text.isEmpty ? "rawKeyDown" : "keyDown", "key": key, "windowsVirtualKeyCode": codes[key] ?? 0,
    ]
    if !text.isEmpty { event["text"] = text }
    try await tool("Input.dispatchKeyEvent", event)
    try await tool("Input.dispatchKeyEvent", ["type": "keyUp", "key": key, "windowsVirtualKeyCode": codes[key] ?? 0])
  }

  // MARK: What the page says

  /// The value of `return …` in the page.
  func value<T: Decodable & Sendable>(_ script: String, _ arguments: [String] = []) async throws -> T {
    try await post("execute/sync", ["script": script, "args": arguments])
  }

  func run(_ script: String, _ arguments: [String] = []) async throws {
    let _: Nothing = try await post("execute/sync", ["script": script, "args": arguments])
  }

  /// The value of the promise that `script` is the body of.
  func awaited<T: Decodable & Sendable>(_ script: String, _ arguments: [String] = []) async throws -> T {
    let body = """
      const done = arguments[arguments.length - 1], given = [...arguments].slice(0, -1);
      (async (...arguments) => { \(script) })(...given).then((value) => done({ value }), (error) => done({ fault: String(error) }));
      """
    let settled: Settled<T> = try await post("execute/async", ["script": body, "args": arguments])
    guard let value = settled.value else { throw Fault(description: settled.fault ?? "the script gave no value") }
    return value
  }

  /// Messages on the console since the last call.
  func messages() async throws -> [String] {
    struct Entry: Decodable, Sendable { var message: String }
    let entries: [Entry] = try await post("se/log", ["type": "browser"])
    return entries.map(\.message)
  }

  /// Addresses asked for since the last call, by a browser that records them.
  func requests() async throws -> [String] {
    struct Entry: Decodable, Sendable { var message: String }
    struct Event: Decodable {
      struct Message: Decodable {
        struct Parameters: Decodable {
          struct Request: Decodable { var url: String }
          var request: Request?
        }
        var method: String
        var params: Parameters
      }
      var message: Message
    }
    let entries: [Entry] = try await post("se/log", ["type": "performance"])
    return try entries.compactMap { entry in
      guard entry.message.contains("Network.requestWillBeSent\"") else { return nil }
      return try JSONDecoder().decode(Event.self, from: Data(entry.message.utf8)).message.params.request?.url
    }
  }

  // MARK: The wire

  func tool(_ command: String, _ parameters: [String: Any]) async throws {
    let _: Nothing = try await post("goog/cdp/execute", ["cmd": command, "params": parameters])
  }

  private func close() async throws {
    let _: Nothing = try await Self.send("DELETE", session, nil)
  }

  private func post<T: Decodable & Sendable>(_ path: String, _ body: [String: Any]) async throws -> T {
    try await Self.send("POST", session.appending(path: path), try JSONSerialization.data(withJSONObject: body))
  }

  private struct Settled<T: Decodable & Sendable>: Decodable, Sendable {
    var value: T?
    var fault: String?
  }
  /// An answer that is not looked at.
  private struct Nothing: Decodable, Sendable { init(from decoder: any Decoder) {} }
  private struct Reply<T: Decodable>: Decodable { var value: T }
  private struct Refusal: Decodable {
    struct Value: Decodable {
      var error: String
      var message: String
    }
    var value: Value
  }

  private static func send<T: Decodable & Sendable>(_ method: String, _ address: URL, _ body: Data?) async throws -> T {
    // Foundation's own client refuses the driver's headers on Linux.
    let process = Process()
    let (input, output) = (Pipe(), Pipe())
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments =
      ["curl", "--silent", "--show-error", "--max-time", "660", "--request", method, "--write-out", "\n%{http_code}"]
      + (body == nil ? [] : ["--header", "Content-Type: application/json", "--data-binary", "@-"]) + [
        address.absoluteString
      ]
    process.standardInput = input
    process.standardOutput = output
    try process.run()
    if let body { try input.fileHandleForWriting.write(contentsOf: body) }
    try input.fileHandleForWriting.close()
    let answer = output.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    let end = answer.lastIndex(of: 10) ?? answer.startIndex
    let data = Data(answer[..<end])
    guard answer[end...].dropFirst().elementsEqual("200".utf8) else {
      let refusal = try? JSONDecoder().decode(Refusal.self, from: data).value
      throw Fault(
        description:
          "\(address.lastPathComponent): \(refusal.map { "\($0.error): \($0.message.prefix(400))" } ?? "no answer")")
    }
    return try JSONDecoder().decode(Reply<T>.self, from: data).value
  }
}

/// Two browsers at once, one for each core of a small machine.
private actor Turnstile {
  static let shared = Turnstile()
  private var free = 2
  private var waiting: [CheckedContinuation<Void, Never>] = []

  func enter() async {
    if free > 0 { free -= 1 } else { await withCheckedContinuation { waiting.append($0) } }
  }

  func leave() {
    if waiting.isEmpty { free += 1 } else { waiting.removeFirst().resume() }
  }
}
