// The kit of plugin authors is the project's own, too: tests that import `TestSupport` have it.
@_exported import TestKit
