import Foundation

/// Keeps the descriptors 0, 1 and 2 for the standard streams; called before any file is opened.
///
/// A program can be started with some of them closed, as `<&-` and `2>&-` do. The next file that it opened would
/// get such a number, and what is meant for the stream would be written into the file. Here the null device takes
/// each number that is free, opened so that it cannot be used: whoever reads or writes the stream gets the
/// error that a closed one gives. Where there is no null device, the root folder will do.
public func reserveStandardDescriptors() {
  for descriptor in [STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO]
  where fcntl(descriptor, F_GETFD) < 0 {
    // The system gives the lowest number that is free: all below it are taken.
    let uselessMode = descriptor == STDIN_FILENO ? O_WRONLY : O_RDONLY
    if openat(AT_FDCWD, "/dev/null", uselessMode) < 0 { _ = openat(AT_FDCWD, "/", O_RDONLY) }
  }
}
