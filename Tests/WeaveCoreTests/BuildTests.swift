import Testing
import WeaveCore
@Test func builds() {}
