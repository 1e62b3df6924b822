module @nothing {
  func.func public @main() -> () {
    return
  }
}
