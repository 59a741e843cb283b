import T5Bias
import ZooCommand

// The whole program, with the plugin built in.
ZooProgram.main(registering: { try T5Bias.register(in: &$0) })
