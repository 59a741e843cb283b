import SelectiveScan
import ZooCommand

// The whole program, with the plugin built in.
ZooProgram.main(registering: { try SelectiveScan.register(in: &$0) })
