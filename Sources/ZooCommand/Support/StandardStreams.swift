import Foundation

/// The descriptors 0, 1 and 2 of this process.
enum StandardStreams {
  /// Opens those that the process was started without on `/dev/null`. Otherwise the next file that is opened, such as a
  /// run's metrics, would get the number of one, and console text would be written into it.
  static func openMissing() {
    for descriptor in STDIN_FILENO...STDERR_FILENO where fcntl(descriptor, F_GETFD) < 0 {
      // The lowest free number is taken, and that is this one.
      _ = open("/dev/null", O_RDWR)
    }
  }
}
