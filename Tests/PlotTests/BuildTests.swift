import Testing
import Plot
@Test func builds() {}
