import Foundation

/// A seccomp filter for chapters' programs: calls to the kernel by which a program gets at what no namespace holds
/// apart (keyrings, the machine's own sockets, other processes' memory), or that widen what of the kernel it can
/// attack. They fail as if the kernel did not have them. Everything else is left alone.
enum SystemCallFilter {
  /// The program of the kernel's filter language that bubblewrap is handed; nil on machines whose numbers are not
  /// known here.
  static let bytes: [UInt8]? = calls.map { assemble($0).flatMap(\.bytes) }

  private struct Calls {
    /// As the kernel names the machine: `AUDIT_ARCH_…`.
    var machine: UInt32
    var refused: [UInt32]
    var socket: UInt32
    var clone: UInt32
    var clone3: UInt32
  }

  #if arch(x86_64)
    private static let calls: Calls? = Calls(
      machine: 0xc000_003e,
      refused: [
        248, 249, 250,  // add_key, request_key, keyctl
        101, 311, 438, 312,  // ptrace, process_vm_writev, pidfd_getfd, kcmp
        425, 426, 427, 323, 321, 298,  // io_uring_setup, _enter, _register, userfaultfd, bpf, perf_event_open
        272, 308, 165, 166, 155, 428, 429, 430, 431, 432, 433, 442,  // unshare, setns, mount … mount_setattr
        29, 30, 64, 68, 240, 447,  // shmget, shmat, semget, msgget, mq_open, memfd_secret
        304, 246, 320, 175, 313, 176,  // open_by_handle_at, kexec_*, *_module
      ],
      socket: 41, clone: 56, clone3: 435)
  #elseif arch(arm64)
    private static let calls: Calls? = Calls(
      machine: 0xc000_00b7,
      refused: [
        217, 218, 219, 117, 271, 438, 272, 425, 426, 427, 282, 280, 241, 97, 268, 40, 39, 41, 428, 429, 430, 431, 432,
        433, 442, 194, 196, 190,
        186, 180, 447, 265, 104, 294, 105, 273, 106,
      ],
      socket: 198, clone: 220, clone3: 435)
  #else
    private static let calls: Calls? = nil
  #endif

  /// One instruction: `struct sock_filter`.
  private struct Instruction {
    var code: UInt16
    var ifTrue: UInt8 = 0
    var ifFalse: UInt8 = 0
    var operand: UInt32

    var bytes: [UInt8] {
      [UInt8(truncatingIfNeeded: code), UInt8(truncatingIfNeeded: code >> 8), ifTrue, ifFalse]
        + (0..<4).map { UInt8(truncatingIfNeeded: operand >> (8 * $0)) }
    }

    /// Loads a word of `struct seccomp_data`: the call's number at 0, the machine at 4, the first argument at 16.
    static func load(_ offset: UInt32) -> Instruction { Instruction(code: 0x20, operand: offset) }
    /// Skips instructions where the word is equal, or is not.
    static func equal(_ value: UInt32, skip: UInt8 = 0, otherwise: UInt8 = 0) -> Instruction {
      Instruction(code: 0x15, ifTrue: skip, ifFalse: otherwise, operand: value)
    }
    static func atLeast(_ value: UInt32, otherwise: UInt8) -> Instruction {
      Instruction(code: 0x35, ifFalse: otherwise, operand: value)
    }
    static func anyBit(_ mask: UInt32, otherwise: UInt8) -> Instruction {
      Instruction(code: 0x45, ifFalse: otherwise, operand: mask)
    }
    static func end(_ action: UInt32) -> Instruction { Instruction(code: 0x06, operand: action) }
  }

  private static let allow: UInt32 = 0x7fff_0000
  private static let kill: UInt32 = 0x8000_0000
  private static func fail(_ error: Int32) -> UInt32 { 0x0005_0000 | UInt32(error) }
  /// `CLONE_NEWNS` … `CLONE_NEWNET`.
  private static let namespaces: UInt32 = 0x7e02_0000

  private static func assemble(_ calls: Calls) -> [Instruction] {
    var program: [Instruction] = [
      .load(4), .equal(calls.machine, skip: 1), .end(kill), .load(0),
      // Numbers of another way to call the same kernel (x32).
      .atLeast(0x4000_0000, otherwise: 1), .end(fail(ENOSYS)),
    ]
    for call in calls.refused { program += [.equal(call, otherwise: 1), .end(fail(EPERM))] }
    // Its flags stand in memory, where no filter looks: the C library takes `clone` instead.
    program += [.equal(calls.clone3, otherwise: 1), .end(fail(ENOSYS))]
    program += [
      .equal(calls.clone, otherwise: 4), .load(16), .anyBit(namespaces, otherwise: 1), .end(fail(EPERM)), .end(allow),
    ]
    program += [
      .equal(calls.socket, otherwise: 4), .load(16), .equal(UInt32(AF_UNIX), skip: 1), .end(fail(EAFNOSUPPORT)),
      .end(allow),
    ]
    return program + [.end(allow)]
  }
}
