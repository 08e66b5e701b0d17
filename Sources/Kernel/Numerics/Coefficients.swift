// Written by Tests/KernelTests/Fixtures/coefficients.py; change that, not this.

/// 1/ln 2.
let inverseLn2 = 0x1.71547652b82fep0

/// The upper 41 bits of ln 2: its product with an integer below 2¹² is exact.
let ln2High = 0x1.62e42fefa3000p-1

/// The rest of ln 2.
let ln2Low = 0x1.3de6af278ece6p-42

/// 2/π.
let twoOverPi = 0x1.45f306dc9c883p-1

/// π/2 in four parts; products of the first three with integers below 2²⁰ are exact.
let halfPi1 = 0x1.921fb54400000p0

/// The second part of π/2.
let halfPi2 = 0x1.0b4611a600000p-34

/// The third part of π/2.
let halfPi3 = 0x1.3198a2e000000p-69

/// The fourth part of π/2.
let halfPi4 = 0x1.b839a252049c1p-104

/// 2π.
let twoPi = 0x1.921fb54442d18p2

/// π/2.
let halfPi = 0x1.921fb54442d18p0

/// The upper 26 bits of π/2: its product with a number of 27 bits is exact.
let halfPiHigh = 0x1.921fb50000000p0

/// The rest of π/2.
let halfPiLow = 0x1.110b4611a6263p-26

/// (eʳ − 1 − r)/r² for |r| ≤ ½ ln 2.
/// Error 6.1e-18 of the largest value.
@inline(__always)
func expTail(_ r: Double) -> Double {
  var p = 0x1.61bfbf339abc9p-33
  p = p * r + 0x1.1f7f3b37e9a58p-29
  p = p * r + 0x1.ae642c777eecbp-26
  p = p * r + 0x1.27e4d40eb84dfp-22
  p = p * r + 0x1.71de3a5aa9dc9p-19
  p = p * r + 0x1.a01a01a9ed901p-16
  p = p * r + 0x1.a01a01a0196a7p-13
  p = p * r + 0x1.6c16c16c15a5fp-10
  p = p * r + 0x1.1111111111111p-7
  p = p * r + 0x1.5555555555557p-5
  p = p * r + 0x1.5555555555555p-3
  p = p * r + 0x1.0000000000000p-1
  return p
}

/// (ln((1+s)/(1−s))/s − 2)/z with z = s² ≤ (3−2√2)².
/// Error 5.4e-17 of the largest value.
@inline(__always)
func logTail(_ z: Double) -> Double {
  var p = 0x1.0c044cdf70a2bp-3
  p = p * z + 0x1.0fbe84f4008f4p-3
  p = p * z + 0x1.3b1c35fc0112dp-3
  p = p * z + 0x1.745cf90195e1ap-3
  p = p * z + 0x1.c71c720160349p-3
  p = p * z + 0x1.2492492476c8bp-2
  p = p * z + 0x1.9999999999a38p-2
  p = p * z + 0x1.5555555555555p-1
  return p
}

/// (sin r/r − 1)/z with z = r², |r| ≤ π/4.
/// Error 5.6e-17 of the largest value.
@inline(__always)
func sinTail(_ z: Double) -> Double {
  var p = -0x1.ab17a7921fffep-41
  p = p * z + 0x1.61217ec0171a7p-33
  p = p * z + -0x1.ae64541266374p-26
  p = p * z + 0x1.71de3a54605eep-19
  p = p * z + -0x1.a01a01a019936p-13
  p = p * z + 0x1.1111111111110p-7
  p = p * z + -0x1.5555555555555p-3
  return p
}

/// (cos r − 1 + z/2)/z² with z = r², |r| ≤ π/4.
/// Error 5.6e-17 of the largest value.
@inline(__always)
func cosTail(_ z: Double) -> Double {
  var p = 0x1.ab7833768127dp-45
  p = p * z + -0x1.9394b9c9c1e01p-37
  p = p * z + 0x1.1eed8deb6d55fp-29
  p = p * z + -0x1.27e4fb7712bdfp-22
  p = p * z + 0x1.a01a01a019d0ap-16
  p = p * z + -0x1.6c16c16c16c16p-10
  p = p * z + 0x1.5555555555555p-5
  return p
}

/// (atan t/t − 1)/z with z = t², 0 ≤ t ≤ tan(π/16).
/// Error 5.6e-17 of the largest value.
@inline(__always)
func atanTail(_ z: Double) -> Double {
  var p = 0x1.467508d0c66bbp-5
  p = p * z + -0x1.a9fd48b1a3078p-5
  p = p * z + 0x1.e1a555412a104p-5
  p = p * z + -0x1.11103934c5d6ap-4
  p = p * z + 0x1.3b13ad7f115c8p-4
  p = p * z + -0x1.745d173bba72bp-4
  p = p * z + 0x1.c71c71c70cc3cp-4
  p = p * z + -0x1.249249249242fp-3
  p = p * z + 0x1.9999999999999p-3
  p = p * z + -0x1.5555555555555p-2
  return p
}

/// erf(x)/x − 1 with z = x², |x| ≤ 0.875.
/// Error 1.0e-16 of the largest value.
@inline(__always)
func erfRatio(_ z: Double) -> Double {
  var p = -0x1.dc6adc098560bp-31
  p = p * z + 0x1.e5403998056aep-27
  p = p * z + -0x1.5dcef20d0f5f9p-23
  p = p * z + 0x1.b9c0eeb9d0fbcp-20
  p = p * z + -0x1.f4d01949bcc8dp-17
  p = p * z + 0x1.f9a30fd14ecccp-14
  p = p * z + -0x1.c02db363ca5ecp-11
  p = p * z + 0x1.565bcd0bcb23dp-8
  p = p * z + -0x1.b82ce3127b6bap-6
  p = p * z + 0x1.ce2f21a0429b5p-4
  p = p * z + -0x1.812746b0379e5p-2
  p = p * z + 0x1.06eba8214db69p-3
  return p
}

/// (x+2)·e^{x²}·erfc x with u = (x−2)/(x+2), 0.875 ≤ x ≤ 27.
/// Error 1.7e-17 of the largest value.
@inline(__always)
func erfcScaled(_ u: Double) -> Double {
  var p = 0x1.36c7b35123b3ap-24
  p = p * u + -0x1.8dcea1f8ac299p-22
  p = p * u + 0x1.43363684140a9p-21
  p = p * u + -0x1.814de164d4a3bp-23
  p = p * u + -0x1.5eb4ebd8ec42bp-23
  p = p * u + -0x1.049aafaf257a3p-24
  p = p * u + -0x1.4fe4be61a83d9p-21
  p = p * u + -0x1.1bc7e0e0b1e04p-24
  p = p * u + 0x1.10d416928f748p-19
  p = p * u + 0x1.ea0c5b36f057ap-19
  p = p * u + -0x1.2f71e4173c3f9p-20
  p = p * u + -0x1.0e785167fb9d0p-16
  p = p * u + -0x1.6c00319d15109p-16
  p = p * u + 0x1.1e764d25d5fb7p-15
  p = p * u + 0x1.2efa2e35881fdp-13
  p = p * u + 0x1.2054125c16945p-15
  p = p * u + -0x1.5ba43880769d9p-11
  p = p * u + -0x1.b6fbf999b9998p-11
  p = p * u + 0x1.9517bb714b4f6p-9
  p = p * u + 0x1.a89eaff86c889p-8
  p = p * u + -0x1.606e41552a6a2p-6
  p = p * u + -0x1.2a88e6107d575p-5
  p = p * u + 0x1.1e2deea6b1175p-2
  p = p * u + -0x1.5fd386754eff9p-1
  p = p * u + 0x1.058671b52c776p0
  return p
}

/// ln Γ(2 + z)/z for |z| ≤ ½.
/// Error 1.9e-17 of the largest value.
@inline(__always)
func gammaRatio(_ z: Double) -> Double {
  var p = -0x1.091589d02d1a3p-25
  p = p * z + 0x1.15fea8732cd9fp-24
  p = p * z + -0x1.9a854795e5fe9p-24
  p = p * z + 0x1.b1a8c8bf04f15p-23
  p = p * z + -0x1.e40f95a8192dep-22
  p = p * z + 0x1.01462b5944f7dp-20
  p = p * z + -0x1.11a85684e8499p-19
  p = p * z + 0x1.258c9651dbedcp-18
  p = p * z + -0x1.3cbce9a3c4ad1p-17
  p = p * z + 0x1.580e260121a51p-16
  p = p * z + -0x1.78de5a3d2d4d3p-15
  p = p * z + 0x1.a127af44aaf71p-14
  p = p * z + -0x1.d3fd4c7b8f6a9p-13
  p = p * z + 0x1.0b36af88b2884p-11
  p = p * z + -0x1.38ac5c2bf50a2p-10
  p = p * z + 0x1.7add6eadb2c11p-9
  p = p * z + -0x1.e404fc218f61fp-8
  p = p * z + 0x1.51322ac7d849bp-6
  p = p * z + -0x1.13e001a557606p-4
  p = p * z + 0x1.4a34cc4a60fa6p-2
  p = p * z + 0x1.b0ee6072093cep-2
  return p
}

/// 64 zero bits, then 2/π as a binary fraction: enough for every Double.
let twoOverPiWords: [UInt64] = [
  0x0000000000000000, 0xa2f9836e4e441529, 0xfc2757d1f534ddc0, 0xdb6295993c439041,
  0xfe5163abdebbc561, 0xb7246e3a424dd2e0, 0x06492eea09d1921c, 0xfe1deb1cb129a73e,
  0xe88235f52ebb4484, 0xe99c7026b45f7e41, 0x3991d639835339f4, 0x9c845f8bbdf9283b,
  0x1ff897ffde05980f, 0xef2f118b5a0a6d1f, 0x6d367ecf27cb09b7, 0x4f463f669e5fea2d,
  0x7527bac7ebe5f17b, 0x3d0739f78a5292ea, 0x6bfb5fb11f8d5d08, 0x56033046fc7b6bab,
  0xf0cfbc209af4361d,
]
