import CommandLineKit
import ZooCommand

Program(
  name: "bench", summary: "how fast the zoo is, beside the machine's limits and PyTorch",
  commands: [.suite, .step, .side, .context, .limits, .operations]
).main()
