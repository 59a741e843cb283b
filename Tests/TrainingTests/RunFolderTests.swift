import Foundation
import Synchronization
import TestSupport
import Testing
import Text
import Zoo

@testable import Training

@Suite struct RunFolderTests {
  let bench: TrainingBench
  init() throws { bench = try TrainingBench() }

  @Test func aLockIsHeldByOneAndNamesItsHolder() throws {
    try withTemporaryFolder { folder in
      #expect(!RunLock.isHeld(in: folder))
      var lock: RunLock? = try RunLock.acquire(in: folder)
      #expect(lock != nil && RunLock.isHeld(in: folder))
      let error = #expect(throws: TrainerError.self) { try RunLock.acquire(in: folder) }
      #expect(error?.reason.contains("in use by process \(getpid()) on ") == true)
      lock = nil
      #expect(!RunLock.isHeld(in: folder))
      #expect(RunLock.holder(in: folder)?.pid == getpid())
      _ = try RunLock.acquire(in: folder)
    }
  }

  @Test func startsAtOnceGetAFolderEach() throws {
    try withTemporaryFolder { root in
      let names = Mutex<[String]>([])
      DispatchQueue.concurrentPerform(iterations: 12) { _ in
        let name = try? RunFolder.create(at: nil, name: "gpt", below: root).folder.name
        names.withLock { $0.append(name ?? "none") }
      }
      #expect(names.withLock { Set($0) } == Set((1...12).map { "gpt-\($0)" }))
    }
  }

  @Test func anEmptyFolderIsTakenOnce() throws {
    try withTemporaryFolder { root in
      let path = root.appending(path: "out").path
      try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
      let taken = try RunFolder.create(at: path, name: "x", below: root)
      #expect(taken.folder.url.path == path)
      #expect(throws: TrainerError.self) { try RunFolder.create(at: path, name: "x", below: root) }
      withExtendedLifetime(taken) {}
    }
  }

  @Test func whatStandsThereIsNamed() throws {
    try withTemporaryFolder { root in
      func reason(_ path: String) -> String? {
        #expect(throws: TrainerError.self) { try RunFolder.check(path) }?.reason
      }
      let file = root.appending(path: "file")
      try Data("text".utf8).write(to: file)
      #expect(reason(file.path) == "a file has this name")
      #expect(reason(root.path) == "the folder is not empty")
      try Data("{}".utf8).write(to: root.appending(path: "run.json"))
      #expect(reason(root.path) == "a run already exists there")
      try Data("{}".utf8).write(to: root.appending(path: "experiment.json"))
      #expect(reason(root.path) == "a comparison already exists there")
      #expect(try Data(contentsOf: file) == Data("text".utf8))
    }
  }

  /// The folders around a new one are made with it, and go with it where nothing begins; what is not empty stays.
  @Test func theFoldersAroundItAreMade() throws {
    try withTemporaryFolder { root in
      func exists(_ path: String) -> Bool {
        FileManager.default.fileExists(atPath: root.appending(path: path).path)
      }
      let path = root.appending(path: "a/b/c").path
      try RunFolder.check(path)
      #expect(!exists("a"))
      let made = try RunFolder.create(at: path, name: "x", below: root)
      #expect(exists("a/b/c/lock") && made.folder == RunFolder(URL(fileURLWithPath: path, isDirectory: true)))
      made.folder.removeUnused()
      #expect(!exists("a"))
      try FileManager.default.createDirectory(
        at: root.appending(path: "mine"), withIntermediateDirectories: true)
      let other = try RunFolder.create(at: root.appending(path: "mine/b/c").path, name: "x", below: root)
      other.folder.removeUnused()
      #expect(exists("mine") && !exists("mine/b"))
      let full = try RunFolder.create(at: root.appending(path: "d/e").path, name: "x", below: root)
      try Data("x".utf8).write(to: root.appending(path: "d/notes"))
      full.folder.removeUnused()
      #expect(exists("d/notes") && !exists("d/e"))
      // A file in the way is named, and nothing is made beside it.
      let error = #expect(throws: TrainerError.self) {
        try RunFolder.create(at: root.appending(path: "d/notes/run").path, name: "x", below: root)
      }
      #expect(error?.reason.contains("d/notes is a file, not a folder") == true)
      withExtendedLifetime((made, other, full)) {}
    }
  }

  /// Standard input is read from a run's folder, and from the one around it only where that is a comparison's.
  @Test func standardInputOfAnotherFolderIsNotRead() throws {
    try withTemporaryFolder { root in
      let run = root.appending(path: "run", directoryHint: .isDirectory)
      try FileManager.default.createDirectory(at: run, withIntermediateDirectories: true)
      try Data("text of another".utf8).write(to: root.appending(path: "standard-input"))
      let error = #expect(throws: TextError.self) { try TextInput.stored(in: run).path() }
      #expect(error?.place.hasSuffix("run/standard-input") == true)
      try Data("{}".utf8).write(to: root.appending(path: "experiment.json"))
      #expect(try TextInput.stored(in: run).path() == root.appending(path: "standard-input").path)
      try Data("its own".utf8).write(to: run.appending(path: "standard-input"))
      #expect(try TextInput.stored(in: run).path() == run.appending(path: "standard-input").path)
    }
  }

  @Test func aFolderThatNoRunMadeIsNotTaken() throws {
    try withTemporaryFolder { root in
      let alien = root.appending(path: "arm")
      try FileManager.default.createDirectory(at: alien, withIntermediateDirectories: true)
      let file = alien.appending(path: "thesis.tex")
      try Data("words".utf8).write(to: file)
      let error = #expect(throws: TrainerError.self) { try RunFolder(alien).take() }
      #expect(error?.reason == "the folder contains files that were not written by a run")
      #expect(try FileManager.default.contentsOfDirectory(atPath: alien.path) == ["thesis.tex"])
      // Nor one that a link leads to.
      try FileManager.default.createDirectory(
        at: root.appending(path: "empty"), withIntermediateDirectories: true)
      let link = root.appending(path: "link")
      try FileManager.default.createSymbolicLink(at: link, withDestinationURL: root.appending(path: "empty"))
      #expect(throws: TrainerError.self) { try RunFolder(link).take() }
    }
  }

  @Test func beginningAnewRemovesOnlyWhatRunsWrite() throws {
    try withTemporaryFolder { root in
      let arm = RunFolder(root.appending(path: "arm"))
      let lock = try arm.take()
      let victim = root.appending(path: "victim.jsonl")
      try Data("kept".utf8).write(to: victim)
      for name in ["run.json", "events.out.tfevents.1.host.2.0", "notes.txt"] {
        try Data("old".utf8).write(to: arm.url.appending(path: name))
      }
      try FileManager.default.createSymbolicLink(at: arm.metrics, withDestinationURL: victim)
      try FileManager.default.createDirectory(
        at: arm.url.appending(path: "tuning"), withIntermediateDirectories: true)
      try arm.beginAnew()
      let left = try FileManager.default.contentsOfDirectory(atPath: arm.url.path)
      #expect(Set(left) == ["lock", "notes.txt", "metrics.jsonl", "tuning", "checkpoints"])
      #expect(try Data(contentsOf: victim) == Data("kept".utf8))
      withExtendedLifetime(lock) {}
    }
  }

  /// Two damaged files that look newest cost neither the sound one nor those that follow.
  @Test func damagedCheckpointsNeverCount() throws {
    try withTemporaryFolder { root in
      let trainer = try bench.trainer("tiny/gpt", ["steps=20"])
      let folder = RunFolder(root.appending(path: "run"))
      let lock = try folder.take()
      try folder.makeCheckpoints()
      var pruning = CheckpointPruning(
        folder, descriptors: [trainer.descriptor.json], registry: bench.registry, verified: nil)
      func save(_ count: Int) throws {
        for _ in 0..<count {
          _ = try trainer.step()
          try trainer.save(to: folder.checkpoint(step: trainer.state.step))
        }
      }
      try save(3)
      for step in [8, 9] { try Data("damaged".utf8).write(to: folder.checkpoint(step: step)) }
      // A checkpoint of another step under a newer name does not count either.
      try FileManager.default.copyItem(at: folder.checkpoint(step: 1), to: folder.checkpoint(step: 7))
      pruning.prune(keepLast: 2, best: nil)
      #expect(folder.allCheckpoints().map(\.step) == [2, 3, 7, 8, 9])
      try save(1)
      pruning.wrote(4)
      pruning.prune(keepLast: 2, best: 3)
      #expect(folder.allCheckpoints().map(\.step) == [3, 4, 7, 8, 9])
      try save(1)
      pruning.wrote(5)
      // The best one so far stays while the file of a better one is under way.
      pruning.prune(keepLast: 1, best: 6)
      #expect(folder.allCheckpoints().map(\.step) == [3, 5, 7, 8, 9])
      // Steps between those that checkpoints are due at do not count among the last.
      try save(2)
      for step in [6, 7] { pruning.wrote(step) }
      pruning.prune(keepLast: 1, best: 5) { $0 == 3 }
      #expect(folder.allCheckpoints().map(\.step) == [3, 5, 7, 8, 9])
      pruning.makeRoom()
      #expect(folder.allCheckpoints().map(\.step) == [7, 8, 9])
      withExtendedLifetime(lock) {}
    }
  }

  @Test func aRunWhoseProcessIsGoneIsInterrupted() throws {
    try withTemporaryFolder { root in
      let made = try RunFolder.create(at: nil, name: "gpt", below: root)
      var run: TrainingRun? = try TrainingRun(
        try bench.trainer("tiny/gpt"), in: made.folder, lock: made.lock, version: "test")
      #expect(run != nil)
      #expect(try RunRecord.current(made.folder).status == .running)
      run = nil
      // This test holds the lock, too.
      #expect(try RunRecord.current(made.folder).status == .running)
      let other = try RunFolder.create(at: nil, name: "gpt", below: root).folder
      try RunRecord.read(made.folder).write(to: other)
      #expect(try RunRecord.current(other).status == .interrupted)
    }
  }
}
