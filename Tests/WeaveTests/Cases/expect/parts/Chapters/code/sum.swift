// Code that stands in a file.
func all() {
  // region total
  let numbers = [1, 2, 3]
  // region inner
  let sum = numbers.reduce(0, +)
  // endregion inner

  if sum > 5 {
    print(sum)
  }
  // endregion
}

// region half
let half = 0.5
// endregion half
