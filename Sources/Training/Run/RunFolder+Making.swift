import Checkpoints
import Foundation
import Settings
import Wording

/// Making folders, and taking over existing ones: a folder is made by the system call that fails where one
/// exists, never by looking for a free name first, and nothing is removed that this program did not make.
extension RunFolder {
  /// What is at a path, links not followed.
  private enum Kind { case nothing, folder, link, other }

  private static func kind(_ url: URL) -> Kind {
    var status = stat()
    guard lstat(url.path, &status) == 0 else { return .nothing }
    switch status.st_mode & S_IFMT {
    case S_IFDIR: return .folder
    case S_IFLNK: return .link
    default: return .other
    }
  }

  /// Checks that `create` can make a folder at a path: it does not exist or is empty, and what exists of the folders
  /// around it can be written to.
  ///
  /// - Parameters:
  ///   - path: the path.
  ///   - option: the option that names it, without dashes.
  /// - Throws: `TrainerError` that says what is there.
  package static func check(_ path: String, option: String = "out") throws {
    func refuse(_ reason: String, at place: String = path, _ suggestion: String) -> TrainerError {
      TrainerError(place: place, reason: reason, suggestion: suggestion)
    }
    let other = "name another folder with --\(option)"
    guard !path.isEmpty else {
      throw refuse("the path is empty", at: "--\(option)", "name a folder, or leave --\(option) out")
    }
    let url = URL(fileURLWithPath: path, isDirectory: true)
    if let reason = FilePath.brokenLink(path) { throw refuse(reason, other) }
    var isFolder: ObjCBool = false
    if FileManager.default.fileExists(atPath: url.path, isDirectory: &isFolder) {
      guard isFolder.boolValue else { throw refuse("a file has this name", other) }
      try expectEmpty(
        url, path, option: option, but: RunFolder(url).holdsOnlyLeftovers ? leftovers : [])
    }
    if let reason = ParentFolders.obstacle(to: path) { throw refuse(reason, other) }
  }

  private static func expectEmpty(_ url: URL, _ path: String, option: String, but kept: Set<String> = [])
    throws
  {
    let names = Set((try? FileManager.default.contentsOfDirectory(atPath: url.path)) ?? []).subtracting(kept)
    guard !names.isEmpty else { return }
    if names.contains(TextInput.comparisonRecord) {
      throw TrainerError(
        place: path, reason: "a comparison already exists there",
        suggestion: "choose another folder, or resume it with: \(ShellCommand("compare", "--resume", path))")
    }
    guard names.contains("run.json") else {
      throw TrainerError(
        place: path, reason: "the folder is not empty",
        suggestion: "choose a new or empty folder with --\(option)")
    }
    throw TrainerError(
      place: path, reason: "a run already exists there",
      suggestion: "choose another folder, or resume it with: \(ShellCommand("train", "--resume", path))")
  }

  /// Makes a new folder: at `path` when one is given, with the folders around it that are missing, else `NAME-N` below
  /// `root` with the lowest free N.
  ///
  /// - Parameters:
  ///   - path: the path of the folder; nil: it is numbered.
  ///   - name: a display name; the folder's name is made from it.
  ///   - root: the folder in which numbered folders are made.
  /// - Returns: the folder and its lock.
  /// - Throws: `TrainerError` when the folder exists and is not empty, or cannot be made.
  public static func create(at path: String?, name: String, below root: URL) throws -> (
    folder: RunFolder, lock: RunLock
  ) {
    guard let path else { return try createNumbered(name, below: root) }
    return try create(at: path, option: "out")
  }

  /// Makes a new folder at a path, with the folders around it that are missing.
  ///
  /// - Parameters:
  ///   - path: the path.
  ///   - option: the option that names it, without dashes.
  /// - Returns: the folder and its lock.
  /// - Throws: `TrainerError` when the folder exists and is not empty, or cannot be made.
  package static func create(at path: String, option: String) throws -> (folder: RunFolder, lock: RunLock) {
    try check(path, option: option)
    var folder = RunFolder(URL(fileURLWithPath: path, isDirectory: true))
    do { folder.parents = try ParentFolders(of: path) } catch { throw cannotMake(folder.url, option) }
    do {
      if mkdir(folder.url.path, 0o777) != 0, errno != EEXIST { throw cannotMake(folder.url, option) }
      let isLeft = folder.holdsOnlyLeftovers
      let lock = try RunLock.acquire(in: folder.url)
      if isLeft { folder.removeLeftovers() }
      // Another process may have taken the same empty folder in the meantime.
      try expectEmpty(folder.url, path, option: option, but: [RunLock.fileName])
      return (folder, lock)
    } catch {
      folder.parents.remove()
      throw error
    }
  }

  private static func createNumbered(_ name: String, below root: URL) throws -> (RunFolder, RunLock) {
    do {
      try FileManager.default.createDirectory(at: root, withIntermediateDirectories: true)
    } catch { throw cannotMake(root) }
    let base = FolderName.component(of: name)
    for number in 1... {
      let url = root.appending(path: "\(base)-\(number)", directoryHint: .isDirectory)
      if mkdir(url.path, 0o777) == 0 { return (RunFolder(url), try RunLock.acquire(in: url)) }
      guard errno == EEXIST else { throw cannotMake(url) }
      // A lock alone may be that of a run which is about to begin.
      if RunFolder(url).holdsOnlyLeftovers, RunFolder(url).hasCheckpointsFolder,
        let lock = try? RunLock.acquire(in: url)
      {
        RunFolder(url).removeLeftovers()
        // Else another process took the folder in the meantime.
        if (try? expectEmpty(url, url.path, option: "out", but: [RunLock.fileName])) != nil {
          return (RunFolder(url), lock)
        }
      }
    }
    preconditionFailure("numbers do not end")
  }

  /// What a process leaves that was killed before it had written anything.
  private static let leftovers: Set = [RunLock.fileName, "checkpoints"]

  /// Whether a process that was killed left the folder before it had written anything: there is its lock, which no
  /// process holds any more, and at most checkpoints that are not complete.
  private var holdsOnlyLeftovers: Bool {
    func names(_ url: URL) -> [String] {
      (try? FileManager.default.contentsOfDirectory(atPath: url.path)) ?? []
    }
    return RunLock.holder(in: url) != nil && !RunLock.isHeld(in: url)
      && Self.leftovers.isSuperset(of: names(url)) && names(checkpoints).allSatisfy(AtomicFile.isPartial)
  }

  private var hasCheckpointsFolder: Bool { FileManager.default.fileExists(atPath: checkpoints.path) }

  private func removeLeftovers() {
    AtomicFile.removeLeftovers(in: checkpoints.path)
    rmdir(checkpoints.path)
  }

  private static func cannotMake(_ url: URL, _ option: String = "out") -> TrainerError {
    TrainerError(
      place: url.path, reason: "the folder cannot be created (\(String(cString: strerror(errno))))",
      suggestion: "choose a writable folder with --\(option)")
  }

  /// Takes the folder of a run inside that of a comparison: makes it where there is none, and locks it. One that
  /// is there is only taken when a run of this program made it or nothing is in it.
  ///
  /// - Returns: the lock.
  /// - Throws: `TrainerError` when something else is there, or the run is in use.
  package func take() throws -> RunLock {
    try Self.make(url)
    guard holdsOnlyWhatRunsMake else {
      throw TrainerError(
        place: url.shownPath, reason: "the folder contains files that were not written by a run",
        suggestion: "move them away; nothing was removed")
    }
    return try RunLock.acquire(in: url)
  }

  /// Makes a folder where there is none; its parent must exist.
  ///
  /// - Throws: `TrainerError` when a link or a file is there.
  package static func make(_ url: URL) throws {
    if mkdir(url.path, 0o777) == 0 { return }
    guard errno == EEXIST else { throw cannotMake(url) }
    switch kind(url) {
    case .folder: return
    case .link, .nothing:
      throw TrainerError(
        place: url.shownPath, reason: "it is a link, and the folder of a run is expected",
        suggestion: "put the folder itself there; nothing was removed")
    case .other:
      throw TrainerError(
        place: url.shownPath, reason: "it is a file, and the folder of a run is expected",
        suggestion: "move it away")
    }
  }

  /// Whether the folder is marked as a run's, or holds nothing that would be missed.
  private var holdsOnlyWhatRunsMake: Bool {
    if RunLock.holder(in: url) != nil || (try? RunRecord.read(self)) != nil { return true }
    let names = (try? FileManager.default.contentsOfDirectory(atPath: url.path)) ?? []
    // Older versions left these where they were killed before the first record.
    return names.allSatisfy { name in
      switch name {
      case RunLock.fileName, Self.trials: true
      case "checkpoints":
        (try? FileManager.default.contentsOfDirectory(atPath: checkpoints.path))?.isEmpty == true
      default: false
      }
    }
  }

  /// The folder of a run's trials inside its own.
  package static let trials = "tuning"

  /// Makes the folder that of a run which has not begun: the logs and the record of one that was stopped before its
  /// first checkpoint go. Only regular files that runs write are removed, and links are not followed.
  ///
  /// - Throws: `TrainerError` when the folder of checkpoints cannot be made.
  package func beginAnew() throws {
    for name in (try? FileManager.default.contentsOfDirectory(atPath: url.path)) ?? []
    where ["run.json", "metrics.jsonl", "profile.json"].contains(name)
      || name.hasPrefix("events.out.tfevents.")
    {
      var status = stat()
      let path = url.appending(path: name).path
      if lstat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG { unlink(path) }
    }
    try makeCheckpoints()
  }

  /// Makes the folder of checkpoints where there is none.
  ///
  /// - Throws: `TrainerError` when it cannot be made.
  package func makeCheckpoints() throws {
    if mkdir(checkpoints.path, 0o777) != 0, errno != EEXIST { throw Self.cannotMake(checkpoints) }
  }

  /// Removes a folder in which nothing has begun, and those around it that were made for it: the lock, what is stored of standard input and, of a comparison, its
  /// record. A folder that holds anything else stays.
  package func removeUnused(record: String = TextInput.comparisonRecord) {
    for name in [RunLock.fileName, TextInput.fileName, record] { unlink(url.appending(path: name).path) }
    if rmdir(url.path) == 0 { parents.remove() }
  }

  /// Writes the only checkpoint of a run that nothing trains, of step 0, where none is yet.
  ///
  /// - Throws: what `write` throws; no folder of checkpoints is left behind then.
  package func writeOnlyCheckpoint(_ write: (URL) throws -> Void) throws {
    try makeCheckpoints()
    do { try write(checkpoint(step: 0)) } catch {
      rmdir(checkpoints.path)
      throw error
    }
  }
}
