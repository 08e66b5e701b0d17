// swift-tools-version: 6.2
import PackageDescription

// The kernel's inner loops are fused multiply-adds. Below x86-64-v3 each of them is a library call:
// the same bits, some hundred times slower. `WEAVE_MARCH` raises or lowers the level.
#if arch(x86_64)
  let level = Context.environment["WEAVE_MARCH"] ?? "x86-64-v3"
  let kernelSwift: [SwiftSetting] = [.unsafeFlags(["-Xcc", "-march=\(level)"])]
  let kernelC: [CSetting] = [.unsafeFlags(["-march=\(level)"])]
#else
  let kernelSwift: [SwiftSetting] = []
  let kernelC: [CSetting] = []
#endif

// Where nothing is computed that anybody waits for, the optimiser's own time is all that it changes.
let unoptimised: [SwiftSetting] = [.unsafeFlags(["-Onone"], .when(configuration: .release))]

// The tool's modules and Plot are optimised each by itself: across their borders as well would take half as long again
// to compile, and no edit of the book gains by it.
let tool: [SwiftSetting] = [.unsafeFlags(["-disable-cmo"], .when(configuration: .release))]

let package = Package(
  name: "PruningGeometry",
  platforms: [.macOS(.v26)],
  products: [
    .executable(name: "weave", targets: ["weave"]),
    // What every chapter's program links: built once, optimised, loaded by every chapter.
    .library(name: "ChapterKit", type: .dynamic, targets: ["Plot", "ChapterRuntime"]),
    // What this book's chapters import besides, as its book.yml says.
    .library(name: "Kernel", type: .dynamic, targets: ["Kernel"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.0"),
    .package(url: "https://github.com/jpsim/Yams", from: "6.2.0"),
    .package(url: "https://github.com/hummingbird-project/swift-mustache", from: "2.1.0"),
    .package(url: "https://github.com/swiftlang/swift-subprocess", from: "1.0.0"),
    .package(url: "https://github.com/swhitty/FlyingFox", from: "0.27.1"),
  ],
  targets: [
    .systemLibrary(
      name: "CCMarkGFM", pkgConfig: "libcmark-gfm",
      providers: [
        .apt(["libcmark-gfm-dev", "libcmark-gfm-extensions-dev"]), .brew(["cmark-gfm"]),
      ]),
    .systemLibrary(name: "CZlib", providers: [.apt(["zlib1g-dev"]), .brew(["zlib"])]),
    .target(name: "CVector", cSettings: kernelC),
    // The checks of arguments that Kernel and Plot share.
    .target(name: "Requirements"),
    .target(
      name: "Kernel", dependencies: ["CVector", "Requirements"], exclude: ["Learning/OpticalDigits-LICENSE.txt"],
      swiftSettings: kernelSwift),
    .target(name: "Plot", dependencies: ["Requirements"], swiftSettings: kernelSwift + tool),
    // What a chapter's program and the tool agree on: records, their seals, exit codes.
    .target(name: "ChapterProtocol"),
    .target(name: "ChapterRuntime", dependencies: ["ChapterProtocol", "Plot"]),
    // Style sheets, scripts and the page's template, embedded.
    .target(name: "WeaveResources", exclude: ["book", "page", "epub", "figures", "preview", "typeset.js"]),
    // The tool, in the order in which data passes through it; each target sees those above it, never one below.
    .target(
      name: "WeaveSupport",
      dependencies: ["WeaveResources", .product(name: "Subprocess", package: "swift-subprocess")],
      swiftSettings: tool),
    .target(name: "WeaveModel", dependencies: ["WeaveSupport"], swiftSettings: tool),
    .target(
      name: "WeaveParse",
      dependencies: ["CCMarkGFM", "WeaveModel", "WeaveSupport", .product(name: "Yams", package: "Yams")],
      swiftSettings: tool),
    .target(
      name: "WeaveRun",
      dependencies: [
        "ChapterProtocol", "WeaveModel", "WeaveSupport", .product(name: "Subprocess", package: "swift-subprocess"),
      ],
      swiftSettings: tool),
    .target(name: "WeaveVerify", dependencies: ["WeaveModel", "WeaveParse", "WeaveSupport"], swiftSettings: tool),
    .target(
      name: "WeaveRender",
      dependencies: [
        "CZlib", "WeaveModel", "WeaveParse", "WeaveSupport", .product(name: "Mustache", package: "swift-mustache"),
      ],
      swiftSettings: tool),
    .target(
      name: "WeaveBuild",
      dependencies: [
        "WeaveModel", "WeaveParse", "WeaveRender", "WeaveRun", "WeaveSupport", "WeaveVerify",
        .product(name: "FlyingSocks", package: "FlyingFox"),
      ],
      swiftSettings: tool),
    .executableTarget(
      name: "weave",
      dependencies: [
        "Plot", "WeaveBuild", .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ],
      swiftSettings: unoptimised,
      linkerSettings: [
        // One file in place of fifteen: the loader takes half the time, which every edit pays.
        .unsafeFlags(
          ["-static-stdlib", "-use-ld=lld"]
            + ["FoundationICU", "FoundationCShims", "FoundationCollections"].map { "-l_\($0)" }
            + ["-lCoreFoundation"],
          .when(platforms: [.linux], configuration: .release))
      ]),
    // Times the kernel beside the machine's peak and beside other libraries; nothing links it.
    .executableTarget(
      name: "kernel-bench", dependencies: ["Kernel", "CVector"], path: "Sources/KernelBench", swiftSettings: kernelSwift
    ),
    // Reads, verifies and renders damaged books, in processes of its own that may crash.
    .executableTarget(
      name: "weave-fuzz", dependencies: ["ChapterProtocol", "WeaveBuild"], path: "Tests/Fuzz",
      swiftSettings: unoptimised),
    .testTarget(
      name: "KernelTests", dependencies: ["Kernel"], resources: [.copy("Fixtures")],
      swiftSettings: kernelSwift + unoptimised),
    .testTarget(name: "PlotTests", dependencies: ["Plot", "WeaveRender"], swiftSettings: unoptimised),
    .testTarget(
      name: "WeaveTests", dependencies: ["ChapterProtocol", "WeaveBuild"], exclude: ["Cases"],
      swiftSettings: unoptimised),
    .testTarget(
      name: "BookTests", dependencies: ["WeaveBuild"], exclude: ["figures.mjs"], swiftSettings: unoptimised),
    // What holds of the repository itself: folders without circles, documentation, format.
    .testTarget(
      name: "RepositoryTests", dependencies: ["Kernel", "Plot", "ChapterRuntime"], swiftSettings: unoptimised),
    // The woven pages in a real browser.
    .testTarget(name: "BrowserTests", path: "Tests/Browser", exclude: ["requirements.txt"], swiftSettings: unoptimised),
  ],
  swiftLanguageModes: [.v6]
)
