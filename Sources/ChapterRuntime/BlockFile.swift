internal import ChapterProtocol

#if canImport(Glibc)
  @preconcurrency import Glibc
#elseif canImport(Darwin)
  @preconcurrency import Darwin
#endif

/// A file for what one block prints.
enum BlockFile {
  /// An empty file without a name, to be written at its end; -1 where there is none to be had.
  static func make() -> Int32 {
    #if os(Linux)
      // MFD_NOEXEC_SEAL, on which some systems insist; kernels before 6.3 do not know it.
      var file = makeMemoryFile("output", 8)
      if file < 0 { file = makeMemoryFile("output", 0) }
    #else
      let name = "output-\(getpid())"
      let file = name.withCString { open($0, O_RDWR | O_CREAT | O_EXCL, 0o600) }
      unlink(name)
    #endif
    if file >= 0 { _ = fcntl(file, F_SETFL, O_APPEND) }
    return file
  }

  /// Sends the descriptor over a socket, with the block's index and the kind of file, four bytes each.
  static func hand(_ file: Int32, _ kind: ProgramFileKind, of block: Int, over socket: Int32) -> Bool {
    // What goes beside the bytes: a header and, from the next aligned place on, the descriptor.
    let start = MemoryLayout<cmsghdr>.stride
    let size = start + max(MemoryLayout<cmsghdr>.alignment, MemoryLayout<Int32>.size)
    let control = UnsafeMutableRawPointer.allocate(byteCount: size, alignment: MemoryLayout<cmsghdr>.alignment)
    defer { control.deallocate() }
    control.initializeMemory(as: UInt8.self, repeating: 0, count: size)
    var header = cmsghdr()
    header.cmsg_len = numericCast(start + MemoryLayout<Int32>.size)
    header.cmsg_level = SOL_SOCKET
    header.cmsg_type = 1  // SCM_RIGHTS
    control.storeBytes(of: header, as: cmsghdr.self)
    control.storeBytes(of: file, toByteOffset: start, as: Int32.self)
    var numbers = (Int32(block), kind.rawValue)
    return withUnsafeMutableBytes(of: &numbers) { bytes in
      var part = iovec(iov_base: bytes.baseAddress, iov_len: bytes.count)
      return withUnsafeMutablePointer(to: &part) { part in
        var message = msghdr()
        message.msg_iov = part
        message.msg_iovlen = 1
        message.msg_control = control
        message.msg_controllen = numericCast(size)
        while sendmsg(socket, &message, 0) != bytes.count {
          // Too many descriptors are on their way: the receiver is after.
          if errno == ETOOMANYREFS { usleep(1000) } else if errno != EINTR { return false }
        }
        return true
      }
    }
  }
}

#if os(Linux)
  @_silgen_name("memfd_create") private func makeMemoryFile(_ name: UnsafePointer<CChar>, _ flags: UInt32) -> Int32
#endif
