import GatedLinearAttention
import ZooCommand

// The whole program, with the plugin built in.
ZooProgram.main(registering: { try GatedLinearAttention.register(in: &$0) })
