import WeaveSupport

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// A process and all that descend from it, as `/proc` tells them; where there is none, nothing is counted.
struct ProcessTree {
  /// Threads of all of them: the kernel's limit counts these.
  private(set) var threads = 0
  /// Memory that is held, shared pages counted for each.
  private(set) var residentBytes = 0
  /// Processor time of all of them, and of those that have ended and were waited for.
  private(set) var processorSeconds = 0.0

  /// - Parameter walls: of the first so many generations only the time is counted.
  init(root: pid_t, walls: Int) {
    var generation = [root]
    var depth = 0
    // Deeper than this the tree is counted long ago.
    while !generation.isEmpty, depth < 4096, threads < 4096 {
      var next: [pid_t] = []
      for process in generation {
        let tasks = Self.numbers(inFolder: "/proc/\(process)/task")
        for task in tasks { next += Self.numbers(Self.text("/proc/\(process)/task/\(task)/children")) }
        processorSeconds += Self.processorSeconds(process)
        guard depth >= walls else { continue }
        threads += max(1, tasks.count)
        if let pages = Self.numbers(Self.text("/proc/\(process)/statm")).dropFirst().first {
          residentBytes += Int(pages) * Self.pageSize
        }
      }
      generation = next
      depth += 1
    }
  }

  /// A process's own time and that of the children it waited for, for its program and in the kernel.
  private static func processorSeconds(_ process: pid_t) -> Double {
    let text = text("/proc/\(process)/stat")
    // The program's name, in parentheses, may hold anything.
    guard let name = text.utf8.lastIndex(of: UInt8(ascii: ")")) else { return 0 }
    let ticks = text[name...].split(separator: " ").dropFirst(12).prefix(4).compactMap { Double($0) }
    return ticks.reduce(0, +) / ticksPerSecond
  }

  private static let ticksPerSecond = Double(sysconf(Int32(_SC_CLK_TCK)))

  private static let pageSize = Int(sysconf(Int32(_SC_PAGESIZE)))

  private static func numbers(_ text: String) -> [pid_t] { text.split(separator: " ").compactMap { pid_t($0) } }

  private static func numbers(inFolder path: String) -> [pid_t] {
    guard let folder = opendir(path) else { return [] }
    defer { closedir(folder) }
    var found: [pid_t] = []
    while let entry = readdir(folder) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) {
        $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      if let number = pid_t(name) { found.append(number) }
    }
    return found
  }

  private static func text(_ path: String) -> String {
    let file = open(path, O_RDONLY | O_CLOEXEC)
    guard file >= 0 else { return "" }
    defer { close(file) }
    var buffer = [UInt8](repeating: 0, count: 8192)
    let count = read(file, &buffer, buffer.count)
    return count > 0 ? String(decoding: buffer[..<count], as: UTF8.self) : ""
  }

  /// Ends every process of a user that only one program has.
  static func end(user: Int) {
    // Whoever forks meanwhile is met in the next round.
    for _ in 0..<100 {
      let left = numbers(inFolder: "/proc").filter { process in
        var status = stat()
        guard stat("/proc/\(process)", &status) == 0, status.st_uid == uid_t(user) else { return false }
        return !text("/proc/\(process)/stat").contains(") Z ")
      }
      if left.isEmpty { return }
      for process in left { kill(process, SIGKILL) }
      usleep(1000)
    }
  }
}
