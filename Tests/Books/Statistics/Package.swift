// swift-tools-version: 6.2
import PackageDescription

let package = Package(
  name: "Statistics",
  products: [.library(name: "Statistics", type: .dynamic, targets: ["Statistics"])],
  targets: [.target(name: "Statistics")],
  swiftLanguageModes: [.v6]
)
