import ZooCommand

ZooProgram.main()
