import Testing
import Kernel
@Test func builds() {}
