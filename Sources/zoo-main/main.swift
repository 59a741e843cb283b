import ZooCommand

print("zoo")
